"""The Dataset-JSON 1.1 writer: JSON, and NDJSON with one record a line.

Source of the rules: CDISC Dataset-JSON 1.1, sections on attributes, columns and rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal

import numpy as np
import pandas as pd

from studyspec import __version__
from studyspec.transport.atomic import replacing

VERSION = "1.1.0"
BLOCK = 50_000
SAS_EPOCH = datetime(1960, 1, 1)
JsonType = Literal["string", "integer", "float", "date", "datetime", "time"]


class DatasetJsonWriteError(ValueError):
    """A value does not fit the type that its column states; the message names data set, variable, row and value."""


@dataclass(frozen=True)
class JsonColumn:
    """One variable of a Dataset-JSON file.

    Attributes:
        item_oid: OID of the variable in define.xml.
        name: its name.
        label: its label.
        data_type: what the values are; date, datetime and time are ISO 8601 text in the file.
        target_data_type: "integer" for a date, datetime or time that is a SAS number in the frame.
        length: characters of text; None leaves it out.
        display_format: such as "DATE9."; "" leaves it out.
        key_sequence: place in the data set's key; None for other variables.
    """

    item_oid: str
    name: str
    label: str
    data_type: JsonType
    target_data_type: Literal["", "integer"] = ""
    length: int | None = None
    display_format: str = ""
    key_sequence: int | None = None


@dataclass(frozen=True)
class JsonDataset:
    """One Dataset-JSON file: name, label and OID of the data set, its variables, and its define.xml."""

    name: str
    label: str
    item_group_oid: str
    columns: tuple[JsonColumn, ...]
    study_oid: str
    metadata_version_oid: str
    metadata_ref: str


def write_dataset_json(
    path: str | os.PathLike[str], frame: pd.DataFrame, dataset: JsonDataset, *, created: datetime
) -> None:
    """Write one data set as a Dataset-JSON 1.1 file, whole or not at all.

    A name that ends in .ndjson gets the NDJSON form: a line of metadata, then a line a record. Equal arguments give
    equal bytes. Text is UTF-8. A missing number, date or time is null, a missing text "".

    Args:
        path: the file; its folder must exist.
        frame: has each variable of `dataset`. Text: `str`, "" is missing; numbers: float64, NaN is missing; SAS days
            or seconds where `target_data_type` is integer. It may have no rows.
        dataset: the description.
        created: stamped as datasetJSONCreationDateTime.

    Raises:
        KeyError: the frame lacks a variable.
        DatasetJsonWriteError: an integer variable has a fraction, or a number is infinite.

    Example:
        >>> import tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp()) / "dm.ndjson"
        >>> columns = (JsonColumn("IT.DM.AGE", "AGE", "Age", "integer"),)
        >>> described = JsonDataset("DM", "Demographics", "IG.DM", columns, "S", "MDV.S", "define.xml")
        >>> write_dataset_json(target, pd.DataFrame({"AGE": [71.0]}), described, created=datetime(2024, 5, 1))
        >>> target.read_text().splitlines()[1]
        '[71]'
    """
    texts = [_json_values(frame[column.name], column, dataset.name) for column in dataset.columns]
    head = json.dumps(_attributes(dataset, len(frame), created), ensure_ascii=False)
    newline_delimited = os.fspath(path).endswith(".ndjson")
    with replacing(path) as file:
        if newline_delimited:
            file.write(f"{head}\n".encode())
            _write_rows(file, texts, len(frame), between="\n", last="\n")
        else:
            file.write(f'{head[:-1]}, "rows": [\n'.encode())
            _write_rows(file, texts, len(frame), between=",\n", last="\n")
            file.write(b"]}\n")


def _attributes(dataset: JsonDataset, records: int, created: datetime) -> dict[str, Any]:
    return {
        "datasetJSONCreationDateTime": created.isoformat(timespec="seconds"),
        "datasetJSONVersion": VERSION,
        "fileOID": f"{dataset.metadata_version_oid}.{dataset.name}",
        "sourceSystem": {"name": "studyspec", "version": __version__},
        "studyOID": dataset.study_oid,
        "metaDataVersionOID": dataset.metadata_version_oid,
        "metaDataRef": dataset.metadata_ref,
        "itemGroupOID": dataset.item_group_oid,
        "records": records,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(column) for column in dataset.columns],
    }


def _column(column: JsonColumn) -> dict[str, Any]:
    stated: Mapping[str, Any] = {
        "itemOID": column.item_oid,
        "name": column.name,
        "label": column.label,
        "dataType": column.data_type,
        "targetDataType": column.target_data_type or None,
        "length": column.length,
        "displayFormat": column.display_format or None,
        "keySequence": column.key_sequence,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _write_rows(file: BinaryIO, texts: list[np.ndarray], count: int, *, between: str, last: str) -> None:
    """Rows block by block: their text needs many times the memory of the columns."""
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        rows: Iterator[str] = map(",".join, zip(*(values[start:stop] for values in texts), strict=True))
        body = f"]{between}[".join(rows)
        file.write(f"[{body}]{between if stop < count else last}".encode())


def _json_values(values: pd.Series, column: JsonColumn, dataset: str) -> np.ndarray:
    """The values as JSON text, made once for each distinct value."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    made: list[str | None]
    if isinstance(values.dtype, pd.StringDtype):
        blank = '""' if column.data_type == "string" else "null"
        made = [json.dumps(value, ensure_ascii=False) if value else blank for value in distinct]
    else:
        made = ["null" if np.isnan(value) else _number(float(value), column) for value in distinct]
    if None in made:
        row = int(np.flatnonzero(codes == made.index(None))[0])
        raise DatasetJsonWriteError(
            f"{dataset}.{column.name}: row {row + 1} has {values.iloc[row]}, which is no {column.data_type}. "
            "Correct the value or the data type in the spec."
        )
    return np.array(made, dtype=object)[codes]


def _number(value: float, column: JsonColumn) -> str | None:
    """One number as JSON text; None where it does not fit the column's type."""
    if not np.isfinite(value) or (value != int(value) and (column.data_type in ("integer", "date"))):
        return None
    if column.target_data_type:
        moment = _iso(value, column.data_type)
        return json.dumps(moment) if moment else None
    whole = value == int(value) and abs(value) < 1e15
    return str(int(value)) if whole else repr(value)


def _iso(value: float, kind: str) -> str:
    """SAS days of a date, SAS seconds of a date and time or of a time of day, as ISO 8601; "" where ISO has none."""
    try:
        moment = SAS_EPOCH + (timedelta(days=value) if kind == "date" else timedelta(seconds=value))
    except OverflowError:
        return ""
    if kind == "date":
        return moment.date().isoformat()
    if kind == "datetime":
        return moment.isoformat()
    return moment.time().isoformat() if moment.date() == SAS_EPOCH.date() else ""
