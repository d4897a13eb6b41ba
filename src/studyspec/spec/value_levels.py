"""Value levels as they run: which records a row of ValueLevel selects, and what it gives them."""

from __future__ import annotations

from collections.abc import Iterable

from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Comparator, Condition, Method, Spec, ValueLevel

_OPERATORS: dict[Comparator, n.Comparison] = {
    "EQ": "==",
    "NE": "!=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "IN": "in",
    "NOTIN": "not in",
}


def levels_of(spec: Spec, dataset: str, variable: str) -> list[ValueLevel]:
    """The value levels of a variable, in Order."""
    found = [item for item in spec.value_levels if (item.dataset, item.variable) == (dataset, variable)]
    return sorted(found, key=lambda item: item.order)


def running_method(level: ValueLevel, spec: Spec) -> Method | None:
    """The level's method, if it is one that runs."""
    method = spec.methods.get(level.method)
    return method if method is not None and method.runs else None


def gives_value(level: ValueLevel, spec: Spec) -> bool:
    """True when the row says where the value comes from: by a method that runs, a predecessor or an assigned value."""
    return running_method(level, spec) is not None or bool(level.predecessor or level.assigned_value)


def selection(level: ValueLevel, spec: Spec) -> n.Node:
    """The level's where clause as an expression on the records of its dataset."""
    return selected(level.where_clause.conditions, level.dataset, spec)


def selected(conditions: Iterable[Condition], dataset: str, spec: Spec) -> n.Node:
    """Conditions (at least one) as an expression on the records of a dataset.

    Values are compared as numbers with numeric variables. A variable of another dataset is looked up by subject. As
    everywhere, a comparison with a missing value does not hold.
    """
    found = tuple(_comparison(item, dataset, spec) for item in conditions)
    return found[0] if len(found) == 1 else n.And(1, found)


def _comparison(condition: Condition, dataset: str, spec: Spec) -> n.Node:
    own = condition.dataset == dataset
    left = n.Name(1, condition.variable) if own else n.Qualified(1, condition.dataset, condition.variable)
    numeric = any(
        item.is_numeric
        for item in spec.variables
        if (item.dataset, item.name) == (condition.dataset, condition.variable)
    )
    values = tuple(n.Constant(1, float(value) if numeric and value else value) for value in condition.values)
    right = n.ListOf(1, values) if condition.comparator in ("IN", "NOTIN") else values[0]
    return n.Compare(1, _OPERATORS[condition.comparator], left, right)


def derivation_of_level(level: ValueLevel, spec: Spec, *, numeric: bool) -> tuple[n.Node, str]:
    """The expression that gives the level's records their value, and its cell; see `gives_value`.

    Args:
        level: a level that gives a value.
        spec: its workbook.
        numeric: True when the variable is numeric, so that an assigned value is a number.
    """
    method = running_method(level, spec)
    if method is not None:
        return parse(method.expression_code), method.location.at("Expression Code")
    if level.predecessor:
        return parse(level.predecessor), level.location.at("Predecessor")
    constant: str | float = float(level.assigned_value) if numeric else level.assigned_value
    return n.Constant(1, constant), level.location.at("Assigned Value")
