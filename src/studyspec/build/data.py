"""What expressions can see while datasets are built, and where findings about records are placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from studyspec.build.records import FORM, RECORD, RecordSet
from studyspec.derive.registry import Registry
from studyspec.findings import Finding, Rule
from studyspec.spec.dataset_sheet import DatasetSheet
from studyspec.spec.model import Codelist

NOT_EVALUATED = Rule(
    "BUILD-002",
    "error",
    "Expression cannot be evaluated",
    why="The expression fits the spec, but not these records.",
    action="Correct the expression in this cell.",
)
FUNCTION_FAILED = Rule(
    "BUILD-003",
    "error",
    "Function failed",
    why="A function must give what its annotations say, for every record, whatever the records hold.",
    action="Correct the function, or what this cell gives to it.",
)


class EvaluationError(Exception):
    """The build cannot go on: an expression or a function does not work on these records. `finding` says all of it."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.cell}: {finding.what}")


@dataclass
class Data:
    """What expressions can read: forms and datasets of one partition by name, and the spec's constants.

    Every frame carries `_form` and `_record`: for a raw form its own name and row, for a finished dataset (named in
    `datasets`) its name and sequence number. `records_read` collects the names of frames read through aggregates.
    `sheets` are the forms that stand in the workbook itself; their records are numbered as the rows of the sheet.
    """

    frames: dict[str, RecordSet]
    registry: Registry
    codelists: Mapping[str, Codelist]
    parameters: Mapping[str, str | float]
    datasets: frozenset[str] = frozenset()
    sheets: Mapping[str, DatasetSheet] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    records_read: set[str] = field(default_factory=set)
    _whole: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict, repr=False)

    def whole(self, name: str) -> pd.DataFrame:
        """A dataset or form as one data frame; made again only when it has got further columns."""
        records = self.frames[name]
        key = (name, len(list(records)))
        if key not in self._whole:
            self._whole[key] = records.frame()
        return self._whole[key]


def at_record(
    finding: Finding, records: RecordSet, position: int, data: Data, cell: str, variable: str = ""
) -> Finding:
    """The finding placed at a spec cell and at the record in this position.

    A finding that already names an output record keeps it; the raw record is added where there is one. Where the raw
    record is a row of a dataset's sheet, its cell of `variable` is named and not the cell of the rule it breaks.
    """

    def hidden(name: str) -> Any:
        return records[name].iloc[position] if name in records else None

    form, number, usubjid = str(hidden(FORM) or ""), int(hidden(RECORD) or 0), str(hidden("USUBJID") or "")
    if form in data.sheets:
        return replace(finding, cell=data.sheets[form].location(number).at(variable))
    if form not in data.datasets:
        return replace(finding, cell=cell, form=form, record=number, usubjid=usubjid)
    dataset, seq = (finding.dataset, finding.seq) if finding.dataset else (form, number)
    return replace(finding, cell=cell, dataset=dataset, seq=seq, usubjid=usubjid)
