"""Workbooks that studyspec writes: Excel offers what the loader accepts, in the same bytes each time."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from studyspec.spec.model import Standard
from studyspec.spec.schemas import SCHEMAS
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import read_workbook
from studyspec.spec.workbook_style import add_sheet, style_workbook, workbook_bytes


def _book(standard: Standard | None = "SDTM") -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, columns in {**SCHEMAS, **SHEETS}.items():
        add_sheet(book, name, list(columns), [])
    style_workbook(book, standard)
    return book


def _drop_downs(sheet: Worksheet) -> dict[str, str]:
    """Header to the list of its drop-down."""
    rules = sheet.data_validations.dataValidation
    return {sheet.cell(1, next(iter(rule.sqref)).min_col).value: rule.formula1 for rule in rules}


def test_every_closed_column_offers_what_its_schema_allows() -> None:
    book = _book()
    for name, columns in {**SCHEMAS, **SHEETS}.items():
        offered = _drop_downs(book[name])
        for header, rules in columns.items():
            if "allowed" in rules and header != "Class":
                assert offered[header] == '"' + ",".join(value for value in rules["allowed"] if value) + '"'


_STANDARDS: tuple[Standard, ...] = ("SDTM", "ADaM")


def test_classes_offered_are_those_of_the_standard() -> None:
    sdtm, adam = (_drop_downs(_book(standard)["Datasets"])["Class"].strip('"').split(",") for standard in _STANDARDS)
    assert "EVENTS" in sdtm and "BASIC DATA STRUCTURE" in adam
    assert sorted(sdtm + adam) == sorted(SCHEMAS["Datasets"]["Class"]["allowed"])


def test_drop_downs_name_the_cells_of_other_sheets() -> None:
    book = _book()
    assert _drop_downs(book["Variables"])["Dataset"] == "=Datasets!$A$2:$A$5000"
    assert _drop_downs(book["Variables"])["Method"] == "=Methods!$A$2:$A$5000"
    assert _drop_downs(book["Sources"])["Form"] == "=Forms!$A$2:$A$5000"
    assert _drop_downs(book["Rows"])["Display"] == "=Displays!$A$2:$A$5000"
    assert _drop_downs(book["Analysis Results"])["Display"] == "='Analysis Displays'!$A$2:$A$5000"
    assert _drop_downs(book["Analysis Results"])["Join Comment"] == "=Comments!$A$2:$A$5000"
    assert "Display" not in _drop_downs(book["Notes"])


def test_no_list_is_longer_than_excel_takes() -> None:
    for sheet in _book(None).worksheets:
        assert all(len(formula) <= 257 for formula in _drop_downs(sheet).values())


def test_headers_stay_in_view_and_filter() -> None:
    sheet = _book()["Variables"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:V1"


def test_colours_tell_who_reads_a_column() -> None:
    sheet = _book()["Variables"]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in sheet[1]}
    assert colours["Label"] != colours["Origin"] != colours["Supplemental"] != colours["Label"]


def test_text_columns_keep_what_looks_like_a_date() -> None:
    sheet = _book()["Parameters"]
    assert sheet.column_dimensions["B"].number_format == "@"


def test_same_content_gives_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = workbook_bytes(_book())
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert workbook_bytes(_book()) == first
    assert openpyxl.load_workbook(BytesIO(first)).properties.creator == "studyspec"


_TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Co", "Cn"]), min_size=1, max_size=20)


@given(st.lists(_TEXT.map(str.strip).filter(bool), min_size=1, max_size=5))
def test_any_text_reads_back_as_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(book, "Comments", ["ID", "Description"], [{"ID": "C", "Description": text} for text in texts])
    style_workbook(book)
    path = tmp_path_factory.mktemp("text") / "a.xlsx"
    path.write_bytes(workbook_bytes(book))
    assert [row["Description"] for row in read_workbook(path).rows("Comments")] == texts


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "007", "1E5", "2022-02-22", "_x0041_"])
def test_text_that_excel_would_read_as_something_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    test_any_text_reads_back_as_text.hypothesis.inner_test(tmp_path_factory, [text])  # type: ignore[attr-defined]
