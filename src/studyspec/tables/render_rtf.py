"""Pages as RTF: real table rows, header rows that repeat, titles in the page header, footnotes in the page footer.

Source of the control words: Rich Text Format Specification 1.9.1. Each page is a table of its own, so that the page
breaks are those of the text and the PDF; its header rows (`trhdr`) repeat should a word processor need more room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studyspec.tables.grid import GAP, span, width
from studyspec.tables.layout import INDENT, HeadCell, has_deeper, is_span, is_text
from studyspec.tables.pages import PageLine, Pages
from studyspec.tables.plots.emf import UNITS, render_emf
from studyspec.tables.plots.shapes import Drawing

# Twips (1/20 point): a character and a line of Courier 9 pt, and A4.
_SIGN = 108
_LINE = 210
_SHORT, _LONG = 11906, 16838
_TOP = _BOTTOM = 1000
_RULE = r"\brdrs\brdrw10"
# Twips between a rule and the text next to it.
_SPACE = 60
_PARAGRAPH = rf"\sl-{_LINE}\slmult0"
_FONT = r"\plain\f0\fs18"
# A paragraph of no height worth mentioning.
_THIN = r"{\pard\sl-20\slmult0\fs2\par}"
_PAGE_NUMBER = r"Page {\field{\*\fldinst PAGE}{\fldrslt 1}} of {\field{\*\fldinst NUMPAGES}{\fldrslt %d}}"


def render_rtf(*parts: Pages, drawings: Sequence[Drawing] = ()) -> bytes:
    """A display as RTF, for Word and LibreOffice.

    Args:
        parts: from `paginate`; one, or one per subgroup, which is then a section with a header of its own.
        drawings: the pages of a figure, which stand in place of the table.

    Returns:
        The file's bytes, ASCII only; other characters are written as Unicode escapes.
    """
    count = sum(len(drawings or pages.bodies) for pages in parts)
    page_break = r"{\pard\pagebb\sl-20\slmult0\fs2\par}"
    lines = list(_opening(parts[0]))
    for number, pages in enumerate(parts):
        if number:
            lines.append(_section(pages))
        lines += _running(pages, count)
        if number:
            # LibreOffice begins no section with a table.
            lines.append(_THIN)
        tables = [_picture(drawing) for drawing in drawings]
        tables = tables or ["\n".join(_table(pages, body)) for body in pages.bodies]
        lines += [f"\n{page_break}\n".join(tables), _THIN]
    return "\n".join([*lines, "}", ""]).encode("ascii")


def escape(text: str) -> str:
    r"""Text with what RTF would read as control written so that it is shown.

    Example:
        >>> print(escape("a{b}\\ é ≥"))
        a\{b\}\\ \u233? \u8805?
    """
    return "".join(_escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    if sign in "\\{}":
        return f"\\{sign}"
    if sign == "\n":
        return "\\line "
    if " " <= sign <= "~":
        return sign
    units = sign.encode("utf-16-le")
    codes = (int.from_bytes(units[place : place + 2], "little", signed=True) for place in range(0, len(units), 2))
    return "".join(f"\\u{code}?" for code in codes)


def _opening(pages: Pages) -> Iterator[str]:
    width, height, margins = _paper(pages)
    yield r"{\rtf1\ansi\ansicpg1252\uc1\deff0\deflang1033{\fonttbl{\f0\fmodern\fprq1 Courier New;}}"
    yield rf"{{\info{{\title {escape(' '.join(pages.layout.titles))}}}}}"
    yield rf"\paperw{width}\paperh{height}" + (r"\landscape" if width > height else "")
    named = "".join(rf"\marg{side}{size}" for side, size in margins.items())
    yield rf"{named}\headery{_TOP}\footery{_BOTTOM}\widowctrl"


def _section(pages: Pages) -> str:
    """The end of a section, and the paper of the next one."""
    width, height, margins = _paper(pages)
    landscape = r"\lndscpsxn" if width > height else ""
    named = "".join(rf"\marg{side}sxn{size}" for side, size in margins.items())
    return rf"\sect\sectd\sbkpage{landscape}\pgwsxn{width}\pghsxn{height}{named}\headery{_TOP}\footery{_BOTTOM}"


def _paper(pages: Pages) -> tuple[int, int, dict[str, int]]:
    """Width, height and margins of the paper, in twips."""
    width, height = (_LONG, _SHORT) if pages.layout.orientation == "landscape" else (_SHORT, _LONG)
    side = (width - pages.width * _SIGN) // 2
    bottom = _BOTTOM + _SPACE + len(pages.notes) * _LINE
    return width, height, {"l": side, "r": side, "t": _top(pages), "b": bottom}


def _top(pages: Pages) -> int:
    """The margin above the body, in which the running titles stand."""
    return _TOP + _SPACE + (1 + len(pages.header) + len(pages.titles) + len(pages.population)) * _LINE


def _running(pages: Pages, count: int) -> Iterator[str]:
    """What stands above and below the body on each page."""
    layout = pages.layout
    number = _PAGE_NUMBER % count
    yield rf"{{\header{_FONT}"
    yield rf"\pard\tqr\tx{pages.width * _SIGN}{_PARAGRAPH} {escape(pages.header[0])}\tab {number}\par"
    yield from (rf"\pard{_PARAGRAPH} {escape(line)}\par" for line in pages.header[1:])
    yield rf"\pard{_PARAGRAPH}\par"
    titles = [rf"\pard\qc{_PARAGRAPH}{{\b {escape(title)}}}\par" for title in layout.titles]
    titles += [rf"\pard\qc{_PARAGRAPH} {escape(text)}\par" for text in layout.population]
    yield "\n".join(titles) + "}"
    yield rf"{{\footer{_FONT}"
    # The line is a little longer than its text, for fonts that stand in for Courier New and are a little wider.
    notes = [rf"\pard\ri-{_SIGN}{_PARAGRAPH} {escape(note)}\par" for note in (*layout.footnotes, layout.source)]
    yield "\n".join(notes) + "}"


def _table(pages: Pages, body: Sequence[PageLine]) -> Iterator[str]:
    yield _FONT
    yield from _head(pages)
    for place, line in enumerate(body):
        yield _row(pages, line, first=place == 0, last=place == len(body) - 1, keep=has_deeper(body, place))


def _picture(drawing: Drawing) -> str:
    """A drawing between rules, with its description for those who do not see it."""
    width, height = round(drawing.width * UNITS), round(drawing.height * UNITS)
    size = rf"\picw{width * 127 // 72}\pich{height * 127 // 72}\picwgoal{width}\pichgoal{height}"
    about = rf"{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {escape(drawing.description)}}}}}}}"
    rules = rf"\brdrt{_RULE}\brsp{_SPACE}\brdrb{_RULE}"
    return rf"{{\pard{rules} {{\pict{about}\emfblip{size}" + f"\n{render_emf(drawing).hex()}}}" + r"\par}"


def _head(pages: Pages) -> Iterator[str]:
    """A row per level of headings; the stub's heading stands in the last one."""
    for level, cells in enumerate(pages.head):
        first, last = level == 0, level == len(pages.head) - 1
        borders = (rf"\clbrdrt{_RULE}" if first else "") + (rf"\clbrdrb{_RULE}" if last else "") + r"\clvertalb"
        edges = [pages.stub, *(pages.stub + sum(pages.columns[: cell.first + cell.count]) for cell, _ in cells)]
        style = rf"\pard\intbl\keepn\sb{_SPACE}{_PARAGRAPH}" + (rf"\sa{_SPACE}" if last else "")
        stub = escape("\n".join(pages.stub_head)) if last else ""
        texts = [rf"{style}{{\b {stub}}}\cell"]
        texts += [_heading(pages, cell, lines, style, underlined=not last) for cell, lines in cells]
        yield rf"\trowd\trgaph0\trleft0\trkeep\trhdr{_cells(edges, borders)}"
        yield "\n".join(texts) + r"\row"


def _heading(pages: Pages, cell: HeadCell, lines: Sequence[str], style: str, *, underlined: bool) -> str:
    rule = rf"\brdrb{_RULE}" if underlined and is_span(cell) else ""
    text = escape("\n".join(lines))
    # A heading that fills its column gets half of the gap: fonts that stand in for Courier New are a little wider.
    is_full = max(map(width, lines)) >= span(cell, pages.columns) - GAP
    place = " " if is_text(pages.layout, cell) else rf"\qc\ri{(GAP - is_full) * _SIGN}"
    return rf"{style}{place}{rule}{{\b {text}}}\cell"


def _row(pages: Pages, line: PageLine, *, first: bool, last: bool, keep: bool) -> str:
    edges = [pages.stub + sum(pages.columns[:place]) for place in range(len(pages.columns) + 1)]
    before = _SPACE if first else _LINE if line.space else 0
    style = rf"\pard\intbl{_PARAGRAPH}\sb{before}\sa{_SPACE if last else 0}" + (r"\keepn" if keep else "")
    label = escape("\n".join(line.label))
    cells = line.cells or ((),) * len(pages.columns)
    texts = [rf"{style}\li{INDENT * line.indent * _SIGN} {label}\cell", *(_cell(cell, style) for cell in cells)]
    border = rf"\clbrdrb{_RULE}" if last else ""
    return rf"\trowd\trgaph0\trleft0\trkeep{_cells(edges, border)}" + "\n" + "".join(texts) + r"\row"


def _cell(lines: Sequence[str], style: str) -> str:
    """A cell; the blanks that align its text become an indent."""
    if not lines:
        return rf"{style}\cell"
    blanks = len(lines[0]) - len(lines[0].lstrip())
    text = escape("\n".join(item.strip() for item in lines))
    return rf"{style}\li{blanks * _SIGN} {text}\cell"


def _cells(edges: Sequence[int], borders: str) -> str:
    return "".join(rf"{borders}\cellx{edge * _SIGN}" for edge in edges)
