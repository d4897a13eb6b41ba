"""The reference study with one odd verbatim term, built, and its page."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from studyspec.cli import main

ROOT = Path(__file__).resolve().parents[2]
ODD = "<script>document.title='bad'</script> \"dit\" & l'<b>autre</b>"


@dataclass(frozen=True)
class Site:
    """The study's folder and its page; `odd` is what the subject's term is, `record` its raw record."""

    study: Path
    index: Path
    record: int

    @property
    def data(self) -> Path:
        return self.index.parent / "data"


def content(path: Path) -> object:
    """What a script of data hands to the page."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("studyspec.add(")
    return json.loads(text[text.index(",") + 1 : text.rindex(");")])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    study = tmp_path_factory.mktemp("study of 'odd' words & more")
    for name in ("specs", "raw", "sdtm", "adam", "tlf"):
        shutil.copytree(ROOT / name, study / name, ignore=shutil.ignore_patterns("__pycache__", "truth"))
    record = with_odd_term(study / "raw")
    assert CliRunner().invoke(main, ["build", "--study", str(study)]).exit_code == 0
    define = study / "build" / "define" / "sdtm" / "define.html"
    define.parent.mkdir(parents=True)
    define.write_text("<!doctype html><title>Define</title><h1>Define</h1>", encoding="utf-8")
    result = CliRunner().invoke(main, ["report", "--study", str(study)])
    assert result.exit_code == 0, result.output
    return Site(study, study / "build" / "report" / "index.html", record)


def with_odd_term(raw: Path) -> int:
    """Put the odd text into the first event of the extract; gives its record number."""
    path = raw / "ae.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    rows[1][rows[0].index("AETERM")] = ODD
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    manifest = json.loads((raw / "manifest.json").read_text(encoding="utf-8"))
    for item in manifest["files"]:
        if item["file"] == "ae.csv":
            item["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (raw / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return 1
