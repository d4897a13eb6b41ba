"""What a new study is to hold, and the tables of its workbooks before they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studyspec.spec.workbook_style import CellValue

Row = dict[str, CellValue]
"""A row of a sheet: header to value."""
Book = dict[str, list[Row]]
"""A workbook: sheet to rows, in the order of the tabs."""

LIBRARY_VARIABLES = "Library Variables"
LIBRARY_TERMS = "Library Terms"
LONGEST_CODELIST = 60
"""A codelist of the standard with more terms stands in the library; the study takes the terms that it needs."""


@dataclass(frozen=True)
class ReceivedVariable:
    """A column of a received SDTM file. `data_type` is text, integer or float; `length` in bytes as stored."""

    name: str
    label: str
    data_type: str
    length: int


@dataclass(frozen=True)
class ReceivedDataset:
    """A received SDTM file: what it says about itself, label "" where it says nothing.

    `keys` are the variables that tell its records apart: those of the standard and as many more as are needed.
    """

    name: str
    label: str
    variables: tuple[ReceivedVariable, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class NewStudy:
    """What `studyspec init` was asked for.

    Attributes:
        name: the study, as it will stand in STUDYID.
        domains: SDTM domains to lay out, in the order of the standard's classes.
        analysis: ADaM datasets to lay out, ADSL first.
        forms: raw form to its columns, each with the distinct values (at most a few hundred); empty without raw data.
        received: SDTM datasets that arrived as such, by name; `domains` are then their names.
    """

    name: str
    domains: tuple[str, ...]
    analysis: tuple[str, ...]
    forms: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    received: Mapping[str, ReceivedDataset] = field(default_factory=dict)
