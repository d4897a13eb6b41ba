"""Analysis results metadata of an ADaM workbook: the sheets Analysis Displays and Analysis Results of Pinnacle 21.

Source: CDISC Analysis Results Metadata 1.0 for Define-XML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studyspec.spec.workbook import Location

if TYPE_CHECKING:
    from studyspec.spec.model import Condition


@dataclass(frozen=True)
class AnalysisDisplay:
    """A row of Analysis Displays: a table, with the document that holds it."""

    id: str
    title: str
    document: str
    pages: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class AnalysisResult:
    """A row of Analysis Results: one analysis that a display shows.

    `variables` are the analysed (dataset, variable) pairs; `selection` the records, each condition on its own dataset.
    `join_comment` is an ID of Comments; `documentation_refs` are IDs of Documents, each with its pages. `rows` (our
    column) are the rows of the display in the tlf workbook that show the result; none means all of them.
    """

    display: str
    id: str
    description: str
    variables: tuple[tuple[str, str], ...]
    reason: str
    purpose: str
    selection: tuple[Condition, ...]
    join_comment: str
    documentation: str
    documentation_refs: tuple[tuple[str, str], ...]
    programming_context: str
    programming_code: str
    programming_document: str
    pages: str
    location: Location = field(compare=False)
    rows: tuple[str, ...] = ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets it reads: of its variables, then of its selection alone."""
        named = [dataset for dataset, _ in self.variables] + [item.dataset for item in self.selection]
        return tuple(dict.fromkeys(named))
