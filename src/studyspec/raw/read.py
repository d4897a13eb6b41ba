"""Reading a raw extract: CSV files as they were exported, held against the manifest."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from studyspec.findings import Finding, Rule
from studyspec.raw.manifest import MANIFEST, Manifest, RawFile, read_manifest

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
    why="The bytes do not fit the encoding in the manifest, or the lines do not fit the header.",
    action="Correct the encoding in the manifest, or ask for a new export.",
)


BLOCK = 20_000


@dataclass(frozen=True)
class Extract:
    """A raw extract: forms as text frames, data row 1 first; and the manifest."""

    manifest: Manifest
    forms: dict[str, pd.DataFrame]


def read_extract(folder: Path) -> tuple[Extract | None, list[Finding]]:
    """Read every file of the manifest.

    All values stay text exactly as exported (blanks, "NA", spaces, line breaks inside quotes); the record number of a
    row is its position, starting with 1.

    Returns:
        The extract (None when there is no usable manifest) and findings RAW-0xx. With an error among them the forms
        may be incomplete.
    """
    manifest, findings = read_manifest(folder)
    if manifest is None:
        return None, findings
    forms: dict[str, pd.DataFrame] = {}
    for item in manifest.files.values():
        frame, problems = _read_form(folder, item)
        findings.extend(problems)
        if frame is not None:
            forms[item.form] = frame
    listed = {item.name for item in manifest.files.values()} | {MANIFEST}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name not in listed and not path.name.startswith("."):
            place = f"{folder.name}/{path.name}"
            findings.append(UNLISTED_FILE.finding(f"{place} is not in the manifest.", cell=place))
    return Extract(manifest, forms), findings


def _read_form(folder: Path, item: RawFile) -> tuple[pd.DataFrame | None, list[Finding]]:
    place = f"{folder.name}/{item.name}"
    path = folder / item.name
    if not path.is_file():
        return None, [MISSING_FILE.finding(f"{place} is in the manifest but not in the folder.", cell=place)]
    content = path.read_bytes()
    findings = []
    digest = hashlib.sha256(content).hexdigest()
    if digest != item.sha256:
        what = f"{place} has SHA-256 {digest[:12]}..., the manifest says {item.sha256[:12]}...."
        findings.append(CHECKSUM.finding(what, cell=place, form=item.form))
    try:
        frame = read_csv(content, item.encoding)
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        what = f"{place} cannot be read as {item.encoding}: {error}."
        return None, [*findings, UNREADABLE.finding(what, cell=place, form=item.form)]
    if len(frame) != item.records:
        what = f"{place} has {len(frame)} records, the manifest says {item.records}."
        findings.append(RECORD_COUNT.finding(what, cell=place, form=item.form))
    return frame, findings


def read_csv(content: bytes, encoding: str) -> pd.DataFrame:
    """A CSV export as text columns; nothing is taken for a missing value, a number or a date.

    Raises:
        UnicodeDecodeError, LookupError: the bytes are not of this encoding, or there is no such encoding.
        ValueError: a line has more or fewer values than the header, or the file is empty.
    """
    reader = csv.reader(io.StringIO(content.decode(encoding).removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, None)
        if header is None:
            raise ValueError("the file is empty")
        if len(set(header)) != len(header) or "" in header:
            raise ValueError("two columns have the same name, or a column has none")
        # Block by block: Python's own texts need ten times the memory of the columns made from them.
        blocks = [_block(header, [], 0)]
        while lines := list(islice(reader, BLOCK)):
            blocks.append(_block(header, lines, BLOCK * (len(blocks) - 1)))
    except csv.Error as error:
        raise ValueError(f"the quoting is broken: {error}") from error
    return pd.concat(blocks, ignore_index=True) if len(blocks) > 2 else blocks[-1]


def _block(header: list[str], lines: list[list[str]], before: int) -> pd.DataFrame:
    """Lines as text columns; `before` is the number of data rows before them."""
    for number, line in enumerate(lines, start=before + 1):
        if len(line) != len(header):
            raise ValueError(f"data row {number} has {len(line)} values, the header has {len(header)}")
    columns = zip(*lines, strict=True) if lines else ((),) * len(header)
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in zip(header, columns, strict=True)})
