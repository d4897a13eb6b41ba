"""Raw Excel workbooks as text: every sheet is a form, its first row the header."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from studyspec.findings import Finding, Rule
from studyspec.raw.content import Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.values import value_text

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

ERROR_CELL = Rule(
    "RAW-018",
    "error",
    "Cell without a value",
    why="An Excel error, or a formula that was never calculated, is not the value that somebody recorded.",
    action="Correct the cell where the workbook is made, or ask for a new export; do not correct raw data by hand.",
)
# What openpyxl and zipfile raise for bytes that are no workbook.
_DAMAGE = (
    AttributeError,
    KeyError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_xlsx_file(path: Path, item: RawFile) -> Content:
    """Read all sheets that hold anything.

    Text stays as it is ("NA", blanks); numbers are the shortest text that reads back; dates are ISO 8601, with the
    time where the cell's format shows one or the value has one; lengths of time are ISO 8601 durations; booleans are
    true and false. Rows without any value after the last record are no records; those between records are.

    Raises:
        RawFileError: it is no workbook, a column with values has no name, or two have the same.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that reading values does not need
            book = load_workbook(path, read_only=True, data_only=True)
            code = load_workbook(path, read_only=True) if _has_formulas(path) else None
            place = f"{path.parent.name}/{path.name}"
            parts: dict[str, pd.DataFrame] = {}
            findings: list[Finding] = []
            for sheet in book.worksheets:
                frame = _read_sheet(sheet, code[sheet.title] if code else None, f"{place}!{sheet.title}", findings)
                if frame is not None:
                    parts[sheet.title] = frame
            book.close()
            if code:
                code.close()
    except (*_DAMAGE, InvalidFileException) as error:
        raise RawFileError(f"it is no Excel workbook (.xlsx): {error}") from None
    return Content(parts, findings)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in content or b"<f " in content for content in map(archive.read, sheets))


def _read_sheet(
    sheet: ReadOnlyWorksheet, code: ReadOnlyWorksheet | None, place: str, findings: list[Finding]
) -> pd.DataFrame | None:
    """A sheet's records; None when it holds nothing at all."""
    errors = _uncalculated(sheet, code) if code else {}
    rows: list[list[str]] = []
    for cells in _rows(sheet):
        rows.append([_text(cell) for cell in cells])
        errors |= {cell.coordinate: str(cell.value) for cell in cells if cell.data_type == "e"}
    findings += [
        ERROR_CELL.finding(f"{place}!{cell} has {content} and no value.", cell=f"{place}!{cell}")
        for cell, content in errors.items()
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        return None
    width = max((place + 1 for row in rows for place, text in enumerate(row) if text), default=0)
    header, *records = [(row + [""] * width)[:width] for row in rows]
    if "" in header or len(set(header)) != len(header):
        raise RawFileError(f"sheet {sheet.title}: two columns have the same name in row 1, or a column has none")
    columns = {name: pd.array([row[at] for row in records], dtype="str") for at, name in enumerate(header)}
    return pd.DataFrame(columns, index=range(len(records)))


def _rows(sheet: ReadOnlyWorksheet) -> Iterable[Sequence[Any]]:
    # Some writers state the size of a sheet wrongly.
    sheet.reset_dimensions()
    return sheet.rows


def _uncalculated(sheet: ReadOnlyWorksheet, code: ReadOnlyWorksheet) -> dict[str, str]:
    """The formulas that have no result in the file, by cell."""
    return {
        formula.coordinate: str(formula.value)
        for values, formulas in zip(_rows(sheet), _rows(code), strict=True)
        for value, formula in zip(values, formulas, strict=True)
        if formula.data_type == "f" and value.value is None
    }


def _text(cell: Any) -> str:
    """One cell as text."""
    from openpyxl.styles.numbers import is_datetime
    from openpyxl.utils.escape import unescape

    value = cell.value
    if isinstance(value, datetime) and value.time() == time() and is_datetime(cell.number_format) == "date":
        return value.date().isoformat()
    if isinstance(value, str):
        # Characters that XML cannot hold, such as a carriage return, stand as _x000D_ in the file.
        return unescape(value) if "_x" in value else value
    # A number in Excel is a double, however many digits the file gives it.
    return value_text(float(value) if type(value) is int else value)
