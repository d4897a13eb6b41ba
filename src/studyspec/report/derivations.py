"""How each variable got its value: the rules of the spec with the names they read, for the page to follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from studyspec.build.data import Data
from studyspec.build.dataset import derivation
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.report.columns import runs
from studyspec.report.uses import Uses
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Method, Spec, ValueLevel, Variable
from studyspec.spec.received import takes_own_column
from studyspec.spec.value_levels import derivation_of_level, gives_value, levels_of, running_method, selection


def described_variables(dataset: str, spec: Spec, records: RecordSet, data: Data, uses: Uses) -> list[dict[str, Any]]:
    """The variables of a dataset, each with the rules that gave it its values.

    Args:
        dataset: its name.
        spec: its workbook.
        records: the finished dataset.
        data: what its expressions read.
        uses: collects what aggregates read.

    Returns:
        For each variable name, label, type, format, codelist, origin and `rules`. A rule has its text, its cell, its
        method, the records it holds for (blank: those of no rule before it) and the names that it reads.
    """
    found = []
    for variable in spec.variables_of[dataset]:
        rules = [] if variable.has_no_data else list(_rules(variable, spec, records, data, uses))
        about = {
            "name": variable.name,
            "label": variable.label,
            "type": variable.data_type,
            "format": variable.format,
            "codelist": variable.codelist,
            "origin": variable.origin,
            "comment": _comment(variable.comment, spec),
            "supplemental": variable.supplemental,
        }
        found.append({key: value for key, value in about.items() if value} | {"rules": rules})
    return found


def _comment(name: str, spec: Spec) -> str:
    comment = spec.comments.get(name)
    return comment.description if comment is not None else ""


def _rules(variable: Variable, spec: Spec, records: RecordSet, data: Data, uses: Uses) -> Iterator[dict[str, Any]]:
    for level in levels_of(spec, variable.dataset, variable.name):
        if gives_value(level, spec):
            yield _level_rule(level, variable, spec, records, data, uses)
    rows = spec.mappings_of.get((variable.dataset, variable.name), ())
    for row in sorted(rows, key=lambda item: item.source == ""):
        rule = {"kind": "mapping", "text": row.expression, "cell": row.location.at("Expression")}
        if row.source:
            rule["source"] = row.source
        yield rule | {"reads": _reads(parse(row.expression), data, uses, collected=True)}
    if any(row.source == "" for row in rows):
        return
    if takes_own_column(variable, spec):
        cell = variable.location.at("Variable")
        yield {"kind": "mapping", "text": "received", "cell": cell, "reads": [["name", variable.name]]}
        return
    node, cell = derivation(variable, spec)
    if isinstance(node, n.Constant) and rows:
        return
    method = spec.methods.get(variable.method)
    method = method if method is not None and method.runs else None
    text = method.expression_code if method else variable.predecessor or f'"{variable.assigned_value}"'
    yield _derived(node, text, cell, method, data, uses)


def _level_rule(
    level: ValueLevel, variable: Variable, spec: Spec, records: RecordSet, data: Data, uses: Uses
) -> dict[str, Any]:
    node, cell = derivation_of_level(level, spec, numeric=variable.is_numeric)
    method = running_method(level, spec)
    text = method.expression_code if method else level.predecessor or f'"{level.assigned_value}"'
    flags = evaluate(selection(level, spec), records, data, own=level.dataset)
    places = runs(np.flatnonzero(flags.to_numpy(dtype=np.bool_)))
    return _derived(node, text, cell, method, data, uses) | {"records": places}


def _derived(node: n.Node, text: str, cell: str, method: Method | None, data: Data, uses: Uses) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "derived", "text": text, "cell": cell}
    if method is not None:
        rule |= {"method": method.id, "description": method.description}
    return rule | {"reads": _reads(node, data, uses)}


def _reads(node: n.Node, data: Data, uses: Uses, *, collected: bool = False) -> list[list[Any]]:
    """What an expression reads, each once: names, look-ups, and uses of other records (by number).

    With `collected` (in Mapping) the plain names in an aggregate are raw cells, and are listed as well.
    """
    found: dict[tuple[Any, ...], None] = {}

    def visit(item: n.Node) -> None:
        if isinstance(item, n.Call) and data.registry[item.function].kind == "aggregate":
            if collected:
                found.update({("name", name.name): None for name in item.walk() if isinstance(name, n.Name)})
            found["use", uses.number(item)] = None
            return
        if isinstance(item, n.Name):
            found["name", item.name] = None
        elif isinstance(item, n.Qualified):
            found["of", item.dataset, item.name] = None
        for child in item.children():
            visit(child)

    visit(node)
    return [list(item) for item in found]
