"""Raw folders for tests: files and the manifest that goes with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from studyspec.raw.read import read_extract


def write_manifest(folder: Path, entries: Iterable[dict[str, object]]) -> Path:
    """Write manifest.json; each entry gets the SHA-256 of its file unless it states one."""
    files = [
        {"sha256": hashlib.sha256((folder / str(entry["file"])).read_bytes()).hexdigest()} | entry for entry in entries
    ]
    manifest = {
        "study": "S1",
        "SYNTHETIC": "Y",
        "extract_date": "2022-03-01",
        "data_cutoff": "2022-02-22",
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def read_forms(folder: Path, *entries: dict[str, object]) -> dict[str, pd.DataFrame]:
    """The forms of a folder with these manifest entries, which must be without findings."""
    extract, findings = read_extract(write_manifest(folder, entries))
    assert findings == []
    assert extract is not None
    for frame in extract.forms.values():
        assert [str(dtype) for dtype in frame.dtypes] == ["str"] * frame.shape[1]
        assert not frame.isna().any(axis=None)
    return extract.forms


def found_codes(folder: Path, *entries: dict[str, object]) -> list[str]:
    """The codes of the findings of a folder with these manifest entries."""
    return [finding.code for finding in read_extract(write_manifest(folder, entries))[1]]
