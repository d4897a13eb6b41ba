"""What a build writes: the same bytes every time, files that other readers agree on, and only what a change touches."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import xport
from openpyxl.worksheet.worksheet import Worksheet
from tests.study.reference import ROOT

from studyspec.run import Report, run_build
from studyspec.stages import Stages
from studyspec.study import Study, load_study
from studyspec.transport.xpt_read import read_xpt

FOLDERS = ("specs", "raw", "sdtm", "adam", "tlf")
# The results and titles of all displays in one file.
ALL_RESULTS = "ard/ars.json"


def run(root: Path, out: Path, **options: object) -> Report:
    return run_build(root, out, Stages(lambda _: None), **options)  # type: ignore[arg-type]


def outputs(folder: Path) -> dict[str, str]:
    """SHA-256 of every output, from the manifest."""
    found: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    return found


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build") / "out"
    report = run(ROOT, folder)
    assert [str(item) for item in report.findings if item.severity == "error"] == []
    assert report.written
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The reference study in a folder of its own, to be changed."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "README.md"))
    return tmp_path


def edit(book: Path, sheet: str, change: Callable[[Worksheet], None]) -> None:
    workbook = openpyxl.load_workbook(book)
    change(workbook[sheet])
    workbook.save(book)


def cell(sheet: Worksheet, header: str, **where: str) -> openpyxl.cell.Cell:
    """The cell below a header in the first row whose other cells are as stated (headers with _ for blank)."""
    headers = {str(item.value): item.column for item in sheet[1] if item.value}
    wanted = {name.replace("_", " "): value for name, value in where.items()}
    for row in sheet.iter_rows(min_row=2):
        if all(str(row[headers[name] - 1].value) == value for name, value in wanted.items()):
            return row[headers[header] - 1]
    raise AssertionError(f"no row with {wanted} in {sheet.title}")


def changed(study: Path, out: Path) -> set[str]:
    """Outputs that differ from those of the unchanged study."""
    folder = study / "build"
    report = run(study, folder)
    assert [str(item) for item in report.findings if item.severity == "error"] == []
    before, after = outputs(out), outputs(folder)
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def displays(*names: str) -> set[str]:
    return {f"tlf/{name}.{kind}" for name in names for kind in ("txt", "rtf", "html", "pdf")}


def results(*names: str) -> set[str]:
    return {f"ard/{name}.{kind}" for name in names for kind in ("csv", "parquet")}


def test_a_second_build_elsewhere_with_seven_partitions_gives_the_same_bytes(out: Path, tmp_path: Path) -> None:
    other = tmp_path / "a" / "longer" / "path"
    run(ROOT, other, partitions=7)
    assert outputs(other) == outputs(out)
    assert len(outputs(out)) > 30


def test_no_output_knows_where_or_by_whom_it_was_made(out: Path) -> None:
    places = [str(ROOT).encode(), str(out).encode(), os.uname().nodename.encode() if hasattr(os, "uname") else b"\0"]
    for path in out.rglob("*.*"):
        content = path.read_bytes()
        assert not [place for place in places if len(place) > 4 and place in content], path.name


def reading(study: Study, *names: str) -> set[str]:
    """The files of the displays that name one of these variables or datasets, and that of all displays."""
    assert study.tlf is not None
    named = re.compile(rf"\b({'|'.join(names)})\b")
    found = [item.file_name for item in study.tlf.displays.values() if named.search(repr(item))]
    return displays(*found) | results(*found) | {ALL_RESULTS}


def test_changing_the_window_changes_emergence_and_what_counts_it_only(copy: Path, out: Path, study: Study) -> None:
    edit(copy / "specs/adam.xlsx", "Parameters", lambda s: setattr(cell(s, "Value", Name="TEAE_WINDOW"), "value", 3))
    found = changed(copy, out)
    counting = reading(study, "TRTEMFL", "TRTEMRS", "RISKEDT", "RISKDURD", "NARRFL", "FUPFL", r"AOCC\w*FL", "ADTTE")
    assert found - counting == {f"adam/{name}.xpt" for name in ("adae", "adsl", "adtte")}
    tables = ("t-14-3-1-1", "t-14-3-1-2", "t-14-3-1-11")
    assert displays(*tables) | results(*tables) <= found & counting


def test_changing_a_synonym_changes_the_variable_it_maps_and_its_copies(copy: Path, out: Path, study: Study) -> None:
    def move(sheet: Worksheet) -> None:
        here, there = (cell(sheet, "Synonyms", ID="OUT", Term=term) for term in ("RECOVERING/RESOLVING", "UNKNOWN"))
        here.value = "; ".join(part for part in str(here.value).split("; ") if part != "Improving")
        there.value = f"{there.value}; Improving"

    edit(copy / "specs/sdtm.xlsx", "Codelists", move)
    found = changed(copy, out)
    assert found - reading(study, "AEOUT", "ADAE.AEOUT") == {"sdtm/ae.xpt", "adam/adae.xpt"}


def test_changing_a_label_changes_its_own_file_only(copy: Path, out: Path) -> None:
    def relabel(sheet: Worksheet) -> None:
        cell(sheet, "Label", Dataset="VS", Variable="VSORRES").value = "Result as Collected"

    edit(copy / "specs/sdtm.xlsx", "Variables", relabel)
    assert changed(copy, out) - {"findings.csv", "findings.html"} == {"sdtm/vs.xpt"}


def test_changing_a_title_changes_its_own_display_only(copy: Path, out: Path) -> None:
    def retitle(sheet: Worksheet) -> None:
        cell(sheet, "Title", Display="T-14-3-1-2").value = "Another Title"

    edit(copy / "specs/tlf.xlsx", "Displays", retitle)
    # A finding tells that the analysis results metadata still have the old title.
    told = {"findings.csv", "findings.html"}
    assert changed(copy, out) - {ALL_RESULTS} == displays("t-14-3-1-2") | told


def test_an_error_leaves_the_last_good_output_in_place(copy: Path) -> None:
    good = run(copy, copy / "build")
    assert good.written
    before = outputs(copy / "build")
    edit(
        copy / "specs/sdtm.xlsx",
        "Codelists",
        lambda s: setattr(cell(s, "Synonyms", ID="OUT", Term="FATAL"), "value", ""),
    )
    report = run(copy, copy / "build")
    assert not report.written
    assert {item.code for item in report.findings if item.severity == "error"} & {"DATA-103", "DATA-210"}
    assert outputs(copy / "build") == before
    for name in before:
        assert (copy / "build" / name).is_file()
    assert "DATA-" in (copy / "build" / "findings.csv").read_text(encoding="utf-8")


def test_only_writes_what_it_is_asked_for(copy: Path) -> None:
    run(copy, copy / "build", only=["AE", "T-14-1-2"])
    names = set(outputs(copy / "build"))
    assert {name for name in names if name.endswith(".xpt")} == {"sdtm/ae.xpt"}
    assert {name for name in names if name.startswith("tlf/")} == displays("t-14-1-2")


def frames() -> list[str]:
    return sorted(path.stem for folder in ("sdtm", "adam") for path in (ROOT / "build" / folder).glob("*.xpt"))


@pytest.fixture(scope="module")
def study() -> Study:
    found, _ = load_study(ROOT)
    assert found is not None
    return found


def test_three_readers_agree_on_every_value_label_format_and_length(out: Path, study: Study) -> None:
    from tests.study.reference import committed

    built = committed().built
    specs = {name: spec for spec in (study.sdtm, study.adam) if spec for name in spec.datasets}
    files = sorted(out.glob("*/*.xpt"))
    assert {path.stem.upper() for path in files} == set(built.datasets)
    for path in files:
        name = path.stem.upper()
        frame = built.datasets[name]
        (member,) = read_xpt(path).members
        spec = specs.get(name)
        variables = {item.name: item for item in spec.variables_of[name]} if spec else {}
        assert [column.name for column in member.columns] == list(frame.columns)
        pd.testing.assert_frame_equal(member.frame, frame, check_exact=True)
        theirs, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        with path.open("rb") as stream:
            rows = list(xport.Reader(stream))
        assert len(theirs) == len(rows) == len(frame)
        for place, column in enumerate(member.columns):
            values = frame[column.name]
            same_text = column.type == "char"
            for ours, second, row in zip(values, theirs[column.name], rows, strict=True):
                assert same(ours, second, same_text)
                assert same(ours, row[place], same_text)
            if column.name in variables:
                variable = variables[column.name]
                assert column.label == meta.column_names_to_labels[column.name] == variable.label
                assert (column.type == "num") == variable.is_numeric
                if variable.format:
                    assert column.format.rstrip(".") == variable.format.upper().rstrip(".")
                    assert meta.original_variable_types[column.name].rstrip(".0") == variable.format.rstrip(".").rstrip(
                        "0"
                    )
            if same_text:
                longest = max([1, *(len(value) for value in values)])
                assert column.length == meta.variable_storage_width[column.name] == longest
            else:
                assert column.length == 8


def same(ours: object, theirs: object, text: bool) -> bool:
    if text:
        return ours == (theirs or "")
    if isinstance(theirs, date):
        theirs = float((theirs - date(1960, 1, 1)) / timedelta(days=1))
    missing = theirs is None or (isinstance(theirs, float) and math.isnan(theirs))
    assert isinstance(ours, float)
    return missing if math.isnan(ours) else ours == theirs
