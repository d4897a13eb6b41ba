"""A document as Word file: real heading styles, contents, captions, page numbers; the same bytes on every run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from studyspec.archive import without_times
from studyspec.documents.content import Block, Bullets, Document, Gap, Numbered, Table, numbered

_FONT = "Arial"
_DARK, _SHADE, _LINE, _ALARM = "1F3864", "E8ECF2", "B4BCC8", "9C2A00"
_MARGIN_CM = 2.2
_ROOM_CM = 21.0 - 2 * _MARGIN_CM
_SIZES = {"Normal": 9.5, "Title": 24, "Subtitle": 14, "Heading 1": 15, "Heading 2": 12, "Heading 3": 10}


def docx_bytes(document: Document) -> bytes:
    """The document as .docx.

    The contents are a field that Word can update; as written it lists the headings as links, without page numbers,
    which only a word processor knows.
    """
    import docx
    from docx.shared import Cm

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    _set_styles(made)
    _set_properties(made, document)
    _add_foot(section, document)
    _add_first_page(made, document)
    for place, item in enumerate(numbered(document)):
        _add_section(made, item, place)
    return _saved(made)


def _set_styles(made: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in _SIZES.items():
        style = made.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(_DARK)
            style.font.italic = False
    made.styles["Normal"].paragraph_format.space_after = Pt(5)
    made.styles["Caption"].font.color.rgb = RGBColor.from_string("444444")
    made.styles["Caption"].font.size = Pt(8.5)


def _set_properties(made: Any, document: Document) -> None:
    """What the file says of itself: nothing of the machine or the hour it was made."""
    about = made.core_properties
    about.title, about.subject, about.author = document.name, document.title, f"Study {document.study}"
    about.last_modified_by, about.comments, about.keywords, about.language = about.author, "", "", "en"
    about.created = about.modified = datetime.fromisoformat(document.date[:10])
    about.revision = 1


def _add_foot(section: Any, document: Document) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    paragraph = section.footer.paragraphs[0]
    paragraph.style = "Normal"  # the style Footer has tab stops of its own
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_ROOM_CM), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{document.name}\tPage ")
    _add_field(paragraph, "PAGE", "1")
    paragraph.add_run(" of ")
    _add_field(paragraph, "NUMPAGES", "1")
    for run in paragraph.runs:
        run.font.size = Pt(8)


def _add_first_page(made: Any, document: Document) -> None:
    made.add_paragraph(document.title, style="Title")
    made.add_paragraph(f"Study {document.study}", style="Subtitle")
    for text in (*document.about, f"Date: {document.date}"):
        made.add_paragraph(text)
    heading = made.add_paragraph()
    heading.add_run("Contents").bold = True
    _add_contents(made, list(numbered(document)))
    made.add_page_break()


def _add_contents(made: Any, items: Sequence[Numbered]) -> None:
    """A TOC field whose result is a list of links to the headings."""
    from docx.shared import Cm, Pt

    for place, item in enumerate(items):
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.6 * (item.depth - 1))
        paragraph.paragraph_format.space_after = Pt(1)
        if place == 0:
            _field_part(paragraph, "begin")
            _instruction(paragraph, r'TOC \o "1-3" \h \n \z')
            _field_part(paragraph, "separate")
        _add_link(paragraph, item.heading, _anchor(place))
        if place == len(items) - 1:
            _field_part(paragraph, "end")


def _add_link(paragraph: Any, text: str, anchor: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor)
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)


def _anchor(place: int) -> str:
    return f"_Toc{place + 1:08d}"


def _add_section(made: Any, item: Numbered, place: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    heading = made.add_heading(item.heading, level=min(item.depth, 3))
    heading.paragraph_format.page_break_before = item.section.new_page or None
    for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(kind)
        mark.set(qn("w:id"), str(place))
        if kind == "w:bookmarkStart":
            mark.set(qn("w:name"), _anchor(place))
        heading._p.append(mark)
    for block in item.section.blocks:
        _add_block(made, block)


def _add_block(made: Any, block: Block) -> None:
    from docx.shared import Pt, RGBColor

    match block:
        case str():
            made.add_paragraph(block)
        case Gap():
            run = made.add_paragraph().add_run(f"To be written: {block.text}")
            run.italic = True
            run.font.color.rgb = RGBColor.from_string(_ALARM)
        case Bullets():
            for text in block.items:
                made.add_paragraph(text, style="List Bullet").paragraph_format.space_after = Pt(2)
        case Table():
            _add_table(made, block)


def _add_table(made: Any, table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm, Pt

    if table.caption:
        made.add_paragraph(table.caption, style="Caption").paragraph_format.keep_with_next = True
    drawn = made.add_table(rows=0, cols=len(table.head), style="Table Grid")
    drawn.alignment, drawn.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    total = sum(table.widths)
    widths = [Cm(_ROOM_CM * share / total) for share in table.widths]
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    _set_borders(drawn)
    for place, texts in enumerate((table.head, *table.rows)):
        row = drawn.add_row()
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(8), place == 0
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            if place == 0:
                _shade(cell)
        _set_row(row, head=place == 0)
    made.add_paragraph().paragraph_format.space_after = Pt(4)


def _set_borders(drawn: Any) -> None:
    """Thin grey lines in place of the black ones of the style."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", _LINE)):
            line.set(qn(name), value)
        borders.append(line)
    drawn._tbl.tblPr.append(borders)


def _set_row(row: Any, *, head: bool) -> None:
    """A row is not broken across pages; the head is repeated."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _SHADE)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    _field_part(paragraph, "begin")
    _instruction(paragraph, instruction)
    _field_part(paragraph, "separate")
    paragraph.add_run(shown)
    _field_part(paragraph, "end")


def _field_part(paragraph: Any, kind: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)


def _instruction(paragraph: Any, text: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    part = OxmlElement("w:instrText")
    part.set(qn("xml:space"), "preserve")
    part.text = text
    paragraph.add_run()._r.append(part)


def _saved(made: Any) -> bytes:
    saved = io.BytesIO()
    made.save(saved)
    return without_times(saved.getvalue())
