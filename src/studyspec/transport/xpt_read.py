"""The strict XPT version 5 reader: it takes nothing for granted and refuses what the layout does not allow.

It proves what the writer makes, so the two share no code. Source of the rules: SAS TS-140, "Record layout of
a SAS version 5 or 6 data set in SAS transport (XPORT) format".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd

from studyspec.transport.xpt_decode import field_of, find_records, numbers, texts
from studyspec.transport.xpt_scan import Scanner, XptError

__all__ = ["XptError", "XptFile", "XptLibrary", "XptMember", "XptVariable", "read_xpt"]

_HEADER = b"HEADER RECORD*******"
_Values = tuple[pd.DataFrame, "dict[str, pd.Series[str]]"]


@dataclass(frozen=True)
class XptLibrary:
    """What the file says about itself: the release and the system that made it, and when."""

    release: str
    system: str
    created: datetime
    modified: datetime


@dataclass(frozen=True)
class XptVariable:
    """One variable as the file describes it; `position` is its first byte in the record, from 0."""

    name: str
    type: Literal["char", "num"]
    length: int
    label: str
    format: str
    informat: str
    position: int


@dataclass(frozen=True)
class XptMember:
    """One data set of the file.

    Attributes:
        name: the data set's name.
        label: its label.
        type: its SAS data set type, usually "".
        created: when it was made.
        modified: when it was changed.
        columns: the variables in file order.
        frame: the values; char is `str` without trailing blanks, num is float64 with NaN for missing.
        special: for variables with special missings, "A" to "Z" or "_" where the value is one, "" elsewhere.
    """

    name: str
    label: str
    type: str
    created: datetime
    modified: datetime
    columns: tuple[XptVariable, ...]
    frame: pd.DataFrame
    special: dict[str, pd.Series[str]]


@dataclass(frozen=True)
class XptFile:
    """A whole file: the library and its data sets."""

    library: XptLibrary
    members: tuple[XptMember, ...]


def read_xpt(path: str | os.PathLike[str], *, encoding: str = "ascii") -> XptFile:
    """Read an XPT version 5 file and check every byte that the layout fixes.

    Blank records at the end that fit into the padding of the last block of 80 bytes are padding: the format
    cannot tell them from records.

    Args:
        path: the file.
        encoding: of labels and values; the file does not say.

    Returns:
        The library and its members, at least one.

    Raises:
        XptError: with the byte offset, what was found, what the format demands and what to do.
        OSError: the file cannot be read.

    Example:
        ``read_xpt("build/sdtm/dm.xpt").members[0].frame["USUBJID"]``
    """
    scanner = Scanner(Path(path).read_bytes(), encoding)
    library = _library(scanner)
    members = [_member(scanner)]
    while scanner.at < len(scanner.data):
        members.append(_member(scanner))
    return XptFile(library, tuple(members))


def _library(scanner: Scanner) -> XptLibrary:
    scanner.header("LIBRARY")
    for word in (b"SAS     ", b"SAS     ", b"SASLIB  "):
        scanner.expect(word, "the first library record")
    release, system, created = _origin(scanner, "the first library record")
    modified = scanner.stamp("the time of the last change of the library")
    scanner.expect(b" " * 64, "the second library record")
    return XptLibrary(release, system, created, modified)


def _origin(scanner: Scanner, record: str) -> tuple[str, str, datetime]:
    release = scanner.text(8, f"the SAS release in {record}")
    system = scanner.text(8, f"the system in {record}")
    scanner.expect(b" " * 24, record)
    return release, system, scanner.stamp(f"the time of creation in {record}")


def _member(scanner: Scanner) -> XptMember:
    scanner.header("MEMBER", "000000000000000001600000000140")
    scanner.header("DSCRPTR")
    scanner.expect(b"SAS     ", "the first member record")
    name = scanner.name("the data set name")
    scanner.expect(b"SASDATA ", "the first member record")
    _, _, created = _origin(scanner, "the first member record")
    modified = scanner.stamp("the time of the last change of the data set")
    scanner.expect(b" " * 16, "the second member record")
    label = scanner.text(40, "the data set label")
    kind = scanner.text(8, "the data set type")
    columns = _variables(scanner)
    scanner.header("OBS")
    frame, special = _values(scanner, columns)
    return XptMember(name, label, kind, created, modified, columns, frame, special)


def _variables(scanner: Scanner) -> tuple[XptVariable, ...]:
    start = scanner.at
    digits = scanner.take(80, "the NAMESTR header record")[54:58]
    if not digits.isdigit() or int(digits) == 0:
        scanner.fail(start + 54, "the number of variables, 0001 to 9999", 4)
    count = int(digits)
    scanner.at = start
    scanner.header("NAMESTR", f"000000{count:04}{'0' * 20}")
    columns: list[XptVariable] = []
    names: set[str] = set()
    position = 0
    for number in range(1, count + 1):
        start = scanner.at
        column = _variable(scanner, number, position)
        if column.name.upper() in names:
            scanner.fail(start + 8, f"a name for variable {number} that no other variable has", 8)
        names.add(column.name.upper())
        columns.append(column)
        position += column.length
    scanner.expect(b" " * (-140 * count % 80), "the padding after the variable descriptions")
    return tuple(columns)


def _variable(scanner: Scanner, number: int, position: int) -> XptVariable:
    what = f"of variable {number}"
    numeric = scanner.integer(2, f"the type {what}", 1, 2) == 1
    scanner.integer(2, f"the name hash {what}", 0, 0)
    # TS-140 lets numbers be cut to 2 bytes, which SAS does on z/OS; elsewhere 3 is the least.
    low, high = (2, 8) if numeric else (1, 200)
    length = scanner.integer(2, f"the length {what}", low, high)
    scanner.integer(2, f"the number {what}", number, number)
    name = scanner.name(f"the name {what}")
    label = scanner.text(40, f"the label {what}")
    shown = _format(scanner, f"the format {what}", justified=True)
    read = _format(scanner, f"the informat {what}", justified=False)
    scanner.integer(4, f"the position {what}", position, position)
    scanner.expect(bytes(52), f"the unused end of the description {what}")
    return XptVariable(name, "num" if numeric else "char", length, label, shown, read, position)


def _format(scanner: Scanner, what: str, *, justified: bool) -> str:
    """Give a format or informat; only a format has justification and two fill bytes."""
    name = scanner.text(8, what)
    width = scanner.integer(2, f"the width of {what}", 0, 32767)
    decimals = scanner.integer(2, f"the decimals of {what}", 0, 31)
    if justified:
        scanner.integer(2, f"the justification of {what}", 0, 1)
        scanner.expect(bytes(2), f"the fill after {what}")
    return f"{name}{width or ''}.{decimals or ''}" if name or width or decimals else ""


def _values(scanner: Scanner, columns: tuple[XptVariable, ...]) -> _Values:
    start, end = scanner.at, _end_of_data(scanner)
    scanner.at = end
    last = columns[-1]
    span = find_records(scanner.data, start, end, last.position + last.length)
    values: dict[str, pd.Series[str] | pd.Series[float]] = {}
    special: dict[str, pd.Series[str]] = {}
    for column in columns:
        field = field_of(scanner.data, span, column.name, column.position, column.length)
        if column.type == "char":
            values[column.name] = texts(field, scanner.encoding)
            continue
        floats, letters = numbers(field)
        values[column.name] = pd.Series(floats)
        if (letters != "").any():
            special[column.name] = pd.Series(letters, dtype="str")
    return pd.DataFrame(values), special


def _end_of_data(scanner: Scanner) -> int:
    """Find where a header record stands at a whole block of 80 bytes; otherwise the data go to the end.

    Any header ends the data, not only that of a member: a damaged member header must not turn into rows.
    """
    at = scanner.data.find(_HEADER, scanner.at)
    while at != -1 and at % 80:
        at = scanner.data.find(_HEADER, at + 1)
    return len(scanner.data) if at == -1 else at
