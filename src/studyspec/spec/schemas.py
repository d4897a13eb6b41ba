"""One Cerberus schema per sheet: which columns there are, and what a cell may hold.

A schema is applied to the distinct values of each column instead of to each row: the same verdicts at a fraction of the
cost, because most columns hold few values. Cells are coerced first (whole numbers, spelling of closed values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cerberus import Validator

from studyspec.findings import Finding, Rule
from studyspec.spec.near import did_you_mean
from studyspec.spec.workbook import Sheet, Workbook

EXCEL_ERROR = Rule(
    "SPEC-007",
    "error",
    "Excel error in a cell",
    why="The cell holds a formula that Excel could not compute.",
    action="Correct the formula or type the value.",
)
EMPTY_CELL = Rule(
    "SPEC-008",
    "error",
    "Required cell is empty",
    why="The row cannot be used without it.",
    action="Fill the cell in, or remove the row.",
)
NOT_ALLOWED = Rule(
    "SPEC-009",
    "error",
    "Value is not one of the allowed",
    why="The column is closed: other values have no meaning in Define-XML or to studyspec.",
    action="Choose one of the allowed values.",
)
NOT_A_NUMBER = Rule(
    "SPEC-010",
    "error",
    "Not a whole number in range",
    why="The column holds counts and places.",
    action="Type a whole number.",
)

Rules = Mapping[str, Any]
TEXT: Rules = {"type": "string"}
REQUIRED: Rules = {"type": "string", "empty": False}
PLACE: Rules = {"type": "integer", "nullable": True, "min": 0}
REQUIRED_PLACE: Rules = {"type": "integer", "min": 0}
COUNT: Rules = {"type": "integer", "nullable": True, "min": 1}
_EXCEL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")


def _one_of(*values: str) -> Rules:
    """One of these, or nothing."""
    return {"type": "string", "allowed": [*values, ""]}


def _exactly_one_of(*values: str) -> Rules:
    return {"type": "string", "allowed": list(values)}


YES_NO = _one_of("Yes", "No")
# Define-XML 2.1, DataType of ItemDef and of CodeList.
DATA_TYPES = (
    *("text", "integer", "float", "date", "time", "datetime", "partialDate", "partialTime", "partialDatetime"),
    *("incompleteDatetime", "durationDatetime", "intervalDatetime"),
)
_CODELIST_TYPES = ("text", "integer", "float", "date", "time", "datetime")
# Origin types of Define-XML 2.1 (codelist C170449), and CRF and eDT of 2.0.
_ORIGINS = (
    *("Assigned", "Collected", "Derived", "Not Available", "Other", "Predecessor", "Protocol"),
    *("CRF", "eDT"),
)
_SOURCES = ("Investigator", "Sponsor", "Subject", "Vendor")
# General observation classes of Define-XML 2.1 (codelist C103329).
_CLASSES = (
    "ADAM OTHER",
    "BASIC DATA STRUCTURE",
    "DEVICE LEVEL ANALYSIS DATASET",
    "EVENTS",
    "FINDINGS",
    "FINDINGS ABOUT",
    "INTERVENTIONS",
    "MEDICAL DEVICE BASIC DATA STRUCTURE",
    "MEDICAL DEVICE OCCURRENCE DATA STRUCTURE",
    "OCCURRENCE DATA STRUCTURE",
    "REFERENCE DATA STRUCTURE",
    "RELATIONSHIP",
    "SPECIAL PURPOSE",
    "STUDY REFERENCE",
    "SUBJECT LEVEL ANALYSIS DATASET",
    "TRIAL DESIGN",
)
_SUBCLASSES = (
    "ADVERSE EVENT",
    "MEDICAL DEVICE TIME-TO-EVENT",
    "NON-COMPARTMENTAL ANALYSIS",
    "POPULATION PHARMACOKINETIC ANALYSIS",
    "TIME-TO-EVENT",
)
COMPARATORS = ("EQ", "NE", "LT", "LE", "GT", "GE", "IN", "NOTIN")

_DEFINITION: dict[str, Rules] = {
    "Data Type": _exactly_one_of(*DATA_TYPES),
    "Length": COUNT,
    "Significant Digits": PLACE,
    "Format": TEXT,
    "Mandatory": YES_NO,
    "Assigned Value": TEXT,
    "Codelist": TEXT,
    "Origin": _one_of(*_ORIGINS),
    "Source": _one_of(*_SOURCES),
    "Pages": TEXT,
    "Method": TEXT,
    "Predecessor": TEXT,
    "Comment": TEXT,
    "Developer Notes": TEXT,
}
# Ours: Supplemental, Synonyms, Extended; the sheets Forms, Sources, Mapping, Parameters, Checks, Explained and Guide
# (docs/design.md).
SCHEMAS: dict[str, dict[str, Rules]] = {
    "Define": {"Attribute": REQUIRED, "Value": TEXT},
    "Datasets": {
        "Dataset": REQUIRED,
        "Label": REQUIRED,
        "Class": _exactly_one_of(*_CLASSES),
        "SubClass": _one_of(*_SUBCLASSES),
        "Structure": REQUIRED,
        "Key Variables": REQUIRED,
        "Standard": TEXT,
        "Has No Data": YES_NO,
        "Repeating": YES_NO,
        "Reference Data": YES_NO,
        "Comment": TEXT,
        "Developer Notes": TEXT,
    },
    "Variables": {
        "Order": REQUIRED_PLACE,
        "Dataset": REQUIRED,
        "Variable": REQUIRED,
        "Label": REQUIRED,
        **_DEFINITION,
        "Common": YES_NO,
        "Role": TEXT,
        "Has No Data": YES_NO,
        "Supplemental": YES_NO,
    },
    "ValueLevel": {
        "Order": REQUIRED_PLACE,
        "Dataset": REQUIRED,
        "Variable": REQUIRED,
        "Where Clause": REQUIRED,
        "Label": TEXT,
        **_DEFINITION,
    },
    "WhereClauses": {
        "ID": REQUIRED,
        "Dataset": REQUIRED,
        "Variable": REQUIRED,
        "Comparator": _exactly_one_of(*COMPARATORS),
        "Value": TEXT,
    },
    "Codelists": {
        "ID": REQUIRED,
        "Name": REQUIRED,
        "NCI Codelist Code": TEXT,
        "Data Type": _exactly_one_of(*_CODELIST_TYPES),
        "Terminology": TEXT,
        "Comment": TEXT,
        "Order": PLACE,
        "Term": REQUIRED,
        "NCI Term Code": TEXT,
        "Decoded Value": TEXT,
        "Synonyms": TEXT,
        "Extended": YES_NO,
    },
    "Dictionaries": {"ID": REQUIRED, "Name": REQUIRED, "Data Type": TEXT, "Dictionary": REQUIRED, "Version": TEXT},
    "Methods": {
        "ID": REQUIRED,
        "Name": REQUIRED,
        "Type": _exactly_one_of("Computation", "Imputation"),
        "Description": REQUIRED,
        "Expression Context": TEXT,
        "Expression Code": TEXT,
        "Document": TEXT,
        "Pages": TEXT,
    },
    "Comments": {"ID": REQUIRED, "Description": REQUIRED, "Document": TEXT, "Pages": TEXT},
    "Documents": {"ID": REQUIRED, "Title": REQUIRED, "Href": TEXT},
    "Analysis Displays": {"ID": REQUIRED, "Title": REQUIRED, "Document": TEXT, "Pages": TEXT},
    "Analysis Results": {
        "Display": REQUIRED,
        "ID": REQUIRED,
        "Description": REQUIRED,
        "Variables": REQUIRED,
        "Reason": REQUIRED,
        "Purpose": REQUIRED,
        "Selection Criteria": TEXT,
        "Join Comment": TEXT,
        "Documentation": TEXT,
        "Documentation Refs": TEXT,
        "Programming Context": TEXT,
        "Programming Code": TEXT,
        "Programming Document": TEXT,
        "Pages": TEXT,
        "Rows": TEXT,
    },
    "Forms": {"Form": REQUIRED, "Label": TEXT, "Subject": TEXT, "Not Tabulated": TEXT},
    "Sources": {
        "Dataset": REQUIRED,
        "Order": REQUIRED_PLACE,
        "Source": REQUIRED,
        "Form": REQUIRED,
        "Where": TEXT,
        "Join": TEXT,
        "Key": TEXT,
        "Duplicates": _one_of("error", "keep first", "keep last"),
        "Function": TEXT,
    },
    "Mapping": {"Dataset": REQUIRED, "Variable": REQUIRED, "Source": TEXT, "Expression": REQUIRED},
    "Parameters": {"Name": REQUIRED, "Value": REQUIRED, "Description": TEXT},
    "Checks": {
        "ID": REQUIRED,
        "Dataset": REQUIRED,
        "Where": REQUIRED,
        "Severity": _exactly_one_of("error", "warning", "note"),
        "Message": REQUIRED,
        "Action": REQUIRED,
    },
    "Explained": {"Rule": REQUIRED, "Dataset": TEXT, "Variable": TEXT, "Comment": REQUIRED},
    "Guide": {"Section": REQUIRED, "Text": TEXT},
}
REQUIRED_SHEETS = ("Define", "Datasets", "Variables")
# Columns that every dialect has and that nothing can be built without.
REQUIRED_HEADERS: dict[str, tuple[str, ...]] = {
    "Define": ("Attribute", "Value"),
    "Datasets": ("Dataset", "Label", "Class", "Structure", "Key Variables"),
    "Variables": (
        *("Order", "Dataset", "Variable", "Label", "Data Type", "Length"),
        *("Mandatory", "Codelist", "Origin", "Method", "Predecessor"),
    ),
    "ValueLevel": ("Order", "Dataset", "Variable", "Where Clause", "Data Type", "Length"),
    "WhereClauses": ("ID", "Dataset", "Variable", "Comparator", "Value"),
    "Codelists": ("ID", "Name", "NCI Codelist Code", "Data Type", "Term", "NCI Term Code"),
    "Dictionaries": ("ID", "Name", "Dictionary", "Version"),
    "Methods": ("ID", "Name", "Type", "Description"),
    "Comments": ("ID", "Description"),
    "Documents": ("ID", "Title", "Href"),
    "Analysis Displays": ("ID", "Title"),
    "Analysis Results": ("Display", "ID", "Description", "Variables", "Reason", "Purpose"),
    "Forms": ("Form", "Subject"),
    "Sources": ("Dataset", "Order", "Source", "Form"),
    "Mapping": ("Dataset", "Variable", "Source", "Expression"),
    "Parameters": ("Name", "Value"),
    "Checks": ("ID", "Dataset", "Where", "Severity", "Message", "Action"),
    "Explained": ("Rule", "Comment"),
    "Guide": ("Section", "Text"),
}


def whole_number(text: str) -> int | None:
    """The whole number a cell holds, None when it is empty or something else."""
    return int(text) if re.fullmatch(r"-?\d+", text, re.ASCII) else None


def choice(text: str, rules: Rules) -> str:
    """The allowed value that `text` spells, whatever its case; the text itself when there is none."""
    spelled = {value.casefold(): value for value in rules.get("allowed", ())}
    return str(spelled.get(text.casefold(), text))


def check_cells(workbook: Workbook, schemas: Mapping[str, Mapping[str, Rules]] = SCHEMAS) -> list[Finding]:
    """Check every cell of the sheets that have a schema; one finding per offending cell.

    Args:
        workbook: as read, with the schemas' sheet names and headers.
        schemas: sheet to header to Cerberus rules.
    """
    findings: list[Finding] = []
    for name, schema in schemas.items():
        sheet = workbook.sheets.get(name)
        if sheet is not None:
            findings += _check_sheet(sheet, schema)
    return findings


def _check_sheet(sheet: Sheet, schema: Mapping[str, Rules]) -> list[Finding]:
    distinct = {
        header: list(dict.fromkeys(row[header] for row in sheet.rows)) for header in sheet.headers if header in schema
    }
    # Every cell is text: a column of any text needs no check.
    limited = {header: values for header, values in distinct.items() if schema[header] != TEXT}
    columns = {header: {"type": "list", "schema": dict(schema[header])} for header in limited}
    document = {header: [_coerce(value, schema[header]) for value in values] for header, values in limited.items()}
    validator = Validator(columns)
    findings = _excel_errors(sheet, distinct)
    if validator.validate(document, normalize=False):
        return findings
    for header, errors in validator.errors.items():
        offending = {distinct[header][index] for index in _indices(errors)} - set(_EXCEL_ERRORS)
        for row in sheet.rows:
            if row[header] in offending:
                findings.append(_cell_finding(header, row[header], schema[header], row.location.at(header)))
    return findings


def _coerce(text: str, rules: Rules) -> object:
    if rules["type"] == "integer":
        number = whole_number(text)
        return number if number is not None else (text or None)
    return choice(text, rules)


def _indices(errors: Iterable[Any]) -> list[int]:
    """The places in a column that Cerberus objects to: its errors are [{index: [message]}]."""
    return [index for group in errors for index in group]


def _excel_errors(sheet: Sheet, distinct: Mapping[str, list[str]]) -> list[Finding]:
    return [
        EXCEL_ERROR.finding(f"{header} holds {row[header]}.", cell=row.location.at(header))
        for header, values in distinct.items()
        if not set(_EXCEL_ERRORS).isdisjoint(values)
        for row in sheet.rows
        if row[header] in _EXCEL_ERRORS
    ]


def _cell_finding(header: str, text: str, rules: Rules, cell: str) -> Finding:
    if not text:
        return EMPTY_CELL.finding(f"{header} is empty.", cell=cell)
    if rules["type"] == "integer":
        return NOT_A_NUMBER.finding(f"{header} is {text!r}, not a whole number of at least {rules['min']}.", cell=cell)
    allowed = [value for value in rules["allowed"] if value]
    action = f"{did_you_mean(text, allowed)} Allowed: {', '.join(allowed)}.".strip()
    return NOT_ALLOWED.finding(f"{header} is {text!r}.", action=action, cell=cell)
