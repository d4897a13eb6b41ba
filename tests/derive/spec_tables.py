"""Evaluate a spec expression on a small table, as it stands in a docstring's example or in a test."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from studyspec.build.data import Data
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.derive.registry import ENGINE
from studyspec.findings import Finding
from studyspec.spec.expression.nodes import Call, Compare, Constant, Name, Node, Qualified
from studyspec.spec.expression.parse import parse
from studyspec.spec.expression.references import aggregated_dataset
from studyspec.spec.model import Codelist, Term
from studyspec.spec.workbook import Location

NOWHERE = Location("test", "test", 1, {})
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def codelist(id_: str, *terms: tuple[str, str, tuple[str, ...]]) -> Codelist:
    """A codelist from (term, decode, synonyms)."""
    rows = tuple(
        Term(
            order=None,
            term=term,
            nci_code="",
            decoded_value=decode,
            synonyms=synonyms,
            extended=False,
            location=NOWHERE,
        )
        for term, decode, synonyms in terms
    )
    return Codelist(id_, id_, "", "text", "", "", rows, NOWHERE)


NY = codelist("NY", ("Y", "Yes", ("1", "Oui")), ("N", "No", ("0", "Hayır")))


def text(*values: str) -> pd.Series:
    """A text column."""
    return pd.Series(list(values), dtype="str")


def numbers(*values: float | None) -> pd.Series:
    """A number column."""
    return pd.Series(list(values), dtype="float64")


def run(
    expression: str,
    columns: Mapping[str, pd.Series],
    *,
    frames: Mapping[str, pd.DataFrame] | None = None,
    findings: list[Finding] | None = None,
) -> list[object]:
    """The values an expression gives for records with these columns; what is reported goes to `findings`."""
    length = len(next(iter(columns.values())))
    records = RecordSet.from_frame(
        pd.DataFrame({"USUBJID": text(*["1"] * length), "_record": range(length), **columns})
    )
    sets = {name: RecordSet.from_frame(frame) for name, frame in (frames or {}).items()}
    data = Data(sets, ENGINE, {"NY": NY}, {})
    values = evaluate(parse(expression), records, data).tolist()
    if findings is not None:
        findings.extend(data.findings)
    return values


def table_values(expression: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The values an expression gives for a table of texts, as texts; one per subject for an aggregate."""
    node = parse(expression)
    as_text = _text_names(node)
    columns = {name: _column([row[place] for row in rows], name in as_text) for place, name in enumerate(header)}
    subjects = columns.pop("subject", text(*["1"] * len(rows)))
    dataset = aggregated_dataset(node) if isinstance(node, Call) and ENGINE[node.function].kind == "aggregate" else ""
    if not dataset:
        return [_shown(value) for value in run(expression, {"USUBJID": subjects.astype("str"), **columns})]
    frame = pd.DataFrame({name.removeprefix(f"{dataset}."): values for name, values in columns.items()})
    frame["USUBJID"] = subjects.astype("str")
    people = text(*subjects.astype("str").unique())
    return [_shown(value) for value in run(expression, {"USUBJID": people}, frames={dataset: frame})]


def _text_names(node: Node) -> set[str]:
    """Names that stand where text is needed."""
    found = set()
    for item in node.walk():
        if isinstance(item, Compare) and isinstance(item.right, Constant) and isinstance(item.right.value, str):
            found.add(_name(item.left))
        if isinstance(item, Call):
            function = ENGINE[item.function]
            positional = [parameter.name for parameter in function.parameters if not parameter.keyword_only]
            for name, value in [*zip(positional, item.arguments, strict=False), *item.keywords]:
                parameter = function.parameter(name)
                if parameter is not None and parameter.kind == "Char":
                    found.add(_name(value))
    return found - {""}


def _name(node: Node) -> str:
    if isinstance(node, Name):
        return node.name
    return f"{node.dataset}.{node.name}" if isinstance(node, Qualified) else ""


def _column(cells: Sequence[str], as_text: bool) -> pd.Series:
    if not as_text and any(cells) and all(NUMBER.fullmatch(cell) for cell in cells if cell):
        return numbers(*(float(cell) if cell else None for cell in cells))
    return text(*(cell.strip('"') for cell in cells))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.15g}"
    return str(value)
