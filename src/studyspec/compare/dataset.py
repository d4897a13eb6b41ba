"""A data set as PROC COMPARE sees it: attributes, variables in order, and values in the house convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from studyspec.compare.faults import COLUMN_TYPE, NAME_TWICE, CompareError

if TYPE_CHECKING:
    import pyarrow as pa

VariableType = Literal["char", "num"]
# Attributes of a variable beside its type, in the order of SAS's listings.
ATTRIBUTES = ("length", "format", "informat", "label")
_UNIX_TO_SAS_DAYS = 3653


@dataclass(frozen=True)
class Variable:
    """One variable: its name as stored, type, length in bytes, label, format and informat ("" for none)."""

    name: str
    type: VariableType
    length: int
    label: str = ""
    format: str = ""
    informat: str = ""


@dataclass(frozen=True)
class Dataset:
    """One data set to compare.

    Attributes:
        name: as it is printed, libref included: "BASE.ADSL".
        variables: in file order.
        frame: the values, columns named as the variables. Char: `str`, "" is missing. Num: float64, NaN is missing.
        label: of the data set.
        type: its SAS data set type, usually "".
        created: when it was made, where the file says so.
        modified: when it was changed, where the file says so.
        special: for num variables with special missings, "A" to "Z" or "_" where the value is one, "" elsewhere.
        known: the `ATTRIBUTES` that the source stores; others (and the data set's label, when none is known) are not
            compared.
        notes: what a reader of the listing must know about how the data were read.
    """

    name: str
    variables: tuple[Variable, ...]
    frame: pd.DataFrame
    label: str = ""
    type: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    special: Mapping[str, pd.Series[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset(ATTRIBUTES)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for variable in self.variables:
            if variable.name.upper() in seen:
                raise CompareError(
                    NAME_TWICE.finding(f"{self.name}: {variable.name.upper()} is there twice.", dataset=self.name)
                )
            seen.add(variable.name.upper())

    @property
    def by_name(self) -> dict[str, Variable]:
        """The variables by their name in upper case: SAS names have no case."""
        return {variable.name.upper(): variable for variable in self.variables}


def dataset_from_frame(
    frame: pd.DataFrame, name: str, variables: Iterable[Variable] | None = None, label: str = ""
) -> Dataset:
    """Make a data set of a frame.

    Args:
        frame: text columns (a missing value becomes ""), numbers, booleans (0 and 1), dates (SAS days) or times (SAS
            seconds). The index is not read.
        name: as it is to be printed, such as "QC.ADSL".
        variables: the columns' attributes, when they are known; then they are compared too, and so is the label.
        label: of the data set.

    Raises:
        CompareError: a column that SAS cannot hold, or two names that differ in case only.

    Example:
        >>> data = dataset_from_frame(pd.DataFrame({"USUBJID": ["S-1"], "AGE": [71]}), "QC.ADSL")
        >>> [(variable.name, variable.type, variable.length) for variable in data.variables]
        [('USUBJID', 'char', 3), ('AGE', 'num', 8)]
    """
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for column in frame.columns:
        if str(column).upper() in {known.upper() for known in columns}:
            raise CompareError(NAME_TWICE.finding(f"{name}: {str(column).upper()} is there twice.", dataset=name))
        columns[str(column)] = _to_arrow(frame[column], f"{name}.{column}")
    made = dataset_from_arrow(columns, name)
    if variables is None:
        return made
    described = tuple(variables)
    return Dataset(name, described, made.frame[[variable.name for variable in described]], label)


def dataset_from_arrow(columns: Mapping[str, pa.Array | pa.ChunkedArray], name: str) -> Dataset:
    """Make a data set of Arrow columns, which carry no SAS attributes; see `dataset_from_frame`."""
    values: dict[str, pd.Series[str] | pd.Series[float]] = {}
    variables: list[Variable] = []
    for column, array in columns.items():
        series, date_format = _from_arrow(array, f"{name}.{column}")
        text = series.dtype != np.float64
        values[column] = series
        variables.append(Variable(column, "char" if text else "num", _longest(series) if text else 8, "", date_format))
    return Dataset(name, tuple(variables), pd.DataFrame(values), known=frozenset())


def _to_arrow(series: pd.Series, where: str) -> pa.Array | pa.ChunkedArray:
    import pyarrow as pa

    try:
        return pa.array(series, from_pandas=True)
    except pa.ArrowException as error:
        raise _no_sas_type(where, str(error)) from None


def _from_arrow(array: pa.Array | pa.ChunkedArray, where: str) -> tuple[pd.Series, str]:
    """Give a column in the house convention, and the format that tells a date or time from a number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        return _from_arrow(array.cast(kind.value_type), where)
    if pa.types.is_null(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = pc.fill_null(array.cast(pa.large_string()), "")
        return pd.Series(pd.array(text, dtype="str")), ""
    try:
        if pa.types.is_date(kind):
            days = array.cast(pa.date32()).cast(pa.int32()).cast(pa.float64())
            return _doubles(days) + _UNIX_TO_SAS_DAYS, "DATE9."
        if pa.types.is_timestamp(kind):
            ticks = _doubles(array.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64(), safe=False))
            return ticks / 1e6 + _UNIX_TO_SAS_DAYS * 86_400.0, "DATETIME20."
        if pa.types.is_boolean(kind):
            return _doubles(array.cast(pa.int8()).cast(pa.float64())), ""
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return _doubles(array.cast(pa.float64())), ""
    except pa.ArrowException as error:
        raise _no_sas_type(where, str(error)) from None
    raise _no_sas_type(where, f"its type is {kind}")


def _doubles(array: pa.Array | pa.ChunkedArray) -> pd.Series[float]:
    # zero_copy_only would refuse nulls, which become NaN here.
    import pyarrow as pa

    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return pd.Series(whole.to_numpy(zero_copy_only=False).astype(np.float64, copy=False))


def _longest(text: pd.Series[str]) -> int:
    """The bytes of the longest value without trailing blanks; at least 1, as in SAS."""
    import pyarrow.compute as pc

    longest = pc.max(pc.binary_length(pc.utf8_rtrim(arrow_text(text), characters=" "))).as_py()
    return max(1, longest or 0)


def _no_sas_type(where: str, why: str) -> CompareError:
    return CompareError(COLUMN_TYPE.finding(f"{where} is neither text nor a number: {why.rstrip('.')}.", dataset=where))


def arrow_text(series: pd.Series[str]) -> pa.LargeStringArray:
    """The Arrow array behind a text column, in one piece."""
    import pyarrow as pa

    array = pa.array(series)
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return whole if pa.types.is_large_string(whole.type) else whole.cast(pa.large_string())
