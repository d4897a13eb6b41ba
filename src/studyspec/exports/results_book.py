"""All displays as one workbook: a sheet each, as printed, behind a list of contents."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from studyspec.spec.tlf import Display
from studyspec.tables.display import DisplayResult
from studyspec.tables.layout import BodyLine, HeadCell, Layout

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CONTENTS = "Contents"
_FONT = "Arial"
_DARK, _OTHER, _LINE, _LINK = "1F3864", "2E6B4F", "BFBFBF", "0563C1"
_LINE_HEIGHT, _TITLE_HEIGHT = 12.0, 16.0
_DEEPEST = 7
# A cell that is one number is a number in the workbook, with its decimals.
_NUMBER = re.compile(r"-?\d{1,15}(?:\.(\d{1,10}))?")
_NARROWEST, _WIDEST, _WIDEST_LABEL = 9, 42, 60
# Excel refuses longer texts, and these characters.
_LONGEST = 32_767
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def results_workbook(results: Sequence[tuple[Display, DisplayResult]]) -> bytes:
    """All displays as an .xlsx file.

    Args:
        results: each display as it was built, in the order of the sheets.

    Returns:
        The file: a sheet Contents with links, then a sheet per display with titles, column heads, lines and footnotes
        as printed. A listing repeats its keys on every line, so that it can be filtered. The same displays give the
        same bytes.
    """
    from openpyxl import Workbook

    from studyspec.spec.workbook_style import workbook_bytes

    book = Workbook()
    del book[book.sheetnames[0]]
    _Contents(book.create_sheet(CONTENTS)).fill([display for display, _ in results])
    for display, result in results:
        _Sheet(book.create_sheet(display.id), display).fill(result.layouts)
    return workbook_bytes(book)


class _Looks:
    """The styles of cells; each is one object, as making them takes time."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, Side

        thin, strong = Side(style="thin", color=_LINE), Side(style="medium", color=_DARK)
        self.plain = Font(name=_FONT, size=9)
        self.bold = Font(name=_FONT, size=9, bold=True)
        self.title = Font(name=_FONT, size=12, bold=True, color=_DARK)
        self.quiet = Font(name=_FONT, size=8, color="595959")
        self.link = Font(name=_FONT, size=9, color=_LINK, underline="single")
        self.figure = Alignment(horizontal="right", vertical="top", wrap_text=True)
        self.text = Alignment(horizontal="left", vertical="top", wrap_text=True)
        self.head = Alignment(horizontal="center", vertical="bottom", wrap_text=True)
        self.labels = {
            step: Alignment(horizontal="left", vertical="top", wrap_text=True, indent=2 * step)
            for step in range(_DEEPEST + 1)
        }
        self.above, self.below, self.under = Border(top=strong), Border(bottom=strong), Border(bottom=thin)


class _Contents:
    """The first sheet: every display with a link to its sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._looks = _Looks()

    def fill(self, displays: Sequence[Display]) -> None:
        looks, sheet = self._looks, self._sheet
        rows = [("Display", "Title", "Population")]
        rows += [(f"{item.type} {item.number}", item.title, item.population_label) for item in displays]
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                cell = _put(sheet, number, column, text, looks.bold if number == 1 else looks.plain, looks.text)
                cell.border = looks.below if number == 1 else looks.under
        for number, display in enumerate(displays, start=2):
            cell = sheet.cell(number, 1)
            cell.hyperlink = f"#'{display.id}'!A1"
            cell.font = looks.link
        for letter, width in zip("ABC", (18, 90, 60), strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.freeze_panes = "A2"
        _for_print(sheet, "landscape", "1:1")


class _Sheet:
    """One display, or its parts one below the other; keeps the widths of columns and the number of the next row."""

    def __init__(self, sheet: Worksheet, display: Display) -> None:
        self._sheet = sheet
        self._display = display
        self._looks = _Looks()
        self._widths: list[int] = []
        self._row = 1

    def fill(self, layouts: Sequence[Layout]) -> None:
        from openpyxl.worksheet.pagebreak import Break

        first = layouts[0]
        self._set_widths(layouts)
        self._note(CONTENTS, self._looks.link)
        self._sheet.cell(1, 1).hyperlink = f"#'{CONTENTS}'!A1"
        for text in first.header:
            self._note(text)
        for layout in layouts:
            if layout is not first:
                self._sheet.row_breaks.append(Break(id=self._row))
            self._part(layout, is_only=len(layouts) == 1)
        for text in (*first.footnotes, first.source):
            self._note(text)
        self._sheet.sheet_properties.tabColor = _DARK if self._display.type == "Table" else _OTHER

    def _part(self, layout: Layout, *, is_only: bool) -> None:
        self._row += 1
        for place, text in enumerate((*layout.titles, *layout.population)):
            self._note(text, self._looks.title if place < 2 else self._looks.bold)
        top = self._row
        self._head(layout)
        first_line = self._row
        for line in layout.body:
            self._line(layout, line)
        for column in range(1, layout.column_count + 2):
            self._sheet.cell(max(first_line, self._row - 1), column).border = self._looks.below
        if is_only:
            self._sheet.freeze_panes = f"B{first_line}"
            _for_print(self._sheet, layout.orientation, f"{top}:{first_line - 1}")
            if self._display.lists_records:
                last = self._sheet.cell(max(first_line, self._row - 1), layout.column_count + 1).coordinate
                self._sheet.auto_filter.ref = f"A{first_line - 1}:{last}"
        else:
            _for_print(self._sheet, layout.orientation, "")
        self._row += 1

    def _head(self, layout: Layout) -> None:
        """A row per level of headings; a heading over several columns is one cell."""
        last = self._row + len(layout.head) - 1
        _put(self._sheet, last, 1, layout.stub_head, self._looks.bold, self._looks.text)
        for number, level in enumerate(layout.head, start=self._row):
            for cell in level:
                self._heading(number, cell, layout)
            texts = [cell.text for cell in level] + ([layout.stub_head] if number == last else [])
            self._sheet.row_dimensions[number].height = _LINE_HEIGHT * max(text.count("\n") + 1 for text in texts)
        for column in range(1, layout.column_count + 2):
            self._sheet.cell(last, column).border = self._looks.below
        self._row = last + 1

    def _heading(self, number: int, cell: HeadCell, layout: Layout) -> None:
        start = cell.first + 2
        alone = cell.count == 1 and cell.first in layout.text_columns
        _put(self._sheet, number, start, cell.text, self._looks.bold, self._looks.text if alone else self._looks.head)
        if cell.count > 1:
            self._sheet.merge_cells(
                start_row=number, end_row=number, start_column=start, end_column=start + cell.count - 1
            )

    def _line(self, layout: Layout, line: BodyLine) -> None:
        label, *cells = line.page_start or (line.label, *line.cells)
        # In a listing, an indent only says that the line belongs to the one above.
        indent = 0 if self._display.lists_records else min(line.indent, _DEEPEST)
        self._set_height([" " * 2 * indent + label, *cells])
        _put(self._sheet, self._row, 1, label, self._looks.plain, self._looks.labels[indent])
        for place, text in enumerate(cells):
            if text:
                look = self._looks.text if place in layout.text_columns else self._looks.figure
                _put(
                    self._sheet, self._row, place + 2, text, self._looks.plain, look, numeric=look is self._looks.figure
                )
        self._row += 1

    def _set_height(self, texts: Sequence[str]) -> None:
        """Room for the lines of the row's cells; not every program finds it out by itself."""
        lines = max(
            sum(math.ceil(max(1, len(part)) / width) for part in text.split("\n"))
            for text, width in zip(texts, self._widths, strict=True)
        )
        if lines > 1:
            self._sheet.row_dimensions[self._row].height = _LINE_HEIGHT * lines

    def _note(self, text: str, font: Any = None) -> None:
        """A text across all columns, on as many lines as it needs."""
        _put(self._sheet, self._row, 1, text, font or self._looks.quiet, self._looks.text)
        self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=1, end_column=len(self._widths))
        height = _TITLE_HEIGHT if font is self._looks.title else _LINE_HEIGHT
        lines = math.ceil(len(text) * height / _LINE_HEIGHT / sum(self._widths))
        self._sheet.row_dimensions[self._row].height = height * max(1, lines)
        self._row += 1

    def _set_widths(self, layouts: Sequence[Layout]) -> None:
        from openpyxl.utils import get_column_letter

        for column in range(layouts[0].column_count + 1):
            longest = max((len(text) for text in _column_texts(layouts, column)), default=0)
            widest = _WIDEST if column or self._display.lists_records else _WIDEST_LABEL
            self._widths.append(min(widest, max(_NARROWEST, longest + 2)))
            self._sheet.column_dimensions[get_column_letter(column + 1)].width = self._widths[-1]


def _column_texts(layouts: Sequence[Layout], column: int) -> Iterator[str]:
    """The lines of text in a column: 0 has the labels."""
    for layout in layouts:
        if column == 0:
            yield from layout.stub_head.split("\n")
            yield from (" " * 2 * line.indent + line.label for line in layout.body)
            continue
        for level in layout.head:
            yield from (
                text for cell in level if (cell.first, cell.count) == (column - 1, 1) for text in cell.text.split("\n")
            )
        yield from (text for line in layout.body for text in line.cells[column - 1].split("\n"))


def _put(
    sheet: Worksheet, row: int, column: int, text: str, font: Any, alignment: Any, *, numeric: bool = False
) -> Any:
    """Write a cell; text that looks like a formula stays text."""
    cell = sheet.cell(row, column)
    cell.font, cell.alignment = font, alignment
    number = _NUMBER.fullmatch(text.strip()) if numeric else None
    if number:
        cell.value = float(text) if number[1] else int(text)
        cell.number_format = f"0.{'0' * len(number[1])}" if number[1] else "0"
    elif text:
        cell.value = _REFUSED.sub("\ufffd", text)[:_LONGEST]
        cell.data_type = "s"
    return cell


def _for_print(sheet: Worksheet, orientation: Literal["portrait", "landscape"], head: str) -> None:
    """As wide as the paper, with the column heads on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None:
        sheet.oddFooter.right.text = "Page &P of &N"
    if head:
        sheet.print_title_rows = head
