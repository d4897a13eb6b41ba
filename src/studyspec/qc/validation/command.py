"""`studyspec validate`: installation, operation and performance qualification, and the validation report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from studyspec.options import study_option
from studyspec.qc.validation.checks import TITLES, Check, Qualification, Stage

_out = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The output folder (default: build)."
)


@click.group()
def validate() -> None:
    """Qualify the installation (iq), the software (oq) and the study (pq), and write the validation report.

    Results go to build/validation. Exit status: 0 passed, 1 failed, 2 cannot be run.

    \b
    Example:
      studyspec validate iq
      studyspec validate oq
      studyspec validate pq
      studyspec qc --mutations
      studyspec validate report
    """


@validate.command()
@study_option
@_out
@click.option(
    "--lock", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Default: requirements.lock."
)
def iq(root: Path, out: Path | None, lock: Path | None) -> None:
    """Installation: versions against the lock, and every installed file against its package's record.

    \b
    Example:
      studyspec validate iq --lock requirements.lock
    """
    from studyspec.qc.validation.installation import LOCK, check_installation

    pinned = lock or root / LOCK
    if not pinned.is_file():
        _refuse("There is no requirements.lock here. Name the lock of the release with --lock.")
    _finish("iq", root, out, lambda target: check_installation(pinned))


@validate.command()
@study_option
@_out
@click.option("--junit", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Results of a test run.")
def oq(root: Path, out: Path | None, junit: Path | None) -> None:
    """Operation: the tests of every requirement in docs/requirements.md; needs a checkout with its test environment.

    \b
    Example:
      studyspec validate oq
      studyspec validate oq --junit results.xml
    """
    from studyspec.qc.validation.operation import (
        REQUIREMENTS,
        OperationError,
        check_requirements,
        read_junit,
        read_requirements,
        run_tests,
    )

    place = root / REQUIREMENTS
    if not place.is_file():
        _refuse(f"There is no {REQUIREMENTS} here. Run this in a checkout, after make test.")
    requirements = read_requirements(place)
    try:
        outcomes = read_junit(junit) if junit else run_tests(root, requirements)
    except OperationError as error:
        _refuse(str(error))
    _finish("oq", root, out, lambda target: check_requirements(requirements, outcomes))


@validate.command()
@study_option
@_out
def pq(root: Path, out: Path | None) -> None:
    """Performance: the study builds without errors, twice to the same bytes, and QC agrees with every output.

    \b
    Example:
      studyspec validate pq
    """
    from studyspec.qc.extract import ExtractError
    from studyspec.qc.validation.performance import check_performance

    try:
        _finish("pq", root, out, lambda target: check_performance(root, target))
    except ExtractError as error:
        _refuse(str(error))


@validate.command()
@study_option
@_out
def report(root: Path, out: Path | None) -> None:
    """Write build/validation/validation-report.html and .pdf; status 1 when it has deviations.

    \b
    Example:
      studyspec validate report
    """
    from studyspec.qc.extract import ExtractError
    from studyspec.qc.run import QcError, make_current
    from studyspec.qc.validation.render import write_report
    from studyspec.qc.validation.report import make_report

    target = out or root / "build"
    try:
        make_current(root, target, click.echo)
        made = make_report(root, target)
    except (QcError, ExtractError) as error:
        _refuse(str(error))
    for path in write_report(made, target / "validation"):
        click.echo(f"written: {path}")
    click.echo(made.conclusion)
    for text in made.deviations:
        click.echo(f"  {text}")
    sys.exit(1 if made.deviations else 0)


def _finish(stage: Stage, root: Path, out: Path | None, run: Callable[[Path], list[Check]]) -> None:
    """Run a stage, print what did not pass, keep its result."""
    from studyspec.qc.study_files import fingerprint
    from studyspec.qc.validation.checks import write_qualification

    target = out or root / "build"
    found = Qualification(stage, fingerprint(root), tuple(run(target)))
    for check in found.checks:
        if check.result != "PASS":
            click.echo(f"{check.result}  {check.item}: expected {check.expected}; found {check.found}")
    click.echo(f"{TITLES[stage]}: {'passed' if found.passed else 'failed'}, {found.summary}.")
    write_qualification(found, target / "validation")
    sys.exit(0 if found.passed else 1)


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
