"""Analysis dates from partial dates, and the flags that say what was imputed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, num
from studyspec.derive.periods import DAY, MONTH, YEAR, periods, sas_days
from studyspec.derive.registry import Char, Num, Value, function


@function()
def impute_date(
    date: Char,
    *,
    highest: Literal["day", "month"] = "month",
    to: Literal["first", "mid", "last"] = "first",
    not_before: Value | None = None,
    not_after: Value | None = None,
) -> Num:
    """SAS day number of an ISO 8601 date, with unknown parts imputed.

    Only what is unknown is imputed. A bound that lies inside the period the partial date stands for (the month or
    year that is known) takes the place of an imputed date on its wrong side; a bound outside that period contradicts
    the collected date and is ignored. Complete dates are never changed.

    Args:
        date: ISO 8601 text.
        highest: the highest part that may be imputed: day (the month must be known) or month (the year must be
            known).
        to: first, mid or last day of the period. Mid is the 15th of a known month and 30 June of a known year.
        not_before: ISO 8601 text or SAS day number; missing means no bound.
        not_after: ISO 8601 text or SAS day number; missing means no bound. It is applied after not_before.

    Returns:
        Days since 1960-01-01; missing if more is unknown than may be imputed.

    Example:
        impute_date(AESTDTC, highest="month", to="first", not_before=DM.RFSTDTC)

        | AESTDTC    | DM.RFSTDTC | result | that is    |
        |------------|------------|--------|------------|
        | 2021-03-15 | 2021-03-20 | 22354  | 2021-03-15 |
        | 2021-03    | 2021-03-20 | 22359  | 2021-03-20 |
        | 2021-04    | 2021-03-20 | 22371  | 2021-04-01 |
        | 2021       | 2020-03-20 | 22281  | 2021-01-01 |
        |            | 2021-03-20 |        |            |

    Source:
        ADaMIG 1.3 section 3.1.2 (imputed dates are analysis dates, SDTM dates stay partial).
    """
    found = periods(date)
    lowest = MONTH if highest == "day" else YEAR
    usable = found.known >= lowest
    imputed = usable & (found.known < DAY)
    days = _chosen(found.first, found.last, found.known, to)
    for bound, move in ((not_before, np.maximum), (not_after, np.minimum)):
        if bound is not None:
            limit = sas_days(bound)
            inside = imputed & (found.first <= limit) & (limit <= found.last)
            days = np.where(inside, move(days, limit), days)
    return num(np.where(usable, days, np.nan), date.index)


def _chosen(first: Array, last: Array, known: Array, to: str) -> Array:
    if to == "first":
        return first
    if to == "last":
        return last
    # 30 June is the last day of the first half: 184 days before the last day of any year.
    return np.select([known == MONTH, known == YEAR], [first + 14, last - 184], first)


@function()
def imputation_flag(date: Char, imputed: Num) -> Char:
    """Date imputation flag: the highest part of a date that was imputed.

    Args:
        date: ISO 8601 text as collected.
        imputed: the analysis date made from it, SAS day number.

    Returns:
        Text: D (day), M (month and day), Y (the whole date), or blank if nothing was imputed or there is no date.

    Example:
        imputation_flag(AESTDTC, ASTDT)

        | AESTDTC    | ASTDT | result |
        |------------|-------|--------|
        | 2021-03-15 | 22354 |        |
        | 2021-03    | 22340 | D      |
        | 2021       | 22281 | M      |
        |            | 22281 | Y      |
        | 2021       |       |        |

    Source:
        ADaMIG 1.3 section 3.1.3 (--DTF variables), CDISC codelist DATEFL.
    """
    flags = np.array(["Y", "M", "D", ""], dtype=object)[periods(date).known]
    return char(pd.Series(flags, index=date.index, dtype="str").where(imputed.notna(), ""), date.index)
