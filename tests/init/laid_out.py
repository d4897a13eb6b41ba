"""Laying out studies in tests, and reading what was laid out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from studyspec.cli import main
from studyspec.findings import Finding
from studyspec.study import check_study, load_study, read_raw

Rows = list[dict[str, object]]


def run_init(folder: Path, *options: str) -> Result:
    """`studyspec init` as from the command line."""
    return CliRunner().invoke(main, ["init", str(folder), *options])


def lay_out(folder: Path, *options: str) -> Path:
    """A study that was laid out without complaint."""
    result = run_init(folder, *options)
    assert result.exit_code == 0, result.output
    return folder


def rows(study: Path, workbook: str, sheet: str) -> Rows:
    """The rows of a sheet by header."""
    book = openpyxl.load_workbook(study / "specs" / f"{workbook}.xlsx", read_only=True)
    lines = list(book[sheet].iter_rows(values_only=True))
    book.close()
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


def pick(found: Rows, **cells: object) -> dict[str, object]:
    """The one row with these cells."""
    [row] = [row for row in found if all(row[header.replace("_", " ")] == value for header, value in cells.items())]
    return row


def names(found: Rows, header: str) -> list[object]:
    """One column of the rows."""
    return [row[header] for row in found]


def check(study: Path) -> Sequence[Finding]:
    """What `studyspec check` lists for the specs and their raw data."""
    loaded, findings = load_study(study)
    assert loaded is not None
    if not (study / "raw" / "manifest.json").is_file():
        return [*findings, *check_study(loaded, None)]
    loaded, extract, found = read_raw(loaded)
    return [*findings, *found, *check_study(loaded, extract.forms if extract else None)]
