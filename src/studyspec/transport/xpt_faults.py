"""Collecting what is wrong with the values of a data set, so that one run names every variable at fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studyspec.transport.xpt_encode import Mask


class XptWriteError(ValueError):
    """A frame or its description cannot become an XPT file; nothing was written.

    Attributes:
        problems: every problem found, each with data set, variable, row, value, reason and remedy.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class _Fault:
    first: str
    reason: str
    rows: int


class Faults:
    """The first example and the number of rows of each kind of fault in each variable of one data set."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        self._found: dict[tuple[str, str], _Fault] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def chunk(self, variable: str, first_row: int) -> ChunkFaults:
        """Give the place to note faults of one variable in one chunk of rows.

        Args:
            variable: its name, or "" for the whole record.
            first_row: the number of the chunk's first row; the first row of the data set is 1.
        """
        return ChunkFaults(self, variable, first_row)

    def add(self, variable: str, reason: str, rows: int, row: int, found: str) -> None:
        """Note that `rows` rows have a fault; `row` is the first of them and `found` says what is there."""
        where = f"{self._dataset}.{variable}" if variable else self._dataset
        before = self._found.get((variable, reason), _Fault(f"{where}, row {row}: {found}", reason, 0))
        self._found[variable, reason] = _Fault(before.first, reason, before.rows + rows)

    def problems(self) -> list[str]:
        """Give one text per variable and kind of fault, in the order found."""
        return [
            f"{fault.first} {fault.reason}"
            + (f" {fault.rows} rows are like this; this is the first." if fault.rows > 1 else "")
            for fault in self._found.values()
        ]


@dataclass(frozen=True)
class ChunkFaults:
    """Where faults of one variable in one chunk of rows are noted."""

    faults: Faults
    variable: str
    first_row: int

    def note(self, rows: Mask, found: Callable[[int], str], reason: str) -> bool:
        """Note the rows that are at fault.

        Args:
            rows: True where at fault.
            found: says, for a position in the chunk, what is there.
            reason: why it is a fault and what to do.

        Returns:
            True if any row is at fault.
        """
        if not rows.any():
            return False
        position = int(np.argmax(rows))
        row = self.first_row + position
        self.faults.add(self.variable, reason, int(rows.sum()), row, found(position))
        return True
