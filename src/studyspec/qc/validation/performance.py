"""PQ: does this study build as it should, here? Specs, build, a second build, and QC."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from studyspec.qc.outcome import summary, write_outcomes
from studyspec.qc.run import about, check_outputs
from studyspec.qc.validation.checks import Check, Result
from studyspec.run import run_build
from studyspec.stages import Stages


def check_performance(root: Path, out: Path) -> list[Check]:
    """Build the study into its output folder, build it again elsewhere, and run QC.

    Args:
        root: the study's folder.
        out: its output folder; replaced by the build, with build/qc.

    Returns:
        Checks of the specs and data (no finding of severity error), of both builds (same bytes), of the ledger (every
        raw record accounted for), and of each output against its second program.
    """
    report = run_build(root, out, _silent())
    errors = sum(finding.severity == "error" for finding in report.findings)
    checks = [_check("Build", "no finding of severity error", f"{errors} errors", report.written and not errors)]
    if not report.written:
        return checks
    checks.append(_second_build(root, out))
    outcomes = check_outputs(root, out)
    write_outcomes(outcomes, out / "qc", about(root, out))
    checks += [
        _check(f"QC of {item.name}", "agrees with its second program", item.line(), item.agrees) for item in outcomes
    ]
    agreed = bool(outcomes) and all(item.agrees for item in outcomes)
    return [*checks, _check("QC, all outputs", "all agree", summary(outcomes), agreed)]


def findings_by_code(out: Path) -> list[tuple[str, str, int]]:
    """Severity, code and number of the findings of a build, errors first."""
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as lines:
        counts = Counter((row["severity"], row["code"]) for row in csv.DictReader(lines))
    order = {"error": 0, "warning": 1, "note": 2}
    return [(*key, counts[key]) for key in sorted(counts, key=lambda item: (order[item[0]], item[1]))]


def _second_build(root: Path, out: Path) -> Check:
    with TemporaryDirectory() as folder:
        again = Path(folder) / "build"
        run_build(root, again, _silent())
        first, second = (_hashes(place) for place in (out, again))
    different = [name for name in sorted({*first, *second}) if first.get(name) != second.get(name)]
    found = f"{len(first)} files, {len(different)} different" + (f": {', '.join(different[:5])}" if different else "")
    return _check("Second build", "the same bytes in every file", found, not different)


def _hashes(out: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    return found


def _check(item: str, expected: str, found: str, holds: bool) -> Check:
    result: Result = "PASS" if holds else "FAIL"
    return Check(item, expected, found, result)


def _silent() -> Stages:
    return Stages(lambda name: None)
