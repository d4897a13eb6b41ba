"""The command line: each command says what it does, with an example, and ends with a meaningful exit status.

Exit status: 0 clean, 1 findings of severity error (nothing was replaced), 2 unusable input or wrong usage.
"""

from __future__ import annotations

import errno
import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studyspec import __version__
from studyspec.findings import has_errors
from studyspec.findings_report import count_findings, findings_digest, findings_lines
from studyspec.options import Unusable, study_option
from studyspec.stages import BUILD_STAGES, Stages

if TYPE_CHECKING:
    from studyspec.run import Report

STUDY_FOLDERS = ("specs", "raw", "sdtm", "adam", "tlf", "qc")
REPLACED = ("sdtm", "adam", "tlf", "ard", "lineage", "manifest.json")


# Commands that live in their own rooms, imported only when they are called.
ROOM_COMMANDS = {
    "check": "studyspec.checks.command",
    "compare": "studyspec.compare.command",
    "define": "studyspec.define.command",
    "extract": "studyspec.raw.command",
    "guide": "studyspec.submission.guide_command",
    "init": "studyspec.init.command",
    "package": "studyspec.submission.command",
    "qc": "studyspec.qc.command",
    "report": "studyspec.report.command",
    "sas": "studyspec.transport.sas_command",
    "spec": "studyspec.spec_command",
    "validate": "studyspec.qc.validation.command",
}


class _Commands(click.Group):
    """The commands; a file that cannot be read or written is a message, no traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ROOM_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOM_COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(ROOM_COMMANDS[cmd_name]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe has gone; click ends quietly
            raise Unusable(
                f"{error.filename or 'A file'} cannot be read or written: {error.strerror or error}. "
                "Close it if another program has it open; see that its folder exists and that you may write there; "
                "or name another place."
            ) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="studyspec")
def main() -> None:
    """Run an Excel define spec: raw registry export to SDTM, ADaM, XPT and tables.

    \b
    Example:
      studyspec check      what is wrong in the specs, by cell, and in the built study, by record
      studyspec build      datasets, transport files and tables into build/

    Exit status: 0 clean, 1 findings of severity error, 2 unusable input or wrong usage.
    """
    # Specs and tables are many small objects that stay: looking for garbage among them less often saves a tenth.
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A code page that lacks a letter of the data must not end a command.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


@main.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Output folder (default: build).")
@click.option("--only", default="", help="Write only these datasets and displays, separated by commas.")
@click.option("--partitions", default=1, type=click.IntRange(1), help="Subject partitions; the result is the same.")
@click.option("--timings", type=click.Path(dir_okay=False, path_type=Path), help="Write CPU and memory per stage here.")
@click.option("--verbose", is_flag=True, help="List every finding, notes included.")
def build(root: Path, out: Path | None, only: str, partitions: int, timings: Path | None, verbose: bool) -> None:
    """Build datasets, transport files and tables.

    With a finding of severity error no dataset and no table is replaced: the last good output stays. With --only, name
    another output folder to keep the full one.

    \b
    Example:
      studyspec build
      studyspec build --only AE,ADAE,T-14-3-1-1 --out build/trial
    """
    target = out or root / "build"
    _refuse_foreign_output(target, root)
    from studyspec.run import run_build

    started = time.perf_counter()
    names = [name.strip() for name in only.split(",") if name.strip()]
    with _progress() as stages:
        report = run_build(root, target, stages, partitions=partitions, only=names)
    if timings:
        timings.write_text(json.dumps([asdict(item) for item in stages.timings], indent=2) + "\n", encoding="utf-8")
    if verbose:
        _print_lines(findings_lines(report.findings))
    else:
        _print_lines(findings_digest(item for item in report.findings if item.severity != "note"))
    _print_summary(report, target, time.perf_counter() - started)
    sys.exit(2 if not report.usable else int(has_errors(report.findings)))


@main.command()
@click.argument("dataset")
@click.argument("usubjid")
@click.argument("seq", type=int, default=1)
@click.argument("variable", required=False)
@study_option
def trace(dataset: str, usubjid: str, seq: int, variable: str | None, root: Path) -> None:
    """Print the way back from a record, or one of its values, to the raw cells.

    SEQ is the record's number within the subject: AESEQ for AE and ADAE, 1 for DM and ADSL. In datasets without
    subjects (TS, TA, TE) it is the place of the record, and USUBJID is "-". With VARIABLE, every step
    is printed: the rule, its spec cell, and the values it used. Without it, all values of the record are printed, and
    the raw records behind it.

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
        raise Unusable(str(error)) from error


@main.command()
@click.option("--subjects", default=112, type=click.IntRange(1), help="Number of subjects (default: 112).")
@click.option("--seed", default=20220222, help="The same seed gives the same bytes (default: 20220222).")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
def simulate(subjects: int, seed: int, out: Path) -> None:
    """Make a synthetic registry extract of any size, with the truth about it beside it.

    To build from it, put it as raw/ beside a copy of specs/, sdtm/, adam/ and tlf/.

    \b
    Example:
      studyspec simulate --subjects 1120 --seed 7 --out ../other-study/raw
    """
    if _holds_other_data(out):
        raise Unusable(
            f"{out} holds files that are no synthetic extract, and files of the same names would be replaced. "
            "Name an empty folder, or a new one."
        )
    from studyspec.simulate import simulate as run

    run(out, subjects=subjects, seed=seed)
    click.echo(f"{subjects} synthetic subjects in {out} (seed {seed}).")


@main.command()
@study_option
@click.option("--own", is_flag=True, help="Only the study's own functions.")
def functions(root: Path, own: bool) -> None:
    """Print the reference of all functions that a spec may call, as Markdown.

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
    _print_lines(findings_lines(findings), err=True)
    click.echo(functions_markdown(registry), nl=False)
    sys.exit(int(has_errors(findings)))


@main.command()
@click.option("--conformance", is_flag=True, help="The conformance rules of studyspec check instead.")
def rules(conformance: bool) -> None:
    """Print the reference of all finding codes, as Markdown.

    \b
    Example:
      studyspec rules > findings.md
      studyspec rules --conformance > conformance.md
    """
    if conformance:
        from studyspec.checks.reference import conformance_markdown

        click.echo(conformance_markdown(), nl=False)
        return
    from importlib import import_module
    from pkgutil import walk_packages

    import studyspec
    from studyspec.findings import RULES
    from studyspec.findings_report import rules_markdown

    # Each room declares its rules beside the code that detects them; importing the rooms gathers them.
    for module in walk_packages(studyspec.__path__, "studyspec."):
        import_module(module.name)
    click.echo(rules_markdown(RULES.values()), nl=False)


def _refuse_foreign_output(target: Path, root: Path) -> None:
    """Stop before an output folder replaces what no build has written: a study's own folders above all."""
    inputs = {(root / name).resolve() for name in (".", *STUDY_FOLDERS)}
    if target.resolve() in inputs:
        raise Unusable(f"{target} holds the study itself. Name another output folder with --out.")
    foreign = [name for name in REPLACED if (target / name).exists()]
    if foreign and "studyspec" not in _json(target / "manifest.json"):
        raise Unusable(
            f"{target} holds {', '.join(foreign)}, which no build of studyspec has written and this one would replace. "
            "Name another output folder with --out, or empty this one."
        )


def _holds_other_data(folder: Path) -> bool:
    return any(folder.glob("*.csv")) and _json(folder / "manifest.json").get("SYNTHETIC") != "Y"


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; an empty one where there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@contextmanager
def _progress() -> Iterator[Stages]:
    """A bar with the stage and the time on a terminal; elsewhere a line for each stage as it begins."""
    if not sys.stdout.isatty():
        started = time.perf_counter()
        yield Stages(lambda name: click.echo(f"{time.perf_counter() - started:6.1f} s  {BUILD_STAGES[name]}"))
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        BarColumn(len(BUILD_STAGES) * 2),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    order = list(BUILD_STAGES)
    with Progress(*columns, transient=True) as display:
        bar = display.add_task("start", total=len(order))
        yield Stages(lambda name: display.update(bar, description=BUILD_STAGES[name], completed=order.index(name)))


def _print_lines(lines: Iterator[str], err: bool = False) -> None:
    for line in lines:
        click.echo(line, err=err)


def _print_summary(report: Report, target: Path, seconds: float) -> None:
    """Datasets, displays, findings by severity, where everything is, and how long it took."""
    click.echo()
    if report.written:
        width = max(map(len, report.records), default=0)
        for name, count in report.records.items():
            click.echo(f"{name:<{max(width, 8)}}{count:>9} record{'s' * (count != 1)}")
        click.echo(f"datasets  {len(report.records)}, {sum(report.records.values())} records in all")
        click.echo(f"displays  {', '.join(report.displays) or 'none'}")
    click.echo(f"findings  {count_findings(report.findings)}")
    if report.written:
        click.echo(f"written   to {target}; all findings are in {target / 'findings.html'}")
    elif report.usable:
        click.echo("written   no dataset and no table; those of the last good build stay")
        click.echo(f"next      correct the errors, listed above and in {target / 'findings.html'}, and build again")
    else:
        click.echo("written   nothing; what could not be read is listed above")
    click.echo(f"time      {seconds:.1f} s")
