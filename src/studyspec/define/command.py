"""The command `studyspec define`: Define-XML 2.1 of the built study."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from studyspec.options import study_option

if TYPE_CHECKING:
    from studyspec.findings import Finding


@click.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The build's folder (default: build).")
def define(root: Path, out: Path | None) -> None:
    """Write Define-XML 2.1 for the built SDTM and ADaM datasets into the build's folder define.

    Lengths, and what has no data, are those of the transport files. Beside each define.xml are its stylesheet and
    define.html, which opens in any browser.

    \b
    Example:
      studyspec build
      studyspec define
    """
    from studyspec.define.build import built_members, make_define, write_files
    from studyspec.define.write import Links
    from studyspec.findings import has_errors
    from studyspec.qc.production import stale
    from studyspec.raw.manifest import read_manifest
    from studyspec.run import bad_timestamp, created_time
    from studyspec.study import check_study, load_study
    from studyspec.transport.xpt_read import XptError

    study, findings = load_study(root)
    manifest, found = read_manifest(root / "raw")
    findings += found
    if study is None or manifest is None:
        _stop(findings, 2)
    findings += bad_timestamp(study.sdtm, manifest) + check_study(study, None)
    if has_errors(findings):
        _stop((item for item in findings if item.severity == "error"), 1)
    target = out or root / "build"
    created = created_time(study.sdtm, manifest)
    defines = []
    for spec in (study.sdtm, study.adam):
        if spec is None:
            continue
        folder = spec.standard.lower()
        try:
            members = built_members(target / folder)
        except XptError as error:
            _unusable(f"{error} Build the study again.")
        if not members:
            _unusable(f"There is no dataset in {target / folder}. Run studyspec build first.")
        documents = {item.document: f"../../tlf/{item.id.lower()}.pdf" for item in spec.analysis_displays.values()}
        links = Links(f"../../{folder}/", documents)
        tlf = study.tlf if spec is study.adam else None
        defines.append(make_define(spec, members, created=created, tlf=tlf, links=links, registry=study.registry))
    problems = [item for made in defines for item in made.findings]
    if has_errors(problems):
        _stop(problems, 1)
    if reason := stale(root, target):
        click.echo(f"The data are not what today's study gives: {reason}. Run studyspec build, then this again.")
    for made in defines:
        write_files(made, target / "define" / made.standard.lower())
    _print(problems)
    click.echo(f"{len(defines)} defines in {target / 'define'}: define.xml, define.html.")


def _unusable(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)


def _stop(findings: Iterable[Finding], status: int) -> NoReturn:
    """End the command with what was found; nothing has been written."""
    _print(findings)
    sys.exit(status)


def _print(findings: Iterable[Finding]) -> None:
    from studyspec.findings_report import findings_lines

    for line in findings_lines(findings):
        click.echo(line)
