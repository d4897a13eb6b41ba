"""The reference study, built once for the tests of this folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.study.reference import ROOT, study

from studyspec.checks.conformance import Conformance
from studyspec.checks.study import conformance
from studyspec.define.build import built_members, make_define
from studyspec.run import run_build
from studyspec.stages import Stages


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference study, built, with both define.xml files."""
    folder = tmp_path_factory.mktemp("built") / "out"
    assert run_build(ROOT, folder, Stages(lambda _: None)).written
    for spec in (study().sdtm, study().adam):
        assert spec is not None
        name = spec.standard.lower()
        made = make_define(spec, built_members(folder / name), created=datetime(2022, 3, 15), tlf=study().tlf)
        (folder / "define" / name).mkdir(parents=True)
        (folder / "define" / name / "define.xml").write_bytes(made.content)
    return folder


@pytest.fixture(scope="session")
def result(out: Path) -> Conformance:
    """Its conformance."""
    return conformance(study(), out)
