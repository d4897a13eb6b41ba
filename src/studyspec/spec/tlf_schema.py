"""The sheets of specs/tlf.xlsx: their columns, which cells must be filled, and what closed columns allow."""

from __future__ import annotations

from typing import get_args

from studyspec.spec.schemas import PLACE, REQUIRED, REQUIRED_PLACE, TEXT, YES_NO, Rules
from studyspec.spec.tlf import (
    ColumnKind,
    DisplayType,
    NoteKind,
    Orientation,
    PlotKind,
    PopulationPlace,
    RowKind,
    Symbol,
)


def _one_of(choices: object, *others: str) -> Rules:
    return {"type": "string", "allowed": [*get_args(choices), *others]}


SHEETS: dict[str, dict[str, Rules]] = {
    "Displays": {
        "Display": REQUIRED,
        "Type": _one_of(DisplayType),
        "Number": REQUIRED,
        "Title": REQUIRED,
        "Population": TEXT,
        "Population Label": REQUIRED,
        "Dataset": REQUIRED,
        "Filter": TEXT,
        "Stub Label": TEXT,
        "Empty Text": REQUIRED,
        "Orientation": _one_of(Orientation),
        "Population Place": _one_of(PopulationPlace, ""),
        "Continued": YES_NO,
        "Sort": TEXT,
    },
    "Columns": {
        "Display": REQUIRED,
        "Order": REQUIRED_PLACE,
        "ID": REQUIRED,
        "Label": REQUIRED,
        "Span": TEXT,
        "Kind": _one_of(ColumnKind),
        "Where": TEXT,
        "Statistics": TEXT,
        "N": PLACE,
        "Compare": TEXT,
        "Records": TEXT,
        "Expression": TEXT,
        "Symbol": _one_of(Symbol, ""),
        "Width": PLACE,
    },
    "Rows": {
        "Display": REQUIRED,
        "Order": REQUIRED_PLACE,
        "ID": REQUIRED,
        "Label": TEXT,
        "Level": PLACE,
        "Kind": _one_of(RowKind),
        "Dataset": TEXT,
        "Variables": TEXT,
        "Where": TEXT,
        "Statistics": TEXT,
        "Decimals": PLACE,
        "Denominator": TEXT,
        "Categories": TEXT,
        "Missing Label": TEXT,
        "Sort": TEXT,
        "Select": TEXT,
        "Test": TEXT,
        "Time At Risk": TEXT,
        "Worst": TEXT,
    },
    "Notes": {"Display": REQUIRED, "Kind": _one_of(NoteKind), "Order": REQUIRED_PLACE, "Text": REQUIRED},
    "Published": {"Display": REQUIRED, "Row": REQUIRED, "Column": REQUIRED, "Value": REQUIRED, "Reference": REQUIRED},
    "Subgroups": {
        "Display": REQUIRED,
        "Order": REQUIRED_PLACE,
        "ID": REQUIRED,
        "Label": REQUIRED,
        "Where": REQUIRED,
    },
    "Plots": {
        "Display": REQUIRED,
        "Order": REQUIRED_PLACE,
        "ID": REQUIRED,
        "Kind": _one_of(PlotKind),
        "Label": TEXT,
        "Columns": TEXT,
        "Rows": TEXT,
        "X Label": REQUIRED,
        "Y Label": TEXT,
        "Ticks": TEXT,
    },
    "Formats": {"Format": REQUIRED, "Order": REQUIRED_PLACE, "Range": REQUIRED, "Picture": TEXT, "Text": TEXT},
}
# Without these a workbook says nothing.
REQUIRED_SHEETS = ("Displays", "Columns", "Rows")
# A sheet may lack these columns; all others are needed.
OPTIONAL_HEADERS: dict[str, tuple[str, ...]] = {
    "Displays": ("Population Place", "Continued", "Sort"),
    "Columns": ("Compare", "Records", "Expression", "Symbol", "Width"),
    "Rows": ("Test", "Time At Risk", "Worst"),
}
# What names a row of a sheet, within its display.
KEYS: dict[str, tuple[str, ...]] = {
    "Displays": ("Display",),
    "Columns": ("Display", "ID"),
    "Rows": ("Display", "ID"),
    "Notes": ("Display", "Kind", "Order"),
    "Published": ("Display", "Row", "Column"),
    "Subgroups": ("Display", "ID"),
    "Plots": ("Display", "ID"),
    "Formats": ("Format", "Order"),
}
EVERY_DISPLAY = "*"
