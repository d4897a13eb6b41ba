"""Write the displays of a study as the workbook they would have come from: what `load_tlf` reads back to the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl

from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow, FormatStep, Note, Plot, Subgroup, TlfSpec
from studyspec.spec.tlf_cells import Category, Pattern, Selection, Sorting, StatisticalTest, Tick, TimeAtRisk
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import cell_text
from studyspec.spec.workbook_style import style_workbook, workbook_bytes
from studyspec.spec.write_workbook import SheetRow, book_of


def write_tlf(tlf: TlfSpec, path: Path) -> None:
    """Write displays as an .xlsx file; the same displays give the same bytes.

    Raises:
        studyspec.spec.write_workbook.WorkbookError: a text is longer than a cell can be.

    Example:
        >>> tlf, _ = load_tlf(Path("specs/tlf.xlsx"))  # doctest: +SKIP
        >>> write_tlf(tlf, Path("copy.xlsx"))  # doctest: +SKIP
    """
    book = tlf_book(tlf)
    style_workbook(book)
    path.write_bytes(workbook_bytes(book))


def tlf_book(tlf: TlfSpec) -> openpyxl.Workbook:
    """The sheets of displays, all with their headers, without their look (see `style_workbook`).

    Raises:
        studyspec.spec.write_workbook.WorkbookError: a text is longer than a cell can be.
    """
    return book_of({name: tuple(schema) for name, schema in SHEETS.items()}, tlf_rows(tlf))


def tlf_rows(tlf: TlfSpec) -> dict[str, list[SheetRow]]:
    """The rows of every sheet, by header. Empty cells are "" or None."""
    displays = tlf.displays.values()
    notes = [*tlf.notes, *(note for item in displays for note in item.notes if note.display == item.id)]
    return {
        "Displays": [_display(item) for item in displays],
        "Columns": [_column(item, column) for item in displays for column in item.columns],
        "Rows": [_row(item, row) for item in displays for row in item.rows],
        "Notes": [_note(note) for note in notes],
        "Published": [row for item in displays for row in _published(item)],
        "Subgroups": [_subgroup(item, subgroup) for item in displays for subgroup in item.subgroups],
        "Plots": [_plot(item, plot) for item in displays for plot in item.plots],
        "Formats": [_format_step(step) for step in tlf.formats],
    }


def _display(display: Display) -> SheetRow:
    return {
        "Display": display.id,
        "Type": display.type,
        "Number": display.number,
        "Title": display.title,
        "Population": display.population,
        "Population Label": display.population_label,
        "Dataset": display.dataset,
        "Filter": display.filter,
        "Stub Label": display.stub_label,
        "Empty Text": display.empty_text,
        "Orientation": display.orientation,
        "Population Place": "" if display.population_place == "title" else display.population_place,
        "Sort": "; ".join(f"descending {item}" if down else item for item, down in display.sort),
        "Continued": "" if display.continued else "No",
    }


def _column(display: Display, column: DisplayColumn) -> SheetRow:
    return {
        "Display": display.id,
        "Order": column.order,
        "ID": column.id,
        "Label": column.label,
        "Span": column.span,
        "Kind": column.kind,
        "Where": column.where,
        "Statistics": _statistics(column.statistics),
        "N": column.n,
        "Compare": "; ".join(column.compare),
        "Records": column.records,
        "Expression": "; ".join(column.expressions),
        "Symbol": column.symbol,
        "Width": column.width,
    }


def _row(display: Display, row: DisplayRow) -> SheetRow:
    return {
        "Display": display.id,
        "Order": row.order,
        "ID": row.id,
        "Label": row.label,
        "Level": row.level,
        "Kind": row.kind,
        "Dataset": "" if row.dataset == display.dataset else row.dataset,
        "Variables": "; ".join(row.variables),
        "Where": row.where,
        "Statistics": _statistics(row.statistics),
        "Decimals": row.decimals or (0 if row.kind == "continuous" else None),
        "Denominator": row.denominator,
        "Categories": "; ".join(map(_category, row.categories)),
        "Missing Label": row.missing_label,
        "Sort": "; ".join(map(_sorting, row.sort)),
        "Select": " or ".join(map(_selection, row.select)),
        "Test": _test(row.test),
        "Worst": row.worst,
        "Time At Risk": _time_at_risk(row.time_at_risk),
    }


def _statistics(patterns: tuple[Pattern, ...]) -> str:
    return "; ".join(pattern.text for pattern in patterns)


def _category(category: Category) -> str:
    if category.label == category.value:
        return category.value
    return f"{category.value} = {category.label}".strip()


def _sorting(sorting: Sorting) -> str:
    return "alphabetical" if sorting.by == "alphabetical" else f"frequency in {sorting.column}"


def _selection(selection: Selection) -> str:
    if selection.by == "highest":
        return f"highest in {selection.column}"
    return f"{selection.by} >= {cell_text(selection.least)} in {selection.column}"


def _test(test: StatisticalTest | None) -> str:
    if test is None:
        return ""
    return f"{test.method} over {'; '.join(test.rows)}" if test.rows else test.method


def _time_at_risk(time: TimeAtRisk | None) -> str:
    return f"{time.event} from {time.start} to {time.end}" if time else ""


def _subgroup(display: Display, subgroup: Subgroup) -> SheetRow:
    return {
        "Display": display.id,
        "Order": subgroup.order,
        "ID": subgroup.id,
        "Label": subgroup.label,
        "Where": subgroup.where,
    }


def _plot(display: Display, plot: Plot) -> SheetRow:
    return {
        "Display": display.id,
        "Order": plot.order,
        "ID": plot.id,
        "Kind": plot.kind,
        "Label": plot.label,
        "Columns": "; ".join(plot.columns),
        "Rows": "; ".join(plot.rows),
        "X Label": plot.x_label,
        "Y Label": plot.y_label,
        "Ticks": "; ".join(map(_tick, plot.ticks)),
    }


def _tick(tick: Tick) -> str:
    place = cell_text(tick.place)
    return place if tick.label == place else f"{place} = {tick.label}"


def _format_step(step: FormatStep) -> SheetRow:
    return {
        "Format": step.format,
        "Order": step.order,
        "Range": step.range,
        "Picture": step.picture,
        "Text": step.text,
    }


def _note(note: Note) -> SheetRow:
    return {"Display": note.display, "Kind": note.kind, "Order": note.order, "Text": note.text}


def _published(display: Display) -> Iterator[SheetRow]:
    for item in display.published:
        yield {
            "Display": display.id,
            "Row": item.row,
            "Column": item.column,
            "Value": item.value,
            "Reference": item.reference,
        }
