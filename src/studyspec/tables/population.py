"""Who is in a display and its columns, and which records a row reads: everything is counted from these two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, DisplayRow
from studyspec.spec.tlf_cells import TimeAtRisk

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Days = NDArray[np.float64]
# (dataset, expression) to one flag per record of that dataset.
Mask = Callable[[str, str], Flags]

UNKNOWN_SUBJECT = Rule(
    "TLF-101",
    "error",
    "Subject not in ADSL",
    why="Populations and columns are defined on ADSL, so the subject's records are counted nowhere.",
    action="Find out why ADSL lacks the subject; every analysis dataset has only subjects of ADSL.",
)
EMPTY_COLUMN = Rule(
    "TLF-102",
    "warning",
    "Column without subjects",
    why="Its N is 0, so every figure in it is 0.",
    action="Check the Where of the column against the values in ADSL.",
)


NO_TIME = Rule(
    "TLF-106",
    "warning",
    "Subject without time at risk",
    why="Rates divide by the days at risk; the subject counts in the events, but adds no day.",
    action="Complete the dates in ADSL, or take the subject out by Denominator.",
)


def both(*conditions: str) -> str:
    """Conditions that hold together, as one expression; blank ones are left out.

    Example:
        >>> both('TRTEMFL == "Y"', "", "A or B")
        'TRTEMFL == "Y" and (A or B)'
    """
    given = [item for item in conditions if item]
    return " and ".join(f"({item})" if len(given) > 1 and " or " in item else item for item in given)


def either(*conditions: str) -> str:
    """Conditions of which one holds, as one expression; blank when one of them is, as it always holds.

    Example:
        >>> either("TRT01PN == 0", "TRT01PN == 54")
        'TRT01PN == 0 or TRT01PN == 54'
    """
    return " or ".join(conditions) if all(conditions) else ""


@dataclass(frozen=True)
class Population:
    """The subjects of a display.

    `subjects` are those of ADSL, in its order. `members` has a row per subject and a column per computed column:
    whether the subject is in the population and in the column. `conditions` are the same as expressions on ADSL.
    """

    subjects: pd.Index
    everyone: Flags
    members: Flags
    conditions: tuple[str, ...]

    def among(self, flags: Flags, condition: str) -> Population:
        """The same columns, narrowed to the subjects with a flag."""
        return Population(
            self.subjects,
            self.everyone & flags,
            self.members & flags[:, np.newaxis],
            tuple(both(item, condition) for item in self.conditions),
        )

    @property
    def sizes(self) -> Counts:
        """N of each column."""
        return np.asarray(self.members.sum(axis=0), dtype=np.int64)


def population_of(display: Display, adsl: pd.DataFrame, mask: Mask) -> Population:
    """Evaluate the population and the columns of a display on ADSL.

    Raises:
        ValueError: ADSL has two records of a subject.
    """
    subjects = pd.Index(adsl["USUBJID"])
    if not subjects.is_unique:
        twice = subjects[subjects.duplicated()][0]
        raise ValueError(f"ADSL has more than one record of {twice}. Tables need one record per subject.")
    everyone = _flags(mask, "ADSL", display.population, len(adsl))
    columns = [_flags(mask, "ADSL", column.where, len(adsl)) for column in display.computed_columns]
    members = np.array(columns, dtype=bool).reshape(len(columns), len(adsl)).T & everyone[:, np.newaxis]
    conditions = tuple(both(display.population, column.where) for column in display.computed_columns)
    return Population(subjects, everyone, members, conditions)


def empty_columns(display: Display, population: Population) -> list[Finding]:
    """A finding for each computed column that no subject is in."""
    return [
        EMPTY_COLUMN.finding(f"{display.id} column {column.id} has no subject.", cell=column.location.at("Where"))
        for column, size in zip(display.computed_columns, population.sizes, strict=True)
        if size == 0
    ]


@dataclass(frozen=True)
class TimeLost:
    """Days at risk: `whole` of each subject of ADSL as if nothing happened, `lost` by each record from its event on."""

    whole: Days
    lost: Days

    def keep(self, flags: Flags) -> TimeLost:
        """That of the records with a flag."""
        return TimeLost(self.whole, self.lost[flags])


@dataclass(frozen=True)
class Records:
    """The records that a row counts: `subject` is the place of each in ADSL, `where` the condition they meet.

    `time` is there where the row has a time at risk.
    """

    frame: pd.DataFrame
    subject: NDArray[np.intp]
    where: str
    time: TimeLost | None = None

    def keep(self, flags: Flags) -> Records:
        """Those with a flag; the condition stays."""
        time = self.time.keep(flags) if self.time else None
        return Records(self.frame[flags], self.subject[flags], self.where, time)


class Reader:
    """Selects records for the rows of one display; what several rows share is evaluated once."""

    def __init__(
        self, display: Display, frames: Mapping[str, pd.DataFrame], mask: Mask, population: Population
    ) -> None:
        self._display = display
        self._frames = frames
        self._mask = mask
        self._population = population
        self._places: dict[str, NDArray[np.intp]] = {}
        self._filters: dict[str, Flags] = {}

    def population(self, row: DisplayRow) -> Population:
        """The subjects a row looks at: those of the display, narrowed by the row's denominator."""
        if not row.denominator:
            return self._population
        adsl = self._frames["ADSL"]
        return self._population.among(_flags(self._mask, "ADSL", row.denominator, len(adsl)), row.denominator)

    def records_of(self, row: DisplayRow, population: Population) -> Records:
        """The records that a row counts, with their time at risk where it has one."""
        records = self.records(row.dataset, row.where, population)
        time = row.time_at_risk
        return replace(records, time=self._time_lost(time, records)) if time else records

    def _time_lost(self, time: TimeAtRisk, records: Records) -> TimeLost:
        adsl = self._frames["ADSL"]
        start, end = (adsl[name].to_numpy(dtype=np.float64) for name in (time.start, time.end))
        whole = np.nan_to_num(np.maximum(end - start + 1, 0.0))
        until_event = records.frame[time.event].to_numpy(dtype=np.float64) - start[records.subject] + 1
        # An event on the first day leaves one day at risk. One of unknown date, or after the end, takes nothing away.
        left = np.where(np.isnan(until_event), np.inf, np.maximum(until_event, 1.0))
        return TimeLost(whole, np.maximum(whole[records.subject] - left, 0.0))

    def without_time(self, row: DisplayRow, population: Population) -> list[Finding]:
        """A finding for each subject of the population whose days at risk are not known."""
        if row.time_at_risk is None:
            return []
        adsl = self._frames["ADSL"]
        names = [row.time_at_risk.start, row.time_at_risk.end]
        missing = population.members.any(axis=1) & adsl[names].isna().any(axis=1).to_numpy()
        return [
            NO_TIME.finding(f"{' or '.join(names)} is missing.", dataset="ADSL", usubjid=usubjid)
            for usubjid in sorted(adsl["USUBJID"][missing])
        ]

    def records(self, dataset: str, where: str, population: Population) -> Records:
        """The records of a dataset that meet the display's filter and `where`, of subjects of the population."""
        frame = self._frames[dataset]
        place = self._place(dataset)
        flags = self._filter(dataset) & _flags(self._mask, dataset, where, len(frame))
        # Place -1, a subject that ADSL lacks, reads the False at the end.
        flags &= np.append(population.everyone, False)[place]
        condition = both(self._display.filter if dataset == self._display.dataset else "", where)
        return Records(frame[flags], place[flags], condition)

    def unknown_subjects(self) -> list[Finding]:
        """A finding for each subject with records in a dataset of the display, but none in ADSL."""
        return [
            UNKNOWN_SUBJECT.finding(f"{dataset} has records of {usubjid}.", dataset=dataset, usubjid=usubjid)
            for dataset in self._display.datasets
            for usubjid in sorted(set(self._frames[dataset]["USUBJID"][self._place(dataset) < 0]))
        ]

    def _place(self, dataset: str) -> NDArray[np.intp]:
        if dataset not in self._places:
            usubjid = self._frames[dataset]["USUBJID"]
            self._places[dataset] = self._population.subjects.get_indexer(pd.Index(usubjid))
        return self._places[dataset]

    def _filter(self, dataset: str) -> Flags:
        if dataset not in self._filters:
            condition = self._display.filter if dataset == self._display.dataset else ""
            self._filters[dataset] = _flags(self._mask, dataset, condition, len(self._frames[dataset]))
        return self._filters[dataset]


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
    pairs = np.unique(groups * size + records.subject)
    return _count(pairs // size, population.members[pairs % size], number)


def days_at_risk(records: Records, groups: NDArray[np.intp], number: int, population: Population) -> Days:
    """Days at risk until the first record of a group, or to the end, summed over all subjects of a column.

    Arguments and result are as for `count_subjects`; `records` have a time.
    """
    if records.time is None:
        raise ValueError("The records have no time at risk.")
    size = max(1, len(population.subjects))
    pairs, place = np.unique(groups * size + records.subject, return_inverse=True)
    lost = np.zeros(len(pairs))
    np.maximum.at(lost, place, records.time.lost)
    members = population.members[pairs % size]
    whole = population.members.T @ records.time.whole
    taken = [np.bincount(pairs // size, lost * members[:, column], number) for column in range(members.shape[1])]
    return whole - np.array(taken, dtype=np.float64).reshape(members.shape[1], number).T


def count_records(records: Records, groups: NDArray[np.intp], number: int, population: Population) -> Counts:
    """Records per group and column; arguments and result as for `count_subjects`."""
    return _count(groups, population.members[records.subject], number)


def _count(groups: NDArray[np.intp], members: Flags, number: int) -> Counts:
    counted = [np.bincount(groups[members[:, column]], minlength=number) for column in range(members.shape[1])]
    return np.array(counted, dtype=np.int64).reshape(members.shape[1], number).T


def _flags(mask: Mask, dataset: str, expression: str, length: int) -> Flags:
    return np.asarray(mask(dataset, expression), dtype=bool) if expression else np.ones(length, dtype=bool)
