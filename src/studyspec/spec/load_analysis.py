"""Rows of Analysis Displays and Analysis Results to the objects of the model."""

from __future__ import annotations

import re

from studyspec.findings import Finding
from studyspec.spec.analysis import AnalysisDisplay, AnalysisResult
from studyspec.spec.load_rows import WHERE_CLAUSE, by_key, names
from studyspec.spec.model import Condition
from studyspec.spec.where_clause import WhereClauseError, parse_where_clause
from studyspec.spec.workbook import Row, Workbook

_DOCUMENT = re.compile(r"([^\s,;()]+)\s*(?:\(([^)]*)\))?")


def analysis_displays(workbook: Workbook) -> dict[str, AnalysisDisplay]:
    """The rows of Analysis Displays, by ID."""
    rows = workbook.rows("Analysis Displays")
    found = (AnalysisDisplay(row["ID"], row["Title"], row["Document"], row["Pages"], row.location) for row in rows)
    return by_key(found, lambda item: item.id)


def analysis_results(workbook: Workbook) -> tuple[tuple[AnalysisResult, ...], list[Finding]]:
    """The rows of Analysis Results; a Selection Criteria cell that cannot be read is a finding and selects all."""
    found: list[AnalysisResult] = []
    findings: list[Finding] = []
    for row in workbook.rows("Analysis Results"):
        variables = tuple(_variable(name) for name in names(row["Variables"]))
        selection, problems = _selection(row, variables[0][0] if variables else "")
        findings += problems
        found.append(_result(row, variables, selection))
    return tuple(found), findings


def _variable(name: str) -> tuple[str, str]:
    dataset, _, variable = name.rpartition(".")
    return dataset, variable


def _selection(row: Row, dataset: str) -> tuple[tuple[Condition, ...], list[Finding]]:
    text = row["Selection Criteria"]
    if not text:
        return (), []
    try:
        return parse_where_clause(text, dataset), []
    except WhereClauseError as error:
        return (), [WHERE_CLAUSE.finding(f"In {text!r} {error}", cell=row.location.at("Selection Criteria"))]


def document_references(text: str) -> tuple[tuple[str, str], ...]:
    """Documents with their pages: `DOC.SAP (12 13), DOC.ADRG`.

    Example:
        >>> document_references("DOC.SAP (12 13), DOC.ADRG")
        (('DOC.SAP', '12 13'), ('DOC.ADRG', ''))
    """
    return tuple((match[1], (match[2] or "").strip()) for match in _DOCUMENT.finditer(text))


def _result(row: Row, variables: tuple[tuple[str, str], ...], selection: tuple[Condition, ...]) -> AnalysisResult:
    return AnalysisResult(
        display=row["Display"],
        id=row["ID"],
        description=row["Description"],
        variables=variables,
        reason=row["Reason"],
        purpose=row["Purpose"],
        selection=selection,
        join_comment=row["Join Comment"],
        documentation=row["Documentation"],
        documentation_refs=document_references(row["Documentation Refs"]),
        programming_context=row["Programming Context"],
        programming_code=row["Programming Code"],
        programming_document=row["Programming Document"],
        pages=row["Pages"],
        location=row.location,
        rows=names(row["Rows"]),
    )
