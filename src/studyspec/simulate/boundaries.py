"""Records on the boundaries of the rules, planted on purpose: without them a wrong rule could go unseen.

`docs/raw-forms.md`, section 8, lists them. They are put into the finished world of a block, so that no target moves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from .analysis import first_day, last_day
from .baseline import RISK_DEFINING, reference_day
from .boundary_doses import plant_doses
from .boundary_events import free_events, plant_events
from .calibrate import Plan
from .draw import Draw
from .world import CUTOFF, Ending, Fish, Performance, Subject, Vital, When

DAY = timedelta(days=1)
# Height and weight whose body mass index (31.25) and body surface (1.845) end exactly in a half; 67.5 in are 171.45 cm.
HALF_INDEX = Decimal(160), Decimal(80)
HALF_SURFACE = Decimal("168.1"), Decimal("72.9")
HALF_HEIGHT = Decimal("67.5")


def plant(draw: Draw, subjects: list[Subject], plans: dict[str, Plan]) -> None:
    """Put the boundary cases into a block, each where a subject is found that can carry it."""
    plant_doses(draw, subjects, plans)
    _deaths(draw, subjects)
    treated = [s for s in subjects if s.first_dose() and s.regimen and s.old is None]
    _performances(draw, treated)
    _vitals(draw, treated)
    _cytogenetics(draw, treated)
    plant_events(draw, subjects)


def outlive_death(draw: Draw, subjects: list[Subject]) -> None:
    """One subject is lost to follow-up after the date on the death form, which came later from elsewhere."""
    dead = [s for s in subjects if s.died and s.death and s.death.cause == "PD" and s.death_known == "D" and s.regimen]
    for subject in draw.shuffled(dead):
        if subject.died and subject.died + timedelta(days=20) < CUTOFF and subject.enrolment.consent:
            contact = subject.died + timedelta(days=draw.whole(3, 12))
            subject.ending = Ending("LTFU", When(contact), contact, form="eos")
            return


def _deaths(draw: Draw, subjects: list[Subject]) -> None:
    """Deaths 30 and 31 days after the last dose, and one in its month of which only month and year are known."""
    progressed = [
        s
        for s in draw.shuffled(subjects)
        if s.stop_reason == "PD" and s.exposures("ISA") and s.isa_stopped is None and s.old is None
    ]
    for subject in subjects:
        subject.death_known = "D"
    order = sorted(progressed, key=lambda s: s.died is None)
    fates: tuple[Callable[[date], date], ...] = (
        _end_of_month,
        lambda last: last + 30 * DAY,
        lambda last: last + 31 * DAY,
    )
    for fate in fates:
        chosen = next((s for s in order if _can_die(s, fate)), None)
        if chosen is None:
            continue
        chosen.died = fate(chosen.last_dose() or CUTOFF)
        chosen.death_known = "M" if fate is _end_of_month else "D"
        order = [s for s in order if s is not chosen]


def _end_of_month(day: date) -> date:
    """Return the day before the last of the month, so that both days of a month are later or earlier."""
    last = last_day(When(day, "M"))
    return (last or day) - DAY


def _can_die(subject: Subject, fate: Callable[[date], date]) -> bool:
    """Tell whether nothing is known of the subject after a day of death; for a partial one, an event can end then."""
    last = subject.last_dose()
    if last is None:
        return False
    day = fate(last)
    known = [e.start.day for e in subject.events] + [e.end.day for e in subject.events if e.end]
    known += [v.day for v in subject.vitals] + [p.day for p in subject.performances] + [f.day.day for f in subject.fish]
    known += [d.start.day for d in subject.doses] + [last]
    free = fate is not _end_of_month or free_events([subject], lambda s, e: True)
    return bool(free) and max(known) <= day < CUTOFF


def _performances(draw: Draw, treated: list[Subject]) -> None:
    """ECOG not done after a result, on the day of the first dose, and on the day after it."""
    plain = [s for s in treated if s.performances and all(_is_plain(p) for p in s.performances)]
    plain = [s for s in plain if s.performances[0].day <= reference_day(s) - DAY]
    changes = (((9, "1"), (2, "ND")), ((6, "1"), (0, "2")), ((4, "0"), (-1, "1")))
    for subject, seen in zip(draw.some(plain, len(changes)), changes, strict=False):
        day = reference_day(subject)
        planted = [Performance(day - before * DAY, "ECOG", value, form="ecog") for before, value in seen]
        subject.performances = planted + subject.performances[1:]


def _is_plain(seen: Performance) -> bool:
    return seen.scale == "ECOG" and "-" not in seen.value


def _vitals(draw: Draw, treated: list[Subject]) -> None:
    """Measures before, on and the day after the first dose; others whose derived value ends exactly in a half."""
    chosen = draw.some(treated, 1)
    for subject in chosen:
        day, who = reference_day(subject), subject.demography
        assert who is not None
        planted = [
            Vital(
                day + after * DAY,
                (who.weight + Decimal(after) / 2, "kg"),
                (who.height + (after > 0) - (after < 0), "cm"),
                form="vitals",
            )
            for after in (-5, 0, 1)
        ]
        subject.vitals = planted + subject.vitals[1:]
    for tall, heavy in (HALF_INDEX, HALF_SURFACE):
        nearest = _nearest([s for s in treated if s not in chosen], tall, heavy)
        for subject in nearest:
            subject.vitals[0].height, subject.vitals[0].weight = (tall, "cm"), (heavy, "kg")
        chosen += nearest
    for subject in _nearest([s for s in treated if s not in chosen], Decimal("171.45"), Decimal(80)):
        subject.vitals[0].height = (HALF_HEIGHT, "in")


def _nearest(subjects: list[Subject], tall: Decimal, heavy: Decimal) -> list[Subject]:
    """Return the subject (in a list, empty without subjects) whose measures are nearest to these."""

    def distance(subject: Subject) -> Decimal:
        who = subject.demography
        return abs(who.height - tall) + abs(who.weight - heavy) if who else Decimal(999)

    return sorted(subjects, key=distance)[:1]


def _cytogenetics(draw: Draw, treated: list[Subject]) -> None:
    """Samples that decide the risk: on the first dose, in its month, in its year; the day after; and 1q21 alone."""
    order = draw.shuffled(treated)
    single = [s for s in order if len(_positive(s)) == 1 and _counts(s, _positive(s)[0]) and reference_day(s).day < 28]
    for known, subject in zip("DMY", [s for s in single if reference_day(s).month < 12], strict=False):
        sample = _positive(subject)[0].day
        for test in subject.fish:
            if test.day == sample:
                test.day = When(reference_day(subject), known)
    for subject in [s for s in order if _positive(s) and not _counts(s, _positive(s)[0])][:1]:
        _positive(subject)[0].day = When(reference_day(subject) + DAY)
    without = [s for s in order if s.fish and not _positive(s)]
    for result, abnormality in (("NEGATIVE", "GAIN1Q21"), ("", "AMP1Q21")):
        for subject in [s for s in without if any(_decides(f, "NEGATIVE") for f in s.fish) == bool(result)][:1]:
            first = subject.fish[0]
            subject.fish = [f for f in subject.fish if f.abnormality != abnormality]
            subject.fish.append(Fish(first.day, abnormality, "POSITIVE", first.timepoint, form="cytogen"))


def _decides(test: Fish, result: str) -> bool:
    return test.abnormality in RISK_DEFINING and test.result == result


def _positive(subject: Subject) -> list[Fish]:
    return [test for test in subject.fish if _decides(test, "POSITIVE")]


def _counts(subject: Subject, test: Fish) -> bool:
    """Tell whether a test is at or before baseline."""
    return (first_day(test.day) or date.max) <= reference_day(subject)
