"""Rows of Kind incidence: who is at risk, and the cumulative incidence of an event, at every time that matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, DisplayRow
from studyspec.spec.tlf_cells import INCIDENCES, Statistic
from studyspec.spec.tlf_formats import Format, number_text
from studyspec.spec.workbook import cell_text
from studyspec.tables.incidence import aalen_johansen
from studyspec.tables.population import Days, Population, Records, both

NOT_ONE_TIME = Rule(
    "TLF-108",
    "error",
    "Subject without exactly one time to the event",
    why="Cumulative incidence follows each subject of a column once, to the event, a competing event or censoring.",
    action="Correct the Where of the row, or the dataset: one record per subject, with time (0 or more) and CNSR.",
)
_COUNTS = ("risk", "events")
_PERCENT_DECIMALS = 1


@dataclass(frozen=True)
class _Followed:
    """The subjects of one column: times, and CNSR as in ADTTE."""

    times: Days
    censored: Days

    @property
    def causes(self) -> NDArray[np.int64]:
        """As `aalen_johansen` wants them: 0 censored, 1 the event, 2 a competing one."""
        return np.select([self.censored == 0, self.censored == 1], [1, 0], 2).astype(np.int64)


@dataclass(frozen=True)
class Moment:
    """A time, with its figures in each column and the records behind the counts."""

    label: str
    values: tuple[dict[Statistic, float], ...]
    where: dict[Statistic, str]

    def figure(self, place: int, statistic: Statistic, form: Format | None) -> dict[str, Any]:
        """Value, text and condition of a statistic in a column, as the results data have them."""
        value = self.values[place][statistic]
        text = form.text(value) if form else number_text(value, 0 if statistic in _COUNTS else _PERCENT_DECIMALS)
        return {"value": value, "text": text, "where": self.where[statistic]}


def curves(
    display: Display, row: DisplayRow, records: Records, population: Population
) -> tuple[list[Moment], list[Finding]]:
    """The cumulative incidence of a row in each column.

    Args:
        display: its plots of the row say at which further times (ticks) subjects at risk are counted.
        row: of Kind incidence: its variables are the time, and CNSR: 0 is the event, 1 censored, more a competing one.
        records: of the row, one per subject.
        population: of the row.

    Returns:
        The times in order: those of the event in any column, where follow-up in a column ends, and the ticks. Figures
        are risk (subjects not yet censored and without any event before that time), events (until then), cif with its
        95% limits (in percent; missing after the end of follow-up in the column). Subjects without exactly one usable
        record are findings; nothing is estimated then.
    """
    findings = _findings(records, row, population)
    if findings:
        return [], findings
    time, censored = map(records.numbers, row.variables)
    inside = records.members(population)
    columns = [_Followed(time[inside[:, place]], censored[inside[:, place]]) for place in range(inside.shape[1])]
    return _moments(row, records.where, columns, _ticks(display, row)), []


def _ticks(display: Display, row: DisplayRow) -> set[float]:
    plots = [plot for plot in display.plots if row.id in plot.rows or not plot.rows]
    return {tick.place for plot in plots for tick in plot.ticks}


def _moments(row: DisplayRow, where: str, columns: Sequence[_Followed], ticks: set[float]) -> list[Moment]:
    found = set(ticks)
    for column in columns:
        found.update(column.times[column.censored == 0].tolist())
        found.update([column.times.max()] if len(column.times) else [])
    times = sorted(found)
    values = [_values(column, times) for column in columns]
    time, censored = row.variables
    moments = []
    for place, at in enumerate(times):
        label = cell_text(at)
        about = dict.fromkeys(INCIDENCES, where)
        about["risk"] = both(where, f"{time} >= {label}")
        about["events"] = both(where, f"{censored} == 0", f"{time} <= {label}")
        moments.append(Moment(label, tuple(column[place] for column in values), about))
    return moments


def _values(column: _Followed, times: Sequence[float]) -> list[dict[Statistic, float]]:
    curve = aalen_johansen(column.times, column.causes, 1)
    end = column.times.max(initial=-math.inf)
    found = []
    for at in times:
        step = int(np.searchsorted(curve.times, at, side="right")) - 1
        estimates = (curve.probability, curve.lower, curve.upper)
        percents = [100 * float(item[step]) if step >= 0 else 0.0 for item in estimates]
        if step < 0:
            percents[1:] = [math.nan, math.nan]
        if at > end:
            percents = [math.nan] * 3
        risk = float((column.times >= at).sum())
        events = float(((column.times <= at) & (column.censored == 0)).sum())
        found.append(dict(zip(INCIDENCES, (risk, events, *percents), strict=True)))
    return found


def _findings(records: Records, row: DisplayRow, population: Population) -> list[Finding]:
    """A finding for each subject of a column without a record, with several, or with a value that cannot be used."""
    values = np.column_stack([records.numbers(name) for name in row.variables])
    usable = (values >= 0).all(axis=1)
    counts = np.bincount(records.subject[usable], minlength=len(population.subjects))
    every = np.bincount(records.subject, minlength=len(population.subjects))
    wrong = population.members.any(axis=1) & ((counts != 1) | (every != 1))
    return [
        NOT_ONE_TIME.finding(f"{row.id}: {int(count)} records.", dataset=row.dataset, usubjid=usubjid)
        for usubjid, count in sorted(zip(population.subjects[wrong].tolist(), every[wrong].tolist(), strict=True))
    ]
