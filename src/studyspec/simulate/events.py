"""Adverse events as they happened: those that the targets ask for, and some beside them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .analysis import emergent
from .calibrate import Pair, Plan, scaled
from .catalog import Term, sites, terms
from .draw import Draw
from .world import CUTOFF, DRUGS, Event, Part, Subject, When

CRITERIA = ("SDTH", "SLIFE", "SHOSP", "SDISAB", "SCONG", "SMIE")
REPEATS, BEFORE, AFTER, WORSENED = 24, 8, 8, 3
_GRADE_IN_TEXT = re.compile(r"(?:G|grado )([1-5])$")


def make_events(draw: Draw, subjects: list[Subject], plans: dict[str, Plan]) -> None:
    """Fill `subject.events` of a block."""
    for plan in plans.values():
        for pair in plan.pairs:
            pair.subject.events.append(_planned_event(draw, pair))
        for subject in plan.withdrawn:
            _withdraw(draw, subject)
        for subject in plan.serious:
            _make_serious(draw, subject)
    _outside_cohorts(draw, subjects)
    _repeats(draw, subjects)
    _worsened(draw, subjects)
    _before_treatment(draw, subjects)
    _after_treatment(draw, subjects)


def window(subject: Subject) -> tuple[date, date]:
    """Return the first and last day on which a treatment-emergent event can start."""
    first, last = subject.first_dose(), subject.last_dose()
    if first is None or last is None:
        raise ValueError(f"{subject.usubjid()} has no dose")
    return first, min(last + timedelta(days=30), subject.died or CUTOFF, CUTOFF)


def new_event(draw: Draw, subject: Subject, term: Term, start: date, grade: int) -> Event:
    """Return an event of a term from `start`, with an end, relations, actions and an outcome that fit."""
    verbatim, language = choose_verbatim(draw, subject, term, start, grade)
    part = Part(verbatim, term.id, term.pt, term.soc, term.ctcae, term.grades)
    event = Event([part], When(start), None, grade, language=language, form="ae")
    set_end(draw, subject, event, draw.whole(1, 12) + draw.whole(0, 25))
    drugs = [drug for drug in DRUGS if subject.exposures(drug)]
    event.relation = {d: draw.weighted({"Y": 42, "N": 45, "U": 10, "": 3}) for d in drugs}
    begun = subject.first_dose()
    if begun and start < begun:
        event.relation = dict.fromkeys(drugs, "N")
    for drug in drugs:
        event.action[drug] = _action(draw, drug, term.group) if begun and start >= begun else "NOT APPLICABLE"
    if draw.chance(0.5):
        event.criteria = dict.fromkeys(CRITERIA, "N")
    return event


def choose_verbatim(draw: Draw, subject: Subject, term: Term, day: date, grade: int) -> tuple[str, str]:
    """Return a verbatim and its language: of the site's country if there is one, often English."""
    local = sites()[subject.number_on(day).site].language
    fitting = [v for v in term.verbatims if _fits(v[0], grade)]
    mine = [v for v in fitting if v[1] == local]
    english = [v for v in fitting if v[1] == "en"] or fitting
    return draw.pick(mine if mine and draw.chance(0.7) else english)


def _fits(verbatim: str, grade: int) -> bool:
    """Tell whether a grade named in the verbatim, if any, is the event's."""
    named = _GRADE_IN_TEXT.search(verbatim)
    return named is None or int(named.group(1)) == grade


def set_end(draw: Draw, subject: Subject, event: Event, days: int) -> None:
    """End the event after some days, or leave it ongoing at the cut-off or at death."""
    end = event.start.day + timedelta(days=days)
    if end > min(CUTOFF, subject.died or CUTOFF) or draw.chance(0.1):
        event.end = None
        event.outcome = draw.weighted({"NOT RECOVERED/NOT RESOLVED": 80, "RECOVERING/RESOLVING": 15, "UNKNOWN": 5})
    else:
        event.end = When(end)
        event.outcome = draw.weighted({"RECOVERED/RESOLVED": 93, "RECOVERED/RESOLVED WITH SEQUELAE": 7})


def _action(draw: Draw, drug: str, group: str) -> str:
    if drug == "ISA":
        if group == "IRR":
            return draw.weighted({"DRUG INTERRUPTED": 55, "DOSE RATE REDUCED": 25, "DOSE NOT CHANGED": 20})
        return draw.weighted({"DOSE NOT CHANGED": 84, "DRUG INTERRUPTED": 14, "UNKNOWN": 2})
    weights = {"DOSE NOT CHANGED": 76, "DRUG INTERRUPTED": 12, "DOSE REDUCED": 8, "DRUG WITHDRAWN": 2, "UNKNOWN": 2}
    return draw.weighted(weights)


def _early(draw: Draw, first: date, last: date) -> date:
    """Return a day of a period, the earlier the likelier."""
    return min(draw.day(first, last), draw.day(first, last))


def _low_grade(draw: Draw, term: Term) -> int:
    low = [int(g) for g in term.grades if g in "12"] or [2]
    return draw.pick(low)


def _planned_event(draw: Draw, pair: Pair) -> Event:
    subject, term = pair.subject, pair.term
    first, last = window(subject)
    if pair.fatal:
        return _fatal_event(draw, subject, term)
    grade = _low_grade(draw, term)
    if pair.high:
        high = {3: 7, 4: 3}
        grade = draw.weighted({g: w for g, w in high.items() if str(g) in term.grades})
    if term.group != "IRR":
        return new_event(draw, subject, term, _early(draw, first, last), grade)
    infusions = subject.exposures("ISA")
    count = 0 if draw.chance(0.92) else min(1, len(infusions) - 1)
    start = infusions[count].start.day
    event = new_event(draw, subject, term, start, grade)
    event.infusion = count + 1
    event.start = When(start, time=f"{draw.whole(9, 16):02d}:{draw.whole(0, 59):02d}")
    event.end, event.outcome = When(start), "RECOVERED/RESOLVED"
    return event


def _fatal_event(draw: Draw, subject: Subject, term: Term) -> Event:
    died = subject.died
    if died is None:
        raise ValueError(f"{subject.usubjid()} must have died")
    first, last = window(subject)
    start = max(first, min(last, died) - timedelta(days=draw.whole(1, 12)))
    event = new_event(draw, subject, term, start, 5)
    event.end, event.outcome, event.died = When(died), "FATAL", died
    event.serious, event.marked = True, True
    event.criteria = dict.fromkeys(CRITERIA, "N") | {"SDTH": "Y", "SHOSP": draw.pick(["Y", "N"])}
    return event


def _withdraw(draw: Draw, subject: Subject) -> None:
    """Make one event the reason why isatuximab stopped."""
    stopped = subject.isa_stopped
    if stopped is None:
        raise ValueError(f"{subject.usubjid()} never stopped isatuximab")
    event = draw.pick([e for e in subject.events if not e.infusion])
    event.start = When(stopped)
    set_end(draw, subject, event, draw.whole(4, 30))
    event.action["ISA"] = "DRUG WITHDRAWN"
    event.marked = True


def _make_serious(draw: Draw, subject: Subject) -> None:
    """Make one event serious (the worst one), sometimes a second."""
    ordered = sorted(subject.events, key=lambda e: -(e.grade or 0))
    for event in ordered[: 2 if draw.chance(0.25) else 1]:
        if event.serious:
            continue
        event.serious = event.marked = True
        event.criteria = dict.fromkeys(CRITERIA, "N") | {draw.pick(["SHOSP", "SHOSP", "SHOSP", "SMIE"]): "Y"}
        if event.grade == 4 and draw.chance(0.6):
            event.criteria["SLIFE"] = "Y"


def _ordinary_terms() -> list[Term]:
    """Return terms that allow grades 1 and 2."""
    return [t for t in terms() if t.grades.startswith("12") and t.group not in ("IRR", "SPM")]


def _outside_cohorts(draw: Draw, subjects: list[Subject]) -> None:
    """Give events to subjects of no cohort; one who was never treated has one, too."""
    for subject in subjects:
        if subject.regimen in ("Isa-Pd", "Isa-Kd"):
            continue
        treated = subject.first_dose() is not None
        for i, term in enumerate(draw.some(_ordinary_terms(), 4 if treated else 1)):
            first, last = window(subject) if treated else (CUTOFF - timedelta(days=3), CUTOFF)
            grade = 3 if treated and i == 0 else draw.whole(1, 2)
            subject.events.append(new_event(draw, subject, term, draw.day(first, last), grade))


def _repeats(draw: Draw, subjects: list[Subject]) -> None:
    """Let some events come back, milder: they count as events, not as further subjects."""
    known = {term.id: term for term in terms()}
    pool = [(s, e) for s in subjects for e in s.events if not e.infusion and s.first_dose() and e.grade != 5]
    for subject, event in draw.some(pool, scaled(REPEATS, len(subjects))):
        term = known[event.parts[0].term_id]
        if not set(term.grades) & set("12"):
            continue
        first, last = window(subject)
        again = new_event(draw, subject, term, draw.day(first, last), _low_grade(draw, term))
        subject.events.append(again)


def _worsened(draw: Draw, subjects: list[Subject]) -> None:
    """Let some mild events have begun before treatment and got worse under it."""
    pool = [
        (s, e)
        for s in subjects
        for e in s.events
        if s.enrolments[0].protocol == "2.0"
        and not e.marked
        and e.grade == 2
        and "1" in e.parts[0].grades
        and not e.infusion
    ]
    used: list[Subject] = []
    for subject, event in draw.shuffled(pool):
        first = subject.first_dose()
        if first is None or subject in used or len(used) >= scaled(WORSENED, len(subjects)):
            continue
        event.start = When(first - timedelta(days=draw.whole(6, 40)))
        event.end, event.outcome = When(first + timedelta(days=draw.whole(4, 20))), "RECOVERED/RESOLVED"
        if event.end.day > min(CUTOFF, subject.died or CUTOFF):
            event.end, event.outcome = None, "NOT RECOVERED/NOT RESOLVED"
        event.onset_grade, event.marked = 1, True
        used.append(subject)


def add_outside(draw: Draw, subject: Subject, term: Term, start: date, grade: int) -> Event:
    """Add an event that must not be treatment-emergent; the caller chooses a start that makes it so."""
    event = new_event(draw, subject, term, start, grade)
    event.emergent = False
    subject.events.append(event)
    return event


def _before_treatment(draw: Draw, subjects: list[Subject]) -> None:
    """Add events from before the first dose: over, or going on without getting worse; some severe."""
    pool = [s for s in subjects if s.first_dose() and s.regimen and s.events]
    for i, subject in enumerate(draw.some(pool, scaled(BEFORE, len(subjects)))):
        first = window(subject)[0]
        term = draw.pick(_ordinary_terms())
        grade = 3 if i == 0 else draw.whole(1, 2)
        event = add_outside(draw, subject, term, first - timedelta(days=draw.whole(12, 60)), grade)
        if i % 2 == 0:
            event.end, event.outcome = When(first - timedelta(days=draw.whole(1, 6))), "RECOVERED/RESOLVED"
        event.marked = i == 0


def _after_treatment(draw: Draw, subjects: list[Subject]) -> None:
    """Add events from more than 30 days after the last dose; one severe and serious."""
    pool = []
    for subject in subjects:
        last = subject.last_dose()
        if last and subject.regimen and subject.events and (min(CUTOFF, subject.died or CUTOFF) - last).days > 40:
            pool.append((subject, last))
    for i, (subject, last) in enumerate(draw.some(pool, scaled(AFTER, len(subjects)))):
        start = draw.day(last + timedelta(days=31), min(CUTOFF, subject.died or CUTOFF))
        event = add_outside(draw, subject, draw.pick(_ordinary_terms()), start, 3 if i == 0 else draw.whole(1, 2))
        event.action = dict.fromkeys(event.action, "NOT APPLICABLE")
        if i == 0:
            event.serious = event.marked = True
            event.criteria = dict.fromkeys(CRITERIA, "N") | {"SHOSP": "Y"}


def as_aimed(event: Event, subject: Subject) -> bool:
    """Tell whether the rules, applied to what is known, give the flag that the simulation aims at."""
    return (emergent(event, subject) == "Y") == (event.emergent and subject.first_dose() is not None)
