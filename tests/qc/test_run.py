"""The command from end to end: status, files written, exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qc.small_study import ADSL, sign, write_outputs, write_study
from studyspec.qc.command import qc
from studyspec.qc.run import run_qc
from studyspec.run import Report


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small study with its outputs, as a build leaves them."""
    write_study(tmp_path)
    write_outputs(tmp_path)
    return tmp_path


def call(root: Path, *options: str) -> Result:
    return CliRunner().invoke(qc, ["--study", str(root), *options])


def test_agreeing_study_ends_with_0_and_its_listings(root: Path) -> None:
    result = call(root)
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "DM                2 records  EXACT",
            "ADSL              2 records  EXACT",
            "T-1               1 records  EXACT",
            "3 of 3 outputs agree with their second programs.",
        ],
    )
    written = root / "build" / "qc"
    assert sorted(path.name for path in written.iterdir()) == ["adsl.lst", "dm.lst", "qc.json", "t-1.lst"]
    found = json.loads((written / "qc.json").read_text(encoding="utf-8"))
    assert (found["study"], found["agrees"], len(found["programs"])) == ("T", True, 3)


def test_second_run_gives_the_same_bytes(root: Path) -> None:
    call(root)
    before = {path.name: path.read_bytes() for path in (root / "build" / "qc").iterdir()}
    call(root)
    assert {path.name: path.read_bytes() for path in (root / "build" / "qc").iterdir()} == before


def test_removed_program_ends_with_1(root: Path) -> None:
    (root / "qc" / "adam" / "qc_adsl.sql").unlink()
    result = call(root)
    assert result.exit_code == 1
    assert "ADSL              2 records  NO PROGRAM" in result.output


def test_only_named_outputs_are_told(root: Path) -> None:
    result = call(root, "--only", "adsl, T-1")
    assert [line.split()[0] for line in result.output.splitlines()] == ["ADSL", "T-1", "2"]
    assert sorted(path.name for path in (root / "build" / "qc").iterdir()) == ["adsl.lst", "t-1.lst"]


def test_checking_some_outputs_leaves_the_summary_of_all_as_it_was(root: Path) -> None:
    call(root)
    before = (root / "build" / "qc" / "qc.json").read_bytes()
    (root / "qc" / "sdtm" / "qc_dm.sql").unlink()
    assert call(root, "--only", "DM").exit_code == 1
    assert (root / "build" / "qc" / "qc.json").read_bytes() == before
    assert sorted(path.name for path in (root / "build" / "qc").glob("*.lst")) == ["adsl.lst", "t-1.lst"]


def test_unknown_output_ends_with_2(root: Path) -> None:
    result = call(root, "--only", "XX")
    assert (result.exit_code, result.stderr) == (
        2,
        "There is no output XX. Name datasets and displays of the specs.\n",
    )


def test_stale_build_is_built_first_and_stops_where_it_has_errors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "raw" / "demog.csv").write_text("STUDY,SUBJNO,AGE\nT,1,60\nT,2,71\n", encoding="utf-8")
    monkeypatch.setattr("studyspec.run.run_build", lambda *arguments, **options: Report([]))
    result = call(root)
    assert (result.exit_code, result.stdout) == (2, "Building first: raw/demog.csv is not as it was.\n")
    assert "cannot be built" in result.stderr


def test_unreadable_raw_data_end_with_2(root: Path) -> None:
    (root / "raw" / "demog.csv").write_bytes(b"A,B\n1\n")
    sign(root)
    result = call(root)
    assert (result.exit_code, result.stderr) == (2, "raw/demog.csv row 1 has 1 values, the header has 2.\n")


def test_study_without_a_list_of_mutations_ends_with_2(root: Path) -> None:
    result = call(root, "--mutations")
    assert (result.exit_code, "no qc/mutations.csv" in result.stderr) == (2, True)


def test_failing_program_is_a_failure_of_the_run(root: Path) -> None:
    (root / "qc" / "adam" / "qc_adsl.sql").write_text(ADSL.replace("AGE", "AGES"), encoding="utf-8")
    lines: list[str] = []
    assert not run_qc(root, root / "build", lines.append)
    assert lines[1].startswith("ADSL              2 records  FAILED qc/adam/qc_adsl.sql:1: Binder Error")
