"""IQ, OQ, PQ and the report: what passes, what fails, and that nothing is left out."""

import base64
import csv
import hashlib
import shutil
import subprocess
from dataclasses import replace
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from qc.small_study import ARD, FRAME, write_study
from study.reference import ROOT
from studyspec.documents.content import Section, Table
from studyspec.qc.agreement import compare_output
from studyspec.qc.mutation_check import Trial
from studyspec.qc.mutation_report import read_trials, write_trials
from studyspec.qc.outcome import Outcome
from studyspec.qc.study_files import fingerprint, study_files
from studyspec.qc.validation.checks import Check, Qualification, read_qualification, write_qualification
from studyspec.qc.validation.installation import changed_files, check_installation
from studyspec.qc.validation.operation import check_requirements, covers, read_junit, read_requirements
from studyspec.qc.validation.render import report_pdf, write_report
from studyspec.qc.validation.report import Report
from studyspec.qc.validation.tracker import compare_summary, read_findings, read_risks, tracker_rows

PAGE = """| ID | requirement | risk | tests |
|---|---|---|---|
| REQ-01 | It adds. | high | `tests/test_a.py`, `tests/test_b.py::test_sum` |
| REQ-02 | It sings. | low | |
"""
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_one[a.b]"/>
<testcase classname="tests.test_a" name="test_two">{two}</testcase>
<testcase classname="tests.test_b" name="test_sum"/>
</testsuite></testsuites>"""


# Installation


def results(lock: str, folder: Path) -> dict[str, str]:
    (folder / "requirements.lock").write_text(lock, encoding="utf-8")
    return {check.item: check.result for check in check_installation(folder / "requirements.lock")}


def test_version_other_than_the_lock_s_fails(tmp_path: Path) -> None:
    assert results("click==0.0.1 \\\n    --hash=sha256:00\n", tmp_path)["click"] == "FAIL"


def test_package_that_is_not_installed_fails_unless_it_is_for_other_systems(tmp_path: Path) -> None:
    found = results("nothere-a==1.0\nnothere-b==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n", tmp_path)
    assert (found["nothere-a"], found["nothere-b"]) == ("FAIL", "PASS")


def test_every_pin_of_the_lock_is_checked() -> None:
    pins = [
        line.split("==")[0] for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if "==" in line
    ]
    assert [check.item for check in check_installation(ROOT / "requirements.lock")] == ["Python", "studyspec", *pins]


@pytest.fixture
def installed(tmp_path: Path) -> Distribution:
    about = tmp_path / "tool-1.0.dist-info"
    about.mkdir()
    content = b"print(1)\n"
    (tmp_path / "tool.py").write_bytes(content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    (about / "METADATA").write_text("Name: tool\nVersion: 1.0\n", encoding="utf-8")
    (about / "RECORD").write_text(f"tool.py,sha256={digest},9\ntool-1.0.dist-info/RECORD,,\n", encoding="utf-8")
    return Distribution.at(about)


def test_changed_and_missing_files_of_a_package_are_found(installed: Distribution, tmp_path: Path) -> None:
    assert list(changed_files(installed)) == []
    (tmp_path / "tool.py").write_bytes(b"print(2)\n")
    assert list(changed_files(installed)) == ["tool.py"]
    (tmp_path / "tool.py").unlink()
    assert list(changed_files(installed)) == ["tool.py"]


# Operation


def requirement_results(folder: Path, two: str = "") -> list[tuple[str, str]]:
    (folder / "requirements.md").write_text(PAGE, encoding="utf-8")
    (folder / "junit.xml").write_text(JUNIT.format(two=two), encoding="utf-8")
    checks = check_requirements(read_requirements(folder / "requirements.md"), read_junit(folder / "junit.xml"))
    return [(check.result, check.found) for check in checks]


def test_requirement_passes_when_all_its_tests_pass_and_fails_without_tests(tmp_path: Path) -> None:
    assert requirement_results(tmp_path) == [
        ("PASS", "3 tests, 0 failed, 0 skipped"),
        ("FAIL", "0 tests, 0 failed, 0 skipped; without result: no test named"),
    ]


@pytest.mark.parametrize(
    ("two", "result"), [("<failure/>", "FAIL"), ("<error/>", "FAIL"), ("<skipped/>", "NOTE"), ("<system-out/>", "PASS")]
)
def test_outcome_of_a_test_is_that_of_its_requirement(tmp_path: Path, two: str, result: str) -> None:
    assert requirement_results(tmp_path, two)[0][0] == result


def test_requirement_whose_test_did_not_run_fails(tmp_path: Path) -> None:
    (tmp_path / "requirements.md").write_text(PAGE, encoding="utf-8")
    (first, _) = check_requirements(
        read_requirements(tmp_path / "requirements.md"), {"tests/test_a.py::test_one": "passed"}
    )
    assert (first.result, first.found) == (
        "FAIL",
        "1 tests, 0 failed, 0 skipped; without result: tests/test_b.py::test_sum",
    )


def test_name_of_a_test_covers_its_cases_and_not_its_neighbours() -> None:
    assert covers("tests/qc/", "tests/qc/test_a.py::test_b")
    assert covers("tests/qc/test_a.py::test_b", "tests/qc/test_a.py::test_b[1]")
    assert not covers("tests/qc", "tests/qc_more/test_a.py::test_b")


def test_every_requirement_of_the_project_names_tests_that_exist() -> None:
    requirements = read_requirements(ROOT / "docs" / "requirements.md")
    lines = (ROOT / "docs" / "requirements.md").read_text("utf-8").splitlines()
    assert len(requirements) == sum(line.startswith("| REQ-") for line in lines)
    assert len({item.id for item in requirements}) == len(requirements) >= 20
    assert {item.risk for item in requirements} <= {"high", "medium", "low"}
    for item in requirements:
        assert item.tests
        for test in item.tests:
            path, _, function = test.partition("::")
            assert (ROOT / path).exists(), test
            assert not function or f"def {function}(" in (ROOT / path).read_text("utf-8"), test


def test_every_test_file_of_the_project_belongs_to_a_requirement() -> None:
    named = [
        test.partition("::")[0] for item in read_requirements(ROOT / "docs" / "requirements.md") for test in item.tests
    ]
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    assert [file for file in files if not any(file == name or file.startswith(f"{name}/") for name in named)] == []


# Keeping results


def test_qualification_is_kept_as_it_was(tmp_path: Path) -> None:
    found = Qualification("iq", "abc", (Check("a", "1", "1", "PASS"), Check("b", "1", "2", "NOTE")))
    write_qualification(found, tmp_path)
    assert read_qualification("iq", tmp_path) == found
    assert read_qualification("oq", tmp_path) is None
    assert (found.passed, found.summary) == (True, "2 checks: 1 note, 1 pass")
    assert not Qualification("iq", "", ()).passed


def test_trials_are_kept_as_they_were(tmp_path: Path) -> None:
    trials = [Trial("MUT-01", "x <&>", ("specs/adam.xlsx a!b!c",), "CAUGHT", ("AE",), ("AE: 1 value",))]
    write_trials(trials, tmp_path, "abc")
    assert read_trials(tmp_path) == (trials, "abc")
    page = (tmp_path / "mutations.html").read_text(encoding="utf-8")
    assert "x &lt;&amp;&gt;" in page
    assert "1 of\n1 planted errors were caught" in page.replace("\r", "")


@pytest.mark.parametrize("content", ["not JSON", "{}", '{"basis": "", "checks": [{"x": 1}], "mutations": [{"x": 1}]}'])
def test_results_of_another_version_count_as_not_run(tmp_path: Path, content: str) -> None:
    for name in ("iq.json", "mutations.json"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_qualification("iq", tmp_path) is None
    assert read_trials(tmp_path) == ([], "")


def test_fingerprint_changes_with_any_file_of_the_study(tmp_path: Path) -> None:
    write_study(tmp_path)
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    assert "qc/sdtm/qc_dm.sql" in study_files(tmp_path)
    (tmp_path / "qc" / "sdtm" / "qc_dm.sql").write_text("SELECT 1;", encoding="utf-8")
    assert fingerprint(tmp_path) != before


# Tracker and report


def write_rows(path: Path, *rows: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_tracker_names_programs_result_and_findings_of_each_output(tmp_path: Path) -> None:
    write_rows(tmp_path / "qc" / "tracker.csv", ("Output", "Risk", "Reason"), ("DM", "high", "populations"))
    write_rows(
        tmp_path / "qc" / "findings.csv",
        ("ID", "Outputs", "Finding", "State", "Resolution"),
        ("F1", "DM AE", "unclear", "open", ""),
        ("F2", "DM", "wrong", "closed", "corrected"),
    )
    (tmp_path / "sdtm").mkdir()
    (tmp_path / "sdtm" / "dm.py").touch()
    outcome = compare_output(Outcome("DM", "sdtm", "EXACT", 2, "qc/sdtm/qc_dm.sql"), FRAME, FRAME, ["USUBJID"])
    first, second = tracker_rows(tmp_path, [outcome, Outcome("T-1", "tlf", "NO PROGRAM")], "2022-03-15")
    assert first.__dict__ == {
        "output": "DM",
        "risk": "high",
        "production": "specs/sdtm.xlsx, sdtm/dm.py",
        "program": "qc/sdtm/qc_dm.sql",
        "method": "double programming, EXACT",
        "result": "EXACT",
        "date": "2022-03-15",
        "open_findings": "F1",
        "resolution": "F2 closed",
    }
    assert (second.risk, second.program, second.result) == ("not assessed", "none", "NO PROGRAM")


def test_summary_of_a_comparison_counts_as_proc_compare() -> None:
    wrong = FRAME.assign(AGE=[60.0, 70.5])[:2]
    outcome = compare_output(Outcome("DM", "sdtm", "EXACT"), FRAME, wrong, ["USUBJID"])
    assert outcome.comparison is not None
    assert compare_summary(outcome.comparison) == ["2", "0", "3", "1", "0.5", "4096"]


def test_study_s_tracker_and_findings_name_its_outputs() -> None:
    outputs = {path.stem[3:].upper().replace("_", "-") for path in (ROOT / "qc").rglob("qc_*.sql")}
    risks = read_risks(ROOT)
    assert set(risks) == outputs
    assert {risk for risk, _ in risks.values()} <= {"high", "medium", "low"}
    findings = read_findings(ROOT)
    assert {name for item in findings for name in item.outputs} <= outputs
    assert {item.state for item in findings} <= {"open", "closed"}
    assert [item.id for item in findings if not (item.text and item.resolution)] == []
    assert len({item.id for item in findings}) == len(findings)


REPORT = Report(
    "Validation report, study T <1>",
    "T",
    "2022-03-15",
    "1 deviation(s) stand against using the outputs.",
    ("Output DM & more",),
    (
        Section("Scope", ("Text <b>", Table(("A", "B"), tuple((f"r{n}", "x" * 200) for n in range(80)), (0.3, 0.7)))),
        Section("Sign-off", ("I agree.", Table(("Role", "Name"), (("Lead", ""),), (0.5, 0.5))), new_page=True),
    ),
)


def test_report_is_the_same_bytes_each_time_and_escapes_its_texts(tmp_path: Path) -> None:
    html, pdf = write_report(REPORT, tmp_path / "one")
    again_html, again_pdf = write_report(REPORT, tmp_path / "two")
    assert (html.read_bytes(), pdf.read_bytes()) == (again_html.read_bytes(), again_pdf.read_bytes())
    text = html.read_text(encoding="utf-8")
    assert "Text &lt;b&gt;" in text
    assert all(f"r{n}</td>" in text for n in range(80))
    assert pdf.read_bytes().startswith(b"%PDF")


def test_report_prints_every_row_on_numbered_pages(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    _, pdf = write_report(REPORT, tmp_path)
    command = ["pdftotext", "-layout", str(pdf), "-"]
    pages = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\f")[:-1]
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert [f"r{number}" for number in range(80) if sum(f"r{number} " in page for page in pages) != 1] == []
    assert "Sign-off" in pages[-1]
    assert "r79" not in pages[-1]


def test_report_changes_with_its_content() -> None:
    assert report_pdf(REPORT) != report_pdf(replace(REPORT, conclusion="No deviation."))


def test_results_data_of_a_display_are_compared_as_printed_too() -> None:
    outcome = Outcome("T-1", "tlf", "EXACT")
    columns = ["row", "column", "statistic", "value", "text"]
    found = compare_output(outcome, ARD, ARD[columns], ["row", "column", "statistic"], partial=True)
    assert (found.status, found.sysinfo) == ("EXACT", 0)
