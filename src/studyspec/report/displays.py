"""Displays as the page shows them: the layout with the line and column of each cell, and the lists behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from studyspec.report.cells import Lists
from studyspec.spec.tlf import Display
from studyspec.tables.display import DisplayResult
from studyspec.tables.layout import Layout
from studyspec.tables.plots.svg import render_svg


def display_content(display: Display, result: DisplayResult, lists: Lists, suffixes: Iterable[str]) -> dict[str, Any]:
    """A display: its layouts (one, or one per subgroup) and the lists behind its counts."""
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
        "lists": display.dataset if display.lists_records else "",
        "drawings": [render_svg(drawing, result.layouts[0].titles[0]) for drawing in result.drawings],
    }


def _part(layout: Layout) -> dict[str, Any]:
    return {
        "titles": list(layout.titles),
        "population": list(layout.population),
        "stub": layout.stub_head,
        "head": [[asdict(cell) for cell in row] for row in layout.head],
        "number": layout.number,
        "columns": list(layout.column_ids),
        "statistics": [list(statistics) for statistics in layout.column_statistics],
        "text": sorted(layout.text_columns),
        "body": [[line.label, line.indent, line.number, list(line.cells), line.record] for line in layout.body],
    }
