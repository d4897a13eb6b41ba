"""Records in the making: named columns of equal length, cheap to add to, take from and stack.

Hidden columns begin with an underscore: `_form` and `_record` name the raw record a row was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from studyspec.derive.columns import is_char, missing_values

IndexArray = np.ndarray[Any, np.dtype[np.intp]]
MaskArray = np.ndarray[Any, np.dtype[np.bool_]]

Operand = pd.Series | str | float | bool

FORM = "_form"
RECORD = "_record"


class Subjects(NamedTuple):
    """The subject of each record as a code, and the USUBJIDs behind the codes, sorted by bytes."""

    codes: IndexArray
    usubjids: pd.Index


class Later(NamedTuple):
    """A column of another set that is read when it is first asked for.

    `positions` are the records to take, -1 for a missing value; None takes all.
    """

    origin: RecordSet
    name: str
    positions: IndexArray | None


class RecordSet:
    """Columns by name, all with the same RangeIndex.

    Rows taken or joined from another set are read from it column by column, when a column is first asked for: most
    columns of a raw form never are.

    Example:
        >>> rows = RecordSet(2)
        >>> rows["AGE"] = pd.Series([71.0, 64.0])
        >>> rows.take(np.array([1]))["AGE"].tolist()
        [64.0]
    """

    def __init__(self, length: int, columns: dict[str, pd.Series] | None = None) -> None:
        self.index = pd.RangeIndex(length)
        self._columns: dict[str, pd.Series | Later] = dict(columns) if columns is not None else {}
        self._subjects: Subjects | None = None

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> RecordSet:
        """The frame's columns; its index is dropped."""
        frame = frame.reset_index(drop=True)
        return cls(len(frame), {str(name): frame[name] for name in frame.columns})

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __getitem__(self, name: str) -> pd.Series:
        values = self._columns[name]
        if isinstance(values, Later):
            origin, theirs, positions = values
            values = origin[theirs] if positions is None else take_or_missing(origin[theirs], positions, self.index)
            self._columns[name] = values
        return values

    def __setitem__(self, name: str, values: pd.Series) -> None:
        if len(values) != len(self.index):
            raise ValueError(f"{name} has {len(values)} values for {len(self.index)} records")
        self._columns[name] = values if values.index is self.index else values.set_axis(self.index)
        if name == "USUBJID":
            self._subjects = None

    @property
    def subjects(self) -> Subjects:
        """The records' subjects, numbered in order of USUBJID; worked out once."""
        if self._subjects is None:
            codes, found = pd.factorize(self["USUBJID"], sort=True)
            self._subjects = Subjects(codes, pd.Index(found))
        return self._subjects

    def take(self, rows: IndexArray | MaskArray) -> RecordSet:
        """The rows at these positions, or those for which a mask is true, as a new set."""
        positions: IndexArray = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.intp, copy=False)
        taken = RecordSet(len(positions))
        taken.borrow(self, {name: name for name in self._columns}, positions)
        return taken

    def borrow(self, origin: RecordSet, names: Mapping[str, str], positions: IndexArray | None = None) -> None:
        """Add columns of another set.

        Args:
            origin: the other set; what is changed in it from now on is not seen.
            names: the column here, and the one there.
            positions: for each record its place there, -1 for none; not given: the records are the same.
        """
        as_it_is = origin.select(origin)
        self._columns |= {name: Later(as_it_is, theirs, positions) for name, theirs in names.items()}

    def settle(self) -> None:
        """Read every column now, so that the sets these rows were taken from need not be kept."""
        for name in self._columns:
            self[name]

    def select(self, names: Iterable[str]) -> RecordSet:
        """The same records with only these columns."""
        chosen = RecordSet(len(self))
        chosen.index = self.index
        chosen._columns = {name: self._columns[name] for name in names}
        chosen._subjects = self._subjects
        return chosen

    def frame(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """A data frame of these columns (default: all)."""
        chosen = list(self._columns) if names is None else list(names)
        return pd.DataFrame({name: self[name] for name in chosen}, index=self.index, copy=False)

    @staticmethod
    def stack(parts: Sequence[RecordSet], blank: dict[str, pd.Series] | None = None) -> RecordSet:
        """Records of all parts below each other; a column that a part lacks is missing there.

        `blank` gives empty Series that settle the type of columns no part has.
        """
        if len(parts) == 1 and all(name in parts[0] for name in blank or ()):
            return parts[0]
        names: dict[str, pd.Series] = dict(blank or {})
        for part in parts:
            for name in part:
                if name not in names:
                    names[name] = part[name].iloc[:0]
        length = sum(len(part) for part in parts)
        stacked = RecordSet(length)
        for name, model in names.items():
            pieces = [part[name] if name in part else missing(model, part.index) for part in parts]
            stacked[name] = pd.concat(pieces, ignore_index=True) if pieces else model
        return stacked


def take_values(values: pd.Series, positions: IndexArray, index: pd.Index) -> pd.Series:
    """Values at these positions under a new index."""
    return pd.Series(values.array.take(positions), index=index, copy=False)


def missing(model: pd.Series, index: pd.Index) -> pd.Series:
    """A column of missing values of the model's type: "" or NaN, False or 0."""
    if pd.api.types.is_string_dtype(model.dtype):
        return text_series("", index)
    if model.dtype == np.bool_ or pd.api.types.is_integer_dtype(model.dtype):
        return pd.Series(np.zeros(len(index)), index=index).astype(model.dtype)
    return pd.Series(np.nan, index=index, dtype="float64")


def text_series(values: object, index: pd.Index) -> pd.Series:
    """A text column from a constant or a sequence."""
    if isinstance(values, str):
        return pd.Series(_repeated(values, len(index)), index=index, copy=False)
    return pd.Series(values, index=index, dtype="str")


@lru_cache(maxsize=32)
def _repeated(value: str, count: int) -> pd.api.extensions.ExtensionArray:
    values: pd.api.extensions.ExtensionArray = pd.array(
        pa.repeat(pa.scalar(value, pa.large_string()), count), dtype="str"
    )
    return values


def ranks(values: pd.Series) -> IndexArray:
    """Dense codes in sort order: text by bytes with blank first, numbers ascending with missing first (as in SAS)."""
    if is_char(values):
        codes, _ = pd.factorize(values, sort=True)
        return codes
    numbers = values.to_numpy(dtype="float64")
    codes, _ = pd.factorize(np.where(np.isnan(numbers), -np.inf, numbers), sort=True)
    return codes


def sort_positions(keys: Sequence[pd.Series], length: int) -> IndexArray:
    """Positions that put records in order of the keys, first key foremost; equal records keep their order."""
    if not keys:
        return np.arange(length)
    return np.lexsort([ranks(key) for key in reversed(keys)])


def group_codes(keys: Sequence[pd.Series], length: int, codes: IndexArray | None = None) -> IndexArray:
    """One code per distinct combination of the keys' values, and of the codes given to start with."""
    codes = np.zeros(length, dtype=np.intp) if codes is None else codes
    for key in keys:
        part = ranks(key)
        codes, _ = pd.factorize(codes * (int(part.max()) + 1 if length else 1) + part)
    return codes


def take_or_missing(values: pd.Series, positions: IndexArray, index: pd.Index) -> pd.Series:
    """Values at these positions; missing where the position is -1."""
    if not (positions < 0).any():
        return take_values(values, positions, index)
    if not len(values):
        return text_series("", index) if is_char(values) else pd.Series(np.nan, index=index)
    if not is_char(values):
        values = values.astype("float64")
    taken = values.array.take(positions, allow_fill=True, fill_value="" if is_char(values) else np.nan)
    return pd.Series(taken, index=index, copy=False)


def compare_columns(operator: str, left: Operand, right: Operand) -> MaskArray:
    """`left op right`, false wherever either side is missing. One side may be a constant, the other is a column."""
    held: MaskArray = np.asarray(_COMPARISONS[operator](_values(left), _values(right)), dtype=np.bool_)
    numbers = not isinstance(left, str) and not (isinstance(left, pd.Series) and is_char(left))
    if numbers and operator != "!=":
        return held  # a comparison with NaN does not hold
    # Two texts that are equal are both there, if one is.
    for side in (left,) if operator == "==" and isinstance(left, pd.Series) else (left, right):
        held &= present(side)
    return held


def present(side: Operand) -> MaskArray:
    """True where there is a value: text that is not blank, a number that is not NaN."""
    if not isinstance(side, pd.Series):
        return np.asarray(side != "" and not (isinstance(side, float) and np.isnan(side)), dtype=np.bool_)
    return ~missing_values(side)


def _values(side: Operand) -> Any:
    return side.array if isinstance(side, pd.Series) else side


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
