"""The displays of a study as one immutable object: what specs/tlf.xlsx says, see docs/tables.md for its sheets.

Text is "" where the cell is empty. Expressions stay text here; `check_tlf` checks them against the ADaM spec, and
`studyspec.tables` evaluates them. Every object keeps the `location` of its row, so that any message can name the cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from studyspec.spec.tlf_cells import Category, Pattern, Selection, Sorting, StatisticalTest, Tick, TimeAtRisk
from studyspec.spec.workbook import Location

DisplayType = Literal["Table", "Listing", "Figure"]
Orientation = Literal["landscape", "portrait"]
ColumnKind = Literal["group", "total", "published", "test", "difference", "label", "key", "listed", "bar", "mark"]
PopulationPlace = Literal["title", "header"]
RowKind = Literal["header", "subjects", "events", "continuous", "categories", "worst", "nested", "incidence"]
NoteKind = Literal["header", "title", "footnote", "source"]
PlotKind = Literal["dots", "curves", "lanes"]
Symbol = Literal["circle", "triangle", "square", "diamond", "cross", "arrow"]


@dataclass(frozen=True)
class DisplayColumn:
    """A row of Columns: one column of figures, computed or quoted (published), or one of labels.

    `where` selects subjects of the population by their ADSL record. `span` is a heading over all neighbours that have
    the same. With `statistics` the column is split: one printed column for each of these patterns. `n` is the number
    of subjects of a published column; that of the others is counted. `compare` are the columns that a test looks at
    (none: every group column), or the two of a difference. `records` is a condition on the display's dataset: only
    such records are counted in the column. `expressions` are those of a column of a listing, printed below each
    other; of a bar its start and its end, of a mark its place. `symbol` is how a figure draws it; "": as it likes.
    `width` is that of a column of a listing, in characters; None: as its content needs.
    """

    id: str
    order: int
    label: str
    span: str
    kind: ColumnKind
    where: str
    statistics: tuple[Pattern, ...]
    compare: tuple[str, ...]
    records: str
    expressions: tuple[str, ...]
    symbol: Symbol | Literal[""]
    n: int | None
    width: int | None
    location: Location = field(compare=False)


@dataclass(frozen=True)
class DisplayRow:
    """A row of Rows: a line of the display, or a block of lines.

    `dataset` is never blank (the display's, where the cell is). `where` selects its records; `denominator` is a
    condition on ADSL that narrows the row to some subjects, who are then also its denominator. `decimals` is the
    precision of the data of a continuous variable. With `worst`, a numeric variable, a subject counts in each line
    by its records of the highest value only. `select`: a term that one of these keeps is printed.
    """

    id: str
    order: int
    label: str
    level: int
    kind: RowKind
    dataset: str
    variables: tuple[str, ...]
    where: str
    statistics: tuple[Pattern, ...]
    decimals: int
    denominator: str
    categories: tuple[Category, ...]
    missing_label: str
    sort: tuple[Sorting, ...]
    select: tuple[Selection, ...]
    test: StatisticalTest | None
    time_at_risk: TimeAtRisk | None
    worst: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Note:
    """A row of Notes: a line of text around the body. Display `*` means every display."""

    display: str
    kind: NoteKind
    order: int
    text: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class PublishedValue:
    """A row of Published: what a publication prints in that row and column, as text, and where."""

    row: str
    column: str
    value: str
    reference: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Subgroup:
    """A row of Subgroups: the subjects whom a part of the display, on pages of its own, is about."""

    id: str
    order: int
    label: str
    where: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Plot:
    """A row of Plots: one panel of a figure, from left to right.

    `columns` and `rows` are IDs of what is drawn; none: all. `label` stands above the panel, `x_label` and `y_label` at
    its axes. `ticks` are those of the x axis; none: round numbers.
    """

    id: str
    order: int
    kind: PlotKind
    label: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    x_label: str
    y_label: str
    ticks: tuple[Tick, ...]
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Display:
    """A row of Displays with its columns, rows, plots, notes and published values, each in order.

    `population` is a condition on ADSL. `filter` applies to the records of `dataset` in every row. `notes` are the
    display's own, then those of every display. `population_place` is where `population_label` stands: below the title,
    or below the page's header line. `continued`: a page that begins inside a block repeats its labels. `sort` is
    the order of a listing: expressions, and whether each goes down.
    """

    id: str
    type: DisplayType
    number: str
    title: str
    population: str
    population_label: str
    population_place: PopulationPlace
    dataset: str
    filter: str
    sort: tuple[tuple[str, bool], ...]
    stub_label: str
    empty_text: str
    orientation: Orientation
    continued: bool
    subgroups: tuple[Subgroup, ...]
    columns: tuple[DisplayColumn, ...]
    rows: tuple[DisplayRow, ...]
    notes: tuple[Note, ...]
    published: tuple[PublishedValue, ...]
    plots: tuple[Plot, ...]
    location: Location = field(compare=False)

    @property
    def lists_records(self) -> bool:
        """Whether it has a line per record: a listing, or a figure of lanes. The others count."""
        return self.type == "Listing" or any(plot.kind == "lanes" for plot in self.plots)

    @property
    def file_name(self) -> str:
        """The name of its files, without suffix: t-14-3-1-1."""
        return self.id.lower()

    @cached_property
    def computed_columns(self) -> tuple[DisplayColumn, ...]:
        """The columns that are counted from data."""
        return tuple(column for column in self.columns if column.kind in ("group", "total"))

    def compared(self, column: DisplayColumn) -> tuple[str, ...]:
        """The IDs of the columns that a column of Kind test or difference compares."""
        return column.compare or tuple(other.id for other in self.columns if other.kind == "group")

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """The datasets it reads, ADSL first."""
        listed = [self.dataset] if self.lists_records else []
        return tuple(dict.fromkeys(("ADSL", *listed, *(row.dataset for row in self.rows if row.kind != "header"))))

    def texts(self, kind: NoteKind) -> tuple[str, ...]:
        """The texts of its notes of that kind, in order."""
        return tuple(note.text for note in self.notes if note.kind == kind)


@dataclass(frozen=True)
class FormatStep:
    """A row of Formats: one range of a format and what is printed for it, as written; patterns hold what it means."""

    format: str
    order: int
    range: str
    picture: str
    text: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class TlfSpec:
    """The tlf workbook: displays by id, in the order of the sheet. `name` is how messages call it."""

    name: str
    displays: Mapping[str, Display]
    notes: tuple[Note, ...]
    formats: tuple[FormatStep, ...]
