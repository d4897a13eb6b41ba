"""Derivations that hold in nearly every study: what a new workbook has ready.

Each is offered only where the variables that it reads are there. Sources: SDTMIG 3.4 sections 4.1.4 (--SEQ), 4.4.4
(study days) and 5.2 (reference dates); ADaMIG 1.3 section 3.2 (ADSL); OCCDS 1.1 (start, end, treatment emergence).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from studyspec.init.plan import Row


@dataclass(frozen=True)
class Derivation:
    """A method in words and as the expression that runs; `needs` are names (AESTDTC, DM.RFSTDTC) that it reads."""

    text: str
    code: str
    needs: tuple[str, ...] = ()


def method_row(id_: str, name: str, derivation: Derivation) -> Row:
    """The row of Methods for a derivation."""
    return {
        "ID": id_,
        "Name": name,
        "Type": "Computation",
        "Description": derivation.text,
        "Expression Context": "studyspec",
        "Expression Code": derivation.code,
    }


def find(candidates: dict[str, Derivation], name: str, known: Collection[str]) -> Derivation | None:
    """The derivation of a variable, None when there is none or when something that it reads is not in `known`."""
    found = candidates.get(name)
    return found if found and set(found.needs) <= set(known) else None


def sdtm_derivations(domain: str, keys: Collection[str]) -> dict[str, Derivation]:
    """Derivations of an SDTM domain by variable; `keys` order its records within a subject."""
    found = {} if domain == "DM" else {f"{domain}SEQ": _sequence(keys)}
    day = "RFSTDTC" if domain == "DM" else "DM.RFSTDTC"
    for middle in ("", "ST", "EN"):
        found[f"{domain}{middle}DY"] = _study_day(f"{domain}{middle}DTC", day)
    found[f"{domain}LOBXFL"] = Derivation(
        "Y for the last result of a test on or before the day of the first dose (DM.RFXSTDTC).",
        f'last_occurrence(by=[{domain}TESTCD], order=[{domain}DTC], where={domain}STRESC != "" and '
        f"{domain}DTC <= DM.RFXSTDTC)",
        (f"{domain}TESTCD", f"{domain}DTC", f"{domain}STRESC", "DM.RFXSTDTC"),
    )
    return found | (_DEMOGRAPHICS if domain == "DM" else {})


def _sequence(keys: Collection[str]) -> Derivation:
    order = ", ".join(keys)
    return Derivation(f"1, 2, ... within subject, in the order of {order}.", f"sequence(order=[{order}])", tuple(keys))


def _study_day(date: str, reference: str) -> Derivation:
    return Derivation(
        f"Date part of {date} minus date part of {reference}, plus 1 when it is not before; there is no day 0.",
        f"study_day({date}, reference={reference})",
        (date, reference),
    )


_DEMOGRAPHICS = {
    "RFSTDTC": Derivation("Date/time of the first dose (RFXSTDTC).", "RFXSTDTC", ("RFXSTDTC",)),
    "RFENDTC": Derivation("Date/time of the last dose (RFXENDTC).", "RFXENDTC", ("RFXENDTC",)),
    "RFXSTDTC": Derivation("Earliest EX.EXSTDTC of the subject.", "minimum(EX.EXSTDTC)", ("EX.EXSTDTC",)),
    "RFXENDTC": Derivation(
        "Latest EX.EXENDTC of the subject, or latest EX.EXSTDTC when that is later.",
        "latest([maximum(EX.EXENDTC), maximum(EX.EXSTDTC)])",
        ("EX.EXSTDTC", "EX.EXENDTC"),
    ),
    "AGEU": Derivation("YEARS when AGE is known.", 'if_else(missing(AGE), "", "YEARS")', ("AGE",)),
}

ADSL = {
    "SAFFL": Derivation(
        "Y when the subject was treated (TRTSDT is known), otherwise N.", "yes_no(not missing(TRTSDT))"
    ),
    "TRTSDT": Derivation("DM.RFXSTDTC as a date.", "numeric_date(DM.RFXSTDTC)", ("DM.RFXSTDTC",)),
    "TRTEDT": Derivation("DM.RFXENDTC as a date.", "numeric_date(DM.RFXENDTC)", ("DM.RFXENDTC",)),
}
ADSL_PREDECESSORS = {"TRT01P": "DM.ARM", "TRT01A": "DM.ACTARM"}


def occurrence_derivations(domain: str) -> dict[str, Derivation]:
    """Derivations of an occurrence dataset made from an SDTM domain, by variable."""
    start, end = f"{domain}STDTC", f"{domain}ENDTC"
    first = "in order of ASTDT (missing first)"
    return {
        "ASTDT": Derivation(
            f"{start} as a date. A missing day (and month) is set to the first day of the month (year), but not before "
            "TRTSDT when TRTSDT lies in that month (year). Missing when the year is missing.",
            f'impute_date({start}, highest="month", to="first", not_before=TRTSDT)',
            (start, "TRTSDT"),
        ),
        "ASTDTF": Derivation(
            "D when the day, M when month and day of ASTDT were imputed.",
            f"imputation_flag({start}, ASTDT)",
            (start, "ASTDT"),
        ),
        "AENDT": Derivation(
            f"{end} as a date. A missing day (and month) is set to the last day of the month (year). Missing when the "
            "year is missing.",
            f'impute_date({end}, highest="month", to="last")',
            (end,),
        ),
        "AENDTF": Derivation(
            "D when the day, M when month and day of AENDT were imputed.",
            f"imputation_flag({end}, AENDT)",
            (end, "AENDT"),
        ),
        "ASTDY": _analysis_day("ASTDT"),
        "AENDY": _analysis_day("AENDT"),
        "TRTEMFL": Derivation(
            "Y when ASTDT is on or after TRTSDT and at most TEAE_WINDOW days after TRTEDT, or when ASTDT is missing "
            "and AENDT is not before TRTSDT; blank for subjects without treatment.",
            "treatment_emergent(start=ASTDT, end=AENDT, treatment_start=TRTSDT, treatment_end=TRTEDT, "
            "window=TEAE_WINDOW)",
            ("ASTDT", "AENDT", "TRTSDT", "TRTEDT"),
        ),
        "AOCCFL": Derivation(
            f"Y for the subject's first treatment-emergent event, {first} and {domain}SEQ.",
            f'first_occurrence(order=[ASTDT, {domain}SEQ], where=TRTEMFL == "Y")',
            ("ASTDT", f"{domain}SEQ", "TRTEMFL"),
        ),
        "AOCCPFL": Derivation(
            f"Y for the first treatment-emergent event of a preferred term ({domain}BODSYS, {domain}DECOD) within "
            f"subject, {first} and {domain}SEQ.",
            f'first_occurrence(by=[{domain}BODSYS, {domain}DECOD], order=[ASTDT, {domain}SEQ], where=TRTEMFL == "Y")',
            ("ASTDT", f"{domain}SEQ", f"{domain}BODSYS", f"{domain}DECOD", "TRTEMFL"),
        ),
    }


def _analysis_day(date: str) -> Derivation:
    return Derivation(
        f"{date} minus TRTSDT, plus 1 when {date} is on or after TRTSDT; there is no day 0.",
        f"study_day({date}, reference=TRTSDT)",
        (date, "TRTSDT"),
    )
