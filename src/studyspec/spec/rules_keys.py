"""Rule: what must be unique within a sheet is unique. Works on the sheets, before duplicates are lost in the model."""

from __future__ import annotations

from studyspec.findings import Finding, Rule
from studyspec.spec.workbook import Row, Workbook

DUPLICATE = Rule(
    "SPEC-011",
    "error",
    "Duplicate row",
    why="Two rows for the same thing contradict each other sooner or later; only the first is used.",
    action="Remove one of the two rows, or correct its name.",
)
SPLIT_CODELIST = Rule(
    "SPEC-015",
    "error",
    "Codelist described in two ways",
    why="A codelist has one name, one NCI code and one data type; those of its first row are used.",
    action="Give all rows of the codelist the same content in this column.",
)

# Sheet to the headers that together name a row.
KEYS: dict[str, tuple[str, ...]] = {
    "Define": ("Attribute",),
    "Datasets": ("Dataset",),
    "Variables": ("Dataset", "Variable"),
    "ValueLevel": ("Dataset", "Variable", "Where Clause"),
    "Codelists": ("ID", "Term"),
    "Dictionaries": ("ID",),
    "Methods": ("ID",),
    "Comments": ("ID",),
    "Documents": ("ID",),
    "Analysis Displays": ("ID",),
    "Analysis Results": ("ID",),
    "Forms": ("Form",),
    "Sources": ("Dataset", "Source"),
    "Mapping": ("Dataset", "Variable", "Source"),
    "Parameters": ("Name",),
    "Checks": ("ID",),
    "Explained": ("Rule", "Dataset", "Variable"),
    "Guide": ("Section",),
}
_CODELIST_HEADERS = ("Name", "NCI Codelist Code", "Data Type", "Terminology")


def duplicate_keys(workbook: Workbook) -> list[Finding]:
    """Every row that repeats the key of a row above it, and codelist rows that contradict their codelist's first."""
    findings: list[Finding] = []
    for sheet, headers in KEYS.items():
        first: dict[tuple[str, ...], Row] = {}
        for row in workbook.rows(sheet):
            key = tuple(row[header] for header in headers)
            other = first.setdefault(key, row)
            if other is not row and all(key[:1]):
                what = f"{' '.join(part for part in key if part)} is already in row {other.location.row}."
                findings.append(DUPLICATE.finding(what, cell=row.location.at(headers[-1])))
    return findings + _split_codelists(workbook)


def _split_codelists(workbook: Workbook) -> list[Finding]:
    findings: list[Finding] = []
    first: dict[str, Row] = {}
    for row in workbook.rows("Codelists"):
        other = first.setdefault(row["ID"], row)
        for header in _CODELIST_HEADERS:
            if row[header] != other[header]:
                what = f"{row['ID']} has {header} {row[header]!r} here, {other[header]!r} in row {other.location.row}."
                findings.append(SPLIT_CODELIST.finding(what, cell=row.location.at(header)))
    return findings
