"""The command `studyspec extract`: a raw folder with its manifest, from files or from a database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from studyspec.options import Unusable, iso_date

if TYPE_CHECKING:
    from studyspec.raw.collect import Collection, Header

_VARIABLE = "env:"


def _pairs(_context: click.Context, option: click.Parameter, texts: Sequence[str]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in texts)
    if option.name == "queries" and not all(form.isidentifier() and query for form, query in pairs.items()):
        raise click.BadParameter("write FORM=SELECT ..., with a name as FORM.")
    return pairs


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.argument("folder", metavar="RAW_FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--study-id", required=True, help="The study's name, as in the Define sheet.")
@click.option("--extract-date", required=True, callback=iso_date, help="When the data were exported: 2022-03-15.")
@click.option("--cutoff", required=True, callback=iso_date, help="The data cut-off: 2022-02-22.")
@click.option("--synthetic", is_flag=True, help="The data are made up.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    help="A table or view (default: all tables of the default schema); may be repeated.",
)
@click.option("--query", "queries", multiple=True, callback=_pairs, help="FORM=SELECT ...; may be repeated.")
@click.option("--redcap", multiple=True, callback=_pairs, help="DATA.csv=DICTIONARY.csv, or DATA.csv; REDCap export.")
@click.option("--encoding", default="utf-8", help="Of files that are not UTF-8, such as cp1254 (default: utf-8).")
@click.option("--force", is_flag=True, help="Replace files of the same names and the manifest.")
def extract(
    sources: tuple[str, ...],
    folder: Path,
    study_id: str,
    extract_date: str,
    cutoff: str,
    synthetic: bool,
    tables: tuple[str, ...],
    queries: dict[str, str],
    redcap: dict[str, str],
    encoding: str,
    force: bool,
) -> None:
    """Make a raw folder with its manifest: forms, records and SHA-256 of every file.

    SOURCE is files and folders (CSV, Excel, SAS, Parquet, Dataset-JSON, ODM-XML, REDCap), which are copied byte for
    byte, or one database by its SQLAlchemy URL, whose tables become CSV files. A folder that is RAW_FOLDER itself stays
    and gets its manifest. With env:NAME the URL is taken from an environment variable; its password is never written.

    \b
    Example:
      studyspec extract export/ raw --study-id S1 --extract-date 2022-03-15 --cutoff 2022-02-22
      studyspec extract raw raw --study-id S1 --extract-date 2022-03-15 --cutoff 2022-02-22
      studyspec extract redcap/ raw --redcap data.csv=dictionary.csv --study-id S1 ...
      studyspec extract sqlite:///edc.db raw --table ae --query "dm=SELECT * FROM subj ORDER BY id" --study-id S1 ...

    Exit status: 0 written, 1 a file has errors (nothing was written), 2 wrong usage or nothing to be had.
    """
    from studyspec.raw.collect import Header, collect
    from studyspec.raw.database import DatabaseError, snapshot, source_name

    database = _database(sources)
    if not database:
        if tables or queries:
            raise click.UsageError("--table and --query go with a database.")
        files = _files(sources)
        absent = sorted({*redcap, *redcap.values()} - {"", *(path.name for path in files)})
        if absent:
            raise click.UsageError(f"--redcap: {absent[0]} is not among the files.")
        collection = collect(files, encoding=encoding, redcap=redcap)
        _finish(collection, folder, Header(study_id, extract_date, cutoff, synthetic), force)
        return
    if redcap:
        raise click.UsageError("--redcap goes with files.")
    try:
        with TemporaryDirectory() as staging:
            origins = snapshot(database, tables, queries, Path(staging))
            collection = collect(Path(staging).iterdir(), origins=origins)
            header = Header(study_id, extract_date, cutoff, synthetic, source_name(database))
            _finish(collection, folder, header, force)
    except DatabaseError as error:
        raise Unusable(str(error)) from None


def _database(sources: Sequence[str]) -> str:
    """The URL of the database, or "" when the sources are files."""
    urls = [source for source in sources if "://" in source or source.startswith(_VARIABLE)]
    if urls and len(sources) > 1:
        raise click.UsageError("A database is a source of its own; extract files into another folder.")
    if not urls or not urls[0].startswith(_VARIABLE):
        return "".join(urls)
    name = urls[0].removeprefix(_VARIABLE)
    if not os.environ.get(name):
        raise Unusable(f"There is no environment variable {name}.")
    return os.environ[name]


def _files(sources: Iterable[str]) -> list[Path]:
    """The files that are named, and those directly in the folders that are named."""
    from studyspec.raw.manifest import repeated

    files: list[Path] = []
    for source in map(Path, sources):
        if not source.exists():
            raise Unusable(f"There is no file or folder {source}.")
        files += (path for path in source.iterdir() if path.is_file()) if source.is_dir() else [source]
    twice = repeated(path.name for path in files)
    if twice:
        raise Unusable(f"Two of the files are named {twice[0]}; a raw folder has no folders in it.")
    return files


def _finish(collection: Collection, folder: Path, header: Header, force: bool) -> None:
    """Write the extract and say what it holds, or say why not."""
    from studyspec.findings import has_errors
    from studyspec.findings_report import findings_lines
    from studyspec.raw.collect import write_extract
    from studyspec.raw.manifest import unlisted_files

    for line in findings_lines(collection.findings):
        click.echo(line)
    if has_errors(collection.findings):
        click.echo("Nothing was written.")
        sys.exit(1)
    if not collection.entries:
        raise Unusable("There is no file that can be read, or no table.")
    if not force:
        _refuse_replacing(collection, folder)
    write_extract(collection, folder, header)
    width = max(len(str(entry["form"])) for entry in collection.entries)
    for entry in collection.entries:
        click.echo(f"{entry['form']:<{width}} {entry['rows']:>9} records  {entry['file']}")
    for path in collection.left:
        click.echo(f"Left out, it holds no form: {path.name}")
    for name in unlisted_files(folder, {path.name for path in collection.files}):
        click.echo(f"In {folder} but not in the manifest, remove it before a build: {name}")
    click.echo(f"Forms: {len(collection.entries)}. Files: {len(collection.files)}, written to {folder}.")


def _refuse_replacing(collection: Collection, folder: Path) -> None:
    from studyspec.raw.manifest import MANIFEST

    targets = [folder / MANIFEST]
    targets += [folder / path.name for path in collection.files if path.resolve() != (folder / path.name).resolve()]
    there = [target.name for target in targets if target.exists()]
    if there:
        raise click.UsageError(
            f"{folder} already has {', '.join(there)}. Name a new folder, or replace them by --force."
        )
