"""Reading a raw extract: files as they were exported, held against the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from studyspec.findings import Finding, Rule
from studyspec.raw.content import WHOLE, with_identifiers
from studyspec.raw.formats import FORMATS
from studyspec.raw.manifest import Manifest, RawFile, read_manifest, unlisted_files

MISSING_FILE = Rule(
    "RAW-010",
    "error",
    "File missing",
    why="The manifest lists a file that did not arrive.",
    action="Ask the registry for the file, or for a manifest without it.",
)
UNLISTED_FILE = Rule(
    "RAW-011",
    "error",
    "File not in the manifest",
    why="A file that the manifest does not list may be of another extract.",
    action="Remove the file from the raw folder, or ask for a manifest that lists it.",
)
CHECKSUM = Rule(
    "RAW-012",
    "error",
    "File changed",
    why="The SHA-256 differs from the manifest: the file was edited or damaged after export.",
    action="Restore the file as it was exported; do not correct raw data by hand.",
)
RECORD_COUNT = Rule(
    "RAW-013",
    "error",
    "Wrong number of records",
    why="Records are missing or extra compared with what the registry says it exported.",
    action="Ask the registry for a new export.",
)
UNREADABLE = Rule(
    "RAW-014",
    "error",
    "File unreadable",
    why="The bytes do not fit the format or the encoding in the manifest, or the lines do not fit the header.",
    action="Correct format or encoding in the manifest, or ask for a new export.",
)
MISSING_PART = Rule(
    "RAW-015",
    "error",
    "Part of a file missing",
    why="The manifest lists a sheet, data set or item group that is not in the file, or does not say which it means.",
    action="Correct the name in the manifest, or ask for a new export.",
)
UNLISTED_PART = Rule(
    "RAW-016",
    "error",
    "Part of a file not in the manifest",
    why="Records of a sheet, data set or item group that the manifest does not list would be lost without a word.",
    action="List it in the manifest. If its form feeds no dataset, the sheet Forms says why.",
)


@dataclass(frozen=True)
class Extract:
    """A raw extract: forms as text frames, data row 1 first; and the manifest."""

    manifest: Manifest
    forms: dict[str, pd.DataFrame]


def read_extract(folder: Path) -> tuple[Extract | None, list[Finding]]:
    """Read every file of the manifest.

    All values are text as exported (blanks, "NA", spaces, line breaks inside quotes); numbers and dates of typed files
    are written as `studyspec.raw.values` says. The record number of a row is its position, starting with 1.

    Returns:
        The extract (None when there is no usable manifest) and findings RAW-0xx. With an error among them the forms
        may be incomplete.
    """
    manifest, findings = read_manifest(folder)
    if manifest is None:
        return None, findings
    forms: dict[str, pd.DataFrame] = {}
    for name, entries in groupby(sorted(manifest.files.values(), key=lambda item: item.name), lambda item: item.name):
        found, problems = _read_file(folder, name, list(entries))
        findings.extend(problems)
        forms |= found
    forms = {form: forms[form] for form in manifest.files if form in forms}
    for name in unlisted_files(folder, {item.name for item in manifest.files.values()}):
        place = f"{folder.name}/{name}"
        findings.append(UNLISTED_FILE.finding(f"{place} is not in the manifest.", cell=place))
    return Extract(manifest, forms), findings


def _read_file(folder: Path, name: str, entries: Sequence[RawFile]) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The forms of one file, and what is wrong with it."""
    place = f"{folder.name}/{name}"
    path = folder / name
    form = entries[0].form if len(entries) == 1 else ""
    if not path.is_file():
        return {}, [MISSING_FILE.finding(f"{place} is in the manifest but not in the folder.", cell=place)]
    findings = []
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != entries[0].sha256:
        what = f"{place} has SHA-256 {digest[:12]}..., the manifest says {entries[0].sha256[:12]}...."
        findings.append(CHECKSUM.finding(what, cell=place, form=form))
    kind = FORMATS[entries[0].format]
    try:
        content = kind.read(path, entries[0])
        parts = {part: with_identifiers(frame) for part, frame in content.parts.items()}
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        as_what = entries[0].encoding if kind.encoded else kind.name
        what = f"{place} cannot be read as {as_what}: {error}".rstrip(".") + "."
        return {}, [*findings, UNREADABLE.finding(what, cell=place, form=form)]
    findings.extend(content.findings)
    forms, problems = _pick_parts(folder, parts, entries)
    return forms, [*findings, *problems]


def _pick_parts(
    folder: Path, parts: Mapping[str, pd.DataFrame], entries: Sequence[RawFile]
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The part of a file that each entry means."""
    forms: dict[str, pd.DataFrame] = {}
    findings = []
    place = f"{folder.name}/{entries[0].name}"
    word = FORMATS[entries[0].format].part
    taken = set()
    for item in entries:
        part = item.part or (next(iter(parts)) if len(parts) == 1 else WHOLE)
        if part not in parts:
            known = ", ".join(parts) or "none"
            what = f"{place} has no {word} {part}." if part else f"{place} holds several forms; name one as {word}."
            findings.append(MISSING_PART.finding(f"{what} It has: {known}.", cell=place, form=item.form))
            continue
        taken.add(part)
        forms[item.form] = frame = parts[part]
        if len(frame) != item.records:
            what = f"{folder.name}/{item.place} has {len(frame)} records, the manifest says {item.records}."
            findings.append(RECORD_COUNT.finding(what, cell=place, form=item.form))
    for part in parts:
        if part not in taken:
            findings.append(UNLISTED_PART.finding(f"{place}: the {word} {part} is not in the manifest.", cell=place))
    return forms, findings
