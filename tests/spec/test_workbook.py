"""Cells are read as a person sees them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart

from studyspec.spec.workbook import cell_text, read_workbook


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (30.0, "30"),
        (0.1, "0.1"),
        (-2, "-2"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("NA", "NA"),
        ("None", "None"),
        ("  x ", "x"),
        ("one_x000D_\ntwo", "one\ntwo"),
        (datetime(2022, 2, 22), "2022-02-22"),
        (datetime(2022, 2, 22, 8, 30), "2022-02-22T08:30:00"),
        (date(2022, 2, 22), "2022-02-22"),
    ],
)
def test_cell_text_is_what_a_person_reads(value: object, expected: str) -> None:
    assert cell_text(value) == expected


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_whole_numbers_read_the_same_whether_excel_keeps_them_as_float_or_not(number: int) -> None:
    assert cell_text(number) == cell_text(float(number)) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_lose_nothing(number: float) -> None:
    assert float(cell_text(number)) == number


@given(st.text())
def test_texts_lose_only_outer_blanks(text: str) -> None:
    assert cell_text(text) == text.strip() or "_x000D_" in text


def test_rows_know_their_cells_and_empty_rows_are_left_out(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for line in (["ID", None, "Name"], [None, None, None], ["A", "x", 1.0]):
        sheet.append(line)
    book.save(tmp_path / "s.xlsx")
    found = read_workbook(tmp_path / "s.xlsx", "specs/s.xlsx").sheets["Sheet"]
    assert found.headers == ("ID", "Name")
    assert [(row["ID"], row["Name"], row["Nothing"]) for row in found.rows] == [("A", "1", "")]
    assert found.rows[0].location.at("Name") == "specs/s.xlsx!Sheet!C3"


def test_chart_sheets_are_no_tables(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["ID"])
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.save(tmp_path / "s.xlsx")
    assert list(read_workbook(tmp_path / "s.xlsx").sheets) == ["Sheet"]


def test_drop_downs_that_openpyxl_does_not_know_print_nothing(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    book = Workbook()
    book.active.append(["ID"])
    book.save(tmp_path / "plain.xlsx")
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"></ext></extLst></worksheet>'
    with ZipFile(tmp_path / "plain.xlsx") as old, ZipFile(tmp_path / "s.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</worksheet>", extension))
    assert read_workbook(tmp_path / "s.xlsx").sheets["Sheet"].headers == ("ID",)
    assert list(recwarn) == []
