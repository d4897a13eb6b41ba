"""Raw SAS files as text: transport files and sas7bdat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from studyspec.findings import Rule
from studyspec.raw.content import WHOLE, Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.values import sas_texts
from studyspec.transport.readstat import LOOSE, ReadstatError, SasTable, read_loose_xpt, read_sas7bdat
from studyspec.transport.xpt_read import XptError, read_xpt

LOOSE_XPT = Rule(
    "RAW-017",
    "warning",
    "Transport file is not quite XPT version 5",
    why=f"It was read by {LOOSE}.",
    action="Ask for an XPT version 5 file as SAS writes it, for the sas7bdat file, or see that neither matters here.",
)


def read_xpt_file(path: Path, item: RawFile) -> Content:
    """Read the data sets of a SAS transport file.

    Version 5 is read by the strict reader: the file has no number of records, so blank records at its end are padding
    as far as they fit into the last block of 80 bytes. What it refuses is read by a second reader, with RAW-017.

    Raises:
        RawFileError: it is no such file.
    """
    try:
        file = read_xpt(path, encoding=item.encoding)
    except XptError as error:
        return _read_loose(path, item, str(error))
    if len({member.name for member in file.members}) != len(file.members):
        raise RawFileError("two data sets have the same name")
    return Content(
        {
            member.name: _frame(member.frame, {column.name: column.format for column in member.columns}, member.special)
            for member in file.members
        }
    )


def _read_loose(path: Path, item: RawFile, refusal: str) -> Content:
    try:
        table = read_loose_xpt(path, item.encoding)
    except ReadstatError as error:
        raise RawFileError(f"{refusal} {error}") from None
    place = f"{path.parent.name}/{path.name}"
    return Content({table.name: _table_frame(table)}, [LOOSE_XPT.finding(f"{place}: {refusal}", cell=place)])


def read_sas7bdat_file(path: Path, item: RawFile) -> Content:
    """Read a sas7bdat file, which names its encoding itself.

    Raises:
        RawFileError: it is no such file.
    """
    try:
        return Content({WHOLE: _table_frame(read_sas7bdat(path))})
    except ReadstatError as error:
        raise RawFileError(str(error)) from None


def _table_frame(table: SasTable) -> pd.DataFrame:
    return _frame(table.frame, {column.name: column.format for column in table.columns}, table.special)


def _frame(frame: pd.DataFrame, formats: Mapping[str, str], special: Mapping[str, pd.Series[str]]) -> pd.DataFrame:
    """A SAS data set as text columns: numbers by their formats, special missings as .A to .Z and ._ ."""
    columns: dict[str, pd.Series[str]] = {}
    for name, values in frame.items():
        if values.dtype == "float64":
            texts = sas_texts(values.to_numpy(), formats[str(name)])
            letters = special.get(str(name))
            columns[str(name)] = texts if letters is None else texts.where(letters == "", "." + letters)
        else:
            columns[str(name)] = values
    return pd.DataFrame(columns, index=frame.index)
