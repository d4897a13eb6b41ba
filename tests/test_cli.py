"""Commands as a user runs them: output in words, exit status 0, 1 or 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.study.reference import ROOT

from studyspec.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("command", ["build", "check", "trace", "simulate", "functions"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    text = run(command, "--help").output
    assert f"studyspec {command}" in text
    assert "Example:" in text


def test_check_of_the_reference_study_is_clean() -> None:
    result = run("check", "--study", str(ROOT))
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output.splitlines()[-1]


def test_check_prints_findings_as_json() -> None:
    for finding in json.loads(run("check", "--study", str(ROOT), "--json").output):
        assert finding["code"]
        assert finding["where"]
        assert finding["what"]


def test_a_folder_without_specs_is_unusable(tmp_path: Path) -> None:
    for command in ("check", "build"):
        result = run(command, "--study", str(tmp_path))
        assert result.exit_code == 2
        assert "specs/sdtm.xlsx" in result.output


def test_build_says_what_it_did(tmp_path: Path) -> None:
    timings = tmp_path / "timings.json"
    result = run("build", "--study", str(ROOT), "--out", str(tmp_path / "out"), "--timings", str(timings))
    assert result.exit_code == 0, result.output
    assert "ADAE" in result.output
    assert "0 errors" in result.output
    stages = [item["stage"] for item in json.loads(timings.read_text())]
    assert stages == ["specs", "raw", "check", "datasets", "transport", "tables", "manifest"]


def test_an_unknown_dataset_is_named(tmp_path: Path) -> None:
    result = run("build", "--study", str(ROOT), "--out", str(tmp_path / "out"), "--only", "AE,XX")
    assert result.exit_code == 1
    assert "XX is neither a dataset nor a display" in result.output


def test_trace_leads_from_a_flag_to_raw_cells() -> None:
    result = run("trace", "ADAE", "IONASYN01-204-0009", "3", "TRTEMFL", "--study", str(ROOT))
    assert result.exit_code == 0, result.output
    assert "treatment_emergent(" in result.output
    assert "raw/ae.csv record" in result.output
    assert "STDT = " in result.output


def test_trace_of_a_record_lists_its_variables() -> None:
    result = run("trace", "AE", "IONASYN01-204-0009", "1", "--study", str(ROOT))
    assert "made from raw/ae.csv record" in result.output
    assert "AETERM" in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("XX", "IONASYN01-204-0009"), "not a dataset"),
        (("AE", "NOBODY"), "no subject"),
        (("AE", "IONASYN01-204-0009", "99"), "no #99"),
        (("AE", "IONASYN01-204-0009", "1", "AEXX"), "no variable AEXX"),
    ],
)
def test_trace_says_what_it_cannot_find(arguments: tuple[str, ...], complaint: str) -> None:
    result = run("trace", *arguments, "--study", str(ROOT))
    assert result.exit_code == 2
    assert complaint in result.output


def test_simulate_writes_an_extract(tmp_path: Path) -> None:
    result = run("simulate", "--subjects", "5", "--seed", "4", "--out", str(tmp_path / "raw"))
    assert result.exit_code == 0
    assert (tmp_path / "raw" / "manifest.json").is_file()


def test_functions_prints_the_reference_with_the_studys_own() -> None:
    assert "study_day" in run("functions", "--study", str(ROOT)).output
    own = run("functions", "--study", str(ROOT), "--own").output
    assert "cytogenetic_risk" in own
    assert "study_day" not in own
