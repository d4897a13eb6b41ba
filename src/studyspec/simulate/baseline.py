"""What is known of each subject besides treatment and events: disease, cytogenetics, prior lines, visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .calibrate import scaled
from .draw import Draw
from .people import with_median
from .world import CUTOFF, Diagnosis, Fish, Line, Performance, Subject, Vital, When

RISK_DEFINING = ("DEL17P", "T(4;14)", "T(14;16)")
HIGH, NOT_EVALUABLE = 14, 42
KARNOFSKY, RANGES = 9, 5
NO_RESULT = {"NOT DONE": 5, "FAILED": 3, "NOT EVALUABLE": 2}
REGIMENS = (
    ("VRD", ("Bortezomib", "Lenalidomide", "Dexamethasone")),
    ("Bort/Len/Dex", ("Bortezomib", "Lenalidomide", "Dexamethasone")),
    ("VTD", ("Bortezomib", "Thalidomide", "Dexamethasone")),
    ("VMP", ("Bortezomib", "Melphalan", "Prednisone")),
    ("Rd", ("Lenalidomide", "Dexamethasone")),
    ("len-dex", ("Lenalidomide", "Dexamethasone")),
    ("DRd", ("Daratumumab", "Lenalidomide", "Dexamethasone")),
    ("Dara mono", ("Daratumumab",)),
    ("DVd", ("Daratumumab", "Bortezomib", "Dexamethasone")),
    ("KRd", ("Carfilzomib", "Lenalidomide", "Dexamethasone")),
    ("VCD", ("Bortezomib", "Cyclophosphamide", "Dexamethasone")),
)


def reference_day(subject: Subject) -> date:
    """Return the day of the first dose of any drug, else of consent: what is at or before it is baseline."""
    return subject.first_dose() or subject.enrolment.consent or CUTOFF


def add_visits(draw: Draw, subjects: list[Subject]) -> None:
    """Fill vital signs and performance status."""
    late = draw.some(subjects, scaled(3, len(subjects)))
    for subject in subjects:
        days = _visit_days(draw, subject)
        subject.vitals = [_vital(draw, subject, day, i == 0) for i, day in enumerate(days)]
        seen = days[1:] if subject in late else days
        subject.performances = [_performance(draw, day) for day in seen]
    _other_scales(draw, subjects)


def _visit_days(draw: Draw, subject: Subject) -> list[date]:
    reference = reference_day(subject)
    first = reference - timedelta(days=draw.whole(0, 9))
    last = min(subject.stopped, CUTOFF)
    days = [first]
    day = reference + timedelta(days=draw.whole(50, 62))
    while day <= last:
        days.append(day)
        day += timedelta(days=draw.whole(50, 62))
    return days


def _vital(draw: Draw, subject: Subject, day: date, first: bool) -> Vital:
    who = subject.demography
    assert who is not None
    weight = who.weight + Decimal(draw.whole(-25, 25)) / 10
    kilos: tuple[Decimal, str] | None = (weight, "kg")
    if draw.chance(0.06):
        kilos = ((weight / Decimal("0.45359237")).quantize(Decimal("0.1")), "lb")
    if not first and draw.chance(0.04):
        kilos = None
    height: tuple[Decimal, str] | None = None
    if first or draw.chance(0.1):
        unit = draw.weighted({"cm": 92, "m": 4, "in": 4})
        inches = (who.height / Decimal("2.54")).quantize(Decimal("0.5"))
        height = {"cm": (who.height, "cm"), "m": (who.height / 100, "m"), "in": (inches, "in")}[unit]
    return Vital(day, kilos, height, form="vitals")


def _performance(draw: Draw, day: date) -> Performance:
    value = draw.weighted({"0": 37, "1": 47, "2": 13, "3": 2, "ND": 1})
    return Performance(day, "ECOG", value, form="ecog")


def _other_scales(draw: Draw, subjects: list[Subject]) -> None:
    """M15: some sites report Karnofsky, some a range."""
    seen = draw.shuffled([p for s in subjects for p in s.performances])
    karnofsky, ranges = scaled(KARNOFSKY, len(subjects)), scaled(RANGES, len(subjects))
    for performance in seen[:karnofsky]:
        performance.scale = "KPS"
        performance.value = draw.weighted({"100": 2, "90": 6, "80": 8, "70": 3, "60": 1})
    for performance in seen[karnofsky : karnofsky + ranges]:
        performance.value = draw.weighted({"0-1": 5, "1-2": 3, "2-3": 1})


def add_cytogenetics(draw: Draw, subjects: list[Subject]) -> None:
    """Fill cytogenetics: exactly 14 of 112 with high risk, about 37% not evaluable, some retests that disagree."""
    size = len(subjects)
    order = draw.shuffled(subjects)
    high = order[: scaled(HIGH, size)]
    unknown = order[len(high) : len(high) + scaled(NOT_EVALUABLE, size)]
    standard = order[len(high) + len(unknown) :]
    late = draw.some([s for s in standard if _followed(s)], scaled(2, size))
    late += draw.some([s for s in unknown if _followed(s)], scaled(1, size))
    for i, subject in enumerate(high):
        _high_risk(draw, subject, conflict=i < scaled(3, size))
    for subject in unknown:
        _not_evaluable(draw, subject, late=subject in late)
    for subject in standard:
        _standard_risk(draw, subject, late=subject in late)


def _followed(subject: Subject) -> bool:
    """Tell whether there is time for a test after baseline."""
    return (min(subject.died or CUTOFF, CUTOFF) - reference_day(subject)).days > 62


def _sample_day(draw: Draw, subject: Subject) -> When:
    day = reference_day(subject) - timedelta(days=draw.whole(20, 900))
    return When(day, "M" if draw.chance(0.1) else "D")


def _panel(draw: Draw, subject: Subject, results: dict[str, str]) -> None:
    """Add one sample with the given results of the risk-defining abnormalities and a few more."""
    day = _sample_day(draw, subject)
    timepoint = draw.pick(["Dx", "Relapse", "Baseline"])
    more = {"GAIN1Q21": 0.6, "AMP1Q21": 0.15, "DEL13Q": 0.4, "T(11;14)": 0.4}
    for abnormality, probability in more.items():
        if draw.chance(probability):
            results[abnormality] = draw.weighted({"POSITIVE": 35, "NEGATIVE": 55, "NOT DONE": 10})
    subject.fish += [Fish(day, a, r, timepoint, form="cytogen") for a, r in results.items()]


def _retest(draw: Draw, subject: Subject, earlier: Fish, result: str, late: bool = False) -> None:
    """Add one later test of the same abnormality, before baseline or, when `late`, after it."""
    reference = reference_day(subject)
    day = reference + timedelta(days=draw.whole(10, 60)) if late else reference - timedelta(days=draw.whole(0, 15))
    again = replace(earlier, day=When(min(day, CUTOFF)), result=result, timepoint="Relapse" if late else "Baseline")
    subject.fish.append(again)


def _high_risk(draw: Draw, subject: Subject, conflict: bool) -> None:
    positive = draw.pick(RISK_DEFINING)
    results = {a: draw.weighted({"NEGATIVE": 80, "NOT DONE": 20}) for a in RISK_DEFINING}
    turned = conflict and draw.chance(0.5)
    results[positive] = "NEGATIVE" if turned else "POSITIVE"
    _panel(draw, subject, results)
    tested = next(f for f in subject.fish if f.abnormality == positive)
    if conflict:
        _retest(draw, subject, tested, "POSITIVE" if turned else "NEGATIVE")
    elif draw.chance(0.1):
        _retest(draw, subject, tested, "POSITIVE")


def _standard_risk(draw: Draw, subject: Subject, late: bool) -> None:
    results = {a: draw.weighted({"NEGATIVE": 85, "NOT DONE": 10, "FAILED": 5}) for a in RISK_DEFINING}
    negative = draw.pick(RISK_DEFINING)
    results[negative] = "NEGATIVE"
    _panel(draw, subject, results)
    tested = next(f for f in subject.fish if f.abnormality == negative)
    if late:
        _retest(draw, subject, tested, "POSITIVE", late=True)
    elif draw.chance(0.15):
        _retest(draw, subject, tested, "NEGATIVE")


def _not_evaluable(draw: Draw, subject: Subject, late: bool) -> None:
    if not late and draw.chance(0.2):
        return
    _panel(draw, subject, {a: draw.weighted(NO_RESULT) for a in RISK_DEFINING})
    if late:
        _retest(draw, subject, subject.fish[0], "POSITIVE", late=True)


def add_prior_lines(draw: Draw, subjects: list[Subject]) -> None:
    """Fill diagnosis and prior lines; the median number of lines of a block is 3."""
    counts = [draw.weighted({1: 16, 2: 24, 3: 28, 4: 16, 5: 9, 6: 5, 7: 2}) for _ in subjects]
    bounded = [max(count, 1) for count in with_median(counts, 3)]
    for subject, count in zip(subjects, draw.shuffled(bounded), strict=True):
        reference = reference_day(subject)
        gap = draw.whole(240, 480)
        diagnosed = reference - timedelta(days=gap * count + draw.whole(30, 200))
        subject.diagnosis = _diagnosis(draw, diagnosed, reference)
        for number in range(1, count + 1):
            start = reference - timedelta(days=gap * (count - number + 1))
            subject.lines += _line(draw, number, start, gap)


def _known(draw: Draw, day: date, month: float, year: float) -> When:
    """Return a date known to the day, or by chance only to the month or the year."""
    if draw.chance(year):
        return When(day, "Y")
    return When(day, "M" if draw.chance(month) else "D")


def _line(draw: Draw, number: int, start: date, gap: int) -> list[Line]:
    name, drugs = draw.pick(REGIMENS)
    end = start + timedelta(days=draw.whole(gap // 3, gap - 40))
    transplant = start + timedelta(days=draw.whole(90, 150)) if number == 1 and draw.chance(0.45) else None
    line = Line(
        number,
        name,
        drugs,
        _known(draw, start, 0.25, 0.08),
        _known(draw, end, 0.25, 0.08),
        draw.weighted({"CR": 12, "VGPR": 28, "PR": 32, "MR": 8, "SD": 10, "PD": 7, "NE": 3}),
        draw.weighted({"Y": 45, "N": 45, "U": 10}),
        transplant,
        "Daratumumab" in drugs,
        form="priortx",
    )
    if not draw.chance(0.12):
        return [line]
    upkeep = replace(
        line,
        regimen="len maintenance",
        drugs=("Lenalidomide",),
        start=When(end, "M"),
        end=When(end + timedelta(days=30), "M"),
        transplant=None,
        anti_cd38=False,
    )
    return [line, upkeep]


def _diagnosis(draw: Draw, day: date, reference: date) -> Diagnosis:
    return Diagnosis(
        _known(draw, day, 0.34, 0.06),
        draw.weighted({"IgG kappa": 34, "IgG lambda": 18, "IgA kappa": 12, "IgA lambda": 9, "Light chain": 15}),
        draw.weighted({"I": 30, "II": 32, "III": 26, "ND": 12}),
        draw.weighted({"I": 16, "II": 40, "III": 14, "ND": 30}),
        draw.weighted({"I": 30, "II": 32, "III": 26, "ND": 12}),
        reference - timedelta(days=draw.whole(0, 20)),
        Decimal(draw.whole(18, 95)) / 10,
        Decimal(draw.whole(260, 470)) / 10,
        draw.whole(130, 480),
        Decimal(draw.whole(55, 260)) / 100,
        draw.whole(18, 105),
        draw.weighted({"N": 85, "Y": 10, "U": 5}),
        draw.weighted({"N": 95, "Y": 3, "U": 2}),
        draw.weighted({"Y": 60, "N": 35, "U": 5}),
        form="dxhist",
    )
