"""What an expression may read, as far as a spec can say it, and what is wrong with one that reads something else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from studyspec.spec.expression.nodes import Node
from studyspec.spec.expression.parse import unparse

Type = Literal["Char", "Num", "Flag", "Texts", "Numbers", "Any"]
TYPE_WORDS: dict[Type, str] = {
    "Char": "text",
    "Num": "a number",
    "Flag": "a condition",
    "Texts": "a list of texts",
    "Numbers": "a list of numbers",
    "Any": "unknown",
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an expression: what, at which column of its text (from 1), and what to do."""

    message: str
    column: int
    action: str


@dataclass(frozen=True)
class Column:
    """A variable or raw column: Char or Num, and the terms of its codelist if it has one."""

    type: Literal["Char", "Num"] = "Char"
    codelist: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A dataset or raw form that can be read: its columns, and whether a subject has at most one record in it."""

    columns: Mapping[str, Column]
    one_per_subject: bool = False


@dataclass(frozen=True)
class Scope:
    """What the names in one spec cell can mean.

    `columns` are the record's own variables and, in Mapping, Where and Key, the source form's raw columns. `forms` are
    the record's own form and the forms joined to it, read as form.COLUMN. `tables` are all datasets and raw forms that
    aggregates, look-ups by subject and whole-dataset arguments can read. `parameters` are the Parameters sheet,
    `codelists` the ids of the codelists. `has_subject` is False for records that belong to no subject (sites).
    `whole_study` is True where functions over all subjects may be asked: in Checks of datasets.

    Example:
        >>> dm = Table({"RFSTDTC": Column()}, one_per_subject=True)
        >>> Scope(columns={"AESTDTC": Column()}, tables={"DM": dm}).columns["AESTDTC"].type
        'Char'
    """

    columns: Mapping[str, Column]
    forms: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    parameters: Mapping[str, str | float] = field(default_factory=dict)
    codelists: Collection[str] = ()
    has_subject: bool = True
    whole_study: bool = False


def raw_columns(names: Collection[str]) -> dict[str, Column]:
    """Raw columns are text, whatever they hold.

    Example:
        >>> raw_columns(["WEIGHT"])["WEIGHT"].type
        'Char'
    """
    return {name: Column() for name in names}


def constant_type(value: str | float | bool) -> Type:
    """The type of a constant."""
    if isinstance(value, bool):
        return "Flag"
    return "Char" if isinstance(value, str) else "Num"


def shown(node: Node) -> str:
    """A node in a message; a long one is cut."""
    text = unparse(node)
    return text if len(text) <= 50 else f"{text[:47]}..."


def near(name: str, known: Collection[str]) -> str:
    """The known name most like `name`, differences of case counting little; "" if none is close.

    Example:
        >>> near("AESEVR", ["AESER", "AESEV", "AETERM"])
        'AESEV'
    """
    by_case = {item.upper(): item for item in sorted(known, reverse=True)}
    found = get_close_matches(name.upper(), sorted(by_case), n=1, cutoff=0.6)
    return by_case[found[0]] if found else ""


def some(names: Collection[str], most: int = 8) -> str:
    """Names for a message: all of a few, the first of many."""
    shown = list(names)[:most]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
