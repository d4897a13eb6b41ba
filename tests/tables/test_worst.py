"""Columns that take some records only, and rows that count a subject at its worst value."""

import pandas as pd
import pytest

from tables.plain import COLUMNS, built, evaluator, frame, printed
from tables.test_check_tlf import findings

ADSL = frame("USUBJID TRT01A SAFFL", "1 A Y", "2 A Y", "3 A Y", "4 B Y")
ADAE = frame(
    "USUBJID AEBODSYS AEDECOD TRTEMFL ATOXGRN# AESER",
    *("1 Skin Rash Y 1 N", "1 Skin Rash Y 4 N", "1 Skin Itch Y 2 N", "2 Skin Rash Y 3 Y", "2 Gut Colic Y . N"),
    *("3 Gut Colic Y 2 N", "3 Gut Colic Y 2 N", "4 Skin Rash Y 5 N"),
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
GRADES = {"ALL": "", "LOW": "ATOXGRN in [1, 2]", "G3": "ATOXGRN == 3", "HIGH": "ATOXGRN >= 3"}
BY_GRADE = [
    {"ID": name, "Label": name, "Kind": "group", "Where": 'TRT01A == "A"', "Records": condition}
    for name, condition in GRADES.items()
]
NESTED = {"Kind": "nested", "Variables": "AEBODSYS; AEDECOD", "Statistics": "n"}


def test_column_counts_only_the_records_that_meet_its_condition() -> None:
    rows = [{"Label": "Any"}, {"Label": "Events", "Kind": "events", "Statistics": "events"}]
    assert printed(built(rows, FRAMES, columns=BY_GRADE)) == [
        ("Any", "3 (100.0%)", "2 (66.7%)", "1 (33.3%)", "2 (66.7%)"),
        ("Events", "7", "4", "1", "2"),
    ]


def test_subject_counts_at_its_worst_grade_in_each_class_and_each_term() -> None:
    rows = [{"Label": "Any", "Worst": "ATOXGRN", "Statistics": "n"}, NESTED | {"Worst": "ATOXGRN"}]
    assert printed(built(rows, FRAMES, columns=BY_GRADE)) == [
        ("Any", "3", "1", "1", "2"),
        ("Gut", "2", "1", "0", "0"),
        (" Colic", "2", "1", "0", "0"),
        ("Skin", "2", "0", "1", "2"),
        (" Itch", "1", "1", "0", "0"),
        (" Rash", "2", "0", "1", "2"),
    ]


def test_missing_grade_is_below_every_grade() -> None:
    adae = frame("USUBJID TRTEMFL ATOXGRN#", "1 Y .", "1 Y 1", "2 Y .")
    columns = [*BY_GRADE[:2], BY_GRADE[0] | {"ID": "NONE", "Label": "Missing", "Records": "missing(ATOXGRN)"}]
    rows = [{"Label": "Any", "Worst": "ATOXGRN", "Statistics": "n"}]
    assert printed(built(rows, {"ADSL": ADSL, "ADAE": adae}, columns=columns)) == [("Any", "2", "1", "1")]


def test_worst_counts_can_be_recounted_from_their_own_conditions() -> None:
    rows = [{"Label": "Any", "Worst": "ATOXGRN"}, NESTED | {"Worst": "ATOXGRN"}, NESTED | {"Where": 'AESER == "N"'}]
    ard = built(rows, FRAMES, columns=BY_GRADE).ard
    evaluate = evaluator(FRAMES)
    counts = ard[ard["statistic"] == "n"]
    assert len(counts) == 4 * (1 + 5 + 5)
    for item in counts.itertuples():
        subjects = set(ADSL["USUBJID"][evaluate("ADSL", item.population)])
        found = subjects & set(ADAE["USUBJID"][evaluate("ADAE", item.where)])
        if item.unless:
            found -= set(ADAE["USUBJID"][evaluate("ADAE", item.unless)])
        assert item.value == len(found), item


def test_column_that_is_no_range_of_grades_is_an_error() -> None:
    columns = [*BY_GRADE, BY_GRADE[0] | {"ID": "ODD", "Label": "Odd", "Records": "ATOXGRN in [1, 4]"}]
    rows = [{"Label": "Any", "Worst": "ATOXGRN"}, {"Label": "Again", "Worst": "ATOXGRN"}]
    found = built(rows, FRAMES, columns=columns).findings
    assert [(item.code, item.cell) for item in found] == [("TLF-107", "specs/tlf.xlsx!Columns!K6")]


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        ("% >= 60 in ALL or % >= 30 in G3", ["Gut", " Colic", "Skin", " Rash"]),
        ("n >= 3 in ALL or n >= 1 in G3", ["Skin", " Rash"]),
        ("n >= 3 in ALL or highest in LOW", ["Gut", " Colic", "Skin", " Itch", " Rash"]),
    ],
)
def test_term_is_kept_by_any_of_several_selections(select: str, kept: list[str]) -> None:
    lines = printed(built([NESTED | {"Select": select}], FRAMES, columns=BY_GRADE))
    assert [line[0] for line in lines] == kept


def test_continuous_variables_take_the_records_of_the_column() -> None:
    row = {"Label": "Grade", "Kind": "continuous", "Variables": "ATOXGRN", "Statistics": "n; Max"}
    lines = printed(built([row], FRAMES, columns=BY_GRADE))
    assert [line[1:] for line in lines[1:]] == [("6", "4", "1", "2"), ("4", "2", "3", "4")]


def test_rows_of_another_dataset_are_not_narrowed_by_the_column() -> None:
    rows = [{"Label": "All", "Dataset": "ADSL", "Statistics": "n"}]
    assert printed(built(rows, FRAMES, columns=BY_GRADE)) == [("All", "3", "3", "3", "3")]


def test_order_of_records_does_not_change_worst_counts() -> None:
    shuffled = FRAMES | {"ADAE": ADAE[::-1].reset_index(drop=True)}
    rows = [NESTED | {"Worst": "ATOXGRN"}]
    left, right = (built(rows, data, columns=BY_GRADE).ard for data in (FRAMES, shuffled))
    pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize(
    ("row", "column", "code", "cell"),
    [
        ({"Worst": "ATOXGRN", "Statistics": "events", "Kind": "events"}, {}, "TLF-018", "Rows!S2"),
        ({"Worst": "ATOXGRN", "Statistics": "n [events]"}, {}, "TLF-018", "Rows!S2"),
        ({"Worst": "AESER"}, {}, "TLF-018", "Rows!S2"),
        ({"Worst": "ATOXGR"}, {}, "TLF-018", "Rows!S2"),
        ({}, {"Records": "ATOXGR >= 3"}, "TLF-007", "Columns!K4"),
        ({"Select": "n >= 1 in A or n >= 1 in Z"}, {}, "TLF-009", "Rows!P2"),
    ],
)
def test_wrong_condition_or_worst_is_found_at_its_cell(
    row: dict[str, str], column: dict[str, str], code: str, cell: str
) -> None:
    columns = [*COLUMNS, {"ID": "C", "Label": "C", "Kind": "group"} | column]
    assert findings([{"Label": "Any"} | row], columns=columns) == [(code, cell)]
