"""Extracts for tests: simulated once per seed, read as the data dictionary says, with its word lists."""

from __future__ import annotations

import atexit
import csv
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studyspec.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
DICTIONARY = (ROOT / "docs" / "raw-forms.md").read_text(encoding="utf-8")
DEFAULT_SEED = 20220222

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Extract:
    """A simulated extract: its folder, manifest, forms and truth files."""

    folder: Path
    manifest: dict
    forms: dict[str, Rows]
    truth: dict[str, Rows]


def read(folder: Path) -> Extract:
    """Read an extract with the encodings of its manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    forms = {entry["form"]: _rows(folder / entry["file"], entry["encoding"]) for entry in manifest["files"]}
    names = ("subjects", "events", "exposure", "findings")
    return Extract(folder, manifest, forms, {name: _rows(folder / "truth" / f"{name}.csv", "utf-8") for name in names})


def _rows(path: Path, encoding: str) -> Rows:
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def extract(seed: int = DEFAULT_SEED, subjects: int = 112) -> Extract:
    """Simulate an extract in a folder of its own, once per test run."""
    folder = Path(tempfile.mkdtemp(prefix="simulate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    simulate(folder, subjects=subjects, seed=seed)
    return read(folder)


@cache
def word_lists() -> dict[str, dict[str, str]]:
    """Return list -> value in lower case -> term, from the table of the data dictionary."""
    table = DICTIONARY.split("| list | term | values seen |")[1].split("###")[0]
    lists: dict[str, dict[str, str]] = {}
    name = ""
    for line in table.strip().splitlines():
        if not line.startswith("| ") or line.startswith("|---"):
            continue
        first, term, values = (cell.strip() for cell in line.strip()[1:-1].split("|"))
        name = re.sub(r" \(.*", "", first) or name
        for value in values.split("; blank")[0].split(", "):
            if term != "blank":
                lists.setdefault(name, {})[value.lower()] = term
    return lists
