"""From the clean world to rows of text: baseline forms, visits and the frame common to all forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .draw import Draw
from .render_events import render_cases, render_coding, render_entries
from .render_treatment import render_dose, render_stops
from .typist import Typist
from .world import EXTRACTED, STUDY, Enrolment, Number, Record, Subject

Cells = dict[str, str]


@dataclass(eq=False)
class Row:
    """One row of a form, not yet written; `record` learns its row number when it is."""

    form: str
    cells: Cells
    record: Record | None = None


class Desk:
    """Turns the subjects of one block into rows, form by form, as they were entered."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.opened: dict[str, date] = {}
        self.repeats: Counter[tuple[str, str]] = Counter()

    def row(self, form: str, number: Number, day: date, visit: str, cells: Cells, record: Record | None = None) -> Row:
        """Return a row with the columns common to all forms; `day` is when it happened.

        Nothing is entered before the subject is enrolled under the number.
        """
        draw = self.draw
        self.repeats[form, number.text()] += 1
        entered = min(max(day, self.opened[number.text()]) + timedelta(days=draw.whole(0, 12)), EXTRACTED)
        common = {
            "STUDY": STUDY,
            "SITENO": number.site,
            "SUBJNO": number.subject,
            "FORM": form,
            "FORMREPEAT": str(self.repeats[form, number.text()]),
            "VISIT": visit,
            "DATASTATUS": draw.weighted({"Saved": 30, "SDV": 45, "Locked": 25}),
            "ENTRYDT": entered.isoformat(),
            "LASTMODDT": min(entered + timedelta(days=draw.whole(0, 30)), EXTRACTED).isoformat(),
        }
        return Row(form, common | cells, record)

    def rows(self, subjects: list[Subject]) -> Iterator[Row]:
        """Yield all rows of a block; rows exported twice come last in their form."""
        makers: list[Callable[[Subject], Iterator[Row]]] = [
            self._enrolments,
            self._demography,
            self._diagnosis,
            self._cytogenetics,
            self._prior_lines,
            self._visits,
            self._doses,
            self._events,
            self._endings,
        ]
        for subject in subjects:
            for enrolment in subject.enrolments:
                self.opened[enrolment.number.text()] = enrolment.nominal
        for maker in makers:
            for subject in subjects:
                yield from maker(subject)
        for subject in subjects:
            yield from self._twins(subject)

    def _enrolments(self, subject: Subject) -> Iterator[Row]:
        for enrolment in subject.enrolments:
            typist = Typist(self.draw, enrolment.number)
            cells = _enrolment(typist, subject, enrolment)
            yield self.row("enrol", enrolment.number, enrolment.nominal, "BL", cells, enrolment)

    def _demography(self, subject: Subject) -> Iterator[Row]:
        first = subject.enrolments[0]
        cells = _demography(Typist(self.draw, first.number), subject)
        yield self.row("demog", first.number, first.nominal, "BL", cells, subject.demography)

    def _diagnosis(self, subject: Subject) -> Iterator[Row]:
        first = subject.enrolments[0]
        cells = _diagnosis(Typist(self.draw, first.number), subject)
        yield self.row("dxhist", first.number, first.nominal, "BL", cells, subject.diagnosis)

    def _cytogenetics(self, subject: Subject) -> Iterator[Row]:
        first = subject.enrolments[0]
        typist = Typist(self.draw, first.number)
        for test in subject.fish:
            draw = self.draw
            positive = test.result == "POSITIVE"
            cells = {
                "FISHDT": typist.date(test.day),
                "SPECIMEN": typist.code("SPECIMEN", draw.weighted({"CD138+": 3, "WHOLE MARROW": 2})),
                "TIMEPOINT": test.timepoint,
                "ABN": typist.code("ABN", test.abnormality),
                "RESULT": typist.code("RESULT", test.result),
                "PCTCELLS": str(draw.whole(35, 95)) if positive and draw.chance(0.8) else "",
                "CUTOFF": draw.pick(["50", "60"] if test.abnormality == "DEL17P" else ["30", "10", "15", ""]),
                "METHOD": draw.weighted({"FISH": 90, "karyotype": 5, "NGS": 5}),
                "COMMENT": _comment(draw, test.result),
            }
            yield self.row("cytogen", first.number, first.nominal, "BL", cells, test)

    def _prior_lines(self, subject: Subject) -> Iterator[Row]:
        first = subject.enrolments[0]
        typist = Typist(self.draw, first.number)
        for line in subject.lines:
            drugs = (*line.drugs, "", "", "", "")
            cells = {f"DRUG{i + 1}": drugs[i] for i in range(4)} | {
                "LINENO": str(line.number),
                "REGIMEN": line.regimen,
                "STARTDT": typist.date(line.start),
                "ENDDT": typist.date(line.end),
                "BESTRESP": line.response,
                "REFRACT": typist.code("NY", line.refractory),
                "REASEND": self.draw.pick(["PD", "Toxicity", "End of planned treatment", ""]),
                "ASCT": typist.yes(line.transplant is not None),
                "ASCTDT": typist.date(line.transplant),
                "ANTICD38": typist.yes(line.anti_cd38),
            }
            yield self.row("priortx", first.number, first.nominal, "BL", cells, line)

    def _visits(self, subject: Subject) -> Iterator[Row]:
        for i, seen in enumerate(subject.performances):
            number = subject.number_on(seen.day)
            typist = Typist(self.draw, number)
            value = self.draw.pick([seen.value, f"KPS {seen.value}", f"{seen.value}%"])
            value = value if seen.scale == "KPS" else seen.value
            column = "ECOGSCORE" if _protocol(subject, number) == "1.0" else "ECOG"
            scale = typist.code("SCALE", seen.scale)
            cells = {"ECOGDT": typist.date(seen.day), column: value, "SCALE": scale}
            yield self.row("ecog", number, seen.day, "FU" if i else "BL", cells, seen)
        for i, vital in enumerate(subject.vitals):
            number = subject.number_on(vital.day)
            typist = Typist(self.draw, number)
            cells = {"VSDT": typist.date(vital.day)} | _vital_cells(self.draw)
            cells |= _measure("WEIGHT", "WTU", vital.weight, self.draw)
            cells |= _measure("HEIGHT", "HTU", vital.height, self.draw)
            yield self.row("vitals", number, vital.day, "FU" if i else "BL", cells, vital)

    def _doses(self, subject: Subject) -> Iterator[Row]:
        for dose in subject.doses:
            if dose.twin is None:
                number = subject.number_on(dose.start.day)
                cells = render_dose(Typist(self.draw, number), subject, dose)
                yield self.row(dose.form, number, dose.start.day, f"C{dose.cycle}", cells, dose)

    def _twins(self, subject: Subject) -> Iterator[Row]:
        for dose in subject.doses:
            if dose.twin is not None:
                number = subject.number_on(dose.start.day)
                yield self.row(dose.form, number, EXTRACTED, f"C{dose.cycle}", dose.twin.typed, dose)

    def _events(self, subject: Subject) -> Iterator[Row]:
        for event in subject.events:
            number = subject.number_on(event.start.day)
            typist = Typist(self.draw, number)
            cells = render_entries(typist, event, _protocol(subject, number))
            entry = self.row("ae", number, event.start.day, "AE", cells, event)
            yield entry
            entered = date.fromisoformat(entry.cells["ENTRYDT"])
            for coding in render_coding(self.draw, event, entered):
                yield self.row("ae_coding", number, date.fromisoformat(coding["CODEDT"]), "", coding)
        for case in subject.cases:
            day = case.event.start.day if case.event else case.onset
            number = subject.number_on(day)
            cells = render_cases(Typist(self.draw, number), case)
            yield self.row("sae_recon", number, case.onset, "", cells, case)

    def _endings(self, subject: Subject) -> Iterator[Row]:
        number = subject.number
        typist = Typist(self.draw, number)
        for stop in subject.stops:
            yield self.row("eot", number, stop.last or EXTRACTED, "EOT", render_stops(typist, subject, stop), stop)
        ending, death = subject.ending, subject.death
        if ending:
            cells = {
                "EOSDT": typist.date(ending.day),
                "EOSSTAT": typist.code("EOSSTAT", ending.status),
                "LASTCONTDT": typist.date(ending.last_contact),
            }
            yield self.row("eos", number, ending.last_contact, "EOS", cells, ending)
        if death:
            cells = {
                "DTHDT": typist.date(death.day),
                "PRIMCAUSE": typist.code("PRIMCAUSE", death.cause),
                "CAUSETXT": self.draw.pick(["", "multiple myeloma", 'reported as "disease"'])
                if death.cause == "PD"
                else "",
                "AUTOPSY": typist.code("NY", self.draw.weighted({"N": 90, "U": 10})),
                "RELATED": typist.code("REL", self.draw.weighted({"N": 80, "U": 20})),
            }
            yield self.row("death", number, death.day.day, "EOS", cells, death)


def _protocol(subject: Subject, number: Number) -> str:
    return next(e.protocol for e in subject.enrolments if e.number == number)


def _enrolment(typist: Typist, subject: Subject, enrolment: Enrolment) -> Cells:
    draw = typist.draw
    waived = enrolment.consent is None
    declared = subject.first_dose("ISA") if draw.chance(0.9) and enrolment.retrospective else None
    criteria = {f"IE0{i}": "Y" for i in range(1, 5)} | {"IE05": draw.weighted({"NA": 60, "Y": 40})}
    return criteria | {
        "ICDT": typist.date(enrolment.consent),
        "ICTYPE": typist.code("ICTYPE", "Waiver" if waived else "Written"),
        "ENRTYPE": typist.code("ENRTYPE", "Retrospective" if enrolment.retrospective else "Prospective"),
        "ISA1STDT_DECL": typist.date(declared),
        "DECEASED_AT_ENR": typist.yes(waived),
        "INELIG_REASON": "never received isatuximab" if not subject.regimen else "",
        "PROTVER": enrolment.protocol,
        "PREVSITE": enrolment.previous.site if enrolment.previous else "",
        "PREVSUBJ": enrolment.previous.subject if enrolment.previous else "",
    }


def _demography(typist: Typist, subject: Subject) -> Cells:
    who, draw = subject.demography, typist.draw
    if who is None:
        raise ValueError(f"{subject.usubjid()} has no demography")
    cells = {
        "BRTHYR": str(who.born.day.year) if who.year_only else "",
        "BRTHDT": "" if who.year_only else typist.date(who.born),
        "AGE_ENTERED": "" if who.age_entered is None else str(who.age_entered),
        "SEX": typist.code("SEX", who.sex),
        "RACE": typist.code("RACE", who.race),
        "ETHNIC": typist.code("ETHNIC", who.ethnic),
    }
    cells |= _measure("HEIGHT", "HTU", (who.height, "cm"), draw)
    return cells | _measure("WEIGHT", "WTU", (who.weight, "kg"), draw)


def _measure(name: str, unit_name: str, measure: tuple[Decimal, str] | None, draw: Draw) -> Cells:
    if measure is None:
        return {name: "", unit_name: ""}
    value, unit = measure
    spelled = {"kg": ["kg", "kg", "kg", "KG"], "lb": ["lb", "lbs"], "cm": ["cm", "cm", "cm", "CM"]}
    return {name: str(value), unit_name: draw.pick(spelled.get(unit, [unit]))}


def _vital_cells(draw: Draw) -> Cells:
    celsius = Decimal(draw.whole(360, 375)) / 10
    fahrenheit = draw.chance(0.05)
    shown = (celsius * 9 / 5 + 32).quantize(Decimal("0.1")) if fahrenheit else celsius
    return {
        "SBP": str(draw.whole(105, 165)),
        "DBP": str(draw.whole(58, 95)),
        "TEMP": str(shown),
        "TEMPU": "F" if fahrenheit else "C",
    }


def _diagnosis(typist: Typist, subject: Subject) -> Cells:
    known, draw = subject.diagnosis, typist.draw
    if known is None:
        raise ValueError(f"{subject.usubjid()} has no diagnosis")
    hundredth = Decimal("0.01")
    molar, per_dl, micro = draw.chance(0.05), draw.chance(0.25), draw.chance(0.4)
    return {
        "DXDT": typist.date(known.day),
        "MMTYPE": known.kind,
        "ISS_DX": known.iss,
        "RISS_DX": known.revised_iss,
        "ISS_BL": known.iss_baseline,
        "ISSDT": typist.date(known.iss_day),
        "B2M": str((known.b2m * Decimal("84.75")).quantize(Decimal(1)) if molar else known.b2m),
        "B2MU": "nmol/L" if molar else "mg/L",
        "ALB": str((known.albumin / 10).quantize(hundredth) if per_dl else known.albumin),
        "ALBU": "g/dL" if per_dl else "g/L",
        "LDH": str(known.ldh),
        "LDHULN": draw.pick(["225", "240", "250"]),
        "CREAT": str((known.creatinine * Decimal("88.42")).quantize(Decimal(1)) if micro else known.creatinine),
        "CREATU": "umol/L" if micro else "mg/dL",
        "EGFR": str(known.egfr),
        "EMD": typist.code("NY", known.extramedullary),
        "PLASMACYT": typist.code("NY", known.plasma_cells),
        "LYTIC": typist.code("NY", known.lytic),
    }


def _comment(draw: Draw, result: str) -> str:
    if result in ("FAILED", "NOT EVALUABLE"):
        return draw.pick(
            ["sample too small", 'report says "no metaphases"', "too few plasma cells,\nrepeat asked for", ""]
        )
    return draw.weighted({"": 93, 'see "report 2"': 4, "outside laboratory,\nother cut-off": 3})
