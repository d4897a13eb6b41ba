"""The records that a where clause selects, whether define.xml or the spec states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.checks.package import Table, as_text


class Condition(Protocol):
    """One comparison: variable, comparator (EQ, NE, LT, LE, GT, GE, IN, NOTIN), values."""

    @property
    def variable(self) -> str:
        """The variable compared."""

    @property
    def comparator(self) -> str:
        """How."""

    @property
    def values(self) -> tuple[str, ...]:
        """With what."""


def selected(table: Table, conditions: Iterable[Condition]) -> npt.NDArray[np.bool_]:
    """The records for which all conditions hold; none where a variable is not in the dataset."""
    found = np.ones(len(table.frame), dtype=bool)
    for condition in conditions:
        if not table.has(condition.variable):
            return np.zeros(len(table.frame), dtype=bool)
        found &= _holds(table.frame[condition.variable], condition)
    return found


def _holds(values: pd.Series, condition: Condition) -> npt.NDArray[np.bool_]:
    shown = as_text(values)
    if condition.comparator in ("EQ", "IN"):
        return shown.isin(condition.values).to_numpy()
    if condition.comparator in ("NE", "NOTIN"):
        return ~shown.isin(condition.values).to_numpy()
    numbers = pd.to_numeric(shown, errors="coerce").to_numpy(dtype="float64")
    limit = float(condition.values[0])
    compared = {"LT": numbers < limit, "LE": numbers <= limit, "GT": numbers > limit, "GE": numbers >= limit}
    return np.asarray(compared[condition.comparator])
