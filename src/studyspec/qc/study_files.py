"""What a validated study consists of: its files and their fingerprints."""

from __future__ import annotations

import hashlib
from pathlib import Path

from studyspec import __version__
from studyspec.identity import engine_sha256
from studyspec.qc.production import digest

FOLDERS = ("specs", "raw", "sdtm", "adam", "tlf", "qc")


def study_files(root: Path) -> dict[str, str]:
    """SHA-256 of every file that the study is made of, by path below its folder."""
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file())
    kept = [path for path in paths if path.suffix != ".pyc" and not path.name.startswith((".", "~$"))]
    return {path.relative_to(root).as_posix(): digest(path) for path in kept}


def fingerprint(root: Path) -> str:
    """One SHA-256 over all files of the study and the engine: it changes when any of them does."""
    total = hashlib.sha256(f"studyspec {__version__} {engine_sha256()}\n".encode())
    for name, sha256 in study_files(root).items():
        total.update(f"{name} {sha256}\n".encode())
    return total.hexdigest()
