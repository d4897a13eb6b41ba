"""PROC COMPARE: attributes, observations and values of two data sets.

Source of the rules: SAS 9.4 Base Procedures Guide, COMPARE procedure, "Concepts" and "Results".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.compare.criterion import Criterion, default_criterion
from studyspec.compare.dataset import ATTRIBUTES, Dataset, arrow_text
from studyspec.compare.faults import ID_VARIABLE, CompareError
from studyspec.compare.match import (
    Match,
    Rows,
    Side,
    match_by_id,
    match_by_position,
    special_of,
)
from studyspec.compare.result import Comparison, shown

Mask = npt.NDArray[np.bool_]


class _Differences(NamedTuple):
    unequal: Rows
    missing: int = 0
    inexact: int = 0
    largest: float = np.nan
    measure: float = np.nan


def compare_datasets(
    base: Dataset, compare: Dataset, *, id_variables: Sequence[str] = (), criterion: Criterion | None = None
) -> Comparison:
    """Compare two data sets as PROC COMPARE does.

    Char values are equal when they are without their trailing blanks, missing values when they are the same missing.
    Data that are not sorted by the ID variables are matched as if they were; SAS would ask for a sort first.

    Args:
        base: the base data set, usually production.
        compare: the comparison data set, usually QC.
        id_variables: names of the variables that match observations, in any case. None: by position.
        criterion: how numbers are compared. None: `default_criterion` of the base data set.

    Raises:
        CompareError: an ID variable is not in both data sets, named twice, or of two types.

    Example:
        >>> from studyspec.compare.dataset import dataset_from_frame
        >>> one = dataset_from_frame(pd.DataFrame({"ID": ["a", "b"], "X": [1.0, 2.0]}), "BASE.ONE")
        >>> two = dataset_from_frame(pd.DataFrame({"ID": ["b", "a"], "X": [2.5, 1.0]}), "COMPARE.TWO")
        >>> result = compare_datasets(one, two, id_variables=["ID"])
        >>> result.sysinfo, result.conditions, result.values("X")["difference"].tolist()
        (4096, ('VALUE',), [0.5])
    """
    chosen = criterion or default_criterion(base.name)
    ids = tuple(name.upper() for name in id_variables)
    _check_ids(base, compare, ids)
    match = match_by_id(base, compare, ids) if ids else match_by_position(len(base.frame), len(compare.frame))
    differences: dict[str, _Differences] = {}
    pair_unequal = np.zeros(len(match.base_rows), dtype=bool)
    for name in _compared(base, compare, ids):
        found = _differences(base, compare, name, match, chosen)
        differences[name] = found
        pair_unequal[found.unequal] = True
    return Comparison(
        base,
        compare,
        chosen,
        ids,
        match,
        _variables(base, compare, ids, differences),
        _attributes(base, compare),
        {name: found.unequal for name, found in differences.items() if len(found.unequal)},
        np.flatnonzero(pair_unequal),
        tuple(_notes(base, compare, ids, match)),
    )


def _check_ids(base: Dataset, compare: Dataset, ids: Sequence[str]) -> None:
    for place, name in enumerate(ids):
        lacking = [side.name for side in (base, compare) if name not in side.by_name]
        if lacking:
            raise CompareError(ID_VARIABLE.finding(f"{' and '.join(lacking)} has no variable {name}."))
        if name in ids[:place]:
            raise CompareError(ID_VARIABLE.finding(f"The ID variable {name} is named twice."))
        if base.by_name[name].type != compare.by_name[name].type:
            raise CompareError(ID_VARIABLE.finding(f"{name} is char in one data set and num in the other."))


def _compared(base: Dataset, compare: Dataset, ids: Sequence[str]) -> list[str]:
    others = compare.by_name
    return [
        name
        for name, variable in base.by_name.items()
        if name not in ids and name in others and others[name].type == variable.type
    ]


def _differences(base: Dataset, compare: Dataset, name: str, match: Match, criterion: Criterion) -> _Differences:
    if base.by_name[name].type == "char":
        return _text_differences(base, compare, name, match)
    return _number_differences(base, compare, name, match, criterion)


def _text_differences(base: Dataset, compare: Dataset, name: str, match: Match) -> _Differences:
    import pyarrow.compute as pc

    before = arrow_text(base.frame[base.by_name[name].name])
    after = arrow_text(compare.frame[compare.by_name[name].name])
    if not _as_they_stand(match.base_rows, len(before)):
        before = before.take(match.base_rows)
    if not _as_they_stand(match.compare_rows, len(after)):
        after = after.take(match.compare_rows)
    unequal = np.flatnonzero(pc.not_equal(before, after).to_numpy(zero_copy_only=False))
    # Trimming is dear, and few values differ.
    before, after = (pc.utf8_rtrim(values.take(unequal), characters=" ") for values in (before, after))
    real = pc.not_equal(before, after).to_numpy(zero_copy_only=False)
    blank = pc.or_(pc.equal(before, ""), pc.equal(after, "")).to_numpy(zero_copy_only=False)
    return _Differences(unequal[real], int((blank & real).sum()), int(real.sum()))


def _as_they_stand(rows: Rows, count: int) -> bool:
    return len(rows) == count and bool((rows == np.arange(count)).all())


def _number_differences(base: Dataset, compare: Dataset, name: str, match: Match, criterion: Criterion) -> _Differences:
    before = base.frame[base.by_name[name].name].to_numpy(dtype=np.float64)[match.base_rows]
    after = compare.frame[compare.by_name[name].name].to_numpy(dtype=np.float64)[match.compare_rows]
    inexact = np.flatnonzero(before != after)
    before, after = before[inexact], after[inexact]
    missing: Mask = np.isnan(before) | np.isnan(after)
    same = _same_missing(base, compare, name, match, inexact, np.isnan(before) & np.isnan(after))
    numbers = ~missing
    sizes = np.abs(after[numbers] - before[numbers])
    measures = criterion.measure(before[numbers], after[numbers])
    unequal = missing & ~same
    unequal[numbers] = measures > criterion.limit
    return _Differences(
        inexact[unequal],
        int((missing & unequal).sum()),
        int((~same).sum()),
        float(sizes.max(initial=0.0)),
        float(measures.max(initial=0.0)),
    )


def _same_missing(base: Dataset, compare: Dataset, name: str, match: Match, places: Rows, both: Mask) -> Mask:
    """Which of some values are missing on both sides in the same way: . and ., .A and .A."""
    if base.by_name[name].name not in base.special and compare.by_name[name].name not in compare.special:
        return both
    before = special_of(base, name, match.base_rows[places])
    after = special_of(compare, name, match.compare_rows[places])
    same: Mask = np.equal(before, after).astype(bool)
    return both & same


def _variables(
    base: Dataset, compare: Dataset, ids: Sequence[str], differences: dict[str, _Differences]
) -> pd.DataFrame:
    rows = []
    others = compare.by_name
    for name, variable in base.by_name.items():
        if name not in others:
            role = "base only"
        elif others[name].type != variable.type:
            role = "conflicting type"
        else:
            role = "id" if name in ids else "compared"
        found = differences.get(name, _Differences(np.zeros(0, dtype=np.int64)))
        rows.append((name, role, variable.type, variable.length, variable.label, len(found.unequal), *found[1:]))
    for name, variable in others.items():
        if name not in base.by_name:
            none = (0, 0, 0, np.nan, np.nan)
            rows.append((name, "compare only", variable.type, variable.length, variable.label, *none))
    columns = ["variable", "role", "type", "length", "label", "ndif", "missdif", "inexact", "maxdif", "maxmeasure"]
    frame = pd.DataFrame.from_records(rows, columns=columns)
    return frame.astype(dict.fromkeys(("variable", "role", "type", "label"), "str"))


def _attributes(base: Dataset, compare: Dataset) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str]] = []
    if base.known and compare.known:
        for attribute in ("label", "type"):
            rows.append(("", attribute, getattr(base, attribute), getattr(compare, attribute)))
    others = compare.by_name
    for name, variable in base.by_name.items():
        if name not in others:
            continue
        compared = (
            ("type",)
            if variable.type != others[name].type
            else tuple(attribute for attribute in ATTRIBUTES if attribute in base.known & compare.known)
        )
        for attribute in compared:
            rows.append((name, attribute, str(getattr(variable, attribute)), str(getattr(others[name], attribute))))
    differing = [row for row in rows if row[2] != row[3]]
    return pd.DataFrame.from_records(differing, columns=["variable", "attribute", "base", "compare"]).astype("str")


def _notes(base: Dataset, compare: Dataset, ids: Sequence[str], match: Match) -> Iterator[str]:
    yield from base.notes
    yield from compare.notes
    unknown = [attribute for attribute in ATTRIBUTES if attribute not in base.known & compare.known]
    if unknown:
        poor = " and ".join(side.name for side in (base, compare) if not set(ATTRIBUTES) <= side.known)
        yield f"{poor}: the source does not store {', '.join(unknown)}. They were not compared."
    for dataset, side in ((base, match.base), (compare, match.compare)):
        if not side.sorted:
            yield (
                f"The data set {dataset.name} is not sorted by the ID variables ({' '.join(ids)}). "
                "Its observations were matched in sorted order and keep their numbers."
            )
        if side.duplicates:
            yield from _duplicate_notes(dataset, ids, side)
    if not len(match.base_rows):
        yield "There are no matching observations, so no values were compared."


def _duplicate_notes(dataset: Dataset, ids: Sequence[str], side: Side) -> Iterator[str]:
    row = np.array([side.first_duplicate])
    values = " ".join(f"{name}={shown(dataset, name, row)[0]}" for name in ids)
    yield (
        f"The data set {dataset.name} contains a duplicate observation at observation number {row[0] + 1} ({values}). "
        f"Duplicate observations: {side.duplicates}. Observations with the same ID were compared one to one, in order."
    )
