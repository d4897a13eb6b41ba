"""Workbooks as plain text tables that remember their cells.

Everything above this module sees text: a spec cell is what a person reads in Excel. Numbers are given as Excel shows
them (30, not 30.0), dates as ISO 8601, empty cells as "". "NA", "None" and "null" stay text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from studyspec.spec.xlsx import column_letters, sheets_of


@dataclass(frozen=True, slots=True)
class Location:
    """A row of a sheet: `at(header)` names the cell below that header, as workbook!sheet!cell."""

    workbook: str
    sheet: str
    row: int
    columns: Mapping[str, int] = field(repr=False)

    def at(self, header: str = "") -> str:
        """The cell's name; without a header, or below one the sheet does not have, the whole row's (A12)."""
        return f"{self.workbook}!{self.sheet}!{column_letters(self.columns.get(header, 1))}{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: header to text. `row[header]` is "" where the sheet has no such column or the cell is empty."""

    values: Mapping[str, str]
    location: Location

    def __getitem__(self, header: str) -> str:
        return self.values.get(header, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with headers in row 1 and its non-empty rows below."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook by sheet name, in the order of its tabs. `name` is how messages call it, e.g. specs/adam.xlsx."""

    name: str
    sheets: Mapping[str, Sheet]

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """The rows of a sheet; none where the workbook lacks it."""
        found = self.sheets.get(sheet)
        return found.rows if found else ()


def cell_text(value: object) -> str:
    """What a person reads in the cell: 30.0 is "30", True is "TRUE", a date is ISO 8601, None is ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    # Excel writes control characters as _x000D_ (the carriage return of Windows line ends); a person sees a line end.
    return (text.replace("_x000D_", "") if "_x" in text else text).strip()


def read_workbook(path: Path, name: str = "") -> Workbook:
    """Read every sheet of an .xlsx file as text.

    Args:
        path: the workbook.
        name: how findings call it; default is the folder's and file's name ("specs/adam.xlsx").

    Raises:
        FileNotFoundError: there is no such file.
        zipfile.BadZipFile, KeyError, ValueError or ElementTree.ParseError: it is not a workbook.
    """
    called = name or f"{path.parent.name}/{path.name}"
    return Workbook(called, {title: _sheet(called, title, rows) for title, rows in sheets_of(path)})


def _sheet(workbook: str, title: str, lines: Iterable[tuple[int, list[object]]]) -> Sheet:
    rows: list[Row] = []
    headers: tuple[str, ...] = ()
    columns: dict[str, int] = {}
    for number, line in lines:
        texts = [cell_text(value) for value in line]
        if number == 1:
            headers = tuple(texts)
            columns = {text: place for place, text in reversed(list(enumerate(texts, start=1))) if text}
        elif any(texts):
            texts += [""] * (len(headers) - len(texts))
            values = {text: texts[place - 1] for text, place in columns.items()}
            rows.append(Row(values, Location(workbook, title, number, columns)))
    return Sheet(title, tuple(text for text in headers if text), tuple(rows))
