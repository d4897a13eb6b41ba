"""The spec's own data checks: rows of the Checks sheet, run on the finished records."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from studyspec.build.evaluate import Data, at_record, evaluate
from studyspec.build.records import RecordSet
from studyspec.findings import Finding
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Check, Spec

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")


def run_checks(spec: Spec, data: Data) -> None:
    """Add a finding to `data.findings` for every record that a row of the Checks sheet selects."""
    for check in spec.checks:
        records = data.frames[check.dataset]
        cell = check.location.at("Where")
        hits = evaluate(parse(check.where), records, data, own=check.dataset, cell=cell).to_numpy(dtype=np.bool_)
        for position in np.flatnonzero(hits):
            data.findings.append(at_record(_finding(check, records, int(position)), records, int(position), data, cell))


def _finding(check: Check, records: RecordSet, position: int) -> Finding:
    message = _FIELD.sub(lambda match: _shown(records, match.group(1), position), check.message)
    finding = Finding(check.id, check.severity, message, action=check.action)
    if check.dataset.isupper():
        seq = f"{check.dataset}SEQ"
        number = int(records[seq].iloc[position]) if seq in records else 0
        finding = replace(finding, dataset=check.dataset, seq=number)
    return finding


def _shown(records: RecordSet, name: str, position: int) -> str:
    if name not in records:
        return "{" + name + "}"
    value = records[name].iloc[position]
    if isinstance(value, float):
        return "missing" if np.isnan(value) else f"{value:.12g}"
    return str(value) or "blank"
