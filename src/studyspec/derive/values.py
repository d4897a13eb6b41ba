"""Choosing values: conditions, missing values, flags, the worst of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from studyspec.derive.columns import char, flag_column, is_char, is_missing, num, report_where
from studyspec.derive.registry import Char, CharColumns, Columns, Flag, FlagColumns, Texts, Value, function
from studyspec.findings import Rule

NOT_IN_ORDER = Rule(
    "DATA-110",
    "warning",
    "A value is not in the order of worst()",
    why="Only the values listed in order= can be compared. The value takes no part.",
    action="Add it to order= in the spec, or map it to a term first.",
)


@function()
def if_else(condition: Flag, value: Value, otherwise: Value | None = None) -> Value:
    """One value where a condition holds, another where it does not.

    Args:
        condition: condition.
        value: text or number, where the condition holds.
        otherwise: the same kind, where it does not hold (also because something compared is missing). Not given:
            missing.

    Returns:
        Text or number.

    Example:
        if_else(AGE >= 65, "ELDERLY", "ADULT")

        | AGE | result  |
        |-----|---------|
        | 71  | ELDERLY |
        | 64  | ADULT   |
        |     | ADULT   |

    Source:
        IFC and IFN functions of SAS.
    """
    if otherwise is None:
        otherwise = _all_missing(value)
    return Value(value.where(condition, otherwise))


def _case_check(constants: Mapping[str, Any]) -> str:
    conditions, values = constants.get("conditions"), constants.get("values")
    if conditions is None or values is None or len(conditions) == len(values):
        return ""
    return f"There are {len(conditions)} conditions but {len(values)} values."


@function(check=_case_check)
def case(conditions: FlagColumns, values: Columns, otherwise: Value | None = None) -> Value:
    """The value that belongs to the first condition that holds.

    Args:
        conditions: list of conditions, tried from the left.
        values: list of texts or numbers, one for each condition.
        otherwise: the same kind, where no condition holds. Not given: missing.

    Returns:
        Text or number.

    Example:
        case([EXTRT == "A", EXTRT == "B"], ["Regimen A", "Regimen B"], otherwise="Other")

        | EXTRT | result    |
        |-------|-----------|
        | A     | Regimen A |
        | B     | Regimen B |
        |       | Other     |

    Source:
        CASE of PROC SQL; SELECT-WHEN of the DATA step.
    """
    chosen = otherwise if otherwise is not None else _all_missing(values[0])
    for condition, value in zip(reversed(conditions), reversed(values), strict=True):
        chosen = Value(value.where(condition, chosen))
    return chosen


@function()
def coalesce(values: Columns) -> Value:
    """The first of several values that is not missing.

    Args:
        values: list of texts or of numbers.

    Returns:
        Text or number; missing if all are.

    Example:
        coalesce([OUT, OUTC])

        | OUT       | OUTC      | result    |
        |-----------|-----------|-----------|
        | Recovered |           | Recovered |
        |           | Recovered | Recovered |
        |           |           |           |

    Source:
        COALESCE and COALESCEC functions of SAS.
    """
    chosen = values[0]
    for value in values[1:]:
        chosen = chosen.mask(is_missing(chosen), value)
    return Value(chosen)


@function()
def missing(value: Value) -> Flag:
    """True where a value is missing: blank text, or no number.

    Args:
        value: text or number.

    Returns:
        True or False. The text "NA" is a value.

    Example:
        missing(RACE)

        | RACE | result |
        |------|--------|
        |      | True   |
        | NA   | False  |

    Source:
        MISSING function of SAS.
    """
    return flag_column(is_missing(value), value.index)


@function()
def yes_no(condition: Flag) -> Char:
    """Y where a condition holds, N where it does not.

    Args:
        condition: condition, e.g. what makes a subject part of a population.

    Returns:
        Y or N.

    Example:
        yes_no(EXDOSE > 0)

        | EXDOSE | result |
        |--------|--------|
        | 10     | Y      |
        | 0      | N      |
        |        | N      |

    Source:
        ADaMIG 1.3 section 3.2 (population flags such as SAFFL are Y or N).
    """
    return char(np.where(condition.to_numpy(dtype=bool), "Y", "N"), condition.index)


@function()
def flag(condition: Flag) -> Char:
    """Y where a condition holds, blank where it does not.

    Args:
        condition: condition.

    Returns:
        Y or blank.

    Example:
        flag(AESER == "Y")

        | AESER | result |
        |-------|--------|
        | Y     | Y      |
        | N     |        |

    Source:
        ADaMIG 1.3 section 3.1.4 (flags are Y or null).
    """
    return char(np.where(condition.to_numpy(dtype=bool), "Y", ""), condition.index)


@function()
def worst(values: CharColumns, *, order: Texts) -> Char:
    """The worst of several texts of a record, such as the relation to each of several drugs.

    Args:
        values: list of texts; blanks are passed over.
        order: all possible texts, the worst first.

    Returns:
        Text; blank if all are.

    Findings:
        DATA-110 for a text that is not in `order`.

    Example:
        worst([AERELA, AERELB], order=["Y", "U", "N"])

        | AERELA | AERELB | result |
        |--------|--------|--------|
        | N      | Y      | Y      |
        | N      | U      | U      |
        |        | N      | N      |
        |        |        |        |

    Source:
        Plain definition.
    """
    chosen = np.full(len(values[0]), "", dtype=object)
    for text in reversed(order):
        held = np.logical_or.reduce([(column == text).to_numpy(dtype=bool) for column in values])
        chosen[held] = text
    for column in values:
        odd = ~column.isin([*order, ""])
        report_where(NOT_IN_ORDER, odd, "'" + column + "' is none of " + ", ".join(order) + ".", column.index)
    return char(chosen, values[0].index)


def _all_missing(model: pd.Series) -> Value:
    """A column of missing values of the same kind."""
    return Value(char("", model.index) if is_char(model) else num(np.nan, model.index))
