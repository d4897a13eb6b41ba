"""Rules: the sheets Analysis Displays and Analysis Results, within the ADaM workbook and against the displays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from studyspec.findings import Finding, Rule
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import references
from studyspec.spec.model import Spec
from studyspec.spec.near import did_you_mean
from studyspec.spec.rules_references import (
    UNKNOWN_COMMENT,
    UNKNOWN_DATASET,
    UNKNOWN_DOCUMENT,
    UNKNOWN_VARIABLE,
    unknown_names,
    variable_names,
)
from studyspec.spec.tlf import Display, DisplayRow, TlfSpec

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

UNKNOWN_DISPLAY = Rule(
    "SPEC-151",
    "error",
    "Unknown analysis display",
    why="define.xml lists results below the display that shows them.",
    action="Add the display to the sheet Analysis Displays, or correct the name.",
)
NOT_DESCRIBED = Rule(
    "TLF-031",
    "warning",
    "Display without analysis results metadata",
    why="define.xml tells a reviewer what each display shows, from which variables and records.",
    action="Add the display to Analysis Displays and what it shows to Analysis Results, in the ADaM workbook.",
)
OTHER_TITLE = Rule(
    "TLF-032",
    "warning",
    "Display has another title in its metadata",
    why="A reviewer finds the display by its title.",
    action="Give it the same Title in Displays and in Analysis Displays.",
)
UNKNOWN_ROW = Rule(
    "TLF-033",
    "error",
    "Result of an unknown row",
    why="Rows names the lines of the display that show the result.",
    action="Correct the ID, or leave Rows blank for a result that all rows show.",
)
ROW_WITHOUT_RESULT = Rule(
    "TLF-034",
    "warning",
    "Row that no analysis result describes",
    why="Everything a display shows belongs to one of its results.",
    action="Name the row in Rows of the result it belongs to, in the sheet Analysis Results.",
)
OTHER_VARIABLES = Rule(
    "TLF-035",
    "warning",
    "Result and rows analyse different variables",
    why="The analysis variables of a result are those that its rows count and summarise.",
    action="Correct Variables, Selection Criteria or Rows in the sheet Analysis Results.",
)


def analysis_references(spec: Spec) -> list[Finding]:
    """Displays, variables, comments and documents that analysis displays and results name and nothing defines."""
    results, displays = spec.analysis_results, spec.analysis_displays.values()
    findings = unknown_names(
        UNKNOWN_DISPLAY,
        "an analysis display",
        "Display",
        ((item.display, item.location) for item in results),
        spec.analysis_displays,
    )
    comments = ((item.join_comment, item.location) for item in results)
    findings += unknown_names(UNKNOWN_COMMENT, "a comment", "Join Comment", comments, spec.comments)
    named = [(item.document, item.location) for item in displays]
    findings += unknown_names(UNKNOWN_DOCUMENT, "a document", "Document", named, spec.documents)
    named = [(item.programming_document, item.location) for item in results]
    findings += unknown_names(UNKNOWN_DOCUMENT, "a document", "Programming Document", named, spec.documents)
    named = [(document, item.location) for item in results for document, _ in item.documentation_refs]
    findings += unknown_names(UNKNOWN_DOCUMENT, "a document", "Documentation Refs", named, spec.documents)
    return findings + _unknown_variables(spec)


def _unknown_variables(spec: Spec) -> list[Finding]:
    known = variable_names(spec)
    findings = []
    for result in spec.analysis_results:
        cell = result.location.at("Variables")
        for dataset, variable in result.variables:
            if dataset not in known:
                what = f"{dataset or variable} is not a dataset; variables are written DATASET.VARIABLE."
                findings.append(UNKNOWN_DATASET.finding(what, cell=cell))
            elif variable not in known[dataset]:
                action = f"{did_you_mean(variable, sorted(known[dataset]))} {UNKNOWN_VARIABLE.action}".strip()
                what = f"{dataset} has no variable {variable}."
                findings.append(UNKNOWN_VARIABLE.finding(what, action=action, cell=cell))
    return findings


def check_analyses(tlf: TlfSpec, adam: Spec, registry: Registry) -> list[Finding]:
    """Displays held against their analysis results metadata; nothing where the ADaM workbook describes no display.

    Listings and figures of lanes analyse nothing and have none.

    Args:
        tlf: the displays.
        adam: the ADaM workbook.
        registry: the functions that conditions may call.
    """
    if not adam.analysis_displays:
        return []
    findings: list[Finding] = []
    for display in tlf.displays.values():
        if display.lists_records:
            continue
        described = adam.analysis_displays.get(display.id)
        results = [item for item in adam.analysis_results if item.display == display.id]
        if described is None or not results:
            what = f"{display.id} has no analysis results metadata."
            findings.append(NOT_DESCRIBED.finding(what, cell=display.location.at("Display")))
            continue
        if described.title != display.title:
            what = f"The title is {described.title!r} here, and {display.title!r} in the display."
            findings.append(OTHER_TITLE.finding(what, cell=described.location.at("Title")))
        findings += _unknown_rows(display, results) + _rows_without_result(display, results)
        for result in results:
            findings += _other_variables(display, result, registry)
    return findings


def rows_of(display: Display, result: AnalysisResult) -> list[DisplayRow]:
    """The rows that show a result: those it names, or all; headers show nothing."""
    return [row for row in display.rows if row.kind != "header" and (row.id in result.rows or not result.rows)]


def _unknown_rows(display: Display, results: list[AnalysisResult]) -> list[Finding]:
    known = [row.id for row in display.rows]
    return [
        UNKNOWN_ROW.finding(
            f"{display.id} has no row {name}.",
            action=f"{did_you_mean(name, known)} {UNKNOWN_ROW.action}".strip(),
            cell=result.location.at("Rows"),
        )
        for result in results
        for name in result.rows
        if name not in known
    ]


def _rows_without_result(display: Display, results: list[AnalysisResult]) -> list[Finding]:
    shown = {row.id for result in results for row in rows_of(display, result)}
    return [
        ROW_WITHOUT_RESULT.finding(f"Row {row.id} belongs to no result.", cell=row.location.at("ID"))
        for row in display.rows
        if row.kind != "header" and row.id not in shown
    ]


def _other_variables(display: Display, result: AnalysisResult, registry: Registry) -> list[Finding]:
    """Variables that only the result names, or only its rows; what all records must meet may stand in both."""
    stated = set(result.variables)
    selected = {(item.dataset, item.variable) for item in result.selection}
    rows = rows_of(display, result)
    used = {name for row in rows for name in _analysed(row, registry)}
    every = set(_of_every_row(display, registry))
    findings = []
    for names, where in (
        (stated - used - every, "its rows do not use"),
        (used - stated - selected, "it does not name"),
    ):
        if names and rows:
            listed = ", ".join(sorted(".".join(name) for name in names))
            what = f"{result.id}: {where} {listed}."
            findings.append(OTHER_VARIABLES.finding(what, cell=result.location.at("Variables")))
    return findings


def _of_every_row(display: Display, registry: Registry) -> Iterator[tuple[str, str]]:
    """What decides in every row which subjects and records are counted, and in which column or on which page."""
    yield from _names(display.population, "ADSL", registry)
    yield from _names(display.filter, display.dataset, registry)
    for column in display.columns:
        yield from _names(column.records, display.dataset, registry)
    for subgroup in display.subgroups:
        yield from _names(subgroup.where, "ADSL", registry)


def _analysed(row: DisplayRow, registry: Registry) -> Iterator[tuple[str, str]]:
    yield from ((row.dataset, name) for name in (*row.variables, row.worst) if name)
    yield from _names(row.where, row.dataset, registry)
    if row.time_at_risk is not None:
        yield row.dataset, row.time_at_risk.event
        yield from (("ADSL", name) for name in (row.time_at_risk.start, row.time_at_risk.end))


def _names(expression: str, dataset: str, registry: Registry) -> Iterator[tuple[str, str]]:
    """The variables of the dataset that a condition reads; one that cannot be read is another rule's finding."""
    try:
        found = references(parse(expression), registry) if expression else frozenset()
    except ExpressionError:
        return
    yield from ((item.dataset or dataset, item.name) for item in found)
