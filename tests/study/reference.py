"""The reference study built in memory, and its truth files, for tests."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studyspec.build.partition import Built
from studyspec.raw.read import read_extract
from studyspec.run import build_study
from studyspec.study import Study, load_study

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Reference:
    """A built extract and the truth about it: rows of subjects, events, exposure and findings."""

    study: Study
    built: Built
    truth: dict[str, list[dict[str, str]]]


@cache
def study() -> Study:
    """The reference study's specs and functions; they load without any finding of severity error."""
    found, findings = load_study(ROOT)
    assert found is not None
    assert [str(item) for item in findings if item.severity == "error"] == []
    return found


def reference(raw: Path) -> Reference:
    """Build the extract in this folder with the reference study's specs."""
    extract, findings = read_extract(raw)
    assert extract is not None
    assert findings == []
    truth = {}
    for name in ("subjects", "events", "exposure", "findings"):
        with (raw / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            truth[name] = list(csv.DictReader(lines))
    return Reference(study(), build_study(study(), extract.forms), truth)


@cache
def committed() -> Reference:
    """The committed extract, built once for all tests."""
    return reference(ROOT / "raw")
