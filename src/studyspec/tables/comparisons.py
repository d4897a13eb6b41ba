"""Columns of Kind test and difference: what they print is computed from what the lines have counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow
from studyspec.spec.tlf_cells import DIFFERENCES, Statistic, StatisticalTest
from studyspec.spec.tlf_formats import number_text
from studyspec.tables.groups import Group
from studyspec.tables.inference import anova, chi_square, fisher_exact
from studyspec.tables.intervals import miettinen_nurminen
from studyspec.tables.population import Population, Reader, either
from studyspec.tables.results import Result

OVERLAP = Rule(
    "TLF-105",
    "warning",
    "Lines of a chi-square test overlap",
    why="The test takes each subject for a member of one line, and some subjects are in several.",
    action="Make the conditions of the lines exclude each other, or leave the test out.",
)
_P_DECIMALS = 4
_DECIMALS = 1


@dataclass(frozen=True)
class Counted:
    """A printed line with the group it counts."""

    number: int
    label: str
    group: Group


class Comparisons:
    """The p-values and differences of one display.

    Args:
        display: with columns of these kinds, or without.
        reader: of its records.
        lines: the counted lines of each row.
        places: of the counted columns.
    """

    def __init__(
        self, display: Display, reader: Reader, lines: Mapping[str, Sequence[Counted]], places: Mapping[str, int]
    ) -> None:
        self._display = display
        self._reader = reader
        self._lines = lines
        self._places = places

    def results(self, first_lines: Mapping[str, tuple[int, str]]) -> Iterator[Result]:
        """A p-value per test column and line that has one, and a difference per line with percentages.

        Args:
            first_lines: number and label of the first line with figures of each row.
        """
        for column in self._display.columns:
            for row in self._display.rows:
                if column.kind == "difference" and any("pct" in item.statistics for item in row.statistics):
                    yield from self._differences(column, row)
                if column.kind != "test" or row.test is None or row.id not in first_lines:
                    continue
                if row.test.method == "Fisher":
                    yield from self._by_line(column, row)
                else:
                    number, label = first_lines[row.id]
                    value = _ON_FIRST_LINE[row.test.method](self, column, row, row.test)
                    about = {"label": label, "where": row.where}
                    yield self._result(column, row, number, "p", value, row.test.method, **about)

    def findings(self) -> Iterator[Finding]:
        """A finding for each chi-square test whose lines have more subjects than the column."""
        for row in self._display.rows:
            if row.test is None or row.test.method != "chi-square":
                continue
            tallies = [line.group.tally for line in self._categories(row, row.test)]
            if tallies and (sum(tally.subjects for tally in tallies) > tallies[0].totals).any():
                what = f"{self._display.id}: the lines of {row.id}'s test have more subjects than the columns."
                yield OVERLAP.finding(what, cell=row.location.at("Test"))

    def _differences(self, column: DisplayColumn, row: DisplayRow) -> Iterator[Result]:
        """Differences of percentages with their limits, in percentage points."""
        first, second = self._compared(column)
        for line in self._lines.get(row.id, ()):
            counts, totals = line.group.tally.subjects, line.group.tally.totals
            table = (int(counts[first]), int(totals[first]), int(counts[second]), int(totals[second]))
            for statistic, value in zip(DIFFERENCES, _difference(*table), strict=True):
                yield self._result(column, row, line.number, statistic, value, column.kind, **_about(line))

    def _by_line(self, column: DisplayColumn, row: DisplayRow) -> Iterator[Result]:
        first, second = self._compared(column)
        for line in self._lines.get(row.id, ()):
            counts, totals = line.group.tally.subjects, line.group.tally.totals
            value = fisher_exact(int(counts[first]), int(totals[first]), int(counts[second]), int(totals[second]))
            yield self._result(column, row, line.number, "p", value, "Fisher", **_about(line))

    def chi_square(self, column: DisplayColumn, row: DisplayRow, test: StatisticalTest) -> float:
        """The test of lines by columns."""
        counts = [line.group.tally.subjects[self._compared(column)] for line in self._categories(row, test)]
        return chi_square(np.array(counts, dtype=np.int64).reshape(len(counts), -1))

    def anova(self, column: DisplayColumn, row: DisplayRow, _: StatisticalTest) -> float:
        """The test of a variable's values by columns."""
        population = self._reader.population(row)
        records = self._reader.records(row.dataset, row.where, population)
        values = records.numbers(row.variables[0])
        return anova([values[population.members[records.subject, place]] for place in self._compared(column)])

    def _categories(self, row: DisplayRow, test: StatisticalTest) -> list[Counted]:
        """The lines of a chi-square test; that of missing values takes no part."""
        lines = [line for name in test.rows or (row.id,) for line in self._lines.get(name, ())]
        return [line for line in lines if line.group.value or not line.group.levels]

    def _compared(self, column: DisplayColumn) -> list[int]:
        return [self._places[name] for name in self._display.compared(column)]

    def _result(
        self,
        column: DisplayColumn,
        row: DisplayRow,
        number: int,
        statistic: Statistic,
        value: float,
        kind: str,
        **about: Any,
    ) -> Result:
        population = self._reader.population(row)
        pairs = (pair for item in column.statistics for pair in zip(item.statistics, item.formats, strict=True))
        form = dict(pairs).get(statistic)
        return Result(
            self._display.id,
            number,
            row.id,
            kind,
            column=column.id,
            column_label=" ".join(column.label.split()),
            statistic=statistic,
            value=value,
            text=form.text(value) if form else number_text(value, _P_DECIMALS if statistic == "p" else _DECIMALS),
            variable=row.variables[-1] if row.variables else "USUBJID",
            dataset=row.dataset,
            population=self._population(column, population),
            **about,
        )

    def _population(self, column: DisplayColumn, population: Population) -> str:
        return either(*(population.conditions[place] for place in self._compared(column)))


_ON_FIRST_LINE: dict[str, Callable[[Comparisons, DisplayColumn, DisplayRow, StatisticalTest], float]] = {
    "ANOVA": Comparisons.anova,
    "chi-square": Comparisons.chi_square,
}


def _about(line: Counted) -> dict[str, Any]:
    """What a line says of its figures."""
    about = {"label": line.label, "where": line.group.where, "unless": line.group.unless}
    for place, (variable, value) in enumerate(line.group.levels, start=1):
        about |= {f"group{place}": variable, f"group{place}_value": value}
    return about


def _difference(first: int, first_total: int, second: int, second_total: int) -> tuple[float, float, float]:
    """The difference of two percentages and its limits."""
    if not first_total or not second_total:
        return math.nan, math.nan, math.nan
    lower, upper = miettinen_nurminen(first, first_total, second, second_total)
    return 100 * (first / first_total - second / second_total), 100 * lower, 100 * upper
