"""The manifest that a registry sends with its export: which files, how many records, which checksums."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studyspec.findings import Finding, Rule

MANIFEST = "manifest.json"

UNUSABLE = Rule(
    "RAW-001",
    "error",
    "Manifest unusable",
    why="Without a manifest nobody can tell whether the extract is complete and unchanged.",
    action="Ask the registry for the manifest of this extract, or correct the file.",
)


@dataclass(frozen=True)
class RawFile:
    """What the manifest says of one file: its form, encoding, number of records and SHA-256."""

    form: str
    name: str
    encoding: str
    records: int
    sha256: str


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


def _file_problems(files: Sequence[RawFile]) -> list[str]:
    """Entries that would hide each other's records, or lead out of the folder."""
    problems = []
    for kind, names in (("form", [item.form for item in files]), ("file", [item.name for item in files])):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        problems += [f"the {kind} {name} is listed more than once." for name in twice]
    outside = [item.name for item in files if Path(item.name).name != item.name or "\\" in item.name]
    return problems + [f"the file {name} is not directly in the folder." for name in outside]


def _raw_file(item: Mapping[str, object]) -> RawFile:
    name = str(item["file"])
    return RawFile(
        form=str(item.get("form") or Path(name).stem),
        name=name,
        encoding=str(item["encoding"]),
        records=int(str(item["rows"])),
        sha256=str(item["sha256"]).lower(),
    )
