"""Rules: the records that an analysis result selects are those its display counts. They need the data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from studyspec.build.data import Data, EvaluationError
from studyspec.build.evaluate import evaluate
from studyspec.build.records import MaskArray, RecordSet
from studyspec.derive.registry import Registry
from studyspec.findings import Finding, Rule
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.expression.nodes import Node
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec
from studyspec.spec.rules_analysis import rows_of
from studyspec.spec.tlf import Display, TlfSpec
from studyspec.spec.value_levels import selected

LEFT_OUT = Rule(
    "DEF-060",
    "error",
    "Analysis result leaves out records that its display counts",
    why="Who repeats the analysis from define.xml must count what the display counts.",
    action="Correct Selection Criteria in the sheet Analysis Results, or Where of the row, Filter or Population.",
)
TOO_MANY = Rule(
    "DEF-061",
    "error",
    "Analysis result selects records that its display leaves out",
    why="Who repeats the analysis from define.xml must count what the display counts.",
    action="Add the Population and the Filter of the display to Selection Criteria in the sheet Analysis Results.",
)

_SUBJECTS = "ADSL"


def selections_and_displays(
    spec: Spec, tlf: TlfSpec, frames: Mapping[str, pd.DataFrame], registry: Registry
) -> list[Finding]:
    """Each result's selection held against population, filter and rows of its display, record by record.

    Args:
        spec: the ADaM workbook.
        tlf: the displays.
        frames: its built datasets by name, with ADSL.
        registry: the functions that conditions may call.
    """
    if _SUBJECTS not in frames:
        return []
    records = {name: RecordSet.from_frame(frame) for name, frame in frames.items()}
    masks = _Masks(spec, records, registry)
    findings: list[Finding] = []
    for result in spec.analysis_results:
        display = tlf.displays.get(result.display)
        if display is not None:
            try:
                findings += _compare(result, display, masks)
            except EvaluationError as error:
                findings.append(error.finding)
    return findings


class _Masks:
    """Which records of a dataset meet a condition."""

    def __init__(self, spec: Spec, records: Mapping[str, RecordSet], registry: Registry) -> None:
        self.spec, self.records = spec, records
        self.data = Data(dict(records), registry, spec.codelists, spec.constants)

    def where(self, dataset: str, condition: str | Node) -> MaskArray:
        """Records that meet a condition; a blank one all meet."""
        if condition == "":
            return np.ones(len(self.records[dataset]), dtype=np.bool_)
        node = parse(condition) if isinstance(condition, str) else condition
        return evaluate(node, self.records[dataset], self.data, own=dataset).to_numpy(dtype=np.bool_)

    def of_subjects(self, dataset: str, mask: MaskArray) -> MaskArray:
        """Records of the subjects whose ADSL record is in the mask."""
        subjects = self.records[_SUBJECTS]["USUBJID"]
        return self.records[dataset]["USUBJID"].isin(subjects[mask]).to_numpy(dtype=np.bool_)

    def selected(self, dataset: str, result: AnalysisResult) -> MaskArray:
        """Records that the result selects: by its conditions on the dataset, and on ADSL through the subject."""
        found = self.where(dataset, "")
        for name in (dataset, _SUBJECTS):
            conditions = [item for item in result.selection if item.dataset == name]
            if conditions:
                mask = self.where(name, selected(conditions, name, self.spec))
                found = found & (mask if name == dataset else self.of_subjects(dataset, mask))
        return found


def _compare(result: AnalysisResult, display: Display, masks: _Masks) -> list[Finding]:
    population = masks.where(_SUBJECTS, display.population)
    cell = result.location.at("Selection Criteria")
    findings = []
    rows = rows_of(display, result)
    for dataset in dict.fromkeys(row.dataset for row in rows if row.dataset in masks.records):
        allowed = masks.of_subjects(dataset, population)
        if dataset == display.dataset:
            allowed = allowed & masks.where(dataset, display.filter)
        chosen = masks.selected(dataset, result)
        extra = int(np.count_nonzero(chosen & ~allowed))
        if extra:
            what = f"{result.id} selects {extra} records of {dataset} that {display.id} leaves out."
            findings.append(TOO_MANY.finding(what, cell=cell))
        for row in rows:
            if row.dataset == dataset:
                missed = int(np.count_nonzero(allowed & masks.where(dataset, row.where) & ~chosen))
                if missed:
                    what = f"{result.id} leaves out {missed} records of {dataset} that row {row.id} counts."
                    findings.append(LEFT_OUT.finding(what, cell=cell))
    return findings
