"""Rules: every expression can be read, names what exists, and gives what its place needs. No data are read for this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from studyspec.findings import Finding, Rule
from studyspec.spec.expression.check import Type, check_expression
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import asks_whole_study
from studyspec.spec.expression.scope import TYPE_WORDS, Scope
from studyspec.spec.model import Check, Source, Spec, ValueLevel, Variable
from studyspec.spec.rules_references import definitions

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry
    from studyspec.spec.scopes import Scopes

SYNTAX = Rule(
    "SPEC-201",
    "error",
    "Expression cannot be read",
    why="It does not follow the language of docs/expressions.md.",
    action="Correct the expression.",
)
MEANING = Rule(
    "SPEC-202",
    "error",
    "Expression does not fit the spec",
    why="It names something that does not exist, or mixes types, so it cannot run.",
    action="Correct the expression.",
)
SETTING = Rule(
    "SPEC-206",
    "error",
    "Setting with an unknown value",
    why="The engine reads this parameter itself.",
    action="Write one of the values it knows.",
)

_XPT_LENGTHS = ("spec", "data")


def forms(spec: Spec, scopes: Scopes, registry: Registry) -> list[Finding]:
    """Subject of Forms."""
    findings = []
    for form in spec.forms.values():
        if form.subject:
            cell = form.location.at("Subject")
            findings += _check(form.subject, scopes.of_subject(form.name), registry, cell, "Char")
    return findings


def sources(spec: Spec, scopes: Scopes, registry: Registry) -> list[Finding]:
    """Where of Sources."""
    findings = []
    for source in spec.sources:
        if source.where:
            cell = source.location.at("Where")
            findings += _check(source.where, scopes.of_where(source), registry, cell, "Flag")
    return findings


def mappings(spec: Spec, scopes: Scopes, registry: Registry) -> list[Finding]:
    """Expression of Mapping, in each of the sources it is for.

    Text is turned into a number where the variable is one, so only conditions and lists do not fit a number.
    """
    variables = {(item.dataset, item.name): item for item in spec.variables}
    findings = []
    for mapping in spec.mappings:
        variable = variables.get((mapping.dataset, mapping.variable))
        own = [source for source in _sources_of(spec, mapping.dataset) if mapping.source in ("", source.source)]
        if variable is None or not mapping.expression:
            continue
        cell = mapping.location.at("Expression")
        found = {
            source.source: _check_mapping(mapping.expression, variable, scopes.of_mapping(source), registry, cell)
            for source in own
        }
        findings += _by_source(found)
    return findings


def _sources_of(spec: Spec, dataset: str) -> Iterator[Source]:
    return (source for source in spec.sources if source.dataset == dataset)


def _check_mapping(text: str, variable: Variable, scope: Scope, registry: Registry, cell: str) -> list[Finding]:
    if not variable.is_numeric:
        return _check(text, scope, registry, cell, "Char")
    findings = _check(text, scope, registry, cell, None)
    kind = None if findings else check_expression(parse(text), scope, registry)[0]
    if kind in ("Flag", "Texts", "Numbers"):
        what = f"{variable.name} is a number, but the expression gives {TYPE_WORDS[kind]}."
        findings.append(MEANING.finding(what, cell=cell))
    return findings


def _by_source(found: dict[str, list[Finding]]) -> list[Finding]:
    """Findings of an expression that several sources use: each once, with the sources where not all have it."""
    sources: dict[Finding, list[str]] = {}
    for source, findings in found.items():
        for finding in findings:
            sources.setdefault(finding, []).append(source)
    return [
        finding
        if len(names) == len(found)
        else MEANING.finding(f"In source {', '.join(names)}: {finding.what}", action=finding.action, cell=finding.cell)
        for finding, names in sources.items()
    ]


def methods(spec: Spec, scopes: Scopes, registry: Registry) -> list[Finding]:
    """Expression Code of Methods, for each variable that uses it; methods nobody uses are only read.

    The method of a value level gives what its variable holds: text where the variable is text, though the level may say
    that the text is a number.
    """
    findings: dict[Finding, None] = {}
    used = set()
    numeric = {(item.dataset, item.name) for item in spec.variables if item.is_numeric}
    for item in definitions(spec):
        method = spec.methods.get(item.method)
        if method is None or not method.runs or item.dataset not in spec.datasets:
            continue
        used.add(method.id)
        name = item.variable if isinstance(item, ValueLevel) else item.name
        expected: Type = "Num" if (item.dataset, name) in numeric else "Char"
        cell = method.location.at("Expression Code")
        scope = scopes.of_dataset(item.dataset)
        findings |= dict.fromkeys(_check(method.expression_code, scope, registry, cell, expected))
    for method in spec.methods.values():
        if method.runs and method.id not in used:
            findings |= dict.fromkeys(_read(method.expression_code, method.location.at("Expression Code")))
    return list(findings)


def checks(spec: Spec, scopes: Scopes, registry: Registry) -> list[Finding]:
    """Where of Checks, on a dataset or on a raw form."""
    findings = []
    for check in spec.checks:
        if check.where and check.dataset in {*spec.datasets, *spec.forms}:
            scope = _scope_of_check(check, spec, scopes, registry)
            findings += _check(check.where, scope, registry, check.location.at("Where"), "Flag")
    return findings


def _scope_of_check(check: Check, spec: Spec, scopes: Scopes, registry: Registry) -> Scope:
    if check.dataset not in spec.datasets:
        return scopes.of_form(check.dataset)
    readable = not _read(check.where, "")
    if readable and asks_whole_study(parse(check.where), registry):
        return scopes.of_study_check(check.dataset)
    return scopes.of_dataset(check.dataset)


def settings(spec: Spec) -> list[Finding]:
    """Parameters that the engine reads: XPT_LENGTH."""
    parameter = spec.parameters.get("XPT_LENGTH")
    if parameter is None or parameter.value in _XPT_LENGTHS:
        return []
    what = f"XPT_LENGTH is {parameter.value}; it is one of {', '.join(_XPT_LENGTHS)}."
    return [SETTING.finding(what, cell=parameter.location.at("Value"))]


def _read(text: str, cell: str) -> list[Finding]:
    try:
        parse(text)
    except ExpressionError as error:
        return [SYNTAX.finding(_at(error.message, error.column), action=error.action, cell=cell)]
    return []


def _check(text: str, scope: Scope, registry: Registry, cell: str, expected: Type | None) -> list[Finding]:
    findings = _read(text, cell)
    if findings:
        return findings
    _, problems = check_expression(parse(text), scope, registry, expected=expected)
    return [
        MEANING.finding(_at(problem.message, problem.column), action=problem.action, cell=cell) for problem in problems
    ]


def _at(message: str, column: int) -> str:
    """The message with the place in the text, where it is not the whole of it."""
    return message if column <= 1 else f"At character {column}: {message}"
