"""Who is in a display and its columns, and which records a row reads: everything is counted from these two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow
from studyspec.spec.tlf_cells import TimeAtRisk

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Days = NDArray[np.float64]
Places = NDArray[np.intp]
# (dataset, expression) to one value per record of that dataset: flags, numbers (NaN is missing) or texts.
Evaluate = Callable[[str, str], "pd.Series | Flags"]

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


NO_RANGE = Rule(
    "TLF-107",
    "error",
    "Column is not a range of worst values",
    why="A row with Worst counts a subject at its highest value; a column can take a range of values only.",
    action="Write a condition on the variable of Worst alone, such as ATOXGRN in [1, 2] or ATOXGRN >= 3.",
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
    whether the subject is in the population and in the column. `condition` and `conditions` are the same as expressions
    on ADSL.
    """

    subjects: pd.Index
    everyone: Flags
    members: Flags
    condition: str
    conditions: tuple[str, ...]

    def among(self, flags: Flags, condition: str) -> Population:
        """The same columns, narrowed to the subjects with a flag."""
        return Population(
            self.subjects,
            self.everyone & flags,
            self.members & flags[:, np.newaxis],
            both(self.condition, condition),
            tuple(both(item, condition) for item in self.conditions),
        )

    @property
    def sizes(self) -> Counts:
        """N of each column."""
        return np.asarray(self.members.sum(axis=0), dtype=np.int64)


def population_of(display: Display, adsl: pd.DataFrame, evaluate: Evaluate) -> Population:
    """Evaluate the population and the columns of a display on ADSL.

    Raises:
        ValueError: ADSL has two records of a subject.
    """
    subjects = pd.Index(adsl["USUBJID"])
    if not subjects.is_unique:
        twice = subjects[subjects.duplicated()][0]
        raise ValueError(f"ADSL has more than one record of {twice}. Tables need one record per subject.")
    everyone = _flags(evaluate, "ADSL", display.population, len(adsl))
    columns = [_flags(evaluate, "ADSL", column.where, len(adsl)) for column in display.computed_columns]
    members = np.array(columns, dtype=bool).reshape(len(columns), len(adsl)).T & everyone[:, np.newaxis]
    conditions = tuple(both(display.population, column.where) for column in display.computed_columns)
    return Population(subjects, everyone, members, display.population, conditions)


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
    """The records that a row counts: those at `places` of a dataset.

    `subject` is the place of each one's subject in ADSL, `where` the condition they meet. `inside`, where columns have
    conditions on records, tells which records each column takes. `time` is there where the row has a time at risk.
    """

    dataset: pd.DataFrame
    places: Places
    subject: Places
    where: str
    inside: Flags | None = None
    time: TimeLost | None = None

    def __len__(self) -> int:
        return len(self.places)

    def values(self, variable: str) -> pd.Series:
        """The records' values of a variable."""
        return self.dataset[variable].iloc[self.places]

    def numbers(self, variable: str) -> Days:
        """The records' values of a numeric variable; NaN is missing."""
        return self.dataset[variable].to_numpy(dtype=np.float64)[self.places]

    def keep(self, flags: Flags) -> Records:
        """Those with a flag; the condition stays."""
        inside = None if self.inside is None else self.inside[flags]
        time = self.time.keep(flags) if self.time else None
        return Records(self.dataset, self.places[flags], self.subject[flags], self.where, inside, time)

    def members(self, population: Population) -> Flags:
        """Whether each record counts in each column."""
        members = population.members[self.subject]
        return members if self.inside is None else members & self.inside


class Reader:
    """Selects records for the rows of one display; what several rows share is evaluated once."""

    def __init__(
        self, display: Display, frames: Mapping[str, pd.DataFrame], evaluate: Evaluate, population: Population
    ) -> None:
        self._display = display
        self._frames = frames
        self._evaluate = evaluate
        self._population = population
        self._places: dict[str, Places] = {}
        self._filters: dict[str, Flags] = {}
        self._by_column: Flags | None = None
        self._above: dict[tuple[str, str], str] = {}

    @property
    def whole_population(self) -> Population:
        """The subjects of the display, or of the subgroup."""
        return self._population

    def within(self, where: str) -> Reader:
        """The same for a subgroup: the subjects of the population who meet a condition on ADSL."""
        flags = _flags(self._evaluate, "ADSL", where, len(self._frames["ADSL"]))
        return Reader(self._display, self._frames, self._evaluate, self._population.among(flags, where))

    def population(self, row: DisplayRow) -> Population:
        """The subjects a row looks at: those of the display, narrowed by the row's denominator."""
        if not row.denominator:
            return self._population
        adsl = self._frames["ADSL"]
        return self._population.among(_flags(self._evaluate, "ADSL", row.denominator, len(adsl)), row.denominator)

    def records_of(self, row: DisplayRow, population: Population) -> Records:
        """The records that a row counts, with their time at risk where it has one."""
        records = self.records(row.dataset, row.where, population)
        time = row.time_at_risk
        return replace(records, time=self._time_lost(time, records)) if time else records

    def _time_lost(self, time: TimeAtRisk, records: Records) -> TimeLost:
        adsl = self._frames["ADSL"]
        start, end = (adsl[name].to_numpy(dtype=np.float64) for name in (time.start, time.end))
        whole = np.nan_to_num(np.maximum(end - start + 1, 0.0))
        until_event = records.numbers(time.event) - start[records.subject] + 1
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
        places = self.places(dataset, where, population)
        inside = self._inside() if dataset == self._display.dataset else None
        return Records(
            self._frames[dataset],
            places,
            self._place(dataset)[places],
            both(self.filter(dataset), where),
            None if inside is None else inside[places],
        )

    def places(self, dataset: str, where: str, population: Population) -> Places:
        """The places of these records in their dataset."""
        flags = self._filter(dataset) & _flags(self._evaluate, dataset, where, len(self._frames[dataset]))
        # Place -1, a subject that ADSL lacks, reads the False at the end.
        flags &= np.append(population.everyone, False)[self._place(dataset)]
        return np.flatnonzero(flags)

    def filter(self, dataset: str) -> str:
        """The display's condition on the records of a dataset."""
        return self._display.filter if dataset == self._display.dataset else ""

    def usubjids(self, dataset: str, places: Places) -> list[str]:
        """The subject of each of these records."""
        return self._frames[dataset]["USUBJID"].iloc[places].tolist()

    def _inside(self) -> Flags | None:
        """Whether each record of the display's dataset meets the condition of each column; None: no column has one."""
        columns, dataset = self._display.computed_columns, self._display.dataset
        if self._by_column is None and any(column.records for column in columns):
            length = len(self._frames[dataset])
            flags = [_flags(self._evaluate, dataset, column.records, length) for column in columns]
            self._by_column = np.array(flags, dtype=bool).reshape(len(columns), length).T
        return self._by_column

    def where(self, row: DisplayRow, column: DisplayColumn, condition: str) -> str:
        """A condition on the records of a row, with that of a column on records."""
        return both(condition, column.records) if row.dataset == self._display.dataset else condition

    def above_worst(self, row: DisplayRow, column: DisplayColumn, condition: str) -> str:
        """Which records take a subject out of a column that takes a range of worst values; blank: none does."""
        if not row.worst or not column.records or row.dataset != self._display.dataset:
            return ""
        key = (row.worst, column.id)
        if key not in self._above:
            frame = self._frames[row.dataset]
            top = frame[row.worst][_flags(self._evaluate, row.dataset, column.records, len(frame))].max()
            self._above[key] = f"not missing({row.worst})" if np.isnan(top) else f"{row.worst} > {top:.15g}"
        return both(condition, self._above[key])

    def unfit_columns(self, row: DisplayRow) -> list[Finding]:
        """A finding for each column whose records are not all those of a range of worst values."""
        columns = [column for column in self._display.computed_columns if column.records]
        if not row.worst or row.dataset != self._display.dataset:
            return []
        frame = self._frames[row.dataset]
        values = frame[row.worst]
        return [
            NO_RANGE.finding(f"{self._display.id} column {column.id}: {row.worst}.", cell=column.location.at("Records"))
            for column in columns
            if not _is_range(values, _flags(self._evaluate, row.dataset, column.records, len(frame)))
        ]

    def unknown_subjects(self) -> list[Finding]:
        """A finding for each subject with records in a dataset of the display, but none in ADSL."""
        return [
            UNKNOWN_SUBJECT.finding(f"{dataset} has records of {usubjid}.", dataset=dataset, usubjid=usubjid)
            for dataset in self._display.datasets
            for usubjid in sorted(set(self._frames[dataset]["USUBJID"][self._place(dataset) < 0]))
        ]

    def _place(self, dataset: str) -> Places:
        if dataset not in self._places:
            usubjid = self._frames[dataset]["USUBJID"]
            self._places[dataset] = self._population.subjects.get_indexer(pd.Index(usubjid))
        return self._places[dataset]

    def _filter(self, dataset: str) -> Flags:
        if dataset not in self._filters:
            self._filters[dataset] = _flags(self._evaluate, dataset, self.filter(dataset), len(self._frames[dataset]))
        return self._filters[dataset]


def _flags(evaluate: Evaluate, dataset: str, expression: str, length: int) -> Flags:
    return np.asarray(evaluate(dataset, expression), dtype=bool) if expression else np.ones(length, dtype=bool)


def _is_range(values: pd.Series, flags: Flags) -> bool:
    """Whether the values with a flag are all those between the lowest and the highest of them."""
    taken, others = set(values[flags].dropna()), set(values[~flags].dropna())
    return not any(min(taken) <= value <= max(taken) for value in others) if taken else True
