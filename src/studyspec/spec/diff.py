"""What changed between two versions of a spec: row by row of its sheets, cell by cell.

Rows are found again by what names them (`rules_keys.KEYS`), so that inserted rows change nothing else. A row counts as
renamed only when one row went and one came that agree in everything but the name. Cells are compared as they are read:
Yes and YES, or another spelling of a list, are no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.model import Spec
from studyspec.spec.rules_keys import KEYS
from studyspec.spec.tlf import TlfSpec
from studyspec.spec.tlf_schema import KEYS as TLF_KEYS
from studyspec.spec.where_clause import where_clause_text
from studyspec.spec.workbook import Location, cell_text
from studyspec.spec.write_tlf import tlf_rows
from studyspec.spec.write_workbook import SheetRow, spec_rows

Action = Literal["added", "removed", "changed", "renamed", "moved"]
ACTIONS: tuple[Action, ...] = ("added", "removed", "renamed", "changed", "moved")
TERMS = "Terms"  # the rows of Codelists once more, as what they say of the term

# Columns of Codelists that describe the codelist; the others describe the term.
_OF_CODELISTS = ("Name", "NCI Codelist Code", "Data Type", "Terminology", "Comment")
# Sheets in which the sequence of rows says something, and how many headers of the key name the group that has it.
_ORDERED = {
    "Datasets": 0,
    "Variables": 1,
    "ValueLevel": 2,
    TERMS: 1,
    "Sources": 1,
    "Displays": 0,
    "Columns": 1,
    "Rows": 1,
}
# Sheets whose rows can go by another name; elsewhere a new name is a new thing.
_NAMED = (
    "Variables",
    "Codelists",
    TERMS,
    "Methods",
    "Comments",
    "Documents",
    "Parameters",
    "Checks",
    "Columns",
    "Rows",
)
_EXPRESSIONS = ("Expression", "Expression Code", "Subject", "Where", "Population", "Filter", "Denominator")


@dataclass(frozen=True)
class CellChange:
    """A cell that says something else: header, old and new text ("" for an empty cell)."""

    header: str
    before: str
    after: str

    @property
    def means_the_same(self) -> bool:
        """True for an expression that is only written otherwise."""
        if self.header not in _EXPRESSIONS:
            return False
        try:
            return parse(self.before) == parse(self.after)
        except ExpressionError:
            return False


@dataclass(frozen=True)
class Change:
    """A row that was added, removed, changed, renamed or moved.

    `cells` are those that changed, and of a row that was added or removed all that it holds. `key` names it in the new
    version (the old one where it was removed), `was` its old name where it was renamed. `place` says after which row a
    moved one comes now. `cell` is where to look: workbook!sheet!cell. `row` holds all cells that do not name the row.
    """

    sheet: str
    key: tuple[str, ...]
    action: Action
    cells: tuple[CellChange, ...] = ()
    was: str = ""
    place: str = ""
    cell: str = ""
    row: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """What changed, as people call it: AE.AESTDTC; SEX: U; T-14-3-1-1: G34."""
        return row_name(self.sheet, self.key)


def row_name(sheet: str, key: Sequence[str]) -> str:
    """The name of a row: AE.AESTDTC for a variable, SEX: U for a term."""
    match sheet:
        case "Variables":
            return ".".join(key)
        case "ValueLevel":
            return f"{key[0]}.{key[1]} where {key[2]}"
        case "Mapping":
            return f"{key[0]}.{key[1]}" + (f" from {key[2]}" if key[2] else "")
        case _ if is_dataset(sheet):
            return f"{sheet}: {' '.join(key)}"
        case _:
            return ": ".join(part for part in (key[0], " ".join(key[1:])) if part)


def is_dataset(sheet: str) -> bool:
    """True for a sheet that holds the records of the dataset of its name."""
    return sheet not in (*KEYS, TERMS, *TLF_KEYS)


@dataclass(frozen=True)
class _Row:
    key: tuple[str, ...]
    cells: Mapping[str, str]
    order: int
    location: Location | None = field(compare=False)


Tables = dict[str, dict[tuple[str, ...], _Row]]


def diff_specs(old: Spec, new: Spec) -> list[Change]:
    """The changes from one version of an SDTM or ADaM workbook to another, in the order of the sheets.

    Example:
        >>> old, _ = load_spec(Path("v2/adam.xlsx"))  # doctest: +SKIP
        >>> new, _ = load_spec(Path("v3/adam.xlsx"))  # doctest: +SKIP
        >>> [(change.name, change.action) for change in diff_specs(old, new)]  # doctest: +SKIP
        [('ADAE.ASTDT', 'changed')]
    """
    return _diff(_spec_tables(old), _spec_tables(new))


def diff_tlf(old: TlfSpec, new: TlfSpec) -> list[Change]:
    """The changes from one version of the displays to another, in the order of the sheets."""
    return _diff(_tlf_tables(old), _tlf_tables(new))


def _spec_tables(spec: Spec) -> Tables:
    rows = spec_rows(spec)
    rows.pop("WhereClauses")
    clauses = [where_clause_text(item.where_clause.conditions, item.dataset) for item in spec.value_levels]
    rows["ValueLevel"] = [
        {**row, "Where Clause": clause} for row, clause in zip(rows["ValueLevel"], clauses, strict=True)
    ]
    terms = [term for codelist in spec.codelists.values() for term in codelist.terms]
    objects: dict[str, Iterable[object]] = {
        "Datasets": spec.datasets.values(),
        "Variables": spec.variables,
        "ValueLevel": spec.value_levels,
        "Codelists": terms,
        "Dictionaries": spec.dictionaries.values(),
        "Methods": spec.methods.values(),
        "Comments": spec.comments.values(),
        "Documents": spec.documents.values(),
        "Analysis Displays": spec.analysis_displays.values(),
        "Analysis Results": spec.analysis_results,
        "Forms": spec.forms.values(),
        "Sources": [source for source in spec.sources if not source.received],
        "Mapping": spec.mappings,
        "Parameters": spec.parameters.values(),
        "Checks": spec.checks,
        "Explained": spec.explanations,
        "Guide": spec.guide,
    }
    tables: Tables = {}
    for sheet, headers in KEYS.items():
        located = _located(rows[sheet], objects.get(sheet, ()))
        if sheet == "Codelists":
            tables[sheet] = _table(located, ("ID",), _OF_CODELISTS)
            tables[TERMS] = _table(located, headers, _others(rows[sheet], (*headers, *_OF_CODELISTS)))
        else:
            tables[sheet] = _table(located, headers, _others(rows[sheet], headers))
    for sheet in sorted(rows.keys() - KEYS.keys()):
        # The records of a dataset, in a sheet of its name.
        headers = tuple(rows[sheet][0]) if rows[sheet] else ()
        keys = tuple(name for name in spec.datasets[sheet].key_variables if name in headers) or headers
        tables[sheet] = _table(_located(rows[sheet], ()), keys, _others(rows[sheet], keys))
    return tables


def _tlf_tables(tlf: TlfSpec) -> Tables:
    rows = tlf_rows(tlf)
    displays = tlf.displays.values()
    objects: dict[str, Iterable[object]] = {
        "Displays": displays,
        "Columns": [column for display in displays for column in display.columns],
        "Rows": [row for display in displays for row in display.rows],
    }
    return {
        sheet: _table(_located(rows[sheet], objects.get(sheet, ())), headers, _others(rows[sheet], headers))
        for sheet, headers in TLF_KEYS.items()
    }


def _located(rows: Sequence[SheetRow], objects: Iterable[object]) -> list[tuple[SheetRow, Location | None]]:
    places: list[Location | None] = [getattr(item, "location", None) for item in objects]
    return list(zip(rows, places or [None] * len(rows), strict=True))


def _others(rows: Sequence[SheetRow], headers: Sequence[str]) -> tuple[str, ...]:
    """The headers of a sheet that do not name its rows; Order is compared as the sequence of rows."""
    return tuple(header for header in (rows[0] if rows else ()) if header not in (*headers, "Order"))


def _table(
    rows: Iterable[tuple[SheetRow, Location | None]], headers: Sequence[str], compared: Sequence[str]
) -> dict[tuple[str, ...], _Row]:
    found: dict[tuple[str, ...], _Row] = {}
    for place, (row, location) in enumerate(rows):
        key = tuple(cell_text(row[header]) for header in headers)
        order = row.get("Order")
        cells = {header: cell_text(row[header]) for header in compared}
        found.setdefault(key, _Row(key, cells, order if isinstance(order, int) else place, location))
    return found


def _diff(old: Tables, new: Tables) -> list[Change]:
    sheets = dict.fromkeys((*new, *old))
    return [change for sheet in sheets for change in _diff_sheet(sheet, old.get(sheet, {}), new.get(sheet, {}))]


def _diff_sheet(sheet: str, old: dict[tuple[str, ...], _Row], new: dict[tuple[str, ...], _Row]) -> list[Change]:
    removed = [row for key, row in old.items() if key not in new]
    added = [row for key, row in new.items() if key not in old]
    renamed = _renamed(removed, added) if sheet in _NAMED else {}
    found = [_change(sheet, row, "removed", cells=_content(row, True)) for row in removed if row.key not in renamed]
    came = {key: was for was, key in renamed.items()}
    for row in added:
        if row.key in came:
            found.append(_change(sheet, row, "renamed", was=row_name(sheet, came[row.key])))
        else:
            found.append(_change(sheet, row, "added", cells=_content(row, False)))
    moved = _moved(sheet, old, new)
    for key, row in new.items():
        cells = _cells(old[key], row) if key in old else ()
        if cells:
            found.append(_change(sheet, row, "changed", cells=cells, place=moved.get(key, "")))
        elif key in moved:
            found.append(_change(sheet, row, "moved", place=moved[key]))
    return found


def _change(
    sheet: str, row: _Row, action: Action, *, cells: tuple[CellChange, ...] = (), was: str = "", place: str = ""
) -> Change:
    header = cells[0].header if action == "changed" else ""
    return Change(sheet, row.key, action, cells, was, place, _place(row.location, header), row.cells)


def _place(location: Location | None, header: str) -> str:
    """The cell; of what was read from a define.xml, which has no columns, the line."""
    if location is None:
        return ""
    return location.at(header) if location.columns else f"{location.workbook} line {location.row}"


def _content(row: _Row, before: bool) -> tuple[CellChange, ...]:
    """The cells of a row that went or came, without empty ones."""
    filled = [(header, text) for header, text in row.cells.items() if text]
    return tuple(CellChange(header, text, "") if before else CellChange(header, "", text) for header, text in filled)


def _cells(old: _Row, new: _Row) -> tuple[CellChange, ...]:
    headers = dict.fromkeys((*old.cells, *new.cells))
    found = (CellChange(header, old.cells.get(header, ""), new.cells.get(header, "")) for header in headers)
    return tuple(cell for cell in found if cell.before != cell.after)


def _renamed(removed: Sequence[_Row], added: Sequence[_Row]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Old to new name, where exactly one row of a group went and exactly one came with all the same content."""

    def content(row: _Row) -> tuple[object, ...]:
        return (row.key[:-1], *sorted(row.cells.items()))

    found = {}
    for row in removed:
        went = [item for item in removed if content(item) == content(row)]
        came = [item for item in added if content(item) == content(row)]
        if len(went) == len(came) == 1 and sum(map(bool, row.cells.values())) > 1:
            found[row.key] = came[0].key
    return found


def _moved(
    sheet: str, old: dict[tuple[str, ...], _Row], new: dict[tuple[str, ...], _Row]
) -> dict[tuple[str, ...], str]:
    """Rows that changed their place among those that stayed, with the row that they follow now."""
    if sheet not in _ORDERED:
        return {}
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for key, row in new.items():
        if key in old:
            groups.setdefault(key[: _ORDERED[sheet]], []).append(row)
    moved = {}
    for rows in groups.values():
        rows.sort(key=lambda row: row.order)
        before = {
            key: place for place, key in enumerate(sorted((row.key for row in rows), key=lambda key: old[key].order))
        }
        staying = _longest_rise([before[row.key] for row in rows])
        for place, row in enumerate(rows):
            if before[row.key] not in staying:
                moved[row.key] = f"after {rows[place - 1].key[-1]}" if place else "first"
    return moved


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest rising subsequence: what need not be moved to sort the rest."""
    ends: list[int] = []  # the last number of the best rise of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        place = next((index for index, end in enumerate(ends) if end > number), len(ends))
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
