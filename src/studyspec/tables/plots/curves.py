"""Curves of cumulative incidence: steps, 95% intervals at the ticks, and the subjects at risk below the axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from studyspec.spec.check_figures import drawn_columns, drawn_rows
from studyspec.spec.tlf import DisplayColumn, Plot
from studyspec.tables.lines import Line
from studyspec.tables.plots.axes import Frame, Scale, round_ticks, x_axis, y_axis
from studyspec.tables.plots.panels import LEADING, Results, key_shapes
from studyspec.tables.plots.shapes import TEXT_SIZE, Drawing, Outline, Point, Shape, Words, text_width
from studyspec.tables.plots.styles import Style, symbol_shapes

_GAP = 14.0
_MOST_HEIGHT = 330.0
# Intervals of several curves at the same tick stand beside each other.
_BESIDE, _CAP = 5.0, 2.0
_AT_RISK = "At risk"


def draw_curves(results: Results, width: float, height: float) -> list[Drawing]:
    """Curves on one page, a panel per plot.

    Args:
        results: of the display.
        width: of a page, in points.
        height: of a page, in points.
    """
    plots = results.display.plots
    height = min(height, _MOST_HEIGHT)
    shapes = list(key_shapes(results.key(_columns(results)), 0.0, LEADING, as_lines=True))
    room = (width + _GAP) / len(plots)
    most = max((value for line in results.lines for value in _percents(results, line)), default=0.0)
    ticks = round_ticks(0.0, most)
    names = 25.0 + max(text_width(label) for _, label in results.key(_columns(results), with_size=False))
    for place, plot in enumerate(plots):
        columns = drawn_columns(results.display, plot)
        below = 2.9 * TEXT_SIZE + LEADING * (len(columns) + 1.6)
        frame = Frame(place * room + names + _GAP, 5.0 * LEADING, (place + 1) * room - 2 * _GAP, height - below)
        vertical = Scale(0.0, ticks[-1].place, frame.bottom, frame.top)
        shapes += y_axis(frame, vertical, ticks, plot.y_label)
        shapes += _panel(results, plot, frame, vertical, place * room)
    titles = "; ".join(f"{plot.label}, {plot.y_label} by {plot.x_label}".strip(", ") for plot in plots)
    return [Drawing(width, height, tuple(shapes), f"Curves. Panels: {titles}. The data follow as a table.")]


def _columns(results: Results) -> list[DisplayColumn]:
    return [column for plot in results.display.plots for column in drawn_columns(results.display, plot)]


def _percents(results: Results, line: Line) -> Iterator[float]:
    for column in results.display.computed_columns:
        values = (results.value(line.number, column.id, name) for name in ("cif", "cifucl"))
        yield from (value for value in values if not math.isnan(value))


def _panel(results: Results, plot: Plot, frame: Frame, vertical: Scale, left: float) -> Iterator[Shape]:
    row = drawn_rows(results.display, plot)[0]
    lines = [line for line in results.lines if line.row == row.id and line.patterns]
    times = [float(line.label) for line in lines]
    ticks = plot.ticks or round_ticks(0.0, max(times, default=1.0))
    scale = Scale(min(0.0, ticks[0].place), max([ticks[-1].place, *times]), frame.left, frame.right)
    yield Words((frame.left, frame.top - 2.2 * LEADING), plot.label, bold=True)
    yield from x_axis(frame, scale, ticks, plot.x_label)
    at_ticks = [line for line, time in zip(lines, times, strict=True) if time in {tick.place for tick in ticks}]
    columns = drawn_columns(results.display, plot)
    for place, column in reversed(list(enumerate(columns))):
        style = results.styles[column.id]
        yield Outline(tuple(_steps(results, column, lines, scale, vertical)), style.colour, 1.3, dash=style.dash)
        yield from _intervals(results, column, at_ticks, scale, vertical, _BESIDE * (place - (len(columns) - 1) / 2))
    y = frame.bottom + 2.9 * TEXT_SIZE + 1.5 * LEADING
    yield Words((left, y), _AT_RISK, bold=True)
    for column in columns:
        y += LEADING
        yield from key_shapes(results.key([column], with_size=False), left, y, as_lines=True)
        for line in at_ticks:
            text = results.text(line.number, column.id, "risk")
            yield Words((scale.at(float(line.label)), y), text, "middle")


def _steps(
    results: Results, column: DisplayColumn, lines: Sequence[Line], scale: Scale, vertical: Scale
) -> Iterator[Point]:
    height = vertical.at(0.0)
    yield scale.at(0.0), height
    for line in lines:
        value = results.value(line.number, column.id, "cif")
        if math.isnan(value):
            return
        x = scale.at(float(line.label))
        yield x, height
        height = vertical.at(value)
        yield x, height


def _intervals(
    results: Results, column: DisplayColumn, lines: Sequence[Line], scale: Scale, vertical: Scale, beside: float
) -> Iterator[Shape]:
    style: Style = results.styles[column.id]
    for line in lines:
        values = [results.value(line.number, column.id, name) for name in ("cif", "ciflcl", "cifucl")]
        if any(map(math.isnan, values)):
            continue
        x = scale.at(float(line.label)) + beside
        middle, low, high = (vertical.at(value) for value in values)
        yield Outline(((x, low), (x, high)), style.colour, 0.8)
        yield from (Outline(((x - _CAP, y), (x + _CAP, y)), style.colour, 0.8) for y in (low, high))
        yield from symbol_shapes(style, (x, middle), 2.2)
