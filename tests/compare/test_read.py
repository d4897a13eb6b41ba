"""Data sets from files."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from compare.samples import CREATED, frame, labs, number, save_xpt, text
from studyspec.compare.dataset import Dataset, Variable
from studyspec.compare.faults import CompareError
from studyspec.compare.read import read_datasets
from studyspec.transport.parquet import write_parquet


def test_xpt_brings_every_attribute_and_special_missings(tmp_path: Path) -> None:
    special = {"LBSTRESN": text("", "", "A", "")}
    path = save_xpt(tmp_path / "labs.xpt", replace(labs(), special=special))
    read = read_datasets(path, "PROD")["LB"]
    assert (read.name, read.label, read.created) == ("PROD.LB", labs().label, CREATED)
    assert read.variables == labs().variables
    assert read.special["LBSTRESN"].tolist() == ["", "", "A", ""]
    pd.testing.assert_frame_equal(read.frame, labs().frame)
    assert read.notes == ()


def test_text_beyond_ascii_is_read_from_xpt_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(frame(A=text("é")), path, table_name="X", file_format_version=5)
    assert read_datasets(path, "B")["X"].frame["A"].tolist() == ["é"]


def odd_xpt(folder: Path) -> Path:
    """An XPT file with a byte where the layout has none; some SAS releases leave something there."""
    path = save_xpt(folder / "labs.xpt", labs())
    data = bytearray(path.read_bytes())
    at = data.index(b"NAMESTR") - 20 + 80 + 139
    assert data[at] == 0
    data[at] = 1
    path.write_bytes(data)
    return path


def test_xpt_that_the_strict_reader_refuses_is_read_with_a_note(tmp_path: Path) -> None:
    read = read_datasets(odd_xpt(tmp_path), "PROD")["LB"]
    assert "not quite XPT version 5" in read.notes[0]
    assert "labs.xpt" in read.notes[0]
    assert str(tmp_path) not in read.notes[0]
    assert [(v.name, v.type, v.length, v.label, v.format) for v in read.variables] == [
        (v.name, v.type, v.length, v.label, v.format) for v in labs().variables
    ]
    assert "informat" not in read.known
    pd.testing.assert_frame_equal(read.frame, labs().frame)


def test_xpt_of_two_data_sets_gives_both(tmp_path: Path) -> None:
    one, two = labs(), replace(labs(), name="BASE.LB2")
    path = two_members(tmp_path, one, two)
    assert list(read_datasets(path, "B")) == ["LB", "LB2"]


def test_xpt_of_two_data_sets_that_is_refused_is_not_read_by_halves(tmp_path: Path) -> None:
    path = two_members(tmp_path, labs(), replace(labs(), name="BASE.LB2"))
    path.write_bytes(path.read_bytes() + b"x" * 80)
    with pytest.raises(CompareError, match="one data set only, and the file has 2"):
        read_datasets(path, "B")


def two_members(folder: Path, one: Dataset, two: Dataset) -> Path:
    """One file with both; what stands before a member's header belongs to the file."""
    path, second = save_xpt(folder / "both.xpt", one), save_xpt(folder / "second.xpt", two).read_bytes()
    path.write_bytes(path.read_bytes() + second[second.index(b"HEADER RECORD*******MEMBER") :])
    return path


def test_version_8_xpt_with_long_names_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(frame(A_LONG_VARIABLE=number(1)), path, table_name="X", file_format_version=8)
    read = read_datasets(path, "B")["X"]
    assert [variable.name for variable in read.variables] == ["A_LONG_VARIABLE"]
    assert read.notes


def test_a_damaged_xpt_is_refused_with_both_reasons(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    path.write_bytes(b"no XPT at all")
    with pytest.raises(CompareError, match=r"x\.xpt: Byte 13: found .* A second reader does not read it either"):
        read_datasets(path, "B")


def test_parquet_brings_values_and_no_attributes(tmp_path: Path) -> None:
    write_parquet(tmp_path / "adsl.parquet", labs().frame)
    read = read_datasets(tmp_path / "adsl.parquet", "QC")["ADSL"]
    assert (read.name, read.known) == ("QC.ADSL", frozenset())
    pd.testing.assert_frame_equal(read.frame, labs().frame)


def test_a_damaged_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1PAR1")
    with pytest.raises(CompareError, match=r"x\.parquet: "):
        read_datasets(tmp_path / "x.parquet", "B")


# Written by ReadStat's C library, which no Python package offers: four rows, .A and ._ among the numbers.
SAS7BDAT = Path(__file__).parent / "labs.sas7bdat"


def test_sas7bdat_brings_attributes_and_special_missings() -> None:
    read = read_datasets(SAS7BDAT, "B")["LABS"]
    assert read.variables == (
        Variable("USUBJID", "char", 8, "Unique Subject Identifier"),
        Variable("LBSTRESN", "num", 8, "Numeric Result", "8.2"),
        Variable("LBDT", "num", 8, "", "DATE9."),
    )
    assert read.frame["USUBJID"].tolist() == ["S-001", "S-002", "", "S-004"]
    assert read.frame["LBSTRESN"].fillna(-1).tolist() == [31.5, -1, 140, -1]
    assert read.frame["LBDT"].fillna(-1).tolist() == [22000, 22001, -1, 22003]
    assert read.special["LBSTRESN"].tolist() == ["", "A", "", "_"]
    assert (read.name, read.label) == ("B.LABS", "Laboratory Test Results")
    assert read.known == {"length", "format", "label"}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs tzset")
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_times_are_those_of_the_file_on_every_machine(
    zone: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert read_datasets(SAS7BDAT, "B")["LABS"].created == CREATED
        assert read_datasets(odd_xpt(tmp_path), "B")["LB"].created == CREATED
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_damaged_sas7bdat_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sas7bdat").write_bytes(SAS7BDAT.read_bytes()[:1000])
    with pytest.raises(CompareError, match=r"x\.sas7bdat: "):
        read_datasets(tmp_path / "x.sas7bdat", "B")


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("A\n1\n")
    with pytest.raises(CompareError, match=r"x\.csv: files named \.csv are not read\. Name an XPT"):
        read_datasets(tmp_path / "x.csv", "B")


def test_parquet_with_bytes_that_are_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"A": pa.array([b"\xff"]).view(pa.string())}), path)
    with pytest.raises(CompareError, match=r"x\.parquet: .*UTF8"):
        read_datasets(path, "B")


@pytest.mark.parametrize("name", ["none.xpt", "none.sas7bdat", "none.parquet"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CompareError, match=f"{name}: "):
        read_datasets(tmp_path / name, "B")


def test_a_folder_gives_its_data_sets_by_file_name_and_leaves_other_files_alone(tmp_path: Path) -> None:
    save_xpt(tmp_path / "lb2.xpt", labs())
    write_parquet(tmp_path / "adsl.parquet", labs().frame)
    (tmp_path / "notes.txt").write_text("x")
    found = read_datasets(tmp_path, "B")
    assert {name: dataset.name for name, dataset in found.items()} == {"ADSL": "B.ADSL", "LB2": "B.LB2"}


def test_two_files_of_one_name_in_a_folder_are_refused(tmp_path: Path) -> None:
    save_xpt(tmp_path / "lb.xpt", labs())
    write_parquet(tmp_path / "lb.parquet", labs().frame)
    with pytest.raises(CompareError, match=r"lb\.xpt: the folder holds another data set LB"):
        read_datasets(tmp_path, "B")
