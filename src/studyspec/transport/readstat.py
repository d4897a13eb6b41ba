"""SAS data sets as pyreadstat reads them: sas7bdat, and transport files that the strict reader refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

# What the listing of a comparison and the findings of an extract say of `read_loose_xpt`.
LOOSE = "pyreadstat, which reads special missings as ordinary ones and drops blank observations at the end"
_MEMBER_HEADER = re.compile(rb"HEADER RECORD\*{7}MEMB(?:ER|V8) ")
# Missing in a sas7bdat file: pyreadstat gives "A" to "Z" for .A to .Z and "_" for ._.
_SPECIAL = re.compile(r"[A-Z_]")


class ReadstatError(ValueError):
    """pyreadstat does not read the file, or not all of it; the message says why."""


@dataclass(frozen=True)
class SasColumn:
    """One variable; the length is in bytes as stored, format is "" for none."""

    name: str
    type: Literal["char", "num"]
    length: int
    label: str
    format: str


@dataclass(frozen=True)
class SasTable:
    """One data set.

    Attributes:
        name: as the file says, in upper case; else the name of the file.
        label: "" for none.
        columns: in file order.
        frame: char is `str` without trailing blanks, num is float64 with NaN for missing.
        special: for variables with special missings, "A" to "Z" or "_" where the value is one, "" elsewhere.
        created: when it was made.
        modified: when it was changed.
    """

    name: str
    label: str
    columns: tuple[SasColumn, ...]
    frame: pd.DataFrame
    special: dict[str, pd.Series[str]]
    created: datetime | None
    modified: datetime | None


def read_sas7bdat(path: Path) -> SasTable:
    """Read a sas7bdat file, which names its encoding itself.

    Raises:
        ReadstatError: it is no such file.
    """
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sas7bdat(str(path), disable_datetime_conversion=True, user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, TypeError, UnicodeDecodeError) as error:
        # A damaged name of a format is a TypeError.
        raise ReadstatError(str(error)) from None
    return _table(path, frame, meta, _as_stored(meta.creation_time), _as_stored(meta.modification_time))


def read_loose_xpt(path: Path, encoding: str) -> SasTable:
    """Read a transport file of one data set: version 8, or version 5 as other software writes it; see `LOOSE`.

    Raises:
        ReadstatError: it is no such file, or holds several data sets, of which only one would be read.
    """
    import pyreadstat

    members = len(_MEMBER_HEADER.findall(path.read_bytes()))
    if members > 1:
        raise ReadstatError(f"The second reader gives one data set only, and the file has {members}")
    try:
        frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, encoding=encoding.upper())
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise ReadstatError(f"A second reader does not read it either: {error}") from None
    return _table(path, frame, meta, meta.creation_time, meta.modification_time)


def _table(path: Path, frame: pd.DataFrame, meta: Any, created: datetime | None, modified: datetime | None) -> SasTable:
    """A data set of what pyreadstat gives: text with None, numbers, and special missings as letters among numbers."""
    values: dict[str, pd.Series[Any]] = {}
    special: dict[str, pd.Series[str]] = {}
    columns = []
    for name in meta.column_names:
        text = meta.readstat_variable_types[name] == "string"
        if text:
            values[name] = frame[name].astype("str").fillna("")
        else:
            values[name], letters = _numbers(frame[name])
            if letters is not None:
                special[name] = letters
        written = meta.original_variable_types.get(name) or ""
        sas_format = "" if written == "NULL" else written
        columns.append(
            SasColumn(
                name,
                "char" if text else "num",
                meta.variable_storage_width[name],
                meta.column_names_to_labels.get(name) or "",
                sas_format if not sas_format or "." in sas_format else f"{sas_format}.",
            )
        )
    return SasTable(
        (meta.table_name or path.stem).upper(),
        meta.file_label or "",
        tuple(columns),
        pd.DataFrame(values, columns=list(meta.column_names)),
        special,
        created,
        modified,
    )


def _as_stored(moment: datetime | None) -> datetime | None:
    """The time that a sas7bdat file says: pyreadstat moves it into the time zone of the machine."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def _numbers(series: pd.Series[Any]) -> tuple[pd.Series[float], pd.Series[str] | None]:
    if series.dtype != object:
        return series.astype(np.float64), None
    letters = [item if isinstance(item, str) and _SPECIAL.fullmatch(item) else "" for item in series]
    marked = pd.Series(letters, dtype="str")
    return series.where(marked == "", np.nan).astype(np.float64), marked
