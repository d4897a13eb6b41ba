"""The page on the spec format names every sheet and column that the loader knows, and no other."""

from __future__ import annotations

import re

import pytest
from tests.init.page_examples import page

from studyspec.spec.schemas import SCHEMAS
from studyspec.spec.tlf_schema import SHEETS

PAGE = page("spec-format.md")
TABLES = page("tables.md")
WORDS = ("runs", "checked", "define", "people")


def _columns(sheet: str) -> dict[str, tuple[str, str]]:
    """Column to what it does and what it holds, as the section of the sheet says."""
    section = PAGE.split(f"\n### {sheet}\n")[1].split("\n## ")[0].split("\n### ")[0]
    table = section.split("| column | does | what it holds |\n|---|---|---|\n")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
    return {name: (does, holds) for name, does, holds in rows}


@pytest.mark.parametrize("sheet", SCHEMAS)
def test_every_column_of_the_sheet_is_described(sheet: str) -> None:
    assert set(_columns(sheet)) == set(SCHEMAS[sheet])


@pytest.mark.parametrize("sheet", SCHEMAS)
def test_what_a_column_does_is_one_of_the_four_words(sheet: str) -> None:
    assert {does for does, _ in _columns(sheet).values()} <= set(WORDS)


@pytest.mark.parametrize("sheet", SCHEMAS)
def test_every_allowed_value_of_a_closed_column_is_named(sheet: str) -> None:
    for column, rules in SCHEMAS[sheet].items():
        named = re.findall(r"`([^`]+)`", _columns(sheet)[column][1])
        values = [value for value in rules.get("allowed", ()) if value]
        known = values in (["Yes", "No"],) or sheet == "ValueLevel"
        assert known or set(values) <= set(named), column


def test_sheets_of_the_page_are_those_of_the_loader() -> None:
    named = [line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### ")]
    assert {name for name in named if "(ours)" not in name} == set(SCHEMAS)


def test_every_sheet_of_tlf_is_named() -> None:
    assert [sheet for sheet in SHEETS if f"\n| {sheet} | " not in PAGE] == []


def test_every_column_of_tlf_is_described_with_the_tables() -> None:
    rows = [line.split("|")[1].split(",") for line in TABLES.splitlines() if line.startswith("| ")]
    described = {cell.strip() for cells in rows for cell in cells}
    # The sheets Notes and Published are described in sentences.
    described |= {
        word for line in TABLES.splitlines() if line.startswith(("Notes: ", "Published: ")) for word in _WORD(line)
    }
    assert {column for columns in SHEETS.values() for column in columns} - described == set()


_WORD = re.compile(r"[A-Z]\w*").findall
