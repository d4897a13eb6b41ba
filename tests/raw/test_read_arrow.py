"""Parquet: typed columns become the text that says the same."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from raw.extracts import found_codes, read_forms


def values(tmp_path: Path, *columns: pa.Array | pa.ChunkedArray) -> list[list[str]]:
    table = pa.table({f"C{number}": column for number, column in enumerate(columns)})
    pq.write_table(table, tmp_path / "ae.parquet")
    forms = read_forms(tmp_path, {"file": "ae.parquet", "rows": table.num_rows})
    return [forms["ae"][column].tolist() for column in forms["ae"]]


def test_numbers_are_the_shortest_text_and_null_is_blank(tmp_path: Path) -> None:
    doubles = pa.array([1.0, 0.1, -0.0, 1e21, float("nan"), None])
    whole = pa.array([2**63 - 1, 0, -1, None, 5, 6])
    decimals = pa.array([Decimal("1.50"), Decimal("100.00"), Decimal("0.05"), None, Decimal("-0.10"), Decimal("7.00")])
    assert values(tmp_path, doubles, whole, decimals) == [
        ["1", "0.1", "-0", "1e+21", "", ""],
        ["9223372036854775807", "0", "-1", "", "5", "6"],
        ["1.5", "100", "0.05", "", "-0.1", "7"],
    ]


def test_dates_and_times_are_iso_8601(tmp_path: Path) -> None:
    moment = datetime.datetime(2022, 2, 3, 4, 5, 6)
    assert values(
        tmp_path,
        pa.array([datetime.date(2022, 2, 3), None]),
        pa.array([moment, moment.replace(microsecond=120_000)]),
        pa.array([moment, None], pa.timestamp("ms", tz="Europe/Istanbul")),
        pa.array([datetime.time(4, 5), datetime.time(4, 5, 6, 500)]),
    ) == [
        ["2022-02-03", ""],
        ["2022-02-03T04:05:06", "2022-02-03T04:05:06.12"],
        ["2022-02-03T04:05:06Z", ""],
        ["04:05:00", "04:05:06.0005"],
    ]


def test_text_stays_as_it_is_and_booleans_are_true_and_false(tmp_path: Path) -> None:
    text = pa.array(["NA", " None ", "", None])
    assert values(tmp_path, text, text.dictionary_encode(), pa.array([True, False, None, True]), pa.nulls(4)) == [
        ["NA", " None ", "", ""],
        ["NA", " None ", "", ""],
        ["true", "false", "", "true"],
        ["", "", "", ""],
    ]


def test_a_table_without_records_keeps_its_columns(tmp_path: Path) -> None:
    assert values(tmp_path, pa.array([], pa.float64()), pa.array([], pa.string())) == [[], []]


@pytest.mark.parametrize("column", [pa.array([[1]]), pa.array([b"x"]), pa.array([{"a": 1}])])
def test_columns_that_are_no_values_are_refused(tmp_path: Path, column: pa.Array) -> None:
    pq.write_table(pa.table({"A": column}), tmp_path / "ae.parquet")
    assert found_codes(tmp_path, {"file": "ae.parquet", "rows": 1}) == ["RAW-014"]


def test_another_file_named_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ae.parquet").write_text("A,B\n1,2\n")
    assert found_codes(tmp_path, {"file": "ae.parquet", "rows": 1}) == ["RAW-014"]
