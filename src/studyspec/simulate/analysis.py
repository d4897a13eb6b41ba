"""Analysis dates and the treatment-emergent flag of an event, from what is known of its dates.

The rules stand in `docs/raw-forms.md`, section 4.1.
"""

from __future__ import annotations

from datetime import date, timedelta

from .world import CUTOFF, Event, Subject, When

WINDOW = timedelta(days=30)


def first_day(when: When) -> date | None:
    """Return the first day of the known period, None when nothing is known."""
    if not when.known:
        return None
    return date(when.day.year, when.day.month if when.known in "DM" else 1, when.day.day if when.known == "D" else 1)


def last_day(when: When) -> date | None:
    """Return the last day of the known period, None when nothing is known."""
    if not when.known or when.known == "D":
        return first_day(when)
    year, month = (when.day.year, when.day.month) if when.known == "M" else (when.day.year, 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def flag(when: When) -> str:
    """Return the imputation flag of a partial date: D or M, else blank."""
    return {"M": "D", "Y": "M"}.get(when.known, "")


def analysis_start(event: Event, subject: Subject) -> date | None:
    """Return ASTDT: the first day of the period, or the first dose when it lies inside the period."""
    first, last, treated = first_day(event.start), last_day(event.start), subject.first_dose()
    if first and last and treated and event.start.known != "D" and first <= treated <= last:
        return treated
    return first


def analysis_end(event: Event, subject: Subject) -> date | None:
    """Return AENDT: the last day of the period, or a complete death date or the cut-off (the earlier) inside it."""
    if event.end is None:
        return None
    last = last_day(event.end)
    if last is None or event.end.known == "D":
        return last
    bound = min(subject.died, CUTOFF) if subject.died and subject.death_known == "D" else CUTOFF
    first = first_day(event.end)
    return bound if first is not None and first <= bound < last else last


def emergent(event: Event, subject: Subject) -> str:
    """Return TRTEMFL: Y or blank."""
    treated, ended = subject.first_dose(), subject.last_dose()
    start, end = analysis_start(event, subject), analysis_end(event, subject)
    if treated is None or ended is None:
        return ""
    if end is not None and end < treated:
        return ""
    if start is None or treated <= start <= ended + WINDOW:
        return "Y"
    known = event.grade is not None and event.onset_grade is not None
    if start < treated and known and (event.grade or 0) > (event.onset_grade or 0):
        return "Y"
    return ""


def study_day(day: date | None, subject: Subject) -> str:
    """Return the day relative to the first dose as text; there is no day 0."""
    treated = subject.first_dose()
    if day is None or treated is None:
        return ""
    days = (day - treated).days
    return str(days + 1 if days >= 0 else days)
