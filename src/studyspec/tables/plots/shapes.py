"""A drawing as a list of shapes, in points from the top left corner: what all formats of a figure are written from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
# Text and axes; paper, which hides what is below it; faint lines; lines at ticks.
INK, PAPER, QUIET, GRID = "#1b1f24", "#ffffff", "#8c959f", "#d8dde3"
TEXT_SIZE = 8.0


@dataclass(frozen=True)
class Outline:
    """A line through points, or the area within them when it is closed.

    `dash` has the lengths of dashes and gaps; none: a solid line. A colour is "#rrggbb", "" draws nothing.
    """

    points: tuple[Point, ...]
    stroke: str = INK
    width: float = 0.6
    fill: str = ""
    closed: bool = False
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Disc:
    """A circle."""

    centre: Point
    radius: float
    stroke: str
    width: float
    fill: str


@dataclass(frozen=True)
class Words:
    """One line of text; `place` is on its baseline, at its start, middle or end."""

    place: Point
    text: str
    anchor: Anchor = "start"
    size: float = TEXT_SIZE
    bold: bool = False


Shape = Outline | Disc | Words


@dataclass(frozen=True)
class Drawing:
    """Shapes on `width` by `height` points; later ones cover earlier ones. `description` says what is seen."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    description: str


def rectangle(left: float, top: float, right: float, bottom: float, *, fill: str = "", stroke: str = "") -> Outline:
    """A rectangle."""
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Outline(corners, stroke=stroke, fill=fill, closed=True)


def text_width(text: str, size: float = TEXT_SIZE, *, bold: bool = False) -> float:
    """How wide a text is in Helvetica, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, "Helvetica-Bold" if bold else "Helvetica", size))


def fitted(text: str, room: float) -> str:
    """The text, or as much of its beginning as there is room for, with an ellipsis.

    Example:
        >>> fitted("Upper respiratory tract infection", 80)
        'Upper respiratory tr...'
    """
    if text_width(text) <= room:
        return text
    while text and text_width(f"{text}...") > room:
        text = text[:-1]
    return f"{text.rstrip()}..."


def dashes(line: Outline) -> Iterator[tuple[Point, ...]]:
    """The solid pieces of a line; the line itself when it has no dashes.

    Example:
        >>> list(dashes(Outline(((0, 0), (5, 0)), dash=(2, 1))))
        [((0, 0), (2.0, 0.0)), ((3.0, 0.0), (5, 0))]
    """
    if not line.dash:
        yield line.points
        return
    left, place, piece = line.dash[0], 0, [line.points[0]]
    for start, end in pairwise(line.points):
        length, done = math.dist(start, end), 0.0
        while length - done > left:
            done += left
            at = (start[0] + (end[0] - start[0]) * done / length, start[1] + (end[1] - start[1]) * done / length)
            if place % 2 == 0:
                yield (*piece, at)
            place += 1
            left, piece = line.dash[place % len(line.dash)], [at]
        left -= length - done
        piece.append(end)
    if place % 2 == 0:
        yield tuple(piece)


def moved(points: Sequence[Point], centre: Point, scale: float) -> tuple[Point, ...]:
    """Points around (0, 0), enlarged and moved to a centre."""
    return tuple((centre[0] + scale * x, centre[1] + scale * y) for x, y in points)
