"""ISO 8601 dates as the period of days they may mean: 2021-03 is 1 to 31 March 2021."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, is_char, map_distinct, report_where
from studyspec.findings import Rule

SAS_EPOCH = date(1960, 1, 1).toordinal()
NOTHING, YEAR, MONTH, DAY = range(4)

DATE_NOT_ISO = Rule(
    "DATA-111",
    "warning",
    "Not an ISO 8601 date",
    why="Study days, imputation and comparisons need dates like 2021-03-15, 2021-03 or 2021.",
    action="Read the collected date with iso8601() first, or correct it at the source.",
)

_ISO = re.compile(r"(\d{4}|-)(?:-(\d\d|-)(?:-(\d\d|-)(?:T\S*)?)?)?", re.ASCII)


@dataclass(frozen=True)
class Periods:
    """First and last possible SAS day per record (NaN where the year is unknown), and the last part known."""

    first: Array
    last: Array
    known: Array


def periods(dates: pd.Series) -> Periods:
    """The period each date may mean. Text is ISO 8601; numbers are SAS days and mean one day.

    What is not a date is reported (DATA-111) and taken as missing.
    """
    if not is_char(dates):
        days = dates.to_numpy(dtype="float64")
        return Periods(days, days, np.where(np.isnan(days), NOTHING, DAY))
    codes, texts = pd.factorize(dates)
    found = [period_of(text) for text in texts]
    table = np.array([part or (np.nan, np.nan, NOTHING) for part in found], dtype="float64").reshape(-1, 3)
    wrong = np.array([part is None for part in found], dtype=bool)[codes]
    if wrong.any():
        report_where(DATE_NOT_ISO, wrong, map_distinct(dates, lambda text: f"'{text}' is not a date."), dates.index)
    rows = table[codes]
    return Periods(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int64))


@lru_cache(maxsize=100_000)
def period_of(text: str) -> tuple[float, float, int] | None:
    """First day, last day and what is known of one ISO 8601 text; None when it is not a date.

    Example:
        >>> period_of("1960-01")
        (0.0, 30.0, 2)
    """
    if text == "":
        return np.nan, np.nan, NOTHING
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day = (0 if part in (None, "-") else int(part) for part in found.groups())
    if not year:
        return (np.nan, np.nan, NOTHING) if found.group(1) == "-" else None
    if found.group(2) == "-" or not found.group(2):
        return sas_day(year, 1, 1), sas_day(year, 12, 31), YEAR
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if found.group(3) == "-" or not found.group(3):
        return sas_day(year, month, 1), sas_day(year, month, last), MONTH
    if not 1 <= day <= last:
        return None
    return sas_day(year, month, day), sas_day(year, month, day), DAY


def sas_day(year: int, month: int, day: int) -> float:
    """Days since 1960-01-01."""
    return float(date(year, month, day).toordinal() - SAS_EPOCH)


def sas_days(dates: pd.Series) -> Array:
    """SAS days of complete dates; NaN for partial and missing ones."""
    found = periods(dates)
    return np.where(found.known == DAY, found.first, np.nan)


def iso_dates(days: Array) -> Array:
    """SAS days as ISO 8601 text; blank where missing."""
    missing = np.isnan(days)
    whole = np.floor(np.where(missing, 0, days)).astype("int64")
    texts = np.datetime_as_string(np.datetime64("1960-01-01", "D") + whole).astype(object)
    texts[missing] = ""
    return texts
