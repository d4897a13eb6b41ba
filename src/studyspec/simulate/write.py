"""Writes the CSV files and their manifest, a row at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from .forms import FORMS, Form
from .world import CUTOFF, EXTRACTED, STUDY

GENERATOR_VERSION = "2"


class CsvFile:
    """One CSV file that knows its row count and its SHA-256."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path = path
        self.form = form
        self.columns = form.header()
        self.rows = 0
        self._digest = hashlib.sha256()
        self._file = path.open("wb")
        self._text = io.StringIO(newline="")
        if form.quote_all:
            self._writer = csv.writer(self._text, lineterminator=form.line_end, quoting=csv.QUOTE_ALL)
        else:
            self._writer = csv.writer(self._text, lineterminator=form.line_end)
        self._put(self.columns, form.encoding)

    def add(self, cells: Mapping[str, str]) -> int:
        """Write one row and return its number; columns that `cells` lacks are blank."""
        unknown = cells.keys() - set(self.columns)
        if unknown:
            raise ValueError(f"{self.path.name} has no column {', '.join(sorted(unknown))}")
        # The byte-order mark stands only before the header.
        self._put([cells.get(name, "") for name in self.columns], self.form.encoding.removesuffix("-sig"))
        self.rows += 1
        return self.rows

    def _put(self, values: Iterable[str], encoding: str) -> None:
        self._writer.writerow(values)
        data = self._text.getvalue().encode(encoding)
        self._text.seek(0)
        self._text.truncate()
        self._digest.update(data)
        self._file.write(data)

    def close(self) -> str:
        """Close the file and return its SHA-256."""
        self._file.close()
        return self._digest.hexdigest()


class Extract:
    """The files of an extract: a context manager that writes the manifest when all went well."""

    def __init__(self, out: Path, subjects: int, seed: int) -> None:
        self.out, self.subjects, self.seed = out, subjects, seed
        out.mkdir(parents=True, exist_ok=True)
        self.files = {name: CsvFile(out / f"{name}.csv", form) for name, form in FORMS.items()}

    def __enter__(self) -> Extract:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        entries = [_entry(name, file) for name, file in self.files.items()]
        if kind is None:
            manifest = self._manifest(entries)
            text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
            (self.out / "manifest.json").write_bytes(text.encode("utf-8"))

    def _manifest(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "study": STUDY,
            "SYNTHETIC": "Y",
            "note": "Synthetic data. No real patient, site or investigator.",
            "generator": "studyspec simulate",
            "generator_version": GENERATOR_VERSION,
            "seed": self.seed,
            "subjects": self.subjects,
            "extract_date": EXTRACTED.isoformat(),
            "data_cutoff": CUTOFF.isoformat(),
            "files": entries,
        }


def _entry(name: str, file: CsvFile) -> dict[str, Any]:
    return {
        "form": name,
        "file": file.path.name,
        "encoding": file.form.encoding,
        "line_end": "CRLF" if file.form.line_end == "\r\n" else "LF",
        "quoting": "all" if file.form.quote_all else "minimal",
        "rows": file.rows,
        "sha256": file.close(),
    }
