"""What each subject was given: isatuximab, pomalidomide, carfilzomib and dexamethasone, as labelled and as changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .calibrate import scaled
from .draw import Draw
from .world import CUTOFF, Dose, Subject, When

CYCLE = 28
TWINS = 75  # dose rows exported twice, per block
WHOLE = Decimal(1)
TENTH = Decimal("0.1")


def give_doses(draw: Draw, subject: Subject, untreated: bool) -> None:
    """Fill `subject.doses`; `untreated` means that no dose of any drug was ever recorded."""
    if untreated:
        return
    isa_lag = 1 if draw.chance(0.08) else 0
    weight = subject.demography.weight if subject.demography else Decimal(70)
    subject.doses += _isatuximab(draw, subject, weight, isa_lag)
    if subject.regimen in ("Isa-Pd", ""):
        subject.doses += _pomalidomide(draw, subject)
    if subject.regimen == "Isa-Kd":
        subject.doses += _carfilzomib(draw, subject, weight)
        subject.doses += _dexamethasone_twice_weekly(draw, subject)
    else:
        subject.doses += _dexamethasone_weekly(draw, subject)


def export_twice(draw: Draw, subjects: list[Subject]) -> None:
    """Repeat some dose rows, as a site migration does."""
    rows = [(s, d) for s in subjects for d in s.doses if d.given and d.unit == "mg" and d.amount > 0]
    for subject, dose in draw.some(rows, scaled(TWINS, len(subjects))):
        subject.doses.append(replace(dose, twin=dose))


def _days(start: date, last: date, first: tuple[int, ...], later: tuple[int, ...]) -> list[tuple[int, int, date]]:
    """Return (cycle, nominal day, date) of a schedule whose offsets differ between the first and later cycles."""
    result = []
    cycle = 0
    while start + timedelta(days=CYCLE * cycle) <= last:
        for offset in later if cycle else first:
            day = start + timedelta(days=CYCLE * cycle + offset)
            if day <= last:
                result.append((cycle + 1, offset + 1, day))
        cycle += 1
    return result


def _round(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP)


def _isatuximab(draw: Draw, subject: Subject, weight: Decimal, lag: int) -> list[Dose]:
    last = min(subject.isa_stopped or subject.stopped, CUTOFF)
    start = subject.started + timedelta(days=lag)
    if not subject.regimen:
        last = min(last, start + timedelta(days=7))
    doses: list[Dose] = []
    for cycle, nominal, day in _days(start, last, (0, 7, 14, 21), (0, 14)):
        used = weight + Decimal(draw.whole(-15, 15)) / 10
        given = bool(subject.regimen) and (not doses or not draw.chance(0.03))
        change = "NONE" if not doses else draw.weighted({"NONE": 88, "DELAYED": 6, "INTERRUPTED": 6})
        late = min(day + timedelta(days=draw.whole(1, 4)), last) if change == "DELAYED" and given else day
        amount, unit = _isatuximab_amount(draw, used)
        hour = draw.whole(8, 14)
        begin = "" if draw.chance(0.05) else f"{hour:02d}:{draw.whole(0, 59):02d}"
        finish = "" if draw.chance(0.05) else f"{hour + draw.whole(1, 5):02d}:{draw.whole(0, 59):02d}"
        doses.append(
            Dose(
                "ISA",
                cycle,
                nominal,
                When(late, time=begin),
                When(late, time=finish),
                amount if given else Decimal(0),
                unit,
                given=given,
                measure=used,
                planned=Decimal(10),
                modification=change,
                form="isa_admin",
            )
        )
    return doses


def _isatuximab_amount(draw: Draw, weight: Decimal) -> tuple[Decimal, str]:
    """Return the dose as the site writes it: mostly mg, else mg/kg, or ml of a 20 mg/ml solution."""
    unit = draw.weighted({"mg": 91, "mg/kg": 5, "ml": 4})
    if unit == "mg/kg":
        return draw.pick([Decimal(10), Decimal("9.8"), Decimal("10.2")]), unit
    if unit == "ml":
        return _round(weight / 2, TENTH), unit
    return _round(weight * 10, WHOLE), unit


def _levels(draw: Draw, levels: tuple[str, ...], cycles: int) -> list[Decimal]:
    """Return the dose level of each cycle: it can only go down."""
    level, result = 0, []
    for cycle in range(cycles):
        if cycle and level < len(levels) - 1 and draw.chance(0.08):
            level += 1
        result.append(Decimal(levels[level]))
    return result


def _pomalidomide(draw: Draw, subject: Subject) -> list[Dose]:
    doses: list[Dose] = []
    starts = _days(subject.started, subject.stopped, (0,), (0,))
    levels = _levels(draw, ("4", "3", "2", "1"), len(starts))
    for (cycle, _, first), level in zip(starts, levels, strict=True):
        reduced = bool(doses) and level < doses[-1].amount
        change = "REDUCED" if reduced else "NONE"
        if cycle > 1 and not reduced and draw.chance(0.04):
            level, change = Decimal(0), "INTERRUPTED"
        doses.append(_interval(subject, "POM", cycle, first, 20, level, change))
    return doses


def _interval(subject: Subject, drug: str, cycle: int, first: date, length: int, level: Decimal, change: str) -> Dose:
    """Return daily doses from `first` for `length` more days, ended by the stop or open at the cut-off."""
    end = first + timedelta(days=length)
    running = end > CUTOFF and subject.stopped >= CUTOFF
    return Dose(
        drug,
        cycle,
        (first - subject.started).days % CYCLE + 1,
        When(first),
        When(min(end, subject.stopped, CUTOFF)),
        level,
        "mg",
        interval=True,
        running=running,
        route="ORAL",
        modification=change,
        form="pom_log" if drug == "POM" else "dex_log",
    )


def _carfilzomib(draw: Draw, subject: Subject, weight: Decimal) -> list[Dose]:
    height = subject.demography.height if subject.demography else Decimal(165)
    surface = _round((height * weight / 3600).sqrt(), Decimal("0.01"))
    days = _days(subject.started, subject.stopped, (0, 1, 7, 8, 14, 15), (0, 1, 7, 8, 14, 15))
    levels = _levels(draw, ("56", "45", "36", "27"), days[-1][0])
    doses: list[Dose] = []
    for cycle, nominal, day in days:
        planned = Decimal(20) if cycle == 1 and nominal <= 2 else levels[cycle - 1]
        unit = draw.weighted({"mg": 93, "mg/m2": 7})
        amount = planned if unit == "mg/m2" else _round(planned * min(surface, Decimal("2.2")), WHOLE)
        given = not doses or not draw.chance(0.03)
        reduced = cycle > 1 and levels[cycle - 1] < levels[cycle - 2]
        doses.append(
            Dose(
                "CAR",
                cycle,
                nominal,
                When(day),
                When(day),
                amount if given else Decimal(0),
                unit,
                given=given,
                measure=surface,
                planned=planned,
                modification="REDUCED" if reduced else "NONE",
                form="car_admin",
            )
        )
    return doses


def _dexamethasone_weekly(draw: Draw, subject: Subject) -> list[Dose]:
    days = _days(subject.started, subject.stopped, (0, 7, 14, 21), (0, 7, 14, 21))
    steps = ("20", "12", "8") if subject.age >= 75 else ("40", "20", "12", "8")
    levels = _levels(draw, steps, days[-1][0])
    return [_single(draw, c, n, day, levels[c - 1], _step(levels, c), "ORAL") for c, n, day in days]


def _dexamethasone_twice_weekly(draw: Draw, subject: Subject) -> list[Dose]:
    days = _days(subject.started, subject.stopped, (0, 1, 7, 8, 14, 15, 21), (0, 1, 7, 8, 14, 15, 21))
    levels = _levels(draw, ("20", "12", "8"), days[-1][0])
    doses = []
    for cycle, nominal, day in days:
        level, change = levels[cycle - 1], _step(levels, cycle)
        if nominal == 22:
            doses.append(_interval(subject, "DEX", cycle, day, 1, level, change))
        else:
            doses.append(_single(draw, cycle, nominal, day, level, change, "INTRAVENOUS"))
    return doses


def _step(levels: list[Decimal], cycle: int) -> str:
    return "REDUCED" if cycle > 1 and levels[cycle - 1] < levels[cycle - 2] else "NONE"


def _single(draw: Draw, cycle: int, nominal: int, day: date, level: Decimal, change: str, route: str) -> Dose:
    """Return one dexamethasone dose on one day; now and then an oral one is infused."""
    if route == "ORAL" and nominal in (1, 15) and draw.chance(0.15):
        route = "INTRAVENOUS"
    return Dose(
        "DEX",
        cycle,
        nominal,
        When(day),
        When(day),
        level,
        "mg",
        route=route,
        modification=change,
        form="dex_log",
    )
