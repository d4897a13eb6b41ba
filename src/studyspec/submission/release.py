"""The whole way from a current build to a package in its place: write, check, put there, record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from studyspec.checks.report import write_reports
from studyspec.findings import Finding
from studyspec.outputs import discard, release, staging_folder
from studyspec.qc.production import stale
from studyspec.study import load_study, read_raw
from studyspec.submission.contents import Contents
from studyspec.submission.manifest import FileEntry, file_entries, manifest_path, write_manifest
from studyspec.submission.package import Packaged, write_package
from studyspec.submission.split import LARGEST, TooSmallError
from studyspec.submission.tree import DATASETS, file_stem
from studyspec.submission.verify import check_contents
from studyspec.transport.dataset_json import DatasetJsonWriteError
from studyspec.transport.xpt_read import XptError


class PackageError(Exception):
    """No package can be made; the message says why and what to do."""


@dataclass(frozen=True)
class Released:
    """A package in its place: what was found, why it is not complete (nothing when it is), and its files."""

    packaged: Packaged
    findings: tuple[Finding, ...]
    faults: tuple[str, ...]
    files: dict[str, FileEntry]


def release_package(root: Path, build: Path, package: Path, *, largest: int = LARGEST) -> Released:
    """Make the package of a study.

    Args:
        root: the study's folder.
        build: the folder of its build, which must be current.
        package: the folder m5; what an earlier run wrote there is replaced.
        largest: bytes of a transport file above which it comes in parts, too.

    Raises:
        PackageError: the build is not current, or the package would replace something else.
    """
    _refuse_foreign(package)
    reason = stale(root, build)
    if reason:
        raise PackageError(f"{build}: {reason}. Run studyspec build, then studyspec package.")
    study, _ = load_study(root)
    assert study is not None, "a current build has usable specs"
    study, extract, _ = read_raw(study)
    assert extract is not None, "a current build has a usable extract"
    if not file_stem(study.study_id):
        raise PackageError("The study has no name that a folder could have. Fill StudyName in the sheet Define.")
    package.mkdir(parents=True, exist_ok=True)
    staging = staging_folder(package)
    try:
        packaged = write_package(study, extract, build, staging, largest=largest)
        checked = check_contents(Contents(staging), packaged.parts, largest)
        files = file_entries(staging)
    except (XptError, DatasetJsonWriteError, TooSmallError) as error:
        discard(staging)
        raise PackageError(str(error)) from error
    findings = tuple(sorted({*packaged.findings, *packaged.conformance.problems, *checked}, key=Finding.sort_key))
    faults = _faults(packaged, findings)
    release(staging, owned=(DATASETS,))
    environment = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    write_manifest(package, build, environment, packaged.parts, files, faults)
    write_reports(packaged.conformance, build)
    return Released(packaged, findings, faults, files)


def _refuse_foreign(package: Path) -> None:
    """Stop before files are replaced that no package is known to have."""
    if (package / DATASETS).exists() and not manifest_path(package).is_file():
        raise PackageError(
            f"{package / DATASETS} is there, but no {manifest_path(package).name} beside {package}: "
            "it may not be a package of studyspec. Name another folder with --out, or move it away."
        )


def _faults(packaged: Packaged, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Why the package is not complete: open conformance errors by rule, and errors of its files and defines."""
    rules = sorted({item.rule for item in packaged.conformance.open_errors})
    open_ = [f"conformance errors without explanation: {', '.join(rules)}"] if rules else []
    return (
        *open_,
        *dict.fromkeys(f"{item.code} {item.cell}: {item.what}" for item in findings if item.severity == "error"),
    )
