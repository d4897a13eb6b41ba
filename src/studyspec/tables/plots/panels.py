"""What drawings of all kinds read and share: the numbers of the results data, keys, and pages of lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from studyspec.spec.tlf import Display, DisplayColumn
from studyspec.tables.lines import Line
from studyspec.tables.plots.shapes import TEXT_SIZE, Outline, Shape, Words, text_width
from studyspec.tables.plots.styles import Style, series_style, symbol_shapes

LEADING = 1.3 * TEXT_SIZE
# Between a symbol of the key and its text, and between entries.
_KEY_GAP, _KEY_SPACE = 5.0, 14.0


@dataclass(frozen=True)
class Results:
    """The numbers and texts that a figure draws, by line, column and statistic, and the lines in print order."""

    display: Display
    ard: pd.DataFrame
    lines: Sequence[Line]

    @cached_property
    def _values(self) -> Mapping[tuple[int, str, str], tuple[float, str]]:
        names = (self.ard[name] for name in ("line", "column", "statistic", "value", "text"))
        return {
            (int(line), column, statistic): (value, text)
            for line, column, statistic, value, text in zip(*names, strict=True)
        }

    def value(self, line: int, column: str, statistic: str) -> float:
        """A number; NaN where there is none."""
        return self._values.get((line, column, statistic), (math.nan, ""))[0]

    def text(self, line: int, column: str, statistic: str) -> str:
        """A text as printed."""
        return self._values.get((line, column, statistic), (math.nan, ""))[1]

    @cached_property
    def styles(self) -> Mapping[str, Style]:
        """The style of each counted column; those with the same label have the same."""
        places: dict[str, Style] = {}
        found = {}
        for column in self.display.computed_columns:
            style = places.setdefault(column.label, series_style(len(places), column.symbol))
            found[column.id] = style
        return found

    def key(self, columns: Sequence[DisplayColumn], *, with_size: bool = True) -> list[tuple[Style, str]]:
        """An entry for each label among columns: its style and what it stands for, with N."""
        found: dict[str, tuple[Style, str]] = {}
        for column in columns:
            size = self.text(0, column.id, "N") if with_size else ""
            label = " ".join(column.label.split())
            found.setdefault(column.label, (self.styles[column.id], f"{label} (N={size})" if size else label))
        return list(found.values())


def key_shapes(
    entries: Sequence[tuple[Style, str]], left: float, y: float, *, as_lines: bool = False
) -> Iterator[Shape]:
    """Symbols and what they stand for, on one line; `as_lines`: each on a piece of its curve."""
    for style, text in entries:
        room = (4.0 if as_lines else 2.0) * _KEY_GAP
        middle = y - 0.35 * TEXT_SIZE
        if as_lines:
            yield Outline(((left, middle), (left + room, middle)), style.colour, 1.3, dash=style.dash)
        yield from symbol_shapes(style, (left + room / 2, middle), 2.2)
        yield Words((left + room + _KEY_GAP, y), text)
        left += room + _KEY_GAP + text_width(text) + _KEY_SPACE


def pages_of(count: int, room: float, least: float, most: float) -> tuple[list[range], float]:
    """Share lines among pages of the same number of lines.

    Args:
        count: of lines.
        room: points of a page.
        least: points that a line needs.
        most: points that it gets at most.

    Returns:
        The lines of each page, and the height of a line.

    Example:
        >>> pages_of(5, 40.0, 10.0, 16.0)
        ([range(0, 3), range(3, 5)], 13.333333333333334)
    """
    number = max(1, math.ceil(count / max(1, int(room / least))))
    size = max(1, math.ceil(count / number))
    return [range(start, min(start + size, count)) for start in range(0, count, size)], min(most, room / size)
