"""All displays in one PDF, with contents, bookmarks and page numbers of the file.

Source: FDA, Portable Document Format (PDF) Specifications: a document of more than five pages has a table of contents,
links and bookmarks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from studyspec.exports.order import heading
from studyspec.spec.tlf import Display
from studyspec.tables.display import DisplayResult
from studyspec.tables.pages import Pages
from studyspec.tables.pdf_fonts import OTHER, codes_of, is_standard
from studyspec.tables.render_pdf import draw_display, page_size, printable_pages

NAME = "Tables, figures and listings"
_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"
_SIZE, _LINE, _MARGIN = 9.0, 13.0, 56.0
# Room for the number, and for the page number.
_NUMBER, _PAGE = 92.0, 34.0
_DOT = 4.0


@dataclass(frozen=True)
class _Entry:
    """A line of the contents: a display with its parts, the page it begins on, and how many it has."""

    display: Display
    result: DisplayResult
    parts: tuple[Pages, ...]
    page: int
    count: int


def all_displays_pdf(results: Sequence[tuple[Display, DisplayResult]]) -> bytes:
    """All displays in one PDF.

    Args:
        results: each display as it was built, in the order of the file.

    Returns:
        The file: contents with links, then each display as in its own file; bookmarks by type, display and subgroup. At
        the foot of each page stands its number in the file. The same displays give the same bytes.
    """
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, lang="en")
    canvas.setTitle(NAME)
    canvas.setAuthor(_header(results))
    canvas.setCreator("studyspec")
    canvas.setSubject(f"{len(results)} displays")
    canvas.showOutline()
    # The contents take the same pages whatever the numbers in them are.
    length = len(list(_contents_pages(_entries(results, 0))))
    _Book(canvas, _entries(results, length), length).draw(_header(results))
    canvas.save()
    return buffer.getvalue()


def _header(results: Sequence[tuple[Display, DisplayResult]]) -> str:
    """The first line at the top of the displays: the study."""
    return next((display.texts("header")[0] for display, _ in results if display.texts("header")), "")


def _entries(results: Sequence[tuple[Display, DisplayResult]], before: int) -> list[_Entry]:
    """The lines of the contents, with `before` pages ahead of the first display."""
    found: list[_Entry] = []
    page = before + 1
    for display, result in results:
        parts = tuple(map(printable_pages, result.pages))
        count = sum(len(result.drawings or pages.bodies) for pages in parts)
        found.append(_Entry(display, result, parts, page, count))
        page += count
    return found


def _contents_pages(entries: Sequence[_Entry]) -> Iterator[list[tuple[_Entry | None, list[str]]]]:
    """The pages of the contents: lines of an entry, or of a heading (no entry)."""
    from reportlab.lib.utils import simpleSplit

    width, height = page_size("portrait")
    room = int((height - 2 * _MARGIN) / _LINE)
    # Above the first line of the first page: name and study.
    page: list[tuple[_Entry | None, list[str]]] = []
    used, kind = 5, ""
    for entry in entries:
        lines = simpleSplit(_drawn(entry.display.title), _PLAIN, _SIZE, width - 2 * _MARGIN - _NUMBER - _PAGE)
        opening = [f"{entry.display.type}s"] if entry.display.type != kind else []
        needed = len(lines) + 2 * len(opening)
        if used + needed > room:
            yield page
            page, used = [], 0
        kind = entry.display.type
        page += [(None, opening)] if opening else []
        page.append((entry, lines))
        used += needed
    yield page


class _Book:
    """Draws the file: contents, then displays."""

    def __init__(self, canvas: Any, entries: Sequence[_Entry], contents: int) -> None:
        self._canvas = canvas
        self._entries = entries
        self._number = 0
        self._total = contents + sum(entry.count for entry in entries)

    def draw(self, study: str) -> None:
        self._canvas.bookmarkPage("contents")
        self._canvas.addOutlineEntry("Contents", "contents")
        self._contents(study)
        kind = ""
        for entry in self._entries:
            if entry.display.type != kind:
                kind = entry.display.type
                self._outline(f"{kind}s", kind.lower(), 0)
            self._display(entry)

    def _outline(self, text: str, key: str, level: int) -> None:
        """A bookmark that opens the page that is about to be drawn."""
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(_drawn(text), key, level, closed=level > 0)

    def _display(self, entry: _Entry) -> None:
        name = entry.display.file_name
        begun: list[Pages] = []

        def before_page(pages: Pages) -> None:
            if not begun:
                self._outline(heading(entry.display), name, 1)
            if not begun or begun[-1] is not pages:
                begun.append(pages)
                if len(entry.parts) > 1:
                    self._outline(pages.layout.titles[-1], f"{name}.{len(begun)}", 2)
            self._foot(page_size(pages.layout.orientation))

        draw_display(self._canvas, entry.parts, entry.result.drawings, before_page)

    def _contents(self, study: str) -> None:
        size = page_size("portrait")
        for number, page in enumerate(_contents_pages(self._entries)):
            self._canvas.setPageSize(size)
            self._foot(size)
            y = size[1] - _MARGIN
            if number == 0:
                self._text(_MARGIN, y - 6, NAME, _BOLD, 16)
                self._text(_MARGIN, y - 26, study)
                y -= 5 * _LINE
            for entry, lines in page:
                if entry is None:
                    y -= _LINE
                    self._text(_MARGIN, y, lines[0], _BOLD, 10)
                    y -= _LINE
                else:
                    self._line(entry, lines, y, size[0])
                    y -= len(lines) * _LINE
            self._canvas.showPage()

    def _line(self, entry: _Entry, lines: Sequence[str], y: float, width: float) -> None:
        """Number, title, dots and page; all of it is a link."""
        canvas = self._canvas
        right = width - _MARGIN
        self._text(_MARGIN, y, f"{entry.display.type} {entry.display.number}")
        for place, line in enumerate(lines):
            self._text(_MARGIN + _NUMBER, y - place * _LINE, line)
        last = y - (len(lines) - 1) * _LINE
        canvas.setFont(_PLAIN, _SIZE)
        canvas.drawRightString(right, last, str(entry.page))
        start = _MARGIN + _NUMBER + canvas.stringWidth(lines[-1], _PLAIN, _SIZE) + _DOT
        # Dots stand below each other, at multiples of their distance.
        dots = range(int(start / _DOT) + 1, int((right - _PAGE / 1.5) / _DOT))
        for place in dots:
            canvas.drawString(place * _DOT, last, ".")
        area = (_MARGIN, last - 3, right, y + _SIZE)
        canvas.linkRect("", entry.display.file_name, area, Border="[0 0 0]")

    def _foot(self, size: tuple[float, float]) -> None:
        self._number += 1
        self._canvas.setFont(_PLAIN, 7)
        self._canvas.drawCentredString(size[0] / 2, 14, f"{self._number} / {self._total}")

    def _text(self, x: float, y: float, text: str, font: str = _PLAIN, size: float = _SIZE) -> None:
        shown = _drawn(text)
        self._canvas.setFont(font if is_standard(shown) else OTHER, size)
        self._canvas.drawString(x, y, shown)


def _drawn(text: str) -> str:
    """The text as the fonts can draw it."""
    return text.translate(codes_of([text]))
