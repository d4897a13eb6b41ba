"""Groups of records by the values of variables: categories, the highest value of a subject, and nested terms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studyspec.derive.columns import char, distinct_rows, map_distinct
from studyspec.spec.expression.nodes import Constant
from studyspec.spec.expression.parse import unparse
from studyspec.spec.tlf_cells import Selection, Sorting
from studyspec.tables.counting import count_records, count_subjects, days_at_risk
from studyspec.tables.population import Counts, Days, Flags, Population, Records, both

Levels = tuple[tuple[str, str], ...]
ALPHABETICAL = Sorting("alphabetical")


@dataclass(frozen=True)
class Tally:
    """What was counted for one line: subjects and records per column, N of the columns, and days at risk if asked."""

    subjects: Counts
    records: Counts
    totals: Counts
    days: Days | None = None


@dataclass(frozen=True)
class Group:
    """Records with the same values of some variables, and how many there are.

    `levels` are (variable, value as text). `where` selects the records; subjects with a record that meets `unless`
    are not counted.
    """

    levels: Levels
    where: str
    tally: Tally
    unless: str = ""

    @property
    def value(self) -> str:
        """The value of its last variable, as text; "" is missing."""
        return self.levels[-1][1] if self.levels else ""


def at_worst(records: Records, groups: NDArray[np.intp], variable: str) -> Flags:
    """Which records have the highest value that their subject has in their group; missing is below every value."""
    values = records.numbers(variable)
    ranked = np.where(np.isnan(values), -np.inf, values)
    pairs = pd.MultiIndex.from_arrays([groups, records.subject])
    place, _ = pd.factorize(pairs)
    best = np.full(place.max(initial=-1) + 1, -np.inf)
    np.maximum.at(best, place, ranked)
    return np.asarray(ranked == best[place], dtype=bool)


def whole(records: Records, population: Population, worst: str = "") -> Group:
    """All records as one group; with a variable `worst`, of each subject those of its highest value."""
    codes = np.zeros(len(records), dtype=np.intp)
    return _groups(records, codes, [()], [records.where], population, worst)[0]


def by_value(records: Records, variable: str, population: Population) -> dict[str, Group]:
    """One group per value of a variable, in order of number or bytes, missing last; a subject can be in several."""
    return {group.value: group for group in _by_values(records, (variable,), population)}


def by_highest_value(records: Records, variable: str, population: Population) -> dict[str, Group]:
    """One group per value of a numeric variable; a subject is in the group of its highest value only.

    A subject without any value is in the group of missing.
    """
    values = records.numbers(variable)
    ranked = np.where(np.isnan(values), -np.inf, values)
    best = np.full(len(population.subjects), -np.inf)
    np.maximum.at(best, records.subject, ranked)
    found = by_value(records.keep(ranked == best[records.subject]), variable, population)
    return {value: replace(group, unless=_above(records, variable, value)) for value, group in found.items()}


def _above(records: Records, variable: str, value: str) -> str:
    """The records that put a subject above a value: a higher one, or any one above missing."""
    return both(records.where, f"{variable} > {value}" if value else f"not missing({variable})")


def without_records(records: Records, variable: str, value: str, population: Population, *, highest: bool) -> Group:
    """The group of a value that no record has, or, with `highest`, that is no subject's highest."""
    nothing = np.zeros(population.members.shape[1], dtype=np.int64)
    days = population.members.T @ records.time.whole if records.time else None
    where = both(records.where, _equals(records.dataset[variable], variable, value))
    unless = _above(records, variable, value) if highest else ""
    return Group(((variable, value),), where, Tally(nothing, nothing, population.sizes, days), unless)


def nested(
    records: Records,
    variables: Sequence[str],
    population: Population,
    orders: Sequence[tuple[Sorting, int]],
    worst: str = "",
) -> list[Group]:
    """Groups by the first variable, each followed by its groups by the next one, and so on.

    Args:
        records: what is counted.
        variables: outermost first.
        population: its columns.
        orders: one for each variable, with the place of the column it looks at.
        worst: a numeric variable; a subject counts in each group by its records of the highest value only.

    Returns:
        Groups in print order; a group that no column has a record of is left out. A group without a value comes last
        among its neighbours; where its only group below has no value either, that one is left out.
    """
    children: dict[Levels, list[Group]] = {}
    for depth in range(1, len(variables) + 1):
        for group in _by_values(records, variables[:depth], population, worst):
            if not group.tally.records.any():
                continue  # only subjects outside every column have it
            children.setdefault(group.levels[:-1], []).append(group)
    return list(_walk(children, (), orders))


def _walk(children: dict[Levels, list[Group]], above: Levels, orders: Sequence[tuple[Sorting, int]]) -> Iterator[Group]:
    found = children.get(above, [])
    if above and not above[-1][1] and not any(group.value for group in found):
        return
    order, place = orders[len(above)] if found else (ALPHABETICAL, 0)

    def key(group: Group) -> tuple[bool, int, bytes]:
        frequency = int(group.tally.subjects[place]) if order.by == "frequency" else 0
        return not group.value, -frequency, group.value.encode()

    for group in sorted(found, key=key):
        yield group
        yield from _walk(children, group.levels, orders)


def selected(groups: Sequence[Group], depth: int, selections: Sequence[tuple[Selection, Sequence[int]]]) -> list[Group]:
    """Those of the groups at `depth` that one of the selections keeps, and the groups they are in.

    Args:
        groups: as from `nested`.
        depth: the number of variables.
        selections: highest: the most subjects of a column, groups without a value aside; n or %: at least so many.
            Each with the places of the columns looked at, of which one is enough.
    """
    leaves = [group for group in groups if len(group.levels) == depth]
    kept = {group.levels for item, places in selections for place in places for group in _kept(leaves, item, place)}
    return [group for group in groups if any(levels[: len(group.levels)] == group.levels for levels in kept)]


def _kept(leaves: Sequence[Group], selection: Selection, place: int) -> list[Group]:
    if selection.by == "highest":
        most = max((int(group.tally.subjects[place]) for group in leaves if group.value), default=0)
        return [group for group in leaves if group.value and most and group.tally.subjects[place] == most]
    if selection.by == "n":
        return [group for group in leaves if group.tally.subjects[place] >= selection.least]
    return [
        group
        for group in leaves
        if 100 * int(group.tally.subjects[place]) >= selection.least * int(group.tally.totals[place]) > 0
    ]


def value_texts(values: pd.Series) -> pd.Series:
    """Values as text: 3.0 is "3", missing is "".

    Example:
        >>> value_texts(pd.Series([3.0, 2.5, float("nan")])).tolist()
        ['3', '2.5', '']
    """
    if not pd.api.types.is_numeric_dtype(values):
        return values
    return char(map_distinct(values, lambda value: "" if math.isnan(value) else f"{value:.15g}"), values.index)


def _equals(values: pd.Series, variable: str, value: str) -> str:
    if not pd.api.types.is_numeric_dtype(values):
        return f"{variable} == {unparse(Constant(1, value))}"
    return f"{variable} == {value}" if value else f"missing({variable})"


def _by_values(records: Records, variables: Sequence[str], population: Population, worst: str = "") -> list[Group]:
    """One group for each combination of values, in order of the values, missing last."""
    frame = records.dataset
    codes, combinations = distinct_rows(tuple(value_texts(records.values(name)) for name in variables))
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in variables]
    levels = [tuple(zip(variables, values, strict=True)) for values in combinations]
    wheres = [both(records.where, *(_equals(frame[name], name, value) for name, value in level)) for level in levels]
    groups = _groups(records, codes, levels, wheres, population, worst)

    def key(group: Group) -> list[tuple[bool, float, bytes]]:
        parts = zip(group.levels, numeric, strict=True)
        return [(not value, float(value) if number and value else 0.0, value.encode()) for (_, value), number in parts]

    return sorted(groups, key=key)


def _groups(
    records: Records,
    codes: NDArray[np.intp],
    levels: Sequence[Levels],
    wheres: Sequence[str],
    population: Population,
    worst: str,
) -> list[Group]:
    if worst:
        flags = at_worst(records, codes, worst)
        records, codes = records.keep(flags), codes[flags]
    subjects = count_subjects(records, codes, len(levels), population)
    counted = count_records(records, codes, len(levels), population)
    days = days_at_risk(records, codes, len(levels), population) if records.time else None
    sizes = population.sizes
    return [
        Group(level, where, Tally(subjects[place], counted[place], sizes, None if days is None else days[place]))
        for place, (level, where) in enumerate(zip(levels, wheres, strict=True))
    ]
