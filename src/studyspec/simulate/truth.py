"""What a perfect pipeline must find for every subject, event and exposure record.

Computed from the clean world only, in plain Python, by the rules of `docs/raw-forms.md`; nothing is read back from the
rendered text and nothing of the engine is used.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .analysis import analysis_end, analysis_start, emergent, first_day, flag, study_day
from .baseline import RISK_DEFINING, reference_day
from .catalog import COUNTRIES
from .events import CRITERIA
from .world import CUTOFF, DRUGS, Demography, Dose, Event, Part, Performance, Subject

Cells = dict[str, str]
TREATMENTS = {"ISA": "ISATUXIMAB", "POM": "POMALIDOMIDE", "CAR": "CARFILZOMIB", "DEX": "DEXAMETHASONE"}
ACTIONS = (
    "DRUG WITHDRAWN",
    "DRUG INTERRUPTED",
    "DOSE REDUCED",
    "DOSE RATE REDUCED",
    "DOSE INCREASED",
    "DOSE NOT CHANGED",
    "UNKNOWN",
    "NOT APPLICABLE",
)
REACTIONS = ("Infusion related reaction", "Hypersensitivity", "Cytokine release syndrome")
KARNOFSKY = {100: "0", 90: "1", 80: "1", 70: "2", 60: "2", 50: "3", 40: "3"}
REASONS = {"WITHDRAWN": "WITHDRAWAL BY SUBJECT", "LTFU": "LOST TO FOLLOW-UP", "DEATH": "DEATH"}
_NO_DECOMPOSITION = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "đ": "d"}
)
_KILOS = {"kg": Decimal(1), "lb": Decimal("0.45359237")}
_CENTIMETRES = {"cm": Decimal(1), "m": Decimal(100), "in": Decimal("2.54")}


def clean(verbatim: str) -> str:
    """Return a verbatim in ASCII with single spaces, case kept.

    Example:
        >>> clean("  nötropeni G3 ")
        'notropeni G3'
    """
    plain = unicodedata.normalize("NFKD", verbatim.translate(_NO_DECOMPOSITION))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def number(value: Decimal) -> str:
    """Return a number rounded to one decimal, half away from zero, without trailing zeros.

    Example:
        >>> number(Decimal("710.25")), number(Decimal("40"))
        ('710.3', '40')
    """
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:f}".removesuffix(".0")


def milligrams(dose: Dose) -> Decimal:
    """Return the dose in mg to one decimal, from mg, mg/kg, ml (20 mg/ml) or mg/m2 (at most 2.2 m2)."""
    factors = {
        "mg": Decimal(1),
        "mg/kg": dose.measure,
        "ml": Decimal(20),
        "mg/m2": min(dose.measure, Decimal("2.2")),
    }
    return (dose.amount * factors[dose.unit]).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def subject_truth(subject: Subject) -> Cells:
    """Return the row of `subjects.csv`."""
    enrolment, who = subject.enrolment, subject.demography
    assert who is not None
    infusions = subject.exposures("ISA")
    cells = {
        "USUBJID": subject.usubjid(),
        "SUBJID": subject.number.text(),
        "PREVSUBJ": subject.old.text() if subject.old else "",
        "SITEID": subject.number.site,
        "COUNTRY": COUNTRIES[subject.number.site[0]],
        "RETRO": "Y" if enrolment.retrospective else "N",
        "RFICDTC": _iso(enrolment.consent),
        "AGE": str(_age(subject, who)),
        "SEX": who.sex,
        "RACE": who.race,
        "TRT01A": _regimen(subject),
        "SAFFL": "Y" if infusions else "N",
        "TRTSDT": _iso(subject.first_dose()),
        "TRTEDT": _iso(subject.last_dose()),
        "ISANDOSE": str(len(infusions)),
        "ISACUMD": number(sum((milligrams(d) for d in infusions), Decimal(0))),
        "ECOGBL": _performance(subject),
        "CYTORISK": _risk(subject),
        "NPRIOR": str(len({line.number for line in subject.lines})),
        "ASCTFL": "Y" if any(line.transplant for line in subject.lines) else "N",
        "CD38FL": "Y" if any(line.anti_cd38 for line in subject.lines) else "N",
        "HEIGHTBL": _height(subject),
        "WEIGHTBL": _weight(subject),
    }
    for drug in DRUGS:
        cells[f"{drug}SDT"] = _iso(subject.first_dose(drug))
        cells[f"{drug}EDT"] = _iso(subject.last_dose(drug))
    return cells | _disposition(subject)


def _age(subject: Subject, who: Demography) -> int:
    if who.age_entered is not None:
        return who.age_entered
    on, born = subject.enrolment.consent or subject.first_dose() or CUTOFF, who.born.day
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _regimen(subject: Subject) -> str:
    """Return the regimen by the drugs actually given."""
    if not subject.exposures("ISA"):
        return ""
    if subject.exposures("POM"):
        return "Isa-Pd"
    return "Isa-Kd" if subject.exposures("CAR") else "Isa-Other"


def _performance(subject: Subject) -> str:
    """Return the last ECOG result at or before baseline."""
    day = reference_day(subject)
    known = [p for p in subject.performances if p.day <= day and p.value != "ND"]
    return ecog(max(known, key=lambda p: p.day)) if known else ""


def ecog(seen: Performance) -> str:
    """Return a performance status on the ECOG scale: Karnofsky is mapped, a range takes the higher end."""
    if seen.scale == "KPS":
        return KARNOFSKY.get(int(seen.value), "4")
    return seen.value[-1]


def _risk(subject: Subject) -> str:
    day = reference_day(subject)
    results = {
        test.result
        for test in subject.fish
        if test.abnormality in RISK_DEFINING and (first_day(test.day) or date.max) <= day
    }
    if "POSITIVE" in results:
        return "HIGH"
    return "STANDARD" if "NEGATIVE" in results else "NOT EVALUABLE"


def _height(subject: Subject) -> str:
    day = reference_day(subject)
    known = [(v.day, v.height) for v in subject.vitals if v.height and v.day <= day]
    if not known:
        return ""
    value, unit = max(known)[1]
    return number(value * _CENTIMETRES[unit])


def _weight(subject: Subject) -> str:
    day = reference_day(subject)
    known = [(v.day, v.weight) for v in subject.vitals if v.weight and v.day <= day]
    if not known:
        return ""
    value, unit = max(known)[1]
    return number(value * _KILOS[unit])


def _disposition(subject: Subject) -> Cells:
    ending = subject.ending
    assert ending is not None
    status = ending.status if ending.status in ("ONGOING", "COMPLETED") else "DISCONTINUED"
    dead = subject.death is not None or ending.status == "DEATH"
    day = subject.death.day if subject.death else ending.day if dead else None
    return {
        "EOSSTT": status,
        "DCSREAS": REASONS.get(ending.status, ""),
        "DTHFL": "Y" if dead else "",
        "DTHDTC": day.iso() if day else "",
    }


def event_truth(subject: Subject) -> Iterator[Cells]:
    """Yield the rows of `events.csv` for one subject: one per event, two for a split entry."""
    continued = {e.continues.number for e in subject.events if e.continues}
    for event in subject.events:
        group = event.number.split(".")[0]
        for i, part in enumerate(event.parts, start=1):
            yield {
                "USUBJID": subject.usubjid(),
                "AESPID": spid(event, i),
                "AEGRPID": group if group in continued else "",
                "FORM": "ae",
                "ROW": str(event.row),
                "AETERM": clean(part.verbatim),
                "AEDECOD": part.pt,
                "AEBODSYS": part.soc,
                **_collected(subject, event),
                **_derived(subject, event, part),
            }


def spid(event: Event, part: int) -> str:
    """Return AESPID: the entry number, with the part behind it when the entry is split."""
    return f"{event.number}-{part}" if len(event.parts) > 1 else event.number


def _collected(subject: Subject, event: Event) -> Cells:
    had = [drug for drug in DRUGS if subject.exposures(drug)]
    relation = {drug: event.relation.get(drug, "") if drug in had else "" for drug in DRUGS}
    action = {drug: event.action.get(drug, "") if drug in had else "NOT APPLICABLE" for drug in DRUGS}
    cells = {
        "AESTDTC": event.start.iso(),
        "AEENDTC": event.end.iso() if event.end else "",
        "AETOXGR": str(event.grade or ""),
        "AESER": "Y" if event.serious else "N",
        "AEREL": min((relation[drug] or "U" for drug in had), key="YUN".index, default=""),
        "AEACN": min(action.values(), key=ACTIONS.index),
        "AEOUT": event.outcome,
    }
    names = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
    cells |= {name: event.criteria.get(raw, "") for name, raw in zip(names, CRITERIA, strict=True)}
    cells |= {f"AEREL{drug}": relation[drug] for drug in DRUGS}
    return cells | {f"AEACN{drug}": action[drug] for drug in DRUGS}


def _derived(subject: Subject, event: Event, part: Part) -> Cells:
    start, end = analysis_start(event, subject), analysis_end(event, subject)
    return {
        "ASTDT": _iso(start),
        "ASTDTF": flag(event.start),
        "AENDT": _iso(end),
        "AENDTF": flag(event.end) if event.end else "",
        "ASTDY": study_day(start, subject),
        "AENDY": study_day(end, subject),
        "ADURN": str((end - start).days + 1) if start and end else "",
        "TRTEMFL": emergent(event, subject),
        "CQ01NAM": "INFUSION RELATED REACTION" if part.pt in REACTIONS else "",
    }


def exposure_truth(subject: Subject) -> Iterator[Cells]:
    """Yield the rows of `exposure.csv` for one subject."""
    for dose in subject.exposures():
        yield {
            "USUBJID": subject.usubjid(),
            "EXTRT": TREATMENTS[dose.drug],
            "FORM": dose.form,
            "ROW": str(dose.row),
            "EXDOSE": number(milligrams(dose)),
            "EXDOSU": "mg",
            "EXDOSFRQ": "QD" if dose.interval else "ONCE",
            "EXROUTE": dose.route,
            "EXSTDTC": dose.start.iso(),
            "EXENDTC": dose.end.iso(),
        }
