"""The logical model of CDISC ARS 1.0 in short: which class has which attributes, and what they hold.

A line per class: its name, then attributes. `!` is required; `:` gives the class, `#` a whole number, `?` true or
false, else text; `*` is a list. `A|B` is either. Controlled terms stand below.
"""

from __future__ import annotations

import re
from typing import Any

_WHERE = "id! name! label description level#! order#! condition:Condition"
_MODEL = f"""
ReportingEvent id! name! label description version# mainListOfContents:ListOfContents! \
 otherListsOfContents:ListOfContents* referenceDocuments:ReferenceDocument* terminologyExtensions:Extension* \
 analysisOutputCategorizations:Categorization* analysisSets:AnalysisSet* dataSubsets:DataSubset* \
 analysisGroupings:GroupingFactor* methods:Method* analyses:Analysis* \
 globalDisplaySections:GlobalSection* outputs:Output*
ListOfContents name! label description contentsList:NestedList!
NestedList listItems:ListItem*
ListItem name! label description level#! order#! analysisId outputId sublist:NestedList
ReferenceDocument id! name! label description location
Extension id! enumeration sponsorTerms:SponsorTerm*!
SponsorTerm id! submissionValue! description
Categorization id! label categories:Category*!
Category id! label subCategorizations:Categorization*
AnalysisSet {_WHERE} compoundExpression:Compound
DataSubset {_WHERE} compoundExpression:Compound
Group {_WHERE} compoundExpression:Compound
Condition dataset variable comparator value*
Compound logicalOperator! whereClauses:WhereClause*
WhereClause level#! order#! condition:Condition compoundExpression:Compound
GroupingFactor id! name! label description groupingDataset groupingVariable dataDriven?! groups:Group*
Method id! name! label description operations:Operation*!
Operation id! name! label description order#! resultPattern referencedOperationRelationships:Relationship*
Relationship id! referencedOperationRole:Term! operationId! analysisId description
Analysis id! name! label description version# reason:Term! purpose:Term! methodId! analysisSetId dataSubsetId dataset \
 variable categoryIds* documentRefs:DocumentReference* orderedGroupings:OrderedGrouping* programmingCode:Code \
 referencedAnalysisOperations:ReferencedOperation* results:Result*
Term controlledTerm sponsorTermId
DocumentReference referenceDocumentId!
OrderedGrouping order#! groupingId! resultsByGroup?!
Code context! code
ReferencedOperation referencedOperationRelationshipId! analysisId!
Result operationId! rawValue formattedValue resultGroups:ResultGroup*
ResultGroup groupingId! groupId groupValue
Output id! name! label description version# categoryIds* fileSpecifications:File* displays:OrderedDisplay*!
File name! label description fileType:Term location style
OrderedDisplay order#! display:Display!
Display id! name! label description version# displayTitle displaySections:Section*
Section sectionType orderedSubSections:SubSection|SubSectionRef*
SubSection order#! subSection:Text!
SubSectionRef order#! subSectionId!
Text id! text!
GlobalSection sectionType subSections:Text*
"""
_TERMS = {
    "comparator": {"EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"},
    "logicalOperator": {"AND", "OR", "NOT"},
    "sectionType": {"Header", "Title", "Rowlabel Header", "Legend", "Abbreviation", "Footnote", "Footer"},
    "reason": {"SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY"},
    "purpose": {"PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"},
    "referencedOperationRole": {"NUMERATOR", "DENOMINATOR"},
    "fileType": {"pdf", "rtf", "txt"},
    "enumeration": {"AnalysisReasonEnum", "AnalysisPurposeEnum", "OperationRoleEnum", "OutputFileTypeEnum"},
}
_ATTRIBUTE = re.compile(r"(?P<name>\w+)(?P<kind>[#?]|:(?P<classes>[\w|]+))?(?P<list>\*)?(?P<required>!)?")
_PLAIN = {"": str, "#": int, "?": bool}


def _read() -> dict[str, dict[str, re.Match[str]]]:
    classes = {}
    for line in _MODEL.replace("\\\n", "").strip().splitlines():
        name, *attributes = line.split()
        found = [_ATTRIBUTE.fullmatch(item) for item in attributes]
        assert None not in found, line
        classes[name] = {item["name"]: item for item in found if item}
    return classes


CLASSES = _read()


def problems(value: Any, kind: str = "ReportingEvent", place: str = "") -> list[str]:
    """Where an object does not have the attributes of its class."""
    if not isinstance(value, dict):
        return [f"{place}: no {kind}"]
    attributes = CLASSES[kind]
    found = [
        f"{place}: {kind} has no {name}" for name in attributes if attributes[name]["required"] and name not in value
    ]
    for name, content in value.items():
        where = f"{place}/{name}"
        if name not in attributes:
            found.append(f"{where}: not of {kind}")
            continue
        rule = attributes[name]
        if rule["list"] and not isinstance(content, list):
            found.append(f"{where}: no list")
            continue
        for number, item in enumerate(content if rule["list"] else [content]):
            at = f"{where}/{number}" if rule["list"] else where
            found += _item(item, name, rule, at)
    return found


def _item(item: Any, name: str, rule: re.Match[str], place: str) -> list[str]:
    if rule["classes"]:
        tried = [problems(item, kind, place) for kind in rule["classes"].split("|")]
        found = min(tried, key=len)
        if rule["classes"] == "Term" and not found:
            found = [f"{place}: neither term"] if len(item) != 1 else _term(item.get("controlledTerm"), name, place)
        return found
    wanted = _PLAIN[rule["kind"] or ""]
    return _term(item, name, place) if type(item) is wanted else [f"{place}: {item!r} is no {wanted.__name__}"]


def _term(value: Any, name: str, place: str) -> list[str]:
    known = _TERMS.get(name)
    return [f"{place}: {value} is no term"] if known and value is not None and value not in known else []
