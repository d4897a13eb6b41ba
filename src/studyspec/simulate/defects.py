"""What goes wrong in a registry: entries that contradict themselves, each other, or other systems.

Codes are those of `docs/raw-forms.md`, section 6. Only facts are changed here; how text is garbled is `render`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from .calibrate import scaled
from .catalog import Term, sites, terms
from .draw import Draw
from .events import CRITERIA, add_outside, as_aimed, new_event, window
from .world import DRUGS, Event, Part, Subject, When

Found = tuple[Subject, Event]

SEPARATORS = {"fr": " et ", "it": " e ", "tr": " ve ", "de": " und "}
ANY_SEPARATOR = (" and ", " + ", " / ")
UNCODED = ("general deterioration", "feels unwell, unclear", "reaction?")
# How many entries of each kind a block of 112 subjects has.
COUNTS = {
    "grade changed": 9,
    "two in one line": 10,
    "entered twice": 5,
    "end before start": 2,
    "range": 6,
    "blank grade": 5,
    "grade not allowed": 3,
    "ticked, not serious": 2,
    "serious, not ticked": 2,
    "drug never had": 4,
    "garbled": 8,
    "never coded": 2,
    "start unknown": 3,
    "onset grade": 6,
    "partial start": 41,
    "partial end": 14,
}


def spoil(draw: Draw, subjects: list[Subject]) -> None:
    """Put the defects of a block into its events."""
    size = len(subjects)
    many = {name: scaled(count, size) for name, count in COUNTS.items()}
    _not_allowed(draw, subjects, many["grade not allowed"])
    _two_in_one_line(draw, subjects, many["two in one line"])
    _grade_changed(draw, subjects, many["grade changed"])
    _entered_twice(draw, subjects, many["entered twice"])
    _garbled(draw, subjects, many["garbled"])
    _never_coded(draw, subjects, many["never coded"])
    _impossible_dates(draw, subjects, size)
    _fatal(draw, subjects, size)
    _mark(draw, _plain(subjects, _mild), many["end before start"], _end_before_start)
    _mark(draw, _plain(subjects, _mild), many["start unknown"], _start_unknown)
    _mark(draw, _plain(subjects, _mild), many["blank grade"], _blank_grade)
    _mark(draw, _plain(subjects, _severe), max(many["range"] - 2, 0), _range)
    _mark(draw, _plain(subjects, _grade_2), min(many["range"], 2), _range)
    _mark(draw, _plain(subjects, _grade_2), many["onset grade"], _onset_grade)
    _mark(draw, _plain(subjects, _mild), many["ticked, not serious"], _ticked)
    _mark(draw, _serious(subjects), many["serious, not ticked"], _not_ticked)
    _mark(draw, _plain(subjects, _in_cohort), many["drug never had"], _drug_never_had)
    _partial_dates(draw, subjects, many["partial start"], many["partial end"])


def _plain(subjects: list[Subject], fits: Callable[[Subject, Event], bool]) -> list[Found]:
    """Return treatment-emergent entries without a defect so far that fit."""
    return [
        (s, e)
        for s in subjects
        for e in s.events
        if s.first_dose() and s.regimen and e.emergent and not e.marked and not e.infusion and fits(s, e)
    ]


def _mild(_: Subject, event: Event) -> bool:
    return event.grade in (1, 2) and event.start.known == "D"


def _grade_2(subject: Subject, event: Event) -> bool:
    return event.grade == 2 and subject.enrolments[0].protocol == "2.0"


def _severe(_: Subject, event: Event) -> bool:
    return event.grade in (3, 4)


def _in_cohort(subject: Subject, event: Event) -> bool:
    return subject.regimen in ("Isa-Pd", "Isa-Kd") and bool(event.action)


def _serious(subjects: list[Subject]) -> list[Found]:
    return [(s, e) for s in subjects for e in s.events if e.serious and e.grade != 5]


def _mark(draw: Draw, found: Iterable[Found], count: int, change: Callable[[Draw, Subject, Event], bool]) -> None:
    """Apply a change to `count` entries; one that does not take (returns False) does not count."""
    for subject, event in draw.shuffled(list(found)):
        if count <= 0:
            return
        if change(draw, subject, event):
            event.marked = True
            count -= 1


def _not_allowed(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M09: grade 1 where CTCAE starts at 2; one grade 4 where it ends at 3."""

    def lower(draw: Draw, subject: Subject, event: Event) -> bool:
        event.grade = 1
        return True

    def higher(draw: Draw, subject: Subject, event: Event) -> bool:
        event.grade = 4
        return True

    _mark(draw, _plain(subjects, lambda s, e: e.grade == 2 and "1" not in e.parts[0].grades), count, lower)
    _mark(draw, _plain(subjects, lambda s, e: e.grade == 3 and "4" not in e.parts[0].grades), count // 3, higher)


def _two_in_one_line(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M18: merge two mild events of a subject into one entry."""
    for subject in draw.shuffled(subjects):
        mild = [e for s, e in _plain([subject], _mild) if e.parts[0].grades.startswith("12")]
        if count <= 0 or len(mild) < 2 or mild[0].parts[0].pt == mild[1].parts[0].pt:
            continue
        kept, dropped = mild[:2]
        language = sites()[subject.number_on(kept.start.day).site].language
        own = language in SEPARATORS and draw.chance(0.6)
        kept.separator = SEPARATORS[language] if own else draw.pick(ANY_SEPARATOR)
        kept.language = language if own else "en"
        kept.parts = [_unsplittable(draw, p, kept.language) for p in (kept.parts[0], dropped.parts[0])]
        kept.marked = True
        subject.events.remove(dropped)
        count -= 1


def _unsplittable(draw: Draw, part: Part, language: str) -> Part:
    """Return the part with a verbatim that holds none of the separators and names no grade."""
    separators = (*SEPARATORS.values(), *ANY_SEPARATOR)
    term = next(t for t in terms() if t.id == part.term_id)
    plain = [v for v in term.verbatims if not any(s in v[0] for s in separators) and not v[0][-1].isdigit()]
    own = [v for v in plain if v[1] == language] or [v for v in plain if v[1] == "en"] or plain
    return replace(part, verbatim=draw.pick(own)[0])


def _grade_changed(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M05: an entry ends when its grade changes; a second one goes on from the next day."""

    def change(draw: Draw, subject: Subject, event: Event) -> bool:
        days = (event.end.day - event.start.day).days if event.end else 0
        before = (event.grade or 0) - 1
        if days < 4 or str(before) not in event.parts[0].grades or event.start.known != "D":
            return False
        middle = event.start.day + timedelta(days=draw.whole(1, days - 2))
        start = When(middle + timedelta(days=1))
        worse = replace(event, start=start, continues=event, marked=True, parts=list(event.parts))
        if not as_aimed(worse, subject):
            return False
        event.grade, event.end, event.outcome = before, When(middle), "NOT RECOVERED/NOT RESOLVED"
        subject.events.append(worse)
        return True

    severe = count // 3
    _mark(draw, _plain(subjects, _severe), severe, change)
    _mark(draw, _plain(subjects, _mild), count - severe, change)


def _entered_twice(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M04B: the same event under a second number, typed in other letter case."""

    def again(draw: Draw, subject: Subject, event: Event) -> bool:
        text = event.parts[0].verbatim
        if not text.isascii() or text.upper() == text:
            return False
        part = replace(event.parts[0], verbatim=draw.pick([text.upper(), text.capitalize() + " ", "  " + text]))
        subject.events.append(replace(event, parts=[part], marked=True))
        return True

    _mark(draw, _plain(subjects, _mild), count, again)


def _garbled(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M17: text in UTF-8 that was read as cp1252 on its way."""

    def garble(draw: Draw, subject: Subject, event: Event) -> bool:
        local = sites()[subject.number_on(event.start.day).site].language
        term = next(t for t in terms() if t.id == event.parts[0].term_id)
        texts = [v for v in term.verbatims if v[1] == local and can_garble(v[0])]
        if not texts:
            return False
        verbatim, event.language = draw.pick(texts)
        event.parts = [replace(event.parts[0], verbatim=verbatim)]
        event.mojibake = True
        return True

    _mark(draw, _plain(subjects, _mild), count, garble)


def can_garble(text: str) -> bool:
    """Tell whether the UTF-8 bytes of a non-ASCII text are all characters of cp1252."""
    try:
        text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not text.isascii()


def _never_coded(draw: Draw, subjects: list[Subject], count: int) -> None:
    """M19: events that the coder has not understood; they add no subject to any term."""
    pool = [s for s in subjects if any(e.emergent for e in s.events) and s.regimen in ("Isa-Pd", "Isa-Kd")]
    some_term = _by_id("T27")
    for i, subject in enumerate(draw.some(pool, count)):
        first, last = window(subject)
        event = new_event(draw, subject, some_term, draw.day(first, last), draw.whole(1, 2))
        event.parts = [Part(UNCODED[i % len(UNCODED)], "")]
        event.language, event.marked = "en", True
        event.status = "Query" if i % 2 else "Uncoded"
        subject.events.append(event)


def _by_id(term_id: str) -> Term:
    return next(t for t in terms() if t.id == term_id)


def _impossible_dates(draw: Draw, subjects: list[Subject], size: int) -> None:
    """M02B, M02C: a start after the cut-off, a start before birth (a century too early)."""
    pool = [s for s in subjects if s.first_dose() and s.regimen and s.events]
    chosen = draw.some(pool, 2 * scaled(1, size))
    for i, subject in enumerate(chosen):
        day = date(2022, draw.whole(4, 12), draw.whole(1, 28))
        if i % 2:
            day = date(1921, draw.whole(1, 12), draw.whole(1, 28))
        event = add_outside(draw, subject, _by_id(draw.pick(["T41", "T45", "T51"])), window(subject)[0], 1)
        event.start, event.end, event.outcome = When(day), None, "NOT RECOVERED/NOT RESOLVED"
        event.marked = True


def _fatal(draw: Draw, subjects: list[Subject], size: int) -> None:
    """M10C: grade 5, but the outcome was never updated; M10D, no death form, is up to `closing`."""
    fatal = [e for s in subjects for e in s.events if e.grade == 5]
    for event in draw.some(fatal, scaled(1, size)):
        event.outcome, event.died, event.end = "NOT RECOVERED/NOT RESOLVED", None, None


def _end_before_start(draw: Draw, subject: Subject, event: Event) -> bool:
    """M02A."""
    first = window(subject)[0]
    if (event.start.day - first).days < 8:
        return False
    event.end = When(event.start.day - timedelta(days=draw.whole(1, 6)))
    event.outcome = "RECOVERED/RESOLVED"
    return True


def _start_unknown(draw: Draw, subject: Subject, event: Event) -> bool:
    """M20."""
    event.start = When(event.start.day, "")
    return as_aimed(event, subject)


def _blank_grade(draw: Draw, subject: Subject, event: Event) -> bool:
    """M08B."""
    event.grade = None
    return True


def _range(draw: Draw, subject: Subject, event: Event) -> bool:
    """M08A: the grade is the higher end."""
    grade = event.grade or 0
    event.grade_range = f"{grade - 1}-{grade}"
    return True


def _onset_grade(draw: Draw, subject: Subject, event: Event) -> bool:
    event.onset_grade = 1
    return True


def _ticked(draw: Draw, subject: Subject, event: Event) -> bool:
    """M10A."""
    event.criteria = dict.fromkeys(CRITERIA, "N") | {"SHOSP": "Y"}
    return True


def _not_ticked(draw: Draw, subject: Subject, event: Event) -> bool:
    """M10B."""
    event.criteria = dict.fromkeys(CRITERIA, "N") if draw.chance(0.5) else {}
    return True


def _drug_never_had(draw: Draw, subject: Subject, event: Event) -> bool:
    """M12."""
    never = [d for d in DRUGS if d not in event.action]
    if not never:
        return False
    event.action[draw.pick(never)] = draw.pick(["DOSE REDUCED", "DRUG INTERRUPTED", "DOSE NOT CHANGED"])
    return True


def _partial_dates(draw: Draw, subjects: list[Subject], starts: int, ends: int) -> None:
    """M1: cut some dates short, where the rules still give the flag that is aimed at."""

    def start(draw: Draw, subject: Subject, event: Event) -> bool:
        complete = event.start
        event.start = When(complete.day, draw.weighted({"M": 7, "Y": 3}))
        if as_aimed(event, subject) and not _begins_after_end(event, subject):
            return True
        event.start = complete
        return False

    def end(draw: Draw, subject: Subject, event: Event) -> bool:
        complete = event.end
        if complete is None or subject.death_known != "D":
            return False
        event.end = When(complete.day, draw.weighted({"M": 8, "Y": 1}))
        if as_aimed(event, subject) and not _begins_after_end(event, subject):
            return True
        event.end = complete
        return False

    plain = [(s, e) for s in subjects for e in s.events if not (e.marked or e.infusion or e.continues)]
    _mark(draw, plain, ends, end)
    _mark(draw, plain, starts, start)


def _begins_after_end(event: Event, subject: Subject) -> bool:
    """Tell whether the first dose lies in the partial start but the event was over by then."""
    first = subject.first_dose()
    end = event.end
    return bool(first and end and event.start.known != "D" and end.day < first)
