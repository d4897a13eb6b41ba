"""The XPT version 5 writer.

Source of the rules: SAS TS-140, "Record layout of a SAS version 5 or 6 data set in SAS transport
(XPORT) format";
FDA Study Data Technical Conformance Guide, "SAS transport format".
"""

from __future__ import annotations

import os
import struct
from datetime import datetime

import numpy as np
import pandas as pd

from studyspec.transport.atomic import replacing
from studyspec.transport.columns import XptColumn, XptDataset, dataset_problems, parse_format
from studyspec.transport.xpt_faults import XptWriteError
from studyspec.transport.xpt_records import Special, padding, write_records

__all__ = ["XptWriteError", "write_xpt"]

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# The release that TS-140 describes, and the system that made the file: every reader takes them, and they
# do not claim that SAS wrote it.
_RELEASE = "6.06"
_SYSTEM = "PYTHON"
_NAMESTR = struct.Struct(">hhhh8s40s8shhh2s8shhl52s")


def write_xpt(
    path: str | os.PathLike[str],
    frame: pd.DataFrame,
    dataset: XptDataset,
    *,
    created: datetime,
    encoding: str = "ascii",
    special: Special | None = None,
) -> None:
    """Write one data set as an XPT version 5 file, whole or not at all.

    Equal arguments give equal bytes. Nothing is cut, rounded or replaced: what the format cannot hold is an
    error. Three things are not told apart because SAS does not: -0 and +0, trailing blanks and none, and a
    blank and a missing character value.

    Args:
        path: the file; its folder must exist.
        frame: the variables of `dataset`, no more and no less, in any order. Char: `str`, "" is missing. Num:
            float64, NaN is missing (`.`). It may have no rows.
        dataset: name, label and variables in file order.
        created: stamped as created and modified, to the second; 1960 to 2059, for XPT keeps two digits.
        encoding: of values and labels. XPT does not record it; regulators accept ASCII only.
        special: for num variables with special missings, a `str` Series in row order with "A" to "Z" or "_"
            where the value is .A to .Z or ._ (and the frame has NaN), "" elsewhere.

    Raises:
        XptWriteError: with all problems; each names data set, variable, row (the first is 1) and value.

    Example:
        >>> import tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp()) / "dm.xpt"
        >>> columns = (XptColumn("USUBJID", "char", 5), XptColumn("AGE", "num", 8, "Age"))
        >>> data = pd.DataFrame({"USUBJID": pd.Series(["S-001"], dtype="str"), "AGE": [71.0]})
        >>> write_xpt(target, data, XptDataset("DM", "Demographics", columns), created=datetime(2024, 5, 1))
        >>> target.stat().st_size % 80
        0
    """
    special = special or {}
    problems = _encoding_problems(encoding) or [
        *dataset_problems(dataset, encoding),
        *_created_problems(dataset, created),
        *_frame_problems(frame, dataset),
        *_special_problems(frame, dataset, special),
    ]
    if problems:
        raise XptWriteError(problems)
    with replacing(path) as file:
        file.write(_headers(dataset, created, encoding))
        write_records(file, frame, dataset, encoding, special)


def _encoding_problems(encoding: str) -> list[str]:
    try:
        ascii_stays = "A z~".encode(encoding) == b"A z~"
    except LookupError:
        ascii_stays = False
    if ascii_stays:
        return []
    return [f"{encoding!r} is no encoding for XPT. It must leave ASCII as it is. Use ascii or utf-8."]


def _created_problems(dataset: XptDataset, created: datetime) -> list[str]:
    if 1960 <= created.year <= 2059:
        return []
    return [
        f"{dataset.name}: created is in {created.year}. "
        "XPT keeps two digits of the year, read as 1960 to 2059. Give a time in that range."
    ]


def _frame_problems(frame: pd.DataFrame, dataset: XptDataset) -> list[str]:
    names = [column.name for column in dataset.columns]
    have = [str(name) for name in frame.columns]
    problems = [
        f"{dataset.name}.{name}: the frame has no such column. The file must have it. "
        "Derive it, or drop it from the spec."
        for name in names
        if name not in have
    ]
    problems += [
        f"{dataset.name}.{name}: the spec has no such variable. The column would be lost. "
        "Add it to the spec, or drop the column."
        for name in have
        if name not in names
    ]
    problems += [
        f"{dataset.name}.{name}: the frame has the column {have.count(name)} times. Keep one."
        for name in names
        if have.count(name) > 1
    ]
    return problems or [
        f"{dataset.name}.{column.name}: the column is {frame[column.name].dtype}. "
        f"A {column.type} variable needs {'str' if column.type == 'char' else 'float64'}. Convert it first."
        for column in dataset.columns
        if not _suits(frame[column.name], column)
    ]


def _suits(values: pd.Series, column: XptColumn) -> bool:
    if column.type == "char":
        return isinstance(values.dtype, pd.StringDtype)
    return values.dtype == np.float64


def _special_problems(frame: pd.DataFrame, dataset: XptDataset, special: Special) -> list[str]:
    numeric = {column.name for column in dataset.columns if column.type == "num"}
    problems = []
    for name, letters in special.items():
        if name not in numeric:
            problems.append(
                f"{dataset.name}.{name}: special missings are given, but this is no num variable. "
                "Only numbers have special missings. Remove them."
            )
        elif len(letters) != len(frame) or not isinstance(letters.dtype, pd.StringDtype):
            problems.append(
                f"{dataset.name}.{name}: special missings are {len(letters)} values of type {letters.dtype}. "
                f"They must be {len(frame)} str values, one a row. Give one letter, _ or blank for each row."
            )
    return problems


def _headers(dataset: XptDataset, created: datetime, encoding: str) -> bytes:
    stamp = f"{created:%d}{_MONTHS[created.month - 1]}{created:%y:%H:%M:%S}"
    system = f"{_RELEASE:8}{_SYSTEM:8}{'':24}{stamp}"
    label = dataset.label.encode(encoding).ljust(40)
    fixed = [
        _header("LIBRARY"),
        f"{'SAS':8}{'SAS':8}{'SASLIB':8}{system}".encode(),
        f"{stamp:80}".encode(),
        _header("MEMBER", "000000000000000001600000000140"),
        _header("DSCRPTR"),
        f"{'SAS':8}{dataset.name:8}{'SASDATA':8}{system}".encode(),
        f"{stamp:32}".encode() + label + b" " * 8,
        _header("NAMESTR", f"000000{len(dataset.columns):04}" + "0" * 20),
    ]
    return b"".join([*fixed, _namestrs(dataset, encoding), _header("OBS")])


def _header(kind: str, numbers: str = "0" * 30) -> bytes:
    return f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{numbers}  ".encode()


def _namestrs(dataset: XptDataset, encoding: str) -> bytes:
    packed = []
    position = 0
    for number, column in enumerate(dataset.columns, start=1):
        packed.append(_namestr(column, number, position, encoding))
        position += column.length
    joined = b"".join(packed)
    return joined + padding(len(joined))


def _namestr(column: XptColumn, number: int, position: int, encoding: str) -> bytes:
    shown, read = parse_format(column.format), parse_format(column.informat)
    return _NAMESTR.pack(
        1 if column.type == "num" else 2,
        0,
        column.length,
        number,
        column.name.encode().ljust(8),
        column.label.encode(encoding).ljust(40),
        shown.name.encode().ljust(8),
        shown.width,
        shown.decimals,
        0,
        b"",
        read.name.encode().ljust(8),
        read.width,
        read.decimals,
        position,
        b"",
    )
