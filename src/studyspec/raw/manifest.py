"""The manifest that a registry sends with its export: which files, how many records, which checksums."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from studyspec.findings import Finding, Rule
from studyspec.raw.formats import FORMATS, format_of

MANIFEST = "manifest.json"
COMMA = ","
_Name = TypeVar("_Name", str, tuple[str, str])

UNUSABLE = Rule(
    "RAW-001",
    "error",
    "Manifest unusable",
    why="Without a manifest nobody can tell whether the extract is complete and unchanged.",
    action="Ask the registry for the manifest of this extract, or correct the file.",
)


@dataclass(frozen=True)
class RawFile:
    """What the manifest says of one form: where it is, its number of records, and the SHA-256 of the whole file.

    Attributes:
        form: the form's name.
        name: of the file.
        format: a name of `FORMATS`.
        part: sheet, data set, item group or instrument within the file; "" when the file holds one form.
        dictionary: the file of a REDCap project's data dictionary; "" for none.
        encoding: of the text in the file, where the file does not say.
        delimiter: between the values of a line of CSV and REDCap.
        records: number of records of the form.
        sha256: of the file, in lower case.
    """

    form: str
    name: str
    format: str
    part: str
    dictionary: str
    encoding: str
    delimiter: str
    records: int
    sha256: str

    @property
    def place(self) -> str:
        """The file and, where the manifest names one, the part of it: visits.xlsx, sheet AE."""
        return f"{self.name}, {FORMATS[self.format].part} {self.part}" if self.part else self.name


@dataclass(frozen=True)
class Manifest:
    """A whole extract: study, dates as written, synthetic flag, and its files by form."""

    study: str
    extract_date: str
    cutoff: str
    synthetic: bool
    files: Mapping[str, RawFile]


def read_manifest(folder: Path) -> tuple[Manifest | None, list[Finding]]:
    """Read manifest.json of a raw folder.

    Returns:
        The manifest, or None with a finding RAW-001 that says what is wrong with it.
    """
    path = folder / MANIFEST
    place = f"{folder.name}/{MANIFEST}"
    if not path.is_file():
        return None, [UNUSABLE.finding(f"{place} does not exist.", cell=place)]
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        return None, [UNUSABLE.finding(f"{place} is not valid JSON: {error}.", cell=place)]
    try:
        files = [_raw_file(item) for item in content["files"]]
        manifest = Manifest(
            study=str(content["study"]),
            extract_date=str(content["extract_date"]),
            cutoff=str(content["data_cutoff"]),
            synthetic=str(content["SYNTHETIC"]).upper() == "Y",
            files={item.form: item for item in files},
        )
    except KeyError as error:
        return None, [UNUSABLE.finding(f"{place} lacks the entry {error}.", cell=place)]
    except (TypeError, ValueError) as error:
        what = f"{place} is not laid out as a manifest, an object with a list of files: {error}."
        return None, [UNUSABLE.finding(what, cell=place)]
    problems = _file_problems(files)
    return (None if problems else manifest), [UNUSABLE.finding(f"{place}: {what}", cell=place) for what in problems]


def unlisted_files(folder: Path, listed: Collection[str]) -> list[str]:
    """The files of a raw folder that are not listed, sorted; the manifest and hidden files need not be."""
    files = (path.name for path in sorted(folder.iterdir()) if path.is_file() and path.name != MANIFEST)
    return [name for name in files if name not in listed and not is_hidden(name)]


def is_hidden(name: str) -> bool:
    """True for files that nobody has exported: hidden ones, and what Excel puts beside a workbook that is open."""
    return name.startswith((".", "~$"))


def _file_problems(files: Sequence[RawFile]) -> list[str]:
    """Entries that would hide each other's records, contradict each other, or lead out of the folder."""
    twice = repeated(item.form for item in files)
    problems = [f"the form {form} is listed more than once." for form in twice]
    parts = repeated((item.name, item.part) for item in files)
    problems += [f"the file {name} is listed more than once." for name, _ in parts]
    whole = {(item.name, item.format, item.dictionary, item.encoding, item.delimiter, item.sha256) for item in files}
    differing = "different formats, dictionaries, encodings, delimiters or SHA-256"
    problems += [f"the file {name} is listed with {differing}." for name in repeated(name for name, *_ in whole)]
    unlisted = {item.dictionary for item in files} - {item.name for item in files} - {""}
    problems += [f"the data dictionary {name} is not listed as a file." for name in sorted(unlisted)]
    odd = [item.name for item in files if len(item.delimiter) != 1 or item.delimiter in '"\r\n']
    problems += [f"the delimiter of the file {name} is not one character." for name in odd]
    outside = [item.name for item in files if Path(item.name).name != item.name or "\\" in item.name]
    return problems + [f"the file {name} is not directly in the folder." for name in outside]


def repeated(items: Iterable[_Name]) -> list[_Name]:
    """The items that come more than once, sorted."""
    return sorted(item for item, count in Counter(items).items() if count > 1)


def _raw_file(item: Mapping[str, object]) -> RawFile:
    name = str(item["file"])
    kind = FORMATS.get(str(item["format"])) if "format" in item else format_of(name)
    if kind is None:
        known = ", ".join(FORMATS)
        raise ValueError(f"the file {name} has no format that is known. Name it as format: {known}")
    part = str(item.get(kind.part, "")) if kind.part else ""
    return RawFile(
        form=str(item.get("form") or part or Path(name).stem),
        name=name,
        format=kind.name,
        part=part,
        dictionary=str(item.get("dictionary", "")),
        encoding=str(item["encoding"] if kind.encoded else item.get("encoding", "utf-8")),
        delimiter=str(item.get("delimiter", COMMA)),
        records=int(str(item["rows"])),
        sha256=str(item["sha256"]).lower(),
    )
