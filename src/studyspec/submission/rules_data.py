"""Rules: the forms of a dataset say the same, and the parts of a large one are the whole.

Source: CDISC Dataset-JSON 1.1; FDA Study Data Technical Conformance Guide, section on dataset size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from studyspec.define.document import children, get
from studyspec.findings import Finding, Rule
from studyspec.submission.contents import Contents, StandardFolder
from studyspec.submission.split import Part
from studyspec.submission.tree import SPLIT
from studyspec.transport.dataset_json_read import DatasetJsonError, parse_dataset_json
from studyspec.transport.xpt_read import XptError

if TYPE_CHECKING:
    from studyspec.transport.xpt_read import XptMember

DAMAGED = Rule(
    "PKG-021",
    "error",
    "Dataset cannot be read",
    why="What a strict reader refuses, a regulator's tools may refuse, too.",
    action="Package again.",
)
OTHER_NAME = Rule(
    "PKG-022",
    "error",
    "File does not have its dataset's name",
    why="Tools find a dataset by the name of its file.",
    action="Package again.",
)
OTHER_FORM = Rule(
    "PKG-023",
    "error",
    "Dataset-JSON differs from transport file or define.xml",
    why="The forms of a dataset are one dataset, described once.",
    action="Package again.",
)
NOT_SPLIT = Rule(
    "PKG-024",
    "error",
    "Transport file over the limit without parts",
    why="A dataset over 5 GB is submitted whole and in parts, in a folder split.",
    action="Package again; --split-over takes the limit in gigabytes.",
)
OTHER_PARTS = Rule(
    "PKG-025",
    "error",
    "Parts are not the whole",
    why="The parts of a dataset, one after the other, have its variables and records.",
    action="Package again.",
)


def datasets(contents: Contents) -> list[Finding]:
    """Transport files that cannot be read or have another name, and Dataset-JSON that is not their dataset."""
    return [
        finding
        for folder in contents.standards
        for name in folder.datasets
        for finding in _dataset(contents, folder, name)
    ]


def _dataset(contents: Contents, folder: StandardFolder, name: str) -> Iterator[Finding]:
    file = f"{name.lower()}.xpt"
    try:
        member = contents.member(folder.at(file))
    except XptError as error:
        yield DAMAGED.finding(str(error), cell=folder.at(file))
        return
    if member.name != name:
        yield OTHER_NAME.finding(f"It holds {member.name}.", cell=folder.at(file))
    for suffix in (".json", ".ndjson"):
        place = folder.at(name.lower() + suffix)
        if place in contents.files:
            try:
                what = _difference(contents, place, member, folder)
            except DatasetJsonError as error:
                yield DAMAGED.finding(str(error), cell=place)
            else:
                if what:
                    yield OTHER_FORM.finding(what, cell=place)


def _difference(contents: Contents, place: str, member: XptMember, folder: StandardFolder) -> str:
    """The first thing in which a Dataset-JSON file differs; "" where it does not."""
    found = parse_dataset_json(contents.folder / place)
    if found.head.get("name") != member.name:
        return f"It is of {found.head.get('name')}, not of {member.name}."
    if len(found.rows) != len(member.frame):
        return f"It has {len(found.rows)} records; the transport file has {len(member.frame)}."
    names = [column.get("name") for column in found.columns]
    if names != [column.name for column in member.columns]:
        return "Its variables are not those of the transport file, or in another order."
    oids = [found.head.get("itemGroupOID"), *(column.get("itemOID") for column in found.columns)]
    return (
        "" if folder.define is None or oids == _oids(folder, member.name) else "Its OIDs are not those of define.xml."
    )


def _oids(folder: StandardFolder, name: str) -> list[str]:
    """The OIDs of a dataset and of its variables, in order."""
    assert folder.define is not None
    for group in folder.define.all("ItemGroupDef"):
        if get(group, "Name") == name:
            return [get(group, "OID"), *(get(item, "ItemOID") for item in children(group, "ItemRef"))]
    return []


def sizes(contents: Contents, parts: Sequence[Part], largest: int) -> list[Finding]:
    """Transport files over the limit, unless they are wholes that come in parts."""
    split = {part.dataset.lower() for part in parts}
    findings = []
    for name in contents.files:
        folder, _, file = name.rpartition("/")
        has_parts = file.removesuffix(".xpt") in split and not folder.endswith(f"/{SPLIT}")
        if name.endswith(".xpt") and contents.size(name) > largest and not has_parts:
            findings.append(NOT_SPLIT.finding(f"It has {contents.size(name):,} bytes.", cell=name))
    return findings


def part_paths(contents: Contents, parts: Sequence[Part]) -> dict[str, list[str]]:
    """The path of each dataset that was split, and those that its parts should have."""
    found: dict[str, list[str]] = {}
    for folder in contents.standards:
        for part in parts:
            if part.dataset in folder.datasets:
                whole = folder.at(f"{part.dataset.lower()}.xpt")
                found.setdefault(whole, []).append(folder.at(f"{SPLIT}/{part.name.lower()}.xpt"))
    return found


def split_datasets(contents: Contents, parts: Sequence[Part]) -> list[Finding]:
    """Parts that are missing, or that put together are not their dataset."""
    findings = []
    for whole, paths in part_paths(contents, parts).items():
        absent = [path for path in paths if path not in contents.files]
        findings += [OTHER_PARTS.finding("The part is missing.", cell=path) for path in absent]
        if not absent:
            try:
                same = _same(contents.member(whole), [contents.member(path) for path in paths])
            except XptError as error:
                findings.append(DAMAGED.finding(str(error), cell=whole))
                continue
            if not same:
                findings.append(OTHER_PARTS.finding("The parts have other variables or records.", cell=whole))
    return findings


def _same(whole: XptMember, parts: Sequence[XptMember]) -> bool:
    joined = pd.concat([part.frame for part in parts], ignore_index=True)
    return all(part.columns == whole.columns for part in parts) and joined.equals(whole.frame)
