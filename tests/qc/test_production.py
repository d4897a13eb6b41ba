"""Which build is current, and what is read from it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study.reference import ROOT, committed
from studyspec import __version__, outputs
from studyspec.identity import engine_sha256
from studyspec.qc.production import read_production, stale
from studyspec.raw.manifest import read_manifest
from studyspec.run import created_time


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A study's folder with an output folder and its manifest."""
    for folder in ("specs", "raw", "build/sdtm"):
        (tmp_path / folder).mkdir(parents=True)
    spec = tmp_path / "specs" / "sdtm.xlsx"
    spec.write_bytes(b"spec")
    (tmp_path / "build" / "sdtm" / "dm.xpt").write_bytes(b"data")
    outputs.write_manifest(
        tmp_path / "build", {"studyspec": __version__, "engine_sha256": engine_sha256()}, {"specs/sdtm.xlsx": spec}
    )
    return tmp_path


def test_build_of_today_s_inputs_is_current(root: Path) -> None:
    assert stale(root, root / "build") == ""


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("specs/sdtm.xlsx", "specs/sdtm.xlsx"),
        ("raw/new.csv", "raw/new.csv"),
        ("build/sdtm/dm.xpt", "sdtm/dm.xpt"),
    ],
)
def test_changed_or_new_file_makes_it_stale(root: Path, file: str, name: str) -> None:
    (root / file).write_bytes(b"changed")
    assert stale(root, root / "build") == f"{name} is not as it was"


@pytest.mark.parametrize("file", ["specs/sdtm.xlsx", "build/sdtm/dm.xpt"])
def test_file_that_is_gone_makes_it_stale(root: Path, file: str) -> None:
    (root / file).unlink()
    assert stale(root, root / "build").endswith("is not as it was")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no complete build"),
        ("{}", "there is no complete build"),
        ("not JSON", "there is no complete build"),
        ('{"inputs": {}, "outputs": {}, "studyspec": "0.0", "engine_sha256": ""}', "it was built by studyspec 0.0"),
        (
            f'{{"inputs": {{}}, "outputs": {{}}, "studyspec": "{__version__}", "engine_sha256": "0"}}',
            "studyspec itself has changed since",
        ),
    ],
)
def test_missing_broken_or_older_manifest_makes_it_stale(root: Path, content: str | None, reason: str) -> None:
    manifest = root / "build" / "manifest.json"
    manifest.unlink()
    if content is not None:
        manifest.write_text(content, encoding="utf-8")
    assert stale(root, root / "build") == reason


def test_datasets_come_from_their_files_as_they_were_built(tmp_path: Path) -> None:
    reference = committed()
    manifest, _ = read_manifest(ROOT / "raw")
    assert manifest is not None
    assert reference.study.adam is not None
    specs = [reference.study.sdtm, reference.study.adam]
    created = created_time(reference.study.sdtm, manifest)
    outputs.write_datasets(reference.built, specs, tmp_path, created, ["DM", "SUPPDM", "ADSL"])
    found = read_production(tmp_path)
    assert {layer: sorted(frames) for layer, frames in found.outputs.items()} == {
        "sdtm": ["DM", "SUPPDM"],
        "adam": ["ADSL"],
        "tlf": [],
    }
    for layer, name in (("sdtm", "DM"), ("sdtm", "SUPPDM"), ("adam", "ADSL")):
        pd.testing.assert_frame_equal(found.frame(layer, name), reference.built.datasets[name])
    assert np.isnan(found.frame("adam", "ADSL")["DTHDT"]).any()
