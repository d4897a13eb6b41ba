"""The package of the reference study: complete, accepted by the checker, and its datasets the same in every form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from studyspec.cli import main
from studyspec.compare.read_dataset_json import read_dataset_json

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    assert CliRunner().invoke(main, ["build", "--study", str(ROOT), "--out", str(folder)]).exit_code == 0
    result = package(folder)
    assert result.exit_code == 0, result.output
    assert "\ncomplete\n" in result.output
    return folder


def package(build: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["package", "--study", str(ROOT), "--build", str(build), *options])


def test_checker_accepts_it_without_any_finding(build: Path) -> None:
    result = package(build, "--verify")
    assert result.exit_code == 0, result.output
    assert "accepted; 0 errors, 0 warnings, 0 notes" in result.output


def test_it_has_every_dataset_of_the_build_in_three_forms(build: Path) -> None:
    for standard, place in (("sdtm", "tabulations/sdtm"), ("adam", "analysis/adam/datasets")):
        (folder,) = build.glob(f"m5/datasets/*/{place}")
        for path in (build / standard).glob("*.xpt"):
            assert (folder / path.name).read_bytes() == path.read_bytes()
            frame, _ = pyreadstat.read_xport(path, disable_datetime_conversion=True)
            texts = [name for name in frame if frame[name].dtype != "float64"]
            frame[texts] = frame[texts].fillna("")
            for suffix in (".json", ".ndjson"):
                read = read_dataset_json((folder / path.name).with_suffix(suffix), "M5").frame
                pd.testing.assert_frame_equal(read, frame, check_dtype=False)


def test_second_run_gives_the_same_bytes(build: Path) -> None:
    before = {path: path.read_bytes() for path in build.rglob("*") if path.is_file()}
    assert package(build).exit_code == 0
    assert {path: path.read_bytes() for path in build.rglob("*") if path.is_file()} == before
