"""One workbook of all displays: what is printed stands in its sheets."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from exports.displays import SUBGROUPS, TERMS, Shown, listing, shown, table
from studyspec.exports.files import write_exports
from studyspec.exports.results_book import results_workbook
from tables.plain import small_tlf


def opened(*displays: Shown) -> Any:
    return openpyxl.load_workbook(io.BytesIO(results_workbook(displays)))


def sheet(one: Shown) -> Worksheet:
    return opened(one)[one[0].id]


def text(cell: Any) -> str:
    """What is seen in a cell."""
    if isinstance(cell.value, int | float):
        decimals = len(cell.number_format.partition(".")[2])
        return f"{cell.value:.{decimals}f}"
    return cell.value or ""


def lines(found: Worksheet) -> list[tuple[str, ...]]:
    return [tuple(map(text, row)) for row in found.iter_rows()]


@pytest.mark.parametrize("more", [{}, {"subgroups": SUBGROUPS}], ids=["plain", "subgroups"])
def test_a_sheet_has_every_line_as_printed(more: dict[str, Any]) -> None:
    display, result = table(**more)
    found = lines(sheet((display, result)))
    wanted = [(line.label, *line.cells) for layout in result.layouts for line in layout.body]
    assert [line for line in found if line in wanted] == wanted
    texts = [line[0] for line in found]
    for layout in result.layouts:
        assert all(title in texts for title in (*layout.titles, *layout.population, *layout.footnotes, layout.source))


def test_column_heads_stand_above_their_columns() -> None:
    assert ("Event", "Drug A\n(N=3)", "Drug B\n(N=1)") in lines(sheet(table()))


def test_a_heading_over_several_columns_is_one_cell() -> None:
    columns = [
        {"ID": name, "Label": f"Drug {name}", "Kind": "group", "Span": "Both", "Where": f'TRT01A == "{name}"'}
        for name in "AB"
    ]
    found = sheet(shown([TERMS], columns=columns))
    (row,) = [number for number, line in enumerate(lines(found), start=1) if line[1] == "Both"]
    assert f"B{row}:C{row}" in [str(item) for item in found.merged_cells.ranges]


def test_a_cell_that_is_one_number_is_a_number() -> None:
    cells = {cell.value for row in sheet(table()).iter_rows(min_col=2) for cell in row}
    assert {0, 3, 80.0} <= cells


def test_text_that_looks_like_a_formula_stays_text() -> None:
    (found,) = [cell for row in sheet(table()).iter_rows() for cell in row if cell.value == "=1+1"]
    assert found.data_type == "s"


def test_deeper_lines_are_indented() -> None:
    found = {cell.value: cell.alignment for (cell, *_) in sheet(table()).iter_rows()}
    assert found["Rash"].indent > found["By term"].indent == 0
    assert found["Rash"].horizontal == "left"


def test_a_listing_repeats_its_keys_and_can_be_filtered() -> None:
    found = sheet(listing())
    assert [line for line in lines(found) if line[0] in ("1", "2", "3")] == [
        ("1", "=1+1"),
        ("1", "Rash"),
        ("2", "Rash"),
        ("3", "Itch"),
    ]
    first = next(number for number, line in enumerate(lines(found), start=1) if line == ("Subject", "Term"))
    assert found.auto_filter.ref == f"A{first}:B{first + 4}"


def test_contents_lead_to_every_sheet() -> None:
    book = opened(table())
    assert book.sheetnames == ["Contents", "T-1"]
    cell = book["Contents"]["A2"]
    assert (cell.value, cell.hyperlink.location or cell.hyperlink.target) == ("Table 1", "#'T-1'!A1")


def test_same_displays_give_the_same_bytes() -> None:
    assert results_workbook([table()]) == results_workbook([table()])


def test_a_character_that_no_workbook_can_hold_is_replaced() -> None:
    assert "Events \ufffd" in [line[0] for line in lines(sheet(table(Title="Events \x07")))]


def test_both_files_are_written_beside_the_displays(tmp_path: Path) -> None:
    tlf = small_tlf([{"Label": "Any"}])
    _, result = table()
    written = write_exports([result], tlf, tmp_path)
    assert written == [tmp_path / "tlf" / "all-displays.pdf", tmp_path / "tlf" / "results.xlsx"]
    assert all(path.stat().st_size for path in written)


def test_without_a_display_nothing_is_written(tmp_path: Path) -> None:
    assert write_exports([], small_tlf([{"Label": "Any"}]), tmp_path) == []
    assert list(tmp_path.iterdir()) == []
