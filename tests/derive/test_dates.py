"""Study days, numeric dates, durations, comparisons, imputation."""

import calendar
import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import numbers, run, text
from studyspec.derive.periods import period_of
from studyspec.findings import Finding

EPOCH = date(1960, 1, 1)
DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


def sas(day: date) -> float:
    return float((day - EPOCH).days)


def one(expression: str, **columns: str | float | None) -> object:
    frame = {name: text(value) if isinstance(value, str) else numbers(value) for name, value in columns.items()}
    return run(expression, frame)[0]


def missing(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


@given(DATES, DATES)
def test_study_day_counts_from_one_and_has_no_zero(day: date, reference: date) -> None:
    found = one("study_day(A, reference=B)", A=day.isoformat(), B=reference.isoformat())
    assert found != 0
    assert found == (day - reference).days + (day >= reference)


def test_study_day_takes_text_and_numbers_together() -> None:
    assert one("study_day(A, reference=B)", A="1960-01-03", B=0.0) == 3


@pytest.mark.parametrize(("a", "b"), [("2021-03", "2021-03-01"), ("2021-03-01", "2021"), ("", "2021-03-01")])
def test_study_day_needs_complete_dates(a: str, b: str) -> None:
    assert missing(one("study_day(A, reference=B)", A=a, B=b))


@given(DATES)
def test_numeric_date_and_back(day: date) -> None:
    assert one("numeric_date(A)", A=day.isoformat()) == sas(day)
    assert one("date_text(numeric_date(A))", A=day.isoformat() + "T08:30") == day.isoformat()


@given(DATES)
def test_date9_is_the_day_the_english_month_and_the_year(day: date) -> None:
    shown = str(one("date9(numeric_date(A))", A=day.isoformat()))
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    assert (int(shown[:2]), months.index(shown[2:5]) + 1, int(shown[5:])) == (day.day, day.month, day.year)
    assert len(shown) == 9


def test_date9_of_a_missing_date_is_blank() -> None:
    assert one("date9(numeric_date(A))", A="2021-03") == ""


def test_text_that_is_no_date_is_reported() -> None:
    findings: list[Finding] = []
    values = run("numeric_date(A)", {"A": text("2021-02-30", "15-MAR-2021", "")}, findings=findings)
    assert all(missing(value) for value in values)
    assert [(item.code, item.what) for item in findings] == [
        ("DATA-111", "'2021-02-30' is not a date."),
        ("DATA-111", "'15-MAR-2021' is not a date."),
    ]


def test_numeric_time_and_datetime() -> None:
    assert one("numeric_time(A)", A="2021-03-15T00:01:30") == 90
    assert one("numeric_datetime(A)", A="1960-01-02T00:01") == 86460
    assert missing(one("numeric_datetime(A)", A="1960-01-02"))


@given(DATES, st.integers(-400, 400))
def test_add_days_follows_the_calendar(day: date, days: int) -> None:
    later = day + timedelta(days=days)
    assert one(f"add_days(A, {days})", A=day.isoformat()) == later.isoformat()
    assert one(f"add_days(A, {days})", A=sas(day)) == sas(later)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", 8),
        (", add_one=False", 7),
        (', unit="weeks"', 8 / 7),
        (', unit="months"', 8 / 30.4375),
        (', unit="years"', 8 / 365.25),
    ],
)
def test_duration_in_units(arguments: str, expected: float) -> None:
    assert one(f"duration(A, B{arguments})", A="2021-03-01", B="2021-03-08") == pytest.approx(expected, rel=1e-15)


@given(DATES, DATES)
def test_completed_years_are_counted_by_birthdays(birth: date, day: date) -> None:
    expected = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    assert one("completed_years(A, B)", A=birth.isoformat(), B=day.isoformat()) == expected


@pytest.mark.parametrize(
    ("first", "second", "certainly_before", "may_be_on_or_before"),
    [
        ("2021-03-14", "2021-03-15", True, True),
        ("2021-03-15", "2021-03-15", False, True),
        ("2021-03-16", "2021-03-15", False, False),
        ("2021-02", "2021-03-15", True, True),
        ("2021-03", "2021-03-15", False, True),
        ("2021-04", "2021-03-15", False, False),
        ("2021-03-15", "2021-03", False, True),
        ("2021", "2021-03", False, True),
        ("2021-03-15T08:00", "2021-03-15T09:00", True, True),
        ("2021-03-15T08:00", "2021-03-15", False, True),
        ("", "2021-03-15", False, False),
        ("2021-03-15", "", False, False),
    ],
)
def test_partial_dates_are_compared_as_far_as_both_are_known(
    first: str, second: str, certainly_before: bool, may_be_on_or_before: bool
) -> None:
    assert one("before(A, B)", A=first, B=second) is certainly_before
    assert one("on_or_before(A, B)", A=first, B=second) is may_be_on_or_before


def test_text_is_compared_with_a_day_number() -> None:
    assert one("before(A, B)", A="1960-01", B=31.0) is True
    assert one("on_or_before(A, B)", A="1960-02", B=30.0) is False


def test_earliest_and_latest_pass_over_missing_dates() -> None:
    columns = {"A": text("2021-03-15", "", ""), "B": text("2021-03-10", "2021-01-01", "")}
    assert run("earliest([A, B])", columns) == ["2021-03-10", "2021-01-01", ""]
    assert run("latest([A, B])", columns) == ["2021-03-15", "2021-01-01", ""]
    days = {"A": numbers(5, None), "B": numbers(3, 4)}
    assert run("earliest([A, B])", days) == [3, 4]
    assert run("latest([A, B])", days) == [5, 4]


@given(DATES, st.sampled_from([4, 7]), st.sampled_from(["first", "mid", "last"]))
def test_imputed_date_lies_in_the_period_and_is_flagged(day: date, length: int, to: str) -> None:
    partial = day.isoformat()[:length]
    found = one(f'date_text(impute_date(A, to="{to}"))', A=partial)
    last = calendar.monthrange(day.year, 12 if length == 4 else day.month)[1]
    month = {"first": 1, "mid": 6, "last": 12}[to] if length == 4 else day.month
    chosen = {"first": 1, "mid": 30 if length == 4 else 15, "last": last}[to]
    assert found == date(day.year, month, chosen).isoformat()
    assert one(f'imputation_flag(A, impute_date(A, to="{to}"))', A=partial) == ("M" if length == 4 else "D")


@given(DATES, DATES, DATES)
def test_complete_date_is_never_changed(day: date, low: date, high: date) -> None:
    expression = "impute_date(A, not_before=B, not_after=C)"
    assert one(expression, A=day.isoformat(), B=low.isoformat(), C=high.isoformat()) == sas(day)
    assert one(f"imputation_flag(A, {expression})", A=day.isoformat(), B=low.isoformat(), C=high.isoformat()) == ""


@pytest.mark.parametrize(
    ("partial", "arguments", "expected"),
    [
        ("2021-03", "not_before=B", "2021-03-20"),
        ("2021", "not_before=B", "2021-03-20"),
        ("2021-02", "not_before=B", "2021-02-01"),
        ("2021-04", "not_before=B", "2021-04-01"),
        ("2021-03", 'to="last", not_after=B', "2021-03-20"),
        ("2021-02", 'to="last", not_after=B', "2021-02-28"),
        ("2021-04", 'to="last", not_after=B', "2021-04-30"),
        ("2021-03", 'to="last", not_before=B', "2021-03-31"),
        ("2021", 'highest="day"', ""),
        ("", "not_before=B", ""),
        ("2021---15", 'to="first"', "2021-01-01"),
    ],
)
def test_bound_counts_only_inside_the_period(partial: str, arguments: str, expected: str) -> None:
    assert one(f"date_text(impute_date(A, {arguments}))", A=partial, B="2021-03-20") == expected


def test_missing_bound_bounds_nothing() -> None:
    assert one("date_text(impute_date(A, not_before=B))", A="2021-03", B=None) == "2021-03-01"


def test_whole_date_imputed_elsewhere_is_flagged_y() -> None:
    assert one("imputation_flag(A, B)", A="", B=22281.0) == "Y"
    assert one("imputation_flag(A, B)", A="", B=None) == ""


@pytest.mark.parametrize(
    "text_", ["2021-13", "2021-00-10", "2021-02-29", "21", "2021-3", "0000", "2021-03-15 08:00", "٢٠٢١"]
)
def test_what_is_not_iso_is_no_period(text_: str) -> None:
    assert period_of(text_) is None


def test_period_of_an_unknown_year_is_open() -> None:
    first, last, known = period_of("--03-15") or (0, 0, -1)
    assert (math.isnan(first), math.isnan(last), known) == (True, True, 0)


def test_empty_column_gives_an_empty_column() -> None:
    assert run("study_day(A, reference=B)", {"A": text(), "B": text()}) == []
    assert run("iso8601(A, time=B)", {"A": text(), "B": text()}) == []
    assert run("impute_date(A)", {"A": text()}) == []
