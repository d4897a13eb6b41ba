"""Analysis Results Metadata 1.0: what each display shows, from which variables and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyspec.define.oids import comment_oid, dataset_oid, display_oid, item_oid, result_oid, where_oid
from studyspec.define.statements import CONTEXT, programming_code
from studyspec.define.xml import add, add_documents, add_text
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.model import Spec

if TYPE_CHECKING:
    from lxml.etree import _Element

    from studyspec.spec.tlf import Display, TlfSpec

PARAMETER = "PARAMCD"


def add_displays(version: _Element, spec: Spec, tlf: TlfSpec | None, language: str) -> None:
    """arm:AnalysisResultDisplays with every display that has a result; nothing where there is none."""
    results: dict[str, list[AnalysisResult]] = {}
    for result in spec.analysis_results:
        results.setdefault(result.display, []).append(result)
    displays = [item for item in spec.analysis_displays.values() if item.id in results]
    if not displays:
        return
    parent = add(version, "arm:AnalysisResultDisplays")
    for item in displays:
        display = add(parent, "arm:ResultDisplay", {"OID": display_oid(item.id), "Name": item.id})
        add_text(display, "Description", item.title, language)
        add_documents(display, [(item.document, item.pages)])
        shown = tlf.displays.get(item.id) if tlf is not None else None
        for result in results[item.id]:
            _add_result(display, result, shown, language)


def _add_result(display: _Element, result: AnalysisResult, shown: Display | None, language: str) -> None:
    attributes = {
        "OID": result_oid(result.id),
        "ParameterOID": _parameter(result),
        "AnalysisReason": result.reason,
        "AnalysisPurpose": result.purpose,
    }
    parent = add(display, "arm:AnalysisResult", attributes)
    add_text(parent, "Description", result.description, language)
    _add_datasets(parent, result)
    if result.documentation:
        documentation = add(parent, "arm:Documentation")
        add_text(documentation, "Description", result.documentation, language)
        add_documents(documentation, result.documentation_refs)
    _add_code(parent, result, shown)


def _add_code(parent: _Element, result: AnalysisResult, shown: Display | None) -> None:
    """The code of the workbook; where it gives none, the statements of the display's rows."""
    text, context = result.programming_code, result.programming_context
    if not text and shown is not None:
        text, context = programming_code(shown, result), CONTEXT
    if text or result.programming_document:
        code = add(parent, "arm:ProgrammingCode", {"Context": context})
        if text:
            add(code, "arm:Code", text=text)
        add_documents(code, [(result.programming_document, result.pages)])


def _parameter(result: AnalysisResult) -> str:
    """The item that names the analysed parameter, where records are selected by it."""
    named = [item.dataset for item in result.selection if item.variable == PARAMETER]
    return item_oid(named[0], PARAMETER) if named else ""


def _add_datasets(parent: _Element, result: AnalysisResult) -> None:
    comment = comment_oid(result.join_comment) if result.join_comment else ""
    datasets = add(parent, "arm:AnalysisDatasets", {"def:CommentOID": comment})
    for name in result.datasets:
        dataset = add(datasets, "arm:AnalysisDataset", {"ItemGroupOID": dataset_oid(name)})
        conditions = tuple(item for item in result.selection if item.dataset == name)
        if conditions:
            add(dataset, "def:WhereClauseRef", {"WhereClauseOID": where_oid(conditions)})
        for own, variable in result.variables:
            if own == name:
                add(dataset, "arm:AnalysisVariable", {"ItemOID": item_oid(name, variable)})
