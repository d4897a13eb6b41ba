"""A package as it lies on disk, for those who check it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from studyspec.define.document import DefineDocument
from studyspec.spec.model import Standard
from studyspec.submission.tree import DATASETS, DEFINE, StudyTree

if TYPE_CHECKING:
    from studyspec.transport.xpt_read import XptMember

STANDARDS: tuple[Standard, ...] = ("SDTM", "ADaM")


@dataclass(frozen=True)
class StandardFolder:
    """The folder of a standard's datasets: its files by name, and its define.xml; None where it cannot be read."""

    standard: Standard
    tree: StudyTree
    files: frozenset[str]
    define: DefineDocument | None

    @property
    def place(self) -> str:
        """Its path below m5."""
        return self.tree.datasets(self.standard)

    @property
    def datasets(self) -> list[str]:
        """The names of the datasets whose transport files it has."""
        return sorted(name.removesuffix(".xpt").upper() for name in self.files if name.endswith(".xpt"))

    def at(self, name: str) -> str:
        """A file's path below m5."""
        return f"{self.place}/{name}"


class Contents:
    """All files below a folder m5.

    Args:
        folder: m5 itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

    @cached_property
    def trees(self) -> list[StudyTree]:
        """The studies in it."""
        paths = (PurePosixPath(name).parts for name in self.files)
        return [StudyTree(name) for name in sorted({parts[1] for parts in paths if parts[0] == DATASETS and parts[2:]})]

    @cached_property
    def standards(self) -> list[StandardFolder]:
        """The folders of datasets that hold anything, SDTM of each study first."""
        found = [self._standard(tree, standard) for tree in self.trees for standard in STANDARDS]
        return [item for item in found if item.files]

    def _standard(self, tree: StudyTree, standard: Standard) -> StandardFolder:
        from lxml import etree

        place = tree.datasets(standard)
        files = frozenset(name for name in self.below(place) if "/" not in name)
        define = None
        if DEFINE in files:
            try:
                define = DefineDocument(self.content(f"{place}/{DEFINE}"), f"{place}/{DEFINE}")
            except etree.XMLSyntaxError:
                define = None
        return StandardFolder(standard, tree, files, define)

    def below(self, place: str) -> Iterator[str]:
        """The files below a folder, by their path from there."""
        return (name.removeprefix(f"{place}/") for name in self.files if name.startswith(f"{place}/"))

    def content(self, name: str) -> bytes:
        """A file's bytes."""
        return (self.folder / name).read_bytes()

    def size(self, name: str) -> int:
        """A file's size in bytes."""
        return (self.folder / name).stat().st_size

    def member(self, name: str) -> XptMember:
        """The dataset in a transport file.

        Raises:
            XptError: the file is damaged.
        """
        from studyspec.transport.xpt_read import read_xpt

        return read_xpt(self.folder / name).members[0]
