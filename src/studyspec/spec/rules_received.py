"""Rules: a received dataset and its spec have the same variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Spec, Variable
from studyspec.spec.near import did_you_mean
from studyspec.spec.received import takes_own_column
from studyspec.spec.value_levels import gives_value

NOT_RECEIVED = Rule(
    "SPEC-147",
    "error",
    "Variable was not received",
    why="The dataset is taken as it arrived, and its file has no such column; nothing else gives the variable a value.",
    action="Correct the name, remove the variable, or ask for a file that has it.",
)
NOT_DESCRIBED = Rule(
    "SPEC-148",
    "warning",
    "Received column is not in the spec",
    why="The dataset is built with the variables of the spec, so that this column of the file is left out.",
    action="Add the variable to the sheet Variables, unless it is to be left out.",
)


def variables_not_received(spec: Spec, forms: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Variables of received datasets that are no column of their form and that nothing else gives a value."""
    given = {(row.dataset, row.variable) for row in spec.mappings}
    given |= {(level.dataset, level.variable) for level in spec.value_levels if gives_value(level, spec)}
    findings = []
    for item, columns in _received(spec, forms):
        if item.name in columns or item.has_no_data or (item.dataset, item.name) in given:
            continue
        if not takes_own_column(item, spec):
            continue
        what = f"{spec.received[item.dataset]} has no column {item.name}."
        own = {other.name for other in spec.variables_of[item.dataset]}
        near = did_you_mean(item.name, [name for name in columns if name not in own])
        findings.append(
            NOT_RECEIVED.finding(
                what, action=f"{near} {NOT_RECEIVED.action}".strip(), cell=item.location.at("Variable")
            )
        )
    return findings


def _received(spec: Spec, forms: Mapping[str, Sequence[str]]) -> Iterator[tuple[Variable, Sequence[str]]]:
    for dataset, form in spec.received.items():
        for item in spec.variables_of[dataset] if form in forms else ():
            yield item, forms[form]


def columns_not_described(spec: Spec, forms: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Columns of received forms that are no variable of their dataset."""
    findings = []
    for dataset, form in spec.received.items():
        own = {item.name for item in spec.variables_of[dataset]}
        cell = spec.datasets[dataset].location.at("Dataset")
        for column in forms.get(form, ()):
            if column not in own:
                what = f"{form} has a column {column}, {dataset} has no such variable."
                findings.append(NOT_DESCRIBED.finding(what, cell=cell, form=form))
    return findings
