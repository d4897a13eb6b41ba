"""Rows of the dosing forms and of end of treatment."""

from __future__ import annotations

from datetime import timedelta

from .typist import Typist
from .world import CUTOFF, Dose, Stop, Subject

Cells = dict[str, str]
DRUG_NAMES = {"ISA": "ISATUXIMAB", "POM": "POMALIDOMIDE", "CAR": "CARFILZOMIB", "DEX": "DEXAMETHASONE"}
NOT_GIVEN = ("low neutrophils", "infection", "patient's wish", "holiday", "COVID-19 contact")


def render_dose(typist: Typist, subject: Subject, dose: Dose) -> Cells:
    """Return the cells of a dose in its form's own columns, and keep them for a second export."""
    makers = {"isa_admin": _isatuximab, "car_admin": _carfilzomib, "pom_log": _pomalidomide}
    maker = makers.get(dose.form)
    cells = maker(typist, subject, dose) if maker else _dexamethasone(typist, dose)
    dose.typed = cells
    return cells


def _amount(dose: Dose) -> str:
    return str(dose.amount) if dose.given else ""


def _isatuximab(typist: Typist, subject: Subject, dose: Dose) -> Cells:
    draw = typist.draw
    delayed, interrupted = dose.modification == "DELAYED", dose.modification == "INTERRUPTED"
    return {
        "CYCLE": str(dose.cycle),
        "DAYNOM": str(dose.nominal_day),
        "ADMDT": typist.date(dose.start),
        "STTIM": dose.start.time if dose.given else "",
        "ENTIM": dose.end.time if dose.given else "",
        "PLANMGKG": str(dose.planned),
        "ACTDOSE": _amount(dose),
        "ACTDOSEU": dose.unit if dose.given else "",
        "WTUSED": str(dose.measure),
        "GIVEN": typist.yes(dose.given),
        "NOTGIVREAS": "" if dose.given else draw.pick(NOT_GIVEN),
        "DELAYED": typist.yes(delayed),
        "DELAYREAS": draw.pick(["AE", "Logistics", "COVID", "Pt"]) if delayed else "",
        "INTERRUPTED": typist.yes(interrupted and dose.given),
        "INTREAS": "infusion reaction" if interrupted and dose.given else "",
        "RATE_MLH": draw.pick(["25", "50", "100", "200"]) if dose.given else "",
        "PREMED": typist.yes(dose.given),
    }


def _carfilzomib(typist: Typist, subject: Subject, dose: Dose) -> Cells:
    return {
        "CYCLE": str(dose.cycle),
        "DAYNOM": str(dose.nominal_day),
        "ADMDT": typist.date(dose.start),
        "PLANMGM2": str(dose.planned),
        "ACTDOSE": _amount(dose),
        "ACTDOSEU": dose.unit if dose.given else "",
        "BSA": str(dose.measure),
        "GIVEN": typist.yes(dose.given),
    } | _modification(typist, dose)


def _modification(typist: Typist, dose: Dose) -> Cells:
    changed = dose.modification != "NONE"
    return {
        "MODTYPE": typist.code("MODTYPE", dose.modification),
        "MODREAS": typist.draw.pick(["AE", "toxicity", "physician's decision"]) if changed else "",
    }


def _pomalidomide(typist: Typist, subject: Subject, dose: Dose) -> Cells:
    cause = {"REDUCED": "DOSE REDUCED", "INTERRUPTED": "DRUG INTERRUPTED"}.get(dose.modification)
    entries = [e.number for e in subject.events if cause and e.action.get("POM") == cause]
    return {
        "CYCLE": str(dose.cycle),
        "STDT": typist.date(dose.start),
        "ENDT": "" if dose.running else typist.date(dose.end),
        "DOSE": str(dose.amount),
        "DOSEU": "mg",
        "FRQ": typist.code("FRQ", "QD"),
        "AENUM": entries[0] if entries else "",
    } | _modification(typist, dose)


def _dexamethasone(typist: Typist, dose: Dose) -> Cells:
    interval = {"STDT": typist.date(dose.start), "ENDDT": "" if dose.running else typist.date(dose.end)}
    return {
        "CYCLE": str(dose.cycle),
        "DAYNOM": str(dose.nominal_day),
        "DOSE": str(dose.amount),
        "DOSEU": "mg",
        "ROUTE": typist.code("ROUTE", dose.route),
        **(interval if dose.interval else {"DEXDT": typist.date(dose.start)}),
        "FRQ": typist.code("FRQ", "QD") if dose.interval else "",
    } | _modification(typist, dose)


def render_stops(typist: Typist, subject: Subject, stop: Stop) -> Cells:
    """Return the cells of end of treatment with one drug."""
    ended = stop.last is not None
    decided = min((stop.last or CUTOFF) + timedelta(days=typist.draw.whole(0, 10)), subject.died or CUTOFF, CUTOFF)
    return {
        "DRUG": typist.code("DRUG", DRUG_NAMES[stop.drug]),
        "DISCFL": typist.yes(ended),
        "LASTDOSEDT": typist.date(stop.last),
        "DISCREAS": typist.code("DISCREAS", stop.reason),
        "AENUM_LINK": stop.entry,
        "DECISIONDT": typist.date(decided) if ended else "",
    }
