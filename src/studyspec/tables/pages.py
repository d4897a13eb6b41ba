"""Pages: the layout on a grid of characters, broken into lines and pages once for text, RTF and PDF alike.

All three print in a fixed-width font, so one set of line and page breaks serves them. Titles, column heads and
footnotes repeat on every page. A line with deeper lines below it stays with the first of them, and short blocks stay
whole. Where a page begins inside a block, the labels above are repeated with "(continued)".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import lt

from studyspec.tables.grid import GAP, aligned_columns, span, width, widths, wrap
from studyspec.tables.layout import INDENT, HeadCell, Layout, is_set_off

# Characters in a line and lines on a page, everything included: Courier 9 pt on A4 or Letter.
LINE_WIDTH = {"landscape": 132, "portrait": 90}
PAGE_HEIGHT = {"landscape": 46, "portrait": 66}
# Of a character and of a line, in points.
SIGN_POINTS, LINE_POINTS = 5.4, 10.5
# The blank line below the header, and the rules above and below column heads and below the body.
_FIXED_LINES = 4
LEAST_BODY = 6
LEAST_STUB = 12
# Of a listing, whose columns are all words.
LEAST_WORD = 4
# A block of at most this share of a page is not broken.
_WHOLE_BLOCK = 3
CONTINUED = " (continued)"


@dataclass(frozen=True)
class PageLine:
    """A line of the body as printed: label and cells, wrapped. Blanks before a cell's text align it in its column.

    `space` is True where a blank line goes before it. `page_start` takes its place where it is the first of a page.
    """

    label: tuple[str, ...]
    indent: int
    cells: tuple[tuple[str, ...], ...]
    space: bool = False
    page_start: PageLine | None = None

    @property
    def height(self) -> int:
        """How many printed lines it takes, the blank line before it included."""
        return self.space + max(1, len(self.label), *map(len, self.cells))


@dataclass(frozen=True)
class Pages:
    """A display in pages: everything wrapped. `stub` and `columns` are widths in characters, together `width`.

    `header` has at least one line, that of the page number. `head` has the levels of column headings, each heading
    with its lines.
    """

    layout: Layout
    width: int
    stub: int
    columns: tuple[int, ...]
    header: tuple[str, ...]
    titles: tuple[str, ...]
    population: tuple[str, ...]
    stub_head: tuple[str, ...]
    head: tuple[tuple[tuple[HeadCell, tuple[str, ...]], ...], ...]
    notes: tuple[str, ...]
    bodies: tuple[tuple[PageLine, ...], ...]

    @property
    def room(self) -> int:
        """Lines that a page has for the body."""
        return PAGE_HEIGHT[self.layout.orientation] - _FIXED_LINES - self.fixed_height

    @property
    def picture(self) -> tuple[float, float]:
        """Width and height that a page has for a drawing in place of column heads and body, in points."""
        return self.width * SIGN_POINTS, (self.room + self.head_height) * LINE_POINTS

    @property
    def is_cramped(self) -> bool:
        """Whether titles, heads, notes and columns leave too little for the lines of the body."""
        is_listing = len(self.layout.text_columns) == len(self.columns)
        too_narrow = min(self.stub, *self.columns) < LEAST_WORD if is_listing else self.stub < LEAST_STUB
        given = (self.stub, *self.columns)
        stated = (0 if width is None else width + GAP for width in self.layout.text_widths or (None,) * len(given))
        return self.room < LEAST_BODY or too_narrow or any(map(lt, given, stated))

    @property
    def fixed_height(self) -> int:
        """Lines that header, titles, column heads and notes take on every page."""
        lines = (self.header, self.titles, self.population, self.notes)
        return sum(map(len, lines)) + self.head_height

    @property
    def head_height(self) -> int:
        """Lines that column heads take."""
        return max(len(self.stub_head), sum(self.level_heights))

    @property
    def level_heights(self) -> tuple[int, ...]:
        """Lines that each level of column headings takes, the rule below headings over several columns included."""
        heights = [max(len(lines) for _, lines in level) for level in self.head]
        return tuple(height + (place < len(heights) - 1) for place, height in enumerate(heights))


def paginate(layout: Layout, *, like: Layout | None = None) -> Pages:
    """Break a layout into lines and pages.

    Args:
        layout: of any length and width; what is too wide is wrapped, nothing is cut.
        like: a layout with the same columns, from which their widths are taken; the layout itself when left out.

    Returns:
        The pages. They tell when a page has no room for the body (`is_cramped`).
    """
    line_width = LINE_WIDTH[layout.orientation]
    stub, columns = widths(like or layout, aligned_columns(like or layout), line_width)
    pages = Pages(
        layout=layout,
        width=line_width,
        stub=stub,
        columns=columns,
        header=layout.header or ("",),
        titles=tuple(line for title in layout.titles for line in wrap(title, line_width)),
        population=tuple(line for text in layout.population for line in wrap(text, line_width)),
        stub_head=wrap(layout.stub_head, stub - GAP),
        head=tuple(
            tuple((cell, wrap(cell.text, span(cell, columns) - GAP)) for cell in level) for level in layout.head
        ),
        notes=tuple(line for note in (*layout.footnotes, layout.source) for line in wrap(note, line_width)),
        bodies=(),
    )
    lines = _lines(layout, aligned_columns(layout), stub, columns)
    return replace(pages, bodies=tuple(_bodies(pages, lines)))


def _lines(layout: Layout, cells: Sequence[Sequence[str]], stub: int, columns: Sequence[int]) -> list[PageLine]:
    offsets = [
        0 if place in layout.text_columns else max(0, column - GAP - max(map(width, texts), default=0)) // 2
        for place, (column, texts) in enumerate(zip(columns, cells, strict=True))
    ]
    lines = []
    for place, line in enumerate(layout.body):
        texts = (
            _cell(column[place], room, offset) for column, room, offset in zip(cells, columns, offsets, strict=True)
        )
        label = wrap(line.label, stub - GAP - INDENT * line.indent)
        page_start = None
        if line.page_start:
            first, *others = line.page_start
            again = (_cell(text, room, 0) for text, room in zip(others, columns, strict=True))
            page_start = PageLine(wrap(first, stub - GAP), 0, tuple(again))
        lines.append(PageLine(label, line.indent, tuple(texts), is_set_off(layout.body, place), page_start))
    return lines


def _cell(text: str, room: int, offset: int) -> tuple[str, ...]:
    if not text.strip():
        return ()
    if "\n" in text or width(text) > room - GAP:
        return wrap(text.strip(), room - GAP)
    return (" " * offset + text,)


def _bodies(pages: Pages, lines: Sequence[PageLine]) -> Iterator[tuple[PageLine, ...]]:
    room = max(LEAST_BODY, pages.room)
    page: list[PageLine] = []
    used = 0
    for place, line in enumerate(lines):
        if page and used + _together(lines, place, room) > room:
            yield tuple(page)
            above = _above(lines, place) if pages.layout.continued and line.page_start is None else []
            page = [_continued(label, pages.stub) for label in above]
            used = sum(label.height for label in page)
            line = line.page_start or line
        for piece in _pieces(line if page else replace(line, space=False), room):
            if page and used + piece.height > room:
                yield tuple(page)
                page, used = [], 0
            page.append(piece)
            used += piece.height
    yield tuple(page)


def _together(lines: Sequence[PageLine], place: int, room: int) -> int:
    """The height of what must stand on one page from a line on: a short block, or the line with what follows it."""
    line = lines[place]
    end = place + 1
    while end < len(lines) and lines[end].indent > line.indent:
        end += 1
    block = sum(item.height for item in lines[place:end])
    if block <= room // _WHOLE_BLOCK or end == place + 1:
        return block
    return line.height + _together(lines, place + 1, room)


def _above(lines: Sequence[PageLine], place: int) -> list[PageLine]:
    """The lines that a line belongs to, outermost first, without their cells."""
    found: list[PageLine] = []
    indent = lines[place].indent
    while indent > 0 and place > 0:
        place -= 1
        if lines[place].indent < indent:
            indent = lines[place].indent
            found.insert(0, replace(lines[place], cells=(), space=False))
    return found


def _continued(line: PageLine, stub: int) -> PageLine:
    room = stub - GAP - INDENT * line.indent
    return replace(line, label=(*line.label[:-1], *wrap(line.label[-1] + CONTINUED, room)))


def _pieces(line: PageLine, room: int) -> list[PageLine]:
    """The line; one that is taller than a page in parts of half a page."""
    if line.height <= room:
        return [line]
    size = max(1, room // 2)
    return [
        PageLine(
            line.label[start : start + size], line.indent, tuple(cell[start : start + size] for cell in line.cells)
        )
        for start in range(0, line.height, size)
    ]
