"""Parameters in the notes of displays: "{TEAE_WINDOW} days after the last dose" is printed as "30 days ..."."""

from __future__ import annotations

from dataclasses import replace

from studyspec.findings import Finding
from studyspec.spec.model import Spec
from studyspec.spec.near import did_you_mean
from studyspec.spec.rules_sheets import PLACEHOLDER, UNKNOWN_PARAMETER, filled_in
from studyspec.spec.tlf import Note, TlfSpec


def with_parameters(tlf: TlfSpec, adam: Spec) -> TlfSpec:
    """The displays with notes in which names in braces are replaced by the parameters of the ADaM workbook.

    A name that is no parameter stays; `unknown_in_notes` finds it.
    """

    def filled(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(replace(note, text=filled_in(note.text, adam)) for note in notes)

    displays = {name: replace(item, notes=filled(item.notes)) for name, item in tlf.displays.items()}
    return replace(tlf, displays=displays, notes=filled(tlf.notes))


def unknown_in_notes(tlf: TlfSpec, adam: Spec) -> list[Finding]:
    """Names in braces in notes that are no parameter of the ADaM workbook."""
    own = [note for display in tlf.displays.values() for note in display.notes if note.display == display.id]
    return [
        UNKNOWN_PARAMETER.finding(
            f"{{{name}}} is not a parameter of {adam.name}.",
            action=f"{did_you_mean(name, adam.parameters)} {UNKNOWN_PARAMETER.action}".strip(),
            cell=note.location.at("Text"),
        )
        for note in (*tlf.notes, *own)
        for name in PLACEHOLDER.findall(note.text)
        if name not in adam.parameters
    ]
