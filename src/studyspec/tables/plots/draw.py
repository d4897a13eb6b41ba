"""Draw the figure of a display from its results data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studyspec.spec.tlf import PlotKind
from studyspec.tables.plots.curves import draw_curves
from studyspec.tables.plots.dots import draw_dots
from studyspec.tables.plots.lanes import draw_lanes
from studyspec.tables.plots.panels import Results
from studyspec.tables.plots.shapes import Drawing

_KINDS: Mapping[PlotKind, Callable[[Results, float, float], list[Drawing]]] = {
    "dots": draw_dots,
    "curves": draw_curves,
    "lanes": draw_lanes,
}


def draw_figure(results: Results, width: float, height: float) -> tuple[Drawing, ...]:
    """The pages of a figure.

    Args:
        results: of a display of Type Figure, without error findings.
        width: of a page, in points.
        height: of a page, in points.

    Returns:
        A drawing per page, each as wide as the page and at most as high.
    """
    return tuple(_KINDS[results.display.plots[0].kind](results, width, height))
