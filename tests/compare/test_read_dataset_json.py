"""Dataset-JSON 1.1 as a source of comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studyspec.compare.compare import compare_datasets
from studyspec.compare.faults import CompareError
from studyspec.compare.read import read_datasets

CONTENT: dict[str, Any] = {
    "datasetJSONCreationDateTime": "2022-03-15T00:00:00",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.ADSL",
    "records": 2,
    "name": "ADSL",
    "label": "Subjects",
    "columns": [
        {"itemOID": "IT.1", "name": "USUBJID", "label": "Subject", "dataType": "string", "length": 4},
        {"itemOID": "IT.2", "name": "AGE", "label": "Age", "dataType": "integer"},
        {
            "itemOID": "IT.3",
            "name": "TRTSDT",
            "label": "Start",
            "dataType": "date",
            "targetDataType": "integer",
            "displayFormat": "DATE9.",
        },
        {"itemOID": "IT.4", "name": "AVAL", "label": "Value", "dataType": "decimal", "targetDataType": "decimal"},
        {"itemOID": "IT.5", "name": "RFSTDTC", "label": "Date", "dataType": "date", "length": 10},
    ],
}
ROWS = [["S-1", 71, "2021-01-10", "1.50", "2021-01-10"], ["S-2", None, None, None, ""]]


def json_file(folder: Path, **changes: Any) -> Path:
    path = folder / "adsl.json"
    path.write_text(json.dumps({**CONTENT, "rows": ROWS, **changes}), encoding="utf-8")
    return path


def test_values_and_attributes_are_those_of_the_file(tmp_path: Path) -> None:
    found = read_datasets(json_file(tmp_path), "BASE")["ADSL"]
    assert found.frame["USUBJID"].tolist() == ["S-1", "S-2"]
    assert found.frame["AGE"].tolist()[0] == 71
    assert found.frame["TRTSDT"].tolist()[0] == 22290
    assert found.frame["AVAL"].tolist()[0] == 1.5
    assert found.frame["RFSTDTC"].tolist() == ["2021-01-10", ""]
    assert found.frame[["AGE", "TRTSDT", "AVAL"]].iloc[1].isna().all()
    assert [(item.name, item.type, item.length, item.format) for item in found.variables] == [
        ("USUBJID", "char", 4, ""),
        ("AGE", "num", 8, ""),
        ("TRTSDT", "num", 8, "DATE9."),
        ("AVAL", "num", 8, ""),
        ("RFSTDTC", "char", 10, ""),
    ]
    assert found.label == "Subjects"


def test_ndjson_holds_the_same_data_set(tmp_path: Path) -> None:
    path = tmp_path / "adsl.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in [CONTENT, *ROWS]) + "\n", encoding="utf-8")
    base = read_datasets(json_file(tmp_path), "BASE")["ADSL"]
    assert compare_datasets(base, read_datasets(path, "COMPARE")["ADSL"]).sysinfo == 0


def test_other_json_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    json_file(tmp_path)
    (tmp_path / "manifest.json").write_text('{"study": "S1"}', encoding="utf-8")
    assert list(read_datasets(tmp_path, "BASE")) == ["ADSL"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"records": 3}, "says 3 records and has 2"),
        ({"rows": [["S-1"], ["S-2"]]}, "row 1 does not have 5 values"),
        ({"columns": []}, "row 1 does not have 0 values"),
        ({"datasetJSONCreationDateTime": "yesterday"}, "yesterday"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CompareError, match=complaint):
        read_datasets(json_file(tmp_path, **changes), "BASE")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"study": 1}', "\x00"])
def test_a_file_that_is_not_dataset_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CompareError):
        read_datasets(path, "BASE")
