"""What is found for a display before it is laid out: lines in print order, results, findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from studyspec.findings import Finding
from studyspec.spec.tlf_cells import Pattern
from studyspec.tables.results import Result


@dataclass(frozen=True)
class Line:
    """A printed line: its number from 1, row, label and indent, and the patterns of its cells (none: label only).

    `repeated` are columns of a listing whose text repeats that of the line above, and is not printed. `record` is the
    place of the listed record in its dataset; -1 in other displays.
    """

    number: int
    row: str
    label: str
    indent: int
    patterns: tuple[Pattern, ...]
    repeated: frozenset[str] = frozenset()
    record: int = -1


@dataclass
class Part:
    """The lines of a display, or of one of its subgroups, in print order.

    `label` is that of the subgroup. `number` is the line of the column heads, 0 without subgroups. `empty` says that no
    record meets the display's filter.
    """

    label: str = ""
    number: int = 0
    lines: list[Line] = field(default_factory=list)
    empty: bool = False

    @property
    def next_number(self) -> int:
        """The number of the line to come."""
        return (self.lines[-1].number if self.lines else self.number) + 1


@dataclass
class Analysis:
    """What was found for a display: its parts, one per subgroup, with their results, and findings."""

    parts: list[Part] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
