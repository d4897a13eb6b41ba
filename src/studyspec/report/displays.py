"""Displays as the page shows them: the layout with the line and column of each cell, and the lists behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from studyspec.report.cells import Lists
from studyspec.spec.tlf import Display
from studyspec.tables.display import DisplayResult
from studyspec.tables.layout import Layout


def display_content(display: Display, result: DisplayResult, lists: Lists, suffixes: Iterable[str]) -> dict[str, Any]:
    """A display: its layouts (one, or one per subgroup) and the lists behind its counts."""
    listing = display.type == "Listing"
    subjects = {}
    if listing:
        lines = result.ard.drop_duplicates("line")
        subjects = {int(line): text for line, text in zip(lines["line"], lines["group1_value"], strict=True)}
    return {
        "id": display.id,
        "type": display.type,
        "files": [f"{result.name}.{suffix}" for suffix in suffixes],
        "footnotes": list(result.layouts[0].footnotes),
        "source": result.layouts[0].source,
        "header": list(result.layouts[0].header),
        "parts": [_part(layout) for layout in result.layouts],
        "subjects": lists.subjects,
        "records": lists.records,
        "cells": lists.cells,
        "listed": subjects,
    }


def _part(layout: Layout) -> dict[str, Any]:
    return {
        "titles": list(layout.titles),
        "population": list(layout.population),
        "stub": layout.stub_head,
        "head": [[asdict(cell) for cell in row] for row in layout.head],
        "number": layout.number,
        "columns": list(layout.column_ids),
        "text": sorted(layout.text_columns),
        "body": [[line.label, line.indent, line.number, list(line.cells)] for line in layout.body],
    }
