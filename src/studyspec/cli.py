"""The command line: each command says what it does, with an example, and ends with a meaningful exit status.

Exit status: 0 clean, 1 findings of severity error (nothing was replaced), 2 unusable input or wrong usage.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studyspec import __version__
from studyspec.findings import SEVERITIES, Finding, has_errors
from studyspec.stages import Stages

if TYPE_CHECKING:
    from studyspec.run import Report

SHOWN = 40
_study = click.option(
    "--study",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("."),
    help="The study's folder (default: the current one).",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="studyspec")
def main() -> None:
    """Run an Excel define spec: raw registry export to SDTM, ADaM, XPT and tables.

    \b
    Example:
      studyspec check      what is wrong in the specs, all of it, by cell
      studyspec build      datasets, transport files and tables into build/
    """


@main.command()
@_study
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Output folder (default: build).")
@click.option("--only", default="", help="Datasets and displays to write, separated by commas.")
@click.option("--partitions", default=1, type=click.IntRange(1), help="Subject partitions; the result is the same.")
@click.option("--timings", type=click.Path(dir_okay=False, path_type=Path), help="Write CPU and memory per stage here.")
@click.option("--verbose", is_flag=True, help="List every finding, notes included.")
def build(root: Path, out: Path | None, only: str, partitions: int, timings: Path | None, verbose: bool) -> None:
    """Build datasets, transport files and tables.

    With a finding of severity error nothing is replaced: the last good output stays.

    \b
    Example:
      studyspec build
      studyspec build --only AE,ADAE --out /tmp/trial
    """
    from studyspec.run import run_build

    started = time.perf_counter()
    target = out or root / "build"
    names = [name.strip() for name in only.split(",") if name.strip()]
    with _progress() as stages:
        report = run_build(root, target, stages, partitions=partitions, only=names)
    if timings:
        timings.write_text(json.dumps([asdict(item) for item in stages.timings], indent=2) + "\n", encoding="utf-8")
    _print_findings(report.findings, SEVERITIES if verbose else ("error", "warning"))
    _print_summary(report, target, time.perf_counter() - started)
    sys.exit(2 if not report.usable else int(has_errors(report.findings)))


@main.command()
@_study
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def check(root: Path, as_json: bool) -> None:
    """List everything that is wrong in the specs: workbook!sheet!cell, what, and what to do.

    Expressions are checked against the columns of the raw extract where there is one. No data are processed.

    \b
    Example:
      studyspec check
      studyspec check --study examples/other --json
    """
    from studyspec.study import check_study, load_study, read_raw

    study, findings = load_study(root)
    if study is not None:
        extract = None
        if (root / "raw").is_dir():
            extract, found = read_raw(root)
            findings += found
        findings += check_study(study, extract.forms if extract else None)
    findings = sorted(set(findings), key=Finding.sort_key)
    if as_json:
        click.echo(json.dumps([{**asdict(item), "where": item.where} for item in findings], indent=2))
    else:
        _print_findings(findings, SEVERITIES, limit=None)
        click.echo(_counts(findings))
    sys.exit(2 if study is None else int(has_errors(findings)))


@main.command()
@click.argument("dataset")
@click.argument("usubjid")
@click.argument("seq", type=int, default=1)
@click.argument("variable", required=False)
@_study
def trace(dataset: str, usubjid: str, seq: int, variable: str | None, root: Path) -> None:
    """Print the way back from a record, or one of its values, to the raw cells.

    SEQ is the record's number within the subject (AESEQ; 1 for DM and ADSL). Without VARIABLE every variable of the
    record is listed with its source.

    \b
    Example:
      studyspec trace AE IONASYN01-204-0009 3
      studyspec trace ADAE IONASYN01-204-0009 3 TRTEMFL
    """
    from studyspec.trace import TraceError, trace_record

    try:
        for line in trace_record(root, dataset.upper(), usubjid, seq, variable.upper() if variable else ""):
            click.echo(line)
    except TraceError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


@main.command()
@click.option("--subjects", default=112, type=click.IntRange(1), help="Number of subjects.")
@click.option("--seed", default=20220222, help="The same seed gives the same bytes.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
def simulate(subjects: int, seed: int, out: Path) -> None:
    """Make a synthetic registry extract of any size, with the truth about it beside it.

    \b
    Example:
      studyspec simulate --subjects 112000 --seed 7 --out /tmp/large
    """
    from studyspec.simulate import simulate as run

    run(out, subjects=subjects, seed=seed)
    click.echo(f"{subjects} synthetic subjects in {out} (seed {seed}).")


@main.command()
@_study
@click.option("--own", is_flag=True, help="Only the study's own functions.")
def functions(root: Path, own: bool) -> None:
    """Print the reference of all functions a spec may call, as Markdown.

    \b
    Example:
      studyspec functions > functions.md
    """
    from studyspec.derive.reference import functions_markdown
    from studyspec.derive.registry import ENGINE, Registry
    from studyspec.study import load_functions

    registry, findings = load_functions(root)
    if own:
        registry = Registry({name: registry[name] for name in registry.names() if name not in ENGINE.functions})
    _print_findings(findings, SEVERITIES)
    click.echo(functions_markdown(registry), nl=False)
    sys.exit(int(has_errors(findings)))


@contextmanager
def _progress() -> Iterator[Stages]:
    """A status line on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield Stages(lambda name: click.echo(f"studyspec: {name}"))
        return
    from rich.console import Console

    with Console().status("starting") as status:
        yield Stages(lambda name: status.update(name))


def _print_findings(findings: Sequence[Finding], severities: Sequence[str], limit: int | None = SHOWN) -> None:
    chosen = [finding for finding in sorted(findings, key=Finding.sort_key) if finding.severity in severities]
    for finding in chosen[:limit]:
        click.echo(str(finding))
    if limit is not None and len(chosen) > limit:
        click.echo(f"... and {len(chosen) - limit} more: see findings.html in the output folder.")


def _counts(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}" for severity in SEVERITIES)


def _print_summary(report: Report, target: Path, seconds: float) -> None:
    if report.written:
        click.echo(f"{'dataset':<10}{'records':>9}")
        for name, count in report.records.items():
            click.echo(f"{name:<10}{count:>9}")
        if report.displays:
            click.echo(f"displays: {', '.join(report.displays)}")
    click.echo(f"findings: {_counts(report.findings)}")
    done = f"written to {target}" if report.written else "nothing was replaced; correct the errors and build again"
    click.echo(f"{done} ({seconds:.1f} s)")
