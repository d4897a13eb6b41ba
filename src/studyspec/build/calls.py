"""Calling functions of the registry: whatever goes wrong inside one becomes a finding with the spec cell.

Study functions are written by programmers of the study, so what they return is held against their annotations: nothing
of another type or length, and no NaN in text, may get into a dataset.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from studyspec.build.data import FUNCTION_FAILED, EvaluationError
from studyspec.build.records import FORM, RECORD, RecordSet
from studyspec.derive.registry import Function

ROW = "_row"
_KEPT = ("USUBJID", FORM, RECORD, ROW)
_WORDS = {"Char": "text", "Num": "numbers", "Flag": "True or False"}


def call_function(function: Function, cell: str, *arguments: object, **keywords: object) -> Any:
    """What the function returns.

    Args:
        function: of any kind.
        cell: the spec cell that calls it.
        *arguments: as the function takes them.
        **keywords: as the function takes them.

    Raises:
        EvaluationError: BUILD-003, with the error and the line of the function where it arose.
    """
    try:
        return function.call(*arguments, **keywords)
    except Exception as error:
        reason = str(error) if not isinstance(error, KeyError) else f"there is no {error}"
        raise function_error(function, f"{type(error).__name__}: {reason}{_place(function, error)}", cell) from error


def function_error(function: Function, complaint: str, cell: str) -> EvaluationError:
    """BUILD-003 about a function: "odd: KeyError: ..."."""
    return EvaluationError(FUNCTION_FAILED.finding(f"{function.name}: {complaint}.", cell=cell))


def _place(function: Function, error: Exception) -> str:
    """The line of the function's own module where the error arose; without folders, which differ between machines."""
    own = function.call.__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own]
    return f" ({PurePath(own).name}, line {lines[-1]})" if lines else ""


def checked_column(function: Function, result: object, length: int, cell: str) -> pd.Series:
    """The function's result as a column: text as `str` without NaN, numbers as float64, conditions as bool.

    Raises:
        EvaluationError: BUILD-003 for a result that is no column, or has another length or type.
    """
    if not isinstance(result, pd.Series):
        raise function_error(function, f"it returned {type(result).__name__}, not a column (pandas Series)", cell)
    if len(result) != length:
        raise function_error(function, f"it returned {len(result)} values for {length} records", cell)
    converted = _converted(result, function.returns)
    if converted is None:
        wanted = _WORDS.get(function.returns, "text or numbers")
        what = f"it returned values of type {result.dtype}, its annotation says {wanted}"
        raise function_error(function, what, cell)
    if isinstance(converted.dtype, pd.StringDtype) and converted.hasnans:
        position = int(np.flatnonzero(converted.isna().to_numpy())[0]) + 1
        what = f"it returned no text (NaN) for value {position} of {length}; missing text is blank"
        raise function_error(function, what, cell)
    return converted


def _converted(values: pd.Series, returns: str) -> pd.Series | None:
    """The values in the type of our columns, or None where they are of another type than declared."""
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != np.bool_
    if returns in ("Num", "Value") and numeric:
        return values if values.dtype == np.float64 else values.astype("float64")
    if returns == "Flag":
        return values if values.dtype == np.bool_ else None
    if returns == "Num":
        return values.astype("float64") if not len(values) else None
    if isinstance(values.dtype, pd.StringDtype):
        return values
    as_text = values.map(lambda value: isinstance(value, str) or value is None or value != value)
    return values.astype("str") if values.dtype == object and as_text.all() else None


def checked_records(function: Function, result: object, length: int, cell: str) -> RecordSet:
    """What a function of kind records returned: text columns `str` without NaN, and each row's origin in `_row`.

    Args:
        function: the function.
        result: what it returned.
        length: how many records it was given; `_row` counts them from 0.
        cell: the Function cell of Sources.

    Raises:
        EvaluationError: BUILD-003 for a result that is no frame, lacks the columns that say where each row came from,
            or holds what is neither text nor numbers.
    """
    if not isinstance(result, pd.DataFrame):
        raise function_error(function, f"it returned {type(result).__name__}, not a frame", cell)
    lacking = [name for name in _KEPT if name not in result.columns]
    if lacking:
        what = f"it returned a frame without {', '.join(lacking)}; USUBJID and columns that begin with _ must stay"
        raise function_error(function, what, cell)
    records = RecordSet(len(result))
    for name in result.columns:
        values = result[name].reset_index(drop=True)
        converted = _converted(values, "Value") if values.dtype != np.int64 else values
        if converted is None:
            what = f"column {name} has values of type {values.dtype}; text or numbers are possible"
            raise function_error(function, what, cell)
        if name == "USUBJID" and not isinstance(converted.dtype, pd.StringDtype):
            raise function_error(function, "column USUBJID holds numbers; it must be text", cell)
        if isinstance(converted.dtype, pd.StringDtype) and converted.hasnans:
            row = int(np.flatnonzero(converted.isna().to_numpy())[0]) + 1
            raise function_error(function, f"column {name} has no text (NaN) in row {row}; missing text is blank", cell)
        records[str(name)] = converted
    origins = records[ROW].to_numpy()
    if not np.isin(origins, np.arange(length)).all():
        what = "column _row holds other values than it was given, so that a row's raw record is not known"
        raise function_error(function, what, cell)
    return records
