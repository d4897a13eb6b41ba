"""The look of spec workbooks: header colours, widths, frozen headers, filters and drop-downs.

What a column allows is taken from the schemas, so that a drop-down offers what the loader accepts. Header colours:
dark blue for the columns of Pinnacle 21, orange for those that only Define-XML 2.1 has, green for what studyspec adds.
A saved workbook holds no clock: the same content gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from studyspec.archive import without_times
from studyspec.spec.model import Standard
from studyspec.spec.schemas import SCHEMAS, Rules
from studyspec.spec.tlf_schema import SHEETS as TLF_SCHEMAS

CellValue = str | int | float | None
ADAM_CLASSES = (
    "SUBJECT LEVEL ANALYSIS DATASET",
    "BASIC DATA STRUCTURE",
    "OCCURRENCE DATA STRUCTURE",
    "REFERENCE DATA STRUCTURE",
    "ADAM OTHER",
    "DEVICE LEVEL ANALYSIS DATASET",
    "MEDICAL DEVICE BASIC DATA STRUCTURE",
    "MEDICAL DEVICE OCCURRENCE DATA STRUCTURE",
)

_BLUE, _ORANGE, _GREEN = "1F3864", "C55A11", "2E6B4F"
_OWN_SHEETS = ("README", "Forms", "Sources", "Mapping", "Parameters", "Checks", "Explained", "Guide")
_OWN_HEADERS = ("Supplemental", "Synonyms", "Extended", "Rows")
_DEFINE_21_HEADERS = {
    "Datasets": ("Class", "SubClass", "Standard"),
    "Variables": ("Origin", "Source"),
    "ValueLevel": ("Origin", "Source"),
    "Codelists": ("Terminology",),
}
# Characters; other columns are as wide as their content, within bounds.
_WIDTHS = {
    "Action": 60,
    "Description": 80,
    "Explanation": 110,
    "Expression": 90,
    "Expression Code": 80,
    "Join": 50,
    "Label": 36,
    "Message": 60,
    "Not Tabulated": 60,
    "Subject": 44,
    "Synonyms": 50,
    "Text": 90,
    "Where": 44,
    "Where Clause": 44,
}
_NARROWEST, _WIDEST = 9, 44
# The column left of which, with the header, a sheet stays in view when it is scrolled.
_FROZEN = {"Variables": "D2", "ValueLevel": "D2", "Codelists": "B2", "Methods": "C2", "Mapping": "C2", "Rows": "E2"}
# A header whose values are the first column of another sheet.
_REFERENCES = {"Dataset": "Datasets", "Method": "Methods", "Comment": "Comments", "Document": "Documents"}
_REFERENCES |= {"Display": "Displays"}
_LAST_ROW = 5000
_LONGEST_LIST = 255  # Excel refuses a longer text as the list of a drop-down.
_FONT = "Arial"


def add_sheet(book: Workbook, name: str, headers: Sequence[str], rows: Iterable[Mapping[str, CellValue]]) -> Worksheet:
    """Append a sheet: `headers` in row 1, then a row for each mapping of header to value.

    Text stays text: what begins with "=" is no formula, and "#N/A" no error. "" and None leave the cell empty.

    Raises:
        openpyxl.utils.exceptions.IllegalCharacterError: a text holds a control character that no workbook can hold.
    """
    sheet: Worksheet = book.create_sheet(name)
    for column, header in enumerate(headers, start=1):
        sheet.cell(1, column, header)
    for number, row in enumerate(rows, start=2):
        for column, header in enumerate(headers, start=1):
            value = row.get(header)
            if value not in ("", None):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    return sheet


def style_workbook(book: Workbook, standard: Standard | None = None) -> None:
    """Give every sheet its look; call it once, when all sheets are there.

    Args:
        book: sheets with their headers in row 1.
        standard: of which the drop-down of Datasets, Class, offers the classes; without it there is none.
    """
    for sheet in book.worksheets:
        headers = [str(cell.value or "") for cell in sheet[1]]
        _style_cells(sheet, headers)
        sheet.freeze_panes = _FROZEN.get(sheet.title, "A2")
        if sheet.title != "README":
            sheet.auto_filter.ref = sheet.dimensions
        sheet.sheet_properties.tabColor = _GREEN if sheet.title in _OWN_SHEETS else _BLUE
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        _add_drop_downs(book, sheet, headers, standard)


def workbook_bytes(book: Workbook) -> bytes:
    """The .xlsx file of a workbook, without the times and the author that openpyxl writes into it."""
    book.properties.created = datetime(1980, 1, 1)
    book.properties.creator = "studyspec"
    saved = BytesIO()
    book.save(saved)
    return without_times(saved.getvalue(), _without_modified)


def _without_modified(name: str, content: bytes) -> bytes:
    """The core properties without the time at which they were saved."""
    return re.sub(rb"<dcterms:modified.*?</dcterms:modified>", b"", content) if name == "docProps/core.xml" else content


def _style_cells(sheet: Worksheet, headers: list[str]) -> None:
    line = Side(style="thin", color="D9D9D9")
    look: dict[str, Any] = {
        "font": Font(name=_FONT, size=10),
        "alignment": Alignment(vertical="top", wrap_text=True),
        "border": Border(bottom=line),
    }
    for column, header in enumerate(headers, start=1):
        letter = get_column_letter(column)
        cells: list[Any] = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
        sheet.column_dimensions[letter].width = _width(header, cells)
        text_format = "@" if _rules(sheet.title, header).get("type") == "string" else "General"
        for target in (sheet.column_dimensions[letter], *cells[:1]):
            _apply(target, {**look, "number_format": text_format})
        for cell in cells[1:]:
            # Cell by cell, finding equal styles again would take most of the time of a large workbook.
            # A style of its own, so that colouring one cell later does not colour all.
            cell._style = copy(cells[0]._style)
        _apply(sheet.cell(1, column), _header_look(sheet.title, header))
    sheet.row_dimensions[1].height = 30


def _apply(target: Any, look: Mapping[str, Any]) -> None:
    for attribute, value in look.items():
        setattr(target, attribute, value)


def _header_look(sheet: str, header: str) -> dict[str, Any]:
    colour = _BLUE
    if sheet in _OWN_SHEETS or header in _OWN_HEADERS:
        colour = _GREEN
    elif header in _DEFINE_21_HEADERS.get(sheet, ()):
        colour = _ORANGE
    return {
        "font": Font(name=_FONT, size=10, bold=True, color="FFFFFF"),
        "fill": PatternFill("solid", fgColor=colour),
        "alignment": Alignment(vertical="center", wrap_text=True),
    }


def _width(header: str, cells: Iterable[Cell | MergedCell]) -> float:
    if header in _WIDTHS:
        return _WIDTHS[header]
    # Headers wrap between words; the button of the filter needs room beside them.
    texts = [line for cell in cells if cell.value is not None for line in str(cell.value).splitlines()]
    longest = max([2 + max(map(len, header.split()), default=0), *map(len, texts)])
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _rules(sheet: str, header: str) -> Rules:
    schema = SCHEMAS.get(sheet) or TLF_SCHEMAS.get(sheet) or {}
    return schema.get(header, {})


def _add_drop_downs(book: Workbook, sheet: Worksheet, headers: list[str], standard: Standard | None) -> None:
    last = max(_LAST_ROW, sheet.max_row)
    for column, header in enumerate(headers, start=1):
        formula = _list_of(book, sheet.title, header, standard)
        if formula:
            rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True)
            rule.errorTitle, rule.error = header, f"{header} takes a value of the list."
            letter = get_column_letter(column)
            rule.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(rule)


def _list_of(book: Workbook, sheet: str, header: str, standard: Standard | None) -> str:
    """The formula of the drop-down below a header: the values, or the cells that hold them; "" when there is none."""
    rules = _rules(sheet, header)
    allowed = [value for value in rules.get("allowed", ()) if value]
    if (sheet, header) == ("Datasets", "Class") and standard:
        allowed = [value for value in allowed if (value in ADAM_CLASSES) == (standard == "ADaM")]
    if allowed:
        text = ",".join(allowed)
        return f'"{text}"' if len(text) <= _LONGEST_LIST else ""
    target = _REFERENCES.get(header.split()[-1], "")
    if target == "Displays" and sheet == "Analysis Results":
        target = "Analysis Displays"
    if sheet == "Sources" and header == "Form":
        target = "Forms" if "Forms" in book.sheetnames else "Datasets"
    # "*" in Notes is every display; what the sheet of the same kind lists is new there.
    if sheet == "Notes" or target == sheet or target not in book.sheetnames:
        return ""
    return f"='{target}'!$A$2:$A${_LAST_ROW}" if " " in target else f"={target}!$A$2:$A${_LAST_ROW}"
