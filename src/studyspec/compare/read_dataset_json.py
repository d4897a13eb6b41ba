"""Data sets to compare from Dataset-JSON 1.1 and its NDJSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from studyspec.compare.dataset import Dataset, Variable
from studyspec.transport.dataset_json_read import DatasetJson, outside_standard, parse_dataset_json

_NUMERIC = frozenset({"integer", "float", "double", "decimal", "boolean"})
_SAS_EPOCH = datetime(1960, 1, 1)
_KNOWN = frozenset({"length", "format", "label"})


def read_dataset_json(path: Path, libref: str) -> Dataset:
    """Read one data set.

    Args:
        path: a .json or .ndjson file.
        libref: stands before the name.

    Returns:
        The data set. Dates and times that the file marks with targetDataType integer are SAS numbers; a null is
        missing. Informats and special missings do not exist in Dataset-JSON; lengths are known when every text states
        its own.

    Raises:
        DatasetJsonError: it is not Dataset-JSON 1.1.
    """
    content = parse_dataset_json(path)
    try:
        return _dataset(content, libref)
    except (KeyError, TypeError, ValueError) as error:
        raise outside_standard(error) from error


def _dataset(content: DatasetJson, libref: str) -> Dataset:
    values = {column["name"]: _values(column, content.values(place)) for place, column in enumerate(content.columns)}
    created = datetime.fromisoformat(str(content.head["datasetJSONCreationDateTime"])).replace(tzinfo=None)
    texts = [column for column in content.columns if not _is_numeric(column)]
    stated = all("length" in column for column in texts)
    return Dataset(
        f"{libref}.{str(content.head['name']).upper()}",
        tuple(_variable(column, values[column["name"]]) for column in content.columns),
        pd.DataFrame(values),
        str(content.head["label"]),
        created=created,
        modified=created,
        known=_KNOWN if stated else _KNOWN - {"length"},
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
