"""The command `studyspec report`: the page of a study, in which every count opens the records behind it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from studyspec.options import Unusable, study_option


@click.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The build's folder (default: build).")
def report(root: Path, out: Path | None) -> None:
    """Write the page of the built study: build/report/index.html, to be opened in any browser.

    Every count of a display opens its subjects; every subject their records on a time line; every value the raw cells
    it came from with the methods in between. Datasets, raw forms, findings, ledger, define, QC and conformance are
    there, too, as far as they have been made. It needs no server and no network. Links to files of displays lead into
    the build's folder beside it, which gets all displays in one PDF and one workbook.

    \b
    Exit status: 0 written, 1 a count is not borne out by its records, 2 there is no current build.

    \b
    Example:
      studyspec build
      studyspec report
    """
    from studyspec import outputs
    from studyspec.findings_report import findings_lines
    from studyspec.qc.production import stale
    from studyspec.report.site import write_site
    from studyspec.study import load_study, read_raw

    build = out or root / "build"
    if reason := stale(root, build):
        raise Unusable(f"{build}: {reason}. Run studyspec build, then studyspec report.")
    study, _ = load_study(root)
    assert study is not None, "a current build has usable specs"
    study, extract, _ = read_raw(study)
    assert extract is not None, "a current build has a usable extract"
    staging = outputs.staging_folder(build)
    (staging / "report").mkdir()
    findings, written = write_site(study, extract, build, staging / "report")
    for line in findings_lines(findings):
        click.echo(line)
    if findings:
        outputs.discard(staging)
        sys.exit(1)
    outputs.release(staging, ("report",))
    click.echo(f"written  {build / 'report' / 'index.html'}")
    for path in written:
        click.echo(f"written  {path}")
