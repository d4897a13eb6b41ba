"""The page for SAS programmers: every spec snippet gives the records that stand below it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from tests.build.mini import build, spec
from tests.init.page_examples import Example, expression_examples, page, titled_tables

from studyspec.derive.registry import ENGINE
from studyspec.spec.expression.nodes import Call
from studyspec.spec.expression.parse import parse

TEXT = page("sas-programmers.md")
EXAMPLES = expression_examples(TEXT)
STUDIES = {
    section.splitlines()[0]: titled_tables(section) for section in TEXT.split("\n## ") if "**Raw form " in section
}
_HEADER = re.compile(r"(\w+)(?: \((number|codelist (\w+))\))?")
Rows = list[dict[str, str]]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.expression)
def test_expression_gives_the_result_it_shows(example: Example) -> None:
    assert example.holds()


@pytest.mark.parametrize("title", STUDIES)
def test_rows_of_the_specs_give_the_dataset_they_show(title: str) -> None:
    tables = STUDIES[title]
    [name] = [table.removeprefix("Dataset ") for table in tables if table.startswith("Dataset ")]
    expected = tables[f"Dataset {name}"]
    headers = {header: _HEADER.fullmatch(header) for header in expected[0]}
    forms = {
        table.removeprefix("Raw form "): pd.DataFrame(rows, dtype="str")
        for table, rows in tables.items()
        if table.startswith("Raw form ")
    }
    built = build(spec("SDTM", _sheets(name, list(expected[0]), tables, list(forms))), forms)
    assert [finding for finding in built.findings if finding.severity != "note"] == []
    frame = built.datasets[name]
    shown = [{header: _shown(row[found[1]]) for header, found in headers.items() if found} for row in _records(frame)]
    assert sorted(shown, key=str) == sorted(expected, key=str)


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [dict(zip(map(str, frame.columns), values, strict=True)) for values in frame.itertuples(index=False)]


def _shown(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _sheets(name: str, headers: list[str], tables: dict[str, Rows], forms: list[str]) -> dict[str, str]:
    """The page's tables, and the sheets around them that the page leaves out."""
    methods = {row["Variable"]: row["Expression Code"] for row in tables.get("Methods", [])}
    variables = []
    for order, header in enumerate(headers, start=1):
        found = _HEADER.fullmatch(header)
        assert found
        kind = {"Data Type": "float" if found[2] == "number" else "text", "Length": "40", "Codelist": found[3] or ""}
        method = f"MT.{found[1]}" if found[1] in methods else ""
        variables.append({"Order": str(order), "Dataset": name, "Variable": found[1], **kind, "Method": method})
    joined = {found[1] for row in tables["Sources"] for found in re.finditer(r"(\w+) on ", row.get("Join", ""))}
    subjects = [{"Form": form, "Subject": "" if form in joined else "USUBJID", "Not Tabulated": ""} for form in forms]
    code = [
        {"ID": f"MT.{variable}", "Expression Context": "studyspec", "Expression Code": expression}
        for variable, expression in methods.items()
    ]
    keys = ", ".join(row["Variable"] for row in variables)
    made: dict[str, Rows] = {
        "Define": [{"Attribute": "StandardName", "Value": "SDTM-IG"}],
        "Datasets": [{"Dataset": name, "Label": name, "Class": "EVENTS", "Key Variables": keys}],
        "Variables": variables,
        "Forms": subjects,
        "Methods": code,
        **{title: tables[title] for title in ("Sources", "Mapping", "Parameters", "Codelists") if title in tables},
    }
    return {title: _text(rows) for title, rows in made.items() if rows}


def _text(rows: Rows) -> str:
    return "\n".join(" | ".join(line) for line in (list(rows[0]), *(list(row.values()) for row in rows)))


def test_every_block_and_every_study_is_found() -> None:
    assert len(EXAMPLES) == TEXT.count("```studyspec") > 10
    assert len(STUDIES) == len(re.findall(r"^\*\*Dataset ", TEXT, re.MULTILINE)) > 5


def test_every_expression_beside_sas_calls_functions_that_there_are() -> None:
    section = TEXT.split("## Expressions beside SAS")[1].split("\n## ")[0]
    rows = [line.split("|")[-2] for line in section.splitlines() if line.startswith("|")][2:]
    written = [text.replace("[...]", "[A]") for row in rows for text in re.findall("`([^`]+)`", row)]
    assert len(written) > 25
    for text in written:
        for node in parse(text).walk():
            if isinstance(node, Call):
                function = ENGINE[node.function]
                assert len(node.arguments) <= len(function.parameters)
                assert {name for name, _ in node.keywords} <= {*_GROUPING, *(item.name for item in function.parameters)}


_GROUPING = ("by", "order", "where")
