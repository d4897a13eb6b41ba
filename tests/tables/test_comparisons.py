"""Columns of p-values: what is compared, where the value stands, and how it is checked."""

import math
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest

from tables.plain import COLUMNS, built, frame, printed
from tables.test_check_tlf import findings

ADSL = frame(
    "USUBJID TRT01A SAFFL AGE# SEX",
    *("1 A Y 60 M", "2 A Y 70 F", "3 A Y 80 F", "4 B Y 61 M", "5 B Y 65 M", "6 B Y 58 M", "7 C Y 90 F"),
)
ADAE = frame(
    "USUBJID AEBODSYS AEDECOD TRTEMFL",
    *("1 Skin Rash Y", "2 Skin Rash Y", "3 Skin Rash Y", "4 Gut Colic Y", "7 Gut Gas Y", "7 Gut Colic Y"),
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
C = {"ID": "C", "Label": "Drug C", "Kind": "group", "Where": 'TRT01A == "C"'}
TOTAL = {"ID": "T", "Label": "Total", "Kind": "total"}
P = {"ID": "P", "Label": "p-value", "Kind": "test", "Statistics": "p:6.4", "Compare": "A; B"}
ANY = {"Label": "Any", "Test": "Fisher"}
AGE = {
    "Label": "Age",
    "Kind": "continuous",
    "Dataset": "ADSL",
    "Variables": "AGE",
    "Statistics": "n; Mean",
    "Test": "ANOVA",
}
SEX = {"Label": "Sex", "Kind": "categories", "Dataset": "ADSL", "Variables": "SEX", "Test": "chi-square"}


def test_fisher_compares_two_columns_on_each_line_and_is_blank_without_events() -> None:
    rows = [ANY, {"Kind": "nested", "Variables": "AEBODSYS; AEDECOD", "Statistics": "n", "Test": "Fisher"}]
    result = built(rows, FRAMES, columns=[*COLUMNS, C, P])
    assert [(line[0], line[-1]) for line in printed(result)] == [
        ("Any", "0.4000"),
        ("Gut", "1.0000"),
        (" Colic", "1.0000"),
        (" Gas", ""),
        ("Skin", "0.1000"),
        (" Rash", "0.1000"),
    ]


def test_anova_and_chi_square_stand_on_the_first_line_of_their_row() -> None:
    result = built([AGE, SEX], FRAMES, columns=[*COLUMNS, P])
    found = {line[0]: line[-1] for line in printed(result)}
    assert found == {"Age": "", " n": "0.2296", " Mean": "", "Sex": "", " F": "0.0833", " M": ""}


def test_columns_of_total_take_no_part_where_none_are_named() -> None:
    named = built([SEX], FRAMES, columns=[*COLUMNS, P])
    unnamed = built([SEX], FRAMES, columns=[*COLUMNS, TOTAL, P | {"Compare": ""}])
    assert printed(named)[1][-1] == printed(unnamed)[1][-1]


def test_chi_square_over_other_rows_takes_their_lines_as_the_table() -> None:
    rows = [
        {"Label": "n", "Dataset": "ADSL", "Where": 'SEX != ""', "Test": "chi-square over MEN; WOMEN"},
        {"ID": "MEN", "Label": "Men", "Dataset": "ADSL", "Where": 'SEX == "M"'},
        {"ID": "WOMEN", "Label": "Women", "Dataset": "ADSL", "Where": 'SEX == "F"'},
    ]
    assert [line[-1] for line in printed(built(rows, FRAMES, columns=[*COLUMNS, P]))] == ["0.0833", "", ""]


def test_missing_values_take_no_part_in_chi_square() -> None:
    unknown = frame("USUBJID TRT01A SAFFL AGE# SEX", "8 A Y 60 .", "9 A Y 60 .")
    adsl = pd.concat([ADSL, unknown], ignore_index=True)
    lines = printed(built([SEX], {"ADSL": adsl}, columns=[*COLUMNS, P], Dataset="ADSL", Filter=""))
    assert [(line[0], line[-1]) for line in lines] == [("Sex", ""), (" F", "0.0833"), (" M", ""), (" Missing", "")]


def test_lines_that_share_subjects_are_a_warning() -> None:
    rows = [
        {"Label": "Men", "Dataset": "ADSL", "Where": 'SEX == "M"', "Test": "chi-square over R0; R1"},
        {"Label": "Old", "Dataset": "ADSL", "Where": "AGE > 55"},
    ]
    found = built(rows, FRAMES, columns=[*COLUMNS, P]).findings
    assert [(item.code, item.severity, item.cell) for item in found] == [
        ("TLF-105", "warning", "specs/tlf.xlsx!Rows!Q2")
    ]


def test_p_values_are_results_with_the_test_and_the_compared_subjects() -> None:
    ard = built([ANY], FRAMES, columns=[*COLUMNS, P]).ard
    item = ard[ard["statistic"] == "p"].iloc[0]
    assert (item["kind"], item["column"], item["line"]) == ("Fisher", "P", 1)
    assert item["value"] == pytest.approx(0.4)
    assert item["population"] == 'SAFFL == "Y" and TRT01A == "A" or SAFFL == "Y" and TRT01A == "B"'
    assert ard["line"].is_monotonic_increasing


def test_p_value_takes_the_format_of_its_column() -> None:
    formats = [
        {"Format": "PV", "Order": "1", "Range": "0.99 <- high", "Text": ">0.99"},
        {"Format": "PV", "Order": "2", "Range": "low -< 0.15", "Picture": "9.999*"},
        {"Format": "PV", "Order": "3", "Range": "other", "Picture": "9.999"},
    ]
    rows = [ANY, *({"Label": term, "Where": f'AEBODSYS == "{term}"', "Test": "Fisher"} for term in ("Gut", "Skin"))]
    result = built(rows, FRAMES, columns=[*COLUMNS, P | {"Statistics": "p:PV."}], formats=formats)
    assert [line[-1] for line in printed(result)] == ["0.400", ">0.99", "0.100*"]


def test_column_of_p_values_has_no_n_and_no_heading_for_its_statistic() -> None:
    head = built([ANY], FRAMES, columns=[*COLUMNS, P]).layouts[0].head
    assert [[cell.text for cell in level] for level in head] == [["Drug A\n(N=3)", "Drug B\n(N=3)", "p-value"]]


def test_p_value_of_anova_without_spread_is_blank() -> None:
    adsl = frame("USUBJID TRT01A SAFFL AGE# SEX", "1 A Y 60 M", "2 B Y 60 M")
    result = built([AGE], {"ADSL": adsl}, columns=[*COLUMNS, P], Dataset="ADSL", Filter="")
    assert printed(result)[1][-1] == ""
    assert math.isnan(result.ard[result.ard["statistic"] == "p"]["value"].iloc[0])


def test_scipy_is_imported_only_for_a_test_that_needs_it() -> None:
    code = "import sys, studyspec.tables.display; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    ("row", "columns", "code", "cell"),
    [
        (ANY, COLUMNS, "TLF-015", "Rows!Q2"),
        (ANY, [*COLUMNS, P | {"Compare": "A; Z"}], "TLF-015", "Columns!J4"),
        (ANY, [*COLUMNS, C, P | {"Compare": ""}], "TLF-015", "Rows!Q2"),
        (ANY | {"Test": "ANOVA"}, [*COLUMNS, P], "TLF-015", "Rows!Q2"),
        (ANY | {"Test": "chi-square over R9"}, [*COLUMNS, P], "TLF-015", "Rows!Q2"),
        (ANY, [*COLUMNS, P | {"Compare": "A"}], "TLF-014", "Columns!J4"),
        (ANY, [*COLUMNS, P | {"Where": 'SEX == "F"'}], "TLF-014", "Columns!G4"),
        (ANY, [*COLUMNS, P | {"Statistics": "n"}], "TLF-014", "Columns!H4"),
        ({"Label": "Any"}, [*COLUMNS, P], "TLF-013", "Columns!H4"),
        (ANY | {"Test": ""}, [COLUMNS[0] | {"Compare": "B"}, COLUMNS[1]], "TLF-014", "Columns!J2"),
        ({"Statistics": "n (%:4.1); %", "Label": "Any"}, COLUMNS, "TLF-016", "Rows!J2"),
        ({"Label": "Any"}, [COLUMNS[0], {"ID": "L", "Label": "", "Kind": "label"}], "TLF-014", "Columns!F3"),
    ],
)
def test_what_cannot_be_tested_is_found_at_its_cell(
    row: dict[str, str], columns: list[dict[str, str]], code: str, cell: str
) -> None:
    assert (code, cell) in findings([row], columns=columns)


def labelled(rows: list[dict[str, str]], **more: Any) -> list[tuple[str, ...]]:
    label = {"ID": "L", "Label": "Statistic", "Kind": "label"}
    return printed(built(rows, {"ADSL": ADSL}, columns=[label, COLUMNS[0]], Dataset="ADSL", Filter="", **more))


def test_column_of_labels_takes_those_of_the_lines_and_the_block_s_stands_beside_its_first() -> None:
    assert labelled([AGE | {"Test": ""}, SEX | {"Test": ""}]) == [
        ("Age", "n", "3"),
        (" ", "Mean", "70.0"),
        ("Sex", "F", "2 (66.7%)"),
        (" ", "M", "1 (33.3%)"),
    ]


def test_line_with_figures_of_its_own_keeps_its_label_in_the_stub() -> None:
    rows = [{"Label": "All"}, {"Label": "Men", "Level": "1", "Where": 'SEX == "M"'}]
    assert labelled(rows) == [("All", "", "3 (100.0%)"), (" ", "Men", "1 (33.3%)")]
