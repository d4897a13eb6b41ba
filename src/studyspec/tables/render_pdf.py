"""Pages as PDF, drawn on the same grid as the text; no clock in the file, the same bytes on every run."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from studyspec.tables.grid import GAP, span, width
from studyspec.tables.layout import INDENT, is_span, is_text
from studyspec.tables.pages import LINE_POINTS as _LINE
from studyspec.tables.pages import PAGE_HEIGHT, PageLine, Pages, paginate
from studyspec.tables.pages import SIGN_POINTS as _SIGN
from studyspec.tables.pdf_fonts import OTHER, codes_of, is_standard
from studyspec.tables.plots.pdf import draw_on
from studyspec.tables.plots.shapes import Drawing

_SIZE = 9.0
_A4 = (595.28, 841.89)
_PLAIN, _BOLD = "Courier", "Courier-Bold"
_RULE_WIDTH = 0.6


def render_pdf(*parts: Pages, drawings: Sequence[Drawing] = ()) -> bytes:
    """A display as PDF, A4, Courier.

    Args:
        parts: from `paginate`; one, or one per subgroup.
        drawings: the pages of a figure, which stand in place of the table.

    Returns:
        The file's bytes. Characters that neither Courier nor Bitstream Vera has are printed as their code: [U+65E5].
    """
    from reportlab.pdfgen.canvas import Canvas

    pages = printable_pages(parts[0])
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=0, lang="en")
    canvas.setTitle(" ".join(pages.layout.titles))
    canvas.setAuthor(pages.header[0])
    canvas.setSubject(" ".join(pages.layout.population))
    canvas.bookmarkPage(pages.layout.name)
    canvas.addOutlineEntry(" ".join(pages.layout.titles), pages.layout.name)
    draw_display(canvas, parts, drawings)
    canvas.save()
    return buffer.getvalue()


def draw_display(
    canvas: Any,
    parts: Sequence[Pages],
    drawings: Sequence[Drawing] = (),
    before_page: Callable[[Pages], None] = lambda _: None,
) -> None:
    """Draw the pages of a display, each of them on a new page of the file.

    Args:
        canvas: of reportlab.
        parts: from `paginate`; one, or one per subgroup.
        drawings: the pages of a figure.
        before_page: called at the beginning of each page with the part that it belongs to.
    """
    parts = tuple(map(printable_pages, parts))
    size = page_size(parts[0].layout.orientation)
    bodies = [(pages, body) for pages in parts for body in drawings or pages.bodies]
    for number, (pages, body) in enumerate(bodies, start=1):
        canvas.setPageSize(size)
        before_page(pages)
        _Sheet(canvas, pages, size).page(body, f"Page {number} of {len(bodies)}")
        canvas.showPage()


def page_size(orientation: str) -> tuple[float, float]:
    """Width and height of a page of A4, in points."""
    return _A4[::-1] if orientation == "landscape" else _A4


class _Sheet:
    """One page: keeps the baseline of the next line, and the words until all are there."""

    def __init__(self, canvas: Any, pages: Pages, size: tuple[float, float]) -> None:
        self._canvas = canvas
        self._pages = pages
        height = PAGE_HEIGHT[pages.layout.orientation] * _LINE
        self._left = (size[0] - pages.width * _SIGN) / 2
        self._y = (size[1] + height) / 2 - _LINE
        self._words: dict[tuple[str, float], list[tuple[float, str]]] = {}

    def page(self, body: Sequence[PageLine] | Drawing, number: str) -> None:
        pages = self._pages
        first, *more = pages.header
        self._text(0, first)
        self._line(pages.width - width(number), number)
        for text in (*more, ""):
            self._line(0, text)
        for font, titles in ((_BOLD, pages.titles), (_PLAIN, pages.population)):
            for title in titles:
                self._line((pages.width - width(title)) / 2, title, font)
        self._rule(0, pages.width)
        if isinstance(body, Drawing):
            draw_on(self._canvas, body, self._left, self._y + _LINE)
            self._y -= body.height
        else:
            self._head()
            self._rule(0, pages.width)
            for line in body:
                self._body_line(line)
        self._rule(0, pages.width)
        for note in pages.notes:
            self._line(0, note)
        self._write()

    def _head(self) -> None:
        pages = self._pages
        top = self._y
        self._y = top - (pages.head_height - sum(pages.level_heights)) * _LINE
        for place, (level, height) in enumerate(zip(pages.head, pages.level_heights, strict=True)):
            has_rule = place < len(pages.head) - 1
            bottom = self._y - height * _LINE
            for cell, lines in level:
                start = pages.stub + sum(pages.columns[: cell.first])
                room = span(cell, pages.columns) - GAP
                self._y = bottom + (len(lines) + has_rule) * _LINE
                for line in lines:
                    offset = 0 if is_text(pages.layout, cell) else (room - width(line)) / 2
                    self._line(start + offset, line, _BOLD)
                if has_rule and is_span(cell):
                    self._rule(start, room)
            self._y = bottom
        self._y = top - (pages.head_height - len(pages.stub_head)) * _LINE
        for line in pages.stub_head:
            self._line(0, line, _BOLD)

    def _body_line(self, line: PageLine) -> None:
        self._y -= line.space * _LINE
        top = self._y
        for text in line.label:
            self._line(INDENT * line.indent, text)
        start = self._pages.stub
        for cell, room in zip(line.cells, self._pages.columns, strict=False):
            self._y = top
            for text in cell:
                self._line(start, text)
            start += room
        self._y = top - (line.height - line.space) * _LINE

    def _line(self, place: float, text: str, font: str = _PLAIN) -> None:
        self._text(place, text, font)
        self._y -= _LINE

    def _text(self, place: float, text: str, font: str = _PLAIN) -> None:
        """Put text at a place of the grid; characters of the other font one by one, each in its own place."""
        blanks = len(text) - len(text.lstrip())
        place, text = place + blanks, text[blanks:]
        if is_standard(text):
            if text:
                self._words.setdefault((font, self._y), []).append((place, text))
            return
        taken = 0
        for sign in text:
            self._words.setdefault((font if is_standard(sign) else OTHER, self._y), []).append((place + taken, sign))
            taken += width(sign)

    def _write(self) -> None:
        """All words of the page; those of one font and baseline that stand on the grid are written in one go."""
        by_font: dict[str, list[tuple[float, float, str]]] = {}
        for (font, y), words in self._words.items():
            joined = _joined(words) if font != OTHER else words
            by_font.setdefault(font, []).extend((self._left + place * _SIGN, y, text) for place, text in joined)
        for font, placed in sorted(by_font.items()):
            self._canvas.setFont(font, _SIZE)
            plain = [_operators(x, y, text) for x, y, text in placed if font != OTHER and _is_plain(text)]
            self._canvas.addLiteral("\n".join(["BT", *plain, "ET"]))
            for x, y, text in placed:
                if font == OTHER or not _is_plain(text):
                    self._canvas.drawString(x, y, text)

    def _rule(self, start: float, length: float) -> None:
        self._canvas.setLineWidth(_RULE_WIDTH)
        left = self._left + start * _SIGN
        y = self._y + _SIZE / 3
        self._canvas.line(left, y, left + length * _SIGN, y)
        self._y -= _LINE


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _operators(x: float, y: float, text: str) -> str:
    """What puts plain text at a place of a page (ISO 32000-1, 9.4); a report has too many lines to ask reportlab."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"1 0 0 1 {x:.3f} {y:.3f} Tm ({escaped}) Tj"


def _joined(words: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Words of one line with the blanks between them, where both stand on whole places of the grid."""
    found: list[tuple[float, str]] = []
    for place, text in sorted(words):
        if found and place % 1 == found[-1][0] % 1 and place >= found[-1][0] + len(found[-1][1]):
            start, before = found.pop()
            text = before.ljust(int(place - start)) + text
            place = start
        found.append((place, text))
    return found


def printable_pages(pages: Pages) -> Pages:
    """The pages with codes in place of characters that cannot be drawn; they are broken anew, as codes are longer."""
    codes = codes_of(pages.layout.texts())
    return paginate(pages.layout.mapped(lambda text: text.translate(codes))) if codes else pages
