"""Check the plots of figures: that there are some, and that they draw columns and rows that can be drawn so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from studyspec.findings import Finding, Rule
from studyspec.spec.near import did_you_mean
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow, Plot, PlotKind, TlfSpec

FIGURE = Rule(
    "TLF-025",
    "error",
    "Figure cannot be drawn",
    why="Each kind of plot draws columns and rows of certain kinds; only figures have plots.",
    action="Correct the row; docs/tables.md says what each kind of plot needs.",
)
UNKNOWN = Rule(
    "TLF-026",
    "error",
    "Plot of an unknown column or row",
    why="A plot draws columns and rows of its display.",
    action="Name them by their IDs, separated by ;.",
)
_COUNTED = ("group", "total")


def wrong_figures(tlf: TlfSpec) -> list[Finding]:
    """Figures without plots, plots of other displays, and plots that cannot be drawn."""
    return [finding for display in tlf.displays.values() for finding in _wrong_figure(display)]


def _wrong_figure(display: Display) -> Iterator[Finding]:
    here = display.location.at("Type")
    if (display.type == "Figure") != bool(display.plots):
        what = "is a figure, but has no row in Plots" if not display.plots else "has plots, but is not a figure"
        yield FIGURE.finding(f"{display.id} {what}.", cell=here)
    if display.plots and display.subgroups:
        yield FIGURE.finding(f"{display.id} is a figure; figures have no subgroups.", cell=here)
    if len({plot.kind for plot in display.plots}) > 1 or (display.lists_records and len(display.plots) > 1):
        yield FIGURE.finding(f"{display.id} has plots of several kinds, or several of lanes.", cell=here)
    for plot in display.plots:
        yield from _unknown(plot, "Columns", plot.columns, [column.id for column in display.columns])
        yield from _unknown(plot, "Rows", plot.rows, [row.id for row in display.rows])
        wrong = _KINDS[plot.kind](drawn_columns(display, plot), drawn_rows(display, plot))
        yield from (FIGURE.finding(f"{plot.id}: {what}", cell=plot.location.at(header)) for header, what in wrong)


def drawn_columns(display: Display, plot: Plot) -> tuple[DisplayColumn, ...]:
    """The columns that a plot draws, in the order of the display."""
    return tuple(column for column in display.columns if column.id in plot.columns or not plot.columns)


def drawn_rows(display: Display, plot: Plot) -> tuple[DisplayRow, ...]:
    """The rows that a plot draws."""
    return tuple(row for row in display.rows if row.id in plot.rows or not plot.rows)


def _unknown(plot: Plot, header: str, named: Sequence[str], known: Sequence[str]) -> Iterator[Finding]:
    for name in named:
        if name not in known:
            action = did_you_mean(name, known)
            yield UNKNOWN.finding(
                f"{plot.id}: the display has no {name}.", cell=plot.location.at(header), action=action
            )


def _wrong_dots(columns: Sequence[DisplayColumn], rows: Sequence[DisplayRow]) -> Iterator[tuple[str, str]]:
    kinds = {column.kind in _COUNTED for column in columns}
    if kinds != {True} and any(column.kind != "difference" for column in columns):
        yield "Columns", "dots are percentages of columns that are counted, or differences; not both on one axis."
    if not any("pct" in pattern.statistics for row in rows for pattern in row.statistics):
        yield "Rows", "no row has percentages (% in Statistics)."


def _wrong_curves(columns: Sequence[DisplayColumn], rows: Sequence[DisplayRow]) -> Iterator[tuple[str, str]]:
    if any(column.kind not in _COUNTED for column in columns):
        yield "Columns", "curves are of columns that are counted."
    if [row.kind for row in rows] != ["incidence"]:
        yield "Rows", "curves are of one row of Kind incidence."
    elif not {"risk", "cif", "ciflcl", "cifucl"} <= {item for p in rows[0].statistics for item in p.statistics}:
        yield "Rows", "the row needs risk, cif, ciflcl and cifucl in Statistics."


def _wrong_lanes(columns: Sequence[DisplayColumn], rows: Sequence[DisplayRow]) -> Iterator[tuple[str, str]]:
    kinds = [column.kind for column in columns]
    if kinds[:1] != ["key"] or not {"bar", "mark"} & set(kinds):
        yield "Columns", "lanes need a column of Kind key, which comes first, and one of Kind bar or mark."


_KINDS: dict[PlotKind, Callable[[Sequence[DisplayColumn], Sequence[DisplayRow]], Iterator[tuple[str, str]]]] = {
    "dots": _wrong_dots,
    "curves": _wrong_curves,
    "lanes": _wrong_lanes,
}
