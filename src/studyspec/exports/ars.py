"""All displays of a study as one reporting event of CDISC ARS, in JSON.

What the workbook says becomes analysis sets, data subsets, groupings, methods, analyses and outputs; what was computed
becomes results. Filter, population and groups of a result together select its records, as its `where` and `population`
in the results data do. Source: CDISC Analysis Results Standard 1.0, logical model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from studyspec.define.oids import readable
from studyspec.exports.ars_analyses import Aims, analyses_of
from studyspec.exports.ars_catalogue import Catalogue
from studyspec.exports.ars_outputs import (
    HTML,
    categorization,
    global_sections,
    main_list,
    other_lists,
    output,
)
from studyspec.exports.ars_results import add_results
from studyspec.spec.model import Spec
from studyspec.spec.rules_analysis import rows_of
from studyspec.spec.tlf import Display, TlfSpec
from studyspec.transport.atomic import replacing

_REASONS = ("SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY")
_PURPOSES = ("PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE")
NOT_STATED = "NOT STATED"
FILE_NAME = "ars.json"


def reporting_event(study: str, tlf: TlfSpec, adam: Spec, ards: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The reporting event of a study's displays.

    Args:
        study: its name.
        tlf: the displays.
        adam: the ADaM workbook: parameters, reasons and purposes of analyses.
        ards: the results data of each display by id, columns `results.COLUMNS`. A display without them has no results.

    Returns:
        The ReportingEvent object. Displays that list records are outputs without analyses.
    """
    catalogue = Catalogue(adam.constants)
    terms = _Terms()
    analyses: dict[str, list[dict[str, Any]]] = {}
    for display in tlf.displays.values():
        if not display.lists_records:
            found = analyses_of(display, catalogue, _aims(display, adam, terms))
            if display.id in ards:
                add_results(found, display, ards[display.id])
            analyses[display.id] = [item.content for item in found.values()]
    return {
        "id": f"RE.{study}",
        "name": f"Displays of study {study}",
        "mainListOfContents": main_list(tlf, analyses),
        "otherListsOfContents": other_lists(tlf),
        "referenceDocuments": list(catalogue.documents.values()),
        "terminologyExtensions": terms.extensions(),
        "analysisOutputCategorizations": [categorization()],
        "analysisSets": list(catalogue.sets.values()),
        "dataSubsets": list(catalogue.subsets.values()),
        "analysisGroupings": list(catalogue.groupings.values()),
        "methods": list(catalogue.methods.values()),
        "globalDisplaySections": global_sections(tlf.displays.values()),
        "analyses": [item for found in analyses.values() for item in found],
        "outputs": [output(display) for display in tlf.displays.values()],
    }


def ars_json(event: Mapping[str, Any]) -> bytes:
    """A reporting event as JSON (UTF-8): a line per object of each list, so that versions can be compared."""
    return ("{\n" + ",\n".join(f"{_json(name)}: {_listed(value)}" for name, value in event.items()) + "\n}\n").encode()


def write_ars(event: Mapping[str, Any], folder: Path) -> Path:
    """Write a reporting event to ars.json in a folder that exists already; returns the file."""
    path = folder / FILE_NAME
    with replacing(path) as file:
        file.write(ars_json(event))
    return path


def _listed(value: Any) -> str:
    if not isinstance(value, list):
        return _json(value)
    return "[\n" + ",\n".join(map(_json, value)) + "\n]" if value else "[]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Terms:
    """Reasons and purposes; those that ARS does not have become terms of the sponsor."""

    def __init__(self) -> None:
        self._own: dict[str, dict[str, str]] = {"AnalysisReasonEnum": {}, "AnalysisPurposeEnum": {}}

    def aim(self, reason: str, purpose: str) -> dict[str, Any]:
        """Reason and purpose of an analysis."""
        return {
            "reason": self._term("AnalysisReasonEnum", _REASONS, reason or NOT_STATED),
            "purpose": self._term("AnalysisPurposeEnum", _PURPOSES, purpose or NOT_STATED),
        }

    def _term(self, enumeration: str, known: tuple[str, ...], value: str) -> dict[str, str]:
        if value in known:
            return {"controlledTerm": value}
        own = self._own[enumeration].setdefault(value, f"ST.{enumeration}.{readable(value)}")
        return {"sponsorTermId": own}

    def extensions(self) -> list[dict[str, Any]]:
        """The terms that were needed, and HTML as a type of file."""
        found = {name: [(own, value) for value, own in terms.items()] for name, terms in self._own.items() if terms}
        found["OutputFileTypeEnum"] = [(HTML, "html")]
        return [
            {
                "id": f"TE.{name}",
                "enumeration": name,
                "sponsorTerms": [{"id": own, "submissionValue": value} for own, value in terms],
            }
            for name, terms in found.items()
        ]


def _aims(display: Display, adam: Spec, terms: _Terms) -> Aims:
    """What the sheet Analysis Results says of each row; for the display, reason and purpose of its first result."""
    found: dict[str, dict[str, Any]] = {}
    for result in adam.analysis_results:
        if result.display == display.id:
            aim = terms.aim(result.reason, result.purpose)
            found.setdefault("", aim)
            for row in rows_of(display, result):
                found.setdefault(row.id, {"description": result.description, **aim})
    return found or {"": terms.aim("", "")}
