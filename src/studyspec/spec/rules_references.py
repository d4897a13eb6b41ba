"""Rules: what a cell names must exist: datasets, variables, codelists, methods, comments, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from studyspec.findings import Finding, Rule
from studyspec.spec.load_rows import is_number
from studyspec.spec.model import Condition, Spec, ValueLevel, Variable, VariableMapping
from studyspec.spec.near import did_you_mean
from studyspec.spec.workbook import Location

UNKNOWN_DATASET = Rule(
    "SPEC-101",
    "error",
    "Unknown dataset",
    why="The row is about a dataset that the workbook does not define.",
    action="Add the dataset to the sheet Datasets, or correct the name.",
)
UNKNOWN_CODELIST = Rule(
    "SPEC-102",
    "error",
    "Unknown codelist",
    why="Values can only be mapped and checked through a codelist or dictionary that the workbook defines.",
    action="Add it to the sheet Codelists or Dictionaries, or correct the name.",
)
UNKNOWN_METHOD = Rule(
    "SPEC-103",
    "error",
    "Unknown method",
    why="The variable's derivation is not described anywhere.",
    action="Add the method to the sheet Methods, or correct the ID.",
)
UNKNOWN_COMMENT = Rule(
    "SPEC-104",
    "error",
    "Unknown comment",
    why="The Comment column holds IDs of the sheet Comments.",
    action="Add the comment to the sheet Comments and put its ID here.",
)
UNKNOWN_DOCUMENT = Rule(
    "SPEC-105",
    "error",
    "Unknown document",
    why="The Document column holds IDs of the sheet Documents.",
    action="Add the document to the sheet Documents, or correct the ID.",
)
UNKNOWN_VARIABLE = Rule(
    "SPEC-106",
    "error",
    "Unknown variable",
    why="The row is about a variable that its dataset does not have.",
    action="Add the variable to the sheet Variables, or correct the name.",
)
WHERE_VARIABLE = Rule(
    "SPEC-109",
    "error",
    "Where clause names an unknown variable",
    why="The clause would select nothing.",
    action="Correct the name, or add the variable to the sheet Variables.",
)
WHERE_VALUE = Rule(
    "SPEC-110",
    "error",
    "Where clause value that the variable never has",
    why="The clause would select nothing.",
    action="Correct the value, or add it to the variable's codelist.",
)
KEY_VARIABLE = Rule(
    "SPEC-111",
    "error",
    "Key variable not in the dataset",
    why="Datasets are sorted by their key variables, and a key must identify a record.",
    action="Correct the name, or add the variable to the dataset.",
)
MESSAGE_VARIABLE = Rule(
    "SPEC-205",
    "error",
    "Message names an unknown variable",
    why="The name in braces is filled in from the record.",
    action="Correct the name, or remove the braces.",
)


class _Row(Protocol):
    """What the rows of several sheets have in common."""

    @property
    def dataset(self) -> str: ...
    @property
    def location(self) -> Location: ...


def variable_names(spec: Spec) -> dict[str, frozenset[str]]:
    """The names of each dataset's variables."""
    return {dataset: frozenset(item.name for item in items) for dataset, items in spec.variables_of.items()}


def definitions(spec: Spec) -> Iterator[Variable | ValueLevel]:
    """The rows of Variables and of ValueLevel: what has a type, a codelist and a method."""
    return chain(spec.variables, spec.value_levels)


def unknown_datasets(spec: Spec) -> list[Finding]:
    """Dataset cells of Variables, ValueLevel, Sources, Mapping and Checks; a check may be on a raw form."""
    rows: list[_Row] = [*spec.variables, *spec.value_levels, *spec.sources, *spec.mappings]
    findings = _unknown_datasets(rows, spec.datasets)
    return findings + _unknown_datasets(spec.checks, {**spec.datasets, **spec.forms})


def _unknown_datasets(rows: Iterable[_Row], known: Iterable[str]) -> list[Finding]:
    cells = ((row.dataset, row.location) for row in rows)
    return unknown_names(UNKNOWN_DATASET, "a dataset", "Dataset", cells, known)


def unknown_codelists(spec: Spec) -> list[Finding]:
    """Codelist cells of Variables and ValueLevel; dictionaries count, as in Pinnacle 21."""
    cells = ((item.codelist, item.location) for item in definitions(spec))
    known = {**spec.codelists, **spec.dictionaries}
    return unknown_names(UNKNOWN_CODELIST, "a codelist or dictionary", "Codelist", cells, known)


def unknown_methods(spec: Spec) -> list[Finding]:
    """Method cells of Variables and ValueLevel."""
    cells = ((item.method, item.location) for item in definitions(spec))
    return unknown_names(UNKNOWN_METHOD, "a method", "Method", cells, spec.methods)


def unknown_comments(spec: Spec) -> list[Finding]:
    """Comment cells of Datasets, Variables, ValueLevel, Codelists and Explained."""
    cells = chain(
        ((item.comment, item.location) for item in spec.datasets.values()),
        ((item.comment, item.location) for item in definitions(spec)),
        ((item.comment, item.location) for item in spec.codelists.values()),
        ((item.comment, item.location) for item in spec.explanations),
    )
    return unknown_names(UNKNOWN_COMMENT, "a comment", "Comment", cells, spec.comments)


def unknown_documents(spec: Spec) -> list[Finding]:
    """Document cells of Methods and Comments."""
    cells = chain(
        ((item.document, item.location) for item in spec.methods.values()),
        ((item.document, item.location) for item in spec.comments.values()),
    )
    return unknown_names(UNKNOWN_DOCUMENT, "a document", "Document", cells, spec.documents)


def unknown_variables(spec: Spec) -> list[Finding]:
    """Variable cells of ValueLevel and Mapping."""
    known = variable_names(spec)
    rows: list[ValueLevel | VariableMapping] = [*spec.value_levels, *spec.mappings]
    return [
        UNKNOWN_VARIABLE.finding(
            f"{item.dataset} has no variable {item.variable}.",
            action=_action(UNKNOWN_VARIABLE, item.variable, known[item.dataset]),
            cell=item.location.at("Variable"),
        )
        for item in rows
        if item.variable and item.dataset in spec.datasets and item.variable not in known[item.dataset]
    ]


def unknown_key_variables(spec: Spec) -> list[Finding]:
    """Key Variables of Datasets; supplemental variables leave the dataset, so they cannot be keys."""
    findings = []
    for dataset in spec.datasets.values():
        own = [item.name for item in spec.variables_of[dataset.name] if not item.supplemental]
        for name in dataset.key_variables:
            if name not in own:
                action = _action(KEY_VARIABLE, name, own)
                cell = dataset.location.at("Key Variables")
                what = f"{dataset.name} has no variable {name} to sort by."
                findings.append(KEY_VARIABLE.finding(what, action=action, cell=cell))
    return findings


def where_clauses(spec: Spec) -> list[Finding]:
    """Variables and values of where clauses and of the selections of analysis results."""
    by_name = {(item.dataset, item.name): item for item in spec.variables}
    known = variable_names(spec)
    selections = [(level.where_clause.conditions, level.location.at("Where Clause")) for level in spec.value_levels]
    selections += [(item.selection, item.location.at("Selection Criteria")) for item in spec.analysis_results]
    findings = []
    for conditions, cell in selections:
        for condition in conditions:
            variable = by_name.get((condition.dataset, condition.variable))
            if variable is None:
                what = f"{condition.dataset} has no variable {condition.variable}."
                action = _action(WHERE_VARIABLE, condition.variable, known.get(condition.dataset, ()))
                findings.append(WHERE_VARIABLE.finding(what, action=action, cell=cell))
            else:
                findings += _where_values(spec, condition, variable, cell)
    return findings


def _where_values(spec: Spec, condition: Condition, variable: Variable, cell: str) -> list[Finding]:
    if variable.is_numeric:
        words = [value for value in condition.values if value and not is_number(value)]
        if words:
            what = "{!r} is not a number, and {} is one."
            return [WHERE_VALUE.finding(what.format(word, condition.variable), cell=cell) for word in words]
    codelist = spec.codelists.get(variable.codelist)
    if codelist is None:
        return []
    return [
        WHERE_VALUE.finding(
            f"{value!r} is not a term of {codelist.id}, the codelist of {condition.variable}.",
            action=_action(WHERE_VALUE, value, codelist.decodes),
            cell=cell,
        )
        for value in condition.values
        if value and value not in codelist.decodes
    ]


def message_variables(spec: Spec) -> list[Finding]:
    """Names in braces in the Message column of Checks on a dataset; raw form.COLUMN is left to the record."""
    known = variable_names(spec)
    findings = []
    for check in spec.checks:
        own = known.get(check.dataset, frozenset())
        for name in braced(check.message):
            if check.dataset in known and "." not in name and name not in own:
                what = f"{{{name}}} is not a variable of {check.dataset}."
                action = _action(MESSAGE_VARIABLE, name, own)
                findings.append(MESSAGE_VARIABLE.finding(what, action=action, cell=check.location.at("Message")))
    return findings


def braced(message: str) -> list[str]:
    """The names in braces of a message: "{AEENDTC} is before {AESTDTC}" has two."""
    return [part.split("}")[0] for part in message.split("{")[1:] if "}" in part]


def unknown_names(
    rule: Rule, kind: str, header: str, cells: Iterable[tuple[str, Location]], known: Iterable[str]
) -> list[Finding]:
    """Names in a column that are not among those known; blank ones name nothing.

    Args:
        rule: of the findings.
        kind: what the name should be: "a comment".
        header: the column.
        cells: each name with its row.
        known: the names there are.
    """
    names = set(known)
    return [
        rule.finding(f"{name} is not {kind}.", action=_action(rule, name, names), cell=location.at(header))
        for name, location in cells
        if name and name not in names
    ]


def _action(rule: Rule, name: str, candidates: Iterable[str]) -> str:
    return f"{did_you_mean(name, sorted(candidates))} {rule.action}".strip()
