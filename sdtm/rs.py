"""Functions of the RS rows of specs/sdtm.xlsx: ECOG performance status from what the sites typed."""

from __future__ import annotations

import re

import pandas as pd

from studyspec.derive.columns import map_together, report_where
from studyspec.derive.registry import Char, function
from studyspec.findings import Rule

# Lowest Karnofsky score of each ECOG grade, best first.
KARNOFSKY = ((100, "0"), (80, "1"), (60, "2"), (40, "3"), (0, "4"))

NO_STATUS = Rule(
    "RS-001",
    "warning",
    "Performance status cannot be read",
    why="It is neither an ECOG grade, a range of two grades, nor a Karnofsky score. The result is left missing.",
    action="Query the site, or extend performance_status() in sdtm/rs.py.",
)


@function()
def performance_status(score: Char, scale: Char) -> Char:
    """ECOG performance status, also from a range of grades or a Karnofsky score.

    Args:
        score: text, as collected: 0 to 4; a range such as 1-2; a Karnofsky score such as 80, KPS 80 or 80%; ND: not
            done.
        scale: text, ECOG or KPS.

    Returns:
        Text, 0 to 4: the higher grade of a range; Karnofsky 100 is 0, 90 and 80 are 1, 70 and 60 are 2, 50 and 40 are
        3, 30 and less are 4. Blank when not done or not readable.

    Findings:
        RS-001 when the score cannot be read.

    Example:
        performance_status(ECOG, code("SCALE", SCALE))

        | ECOG   | SCALE | result |
        |--------|-------|--------|
        | 1      | ECOG  | 1      |
        | 1-2    | ECOG  | 2      |
        | KPS 80 | KPS   | 1      |
        | ND     | ECOG  |        |

    Source:
        docs/raw-forms.md, form ecog; Oken 1982 and Karnofsky 1948 as mapped in the study document.
    """
    found = map_together((score, scale), _status)
    grades = Char(pd.Series(found, index=score.index, dtype="str"))
    unread = (grades == "") & ~score.str.strip().str.upper().isin(["", "ND"])
    report_where(NO_STATUS, unread, "Performance status '" + score + "' (" + scale + ") is not known.", score.index)
    return grades


def _status(score: str, scale: str) -> str:
    text = score.strip()
    if scale == "KPS":
        digits = re.fullmatch(r"(?:KPS)?\s*(\d{1,3})\s*%?", text, re.IGNORECASE)
        points = int(digits.group(1)) if digits else -1
        return next((grade for lowest, grade in KARNOFSKY if lowest <= points <= 100), "")
    grades = re.fullmatch(r"([0-4])(?:\s*-\s*([0-4]))?", text)
    return max(part for part in grades.groups() if part) if grades else ""
