"""A drawing as SVG, to stand inside an HTML page; ink and paper are those of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from studyspec.tables.plots.shapes import GRID, INK, PAPER, QUIET, Disc, Drawing, Outline, Shape, Words, text_width
from studyspec.tables.plots.styles import BLUE, SHADES

# Colours that a page may replace, such as in the dark.
_PAGE = {INK: "currentColor", PAPER: f"var(--paper, {PAPER})", QUIET: f"var(--quiet, {QUIET})"}
_PAGE |= {GRID: f"var(--grid, {GRID})", BLUE: f"var(--blue, {BLUE})"}
_PAGE |= {colour: f"var(--shade-{place}, {colour})" for place, colour in enumerate(SHADES, start=1)}


def render_svg(drawing: Drawing, title: str) -> str:
    """The drawing as an `svg` element with a name and a description for those who do not see it.

    Args:
        drawing: of any size; it is as wide as the page it stands in.
        title: what the figure is called.
    """
    return "\n".join(_lines(drawing, title))


def _lines(drawing: Drawing, title: str) -> Iterator[str]:
    box = f"0 0 {_number(drawing.width)} {_number(drawing.height)}"
    name = escape(f"{title}. {drawing.description}", quote=True)
    yield f'<svg viewBox="{box}" role="img" aria-label="{name}" xmlns="http://www.w3.org/2000/svg">'
    yield from map(_element, drawing.shapes)
    yield "</svg>"


def _element(shape: Shape) -> str:
    if isinstance(shape, Words):
        x, y = map(_number, shape.place)
        anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
        weight = ' font-weight="600"' if shape.bold else ""
        size = f' font-size="{_number(shape.size)}"'
        # As wide as it was measured, also where another font stands in.
        width = f' textLength="{_number(text_width(shape.text, shape.size, bold=shape.bold))}"'
        adjust = ' lengthAdjust="spacingAndGlyphs"'
        return f'<text x="{x}" y="{y}"{size}{anchor}{weight}{width}{adjust}>{escape(shape.text)}</text>'
    if isinstance(shape, Disc):
        x, y = map(_number, shape.centre)
        return f'<circle cx="{x}" cy="{y}" r="{_number(shape.radius)}"{_paint(shape)}/>'
    name = "polygon" if shape.closed else "polyline"
    dash = f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"' if shape.dash else ""
    return f'<{name} points="{_points(shape.points)}"{_paint(shape)}{dash}/>'


def _paint(shape: Outline | Disc) -> str:
    fill = _PAGE.get(shape.fill, shape.fill) or "none"
    stroke = f' stroke="{_PAGE.get(shape.stroke, shape.stroke)}"' if shape.stroke else ""
    width = f' stroke-width="{_number(shape.width)}"' if shape.stroke else ""
    return f' fill="{fill}"{stroke}{width}'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
