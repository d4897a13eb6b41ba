"""The cells of .xlsx files are those that openpyxl and Excel see in them."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from studyspec.spec.xlsx import column_letters, column_number, sheets_of

ROOT = Path(__file__).parents[2]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# What XML can hold and Excel keeps as it is.
TEXTS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFD, exclude_categories=["Cs"]), max_size=12)
VALUES = st.one_of(
    *(st.none(), TEXTS.filter(lambda text: not text.startswith("=")), st.booleans()),
    *(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False)),
    *(st.dates(date(1900, 3, 1)), st.datetimes(datetime(1900, 3, 1)).map(lambda value: value.replace(microsecond=0))),
    *(st.times().map(lambda value: value.replace(microsecond=0)), st.timedeltas(timedelta(), timedelta(days=9))),
)

Table = dict[tuple[int, int], object]


def our_reading(path: Path) -> dict[str, Table]:
    return {name: filled((number, values) for number, values in rows) for name, rows in sheets_of(path)}


def reading_of_openpyxl(path: Path) -> dict[str, Table]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, data_only=True)
    return {sheet.title: filled(enumerate(sheet.values, start=1)) for sheet in book.worksheets}


def filled(rows: object) -> Table:
    """The cells with content by row and column, each with its type."""
    return {
        (number, place): (type(value), value)
        for number, values in rows
        for place, value in enumerate(values, start=1)
        if value is not None and value != ""
    }


def made(folder: Path, cells: str, *, strings: str = "", namespace: str = MAIN, target: str = "sheets/one.xml") -> Path:
    """A workbook of one sheet, its parts placed as no common writer does."""
    path = folder / "made.xlsx"
    targets = {"worksheet": target} | ({"sharedStrings": "/strings.xml"} if strings else {})
    links = "".join(
        f'<Relationship Id="r{kind}" Type="{KINDS}/{kind}" Target="{place}"/>' for kind, place in targets.items()
    )
    with ZipFile(path, "w") as archive:
        home = f'<Relationship Id="a" Type="{KINDS}/officeDocument" Target="book/main.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{home}</Relationships>')
        sheet = '<sheet name="Only" sheetId="4" r:id="rworksheet"/>'
        book = f'<workbook xmlns="{namespace}" xmlns:r="{KINDS}"><sheets>{sheet}</sheets></workbook>'
        archive.writestr("book/main.xml", book)
        archive.writestr("book/_rels/main.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>')
        archive.writestr("strings.xml", f'<sst xmlns="{namespace}">{strings}</sst>')
        content = f'<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'
        archive.writestr("book/sheets/one.xml", content)
    return path


@given(st.integers(1, 16384))
def test_columns_have_the_letters_of_excel(number: int) -> None:
    assert column_letters(number) == get_column_letter(number)
    assert column_number(column_letters(number)) == number == column_index_from_string(column_letters(number))


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.lists(VALUES, max_size=5), max_size=6), from_1904=st.booleans())
def test_every_kind_of_value_is_read_as_openpyxl_reads_it(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[object]], from_1904: bool
) -> None:
    book = Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            if not (from_1904 and isinstance(value, date) and value.year < 1905):
                book.active.cell(number, place, value)
    path = tmp_path_factory.mktemp("books") / "s.xlsx"
    book.save(path)
    assert our_reading(path) == reading_of_openpyxl(path)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("**/specs/*.xlsx")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_the_workbooks_of_this_project_are_read_as_openpyxl_reads_them(path: Path) -> None:
    assert our_reading(path) == reading_of_openpyxl(path)


def test_texts_of_several_runs_are_put_together_without_their_pronunciation(tmp_path: Path) -> None:
    runs = "<r><rPr><b/></rPr><t>AE</t></r><r><t xml:space='preserve'> start</t></r>"
    spoken = "<rPh sb='0' eb='1'><t>spoken</t></rPh><phoneticPr fontId='1'/>"
    cells = f"<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is>{runs}{spoken}</is></c></row>"
    path = made(tmp_path, cells, strings=f"<si>{runs}{spoken}</si>")
    assert our_reading(path) == {"Only": {(1, 1): (str, "AE start"), (1, 2): (str, "AE start")}}


def test_an_escaped_underscore_of_a_shared_text_is_an_underscore(tmp_path: Path) -> None:
    path = made(tmp_path, "<row r='1'><c r='A1' t='s'><v>0</v></c></row>", strings="<si><t>a_x005F_x000D_</t></si>")
    assert our_reading(path) == {"Only": {(1, 1): (str, "a_x000D_")}}


def test_formulas_give_their_last_value_and_errors_their_name(tmp_path: Path) -> None:
    cells = (
        "<row r='1'><c r='A1' t='str'><f>B1&amp;\"x\"</f><v>yx</v></c><c r='B1'><f>1+1</f><v>2</v></c>"
        "<c r='C1' t='e'><f>1/0</f><v>#DIV/0!</v></c><c r='D1' t='b'><v>1</v></c><c r='E1'><f>1</f></c></row>"
    )
    found = our_reading(made(tmp_path, cells))["Only"]
    assert list(found.values()) == [(str, "yx"), (int, 2), (str, "#DIV/0!"), (bool, True)]


def test_rows_and_cells_without_a_place_follow_the_ones_before(tmp_path: Path) -> None:
    cells = "<row r='3'><c r='B3'><v>1</v></c><c><v>2.5</v></c></row><row><c><v>1E2</v></c></row>"
    found = our_reading(made(tmp_path, cells))["Only"]
    assert found == {(3, 2): (int, 1), (3, 3): (float, 2.5), (4, 1): (float, 100.0)}


def test_strict_files_are_read_too(tmp_path: Path) -> None:
    cells = "<row r='1'><c r='A1' t='d'><v>2022-02-22T00:00:00</v></c></row>"
    found = our_reading(made(tmp_path, cells, namespace=STRICT, target="/book/sheets/one.xml"))
    assert found == {"Only": {(1, 1): (datetime, datetime(2022, 2, 22))}}


def test_a_number_that_is_no_date_in_a_cell_of_dates_is_an_error_value(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"], book.active["A2"] = 1e12, time(12, 30)
    book.active["A1"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "s.xlsx")
    found = our_reading(tmp_path / "s.xlsx")["Sheet"]
    assert list(found.values()) == [(str, "#VALUE!"), (time, time(12, 30))]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not there")
def test_a_workbook_saved_by_libreoffice_holds_the_same_texts(tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(ROOT / "specs" / "adam.xlsx")], check=True, capture_output=True)
    assert our_reading(tmp_path / "adam.xlsx") == reading_of_openpyxl(tmp_path / "adam.xlsx")
    assert our_reading(tmp_path / "adam.xlsx") == our_reading(ROOT / "specs" / "adam.xlsx")


def test_a_file_without_a_workbook_in_it_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "s.xlsx", "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(KeyError):
        list(sheets_of(tmp_path / "s.xlsx"))
