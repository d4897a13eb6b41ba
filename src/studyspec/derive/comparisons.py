"""Dates compared: the earliest, the latest, and what partial dates allow to say.

Dates may be ISO 8601 text (SDTM) or SAS day numbers (ADaM, days since 1960-01-01).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, flag_column, is_char, is_missing, map_together
from studyspec.derive.periods import periods
from studyspec.derive.registry import Columns, Flag, Value, function


@function()
def earliest(dates: Columns) -> Value:
    """The earliest of several dates of a record.

    Args:
        dates: list of dates, all ISO 8601 texts or all SAS day numbers.

    Returns:
        A date of the kind that went in; missing ones are passed over. A partial date counts as its first day; of
        dates that begin on the same day the shorter text is taken.

    Example:
        earliest([RFSTDTC, RFICDTC])

        | RFSTDTC    | RFICDTC    | result     |
        |------------|------------|------------|
        | 2021-03-15 | 2021-03-10 | 2021-03-10 |
        |            | 2021-03-10 | 2021-03-10 |

    Source:
        Plain definition; ISO 8601 texts sort as dates.
    """
    best = dates[0]
    for date in dates[1:]:
        best = best.where(is_missing(date) | (~is_missing(best) & (best <= date)), date)
    return Value(best)


@function()
def latest(dates: Columns) -> Value:
    """The latest of several dates of a record.

    Args:
        dates: list of dates, all ISO 8601 texts or all SAS day numbers.

    Returns:
        A date of the kind that went in; missing ones are passed over. A partial date counts as its first day; of
        dates that begin on the same day the longer text is taken.

    Example:
        latest([ISAEDT, POMEDT])

        | ISAEDT | POMEDT | result |
        |--------|--------|--------|
        | 22350  | 22356  | 22356  |
        | 22350  |        | 22350  |

    Source:
        Plain definition; ISO 8601 texts sort as dates.
    """
    best = dates[0]
    for date in dates[1:]:
        best = best.where(is_missing(date) | (~is_missing(best) & (best >= date)), date)
    return Value(best)


@function()
def before(first: Value, second: Value) -> Flag:
    """True if the first date is certainly before the second, as far as both are known.

    Args:
        first: ISO 8601 text (with or without time) or SAS day number.
        second: ISO 8601 text (with or without time) or SAS day number.

    Returns:
        True or False; compared on the parts both have. False if either is missing.

    Example:
        before(AEENDTC, AESTDTC)

        | AEENDTC    | AESTDTC    | result |
        |------------|------------|--------|
        | 2021-02    | 2021-03-15 | True   |
        | 2021-03    | 2021-03-15 | False  |
        |            | 2021-03-15 | False  |

    Source:
        SDTMIG 3.4 section 4.4.2: a partial date stands for a period of time.
    """
    return flag_column(_certainly_before(first, second), first.index)


@function()
def on_or_before(first: Value, second: Value) -> Flag:
    """True if the first date is, or may be, on or before the second.

    Args:
        first: ISO 8601 text (with or without time) or SAS day number.
        second: ISO 8601 text (with or without time) or SAS day number.

    Returns:
        True or False; compared on the parts both have, so that a period that contains the other date counts. False
        if either is missing.

    Example:
        on_or_before(GFDTC, RFSTDTC)

        | GFDTC      | RFSTDTC    | result |
        |------------|------------|--------|
        | 2021-03-15 | 2021-03-15 | True   |
        | 2021-03    | 2021-03-15 | True   |
        | 2021-04    | 2021-03-15 | False  |

    Source:
        SDTMIG 3.4 section 4.4.2: a partial date stands for a period of time.
    """
    absent = np.asarray(is_missing(first) | is_missing(second))
    return flag_column(~absent & ~_certainly_before(second, first), first.index)


def _certainly_before(first: pd.Series, second: pd.Series) -> Array:
    if is_char(first) and is_char(second):
        return map_together((first, second), _text_before).astype(bool)
    return periods(first).last < periods(second).first


def _text_before(first: str, second: str) -> bool:
    """Compare on the parts both texts have; times, too."""
    length = min(len(first), len(second))
    return first[:length] < second[:length]
