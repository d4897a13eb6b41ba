"""Lines of a SAS listing: each block is centred as a whole in LINESIZE."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence


def centred(lines: Iterable[str], linesize: int) -> list[str]:
    """Centre a block by its widest line; a line longer than `linesize` starts at the margin and is not cut.

    Control characters in values or labels would break lines, so each is shown as ?.

    Example:
        >>> centred(["ab", "abcd"], 8)
        ['  ab', '  abcd']
    """
    block = [_printable(line).rstrip() for line in lines]
    margin = " " * max(0, (linesize - max(map(len, block), default=0)) // 2)
    return [f"{margin}{line}" if line else "" for line in block]


def titled(title: str, lines: Iterable[str], linesize: int) -> list[str]:
    """A section: its title centred, a blank line, its block, two blank lines."""
    return [*centred([title], linesize), "", *centred(lines, linesize), "", ""]


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> list[str]:
    """Lay out a table with two blanks between columns, a blank line below the heads.

    Args:
        heads: the columns' heads.
        rows: the cells.
        right: heads of the columns that are set to the right.

    Example:
        >>> columns(["Variable", "Len"], [["AGE", "8"]], right=["Len"])
        ['Variable  Len', '', 'AGE         8']
    """
    widths = [max([len(head), *(len(row[place]) for row in rows)]) for place, head in enumerate(heads)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if head in right else cell.ljust(width)
            for cell, width, head in zip(cells, widths, heads, strict=True)
        ).rstrip()

    return [line(heads), "", *map(line, rows)]


def wrapped(text: str, linesize: int) -> list[str]:
    """A NOTE in lines of at most `linesize`, the later ones indented below its text.

    Example:
        >>> wrapped("NOTE: one two", 10)
        ['NOTE: one', '      two']
    """
    return textwrap.wrap(
        _printable(text), linesize, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
    )


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(mark if mark.isprintable() else "?" for mark in line)
