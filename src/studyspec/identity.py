"""Which engine is this: its version is not enough while it is being changed."""

from __future__ import annotations

import hashlib
from pathlib import Path


def engine_files() -> list[Path]:
    """Every file of the installed package, sorted, without compiled ones."""
    return sorted(path for path in _root().rglob("*") if path.is_file() and path.suffix != ".pyc")


def engine_sha256() -> str:
    """One SHA-256 over the names and contents of all files of the package, in hex."""
    total = hashlib.sha256()
    for path in engine_files():
        total.update(path.relative_to(_root()).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _root() -> Path:
    return Path(__file__).resolve().parent
