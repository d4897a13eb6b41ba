"""Doses on the boundaries of the rules: halves, the cap of body surface, last rows without drug, a switch of drugs.

Every function leaves the first and the last day of treatment of a subject as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .calibrate import Plan
from .draw import Draw
from .world import CUTOFF, Dose, Subject, When

CAP = Decimal("2.2")
TALL, HEAVY = Decimal(190), Decimal("104.5")  # body surface 2.35 m2
UNIT = Decimal("0.1"), Decimal("0.01")


def enlarge(subjects: list[Subject]) -> None:
    """Make one man with carfilzomib so tall and heavy that his body surface exceeds the cap; before any dose."""
    for subject in subjects:
        who = subject.demography
        if subject.regimen == "Isa-Kd" and who is not None and who.sex == "M":
            who.height, who.weight = TALL, HEAVY
            return


def plant_doses(draw: Draw, subjects: list[Subject], plans: dict[str, Plan]) -> None:
    """Put the boundary cases of dosing into a block."""
    _half_of_a_milligram_per_kilogram(draw, subjects)
    _half_of_a_milligram_per_surface(draw, subjects)
    _over_the_cap(subjects)
    withdrawn = [s for plan in plans.values() for s in plan.withdrawn]
    order = [s for s in draw.shuffled(subjects) if s not in withdrawn]
    for change in (_switch, _omit_last_infusion, _pause_at_the_end):
        changed = next((s for s in order if change(draw, s)), None)
        order = [s for s in order if s is not changed]


def _in_milligrams(subject: Subject, form: str) -> list[Dose]:
    return [d for d in subject.doses if d.form == form and d.given and d.unit == "mg"]


def half_up_differs(product: Decimal) -> bool:
    """Tell whether half away from zero and half to even round a number to different tenths.

    Example:
        >>> half_up_differs(Decimal("667.85")), half_up_differs(Decimal("666.75"))
        (True, False)
    """
    hundredths = product * 100
    return hundredths % 10 == 5 and hundredths // 10 % 2 == 0


def _near(value: Decimal, step: Decimal) -> Iterator[Decimal]:
    """Yield values nearer and farther from `value`, in steps."""
    for i in range(60):
        yield value - i * step
        yield value + i * step


def _half_of_a_milligram_per_kilogram(draw: Draw, subjects: list[Subject]) -> None:
    """Two infusions in mg/kg whose dose in mg ends exactly in a half of the last digit kept."""
    dosed = [s for s in subjects if s.regimen and _in_milligrams(s, "isa_admin")]
    for subject in draw.some(dosed, 2):
        dose = draw.pick(_in_milligrams(subject, "isa_admin"))
        dose.amount, dose.unit = Decimal("9.5"), "mg/kg"
        dose.measure = next(w for w in _near(dose.measure, UNIT[0]) if half_up_differs(w * dose.amount))


def _half_of_a_milligram_per_surface(draw: Draw, subjects: list[Subject]) -> None:
    """The last infusion of a subject in mg/m2, reduced; its dose in mg ends exactly in a half."""
    dosed = [s for s in subjects if _in_milligrams(s, "car_admin")]
    for subject in draw.some([s for s in dosed if _surface(s) < CAP - Decimal("0.15")], 1):
        dose = _in_milligrams(subject, "car_admin")[-1]
        level = Decimal(45 if dose.planned > 45 else 27)
        dose.modification = "REDUCED" if level < dose.planned else dose.modification
        dose.planned = dose.amount = level
        dose.unit = "mg/m2"
        dose.measure = next(m for m in _near(dose.measure, UNIT[1]) if half_up_differs(m * level))


def _surface(subject: Subject) -> Decimal:
    who = subject.demography
    return (who.height * who.weight / 3600).sqrt().quantize(UNIT[1]) if who else CAP


def _over_the_cap(subjects: list[Subject]) -> None:
    """An infusion in mg/m2 whose body surface is above the cap."""
    for subject in subjects:
        for dose in _in_milligrams(subject, "car_admin")[1:2]:
            if dose.measure > CAP:
                dose.amount, dose.unit = dose.planned, "mg/m2"


def _over(subject: Subject, days: int) -> date | None:
    """Return the last dose of a subject whose treatment ended, with this many days left to live and to observe."""
    last = subject.last_dose()
    if last is None or not subject.stop_reason or subject.old is not None or not subject.exposures("ISA"):
        return None
    return last if last + timedelta(days=days) < min(CUTOFF, subject.died or CUTOFF) else None


def _omit_last_infusion(draw: Draw, subject: Subject) -> bool:
    """An infusion planned after the last dose of any drug, and omitted."""
    last = _over(subject, 8)
    if last is None:
        return False
    latest = subject.exposures("ISA")[-1]
    day = When(last + timedelta(days=draw.whole(2, 7)))
    omitted = Dose(
        "ISA",
        latest.cycle + 1,
        1,
        day,
        day,
        Decimal(0),
        "mg",
        given=False,
        measure=latest.measure,
        planned=latest.planned,
        form="isa_admin",
    )
    subject.change_doses([*subject.doses, omitted])
    return True


def _pause_at_the_end(draw: Draw, subject: Subject) -> bool:
    """A last interval of pomalidomide without drug, after the last dose of any drug."""
    last = _over(subject, 22)
    if last is None or subject.regimen != "Isa-Pd":
        return False
    paused = Dose(
        "POM",
        subject.exposures("POM")[-1].cycle + 1,
        1,
        When(last + timedelta(days=1)),
        When(last + timedelta(days=21)),
        Decimal(0),
        "mg",
        interval=True,
        route="ORAL",
        modification="INTERRUPTED",
        form="pom_log",
    )
    subject.change_doses([*subject.doses, paused])
    return True


def _switch(draw: Draw, subject: Subject) -> bool:
    """Carfilzomib instead of pomalidomide in the last two cycles."""
    intervals = [d for d in subject.doses if d.drug == "POM"]
    last = _over(subject, 0)
    never_had = any("CAR" in event.action for event in subject.events)
    if subject.regimen != "Isa-Pd" or last is None or len(intervals) < 4 or never_had:
        return False
    cut, former = intervals[-2], subject.doses
    kept = [d for d in former if d.drug != "POM" or d.start.day < cut.start.day]
    subject.change_doses(kept + [_instead(subject, cut, offset) for offset in (0, 1, 7, 8, 14, 15)])
    if subject.last_dose() != last or not subject.exposures("POM"):
        subject.change_doses(former)
        return False
    for event in subject.events:
        later = event.start.day >= cut.start.day
        event.relation["CAR"] = draw.weighted({"Y": 40, "N": 60}) if later else "N"
        event.action["CAR"] = "DOSE NOT CHANGED" if later else "NOT APPLICABLE"
    return True


def _instead(subject: Subject, cut: Dose, offset: int) -> Dose:
    """Return an infusion of carfilzomib, some days after the start of an interval of pomalidomide."""
    day, surface = When(cut.start.day + timedelta(days=offset)), _surface(subject)
    planned = Decimal(20 if offset < 2 else 56)
    amount = (planned * min(surface, CAP)).quantize(Decimal(1))
    return Dose(
        "CAR", cut.cycle, offset + 1, day, day, amount, "mg", measure=surface, planned=planned, form="car_admin"
    )
