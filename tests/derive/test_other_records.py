"""Functions that look at other records: of the same dataset (window) and of another (aggregate)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import numbers, run, text
from studyspec.derive.aggregates import maximum, minimum
from studyspec.derive.registry import Groups, Value, Window
from studyspec.derive.windows import sequence, worst_occurrence

EX = pd.DataFrame(
    {
        "USUBJID": text("1", "1", "1", "2", "3", "3"),
        "EXTRT": text("B", "A", "A", "A", "", "B"),
        "EXDOSE": numbers(3, 1, None, 0, None, None),
        "EXSTDTC": text("2021-03-03", "2021-03-01", "2021-03-01", "2021-02-01", "", ""),
        "EXSEQ": numbers(1, 2, 3, 1, 1, 2),
    }
)


def by_subject(expression: str) -> list[object]:
    """For subjects 1, 2, 3 of EX and 4, who has no record."""
    values = run(expression, {"USUBJID": text("1", "2", "3", "4")}, frames={"EX": EX})
    return ["." if isinstance(value, float) and np.isnan(value) else value for value in values]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("first(EX.EXTRT)", ["B", "A", "", ""]),
        ("last(EX.EXTRT)", ["A", "A", "B", ""]),
        ("first(EX.EXDOSE)", [3, 0, ".", "."]),
        ("first(EX.EXTRT, order=[EX.EXSTDTC])", ["A", "A", "", ""]),
        ("last(EX.EXDOSE, order=[EX.EXSTDTC])", [3, 0, ".", "."]),
        ("last(EX.EXDOSE, order=[EX.EXSEQ])", [".", 0, ".", "."]),
        ('first(EX.EXTRT, where=EX.EXTRT == "A")', ["A", "A", "", ""]),
        ("minimum(EX.EXSTDTC)", ["2021-03-01", "2021-02-01", "", ""]),
        ("maximum(EX.EXSTDTC)", ["2021-03-03", "2021-02-01", "", ""]),
        ("minimum(EX.EXDOSE)", [1, 0, ".", "."]),
        ("maximum(EX.EXDOSE)", [3, 0, ".", "."]),
        ("count(EX.EXSEQ)", [3, 1, 2, 0]),
        ("count(EX.EXDOSE)", [2, 1, 0, 0]),
        ("count(EX.EXTRT)", [3, 1, 1, 0]),
        ("distinct(EX.EXTRT)", [2, 1, 1, 0]),
        ("distinct(EX.EXDOSE)", [2, 1, 0, 0]),
        ("total(EX.EXDOSE)", [4, 0, ".", "."]),
        ("mean(EX.EXDOSE)", [2, 0, ".", "."]),
        ("listagg(EX.EXTRT)", ["B, A, A", "A", "B", ""]),
        ('listagg(EX.EXTRT, separator="/", order=[EX.EXSEQ], where=EX.EXSEQ > 1)', ["A/A", "", "B", ""]),
        ("any(EX.EXSEQ, where=EX.EXDOSE > 0)", [True, False, False, False]),
        ("any(EX.EXDOSE)", [True, True, False, False]),
        ('all(EX.EXTRT == "A")', [False, True, False, False]),
        ('all(EX.EXDOSE > 0, where=EX.EXDOSE != "")', [True, False, False, False]),
    ],
)
def test_aggregate_gives_one_value_per_subject(expression: str, expected: list[object]) -> None:
    assert by_subject(expression) == expected


def test_condition_may_name_the_record_and_the_other_dataset() -> None:
    columns = {"USUBJID": text("1", "1"), "AESTDTC": text("2021-03-02", "2021-03-05")}
    assert run("count(EX.EXSEQ, where=EX.EXSTDTC <= AESTDTC)", columns, frames={"EX": EX}) == [2, 3]


def test_dataset_without_records_gives_missing_values() -> None:
    empty = {"EX": EX.iloc[:0]}
    subjects = {"USUBJID": text("1")}
    assert run("first(EX.EXTRT)", subjects, frames=empty) == [""]
    assert run("minimum(EX.EXTRT)", subjects, frames=empty) == [""]
    assert run("any(EX.EXTRT)", subjects, frames=empty) == [False]
    assert run("distinct(EX.EXTRT)", subjects, frames=empty) == [0]
    assert run("count(EX.EXTRT)", subjects, frames=empty) == [0]


@given(st.lists(st.tuples(st.integers(0, 3), st.text("abAB", max_size=3)), max_size=20))
def test_minimum_and_maximum_are_those_of_python(rows: list[tuple[int, str]]) -> None:
    groups = Groups(np.array([code for code, _ in rows], dtype=np.intp), 4)
    values = Value(pd.Series([value for _, value in rows], dtype="str"))
    held = [[value for code, value in rows if code == group and value] for group in range(4)]
    assert minimum(values, groups).tolist() == [min(group, default="") for group in held]
    assert maximum(values, groups).tolist() == [max(group, default="") for group in held]


RECORDS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=20)


def window_of(rows: list[tuple[int, int, bool]]) -> Window:
    order = sorted(range(len(rows)), key=lambda row: rows[row][1])
    position = np.empty(len(rows), dtype=np.intp)
    position[order] = np.arange(len(rows))
    group = np.array([row[0] for row in rows], dtype=np.intp)
    return Window(group, position, np.array([row[2] for row in rows], dtype=np.bool_))


@given(RECORDS)
def test_sequence_numbers_each_group_in_order(rows: list[tuple[int, int, bool]]) -> None:
    window = window_of(rows)
    found = sequence(window)
    for group in range(4):
        members = [row for row in range(len(rows)) if rows[row][0] == group and rows[row][2]]
        members.sort(key=lambda row: window.position[row])
        assert [found[row] for row in members] == list(range(1, len(members) + 1))
    assert found.isna().tolist() == [not row[2] for row in rows]


@given(RECORDS)
def test_worst_occurrence_flags_one_record_of_the_highest_value(rows: list[tuple[int, int, bool]]) -> None:
    value = pd.Series([row[1] % 3 if row[1] else np.nan for row in rows], dtype="float64")
    window = window_of(rows)
    flags = worst_occurrence(window, value)
    for group in range(4):
        members = [row for row in range(len(rows)) if rows[row][0] == group and rows[row][2]]
        if members:
            best = max(members, key=lambda row: (value.fillna(-1)[row], -window.position[row]))
            assert [row for row in range(len(rows)) if rows[row][0] == group and flags[row] == "Y"] == [best]
    assert not any(flag == "Y" and not row[2] for flag, row in zip(flags, rows, strict=True))


AE = {
    "USUBJID": text("2", "1", "1", "1", "2"),
    "AEDECOD": text("Nausea", "Nausea", "Fever", "Nausea", "Nausea"),
    "ASTDT": numbers(5, 9, 3, 3, None),
    "TRTEMFL": text("Y", "Y", "", "Y", "Y"),
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sequence(order=[ASTDT, AEDECOD])", [2, 3, 1, 2, 1]),
        ("sequence()", [1, 1, 2, 3, 2]),
        ('first_occurrence(order=[ASTDT], where=TRTEMFL == "Y")', ["", "", "", "Y", "Y"]),
        ('first_occurrence(by=[AEDECOD], order=[ASTDT], where=TRTEMFL == "Y")', ["", "", "", "Y", "Y"]),
        ("first_occurrence(by=[AEDECOD], order=[ASTDT])", ["", "", "Y", "Y", "Y"]),
        ("last_occurrence(order=[ASTDT])", ["Y", "Y", "", "", ""]),
        ("last_occurrence(by=[AEDECOD], order=[ASTDT])", ["Y", "Y", "Y", "", ""]),
        ("repeated(by=[AEDECOD], order=[ASTDT])", [True, True, False, False, False]),
        ("any_in_group(ASTDT > 5)", [False, True, True, True, False]),
        ("any_in_group(ASTDT > 5, by=[AEDECOD])", [False, True, False, True, False]),
        ('any_in_group(ASTDT == 3, where=TRTEMFL == "Y", by=[AEDECOD])', [False, True, False, True, False]),
        ("first_in_group(ASTDT, order=[ASTDT])", [5, 3, 3, 3, 5]),
        ('first_in_group(AEDECOD, where=TRTEMFL == "", order=[ASTDT])', ["", "Fever", "Fever", "Fever", ""]),
    ],
)
def test_window_function_works_within_subject(expression: str, expected: list[object]) -> None:
    assert run(expression, AE) == expected


@pytest.mark.parametrize(
    "expression",
    ["sequence()", "first_occurrence()", "last_occurrence()", "repeated()", "worst_occurrence(A)", "first_in_group(A)"],
)
def test_window_function_on_no_records_gives_no_values(expression: str) -> None:
    assert run(expression, {"USUBJID": text(), "A": numbers()}) == []


def test_condition_that_nothing_meets_flags_nothing() -> None:
    assert run("last_occurrence(where=ASTDT > 99)", AE) == [""] * 5
