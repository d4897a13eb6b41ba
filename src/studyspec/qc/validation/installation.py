"""IQ: is what is installed what the lock says, and is every installed file as its package recorded it?"""

from __future__ import annotations

import base64
import csv
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from studyspec import __version__
from studyspec.identity import engine_files, engine_sha256
from studyspec.qc.validation.checks import Check

LOCK = "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;[^\\]*)?", re.MULTILINE)


def check_installation(lock: Path) -> list[Check]:
    """Hold the running environment against the lock.

    Args:
        lock: the requirements.lock of the release.

    Returns:
        One check each for Python, for studyspec's own files, and for every pinned package: its version, and the
        SHA-256 of its files as the installer recorded it (RECORD). A package that the lock asks for on other systems
        only (it has a marker) may be absent.
    """
    version = ".".join(str(part) for part in sys.version_info[:3])
    checks = [Check("Python", "3.11 or later", version, "PASS" if sys.version_info >= (3, 11) else "FAIL"), _own()]
    for name, wanted, marker in _PIN.findall(lock.read_text(encoding="utf-8")):
        checks.append(_package(name, wanted, marker.strip("; ").strip()))
    return checks


def _own() -> Check:
    found = f"{__version__}, {len(engine_files())} files, SHA-256 {engine_sha256()}"
    try:
        installed = distribution("studyspec")
    except PackageNotFoundError:
        return Check("studyspec", "installed", f"not installed; runs from source: {found}", "NOTE")
    if _is_editable(installed):
        return Check("studyspec", "installed from its wheel", f"runs from source: {found}", "NOTE")
    changed = list(changed_files(installed))
    wrong = f"; changed: {', '.join(changed)}" if changed else ""
    expected = f"{installed.version}, every file as recorded"
    return Check(
        "studyspec", expected, found + wrong, "FAIL" if changed or installed.version != __version__ else "PASS"
    )


def _is_editable(installed: Distribution) -> bool:
    return '"editable": true' in (installed.read_text("direct_url.json") or "")


def _package(name: str, wanted: str, marker: str) -> Check:
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        if marker:
            return Check(name, f"{wanted} where {marker}", "not needed here", "PASS")
        return Check(name, wanted, "not installed", "FAIL")
    if installed.version != wanted:
        return Check(name, wanted, installed.version, "FAIL")
    if installed.files is None:
        return Check(name, wanted, f"{wanted}; no record of its files", "NOTE")
    changed = list(changed_files(installed))
    if changed:
        shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        return Check(name, f"{wanted}, every file as recorded", f"{wanted}; changed or missing: {shown}", "FAIL")
    count = sum(file.hash is not None for file in installed.files)
    return Check(name, f"{wanted}, every file as recorded", f"{wanted}, {count} files as recorded", "PASS")


def changed_files(installed: Distribution) -> Iterator[str]:
    """Files of an installed package that are missing or not as recorded."""
    # RECORD itself: since Python 3.12 `installed.files` leaves out files that are missing.
    for name, recorded, *_ in csv.reader((installed.read_text("RECORD") or "").splitlines()):
        algorithm, _, value = recorded.partition("=")
        if not value:
            continue
        path = Path(str(installed.locate_file(name)))
        if not path.is_file():
            yield name
            continue
        digest = hashlib.new(algorithm, path.read_bytes()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != value:
            yield name
