"""A document as PDF: contents with page numbers and links, bookmarks, numbered pages, embedded letters.

Source: FDA, Portable Document Format (PDF) Specifications: a document of more than five pages has a table of contents,
links and bookmarks; fonts are embedded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from studyspec.documents.content import Block, Bullets, Document, Gap, Numbered, Table, numbered
from studyspec.documents.fonts import BOLD, ITALIC, PLAIN, printable, register_fonts

_MARGIN = 60.0
# What must follow on the same page: below a heading, below the caption of a table.
_HEADING_ROOM, _TABLE_ROOM = 110.0, 80.0
_DARK, _SHADE, _LINE, _ALARM = "#1F3864", "#E8ECF2", "#B4BCC8", "#9C2A00"


def pdf_bytes(document: Document, *, landscape: bool = False) -> bytes:
    """The document as PDF, A4; the same document gives the same bytes. Lacking letters are written as [U+65E5]."""
    from reportlab.lib.pagesizes import A4

    register_fonts()
    pages = 0
    # The first pass counts the pages.
    for _ in range(2):
        content, pages = _drawn(document, A4[::-1] if landscape else A4, pages)
    return content


def _drawn(document: Document, size: tuple[float, float], pages: int) -> tuple[bytes, int]:
    """The PDF with "of `pages`" at the foot of each page, and how many pages it has."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    anchors = {item.heading: item for item in numbered(document)}

    class _Template(BaseDocTemplate):  # type: ignore[misc]
        """Tells contents and bookmarks where a heading came to stand."""

        def afterFlowable(self, flowable: Any) -> None:  # noqa: N802  (reportlab's name)
            item = anchors.get(getattr(flowable, "heading", ""))
            if item is None:
                return
            self.canv.bookmarkPage(item.anchor)
            self.canv.addOutlineEntry(printable(item.heading), item.anchor, item.depth - 1, closed=item.depth > 1)
            self.notify("TOCEntry", (item.depth - 1, escape(printable(item.heading)), self.page, item.anchor))

    buffer = io.BytesIO()
    width, height = size
    template = _Template(
        buffer,
        pagesize=size,
        title=document.name,
        author=f"Study {document.study}",
        creator="studyspec",
        lang="en",
        invariant=1,
        initialFontName=PLAIN,
    )
    frame = Frame(_MARGIN, _MARGIN, width - 2 * _MARGIN, height - 2 * _MARGIN, 0, 0, 0, 0)

    def foot(canvas: Any, shown: Any) -> None:
        canvas.setFont(PLAIN, 7.5)
        canvas.setFillColor("#555555")
        canvas.drawString(_MARGIN, _MARGIN / 2, printable(document.name))
        canvas.drawRightString(width - _MARGIN, _MARGIN / 2, f"Page {shown.page} of {pages}")

    template.addPageTemplates([PageTemplate(frames=[frame], onPage=foot)])
    template.multiBuild(_story(document, width - 2 * _MARGIN))
    return buffer.getvalue(), template.page


def _story(document: Document, width: float) -> list[Any]:
    from reportlab.platypus import HRFlowable, PageBreak, Paragraph, Spacer, TableStyle
    from reportlab.platypus.tableofcontents import TableOfContents

    styles = _styles()
    contents = TableOfContents()
    contents.levelStyles = [styles[f"Contents{depth}"] for depth in (1, 2, 3)]
    contents.dotsMinLevel = 0
    contents.tableStyle = TableStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), PLAIN),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    story: list[Any] = [
        Spacer(1, 30),
        Paragraph(_markup(document.title), styles["Title"]),
        Paragraph(_markup(f"Study {document.study}"), styles["Subtitle"]),
        *(Paragraph(_markup(text), styles["Body"]) for text in document.about),
        Paragraph(_markup(f"Date: {document.date}"), styles["Body"]),
        Spacer(1, 10),
        HRFlowable(width="100%", color=_LINE),
        Paragraph("Contents", styles["ContentsHead"]),
        contents,
        PageBreak(),
    ]
    for item in numbered(document):
        story += _section(item, width, styles)
    return story


def _section(item: Numbered, width: float, styles: Any) -> Iterator[Any]:
    from reportlab.platypus import CondPageBreak, PageBreak, Paragraph

    yield PageBreak() if item.section.new_page else CondPageBreak(_HEADING_ROOM)
    heading = Paragraph(_markup(item.heading), styles[f"Heading{min(item.depth, 3)}"])
    heading.heading = item.heading
    yield heading
    for block in item.section.blocks:
        yield from _block(block, width, styles)


def _block(block: Block, width: float, styles: Any) -> Iterator[Any]:
    from reportlab.platypus import Paragraph, Spacer

    match block:
        case str():
            yield Paragraph(_markup(block), styles["Body"])
        case Gap():
            yield Paragraph(_markup(f"To be written: {block.text}"), styles["Gap"])
        case Bullets():
            yield from (Paragraph(_markup(text), styles["Bullet"], bulletText="\u2022") for text in block.items)
            yield Spacer(1, 4)
        case Table():
            yield from _table(block, width, styles)
            yield Spacer(1, 9)


def _table(table: Table, width: float, styles: Any) -> Iterator[Any]:
    from reportlab.platypus import CondPageBreak, LongTable, Paragraph, TableStyle

    if table.caption:
        yield CondPageBreak(_TABLE_ROOM)
        yield Paragraph(_markup(table.caption), styles["Caption"])
    cells = [[Paragraph(_markup(text), styles["Head"]) for text in table.head]]
    cells += [[Paragraph(_markup(text), styles["Cell"]) for text in row] for row in table.rows]
    total = sum(table.widths)
    made = LongTable(cells, colWidths=[share / total * width for share in table.widths], repeatRows=1)
    look = [
        ("FONTNAME", (0, 0), (-1, -1), PLAIN),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, _DARK),
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    made.setStyle(TableStyle(look))
    yield made


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("Body", fontName=PLAIN, bulletFontName=PLAIN, fontSize=8.5, leading=12.5, spaceAfter=5)
    cell = ParagraphStyle("Cell", parent=body, fontSize=7, leading=9, spaceAfter=0, splitLongWords=True)
    bold = {"fontName": BOLD, "textColor": _DARK}
    found = [
        body,
        cell,
        ParagraphStyle("Head", parent=cell, fontName=BOLD),
        ParagraphStyle("Caption", parent=body, fontName=ITALIC, fontSize=7.5, spaceBefore=4, spaceAfter=3),
        ParagraphStyle("Bullet", parent=body, leftIndent=14, bulletIndent=4, spaceAfter=2),
        ParagraphStyle(
            "Gap",
            parent=body,
            fontName=ITALIC,
            textColor=_ALARM,
            borderColor=_ALARM,
            borderWidth=0.6,
            borderPadding=4,
            leftIndent=5,
            rightIndent=5,
            spaceBefore=4,
            spaceAfter=9,
        ),
        ParagraphStyle("Title", parent=body, fontName=BOLD, fontSize=21, leading=27, textColor=_DARK, spaceAfter=8),
        ParagraphStyle("Subtitle", parent=body, fontSize=13, leading=17, spaceAfter=14),
        ParagraphStyle("ContentsHead", parent=body, fontName=BOLD, fontSize=11, spaceBefore=10, spaceAfter=6),
        ParagraphStyle("Heading1", parent=body, fontSize=14, leading=18, spaceBefore=16, spaceAfter=7, **bold),
        ParagraphStyle("Heading2", parent=body, fontSize=11, leading=14, spaceBefore=11, spaceAfter=5, **bold),
        ParagraphStyle("Heading3", parent=body, fontSize=9, leading=12, spaceBefore=9, spaceAfter=4, **bold),
    ]
    for depth in (1, 2, 3):
        style = ParagraphStyle(
            f"Contents{depth}", parent=body, leftIndent=14 * (depth - 1), spaceAfter=0, rightIndent=24
        )
        style.fontName, style.leading = (BOLD, 15.0) if depth == 1 else (PLAIN, 11.5)
        found.append(style)
    return {style.name: style for style in found}


def _markup(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br/>")
