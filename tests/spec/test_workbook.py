"""Cells are read as a person sees them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

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
    assert cell_text(text) == text.strip()


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
