"""Adverse events: treatment emergence and toxicity grades."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from studyspec.derive.columns import char, report_where
from studyspec.derive.registry import Char, Num, Number, function
from studyspec.findings import Rule

GRADE_RANGE = Rule(
    "DATA-107",
    "warning",
    "A toxicity grade is a range",
    why="An event has one grade. The higher one is used.",
    action="Query the site.",
)
GRADE_UNREADABLE = Rule(
    "DATA-108",
    "warning",
    "A toxicity grade cannot be read",
    why="CTCAE grades are 1 to 5. The grade is left missing.",
    action="Query the site.",
)

_GRADES = {
    "1": ("1", "i", "mild"),
    "2": ("2", "ii", "moderate"),
    "3": ("3", "iii", "severe"),
    "4": ("4", "iv", "life-threatening", "life threatening"),
    "5": ("5", "v", "fatal", "death"),
}
_GRADE_BY_WORD = {word: grade for grade, words in _GRADES.items() for word in words}
_PREFIX = re.compile(r"^(?:ctcae|ctc)?\s*(?:grade|gr\.?|g)?\s*(?=[1-5ivx])", re.IGNORECASE)


@function()
def treatment_emergent(
    *,
    start: Num,
    end: Num,
    treatment_start: Num,
    treatment_end: Num,
    window: Number | None = None,
    initial: Num | None = None,
    worst: Num | None = None,
) -> Char:
    """Treatment-emergent flag by the first rule that applies.

    1. Not treated (no treatment start): blank.
    2. The event ended before treatment started: blank.
    3. The event's start is missing: Y, since it cannot be excluded.
    4. It started on or after treatment start and at most `window` days after treatment end: Y.
    5. It started before treatment, was still there at or after treatment start (or its end is missing), and its worst
       grade is above its initial grade, both known: Y.
    6. Otherwise: blank.

    Args:
        start: SAS day number, the event's first day (imputed).
        end: SAS day number, the event's last day (imputed).
        treatment_start: SAS day number, first dose.
        treatment_end: SAS day number, last dose; missing while treatment goes on, which leaves no upper limit.
        window: days after the last dose. Not given: no upper limit.
        initial: grade at onset.
        worst: worst grade.

    Returns:
        Y or blank.

    Example:
        treatment_emergent(start=ASTDT, end=AENDT, treatment_start=TRTSDT, treatment_end=TRTEDT, window=30,
        initial=AEITOXGN, worst=ATOXGRN)

        | ASTDT | AENDT | TRTSDT | TRTEDT | AEITOXGN | ATOXGRN | result | rule |
        |-------|-------|--------|--------|----------|---------|--------|------|
        | 22310 | 22315 |        |        |          | 2       |        | 1    |
        | 22290 | 22295 | 22300  | 22400  |          | 2       |        | 2    |
        |       |       | 22300  | 22400  |          | 2       | Y      | 3    |
        | 22430 |       | 22300  | 22400  |          | 2       | Y      | 4    |
        | 22431 |       | 22300  | 22400  |          | 2       |        | 6    |
        | 22290 |       | 22300  | 22400  | 1        | 3       | Y      | 5    |
        | 22290 |       | 22300  | 22400  | 3        | 3       |        | 6    |

    Source:
        ADaM OCCDS 1.1, adverse event indicator variables (TRTEMFL); ICH E9, glossary (treatment emergent: worse than
        before treatment).
    """
    treated = treatment_start.notna()
    ended_before = end < treatment_start
    limit = treatment_end.fillna(np.inf) + (np.inf if window is None else window)
    inside = (start >= treatment_start) & (start <= limit)
    worsened = pd.Series(False, index=start.index)
    if initial is not None and worst is not None:
        worsened = (start < treatment_start) & (worst > initial)
    emergent = treated & ~ended_before & (start.isna() | inside | worsened)
    return char(np.where(emergent, "Y", ""), start.index)


@function()
def toxicity_grade(text: Char) -> Char:
    """CTCAE grade from what was collected.

    Args:
        text: digits (3, Grade 3, G3, 3.0), Roman numerals (III), words (mild, moderate, severe, life-threatening,
            fatal), or a range of these (2-3, II/III, 2 to 3).

    Returns:
        Text 1 to 5; blank for a blank and for what cannot be read. A range gives its higher end.

    Findings:
        DATA-107 for a range. DATA-108 for what cannot be read.

    Example:
        toxicity_grade(GRADE)

        | GRADE   | result |
        |---------|--------|
        | III     | 3      |
        | severe  | 3      |
        | 2-3     | 3      |
        | Grade 1 | 1      |
        | unknown |        |
        |         |        |

    Source:
        CTCAE v5.0, grades; SDTMIG 3.4 section 6.2.1 (AETOXGR).
    """
    codes, texts = pd.factorize(text)
    grades = [_grades_in(value) for value in texts]
    highest = [max(found, default="") for found in grades]
    ranges = np.array([len(found) > 1 for found in grades], dtype=bool)
    odd = np.array([not found and value.strip() != "" for found, value in zip(grades, texts, strict=True)], dtype=bool)
    if ranges.any():
        used = [f"'{value}' is a range: {grade} is used." for value, grade in zip(texts, highest, strict=True)]
        report_where(GRADE_RANGE, ranges[codes], np.array(used, dtype=object)[codes], text.index)
    if odd.any():
        told = [f"'{value}' is not a grade." for value in texts]
        report_where(GRADE_UNREADABLE, odd[codes], np.array(told, dtype=object)[codes], text.index)
    return char(pd.array(highest, dtype="str").take(codes), text.index)


def _grades_in(text: str) -> set[str]:
    """The grades a text names: none if it cannot be read, two for a range."""
    whole = text.strip().casefold()
    if whole in _GRADE_BY_WORD:
        return {_GRADE_BY_WORD[whole]}
    parts = [_grade(part) for part in re.split(r"\s*(?:[-\u2013/]|\bto\b|\bor\b)\s*", whole)]
    return set(parts) if whole and "" not in parts and len(parts) <= 2 else set()


def _grade(text: str) -> str:
    bare = _PREFIX.sub("", text.strip()).removesuffix(".0")
    return _GRADE_BY_WORD.get(bare, "")
