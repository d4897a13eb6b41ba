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
    """The report as PDF, A4 landscape, with page numbers, an outline and heads that repeat; no clock in the file."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    styles = getSampleStyleSheet()
    buffer = io.BytesIO()
    size = landscape(A4)
    document = SimpleDocTemplate(
        buffer,
        pagesize=size,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=report.title,
        author=f"Study {report.study}",
        invariant=1,
    )
    width = size[0] - 2 * _MARGIN
    story: list[Any] = [
        Paragraph(escape(report.title), styles["Title"]),
        Paragraph(f"Date of the build: {report.date}", styles["Normal"]),
        Spacer(1, 8),
        Paragraph(f"<b>{escape(report.conclusion)}</b>", styles["Normal"]),
    ]
    for number, section in enumerate(report.sections, start=1):
        if section.title == "Sign-off":
            story.append(PageBreak())
        story += _section(number, section, width, styles)

    def foot(canvas: Any, shown: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(_MARGIN, _MARGIN / 2, report.title)
        canvas.drawRightString(size[0] - _MARGIN, _MARGIN / 2, f"Page {shown.page}")

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


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
