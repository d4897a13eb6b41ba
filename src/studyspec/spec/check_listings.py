"""Check listings: their columns and expressions, and that tables have none of what only listings have."""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import Display, TlfSpec

LISTING = Rule(
    "TLF-019",
    "error",
    "Listing and table mixed up",
    why="A listing (or a figure of lanes) has an expression per column and record; others show what their rows count.",
    action="Give a listing columns of Kind key or listed with an Expression, and no rows; give a table neither.",
)
LISTED_KINDS = ("key", "listed")
# Of a figure of lanes: how many expressions each kind has, and which cell that makes wrong.
DRAWN_KINDS = {"bar": 2, "mark": 1}


def mixed_up(tlf: TlfSpec) -> list[Finding]:
    """Listings with what only tables have, and tables with what only listings have."""
    return [
        LISTING.finding(what, cell=cell)
        for display in tlf.displays.values()
        for what, cell in (_wrong_listing(display) if display.lists_records else _wrong_table(display))
    ]


def _wrong_listing(display: Display) -> Iterator[tuple[str, str]]:
    if len(display.columns) < 2:
        yield f"{display.id} has fewer than two columns.", display.location.at("Display")
    for row in display.rows:
        yield f"{display.id} is a listing, but has the row {row.id}.", row.location.at("ID")
    for column in display.columns:
        if column.kind not in (*LISTED_KINDS, *(DRAWN_KINDS if display.plots else ())):
            yield f"{column.id} is of Kind {column.kind}, in a listing.", column.location.at("Kind")
        elif not column.expressions:
            yield f"{column.id} has no Expression.", column.location.at("Expression")
        elif len(column.expressions) != DRAWN_KINDS.get(column.kind, len(column.expressions)):
            wanted = "two expressions, start and end" if column.kind == "bar" else "one expression"
            yield f"{column.id} is of Kind {column.kind}; it has {wanted}.", column.location.at("Expression")
        given = {"Where": column.where, "Statistics": column.statistics}
        given |= {} if column.kind in DRAWN_KINDS else {"Records": column.records}
        yield from (
            (f"{column.id} is a column of a listing, but has {header}.", column.location.at(header))
            for header, value in given.items()
            if value
        )


def _wrong_table(display: Display) -> Iterator[tuple[str, str]]:
    if display.sort:
        yield f"{display.id} is a table, but has Sort; rows of a table have one.", display.location.at("Sort")
    for column in display.columns:
        if column.kind in (*LISTED_KINDS, *DRAWN_KINDS):
            yield f"{column.id} is of Kind {column.kind}, in a table.", column.location.at("Kind")
        if column.expressions:
            yield f"{column.id} has an Expression, in a table.", column.location.at("Expression")
        if column.width is not None:
            yield f"{column.id} has a Width, in a table.", column.location.at("Width")
