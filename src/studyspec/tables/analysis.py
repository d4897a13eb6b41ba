"""From a display and data frames to analysis results: what each kind of row counts.

Counting rules (conventions of the study, docs/tables.md): a subject counts once per line; N comes from ADSL; the order
of groups is by descending number of subjects in a stated column, ties by byte order; records without a value come last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from studyspec.findings import Rule
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow
from studyspec.spec.tlf_cells import Pattern, Sorting, Statistic
from studyspec.spec.tlf_formats import Format
from studyspec.tables.comparisons import Comparisons, Counted
from studyspec.tables.count_figures import count_figures
from studyspec.tables.curves import curves
from studyspec.tables.figures import summary, summary_text
from studyspec.tables.groups import (
    ALPHABETICAL,
    Group,
    by_highest_value,
    by_value,
    nested,
    selected,
    whole,
    without_records,
)
from studyspec.tables.lines import Analysis, Line, Part
from studyspec.tables.listing import list_records
from studyspec.tables.population import Evaluate, Population, Reader, Records, both, empty_columns, population_of
from studyspec.tables.results import Result

UNLISTED = Rule(
    "TLF-103",
    "warning",
    "Value not among the categories",
    why="The display lists the values it expects, and the data have another; it is printed after the listed ones.",
    action="Add the value to Categories, or correct the data.",
)
MISSING_LABEL = "Missing"
NONE_LABEL = "None"


def analyse(display: Display, frames: Mapping[str, pd.DataFrame], evaluate: Evaluate) -> Analysis:
    """Count everything that a table prints, or list what a listing prints.

    Args:
        display: from the tlf spec, without error findings.
        frames: ADSL (one record per subject) and the datasets the display reads, with USUBJID.
        evaluate: evaluates an expression on a dataset: one value per record.

    Returns:
        Lines, results and findings. Results include N of each column (line 0, or that of the subgroup's label) and the
        published values.

    Raises:
        ValueError: ADSL has two records of a subject.
        KeyError: a dataset or variable is not in `frames`.
    """
    population = population_of(display, frames["ADSL"], evaluate)
    reader = Reader(display, frames, evaluate, population)
    analysis = Analysis(findings=empty_columns(display, population) + reader.unknown_subjects())
    for subgroup in display.subgroups or (None,):
        number = analysis.parts[-1].next_number if analysis.parts else int(subgroup is not None)
        part = Part(subgroup.label if subgroup else "", number)
        within = reader.within(subgroup.where) if subgroup else reader
        if display.lists_records:
            list_records(display, within, evaluate, analysis, part)
        else:
            _count(display, within, analysis, part)
        analysis.parts.append(part)
    analysis.findings = list(dict.fromkeys(analysis.findings))
    return analysis


def _count(display: Display, reader: Reader, analysis: Analysis, part: Part) -> None:
    """Count the rows of a table for one part of it."""
    population = reader.whole_population
    work = _Work(display, reader, analysis, part)
    work.column_heads(population)
    part.empty = not len(reader.places(display.dataset, "", population))
    for row in display.rows:
        _KINDS[row.kind](work, row)
    work.compare()


class _Work:
    """Adds the lines and results of a display, or of one of its subgroups, in print order."""

    def __init__(self, display: Display, reader: Reader, analysis: Analysis, part: Part) -> None:
        self.display = display
        self.reader = reader
        self.analysis = analysis
        self.part = part
        self._published = {(item.row, item.column): item for item in display.published}
        self.places = {column.id: place for place, column in enumerate(display.computed_columns)}
        self._counted: dict[str, list[Counted]] = {}

    def column_heads(self, population: Population) -> None:
        for column in self.display.columns:
            if column.kind == "published":
                size = math.nan if column.n is None else float(column.n)
                text = "" if column.n is None else str(column.n)
                self._add(self.part.number, "", "published", column, "N", value=size, text=text)
            elif column.id in self.places:
                place = self.places[column.id]
                size = int(population.sizes[place])
                about = {"variable": "USUBJID", "dataset": "ADSL", "population": population.conditions[place]}
                about |= {"label": self.part.label, "text": str(size)}
                self._add(self.part.number, "", "population", column, "N", value=float(size), **about)

    def line(self, row: DisplayRow, label: str, indent: int, patterns: Sequence[Pattern] = ()) -> int:
        """Add a line; the first line of a row also takes what publications give for the row."""
        number = self.part.next_number
        self.part.lines.append(Line(number, row.id, label, indent, tuple(patterns)))
        for column in self.display.columns:
            found = self._published.pop((row.id, column.id), None)
            if found is not None:
                about = {"label": label, "text": found.value, "reference": found.reference}
                self._add(number, row.id, "published", column, "published", **about)
        return number

    def records(self, row: DisplayRow, population: Population) -> Records:
        """The records that a row counts; subjects whose time at risk is needed and not known are found."""
        found = self.reader.without_time(row, population) + self.reader.unfit_columns(row)
        self.analysis.findings += [finding for finding in found if finding not in self.analysis.findings]
        return self.reader.records_of(row, population)

    def heading(self, row: DisplayRow) -> int:
        """Add the line with the row's label, where it has one; return the indent of the lines that follow."""
        if row.label:
            self.line(row, row.label, row.level)
        return row.level + 1 if row.label else row.level

    def group(self, row: DisplayRow, group: Group, label: str, indent: int, population: Population) -> None:
        """Add a line with the counts of a group."""
        number = self.line(row, label, indent, row.statistics)
        self._counted.setdefault(row.id, []).append(Counted(number, label, group))
        about: dict[str, Any] = {"label": label}
        for place, (variable, value) in enumerate(group.levels, start=1):
            about |= {f"group{place}": variable, f"group{place}_value": value}
        formats = _formats(row.statistics)
        for column in self.display.computed_columns:
            about["where"] = self.reader.where(row, column, group.where)
            about["unless"] = group.unless or self.reader.above_worst(row, column, group.where)
            for statistic, figure in count_figures(group.tally, self.places[column.id], formats).items():
                self.add_counted(number, row, column, statistic, population, **about, **figure)

    def summary(self, row: DisplayRow, pattern: Pattern, indent: int, population: Population) -> None:
        """Add a line with summary statistics of the row's variable."""
        number = self.line(row, pattern.label, indent, (pattern,))
        records = self.reader.records(row.dataset, row.where, population)
        values = records.numbers(row.variables[0])
        with_value = both(records.where, f"not missing({row.variables[0]})")
        for column in self.display.computed_columns:
            inside = values[records.members(population)[:, self.places[column.id]]]
            for statistic, form in _formats((pattern,)).items():
                value = summary(inside, statistic)
                text = form.text(value) if form else summary_text(value, statistic, row.decimals)
                where = self.reader.where(row, column, with_value)
                about = {"label": pattern.label, "where": where, "value": value, "text": text}
                self.add_counted(number, row, column, statistic, population, **about)

    def compare(self) -> None:
        """Add the p-values, each behind the other results of its line."""
        comparisons = Comparisons(self.display, self.reader, self._counted, self.places)
        first = {line.row: (line.number, line.label) for line in reversed(self.part.lines) if line.patterns}
        self.analysis.results += comparisons.results(first)
        self.analysis.results.sort(key=lambda result: result.line)
        self.analysis.findings += comparisons.findings()

    def add_counted(
        self,
        number: int,
        row: DisplayRow,
        column: DisplayColumn,
        statistic: Statistic,
        population: Population,
        **about: Any,
    ) -> None:
        source = {
            "variable": row.variables[-1] if row.variables else "USUBJID",
            "dataset": row.dataset,
            "population": population.conditions[self.places[column.id]],
        }
        self._add(number, row.id, row.kind, column, statistic, **source, **about)

    def _add(
        self, number: int, row: str, kind: str, column: DisplayColumn, statistic: str, *, label: str = "", **about: Any
    ) -> None:
        heading = " ".join(column.label.split())
        name = self.display.id
        self.analysis.results.append(Result(name, number, row, kind, label, column.id, heading, statistic, **about))


def _formats(patterns: Sequence[Pattern]) -> dict[Statistic, Format | None]:
    """The statistics of patterns, each with its format; a statistic has the same one in all of them."""
    pairs = (pair for pattern in patterns for pair in zip(pattern.statistics, pattern.formats, strict=True))
    return dict(pairs)


def _header(work: _Work, row: DisplayRow) -> None:
    work.line(row, row.label, row.level)


def _counted(work: _Work, row: DisplayRow) -> None:
    population = work.reader.population(row)
    records = work.records(row, population)
    work.group(row, whole(records, population, row.worst), row.label, row.level, population)


def _continuous(work: _Work, row: DisplayRow) -> None:
    population = work.reader.population(row)
    indent = work.heading(row)
    for pattern in row.statistics:
        work.summary(row, pattern, indent, population)


def _categories(work: _Work, row: DisplayRow) -> None:
    population = work.reader.population(row)
    records = work.records(row, population)
    (variable,) = row.variables
    highest = row.kind == "worst"
    found = (by_highest_value if highest else by_value)(records, variable, population)
    indent = work.heading(row)
    for category in row.categories:
        group = found.pop(category.value, None)
        if group is None:
            group = without_records(records, variable, category.value, population, highest=highest)
        work.group(row, group, category.label or row.missing_label or MISSING_LABEL, indent, population)
    for group in _rest(work, row, list(found.values())):
        work.group(row, group, group.value or row.missing_label or MISSING_LABEL, indent, population)


def _rest(work: _Work, row: DisplayRow, groups: list[Group]) -> list[Group]:
    """Groups of values that are not listed, in the row's order; unexpected ones have a finding."""
    if row.categories:
        for group in groups:
            if group.value:
                what = f"{work.display.id}: {row.variables[0]} has the value '{group.value}', which is not listed."
                work.analysis.findings.append(UNLISTED.finding(what, cell=row.location.at("Categories")))
    order, place = _orders(work, row)[0]
    if order.by == "frequency":
        groups.sort(key=lambda group: (not group.value, -int(group.tally.subjects[place])))
    return groups


def _nested(work: _Work, row: DisplayRow) -> None:
    population = work.reader.population(row)
    records = work.records(row, population)
    groups = nested(records, row.variables, population, _orders(work, row), row.worst)
    if row.select:
        named = [column.id for column in work.display.computed_columns if column.kind == "group"]
        selections = [
            (item, [work.places[name] for name in (named if item.column == "any" else [item.column])])
            for item in row.select
        ]
        groups = selected(groups, len(row.variables), selections)
    indent = work.heading(row)
    for group in groups:
        depth = len(group.levels) - 1
        work.group(row, group, group.value or row.missing_label or MISSING_LABEL, indent + depth, population)
    if not groups:
        work.line(row, NONE_LABEL, indent)


def _orders(work: _Work, row: DisplayRow) -> list[tuple[Sorting, int]]:
    """One order per variable, with the place of its column; the last one given also serves the variables after it."""
    given = [*(row.sort or (ALPHABETICAL,))]
    orders = given + given[-1:] * (len(row.variables) - len(given))
    return [(order, work.places.get(order.column, 0)) for order in orders]


def _incidence(work: _Work, row: DisplayRow) -> None:
    population = work.reader.population(row)
    moments, findings = curves(work.display, row, work.records(row, population), population)
    work.analysis.findings += findings
    indent = work.heading(row)
    formats = _formats(row.statistics)
    for moment in moments:
        number = work.line(row, moment.label, indent, row.statistics)
        about = {"label": moment.label, "group1": row.variables[0], "group1_value": moment.label}
        for place, column in enumerate(work.display.computed_columns):
            for statistic, form in formats.items():
                figure = moment.figure(place, statistic, form)
                figure["where"] = work.reader.where(row, column, figure["where"])
                work.add_counted(number, row, column, statistic, population, **about, **figure)


_KINDS: dict[str, Callable[[_Work, DisplayRow], None]] = {
    "header": _header,
    "subjects": _counted,
    "events": _counted,
    "continuous": _continuous,
    "categories": _categories,
    "worst": _categories,
    "nested": _nested,
    "incidence": _incidence,
}
