"""Small displays for the tests of files that hold all of them."""

from dataclasses import replace
from typing import Any

from studyspec.spec.tlf import Display
from studyspec.tables.display import DisplayResult, build_display
from tables.plain import COLUMNS, evaluator, frame, small_tlf

ADSL = frame("USUBJID TRT01A SAFFL SEX AGE#", "1 A Y F 60", "2 A Y F 80", "3 A Y M 81", "4 B Y M 50")
ADAE = frame("USUBJID AEDECOD TRTEMFL", "1 Rash Y", "1 =1+1 Y", "2 Rash Y", "3 Itch Y")
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
TERMS = {"Label": "By term", "Kind": "nested", "Variables": "AEDECOD", "Statistics": "n (%)"}
AGE = {
    "Label": "Age",
    "Kind": "continuous",
    "Dataset": "ADSL",
    "Variables": "AGE",
    "Statistics": "n; Mean (SD); Median",
}
SUBGROUPS = [
    {"ID": "WOMEN", "Label": "Sex: women", "Where": 'SEX == "F"'},
    {"ID": "OLD", "Label": "Age: 80 years or more", "Where": "AGE >= 80"},
]
LISTED = [
    {"ID": "SUBJ", "Label": "Subject", "Kind": "key", "Expression": "USUBJID"},
    {"ID": "TERM", "Label": "Term", "Kind": "listed", "Expression": "AEDECOD"},
]

Shown = tuple[Display, DisplayResult]


def shown(rows: list[dict[str, str]], **more: Any) -> Shown:
    """A display with what was built for it."""
    notes = [
        {"Display": "*", "Kind": "header", "Text": "Study S1 (synthetic data)"},
        {"Kind": "footnote", "Text": "A note."},
    ]
    tlf = small_tlf(rows, notes=notes, **more)
    return tlf.displays["T-1"], build_display(tlf, "T-1", FRAMES, evaluator(FRAMES))


def table(**more: Any) -> Shown:
    """A table with terms and a summary."""
    return shown([TERMS, AGE], columns=COLUMNS, **more)


def listing(**more: Any) -> Shown:
    """A listing of every event."""
    display, result = shown([], columns=LISTED, Type="Listing", Sort="USUBJID; AEDECOD", **{"Stub Label": ""}, **more)
    return replace(display, id="L-1"), replace(result, name="l-1")
