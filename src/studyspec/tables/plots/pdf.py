"""A drawing on a page of a PDF."""

from __future__ import annotations

from typing import Any

from studyspec.tables.pdf_fonts import OTHER, codes_of, is_standard
from studyspec.tables.plots.shapes import Disc, Drawing, Outline, Shape, Words


def draw_on(canvas: Any, drawing: Drawing, left: float, top: float) -> None:
    """Draw on the current page.

    Args:
        canvas: of reportlab.
        drawing: what is drawn.
        left: where its upper left corner stands, in points from the left of the page.
        top: the same from the bottom of the page.
    """
    canvas.saveState()
    canvas.translate(left, top)
    canvas.setLineJoin(1)
    for shape in drawing.shapes:
        _draw(canvas, shape)
    canvas.restoreState()


def _draw(canvas: Any, shape: Shape) -> None:
    if isinstance(shape, Words):
        x, y = shape.place
        canvas.setFillColor("#000000")
        text = shape.text.translate(codes_of([shape.text]))
        canvas.setFont(("Helvetica-Bold" if shape.bold else "Helvetica") if is_standard(text) else OTHER, shape.size)
        draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
        draw[shape.anchor](x, -y, text)
        return
    if shape.stroke:
        canvas.setStrokeColor(shape.stroke)
        canvas.setLineWidth(shape.width)
    if shape.fill:
        canvas.setFillColor(shape.fill)
    paint = {"stroke": int(bool(shape.stroke)), "fill": int(bool(shape.fill))}
    if isinstance(shape, Disc):
        canvas.circle(shape.centre[0], -shape.centre[1], shape.radius, **paint)
        return
    canvas.setDash(*((list(shape.dash),) if shape.dash else ()))
    canvas.drawPath(_path(canvas, shape), **paint)
    canvas.setDash()


def _path(canvas: Any, shape: Outline) -> Any:
    path = canvas.beginPath()
    path.moveTo(shape.points[0][0], -shape.points[0][1])
    for x, y in shape.points[1:]:
        path.lineTo(x, -y)
    if shape.closed:
        path.close()
    return path
