"""A readable program per display: all that the tlf workbook says of it, for reviewers who do not have the workbook.

Source: FDA Study Data Technical Conformance Guide, section on software programs.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from studyspec import __version__
from studyspec.derive.encoding import to_ascii
from studyspec.spec.tlf import Display, TlfSpec
from studyspec.spec.workbook import cell_text
from studyspec.spec.write_tlf import tlf_rows
from studyspec.spec.write_workbook import SheetRow
from studyspec.submission.programs import INDENT, RULER, WIDTH, field_lines

HOW_TO_READ = """\
This text states what the display shows; it is written from the workbook that was run. Population is a condition on
ADSL: the subjects of the display. Filter holds for the records of every row. Where of a column is a condition on
ADSL, Where of a row one on the records of its dataset. A row of kind subjects counts each subject once, one of kind
events counts records. Denominator is a condition on ADSL: the subjects of whom percentages are taken. Statistics are
what is computed and how it is printed. Numbers are rounded half away from zero, once."""
# In the order of reading. Figures quoted from publications (sheet Published) are no result of a program.
_SHEETS = {
    "Displays": "DISPLAY",
    "Subgroups": "SUBGROUPS",
    "Columns": "COLUMNS",
    "Rows": "ROWS",
    "Plots": "PLOTS",
    "Notes": "TITLES AND FOOTNOTES",
    "Formats": "FORMATS",
}
_HEADER_WIDTH = 16


def display_programs(tlf: TlfSpec, study: str) -> dict[str, str]:
    """The program of each display as ASCII text, by its ID: the rows of its sheets, blank cells left out."""
    sheets = tlf_rows(tlf)
    return {name: "\n".join(_lines(item, sheets, tlf, study)) + "\n" for name, item in tlf.displays.items()}


def _lines(display: Display, sheets: Mapping[str, Sequence[SheetRow]], tlf: TlfSpec, study: str) -> Iterator[str]:
    yield RULER
    yield from field_lines("Study", to_ascii(study))
    yield from field_lines("Display", to_ascii(f"{display.number} {display.title}"))
    yield from field_lines("Made by", f"studyspec {__version__}, from {tlf.name}")
    yield from (RULER, "", *textwrap.wrap(HOW_TO_READ, WIDTH))
    own = {sheet: [_filled(row) for row in sheets[sheet] if _is_of(row, sheet, display)] for sheet in _SHEETS}
    used = " ".join(text for rows in own.values() for row in rows for text in row.values())
    own["Formats"] = [row for row in own["Formats"] if f"{row['Format']}." in used]
    for number, sheet in enumerate((sheet for sheet, rows in own.items() if rows), start=1):
        yield from ("", RULER, f"{number}. {_SHEETS[sheet]}", RULER)
        for row in own[sheet]:
            yield from ("", *_row(row))


def _is_of(row: SheetRow, sheet: str, display: Display) -> bool:
    """True for rows of the display, and for those of all displays."""
    return sheet == "Formats" or row["Display"] in (display.id, "*")


def _filled(row: SheetRow) -> dict[str, str]:
    """The cells with something in them, as ASCII text; rows stand in their order, so that needs no number."""
    texts = {header: to_ascii(cell_text(value)) for header, value in row.items() if header not in ("Display", "Order")}
    return {header: text for header, text in texts.items() if text}


def _row(row: Mapping[str, str]) -> Iterator[str]:
    """Its ID, where it has one, and below it the other cells; of a note the kind and the text."""
    rest = dict(row)
    if rest.keys() == {"Kind", "Text"}:
        rest = {rest["Kind"]: rest["Text"]}
    if "ID" in rest:
        yield rest.pop("ID")
    for header, text in rest.items():
        yield from field_lines(f"{header:<{_HEADER_WIDTH}}", text, INDENT)
