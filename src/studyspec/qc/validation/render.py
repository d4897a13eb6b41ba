"""The validation report as HTML and as PDF; the same report gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studyspec.documents.content import Document, Section, Table
from studyspec.documents.pdf_file import pdf_bytes
from studyspec.qc.pages import page
from studyspec.qc.validation.report import Report

NAME = "validation-report"
# Makes room in a cell for a person to write in.
_ROOM = "\n\n"


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write validation-report.html and validation-report.pdf."""
    folder.mkdir(parents=True, exist_ok=True)
    html, pdf = folder / f"{NAME}.html", folder / f"{NAME}.pdf"
    html.write_text(page("validation.html.j2", report=report), encoding="utf-8", newline="\n")
    pdf.write_bytes(report_pdf(report))
    return [html, pdf]


def report_pdf(report: Report) -> bytes:
    """The report as PDF, A4 landscape; the last section has room for signatures."""
    *sections, to_sign = report.sections
    document = Document(
        "Validation Report", report.study, (report.conclusion,), report.date, (*sections, _with_room(to_sign))
    )
    return pdf_bytes(document, landscape=True)


def _with_room(section: Section) -> Section:
    blocks = tuple(
        replace(block, rows=tuple(tuple(text or _ROOM for text in row) for row in block.rows))
        if isinstance(block, Table)
        else block
        for block in section.blocks
    )
    return replace(section, blocks=blocks)
