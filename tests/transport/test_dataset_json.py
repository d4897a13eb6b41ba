from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.compare.read_dataset_json import read_dataset_json
from studyspec.transport.dataset_json import (
    DatasetJsonWriteError,
    JsonColumn,
    JsonDataset,
    write_dataset_json,
)
from transport.odmlib_datasets import odmlib_dataset, read_content
from transport.xpt_samples import number, text

CREATED = datetime(2024, 5, 1, 10, 0, 0)
USUBJID = JsonColumn("IT.AE.USUBJID", "USUBJID", "Unique Subject Identifier", "string", length=20, key_sequence=1)
AESEQ = JsonColumn("IT.AE.AESEQ", "AESEQ", "Sequence Number", "integer")
DOSE = JsonColumn("IT.AE.DOSE", "DOSE", "Dose", "float")
AESTDTC = JsonColumn("IT.AE.AESTDTC", "AESTDTC", "Start", "date")
ASTDT = JsonColumn("IT.ADAE.ASTDT", "ASTDT", "Start", "date", target_data_type="integer", display_format="DATE9.")


def described(*columns: JsonColumn) -> JsonDataset:
    return JsonDataset("AE", "Adverse Events", "IG.AE", columns, "ST.1", "MDV.1", "define.xml")


def written(path: Path, frame: pd.DataFrame, *columns: JsonColumn) -> Any:
    write_dataset_json(path, frame, described(*columns), created=CREATED)
    return json.loads(path.read_text(encoding="utf-8"))


def test_rows_are_in_the_order_of_the_columns(tmp_path: Path) -> None:
    frame = pd.DataFrame({"AESEQ": number(1.0, 2.0), "USUBJID": text("S1", "S2")})
    assert written(tmp_path / "ae.json", frame, USUBJID, AESEQ)["rows"] == [["S1", 1], ["S2", 2]]


def test_missing_number_and_date_are_null_and_missing_text_is_blank(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": text(""), "AESEQ": number(np.nan), "AESTDTC": text(""), "ASTDT": number(np.nan)})
    assert written(tmp_path / "ae.json", frame, USUBJID, AESEQ, AESTDTC, ASTDT)["rows"] == [["", None, None, None]]


def test_text_na_is_a_value(tmp_path: Path) -> None:
    assert written(tmp_path / "ae.json", pd.DataFrame({"USUBJID": text("NA")}), USUBJID)["rows"] == [["NA"]]


def test_sas_day_is_written_as_iso_date_with_its_target_type(tmp_path: Path) -> None:
    content = written(tmp_path / "ae.json", pd.DataFrame({"ASTDT": number(0.0, 22000.0)}), ASTDT)
    assert content["rows"] == [["1960-01-01"], ["2020-03-26"]]
    assert content["columns"][0]["targetDataType"] == "integer"


def test_sas_seconds_are_written_as_iso_datetime_and_time(tmp_path: Path) -> None:
    moment = JsonColumn("IT.1", "ADTM", "Time", "datetime", target_data_type="integer")
    clock = JsonColumn("IT.2", "ATM", "Time", "time", target_data_type="integer")
    frame = pd.DataFrame({"ADTM": number(86400.0 + 60), "ATM": number(3661.0)})
    assert written(tmp_path / "ae.json", frame, moment, clock)["rows"] == [["1960-01-02T00:01:00", "01:01:01"]]


@pytest.mark.parametrize(("kind", "value"), [("time", 86400.0), ("time", -1.0), ("date", 3e6), ("datetime", 1e12)])
def test_moment_that_iso_8601_cannot_write_is_refused(tmp_path: Path, kind: Any, value: float) -> None:
    column = JsonColumn("IT.1", "ATM", "Time", kind, target_data_type="integer")
    with pytest.raises(DatasetJsonWriteError, match=f"which is no {kind}"):
        written(tmp_path / "ae.json", pd.DataFrame({"ATM": number(value)}), column)


def test_quotes_line_breaks_and_other_scripts_come_back(tmp_path: Path) -> None:
    odd = 'say "a\\b"\n<script>\u2028 日本'
    assert written(tmp_path / "ae.json", pd.DataFrame({"USUBJID": text(odd)}), USUBJID)["rows"] == [[odd]]


def test_no_records_is_a_whole_file(tmp_path: Path) -> None:
    content = written(tmp_path / "ae.json", pd.DataFrame({"USUBJID": text()}), USUBJID)
    assert (content["records"], content["rows"]) == (0, [])


def test_integer_with_a_fraction_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DatasetJsonWriteError, match=r"AE\.AESEQ: row 2 has 1\.5, which is no integer"):
        written(tmp_path / "ae.json", pd.DataFrame({"AESEQ": number(1.0, 1.5)}), AESEQ)
    assert list(tmp_path.iterdir()) == []


def test_infinite_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetJsonWriteError, match="which is no float"):
        written(tmp_path / "ae.json", pd.DataFrame({"DOSE": number(np.inf)}), DOSE)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_odmlib_takes_the_file_as_dataset_json_1_1(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"ae.{suffix}"
    frame = pd.DataFrame({"USUBJID": text("S1"), "AESEQ": number(1.0), "ASTDT": number(22000.0)})
    write_dataset_json(path, frame, described(USUBJID, AESEQ, ASTDT), created=CREATED)
    found = odmlib_dataset(read_content(path))
    assert (found.name, found.records, found.column_names) == ("AE", 1, ["USUBJID", "AESEQ", "ASTDT"])


@pytest.mark.parametrize("wrong", [{"dataType": "text"}, {"length": 0}, {"keySequence": 0}, {"colour": "red"}])
def test_odmlib_refuses_what_dataset_json_does_not_know(tmp_path: Path, wrong: dict[str, Any]) -> None:
    content = written(tmp_path / "ae.json", pd.DataFrame({"USUBJID": text("S1")}), USUBJID)
    content["columns"][0] |= wrong
    with pytest.raises((ValueError, TypeError)):
        odmlib_dataset(content)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        ),
        max_size=20,
    )
)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("json")
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Series([name for name, _ in rows], dtype="str"),
            "DOSE": pd.Series([np.nan if value is None else value for _, value in rows], dtype="float64"),
        }
    )
    for suffix in ("json", "ndjson"):
        path = folder / f"ae.{suffix}"
        write_dataset_json(path, frame, described(USUBJID, DOSE), created=CREATED)
        lines = path.read_text(encoding="utf-8").split("\n")
        content = json.loads(lines[0]) if suffix == "ndjson" else json.loads("\n".join(lines))
        found = [json.loads(line) for line in lines[1:-1]] if suffix == "ndjson" else content["rows"]
        assert found == [[name, value] for name, value in rows]


def test_our_reader_reads_the_same_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": text("S1", ""), "AESEQ": number(1.0, np.nan), "ASTDT": number(22000.0, -1.0)})
    for suffix in ("json", "ndjson"):
        path = tmp_path / f"ae.{suffix}"
        write_dataset_json(path, frame, described(USUBJID, AESEQ, ASTDT), created=CREATED)
        pd.testing.assert_frame_equal(read_dataset_json(path, "WORK").frame, frame)


def test_many_blocks_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"AESEQ": number(*map(float, range(7)))})
    once = written(tmp_path / "a.json", frame, AESEQ)
    monkeypatch.setattr("studyspec.transport.dataset_json.BLOCK", 3)
    assert written(tmp_path / "b.json", frame, AESEQ) == once
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.slow
def test_a_million_records_take_seconds(tmp_path: Path) -> None:
    count = 1_000_000
    names = [JsonColumn(f"IT.{place}", f"V{place}", "Value", "string" if place % 2 else "float") for place in range(30)]
    numbers = np.random.default_rng(1).normal(size=count)
    frame = pd.DataFrame(
        {
            column.name: pd.Series(np.arange(count) % (50 * (place + 1))).astype("str")
            if place % 2
            else np.round(numbers, place % 6)
            for place, column in enumerate(names)
        }
    )
    start = time.process_time()
    write_dataset_json(tmp_path / "a.ndjson", frame, described(*names), created=CREATED)
    assert time.process_time() - start < 20
