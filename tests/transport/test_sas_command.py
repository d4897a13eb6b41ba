"""The command as a user runs it, on the reference study."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from studyspec.transport.sas_command import sas
from transport.sas_lexer import check

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sas, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A hand-over of a study that is not built yet."""
    out = tmp_path_factory.mktemp("build")
    return out, run("--study", str(ROOT), "--out", str(out), "--sas-root", "S:/iona/build")


def test_all_programs_of_the_reference_study_are_closed(planned: tuple[Path, Result]) -> None:
    out, result = planned
    assert result.exit_code == 0, result.output
    programs = sorted((out / "sas").rglob("*.sas"))
    assert len(programs) > 30
    for program in programs:
        check(program.read_text(encoding="ascii"), out / "sas")


def test_the_path_that_sas_sees_stands_in_import(planned: tuple[Path, Result]) -> None:
    out, _ = planned
    assert "%let ss_here = S:/iona/build;" in (out / "sas" / "import.sas").read_text(encoding="ascii")


def test_a_study_that_is_not_built_is_told_to_build(planned: tuple[Path, Result]) -> None:
    _, result = planned
    assert "Lengths as built: none." in result.output
    assert "Run studyspec build, then this again." in result.output


def test_a_folder_without_a_study_is_unusable(tmp_path: Path) -> None:
    result = run("--study", str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "specs/sdtm.xlsx" in result.output
    assert not (tmp_path / "out").exists()


def test_a_damaged_transport_file_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "sdtm").mkdir()
    (tmp_path / "sdtm" / "dm.xpt").write_bytes(b"no transport file")
    result = run("--study", str(ROOT), "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "Build the study again." in result.output
    assert not (tmp_path / "sas").exists()


def test_a_path_that_sas_cannot_take_is_an_error(tmp_path: Path) -> None:
    result = run("--study", str(ROOT), "--out", str(tmp_path), "--sas-root", "S:/R&D")
    assert result.exit_code == 1
    assert "SAS-006" in result.output
    assert not (tmp_path / "sas").exists()


def test_a_timestamp_that_is_none_is_a_finding(tmp_path: Path) -> None:
    for name in ("specs", "raw", "sdtm", "adam"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    book = openpyxl.load_workbook(tmp_path / "specs" / "sdtm.xlsx")
    (cell,) = [row[1] for row in book["Parameters"].iter_rows(min_row=2) if row[0].value == "CREATED"]
    cell.value = "yesterday"
    book.save(tmp_path / "specs" / "sdtm.xlsx")
    result = run("--study", str(tmp_path))
    assert result.exit_code == 1
    assert "STUDY-005" in result.output
    assert "yesterday" in result.output
