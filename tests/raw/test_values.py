"""Numbers, dates and times as text that says the same."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.raw.values import number_texts, sas_texts, temporal_kind


@given(st.lists(st.floats(allow_nan=False)))
def test_numbers_read_back_to_the_same_bits(values: list[float]) -> None:
    texts = number_texts(np.array(values, dtype="float64")).tolist()
    assert [(float(text), math.copysign(1, float(text))) for text in texts] == [
        (value, math.copysign(1, value)) for value in values
    ]


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_have_neither_point_nor_exponent(value: int) -> None:
    assert number_texts(np.array([float(value)])).tolist() == [str(value)]


@given(st.dates())
def test_sas_days_are_the_dates_that_the_calendar_says(day: date) -> None:
    days = float((day - date(1960, 1, 1)).days)
    assert sas_texts(np.array([days, np.nan]), "YYMMDD10.").tolist() == [day.isoformat(), ""]


@given(st.datetimes(datetime(1582, 1, 1), datetime(2200, 1, 1)), st.sampled_from([0, 0.5, 0.25]))
def test_sas_seconds_read_back(moment: datetime, fraction: float) -> None:
    whole = moment.replace(microsecond=0)
    seconds = (whole - datetime(1960, 1, 1)).total_seconds() + fraction
    (text,) = sas_texts(np.array([seconds]), "DATETIME20.")
    read = datetime.fromisoformat(text).replace(tzinfo=UTC)
    assert (read - datetime(1960, 1, 1, tzinfo=UTC)).total_seconds() == seconds
    assert text.startswith(whole.isoformat())


@given(st.integers(0, 86_399))
def test_sas_times_are_times_of_day(seconds: int) -> None:
    expected = (datetime(2000, 1, 1) + timedelta(seconds=seconds)).time().isoformat()
    assert sas_texts(np.array([float(seconds)]), "TIME8.").tolist() == [expected]


@pytest.mark.parametrize(
    ("value", "sas_format"),
    [(0.5, "DATE9."), (3_000_000.0, "DATE9."), (86_400.0, "TIME8."), (-1.0, "TIME8."), (1e12, "DATETIME20.")],
)
def test_a_value_without_iso_text_stays_a_number(value: float, sas_format: str) -> None:
    assert float(sas_texts(np.array([value]), sas_format)[0]) == value


@pytest.mark.parametrize(
    ("sas_format", "kind"),
    [
        *((name, "date") for name in ("DATE9.", "DATE9", "date9.", "E8601DA.", "YYMMN6.", "MMDDYY10.", "MONYY7.")),
        *((name, "datetime") for name in ("DATETIME20.", "E8601DT19.", "DTDATE9.", "DATETIME22.3")),
        *((name, "time") for name in ("TIME5.", "TIME.", "HHMM5.", "E8601TM8.", "TOD8.")),
        *((name, "") for name in ("", "8.2", "BEST12.", "$DATE9.", "DATER.", "MYDATE9.", "F8.")),
    ],
)
def test_the_format_says_what_a_number_is(sas_format: str, kind: str) -> None:
    assert temporal_kind(sas_format) == kind
