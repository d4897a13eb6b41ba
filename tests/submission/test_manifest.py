"""The command `studyspec package`: it refuses a build that is not current, and replaces only what it has written."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.build.mini import spec
from tests.raw.extracts import write_manifest
from tests.submission.sample_package import ADAM, ADAM_PLACE, RAW, SDTM, SDTM_PLACE

from studyspec.cli import main
from studyspec.outputs import STAGING
from studyspec.spec.write_workbook import write_workbook


def run(root: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["package", "--study", str(root), *options])


def manifest(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / "build" / "m5-manifest.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a folder of workbooks and raw files, built by the command."""
    root = tmp_path_factory.mktemp("study")
    (root / "specs").mkdir()
    write_workbook(spec("SDTM", SDTM), root / "specs" / "sdtm.xlsx")
    write_workbook(spec("ADaM", ADAM), root / "specs" / "adam.xlsx")
    (root / "raw").mkdir()
    entries = []
    for form, text in RAW.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (root / "raw" / f"{form}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        entries.append({"form": form, "file": f"{form}.csv", "rows": len(lines) - 1, "encoding": "utf-8"})
    write_manifest(root / "raw", entries)
    content = json.loads((root / "raw" / "manifest.json").read_text(encoding="utf-8"))
    (root / "raw" / "manifest.json").write_text(json.dumps(content | {"study": "TEST_01"}), encoding="utf-8")
    for name in ("sdtm/acrf.pdf", "sdtm/csdrg.pdf", "adam/adrg.pdf"):
        (root / "documents" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "documents" / name).write_bytes(b"%PDF-1.4")
    result = CliRunner().invoke(main, ["build", "--study", str(root)])
    assert result.exit_code == 0, result.output
    return root


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(built, tmp_path / "study")
    return tmp_path / "study"


def test_package_with_open_conformance_errors_is_written_but_not_complete(study: Path) -> None:
    result = run(study)
    assert result.exit_code == 1
    assert "NOT COMPLETE" in result.output
    assert (study / "build/m5" / SDTM_PLACE / "dm.xpt").is_file()
    assert manifest(study)["complete"] is False
    assert "conformance errors without explanation: " in str(manifest(study)["faults"])
    assert (study / "build/checks/conformance.html").is_file()
    verified = run(study, "--verify")
    assert verified.exit_code == 1
    assert "PKG-034" in verified.output


def test_manifest_has_every_file_with_size_and_checksum_and_the_build(study: Path) -> None:
    run(study)
    package = study / "build" / "m5"
    present = {path.relative_to(package).as_posix(): path for path in package.rglob("*") if path.is_file()}
    expected = {
        name: {"size": len(path.read_bytes()), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for name, path in present.items()
    }
    assert manifest(study)["files"] == expected
    build = hashlib.sha256((study / "build" / "manifest.json").read_bytes()).hexdigest()
    assert manifest(study)["build_manifest_sha256"] == build


def test_second_run_replaces_the_first_with_the_same_bytes(study: Path) -> None:
    run(study)
    first = {path: path.read_bytes() for path in (study / "build").rglob("*") if path.is_file()}
    (study / "build/m5" / SDTM_PLACE / "stray.pdf").write_bytes(b"x")
    run(study)
    assert {path: path.read_bytes() for path in (study / "build").rglob("*") if path.is_file()} == first


def test_changed_spec_is_refused_with_what_to_do(study: Path) -> None:
    with (study / "specs" / "adam.xlsx").open("ab") as file:
        file.write(b" ")
    result = run(study)
    assert result.exit_code == 2
    assert "specs/adam.xlsx is not as it was. Run studyspec build" in result.output
    assert not (study / "build" / "m5").exists()


def test_without_a_build_nothing_is_made(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "there is no complete build. Run studyspec build" in result.output


def test_folder_that_no_package_is_known_to_have_is_not_replaced(study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "datasets"
    other.mkdir(parents=True)
    (other / "mine.txt").write_text("x", encoding="utf-8")
    result = run(study, "--out", str(other.parent))
    assert result.exit_code == 2
    assert "Name another folder with --out" in result.output
    assert (other / "mine.txt").is_file()


def test_packaging_into_the_build_itself_leaves_the_build(study: Path) -> None:
    before = sorted(path.name for path in (study / "build" / "sdtm").iterdir())
    run(study, "--out", str(study / "build"))
    assert sorted(path.name for path in (study / "build" / "sdtm").iterdir()) == before
    assert (study / "build" / ADAM_PLACE / "adsl.xpt").is_file()


def test_damaged_transport_file_leaves_the_package_that_was_there(study: Path) -> None:
    run(study)
    path, content = study / "build/adam/adsl.xpt", (study / "build/manifest.json").read_text(encoding="utf-8")
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes()[:-40])
    (study / "build/manifest.json").write_text(
        content.replace(old, hashlib.sha256(path.read_bytes()).hexdigest()), encoding="utf-8"
    )
    result = run(study)
    assert result.exit_code == 2
    assert (study / "build/m5" / ADAM_PLACE / "adsl.xpt").is_file()
    assert not (study / "build/m5" / STAGING).exists()


def test_document_with_a_name_that_ectd_does_not_allow_is_told(study: Path) -> None:
    (study / "documents/adam/My Notes.pdf").write_bytes(b"x")
    result = run(study)
    assert "'My Notes.pdf' is not allowed." in result.output
    assert "PKG-001" in str(manifest(study)["faults"])


def test_limit_of_the_command_makes_parts(study: Path) -> None:
    result = run(study, "--split-over", "0.000004")
    assert "split        LB: lb1.xpt has records 1 to" in result.output
    assert [part["name"] for part in manifest(study)["split"]] == ["LB1", "LB2"]
    assert (study / "build/m5" / SDTM_PLACE / "split/lb2.xpt").is_file()


def test_limit_that_holds_no_record_is_an_error_without_traceback(study: Path) -> None:
    result = run(study, "--split-over", "0.0000001")
    assert result.exit_code == 2
    assert "hold no record" in result.output
