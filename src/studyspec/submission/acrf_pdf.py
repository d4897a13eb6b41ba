"""Drawing the annotated CRF: pages of forms, a table of contents with links, and bookmarks by form and by dataset."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from studyspec.documents.fonts import BOLD, ITALIC, PLAIN, printable
from studyspec.submission import acrf_pages as p
from studyspec.submission.acrf_pages import Box, FormPage, Line

TITLE = "Annotated Case Report Form"
_ABOUT = (
    "Each raw form of the study's data export begins a page of its own. A row is a column of the form: its name, the "
    "place of its entry with the terms that its variables may have, and what becomes of it in SDTM.",
    "AE.AETERM: the column gives the value of this variable, alone or with other columns; the method or mapping in "
    "define.xml and in the dataset's program says how. SUPPAE.QVAL when QNAM = AELANG: the value is a supplemental "
    "qualifier. The word when names the records that are meant if a form gives several kinds of records.",
    "Boxes at the head of a form name its datasets, and below them what every record of the form is assigned. A colour "
    "is a dataset. NOT SUBMITTED: no dataset has the value; where something else is done with it, that follows.",
)
# Light enough for black letters; datasets take them in turn.
_COLOURS = (
    *("#CFE2F3", "#D9EAD3", "#FFF2CC", "#F4CCCC", "#D9D2E9", "#FCE5CD"),
    *("#D0E0E3", "#EAD1DC", "#E2EFDA", "#DDEBF7", "#F8E1B5", "#E7D8C9"),
)
_GREY, _DARK = "#EEEEEE", "#1F3864"
_ENTRY_LINE = "#9AA5B1"
_LINE, _LIST = 13.0, 24.0


@dataclass(frozen=True)
class Contents:
    """All pages: first those of the table of contents, then those of the forms, numbered from 1."""

    study: str
    datasets: tuple[str, ...]
    pages: tuple[FormPage, ...]

    @cached_property
    def lists(self) -> tuple[tuple[tuple[str, str, int], ...], ...]:
        """The table of contents in pages: text, bookmark (blank for a heading) and page number of each line."""
        room = p.HEIGHT - p.TOP - p.BOTTOM - 2 * _LINE
        rows = len(self._entries(0))
        first = int((room - 210) // _LINE)
        per_page = int(room // _LINE)
        count = 1 + max(0, -(-(rows - first) // per_page))
        entries = self._entries(count)
        places = [0, *(first + per_page * number for number in range(count))]
        return tuple(tuple(entries[start:end]) for start, end in pairwise(places))

    @property
    def count(self) -> int:
        """Pages in all."""
        return len(self.lists) + len(self.pages)

    def numbered(self) -> list[tuple[int, FormPage]]:
        """The pages of forms with their page numbers."""
        return list(enumerate(self.pages, start=len(self.lists) + 1))

    def by_dataset(self, before: int) -> dict[str, list[tuple[FormPage, int]]]:
        """The first page of each form by the datasets it goes to, with its number; `before` pages stand in front."""
        found: dict[str, list[tuple[FormPage, int]]] = {name: [] for name in self.datasets}
        for number, page in enumerate(self.pages, start=before + 1):
            for name, _ in page.form.datasets if page.part == 1 else ():
                found[name].append((page, number))
        return {name: pages for name, pages in found.items() if pages}

    def _entries(self, before: int) -> list[tuple[str, str, int]]:
        entries = [("Forms", "", 0)]
        for number, page in enumerate(self.pages, start=before + 1):
            if page.part == 1:
                entries.append((form_title(page), bookmark(page), number))
        entries.append(("Datasets", "", 0))
        for name, pages in self.by_dataset(before).items():
            entries += [(f"{name}: {form_title(page)}", bookmark(page), number) for page, number in pages]
        return entries


def form_title(page: FormPage) -> str:
    """Adverse events (ae)."""
    return f"{page.form.label} ({page.form.name})" if page.form.label != page.form.name else page.form.name


def bookmark(page: FormPage) -> str:
    """The name of a form's first page as a destination."""
    return f"form-{page.form.name}"


def draw(contents: Contents) -> bytes:
    """The document as PDF; the same bytes on every run."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(p.WIDTH, p.HEIGHT), invariant=1, lang="en", initialFontName=PLAIN)
    canvas.setTitle(f"{TITLE}, study {contents.study}")
    canvas.setAuthor(f"Study {contents.study}")
    canvas.setCreator("studyspec")
    canvas.setSubject("Raw forms of the study with the SDTM variables that their columns become")
    sheet = _Sheet(canvas, contents)
    for number, entries in enumerate(contents.lists, start=1):
        sheet.contents_page(number, entries)
    for number, page in contents.numbered():
        sheet.form_page(number, page)
    for title, name, level, _ in _outline(contents):
        canvas.addOutlineEntry(title, name, level, closed=level > 0)
    canvas.showOutline()
    canvas.save()
    return buffer.getvalue()


def _outline(contents: Contents) -> Iterator[tuple[str, str, int, int]]:
    """Bookmarks as title, name, level and page: contents, then forms, then datasets with their forms.

    Each has a name of its own: reportlab gives bookmarks of one name one title.
    """
    first = len(contents.lists) + 1
    yield "Contents", "contents", 0, 1
    yield "Forms", "forms", 0, first
    for number, page in contents.numbered():
        if page.part == 1:
            yield form_title(page), bookmark(page), 1, number
    yield "Datasets", "datasets", 0, first
    for name, pages in contents.by_dataset(len(contents.lists)).items():
        yield name, f"dataset-{name}", 1, pages[0][1]
        for page, number in pages:
            yield form_title(page), f"dataset-{name}-{bookmark(page)}", 2, number


class _Sheet:
    """Draws pages; y counts from the top."""

    def __init__(self, canvas: Any, contents: Contents) -> None:
        self._canvas = canvas
        self._contents = contents
        self._colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(contents.datasets)}

    def contents_page(self, number: int, entries: Sequence[tuple[str, str, int]]) -> None:
        y = p.TOP
        self._bookmark(number)
        if number == 1:
            y = self._about(y)
        for text, target, page in entries:
            y += _LINE
            if target:
                self._link(text, target, page, y)
            else:
                y += _LIST - _LINE if y > p.TOP + _LINE else 0
                self._text(p.LEFT, y, text, BOLD, 10)
        self._foot(number)

    def _bookmark(self, number: int) -> None:
        """Name the page for the bookmarks that lead to it."""
        for _, name, _, place in _outline(self._contents):
            if place == number:
                self._canvas.bookmarkPage(name)

    def _about(self, y: float) -> float:
        """Title and how to read; the place below."""
        self._text(p.LEFT, y + 18, TITLE, BOLD, 18)
        self._text(p.LEFT, y + 38, f"Study {self._contents.study}", PLAIN, 11)
        y += 60
        for text in _ABOUT:
            for line in p.broken(text, PLAIN, p.SIZE + 0.5, p.ROOM):
                self._text(p.LEFT, y, line, PLAIN, p.SIZE + 0.5)
                y += p.LEADING + 1
            y += 4
        return y

    def _link(self, text: str, target: str, page: int, y: float) -> None:
        right = p.WIDTH - p.RIGHT
        self._text(p.LEFT + 12, y, text, PLAIN, 9)
        self._canvas.setFont(PLAIN, 9)
        self._canvas.drawRightString(right, p.HEIGHT - y, str(page))
        self._canvas.setStrokeColor(_ENTRY_LINE)
        self._canvas.setDash(0.5, 2)
        start = p.LEFT + 18 + self._canvas.stringWidth(printable(text), PLAIN, 9)
        self._canvas.line(start, p.HEIGHT - y, right - 20, p.HEIGHT - y)
        self._canvas.setDash()
        self._canvas.linkAbsolute(text, target, Rect=(p.LEFT, p.HEIGHT - y - 3, right, p.HEIGHT - y + 9))

    def form_page(self, number: int, page: FormPage) -> None:
        canvas = self._canvas
        self._bookmark(number)
        canvas.setFillColor(_DARK)
        canvas.rect(p.LEFT, p.HEIGHT - p.TOP - 22, p.ROOM, 22, stroke=0, fill=1)
        part = f", page {page.part} of {page.parts}" if page.parts > 1 else ""
        self._text(p.LEFT + 6, p.TOP + 15, f"{form_title(page)}{part}", BOLD, 11, "#FFFFFF")
        y = p.TOP + p.HEAD_HEIGHT
        for rows, font in ((page.datasets, BOLD), (page.assigned, PLAIN)):
            y = self._rows(rows, y, font)
        y = self._column_heads(y)
        for line in page.lines:
            self._field(line, y)
            y += line.height
        self._foot(number)

    def _rows(self, rows: Sequence[Sequence[Box]], y: float, font: str) -> float:
        for row in rows:
            x = p.LEFT
            for box in row:
                self._box(box, x, y, font)
                x += box.width + p.GAP
            y += max(box.height for box in row) + p.GAP
        return y

    def _column_heads(self, y: float) -> float:
        for (start, _), text in zip((p.NAME, p.ENTRY, p.BOXES), ("Column", "Entry", "SDTM"), strict=True):
            self._text(p.LEFT + start, y + 10, text, ITALIC, p.SMALL, "#555555")
        self._rule(y + 13, _DARK)
        return y + p.COLUMNS_HEIGHT

    def _field(self, line: Line, y: float) -> None:
        for place, text in enumerate(line.name):
            self._text(p.LEFT + p.NAME[0], y + p.LEADING * (place + 1), text, BOLD, p.SIZE)
        canvas = self._canvas
        canvas.setStrokeColor(_ENTRY_LINE)
        canvas.setLineWidth(0.6)
        top = p.HEIGHT - y - p.ENTRY_HEIGHT
        canvas.roundRect(p.LEFT + p.ENTRY[0], top, p.ENTRY[1], p.ENTRY_HEIGHT, 2, stroke=1, fill=0)
        for place, text in enumerate(line.coding, start=1):
            below = y + p.ENTRY_HEIGHT + p.SMALL_LEADING * place
            self._text(p.LEFT + p.ENTRY[0], below, text, PLAIN, p.SMALL, "#444444")
        below = y
        for box in line.boxes:
            self._box(box, p.LEFT + p.BOXES[0], below, PLAIN if box.dataset else ITALIC)
            below += box.height + p.GAP
        self._rule(y + line.height - p.GAP, "#E3E7EB")

    def _box(self, box: Box, x: float, y: float, font: str) -> None:
        canvas = self._canvas
        canvas.setFillColor(self._colours.get(box.dataset, _GREY))
        canvas.setStrokeColor("#7F8C99")
        canvas.setLineWidth(0.5)
        canvas.rect(x, p.HEIGHT - y - box.height, box.width, box.height, stroke=1, fill=1)
        for place, text in enumerate(box.lines, start=1):
            self._text(x + p.PAD, y + p.LEADING * place - 1, text, font, p.SIZE)

    def _foot(self, number: int) -> None:
        y = p.HEIGHT - p.BOTTOM / 2
        self._text(p.LEFT, y, f"Study {self._contents.study}, {TITLE.lower()}", PLAIN, 7, "#555555")
        self._canvas.drawRightString(p.WIDTH - p.RIGHT, p.HEIGHT - y, f"Page {number} of {self._contents.count}")
        self._canvas.showPage()

    def _rule(self, y: float, colour: str) -> None:
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(p.LEFT, p.HEIGHT - y, p.WIDTH - p.RIGHT, p.HEIGHT - y)

    def _text(self, x: float, y: float, text: str, font: str, size: float, colour: str = "#000000") -> None:
        self._canvas.setFillColor(colour)
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, p.HEIGHT - y, printable(text))
