"""Reading the tlf workbook: the model, and a finding with its cell for everything that is wrong."""

from pathlib import Path

import pytest
from openpyxl import Workbook as ExcelWorkbook

from studyspec.findings import Finding
from studyspec.spec.load_tlf import load_tlf, tlf_from
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import cell_text
from studyspec.spec.write_tlf import tlf_rows
from tables.plain import sheets, small_sheets, small_tlf

ROWS = [{"Label": "Any"}, {"Label": "Grade 3", "Where": "ATOXGRN == 3"}]
PUBLISHED_COLUMN = {"ID": "P", "Label": "Trial", "Kind": "published", "N": "152"}
COUNTED = {"ID": "A", "Label": "Drug A", "Kind": "group"}


def found(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(item.code, item.cell.removeprefix("specs/tlf.xlsx!")) for item in findings]


def test_rows_columns_and_notes_come_in_the_order_stated() -> None:
    rows = [{"Label": "Second", "Order": "20"}, {"Label": "First", "Order": "10"}]
    display = small_tlf(
        rows, notes=[{"Kind": "footnote", "Text": "b", "Order": "9"}, {"Kind": "footnote", "Text": "a"}]
    )
    assert [row.label for row in display.displays["T-1"].rows] == ["First", "Second"]
    assert display.displays["T-1"].texts("footnote") == ("a", "b")


def test_row_reads_the_dataset_of_its_display_unless_it_names_one() -> None:
    rows = small_tlf([{}, {"Dataset": "ADSL"}]).displays["T-1"].rows
    assert [row.dataset for row in rows] == ["ADAE", "ADSL"]


def test_note_for_every_display_comes_after_the_display_s_own() -> None:
    notes = [{"Display": "*", "Kind": "footnote", "Text": "all"}, {"Kind": "footnote", "Text": "own", "Order": "99"}]
    assert small_tlf(ROWS, notes=notes).displays["T-1"].texts("footnote") == ("own", "all")


def test_published_column_carries_its_n_and_values() -> None:
    item = {"Row": "R0", "Column": "P", "Value": "88.8%"}
    display = small_tlf(ROWS, columns=[COUNTED, PUBLISHED_COLUMN], published=[item]).displays["T-1"]
    assert display.columns[1].n == 152
    assert [(value.row, value.value) for value in display.published] == [("R0", "88.8%")]


@pytest.mark.parametrize(
    ("cell", "text", "code", "place"),
    [
        ("Kind", "subject", "SPEC-009", "Rows!F2"),
        ("Order", "first", "SPEC-010", "Rows!B2"),
        ("ID", "", "SPEC-008", "Rows!C2"),
        ("Statistics", "n (percent)", "TLF-001", "Rows!J2"),
        ("Categories", "Y; Y", "TLF-001", "Rows!M2"),
        ("Sort", "by name", "TLF-001", "Rows!O2"),
        ("Select", "top 5", "TLF-001", "Rows!P2"),
        ("Display", "T-2", "TLF-002", "Rows!A2"),
    ],
)
def test_wrong_cell_is_found_where_it_is(cell: str, text: str, code: str, place: str) -> None:
    _, findings = tlf_from(small_sheets([ROWS[0] | {cell: text}, ROWS[1]]))
    assert (code, place) in found(findings)


def test_id_used_twice_in_a_display_is_found_and_the_first_row_stays() -> None:
    tlf, findings = tlf_from(small_sheets([{"ID": "X", "Label": "one"}, {"ID": "X", "Label": "two"}]))
    assert found(findings) == [("SPEC-011", "Rows!C3")]
    assert tlf is not None
    assert [row.label for row in tlf.displays["T-1"].rows] == ["one"]


def test_all_mistakes_are_found_in_one_run() -> None:
    rows = [{"Kind": "subject"}, {"Sort": "by name", "Select": "top"}, {"Order": "x"}]
    _, findings = tlf_from(small_sheets(rows, Type="Chart", Title=""))
    assert {place for _, place in found(findings)} == {
        "Rows!F2",
        "Rows!O3",
        "Rows!P3",
        "Rows!B4",
        "Displays!B2",
        "Displays!D2",
    }


def test_workbook_without_displays_is_unusable() -> None:
    assert tlf_from(sheets())[0] is None


def test_missing_file_is_a_finding(tmp_path: Path) -> None:
    tlf, findings = load_tlf(tmp_path / "tlf.xlsx")
    assert tlf is None
    assert [finding.code for finding in findings] == ["SPEC-001"]


def test_file_that_is_no_workbook_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "tlf.xlsx"
    path.write_text("Display,Type", encoding="utf-8")
    tlf, findings = load_tlf(path)
    assert tlf is None
    assert [finding.code for finding in findings] == ["SPEC-001"]


def test_missing_and_unread_sheets_and_columns_are_found(tmp_path: Path) -> None:
    book = ExcelWorkbook()
    book.active.title = "Displays"
    book.active.append([header for header in SHEETS["Displays"] if header != "Filter"] + ["Remarks"])
    book.create_sheet("Notepad")
    book.create_sheet("README")
    folder = tmp_path / "specs"
    folder.mkdir()
    book.save(folder / "tlf.xlsx")
    assert sorted(found(load_tlf(folder / "tlf.xlsx")[1])) == [
        ("SPEC-002", "Columns"),
        ("SPEC-002", "Rows"),
        ("SPEC-003", "Displays"),
        ("SPEC-004", "Notepad"),
        ("SPEC-005", "Displays"),
    ]


def test_everything_a_display_can_have_survives_being_written() -> None:
    columns = [
        {"ID": "L", "Label": "Statistic", "Kind": "label"},
        {"ID": "A", "Label": "A", "Kind": "group", "Records": "ATOXGRN >= 3", "Statistics": "n (%:PCT.) = n(%)"},
        {"ID": "B", "Label": "B", "Kind": "group", "Where": 'TRT01A == "B"', "Symbol": "diamond"},
        {"ID": "P", "Label": "p", "Kind": "test", "Compare": "A; B", "Statistics": "p:6.4"},
        {"ID": "D", "Label": "d", "Kind": "difference", "Compare": "A; B", "Statistics": "diff (difflcl, diffucl)"},
    ]
    rows = [
        {"Label": "Any", "Test": "chi-square over R1; R2", "Worst": "ATOXGRN", "Statistics": "n (%:PCT.)"},
        {"Label": "Rate", "Time At Risk": "ASTDT from TRTSDT to EOSDT", "Statistics": "n, rate"},
        {"Kind": "nested", "Variables": "AEDECOD", "Select": "% >= 5 in A or n >= 2 in any or highest in B"},
    ]
    book = small_sheets(
        rows,
        columns=columns,
        formats=[{"Format": "PCT", "Order": "1", "Range": "other", "Picture": "009%"}],
        subgroups=[{"ID": "OLD", "Label": "Old", "Where": "AGE >= 75"}],
        plots=[{"ID": "P", "Kind": "dots", "Columns": "A; B", "Rows": "R1", "X Label": "%", "Ticks": "0; 84 = 12"}],
        **{"Population Place": "header", "Continued": "No"},
    )
    tlf, findings = tlf_from(book)
    assert tlf is not None
    assert findings == []
    written = {
        sheet: [{header: cell_text(value) for header, value in row.items()} for row in lines]
        for sheet, lines in tlf_rows(tlf).items()
    }
    assert tlf_from(sheets(**written)) == (tlf, [])
    key = {"ID": "K", "Kind": "key", "Expression": "AETERM; 1", "Width": "12"}
    listing = {"Type": "Listing", "Sort": 'descending ASTDT; concat([AETERM], separator=";")'}
    listed, _ = tlf_from(small_sheets([], columns=[key], **listing))
    assert listed is not None
    assert listed.displays["T-1"].sort == (("ASTDT", True), ('concat([AETERM], separator=";")', False))
    assert tlf_rows(listed)["Displays"][0]["Sort"] == listing["Sort"]
    assert (tlf_rows(listed)["Columns"][0]["Expression"], tlf_rows(listed)["Columns"][0]["Width"]) == ("AETERM; 1", 12)
