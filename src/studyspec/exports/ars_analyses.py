"""The analyses of a display in terms of CDISC ARS: what each row computes, of whom, from which records, by what.

Source: CDISC Analysis Results Standard 1.0, logical model, class Analysis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studyspec.define.statements import CONTEXT, row_statement
from studyspec.exports.ars_catalogue import SUBJECTS, Catalogue, Grouping
from studyspec.exports.ars_methods import POPULATION, PUBLISHED, relations
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow
from studyspec.spec.tlf_cells import DIFFERENCES, Statistic
from studyspec.tables.population import both

# Reason, purpose and description of each row; of the display under "", without description.
Aims = Mapping[str, Mapping[str, Any]]
TOTAL = "N"
# Kinds of rows that count by all their variables.
_GROUPED = ("categories", "worst", "nested")
# Tests with one p-value for all lines of a row.
_OF_WHOLE_ROW = ("ANOVA", "chi-square")


@dataclass(frozen=True)
class Analysis:
    """An analysis of a display: the Analysis object, and the groupings by which it has results.

    `columns` and `subgroups` are None where its results are not by column or subgroup; `levels` are those of the
    variables it counts by, outermost first.
    """

    content: dict[str, Any]
    columns: Grouping | None
    subgroups: Grouping | None
    levels: tuple[Grouping, ...]


def analysis_id(display: Display, row: str = "", column: str = "", part: str = "") -> str:
    """The id of an analysis: AN.T-14-3-1-1 for N of the columns, AN.T-14-3-1-1.SER for a row.

    Args:
        display: its display.
        row: its row; "": the column heads.
        column: the column of Kind test or difference.
        part: what else it is about: `published` figures, or the `denominator` of the row.
    """
    return ".".join(filter(None, ("AN", display.id, row, column))) + f":{part}" * bool(part)


def analyses_of(display: Display, catalogue: Catalogue, aims: Aims) -> dict[str, Analysis]:
    """Every analysis of a display by id, in the order of its rows, without results yet.

    Args:
        display: a table, or a figure that counts.
        catalogue: gets what the analyses refer to.
        aims: reason and purpose, and for rows the description.
    """
    return {item.content["id"]: item for item in _Definitions(display, catalogue, aims).all()}


class _Definitions:
    """Makes the analyses of one display from its spec."""

    def __init__(self, display: Display, catalogue: Catalogue, aims: Aims) -> None:
        self._display = display
        self._catalogue = catalogue
        self._aims = aims
        self._heads = catalogue.columns(display.computed_columns)
        self._subgroups = catalogue.subgroups(display.subgroups) if display.subgroups else None

    def all(self) -> Iterator[Analysis]:
        yield self._population()
        if any(column.n is not None for column in self._display.columns):
            yield self._published("", TOTAL)
        for row in self._display.rows:
            if row.kind != "header":
                yield from self._of_row(row)
            if any(item.row == row.id for item in self._display.published):
                yield self._published(row.id, PUBLISHED)

    def _population(self, row: DisplayRow | None = None) -> Analysis:
        """Numbers of subjects: those of the column heads, or the denominators of a row."""
        name, part = (row.id, "denominator") if row else ("", "")
        own = analysis_id(self._display, name, part=part)
        content = {
            **self._start(own, f"Denominator of {_label(row)}" if row else "Number of subjects", name),
            **self._subjects(row),
            "dataset": SUBJECTS,
            "variable": "USUBJID",
            "methodId": self._catalogue.method(POPULATION, (TOTAL,)),
        }
        return self._grouped(content, self._heads, ())

    def _published(self, row: str, statistic: str) -> Analysis:
        """Figures that are quoted, for one row or for the column heads."""
        own = analysis_id(self._display, row, part=PUBLISHED)
        columns = [column for column in self._display.columns if column.kind == "published"]
        grouping = self._catalogue.columns(columns)
        content = {**self._start(own, f"Published figures for {row or 'column heads'}", row)}
        quoted = [item.reference for item in self._display.published if item.row == row and item.reference]
        documents = [self._catalogue.document(item) for item in dict.fromkeys(quoted)]
        content["methodId"] = self._catalogue.method(PUBLISHED, (statistic,))
        content["orderedGroupings"] = [_factor(1, grouping, by_group=True)]
        if documents:
            content["documentRefs"] = [{"referenceDocumentId": item} for item in documents]
        return Analysis(content, grouping, None, ())

    def _of_row(self, row: DisplayRow) -> Iterator[Analysis]:
        """The analysis of a row, with its denominators where it has its own, and its tests and differences."""
        statistics = tuple(dict.fromkeys(item for pattern in row.statistics for item in pattern.statistics))
        method = self._catalogue.method(row.kind, statistics, worst=bool(row.worst))
        links = relations(method, statistics)
        own, total = analysis_id(self._display, row.id), analysis_id(self._display)
        if row.denominator and any(apart for *_, apart in links):
            total = analysis_id(self._display, row.id, part="denominator")
            yield self._population(row)
        content = {**self._about(row, own, _label(row)), "methodId": method}
        if links:
            content["referencedAnalysisOperations"] = [
                {"referencedOperationRelationshipId": link, "analysisId": total if apart else own}
                for link, *_, apart in links
            ]
        columns = self._catalogue.columns(self._display.computed_columns, self._records_of(row))
        yield self._grouped(content, columns, self._levels(row))
        for column in self._display.columns:
            yield from self._comparison(row, column)

    def _comparison(self, row: DisplayRow, column: DisplayColumn) -> Iterator[Analysis]:
        """The test or the difference that a column prints for a row, if it prints one."""
        kind: str
        statistics: tuple[Statistic, ...]
        if column.kind == "test" and row.test is not None:
            kind, statistics = row.test.method, ("p",)
        elif column.kind == "difference" and any("pct" in item.statistics for item in row.statistics):
            kind, statistics = column.kind, DIFFERENCES
        else:
            return
        by_id = {item.id: item for item in self._display.computed_columns}
        compared = [by_id[name] for name in self._display.compared(column)]
        columns = self._catalogue.columns(compared, self._records_of(row))
        own = analysis_id(self._display, row.id, column.id)
        content = {
            **self._about(row, own, f"{_label(row)}: {' '.join(column.label.split())}"),
            "methodId": self._catalogue.method(kind, statistics),
        }
        yield self._grouped(content, columns, self._levels(row), compares=True, whole_row=kind in _OF_WHOLE_ROW)

    def _start(self, own: str, name: str, row: str) -> dict[str, Any]:
        return {"id": own, "name": name, **(self._aims.get(row) or self._aims[""])}

    def _about(self, row: DisplayRow, own: str, name: str) -> dict[str, Any]:
        """What an analysis of a row says, method and groupings apart."""
        content = {
            **self._start(own, name, row.id),
            **self._subjects(row),
            "dataset": row.dataset,
            "variable": row.variables[-1] if row.variables else "USUBJID",
            "programmingCode": {"context": CONTEXT, "code": row_statement(row)},
        }
        condition = both(self._display.filter if self._records_of(row) else "", row.where)
        if condition:
            content["dataSubsetId"] = self._catalogue.data_subset(row.dataset, condition)
        return content

    def _subjects(self, row: DisplayRow | None) -> dict[str, str]:
        label = self._display.population_label
        if row is not None and row.denominator:
            label = f"{label}, of whom {row.denominator}"
        condition = both(self._display.population, row.denominator if row else "")
        return {"analysisSetId": self._catalogue.analysis_set(condition, label)}

    def _records_of(self, row: DisplayRow) -> str:
        """The row's dataset where filter and columns' conditions on records apply to it."""
        return row.dataset if row.dataset == self._display.dataset else ""

    def _levels(self, row: DisplayRow) -> tuple[Grouping, ...]:
        if row.kind == "incidence":
            return (self._catalogue.values(row.dataset, row.variables[0]),)
        variables = row.variables if row.kind in _GROUPED else ()
        return tuple(self._catalogue.values(row.dataset, name, row.categories) for name in variables)

    def _grouped(
        self,
        content: dict[str, Any],
        columns: Grouping,
        levels: tuple[Grouping, ...],
        *,
        compares: bool = False,
        whole_row: bool = False,
    ) -> Analysis:
        """The analysis by columns, subgroups and levels; one that compares columns has no result for each of them."""
        factors = [(columns, not compares)]
        factors += [(self._subgroups, True)] if self._subgroups else []
        factors += [(level, not whole_row) for level in levels]
        content["orderedGroupings"] = [
            _factor(order, grouping, by_group=by_group) for order, (grouping, by_group) in enumerate(factors, start=1)
        ]
        return Analysis(content, None if compares else columns, self._subgroups, () if whole_row else levels)


def _factor(order: int, grouping: Grouping, *, by_group: bool) -> dict[str, Any]:
    return {"order": order, "groupingId": grouping.id, "resultsByGroup": by_group}


def _label(row: DisplayRow) -> str:
    return " ".join(row.label.split()) or ", ".join(row.variables) or row.id
