"""The command `studyspec guide`: the documents for reviewers alone, while their texts are being written."""

from __future__ import annotations

from pathlib import Path

import click

from studyspec.options import Unusable, study_option


@click.command()
@study_option
@click.option("--build", type=click.Path(file_okay=False, path_type=Path), help="The build's folder (default: build).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to write (default: build/guide).")
def guide(root: Path, build: Path | None, out: Path | None) -> None:
    """Write the reviewer's guides and the annotated CRF of the built study, without the rest of the package.

    What people must still write, in the sheet Guide of the workbooks, is listed and marked in the documents.

    \b
    Exit status: 0 written, 2 there is no current build.

    \b
    Example:
      studyspec build
      studyspec guide
    """
    from studyspec.checks.study import specs_of
    from studyspec.findings_report import findings_lines
    from studyspec.qc.production import stale
    from studyspec.study import columns_of, load_study, read_raw
    from studyspec.submission.acrf import acrf
    from studyspec.submission.enclosures import written_documents
    from studyspec.submission.facts import read_facts
    from studyspec.submission.guide_topics import guide_findings
    from studyspec.transport.atomic import replacing
    from studyspec.transport.xpt_read import XptError

    build = build or root / "build"
    reason = stale(root, build)
    if reason:
        raise Unusable(f"{build}: {reason}. Run studyspec build, then studyspec guide.")
    study, _ = load_study(root)
    assert study is not None, "a current build has usable specs"
    study, extract, _ = read_raw(study)
    assert extract is not None, "a current build has a usable extract"
    try:
        facts = read_facts(study, extract, build)
    except XptError as error:
        raise Unusable(str(error)) from error
    crf = acrf(study.sdtm, columns_of(extract.forms), study.registry)
    target = out or build / "guide"
    target.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {}
    for spec in specs_of(study).values():
        for line in findings_lines(guide_findings(spec)):
            click.echo(line)
        files |= written_documents(spec, facts, crf)
    for name, content in sorted(files.items()):
        with replacing(target / name) as file:
            file.write(content)
        click.echo(f"written  {target / name}")
