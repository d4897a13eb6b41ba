"""Plain frames for the tests of tables, and an evaluator of simple expressions that shares no code with the engine."""

import operator
from collections.abc import Mapping

import numpy as np
import pandas as pd

from studyspec.spec.expression.nodes import And, Call, Compare, Constant, ListOf, Name, Node, Not, Or
from studyspec.spec.expression.parse import parse
from studyspec.tables.population import Flags, Mask

OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, items: value in items,
    "not in": lambda value, items: value not in items,
}


def frame(header: str, *rows: str) -> pd.DataFrame:
    """A frame from lines of words: a column whose name ends with # is numeric, "." is missing."""
    columns = header.split()
    table = [row.split() for row in rows]
    found = {}
    for place, column in enumerate(columns):
        values = [row[place] for row in table]
        if column.endswith("#"):
            numbers = [float("nan") if value == "." else float(value) for value in values]
            found[column[:-1]] = pd.Series(numbers, dtype="float64")
        else:
            texts = ["" if value == "." else value.replace("_", " ") for value in values]
            found[column] = pd.Series(texts, dtype="str")
    return pd.DataFrame(found)


def mask_for(frames: Mapping[str, pd.DataFrame]) -> Mask:
    """A mask function that looks at each record by itself."""

    def mask(dataset: str, expression: str) -> Flags:
        data = frames[dataset]
        if not expression:
            return np.ones(len(data), dtype=bool)
        node = parse(expression)
        return np.array([bool(value_of(node, record)) for record in data.to_dict("records")], dtype=bool)

    return mask


def value_of(node: Node, record: Mapping[str, object]) -> object:
    """The value of an expression for one record; comparisons with a missing number are false."""
    match node:
        case Constant():
            return node.value
        case Name():
            return record[node.name]
        case ListOf():
            return [value_of(item, record) for item in node.items]
        case And():
            return all(value_of(item, record) for item in node.items)
        case Or():
            return any(value_of(item, record) for item in node.items)
        case Not():
            return not value_of(node.item, record)
        case Call(function="missing"):
            value = value_of(node.arguments[0], record)
            return value == "" or value != value
        case Compare():
            left, right = value_of(node.left, record), value_of(node.right, record)
            return left == left and OPERATORS[node.operator](left, right)
        case _:
            raise NotImplementedError(str(node))
