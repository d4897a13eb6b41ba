"""Excel: every sheet is a form, typed cells become the text that says the same."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from raw.extracts import found_codes, read_forms, write_manifest
from studyspec.raw.read import read_extract


def write(folder: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "all.xlsx")
    return folder


def column(folder: Path, values: list[Any]) -> list[str]:
    write(folder, AE=[["A", "N"], *([value, 1] for value in values)])
    return read_forms(folder, {"form": "ae", "file": "all.xlsx", "rows": len(values)})["ae"]["A"].tolist()


def test_cells_are_the_shortest_text_that_says_the_same(tmp_path: Path) -> None:
    values = ["NA", " None ", "007", 1, 1.0, 0.1, 1e21, True, None]
    assert column(tmp_path, values) == ["NA", " None ", "007", "1", "1", "0.1", "1e+21", "true", ""]


def test_dates_and_times_are_iso_8601(tmp_path: Path) -> None:
    values = [date(2022, 2, 3), datetime(2022, 2, 3), datetime(2022, 2, 3, 4, 5, 6), time(4, 5), timedelta(hours=26)]
    assert column(tmp_path, values) == [
        "2022-02-03",
        "2022-02-03T00:00:00",
        "2022-02-03T04:05:06",
        "04:05:00",
        "PT26H0M0S",
    ]


def test_a_time_behind_a_date_format_is_not_lost(tmp_path: Path) -> None:
    write(tmp_path, AE=[["A"], [45000.25]])
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    book["AE"]["A2"].number_format = "dd.mm.yyyy"
    book.save(tmp_path / "all.xlsx")
    assert read_forms(tmp_path, {"file": "all.xlsx", "rows": 1})["all"]["A"].tolist() == ["2023-03-15T06:00:00"]


def test_each_sheet_that_holds_anything_is_a_form(tmp_path: Path) -> None:
    write(tmp_path, AE=[["A"], ["x"]], DM=[["B", "C"]], Empty=[])
    entry: dict[str, object] = {"form": "ae", "file": "all.xlsx", "sheet": "AE", "rows": 1}
    forms = read_forms(tmp_path, entry, entry | {"form": "dm", "sheet": "DM", "rows": 0})
    assert forms["ae"].to_dict("list") == {"A": ["x"]}
    assert forms["dm"].to_dict("list") == {"B": [], "C": []}
    assert found_codes(tmp_path, entry) == ["RAW-016"]
    assert found_codes(tmp_path, entry, entry | {"form": "dm", "sheet": "dm"}) == ["RAW-015", "RAW-016"]


def test_blank_rows_between_records_are_records_and_those_after_the_last_are_not(tmp_path: Path) -> None:
    write(tmp_path, AE=[["A", "B"], ["x", 1], [None, None], ["y", 2], ["", None], [None, None]])
    assert read_forms(tmp_path, {"file": "all.xlsx", "rows": 3})["all"]["A"].tolist() == ["x", "", "y"]


def test_error_cells_and_formulas_without_result_are_findings_by_cell(tmp_path: Path) -> None:
    write(tmp_path, AE=[["A", "B"], ["x", "#N/A"], ["=1+1", "y"]])
    _, findings = read_extract(write_manifest(tmp_path, [{"file": "all.xlsx", "rows": 2}]))
    assert [(finding.code, finding.cell.partition("/")[2]) for finding in findings] == [
        ("RAW-018", "all.xlsx!AE!A3"),
        ("RAW-018", "all.xlsx!AE!B2"),
    ]


def test_headers_become_names_that_an_expression_can_say(tmp_path: Path) -> None:
    write(tmp_path, AE=[["Subject ID", "24h", "in", "Ülke"], ["a", "b", "c", "d"]])
    (form,) = read_forms(tmp_path, {"file": "all.xlsx", "rows": 1}).values()
    assert list(form) == ["Subject_ID", "_24h", "in_", "Ülke"]


@pytest.mark.parametrize("rows", [[["A", "A"]], [["A", None], ["x", "y"]], [[], ["A"], ["x"]], [["A b", "A_b"]]])
def test_columns_without_a_name_of_their_own_are_refused(tmp_path: Path, rows: list[list[Any]]) -> None:
    write(tmp_path, AE=rows)
    assert found_codes(tmp_path, {"file": "all.xlsx", "rows": 1}) == ["RAW-014"]


def test_another_file_named_xlsx_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.xlsx").write_text("A,B\n1,2\n")
    assert found_codes(tmp_path, {"file": "all.xlsx", "rows": 1}) == ["RAW-014"]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    write(tmp_path, AE=[["A"], *([f"text {number}"] for number in range(50))])
    path = tmp_path / "all.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"tabRatio", b"tabRatia")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert found_codes(tmp_path, {"file": "all.xlsx", "rows": 50}) == ["RAW-014"]
    content = path.read_bytes()
    at = content.index(b"xl/worksheets/sheet1.xml") + 60
    path.write_bytes(content[:at] + bytes(20) + content[at + 20 :])
    assert found_codes(tmp_path, {"file": "all.xlsx", "rows": 50}) == ["RAW-014"]


# openpyxl refuses control characters, loses carriage returns, and takes "=1" for a formula and "#N/A" for an error.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r")).filter(
    lambda text: not ILLEGAL_CHARACTERS_RE.search(text) and not text.startswith(("=", "#")) and "_x" not in text
)
# openpyxl writes 16 digits, Excel 17, and people 15 at most.
numbers = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: float(f"{number:.15g}"))
cells = texts | st.integers(-(10**15), 10**15) | numbers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(cells, min_size=1, max_size=5))
def test_what_a_workbook_writer_writes_is_read_back(tmp_path: Path, values: list[str | float]) -> None:
    for text, value in zip(column(tmp_path, values), values, strict=True):
        if isinstance(value, str):
            assert text == value
        else:
            assert float(text) == value


@pytest.mark.slow
def test_a_workbook_of_libreoffice_is_read(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice (soffice)")
    source = tmp_path / "source" / "ae.csv"
    source.parent.mkdir()
    source.write_text("TERM,DAY,DOSE,SUM\nNA,2022-02-03,0.1,=1+2\n", encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", str(source)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (form,) = read_forms(tmp_path, {"file": "ae.xlsx", "rows": 1}).values()
    assert form.iloc[0].tolist() == ["NA", "2022-02-03", "0.1", "3"]
