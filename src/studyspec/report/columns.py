"""Columns as the page reads them: the distinct values in order, and for each record the place of its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from studyspec.build.records import IndexArray
from studyspec.derive.columns import is_char

# Distinct values in order, and the place of each record's value among them; no places where all records have the first.
Encoded = list[list[str | float | None] | list[int]]


def encoded(values: pd.Series) -> Encoded:
    """A column: distinct values (text by bytes, numbers by size, a missing number first as None) and their places.

    Args:
        values: text without NaN, or float64 with NaN for missing.

    Example:
        >>> encoded(pd.Series(["b", "a", "b"], dtype="str"))
        [['a', 'b'], [1, 0, 1]]
        >>> encoded(pd.Series([2.0, float("nan"), 0.5]))
        [[None, 0.5, 2], [2, 0, 1]]
    """
    codes, found = pd.factorize(values, sort=True)
    distinct: list[str | float | None] = list(found) if is_char(values) else [as_number(item) for item in found]
    if (codes < 0).any():
        codes, distinct = codes + 1, [None, *distinct]
    return [distinct, codes.tolist()] if len(distinct) > 1 else [distinct]


def as_number(value: float) -> float:
    """A number that prints as short as it can: 3 for 3.0."""
    return int(value) if float(value).is_integer() else float(value)


def runs(places: Iterable[int] | IndexArray) -> list[int]:
    """Ascending places as first place and length of each run.

    Example:
        >>> runs([3, 4, 5, 9])
        [3, 3, 9, 1]
    """
    found = np.asarray(list(places) if not isinstance(places, np.ndarray) else places, dtype=np.intp)
    if not len(found):
        return []
    first = np.flatnonzero(np.diff(found, prepend=found[0] - 2) != 1)
    lengths = np.diff(first, append=len(found))
    return [int(item) for pair in zip(found[first], lengths, strict=True) for item in pair]


def text_columns(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, Encoded]:
    """These columns of a frame, encoded."""
    return {name: encoded(frame[name]) for name in names}
