"""Listings, and figures of lanes: one line per record, each column an expression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from studyspec.spec.tlf import Display, DisplayColumn
from studyspec.tables.groups import value_texts
from studyspec.tables.lines import Analysis, Line, Part
from studyspec.tables.population import Evaluate, Flags, Places, Reader
from studyspec.tables.results import Result

# What is drawn, by kind of column: the statistics that its expressions give.
DRAWN: dict[str, tuple[str, ...]] = {"bar": ("start", "end"), "mark": ("at",)}


@dataclass(frozen=True)
class _Cells:
    """The cells of a column: what is printed, and of what is drawn the numbers, by statistic."""

    texts: Sequence[str]
    numbers: Mapping[str, Sequence[float]] = field(default_factory=dict)


def list_records(display: Display, reader: Reader, evaluate: Evaluate, analysis: Analysis, part: Part) -> None:
    """List the records of a display, or of one of its subgroups.

    Args:
        display: a listing or a figure of lanes, without error findings.
        reader: of its records.
        evaluate: evaluates an expression on a dataset: one value per record.
        analysis: gets a result per line and column with its text. The results hold the text of every key column, also
            where it repeats that of the line above and is not printed.
        part: gets a line per record, in the display's order.
    """
    places = _sorted_places(display, evaluate, reader.places(display.dataset, "", reader.whole_population))
    part.empty = len(places) == 0
    start = part.next_number
    columns = {column.id: _cells(display.dataset, column, evaluate, places) for column in display.columns}
    keys = [column.id for column in display.columns if column.kind == "key"]
    first = display.columns[0].id
    for place, repeated in enumerate(_repeated(keys, columns, len(places))):
        label = "" if first in repeated else columns[first].texts[place]
        belongs_to_above = bool(keys) and len(repeated) == len(keys)
        part.lines.append(Line(start + place, "", label, int(belongs_to_above), (), repeated, int(places[place])))
    analysis.results += _results(display, reader, columns, reader.usubjids(display.dataset, places), start)


def _sorted_places(display: Display, evaluate: Evaluate, places: Places) -> Places:
    """The records in the order of Sort: numbers by size, text by bytes, missing lowest; else as they are."""
    keys = {
        str(place): _sortable(_taken(evaluate(display.dataset, expression), places))
        for place, (expression, _) in enumerate(display.sort)
    }
    if not keys:
        return places
    ascending = [not descending for _, descending in display.sort]
    order = pd.DataFrame(keys).sort_values(list(keys), ascending=ascending, kind="stable").index
    return np.asarray(places[order.to_numpy(dtype=np.intp)], dtype=np.intp)


def _sortable(values: pd.Series) -> pd.Series:
    """Values in whose order missing is below all others; code points of text are in the order of UTF-8 bytes."""
    return values.fillna(-np.inf) if pd.api.types.is_numeric_dtype(values) else values


def _taken(values: pd.Series | Flags, places: Places) -> pd.Series:
    return pd.Series(pd.Series(values).array.take(places))


def _texts(dataset: str, expressions: Sequence[str], evaluate: Evaluate, places: Places) -> list[str]:
    """The cells of a column: the values of its expressions below each other, blank ones left out at the end."""
    values = [value_texts(_taken(evaluate(dataset, expression), places)).tolist() for expression in expressions]
    return ["\n".join(texts).rstrip() for texts in zip(*values, strict=True)]


def _cells(dataset: str, column: DisplayColumn, evaluate: Evaluate, places: Places) -> _Cells:
    """The cells of a column; of a bar and a mark those of records that meet its condition, without missing places."""
    if column.kind not in DRAWN:
        return _Cells(_texts(dataset, column.expressions, evaluate, places))
    values = [_taken(evaluate(dataset, item), places).to_numpy(dtype=np.float64) for item in column.expressions]
    drawn = ~np.isnan(values).any(axis=0)
    if column.records:
        drawn &= _taken(evaluate(dataset, column.records), places).to_numpy(dtype=bool)
    numbers = [np.where(drawn, item, np.nan).tolist() for item in values]
    shown = zip(*(value_texts(pd.Series(item)) for item in numbers), strict=True)
    return _Cells(
        [" to ".join(filter(None, texts)) for texts in shown], dict(zip(DRAWN[column.kind], numbers, strict=True))
    )


def _repeated(keys: Sequence[str], columns: Mapping[str, _Cells], count: int) -> Iterator[frozenset[str]]:
    """For each line the key columns that repeat the line above, together with all key columns before them."""
    for place in range(count):
        same: list[str] = []
        for key in keys if place else ():
            if columns[key].texts[place] != columns[key].texts[place - 1]:
                break
            same.append(key)
        yield frozenset(same)


def _results(
    display: Display, reader: Reader, columns: Mapping[str, _Cells], usubjids: Sequence[str], start: int
) -> Iterator[Result]:
    headings = {column.id: " ".join(column.label.split()) for column in display.columns}
    where = reader.filter(display.dataset)
    for place, usubjid in enumerate(usubjids):
        for name, heading in headings.items():
            cells = columns[name]
            listed = Result(
                display.id,
                start + place,
                "",
                "listed",
                "",
                name,
                heading,
                "listed",
                text=cells.texts[place],
                group1="USUBJID",
                group1_value=usubjid,
                dataset=display.dataset,
                where=where,
                population=reader.whole_population.condition,
            )
            yield listed
            for statistic, numbers in cells.numbers.items():
                if cells.texts[place]:
                    yield listed._replace(statistic=statistic, value=numbers[place], text="")
