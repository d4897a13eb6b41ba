"""Data sets from Dataset-JSON 1.1 and its NDJSON form.

Source: CDISC Dataset-JSON 1.1, sections on columns (dataType, targetDataType) and rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from studyspec.compare.dataset import Dataset, Variable

VERSION = "datasetJSONVersion"
_NUMERIC = frozenset({"integer", "float", "double", "decimal", "boolean"})
_SAS_EPOCH = datetime(1960, 1, 1)
_KNOWN = frozenset({"length", "format", "label"})


class DatasetJsonError(ValueError):
    """The file is not Dataset-JSON 1.1; the message says why."""


def is_dataset_json(path: Path) -> bool:
    """True when a JSON file says near its beginning that it is Dataset-JSON."""
    with path.open("rb") as stream:
        return VERSION.encode() in stream.read(4096)


def read_dataset_json(path: Path, libref: str) -> Dataset:
    """Read one data set.

    Args:
        path: a .json file, or an .ndjson file (first line metadata, then one row a line).
        libref: stands before the name.

    Returns:
        The data set. Dates and times that the file marks with targetDataType integer are SAS numbers; a null is
        missing. Informats and special missings do not exist in Dataset-JSON.

    Raises:
        DatasetJsonError: it is not JSON, not Dataset-JSON, or rows do not fit the columns or the stated number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = text.splitlines() if path.suffix.lower() == ".ndjson" else [text]
        content = json.loads(lines[0]) if lines else None
        rows = [json.loads(line) for line in lines[1:] if line] if len(lines) > 1 else None
    except (ValueError, RecursionError) as error:
        raise DatasetJsonError(f"It is not valid JSON: {error}") from error
    if not isinstance(content, dict) or VERSION not in content:
        raise DatasetJsonError(f"It has no {VERSION}, so it is not Dataset-JSON")
    try:
        return _dataset(content, content.get("rows", []) if rows is None else rows, libref)
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetJsonError(f"It does not keep to Dataset-JSON 1.1: {error}") from error


def _dataset(content: Mapping[str, Any], rows: Sequence[Sequence[Any]], libref: str) -> Dataset:
    columns = content["columns"]
    if len(rows) != int(content["records"]):
        raise ValueError(f"it says {content['records']} records and has {len(rows)}")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"row {number} does not have {len(columns)} values")
    values = {
        str(column["name"]): _values(column, [row[place] for row in rows]) for place, column in enumerate(columns)
    }
    created = datetime.fromisoformat(str(content["datasetJSONCreationDateTime"])).replace(tzinfo=None)
    return Dataset(
        f"{libref}.{str(content['name']).upper()}",
        tuple(_variable(column, values[str(column["name"])]) for column in columns),
        pd.DataFrame(values),
        str(content["label"]),
        created=created,
        modified=created,
        known=_KNOWN,
    )


def _is_numeric(column: Mapping[str, Any]) -> bool:
    return column["dataType"] in _NUMERIC or column.get("targetDataType") in ("integer", "decimal")


def _variable(column: Mapping[str, Any], values: pd.Series[Any]) -> Variable:
    written = str(column.get("displayFormat", ""))
    sas_format = written if not written or "." in written else f"{written}."
    if _is_numeric(column):
        return Variable(str(column["name"]), "num", 8, str(column["label"]), sas_format)
    longest = max((len(str(value).encode()) for value in values), default=1)
    return Variable(
        str(column["name"]), "char", int(column.get("length", longest or 1)), str(column["label"]), sas_format
    )


def _values(column: Mapping[str, Any], values: Sequence[Any]) -> pd.Series[Any]:
    if not _is_numeric(column):
        return pd.Series(["" if value is None else str(value) for value in values], dtype="str")
    if column["dataType"] in ("date", "datetime", "time"):
        return pd.Series([_sas_number(value, column["dataType"]) for value in values], dtype="float64")
    return pd.Series([np.nan if value is None else float(value) for value in values], dtype="float64")


def _sas_number(value: Any, kind: str) -> float:
    """SAS days of a date, SAS seconds of a date and time or of a time of day."""
    if value is None:
        return np.nan
    if kind == "time":
        moment = datetime.fromisoformat(f"1960-01-01T{value}")
    else:
        moment = datetime.fromisoformat(str(value)).replace(tzinfo=None)
    seconds = (moment - _SAS_EPOCH).total_seconds()
    return seconds / 86400 if kind == "date" else seconds
