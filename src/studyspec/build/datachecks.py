"""The spec's own data checks: rows of the Checks sheet, run on the finished records."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from studyspec.build.data import Data, at_record
from studyspec.build.dataset import record_numbers
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.findings import Finding
from studyspec.spec.expression.parse import parse
from studyspec.spec.expression.references import asks_whole_study
from studyspec.spec.model import Check, Spec

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")


def message_variables(message: str) -> list[str]:
    """The names in braces in a check's message."""
    return _FIELD.findall(message)


def run_checks(spec: Spec, data: Data, *, whole_study: bool = False) -> None:
    """Add a finding to `data.findings` for every record that a row of the Checks sheet selects.

    Args:
        spec: the workbook.
        data: its finished datasets, those it reads, and the raw forms.
        whole_study: False for the checks that look at one subject at a time, True for the others, which need the
            datasets of all subjects.
    """
    for check in spec.checks:
        condition = parse(check.where)
        if asks_whole_study(condition, data.registry) != whole_study:
            continue
        records = data.frames[check.dataset]
        cell = check.location.at("Where")
        hits = evaluate(condition, records, data, own=check.dataset, cell=cell).to_numpy(dtype=np.bool_)
        numbers = record_numbers(check.dataset, records) if check.dataset in spec.datasets and hits.any() else None
        for position in np.flatnonzero(hits):
            finding = _finding(check, records, int(position))
            if numbers is not None:
                finding = replace(finding, dataset=check.dataset, seq=int(numbers.iloc[position]))
            data.findings.append(at_record(finding, records, int(position), data, cell))


def _finding(check: Check, records: RecordSet, position: int) -> Finding:
    message = _FIELD.sub(lambda match: _shown(records, match.group(1), position), check.message)
    return Finding(check.id, check.severity, message, action=check.action)


def _shown(records: RecordSet, name: str, position: int) -> str:
    if name not in records:
        return "{" + name + "}"
    value = records[name].iloc[position]
    if isinstance(value, float):
        return "missing" if np.isnan(value) else f"{value:.12g}"
    return str(value) or "blank"
