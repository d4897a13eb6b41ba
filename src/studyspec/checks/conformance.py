"""All conformance rules on one study: findings with their explanations, and what was not run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from studyspec.checks import (  # noqa: F401  (importing them registers their rules)
    rules_adam,
    rules_arms,
    rules_coding,
    rules_dates,
    rules_define,
    rules_disposition,
    rules_dm,
    rules_events,
    rules_exposure,
    rules_identifiers,
    rules_parameters,
    rules_structure,
    rules_supp,
    rules_technical,
    rules_terms,
    rules_traceability,
    rules_trial,
)
from studyspec.checks.package import Package, Table
from studyspec.checks.rule import RULES, ConformanceRule, Hit
from studyspec.findings import SEVERITIES, Finding, Rule, Severity
from studyspec.spec.model import Explanation, Spec

STALE_EXPLANATION = Rule(
    "CHECK-001",
    "warning",
    "Explanation without a finding",
    why="It misleads the reviewer, and would hide a new finding of that kind.",
    action="Remove the row from the sheet Explained, or correct its rule, dataset or variable.",
)
UNREADABLE = Rule(
    "CHECK-002",
    "error",
    "File cannot be read",
    why="What a strict reader refuses, a regulator's tools may refuse, too.",
    action="Build the study, and write define.xml, anew.",
)
DEFINE = "define.xml"
CORE_PREFIX = "CORE-"


@dataclass(frozen=True, slots=True)
class ConformanceFinding:
    """What a rule objects to: dataset, variable, record (from 1; 0 for the dataset or variable itself) and value.

    `explanation` is the text of the study's comment where the finding stays on purpose, else "".
    """

    rule: str
    severity: Severity
    message: str
    dataset: str
    variable: str = ""
    record: int = 0
    usubjid: str = ""
    seq: str = ""
    value: str = ""
    action: str = ""
    explanation: str = ""

    @property
    def is_open(self) -> bool:
        """True for an error that nobody explained."""
        return self.severity == "error" and not self.explanation

    def sort_key(self) -> tuple[int, str, str, str, int, str]:
        """Errors first, then by rule, dataset, variable and record."""
        place = (self.rule, self.dataset, self.variable, self.record, self.message)
        return (SEVERITIES.index(self.severity), *place)


@dataclass(frozen=True)
class Conformance:
    """The outcome for a study.

    `findings` in the order of `ConformanceFinding.sort_key`; `problems` are files that cannot be used and explanations
    that nothing needs; `not_run` says in words what was left out and why; `tables` are the datasets checked.
    """

    study: str
    created: str
    findings: tuple[ConformanceFinding, ...]
    problems: tuple[Finding, ...]
    not_run: tuple[str, ...]
    tables: Mapping[str, Table]

    @property
    def open_errors(self) -> list[ConformanceFinding]:
        """The errors that nobody explained."""
        return [item for item in self.findings if item.is_open]


def registered() -> Mapping[str, ConformanceRule]:
    """All conformance rules by id."""
    return RULES


def check_package(package: Package) -> list[ConformanceFinding]:
    """Apply every rule.

    Args:
        package: datasets, specs and define.xml files.

    Returns:
        All findings with the explanations of the specs, errors first.
    """
    found = [_finding(rule, hit, package) for rule in RULES.values() for hit in rule.check(package)]
    return sorted(explained(found, package.specs.values()), key=ConformanceFinding.sort_key)


def _finding(rule: ConformanceRule, hit: Hit, package: Package) -> ConformanceFinding:
    table = package.tables.get(hit.dataset)
    message = rule.message.replace("--", table.prefix if table else "--")
    usubjid = seq = ""
    if table is not None and hit.record:
        usubjid = table.cell("USUBJID", hit.record)
        seq = table.cell(table.sequence, hit.record)
    text = f"{message}: {hit.what}" if hit.what else f"{message}."
    return ConformanceFinding(
        rule.id, rule.severity, text, hit.dataset, hit.variable, hit.record, usubjid, seq, hit.value, rule.action
    )


def explained(findings: Iterable[ConformanceFinding], specs: Iterable[Spec]) -> list[ConformanceFinding]:
    """The findings with the comment of the first row of Explained that fits."""
    rows = [(row, spec.comments[row.comment].description) for spec in specs for row in _rows(spec)]
    return [replace(item, explanation=next((text for row, text in rows if fits(row, item)), "")) for item in findings]


def _rows(spec: Spec) -> list[Explanation]:
    return [row for row in spec.explanations if row.comment in spec.comments]


def fits(row: Explanation, finding: ConformanceFinding) -> bool:
    """True when a row of Explained is about the finding: same rule; dataset and variable where the row names them.

    A row about a rule of ours is about the CORE rules that it cites, too.
    """
    cited = RULES[row.rule].sources if row.rule in RULES else ()
    return (
        (row.rule == finding.rule or finding.rule in cited)
        and row.dataset in ("", finding.dataset)
        and (not row.variable or row.variable in finding.variable.split(", "))
    )


def stale_explanations(
    findings: Sequence[ConformanceFinding], specs: Iterable[Spec], skipped: tuple[str, ...] = ()
) -> list[Finding]:
    """Rows of Explained that no finding needs.

    Args:
        findings: of all rules that were run.
        specs: the workbooks.
        skipped: how the ids of rules begin that were not run, of which nothing can be said.
    """
    return [
        STALE_EXPLANATION.finding(_finds_nothing(row), cell=row.location.at("Rule"))
        for spec in specs
        for row in spec.explanations
        if not row.rule.startswith(skipped) and not any(fits(row, item) for item in findings)
    ]


def _finds_nothing(row: Explanation) -> str:
    if row.rule not in RULES and not row.rule.startswith(CORE_PREFIX):
        return f"There is no conformance rule {row.rule}."
    place = " ".join(part for part in (row.dataset, row.variable) if part)
    return f"{row.rule} finds nothing{f' in {place}' if place else ''}."
