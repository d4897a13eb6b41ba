"""Numbers: reading, writing, rounding, bands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, flag_column, map_distinct, num, report_where
from studyspec.derive.registry import Char, Flag, Num, Number, Numbers, NumColumns, Texts, Value, function
from studyspec.findings import Rule

NUMBER_UNREADABLE = Rule(
    "DATA-102",
    "warning",
    "A value is not a number",
    why="The variable is numeric. The value is left missing.",
    action="Query the site, or map the value before number() in the spec.",
)

_WHOLE = Number(0)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# From this size on a number has no digit after the decimal point, or too few to allow for anything.
_NO_FRACTION = 2.0**52
_EXACT = 1e13
_ALLOWANCE = 4e-15


@function()
def number(text: Char) -> Num:
    """The number a text stands for.

    Args:
        text: text such as 12, 0.5, -3, 1e3 or 0,5 (a comma is a decimal point; there are no thousands separators).

    Returns:
        Number; missing for a blank.

    Findings:
        DATA-102 for text that is no number.

    Example:
        number(WEIGHT)

        | WEIGHT | result |
        |--------|--------|
        | 71.5   | 71.5   |
        | 71,5   | 71.5   |
        | ND     |        |
        |        |        |

    Source:
        INPUT function of SAS with the BEST. informat.
    """
    codes, texts = pd.factorize(text)
    stripped = [value.strip() for value in texts]
    read = [float(value.replace(",", ".")) if _NUMBER.fullmatch(value) else np.nan for value in stripped]
    numbers = np.array(read, dtype="float64")
    wrong = np.array([bool(value) for value in stripped], dtype=bool) & ~np.isfinite(numbers)
    if wrong.any():
        messages = map_distinct(text, lambda value: f"'{value}' is not a number.")
        report_where(NUMBER_UNREADABLE, wrong[codes], messages, text.index)
    return num(np.where(wrong, np.nan, numbers)[codes], text.index)


@function()
def text_of(number: Num, *, digits: Number | None = None) -> Char:
    """A number as text.

    Args:
        number: number.
        digits: digits after the decimal point, rounded half away from zero. Not given: as many as the number has.

    Returns:
        Text without exponent; blank if missing.

    Example:
        text_of(VSSTRESN)

        | VSSTRESN | result |
        |----------|--------|
        | 71       | 71     |
        | 71.50    | 71.5   |
        |          |        |

    Source:
        SDTMIG 3.4 section 4.5.1 (--STRESC and --STRESN); PUT function of SAS.
    """
    codes, values = pd.factorize(number, use_na_sentinel=False)
    texts = [number_text(value, None if digits is None else int(digits)) for value in values]
    return char(pd.array(texts, dtype="str").take(codes), number.index)


def number_text(value: float, digits: int | None = None) -> str:
    """One number as text: the shortest that reads back, or with fixed digits; "" if it is not finite.

    Example:
        >>> number_text(30.0), number_text(0.1), number_text(2.345, 2)
        ('30', '0.1', '2.35')
    """
    if not np.isfinite(value):
        return ""
    if digits is None:
        text = f"{Decimal(repr(float(value))):f}"
    else:
        text = f"{Decimal(repr(float(rounded(np.array(value), digits)))):.{max(digits, 0)}f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.") else text


@function()
def round_half_up(number: Num, digits: Number = _WHOLE) -> Num:
    """Round, halves away from zero, on the decimal value of the number and not on its binary image.

    Args:
        number: number.
        digits: digits after the decimal point; negative for tens, hundreds, ...

    Returns:
        Number; missing stays missing. Decimals of up to 14 significant digits are rounded exactly.

    Example:
        round_half_up(HEIGHT, 1)

        | HEIGHT | result |
        |--------|--------|
        | 171.45 | 171.5  |
        | -0.25  | -0.3   |
        |        |        |

    Source:
        ROUND function of SAS.
    """
    return num(rounded(number.to_numpy(dtype="float64"), int(digits)), number.index)


def rounded(numbers: Array, digits: int) -> Array:
    """Round half away from zero, decimally.

    A number is within one unit of its last place of the decimal it was written as, and arithmetic such as 9.95 * 71
    adds a little more. What lies that close below a half is the half. The allowance is far below the 14th significant
    digit, so that no decimal of 14 digits is rounded wrongly.
    """
    scale = 10.0 ** abs(digits)
    size = np.abs(numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = size * scale if digits >= 0 else size / scale
        whole = np.floor(scaled + 0.5 + np.where(scaled < _EXACT, scaled * _ALLOWANCE, 0.0))
        result = np.copysign(whole / scale if digits >= 0 else whole * scale, numbers)
    return np.where(scaled < _NO_FRACTION, result + 0.0, numbers)


@function(same_type=True)
def between(value: Value, low: Value, high: Value) -> Flag:
    """True if a value lies between two others, both included.

    Args:
        value: number, or text such as an ISO 8601 date.
        low: lower bound of the same kind.
        high: upper bound of the same kind.

    Returns:
        True or False; False if any of the three is missing.

    Example:
        between(AGE, 18, 64)

        | AGE | result |
        |-----|--------|
        | 18  | True   |
        | 64  | True   |
        | 65  | False  |
        |     | False  |

    Source:
        BETWEEN of PROC SQL.
    """
    inside = (low <= value) & (value <= high)
    for column in (value, low, high):
        inside &= column.notna() & (column != "")
    return flag_column(inside, value.index)


@function()
def least(numbers: NumColumns) -> Num:
    """The smallest of several numbers of a record.

    Args:
        numbers: list of numbers; missing ones are passed over.

    Returns:
        Number; missing if all are. For dates see earliest().

    Example:
        least([AVAL, ULN])

        | AVAL | ULN | result |
        |------|-----|--------|
        | 5    | 4   | 4      |
        | 5    |     | 5      |

    Source:
        MIN function of SAS.
    """
    return num(np.fmin.reduce([column.to_numpy(dtype="float64") for column in numbers]), numbers[0].index)


@function()
def greatest(numbers: NumColumns) -> Num:
    """The largest of several numbers of a record.

    Args:
        numbers: list of numbers; missing ones are passed over.

    Returns:
        Number; missing if all are. For dates see latest().

    Example:
        greatest([AVAL, LLN])

        | AVAL | LLN | result |
        |------|-----|--------|
        | 5    | 6   | 6      |
        | 5    |     | 5      |

    Source:
        MAX function of SAS.
    """
    return num(np.fmax.reduce([column.to_numpy(dtype="float64") for column in numbers]), numbers[0].index)


def _band_check(constants: Mapping[str, Any]) -> str:
    breaks, labels = constants.get("breaks", ()), constants.get("labels", ())
    if list(breaks) != sorted(set(breaks)):
        return "The breaks must rise."
    if breaks and labels and len(labels) != len(breaks) + 1:
        return f"{len(breaks)} breaks make {len(breaks) + 1} bands, but there are {len(labels)} labels."
    return ""


@function(check=_band_check)
def band(value: Num, breaks: Numbers, labels: Texts, *, closed: Literal["left", "right"] = "left") -> Char:
    """The label of the band a number lies in, such as an age group.

    Args:
        value: number.
        breaks: numbers at which a band ends and the next begins, rising.
        labels: texts, one more than there are breaks, from the lowest band up.
        closed: left: a break belongs to the band above it (65 is in 65-74). right: it belongs to the band below it.

    Returns:
        A label; blank if the value is missing.

    Example:
        band(AGE, [65, 75], ["<65", "65-74", ">=75"])

        | AGE | result |
        |-----|--------|
        | 64  | <65    |
        | 65  | 65-74  |
        | 75  | >=75   |
        |     |        |

    Source:
        ADaMIG 1.3 section 3.2 (AGEGRy, groupings of a numeric variable).
    """
    numbers = value.to_numpy(dtype="float64")
    place = np.searchsorted(np.array(breaks, dtype="float64"), numbers, side="right" if closed == "left" else "left")
    choices = np.array([*labels, ""], dtype=object)
    return char(choices[np.where(np.isnan(numbers), len(labels), place)], value.index)
