"""What closes a subject's record: numbering of entries, ends of treatment, death, the safety database."""

from __future__ import annotations

from datetime import date, timedelta

from .calibrate import Plan, scaled
from .draw import Draw
from .world import CUTOFF, DRUGS, Case, Death, Ending, Event, Stop, Subject, When

OTHER_REASONS = ("PHYSICIAN", "PT DECISION", "PD", "OTHER")
ENDED = {"LTFU": "LTFU", "COMPLETED": "COMPLETED", "PT DECISION": "WITHDRAWN"}


def close(draw: Draw, subjects: list[Subject], plans: dict[str, Plan]) -> None:
    """Fill entry numbers, eot, eos, death and safety cases of a block."""
    size = len(subjects)
    for subject in subjects:
        number_entries(subject)
        _end_treatments(subject)
    _contradict_stops(draw, subjects, plans, scaled(1, size))
    unreported = _without_form(draw, subjects, scaled(1, size))
    for subject in subjects:
        _end_study(draw, subject, subject not in unreported)
    _safety_database(draw, subjects, size)


def number_entries(subject: Subject) -> None:
    """Number the entries in order of their start; a continuation gets its entry's number with `.1`."""
    order = sorted((e for e in subject.events if e.continues is None), key=lambda e: e.start.day)
    for i, event in enumerate(order, start=1):
        event.number = str(i)
    result = []
    for event in order:
        result.append(event)
        for later in subject.events:
            if later.continues is event:
                later.number = f"{event.number}.1"
                result.append(later)
    subject.events = result


def _end_treatments(subject: Subject) -> None:
    for drug in DRUGS:
        last = subject.last_dose(drug)
        if last is None:
            continue
        stopped = subject.isa_stopped if drug == "ISA" else None
        if stopped is None and not subject.stop_reason:
            subject.stops.append(Stop(drug, None, form="eot"))
            continue
        reason = "AE" if stopped else subject.stop_reason
        entry = ""
        if stopped:
            entry = next((e.number for e in subject.events if e.action.get("ISA") == "DRUG WITHDRAWN"), "")
        subject.stops.append(Stop(drug, last, reason, entry, form="eot"))


def _contradict_stops(draw: Draw, subjects: list[Subject], plans: dict[str, Plan], count: int) -> None:
    """M13A, M13B: the end-of-treatment form and the events disagree on why isatuximab stopped."""
    withdrawn = [s for plan in plans.values() for s in plan.withdrawn]
    stopped = [s for s in subjects if s.first_dose("ISA") and s.stop_reason in OTHER_REASONS]
    for subject in draw.some([s for s in stopped if s not in withdrawn and s.died is None], count):
        for stop in subject.stops:
            if stop.drug == "ISA":
                stop.reason = "AE"
    for subject in draw.some(withdrawn, count):
        for stop in subject.stops:
            if stop.drug == "ISA":
                stop.reason, stop.entry = "PHYSICIAN", ""


def _without_form(draw: Draw, subjects: list[Subject], count: int) -> list[Subject]:
    """M10D: subjects with a fatal outcome whose death form is missing."""
    fatal = [s for s in subjects if any(e.outcome == "FATAL" for e in s.events)]
    return draw.some(fatal, count)


def _end_study(draw: Draw, subject: Subject, reported: bool) -> None:
    contact = min(CUTOFF, max([subject.stopped, *_known_days(subject)]) + timedelta(days=draw.whole(0, 20)))
    if subject.died:
        day = When(subject.died, subject.death_known)
        subject.ending = Ending("DEATH", day, subject.died - timedelta(days=1), form="eos")
        if reported:
            fatal = any(e.grade == 5 for e in subject.events)
            cause = "AE" if fatal else draw.weighted({"PD": 80, "OTHER": 10, "UNKNOWN": 10})
            if any(e.grade == 5 and e.parts[0].pt == "COVID-19" for e in subject.events):
                cause = "COVID-19"
            subject.death = Death(day, cause, form="death")
        return
    status = ENDED.get(subject.stop_reason, "ONGOING")
    if status != "ONGOING" and contact < CUTOFF:
        subject.ending = Ending(status, When(contact), contact, form="eos")
    else:
        subject.ending = Ending("ONGOING", None, contact, form="eos")


def _known_days(subject: Subject) -> list[date]:
    """Return the days of events that are possible: not after the cut-off."""
    days = [e.start.day for e in subject.events] + [e.end.day for e in subject.events if e.end]
    return [day for day in days if day <= CUTOFF] + [subject.last_dose() or subject.started]


def _safety_database(draw: Draw, subjects: list[Subject], size: int) -> None:
    """Fill the safety cases; M11A to M11C: cases missing on either side, onset a day apart."""
    serious = [(s, e) for s in subjects for e in s.events if e.serious]
    missing = [e for _, e in draw.some(serious, scaled(2, size))]
    apart = [e for _, e in draw.some([(s, e) for s, e in serious if e not in missing], scaled(2, size))]
    for subject, event in serious:
        if event not in missing:
            shift = draw.pick([-1, 1]) if event in apart else 0
            subject.cases.append(_case(draw, event, event.start.day + timedelta(days=shift)))
    pool = [s for s in subjects if s.events and s.regimen]
    for subject in draw.some(pool, scaled(2, size)):
        number = max(int(e.number.split(".")[0]) for e in subject.events) + 4
        onset = min(subject.started + timedelta(days=draw.whole(5, 30)), subject.died or CUTOFF, CUTOFF)
        outcome = "RECOVERED/RESOLVED"
        subject.cases.append(
            Case(None, str(number), onset, "hospital admission", "SHOSP", "U", outcome, form="sae_recon")
        )


def _case(draw: Draw, event: Event, onset: date) -> Case:
    ticked = [name for name, value in event.criteria.items() if value == "Y"]
    return Case(
        event,
        event.number,
        onset,
        event.parts[0].pt or event.parts[0].verbatim,
        draw.pick(ticked) if ticked else "SMIE",
        event.relation.get("ISA") or "U",
        event.outcome,
        form="sae_recon",
    )
