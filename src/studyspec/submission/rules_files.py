"""Rules: names, places and kinds of the files of a package.

Source: ICH eCTD Specification 3.2.2, appendices on names of files and folders (small letters, digits, hyphens; 64
characters); FDA eCTD Technical Conformance Guide (paths of 150 characters); FDA Study Data Technical Conformance Guide
(folders, ASCII programs).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from studyspec.findings import Finding, Rule
from studyspec.submission.contents import Contents
from studyspec.submission.tree import SPLIT

LONGEST_NAME = 64
LONGEST_PATH = 150
_PREFIX = "m5/"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
# A dataset keeps the underscore that its name may have.
_DATASET = re.compile(r"[a-z][a-z0-9_]{0,7}")
DATA_SUFFIXES = (".xpt", ".json", ".ndjson")
_DOCUMENT_SUFFIXES = (".xml", ".xsl", ".pdf", ".docx")

BAD_NAME = Rule(
    "PKG-001",
    "error",
    "Name not allowed in eCTD",
    why="Files and folders have small letters, digits and hyphens; files one dot, datasets at most 8 characters.",
    action="Rename the file, dataset, display or study.",
)
LONG_NAME = Rule(
    "PKG-002",
    "error",
    "Name or path too long for eCTD",
    why="A name has at most 64 characters, a path from m5 on at most 150.",
    action="Shorten it.",
)
OUT_OF_PLACE = Rule(
    "PKG-003",
    "error",
    "File where regulators expect none",
    why="The folders below m5/datasets, and the kinds of files in each, are fixed.",
    action="Take it out of the package; documents belong beside define.xml.",
)
EMPTY = Rule(
    "PKG-004",
    "error",
    "File without content",
    why="It cannot be opened.",
    action="Write the package again; if the study brought the file, replace it.",
)
NOT_ASCII = Rule(
    "PKG-005",
    "error",
    "Program is not ASCII text",
    why="Regulators read programs as ASCII text.",
    action="Write the package again.",
)


def names(contents: Contents) -> list[Finding]:
    """Folders and files with other characters than eCTD allows."""
    findings = []
    for name in contents.files:
        path = PurePosixPath(name)
        stem, _, suffix = path.name.partition(".")
        pattern = _DATASET if f".{suffix}" in DATA_SUFFIXES else _NAME
        bad = [part for part in path.parts[:-1] if not _NAME.fullmatch(part)]
        if not pattern.fullmatch(stem) or not _NAME.fullmatch(suffix):
            bad.append(path.name)
        findings += [BAD_NAME.finding(f"{part!r} is not allowed.", cell=name) for part in bad]
    return findings


def lengths(contents: Contents) -> list[Finding]:
    """Names over 64 and paths over 150 characters."""
    findings = []
    for name in contents.files:
        for part in PurePosixPath(name).parts:
            if len(part) > LONGEST_NAME:
                findings.append(LONG_NAME.finding(f"{part} has {len(part)} characters.", cell=name))
        path = _PREFIX + name
        if len(path) > LONGEST_PATH:
            findings.append(LONG_NAME.finding(f"The path has {len(path)} characters.", cell=name))
    return findings


def places(contents: Contents, parts: Collection[str]) -> list[Finding]:
    """Files outside the tree, or of a kind that does not belong into their folder; `parts` are paths of split files."""
    allowed = {name: ("." + name.partition(".")[2],) for name in parts}
    findings = []
    for name in contents.files:
        folder = PurePosixPath(name).parent.as_posix()
        suffixes = allowed.get(name, ()) if folder.endswith(f"/{SPLIT}") else _kinds(contents, folder)
        if PurePosixPath(name).suffix not in suffixes:
            kinds = f"Only {', '.join(suffixes)} may be there." if suffixes else "The folder is none of the tree."
            findings.append(OUT_OF_PLACE.finding(kinds, cell=name))
    return findings


def _kinds(contents: Contents, folder: str) -> tuple[str, ...]:
    """Suffixes that files in a folder may have."""
    for tree in contents.trees:
        if folder in (tree.datasets("SDTM"), tree.datasets("ADaM")):
            return DATA_SUFFIXES + _DOCUMENT_SUFFIXES
        if folder == tree.programs:
            return (".txt",)
    return ()


def empty_files(contents: Contents) -> list[Finding]:
    """Files of no bytes."""
    return [EMPTY.finding("The file is empty.", cell=name) for name in contents.files if not contents.size(name)]


def ascii_programs(contents: Contents) -> list[Finding]:
    """Programs with bytes that are no ASCII text."""
    findings = []
    for tree in contents.trees:
        for name in contents.below(tree.programs):
            content = contents.content(f"{tree.programs}/{name}")
            line = next((number for number, text in enumerate(content.split(b"\n"), 1) if not _is_text(text)), 0)
            if line:
                findings.append(NOT_ASCII.finding(f"Line {line}.", cell=f"{tree.programs}/{name}"))
    return findings


def _is_text(line: bytes) -> bool:
    return all(byte == 9 or 32 <= byte < 127 for byte in line)
