"""The Pinnacle 21 layouts a spec may come in, brought to one: that of Define 2.1 with our own sheets beside it.

Three dialects load: Define 2.1; Define 2.0 of recent years (inline where clauses); Define 2.0 of older years (sheet
Study, headers Description and Purpose, where clauses on a sheet of their own). Sheets and headers are recognised
without regard to case and blanks. Source: workbooks made by Pinnacle 21 and published with pharmaverse packages.
"""

from __future__ import annotations

from studyspec.findings import Finding, Rule
from studyspec.spec.schemas import REQUIRED_HEADERS, REQUIRED_SHEETS, SCHEMAS
from studyspec.spec.workbook import Location, Row, Sheet, Workbook

MISSING_SHEET = Rule(
    "SPEC-002",
    "error",
    "Sheet missing",
    why="Without this sheet the spec does not say what to build.",
    action="Add the sheet with the headers of a Pinnacle 21 workbook.",
)
MISSING_HEADER = Rule(
    "SPEC-003",
    "error",
    "Column missing",
    why="The column's content is needed to build the datasets.",
    action="Add the header to row 1 of the sheet; headers are those of a Pinnacle 21 workbook.",
)
EXTRA_SHEET = Rule(
    "SPEC-004",
    "note",
    "Sheet not used",
    why="The sheet is not one of a Pinnacle 21 workbook, nor one of ours.",
    action="Nothing to do, unless the name is misspelt.",
)
EXTRA_HEADER = Rule(
    "SPEC-005",
    "note",
    "Column not used",
    why="The column is not one of a Pinnacle 21 workbook, nor one of ours.",
    action="Nothing to do, unless the header is misspelt.",
)
REPEATED_HEADER = Rule(
    "SPEC-006",
    "error",
    "Column or sheet given twice",
    why="Only the first is read, so what stands in the second would be lost.",
    action="Remove or rename one of the two.",
)

_SHEET_NAMES = {"study": "Define", "value level": "ValueLevel", "where clauses": "WhereClauses"}
_HEADERS = {
    "Datasets": {"description": "Label", "key, variables": "Key Variables"},
    "ValueLevel": {"description": "Label", "value level comment": "Comment"},
}
# Sheets and columns of known workbooks that carry nothing to run.
_SILENT_SHEETS = {"readme", "pre-defined", "library variables", "library terms"}
_SILENT_HEADERS = {"Datasets": {"Purpose"}, "ValueLevel": {"Join Comment"}}


def canonical(workbook: Workbook) -> tuple[Workbook, list[Finding]]:
    """Rename sheets and headers to those of Define 2.1; say what is missing and what is not used.

    Returns:
        The workbook with only the sheets we read, and findings at sheets and headers. Cell addresses stay those of
        the file. A sheet with the name of a dataset is left as it is.
    """
    findings: list[Finding] = []
    sheets: dict[str, Sheet] = {}
    datasets = _dataset_names(workbook)
    known = {name.casefold(): name for name in SCHEMAS}
    for title, sheet in workbook.sheets.items():
        key = _key(title)
        name = _SHEET_NAMES.get(key) or known.get(key)
        place = f"{workbook.name}!{title}"
        if name is None and title in datasets:
            sheets[title] = sheet
        elif name is None:
            if key not in _SILENT_SHEETS:
                findings.append(EXTRA_SHEET.finding(f"Sheet {title} is not read.", cell=place))
        elif name in sheets:
            findings.append(REPEATED_HEADER.finding(f"Sheet {title} is a second {name} sheet.", cell=place))
        else:
            sheets[name], found = _canonical_sheet(workbook.name, name, sheet)
            findings += found
    findings += _missing_sheets(workbook.name, sheets)
    return Workbook(workbook.name, sheets), findings


def _dataset_names(workbook: Workbook) -> set[str]:
    """What stands in the column Dataset of the sheet Datasets, whatever the case of both names."""
    found = [sheet for title, sheet in workbook.sheets.items() if _key(title) == "datasets"]
    headers = {header for sheet in found for header in sheet.headers if _key(header) == "dataset"}
    return {row[header] for sheet in found for row in sheet.rows for header in headers}


def _missing_sheets(workbook: str, sheets: dict[str, Sheet]) -> list[Finding]:
    return [
        MISSING_SHEET.finding(f"There is no sheet {name}.", cell=f"{workbook}!{name}")
        for name in REQUIRED_SHEETS
        if name not in sheets
    ]


def _canonical_sheet(workbook: str, name: str, sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    findings: list[Finding] = []
    place = f"{workbook}!{sheet.name}"
    known = {header.casefold(): header for header in SCHEMAS[name]}
    renamed: dict[str, str] = {}
    for header in sheet.headers:
        own = _HEADERS.get(name, {}).get(_key(header)) or known.get(_key(header))
        if own is None:
            if header not in _SILENT_HEADERS.get(name, set()):
                findings.append(EXTRA_HEADER.finding(f"Column {header} is not read.", cell=place))
        elif own in renamed.values():
            findings.append(REPEATED_HEADER.finding(f"Column {header} is a second {own} column.", cell=place))
        else:
            renamed[header] = own
    for header in REQUIRED_HEADERS[name]:
        if header not in renamed.values():
            findings.append(MISSING_HEADER.finding(f"There is no column {header}.", cell=place))
    return _rename(sheet, renamed), findings


def _rename(sheet: Sheet, renamed: dict[str, str]) -> Sheet:
    rows = []
    columns: dict[str, int] = {}
    for row in sheet.rows:
        if not columns:
            columns = {own: row.location.columns[header] for header, own in renamed.items()}
        values = {own: row[header] for header, own in renamed.items()}
        if any(values.values()):
            rows.append(Row(values, Location(row.location.workbook, sheet.name, row.location.row, columns)))
    return Sheet(sheet.name, tuple(renamed.values()), tuple(rows))


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
