"""Names in braces in the notes of displays are parameters of the ADaM workbook."""

from __future__ import annotations

import pytest

from spec.small_specs import ADAM, SDTM, registry
from spec.test_diff import TLF, spec, tlf
from studyspec.spec.diff import Change
from studyspec.spec.diff_impact import Graph, Study
from studyspec.spec.notes import unknown_in_notes, with_parameters
from studyspec.spec.tlf import TlfSpec


def noted(text: str, display: str = "T-1") -> TlfSpec:
    return tlf(TLF | {"Notes": [["Display", "Kind", "Order", "Text"], [display, "footnote", "1", text]]})


@pytest.mark.parametrize("display", ["T-1", "*"])
def test_a_parameter_in_a_note_is_printed_as_its_value(display: str) -> None:
    found = with_parameters(noted("Up to {WINDOW} days.", display), spec(ADAM))
    assert found.displays["T-1"].texts("footnote") == ("Up to 30 days.",)
    assert [note.text for note in found.notes] == (["Up to 30 days."] if display == "*" else [])


def test_a_name_that_is_no_parameter_stays_and_is_found_at_its_cell_once() -> None:
    adam = spec(ADAM)
    found = with_parameters(noted("Up to {WINDO} days.", "*"), adam)
    assert found.displays["T-2"].texts("footnote") == ("Up to {WINDO} days.",)
    assert [(item.code, item.what, item.cell) for item in unknown_in_notes(found, adam)] == [
        ("SPEC-150", f"{{WINDO}} is not a parameter of {adam.name}.", "specs/tlf.xlsx!Notes!D2")
    ]
    assert unknown_in_notes(with_parameters(noted("{WINDOW}"), adam), adam) == []


def test_a_change_of_the_parameter_is_followed_to_the_displays_that_print_it() -> None:
    for display, touched in (("T-2", ("T-2",)), ("*", ("T-1", "T-2"))):
        specs = (spec(SDTM), spec(ADAM))
        graph = Graph([Study(specs, noted("{WINDOW}", display))], registry())
        assert graph.impact(Change("Parameters", ("WINDOW",), "added"), "ADaM").displays == touched
