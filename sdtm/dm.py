"""Functions of the Forms and DM rows of specs/sdtm.xlsx: one subject, whatever number the record stands under."""

from __future__ import annotations

import pandas as pd

from studyspec.derive.problems import report
from studyspec.derive.registry import Char, Records, function
from studyspec.findings import Rule

CIRCLE = Rule(
    "DM-001",
    "error",
    "Re-enrolment goes in a circle",
    why="Each of these numbers is said to be the older number of another, so that none is the current one.",
    action="Query the sites and correct PREVSITE and PREVSUBJ in the enrol form.",
)

TWO_SUCCESSORS = Rule(
    "DM-002",
    "error",
    "Old subject number replaced by two",
    why="Two enrolments name the same older number: its records could belong to either. They keep the older number.",
    action="Query the sites and correct PREVSITE and PREVSUBJ in the enrol form.",
)


@function()
def current_usubjid(study: Char, site: Char, number: Char, enrol: Records) -> Char:
    """USUBJID of the person a raw record belongs to: study, site and subject number as they are now.

    A subject who moved to another site is enrolled again; the newer enrol record names the older number in PREVSITE and
    PREVSUBJ. Records under an older number get the newest one, over any number of moves.

    Args:
        study: text, STUDY of the record.
        site: text, SITENO of the record.
        number: text, SUBJNO of the record (unique within the site only).
        enrol: the enrol form with SITENO, SUBJNO, PREVSITE and PREVSUBJ.

    Returns:
        Text, STUDY-SITENO-SUBJNO of the current number; blank when the record has no subject number.

    Findings:
        DM-001 on every record whose number is part of a circle of moves; it keeps its own number. DM-002 on every
        record whose number was replaced by more than one number; it keeps the last number that is certain.

    Example:
        current_usubjid(STUDY, SITENO, SUBJNO, enrol)

        | SITENO | SUBJNO | enrol has                                 | result             |
        |--------|--------|-------------------------------------------|--------------------|
        | 101    | 0002   | 204-0009 with PREVSITE 101, PREVSUBJ 0002 | IONASYN01-204-0009 |
        | 204    | 0009   | the same                                  | IONASYN01-204-0009 |
        | 204    | 0001   | nothing about it                          | IONASYN01-204-0001 |

    Source:
        SDTMIG 3.4 section 4.2.4 (USUBJID is the same person in all records); docs/raw-forms.md, subjects and keys.
    """
    moves, disputed = _moves(enrol)
    own = site + "-" + number
    circular = own.isin(_in_circle(moves))
    report(CIRCLE, ("Number " + own + " is in a circle of re-enrolments.")[circular])
    current = own
    for _ in moves:
        moved = current.isin(moves) & ~circular
        if not moved.any():
            break
        current = current.mask(moved, current.map(moves))
    two = current[current.isin(disputed)]
    report(TWO_SUCCESSORS, "More than one enrolment says that it replaces number " + two + ".")
    return Char((study + "-" + current).mask(number == "", "").astype("str"))


def _moves(enrol: pd.DataFrame) -> tuple[dict[str, str], set[str]]:
    """Older number to the number that replaced it; and the older numbers that several numbers claim to replace."""
    moved = enrol[enrol["PREVSUBJ"] != ""]
    older = moved["PREVSITE"] + "-" + moved["PREVSUBJ"]
    newer = moved["SITENO"] + "-" + moved["SUBJNO"]
    pairs = pd.DataFrame({"older": older, "newer": newer}).drop_duplicates()
    several = pairs["older"].duplicated(keep=False)
    certain = pairs[~several]
    return dict(zip(certain["older"], certain["newer"], strict=True)), set(pairs.loc[several, "older"])


def _in_circle(moves: dict[str, str]) -> set[str]:
    """The numbers from which the moves never end at a current number."""
    found: set[str] = set()
    for start in moves:
        seen = [start]
        while seen[-1] in moves and moves[seen[-1]] not in seen:
            seen.append(moves[seen[-1]])
        if seen[-1] in moves:
            found.update(seen)
    return found
