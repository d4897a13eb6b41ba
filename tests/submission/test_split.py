"""Large datasets in parts: the parts, one after the other, are the whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.submission.sample_package import SDTM_PLACE, write_sample

from studyspec.submission.contents import Contents
from studyspec.submission.split import Part, TooSmallError, split_xpt
from studyspec.submission.verify import check_contents, verify_package
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import XptMember, read_xpt
from studyspec.transport.xpt_write import write_xpt
from transport.xpt_samples import CREATED, number, text

WIDTH = 13  # of a record: subject and result
HEAD = 1040  # bytes before the first record


def whole(folder: Path, records: list[int], name: str = "LB") -> tuple[Path, XptMember]:
    """A dataset with so many records of each subject."""
    subjects = [f"S-{place:03}" for place, count in enumerate(records) for _ in range(count)]
    frame = pd.DataFrame({"USUBJID": text(*subjects), "LBSTRESN": number(*map(float, range(len(subjects))))})
    columns = (XptColumn("USUBJID", "char", 5, "Subject"), XptColumn("LBSTRESN", "num", 8, "Result", "8.1"))
    path = folder / f"{name.lower()}.xpt"
    write_xpt(path, frame, XptDataset(name, "Laboratory", columns), created=CREATED)
    return path, read_xpt(path).members[0]


def split(folder: Path, records: list[int], room: int) -> list[Part]:
    path, member = whole(folder, records)
    largest = HEAD + -(-room * WIDTH // 80) * 80  # records fill blocks of 80 bytes
    return split_xpt(path, member, folder / "split", created=CREATED, largest=largest)


def test_file_within_the_limit_has_no_parts_and_no_folder(tmp_path: Path) -> None:
    path, member = whole(tmp_path, [2, 2])
    assert split_xpt(path, member, tmp_path / "split", created=CREATED, largest=path.stat().st_size) == []
    assert not (tmp_path / "split").exists()


def test_part_ends_with_the_last_record_of_a_subject(tmp_path: Path) -> None:
    parts = split(tmp_path, [8, 8, 8, 8], room=18)
    assert parts == [
        Part("LB", "LB1", 1, 16, "S-000", "S-001"),
        Part("LB", "LB2", 17, 32, "S-002", "S-003"),
    ]


def test_subject_of_more_records_than_a_part_holds_is_divided(tmp_path: Path) -> None:
    parts = split(tmp_path, [2, 50, 2], room=20)
    spans = [(part.first, part.last) for part in parts]
    assert spans[0] == (1, 2)
    assert spans[-1][1] == 54
    assert {part.last_subject for part in parts[1:-1]} == {"S-001"}


@settings(max_examples=25)
@given(st.lists(st.integers(1, 30), min_size=3, max_size=12), st.integers(1, 40))
def test_parts_read_by_another_reader_are_the_whole_and_within_the_limit(
    tmp_path_factory: pytest.TempPathFactory, records: list[int], room: int
) -> None:
    folder = tmp_path_factory.mktemp("split")
    parts = split(folder, records, room)
    if not parts:
        return
    paths = [folder / "split" / f"{part.name.lower()}.xpt" for part in parts]
    read = [pyreadstat.read_xport(path) for path in paths]
    everything, about = pyreadstat.read_xport(folder / "lb.xpt")
    pd.testing.assert_frame_equal(pd.concat([frame for frame, _ in read], ignore_index=True), everything)
    assert {tuple(found.column_labels) for _, found in read} == {tuple(about.column_labels)}
    assert [found.table_name for _, found in read] == [part.name for part in parts]
    assert max(path.stat().st_size for path in paths) <= HEAD + room * WIDTH + 79
    assert [part.last - part.first + 1 for part in parts] == [len(frame) for frame, _ in read]


def test_long_name_gives_way_to_the_number_and_no_name_is_used_twice(tmp_path: Path) -> None:
    path, member = whole(tmp_path, [30, 30], "SUPPQSMM")
    largest = path.stat().st_size - 80
    parts = split_xpt(path, member, tmp_path / "split", created=CREATED, taken={"SUPPQSM1"}, largest=largest)
    assert [part.name for part in parts] == ["SUPPQSM2", "SUPPQSM3"]


def test_limit_that_holds_no_record_is_refused(tmp_path: Path) -> None:
    path, member = whole(tmp_path, [3])
    with pytest.raises(TooSmallError, match="LB: 500 bytes hold no record"):
        split_xpt(path, member, tmp_path / "split", created=CREATED, largest=500)


def test_dataset_without_subjects_is_split_between_records(tmp_path: Path) -> None:
    path = tmp_path / "ti.xpt"
    columns = (XptColumn("IETEST", "char", 40),)
    frame = pd.DataFrame({"IETEST": text(*(f"criterion {number}" for number in range(50)))})
    write_xpt(path, frame, XptDataset("TI", "Criteria", columns), created=CREATED)
    member = read_xpt(path).members[0]
    parts = split_xpt(path, member, tmp_path / "split", created=CREATED, largest=path.stat().st_size - 400)
    assert [(part.first_subject, part.last_subject) for part in parts] == [("", "")] * len(parts)
    assert parts[-1].last == 50


LIMIT = 4000  # bytes; of the sample's files only that of LB is larger


def test_package_with_parts_has_the_wholes_too_and_is_accepted(tmp_path: Path) -> None:
    package, packaged = write_sample(tmp_path, largest=LIMIT)
    assert [part.name for part in packaged.parts] == ["LB1", "LB2"]
    assert (package / SDTM_PLACE / "lb.xpt").is_file()
    assert check_contents(Contents(package), packaged.parts, LIMIT) == []
    assert verify_package(package, package.parent) == []


def test_parts_that_are_not_the_whole_are_found(tmp_path: Path) -> None:
    package, packaged = write_sample(tmp_path, largest=LIMIT)
    first, second = (package / SDTM_PLACE / f"split/lb{number}.xpt" for number in (1, 2))
    shutil.copy(second, first)
    found = {(item.code, item.cell) for item in check_contents(Contents(package), packaged.parts, LIMIT)}
    assert ("PKG-025", f"{SDTM_PLACE}/lb.xpt") in found
    second.unlink()
    found = {(item.code, item.cell) for item in check_contents(Contents(package), packaged.parts, LIMIT)}
    assert ("PKG-025", f"{SDTM_PLACE}/split/lb2.xpt") in found


def test_part_over_the_limit_is_found(tmp_path: Path) -> None:
    package, packaged = write_sample(tmp_path, largest=LIMIT)
    shutil.copy(package / SDTM_PLACE / "lb.xpt", package / SDTM_PLACE / "split/lb1.xpt")
    found = {(item.code, item.cell) for item in check_contents(Contents(package), packaged.parts, LIMIT)}
    assert ("PKG-024", f"{SDTM_PLACE}/split/lb1.xpt") in found


def test_missing_numbers_come_back_missing(tmp_path: Path) -> None:
    path, member = whole(tmp_path, [20, 20])
    member.frame.loc[3, "LBSTRESN"] = np.nan
    largest = path.stat().st_size - 80
    parts = split_xpt(path, member, tmp_path / "split", created=CREATED, largest=largest)
    frame, _ = pyreadstat.read_xport(tmp_path / "split" / f"{parts[0].name.lower()}.xpt")
    assert np.flatnonzero(frame["LBSTRESN"].isna()).tolist() == [3]
