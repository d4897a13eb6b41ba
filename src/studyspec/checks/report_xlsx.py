"""The conformance report as a workbook, in the layout that users of validators know.

Sheets: Summary (study, counts, what was not run), Datasets, Issue Summary (a row for each rule, dataset and variable),
Issue Details (a row for each record), Rules (every rule with what it found).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from studyspec.checks.conformance import Conformance
from studyspec.checks.report import counted, issues
from studyspec.checks.rule import RULES
from studyspec.findings import SEVERITIES
from studyspec.spec.workbook_style import CellValue, add_sheet, style_workbook, workbook_bytes

_FILLS = {"error": "FADBD8", "warning": "FCF3CF"}
_GREEN = "D5F5E3"
_SUMMARY = ("Item", "Value")
_DATASETS = ("Dataset", "Label", "File", "Records", "Errors", "Warnings", "Notes")
_ISSUES = ("Rule", "Source", "Severity", "Dataset", "Variable", "Message", "Count", "Explanation")
_DETAILS = (
    *("Rule", "Severity", "Message", "Dataset", "USUBJID", "Record", "Sequence", "Variable", "Value", "Count"),
    "Explanation",
)
_RULES = ("Rule", "Source", "Severity", "Message", "What Must Hold", "What To Do", "Found")
_WIDE = {
    "Message": 60,
    "Explanation": 70,
    "What Must Hold": 60,
    "What To Do": 50,
    "Value": 44,
    "Label": 40,
    "Result": 110,
}
_LINE = 13  # points
Row = dict[str, CellValue]


def report_workbook(conformance: Conformance) -> bytes:
    """The .xlsx file; the same findings give the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(book, "Summary", _SUMMARY, _summary(conformance))
    add_sheet(book, "Datasets", _DATASETS, _datasets(conformance))
    add_sheet(book, "Issue Summary", _ISSUES, _issues(conformance))
    add_sheet(book, "Issue Details", _DETAILS, _details(conformance))
    add_sheet(book, "Rules", _RULES, _rules(conformance))
    style_workbook(book)
    for sheet in book.worksheets:
        _finish(sheet)
    return workbook_bytes(book)


def _summary(conformance: Conformance) -> Iterator[Row]:
    yield {"Item": "Study", "Value": conformance.study}
    yield {"Item": "Data as of", "Value": conformance.created}
    yield {"Item": "Result", "Value": counted(conformance)}
    for line in conformance.not_run:
        yield {"Item": "Not run", "Value": line}
    for item in conformance.problems:
        yield {"Item": f"{item.severity} {item.code}", "Value": f"{item.where}: {item.what} {item.action}".strip()}


def _datasets(conformance: Conformance) -> Iterator[Row]:
    found = Counter((item.dataset, item.severity) for item in conformance.findings)
    for table in conformance.tables.values():
        counts = dict(zip(_DATASETS[4:], (found[table.name, name] for name in SEVERITIES), strict=True))
        yield {"Dataset": table.name, "Label": table.label, "File": table.file, "Records": len(table.frame), **counts}


def _issues(conformance: Conformance) -> Iterator[Row]:
    for issue in issues(conformance.findings):
        yield {
            "Rule": issue.rule,
            "Source": _sources(issue.rule),
            "Severity": issue.severity,
            "Dataset": issue.dataset,
            "Variable": issue.variable,
            "Message": issue.message,
            "Count": issue.count,
            "Explanation": issue.explanation,
        }


def _details(conformance: Conformance) -> Iterator[Row]:
    for item in conformance.findings:
        yield {
            "Rule": item.rule,
            "Severity": item.severity,
            "Message": item.message,
            "Dataset": item.dataset,
            "USUBJID": item.usubjid,
            "Record": item.record or None,
            "Sequence": int(item.seq) if item.seq.isdigit() else item.seq,
            "Variable": item.variable,
            "Value": item.value,
            "Count": 1,
            "Explanation": item.explanation,
        }


def _rules(conformance: Conformance) -> Iterator[Row]:
    found = Counter(item.rule for item in conformance.findings)
    for rule in sorted(RULES.values(), key=lambda rule: rule.id):
        yield {
            "Rule": rule.id,
            "Source": _sources(rule.id),
            "Severity": rule.severity,
            "Message": rule.message,
            "What Must Hold": rule.condition,
            "What To Do": rule.action,
            "Found": found[rule.id],
        }


def _sources(rule: str) -> str:
    return ", ".join(RULES[rule].sources) if rule in RULES else ""


def _finish(sheet: Worksheet) -> None:
    """Widths, heights and alignment for reading, and the colour of the severity: green where it is explained."""
    headers = [str(cell.value) for cell in sheet[1]]
    widths = [_column(sheet, number, header) for number, header in enumerate(headers, start=1)]
    # A row for each record: one line each. Elsewhere long texts are read in full.
    wrapped = sheet.title != "Issue Details"
    for number, row in enumerate(sheet.iter_rows(min_row=2), start=2):
        lines = max(ceil(len(str(cell.value or "")) / width) for cell, width in zip(row, widths, strict=True))
        sheet.row_dimensions[number].height = _LINE * (lines if wrapped else 1) + 2
        for cell in row:
            horizontal = "center" if isinstance(cell.value, int) else "left"
            cell.alignment = Alignment(horizontal=horizontal, vertical="top", wrap_text=wrapped)
        if "Explanation" in headers:
            _colour(row[headers.index("Severity")], bool(row[headers.index("Explanation")].value))


def _column(sheet: Worksheet, number: int, header: str) -> float:
    """Set the width of a column with long texts; the width of any, in characters."""
    dimension = sheet.column_dimensions[get_column_letter(number)]
    name = "Result" if sheet.title == "Summary" and header == "Value" else header
    dimension.width = _WIDE.get(name, dimension.width)
    width: float = dimension.width
    return width


def _colour(severity: Cell | MergedCell, explained: bool) -> None:
    colour = _GREEN if explained else _FILLS.get(str(severity.value))
    if colour:
        severity.fill = PatternFill("solid", fgColor=colour)
        severity.font = Font(name="Arial", size=10, bold=not explained)
