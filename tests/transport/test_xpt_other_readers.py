"""What readers that are not ours make of the files."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xport

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import read_xpt
from studyspec.transport.xpt_write import write_xpt
from transport.xpt_samples import CREATED, number, one_number, one_text, subjects, text

VALUES = [0.0, -0.0, 1.0, -118.625, 0.1, math.pi, 1e-30, -1e70, 2.0**-259, 2.0**251, math.nan]


def written(folder: Path, frame: pd.DataFrame, dataset: XptDataset, **options) -> Path:
    path = folder / f"{dataset.name.lower()}.xpt"
    write_xpt(path, frame, dataset, created=CREATED, **options)
    return path


def xport_rows(path: Path) -> list[tuple]:
    with path.open("rb") as file:
        return list(xport.Reader(file))


def same(left: list[float], right: list[float]) -> bool:
    return [repr(value + 0.0) for value in left] == [repr(value + 0.0) for value in right]


def test_pyreadstat_reads_values_labels_and_formats(tmp_path: Path) -> None:
    frame, dataset = subjects()
    read, meta = pyreadstat.read_xport(written(tmp_path, frame, dataset), disable_datetime_conversion=True)
    assert read["USUBJID"].tolist() == ["S-001", "S-002"]
    assert read["SEX"].tolist() == ["F", ""]
    assert same(read["AGE"].tolist(), [71.0, math.nan])
    assert read["TRTSDT"].tolist() == [23497.0, 23500.0]
    assert meta.table_name == "ADSL"
    assert meta.file_label == "Subject-Level Analysis Dataset"
    assert meta.column_labels == [column.label for column in dataset.columns]
    assert list(meta.original_variable_types.values()) == ["$12", None, "8.2", "DATE9"]
    assert list(meta.variable_storage_width.values()) == [12, 1, 8, 4]


def test_pyreadstat_and_xport_read_every_number(tmp_path: Path) -> None:
    path = written(tmp_path, pd.DataFrame({"VSSTRESN": number(*VALUES)}), one_number())
    assert same(pyreadstat.read_xport(path)[0]["VSSTRESN"].tolist(), VALUES)
    assert same([row[0] for row in xport_rows(path)], VALUES)


def test_xport_reads_names_positions_values_and_times(tmp_path: Path) -> None:
    frame, dataset = subjects()
    path = written(tmp_path, frame, dataset)
    with path.open("rb") as file:
        reader = xport.Reader(file)
        described = [(v.name, v.numeric, v.position, v.size) for v in reader._variables]
        rows = list(reader)
    assert described == [
        ("USUBJID", False, 0, 12),
        ("SEX", False, 12, 1),
        ("AGE", True, 13, 8),
        ("TRTSDT", True, 21, 4),
    ]
    assert reader.created == reader.modified == CREATED
    assert [tuple(map(str, row)) for row in rows] == [
        ("S-001", "F", "71.0", "23497.0"),
        ("S-002", "", "nan", "23500.0"),
    ]


@pytest.mark.parametrize("length", range(3, 9))
def test_all_readers_read_short_numbers(tmp_path: Path, length: int) -> None:
    path = written(tmp_path, pd.DataFrame({"VSSTRESN": number(1.0, -2.5, math.nan)}), one_number(length))
    for values in (
        pyreadstat.read_xport(path)[0]["VSSTRESN"].tolist(),
        [row[0] for row in xport_rows(path)],
        read_xpt(path).members[0].frame["VSSTRESN"].tolist(),
    ):
        assert same(values, [1.0, -2.5, math.nan])


def test_other_readers_take_special_missings_as_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"VSSTRESN": number(1.0, math.nan, math.nan, math.nan)})
    path = written(tmp_path, frame, one_number(), special={"VSSTRESN": text("", "A", "_", "")})
    assert same(pyreadstat.read_xport(path)[0]["VSSTRESN"].tolist(), frame["VSSTRESN"].tolist())
    assert same([row[0] for row in xport_rows(path)], frame["VSSTRESN"].tolist())


def test_all_readers_read_no_rows(tmp_path: Path) -> None:
    frame, dataset = subjects()
    path = written(tmp_path, frame.iloc[:0], dataset)
    assert list(pyreadstat.read_xport(path)[0].columns) == list(frame.columns)
    assert len(pyreadstat.read_xport(path)[0]) == 0
    assert xport_rows(path) == []
    read = read_xpt(path).members[0].frame
    assert read.dtypes.astype(str).tolist() == ["str", "str", "float64", "float64"]
    assert len(read) == 0


def test_all_readers_read_columns_that_are_all_missing(tmp_path: Path) -> None:
    ages = number(math.nan, math.nan)
    frame = pd.DataFrame({"USUBJID": text("S1", "S2"), "SEX": text("", ""), "AGE": ages})
    columns = (XptColumn("USUBJID", "char", 2), XptColumn("SEX", "char", 1), XptColumn("AGE", "num", 8))
    path = written(tmp_path, frame, XptDataset("DM", "", columns))
    pd.testing.assert_frame_equal(read_xpt(path).members[0].frame, frame)
    read, _ = pyreadstat.read_xport(path)
    assert read["SEX"].tolist() == ["", ""]
    assert read["AGE"].isna().all()
    assert [row[1] for row in xport_rows(path)] == ["", ""]


def test_text_na_is_a_value_for_all_readers(tmp_path: Path) -> None:
    path = written(tmp_path, pd.DataFrame({"AETERM": text("NA", "None", "null")}), one_text(4))
    expected = ["NA", "None", "null"]
    assert read_xpt(path).members[0].frame["AETERM"].tolist() == expected
    assert pyreadstat.read_xport(path)[0]["AETERM"].tolist() == expected
    assert [row[0] for row in xport_rows(path)] == expected


def test_rows_shorter_than_the_padding_are_counted_right_by_all_readers(tmp_path: Path) -> None:
    for rows in range(1, 12):
        path = written(tmp_path, pd.DataFrame({"AETERM": text(*["AB"] * rows)}), one_text(8))
        counts = (
            len(read_xpt(path).members[0].frame),
            len(pyreadstat.read_xport(path)[0]),
            len(xport_rows(path)),
        )
        assert counts == (rows, rows, rows)


def test_blank_last_rows_of_long_records_are_kept_by_ours_and_lost_or_refused_by_others(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, pd.DataFrame({"AETERM": text("RASH", "", "")}), one_text(100))
    assert len(read_xpt(path).members[0].frame) == 3
    assert len(pyreadstat.read_xport(path)[0]) == 1
    with pytest.raises(xport.ParseError):
        xport_rows(path)


def test_blank_row_between_others_is_kept_by_ours_and_pyreadstat_and_refused_by_xport(tmp_path: Path) -> None:
    path = written(tmp_path, pd.DataFrame({"AETERM": text("RASH", "", "NAUSEA")}), one_text(8))
    assert read_xpt(path).members[0].frame["AETERM"].tolist() == ["RASH", "", "NAUSEA"]
    assert pyreadstat.read_xport(path)[0]["AETERM"].tolist() == ["RASH", "", "NAUSEA"]
    with pytest.raises(NotImplementedError):
        xport_rows(path)


def r_lacks() -> str:
    """What is missing to ask R; "" if nothing."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed"
    return "" if run_r("library(foreign)").returncode == 0 else "the R package foreign is not installed"


def run_r(code: str) -> subprocess.CompletedProcess[str]:
    command = ["Rscript", "--vanilla", "-e", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_r_foreign_keeps_blank_last_rows_of_long_records(tmp_path: Path) -> None:
    if lacking := r_lacks():
        pytest.skip(lacking)
    path = written(tmp_path, pd.DataFrame({"AETERM": text("RASH", "", "")}), one_text(100))
    ran = run_r(f'cat(nrow(foreign::read.xport("{path.as_posix()}")))')
    assert (ran.returncode, ran.stdout) == (0, "3"), ran.stderr


def test_r_foreign_reads_values_labels_and_formats(tmp_path: Path) -> None:
    if lacking := r_lacks():
        pytest.skip(lacking)
    frame, dataset = subjects()
    path = written(tmp_path, frame, dataset)
    numbers = written(tmp_path, pd.DataFrame({"VSSTRESN": number(*VALUES)}), one_number())
    ran = run_r(f"""
        library(foreign)
        about <- lookup.xport("{path.as_posix()}")[["ADSL"]]
        for (field in c("name", "type", "width", "label", "format", "position"))
            cat(paste(trimws(about[[field]]), collapse = "|"), "\\n", sep = "")
        data <- read.xport("{path.as_posix()}")
        for (row in seq_len(nrow(data)))
            cat(paste(trimws(as.matrix(data)[row, ]), collapse = "|"), "\\n", sep = "")
        cat(sprintf("%a\\n", read.xport("{numbers.as_posix()}")$VSSTRESN), sep = "")
    """)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[:6] == [
        "USUBJID|SEX|AGE|TRTSDT",
        "character|character|numeric|numeric",
        "12|1|8|4",
        "|".join(column.label for column in dataset.columns),
        "$|||DATE",
        "0|12|13|21",
    ]
    assert lines[6:8] == ["S-001|F|71|23497", "S-002||NA|23500"]
    assert [line.strip() for line in lines[-1:]] == ["NA"]
    assert same([float.fromhex(line) for line in lines[8:-1]], VALUES[:-1])
