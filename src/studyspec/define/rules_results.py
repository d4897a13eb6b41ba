"""Rules: analysis results metadata."""

from __future__ import annotations

from studyspec.define.document import DefineDocument, children, get
from studyspec.findings import Finding, Rule

OWN_TERM = Rule(
    "DEF-050",
    "warning",
    "Reason or purpose in the study's own words",
    why="Reviewers know the terms of Analysis Results Metadata; others are allowed where none of these is true.",
    action="Use one of the terms, or leave it if none fits.",
)
FOREIGN_VARIABLE = Rule(
    "DEF-051",
    "error",
    "Analysis variable of another dataset",
    why="An analysis dataset lists its own variables.",
    action="Correct Variables in the sheet Analysis Results: DATASET.VARIABLE.",
)

REASONS = ("SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY")
PURPOSES = ("PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE")


def reasons_and_purposes(document: DefineDocument) -> list[Finding]:
    """Results whose reason or purpose is not one of the terms."""
    findings = []
    for result in document.all("arm:AnalysisResult"):
        for name, terms in (("AnalysisReason", REASONS), ("AnalysisPurpose", PURPOSES)):
            if get(result, name) not in terms:
                what = f"{name} is {get(result, name)!r}."
                action = f"Terms: {', '.join(terms)}."
                findings.append(OWN_TERM.finding(what, action=action, cell=document.place(result)))
    return findings


def variables_of_datasets(document: DefineDocument) -> list[Finding]:
    """Analysis variables that their analysis dataset does not have."""
    findings = []
    for dataset in document.all("arm:AnalysisDataset"):
        group = document.by_oid.get(get(dataset, "ItemGroupOID"))
        if group is None:
            continue
        own = {get(reference, "ItemOID") for reference in children(group, "ItemRef")}
        for variable in children(dataset, "arm:AnalysisVariable"):
            oid = get(variable, "ItemOID")
            if oid not in own:
                what = f"{oid} is not a variable of {get(group, 'Name')}."
                findings.append(FOREIGN_VARIABLE.finding(what, cell=document.place(dataset)))
    return findings
