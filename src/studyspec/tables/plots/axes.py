"""Axes: round ticks, places of values, and what is drawn around the values of a panel."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyspec.spec.tlf_cells import Tick
from studyspec.spec.workbook import cell_text
from studyspec.tables.plots.shapes import GRID, INK, QUIET, TEXT_SIZE, Outline, Shape, Words, text_width

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TICK = 3.0


def round_ticks(least: float, most: float, count: int = 5) -> tuple[Tick, ...]:
    """Ticks at round numbers from at most `least` to at least `most`, about `count` steps apart.

    Example:
        >>> [tick.label for tick in round_ticks(0, 23)]
        ['0', '5', '10', '15', '20', '25']
    """
    size = (most - least or 1.0) / count
    power = 10.0 ** math.floor(math.log10(size))
    step = next(item * power for item in _STEPS if item * power >= size * (1 - 1e-9))
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    places = [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]
    return tuple(Tick(place, cell_text(place)) for place in places)


@dataclass(frozen=True)
class Scale:
    """From values to places on the page: `least` is at `start`, `most` at `end`."""

    least: float
    most: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value; one outside the scale is at its end."""
        inside = min(max(value, self.least), self.most)
        return self.start + (inside - self.least) / (self.most - self.least) * (self.end - self.start)


def scale_of(ticks: Sequence[Tick], values: Sequence[float], start: float, end: float) -> Scale:
    """The scale that has room for all ticks and values."""
    places = [tick.place for tick in ticks] + [value for value in values if not math.isnan(value)]
    return Scale(min(places), max(places), start, end)


@dataclass(frozen=True)
class Frame:
    """The four sides of a panel."""

    left: float
    top: float
    right: float
    bottom: float


def x_axis(frame: Frame, scale: Scale, ticks: Sequence[Tick], label: str) -> Iterator[Shape]:
    """Light lines at the ticks, the axis at the bottom, and what it says."""
    for tick in ticks:
        x = scale.at(tick.place)
        yield Outline(((x, frame.top), (x, frame.bottom)), GRID, 0.5)
    yield Outline(((frame.left, frame.bottom), (frame.right, frame.bottom)), INK, 0.7)
    end = -math.inf
    for tick in ticks:
        x = scale.at(tick.place)
        yield Outline(((x, frame.bottom), (x, frame.bottom + _TICK)), INK, 0.7)
        half = text_width(tick.label) / 2
        if x - half > end + 3:
            yield Words((x, frame.bottom + _TICK + TEXT_SIZE), tick.label, "middle")
            end = x + half
    yield Words(((frame.left + frame.right) / 2, frame.bottom + _TICK + 2.4 * TEXT_SIZE), label, "middle")


def y_axis(frame: Frame, scale: Scale, ticks: Sequence[Tick], label: str) -> Iterator[Shape]:
    """The same at the left; the label stands above the axis, where it is read without turning the head."""
    for tick in ticks:
        y = scale.at(tick.place)
        yield Outline(((frame.left, y), (frame.right, y)), GRID, 0.5)
    yield Outline(((frame.left, frame.top), (frame.left, frame.bottom)), INK, 0.7)
    for tick in ticks:
        y = scale.at(tick.place)
        yield Outline(((frame.left - _TICK, y), (frame.left, y)), INK, 0.7)
        yield Words((frame.left - _TICK - 2, y + TEXT_SIZE * 0.35), tick.label, "end")
    yield Words((frame.left, frame.top - 0.8 * TEXT_SIZE), label)


def zero_line(frame: Frame, scale: Scale) -> Outline:
    """Where there is no difference."""
    x = scale.at(0.0)
    return Outline(((x, frame.top), (x, frame.bottom)), INK, 0.8, dash=(3.0, 2.0))


def guide(frame: Frame, y: float) -> Outline:
    """A faint line that leads from a label to its symbols."""
    return Outline(((frame.left, y), (frame.right, y)), QUIET, 0.35, dash=(0.6, 2.4))
