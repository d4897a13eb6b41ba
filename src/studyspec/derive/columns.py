"""Work on columns by their distinct values: a million records have few different texts, so each is handled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from studyspec.derive.problems import report
from studyspec.derive.registry import Char, Flag, Num
from studyspec.findings import Rule

Array = np.ndarray[Any, Any]


def char(values: object, index: pd.Index) -> Char:
    """A text column."""
    return Char(pd.Series(values, index=index, dtype="str"))


def num(values: object, index: pd.Index) -> Num:
    """A number column."""
    return Num(pd.Series(values, index=index, dtype="float64"))


def flag_column(values: object, index: pd.Index) -> Flag:
    """A column of True and False."""
    return Flag(pd.Series(values, index=index, dtype="bool"))


def is_char(column: pd.Series) -> bool:
    """True for a text column."""
    return isinstance(column.dtype, pd.StringDtype)


def is_missing(column: pd.Series) -> pd.Series:
    """True where text is blank or a number is not there; a condition is never missing."""
    return pd.Series(missing_values(column), index=column.index, copy=False)


def missing_values(column: pd.Series) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """What `is_missing` says, as a plain array."""
    blank: Any = column.array
    return np.asarray(blank == "" if is_char(column) else column.isna(), dtype=np.bool_)


def objects(values: Iterable[object], count: int) -> Array:
    """An object array that keeps tuples whole."""
    return np.fromiter(values, dtype=object, count=count)


def map_distinct(column: pd.Series, call: Callable[[Any], object]) -> Array:
    """`call` of every value as an object array, called once per distinct value."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return objects((call(value) for value in values), len(values))[codes]


def map_text(column: pd.Series, call: Callable[[str], str]) -> Char:
    """Text to text, once per distinct value."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    mapped = pd.array([call(value) for value in values], dtype="str")
    return char(mapped.take(codes), column.index)


def map_numbers(column: pd.Series, call: Callable[[Any], float]) -> Num:
    """Any column to numbers, once per distinct value."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return num(np.array([call(value) for value in values], dtype="float64")[codes], column.index)


def map_flags(column: pd.Series, call: Callable[[Any], bool]) -> Flag:
    """Any column to True and False, once per distinct value."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return flag_column(np.array([call(value) for value in values], dtype="bool")[codes], column.index)


def distinct_rows(columns: tuple[pd.Series, ...]) -> tuple[Array, list[tuple[Any, ...]]]:
    """The distinct combinations of the columns' values, and for each record the number of its combination."""
    parts = [pd.factorize(column, use_na_sentinel=False) for column in columns]
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for codes, values in parts:
        combined, _ = pd.factorize(combined * max(len(values), 1) + codes)
    first = np.zeros(combined.max() + 1 if len(combined) else 0, dtype=np.intp)
    first[combined[::-1]] = np.arange(len(combined))[::-1]
    rows = zip(*(np.asarray(values, dtype=object)[codes[first]] for codes, values in parts), strict=True)
    return combined, list(rows)


def map_together(columns: tuple[pd.Series, ...], call: Callable[..., object]) -> Array:
    """`call` of the values of several columns as an object array, called once per distinct combination."""
    codes, rows = distinct_rows(columns)
    return objects((call(*row) for row in rows), len(rows))[codes]


def report_where(rule: Rule, broken: pd.Series | Array, texts: pd.Series | Array, index: pd.Index) -> None:
    """Report the records where `broken` is true, each with its text."""
    mask = np.asarray(broken, dtype=bool)
    if mask.any():
        report(rule, pd.Series(np.asarray(texts, dtype=object)[mask], index=index[mask], dtype="str"))
