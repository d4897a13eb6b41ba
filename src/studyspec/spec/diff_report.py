"""Changes of a spec for people: lines for a terminal, and an HTML page that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from studyspec.spec.diff import ACTIONS, TERMS, CellChange, Change
from studyspec.spec.diff_impact import Entry, Impact, PartDiff, SpecDiff

if TYPE_CHECKING:
    from jinja2 import Template

# What a sheet is called, where its own name would not say it.
_HEADINGS = {"Define": "Study", "ValueLevel": "Value levels", "Codelists": "Codelists", TERMS: "Codelist terms"}
_ONE_LINE = 48  # characters; longer texts stand below each other, so that the eye can compare them
_CONTENT = 240  # characters of a row that was added or removed
_SHOWN = 8  # variables of a dataset that a line of the terminal names
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def diff_lines(diff: SpecDiff) -> Iterator[str]:
    """The changes by part and sheet, what each touches, and at the end what to build and check again."""
    for part in diff.parts:
        yield f"{part.part}: {part.old} -> {part.new}"
        yield f"  {count_changes(part)}"
        for sheet, entries in by_sheet(part.entries):
            yield ""
            yield f"{heading(sheet)} ({len(entries)})"
            for entry in entries:
                yield from _entry_lines(entry)
        yield ""
    yield from closing_lines(diff)


def count_changes(part: PartDiff) -> str:
    """How many changes: `3 that can change data or figures, 2 of wording only`, or `no change`."""
    if not part.entries:
        return "no change"
    running = sum(entry.changes_data for entry in part.entries)
    words = len(part.entries) - running
    counts = [f"{running} that can change data or figures"] * bool(running)
    counts += [f"{words} of wording only"] * bool(words)
    return f"{len(part.entries)} change{'s' * (len(part.entries) != 1)}: {', '.join(counts)}"


def heading(sheet: str) -> str:
    """The heading of a sheet's changes."""
    return _HEADINGS.get(sheet, sheet)


def by_sheet(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Entries by sheet; within a sheet what can change data first, then by kind of change."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.change.sheet, []).append(entry)
    for own in found.values():
        own.sort(key=lambda entry: (not entry.changes_data, ACTIONS.index(entry.change.action)))
    return list(found.items())


def _entry_lines(entry: Entry) -> Iterator[str]:
    change = entry.change
    yield f"  {headline(change)}{'' if entry.changes_data else '  (wording)'}"
    if change.action in ("added", "removed"):
        content = "; ".join(f"{cell.header}: {_one_line(cell.before or cell.after)}" for cell in change.cells)
        yield from [f"      {content if len(content) <= _CONTENT else content[:_CONTENT] + ' ...'}"] * bool(content)
    else:
        yield from (line for cell in change.cells for line in _cell_lines(cell))
    touched = "; ".join(f"{group} {', '.join(names)}".strip() for group, names in touches(change, entry.impact, _SHOWN))
    if touched:
        yield f"      touches {touched}"


def _cell_lines(cell: CellChange) -> Iterator[str]:
    if cell.means_the_same:
        yield f"      {cell.header}: written otherwise, means the same"
    elif max(len(cell.before), len(cell.after)) <= _ONE_LINE:
        yield f"      {cell.header}: {cell.before or '(empty)'} -> {cell.after or '(empty)'}"
    else:
        yield f"      {cell.header}:"
        yield f"        was {_one_line(cell.before)}"
        yield f"        now {_one_line(cell.after)}"


def headline(change: Change) -> str:
    """`renamed  AE.AESEV, was AE.AESEVX  [specs/sdtm.xlsx!Variables!C12]`."""
    was = f", was {change.was}" if change.was else ""
    place = f"  now {change.place}" if change.place else ""
    cell = f"  [{change.cell}]" if change.cell else ""
    return f"{change.action:<8} {change.name}{was}{place}{cell}"


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "(empty)"


def touches(change: Change, impact: Impact, shown: int) -> list[tuple[str, list[str]]]:
    """What a change touches beside itself: `ADAE:` with its variables, `displays` with their names.

    Args:
        change: the change.
        impact: what it touches.
        shown: the most variables of a dataset that are named; the others are counted.
    """
    own = ".".join(change.key[:2]) if change.sheet in ("Variables", "ValueLevel", "Mapping") else ""
    groups: dict[str, list[str]] = {name: [] for name in impact.datasets}
    for variable in impact.variables:
        dataset, _, name = variable.partition(".")
        if variable != own:
            groups[dataset].append(name)
    found = []
    for dataset, names in groups.items():
        if names:
            more = f" (+{len(names) - shown} more)" if len(names) > shown else ""
            found.append((f"{dataset}:", [*names[:shown][:-1], names[:shown][-1] + more]))
        elif dataset != own.partition(".")[0]:
            found.append((f"{dataset}:", ["its records"]))
    if impact.displays and change.key[:1] != impact.displays:
        found.append(("displays", list(impact.displays)))
    return found


def closing_lines(diff: SpecDiff) -> Iterator[str]:
    """What to build and check again, after all changes together."""
    if diff.same:
        yield "The versions say the same."
    elif not diff.impact:
        yield "No dataset and no display changes; what is written about them does (define.xml, labels)."
    else:
        yield "To build and check again:"
        yield f"  datasets  {', '.join(diff.impact.datasets) or 'none'}"
        yield f"  displays  {', '.join(diff.impact.displays) or 'none'}"


def marked(cell: CellChange) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The old and the new text in pieces, True for those that the other text does not have.

    Example:
        >>> marked(CellChange("Label", "Age group", "Age class"))
        ([('Age ', False), ('group', True)], [('Age ', False), ('class', True)])
    """
    old, new = (_WORDS.findall(text) for text in (cell.before, cell.after))
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for kind, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before.append(("".join(old[start:end]), kind != "equal"))
        after.append(("".join(new[begin:stop]), kind != "equal"))
    return [piece for piece in before if piece[0]], [piece for piece in after if piece[0]]


def diff_html(diff: SpecDiff) -> str:
    """The changes as an HTML page; every text is escaped and nothing is loaded from elsewhere."""
    return _template().render(parts=[_part_record(part) for part in diff.parts], closing=list(closing_lines(diff)))


def _part_record(part: PartDiff) -> Mapping[str, object]:
    sheets = [
        {"heading": heading(sheet), "entries": [_entry_record(entry) for entry in entries]}
        for sheet, entries in by_sheet(part.entries)
    ]
    return {"part": part.part, "old": part.old, "new": part.new, "count": count_changes(part), "sheets": sheets}


def _entry_record(entry: Entry) -> Mapping[str, object]:
    change = entry.change
    return {
        "action": change.action,
        "name": change.name,
        "was": change.was,
        "place": change.place,
        "cell": change.cell,
        "wording": not entry.changes_data,
        "content": change.action in ("added", "removed"),
        "cells": [
            (f"{cell.header} (means the same)" if cell.means_the_same else cell.header, *marked(cell))
            for cell in change.cells
        ],
        "touches": touches(change, entry.impact, len(entry.impact.variables)),
    }


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files("studyspec.spec").joinpath("diff.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(source)
