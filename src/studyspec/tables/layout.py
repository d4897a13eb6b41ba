"""Layout: everything that stands on the pages of a display, as text, before any renderer decides how it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import pandas as pd

from studyspec.spec.expression.nodes import Qualified
from studyspec.spec.expression.parse import parse
from studyspec.spec.tlf import Display, DisplayColumn
from studyspec.spec.tlf_cells import Pattern
from studyspec.tables.lines import Line, Part

# What is printed: texts by statistic, of each line and column.
Texts = Mapping[tuple[int, str], dict[str, str]]
# Kinds of columns whose pattern is that of every line.
_COMPARING = ("test", "difference")
_OF_TEXT = ("label", "key", "listed", "bar", "mark")
# Places of a step of indent.
INDENT = 2
_LEADING_DIGITS = re.compile(r"\D{0,2}?(\d+)")


class Indented(Protocol):
    """A line of a body, in any form."""

    @property
    def indent(self) -> int:
        """Steps; a deeper line belongs to the lines above that are less deep."""


@dataclass(frozen=True)
class HeadCell:
    """A cell of the column head: `text` over `count` columns from column `first`; line breaks in it are meant."""

    text: str
    first: int
    count: int


@dataclass(frozen=True)
class BodyLine:
    """A line of the body: label, indent (steps), a text per column. Deeper lines that follow it belong to it.

    `page_start`: label and cells where the line is the first of a page; empty: the same as elsewhere. `number`: its
    line in the analysis results data; 0 for a line that is not there. `opens_group`: space goes before it. `record`:
    the place of the listed record in its dataset; -1 in other displays.
    """

    label: str
    indent: int
    cells: tuple[str, ...]
    page_start: tuple[str, ...] = ()
    number: int = field(default=0, compare=False)
    opens_group: bool = False
    record: int = field(default=-1, compare=False)


@dataclass(frozen=True)
class Layout:
    """A display as text, in the order of a page from top to bottom.

    `header` are the lines at the top left of each page. `head` has a row per level of column headings, each covering
    all columns; an empty cell above a heading belongs to it. `text_columns` are the places of columns that hold words,
    which stand at the left of their column; the others hold figures. `continued`: a page that begins inside a block
    repeats its labels. `column_ids`: the ID of each column in the spec, as in the analysis results data;
    `column_statistics`: what it prints, none where each line has its own; `number`: the line there that has N of the
    column heads. `text_widths`: of a listing, what the spec says of the width of each
    column, the stub first.
    """

    name: str
    header: tuple[str, ...]
    titles: tuple[str, ...]
    population: tuple[str, ...]
    stub_head: str
    head: tuple[tuple[HeadCell, ...], ...]
    body: tuple[BodyLine, ...]
    footnotes: tuple[str, ...]
    source: str
    orientation: Literal["landscape", "portrait"]
    text_columns: frozenset[int] = frozenset()
    continued: bool = True
    column_ids: tuple[str, ...] = ()
    column_statistics: tuple[tuple[str, ...], ...] = ()
    number: int = 0
    text_widths: tuple[int | None, ...] = ()

    @property
    def column_count(self) -> int:
        """How many columns of figures there are."""
        return sum(cell.count for cell in self.head[-1])

    def mapped(self, change: Callable[[str], str]) -> Layout:
        """The same layout with every text changed."""
        return replace(
            self,
            header=tuple(map(change, self.header)),
            titles=tuple(map(change, self.titles)),
            population=tuple(map(change, self.population)),
            stub_head=change(self.stub_head),
            head=tuple(tuple(replace(cell, text=change(cell.text)) for cell in row) for row in self.head),
            body=tuple(
                replace(
                    line,
                    label=change(line.label),
                    cells=tuple(map(change, line.cells)),
                    page_start=tuple(map(change, line.page_start)),
                )
                for line in self.body
            ),
            footnotes=tuple(map(change, self.footnotes)),
            source=change(self.source),
        )

    def texts(self) -> list[str]:
        """Every text of the layout."""
        found: list[str] = []

        def note(text: str) -> str:
            found.append(text)
            return text

        self.mapped(note)
        return found


def layouts_of(display: Display, ard: pd.DataFrame, parts: Sequence[Part], spec_name: str) -> tuple[Layout, ...]:
    """Lay out a display: one layout, or one per subgroup.

    Args:
        display: from the tlf spec.
        ard: its analysis results data; only `text` is printed.
        parts: the lines in print order. The body of an empty one is the display's Empty Text.
        spec_name: of the workbook, for the source line.

    Returns:
        The layouts, the same for every renderer.
    """
    texts: dict[tuple[int, str], dict[str, str]] = {}
    columns = (ard[name].tolist() for name in ("line", "column", "statistic", "text"))
    for number, column, statistic, text in zip(*columns, strict=True):
        texts.setdefault((int(number), column), {})[statistic] = text
    return tuple(_layout(display, texts, part, spec_name) for part in parts)


def _layout(display: Display, texts: Texts, part: Part, spec_name: str) -> Layout:
    printed = _printed_columns(display)
    text_columns = frozenset(place for place, (column, _) in enumerate(printed) if column.kind in _OF_TEXT)
    if part.empty:
        body = [BodyLine(display.empty_text, 0, ("",) * len(printed))]
    else:
        body = [_body_line(display, line, printed, texts) for line in part.lines]
    labels = next((place for place, (column, _) in enumerate(printed) if column.kind == "label"), None)
    below_title = display.population_place == "title"
    header = display.texts("header")
    return Layout(
        name=display.file_name,
        header=header if below_title else (*header, display.population_label),
        titles=(*_titles(display), *filter(None, [part.label])),
        population=(display.population_label,) if below_title else (),
        stub_head=display.columns[0].label if display.lists_records else display.stub_label,
        head=_head(printed, texts, part.number),
        body=tuple(body if labels is None else _labels_beside(body, labels)),
        footnotes=display.texts("footnote"),
        source=" ".join(display.texts("source")) or _source(display, spec_name),
        orientation=display.orientation,
        text_columns=text_columns,
        continued=display.continued,
        column_ids=tuple(column.id for column, _ in printed),
        column_statistics=tuple(pattern.statistics if pattern else () for _, pattern in printed),
        number=part.number,
        text_widths=tuple(column.width for column in display.columns) if display.lists_records else (),
    )


def has_deeper(body: Sequence[Indented], place: int) -> bool:
    """Whether the next line belongs to this one."""
    return place + 1 < len(body) and body[place + 1].indent > body[place].indent


def is_set_off(body: Sequence[BodyLine], place: int) -> bool:
    """Whether space goes before a line: before a line with deeper lines, and after such a block."""
    if place == 0 or body[place].indent > 0:
        return False
    return body[place].opens_group or body[place - 1].indent > 0 or has_deeper(body, place)


def is_span(cell: HeadCell) -> bool:
    """Whether a heading has a rule below it: it joins several columns."""
    return bool(cell.text) and cell.count > 1


def is_text(layout: Layout, cell: HeadCell) -> bool:
    """Whether a heading stands over one column of words; it then stands at the left, as they do."""
    return cell.count == 1 and cell.first in layout.text_columns


def digit_pads(cells: Sequence[str]) -> list[int]:
    """How many digits each number lacks before its decimal point, so that numbers below each other align.

    Args:
        cells: the texts of one column; blank and wordy ones lack nothing.

    Example:
        >>> digit_pads(["50 (62.5%)", "6 (7.4%)", "0", ""])
        [0, 1, 1, 0]
    """
    found = [_LEADING_DIGITS.match(cell) for cell in cells]
    widths = [match.end() if match else 0 for match in found]
    widest = max(widths, default=0)
    return [widest - width if width else 0 for width in widths]


def _printed_columns(display: Display) -> list[tuple[DisplayColumn, Pattern | None]]:
    """Each column with the pattern it prints; None: whatever the line has. The first one of a listing is the stub."""
    columns = display.columns[display.lists_records :]
    return [(column, pattern) for column in columns for pattern in (column.statistics or (None,))]


def _labels_beside(body: Sequence[BodyLine], place: int) -> Iterator[BodyLine]:
    """The lines with the labels of deeper ones in a column of their own, and their block's label on the first of them.

    A deeper line stays deeper, without a label in the stub, so that it still belongs to its block.
    """
    block = ""
    for number, line in enumerate(body):
        if line.indent == 0 and not any(line.cells) and has_deeper(body, number):
            block = line.label
            continue
        cells = list(line.cells)
        if line.indent == 0:
            yield line
            continue
        cells[place] = " " * (INDENT * (line.indent - 1)) + line.label
        yield BodyLine(block, 0 if block else 1, tuple(cells), number=line.number)
        block = ""


def _titles(display: Display) -> tuple[str, ...]:
    return (f"{display.type} {display.number}", display.title, *display.texts("title"))


def _body_line(
    display: Display,
    line: Line,
    printed: Sequence[tuple[DisplayColumn, Pattern | None]],
    texts: Texts,
) -> BodyLine:
    cells = [_cell(line, column, pattern, texts.get((line.number, column.id), {})) for column, pattern in printed]
    page_start = [texts[line.number, column.id]["listed"] for column in display.columns] if line.repeated else []
    keys = [column.id for column in display.columns if column.kind == "key"]
    opens_group = bool(keys) and keys[0] not in line.repeated
    return BodyLine(line.label, line.indent, tuple(cells), tuple(page_start), line.number, opens_group, line.record)


def _cell(line: Line, column: DisplayColumn, pattern: Pattern | None, texts: dict[str, str]) -> str:
    if "listed" in texts:
        return "" if column.id in line.repeated else texts["listed"]
    if "published" in texts:
        return texts["published"]
    if pattern is not None and column.kind in _COMPARING:
        return pattern.fill(texts)
    wanted = [item for item in line.patterns if pattern is None or item.prints_as(pattern)]
    return " ".join(filter(None, (item.fill(texts) for item in wanted)))


def _head(
    printed: Sequence[tuple[DisplayColumn, Pattern | None]], texts: Texts, number: int
) -> tuple[tuple[HeadCell, ...], ...]:
    """Headings level by level: a column's span, its label with N, and its pattern where it is split."""
    paths: list[tuple[tuple[str, str], ...]] = []
    for column, pattern in printed:
        size = texts.get((number, column.id), {}).get("N", "")
        label = f"{column.label}\n(N={size})" if size else column.label
        # A heading is told apart from an equal one beside it by its key: two columns may have the same label.
        path = [("", column.span)] if column.span else []
        path.append((column.id, label))
        if pattern is not None and column.kind not in _COMPARING:
            path.append((f"{column.id} {pattern.text}", pattern.label))
        paths.append(tuple(path))
    depth = max(map(len, paths))
    padded = [(*((f"{place}", "") for _ in range(depth - len(path))), *path) for place, path in enumerate(paths)]
    return tuple(_head_row([path[level] for path in padded]) for level in range(depth))


def _head_row(cells: Sequence[tuple[str, str]]) -> tuple[HeadCell, ...]:
    row: list[HeadCell] = []
    for place, cell in enumerate(cells):
        if row and cell == cells[place - 1]:
            row[-1] = replace(row[-1], count=row[-1].count + 1)
        else:
            row.append(HeadCell(cell[1], place, 1))
    return tuple(row)


def _source(display: Display, spec_name: str) -> str:
    expressions = (parse(text) for column in display.columns for text in column.expressions)
    listed = (node.dataset for item in expressions for node in item.walk() if isinstance(node, Qualified))
    datasets = ", ".join(dict.fromkeys((*display.datasets, *listed)))
    return f"Source: {datasets}. Program: studyspec. Spec: {spec_name}, display {display.id}."
