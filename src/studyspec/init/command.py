"""`studyspec init`: lay out a new study."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from studyspec.findings import has_errors
from studyspec.findings_report import findings_lines
from studyspec.options import Unusable, iso_date

if TYPE_CHECKING:
    from studyspec.init.plan import Book, NewStudy
    from studyspec.raw.read import Extract

_DOMAINS, _ANALYSIS = "DM,EX,AE", "ADSL,ADAE"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_STUDY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)
_ADAM = re.compile(r"AD[A-Z0-9]{1,6}", re.ASCII)


@click.command()
@click.argument("new", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--study-id",
    "name",
    default="",
    help="The study's identifier (default: that of the manifest, else the folder's name).",
)
@click.option("--domains", default=_DOMAINS, help=f"SDTM domains, separated by commas (default: {_DOMAINS}).")
@click.option("--adam", "analysis", default=_ANALYSIS, help=f"Analysis datasets (default: {_ANALYSIS}).")
@click.option("--raw", type=_FOLDER, help="Raw export to start from.")
@click.option("--sdtm", type=_FOLDER, help="SDTM to start from.")
@click.option("--example", is_flag=True, help="Start from the synthetic export of the tutorial.")
@click.option(
    "--extract-date",
    callback=iso_date,
    help="When the data were exported, for an export without a manifest.",
)
@click.option("--cutoff", callback=iso_date, help="The data cut-off, for an export without a manifest.")
def init(
    new: Path,
    name: str,
    domains: str,
    analysis: str,
    raw: Path | None,
    sdtm: Path | None,
    example: bool,
    extract_date: str,
    cutoff: str,
) -> None:
    """Lay out a new study in the folder NEW: specs, raw data, programs, QC and a README.

    The specs hold what the standards require or expect of the domains asked for. With --raw or --example they also hold
    what the names of the raw columns tell: forms, sources, and mappings of columns that have a variable's name. With
    --sdtm the datasets are those of the files. What is still to be said is what `studyspec check` lists. An export
    without a manifest gets one, as `studyspec extract` would write it.

    \b
    Example:
      studyspec init REG1 --domains DM,EX,AE,VS --adam ADSL,ADAE --raw ../export
      studyspec init REG2 --sdtm ../from-sponsor --extract-date 2024-07-15 --cutoff 2024-06-30
      studyspec init first --example
    """
    if (raw is not None) + (sdtm is not None) + example > 1:
        raise Unusable("--raw, --sdtm and --example exclude each other.")
    if new.exists() and any(new.iterdir()):
        raise Unusable(f"{new} is not empty. Name a new folder, or an empty one.")
    wanted = _domains(domains), _analysis(analysis)
    study = name or new.resolve().name
    with _export(raw or sdtm, example, (study, extract_date, cutoff)) as source:
        if source is None:
            _lay_out(new, _plan(study, *wanted))
            return
        extract = _extract(source)
        if name not in ("", extract.manifest.study):
            raise Unusable(f"The manifest is of study {extract.manifest.study}, not {name}. Leave --study-id out.")
        _lay_out(new, _plan(extract.manifest.study, *wanted, extract, received=source if sdtm else None), source)


@contextmanager
def _export(folder: Path | None, example: bool, header: tuple[str, str, str]) -> Iterator[Path | None]:
    """The export as a folder with a manifest; None where the study starts without data."""
    from studyspec.raw.manifest import MANIFEST

    if example:
        with as_file(files(__package__) / "example") as packaged:
            yield packaged
    elif folder is None or (folder / MANIFEST).is_file():
        yield folder
    else:
        with TemporaryDirectory() as staging:
            _write_manifest(folder, Path(staging), *header)
            yield Path(staging)


def _write_manifest(folder: Path, target: Path, study: str, extract_date: str, cutoff: str) -> None:
    """Copy an export without a manifest, and write one."""
    from studyspec.raw.collect import Header, collect, write_extract

    if not (extract_date and cutoff):
        raise Unusable(f"{folder} has no manifest.json. Give --extract-date and --cutoff, such as 2024-07-15.")
    collection = collect(path for path in folder.iterdir() if path.is_file())
    for line in findings_lines(collection.findings):
        click.echo(line, err=True)
    if not (collection.entries or collection.findings):
        raise Unusable(f"{folder} has no file of a format that is read. `studyspec extract --help` names the formats.")
    if has_errors(collection.findings):
        raise Unusable(f"{folder} cannot be used as it is. `studyspec extract --help` says what can be done.")
    for path in collection.left:
        click.echo(f"Left out, no format that is read: {path.name}")
    write_extract(collection, target, Header(study, extract_date, cutoff, synthetic=False))


def _domains(text: str) -> tuple[str, ...]:
    from studyspec.spec.near import did_you_mean
    from studyspec.standards import sdtm_domains

    names = _names(text)
    for name in names:
        if name not in sdtm_domains() or name == "SUPPQUAL":
            near = did_you_mean(name, sdtm_domains())
            what = f"{name} is no domain of SDTMIG 3.4 that is shipped. {near}".strip()
            raise Unusable(f"{what} Known: {', '.join(sdtm_domains())}.")
    return tuple(dict.fromkeys(("DM", *names)))


def _analysis(text: str) -> tuple[str, ...]:
    names = _names(text)
    for name in names:
        if not _ADAM.fullmatch(name):
            raise Unusable(f"{name!r} is no name of an analysis dataset: AD and at most six letters or digits.")
    return tuple(dict.fromkeys(("ADSL", *names))) if names else ()


def _names(text: str) -> list[str]:
    return [name.strip().upper() for name in text.split(",") if name.strip()]


def _extract(source: Path) -> Extract:
    """The raw export; what is wrong with it is printed, and ends the command when it cannot be read."""
    from studyspec.raw.read import read_extract

    extract, findings = read_extract(source)
    for line in findings_lines(findings):
        click.echo(line, err=True)
    if extract is None or has_errors(findings):
        raise Unusable(f"{source} cannot be used as it is, see above. Nothing was laid out.")
    return extract


def _plan(
    study: str,
    domains: tuple[str, ...],
    analysis: tuple[str, ...],
    extract: Extract | None = None,
    received: Path | None = None,
) -> NewStudy:
    from studyspec.init.extract import columns_of, received_datasets
    from studyspec.init.plan import NewStudy

    if not _STUDY.fullmatch(study):
        raise Unusable(
            f"{study!r} is no study identifier of letters, digits, '.', '_' and '-'. Give one with --study-id."
        )
    if extract is None:
        return NewStudy(study, domains, analysis)
    if received is None:
        return NewStudy(study, domains, analysis, columns_of(extract))
    datasets = received_datasets(received, extract)
    return NewStudy(study, tuple(datasets), analysis, columns_of(extract), datasets)


def _lay_out(new: Path, plan: NewStudy, source: Path | None = None) -> None:
    from studyspec.init.layout import lay_out
    from studyspec.raw.manifest import is_hidden

    (new / "raw").mkdir(parents=True)
    for path in sorted(source.iterdir()) if source else ():
        if path.is_file() and not is_hidden(path.name):
            shutil.copyfile(path, new / "raw" / path.name)
    books = lay_out(new, plan)
    _print_summary(new, plan, books)


def _print_summary(new: Path, plan: NewStudy, books: dict[str, Book]) -> None:
    click.echo(f"{new} holds study {plan.name}.")
    for name, book in books.items():
        parts = [_count(book, sheet) for sheet in ("Datasets", "Variables", "Methods", "Displays")]
        click.echo(f"  specs/{name}.xlsx  {', '.join(filter(None, parts))}")
    click.echo(f"  raw/             {', '.join(plan.forms) or 'empty: put the export and its manifest.json here'}")
    click.echo(f"Next: cd {new}, studyspec check, and README.md, which says how to go on.")


def _count(book: Book, sheet: str) -> str:
    rows: Iterable[object] = book.get(sheet, ())
    count = len(list(rows))
    return f"{count} {sheet.lower() if count != 1 else sheet.lower().removesuffix('s')}" if count else ""
