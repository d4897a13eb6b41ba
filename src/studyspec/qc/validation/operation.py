"""OQ: does the software do what its requirements say? Each requirement is traced to tests, and these are run."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from studyspec.qc.validation.checks import Check, Result

REQUIREMENTS = "docs/requirements.md"
_ROW = re.compile(r"^\| *(REQ-\d+) *\|([^|]*)\|([^|]*)\|(.*)\|\s*$", re.MULTILINE)
_TEST = re.compile(r"`([^`]+)`")


class OperationError(Exception):
    """The tests cannot be run; the message says why and what to do."""


@dataclass(frozen=True)
class Requirement:
    """A requirement, its risk (high, medium, low), and the tests that show it.

    A test is a file or folder (tests/qc/test_runner.py) or one test in it (tests/qc/test_runner.py::test_name).
    """

    id: str
    text: str
    risk: str
    tests: tuple[str, ...]


def read_requirements(path: Path) -> list[Requirement]:
    """The requirements in a page's table: | REQ-01 | text | risk | `test`, `test` |."""
    rows = _ROW.findall(path.read_text(encoding="utf-8"))
    return [
        Requirement(name, text.strip(), risk.strip(), tuple(_TEST.findall(tests))) for name, text, risk, tests in rows
    ]


def run_tests(root: Path, requirements: Sequence[Requirement]) -> dict[str, str]:
    """Run the tests of the requirements, each once.

    Args:
        root: the checkout, with tests/.
        requirements: as read.

    Returns:
        Outcome by test as tests/qc/test_runner.py::test_name[case]: passed, failed or skipped.

    Raises:
        OperationError: pytest is not installed, or did not come to run the tests.
    """
    names = sorted({test for item in requirements for test in item.tests})
    with TemporaryDirectory() as folder:
        report = Path(folder) / "junit.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}"]
        done = subprocess.run([*command, *names], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not report.is_file():
            said = (done.stdout + done.stderr).strip().splitlines()[-3:]
            raise OperationError(f"pytest ended with status {done.returncode}: {' '.join(said)}. Run make test first.")
        return read_junit(report)


def read_junit(path: Path) -> dict[str, str]:
    """Outcome by test of a JUnit XML file that pytest wrote."""
    outcomes = {}
    for case in ElementTree.parse(path).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        module = case.get("classname", "").replace(".", "/") + ".py"
        outcomes[f"{module}::{case.get('name', '')}"] = outcome
    return outcomes


def check_requirements(requirements: Sequence[Requirement], outcomes: Mapping[str, str]) -> list[Check]:
    """One check per requirement: it passes when it has tests, and all of them ran and passed.

    Skipped tests (a program is not on this machine) make a NOTE when the others passed.
    """
    return [_check(item, outcomes) for item in requirements]


def _check(item: Requirement, outcomes: Mapping[str, str]) -> Check:
    found: dict[str, str] = {}
    missing = []
    for test in item.tests:
        matching = {name: outcome for name, outcome in outcomes.items() if covers(test, name)}
        found |= matching
        if not matching:
            missing.append(test)
    failed = [name for name, outcome in sorted(found.items()) if outcome == "failed"]
    skipped = sum(outcome == "skipped" for outcome in found.values())
    told = f"{len(found)} tests, {len(failed)} failed, {skipped} skipped"
    if missing or not item.tests:
        told += f"; without result: {', '.join(missing) or 'no test named'}"
    if failed:
        told += f"; failed: {', '.join(failed[:3])}"
    result: Result = "FAIL" if failed or missing or not item.tests else "NOTE" if skipped else "PASS"
    return Check(f"{item.id} ({item.risk})", item.text, told, result)


def covers(test: str, name: str) -> bool:
    """Whether a test named in the requirements is, or contains, a test that ran.

    Example:
        >>> covers("tests/qc", "tests/qc/test_a.py::test_b[1]")
        True
        >>> covers("tests/qc/test_a.py::test_b", "tests/qc/test_a.py::test_b_more")
        False
    """
    return name == test or any(name.startswith(test.rstrip("/") + mark) for mark in ("/", "::", "["))
