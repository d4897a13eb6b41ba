"""Data sets from files: XPT, sas7bdat, Parquet and Dataset-JSON.

XPT is read by the strict reader. A file that it refuses is read by pyreadstat, with a note in the listing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from studyspec.compare.dataset import Dataset, Variable, dataset_from_arrow
from studyspec.compare.faults import UNREADABLE, CompareError
from studyspec.compare.read_dataset_json import DatasetJsonError, is_dataset_json, read_dataset_json
from studyspec.transport.xpt_read import XptError, XptMember, read_xpt

_SAS_KNOWN = frozenset({"length", "format", "label"})
_MEMBER_HEADER = b"HEADER RECORD*******MEMB"
# Missing in a sas7bdat file: pyreadstat gives "A" to "Z" for .A to .Z and "_" for ._.
_SPECIAL = re.compile(r"[A-Z_]")


def read_datasets(path: Path, libref: str, *, encoding: str = "utf-8") -> dict[str, Dataset]:
    """Read the data sets of a file, or of all files of a folder that hold data sets.

    Args:
        path: a file named .xpt, .sas7bdat, .parquet, .json or .ndjson, or a folder of such files; others in it, and
            JSON that is not Dataset-JSON, are left alone.
        libref: stands before the names: "BASE" gives BASE.ADSL.
        encoding: of XPT files, which do not say.

    Returns:
        The data sets by their name in upper case. A data set of XPT has the name that the file says; where there is
        none, and in a folder where each file holds one, it is the name of the file.

    Raises:
        CompareError: a file cannot be read, has another suffix, or two files hold data sets of one name.

    Example:
        ``read_datasets(Path("build/adam"), "PROD")["ADSL"].name`` gives ``"PROD.ADSL"``.
    """
    if not path.is_dir():
        found = _read_file(path, libref, encoding)
        return {dataset.name.partition(".")[2]: dataset for dataset in found}
    datasets: dict[str, Dataset] = {}
    for file in sorted(item for item in path.iterdir() if item.is_file() and _holds_data(item)):
        found = _read_file(file, libref, encoding)
        if len(found) == 1:
            found = [replace(found[0], name=f"{libref}.{file.stem.upper()}")]
        for dataset in found:
            name = dataset.name.partition(".")[2]
            if name in datasets:
                raise _unreadable(file, f"the folder holds another data set {name}", "Keep one of them.")
            datasets[name] = dataset
    return datasets


def _holds_data(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in _READERS and (suffix not in _JSON or is_dataset_json(path))


def _read_file(path: Path, libref: str, encoding: str) -> list[Dataset]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise _unreadable(path, f"files named {path.suffix or 'without a suffix'} are not read")
    try:
        path.open("rb").close()
        return reader(path, libref, encoding)
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be opened") from None


def _read_xpt(path: Path, libref: str, encoding: str) -> list[Dataset]:
    try:
        return [_from_member(member, libref) for member in read_xpt(path, encoding=encoding).members]
    except XptError as error:
        return [_read_loose_xpt(path, libref, encoding, str(error))]


def _from_member(member: XptMember, libref: str) -> Dataset:
    variables = tuple(
        Variable(column.name, column.type, column.length, column.label, column.format, column.informat)
        for column in member.columns
    )
    return Dataset(
        f"{libref}.{member.name.upper()}",
        variables,
        member.frame,
        member.label,
        member.type,
        member.created,
        member.modified,
        member.special,
    )


def _read_loose_xpt(path: Path, libref: str, encoding: str, refusal: str) -> Dataset:
    import pyreadstat

    members = path.read_bytes().count(_MEMBER_HEADER)
    if members > 1:
        raise _unreadable(path, f"{refusal} The second reader gives one data set only, and the file has {members}")
    try:
        frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, encoding=encoding.upper())
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"{refusal} A second reader does not read it either: {error}") from None
    notes = (
        f"{path.name}: not quite XPT version 5. {refusal} It was read by pyreadstat, which reads special missings as "
        "ordinary ones and drops blank observations at the end.",
    )
    return _from_readstat(frame, meta, f"{libref}.{(meta.table_name or path.stem).upper()}", notes)


def _read_sas7bdat(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # The file names its encoding itself.
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sas7bdat(str(path), disable_datetime_conversion=True, user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    dataset = _from_readstat(frame, meta, f"{libref}.{(meta.table_name or path.stem).upper()}", ())
    return [replace(dataset, created=_as_stored(dataset.created), modified=_as_stored(dataset.modified))]


def _from_readstat(frame: pd.DataFrame, meta: Any, name: str, notes: tuple[str, ...]) -> Dataset:
    """A data set of what pyreadstat gives: text with None, numbers, and special missings as letters among numbers."""
    values: dict[str, pd.Series[Any]] = {}
    special: dict[str, pd.Series[str]] = {}
    variables = []
    for column in meta.column_names:
        text = meta.readstat_variable_types[column] == "string"
        if text:
            values[column] = frame[column].astype("str").fillna("")
        else:
            values[column], letters = _numbers(frame[column])
            if letters is not None:
                special[column] = letters
        written = meta.original_variable_types.get(column) or ""
        sas_format = "" if written == "NULL" else written
        variables.append(
            Variable(
                column,
                "char" if text else "num",
                meta.variable_storage_width[column],
                meta.column_names_to_labels.get(column) or "",
                sas_format if not sas_format or "." in sas_format else f"{sas_format}.",
            )
        )
    return Dataset(
        name,
        tuple(variables),
        pd.DataFrame(values, columns=list(meta.column_names)),
        meta.file_label or "",
        "",
        meta.creation_time,
        meta.modification_time,
        special,
        _SAS_KNOWN,
        notes,
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


def _read_parquet(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # Text in Parquet is UTF-8.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        table.validate(full=True)
        columns = dict(zip(table.column_names, table.columns, strict=True))
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None
    return [dataset_from_arrow(columns, f"{libref}.{path.stem.upper()}")]


def _read_json(path: Path, libref: str, encoding: str) -> list[Dataset]:
    # JSON is UTF-8.
    try:
        return [read_dataset_json(path, libref)]
    except (DatasetJsonError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from None


def _unreadable(path: Path, why: str, action: str = "") -> CompareError:
    return CompareError(UNREADABLE.finding(f"{path.name}: {why.rstrip('.')}.", action=action))


_JSON = (".json", ".ndjson")
_READERS: dict[str, Callable[[Path, str, str], list[Dataset]]] = {
    ".json": _read_json,
    ".ndjson": _read_json,
    ".parquet": _read_parquet,
    ".sas7bdat": _read_sas7bdat,
    ".xpt": _read_xpt,
}
