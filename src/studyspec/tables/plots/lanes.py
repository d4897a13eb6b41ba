"""Lanes: records of the same keys side by side, as bars and marks over time (swimmer plots, onset and duration)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from studyspec.spec.check_figures import drawn_columns
from studyspec.spec.tlf import DisplayColumn
from studyspec.tables.lines import Line
from studyspec.tables.plots.axes import Frame, Scale, guide, round_ticks, scale_of, x_axis
from studyspec.tables.plots.panels import LEADING, Results, pages_of
from studyspec.tables.plots.shapes import INK, TEXT_SIZE, Drawing, Shape, Words, fitted, rectangle, text_width
from studyspec.tables.plots.styles import mark_style, shade, symbol_shapes

Lane = list[Line]
_LEAST_LINE, _MOST_LINE = 9.5, 15.0
_GAP = 10.0
_WIDEST_TEXT = 150.0
_BAR = 0.56
_SAMPLE = 14.0
_KEY_SPACE = 16.0


def draw_lanes(results: Results, width: float, height: float) -> list[Drawing]:
    """Lanes on as many pages as they need.

    Args:
        results: of the display.
        width: of a page, in points.
        height: of a page, in points.
    """
    lanes = _lanes(results)
    top, bottom = 3.2 * LEADING, 3.2 * TEXT_SIZE
    pages, step = pages_of(len(lanes), height - top - bottom, _LEAST_LINE, _MOST_LINE)
    plot = results.display.plots[0]
    about = f"Lanes over time, {len(lanes)} in all; {plot.x_label}. The data follow as a table."
    return [
        Drawing(
            width,
            top + step * len(page) + bottom,
            tuple(_page(results, [lanes[place] for place in page], width, top, step)),
            about,
        )
        for page in pages
    ]


def _lanes(results: Results) -> list[Lane]:
    """Lines that repeat all keys of the one above belong to its lane."""
    keys = {column.id for column in results.display.columns if column.kind == "key"}
    lanes: list[Lane] = []
    for line in results.lines:
        if lanes and keys <= line.repeated:
            lanes[-1].append(line)
        else:
            lanes.append([line])
    return lanes


def _page(results: Results, lanes: Sequence[Lane], width: float, top: float, step: float) -> Iterator[Shape]:
    plot = results.display.plots[0]
    columns = drawn_columns(results.display, plot)
    drawn = [column for column in columns if column.kind in ("bar", "mark")]
    yield from _key(drawn)
    left = 0.0
    centres = [top + step * (place + 0.5) for place in range(len(lanes))]
    for column in columns:
        if column not in drawn:
            yield from _labels(results, column, lanes, centres, left, top)
            left += _room(results, column)
    frame = Frame(left, top, width - _GAP, top + step * len(lanes))
    numbers = [value for line in results.lines for column in drawn for value in _numbers(results, column, line)]
    ticks = plot.ticks or round_ticks(min([0.0, *numbers]), max([1.0, *numbers]), 8)
    scale = scale_of(ticks, numbers, frame.left, frame.right)
    yield from x_axis(frame, scale, ticks, plot.x_label)
    yield from (guide(frame, y) for y in centres)
    for lane, y in zip(lanes, centres, strict=True):
        yield from _lane(results, drawn, lane, y, step, scale)


def _labels(
    results: Results, column: DisplayColumn, lanes: Sequence[Lane], centres: Sequence[float], left: float, top: float
) -> Iterator[Shape]:
    """The texts of a column beside the lanes; that of a key stands at the first of its lanes on the page."""
    room = _room(results, column) - _GAP
    yield Words((left, top - 0.6 * LEADING), fitted(" ".join(column.label.split()), room), bold=True)
    for place, (lane, y) in enumerate(zip(lanes, centres, strict=True)):
        if place == 0 or column.id not in lane[0].repeated:
            text = " ".join(results.text(lane[0].number, column.id, "listed").split())
            yield Words((left, y + 0.35 * TEXT_SIZE), fitted(text, room))


def _room(results: Results, column: DisplayColumn) -> float:
    texts = {" ".join(results.text(line.number, column.id, "listed").split()) for line in results.lines}
    widest = max([text_width(" ".join(column.label.split()), bold=True), *map(text_width, texts)])
    return min(widest, _WIDEST_TEXT) + _GAP


def _numbers(results: Results, column: DisplayColumn, line: Line) -> list[float]:
    """Start and end of a bar, or the place of a mark; nothing where the record has none."""
    names = ("start", "end") if column.kind == "bar" else ("at",)
    values = [results.value(line.number, column.id, name) for name in names]
    return [] if any(map(math.isnan, values)) else values


def _lane(
    results: Results, drawn: Sequence[DisplayColumn], lane: Lane, y: float, step: float, scale: Scale
) -> Iterator[Shape]:
    for kind in ("bar", "mark"):
        for place, column in enumerate(item for item in drawn if item.kind == kind):
            found = {tuple(_numbers(results, column, line)) for line in lane} - {()}
            for numbers in sorted(found):
                yield from _drawn(column, place, [scale.at(number) for number in numbers], y, step)


def _drawn(column: DisplayColumn, place: int, at: Sequence[float], y: float, step: float) -> Iterator[Shape]:
    if column.kind == "bar":
        # A bar of no length is still seen.
        end = max(at[1], at[0] + 1.0)
        half = _BAR * step / 2
        yield rectangle(at[0], y - half, end, y + half, fill=shade(place), stroke=INK)
    else:
        yield from symbol_shapes(mark_style(place, column.symbol), (at[0], y), min(3.4, 0.3 * step))


def _key(drawn: Sequence[DisplayColumn]) -> Iterator[Shape]:
    left, y = 0.0, LEADING
    for kind in ("bar", "mark"):
        for place, column in enumerate(item for item in drawn if item.kind == kind):
            label = " ".join(column.label.split())
            samples = [left, left + _SAMPLE] if kind == "bar" else [left + _SAMPLE / 2]
            yield from _drawn(column, place, samples, y - 0.35 * TEXT_SIZE, LEADING)
            yield Words((left + _SAMPLE + 4, y), label)
            left += _SAMPLE + 4 + text_width(label) + _KEY_SPACE
