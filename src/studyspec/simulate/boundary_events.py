"""Adverse events on the boundaries of the rules: of the window, of imputed dates, of occurrence flags.

Events that the targets ask for are moved within the treatment-emergent window; what is added is not emergent, or is a
further event of a term that the subject has anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from .analysis import analysis_start
from .catalog import Term, terms
from .draw import Draw
from .events import add_outside, new_event, window
from .world import CUTOFF, Event, Subject, When

DAY = timedelta(days=1)
Found = tuple[Subject, Event]
Fits = Callable[[Subject, Event], bool]
# First dose -> start, end and grade at onset of an event of grade 2 that is not treatment-emergent.
NOT_EMERGENT: tuple[Callable[[date], tuple[When, date | None, int | None]], ...] = (
    lambda first: (When(first - DAY), None, None),  # the day before, no worse
    lambda first: (When(first - 15 * DAY), first - DAY, 1),  # worse, but over the day before
    lambda first: (When(first - 12 * DAY), first, 2),  # not over, but no worse
    lambda first: (When(first.replace(day=1) - 5 * DAY, "M"), None, None),  # some day of the month before
    lambda first: (When(first - 9 * DAY, ""), first - 2 * DAY, None),  # start unknown, but over
)


def plant_events(draw: Draw, subjects: list[Subject]) -> None:
    """Put the boundary cases of events into a block; planted entries are marked."""
    treated = [s for s in subjects if s.first_dose() and s.regimen]
    moved = [s for s in treated if s.old is not None]
    others = [s for s in treated if s.old is None]
    _around_death(draw, others)
    _around_cut_off(draw, others)
    _around_last_dose(draw, others)
    _same_term(draw, others)
    _same_day(draw, others)
    _around_first_dose(draw, others)
    _partial_starts(draw, others)
    _before_first_dose(draw, others)
    for subject in moved:
        _under_old_number(draw, subject)


def free_events(subjects: list[Subject], fits: Fits) -> list[Found]:
    """Return treatment-emergent entries that fit, with complete dates and no defect."""
    return [
        (s, e)
        for s in subjects
        for e in s.events
        if e.emergent
        and not (e.marked or e.infusion or e.serious)
        and e.start.known == "D"
        and (e.end is None or e.end.known == "D")
        and len(e.parts) == 1
        and e.grade in (1, 2)
        and fits(s, e)
    ]


def _take(draw: Draw, subjects: list[Subject], fits: Fits, count: int = 1) -> list[Found]:
    """Return and mark up to `count` free entries that fit, of different subjects."""
    taken: list[Found] = []
    for subject, event in draw.shuffled(free_events(subjects, fits)):
        if len(taken) < count and all(subject is not other for other, _ in taken):
            event.marked = True
            taken.append((subject, event))
    return taken


def _first(subject: Subject) -> date:
    return window(subject)[0]


def _last_seen(subject: Subject) -> date:
    return min(CUTOFF, subject.died or CUTOFF)


def _over_on(event: Event, day: date) -> None:
    event.end, event.outcome = When(day), "RECOVERED/RESOLVED"


def _goes_on(event: Event) -> None:
    event.end, event.outcome = None, "NOT RECOVERED/NOT RESOLVED"


def _begin(subject: Subject, event: Event, day: date) -> None:
    """Let the event start on another day and last as long as before, or go on when that is not over in time."""
    length = (event.end.day - event.start.day) if event.end else None
    event.start = When(day)
    if length is None or day + length > _last_seen(subject):
        _goes_on(event)
    else:
        _over_on(event, day + length)


def _term(event: Event) -> Term:
    return next(t for t in terms() if t.id == event.parts[0].term_id)


def _ordinary(draw: Draw) -> Term:
    return draw.pick([t for t in terms() if t.grades.startswith("12") and t.group not in ("IRR", "SPM")])


def _around_death(draw: Draw, subjects: list[Subject]) -> None:
    """Partial ends in the month and year of death: bounded by it when it is complete, not when it is partial."""

    def dead(subject: Subject, event: Event) -> bool:
        died = subject.died
        return died is not None and subject.death_known == "D" and event.start.day <= died < CUTOFF and died.day < 28

    for (subject, event), known in zip(_take(draw, subjects, dead, 2), "MY", strict=False):
        event.end = When(subject.died or CUTOFF, known)
        event.outcome = "RECOVERED/RESOLVED"
    for subject, event in _take(draw, subjects, lambda s, e: s.death_known == "M"):
        event.end = When(subject.died or CUTOFF, "M")
        event.outcome = "RECOVERED/RESOLVED"


def _around_cut_off(draw: Draw, subjects: list[Subject]) -> None:
    """Partial ends in the month and year of the cut-off, which bounds them."""

    def late(subject: Subject, event: Event) -> bool:
        return subject.died is None and CUTOFF - timedelta(days=240) < event.start.day < CUTOFF

    for (_, event), known in zip(_take(draw, subjects, late, 2), "MY", strict=False):
        event.end = When(max(event.start.day, CUTOFF - 7 * DAY), known)
        event.outcome = "RECOVERED/RESOLVED"


def _around_last_dose(draw: Draw, subjects: list[Subject]) -> None:
    """An event that starts 30 days after the last dose (emergent) and one that starts 31 days after it (not)."""

    def followed(subject: Subject, event: Event) -> bool:
        last = subject.last_dose()
        return last is not None and last + 32 * DAY < _last_seen(subject)

    for subject, event in _take(draw, subjects, lambda s, e: followed(s, e) and s.regimen in ("Isa-Pd", "Isa-Kd")):
        _begin(subject, event, (subject.last_dose() or CUTOFF) + 30 * DAY)
        event.action = dict.fromkeys(event.action, "NOT APPLICABLE")
    after = [
        (s, e)
        for s in subjects
        for e in s.events
        if not e.emergent and not e.marked and followed(s, e) and e.start.day > (s.last_dose() or CUTOFF)
    ]
    for subject, event in after[:1]:
        _begin(subject, event, (subject.last_dose() or CUTOFF) + 31 * DAY)
        event.marked = True


def _around_first_dose(draw: Draw, subjects: list[Subject]) -> None:
    """An event that starts with the first dose; one from before it that ends with it, and was worse by then."""
    for subject, event in _take(draw, subjects, lambda s, e: True):
        _begin(subject, event, _first(subject))
    for subject, event in _take(draw, subjects, _can_worsen):
        first = _first(subject)
        event.start, event.onset_grade = When(first - draw.whole(6, 20) * DAY), 1
        _over_on(event, first)


def _can_worsen(subject: Subject, event: Event) -> bool:
    """Tell whether the screens ask for a grade at onset and the event could have been of grade 1 then."""
    return subject.enrolments[0].protocol == "2.0" and event.grade == 2 and "1" in event.parts[0].grades


def _partial_starts(draw: Draw, subjects: list[Subject]) -> None:
    """Starts known to the month or year of the first dose; one wholly unknown, of an event that goes on."""

    def inside(subject: Subject, event: Event) -> bool:
        return 1 < _first(subject).day < 28 and _first(subject).month > 1

    for (subject, event), known in zip(_take(draw, subjects, inside, 2), "MY", strict=False):
        _begin(subject, event, _first(subject))
        event.start = When(_first(subject), known)
    for _, event in _take(draw, subjects, lambda s, e: True):
        event.start = When(event.start.day, "")
        _goes_on(event)


def _early(draw: Draw, subject: Subject, start: When, end: date | None, onset_grade: int | None) -> None:
    """Add an event of grade 2 from before the first dose that is not treatment-emergent."""
    event = add_outside(draw, subject, _ordinary(draw), start.day, 2)
    event.start, event.onset_grade, event.marked = start, onset_grade, True
    if end is None:
        _goes_on(event)
    else:
        _over_on(event, end)


def _before_first_dose(draw: Draw, subjects: list[Subject]) -> None:
    """Events from before the first dose that are not emergent, each for a reason of its own."""
    pool = [s for s in subjects if s.enrolments[0].protocol == "2.0" and _first(s).day > 1 and s.events]
    for subject, case in zip(draw.some(pool, len(NOT_EMERGENT)), NOT_EMERGENT, strict=False):
        _early(draw, subject, *case(_first(subject)))


def _same_term(draw: Draw, subjects: list[Subject]) -> None:
    """A term twice: the worse event later; the same worst grade on two days; a blank grade before a known one."""

    def room(subject: Subject, event: Event) -> bool:
        return event.grade == 2 and "1" in event.parts[0].grades and event.start.day > _first(subject) + 9 * DAY

    def worst(subject: Subject, event: Event) -> bool:
        later = min(window(subject)[1], _last_seen(subject))
        return room(subject, event) and _worst(subject) == 2 and event.start.day < later

    for subject, event in _take(draw, subjects, worst):
        _again(draw, subject, event, event.start.day + DAY)
    for subject, event in _take(draw, subjects, room):
        _again(draw, subject, event, event.start.day - draw.whole(3, 9) * DAY).grade = 1
    for subject, event in _take(draw, subjects, room):
        _again(draw, subject, event, event.start.day - draw.whole(3, 9) * DAY).grade = None


def _worst(subject: Subject) -> int:
    return max(e.grade or 0 for e in subject.events if e.emergent)


def _again(draw: Draw, subject: Subject, event: Event, day: date) -> Event:
    """Add another event of the term of `event`, of its grade."""
    again = new_event(draw, subject, _term(event), day, event.grade or 0)
    again.marked = True
    subject.events.append(again)
    return again


def _same_day(draw: Draw, subjects: list[Subject]) -> None:
    """The first two emergent events of a subject start on one day: the order of AESEQ decides."""
    for subject in draw.shuffled(subjects):
        free = [event for _, event in free_events([subject], lambda s, e: True)]
        starts = [analysis_start(e, subject) for e in subject.events if e.emergent]
        day = min((start for start in starts if start), default=None)
        if len(free) < 2 or day is None or None in starts or free[0].parts[0].pt == free[1].parts[0].pt:
            continue
        for event in free[:2]:
            _begin(subject, event, day)
            event.marked = True
        return


def _under_old_number(draw: Draw, subject: Subject) -> None:
    """An event of the re-enrolled subject that was entered under the older number."""
    if any(subject.number_on(e.start.day) == subject.old for e in subject.events):
        return
    first = _first(subject)
    for _, event in _take(draw, [subject], lambda s, e: True):
        _begin(subject, event, first + 3 * DAY)
        return
    _early(draw, subject, When(first - DAY), None, None)
