"""The raw extract as the second programs see it: every value as text, exactly as exported.

A reader of its own, apart from `studyspec.raw`: were production and QC to read with the same code, a mistake in it
would be in both and no comparison could show it.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

RECORD = "RECORD"


class ExtractError(Exception):
    """The raw extract cannot be read; the message says which file and why."""


def read_forms(folder: Path) -> dict[str, pa.Table]:
    """Every form of an extract by name.

    Args:
        folder: with the CSV files and the manifest.json that names them with their encodings.

    Returns:
        Tables of text columns as in the file's header, blank is "", and RECORD: the number of the data row from 1.

    Raises:
        ExtractError: there is no manifest, or a file is missing, of another encoding, or has rows of unequal length.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = [
            (item.get("form") or Path(item["file"]).stem, item["file"], item["encoding"]) for item in manifest["files"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExtractError(f"{folder.name}/manifest.json cannot be read: {error}.") from error
    return {form: _read_form(folder / name, encoding) for form, name, encoding in files}


def _read_form(path: Path, encoding: str) -> pa.Table:
    import pyarrow as pa

    place = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_bytes().decode(encoding)
    except (OSError, UnicodeDecodeError, LookupError) as error:
        raise ExtractError(f"{place} cannot be read as {encoding}: {error}.") from error
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    if not rows:
        raise ExtractError(f"{place} is empty: not even a header.")
    header, data = rows[0], rows[1:]
    for number, row in enumerate(data, start=1):
        if len(row) != len(header):
            raise ExtractError(f"{place} row {number} has {len(row)} values, the header has {len(header)}.")
    columns = {name: pa.array([row[place] for row in data], pa.string()) for place, name in enumerate(header)}
    return pa.table(columns | {RECORD: pa.array(range(1, len(data) + 1), pa.int64())})
