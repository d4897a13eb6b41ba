"""How series are told apart: by colour, and without colour by symbol, filling, dashes and shade.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any colour vision tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from studyspec.tables.plots.shapes import INK, PAPER, Disc, Outline, Point, Shape, moved

BLUE, VERMILION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
_COLOURS = (BLUE, VERMILION, GREEN, PURPLE)
# Of marks, which stand on blue bars.
_MARKS = (VERMILION, BLUE, INK, GREEN)
SYMBOLS = ("circle", "triangle", "square", "diamond", "cross")
_DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 2.5), (1.5, 2.0), (7.0, 2.0, 1.5, 2.0))
# From light to dark: bars that are drawn later stand out more, in print as well.
SHADES = ("#dcebf5", "#7fb3d5", "#1f66a5", "#08294a")
_POINTS: dict[str, tuple[Point, ...]] = {
    "triangle": ((0.0, -1.15), (1.05, 0.75), (-1.05, 0.75)),
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "diamond": ((0.0, -1.2), (1.0, 0.0), (0.0, 1.2), (-1.0, 0.0)),
    "arrow": ((0.0, -1.0), (1.7, 0.0), (0.0, 1.0)),
}


@dataclass(frozen=True)
class Style:
    """How a series is drawn. `filled` symbols are full of colour, the others of paper; `edge` is their outline."""

    colour: str
    symbol: str
    edge: str
    filled: bool = True
    dash: tuple[float, ...] = ()


def series_style(place: int, symbol: str = "") -> Style:
    """The style of the series at a place, from 0; symbol and dashes alone tell the first four apart."""
    colour = _COLOURS[place % len(_COLOURS)]
    return Style(
        colour,
        symbol or SYMBOLS[place % len(SYMBOLS)],
        colour,
        filled=place % 2 == 0,
        dash=_DASHES[place % len(_DASHES)],
    )


def mark_style(place: int, symbol: str = "") -> Style:
    """The style of the marks at a place, from 0; an edge of paper sets them off from the bar below."""
    return Style(_MARKS[place % len(_MARKS)], symbol or SYMBOLS[place % len(SYMBOLS)], PAPER)


def shade(place: int) -> str:
    """The filling of the bars at a place, from 0; each is darker than the one before."""
    return SHADES[min(place, len(SHADES) - 1)]


def symbol_shapes(style: Style, centre: Point, size: float = 2.6) -> list[Shape]:
    """A symbol of about twice `size` points."""
    fill = style.colour if style.filled else PAPER
    if style.symbol == "circle":
        return [Disc(centre, size, style.edge, 0.9, fill)]
    if style.symbol == "cross":
        corners = (((-0.9, -0.9), (0.9, 0.9)), ((-0.9, 0.9), (0.9, -0.9)))
        return [Outline(moved(line, centre, size), style.colour, 1.4) for line in corners]
    if style.symbol == "arrow":
        return [Outline(moved(_POINTS["arrow"], centre, size), INK, 0.6, INK, closed=True)]
    return [Outline(moved(_POINTS[style.symbol], centre, size), style.edge, 0.9, fill, closed=True)]
