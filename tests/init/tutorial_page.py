"""The tutorial as a list of steps: commands to run, cells to type, and outputs to expect, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from tests.init.page_examples import markdown_table

# What names a row to be filled in.
KEYS = {
    "Forms": ("Form",),
    "Variables": ("Dataset", "Variable"),
    "Codelists": ("ID", "Term"),
    "Library Terms": ("ID", "Term"),
    "Parameters": ("Name",),
}
_EDIT = re.compile(r"`(specs/\w+\.xlsx)`, sheet \*\*(.+?)\*\*, (fill in|add at the end):")
_COPY = re.compile(r"`(specs/\w+\.xlsx)`, copy from sheet \*\*(.+?)\*\* to the end of sheet \*\*(.+?)\*\*:")
_OUTPUT = re.compile(r"`(build/\S+)`:")
_STATUS = re.compile(r"\s+# exit status (\d)")


@dataclass(frozen=True)
class Command:
    """A block of commands; the last one ends with this status."""

    lines: tuple[str, ...]
    status: int


@dataclass(frozen=True)
class Expected:
    """Text that a file holds, or that the commands before printed in this order (path "")."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Typing:
    """Rows to type into a sheet: in the rows of the same key, below the last row, or copied from another sheet."""

    workbook: str
    sheet: str
    how: str
    rows: tuple[dict[str, str], ...]


def steps(text: str) -> list[Command | Expected | Typing]:
    """Everything on the page that is to be done or to be seen. Prose is skipped."""
    found: list[Command | Expected | Typing] = []
    lines = text.splitlines()
    place, path = 0, ""
    while place < len(lines):
        line = lines[place]
        place += 1
        if line.startswith("```"):
            end = lines.index("```", place)
            found.append(_block(line.removeprefix("```"), path, lines[place:end]))
            place, path = end + 1, ""
        elif match := _OUTPUT.fullmatch(line):
            path = match[1]
        elif match := _EDIT.fullmatch(line):
            found.append(Typing(match[1], match[2], match[3], _table(lines, place)))
        elif match := _COPY.fullmatch(line):
            found.append(Typing(match[1], match[3], f"copy from {match[2]}", _table(lines, place)))
        else:
            assert "specs/" not in line or not line.endswith(":"), f"an edit that the test does not read: {line}"
    return found


def _block(kind: str, path: str, lines: list[str]) -> Command | Expected:
    if kind == "text":
        return Expected(path, tuple(lines))
    assert kind == "sh", f"a block that is neither sh nor text: {kind}"
    status = _STATUS.search(lines[-1])
    return Command(tuple(_STATUS.sub("", line) for line in lines), int(status[1]) if status else 0)


def _table(lines: list[str], place: int) -> tuple[dict[str, str], ...]:
    """The Markdown table that begins after the blank line at `place`."""
    text = takewhile(lambda line: line.startswith("|"), lines[place + 1 :])
    header, *body = markdown_table("\n".join(text))
    return tuple(dict(zip(header, line, strict=True)) for line in body)


def type_into(study: Path, edits: Sequence[Typing]) -> None:
    """Do in the workbooks what the page asks for, and save them; blank cells of the page are left alone."""
    for workbook in dict.fromkeys(typing.workbook for typing in edits):
        book = openpyxl.load_workbook(study / workbook)
        for typing in edits:
            if typing.workbook == workbook:
                _type(book, typing)
        book.save(study / workbook)


def _type(book: openpyxl.Workbook, typing: Typing) -> None:
    sheet = book[typing.sheet]
    columns, lines = _content(sheet)
    for row in typing.rows:
        cells, place = row, len(lines) + 1
        if typing.how == "fill in":
            place = _place(sheet.title, columns, lines, row)
        else:
            lines.append([])
        if typing.how.startswith("copy from "):
            source = book[typing.how.removeprefix("copy from ")]
            headers, found = _content(source)
            cells = dict(zip(headers, found[_place(source.title, headers, found, row) - 1], strict=True))
        for header, value in cells.items():
            if value:
                sheet.cell(place, columns.index(header) + 1).value = value


def _content(sheet: Worksheet) -> tuple[list[str], list[list[str]]]:
    """The headers, and all lines down to the last one that is not empty, headers included."""
    lines = [["" if value is None else str(value) for value in line] for line in sheet.iter_rows(values_only=True)]
    while not any(lines[-1]):
        lines.pop()
    return lines[0], lines


def _place(sheet: str, columns: list[str], lines: list[list[str]], row: dict[str, str]) -> int:
    """The number of the one line that has the key of `row`."""
    wanted = [(columns.index(key), row[key]) for key in KEYS[sheet]]
    [found] = [number for number, line in enumerate(lines, start=1) if all(line[at] == text for at, text in wanted)]
    return found
