"""The findings that a perfect pipeline must report, one per offending record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from .analysis import first_day
from .truth import clean, milligrams
from .world import CUTOFF, DRUGS, Case, Event, Record, Subject

Found = tuple[str, Record]


def subject_findings(subject: Subject) -> list[dict[str, str]]:
    """Return the rows of `findings.csv` for one subject, by code, form and row."""
    checks: tuple[Callable[[Subject], Iterator[Found]], ...] = (
        _enrolment,
        _doses,
        _entries,
        _twice,
        _cytogenetics,
        _performance,
        _safety,
        _stops,
    )
    found = {(code, record.form, record.row) for check in checks for code, record in check(subject)}
    names = ("CODE", "FORM", "ROW")
    return [
        {"USUBJID": subject.usubjid()} | dict(zip(names, (code, form, str(row)), strict=True))
        for code, form, row in sorted(found)
    ]


def _enrolment(subject: Subject) -> Iterator[Found]:
    enrolment, first = subject.enrolment, subject.first_dose()
    if enrolment.consent is None:
        yield "M03A", enrolment
    elif first and first < enrolment.consent:
        yield "M03B", enrolment
    if enrolment.previous:
        yield "M16", enrolment
    cohort = subject.exposures("ISA") and (subject.exposures("POM") or subject.exposures("CAR"))
    if not cohort:
        yield "M22", enrolment


def _doses(subject: Subject) -> Iterator[Found]:
    for dose in subject.doses:
        if dose.twin is not None:
            yield "M04A", dose
        elif dose.given and dose.unit != "mg" and milligrams(dose) > 0:
            yield "M07A", dose


def _entries(subject: Subject) -> Iterator[Found]:
    for event in subject.events:
        for code, holds in (*_dates(subject, event), *_grades(event), *_consistency(subject, event)):
            if holds:
                yield code, event


def _dates(subject: Subject, event: Event) -> list[tuple[str, bool]]:
    start, end = event.start, event.end
    complete = end is not None and start.known == "D" and end.known == "D"
    begun = first_day(start)
    born = subject.demography.born.day.year if subject.demography else 0
    return [
        ("M02A", complete and end is not None and end.day < start.day),
        ("M02B", begun is not None and begun > CUTOFF),
        ("M02C", begun is not None and begun.year < born),
        ("M20", start.known == ""),
    ]


def _grades(event: Event) -> list[tuple[str, bool]]:
    grade = str(event.grade or "")
    return [
        ("M08A", bool(event.grade_range)),
        ("M08B", not grade),
        ("M09", bool(grade) and any(grade not in part.grades for part in event.parts)),
    ]


def _consistency(subject: Subject, event: Event) -> list[tuple[str, bool]]:
    ticked = "Y" in event.criteria.values()
    had = [drug for drug in DRUGS if subject.exposures(drug)]
    acted = [drug for drug, what in event.action.items() if what not in ("", "NOT APPLICABLE")]
    reported = {case.entry for case in subject.cases}
    return [
        ("M05", event.continues is not None),
        ("M10A", not event.serious and ticked),
        ("M10B", event.serious and not ticked),
        ("M10C", event.grade == 5 and event.outcome != "FATAL"),
        ("M10D", event.outcome == "FATAL" and subject.death is None),
        ("M11B", event.serious and event.number not in reported),
        ("M12", any(drug not in had for drug in acted)),
        ("M13B", event.action.get("ISA") == "DRUG WITHDRAWN" and _stop_reason(subject) != "AE"),
        ("M17", event.mojibake),
        ("M18", len(event.parts) > 1),
        ("M19", not any(part.pt for part in event.parts)),
    ]


def _stop_reason(subject: Subject) -> str:
    return next((stop.reason for stop in subject.stops if stop.drug == "ISA"), "")


def _twice(subject: Subject) -> Iterator[Found]:
    """M04B: same cleaned term and same start under another entry number; the later row is reported."""
    seen: dict[tuple[str, str], str] = {}
    for event in sorted(subject.events, key=lambda e: e.row):
        for part in event.parts:
            key = (clean(part.verbatim).lower(), event.start.iso())
            if key[1] and seen.setdefault(key, event.number) != event.number:
                yield "M04B", event


def _cytogenetics(subject: Subject) -> Iterator[Found]:
    """M14: positive after negative, or the reverse, in row order."""
    opposite = {"POSITIVE": "NEGATIVE", "NEGATIVE": "POSITIVE"}
    seen: set[tuple[str, str]] = set()
    for test in sorted(subject.fish, key=lambda f: f.row):
        if (test.abnormality, opposite.get(test.result, "")) in seen:
            yield "M14", test
        seen.add((test.abnormality, test.result))


def _performance(subject: Subject) -> Iterator[Found]:
    for seen in subject.performances:
        if seen.scale == "KPS":
            yield "M15A", seen
        elif "-" in seen.value:
            yield "M15B", seen


def _safety(subject: Subject) -> Iterator[Found]:
    for case in subject.cases:
        if case.event is None:
            yield "M11A", case
        elif _differs(case, case.event.start.day, case.event.start.known):
            yield "M11C", case


def _differs(case: Case, start: date, known: str) -> bool:
    return known == "D" and start != case.onset


def _stops(subject: Subject) -> Iterator[Found]:
    withdrawn = any(event.action.get("ISA") == "DRUG WITHDRAWN" for event in subject.events)
    for stop in subject.stops:
        if stop.drug == "ISA" and stop.reason == "AE" and not withdrawn:
            yield "M13A", stop
