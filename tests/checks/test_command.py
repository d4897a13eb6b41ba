"""`studyspec check` on a study with and without a build: what it prints, writes and ends with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.study.reference import ROOT

from studyspec.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "--study", str(ROOT), *arguments])


@pytest.fixture
def built(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the built study that may be written to, taken as built by the engine as it is now."""
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    made_by = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))["engine_sha256"]
    monkeypatch.setattr("studyspec.qc.production.engine_sha256", lambda: made_by)
    return copy


def test_the_built_study_is_checked_and_reported(built: Path) -> None:
    ended = run("--out", str(built))
    page = built / "checks" / "conformance.html"
    assert f"report       {page}" in ended.output
    assert page.is_file()
    content = json.loads((built / "checks" / "conformance.json").read_text(encoding="utf-8"))
    open_ = [item for item in content["findings"] if item["severity"] == "error" and not item["explanation"]]
    assert ended.exit_code == (1 if open_ else 0)
    assert "not run      CDISC CORE: not asked for (--core)." in ended.output
    assert "explained: Events not coded" in ended.output


def test_without_a_build_only_the_specs_are_checked(tmp_path: Path) -> None:
    ended = run("--out", str(tmp_path))
    assert ended.exit_code == 0
    assert "conformance  not run: there is no complete build; run studyspec build" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_is_not_current_is_not_checked(built: Path) -> None:
    (built / "sdtm" / "dm.xpt").write_bytes(b"")
    ended = run("--out", str(built))
    assert "conformance  not run: sdtm/dm.xpt is not as it was; run studyspec build" in ended.output
    assert not (built / "checks").exists()


def test_json_has_specs_and_conformance_and_an_open_error_is_exit_status_1(built: Path) -> None:
    path = built / "define" / "sdtm" / "define.xml"
    path.write_text(path.read_text(encoding="utf-8").replace(">Age<", ">Years<"), encoding="utf-8")
    ended = run("--out", str(built), "--json")
    assert ended.exit_code == 1
    content = json.loads(ended.output)
    assert content["not_run"] == ""
    assert {"code", "where", "what"} <= set(content["specs"][0])
    assert ("DD-105", "DM", "AGE") in {
        (item["rule"], item["dataset"], item["variable"]) for item in content["conformance"]["findings"]
    }
