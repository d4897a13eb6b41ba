from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from studyspec.transport.parquet import write_parquet
from transport.xpt_samples import number, text


@pytest.fixture
def frame() -> pd.DataFrame:
    ages = number(71.0, float("nan"), 0.0)
    return pd.DataFrame({"USUBJID": text("S1", "", "NA"), "AGE": ages, "N": [1, 2, 3]})


def test_frame_comes_back_as_it_was(tmp_path: Path, frame: pd.DataFrame) -> None:
    write_parquet(tmp_path / "a.parquet", frame)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), frame)


def test_missing_number_is_null_and_blank_text_is_not(tmp_path: Path, frame: pd.DataFrame) -> None:
    write_parquet(tmp_path / "a.parquet", frame)
    table = pq.read_table(tmp_path / "a.parquet")
    assert table["AGE"].null_count == 1
    assert table["USUBJID"].null_count == 0


def test_bytes_do_not_depend_on_index_or_memory_layout(tmp_path: Path, frame: pd.DataFrame) -> None:
    write_parquet(tmp_path / "a.parquet", frame)
    pieces = pd.concat([frame.iloc[:1], frame.iloc[1:]]).set_axis(["x", "y", "z"])
    write_parquet(tmp_path / "b.parquet", pieces)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_file_carries_no_metadata_of_its_maker(tmp_path: Path, frame: pd.DataFrame) -> None:
    write_parquet(tmp_path / "a.parquet", frame)
    assert pq.read_metadata(tmp_path / "a.parquet").metadata is None


def test_no_rows_keep_the_column_types(tmp_path: Path, frame: pd.DataFrame) -> None:
    write_parquet(tmp_path / "a.parquet", frame.iloc[:0])
    assert pd.read_parquet(tmp_path / "a.parquet").dtypes.astype(str).tolist() == ["str", "float64", "int64"]


def test_column_that_occurs_twice_is_refused(tmp_path: Path, frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'AGE' occurs twice"):
        write_parquet(tmp_path / "a.parquet", pd.concat([frame, frame[["AGE"]]], axis=1))


def test_failed_write_leaves_the_last_good_file(tmp_path: Path, frame: pd.DataFrame) -> None:
    target = tmp_path / "a.parquet"
    write_parquet(target, frame)
    good = target.read_bytes()
    with pytest.raises(Exception, match="complex"):
        write_parquet(target, pd.DataFrame({"X": [1j]}))
    assert target.read_bytes() == good
    assert list(tmp_path.iterdir()) == [target]
