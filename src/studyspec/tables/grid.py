"""The grid of characters that text, RTF and PDF share: widths, wrapping and alignment in a fixed-width font."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from studyspec.tables.layout import INDENT, HeadCell, Layout, digit_pads

# Blank places between columns.
GAP = 2
# Columns wider than their content by more than this look scattered.
_SLACK = 6
# The stub gets at least this share of the width before columns of figures are narrowed.
_LEAST_STUB = 0.3
_LEAST_COLUMN = 3
# Longer words are broken where a listing has no room for them.
_LONGEST_WORD = 24


def width(text: str) -> int:
    """Places a text takes in a fixed-width font: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def padded(text: str, room: int) -> str:
    """The text with blanks behind it up to `room` places."""
    return text + " " * (room - width(text))


def centred(text: str, room: int) -> str:
    """The text with blanks before it, so that it stands in the middle of `room` places."""
    return " " * max(0, (room - width(text)) // 2) + text


def wrap(text: str, room: int) -> tuple[str, ...]:
    """Break a text into lines of at most `room` places, at blanks; a word longer than a line is broken inside.

    Line breaks in the text are kept, and so are blanks at the start of a line.

    Example:
        >>> wrap("Blood and lymphatic system disorders", 20)
        ('Blood and lymphatic', 'system disorders')
    """
    return tuple(line for part in text.split("\n") for line in _wrap_line(part.rstrip(), max(2, room)))


def _wrap_line(text: str, room: int) -> list[str]:
    if width(text) <= room:
        return [text]
    # Beside the margin there is always room for a wide character, so that every turn of the loop gets on.
    margin = " " * min(len(text) - len(text.lstrip()), room // 2, room - 2)
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and width(line) + 1 + width(word) > room:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else f"{margin}{word}"
        while width(line) > room:
            cut = _fitting(line, room)
            lines.append(line[:cut])
            line = f"{margin}{line[cut:]}"
    return [*lines, line] if line else lines


def _fitting(text: str, room: int) -> int:
    """How many characters of a text fit into `room` places."""
    taken = 0
    for place, sign in enumerate(text):
        taken += width(sign)
        if taken > room:
            return place
    return len(text)


def aligned_columns(layout: Layout) -> list[list[str]]:
    """The cells of each column; figures with blanks before them, so that their whole parts end below each other."""
    columns = [[line.cells[place] for line in layout.body] for place in range(layout.column_count)]
    return [
        column
        if place in layout.text_columns
        else [" " * pad + cell for pad, cell in zip(digit_pads(column), column, strict=True)]
        for place, column in enumerate(columns)
    ]


def widths(layout: Layout, cells: Sequence[Sequence[str]], room: int) -> tuple[int, tuple[int, ...]]:
    """Share the width of a page among the stub and the columns of figures.

    All columns of figures get the same width where that leaves the stub room for its labels; else each what it needs;
    else less, and cells wrap.

    Args:
        layout: its labels and headings.
        cells: the cells of each column.
        room: places in a line.

    Returns:
        The width of the stub and of each column, gaps included; together `room`.
    """
    if len(layout.text_columns) == layout.column_count:
        return _text_widths(layout, room)
    labels = [INDENT * line.indent + width(line.label) for line in layout.body]
    stub = max([*labels, *map(width, layout.stub_head.split("\n"))]) + GAP
    least_stub = min(stub, int(room * _LEAST_STUB))
    content = [max([0, *map(width, column)]) for column in cells]
    words = [_head_width(layout, place, None) for place in range(len(cells))]
    lines = [_head_width(layout, place, "\n") for place in range(len(cells))]
    needed = [max(pair) + GAP for pair in zip(content, words, strict=True)]
    wanted = [max(pair) + GAP for pair in zip(content, lines, strict=True)]
    figures = [place for place in range(len(cells)) if place not in layout.text_columns]
    widest = max((wanted[place] for place in figures), default=0)
    same = [widest if place in figures else wanted[place] for place in range(len(cells))]
    columns = next((choice for choice in (same, wanted, needed) if sum(choice) <= room - least_stub), None)
    if columns is None:
        share = (room - least_stub) / sum(needed)
        columns = [max(_LEAST_COLUMN, int(share * place)) for place in needed]
    slack = min(_SLACK, max(0, room - stub - sum(columns)) // max(1, len(figures)))
    columns = [column + slack * (place in figures) for place, column in enumerate(columns)]
    return room - sum(columns), tuple(columns)


def _text_widths(layout: Layout, room: int) -> tuple[int, tuple[int, ...]]:
    """Share a page among columns of words: each what it needs for its lines, or less, but at least its longest word.

    A width that the spec states holds. The last column takes what is left.
    """
    columns = [
        [line.label for line in layout.body],
        *([line.cells[place] for line in layout.body] for place in range(layout.column_count)),
    ]
    heads = [layout.stub_head, *(_head_text(layout, place) for place in range(layout.column_count))]
    # A heading wraps rather than widen its column.
    words = [
        max((width(word) for text in (head, *column) for word in text.split()), default=0)
        for head, column in zip(heads, columns, strict=True)
    ]
    lines = [max((width(line) for text in column for line in text.split("\n")), default=0) for column in columns]
    stated = layout.text_widths or (None,) * len(columns)
    needed = [(least or min(word, _LONGEST_WORD)) + GAP for least, word in zip(stated, words, strict=True)]
    wanted = [(most or max(pair)) + GAP for most, *pair in zip(stated, words, lines, strict=True)]
    if sum(needed) > room:
        shares = [max(_LEAST_COLUMN, room * need // sum(needed)) for need in needed]
    else:
        # The widest columns give way, all down to the same width, until the page has room for all.
        cap = max(wanted)
        while sum(max(need, min(want, cap)) for need, want in zip(needed, wanted, strict=True)) > room:
            cap -= 1
        shares = [max(need, min(want, cap)) for need, want in zip(needed, wanted, strict=True)]
        slack = min(_SLACK, (room - sum(shares)) // max(1, stated.count(None)))
        shares = [share + slack * (width is None) for share, width in zip(shares, stated, strict=True)]
    return shares[0], (*shares[1:-1], room - sum(shares[:-1]))


def _head_text(layout: Layout, place: int) -> str:
    return "\n".join(cell.text for level in layout.head for cell in level if cell.first == place and cell.count == 1)


def _head_width(layout: Layout, place: int, separator: str | None) -> int:
    """The longest line (or word, where no separator is given) of the headings over one column alone."""
    texts = [cell.text for row in layout.head for cell in row if cell.first == place and cell.count == 1]
    return max((width(part) for text in texts for part in text.split(separator)), default=0)


def span(cell: HeadCell, columns: Sequence[int]) -> int:
    """The width of a heading: that of the columns below it."""
    return sum(columns[cell.first : cell.first + cell.count])
