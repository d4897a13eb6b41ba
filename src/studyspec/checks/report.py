"""The conformance report as JSON and as a page: build/checks/conformance.json and .html."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from studyspec.checks.conformance import Conformance, ConformanceFinding
from studyspec.checks.rule import RULES
from studyspec.findings import SEVERITIES, Severity
from studyspec.transport.atomic import replacing

FOLDER = "checks"
SHOWN = 200  # records of an issue on the page; the workbook has all


@dataclass(frozen=True)
class Issue:
    """Findings of one rule in one dataset and variable, with one explanation or none."""

    rule: str
    severity: Severity
    message: str
    dataset: str
    variable: str
    explanation: str
    findings: tuple[ConformanceFinding, ...]

    @property
    def place(self) -> str:
        """Dataset and variables."""
        return f"{self.dataset} {self.variable}".strip()

    @property
    def count(self) -> int:
        """How many records, or 1 for the dataset or variable itself."""
        return len(self.findings)


def issues(findings: Iterable[ConformanceFinding]) -> list[Issue]:
    """Findings grouped by rule, dataset, variable and explanation, in their order."""
    groups: dict[tuple[str, str, str, str], list[ConformanceFinding]] = {}
    for item in findings:
        groups.setdefault((item.rule, item.dataset, item.variable, item.explanation), []).append(item)
    return [
        Issue(first.rule, first.severity, title(first), first.dataset, first.variable, first.explanation, tuple(items))
        for items in groups.values()
        for first in items[:1]
    ]


def title(finding: ConformanceFinding) -> str:
    """The rule's message without what is particular to the record."""
    return finding.message.partition(":")[0].rstrip(".")


def counted(conformance: Conformance) -> str:
    """One line: `3 errors (1 open), 12 warnings, 4 notes; 9 of 19 datasets; 163 rules`."""
    by_severity = {name: [item for item in conformance.findings if item.severity == name] for name in SEVERITIES}
    parts = [f"{len(found)} {name}{'s' * (len(found) != 1)}" for name, found in by_severity.items()]
    parts[0] += f" ({len(conformance.open_errors)} not explained)"
    return f"{', '.join(parts)}; {len(conformance.tables)} datasets, {len(RULES)} rules"


def write_reports(conformance: Conformance, out: Path) -> list[Path]:
    """Write conformance.html, .xlsx and .json to out/checks; the same findings give the same bytes.

    Returns:
        The files written.
    """
    from studyspec.checks.report_xlsx import report_workbook

    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "conformance.html": report_html(conformance).encode(),
        "conformance.xlsx": report_workbook(conformance),
        "conformance.json": (json.dumps(report_content(conformance), indent=2, ensure_ascii=False) + "\n").encode(),
    }
    for name, content in contents.items():
        with replacing(folder / name) as file:
            file.write(content)
    return [folder / name for name in contents]


def issue_lines(conformance: Conformance) -> Iterator[str]:
    """Errors and warnings as lines of text, one for each issue, with its first record; those not explained first."""
    found = [item for item in issues(conformance.findings) if item.severity != "note"]
    for item in sorted(found, key=lambda item: (SEVERITIES.index(item.severity), bool(item.explanation))):
        first = item.findings[0]
        shown = first.value if first.value.strip(", ") else "blank"
        record = f", first record {first.record}: {shown}" if first.record else ""
        yield f"{item.severity} {item.rule}  {item.place}: {item.message} ({item.count}{record})"
        yield f"    {f'explained: {item.explanation}' if item.explanation else f'do:  {first.action}'}"


def report_content(conformance: Conformance) -> dict[str, Any]:
    """Study, datasets, problems, what was not run, and every finding, as JSON has them."""
    return {
        "study": conformance.study,
        "created": conformance.created,
        "summary": counted(conformance),
        "not_run": conformance.not_run,
        "datasets": [
            {"dataset": table.name, "label": table.label, "file": table.file, "records": len(table.frame)}
            for table in conformance.tables.values()
        ],
        "problems": [{**asdict(item), "where": item.where} for item in conformance.problems],
        "findings": [asdict(item) for item in conformance.findings],
    }


def report_html(conformance: Conformance) -> str:
    """A page that needs nothing else."""
    from jinja2 import Environment, StrictUndefined

    source = files("studyspec.checks").joinpath("report.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found = issues(conformance.findings)
    return environment.from_string(source).render(
        conformance=conformance,
        summary=counted(conformance),
        sections=_sections(found),
        rules=RULES,
        shown=SHOWN,
        matrix=[_counts(name, found) for name in conformance.tables],
    )


def _sections(found: Sequence[Issue]) -> list[tuple[str, str, list[Issue]]]:
    """Heading, anchor and issues: what is open comes first."""
    errors = [item for item in found if item.severity == "error"]
    return [
        ("Errors that nobody explained", "error", [item for item in errors if not item.explanation]),
        ("Errors explained", "explained", [item for item in errors if item.explanation]),
        ("Warnings", "warning", [item for item in found if item.severity == "warning"]),
        ("Notes", "note", [item for item in found if item.severity == "note"]),
    ]


def _counts(dataset: str, found: Sequence[Issue]) -> tuple[str, list[int]]:
    """How many findings of each severity a dataset has."""
    own = [item for item in found if item.dataset == dataset]
    return dataset, [sum(item.count for item in own if item.severity == name) for name in SEVERITIES]
