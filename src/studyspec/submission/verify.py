"""The checker of a package: every rule on its files, and the files against the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from studyspec.findings import Finding, Rule
from studyspec.outputs import sha256
from studyspec.submission import rules_data, rules_files, rules_presence
from studyspec.submission.contents import Contents
from studyspec.submission.manifest import FileEntry, manifest_path
from studyspec.submission.split import LARGEST, Part

NO_PACKAGE = Rule(
    "PKG-031",
    "error",
    "No package, or none with a manifest",
    why="The manifest says what was written, and from which build.",
    action="Run studyspec package.",
)
CHANGED = Rule(
    "PKG-032",
    "error",
    "File is not as it was written",
    why="Size or SHA-256 differ from the manifest: the file was changed, taken away or added after the checks.",
    action="Package again. A document finished by hand belongs into the study's folder documents.",
)
OTHER_BUILD = Rule(
    "PKG-033",
    "error",
    "Package of another build",
    why="The study was built again since; package and build no longer say the same.",
    action="Package again.",
)
NOT_COMPLETE = Rule(
    "PKG-034",
    "error",
    "Package is not complete",
    why="Errors were open when it was written.",
    action="Correct or explain them, build, and package again.",
)


def check_contents(contents: Contents, parts: Sequence[Part] = (), largest: int = LARGEST) -> list[Finding]:
    """Every rule on names, places, presence and data of the files below m5.

    Args:
        contents: the package.
        parts: of datasets that were split.
        largest: bytes of a transport file above which it comes in parts.

    Returns:
        Findings PKG-0xx by path, in the order of `Finding.sort_key`.
    """
    paths = [path for found in rules_data.part_paths(contents, parts).values() for path in found]
    findings = [
        *rules_files.names(contents),
        *rules_files.lengths(contents),
        *rules_files.places(contents, paths),
        *rules_files.empty_files(contents),
        *rules_files.ascii_programs(contents),
        *rules_presence.required(contents),
        *rules_presence.unreadable_defines(contents),
        *rules_presence.links(contents),
        *rules_presence.unlinked_documents(contents),
        *rules_presence.undefined_datasets(contents),
        *rules_presence.forms(contents),
        *rules_presence.programs(contents),
        *rules_data.datasets(contents),
        *rules_data.sizes(contents, parts, largest),
        *rules_data.split_datasets(contents, parts),
    ]
    return sorted(findings, key=Finding.sort_key)


def verify_package(package: Path, build: Path) -> list[Finding]:
    """Check a package that was written earlier: its files, its manifest, and that it is of the build.

    Args:
        package: the folder m5, with its manifest beside it.
        build: the folder of the build.

    Returns:
        Findings PKG-0xx; none for a complete package that nobody has touched.
    """
    path = manifest_path(package)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = {name: FileEntry(**entry) for name, entry in manifest["files"].items()}
        parts = [Part(**entry) for entry in manifest["split"]]
        made_of, faults = manifest["build_manifest_sha256"], manifest["faults"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [NO_PACKAGE.finding(f"{path.name} cannot be used: {type(error).__name__}.", cell=path.name)]
    contents = Contents(package)
    # What is still wrong with the files is found again below.
    stated = [fault for fault in faults if not fault.startswith("PKG-")]
    findings = [NOT_COMPLETE.finding(fault, cell=path.name) for fault in stated]
    findings += changed_files(contents, files)
    if not (build / "manifest.json").is_file() or sha256(build / "manifest.json") != made_of:
        findings.append(OTHER_BUILD.finding("manifest.json of the build is another.", cell=path.name))
    return sorted([*findings, *check_contents(contents, parts)], key=Finding.sort_key)


def changed_files(contents: Contents, files: Mapping[str, FileEntry]) -> list[Finding]:
    """Files that are gone, new or changed since the manifest was written."""
    findings = []
    for name in sorted({*contents.files, *files}):
        if name not in files:
            findings.append(CHANGED.finding("The manifest does not have it.", cell=name))
        elif name not in contents.files:
            findings.append(CHANGED.finding("It is gone.", cell=name))
        elif (found := contents.size(name)) != files[name].size:
            findings.append(CHANGED.finding(f"It has {found} bytes, not {files[name].size}.", cell=name))
        elif sha256(contents.folder / name) != files[name].sha256:
            findings.append(CHANGED.finding("Its SHA-256 is another.", cell=name))
    return findings
