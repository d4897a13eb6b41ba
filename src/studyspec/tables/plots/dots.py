"""Dot plots: one line per line of the table; percentages as symbols, differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from studyspec.spec.check_figures import drawn_columns, drawn_rows
from studyspec.spec.tlf import Plot
from studyspec.tables.lines import Line
from studyspec.tables.plots.axes import Frame, guide, round_ticks, scale_of, x_axis, zero_line
from studyspec.tables.plots.panels import LEADING, Results, key_shapes, pages_of
from studyspec.tables.plots.shapes import INK, TEXT_SIZE, Drawing, Outline, Shape, Words, fitted, text_width
from studyspec.tables.plots.styles import Style, symbol_shapes

_LEAST_LINE, _MOST_LINE = 9.5, 15.0
_INDENT = 8.0
_GAP = 16.0
_WIDEST_STUB = 0.32
_CAP = 2.0
_DIFFERENCE = Style(INK, "square", INK)


def draw_dots(results: Results, width: float, height: float) -> list[Drawing]:
    """A dot plot of the counted lines, on as many pages as they need.

    Args:
        results: of the display.
        width: of a page, in points.
        height: of a page, in points.
    """
    display = results.display
    rows = {row.id for plot in display.plots for row in drawn_rows(display, plot)}
    lines = [line for line in results.lines if line.row in rows]
    top, bottom = 3.2 * LEADING, 3.2 * TEXT_SIZE
    pages, step = pages_of(len(lines), height - top - bottom, _LEAST_LINE, _MOST_LINE)
    return [
        Drawing(
            width,
            top + step * len(page) + bottom,
            tuple(_page(results, [lines[place] for place in page], width, top, step)),
            _description(results, lines),
        )
        for page in pages
    ]


def _description(results: Results, lines: Sequence[Line]) -> str:
    panels = "; ".join(f"{plot.label}, {plot.x_label}".strip(", ") for plot in results.display.plots)
    return f"Dot plot with {len(lines)} lines. Panels: {panels}. The data follow as a table."


def _page(results: Results, lines: Sequence[Line], width: float, top: float, step: float) -> Iterator[Shape]:
    labels = [(line.label, _INDENT * line.indent) for line in lines]
    widest = max((indent + text_width(label) for label, indent in labels), default=0.0)
    stub = min(max(widest, text_width(results.display.stub_label, bold=True)), _WIDEST_STUB * width)
    shown = [column for column in results.display.computed_columns if _is_drawn(results, column.id)]
    yield from key_shapes(results.key(shown), stub + _GAP, LEADING)
    yield Words((0, top - 0.6 * LEADING), results.display.stub_label, bold=True)
    centres = [top + step * (place + 0.5) for place in range(len(lines))]
    for (label, indent), y in zip(labels, centres, strict=True):
        yield Words((indent, y + 0.35 * TEXT_SIZE), fitted(label, stub - indent))
    room = (width - stub) / len(results.display.plots)
    for place, plot in enumerate(results.display.plots):
        left = stub + place * room + _GAP
        frame = Frame(left, top, left + room - 1.5 * _GAP, top + step * len(lines))
        yield from _panel(results, plot, lines, centres, frame)


def _is_drawn(results: Results, column: str) -> bool:
    return any(column == item.id for plot in results.display.plots for item in drawn_columns(results.display, plot))


def _panel(
    results: Results, plot: Plot, lines: Sequence[Line], centres: Sequence[float], frame: Frame
) -> Iterator[Shape]:
    columns = drawn_columns(results.display, plot)
    compared = columns[0].kind == "difference"
    every = [line.number for line in results.lines]
    names = ("diff", "difflcl", "diffucl") if compared else ("pct",)
    values = [results.value(line, column.id, name) for line in every for column in columns for name in names]
    known = [value for value in values if not math.isnan(value)] + [0.0]
    ticks = plot.ticks or round_ticks(min(known), max(known))
    scale = scale_of(ticks, known, frame.left, frame.right)
    yield Words(((frame.left + frame.right) / 2, frame.top - 0.6 * LEADING), plot.label, "middle", bold=True)
    yield from x_axis(frame, scale, ticks, plot.x_label)
    yield from (guide(frame, y) for y in centres)
    if compared:
        yield zero_line(frame, scale)
    for line, y in zip(lines, centres, strict=True):
        # The first column is drawn last, so that it stays in sight where symbols meet.
        for column in reversed(columns):
            numbers = [results.value(line.number, column.id, name) for name in names]
            if any(map(math.isnan, numbers)):
                continue
            places = [scale.at(number) for number in numbers]
            if compared:
                yield from _interval(places[1], places[2], y)
            yield from symbol_shapes(results.styles.get(column.id, _DIFFERENCE), (places[0], y))


def _interval(start: float, end: float, y: float) -> Iterator[Shape]:
    yield Outline(((start, y), (end, y)), INK, 0.8)
    yield from (Outline(((x, y - _CAP), (x, y + _CAP)), INK, 0.8) for x in (start, end))
