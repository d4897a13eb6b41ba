"""What stops a build: always a finding that names the place, never a traceback; and the last good output stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from tests.build.mini import build, forms, spec
from tests.build.test_partition import RAW, SHEETS
from tests.study.reference import ROOT, committed, study
from tests.study.test_outputs import FOLDERS, cell, edit, outputs, run

from studyspec import outputs as written
from studyspec.build.data import EvaluationError
from studyspec.findings import Finding
from studyspec.raw.manifest import Manifest
from studyspec.raw.read import read_extract
from studyspec.run import build_study, created_time
from studyspec.spec.model import Spec
from studyspec.transport.xpt_read import read_xpt


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The reference study in a folder of its own, to be changed."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "README.md"))
    return tmp_path


def errors(study: Path) -> list[Finding]:
    report = run(study, study / "build")
    assert not report.written
    assert not (study / "build" / "manifest.json").exists()
    assert (study / "build" / "findings.html").is_file()
    return [finding for finding in report.findings if finding.severity == "error"]


def set_cell(book: Path, sheet: str, header: str, value: str, **where: str) -> None:
    edit(book, sheet, lambda found: setattr(cell(found, header, **where), "value", value))


def test_a_study_function_that_fails_stops_the_build_with_its_cell_and_line(copy: Path) -> None:
    path = copy / "sdtm/ex.py"
    text = path.read_text(encoding="utf-8")
    start = text.index("def dose_mg")
    body = text.index('"""', text.index('"""', start) + 3) + 3
    path.write_text(text[:body] + '\n    raise LookupError("no such unit")' + text[body:], encoding="utf-8")
    (finding,) = errors(copy)
    assert finding.code == "BUILD-003"
    assert finding.cell.startswith("specs/sdtm.xlsx!Mapping!")
    assert "dose_mg: LookupError: no such unit (ex.py, line " in finding.what


def test_a_look_up_that_finds_several_records_names_the_cell_and_a_subject() -> None:
    methods = SHEETS["Methods"].replace("ae.GRADE", "dose.DATE")
    with pytest.raises(EvaluationError) as stopped:
        build(spec("SDTM", {**SHEETS, "Methods": methods}), forms(**RAW))
    finding = stopped.value.finding
    assert (finding.code, finding.severity, finding.cell) == ("BUILD-002", "error", "specs/sdtm.xlsx!Methods!F5")
    assert "dose has more than one record for S1-1" in finding.what
    assert finding.action == "Use first(), last() or another aggregate."


@pytest.mark.parametrize("term", ["fièvre", "fe\tver", "fever\u00a0"])
def test_a_character_that_xpt_cannot_hold_is_found_with_its_record(term: str) -> None:
    raw = {**RAW, "ae": RAW["ae"].replace("fever", term)}
    (finding,) = [item for item in build(spec("SDTM", SHEETS), forms(**raw)).findings if item.code == "DATA-216"]
    assert (finding.severity, finding.form, finding.record, finding.dataset) == ("error", "ae", 1, "AE")
    assert repr(term) in finding.what


@pytest.mark.parametrize(
    ("age", "count"), [("1e75", 0), ("1e76", 1), ("-1e76", 1), ("1e-70", 0), ("1e-80", 1), ("0", 0)]
)
def test_a_number_that_xpt_cannot_hold_is_found_with_its_record(age: str, count: int) -> None:
    variables = SHEETS["Variables"].replace(
        "| AGE      | Age                        | integer", "| AGE | Age | float  "
    )
    raw = {**RAW, "enrol": RAW["enrol"].replace("71", age)}
    found = build(spec("SDTM", {**SHEETS, "Variables": variables}), forms(**raw)).findings
    assert [item.record for item in found if item.code == "DATA-217"] == [1] * count


def test_what_only_the_writer_notices_is_a_finding_too(tmp_path: Path) -> None:
    """A format that SAS cannot have: written as far as possible, and said."""
    variables = SHEETS["Variables"].replace("Order |", "Format | Order |").replace("\n    ", "\n     | ")
    variables = variables.replace(" | 4     | DM      | AGE", "NOT A FORMAT | 4     | DM      | AGE")
    study = spec("SDTM", {**SHEETS, "Variables": variables.replace(" | Format |", "    Format |")})
    built = build(study, forms(**RAW))
    found = written.write_datasets(built, [study], tmp_path, datetime(2024, 5, 1), [])
    assert {(item.code, item.dataset) for item in found} == {("BUILD-004", "DM")}
    assert sorted(path.name for path in (tmp_path / "sdtm").iterdir()) == ["ae.xpt", "suppae.xpt"]


@pytest.mark.parametrize("setting", ["spec", "data"])
def test_a_dataset_without_records_is_written_with_the_widths_of_the_spec(setting: str, tmp_path: Path) -> None:
    parameters = f"Name | Value | Description\nXPT_LENGTH | {setting} | x"
    study = spec("SDTM", {**SHEETS, "Parameters": parameters})
    built = build(study, forms(**{**RAW, "ae": "STUDY,SUBJ,TERM,SER,START,GRADE,REL,ENTRYDT"}))
    assert written.write_datasets(built, [study], tmp_path, datetime(2024, 5, 1), []) == []
    (ae,) = read_xpt(tmp_path / "sdtm" / "ae.xpt").members
    lengths = {column.name: column.length for column in ae.columns}
    assert (len(ae.frame), lengths["AETERM"], lengths["AESEQ"]) == (0, 40, 8)
    assert len(read_xpt(tmp_path / "sdtm" / "suppae.xpt").members[0].frame) == 0


def test_a_variable_that_is_missing_throughout_is_written(tmp_path: Path) -> None:
    built = build(spec("SDTM", SHEETS), forms(**{**RAW, "enrol": "STUDY,SUBJ,AGE\nS1,S1-1,\nS1,S1-2,"}))
    assert written.write_datasets(built, [spec("SDTM", SHEETS)], tmp_path, datetime(2024, 5, 1), []) == []
    assert read_xpt(tmp_path / "sdtm" / "dm.xpt").members[0].frame["AGE"].isna().all()


def with_created(value: str) -> Spec:
    return spec("SDTM", {**SHEETS, "Parameters": f"Name | Value | Description\nCREATED | {value} | x"})


def manifest(extract_date: str = "2022-02-22") -> Manifest:
    return Manifest("S1", extract_date, extract_date, True, {})


def test_the_timestamp_is_the_parameter_then_the_environment_then_the_extract_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = spec("SDTM", SHEETS)
    assert created_time(plain, manifest()) == datetime(2022, 2, 22)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert created_time(plain, manifest()) == datetime(1970, 1, 2)
    assert created_time(with_created("2023-01-02T03:04:05"), manifest()) == datetime(2023, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("value", ["22FEB2022", "1959-12-31", "2060-01-01"])
def test_a_timestamp_that_xpt_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=value):
        created_time(with_created(value), manifest())


def test_a_timestamp_that_is_none_is_a_finding_at_its_cell(copy: Path) -> None:
    set_cell(copy / "specs/sdtm.xlsx", "Parameters", "Value", "yesterday", Name="CREATED")
    (finding,) = errors(copy)
    assert finding.code == "STUDY-005"
    assert finding.cell.startswith("specs/sdtm.xlsx!Parameters!B")


def test_a_broken_epoch_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(ValueError, match="'today' is no date or time"):
        created_time(spec("SDTM", SHEETS), manifest())


def filled(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def listing(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_replaces_all_that_a_build_owns_and_nothing_else(tmp_path: Path) -> None:
    filled(
        tmp_path, sdtm__ae_xpt="old", adam__adae_xpt="old", manifest_json="old", findings_csv="old", notes_txt="mine"
    )
    staging = filled(written.staging_folder(tmp_path), sdtm__dm_xpt="new", manifest_json="new", findings_csv="new")
    written.release(staging)
    assert listing(tmp_path) == {
        "findings.csv": "new",
        "manifest.json": "new",
        "notes.txt": "mine",
        "sdtm/dm.xpt": "new",
    }


def test_a_release_that_is_killed_leaves_the_old_manifest_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, sdtm__ae_xpt="old", manifest_json="old")
    staging = filled(written.staging_folder(tmp_path), sdtm__ae_xpt="new", manifest_json="new")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            written.release(staging)
    assert listing(tmp_path)["manifest.json"] == "old"
    written.release(filled(written.staging_folder(tmp_path), sdtm__ae_xpt="newer", manifest_json="newer"))
    assert listing(tmp_path) == {"manifest.json": "newer", "sdtm/ae.xpt": "newer"}


def test_a_build_killed_before_its_release_leaves_the_last_good_output(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(copy, copy / "build", only=["DM"])
    before = outputs(copy / "build")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(written, "write_manifest", killed)
    with pytest.raises(KeyboardInterrupt):
        run(copy, copy / "build", only=["AE"])
    assert outputs(copy / "build") == before
    assert {path.name for path in (copy / "build" / "sdtm").iterdir()} == {"dm.xpt"}
    monkeypatch.undo()
    run(copy, copy / "build", only=["AE"])
    assert {path.name for path in (copy / "build" / "sdtm").iterdir()} == {"ae.xpt"}
    assert not (copy / "build" / ".staging").exists()


def test_an_open_workbook_does_not_change_the_manifest(copy: Path) -> None:
    (copy / "specs" / "~$sdtm.xlsx").write_bytes(b"lock")
    (copy / "specs" / ".~lock.adam.xlsx#").write_bytes(b"lock")
    run(copy, copy / "build", only=["DM"])
    inputs = json.loads((copy / "build" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert [name for name in inputs if "~" in name] == []


@pytest.mark.parametrize("drop", [("adam.xlsx", "tlf.xlsx"), ("tlf.xlsx",)])
def test_a_study_may_end_with_sdtm_or_with_adam(copy: Path, drop: tuple[str, ...]) -> None:
    for name in drop:
        (copy / "specs" / name).unlink()
    report = run(copy, copy / "build")
    assert report.written
    assert ("ADSL" in report.records) is ("adam.xlsx" not in drop)
    assert report.displays == []


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sample(frac=1, random_state=7).reset_index(drop=True)


Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.mark.parametrize("change", [shuffled, lambda frame: frame.iloc[::-1].reset_index(drop=True)])
def test_the_order_of_raw_records_changes_no_dataset(change: Change) -> None:
    extract, _ = read_extract(ROOT / "raw")
    assert extract is not None
    other = build_study(study(), {name: change(frame) for name, frame in extract.forms.items()})
    for name, frame in committed().built.datasets.items():
        pd.testing.assert_frame_equal(other.datasets[name], frame, obj=name)
