"""Rows of adverse events, their coding and the safety database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .draw import Draw
from .events import CRITERIA
from .typist import Typist, mojibake, stray
from .world import DRUGS, EXTRACTED, Case, Event, Part

Cells = dict[str, str]
UNKNOWN_PARTS = {"D": "", "M": "D", "Y": "DM", "": "DMY"}
CRITERION_TEXTS = {
    "SDTH": "Death",
    "SLIFE": "Life-threatening",
    "SHOSP": "Hospitalisation",
    "SDISAB": "Disability",
    "SCONG": "Congenital anomaly",
    "SMIE": "Medically important",
}


def render_entries(typist: Typist, event: Event, protocol: str) -> Cells:
    """Return the cells of one adverse event entry, on the screens of a protocol version."""
    draw = typist.draw
    ongoing = event.end is None and event.outcome != "FATAL"
    reaction = typist.yes(True) if event.infusion else draw.pick(["", typist.yes(False)])
    other = "specify" in event.parts[0].ctcae
    cells = {
        "AENUM": event.number,
        "AETERM": _verbatim(draw, event),
        "AELANG": event.language,
        "STDT": typist.date(event.start),
        "STDTUNK": UNKNOWN_PARTS[event.start.known],
        "STTIM": event.start.time,
        "ENDT": typist.date(event.end),
        "ONGOING": typist.yes(ongoing),
        "GRADE": _grade(typist, event),
        "GRADE_ONSET": str(event.onset_grade) if event.onset_grade and protocol == "2.0" else "",
        "SER": typist.yes(event.serious),
        "OTHACT": draw.weighted({"None": 55, "CM": 40, "Hosp": 5}),
        "OUTC" if protocol == "1.0" else "OUT": typist.code("OUT", event.outcome),
        "DTHDT": typist.date(event.died),
        "IRRFL": reaction,
        "INFNO": str(event.infusion or ""),
        "OTHSPEC": event.parts[0].verbatim if other else "",
        "REPORTSRC": draw.weighted({"Chart": 80, "Patient": 20}),
    }
    for name in CRITERIA:
        cells[name] = typist.code("NY", event.criteria.get(name, ""))
    for drug in DRUGS:
        cells[f"REL_{drug}"] = typist.code("REL", event.relation.get(drug, ""))
        cells[f"ACN_{drug}"] = typist.code("ACN", event.action.get(drug, ""))
    return cells


def _verbatim(draw: Draw, event: Event) -> str:
    if len(event.parts) == 2:
        return event.separator.join(part.verbatim for part in event.parts)
    text = event.parts[0].verbatim
    return mojibake(text) if event.mojibake else stray(draw, text)


def _grade(typist: Typist, event: Event) -> str:
    if event.grade_range:
        return event.grade_range
    if event.grade is None:
        return ""
    if typist.draw.chance(0.97):
        return str(event.grade)
    return typist.code("GRADE", str(event.grade))


def render_coding(draw: Draw, event: Event, entered: date) -> Iterator[Cells]:
    """Yield the coding of an entry: a row per part and version; the last version counts.

    `entered` is when the entry was made.
    """
    first = min(entered + timedelta(days=draw.whole(3, 20)), EXTRACTED - timedelta(days=10))
    for i, part in enumerate(event.parts, start=1):
        if draw.chance(0.05):
            yield _coded(event, i, first, Part(part.verbatim, ""), "Query")
        later = first + timedelta(days=draw.whole(1, 9))
        yield _coded(event, i, later, part, event.status)


def _coded(event: Event, number: int, day: date, part: Part, status: str) -> Cells:
    return {
        "AENUM": event.number,
        "CODEPART": str(number),
        "CODEDT": day.isoformat(),
        "DICT": "CTCAE",
        "DICTVER": "5.0",
        "LLT": "",
        "CTCAETERM": part.ctcae,
        "PT": part.pt,
        "SOC": part.soc,
        "CODER": "coder1" if number == 1 else "coder2",
        "STATUS": status,
        "AEMODIFY": part.verbatim if len(event.parts) == 2 else "",
    }


def render_cases(typist: Typist, case: Case) -> Cells:
    """Return the cells of one case of the safety database, whose dates are ISO."""
    received = min(case.onset + timedelta(days=typist.draw.whole(1, 9)), EXTRACTED)
    return {
        "CASEID": f"SYN{typist.number.site}{typist.number.subject}-{case.entry}",
        "AENUM": case.entry,
        "EVENT": case.text,
        "ONSETDT": case.onset.isoformat(),
        "RECVDT": received.isoformat(),
        "SERCRIT": CRITERION_TEXTS[case.criteria],
        "CAUS_ISA": typist.code("REL", case.related),
        "OUTCOME": typist.code("OUT", case.outcome),
    }
