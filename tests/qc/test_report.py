"""The report says every deviation, and says there is none only when there is none; the commands around it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qc.small_study import sign, write_outputs, write_study
from study.reference import ROOT
from studyspec.qc.mutation_check import Trial, Verdict
from studyspec.qc.mutation_report import write_trials
from studyspec.qc.study_files import fingerprint
from studyspec.qc.validation.checks import Check, Qualification, write_qualification
from studyspec.qc.validation.command import validate
from studyspec.qc.validation.performance import check_performance, findings_by_code
from studyspec.qc.validation.report import STAGES, make_report

PASSED = Check("item", "1", "1", "PASS")
FAILED = Check("item", "1", "2", "FAIL")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small study, built, and qualified without a deviation."""
    write_study(tmp_path)
    write_outputs(tmp_path)
    qualify(tmp_path)
    return tmp_path


def qualify(root: Path, check: Check = PASSED, verdict: Verdict = "CAUGHT") -> None:
    for stage in STAGES:
        write_qualification(Qualification(stage, fingerprint(root), (check,)), root / "build" / "validation")
    write_trials([Trial("MUT-01", "a slip", (), verdict)], root / "build" / "qc", fingerprint(root))


def deviations(root: Path) -> list[str]:
    return list(make_report(root, root / "build").deviations)


def call(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(validate, [arguments[0], "--study", str(root), *arguments[1:]])


def test_qualified_study_has_no_deviation(root: Path) -> None:
    found = make_report(root, root / "build")
    assert found.deviations == ()
    assert found.conclusion == "All outputs agree with their second programs, and no deviation is open."
    assert [section.title for section in found.sections] == [
        "Scope",
        "Environment",
        "Specs, data and programs",
        "Tracker",
        "PROC COMPARE summaries",
        "Log checks",
        "Mutation check",
        "Installation qualification (IQ)",
        "Operational qualification (OQ)",
        "Performance qualification (PQ)",
        "Findings of QC",
        "Deviations",
        "Sign-off",
    ]


def test_output_that_nobody_checks_is_a_deviation(root: Path) -> None:
    (root / "qc" / "adam" / "qc_adsl.sql").unlink()
    qualify(root)
    (found,) = deviations(root)
    assert found.startswith("Output ADSL              2 records  NO PROGRAM")


def test_stages_that_were_not_run_are_deviations(root: Path) -> None:
    for name in ("validation/oq.json", "qc/mutations.json"):
        (root / "build" / name).unlink()
    assert deviations(root) == [
        "Operational qualification (OQ) was not run: studyspec validate oq.",
        "The mutation check was not run: studyspec qc --mutations.",
    ]


def test_stages_of_an_older_state_are_deviations(root: Path) -> None:
    (root / "raw" / "note.txt").write_text("new", encoding="utf-8")
    sign(root)
    found = deviations(root)
    assert len(found) == 4
    assert all("older state of the study" in text for text in found)


def test_failed_checks_and_missed_errors_are_deviations(root: Path) -> None:
    qualify(root, FAILED, "MISSED")
    assert deviations(root) == [
        "Installation qualification (IQ): item: 2",
        "Operational qualification (OQ): item: 2",
        "Performance qualification (PQ): item: 2",
        "Planted error MUT-01  MISSED          a slip",
    ]


def test_open_finding_is_a_deviation_until_it_is_closed(root: Path) -> None:
    rows = "ID,Outputs,Finding,State,Resolution\nF1,DM,unclear,{},asked\n"
    (root / "qc" / "findings.csv").write_text(rows.format("open"), encoding="utf-8")
    qualify(root)
    assert deviations(root) == ["F1 is open: unclear"]
    (root / "qc" / "findings.csv").write_text(rows.format("closed"), encoding="utf-8")
    qualify(root)
    assert deviations(root) == []


def test_findings_of_the_build_are_counted_by_code(root: Path) -> None:
    assert findings_by_code(root / "build") == [("warning", "M02", 1), ("note", "M01", 2)]


def test_report_command_writes_both_files_and_its_status_tells_of_deviations(root: Path) -> None:
    result = call(root, "report")
    assert result.exit_code == 0, result.output
    folder = root / "build" / "validation"
    assert (folder / "validation-report.pdf").read_bytes().startswith(b"%PDF")
    assert "no deviation is open" in (folder / "validation-report.html").read_text(encoding="utf-8")
    (folder / "iq.json").unlink()
    assert call(root, "report").exit_code == 1


def test_stage_commands_keep_their_result(root: Path) -> None:
    lock = root / "requirements.lock"
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:00\n", encoding="utf-8")
    result = call(root, "iq")
    assert result.exit_code == 1
    assert "FAIL  click: expected 0.0.1; found" in result.output
    assert any(text.startswith("Installation qualification (IQ): click") for text in deviations(root))


def test_operation_reads_the_results_of_a_run(root: Path) -> None:
    (root / "docs").mkdir()
    page = "| REQ-01 | It adds. | high | `tests/test_a.py` |\n"
    (root / "docs" / "requirements.md").write_text(page, encoding="utf-8")
    junit = root / "junit.xml"
    junit.write_text('<testsuite><testcase classname="tests.test_a" name="test_one"/></testsuite>', encoding="utf-8")
    result = call(root, "oq", "--junit", str(junit))
    assert (result.exit_code, result.output) == (0, "Operational qualification (OQ): passed, 1 check: 1 pass.\n")


@pytest.mark.parametrize(("stage", "lacking"), [("iq", "requirements.lock"), ("oq", "docs/requirements.md")])
def test_stage_that_cannot_be_run_ends_with_2(root: Path, stage: str, lacking: str) -> None:
    result = call(root, stage)
    assert (result.exit_code, f"There is no {lacking} here" in result.stderr) == (2, True)


@pytest.mark.slow
def test_reference_study_passes_its_performance_qualification(tmp_path: Path) -> None:
    checks = check_performance(ROOT, tmp_path / "build")
    assert [check for check in checks if check.result != "PASS"] == []
    assert {"Build", "Second build", "QC of AE", "QC, all outputs"} <= {check.item for check in checks}
