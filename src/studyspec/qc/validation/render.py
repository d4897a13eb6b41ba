"""The validation report as HTML and as PDF; the same report gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from studyspec.qc.pages import page
from studyspec.qc.validation.report import Report, Section, Table

NAME = "validation-report"
_MARGIN = 42.0


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write validation-report.html and validation-report.pdf."""
    folder.mkdir(parents=True, exist_ok=True)
    html, pdf = folder / f"{NAME}.html", folder / f"{NAME}.pdf"
    html.write_text(page("validation.html.j2", report=report), encoding="utf-8", newline="\n")
    pdf.write_bytes(report_pdf(report))
    return [html, pdf]


def report_pdf(report: Report) -> bytes:
    """The report as PDF, A4 landscape: numbered pages, table heads that repeat, signatures on a page of their own."""
    pages = 0
    # The first pass counts the pages.
    for _ in range(2):
        content, pages = _drawn(report, pages)
    return content


def _drawn(report: Report, pages: int) -> tuple[bytes, int]:
    """The PDF with "of `pages`" at the foot of each page, and how many pages it has."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    width, height = landscape(A4)
    document = SimpleDocTemplate(
        buffer,
        pagesize=(width, height),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=report.title,
        author=f"Study {report.study}",
        invariant=1,
    )

    def foot(canvas: Any, shown: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(_MARGIN, _MARGIN / 2, report.title)
        canvas.drawRightString(width - _MARGIN, _MARGIN / 2, f"Page {shown.page} of {pages}")

    document.build(_story(report, width - 2 * _MARGIN), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue(), document.page


def _story(report: Report, width: float) -> list[Any]:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, Spacer

    styles = getSampleStyleSheet()
    story: list[Any] = [
        Paragraph(escape(report.title), styles["Title"]),
        Paragraph(f"Date of the build: {report.date}", styles["Normal"]),
        Spacer(1, 8),
        Paragraph(f"<b>{escape(report.conclusion)}</b>", styles["Normal"]),
    ]
    for number, section in enumerate(report.sections, start=1):
        if section is report.sections[-1]:
            story.append(PageBreak())
        story += _section(number, section, width, styles)
    return story


def _section(number: int, section: Section, width: float, styles: Any) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer

    found: list[Any] = [Spacer(1, 10), Paragraph(escape(f"{number}. {section.title}"), styles["Heading2"])]
    for text in section.paragraphs:
        found += [Paragraph(escape(text), styles["Normal"]), Spacer(1, 4)]
    for table in section.tables:
        found += [_table(table, width, section.title == "Sign-off"), Spacer(1, 8)]
    return found


def _table(table: Table, width: float, to_sign: bool) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    plain = ParagraphStyle("cell", fontName="Helvetica", fontSize=7.5, leading=9, splitLongWords=True)
    bold = ParagraphStyle("head", parent=plain, fontName="Helvetica-Bold")
    cells = [[Paragraph(escape(text), bold) for text in table.head]]
    cells += [[Paragraph(escape(text), plain) for text in row] for row in table.rows]
    heights = [None] + [36.0 if to_sign else None] * len(table.rows)
    made = LongTable(cells, colWidths=[share * width for share in table.widths], rowHeights=heights, repeatRows=1)
    style = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    made.setStyle(TableStyle(style))
    return made
