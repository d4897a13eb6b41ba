"""The command `studyspec sas`: the SAS hand-over of a study, with lengths as built."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from studyspec.options import study_option
from studyspec.transport.sas_text import PLACEHOLDER

if TYPE_CHECKING:
    from studyspec.findings import Finding


@click.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The build's folder (default: build).")
@click.option("--sas-root", default=PLACEHOLDER, help="The build's folder as SAS sees it, for the programs.")
def sas(root: Path, out: Path | None, sas_root: str) -> None:
    """Write SAS programs and formats for the build into its folder sas.

    Lengths are those of the transport files; of data sets that are not built, those of the spec.

    \b
    Example:
      studyspec sas
      studyspec sas --sas-root S:/studies/iona/build
    """  # noqa: D301 (the backslash is click's mark for lines to keep as they are)
    from studyspec.raw.manifest import read_manifest
    from studyspec.run import bad_timestamp, created_time
    from studyspec.study import check_study, load_study
    from studyspec.transport.sas import SasError, write_sas
    from studyspec.transport.sas_datasets import built_datasets, planned_datasets
    from studyspec.transport.xpt_read import XptError

    study, findings = load_study(root)
    manifest, found = read_manifest(root / "raw")
    findings += found
    if study is None or manifest is None:
        _stop(findings, 2)
    findings += bad_timestamp(study.sdtm, manifest)
    errors = [item for item in {*findings, *check_study(study, None)} if item.severity == "error"]
    if errors:
        _stop(errors, 1)
    target = out or root / "build"
    specs = [spec for spec in (study.sdtm, study.adam) if spec is not None]
    try:
        built = built_datasets(specs, target)
        planned = {name: item for name, item in planned_datasets(specs).items() if name not in built}
        created = created_time(study.sdtm, manifest)
        paths = write_sas(specs, built | planned, target / "sas", created=created, root=sas_root)
    except SasError as error:
        _stop(error.findings, 1)
    except XptError as error:
        click.echo(f"{error} Build the study again.", err=True)
        sys.exit(2)
    click.echo(f"{len(paths)} files in {target / 'sas'}. Lengths as built: {', '.join(built) or 'none'}.")
    if planned:
        click.echo(f"Not built, lengths of the spec: {', '.join(planned)}. Run studyspec build, then this again.")
    click.echo("In SAS: change the path in import.sas and run it.")


def _stop(findings: Iterable[Finding], status: int) -> NoReturn:
    """End the command with what was found; nothing has been written."""
    from studyspec.findings_report import findings_lines

    for line in findings_lines(findings):
        click.echo(line)
    sys.exit(status)
