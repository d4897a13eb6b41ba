"""Dataset-JSON: values as the file writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from raw.extracts import found_codes, read_forms


def dataset_json(*columns: tuple[str, str], rows: list[list[Any]]) -> dict[str, Any]:
    return {
        "datasetJSONCreationDateTime": "2022-03-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.AE",
        "records": len(rows),
        "name": "AE",
        "label": "Adverse Events",
        "columns": [{"itemOID": f"IT.{name}", "name": name, "label": name, "dataType": kind} for name, kind in columns],
        "rows": rows,
    }


def test_values_are_the_text_that_says_the_same(tmp_path: Path) -> None:
    content = dataset_json(
        ("TERM", "string"),
        ("N", "double"),
        ("DAY", "date"),
        ("EXACT", "decimal"),
        ("SERIOUS", "boolean"),
        rows=[["NA", 1.0, "2022-02-03", "1.50", True], [None, 0.1, None, None, False]],
    )
    (tmp_path / "ae.json").write_text(json.dumps(content))
    assert read_forms(tmp_path, {"file": "ae.json", "rows": 2})["ae"].to_dict("list") == {
        "TERM": ["NA", ""],
        "N": ["1", "0.1"],
        "DAY": ["2022-02-03", ""],
        "EXACT": ["1.50", ""],
        "SERIOUS": ["true", "false"],
    }


def test_ndjson_is_read_the_same(tmp_path: Path) -> None:
    content = dataset_json(("TERM", "string"), rows=[["a"], ["b"]])
    rows = content.pop("rows")
    (tmp_path / "ae.ndjson").write_text("\n".join(map(json.dumps, [content, *rows])))
    assert read_forms(tmp_path, {"file": "ae.ndjson", "rows": 2})["ae"]["TERM"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        dataset_json(("A", "string"), rows=[[1, 2]]),
        dataset_json(("A", "string"), rows=[[["x"]]]),
        dataset_json(("A", "string"), ("A", "string"), rows=[["x", "y"]]),
    ],
)
def test_what_is_not_dataset_json_is_refused(tmp_path: Path, content: dict[str, Any]) -> None:
    (tmp_path / "ae.json").write_text(json.dumps(content))
    assert found_codes(tmp_path, {"file": "ae.json", "rows": 1}) == ["RAW-014"]
