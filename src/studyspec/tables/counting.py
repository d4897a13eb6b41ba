"""Counting: subjects, records and days at risk, per group of records and column of the display."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studyspec.tables.population import Counts, Days, Population, Records


def count_subjects(records: Records, groups: NDArray[np.intp], number: int, population: Population) -> Counts:
    """Subjects with at least one record, each once per group and column.

    Args:
        records: what is counted.
        groups: the group of each record, 0 to `number` - 1.
        number: how many groups there are.
        population: its columns.

    Returns:
        A row per group and a column per column of the display.
    """
    size = max(1, len(population.subjects))
    pairs = groups * size + records.subject
    members = records.members(population)
    return _by_column([np.unique(pairs[inside]) // size for inside in members.T], number)


def count_records(records: Records, groups: NDArray[np.intp], number: int, population: Population) -> Counts:
    """Records per group and column; arguments and result as for `count_subjects`."""
    return _by_column([groups[inside] for inside in records.members(population).T], number)


def _by_column(counted: Sequence[NDArray[np.intp]], number: int) -> Counts:
    columns = [np.bincount(groups, minlength=number) for groups in counted]
    return np.array(columns, dtype=np.int64).reshape(len(counted), number).T


def days_at_risk(records: Records, groups: NDArray[np.intp], number: int, population: Population) -> Days:
    """Days at risk until the first record of a group, or to the end, summed over all subjects of a column.

    Arguments and result are as for `count_subjects`; `records` have a time.
    """
    if records.time is None:
        raise ValueError("The records have no time at risk.")
    size = max(1, len(population.subjects))
    whole = population.members.T @ records.time.whole
    left = np.repeat(whole[np.newaxis, :], number, axis=0)
    for column, inside in enumerate(records.members(population).T):
        pairs, place = np.unique(groups[inside] * size + records.subject[inside], return_inverse=True)
        lost = np.zeros(len(pairs))
        np.maximum.at(lost, place, records.time.lost[inside])
        left[:, column] -= np.bincount(pairs // size, lost, number)
    return left
