"""Expressions as where clauses of CDISC ARS: conditions of one variable, joined by AND, OR and NOT.

Source: CDISC Analysis Results Standard 1.0, logical model, class WhereClause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studyspec.spec.expression.nodes import (
    And,
    Call,
    Compare,
    Comparison,
    Constant,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Qualified,
)
from studyspec.spec.expression.parse import parse
from studyspec.spec.workbook import cell_text

Clause = dict[str, Any]
Constants = Mapping[str, str | float]

_COMPARATORS = {"==": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "in": "IN", "not in": "NOTIN"}
# The same comparison with its sides exchanged.
_TURNED: dict[str, Comparison] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MISSING = [""]


class _UnsayableError(Exception):
    """A where clause has no words for it."""


def where_clause(text: str, dataset: str, constants: Constants) -> Clause | None:
    """The condition or compound expression that says the same as an expression.

    A missing value is the empty value.

    Args:
        text: an expression of true and false; not blank.
        dataset: that of variables that name none.
        constants: parameters by name.

    Returns:
        `{"condition": ...}` or `{"compoundExpression": ...}`; None where a where clause cannot say it, such as a
        comparison of two variables.

    Example:
        >>> where_clause('SAFFL == "Y"', "ADSL", {})
        {'condition': {'dataset': 'ADSL', 'variable': 'SAFFL', 'comparator': 'EQ', 'value': ['Y']}}
    """
    try:
        return _clause(parse(text), dataset, constants)
    except _UnsayableError:
        return None


def joined(clauses: Sequence[Clause], operator: str = "AND") -> Clause:
    """Where clauses that hold together (or as `operator` says), as one.

    Example:
        >>> joined([{"condition": {}}])
        {'condition': {}}
    """
    if len(clauses) == 1 and operator != "NOT":
        return clauses[0]
    listed = [{"level": 2, "order": place, **_deeper(clause)} for place, clause in enumerate(clauses, start=1)]
    return {"compoundExpression": {"logicalOperator": operator, "whereClauses": listed}}


def equals(dataset: str, variable: str, value: str) -> Clause:
    """A variable has a value; a blank one is missing."""
    return _condition(dataset, variable, "EQ", [value])


def _deeper(clause: Clause) -> Clause:
    """The clause one level further down; level 1 is the object that has the clause."""
    compound = clause.get("compoundExpression")
    if compound is None:
        return clause
    below = [{**_deeper(item), "level": item["level"] + 1, "order": item["order"]} for item in compound["whereClauses"]]
    return {"compoundExpression": {**compound, "whereClauses": below}}


def _clause(node: Node, dataset: str, constants: Constants) -> Clause:
    match node:
        case And(items=items):
            return joined([_clause(item, dataset, constants) for item in items])
        case Or(items=items):
            return joined([_clause(item, dataset, constants) for item in items], "OR")
        case Not(item=Call(function="missing", arguments=(variable,), keywords=())):
            return _condition(*_variable(variable, dataset, constants), "NE", _MISSING)
        case Not(item=item):
            return joined([_clause(item, dataset, constants)], "NOT")
        case Call(function="missing", arguments=(variable,), keywords=()):
            return _condition(*_variable(variable, dataset, constants), "EQ", _MISSING)
        case Compare(operator=("in" | "not in") as operator, left=left, right=ListOf(items=items)):
            values = [_value(item, constants) for item in items]
            return _compared(_variable(left, dataset, constants), operator, values)
        case Compare(operator=operator, left=left, right=right) if operator in _TURNED:
            if _is_value(left, constants):
                operator, left, right = _TURNED[operator], right, left
            return _compared(_variable(left, dataset, constants), operator, [_value(right, constants)])
        case _:
            raise _UnsayableError


def _compared(place: tuple[str, str], operator: Comparison, values: list[str]) -> Clause:
    """A comparison. In expressions one with a missing value never holds, and the clause says so where it matters."""
    if values == _MISSING and operator in ("==", "!="):
        return _condition(*place, _COMPARATORS[operator], values)
    values = [value for value in values if value]
    if not values:
        raise _UnsayableError
    clause = _condition(*place, _COMPARATORS[operator], values)
    if operator in ("==", "in", ">", ">="):
        return clause
    return joined([_condition(*place, "NE", _MISSING), clause])


def _condition(dataset: str, variable: str, comparator: str, value: list[str]) -> Clause:
    return {"condition": {"dataset": dataset, "variable": variable, "comparator": comparator, "value": value}}


def _variable(node: Node, dataset: str, constants: Constants) -> tuple[str, str]:
    match node:
        case Name(name=name) if name not in constants:
            return dataset, name
        case Qualified(dataset=other, name=name):
            return other, name
        case _:
            raise _UnsayableError


def _is_value(node: Node, constants: Constants) -> bool:
    return isinstance(node, Constant | Negative) or (isinstance(node, Name) and node.name in constants)


def _value(node: Node, constants: Constants) -> str:
    match node:
        case Constant(value=value) if not isinstance(value, bool):
            return value if isinstance(value, str) else cell_text(value)
        case Negative(item=Constant(value=float() as value)):
            return cell_text(-value)
        case Name(name=name) if name in constants:
            return cell_text(constants[name])
        case _:
            raise _UnsayableError
