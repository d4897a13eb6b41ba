"""The tables beside the code: event terms, sites, vocabularies, month names."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, eq=False)
class Term:
    """An event term with its verbatims (text, language) and targets per regimen: (any grade, grade 3-4)."""

    id: str
    pt: str
    soc: str
    ctcae: str
    grades: str
    group: str
    verbatims: tuple[tuple[str, str], ...]
    targets: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Site:
    """A site; `subjects` is the count of subject numbers it gives out in a block of 112 subjects."""

    number: str
    country: str
    investigator: str
    opened: str
    date_format: str
    zone: str
    subjects: int

    @property
    def language(self) -> str:
        """Return the language of the site, from the first digit of its number."""
        return LANGUAGES[self.number[0]]


COUNTRIES = {"1": "FRA", "2": "ITA", "3": "DEU", "4": "ESP", "5": "TUR", "6": "GBR"}
LANGUAGES = {"1": "fr", "2": "it", "3": "de", "4": "es", "5": "tr", "6": "en"}


def _text(name: str) -> str:
    return files("studyspec.simulate").joinpath("data", name).read_text(encoding="utf-8")


@cache
def terms() -> tuple[Term, ...]:
    """Return the event terms in file order."""
    rows: list[dict[str, Any]] = json.loads(_text("terms.json"))
    return tuple(
        Term(
            id=row["id"],
            pt=row["pt"],
            soc=row["soc"],
            ctcae=row["ctcae"],
            grades=row["grades"],
            group=row["group"],
            verbatims=tuple((text, language) for text, language in row["verbatims"]),
            targets={"Isa-Pd": tuple(row["isapd"]), "Isa-Kd": tuple(row["isakd"])},
        )
        for row in rows
    )


@cache
def sites() -> dict[str, Site]:
    """Return the sites by number."""
    rows = csv.DictReader(_text("sites.csv").splitlines())
    return {
        row["SITENO"]: Site(
            row["SITENO"],
            row["COUNTRY"],
            row["INVNAME"],
            row["OPENDT"],
            row["EDC_DATEFMT"],
            row["TZ"],
            int(row["SUBJECTS"]),
        )
        for row in rows
    }


@cache
def vocabulary() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return list -> term -> language -> texts that sites type for it; language `*` is any."""
    lists: dict[str, dict[str, dict[str, list[str]]]] = json.loads(_text("vocabulary.json"))
    return lists


@cache
def months() -> dict[str, list[str]]:
    """Return language -> the twelve month abbreviations."""
    names: dict[str, list[str]] = json.loads(_text("months.json"))
    return names
