"""ISO 8601 text of SDTM: is it a date, a time, a duration or an interval, and which of two is earlier.

Apart from `studyspec.derive`, which made the values: a mistake there must not hide here.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

_PART = r"(\d\d|-)"
_DATE = re.compile(
    rf"(\d{{4}}|-)(?:-{_PART}(?:-{_PART}(?:T{_PART}(?::{_PART}(?::(\d\d|-)(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+W|(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?)",
    re.ASCII,
)
_COMPLETE = 10


@lru_cache(maxsize=100_000)
def is_iso_date(text: str) -> bool:
    """True for an ISO 8601 date or date and time as SDTM writes it: unknown parts left off at the end, or a hyphen.

    Source: SDTMIG 3.4 section 4.4.1 and 4.4.2 (precision).

    Example:
        >>> [is_iso_date(text) for text in ("2021-03", "2021---15", "2021-02-30", "15.03.2021")]
        [True, True, False, False]
    """
    found = _DATE.fullmatch(text)
    if found is None or text.endswith("-"):
        return False
    year, month, day, hour, minute, second = (None if part in (None, "-") else int(part) for part in found.groups())
    if month is not None and not 1 <= month <= 12:
        return False
    last = 31 if month is None else calendar.monthrange(2000 if year is None else max(year, 1), month)[1]
    return (day is None or 1 <= day <= last) and _is_time(hour, minute, second)


def _is_time(hour: int | None, minute: int | None, second: int | None) -> bool:
    return all(part is None or part < limit for part, limit in ((hour, 24), (minute, 60), (second, 60)))


def is_iso_duration(text: str) -> bool:
    """True for an ISO 8601 duration: P3D, PT1H30M, P2W.

    Example:
        >>> is_iso_duration("P1DT2H"), is_iso_duration("P"), is_iso_duration("3 DAYS")
        (True, False, False)
    """
    return _DURATION.fullmatch(text) is not None


@lru_cache(maxsize=100_000)
def is_iso(text: str) -> bool:
    """True for a date, a date and time, or an interval of two such or of one and a duration."""
    if "/" not in text:
        return is_iso_date(text)
    start, _, end = text.partition("/")
    return (is_iso_date(start) or is_iso_duration(start)) and (is_iso_date(end) or is_iso_duration(end))


def is_not_iso(values: pd.Series) -> npt.NDArray[np.bool_]:
    """True where a text is there and is no ISO 8601 date, time or interval."""
    known = {text for text in values.unique() if text == "" or is_iso(text)}
    return ~values.isin(known).to_numpy()


def is_complete(values: pd.Series) -> npt.NDArray[np.bool_]:
    """True where year, month and day are all known."""
    complete = {text for text in values.unique() if is_iso_date(text) and _has_day(text)}
    return values.isin(complete).to_numpy()


def _has_day(text: str) -> bool:
    return re.match(r"\d{4}-\d\d-\d\d(?!\d)", text, re.ASCII) is not None


def days(values: pd.Series) -> npt.NDArray[np.float64]:
    """Days since 1970-01-01 of complete dates; NaN for the others."""
    codes, found = pd.factorize(values)
    table = [
        float(np.datetime64(text[:_COMPLETE], "D").astype("int64")) if is_iso_date(text) and _has_day(text) else np.nan
        for text in found
    ]
    return np.array([*table, np.nan], dtype="float64")[codes]


def study_days(values: pd.Series, reference: pd.Series) -> npt.NDArray[np.float64]:
    """The study day of SDTMIG 3.4 section 4.4.4: no day 0; NaN unless both dates are complete."""
    difference = days(values) - days(reference)
    return np.where(difference >= 0, difference + 1, difference)


def is_after(first: pd.Series, second: pd.Series) -> npt.NDArray[np.bool_]:
    """True where the first date is certainly later than the second: compared as far as both are known."""
    return np.array([_later(*pair) for pair in zip(first, second, strict=True)], dtype=bool)


@lru_cache(maxsize=100_000)
def _later(first: str, second: str) -> bool:
    if first == second or not (is_iso_date(first) and is_iso_date(second)) or "--" in first + second:
        return False
    known = min(len(first), len(second))
    return first[:known] > second[:known]
