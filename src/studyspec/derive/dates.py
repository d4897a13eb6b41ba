"""Study days, numeric dates and durations.

Wherever a date goes in it may be ISO 8601 text (SDTM) or a SAS day number (ADaM, days since 1960-01-01).
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, flag_column, is_char, map_numbers, map_text, num
from studyspec.derive.periods import DAY, iso_dates, periods, sas_days
from studyspec.derive.registry import Char, Flag, Num, Switch, Value, function

_BOTH_DAYS = Switch(True)
_DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
# English whatever the locale, as in SAS.
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CLOCK = re.compile(r"T(\d\d):(\d\d)(?::(\d\d))?")


@function()
def study_day(date: Value, *, reference: Value) -> Num:
    """Study day: days from the reference date, plus 1 on and after it. There is no day 0.

    Args:
        date: ISO 8601 text or SAS day number.
        reference: ISO 8601 text or SAS day number, e.g. RFSTDTC in SDTM, TRTSDT in ADaM.

    Returns:
        Number of days; missing unless both dates are complete.

    Example:
        study_day(AESTDTC, reference=DM.RFSTDTC)

        | AESTDTC    | DM.RFSTDTC | result |
        |------------|------------|--------|
        | 2021-03-01 | 2021-03-01 | 1      |
        | 2021-02-28 | 2021-03-01 | -1     |
        | 2021-03    | 2021-03-01 |        |

    Source:
        SDTMIG 3.4 section 4.4.4 (study day variables); ADaMIG 1.3 section 3.1.2 (timing variables).
    """
    days = sas_days(date) - sas_days(reference)
    return num(days + (days >= 0), date.index)


@function()
def numeric_date(date: Char) -> Num:
    """SAS day number of an ISO 8601 date.

    Args:
        date: ISO 8601 text; a time is ignored.

    Returns:
        Days since 1960-01-01; missing for a partial or missing date.

    Example:
        numeric_date(DTHDTC)

        | DTHDTC           | result |
        |------------------|--------|
        | 1960-01-02       | 1      |
        | 2021-03-15T09:40 | 22354  |
        | 2021-03          |        |

    Source:
        ADaMIG 1.3 section 3.1.2 (--DT variables); SAS date values.
    """
    return num(sas_days(date), date.index)


@function()
def numeric_time(date: Char) -> Num:
    """SAS time value of an ISO 8601 date and time.

    Args:
        date: ISO 8601 text with a time.

    Returns:
        Seconds since midnight; missing if there is no time.

    Example:
        numeric_time(EXSTDTC)

        | EXSTDTC          | result |
        |------------------|--------|
        | 2021-03-15T09:40 | 34800  |
        | 2021-03-15       |        |

    Source:
        ADaMIG 1.3 section 3.1.2 (--TM variables); SAS time values.
    """
    return map_numbers(date, _seconds)


@function()
def numeric_datetime(date: Char) -> Num:
    """SAS datetime value of an ISO 8601 date and time.

    Args:
        date: ISO 8601 text with a time.

    Returns:
        Seconds since 1960-01-01T00:00; missing unless date and time are there.

    Example:
        numeric_datetime(EXSTDTC)

        | EXSTDTC          | result |
        |------------------|--------|
        | 1960-01-02T00:01 | 86460  |
        | 2021-03-15       |        |

    Source:
        ADaMIG 1.3 section 3.1.2 (--DTM variables); SAS datetime values.
    """
    return num(sas_days(date) * 86400 + map_numbers(date, _seconds), date.index)


@function()
def date_text(date: Num) -> Char:
    """ISO 8601 text of a SAS day number.

    Args:
        date: days since 1960-01-01.

    Returns:
        Text yyyy-mm-dd; blank if missing.

    Example:
        date_text(ASTDT)

        | ASTDT | result     |
        |-------|------------|
        | 22354 | 2021-03-15 |
        |       |            |

    Source:
        SDTMIG 3.4 section 4.4.1 (ISO 8601).
    """
    return char(iso_dates(date.to_numpy(dtype="float64")), date.index)


@function()
def date9(date: Num) -> Char:
    """A SAS day number as listings print it.

    Args:
        date: days since 1960-01-01.

    Returns:
        Text ddMMMyyyy, the month in English; blank if missing.

    Example:
        date9(ASTDT)

        | ASTDT | result    |
        |-------|-----------|
        | 22354 | 15MAR2021 |
        |       |           |

    Source:
        DATE9. format of SAS.
    """
    return map_text(date_text(date), _date9)


def _date9(iso: str) -> str:
    year, month, day = iso[:-6], iso[-5:-3], iso[-2:]
    return f"{day}{_MONTHS[int(month) - 1]}{year}" if iso else ""


@function()
def add_days(date: Value, days: Num) -> Value:
    """The date so many days later.

    Args:
        date: ISO 8601 text or SAS day number.
        days: days to add; negative for an earlier date.

    Returns:
        A date of the kind that went in, without time; missing unless the date is complete.

    Example:
        add_days(TRTEDTC, 30)

        | TRTEDTC    | result     |
        |------------|------------|
        | 2021-02-27 | 2021-03-29 |
        | 2021-02    |            |

    Source:
        Calendar arithmetic (SAS date values).
    """
    later = sas_days(date) + days.to_numpy()
    return Value(char(iso_dates(later), date.index) if is_char(date) else num(later, date.index))


@function()
def duration(
    start: Value,
    end: Value,
    *,
    unit: Literal["days", "weeks", "months", "years"] = "days",
    add_one: Switch = _BOTH_DAYS,
) -> Num:
    """Time from start to end.

    Args:
        start: ISO 8601 text or SAS day number.
        end: ISO 8601 text or SAS day number.
        unit: days, weeks (7 days), months (30.4375 days) or years (365.25 days).
        add_one: True counts both the first and the last day (end - start + 1), False the days between.

    Returns:
        Number of units, not rounded; missing unless both dates are complete. An end before the start gives what the
        subtraction gives.

    Example:
        duration(ASTDT, AENDT)

        | ASTDT | AENDT | result |
        |-------|-------|--------|
        | 22350 | 22350 | 1      |
        | 22350 | 22356 | 7      |
        | 22350 |       |        |

    Source:
        ADaM OCCDS 1.1 (ADURN); ADaMIG 1.3 section 3.2 (treatment duration).
    """
    days = sas_days(end) - sas_days(start) + (1 if add_one else 0)
    return num(days / _DAYS[unit], start.index)


@function()
def completed_years(start: Value, end: Value) -> Num:
    """Whole years from one date to another by the calendar, as age is counted.

    Args:
        start: ISO 8601 text or SAS day number, e.g. the date of birth.
        end: ISO 8601 text or SAS day number, e.g. the date of consent.

    Returns:
        Years completed; missing unless both dates are complete. Who is born on 29 February completes a year on 1 March.

    Example:
        completed_years(BRTHDTC, RFICDTC)

        | BRTHDTC    | RFICDTC    | result |
        |------------|------------|--------|
        | 1950-03-15 | 2021-03-14 | 70     |
        | 1950-03-15 | 2021-03-15 | 71     |
        | 1950-03    | 2021-03-15 |        |

    Source:
        SDTMIG 3.4 section 5.2 (AGE in DM).
    """
    first, last = (_calendar(date) for date in (start, end))
    reached = (last[1] > first[1]) | ((last[1] == first[1]) & (last[2] >= first[2]))
    return num(last[0] - first[0] - ~reached, start.index)


@function()
def complete(date: Char) -> Flag:
    """True for a complete date: year, month and day are known.

    Args:
        date: ISO 8601 text.

    Returns:
        True or False; False for a missing date.

    Example:
        complete(AESTDTC)

        | AESTDTC    | result |
        |------------|--------|
        | 2021-03-15 | True   |
        | 2021-03    | False  |
        |            | False  |

    Source:
        SDTMIG 3.4 section 4.4.2 (precision of dates).
    """
    return flag_column(periods(date).known == DAY, date.index)


def _seconds(date: str) -> float:
    found = _CLOCK.search(date)
    if not found:
        return np.nan
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def _calendar(date: pd.Series) -> tuple[Array, Array, Array]:
    """Year, month and day of complete dates as numbers; NaN else."""
    days = sas_days(date)
    missing = np.isnan(days)
    dates = np.datetime64("1960-01-01", "D") + np.where(missing, 0, days).astype("int64")
    months = dates.astype("datetime64[M]")
    parts = (
        dates.astype("datetime64[Y]").astype("int64") + 1970,
        months.astype("int64") % 12 + 1,
        (dates - months).astype("int64") + 1,
    )
    year, month, day = (np.where(missing, np.nan, part) for part in parts)
    return year, month, day
