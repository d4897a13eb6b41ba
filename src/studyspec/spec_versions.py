"""Two versions of a study's specs side by side, from workbooks, define.xml files or folders."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from studyspec.findings import has_errors
from studyspec.spec.diff import Change, diff_specs, diff_tlf
from studyspec.spec.diff_impact import Entry, Graph, PartDiff, SpecDiff, Study, changes_data
from studyspec.spec.load import load_spec
from studyspec.spec.load_tlf import load_tlf
from studyspec.spec.model import Spec, Standard
from studyspec.spec.tlf import TlfSpec

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

_WORKBOOKS = ("sdtm.xlsx", "adam.xlsx", "tlf.xlsx")
DISPLAYS = "Displays"


class VersionError(ValueError):
    """A version that cannot be read, or two that cannot be compared; the message says what to give."""


@dataclass
class Version:
    """What a path holds: specs by standard, displays, the file of each, and which specs come from a define.xml.

    `notes` says of workbooks with errors that they are compared as far as they can be read.
    """

    specs: dict[Standard, Spec] = field(default_factory=dict)
    tlf: TlfSpec | None = None
    files: dict[str, Path] = field(default_factory=dict)
    from_define: set[Standard] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def parts(self) -> set[str]:
        """The standards it has, and Displays."""
        return {*self.specs, *([DISPLAYS] if self.tlf else [])}

    def completed(self, others: Version | None) -> Study:
        """All specs of the study: those that the version lacks are taken from the others."""
        missing = others or Version()
        return Study(tuple({**missing.specs, **self.specs}.values()), self.tlf or missing.tlf)


def read_version(path: Path) -> Version:
    """Read a workbook, a define.xml, or a folder with specs (a study's, or its specs folder).

    Raises:
        VersionError: there is nothing that can be read.
    """
    version = Version()
    if path.is_dir():
        folder = path / "specs" if (path / "specs").is_dir() else path
        files = [folder / name for name in _WORKBOOKS if (folder / name).is_file()]
        if not files:
            raise VersionError(f"{path} holds none of {', '.join(_WORKBOOKS)}. Name a study's folder or a file.")
        for file in files:
            _read_workbook(version, file)
    elif path.suffix.lower() == ".xml":
        _read_define(version, path)
    else:
        _read_workbook(version, path)
    return version


def _read_define(version: Version, path: Path) -> None:
    from studyspec.define.read import read_define

    spec, findings = read_define(path)
    if spec is None:
        raise VersionError("\n".join(map(str, findings)))
    version.specs[spec.standard] = spec
    version.files[spec.standard] = path.resolve()
    version.from_define.add(spec.standard)


def _read_workbook(version: Version, path: Path) -> None:
    spec, findings = load_spec(path)
    if spec is not None:
        version.specs[spec.standard] = spec
        version.files[spec.standard] = path.resolve()
    else:
        version.tlf, found = load_tlf(path)
        if version.tlf is None:
            raise VersionError(f"{path} is neither a spec nor a workbook of displays. {findings[0]}")
        version.files[DISPLAYS] = path.resolve()
        findings = found
    if has_errors(findings):
        count = sum(item.severity == "error" for item in findings)
        version.notes.append(
            f"{path} has {count} error{'s' * (count > 1)} (studyspec check lists them); "
            "rows that cannot be read are not compared."
        )


def diff_versions(old: Version, new: Version, context: Version | None, registry: Registry) -> SpecDiff:
    """Everything that changed, with what each change touches.

    Args:
        old: the earlier version.
        new: the later one.
        context: the study's other workbooks, through which changes are followed; None follows within the versions.
        registry: the functions that expressions call.

    Raises:
        VersionError: the versions have no standard in common.
    """
    common = old.parts & new.parts
    if not common:
        given = " with ".join(", ".join(sorted(item.parts)) for item in (old, new))
        raise VersionError(f"Nothing to compare: {given}. Give two versions of the same workbook.")
    graph = Graph([old.completed(context), new.completed(context)], registry)
    found = []
    for standard in get_args(Standard):
        if standard in common:
            before, after = _comparable(old, new, standard)
            found.append(_part(standard, (old, new), diff_specs(before, after), graph))
    if old.tlf is not None and new.tlf is not None:
        found.append(_part(DISPLAYS, (old, new), diff_tlf(old.tlf, new.tlf), graph))
    total = graph.together(entry.impact for part in found for entry in part.entries)
    return SpecDiff(tuple(found), total)


def _comparable(old: Version, new: Version, standard: Standard) -> tuple[Spec, Spec]:
    """The two specs; when one is a define.xml, both as far as a define carries them.

    Lengths in a define.xml are those of the data, so that they are compared with those of another define.xml only.
    """
    before, after = old.specs[standard], new.specs[standard]
    if standard in old.from_define | new.from_define:
        from studyspec.define.carried import as_carried

        lengths = standard in old.from_define & new.from_define
        return as_carried(before, lengths=lengths), as_carried(after, lengths=lengths)
    return before, after


def _part(part: str, versions: tuple[Version, Version], changes: list[Change], graph: Graph) -> PartDiff:
    standard = "" if part == DISPLAYS else part
    entries = (Entry(change, changes_data(change), graph.impact(change, standard)) for change in changes)
    return PartDiff(part, *told_apart(*(version.files[part] for version in versions)), tuple(entries))


def told_apart(old: Path, new: Path) -> tuple[str, str]:
    """The ends of two paths that are long enough to tell one file from the other.

    Example:
        >>> told_apart(Path("v2/specs/adam.xlsx"), Path("v3/specs/adam.xlsx"))
        ('v2/specs/adam.xlsx', 'v3/specs/adam.xlsx')
        >>> told_apart(Path("v2/specs/adam.xlsx"), Path("v2/specs/adam_old.xlsx"))
        ('adam.xlsx', 'adam_old.xlsx')
    """
    longest = max(len(old.parts), len(new.parts))
    length = next((count for count in range(1, longest + 1) if old.parts[-count:] != new.parts[-count:]), 1)
    return "/".join(old.parts[-length:]), "/".join(new.parts[-length:])
