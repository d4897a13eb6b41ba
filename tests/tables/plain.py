"""Plain frames for the tests of tables, and an evaluator of simple expressions that shares no code with the engine."""

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from studyspec.spec.expression.nodes import And, Call, Compare, Constant, ListOf, Name, Node, Not, Or
from studyspec.spec.expression.parse import parse
from studyspec.spec.load_tlf import tlf_from
from studyspec.spec.tlf import TlfSpec
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import Location, Row, Sheet, Workbook
from studyspec.tables.display import DisplayResult, build_display
from studyspec.tables.population import Evaluate, Flags

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


def evaluator(frames: Mapping[str, pd.DataFrame]) -> Evaluate:
    """A function that gives the values of an expression, looking at each record by itself."""

    def evaluate(dataset: str, expression: str) -> pd.Series | Flags:
        data = frames[dataset]
        node = parse(expression)
        if isinstance(node, Name):
            return data[node.name]
        return np.array([bool(value_of(node, record)) for record in data.to_dict("records")], dtype=bool)

    return evaluate


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


def sheets(**rows: list[dict[str, str]]) -> Workbook:
    """A workbook with these rows; cells that are not given are empty."""
    found = {}
    for name, schema in SHEETS.items():
        headers = tuple(schema)
        places = {header: place for place, header in enumerate(headers, start=1)}
        lines = [
            Row({header: row.get(header, "") for header in headers}, Location("specs/tlf.xlsx", name, number, places))
            for number, row in enumerate(rows.get(name, []), start=2)
        ]
        found[name] = Sheet(name, headers, tuple(lines))
    return Workbook("specs/tlf.xlsx", found)


DISPLAY = {
    "Display": "T-1",
    "Type": "Table",
    "Number": "1",
    "Title": "Events",
    "Population": 'SAFFL == "Y"',
    "Population Label": "Safety population",
    "Dataset": "ADAE",
    "Filter": 'TRTEMFL == "Y"',
    "Stub Label": "Event",
    "Empty Text": "No event.",
    "Orientation": "landscape",
}
COLUMNS = [
    {"ID": "A", "Label": "Drug A", "Kind": "group", "Where": 'TRT01A == "A"'},
    {"ID": "B", "Label": "Drug B", "Kind": "group", "Where": 'TRT01A == "B"'},
]


def small_sheets(
    rows: list[dict[str, str]],
    columns: list[dict[str, str]] | None = None,
    notes: list[dict[str, str]] | None = None,
    published: list[dict[str, str]] | None = None,
    formats: list[dict[str, str]] | None = None,
    subgroups: list[dict[str, str]] | None = None,
    plots: list[dict[str, str]] | None = None,
    **display: str,
) -> Workbook:
    """The workbook of one small display; rows and columns are numbered, and counted as n (%) unless they say else."""
    given: dict[str, list[dict[str, str]]] = {"Columns": columns or COLUMNS, "Rows": rows}
    numbered = {
        sheet: [{"Display": "T-1", "Order": str(place), "ID": f"R{place}", **line} for place, line in enumerate(lines)]
        for sheet, lines in given.items()
    }
    numbered["Rows"] = [{"Kind": "subjects", "Statistics": "n (%)", **line} for line in numbered["Rows"]]
    return sheets(
        Displays=[DISPLAY | display],
        Columns=numbered["Columns"],
        Rows=numbered["Rows"],
        Notes=[{"Display": "T-1", "Order": str(place), **note} for place, note in enumerate(notes or [])],
        Published=[{"Display": "T-1", "Reference": "A paper", **item} for item in published or []],
        Formats=formats or [],
        Subgroups=[{"Display": "T-1", "Order": str(place), **item} for place, item in enumerate(subgroups or [])],
        Plots=[{"Display": "T-1", "Order": str(place), **item} for place, item in enumerate(plots or [])],
    )


def small_tlf(rows: list[dict[str, str]], **more: Any) -> TlfSpec:
    """The spec of one small display, T-1; see `small_sheets`."""
    tlf, findings = tlf_from(small_sheets(rows, **more))
    assert findings == []
    assert tlf is not None
    return tlf


def built(rows: list[dict[str, str]], frames: Mapping[str, pd.DataFrame], **more: Any) -> DisplayResult:
    """One small display, counted and laid out."""
    return build_display(small_tlf(rows, **more), "T-1", frames, evaluator(frames))


def printed(result: DisplayResult) -> list[tuple[str, ...]]:
    """The body: label (with its indent) and cells of each line."""
    return [(" " * line.indent + line.label, *line.cells) for line in result.layouts[0].body]
