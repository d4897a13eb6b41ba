"""What the page says of the study as a whole: dates, versions, findings, QC, conformance."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from studyspec.findings import Finding
from studyspec.findings_report import group_findings
from studyspec.study import Study


def study_facts(study: Study, environment: dict[str, Any]) -> dict[str, Any]:
    """Names, dates and versions of the build."""
    names = ("study", "synthetic", "extract_date", "data_cutoff", "created", "studyspec", "python", "packages")
    attributes = {key: str(value) for key, value in study.sdtm.attributes.items() if str(value)}
    return {name: environment[name] for name in names if name in environment} | {"attributes": attributes}


def finding_groups(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings by code, each with its place in the data."""
    shown = ("what", "action", "cell", "form", "record", "dataset", "usubjid", "seq")
    return [
        {
            "severity": group.severity,
            "code": group.code,
            "title": group.title,
            "why": group.why,
            "action": group.action,
            "cell": group.cell,
            "items": [{name: getattr(item, name) for name in shown if getattr(item, name)} for item in group.items],
        }
        for group in group_findings(findings)
    ]


def parameters(study: Study) -> dict[str, dict[str, list[Any]]]:
    """Parameters of each workbook: value, cell and description."""
    return {
        spec.standard: {
            name: [item.value, item.location.at("Value"), item.description] for name, item in spec.parameters.items()
        }
        for spec in (study.sdtm, study.adam)
        if spec is not None
    }


def qc_status(root: Path, out: Path) -> dict[str, Any]:
    """Results of the second programs, and whether they are of this build; {} where they were never run."""
    from studyspec.qc.run import about

    path = out / "qc" / "qc.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    current = all(content.get(name) == value for name, value in about(root, out).items())
    return {"current": current, "agrees": content["agrees"], "outputs": content["outputs"]}


def conformance_status(study: Study, out: Path) -> dict[str, Any]:
    """What the last `studyspec check` found, issue by issue, with what the rule asks; {} where it was never run."""
    from studyspec.checks.conformance import registered

    path = out / "checks" / "conformance.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    rules = registered()
    used = {item["rule"] for item in content["findings"]}
    content["rules"] = {code: [rules[code].condition, ", ".join(rules[code].sources)] for code in used if code in rules}
    return content
