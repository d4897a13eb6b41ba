"""The function reference, written from the functions themselves."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import groupby

from studyspec.derive.docstring import read_docstring
from studyspec.derive.registry import Function, Parameter, Registry

_KINDS = {
    "Char": "text",
    "Num": "number",
    "Flag": "condition",
    "Value": "text or number",
    "Text": "constant text",
    "Number": "constant number",
    "Switch": "True or False",
    "Texts": "list of constant texts",
    "Numbers": "list of constant numbers",
    "CodelistName": "id of a codelist",
    "Records": "name of a dataset or form",
    "Frame": "records",
}
_LISTS = {"Char": "list of texts", "Num": "list of numbers", "Flag": "list of conditions"}
_GROUPING = {
    "window": "by=[...], order=[...], where=...",
    "aggregate": "where=..., order=[...]",
    "study": "by=[...], where=...",
}
_INTRODUCTION = """# Functions

What a spec cell may call. This page is written by `studyspec functions` from the functions themselves; do not edit it.
[Expressions](expressions.md) says how cells are written.

- Text that is blank and a number that is not there are *missing*. Dates are ISO 8601 text in SDTM and SAS day numbers
  (days since 1960-01-01) in ADaM.
- Arguments before a `*` can be given without their name; those after it need it. What is shown with `=` may be left
  out.
- *Within a record*: the function sees the record's own values. *Over the subject's records*: it also looks at the
  other records of the same dataset. *Over another dataset*: it reads `EX.EXSTDTC` of all of the subject's EX records.
  *Over all subjects*: it looks at the records of the whole study; the sheet Checks only can ask that.
- In the examples each row is a record; the column `result` is what the function gives.
"""
_SEEING = {
    "row": "within a record",
    "window": "over the subject's records",
    "aggregate": "over another dataset",
    "study": "over all subjects",
    "records": "over a whole source",
}


@dataclass(frozen=True)
class Example:
    """A worked example: an expression, the columns it reads, and the column `result`; all cells are text."""

    expression: str
    header: list[str]
    rows: list[list[str]]


def functions_markdown(registry: Registry) -> str:
    """The function reference as Markdown: an index, then each function by concern.

    Args:
        registry: the engine's functions, or a study's with its own.

    Returns:
        The text of docs/functions.md.

    Example:
        >>> from studyspec.derive.registry import ENGINE
        >>> functions_markdown(ENGINE).startswith("# Functions")
        True
    """
    functions = sorted(registry.functions.values(), key=lambda item: (_title(item.module), item.name))
    index = ["| function | gives | sees | what |", "|---|---|---|---|"]
    for item in sorted(functions, key=lambda item: item.name):
        what = read_docstring(item.doc).text.split("\n\n")[0].replace("\n", " ")
        index.append(f"| [{item.name}](#{item.name}) | {_KINDS[item.returns]} | {_SEEING[item.kind]} | {what} |")
    sections = []
    for title, members in groupby(functions, key=lambda item: _title(item.module)):
        sections.append("\n\n".join([f"## {title}", *(_function(item) for item in members)]))
    return "\n".join([_INTRODUCTION, *index, ""]) + "\n" + "\n\n".join(sections) + "\n"


def example_of(function: Function) -> Example | None:
    """The worked example of a function's docstring; None if its example is prose."""
    section = read_docstring(function.doc).sections.get("Example", "")
    expression, _, table = section.partition("\n\n")
    lines = [_cells(line) for line in table.splitlines() if line.startswith("|")]
    if len(lines) < 3 or "result" not in lines[0]:
        return None
    return Example(" ".join(expression.split()), lines[0], lines[2:])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _title(module: str) -> str:
    doc = (sys.modules[module].__doc__ if module in sys.modules else None) or module
    return doc.split("\n")[0].removesuffix(".")


def _function(function: Function) -> str:
    doc = read_docstring(function.doc)
    parts = [f"### {function.name}", f"```\n{_signature(function)}\n```", doc.text]
    if function.parameters:
        rows = "\n".join(_argument(item, doc.arguments.get(item.name, "")) for item in function.parameters)
        parts.append(f"| argument | is | meaning |\n|---|---|---|\n{rows}")
    for title in ("Returns", "Findings"):
        if title in doc.sections:
            parts.append(f"**{title}**: {' '.join(doc.sections[title].split())}")
    parts.extend(_example(function, doc.sections.get("Example", "")))
    if "Source" in doc.sections:
        parts.append(f"*Source*: {' '.join(doc.sections['Source'].split())}")
    return "\n\n".join(parts)


def _signature(function: Function) -> str:
    shown, named = [], False
    for item in function.parameters:
        if item.keyword_only and not named:
            shown.append("*")
            named = True
        shown.append(item.name if item.required else f"{item.name}={_default(item.default)}")
    if function.kind in _GROUPING:
        shown.append(_GROUPING[function.kind])
    return f"{function.name}({', '.join(shown)}) -> {_KINDS[function.returns]}"


def _default(value: object) -> str:
    if value is None:
        return "..."
    if isinstance(value, tuple):
        return f"[{', '.join(_default(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _argument(parameter: Parameter, text: str) -> str:
    kind = _KINDS.get(parameter.kind, "")
    if parameter.kind == "Literal":
        kind = ", ".join(f'"{choice}"' for choice in parameter.choices)
    elif parameter.kind == "Columns":
        kind = _LISTS[parameter.choices[0]] if parameter.choices else "list of texts or numbers"
    return f"| {parameter.name} | {kind} | {text.replace('|', chr(92) + '|')} |"


def _example(function: Function, section: str) -> list[str]:
    example = example_of(function)
    if example is None:
        return [section] if section else []
    rows = [example.header, ["---"] * len(example.header), *example.rows]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return [f"```\n{example.expression}\n```", table]
