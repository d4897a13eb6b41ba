"""The command `studyspec check`: what is wrong in the specs, and what a validator would find in the built study."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studyspec.findings import Finding, has_errors
from studyspec.options import study_option

if TYPE_CHECKING:
    from studyspec.checks.conformance import Conformance
    from studyspec.study import Study


@click.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The output folder (default: build).")
@click.option("--spec-only", is_flag=True, help="Check the specs, not the built study.")
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
@click.option(
    "--core",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also run the CDISC CORE engine, with the rules in this cache folder.",
)
@click.option("--core-python", default="python3.12", help="The Python 3.12 in which cdisc-rules-engine is installed.")
def check(root: Path, out: Path | None, spec_only: bool, as_json: bool, core: Path | None, core_python: str) -> None:
    """List what is wrong in the specs, by cell, and what a validator would object to in the built study.

    Expressions are checked against the columns of the raw extract where there is one. The built study is checked when
    build/ holds what today's specs and data give: its datasets, define.xml and specs against SDTMIG, ADaMIG, CDISC
    terminology and the FDA's technical criteria. The report goes to build/checks/conformance.html, .xlsx and .json.

    \b
    Exit status: 0 no error that is not explained, 1 errors, 2 unusable specs.

    \b
    Example:
      studyspec check
      studyspec check --spec-only --json
      studyspec check --core ~/core/resources/cache --core-python ~/core/venv/bin/python
    """
    from studyspec.study import check_study, load_study, read_raw

    study, findings = load_study(root)
    if study is not None:
        extract = None
        if (root / "raw").is_dir():
            study, extract, found = read_raw(study)
            findings += found
        findings += check_study(study, extract.forms if extract else None)
    findings = sorted(set(findings), key=Finding.sort_key)
    target = out or root / "build"
    reason, result = "only the specs were asked for", None
    if not spec_only and study is not None:
        reason, result = _check_build(study, target, core, core_python)
    if as_json:
        _print_json(findings, reason, result)
    else:
        _print(findings, reason, result, target)
    failed = has_errors(findings) or (result is not None and (result.open_errors or has_errors(result.problems)))
    sys.exit(2 if study is None else int(bool(failed)))


def _check_build(study: Study, out: Path, core: Path | None, core_python: str) -> tuple[str, Conformance | None]:
    """Why the built study was not checked, or what was found; the report is written."""
    from studyspec.checks.core import run_core
    from studyspec.checks.report import write_reports
    from studyspec.checks.study import conformance
    from studyspec.qc.production import stale

    reason = stale(study.root, out)
    if reason:
        return f"{reason}; run studyspec build", None
    outcome = run_core(study.sdtm, out, core, core_python)
    result = conformance(study, out, outcome)
    write_reports(result, out)
    return "", result


def _print_json(findings: list[Finding], reason: str, result: Conformance | None) -> None:
    from studyspec.checks.report import report_content

    content = {
        "specs": [{**asdict(item), "where": item.where} for item in findings],
        "conformance": None if result is None else report_content(result),
        "not_run": reason,
    }
    click.echo(json.dumps(content, indent=2))


def _print(findings: list[Finding], reason: str, result: Conformance | None, out: Path) -> None:
    """Findings of the specs, then the issues of the built study, then a line for each of the two."""
    from studyspec.findings_report import count_findings, findings_lines

    for line in findings_lines(findings):
        click.echo(line)
    if result is not None:
        from studyspec.checks.report import FOLDER, counted, issue_lines

        for line in (*findings_lines(result.problems), *issue_lines(result)):
            click.echo(line)
        for skipped in result.not_run:
            click.echo(f"not run      {skipped}")
        click.echo(f"conformance  {counted(result)}")
        click.echo(f"report       {out / FOLDER / 'conformance.html'}")
    else:
        click.echo(f"conformance  not run: {reason}")
    click.echo(f"specs        {count_findings(findings)}")
