"""The clean world: what happened to each subject, and how much of it the registry came to know.

Nothing here is messy text. `render` writes these facts as sites would type them; `truth` computes from the same facts
what a perfect pipeline must find. Both see a date only as far as it was collected (`When`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

STUDY = "IONASYN01"
CUTOFF = date(2022, 2, 22)
ENROLMENT_START = date(2020, 8, 13)
EXTRACTED = date(2022, 3, 15)
DRUGS = ("ISA", "POM", "CAR", "DEX")


@dataclass(frozen=True)
class When:
    """A date as far as it is known; `known` is "D" (complete), "M" (year and month), "Y" (year) or "" (unknown).

    Example:
        >>> When(date(2021, 3, 15), "M").iso()
        '2021-03'
    """

    day: date
    known: str = "D"
    time: str = ""

    def iso(self) -> str:
        """Return the ISO 8601 text, cut on the right where it is unknown; with the time when there is one."""
        text = self.day.isoformat()[: {"D": 10, "M": 7, "Y": 4, "": 0}[self.known]]
        return f"{text}T{self.time}" if self.time and self.known == "D" else text


@dataclass(eq=False)
class Record:
    """A fact that becomes one row of a form; `row` is its data row in the extract, set when it is written."""

    form: str = field(default="", kw_only=True)
    row: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class Number:
    """A subject number as a site gives it."""

    site: str
    subject: str

    def text(self) -> str:
        """Return site and number joined, `204-0009`."""
        return f"{self.site}-{self.subject}"


@dataclass(eq=False)
class Enrolment(Record):
    """One enrolment under one number; `consent` is None when it was waived."""

    number: Number
    consent: date | None
    retrospective: bool
    protocol: str
    nominal: date
    previous: Number | None = None


@dataclass(eq=False)
class Demography(Record):
    """Who the subject is; `born` as far as it was collected, `age_entered` when the site typed an age."""

    sex: str
    race: str
    ethnic: str
    born: When
    year_only: bool
    age_entered: int | None
    height: Decimal
    weight: Decimal


@dataclass(eq=False)
class Dose(Record):
    """One administration (`end` equals `start`) or one interval of constant daily dose.

    `measure` is the weight (kg) or body surface (m2) behind the dose; `twin` the row that this one repeats;
    `typed` its cells, kept for a twin.
    """

    drug: str
    cycle: int
    nominal_day: int
    start: When
    end: When
    amount: Decimal
    unit: str
    given: bool = True
    interval: bool = False
    running: bool = False
    route: str = "INTRAVENOUS"
    measure: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)
    modification: str = "NONE"
    twin: Dose | None = None
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Vital(Record):
    """Weight (kg), height (cm) as written with their units; blank when not measured."""

    day: date
    weight: tuple[Decimal, str] | None
    height: tuple[Decimal, str] | None


@dataclass(eq=False)
class Performance(Record):
    """A performance status: `scale` ECOG or KPS; `value` a score, a range such as 1-2, or ND."""

    day: date
    scale: str
    value: str


@dataclass(eq=False)
class Fish(Record):
    """One abnormality tested in one sample."""

    day: When
    abnormality: str
    result: str
    timepoint: str


@dataclass(eq=False)
class Line(Record):
    """One regimen within a prior line of therapy."""

    number: int
    regimen: str
    drugs: tuple[str, ...]
    start: When
    end: When
    response: str
    refractory: str
    transplant: date | None
    anti_cd38: bool


@dataclass(eq=False)
class Part:
    """One event named in an entry: its verbatim (clean Unicode) and its term; no term when it was never coded."""

    verbatim: str
    term_id: str
    pt: str = ""
    soc: str = ""
    ctcae: str = ""
    grades: str = "12345"


@dataclass(eq=False)
class Event(Record):
    """One adverse event entry; two parts when two events were typed in one line.

    `emergent` is what the simulation aims at (truth computes the flag anew); `marked` entries already carry a defect.
    """

    parts: list[Part]
    start: When
    end: When | None
    grade: int | None
    number: str = ""
    separator: str = ""
    language: str = "en"
    grade_range: str = ""
    onset_grade: int | None = None
    serious: bool = False
    criteria: dict[str, str] = field(default_factory=dict)
    relation: dict[str, str] = field(default_factory=dict)
    action: dict[str, str] = field(default_factory=dict)
    outcome: str = "RECOVERED/RESOLVED"
    died: date | None = None
    infusion: int = 0
    mojibake: bool = False
    continues: Event | None = None
    recoded: bool = False
    status: str = "Coded"
    emergent: bool = True
    marked: bool = False


@dataclass(eq=False)
class Case(Record):
    """One case of the safety database; `event` is None when the registry has no such entry."""

    event: Event | None
    entry: str
    onset: date
    text: str
    criteria: str
    related: str
    outcome: str


@dataclass(eq=False)
class Diagnosis(Record):
    """Diagnosis and laboratory values at entry, in the unit of the guide: mg/L, g/L, U/L, mg/dL."""

    day: When
    kind: str
    iss: str
    revised_iss: str
    iss_baseline: str
    iss_day: date
    b2m: Decimal
    albumin: Decimal
    ldh: int
    creatinine: Decimal
    egfr: int
    extramedullary: str
    plasma_cells: str
    lytic: str


@dataclass(eq=False)
class Stop(Record):
    """End of treatment with one drug; no `last` while it goes on."""

    drug: str
    last: date | None
    reason: str = ""
    entry: str = ""


@dataclass(eq=False)
class Ending(Record):
    """Status at the end of study."""

    status: str
    day: When | None
    last_contact: date


@dataclass(eq=False)
class Death(Record):
    """A death form."""

    day: When
    cause: str


@dataclass(eq=False)
class Subject:
    """One person with everything that was collected. `regimen` is what was planned, `arm` groups the targets."""

    regimen: str
    country: str
    number: Number
    age: int
    enrolments: list[Enrolment] = field(default_factory=list)
    demography: Demography | None = None
    started: date = CUTOFF
    stopped: date = CUTOFF
    isa_stopped: date | None = None
    stop_reason: str = ""
    died: date | None = None
    death_known: str = "D"
    doses: list[Dose] = field(default_factory=list)
    vitals: list[Vital] = field(default_factory=list)
    performances: list[Performance] = field(default_factory=list)
    fish: list[Fish] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    ending: Ending | None = None
    death: Death | None = None
    diagnosis: Diagnosis | None = None

    @property
    def enrolment(self) -> Enrolment:
        """Return the enrolment under the current number."""
        return self.enrolments[-1]

    @property
    def old(self) -> Number | None:
        """Return the number before a re-enrolment."""
        return self.enrolments[0].number if len(self.enrolments) > 1 else None

    def usubjid(self) -> str:
        """Return the unique subject id, made of the current number."""
        return f"{STUDY}-{self.number.text()}"

    def number_on(self, day: date) -> Number:
        """Return the number under which something of that day was entered."""
        if self.old is not None and day < self.enrolment.nominal:
            return self.old
        return self.number

    @cached_property
    def taken(self) -> dict[str, list[Dose]]:
        """Return drug -> doses really taken, and all under ""; computed once, when the doses are complete."""
        doses = [d for d in self.doses if d.given and d.amount > 0 and d.twin is None]
        return {"": doses} | {drug: [d for d in doses if d.drug == drug] for drug in DRUGS}

    @cached_property
    def spans(self) -> dict[str, tuple[date, date]]:
        """Return drug -> first and last day, for the drugs taken; for all of them under ""."""
        return {
            drug: (min(d.start.day for d in doses), max(d.end.day for d in doses))
            for drug, doses in self.taken.items()
            if doses
        }

    def change_doses(self, doses: list[Dose]) -> None:
        """Replace the doses; what was computed from the former ones is forgotten."""
        self.doses = doses
        self.__dict__.pop("taken", None)
        self.__dict__.pop("spans", None)

    def exposures(self, drug: str = "") -> list[Dose]:
        """Return the doses really taken, of one drug or of all, without second copies of the same row."""
        return self.taken[drug]

    def first_dose(self, drug: str = "") -> date | None:
        """Return the first day of a drug, or of any drug."""
        return self.spans[drug][0] if drug in self.spans else None

    def last_dose(self, drug: str = "") -> date | None:
        """Return the last day of a drug, or of any drug; the cut-off while an interval goes on."""
        return self.spans[drug][1] if drug in self.spans else None
