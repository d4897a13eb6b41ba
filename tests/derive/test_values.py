"""Choosing values, treatment emergence, toxicity grades."""

import pytest

from derive.spec_tables import numbers, run, text
from studyspec.derive.adverse_events import toxicity_grade
from studyspec.derive.problems import collecting, report
from studyspec.derive.registry import Char
from studyspec.derive.values import NOT_IN_ORDER
from studyspec.findings import Finding


def test_if_else_without_otherwise_gives_missing() -> None:
    columns = {"A": numbers(1, 2, None)}
    assert run('if_else(A > 1, "x")', columns) == ["", "x", ""]
    assert run("missing(if_else(A > 1, A))", columns) == [True, False, True]


def test_case_takes_the_first_condition_that_holds() -> None:
    columns = {"A": numbers(1, 2, 3, None)}
    assert run('case([A < 2, A < 3], ["a", "b"], otherwise="c")', columns) == ["a", "b", "c", "c"]
    assert run("case([A < 2, A < 3], [10, 20])", columns)[:2] == [10, 20]
    assert run('case([A < 2], ["a"])', columns) == ["a", "", "", ""]


def test_coalesce_takes_the_first_that_is_there() -> None:
    columns = {"A": text("", "a", ""), "B": text("b", "b", ""), "C": numbers(None, 1, None), "D": numbers(2, 3, None)}
    assert run("coalesce([A, B])", columns) == ["b", "a", ""]
    assert run("coalesce([C, D])", columns)[:2] == [2, 1]


def test_text_na_is_not_missing() -> None:
    assert run("missing(A)", {"A": text("NA", "", "null")}) == [False, True, False]


def test_flags_differ_in_what_a_false_condition_gives() -> None:
    columns = {"A": text("Y", "N", "")}
    assert run('yes_no(A == "Y")', columns) == ["Y", "N", "N"]
    assert run('flag(A == "Y")', columns) == ["Y", "", ""]


def test_worst_passes_over_blanks_and_reports_what_is_not_in_order() -> None:
    findings: list[Finding] = []
    columns = {"A": text("N", "", "U", "?"), "B": text("Y", "", "N", "N")}
    assert run('worst([A, B], order=["Y", "U", "N"])', columns, findings=findings) == ["Y", "", "U", "N"]
    assert [(item.code, item.what) for item in findings] == [("DATA-110", "'?' is none of Y, U, N.")]


EMERGENT = (
    "treatment_emergent(start=ASTDT, end=AENDT, treatment_start=TRTSDT, treatment_end=TRTEDT, window={window}, "
    "initial=INITIAL, worst=WORST)"
)


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "initial", "worst", "expected"),
    [
        (10, 12, None, None, 1, 3, ""),
        (10, 12, None, 50, 1, 3, ""),
        (80, 99, 100, 200, 1, 3, ""),
        (None, 99, 100, 200, None, None, ""),
        (None, None, 100, 200, None, None, "Y"),
        (None, 100, 100, 200, None, None, "Y"),
        (100, None, 100, 200, None, None, "Y"),
        (230, None, 100, 200, None, None, "Y"),
        (231, None, 100, 200, None, 5, ""),
        (231, None, 100, None, None, None, "Y"),
        (99, None, 100, 200, 1, 2, "Y"),
        (99, 100, 100, 200, 1, 2, "Y"),
        (99, 120, 100, 200, 2, 2, ""),
        (99, 120, 100, 200, None, 2, ""),
        (99, 120, 100, 200, 2, None, ""),
    ],
)
def test_treatment_emergence_by_the_first_rule_that_applies(
    start: float | None,
    end: float | None,
    first: float | None,
    last: float | None,
    initial: float | None,
    worst: float | None,
    expected: str,
) -> None:
    names = ("ASTDT", "AENDT", "TRTSDT", "TRTEDT", "INITIAL", "WORST")
    given = (start, end, first, last, initial, worst)
    columns = {name: numbers(value) for name, value in zip(names, given, strict=True)}
    assert run(EMERGENT.format(window=30), columns) == [expected]


def test_without_a_window_there_is_no_upper_limit() -> None:
    columns = {"A": numbers(900), "B": numbers(None), "C": numbers(100), "D": numbers(200)}
    assert run("treatment_emergent(start=A, end=B, treatment_start=C, treatment_end=D)", columns) == ["Y"]


@pytest.mark.parametrize(
    ("collected", "grade"),
    [
        *(
            ("3", "3"),
            (" 3 ", "3"),
            ("3.0", "3"),
            ("III", "3"),
            ("iv", "4"),
            ("Grade 2", "2"),
            ("G3", "3"),
            ("gr. 2", "2"),
        ),
        *(("CTCAE grade 4", "4"), ("grade III", "3"), ("mild", "1"), ("Moderate", "2"), ("SEVERE", "3")),
        *(("life-threatening", "4"), ("Life threatening", "4"), ("fatal", "5"), ("death", "5"), ("", ""), ("  ", "")),
    ],
)
def test_grade_is_read_without_a_finding(collected: str, grade: str) -> None:
    with collecting() as problems:
        assert toxicity_grade(Char(text(collected))).tolist() == [grade]
    assert problems == []


@pytest.mark.parametrize(
    ("collected", "grade"),
    [("2-3", "3"), ("3/2", "3"), ("II-III", "3"), ("1 to 2", "2"), ("Grade 2-3", "3"), ("2 - 3", "3")],
)
def test_range_of_grades_gives_the_higher_with_a_warning(collected: str, grade: str) -> None:
    with collecting() as problems:
        assert toxicity_grade(Char(text("1", collected))).tolist() == ["1", grade]
    assert [(problem.rule.code, problem.texts.index.tolist()) for problem in problems] == [("DATA-107", [1])]


@pytest.mark.parametrize("collected", ["0", "6", "unknown", "x", "1-2-3", "3?", "-", "33"])
def test_unreadable_grade_is_blank_with_a_warning(collected: str) -> None:
    with collecting() as problems:
        assert toxicity_grade(Char(text(collected))).tolist() == [""]
    assert [problem.rule.code for problem in problems] == ["DATA-108"]


def test_report_outside_an_evaluation_is_dropped() -> None:
    report(NOT_IN_ORDER, text("x"))
    with collecting() as problems:
        pass
    assert problems == []
