"""Outputs and lists of contents in terms of CDISC ARS: the displays, their files and the text around their body.

Source: CDISC Analysis Results Standard 1.0, logical model, classes Output and ListOfContents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studyspec.exports.order import TYPES, display_order, heading
from studyspec.spec.tlf import Display, Note, NoteKind, TlfSpec

TYPE = "CAT.TYPE"
HTML = "FT.HTML"
FILE_TYPES: dict[str, dict[str, str]] = {
    "pdf": {"controlledTerm": "pdf"},
    "rtf": {"controlledTerm": "rtf"},
    "txt": {"controlledTerm": "txt"},
    "html": {"sponsorTermId": HTML},
}
_SECTIONS: dict[NoteKind, str] = {"header": "Header", "title": "Title", "footnote": "Footnote", "source": "Footer"}


def output(display: Display) -> dict[str, Any]:
    """An Output: a display with its files, which lie in the folder tlf beside that of the results data."""
    files = [
        {"name": f"{display.file_name}.{suffix}", "fileType": kind, "location": f"../tlf/{display.file_name}.{suffix}"}
        for suffix, kind in FILE_TYPES.items()
    ]
    shown = {"id": f"DP.{display.id}", "name": heading(display), "displayTitle": display.title}
    sections = list(_sections(display))
    return {
        "id": output_id(display),
        "name": heading(display),
        "categoryIds": [f"{TYPE}.{display.type}"],
        "fileSpecifications": files,
        "displays": [{"order": 1, "display": {**shown, "displaySections": sections}}],
    }


def output_id(display: Display) -> str:
    """OUT.T-14-3-1-1."""
    return f"OUT.{display.id}"


def _sections(display: Display) -> Iterable[dict[str, Any]]:
    """Header, titles, heading of the labels, footnotes and source, each in order."""
    own = {"Title": [display.title, display.population_label], "Rowlabel Header": [display.stub_label]}
    for kind in ("header", "title", "footnote", "source"):
        parts: list[dict[str, Any]] = [{"subSection": item} for item in _texts(display, _SECTIONS[kind], own)]
        for note in display.notes:
            if note.kind == kind:
                name = "subSectionId" if note.display == "*" else "subSection"
                text = {"id": _note_id(note), "text": note.text}
                parts.append({name: text["id"] if note.display == "*" else text})
        if parts:
            ordered = [{"order": order, **part} for order, part in enumerate(parts, start=1)]
            yield {"sectionType": _SECTIONS[kind], "orderedSubSections": ordered}
        if kind == "title" and display.stub_label:
            stub = [{"order": 1, "subSection": item} for item in _texts(display, "Rowlabel Header", own)]
            yield {"sectionType": "Rowlabel Header", "orderedSubSections": stub}


def _texts(display: Display, section: str, texts: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    own = f"TX.{display.id}.{section.replace(' ', '')}"
    return [
        {"id": f"{own}.{place}", "text": text} for place, text in enumerate(texts.get(section, ()), start=1) if text
    ]


def _note_id(note: Note) -> str:
    owner = "ALL" if note.display == "*" else note.display
    return f"TX.{owner}.{note.kind}.{note.order}"


def global_sections(displays: Iterable[Display]) -> list[dict[str, Any]]:
    """The notes of every display, by section."""
    found: dict[str, dict[str, str]] = {}
    for display in displays:
        for note in display.notes:
            if note.display == "*":
                found.setdefault(_SECTIONS[note.kind], {})[_note_id(note)] = note.text
    return [
        {"sectionType": section, "subSections": [{"id": own, "text": text} for own, text in texts.items()]}
        for section, texts in found.items()
    ]


def categorization() -> dict[str, Any]:
    """Tables, figures and listings as categories of outputs."""
    return {
        "id": TYPE,
        "label": "Type of display",
        "categories": [{"id": f"{TYPE}.{kind}", "label": kind} for kind in TYPES],
    }


def main_list(tlf: TlfSpec, analyses: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """All outputs by number, each with its analyses.

    Args:
        tlf: the displays.
        analyses: the Analysis objects of each display.
    """
    items = []
    for order, display in enumerate(display_order(tlf.displays.values()), start=1):
        listed = [
            {"name": item["name"], "level": 2, "order": place, "analysisId": item["id"]}
            for place, item in enumerate(analyses.get(display.id, ()), start=1)
        ]
        below = {"sublist": {"listItems": listed}} if listed else {}
        items.append({**_item(display, order), **below})
    return {"name": "Displays and their analyses", "contentsList": {"listItems": items}}


def other_lists(tlf: TlfSpec) -> list[dict[str, Any]]:
    """A list of the tables, one of the figures and one of the listings, by number; of what there is."""
    displays = display_order(tlf.displays.values())
    lists = []
    for kind in TYPES:
        found = [display for display in displays if display.type == kind]
        items = [_item(display, order) for order, display in enumerate(found, start=1)]
        if items:
            lists.append({"name": f"{kind}s", "contentsList": {"listItems": items}})
    return lists


def _item(display: Display, order: int) -> dict[str, Any]:
    return {"name": heading(display), "level": 1, "order": order, "outputId": output_id(display)}
