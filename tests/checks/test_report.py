"""The conformance report: what its pages, sheets and JSON say, and that the same findings give the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from studyspec.checks.conformance import Conformance, ConformanceFinding
from studyspec.checks.report import counted, issue_lines, issues, report_html, write_reports
from studyspec.checks.report_xlsx import report_workbook
from studyspec.checks.rule import RULES


@pytest.fixture(scope="module")
def book(result: Conformance) -> Workbook:
    return openpyxl.load_workbook(BytesIO(report_workbook(result)))


def sheet_rows(book: Workbook, name: str) -> list[dict[str, object]]:
    headers, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


def test_files_are_the_same_for_the_same_findings(result: Conformance, tmp_path: Path) -> None:
    few = replace(result, findings=result.findings[:5])
    first = [path.read_bytes() for path in write_reports(few, tmp_path / "a")]
    second = [path.read_bytes() for path in write_reports(few, tmp_path / "b")]
    assert first == second
    assert sorted(path.name for path in (tmp_path / "a" / "checks").iterdir()) == [
        *("conformance.html", "conformance.json", "conformance.xlsx")
    ]


def test_the_workbook_has_a_row_for_each_record(result: Conformance, book: Workbook) -> None:
    rows = sheet_rows(book, "Issue Details")
    assert len(rows) == len(result.findings)
    (row,) = [row for row in rows if row["Rule"] == "SD-102" and row["USUBJID"] == "IONASYN01-103-0003"]
    assert (row["Dataset"], row["Variable"], row["Sequence"], row["Severity"]) == ("AE", "AEDECOD", 4, "error")
    assert str(row["Explanation"]).startswith("Events not coded")


def test_the_workbook_sums_up_issues_datasets_and_rules(result: Conformance, book: Workbook) -> None:
    (row,) = [row for row in sheet_rows(book, "Issue Summary") if row["Rule"] == "SD-102"]
    assert (row["Source"], row["Count"]) == ("CORE-000356, CG0014", 2)
    ae = next(row for row in sheet_rows(book, "Datasets") if row["Dataset"] == "AE")
    own = [item.severity for item in result.findings if item.dataset == "AE"]
    assert (ae["Errors"], ae["Warnings"], ae["Notes"]) == tuple(map(own.count, ("error", "warning", "note")))
    rules = sheet_rows(book, "Rules")
    assert [row["Rule"] for row in rules] == sorted(RULES)
    assert sum(int(str(row["Found"])) for row in rules) == len(result.findings)
    summary = {row["Item"]: row["Value"] for row in sheet_rows(book, "Summary")}
    assert summary["Result"] == counted(result)
    assert "CDISC CORE" in str(summary["Not run"])


def test_the_colour_tells_what_is_explained_and_what_is_not(result: Conformance) -> None:
    opened, explained = (replace(result.findings[0], explanation=text) for text in ("", "Because."))
    content = report_workbook(replace(result, findings=(opened, explained)))
    sheet = openpyxl.load_workbook(BytesIO(content))["Issue Details"]
    assert sheet["B2"].fill.fgColor.rgb.endswith("FADBD8")
    assert sheet["B3"].fill.fgColor.rgb.endswith("D5F5E3")


def test_the_json_has_every_finding(result: Conformance, tmp_path: Path) -> None:
    write_reports(result, tmp_path)
    content = json.loads((tmp_path / "checks" / "conformance.json").read_text(encoding="utf-8"))
    assert content["study"] == "IONASYN01"
    assert len(content["findings"]) == len(result.findings)
    assert {item["dataset"] for item in content["datasets"]} == set(result.tables)


def test_the_page_shows_values_as_text(result: Conformance) -> None:
    odd = ConformanceFinding("SD-613", "error", "x.", "AE", "AETERM", 1, value="<script>alert(1)</script>")
    page = report_html(replace(result, findings=(odd,)))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Errors that nobody explained" in page


def test_the_page_names_at_most_two_hundred_records_of_an_issue(result: Conformance) -> None:
    many = tuple(ConformanceFinding("SD-613", "error", "x.", "AE", "AETERM", record) for record in range(1, 302))
    page = report_html(replace(result, findings=many))
    assert "and 101 more, all of them in conformance.xlsx" in page


def test_findings_of_one_rule_dataset_and_variable_are_one_issue(result: Conformance) -> None:
    found = [item for item in issues(result.findings) if item.rule == "SD-314"]
    assert [(item.dataset, item.count) for item in found] == [("AE", 25), ("CM", 1), ("DS", 2), ("GF", 8), ("MH", 1)]


def test_lines_for_the_terminal_put_open_errors_first_and_leave_notes_out(result: Conformance) -> None:
    last = [item for item in result.findings if item.severity == "error"][-1]
    changed = tuple(replace(item, explanation="") if item is last else item for item in result.findings)
    lines = list(issue_lines(replace(result, findings=changed)))
    assert lines[0].startswith(f"error {last.rule}  {last.dataset}")
    assert lines[1].startswith("    do:  ")
    assert not any(line.startswith("note") for line in lines)
