"""Conformance of a built study: its transport files, its define.xml files and its specs, as they are on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from studyspec.checks.conformance import (
    CORE_PREFIX,
    DEFINE,
    UNREADABLE,
    Conformance,
    ConformanceFinding,
    check_package,
    explained,
    stale_explanations,
)
from studyspec.checks.core import NOT_ASKED, CoreOutcome
from studyspec.checks.define_metadata import DefinedStandard, DefineError, read_defined
from studyspec.checks.package import Package, Table, read_table
from studyspec.define.check import check_define
from studyspec.define.validate import validate_define
from studyspec.findings import Finding
from studyspec.spec.model import Spec, Standard
from studyspec.study import Study
from studyspec.transport.xpt_read import XptError


def specs_of(study: Study) -> dict[Standard, Spec]:
    """The workbooks of a study by standard."""
    return {spec.standard: spec for spec in (study.sdtm, study.adam) if spec is not None}


def conformance(study: Study, out: Path, core: CoreOutcome | None = None) -> Conformance:
    """Check the datasets and define.xml files in an output folder against the standards and the study's specs.

    Args:
        study: the loaded study.
        out: its output folder, with sdtm/, adam/, manifest.json and, where it was written, define/.
        core: what became of the CDISC CORE engine; None when it was not asked for.

    Returns:
        All findings with their explanations. Without define.xml the rules on it are named in `not_run`.
    """
    specs = specs_of(study)
    problems: list[Finding] = []
    tables = _tables(specs, out, problems)
    defines, checked = _defines(specs, out, problems)
    findings = check_package(Package(tables, specs, defines, define_checked=checked))
    core = core or CoreOutcome(not_run=NOT_ASKED)
    findings = sorted([*findings, *explained(core.findings, specs.values())], key=ConformanceFinding.sort_key)
    skipped = [CORE_PREFIX] if core.not_run else []
    skipped += [] if checked else ["DD-", "TRC-1736"]
    problems += stale_explanations(findings, specs.values(), tuple(skipped))
    not_run = [] if checked else ["define.xml against data: there is no define.xml; run studyspec define."]
    not_run += [core.not_run] if core.not_run else []
    if core.skipped:
        not_run.append(f"CDISC CORE {core.version}: {core.skipped} of its {core.rules} rules did not apply.")
    return Conformance(study.study_id, _created(out), tuple(findings), tuple(problems), tuple(not_run), tables)


def _tables(specs: Mapping[Standard, Spec], out: Path, problems: list[Finding]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for standard, spec in specs.items():
        for path in sorted((out / standard.lower()).glob("*.xpt")):
            try:
                table = read_table(path, standard, spec)
            except XptError as error:
                problems.append(UNREADABLE.finding(str(error), cell=f"{standard.lower()}/{path.name}"))
            else:
                found[table.name] = table
    return found


def _defines(
    specs: Mapping[Standard, Spec], out: Path, problems: list[Finding]
) -> tuple[dict[Standard, DefinedStandard], bool]:
    """The define.xml files by standard, and whether there is any."""
    found: dict[Standard, DefinedStandard] = {}
    present = False
    for standard in specs:
        place = f"define/{standard.lower()}/{DEFINE}"
        if (out / place).is_file():
            present = True
            content = (out / place).read_bytes()
            problems += validate_define(content, place) + check_define(content, place)
            try:
                found[standard] = read_defined(content)
            except DefineError as error:
                problems.append(UNREADABLE.finding(str(error), cell=place))
    return found, present


def _created(out: Path) -> str:
    created: str = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["created"]
    return created
