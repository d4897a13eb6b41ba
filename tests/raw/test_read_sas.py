"""SAS files: numbers by their formats, special missings as text."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from raw.extracts import found_codes, read_forms, write_manifest
from studyspec.raw.read import read_extract
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_write import write_xpt

LABS = Path(__file__).parent.parent / "compare" / "labs.sas7bdat"


def write_v5(path: Path, frame: pd.DataFrame, **formats: str) -> None:
    pyreadstat.write_xport(frame, str(path), file_format_version=5, variable_format=formats)


def test_xpt_numbers_take_their_formats(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"TERM": ["NA", " a", ""], "N": [1.0, 0.1, None], "D": [19725.0, 19725.5, None], "T": [0.0, 86399.5, 86400.0]}
    )
    write_v5(tmp_path / "ae.xpt", frame, D="DATE9.", T="TIME8.")
    forms = read_forms(tmp_path, {"file": "ae.xpt", "rows": 3})
    assert forms["ae"].to_dict("list") == {
        "TERM": ["NA", " a", ""],
        "N": ["1", "0.1", ""],
        "D": ["2014-01-02", "19725.5", ""],
        "T": ["00:00:00", "23:59:59.5", "86400"],
    }


def strict_file(path: Path, terms: list[str]) -> None:
    frame = pd.DataFrame({"TERM": pd.Series(terms, dtype="str")})
    described = XptDataset("AE", "", (XptColumn("TERM", "char", 40),))
    write_xpt(path, frame, described, created=datetime(2022, 1, 1))


def test_blank_records_at_the_end_of_xpt_count_as_far_as_they_are_no_padding(tmp_path: Path) -> None:
    """One record of 40 bytes fits into the padding, the second does not."""
    strict_file(tmp_path / "one.xpt", ["A"])
    content = (tmp_path / "one.xpt").read_bytes()
    (tmp_path / "three.xpt").write_bytes(content + b" " * 80)
    forms = read_forms(tmp_path, {"file": "one.xpt", "rows": 1}, {"file": "three.xpt", "rows": 3})
    assert forms["three"]["TERM"].tolist() == ["A", "", ""]


def test_xpt_of_another_encoding_needs_its_name(tmp_path: Path) -> None:
    strict_file(tmp_path / "ae.xpt", ["Turkce"])
    path = tmp_path / "ae.xpt"
    path.write_bytes(path.read_bytes().replace(b"Turkce", "Türkçe".encode("cp1254")))
    entry: dict[str, object] = {"file": "ae.xpt", "rows": 1}
    assert found_codes(tmp_path, entry) == ["RAW-014"]
    assert read_forms(tmp_path, entry | {"encoding": "cp1254"})["ae"]["TERM"].tolist() == ["Türkçe"]


@pytest.fixture
def two_members(tmp_path: Path) -> Path:
    join_members(tmp_path, "AE", "CM")
    return tmp_path


def join_members(folder: Path, *names: str) -> None:
    """Write all.xpt: the library header, then the data sets of all names."""
    contents = []
    for name in names:
        path = folder / "part"
        frame = pd.DataFrame({name: ["x"] * 2})
        pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name=name)
        contents.append(path.read_bytes())
        path.unlink()
    (folder / "all.xpt").write_bytes(contents[0] + b"".join(content[240:] for content in contents[1:]))


def test_each_data_set_of_an_xpt_file_is_a_form(two_members: Path) -> None:
    ae: dict[str, object] = {"form": "ae", "file": "all.xpt", "dataset": "AE", "rows": 2}
    forms = read_forms(two_members, ae, ae | {"form": "cm", "dataset": "CM"})
    assert list(forms["ae"]) == ["AE"]
    assert list(forms["cm"]) == ["CM"]


def test_a_data_set_that_is_not_listed_or_not_there_is_an_error(two_members: Path) -> None:
    entry: dict[str, object] = {"form": "ae", "file": "all.xpt", "rows": 2}
    assert found_codes(two_members, entry | {"dataset": "AE"}) == ["RAW-016"]
    assert found_codes(two_members, entry | {"dataset": "DM"}) == ["RAW-015", "RAW-016", "RAW-016"]
    assert found_codes(two_members, entry) == ["RAW-015", "RAW-016", "RAW-016"]


def test_two_data_sets_of_one_name_are_refused(tmp_path: Path) -> None:
    join_members(tmp_path, "AE", "AE")
    assert found_codes(tmp_path, {"file": "all.xpt", "dataset": "AE", "rows": 2}) == ["RAW-014"]


def test_version_8_transport_is_read_with_a_warning(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A_LONG_NAME": ["x"], "DAY": [19725.0]})
    pyreadstat.write_xport(frame, str(tmp_path / "ae.xpt"), file_format_version=8, variable_format={"DAY": "DATE9."})
    extract, findings = read_extract(write_manifest(tmp_path, [{"file": "ae.xpt", "rows": 1}]))
    assert [(finding.code, finding.severity) for finding in findings] == [("RAW-017", "warning")]
    assert extract is not None
    assert extract.forms["ae"].to_dict("list") == {"A_LONG_NAME": ["x"], "DAY": ["2014-01-02"]}


def test_sas7bdat_is_read_with_its_special_missings(tmp_path: Path) -> None:
    shutil.copy(LABS, tmp_path)
    assert read_forms(tmp_path, {"file": "labs.sas7bdat", "rows": 4})["labs"].to_dict("list") == {
        "USUBJID": ["S-001", "S-002", "", "S-004"],
        "LBSTRESN": ["31.5", ".A", "140", "._"],
        "LBDT": ["2020-03-26", "2020-03-27", "", "2020-03-29"],
    }


@pytest.mark.parametrize("name", ["ae.xpt", "ae.sas7bdat"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A,B\n1,2\n")
    assert found_codes(tmp_path, {"file": name, "rows": 1}) == ["RAW-014"]
