"""CDISC CORE beside our own rules: run as a process of its own, its report merged, and "not run" with the reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.study.reference import study

from studyspec.checks.conformance import Conformance
from studyspec.checks.core import read_report, run_core
from studyspec.checks.study import conformance

# As the engine 0.17.1 writes it.
REPORT = {
    "Conformance_Details": {"CORE_Engine_Version": "0.17.1", "Standard": "SDTMIG", "Version": "V3.4"},
    "Dataset_Details": [{"filename": "AE", "label": "Adverse Events", "length": 425}],
    "Issue_Summary": [{"dataset": "AE", "core_id": "CORE-000657", "message": "No end.", "issues": 2}],
    "Issue_Details": [
        {
            "core_id": "CORE-000657",
            "message": "No end.",
            "executability": "fully executable",
            "dataset": "AE",
            "USUBJID": "IONASYN01-102-0002",
            "row": 29,
            "SEQ": 1,
            "variables": ["AEOUT", "AEENDTC"],
            "values": ["NOT RECOVERED/NOT RESOLVED", None],
        },
        {
            "core_id": "CORE-009999",
            "message": "Something about the dataset.",
            "executability": "fully executable",
            "dataset": "dm.xpt",
            "USUBJID": "",
            "row": "",
            "SEQ": "",
            "variables": "",
            "values": "AGE",
        },
    ],
    "Rules_Report": [
        {"core_id": "CORE-000657", "status": "ISSUE REPORTED"},
        {"core_id": "CORE-000001", "status": "SUCCESS"},
        {"core_id": "CORE-000002", "status": "SKIPPED"},
        {"core_id": "CORE-000003", "status": "EXECUTION ERROR"},
    ],
}
FAKE = """#!{python}
import json, sys
request = json.load(open(sys.argv[2]))
assert request["standard"] == "sdtmig" and request["version"] == "3-4", request
assert any(path.endswith("/sdtm/ae.xpt") for path in request["datasets"]), request
assert not any("adae" in path for path in request["datasets"]), request
{body}
"""
needs_posix = pytest.mark.skipif(os.name == "nt", reason="needs a script that can be executed by its first line")


def fake_python(folder: Path, body: str) -> str:
    """A program that stands for the user's Python 3.12."""
    path = folder / "python3.12"
    path.write_text(FAKE.format(python=sys.executable, body=body), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_report_becomes_findings() -> None:
    outcome = read_report(REPORT)
    assert (outcome.rules, outcome.skipped, outcome.version) == (4, 2, "0.17.1")
    first, second = outcome.findings
    assert (first.rule, first.severity, first.dataset, first.record) == ("CORE-000657", "warning", "AE", 29)
    assert (first.usubjid, first.seq) == ("IONASYN01-102-0002", "1")
    assert (first.variable, first.value) == ("AEOUT, AEENDTC", "NOT RECOVERED/NOT RESOLVED, ")
    assert (second.dataset, second.record, second.variable, second.value) == ("DM", 0, "", "AGE")


def test_a_core_finding_has_the_severity_of_our_rule_that_cites_it() -> None:
    issue = {**REPORT["Issue_Details"][0], "core_id": "CORE-000356"}  # type: ignore[index]
    (found,) = read_report({**REPORT, "Issue_Details": [issue]}).findings
    assert found.severity == "error"


@needs_posix
def test_the_engine_is_run_and_its_findings_are_merged_and_explained(out: Path, tmp_path: Path) -> None:
    body = f"json.dump({REPORT!r}, open(request['output'], 'w'))"
    outcome = run_core(study().sdtm, out, tmp_path, fake_python(tmp_path, body))
    assert outcome.not_run == ""
    result = conformance(study(), out, outcome)
    (found,) = [item for item in result.findings if item.rule == "CORE-000657"]
    assert found.explanation == study().sdtm.comments["COM.X.AEOUT"].description
    assert "CDISC CORE 0.17.1: 2 of its 4 rules did not apply." in result.not_run


@needs_posix
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit('The cache has no rules of sdtmig/3-4.')", "it failed: The cache has no rules of sdtmig/3-4."),
        ("pass", "it failed: no report was written"),
        ("open(request['output'], 'w').write('[]')", "its report cannot be read"),
        ("open(request['output'], 'w').write('{')", "its report cannot be read"),
    ],
)
def test_a_run_that_fails_is_told_as_not_run(out: Path, tmp_path: Path, body: str, reason: str) -> None:
    outcome = run_core(study().sdtm, out, tmp_path, fake_python(tmp_path, body))
    assert reason in outcome.not_run
    assert outcome.findings == ()


def test_without_a_cache_or_its_python_core_is_not_run(out: Path, result: Conformance, tmp_path: Path) -> None:
    assert "not asked for" in run_core(study().sdtm, out, None, "python3.12").not_run
    missing = run_core(study().sdtm, out, tmp_path, str(tmp_path / "no-python"))
    assert "there is no" in missing.not_run
    assert result.not_run == ("CDISC CORE: not asked for (--core).",)


CACHE = """
import pickle, sys
from cdisc_rules_engine.models.rule import Rule
rule = {
    "Core": {"Id": "CORE-000657", "Status": "Published", "Version": "1"},
    "Description": "x", "Sensitivity": "Record", "Executability": "Fully Executable", "Rule_Type": "Record Data",
    "Authorities": [{"Organization": "FDA", "Standards": [{"Name": "SDTMIG", "Version": "3.4", "References": []}]}],
    "Scope": {"Classes": {"Include": ["EVENTS"]}, "Domains": {"Include": ["AE"]}},
    "Check": {"all": [
        {"name": "AEOUT", "operator": "equal_to", "value": "NOT RECOVERED/NOT RESOLVED", "value_is_literal": True},
        {"name": "AEENDTC", "operator": "non_empty"}]},
    "Outcome": {"Message": "No end.", "Output_Variables": ["AEOUT", "AEENDTC"]},
}
pickle.dump({"CORE-000657": Rule.from_cdisc_metadata(rule)}, open(sys.argv[1] + "/rules.pkl", "wb"))
pickle.dump({"sdtmig/3-4": ["CORE-000657"]}, open(sys.argv[1] + "/rules_dictionary.pkl", "wb"))
"""


@pytest.mark.skipif(
    "STUDYSPEC_CORE_PYTHON" not in os.environ,
    reason="needs a Python 3.12 with cdisc-rules-engine, named in STUDYSPEC_CORE_PYTHON",
)
def test_the_real_engine_finds_what_our_rule_finds(out: Path, result: Conformance, tmp_path: Path) -> None:
    python = os.environ["STUDYSPEC_CORE_PYTHON"]
    subprocess.run([python, "-c", CACHE, str(tmp_path)], check=True, capture_output=True)
    outcome = run_core(study().sdtm, out, tmp_path, python)
    assert outcome.not_run == ""
    ours = [item.record for item in result.findings if item.rule == "SD-608"]
    assert sorted(item.record for item in outcome.findings) == sorted(ours)
