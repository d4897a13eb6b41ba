"""The cells of an .xlsx file, straight from its XML parts (ECMA-376 part 1, SpreadsheetML).

Specs are read by every command, so this is kept cheap: only parts with cell values are looked at. Styles matter for one
question, whether a number is a date; that and the arithmetic of Excel's dates are left to openpyxl, which is loaded for
workbooks with dates only.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

Part = ElementTree.Element

# Formats of numbers and text that every file may use without saying what they are (ECMA-376 part 1, 18.8.30).
_PLAIN_FORMATS = frozenset((*range(14), *range(37, 45), 48, 49))


def column_letters(number: int) -> str:
    """The letters of a column.

    Example:
        >>> column_letters(1), column_letters(28)
        ('A', 'AB')
    """
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """The number of a column, A being 1.

    Example:
        >>> column_number("AB")
        28
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def sheets_of(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, list[object]]]]]:
    """The worksheets in the order of their tabs, hidden ones included, each with its rows.

    Args:
        path: an .xlsx file. Of formulas the values of the last calculation are read.

    Yields:
        The name of a sheet, and its rows as number and values from column A on: text, numbers, bool, dates, None.

    Raises:
        zipfile.BadZipFile, KeyError, ValueError or ElementTree.ParseError: it is not a workbook, or a damaged one.
    """
    with ZipFile(path) as archive:
        home = next(target for _, kind, target in _relationships(archive, "") if kind == "officeDocument")
        related = list(_relationships(archive, home))
        part_of = {kind: _part(archive, target) for _, kind, target in related if kind in ("sharedStrings", "styles")}
        book = _part(archive, home)
        cells = _Cells(_shared_strings(part_of.get("sharedStrings", ())), _Dates(part_of.get("styles"), book))
        worksheets = {identifier: target for identifier, kind, target in related if kind == "worksheet"}
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            identifier = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
            if identifier in worksheets:
                yield sheet.attrib["name"], cells.rows(_part(archive, worksheets[identifier]))


def _part(archive: ZipFile, name: str) -> Part:
    return ElementTree.fromstring(archive.read(name))


def _relationships(archive: ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Id, kind and target of what a part of the file refers to; "" is the file itself."""
    folder, name = posixpath.split(part)
    for item in _part(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        target = posixpath.normpath(posixpath.join("/", folder, item.attrib["Target"]))
        yield item.attrib["Id"], item.attrib["Type"].rpartition("/")[2], target.lstrip("/")


def _shared_strings(table: Iterable[Part]) -> list[str]:
    # An underscore that could be taken for the start of an escaped character is itself escaped, as _x005F_.
    return [_text(item).replace("x005F_", "") for item in table]


def _text(item: Part) -> str:
    """The text of a string, all its runs together; how it is pronounced (rPh) is no content."""
    pieces = []
    for child in item:
        tag = child.tag.rpartition("}")[2]
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "r":
            pieces += [run.text or "" for run in child.iterfind("{*}t")]
    return "".join(pieces)


class _Dates:
    """Which cell styles show a number as a date, and what date that is."""

    def __init__(self, styles: Part | None, book: Part) -> None:
        found = ElementTree.Element("styles") if styles is None else styles
        self._codes = {item.attrib["numFmtId"]: item.attrib["formatCode"] for item in found.iterfind("{*}numFmts/*")}
        styles_used = enumerate(found.iterfind("{*}cellXfs/*"))
        self._formats = {str(place): item.get("numFmtId", "0") for place, item in styles_used}
        properties = book.find("{*}workbookPr")
        self._from_1904 = properties is not None and properties.get("date1904") in ("1", "true")

    def shown(self, number: float, style: str) -> object:
        """The number, or the date it stands for in this style (`s` of a cell)."""
        identifier = self._formats.get(style, "0")
        if int(identifier) in _PLAIN_FORMATS:
            return number
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        code = self._codes.get(identifier) or BUILTIN_FORMATS.get(int(identifier))
        if not is_date_format(code):
            return number
        epoch = CALENDAR_MAC_1904 if self._from_1904 else CALENDAR_WINDOWS_1900
        try:
            return from_excel(number, epoch, timedelta=is_timedelta_format(code))
        except (OverflowError, ValueError):
            return "#VALUE!"


@dataclass(frozen=True)
class _Cells:
    strings: list[str]
    dates: _Dates

    def rows(self, sheet: Part) -> Iterator[tuple[int, list[object]]]:
        """The rows that the file has; a row or cell that does not say its place follows the one before it."""
        namespace = sheet.tag.rpartition("}")[0] + "}"
        row_path, cell_tag, value_tag = (namespace + path for path in (f"sheetData/{namespace}row", "c", "v"))
        number = 0
        for row in sheet.iterfind(row_path):
            number = int(row.get("r", number + 1))
            values: list[object] = []
            for cell in row.findall(cell_tag):
                place = cell.get("r")
                if place is not None:
                    values += [None] * (column_number(place.rstrip("0123456789")) - 1 - len(values))
                values.append(self.value(cell, value_tag))
            yield number, values

    def value(self, cell: Part, value_tag: str) -> object:
        """What is in a cell, by its type (ECMA-376 part 1, 18.18.11)."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(map(_text, cell))
        text = cell.findtext(value_tag)
        if not text:
            return None
        if kind == "n":
            number = float(text) if {".", "E", "e"} & set(text) else int(text)
            return self.dates.shown(number, cell.get("s", "0"))
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return bool(int(text))
        return datetime.fromisoformat(text) if kind == "d" else text
