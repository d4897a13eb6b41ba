"""The order of displays where all of them stand together: tables, figures, listings, each by number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from studyspec.spec.tlf import Display

TYPES = ("Table", "Figure", "Listing")


def display_order(displays: Iterable[Display]) -> list[Display]:
    """Tables, then figures, then listings; 14.3.1.9 before 14.3.1.10."""
    return sorted(displays, key=lambda item: (TYPES.index(item.type), _parts(item.number), item.number, item.id))


def _parts(number: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", number)]


def heading(display: Display) -> str:
    """Table 14.3.1.1 Overview of Treatment-Emergent Adverse Events."""
    return f"{display.type} {display.number} {display.title}"
