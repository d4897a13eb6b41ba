"""Pages as plain text: fixed width, a form feed before each page but the first, "Page x of y" at its top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studyspec.tables.grid import GAP, centred, padded, span, width
from studyspec.tables.layout import INDENT, HeadCell, is_span, is_text
from studyspec.tables.pages import PageLine, Pages

_RULE = "-"


def render_text(*parts: Pages) -> bytes:
    """A display as UTF-8 text.

    Args:
        parts: from `paginate`; one, or one per subgroup.

    Returns:
        The file's bytes: lines end with a line feed, pages are separated by form feeds.
    """
    bodies = [(pages, body) for pages in parts for body in pages.bodies]
    texts = [
        "\n".join(_page(pages, body, f"Page {number} of {len(bodies)}"))
        for number, (pages, body) in enumerate(bodies, start=1)
    ]
    return ("\f".join(f"{text}\n" for text in texts)).encode("utf-8")


def _page(pages: Pages, body: Sequence[PageLine], number: str) -> Iterator[str]:
    first, *more = pages.header
    yield first + " " * max(1, pages.width - width(first) - width(number)) + number
    yield from more
    yield ""
    yield from (centred(title, pages.width) for title in (*pages.titles, *pages.population))
    rule = _RULE * pages.width
    yield rule
    yield from _head(pages)
    yield rule
    for line in body:
        yield from _line(pages, line)
    yield rule
    yield from pages.notes


def _head(pages: Pages) -> Iterator[str]:
    """The levels of headings; each heading stands at the bottom of its level, and so does the stub's."""
    lines: list[str] = []
    for place, (level, height) in enumerate(zip(pages.head, pages.level_heights, strict=True)):
        has_rule = place < len(pages.head) - 1
        for row in range(height - has_rule):
            lines.append("".join(_heading(pages, cell, texts, height - has_rule - row) for cell, texts in level))
        if has_rule:
            lines.append("".join(_rule(span(cell, pages.columns), cell) for cell, _ in level))
    stub = ("",) * (pages.head_height - len(pages.stub_head)) + pages.stub_head
    lines = [""] * (pages.head_height - len(lines)) + lines
    for label, line in zip(stub, lines, strict=True):
        yield (padded(label, pages.stub) + line).rstrip()


def _heading(pages: Pages, cell: HeadCell, lines: Sequence[str], from_bottom: int) -> str:
    room = span(cell, pages.columns)
    text = lines[-from_bottom] if from_bottom <= len(lines) else ""
    return padded(text if is_text(pages.layout, cell) else centred(text, room - GAP), room)


def _rule(room: int, cell: HeadCell) -> str:
    return padded(_RULE * (room - GAP) if is_span(cell) else "", room)


def _line(pages: Pages, line: PageLine) -> Iterator[str]:
    if line.space:
        yield ""
    for row in range(line.height - line.space):
        label = " " * (INDENT * line.indent) + line.label[row] if row < len(line.label) else ""
        cells = (
            padded(cell[row] if row < len(cell) else "", room)
            for cell, room in zip(line.cells, pages.columns, strict=False)
        )
        yield (padded(label, pages.stub) + "".join(cells)).rstrip()
