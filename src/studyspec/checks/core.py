"""The CDISC CORE engine, where the user has it: run as a process of its own Python, its report merged.

CORE needs Python 3.12 and dependencies that do not fit ours, and its rules cache comes from CDISC; neither is shipped.
It grades nothing: what it finds has the severity of our rule that cites the CORE rule, or is a warning.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from studyspec.checks import core_runner
from studyspec.checks.conformance import DEFINE, ConformanceFinding
from studyspec.checks.rule import RULES
from studyspec.findings import Severity
from studyspec.spec.model import Spec

NOT_ASKED = "CDISC CORE: not asked for (--core)."
_ACTION = "Correct or explain it; CDISC describes the rule under this id."


@dataclass(frozen=True)
class CoreOutcome:
    """What CORE found, or in `not_run` why it was not run; `skipped` counts rules that it could not apply."""

    findings: tuple[ConformanceFinding, ...] = ()
    rules: int = 0
    skipped: int = 0
    version: str = ""
    not_run: str = ""


def run_core(spec: Spec, out: Path, cache: Path | None, python: str) -> CoreOutcome:
    """Run the engine on the SDTM transport files of an output folder. It has no rules for ADaM that can be used.

    Args:
        spec: the SDTM workbook: standard version and terminology.
        out: the output folder.
        cache: CORE's folder resources/cache; None when CORE was not asked for.
        python: the Python 3.12 in which cdisc-rules-engine is installed.

    Returns:
        The findings; when the engine could not be run, why.
    """
    if cache is None:
        return CoreOutcome(not_run=NOT_ASKED)
    program = shutil.which(python)
    if program is None:
        return CoreOutcome(not_run=f"CDISC CORE: there is no {python}. Name a Python 3.12 with --core-python.")
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        request = Path(folder) / "request.json"
        request.write_text(json.dumps(_request(spec, out, cache, report)), encoding="utf-8")
        command = [program, str(Path(core_runner.__file__)), str(request)]
        # The engine looks for its resources below the working folder.
        ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
        if ended.returncode or not report.is_file():
            said = [line for line in ended.stderr.splitlines() if line.strip()]
            return CoreOutcome(not_run=f"CDISC CORE: it failed: {said[-1] if said else 'no report was written'}")
        try:
            return read_report(json.loads(report.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return CoreOutcome(not_run=f"CDISC CORE: its report cannot be read ({type(error).__name__}: {error}).")


def _request(spec: Spec, out: Path, cache: Path, report: Path) -> dict[str, Any]:
    define = out / "define" / "sdtm" / DEFINE
    names = {
        f"sdtmct-{item.terminology.split()[-1]}"
        for item in spec.codelists.values()
        if item.terminology.startswith("SDTM")
    }
    return {
        "cache": str(cache.resolve()),
        "datasets": [str(path.resolve()) for path in sorted((out / "sdtm").glob("*.xpt"))],
        "standard": "sdtmig",
        "version": spec.attributes.get("StandardVersion", "3.4").replace(".", "-"),
        "terminology": sorted(names),
        "define": str(define.resolve()) if define.is_file() else "",
        "output": str(report),
    }


def read_report(report: Mapping[str, Any]) -> CoreOutcome:
    """The findings in a JSON report of CORE.

    Args:
        report: with Conformance_Details, Issue_Details and Rules_Report.

    Raises:
        KeyError: a part is missing.
    """
    severities = {source: rule.severity for rule in RULES.values() for source in rule.sources}
    statuses = [str(row["status"]).upper() for row in report["Rules_Report"]]
    return CoreOutcome(
        findings=tuple(_finding(row, severities) for row in report["Issue_Details"]),
        rules=len(statuses),
        skipped=sum(status not in ("SUCCESS", "ISSUE REPORTED") for status in statuses),
        version=str(report["Conformance_Details"].get("CORE_Engine_Version", "")),
    )


def _finding(row: Mapping[str, Any], severities: Mapping[str, Severity]) -> ConformanceFinding:
    record = str(row["row"])
    return ConformanceFinding(
        rule=row["core_id"],
        severity=severities.get(row["core_id"], "warning"),
        message=str(row["message"]),
        dataset=Path(str(row["dataset"] or "")).stem.upper(),
        variable=_joined(row["variables"]),
        record=int(record) if record.isdigit() else 0,
        usubjid=str(row["USUBJID"] or ""),
        seq=str(row["SEQ"] or "").removesuffix(".0"),
        value=_joined(row["values"]),
        action=_ACTION,
    )


def _joined(values: Iterable[object] | str | None) -> str:
    parts = [values] if isinstance(values, str) else list(values or ())
    return ", ".join("" if part is None else str(part) for part in parts)
