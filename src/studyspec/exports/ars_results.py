"""The results of analyses in terms of CDISC ARS, from the results data of a display.

Source: CDISC Analysis Results Standard 1.0, logical model, class OperationResult.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from studyspec.exports.ars_analyses import TOTAL, Analysis, analysis_id
from studyspec.exports.ars_methods import PUBLISHED, operation_id
from studyspec.spec.tlf import Display
from studyspec.spec.workbook import cell_text

_FIELDS = ("line", "row", "column", "statistic", "value", "denominator", "text")
_LEVELS = ("group1", "group1_value", "group2", "group2_value", "group3", "group3_value")
Groups = list[dict[str, str]]


def add_results(analyses: Mapping[str, Analysis], display: Display, ard: pd.DataFrame) -> None:
    """Put each figure of a display into its analysis: one result a row of the results data.

    The denominators of rows that have their own are results, too, so that each percentage can be followed.

    Args:
        analyses: those of the display by id; they get `results`.
        display: the display.
        ard: its results data, with the columns of `results.COLUMNS`.
    """
    _Filler(analyses, display).fill(ard)


class _Filler:
    def __init__(self, analyses: Mapping[str, Analysis], display: Display) -> None:
        self._analyses = analyses
        self._display = display
        self._compares = {item.id for item in display.columns if item.kind in ("test", "difference")}
        self._quoted = {item.id for item in display.columns if item.kind == "published"}
        self._groups: dict[tuple[Any, ...], Groups] = {}
        for item in analyses.values():
            item.content["results"] = []

    def fill(self, ard: pd.DataFrame) -> None:
        subgroup, head = -1, math.nan
        columns = [ard[name].tolist() for name in (*_FIELDS, *_LEVELS)]
        for line, row, column, statistic, value, denominator, text, *levels in zip(*columns, strict=True):
            if not row and line != head:
                # The line of the column heads opens each subgroup.
                subgroup, head = subgroup + 1, line
            self._add(self._own(row, column), column, statistic, value, text, subgroup, tuple(levels))
            if statistic == "pct":
                self._add_denominator(row, column, denominator, subgroup)

    def _own(self, row: str, column: str) -> str:
        if column in self._quoted:
            return analysis_id(self._display, row, part=PUBLISHED)
        return analysis_id(self._display, row, column if column in self._compares else "")

    def _add(
        self, own: str, column: str, statistic: str, value: float, text: str, subgroup: int, levels: tuple[str, ...]
    ) -> None:
        content = self._analyses[own].content
        key = (own, column, subgroup, levels)
        if key not in self._groups:
            self._groups[key] = self._result_groups(*key)
        result: dict[str, Any] = {"operationId": operation_id(content["methodId"], statistic)}
        if not math.isnan(value):
            result["rawValue"] = cell_text(value)
        if text:
            result["formattedValue"] = text
        if self._groups[key]:
            result["resultGroups"] = self._groups[key]
        content["results"].append(result)

    def _add_denominator(self, row: str, column: str, denominator: float, subgroup: int) -> None:
        own = analysis_id(self._display, row, part="denominator")
        if own in self._analyses and (own, column, subgroup, ()) not in self._groups:
            self._add(own, column, TOTAL, denominator, cell_text(denominator), subgroup, ())

    def _result_groups(self, own: str, column: str, subgroup: int, levels: tuple[str, ...]) -> Groups:
        analysis = self._analyses[own]
        found = [analysis.columns.groups[column]] if analysis.columns else []
        if analysis.subgroups:
            found.append(list(analysis.subgroups.groups.values())[subgroup])
        values = [value for name, value in zip(levels[::2], levels[1::2], strict=True) if name]
        return found + [grouping.groups[value] for grouping, value in zip(analysis.levels, values, strict=False)]
