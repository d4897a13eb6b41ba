"""Data sets from files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
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


def test_xpt_that_the_strict_reader_refuses_is_read_with_a_note(tmp_path: Path) -> None:
    path = save_xpt(tmp_path / "labs.xpt", labs())
    data = bytearray(path.read_bytes())
    # The unused end of the first variable's description; some SAS releases leave something there.
    at = data.index(b"NAMESTR") - 20 + 80 + 139
    assert data[at] == 0
    data[at] = 1
    path.write_bytes(data)
    read = read_datasets(path, "PROD")["LB"]
    assert "not quite XPT version 5" in read.notes[0]
    assert "labs.xpt" in read.notes[0]
    assert str(tmp_path) not in read.notes[0]
    assert [(v.name, v.type, v.length, v.label, v.format) for v in read.variables] == [
        (v.name, v.type, v.length, v.label, v.format) for v in labs().variables
    ]
    assert "informat" not in read.known
    pd.testing.assert_frame_equal(read.frame, labs().frame)


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


def sas7bdat(monkeypatch: pytest.MonkeyPatch, values: pd.DataFrame, kinds: dict[str, str]) -> Dataset:
    """What a sas7bdat file gives of which pyreadstat reads this; no free program writes such files."""
    meta = SimpleNamespace(
        column_names=list(values.columns),
        column_names_to_labels={"A": "A label", "B": None, "C": None},
        readstat_variable_types=kinds,
        original_variable_types={"A": "NULL", "B": "DATE9", "C": "8.2"},
        variable_storage_width={"A": 12, "B": 8, "C": 8},
        file_label="The data set",
        table_name="LABS",
        creation_time=CREATED,
        modification_time=datetime(2024, 6, 1),
    )
    monkeypatch.setattr(pyreadstat, "read_sas7bdat", lambda *_, **__: (values, meta))
    return read_datasets(Path("labs.sas7bdat"), "B")["LABS"]


def test_sas7bdat_brings_attributes_and_special_missings(monkeypatch: pytest.MonkeyPatch) -> None:
    values = pd.DataFrame({"A": ["x", None], "B": pd.Series([22000.0, "A"], dtype=object), "C": [1.0, np.nan]})
    read = sas7bdat(monkeypatch, values, {"A": "string", "B": "double", "C": "double"})
    assert read.variables == (
        Variable("A", "char", 12, "A label"),
        Variable("B", "num", 8, "", "DATE9."),
        Variable("C", "num", 8, "", "8.2"),
    )
    assert read.frame["A"].tolist() == ["x", ""]
    assert read.frame["B"].tolist()[0] == 22000.0
    assert read.special["B"].tolist() == ["", "A"]
    assert (read.label, read.created, read.modified) == ("The data set", CREATED, datetime(2024, 6, 1))


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("A\n1\n")
    with pytest.raises(CompareError, match=r"x\.csv: files named \.csv are not read\. Name an XPT"):
        read_datasets(tmp_path / "x.csv", "B")


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
