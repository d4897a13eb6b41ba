"""ISO 8601 as conformance reads it, apart from the functions that made the values, and in agreement with them."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.study.reference import study

from studyspec.checks.dates import days, is_after, is_complete, is_iso, is_iso_date, is_iso_duration, study_days
from studyspec.checks.rules_structure import is_title
from studyspec.checks.terminology import countries
from studyspec.derive.dates import study_day
from studyspec.standards import sdtm_domain, sdtm_domains

DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def text(*values: str) -> pd.Series:
    return pd.Series(values, dtype="str")


@given(DATES, st.sampled_from([4, 7, 10]))
def test_every_date_that_exists_is_iso_as_far_as_it_is_known(day: date, known: int) -> None:
    assert is_iso_date(day.isoformat()[:known])


@given(st.datetimes(datetime(1900, 1, 1)), st.sampled_from([13, 16, 19]))
def test_every_time_is_iso_as_far_as_it_is_known(moment: datetime, known: int) -> None:
    assert is_iso_date(moment.isoformat(timespec="seconds")[:known])


@given(st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True))
def test_a_complete_date_is_iso_exactly_when_it_exists(value: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        assert is_iso_date(value) == (value[:4] == "0000" and is_iso_date(f"0001{value[4:]}"))
    else:
        assert is_iso_date(value)


@pytest.mark.parametrize(
    "value",
    ["2003---15", "--12-15", "2003-12-15T-:15", "2003-12-15T13:14:17.5", "2003-12-15T13:14+01:00", "2004-02-29"],
)
def test_unknown_parts_may_be_hyphens(value: str) -> None:
    assert is_iso_date(value)


NO_DATES = ["2003-", "2003-13", "2003-02-29", "2003-1-5", "20031205", "2003-12-05T25:00", "2003-12-05T10:61", "-"]


@pytest.mark.parametrize("value", [*NO_DATES, "05DEC2003"])
def test_what_is_no_date_is_refused(value: str) -> None:
    assert not is_iso_date(value)


def test_intervals_are_two_dates_or_a_date_and_a_duration() -> None:
    assert all(map(is_iso, ["2003-12/2003-12-05", "2003-12-01/P3D", "P3D/2003-12-01"]))
    assert not any(map(is_iso, ["2003-12/soon", "/2003", "2003-12-01/3D"]))


@pytest.mark.parametrize(("value", "expected"), [("P3D", True), ("PT1H30M", True), ("P2W", True), ("-P1D", True)])
def test_durations(value: str, expected: bool) -> None:
    assert is_iso_duration(value) is expected


@pytest.mark.parametrize("value", ["P", "PT", "P3", "3D", "P1DT", "P1M1Y", ""])
def test_what_is_no_duration_is_refused(value: str) -> None:
    assert not is_iso_duration(value)


@given(st.lists(st.tuples(DATES, DATES, st.sampled_from([0, 4, 7, 10])), min_size=1, max_size=20))
def test_study_days_agree_with_the_function_that_derives_them(rows: list[tuple[date, date, int]]) -> None:
    dates = text(*(day.isoformat()[:known] for day, _, known in rows))
    reference = text(*(day.isoformat() for _, day, _ in rows))
    np.testing.assert_array_equal(study_days(dates, reference), study_day(dates, reference=reference).to_numpy())


def test_a_date_is_complete_with_year_month_and_day() -> None:
    values = text("2021-03-05", "2021-03-05T10:00", "2021-03", "", "2021---05", "2021-02-30")
    assert is_complete(values).tolist() == [True, True, False, False, False, False]
    assert np.isnan(days(values)).tolist() == [False, False, True, True, True, True]


def test_one_date_is_after_another_only_when_that_is_certain() -> None:
    first = text("2021-03-05", "2021-03", "2021-03-05T11:00", "2021-03-05T11:00", "2021-03-05", "soon")
    second = text("2021-03-04", "2021-03-04", "2021-03-05T10:00", "2021-03-05", "", "2021")
    assert is_after(first, second).tolist() == [True, False, True, False, False, False]


def test_the_labels_of_the_guide_are_in_title_case() -> None:
    tables = [table for name in sdtm_domains() if (table := sdtm_domain(name)) is not None]
    odd = {item.label for table in tables for item in table.variables.values() if not is_title(item.label)}
    assert odd == {"Reason Arm and/or Actual Arm is Null"}


def test_the_countries_are_those_of_iso_3166() -> None:
    assert len(countries()) == 249
    assert {term.term for term in study().sdtm.codelists["COUNTRY"].terms} <= countries()
    assert all(len(code) == 3 and code.isupper() for code in countries())
