"""Columns of Kind test: the p-values of a display, computed from what its lines have counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow
from studyspec.spec.tlf_cells import StatisticalTest
from studyspec.spec.tlf_formats import number_text
from studyspec.tables.groups import Group, Levels
from studyspec.tables.inference import anova, chi_square, fisher_exact
from studyspec.tables.population import Population, Reader, either
from studyspec.tables.results import Result

OVERLAP = Rule(
    "TLF-105",
    "warning",
    "Lines of a chi-square test overlap",
    why="The test takes each subject for a member of one line, and some subjects are in several.",
    action="Make the conditions of the lines exclude each other, or leave the test out.",
)
_DECIMALS = 4


@dataclass(frozen=True)
class Counted:
    """A printed line with the group it counts."""

    number: int
    label: str
    group: Group


class Comparisons:
    """The p-values of one display.

    Args:
        display: with columns of Kind test.
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
        """A p-value per test column and line that has one.

        Args:
            first_lines: number and label of the first line with figures of each row.
        """
        for column in self._display.columns:
            for row in self._display.rows:
                if column.kind != "test" or row.test is None or row.id not in first_lines:
                    continue
                if row.test.method == "Fisher":
                    yield from self._by_line(column, row, row.test)
                else:
                    number, label = first_lines[row.id]
                    value = _ON_FIRST_LINE[row.test.method](self, column, row, row.test)
                    yield self._result(column, row, row.test, number, label, value, row.where)

    def findings(self) -> Iterator[Finding]:
        """A finding for each chi-square test whose lines have more subjects than the column."""
        for row in self._display.rows:
            if row.test is None or row.test.method != "chi-square":
                continue
            tallies = [line.group.tally for line in self._categories(row, row.test)]
            if tallies and (sum(tally.subjects for tally in tallies) > tallies[0].totals).any():
                what = f"{self._display.id}: the lines of {row.id}'s test have more subjects than the columns."
                yield OVERLAP.finding(what, cell=row.location.at("Test"))

    def _by_line(self, column: DisplayColumn, row: DisplayRow, test: StatisticalTest) -> Iterator[Result]:
        first, second = self._compared(column)
        for line in self._lines.get(row.id, ()):
            counts, totals = line.group.tally.subjects, line.group.tally.totals
            value = fisher_exact(int(counts[first]), int(totals[first]), int(counts[second]), int(totals[second]))
            yield self._result(column, row, test, line.number, line.label, value, line.group.where, line.group.levels)

    def chi_square(self, column: DisplayColumn, row: DisplayRow, test: StatisticalTest) -> float:
        """The test of lines by columns."""
        counts = [line.group.tally.subjects[self._compared(column)] for line in self._categories(row, test)]
        return chi_square(np.array(counts, dtype=np.int64).reshape(len(counts), -1))

    def anova(self, column: DisplayColumn, row: DisplayRow, _: StatisticalTest) -> float:
        """The test of a variable's values by columns."""
        population = self._reader.population(row)
        records = self._reader.records(row.dataset, row.where, population)
        values = records.frame[row.variables[0]].to_numpy(dtype=np.float64)
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
        test: StatisticalTest,
        number: int,
        label: str,
        value: float,
        where: str,
        levels: Levels = (),
    ) -> Result:
        population = self._reader.population(row)
        form = next((form for pattern in column.statistics for form in pattern.formats), None)
        about: dict[str, Any] = {}
        for place, (variable, text) in enumerate(levels, start=1):
            about |= {f"group{place}": variable, f"group{place}_value": text}
        return Result(
            self._display.id,
            number,
            row.id,
            test.method,
            label,
            column.id,
            " ".join(column.label.split()),
            "p",
            value=value,
            text=form.text(value) if form else number_text(value, _DECIMALS),
            variable=row.variables[-1] if row.variables else "USUBJID",
            dataset=row.dataset,
            where=where,
            population=self._population(column, population),
            **about,
        )

    def _population(self, column: DisplayColumn, population: Population) -> str:
        return either(*(population.conditions[place] for place in self._compared(column)))


_ON_FIRST_LINE: dict[str, Callable[[Comparisons, DisplayColumn, DisplayRow, StatisticalTest], float]] = {
    "ANOVA": Comparisons.anova,
    "chi-square": Comparisons.chi_square,
}
