"""Dataset-JSON as odmlib's classes see it: what they do not know, or a value of a wrong type, is an error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from odmlib.dataset_json_1_1 import Column, DatasetJSON, SourceSystem

DATETIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d")


def odmlib_dataset(content: dict[str, Any]) -> DatasetJSON:
    """The file's content as odmlib's object, which holds the same and nothing more."""
    made = DatasetJSON(
        **{
            **content,
            "sourceSystem": SourceSystem(**content["sourceSystem"]),
            "columns": [Column(**column) for column in content["columns"]],
        }
    )
    assert {"rows": [], **made.to_dict()} == {"rows": [], **content}
    assert re.fullmatch(r"1\.1(\.\d+)?", made.datasetJSONVersion)
    assert DATETIME.fullmatch(made.datasetJSONCreationDateTime)
    assert all(len(row) == len(made.columns) for row in content.get("rows", []))
    return made


def read_content(path: Path) -> dict[str, Any]:
    """A .json or .ndjson file as one object; the rows of NDJSON are its further lines."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        whole: dict[str, Any] = json.loads(text)
        return whole
    head, *rows = text.split("\n")[:-1]
    return {**json.loads(head), "rows": [json.loads(row) for row in rows]}
