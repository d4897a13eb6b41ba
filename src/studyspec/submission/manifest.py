"""The package's manifest: which files were written, from which build, and whether the package is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studyspec import __version__
from studyspec.identity import engine_sha256
from studyspec.outputs import sha256
from studyspec.submission.split import Part
from studyspec.transport.atomic import replacing


@dataclass(frozen=True)
class FileEntry:
    """A file as it was written: bytes and SHA-256."""

    size: int
    sha256: str


def manifest_path(package: Path) -> Path:
    """Beside the package, which is to hold nothing but what is submitted: build/m5-manifest.json."""
    return package.with_name(f"{package.name}-manifest.json")


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """Every file below a folder by its path with slashes, sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): FileEntry(path.stat().st_size, sha256(path)) for path in paths}


def write_manifest(
    package: Path,
    build: Path,
    environment: Mapping[str, Any],
    parts: Sequence[Part],
    files: Mapping[str, FileEntry],
    faults: Sequence[str],
) -> None:
    """Write the manifest beside the package.

    Args:
        package: the folder m5.
        build: the folder of the build.
        environment: the build's manifest.json.
        parts: datasets that were split.
        files: of the package.
        faults: why it is not complete, in words; none when it is.
    """
    content = {
        "study": environment["study"],
        "created": environment["created"],
        "studyspec": __version__,
        "engine_sha256": engine_sha256(),
        "build_manifest_sha256": sha256(build / "manifest.json"),
        "complete": not faults,
        "faults": list(faults),
        "split": [asdict(part) for part in parts],
        "files": {name: asdict(entry) for name, entry in files.items()},
    }
    with replacing(manifest_path(package)) as file:
        file.write((json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
