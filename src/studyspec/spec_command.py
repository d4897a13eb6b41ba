"""`studyspec spec`: a workbook from a define.xml, and what changed between two versions of a spec."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from studyspec.options import study_option

if TYPE_CHECKING:
    from studyspec.spec.model import Spec
    from studyspec.spec_versions import Version

_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def spec() -> None:
    """Turn a define.xml into a workbook, or list what changed between two versions of a spec."""


@spec.command("from-define")
@click.argument("define", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--out", type=_file, help="The workbook (default: sdtm.xlsx or adam.xlsx in the current folder).")
def from_define(define: Path, out: Path | None) -> None:
    """Write the workbook that a define.xml describes, in the layout of Pinnacle 21 with the sheets of studyspec.

    SUPP-- datasets become supplemental variables of their parents where that loses nothing. What a workbook has no
    place for is listed. An existing file is never replaced. Exit status: 0 written, 2 unusable input.

    \b
    Example:
      studyspec spec from-define define.xml
      studyspec spec from-define received/define.xml -o specs/adam.xlsx
    """  # noqa: D301 - \b is click\'s mark for lines to keep as they are
    from studyspec.define.read import read_define
    from studyspec.findings_report import findings_lines
    from studyspec.spec.write_workbook import WorkbookError, write_workbook

    found, findings = read_define(define)
    for line in findings_lines(findings):
        click.echo(line)
    if found is None:
        sys.exit(2)
    target = out or Path(f"{found.standard.lower()}.xlsx")
    if target.exists():
        _unusable(f"{target} exists and is not replaced. Name another file with -o, or move it away.")
    try:
        write_workbook(found, target)
    except WorkbookError as error:
        _unusable(str(error))
    click.echo(f"{target}: {_size(found)}")


def _size(found: Spec) -> str:
    counts = {
        "dataset": len(found.datasets),
        "variable": len(found.variables),
        "value level": len(found.value_levels),
        "codelist": len(found.codelists),
        "method": len(found.methods),
        "analysis result": len(found.analysis_results),
    }
    return ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items()) + "."


@spec.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@study_option
@click.option("--html", "page", type=_file, help="Write the changes as an HTML page, too.")
def diff(old: Path, new: Path, root: Path, page: Path | None) -> None:
    """List what changed from OLD to NEW, and which variables, datasets and displays each change touches.

    OLD and NEW are workbooks (sdtm, adam or tlf), define.xml files, or folders of studies. Changes of one workbook are
    followed through the others of the study. With a define.xml, only what a define carries is compared.
    Exit status: 0 the same, 1 different, 2 unusable input.

    \b
    Example:
      studyspec spec diff v2/adam.xlsx specs/adam.xlsx
      studyspec spec diff ../study-v2 . --html changes.html
      studyspec spec diff specs/sdtm.xlsx build/define/sdtm/define.xml
    """  # noqa: D301 - \b is click\'s mark for lines to keep as they are
    from studyspec.spec.diff_report import diff_html, diff_lines
    from studyspec.spec_versions import VersionError, diff_versions, read_version
    from studyspec.study import load_functions

    try:
        before, after = read_version(old), read_version(new)
        study = _study_of(new, root)
        registry, _ = load_functions(study)
        found = diff_versions(before, after, _context(study), registry)
    except VersionError as error:
        _unusable(str(error))
    for note in (*before.notes, *after.notes):
        click.echo(note, err=True)
    for line in diff_lines(found):
        click.echo(line)
    if page is not None:
        page.write_text(diff_html(found), encoding="utf-8", newline="\n")
    sys.exit(int(not found.same))


def _study_of(new: Path, root: Path) -> Path:
    """The study through which changes are followed: that of NEW where it stands in one, else --study."""
    for folder in (new, *new.resolve().parents[:2]):
        if (folder / "specs" / "sdtm.xlsx").is_file():
            return folder
    return root


def _context(study: Path) -> Version | None:
    from studyspec.spec_versions import read_version

    return read_version(study) if (study / "specs" / "sdtm.xlsx").is_file() else None


def _unusable(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
