"""Making a manifest: what the files of an extract hold, for registries that send none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from studyspec.findings import Finding, Rule, has_errors
from studyspec.raw.content import Content, identifier, with_identifiers
from studyspec.raw.formats import FORMATS, Format, format_of
from studyspec.raw.manifest import COMMA, MANIFEST, RawFile, is_hidden, repeated
from studyspec.transport.atomic import replacing

UTF8 = "utf-8"
_MARK = b"\xef\xbb\xbf"
_QUOTED, _LINE_END = re.compile(rb'"[^"]*("|$)'), re.compile(rb"[\r\n]")
_LONGEST_HEADER = 1 << 16

NOT_COLLECTED = Rule(
    "RAW-020",
    "error",
    "File cannot be taken into an extract",
    why="A manifest says of each form how many records it has, so every file must be readable when it is written.",
    action="Name the right encoding with --encoding, ask for the file again, or leave it out.",
)
SAME_FORM = Rule(
    "RAW-021",
    "error",
    "Two forms of one name",
    why="A form is named after its file, or after its sheet, data set or item group where a file holds several.",
    action="Rename one of the files, or extract them into different studies.",
)
_Entry = dict[str, object]


@dataclass(frozen=True)
class Header:
    """What a manifest says of the whole extract; dates as ISO 8601 text. `source` is where it comes from, "" for files.

    No clock has a say: the same files and the same header give the same manifest.
    """

    study: str
    extract_date: str
    cutoff: str
    synthetic: bool
    source: str = ""


@dataclass
class Collection:
    """Files to become an extract, and what the manifest says of their forms.

    Attributes:
        files: to be copied, each directly into the folder.
        entries: of the manifest, in the order of the files.
        left: files of formats that are not read, and those without a form, such as define.xml.
        findings: why the extract cannot be made, or what to know about it.
    """

    files: list[Path] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def collect(
    files: Iterable[Path],
    *,
    encoding: str = UTF8,
    redcap: Mapping[str, str] | None = None,
    origins: Mapping[str, _Entry] | None = None,
) -> Collection:
    """Read files of any format and say what they hold.

    Args:
        files: with different names. A manifest among them is passed over.
        encoding: of text files that are not UTF-8, and of SAS transport files.
        redcap: names of REDCap exports, each with the name of its data dictionary ("" for none).
        origins: by file name, what else the manifest says of a file.

    Returns:
        The collection; when it has findings of severity error, no extract may be made of it.
    """
    collection = Collection()
    for path in sorted(files, key=lambda path: path.name.encode()):
        kind = FORMATS["redcap"] if redcap and path.name in redcap else format_of(path.name)
        if path.name == MANIFEST or is_hidden(path.name):
            continue
        if kind is None:
            collection.left.append(path)
            continue
        collection.files.append(path)
        delimiter = _delimiter(path) if kind.encoded else COMMA
        file = RawFile("", path.name, kind.name, "", (redcap or {}).get(path.name, ""), UTF8, delimiter, 0, "")
        read, file, problems = _read(path, file, kind, encoding)
        collection.findings += problems
        if read == {}:
            collection.files.remove(path)
            collection.left.append(path)
        elif read is not None:
            origin = (origins or {}).get(path.name, {})
            collection.entries += [{**entry, **origin} for entry in _entries(path, file, kind, read)]
    names = repeated(str(entry["form"]) for entry in collection.entries)
    collection.findings += [SAME_FORM.finding(f"{name} would be the name of two forms.", form=name) for name in names]
    return collection


def write_extract(collection: Collection, folder: Path, header: Header) -> None:
    """Copy the files into a folder, byte for byte, and write the manifest last.

    Raises:
        ValueError: the collection has findings of severity error.
    """
    if has_errors(collection.findings):
        raise ValueError("files with errors make no extract")
    folder.mkdir(parents=True, exist_ok=True)
    for path in collection.files:
        target = folder / path.name
        if not (target.exists() and target.samefile(path)):
            with replacing(target) as file, path.open("rb") as source:
                while block := source.read(1 << 20):
                    file.write(block)
    manifest = {
        "study": header.study,
        "SYNTHETIC": "Y" if header.synthetic else "N",
        "generator": "studyspec extract",
        **({"source": header.source} if header.source else {}),
        "extract_date": header.extract_date,
        "data_cutoff": header.cutoff,
        "files": collection.entries,
    }
    with replacing(folder / MANIFEST) as file:
        file.write(f"{json.dumps(manifest, indent=1, ensure_ascii=False)}\n".encode())


def _read(
    path: Path, file: RawFile, kind: Format, encoding: str
) -> tuple[Mapping[str, pd.DataFrame] | None, RawFile, list[Finding]]:
    """The parts of a file, the file with its encoding, and what was found."""
    problems: list[str] = []
    for candidate in _candidates(path, kind, encoding):
        try:
            trial = replace(file, encoding=candidate)
            content: Content = kind.read(path, trial)
            parts = {part: with_identifiers(frame) for part, frame in content.parts.items()}
        except (UnicodeDecodeError, LookupError, ValueError) as error:
            what = f"{kind.name}, {candidate}" if kind.encoded else kind.name
            problems.append(f"{path.name} cannot be read as {what}: {error}".rstrip(".") + ".")
            continue
        return parts, trial, list(content.findings)
    return None, file, [NOT_COLLECTED.finding(problems[-1], cell=path.name)]


def _candidates(path: Path, kind: Format, encoding: str) -> Sequence[str]:
    """The encodings to try: any byte is text in most of those that are not UTF-8, so UTF-8 goes first."""
    if not kind.encoded:
        return (encoding,)
    with path.open("rb") as stream:
        first = "utf-8-sig" if stream.read(len(_MARK)) == _MARK else UTF8
    return tuple(dict.fromkeys((first, encoding)))


def _delimiter(path: Path) -> str:
    """The comma, unless the first line has none outside quotes and has semicolons, tabs or bars, in this order."""
    with path.open("rb") as stream:
        header = _LINE_END.split(_QUOTED.sub(b"", stream.read(_LONGEST_HEADER)), maxsplit=1)[0]
    return next((mark for mark in (COMMA, ";", "\t", "|") if mark.encode() in header), COMMA)


def _entries(path: Path, file: RawFile, kind: Format, parts: Mapping[str, pd.DataFrame]) -> Iterator[_Entry]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    for part, frame in parts.items():
        yield {
            "form": identifier(path.stem if len(parts) == 1 else part).lower(),
            "file": path.name,
            "format": kind.name,
            **({kind.part: part} if part else {}),
            **({"dictionary": file.dictionary} if file.dictionary else {}),
            **({"encoding": file.encoding} if kind.encoded or file.encoding != UTF8 else {}),
            **({"delimiter": file.delimiter} if file.delimiter != COMMA else {}),
            "rows": len(frame),
            "sha256": digest,
        }
