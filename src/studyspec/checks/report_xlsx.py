"""The conformance report as a workbook, in the layout that users of validators know.

Sheets: Summary (study, counts, what was not run), Datasets, Issue Summary (a row for each rule, dataset and variable),
Issue Details (a row for each record), Rules (every rule with what it found).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
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
_WIDE = {"Message": 60, "Explanation": 70, "What Must Hold": 60, "What To Do": 50, "Value": 44, "Label": 40}
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
    """Widths of long texts, and the colour of the severity: green where an error or warning is explained."""
    headers = [str(cell.value) for cell in sheet[1]]
    for cell in sheet[1]:
        if cell.value in _WIDE:
            sheet.column_dimensions[cell.column_letter].width = _WIDE[str(cell.value)]
    if sheet.title == "Summary":
        sheet.column_dimensions["B"].width = 110
    if "Severity" not in headers or "Explanation" not in headers:
        return
    severity, explanation = headers.index("Severity"), headers.index("Explanation")
    for row in sheet.iter_rows(min_row=2):
        colour = _GREEN if row[explanation].value else _FILLS.get(str(row[severity].value))
        if colour:
            row[severity].fill = PatternFill("solid", fgColor=colour)
            row[severity].font = Font(name="Arial", size=10, bold=not row[explanation].value)
