"""Functions of the Forms and DM rows of specs/sdtm.xlsx: one subject, whatever number the record stands under."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.columns import char, distinct_rows, report_where
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
    circle = _in_circle(moves)
    codes, rows = distinct_rows((study, site, number))
    own = np.array([f"{at}-{subject}" for _, at, subject in rows], dtype=object)
    current = np.array([_newest(text, moves, circle) for text in own], dtype=object)
    in_circle = np.isin(own, list(circle))[codes]
    report_where(CIRCLE, in_circle, ("Number " + own + " is in a circle of re-enrolments.")[codes], number.index)
    two = np.isin(current, list(disputed))[codes]
    claims = "More than one enrolment says that it replaces number " + current + "."
    report_where(TWO_SUCCESSORS, two, claims[codes], number.index)
    usubjids = [f"{name}-{newest}" if subject else "" for (name, _, subject), newest in zip(rows, current, strict=True)]
    return char(pd.array(usubjids, dtype="str").take(codes), number.index)


def _newest(own: str, moves: dict[str, str], circle: set[str]) -> str:
    """The number that a number has become, over any number of moves; a number in a circle stays."""
    while own in moves and own not in circle:
        own = moves[own]
    return own


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
