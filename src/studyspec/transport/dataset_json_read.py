"""Dataset-JSON 1.1 and its NDJSON form: columns as described, values as written.

Source: CDISC Dataset-JSON 1.1, sections on columns (dataType, targetDataType) and rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "datasetJSONVersion"


class DatasetJsonError(ValueError):
    """The file is not Dataset-JSON 1.1; the message says why."""


@dataclass(frozen=True)
class DatasetJson:
    """One data set as the file has it.

    Attributes:
        head: the metadata: name, label, datasetJSONCreationDateTime and others.
        columns: each with itemOID, name, label, dataType and, for some, targetDataType, length, displayFormat.
        rows: each with a value per column; null is missing.
    """

    head: Mapping[str, Any]
    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Sequence[Any]]

    def values(self, place: int) -> list[Any]:
        """The values of the column at this place, from 0."""
        return [row[place] for row in self.rows]


def is_dataset_json(path: Path) -> bool:
    """True when a JSON file says near its beginning that it is Dataset-JSON."""
    with path.open("rb") as stream:
        return VERSION.encode() in stream.read(4096)


def parse_dataset_json(path: Path) -> DatasetJson:
    """Read one data set from a .json file, or from an .ndjson file (first line metadata, then one row a line).

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
        return _checked(content, content.get("rows", []) if rows is None else rows)
    except (KeyError, TypeError, ValueError) as error:
        raise outside_standard(error) from error


def outside_standard(error: Exception) -> DatasetJsonError:
    """The error for content that is JSON, but not as the standard says."""
    return DatasetJsonError(f"It does not keep to Dataset-JSON 1.1: {error}")


def _checked(content: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> DatasetJson:
    columns = content["columns"]
    if len(rows) != int(content["records"]):
        raise ValueError(f"it says {content['records']} records and has {len(rows)}")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"row {number} does not have {len(columns)} values")
    return DatasetJson(content, [{**column, "name": str(column["name"])} for column in columns], rows)
