"""Who the subjects are: numbers, enrolments, ages, and when treatment starts and ends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .calibrate import Plan, scaled
from .catalog import COUNTRIES, sites
from .draw import Draw
from .world import CUTOFF, ENROLMENT_START, Demography, Enrolment, Number, Subject, When

PROTOCOL_2 = date(2021, 4, 1)
RETROSPECTIVE = 39
REASONS = {
    "PD": 46,
    "PT DECISION": 12,
    "PHYSICIAN": 10,
    "DEATH": 5,
    "LTFU": 5,
    "COMPLETED": 6,
    "OTHER": 4,
}


def make_subjects(draw: Draw, block: int, planned: list[str]) -> tuple[list[Subject], Number]:
    """Return one subject per planned regimen with its number, and one number to spare for a re-enrolment."""
    slots = [(site, local) for site in sites().values() for local in range(1, site.subjects + 1)]
    numbers = [Number(site.number, f"{block * 10 + local:04d}") for site, local in draw.shuffled(slots)]
    subjects = [
        Subject(regimen, COUNTRIES[number.site[0]], number, age=0)
        for regimen, number in zip(planned, numbers, strict=False)
    ]
    return subjects, numbers[len(subjects)]


def enrol(draw: Draw, subjects: list[Subject], plans: dict[str, Plan], spare: Number) -> None:
    """Give every subject its enrolment, its course of treatment and its death, if any."""
    size = len(subjects)
    busy = [s for plan in plans.values() for s in (*plan.withdrawn, *plan.fatal)]
    free = [s for s in subjects if s.regimen == "Isa-Pd" and s not in busy]
    moved = _movers(free, spare)[: scaled(1, size)]
    waived = draw.some([s for s in free if s not in moved], scaled(2, size))
    treated = [s for s in subjects if s.regimen and s not in waived and s not in moved]
    past = draw.some(treated, max(scaled(RETROSPECTIVE, size) - len(waived) - len(moved), 0))
    for subject in subjects:
        if subject in waived:
            _waive(draw, subject)
        elif subject in moved:
            _move(draw, subject, spare)
        elif subject in past:
            _enrol_retrospective(draw, subject, CUTOFF - timedelta(days=90 if subject in busy else 40))
        else:
            _enrol_prospective(draw, subject, CUTOFF - timedelta(days=90 if subject in busy else 40))
    _pin_window(draw, [s for s in subjects if not s.enrolment.retrospective])
    for plan in plans.values():
        for subject in plan.fatal:
            _end_fatally(draw, subject)
        for subject in plan.withdrawn:
            _withdraw(draw, subject)
    fixed = [*busy, *waived]
    for subject in subjects:
        if subject not in fixed:
            _end(draw, subject, at_least=150 if subject in moved else 0)
    _later_deaths(draw, [s for s in subjects if s not in fixed and s not in moved], size)


def _movers(free: list[Subject], spare: Number) -> list[Subject]:
    """Return those who could have come from the site of `spare`: best from the same country, other date format."""
    away = [s for s in free if s.number.site != spare.site]
    formats = sites()
    return sorted(
        away,
        key=lambda s: (
            s.number.site[0] != spare.site[0],
            formats[s.number.site].date_format == formats[spare.site].date_format,
            s.number.text(),
        ),
    )


def _protocol(day: date) -> str:
    return "2.0" if day >= PROTOCOL_2 else "1.0"


def _enrol_prospective(draw: Draw, subject: Subject, latest: date) -> None:
    consent = draw.day(ENROLMENT_START, latest - timedelta(days=10))
    subject.started = consent + timedelta(days=draw.whole(0, 10))
    subject.enrolments = [Enrolment(subject.number, consent, False, _protocol(consent), consent, form="enrol")]


def _enrol_retrospective(draw: Draw, subject: Subject, latest: date) -> None:
    """Consent comes 1 to 92 days after the first isatuximab dose, which is one day after the start at most."""
    subject.started = draw.day(ENROLMENT_START - timedelta(days=80), latest)
    first = max(subject.started + timedelta(days=2), ENROLMENT_START)
    consent = draw.day(first, min(subject.started + timedelta(days=90), CUTOFF))
    subject.enrolments = [Enrolment(subject.number, consent, True, _protocol(consent), consent, form="enrol")]


def _waive(draw: Draw, subject: Subject) -> None:
    """The subject died before enrolment, so that nobody could consent."""
    nominal = draw.day(ENROLMENT_START, CUTOFF - timedelta(days=5))
    subject.started = nominal - timedelta(days=draw.whole(75, 90))
    subject.stopped = subject.started + timedelta(days=draw.whole(25, 45))
    subject.died = subject.stopped + timedelta(days=draw.whole(5, 25))
    subject.stop_reason = "DEATH"
    subject.enrolments = [Enrolment(subject.number, None, True, _protocol(nominal), nominal, form="enrol")]


def _move(draw: Draw, subject: Subject, spare: Number) -> None:
    """The subject consents at one site, starts treatment, and is enrolled again at another."""
    consent = draw.day(date(2021, 2, 1), date(2021, 3, 20))
    subject.started = consent + timedelta(days=draw.whole(1, 8))
    again = subject.started + timedelta(days=draw.whole(60, 88))
    subject.enrolments = [
        Enrolment(spare, consent, False, _protocol(consent), consent, form="enrol"),
        Enrolment(subject.number, again, True, _protocol(again), again, previous=spare, form="enrol"),
    ]


def _pin_window(draw: Draw, prospective: list[Subject]) -> None:
    """Make the first and the last consent fall on the first and the last day of enrolment."""
    ends = [s for s in prospective if not s.regimen][:1]
    starts = [s for s in prospective if s.regimen == "Isa-Pd"][:1]
    for subject in ends:
        subject.enrolments = [Enrolment(subject.number, CUTOFF, False, "2.0", CUTOFF, form="enrol")]
        subject.started = CUTOFF
    for subject in starts:
        subject.enrolments = [Enrolment(subject.number, ENROLMENT_START, False, "1.0", ENROLMENT_START, form="enrol")]
        subject.started = ENROLMENT_START + timedelta(days=draw.whole(1, 7))


def _end_fatally(draw: Draw, subject: Subject) -> None:
    """Death by an event within thirty days of the last dose."""
    subject.stopped = subject.started + timedelta(days=draw.whole(30, 65))
    subject.died = subject.stopped + timedelta(days=draw.whole(2, 14))
    subject.stop_reason = "DEATH"


def _withdraw(draw: Draw, subject: Subject) -> None:
    """Isatuximab stops for an event; the other drugs stop with it or go on."""
    longest = min((CUTOFF - subject.started).days - 15, 220)
    subject.isa_stopped = subject.started + timedelta(days=draw.whole(25, longest))
    subject.stopped = subject.isa_stopped
    subject.stop_reason = "AE"
    if draw.chance(0.5):
        subject.stopped = min(subject.isa_stopped + timedelta(days=draw.whole(20, 80)), CUTOFF)
        subject.stop_reason = "" if subject.stopped == CUTOFF else "PD"


def _end(draw: Draw, subject: Subject, at_least: int) -> None:
    """Treatment ends after one to eleven cycles, or goes on at the cut-off."""
    days = 28 * min(draw.whole(1, 17), 11) - draw.whole(0, 13)
    subject.stopped = min(subject.started + timedelta(days=max(days, at_least, 15)), CUTOFF)
    if subject.stopped < CUTOFF:
        subject.stop_reason = draw.weighted(REASONS)
    if subject.stop_reason == "DEATH":
        subject.died = min(subject.stopped + timedelta(days=draw.whole(1, 25)), CUTOFF)


def _later_deaths(draw: Draw, subjects: list[Subject], size: int) -> None:
    """Some die of the disease after treatment; of one of them only month and year of death are known."""
    ended = [s for s in subjects if s.stop_reason == "PD" and (CUTOFF - s.stopped).days > 60]
    for i, subject in enumerate(draw.some(ended, scaled(5, size))):
        subject.died = draw.day(subject.stopped + timedelta(days=40), CUTOFF)
        subject.death_known = "M" if i == 0 else "D"


def describe(draw: Draw, subjects: list[Subject]) -> None:
    """Give every subject age, sex, race and measures; the median age of a block is 71."""
    unknown = draw.some(subjects, scaled(1, len(subjects)))
    ages = [min(max(round(draw.normal(71, 9)), 40), 89) for _ in subjects]
    for subject, age in zip(subjects, draw.shuffled(with_median(ages, 71)), strict=True):
        subject.age = age
        subject.demography = _demography(draw, subject, "U" if subject in unknown else draw.pick("MF"))


def with_median(values: list[int], median: int) -> list[int]:
    """Shift whole numbers so that their median is exactly `median`.

    Example:
        >>> with_median([1, 5, 9, 12], 6)
        [2, 6, 6, 13]
    """
    ordered = sorted(values)
    middle = (len(ordered) - 1) // 2
    shift = median - ordered[middle]
    moved = [value + shift for value in ordered]
    for i in (middle, len(moved) // 2):
        moved[i] = median
    return [min(v, median) if i < middle else max(v, median) for i, v in enumerate(moved)]


def _demography(draw: Draw, subject: Subject, sex: str) -> Demography:
    reference = subject.enrolment.consent or subject.started
    born = _birthday(draw, reference, subject.age)
    site = subject.number.site[0]
    known = "Y" if site in "13" else "M" if site == "4" else "D"
    typed = subject.age if known != "D" or draw.chance(0.3) else None
    race = "" if site == "1" else draw.weighted({"WHITE": 88, "": 4, "ASIAN": 3, "UNKNOWN": 3, "OTHER": 2})
    if race and draw.chance(0.03):
        race = draw.pick(["BLACK OR AFRICAN AMERICAN", "NOT REPORTED"])
    ethnic = "" if site == "1" else draw.weighted({"NOT HISPANIC OR LATINO": 80, "NOT REPORTED": 8, "": 6})
    if site == "4" and draw.chance(0.5):
        ethnic = "HISPANIC OR LATINO"
    tall, heavy = (174, 80) if sex == "M" else (161, 67)
    height = Decimal(round(draw.normal(tall, 7)))
    weight = Decimal(round(draw.normal(heavy, 13) * 10)) / 10
    return Demography(
        sex,
        race,
        ethnic,
        When(born, known),
        known == "Y",
        typed,
        height,
        max(weight, Decimal("41.5")),
        form="demog",
    )


def _birthday(draw: Draw, reference: date, age: int) -> date:
    """Return a birthday that makes the subject `age` completed years old on `reference`."""
    day = min(reference.day, 28)
    return date(reference.year - age, reference.month, day) - timedelta(days=draw.whole(0, 330))
