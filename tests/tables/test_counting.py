"""Counting rules: who is counted, out of whom, in which order."""

import math

import pandas as pd
import pytest

from tables.plain import COLUMNS, built, evaluator, frame, printed

ADSL = frame("USUBJID TRT01A SAFFL AGE# SEX", "1 A Y 60 M", "2 A Y 70 F", "3 A Y 80 F", "4 B Y . M", "5 B N 50 M")
ADAE = frame(
    "USUBJID AEDECOD AEBODSYS TRTEMFL ATOXGRN# AESER",
    "1 Rash Skin Y 1 N",
    "1 Rash Skin Y 3 N",
    "1 Nausea Gut Y . N",
    "2 Rash Skin Y 2 Y",
    "2 Nausea Gut . 4 Y",
    "4 Nausea Gut Y 3 N",
    "5 Nausea Gut Y 5 N",
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
ANY = {"Label": "Any"}


def test_subject_counts_once_per_line_and_n_comes_from_adsl() -> None:
    result = built([ANY], FRAMES)
    assert printed(result) == [("Any", "2 (66.7%)", "1 (100.0%)")]
    assert [cell.text for cell in result.layouts[0].head[0]] == ["Drug A\n(N=3)", "Drug B\n(N=1)"]


def test_subject_without_events_counts_in_n_only() -> None:
    frames = {"ADSL": ADSL, "ADAE": ADAE[ADAE["USUBJID"] == "1"]}
    assert printed(built([ANY], frames)) == [("Any", "1 (33.3%)", "0")]


def test_events_are_records() -> None:
    assert printed(built([{"Label": "Events", "Kind": "events", "Statistics": "events"}], FRAMES)) == [
        ("Events", "4", "1")
    ]


def test_filter_applies_to_the_dataset_of_the_display_only() -> None:
    row = {"Label": "Women", "Dataset": "ADSL", "Where": 'SEX == "F"'}
    assert printed(built([row], FRAMES)) == [("Women", "2 (66.7%)", "0")]


def test_denominator_narrows_both_sides_of_the_ratio() -> None:
    row = {"Label": "Any", "Denominator": 'SEX == "F"'}
    result = built([row], FRAMES)
    assert printed(result) == [("Any", "1 (50.0%)", "0")]
    percent = result.ard[result.ard["statistic"] == "pct"]
    assert percent["denominator"].tolist() == [2, 0]
    assert percent["value"].tolist()[0] == 50
    assert math.isnan(percent["value"].tolist()[1])


def test_grade_3_or_4_counts_subjects_with_any_such_event() -> None:
    row = {"Label": "Grade 3-4", "Where": "ATOXGRN in [3, 4]"}
    assert printed(built([row], FRAMES)) == [("Grade 3-4", "1 (33.3%)", "1 (100.0%)")]


def test_worst_grade_counts_a_subject_at_its_highest_grade_and_missing_apart() -> None:
    adae = frame("USUBJID TRTEMFL ATOXGRN#", "1 Y 1", "1 Y 3", "2 Y .", "2 Y 2", "3 Y .")
    row = {"Label": "Worst", "Kind": "worst", "Variables": "ATOXGRN", "Categories": "1; 2; 3; 4; = Missing"}
    assert printed(built([row], {"ADSL": ADSL, "ADAE": adae})) == [
        ("Worst", "", ""),
        (" 1", "0", "0"),
        (" 2", "1 (33.3%)", "0"),
        (" 3", "1 (33.3%)", "0"),
        (" 4", "0", "0"),
        (" Missing", "1 (33.3%)", "0"),
    ]


def test_categories_are_printed_in_the_order_listed_with_their_labels() -> None:
    row = {"Label": "Sex", "Kind": "categories", "Variables": "SEX", "Categories": "M = Male; F = Female; U = Unknown"}
    assert printed(built([row], FRAMES, Dataset="ADSL", Filter="")) == [
        ("Sex", "", ""),
        (" Male", "1 (33.3%)", "1 (100.0%)"),
        (" Female", "2 (66.7%)", "0"),
        (" Unknown", "0", "0"),
    ]


def test_value_that_is_not_listed_is_printed_last_with_a_finding() -> None:
    row = {"Label": "Sex", "Kind": "categories", "Variables": "SEX", "Categories": "M = Male"}
    result = built([row], FRAMES, Dataset="ADSL", Filter="")
    assert [line[0] for line in printed(result)] == ["Sex", " Male", " F"]
    assert [str(finding) for finding in result.findings] == [
        "specs/tlf.xlsx!Rows!M2  warning TLF-103  T-1: SEX has the value 'F', which is not listed. "
        "Add the value to Categories, or correct the data."
    ]


def test_missing_category_has_a_line_of_its_own_only_when_it_occurs() -> None:
    adsl = frame("USUBJID TRT01A SAFFL SEX", "1 A Y .", "2 A Y F", "3 B Y F")
    row = {"Label": "Sex", "Kind": "categories", "Variables": "SEX", "Missing Label": "Not recorded"}
    result = built([row], {"ADSL": adsl}, Dataset="ADSL", Filter="")
    assert printed(result)[1:] == [(" F", "1 (50.0%)", "1 (100.0%)"), (" Not recorded", "1 (50.0%)", "0")]
    without = {"ADSL": adsl[adsl["SEX"] != ""]}
    assert [line[0] for line in printed(built([row], without, Dataset="ADSL", Filter=""))] == ["Sex", " F"]


def test_categories_without_a_list_come_in_order_of_number() -> None:
    adsl = frame("USUBJID TRT01A SAFFL LINES#", "1 A Y 10", "2 A Y 2", "3 B Y 3")
    row = {"Label": "Lines", "Kind": "categories", "Variables": "LINES"}
    assert [line[0] for line in printed(built([row], {"ADSL": adsl}, Dataset="ADSL", Filter=""))] == [
        "Lines",
        " 2",
        " 3",
        " 10",
    ]


def test_continuous_prints_a_line_per_pattern_and_blank_where_nothing_can_be_computed() -> None:
    row = {
        "Label": "Age",
        "Kind": "continuous",
        "Variables": "AGE",
        "Statistics": "n; Mean (SD); Median; Q1, Q3; Min, max",
        "Decimals": "0",
    }
    assert printed(built([row], FRAMES, Dataset="ADSL", Filter="")) == [
        ("Age", "", ""),
        (" n", "3", "0"),
        (" Mean (SD)", "70.0 (10.00)", ""),
        (" Median", "70.0", ""),
        (" Q1, Q3", "60.0, 80.0", ""),
        (" Min, max", "60, 80", ""),
    ]


NESTED = {
    "Kind": "nested",
    "Variables": "AEBODSYS; AEDECOD",
    "Sort": "frequency in A",
    "Missing Label": "Uncoded",
    "Statistics": "n",
}


def nested_labels(*events: str, **more: str) -> list[str]:
    adae = frame("USUBJID AEBODSYS AEDECOD TRTEMFL", *(f"{event} Y" for event in events))
    return [line[0] for line in printed(built([NESTED | more], {"ADSL": ADSL, "ADAE": adae}))]


def test_terms_are_nested_by_descending_frequency_in_the_stated_column() -> None:
    found = nested_labels("1 Skin Rash", "1 Gut Nausea", "2 Gut Nausea", "1 Gut Colic", "4 Skin Itch")
    assert found == ["Gut", " Nausea", " Colic", "Skin", " Rash", " Itch"]


def test_ties_are_alphabetical_by_bytes() -> None:
    assert nested_labels("1 S ab", "1 S Zb", "1 S Ab", "1 S éb") == ["S", " Ab", " Zb", " ab", " éb"]


def test_frequency_in_another_column_does_not_count() -> None:
    assert nested_labels("4 Gut Nausea", "4 Gut Colic", "1 Skin Rash") == ["Skin", " Rash", "Gut", " Colic", " Nausea"]


def test_orders_can_differ_by_level() -> None:
    events = ("1 Skin Rash", "2 Skin Rash", "1 Skin Acne", "1 Gut Nausea")
    assert nested_labels(*events, Sort="alphabetical; frequency in A") == ["Gut", " Nausea", "Skin", " Rash", " Acne"]


def test_uncoded_events_come_last_in_one_line() -> None:
    assert nested_labels("1 . .", "2 . .", "3 . .", "1 Skin Rash") == ["Skin", " Rash", "Uncoded"]


def test_uncoded_term_of_a_known_class_comes_last_in_it() -> None:
    assert nested_labels("1 Skin .", "2 Skin .", "1 Skin Rash") == ["Skin", " Rash", " Uncoded"]


def test_class_counts_a_subject_once_over_its_terms() -> None:
    adae = frame("USUBJID AEBODSYS AEDECOD TRTEMFL", "1 Skin Rash Y", "1 Skin Acne Y", "2 Skin Acne Y")
    assert printed(built([NESTED], {"ADSL": ADSL, "ADAE": adae})) == [
        ("Skin", "2", "0"),
        (" Acne", "2", "0"),
        (" Rash", "1", "0"),
    ]


MOST_COMMON = NESTED | {"Label": "Most common", "Variables": "AEDECOD", "Select": "highest in any"}


def test_most_common_terms_are_those_with_the_highest_count_of_a_column() -> None:
    adae = frame(
        "USUBJID AEDECOD TRTEMFL",
        *("1 Rash Y", "2 Rash Y", "1 Acne Y", "4 Colic Y", "4 Acne Y", "4 . Y", "1 . Y", "2 . Y", "3 . Y"),
    )
    assert printed(built([MOST_COMMON], {"ADSL": ADSL, "ADAE": adae})) == [
        ("Most common", "", ""),
        (" Rash", "2", "0"),
        (" Acne", "1", "1"),
        (" Colic", "0", "1"),
    ]


def test_block_without_any_term_says_none() -> None:
    assert printed(built([MOST_COMMON | {"Where": 'AEDECOD == "No such"'}], FRAMES)) == [
        ("Most common", "", ""),
        (" None", "", ""),
    ]


@pytest.mark.parametrize(
    ("select", "kept"),
    [
        ("n >= 2 in any", ["Skin", " Rash"]),
        ("% >= 66.6 in A", ["Skin", " Rash"]),
        ("% >= 66.7 in A", []),
        ("% >= 100 in B", ["Gut", " Nausea"]),
    ],
)
def test_selection_keeps_frequent_terms_and_their_classes(select: str, kept: list[str]) -> None:
    found = nested_labels("1 Skin Rash", "2 Skin Rash", "1 Skin Acne", "4 Gut Nausea", Select=select)
    assert found == (kept or ["None"])


def test_total_column_takes_no_part_in_the_most_common() -> None:
    total = {"ID": "T", "Label": "Total", "Kind": "total"}
    adae = frame("USUBJID AEDECOD TRTEMFL", "1 Rash Y", "2 Rash Y", "1 Acne Y", "2 Colic Y", "4 Acne Y", "4 Colic Y")
    result = built([MOST_COMMON], {"ADSL": ADSL, "ADAE": adae}, columns=[COLUMNS[0], total])
    assert [line[0] for line in printed(result)] == ["Most common", " Rash"]


def test_no_event_in_the_population_prints_the_empty_text() -> None:
    frames = {"ADSL": ADSL, "ADAE": ADAE[ADAE["USUBJID"] == "5"]}
    assert printed(built([ANY], frames)) == [("No event.", "", "")]


def test_empty_datasets_print_the_empty_text() -> None:
    frames = {"ADSL": ADSL.iloc[:0], "ADAE": ADAE.iloc[:0]}
    result = built([ANY, NESTED], frames)
    assert printed(result) == [("No event.", "", "")]
    assert [finding.code for finding in result.findings] == ["TLF-102", "TLF-102"]


def test_records_of_a_subject_that_adsl_lacks_are_an_error() -> None:
    adae = pd.concat([ADAE, frame("USUBJID AEDECOD AEBODSYS TRTEMFL ATOXGRN# AESER", "9 Rash Skin Y 1 N")])
    result = built([ANY], {"ADSL": ADSL, "ADAE": adae.reset_index(drop=True)})
    assert printed(result) == printed(built([ANY], FRAMES))
    assert [(item.code, item.usubjid, item.severity) for item in result.findings] == [("TLF-101", "9", "error")]


def test_two_adsl_records_of_a_subject_stop_the_display() -> None:
    adsl = pd.concat([ADSL, ADSL.iloc[:1]], ignore_index=True)
    with pytest.raises(ValueError, match="ADSL has more than one record of 1"):
        built([ANY], {"ADSL": adsl, "ADAE": ADAE})


def test_order_of_records_does_not_change_the_display() -> None:
    rows = [ANY, NESTED, {"Label": "Age", "Kind": "continuous", "Variables": "ATOXGRN", "Statistics": "Mean (SD)"}]
    shuffled = {"ADSL": ADSL[::-1].reset_index(drop=True), "ADAE": ADAE[::-1].reset_index(drop=True)}
    pd.testing.assert_frame_equal(built(rows, shuffled).ard, built(rows, FRAMES).ard)


EVERYTHING = [
    ANY,
    {"Label": "Worst", "Kind": "worst", "Variables": "ATOXGRN", "Categories": "1; 2; 3; 4; 5; = Missing"},
    {"Label": "Grade", "Kind": "categories", "Variables": "ATOXGRN"},
    {"Label": "Serious women", "Where": 'AESER == "Y"', "Denominator": 'SEX == "F"'},
    NESTED | {"Where": 'AESER == "N" or ATOXGRN >= 3', "Statistics": "n (%); events"},
    {
        "Label": "Grades of other events",
        "Kind": "continuous",
        "Variables": "ATOXGRN",
        "Statistics": "n",
        "Where": 'AESER == "N"',
    },
]


def test_every_count_can_be_recounted_from_its_own_conditions() -> None:
    ard = built(EVERYTHING, FRAMES).ard
    evaluate = evaluator(FRAMES)
    counts = ard[ard["statistic"].isin(["n", "events"])]
    assert len(counts) > 30
    for item in counts.itertuples():
        records = FRAMES[item.dataset]
        subjects = set(ADSL["USUBJID"][evaluate("ADSL", item.population)])
        inside = records[evaluate(item.dataset, item.where)]["USUBJID"]
        inside = inside[inside.isin(subjects)]
        if item.unless:
            inside = inside[~inside.isin(set(records["USUBJID"][evaluate(item.dataset, item.unless)]))]
        once = item.statistic == "n" and item.kind != "continuous"
        assert item.value == (inside.nunique() if once else len(inside)), item


def test_every_result_is_named_by_line_column_and_statistic() -> None:
    ard = built(EVERYTHING, FRAMES).ard
    assert not ard.duplicated(["line", "column", "statistic"]).any()


def test_a_term_of_no_subject_of_any_column_makes_no_line() -> None:
    adsl = frame("USUBJID TRT01A SAFFL", "1 A Y", "4 B Y", "6 C Y")
    adae = frame("USUBJID AEBODSYS AEDECOD TRTEMFL", "1 Gut Nausea Y", "6 Gut Colic Y", "6 Skin Itch Y")
    lines = printed(built([NESTED], {"ADSL": adsl, "ADAE": adae}))
    assert [line[0] for line in lines] == ["Gut", " Nausea"]
