"""Which observation of one data set belongs to which of the other.

Source of the rules: SAS 9.4 Base Procedures Guide, COMPARE procedure, "A Comparison by Position of Observations" and
"ID Statement" (with its "Avoiding Duplicate ID Values").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studyspec.compare.dataset import Dataset, arrow_text

if TYPE_CHECKING:
    import pandas as pd

Rows = npt.NDArray[np.int64]

# Missing values sort before numbers, in SAS's order.
_MISSING_ORDER = ("_", "", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MAX_KEY = 2**62


@dataclass(frozen=True)
class Side:
    """One data set in a match, rows counted from 0.

    Attributes:
        order: its rows in the order of the match: sorted by the ID variables, or as they stand.
        sorted: whether the rows already stood in that order.
        only: rows that have no partner, in that order.
        duplicates: how many rows have the same ID as the row before, in that order.
        first_duplicate: the first such row, or -1.
    """

    order: Rows
    sorted: bool
    only: Rows
    duplicates: int = 0
    first_duplicate: int = -1


@dataclass(frozen=True)
class Match:
    """The observations of two data sets brought together.

    Attributes:
        base_rows: the row in the base data set of each pair, in the order of the match.
        compare_rows: its partner in the comparison data set.
        base: what is true of the base data set alone.
        compare: the same for the comparison data set.
        ends: the first and the last observation of all, each a row of both, -1 where a data set has none there.
    """

    base_rows: Rows
    compare_rows: Rows
    base: Side
    compare: Side
    ends: tuple[tuple[int, int], tuple[int, int]]


def match_by_position(base_count: int, compare_count: int) -> Match:
    """Pair the first with the first, the second with the second, and so on.

    Example:
        >>> match_by_position(2, 3).compare.only.tolist()
        [2]
    """
    common = min(base_count, compare_count)
    pairs = np.arange(common)
    last = max(base_count, compare_count) - 1
    ends = tuple((row if row < base_count else -1, row if row < compare_count else -1) for row in (min(0, last), last))
    return Match(
        pairs,
        pairs,
        Side(np.arange(base_count), True, np.arange(common, base_count)),
        Side(np.arange(compare_count), True, np.arange(common, compare_count)),
        (ends[0], ends[1]),
    )


def match_by_id(base: Dataset, compare: Dataset, id_variables: Sequence[str]) -> Match:
    """Pair observations with equal values of the ID variables, sorted by them.

    Observations with the same ID are paired one to one in their order; those left over have no partner.

    Args:
        base: the base data set.
        compare: the comparison data set.
        id_variables: names in upper case that both have, with the same type in both.
    """
    base_keys, compare_keys = _keys(base, compare, id_variables)
    base_order, base_sorted = _order(base_keys)
    compare_order, compare_sorted = _order(compare_keys)
    base_keys, compare_keys = base_keys[base_order], compare_keys[compare_order]
    base_turn, compare_turn = _turns(base_keys), _turns(compare_keys)
    most = 1 + max((int(turn.max()) for turn in (base_turn, compare_turn) if len(turn)), default=0)
    if most > 1:
        base_keys, compare_keys = _dense(base_keys, compare_keys)
        base_keys, compare_keys = base_keys * most + base_turn, compare_keys * most + compare_turn
    place = np.searchsorted(base_keys, compare_keys)
    partner = np.minimum(place, max(len(base_keys) - 1, 0))
    paired = base_keys[partner] == compare_keys if len(base_keys) else np.zeros(len(compare_keys), dtype=bool)
    alone = np.ones(len(base_keys), dtype=bool)
    alone[place[paired]] = False
    return Match(
        base_order[place[paired]],
        compare_order[paired],
        _side(base_order, base_sorted, alone, base_turn),
        _side(compare_order, compare_sorted, ~paired, compare_turn),
        (
            _end(base_keys, compare_keys, base_order, compare_order, 0),
            _end(base_keys, compare_keys, base_order, compare_order, -1),
        ),
    )


def _side(order: Rows, was_sorted: bool, alone: npt.NDArray[np.bool_], turn: Rows) -> Side:
    repeated = order[turn > 0]
    return Side(order, was_sorted, order[alone], len(repeated), int(repeated[0]) if len(repeated) else -1)


def _end(base_keys: Rows, compare_keys: Rows, base_order: Rows, compare_order: Rows, place: int) -> tuple[int, int]:
    """The first (place 0) or last (place -1) observation of both data sets together."""
    if not len(base_keys) or not len(compare_keys):
        return (
            int(base_order[place]) if len(base_order) else -1,
            int(compare_order[place]) if len(compare_order) else -1,
        )
    base_key, compare_key = base_keys[place], compare_keys[place]
    outermost = min(base_key, compare_key) if place == 0 else max(base_key, compare_key)
    return (
        int(base_order[place]) if base_key == outermost else -1,
        int(compare_order[place]) if compare_key == outermost else -1,
    )


def _keys(base: Dataset, compare: Dataset, id_variables: Sequence[str]) -> tuple[Rows, Rows]:
    """One number per observation that sorts as its ID values do, with equal numbers for equal IDs."""
    count = len(base.frame)
    key = np.zeros(count + len(compare.frame), dtype=np.int64)
    size = 1
    for name in id_variables:
        codes = _codes(base, compare, name)
        radix = int(codes.max(initial=0)) + 1
        if size * radix >= _MAX_KEY:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            size = int(key.max(initial=0)) + 1
        key = key * radix + codes
        size *= radix
    return key[:count], key[count:]


def _codes(base: Dataset, compare: Dataset, name: str) -> Rows:
    variable = base.by_name[name]
    columns = (base.frame[variable.name], compare.frame[compare.by_name[name].name])
    if variable.type == "char":
        return _text_codes(*columns)
    values = [column.to_numpy(dtype=np.float64) for column in columns]
    missing = [np.flatnonzero(np.isnan(numbers)) for numbers in values]
    letters = [special_of(side, name, rows) for side, rows in zip((base, compare), missing, strict=True)]
    return _number_codes(np.concatenate(values), np.concatenate(letters))


def special_of(dataset: Dataset, name: str, rows: Rows) -> npt.NDArray[np.object_]:
    """The special missings of a num variable in some rows: "A" to "Z", "_" or ""."""
    special = dataset.special.get(dataset.by_name[name].name)
    return np.full(len(rows), "", dtype=object) if special is None else special.to_numpy(dtype=object)[rows]


def _text_codes(base: pd.Series[str], compare: pd.Series[str]) -> Rows:
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pa.chunked_array([arrow_text(base), arrow_text(compare)], type=pa.large_string())
    coded = pc.dictionary_encode(pc.utf8_rtrim(both, characters=" ")).combine_chunks()
    # Arrow sorts text by its bytes.
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[coded.indices.to_numpy()] if len(order) else np.zeros(0, dtype=np.int64)


def _number_codes(values: npt.NDArray[np.float64], letters: npt.NDArray[np.object_]) -> Rows:
    """Codes that sort as SAS sorts numbers; `letters` are those of the missing values."""
    codes = np.zeros(len(values), dtype=np.int64)
    missing = np.isnan(values)
    order = {letter: place for place, letter in enumerate(_MISSING_ORDER)}
    codes[missing] = [order[letter] for letter in letters]
    codes[~missing] = np.unique(values[~missing], return_inverse=True)[1] + len(_MISSING_ORDER)
    return codes


def _order(keys: Rows) -> tuple[Rows, bool]:
    if (keys[1:] >= keys[:-1]).all():
        return np.arange(len(keys)), True
    return np.argsort(keys, kind="stable"), False


def _turns(keys: Rows) -> Rows:
    """For each of some sorted keys, how many equal ones come before it."""
    places = np.arange(len(keys))
    starts = np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]
    return places - np.maximum.accumulate(np.where(starts, places, 0)) if len(keys) else places


def _dense(base_keys: Rows, compare_keys: Rows) -> tuple[Rows, Rows]:
    ranks = np.unique(np.concatenate([base_keys, compare_keys]), return_inverse=True)[1].astype(np.int64)
    return ranks[: len(base_keys)], ranks[len(base_keys) :]
