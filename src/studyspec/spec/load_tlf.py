"""Load specs/tlf.xlsx: workbook to displays, with everything that is wrong in the workbook itself as findings.

What needs the ADaM spec (unknown datasets and variables, wrong expressions) is for `check_tlf`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from studyspec.findings import Finding, Rule
from studyspec.spec.dialects import EXTRA_HEADER, EXTRA_SHEET, MISSING_HEADER, MISSING_SHEET
from studyspec.spec.load import unreadable
from studyspec.spec.rules_keys import DUPLICATE
from studyspec.spec.schemas import check_cells, choice, whole_number
from studyspec.spec.tlf import (
    Display,
    DisplayColumn,
    DisplayRow,
    FormatStep,
    Note,
    Plot,
    PublishedValue,
    Subgroup,
    TlfSpec,
)
from studyspec.spec.tlf_cells import (
    Pattern,
    parse_categories,
    parse_record_order,
    parse_select,
    parse_sort,
    parse_statistics,
    parse_test,
    parse_ticks,
    parse_time_at_risk,
    split_expressions,
    split_list,
)
from studyspec.spec.tlf_formats import CellError, Format, Step, parse_step
from studyspec.spec.tlf_schema import EVERY_DISPLAY, KEYS, OPTIONAL_HEADERS, REQUIRED_SHEETS, SHEETS
from studyspec.spec.workbook import Row, Workbook, read_workbook

NOTATION = Rule(
    "TLF-001",
    "error",
    "Cell cannot be read",
    why="The cell says how figures are counted, ordered or printed.",
    action="Correct the cell; docs/tables.md describes what it may hold.",
)
UNKNOWN_DISPLAY = Rule(
    "TLF-002",
    "error",
    "Unknown display",
    why="The row belongs to a display that the sheet Displays does not have, so it would never be printed.",
    action="Correct the Display cell, or add the display to the sheet Displays.",
)

T = TypeVar("T")


def load_tlf(path: Path) -> tuple[TlfSpec | None, list[Finding]]:
    """Read the displays of a study.

    Args:
        path: the .xlsx file, with the sheets that docs/tables.md lists.

    Returns:
        The displays, made of all rows that can be used, and findings about the rest, each with its cell. None only
        when the file cannot be read or lists no display.

    Example:
        >>> tlf, findings = load_tlf(Path("specs/tlf.xlsx"))  # doctest: +SKIP
        >>> tlf.displays["T-14-3-1-1"].number  # doctest: +SKIP
        '14.3.1.1'
    """
    try:
        workbook = read_workbook(path)
    except Exception as error:  # Damaged workbooks raise errors of many kinds.
        return None, [unreadable(path, error)]
    return tlf_from(workbook)


def tlf_from(workbook: Workbook) -> tuple[TlfSpec | None, list[Finding]]:
    """The same for a workbook that is read already."""
    findings = _sheet_findings(workbook) + check_cells(workbook, SHEETS) + _duplicates(workbook)
    reader = _Reader(workbook, findings)
    displays = reader.displays()
    if not displays:
        return None, findings
    return TlfSpec(workbook.name, displays, reader.notes_of(EVERY_DISPLAY), reader.steps), findings


def _sheet_findings(workbook: Workbook) -> list[Finding]:
    """Sheets and columns that are missing, and those that nothing reads."""
    findings = [
        MISSING_SHEET.finding(f"There is no sheet {name}.", cell=f"{workbook.name}!{name}", action=_HEADERS_ACTION)
        for name in REQUIRED_SHEETS
        if name not in workbook.sheets
    ]
    for title, sheet in workbook.sheets.items():
        place = f"{workbook.name}!{title}"
        if title not in SHEETS:
            if title.casefold() != "readme":
                findings.append(EXTRA_SHEET.finding(f"Sheet {title} is not read.", cell=place))
            continue
        for header in SHEETS[title]:
            if header not in (*sheet.headers, *OPTIONAL_HEADERS.get(title, ())):
                what = f"There is no column {header}."
                findings.append(MISSING_HEADER.finding(what, cell=place, action=_HEADERS_ACTION))
        for header in sheet.headers:
            if header not in SHEETS[title]:
                findings.append(EXTRA_HEADER.finding(f"Column {header} is not read.", cell=place))
    return findings


_HEADERS_ACTION = "Add it as docs/tables.md lists it."


def _duplicates(workbook: Workbook) -> list[Finding]:
    findings: list[Finding] = []
    for sheet, headers in KEYS.items():
        first: dict[tuple[str, ...], Row] = {}
        for row in workbook.rows(sheet):
            key = tuple(row[header] for header in headers)
            other = first.setdefault(key, row)
            if other is not row and all(key):
                what = f"{' '.join(key)} is already in row {other.location.row}."
                findings.append(DUPLICATE.finding(what, cell=row.location.at(headers[-1])))
    return findings


class _Reader:
    """Makes the model from the sheets and adds a finding for each notation that cannot be read."""

    def __init__(self, workbook: Workbook, findings: list[Finding]) -> None:
        self._workbook = workbook
        self._findings = findings
        self.steps = tuple(sorted(map(_format_step, workbook.rows("Formats")), key=lambda step: step.order))
        self._formats = self._named_formats()

    def _named_formats(self) -> dict[str, Format]:
        found: dict[str, list[tuple[FormatStep, Step]]] = {}
        for row in self.steps:
            try:
                step = parse_step(row.range, row.picture, row.text)
            except CellError as error:
                place = row.location.at("Range")
                self._findings.append(NOTATION.finding(error.what, action=error.action, cell=place))
            else:
                found.setdefault(row.format.upper(), []).append((row, step))
        return {
            name: Format(name, max(len(row.picture or row.text) for row, _ in steps), tuple(step for _, step in steps))
            for name, steps in found.items()
        }

    def displays(self) -> dict[str, Display]:
        found: dict[str, Display] = {}
        for row in self._workbook.rows("Displays"):
            if row["Display"] and row["Display"] not in found:
                found[row["Display"]] = self._display(row)
        for sheet in ("Columns", "Rows", "Notes", "Published", "Subgroups", "Plots"):
            for row in self._workbook.rows(sheet):
                known = row["Display"] in found or (sheet == "Notes" and row["Display"] == EVERY_DISPLAY)
                if row["Display"] and not known:
                    what = f"{row['Display']} is not a display."
                    self._findings.append(UNKNOWN_DISPLAY.finding(what, cell=row.location.at("Display")))
        return found

    def notes_of(self, display: str) -> tuple[Note, ...]:
        notes = [
            Note(display, _closed(row, "Notes", "Kind"), whole_number(row["Order"]) or 0, row["Text"], row.location)
            for row in self._rows("Notes", display)
        ]
        return tuple(sorted(notes, key=lambda note: note.order))

    def _rows(self, sheet: str, display: str) -> list[Row]:
        """Those of one display; of duplicates (which have a finding) the first."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self._workbook.rows(sheet):
            if row["Display"] == display:
                found.setdefault(tuple(row[header] for header in KEYS[sheet]), row)
        return list(found.values())

    def _display(self, row: Row) -> Display:
        name = row["Display"]
        columns = sorted(map(self._column, self._rows("Columns", name)), key=lambda column: column.order)
        subgroups = sorted(map(_subgroup, self._rows("Subgroups", name)), key=lambda subgroup: subgroup.order)
        plots = sorted(map(self._plot, self._rows("Plots", name)), key=lambda plot: plot.order)
        lines = [self._row(line, row["Dataset"]) for line in self._rows("Rows", name)]
        return Display(
            id=name,
            type=_closed(row, "Displays", "Type"),
            number=row["Number"],
            title=row["Title"],
            population=row["Population"],
            population_label=row["Population Label"],
            population_place=_closed(row, "Displays", "Population Place") or "title",
            dataset=row["Dataset"],
            filter=row["Filter"],
            sort=parse_record_order(row["Sort"]),
            stub_label=row["Stub Label"],
            empty_text=row["Empty Text"],
            orientation=_closed(row, "Displays", "Orientation"),
            continued=_closed(row, "Displays", "Continued") != "No",
            subgroups=tuple(subgroups),
            columns=tuple(columns),
            rows=tuple(sorted(lines, key=lambda line: line.order)),
            notes=self.notes_of(name) + self.notes_of(EVERY_DISPLAY),
            published=tuple(_published(line) for line in self._rows("Published", name)),
            plots=tuple(plots),
            location=row.location,
        )

    def _column(self, row: Row) -> DisplayColumn:
        return DisplayColumn(
            id=row["ID"],
            order=whole_number(row["Order"]) or 0,
            label=row["Label"],
            span=row["Span"],
            kind=_closed(row, "Columns", "Kind"),
            where=row["Where"],
            statistics=self._read(row, "Statistics", self._patterns, ()),
            compare=split_list(row["Compare"]),
            records=row["Records"],
            expressions=split_expressions(row["Expression"]),
            symbol=_closed(row, "Columns", "Symbol") or "",
            n=whole_number(row["N"]),
            width=whole_number(row["Width"]),
            location=row.location,
        )

    def _row(self, row: Row, dataset: str) -> DisplayRow:
        return DisplayRow(
            id=row["ID"],
            order=whole_number(row["Order"]) or 0,
            label=row["Label"],
            level=whole_number(row["Level"]) or 0,
            kind=_closed(row, "Rows", "Kind"),
            dataset=row["Dataset"] or dataset,
            variables=split_list(row["Variables"]),
            where=row["Where"],
            statistics=self._read(row, "Statistics", self._patterns, ()),
            decimals=whole_number(row["Decimals"]) or 0,
            denominator=row["Denominator"],
            categories=self._read(row, "Categories", parse_categories, ()),
            missing_label=row["Missing Label"],
            sort=self._read(row, "Sort", parse_sort, ()),
            select=self._read(row, "Select", parse_select, ()),
            test=self._read(row, "Test", parse_test, None),
            worst=row["Worst"],
            time_at_risk=self._read(row, "Time At Risk", parse_time_at_risk, None),
            location=row.location,
        )

    def _plot(self, row: Row) -> Plot:
        return Plot(
            id=row["ID"],
            order=whole_number(row["Order"]) or 0,
            kind=_closed(row, "Plots", "Kind"),
            label=row["Label"],
            columns=split_list(row["Columns"]),
            rows=split_list(row["Rows"]),
            x_label=row["X Label"],
            y_label=row["Y Label"],
            ticks=self._read(row, "Ticks", parse_ticks, ()),
            location=row.location,
        )

    def _patterns(self, text: str) -> tuple[Pattern, ...]:
        return parse_statistics(text, self._formats)

    def _read(self, row: Row, header: str, parse: Callable[[str], T], otherwise: T) -> T:
        try:
            return parse(row[header])
        except CellError as error:
            finding = NOTATION.finding(error.what, action=error.action, cell=row.location.at(header))
            self._findings.append(finding)
            return otherwise


def _closed(row: Row, sheet: str, header: str) -> Any:
    """The allowed value that the cell spells; a cell that spells none has its finding already."""
    return choice(row[header], SHEETS[sheet][header])


def _published(row: Row) -> PublishedValue:
    return PublishedValue(row["Row"], row["Column"], row["Value"], row["Reference"], row.location)


def _subgroup(row: Row) -> Subgroup:
    return Subgroup(row["ID"], whole_number(row["Order"]) or 0, row["Label"], row["Where"], row.location)


def _format_step(row: Row) -> FormatStep:
    order = whole_number(row["Order"]) or 0
    return FormatStep(row["Format"], order, row["Range"], row["Picture"], row["Text"], row.location)
