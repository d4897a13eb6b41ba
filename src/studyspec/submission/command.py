"""The command `studyspec package`: what a regulator receives, made of the current build."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from studyspec.options import Unusable, study_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from studyspec.findings import Finding
    from studyspec.submission.release import Released

GIGABYTE = 1_000_000_000


@click.command()
@study_option
@click.option("--build", type=click.Path(file_okay=False, path_type=Path), help="The build's folder (default: build).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The package (default: m5 in the build).")
@click.option(
    "--split-over",
    default=5.0,
    type=click.FloatRange(0, min_open=True),
    help="Largest transport file, in GB (default: 5).",
)
@click.option("--verify", is_flag=True, help="Check the package that is there; write nothing.")
def package(root: Path, build: Path | None, out: Path | None, split_over: float, verify: bool) -> None:
    """Write the submission package of the built study, and check it.

    Below build/m5: SDTM and ADaM as XPT and Dataset-JSON, both define.xml files with stylesheet, documents, and
    programs as text. Files in the study's folders documents/sdtm and documents/adam go with them. Beside it,
    m5-manifest.json has size and SHA-256 of every file. A transport file over the limit comes in parts, too.

    A package with errors is written, to be looked at, but it is not complete.

    \b
    Exit status: 0 complete, 1 not complete, 2 there is no current build.

    \b
    Example:
      studyspec build
      studyspec package
      studyspec package --verify
    """
    from studyspec.submission.release import PackageError, release_package

    build = build or root / "build"
    target = out or build / "m5"
    if verify:
        sys.exit(_verify(target, build))
    try:
        released = release_package(root, build, target, largest=int(split_over * GIGABYTE))
    except PackageError as error:
        raise Unusable(str(error)) from error
    _print(released.findings)
    for line in _summary(released, target):
        click.echo(line)
    sys.exit(int(bool(released.faults)))


def _verify(package: Path, build: Path) -> int:
    """Print what is wrong with a package that is there; the exit status."""
    from studyspec.findings import has_errors
    from studyspec.findings_report import count_findings
    from studyspec.submission.verify import verify_package

    findings = verify_package(package, build)
    _print(findings)
    failed = has_errors(findings)
    click.echo(f"{package}: {'not accepted' if failed else 'accepted'}; {count_findings(findings)}")
    return int(failed)


def _print(findings: Iterable[Finding]) -> None:
    from studyspec.findings_report import findings_lines

    for line in findings_lines(findings):
        click.echo(line)


def _summary(released: Released, package: Path) -> Iterator[str]:
    """What the package has, what conformance found, and whether the package is complete."""
    from studyspec.checks.report import counted, issue_lines
    from studyspec.submission.manifest import manifest_path

    if released.packaged.conformance.open_errors:
        yield from issue_lines(released.packaged.conformance)
    suffixes = Counter(PurePosixPath(name).suffix for name in released.files)
    size = sum(entry.size for entry in released.files.values())
    yield f"files        {len(released.files)}, {size / 1e6:.1f} MB: " + ", ".join(
        f"{count} {suffix[1:]}" for suffix, count in sorted(suffixes.items())
    )
    for part in released.packaged.parts:
        yield f"split        {part.dataset}: {part.name.lower()}.xpt has records {part.first} to {part.last}"
    yield f"conformance  {counted(released.packaged.conformance)}"
    yield f"package      {package}; {manifest_path(package).name} has size and SHA-256 of each file"
    if released.faults:
        yield f"NOT COMPLETE {len(released.faults)} to correct or explain:"
        yield from (f"  {fault}" for fault in released.faults)
    else:
        yield "complete"
