"""`studyspec qc`: run the second programs and compare; plant errors and see whether they are caught."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from studyspec.options import study_option


@click.command()
@study_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The output folder (default: build).")
@click.option("--only", default="", help="Datasets and displays to check, separated by commas.")
@click.option("--mutations", is_flag=True, help="Plant the errors of qc/mutations.csv; each must be caught.")
def qc(root: Path, out: Path | None, only: str, mutations: bool) -> None:
    """Run the second programs (qc/*.sql) and compare every dataset and display with them.

    Builds first when the outputs are not those of today's inputs. Listings go to build/qc/<name>.lst, the summary to
    build/qc/qc.json. An output without a second program is a failure, and so is a program without an output.

    \b
    Exit status: 0 all agree, 1 something differs or failed, 2 there is nothing to compare.

    \b
    Example:
      studyspec qc
      studyspec qc --only AE,ADAE,T-14-3-1-1
      studyspec qc --mutations
    """
    from studyspec.qc.extract import ExtractError
    from studyspec.qc.run import QcError, run_mutations, run_qc

    target = out or root / "build"
    try:
        if mutations:
            passed = run_mutations(root, target, click.echo)
        else:
            names = [name.strip().upper() for name in only.split(",") if name.strip()]
            passed = run_qc(root, target, click.echo, names)
    except (QcError, ExtractError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    sys.exit(0 if passed else 1)
