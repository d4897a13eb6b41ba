"""Commands as a user runs them: output in words, exit status 0, 1 or 2."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.study.reference import ROOT

from studyspec.cli import main
from studyspec.findings import Finding
from studyspec.findings_report import findings_digest, findings_html, findings_lines, write_findings
from studyspec.stages import BUILD_STAGES


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help_with_an_example(command: str) -> None:
    text = run(command, "--help").output
    assert f"studyspec {command}" in text
    assert "Example:" in text


def test_check_of_the_reference_study_is_clean() -> None:
    result = run("check", "--study", str(ROOT), "--spec-only")
    assert result.exit_code == 0, result.output
    assert "conformance  not run: only the specs were asked for" in result.output
    assert "0 errors" in result.output.splitlines()[-1]


def test_check_prints_findings_as_json() -> None:
    content = json.loads(run("check", "--study", str(ROOT), "--spec-only", "--json").output)
    assert content["conformance"] is None
    for finding in content["specs"]:
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
    lines = result.output.splitlines()
    assert [line.split("s  ")[1] for line in lines[: len(BUILD_STAGES)]] == list(BUILD_STAGES.values())
    assert re.search(r"^ADAE +\d+ records$", result.output, re.M)
    assert [line.split()[0] for line in lines[-5:]] == ["datasets", "displays", "findings", "written", "time"]
    assert "0 errors" in lines[-3]
    assert f"{tmp_path / 'out' / 'findings.html'}" in lines[-2]
    assert [item["stage"] for item in json.loads(timings.read_text())] == list(BUILD_STAGES)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal, which Windows has not")
def test_build_on_a_terminal_shows_stage_and_time(tmp_path: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "studyspec", "build", "--study", str(tmp_path)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(ROOT / "src")}
    ended = subprocess.run(command, stdout=follower, stderr=follower, env=environment, check=False)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert ended.returncode == 2
    assert "read the specs" in shown
    assert re.search(r"0/7.*\d:\d\d:\d\d", shown)
    assert "STUDY-001" in shown


def test_an_unknown_dataset_is_named(tmp_path: Path) -> None:
    result = run("build", "--study", str(ROOT), "--out", str(tmp_path / "out"), "--only", "AE,XX")
    assert result.exit_code == 1
    assert "XX is neither a dataset nor a display" in result.output


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the reference study that a test may spoil."""
    for name in ("specs", "raw", "sdtm", "adam", "tlf"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize("name", [".", "specs", "raw", "sdtm"])
def test_build_never_writes_over_the_study(study: Path, name: str) -> None:
    before = sorted(study.rglob("*"))
    result = run("build", "--study", str(study), "--out", str(study / name))
    assert result.exit_code == 2
    assert "holds the study itself" in result.output
    assert sorted(study.rglob("*")) == before


def test_build_replaces_no_folder_that_it_has_not_written(tmp_path: Path) -> None:
    program = tmp_path / "adam" / "adsl.sas"
    program.parent.mkdir()
    program.write_text("data adsl;")
    result = run("build", "--study", str(ROOT), "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "holds adam, which no build of studyspec has written" in result.output
    assert program.is_file()


def test_build_into_a_file_is_refused_in_words(tmp_path: Path) -> None:
    place = tmp_path / "taken"
    place.write_text("")
    result = run("build", "--study", str(ROOT), "--out", str(place / "build"))
    assert result.exit_code == 2
    assert f"{place}" in result.output
    assert "cannot be read or written: Not a directory" in result.output


def test_a_failed_build_says_that_the_last_good_one_stays(study: Path) -> None:
    (study / "raw" / "late.csv").write_text("A\n")
    result = run("build", "--study", str(study))
    assert result.exit_code == 1
    assert "raw/late.csv" in result.output
    assert "the last good build stay" in result.output
    assert not (study / "build" / "sdtm").exists()


def test_simulate_never_writes_over_other_data(tmp_path: Path) -> None:
    export = tmp_path / "ae.csv"
    export.write_text("AETERM\nrash\n")
    result = run("simulate", "--subjects", "1", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "no synthetic extract" in result.output
    assert export.read_text() == "AETERM\nrash\n"


def test_functions_keeps_findings_out_of_the_reference(study: Path) -> None:
    (study / "sdtm" / "broken.py").write_text("raise ValueError('half done')\n")
    result = run("functions", "--study", str(study))
    assert result.exit_code == 1
    assert "half done" in result.stderr
    assert result.stdout.startswith("# Functions")


def test_reference_of_finding_codes_is_current() -> None:
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    # In a process of its own: other tests declare rules that are no part of the engine.
    command = [sys.executable, "-X", "utf8", "-m", "studyspec", "rules"]
    ended = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", cwd=ROOT)
    assert ended.stdout == page, "run: studyspec rules > docs/findings.md"


def test_letters_that_the_terminal_lacks_end_no_command() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-c", "from studyspec.cli import main, click; main.callback(); click.echo('Çağrı')"]
    ended = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert ended.stdout.decode("cp1252").strip() == "Ça\\u011fr\\u0131"


def duplicates(count: int) -> list[Finding]:
    return [
        Finding("M1", "warning", f"Event {number} repeats.", "Twice.", "Query the site.", "c!D!A1", "ae", number)
        for number in range(1, count + 1)
    ]


def test_findings_of_a_code_state_once_what_they_share() -> None:
    assert list(findings_lines(duplicates(2))) == [
        "warning M1  (2)  [c!D!A1]",
        "  raw ae record 1: Event 1 repeats.",
        "  raw ae record 2: Event 2 repeats.",
        "    why: Twice.",
        "    do:  Query the site.",
    ]


def test_findings_with_advice_of_their_own_keep_it() -> None:
    found = [Finding("X", "error", f"{name} is unknown.", "", f"Did you mean {name}X?", f"c!D!{name}") for name in "AB"]
    assert list(findings_lines(found)) == [
        "error X  (2)",
        "  c!D!A: A is unknown. Did you mean AX?",
        "  c!D!B: B is unknown. Did you mean BX?",
    ]


def test_a_digest_shows_one_warning_of_a_code_and_counts_the_others() -> None:
    assert list(findings_digest(duplicates(5)))[1:3] == ["  raw ae record 1: Event 1 repeats.", "  ... and 4 more"]


def test_a_digest_says_the_same_fault_of_many_records_once() -> None:
    found = [
        Finding("E", "error", f"{value!r} is no term.", form="ae", record=number)
        for number, value in enumerate(("a", "b", "a", "a"), start=1)
    ]
    assert list(findings_digest(found)) == [
        "error E  (4)",
        "  raw ae record 1 and 2 more: 'a' is no term.",
        "  raw ae record 2: 'b' is no term.",
    ]


def test_a_digest_names_every_cell_of_a_spec_error() -> None:
    found = [Finding("E", "error", "SEXX is no codelist.", cell=f"c!D!A{row}") for row in (1, 2)]
    assert list(findings_digest(found))[1:] == [f"  c!D!A{row}: SEXX is no codelist." for row in (1, 2)]


def test_findings_csv_opens_in_excel_with_its_letters(tmp_path: Path) -> None:
    write_findings([Finding("M1", "note", "'Diarrhée' was read.")], tmp_path, "Findings")
    content = (tmp_path / "findings.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfseverity,code,where,what")
    assert "Diarrhée" in content.decode()


def test_findings_page_lists_every_finding_with_its_markup_escaped() -> None:
    page = findings_html([*duplicates(3), Finding("E", "error", "<b> & co")], "Findings of A<B")
    assert [f"raw ae record {number}" in page for number in (1, 2, 3)] == [True] * 3
    assert "&lt;b&gt; &amp; co" in page
    assert "Findings of A&lt;B" in page
    assert "1 error, 3 warnings, 0 notes" in page


def test_trace_of_the_readme_leads_from_a_flag_to_raw_cells() -> None:
    (command,) = re.findall(
        r"^\.venv/bin/studyspec (trace .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M
    )
    result = run(*command.split(), "--study", str(ROOT))
    assert result.exit_code == 0, result.output
    assert "TRTEMFL = Y" in result.output
    assert "treatment_emergent(" in result.output
    assert "ASTDT = 2021-06-15" in result.output
    assert "TRTEDT = 2021-05-30" in result.output
    assert "TEAE_WINDOW = 30" in result.output
    assert re.search(r"raw/ae\.csv record \d+: STDT = '", result.output)


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
