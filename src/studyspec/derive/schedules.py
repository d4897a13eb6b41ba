"""Dosing schedules in cycles: how many doses a plan holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from studyspec.derive.registry import Num, Number, Numbers, function

_FOUR_WEEKS = Number(28)


def _days_check(constants: Mapping[str, Any]) -> str:
    length = constants.get("length", _FOUR_WEEKS)
    for name in ("cycle", "first_cycle"):
        days = constants.get(name) or ()
        if any(day != int(day) or not 1 <= day <= length for day in days):
            return f"{name} holds days of a cycle: whole numbers from 1 to {length:g}."
        if list(days) != sorted(set(days)):
            return f"{name} holds each day once, in ascending order."
    return ""


@function(check=_days_check)
def scheduled_doses(
    days: Num, *, cycle: Numbers, first_cycle: Numbers | None = None, length: Number = _FOUR_WEEKS
) -> Num:
    """How many doses a schedule in cycles plans from the first day of treatment to a later one.

    Cycles follow each other without a pause and are counted from the first day of treatment.

    Args:
        days: number of days looked at, the first day of treatment being 1.
        cycle: list of days of a cycle on which a dose is planned; the first day of the cycle is 1.
        first_cycle: list of days of the first cycle, where it differs from the later ones.
        length: days of a cycle.

    Returns:
        Number; missing when `days` is missing. 0 when it is below 1.

    Example:
        scheduled_doses(ISADURD, cycle=[1, 15], first_cycle=[1, 8, 15, 22])

        | ISADURD | result |
        |---------|--------|
        | 1       | 1      |
        | 22      | 4      |
        | 28      | 4      |
        | 29      | 5      |
        | 43      | 6      |
        |         |        |

    Source:
        Plain definition: relative dose intensity sets the dose given against the dose that the label plans.
    """
    regular = np.asarray(cycle, dtype="float64")
    first = np.asarray(cycle if first_cycle is None else first_cycle, dtype="float64")
    values = days.to_numpy(dtype="float64")
    last = np.clip(np.nan_to_num(values), 0, None)
    complete = np.floor(last / length)
    planned = np.searchsorted(first, last, side="right").astype("float64")
    later = complete >= 1
    rest = np.searchsorted(regular, last - complete * length, side="right")
    planned[later] = len(first) + (complete[later] - 1) * len(regular) + rest[later]
    return Num(days.where(days.isna(), planned))
