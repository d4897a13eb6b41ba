"""SD-4xx: Demographics, one record per subject, and what other domains say of the same person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.checks.dates import is_after
from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import together_rule
from studyspec.checks.rule import Mask, record_rule

_QUERY = "Query the site; explain what stays as reported."
_DERIVE_DEATH = "Derive DTHFL and DTHDTC from every form that reports a death."


@record_rule(
    "SD-401",
    "CORE-000186, CG0150",
    "error",
    "SUBJID is not unique",
    "Give every subject of the study its own SUBJID.",
    on="DM",
    variables="SUBJID",
)
def unique_subjid(dm: Table, package: Package) -> Mask:
    """SUBJID is unique within the study."""
    return dm["SUBJID"].duplicated(keep=False)


@record_rule(
    "SD-402",
    "CORE-000351, CG0151",
    "error",
    "USUBJID is not unique in DM",
    "Build one record per subject.",
    on="DM",
    variables="USUBJID",
)
def unique_usubjid(dm: Table, package: Package) -> Mask:
    """DM has one record per USUBJID."""
    return dm["USUBJID"].duplicated(keep=False)


together_rule("SD-403", "CORE-000189, CG0665", "State the unit of the age.", on="DM", given="AGE", needed="AGEU")
together_rule(
    "SD-404", "CORE-000190, CG0666", "Leave the unit blank where there is no age.", on="DM", given="AGEU", needed="AGE"
)


@record_rule(
    "SD-405",
    "CORE-000310, FB4001",
    "error",
    "AGE is negative",
    "Correct the birth date or the age.",
    on="DM",
    variables="AGE",
)
def negative_age(dm: Table, package: Package) -> Mask:
    """AGE is not negative."""
    return dm["AGE"] < 0


@record_rule(
    "SD-406",
    "CORE-001043, FB0501",
    "warning",
    "AGE is missing",
    "Query the site; screen failures may lack an age.",
    on="DM",
    variables="AGE",
)
def missing_age(dm: Table, package: Package) -> Mask:
    """Every subject but a screen failure has an AGE."""
    return ~dm.filled("AGE") & (dm.text("ARMNRS") != "SCREEN FAILURE")


together_rule(
    "SD-407", "CORE-000191, CG0529", "Derive the end of the reference period.", on="DM", given="ARM", needed="RFENDTC"
)


@record_rule(
    "SD-408",
    "CORE-000711, FB3404",
    "error",
    "RFSTDTC is after RFENDTC",
    "Correct the derivation of the reference dates.",
    on="DM",
    variables="RFSTDTC RFENDTC",
)
def reference_order(dm: Table, package: Package) -> Mask:
    """RFSTDTC is not after RFENDTC."""
    return is_after(dm["RFSTDTC"], dm["RFENDTC"])


@record_rule(
    "SD-409",
    "CORE-000714, FB3408",
    "error",
    "RFXSTDTC is after RFXENDTC",
    "Correct the derivation of the exposure dates.",
    on="DM",
    variables="RFXSTDTC RFXENDTC",
)
def exposure_order(dm: Table, package: Package) -> Mask:
    """RFXSTDTC is not after RFXENDTC."""
    return is_after(dm["RFXSTDTC"], dm["RFXENDTC"])


@record_rule(
    "SD-410",
    "CORE-000713, FB3411",
    "warning",
    "Informed consent after the reference start",
    _QUERY,
    on="DM",
    variables="RFICDTC RFSTDTC",
)
def consent_before_start(dm: Table, package: Package) -> Mask:
    """RFICDTC is not after RFSTDTC."""
    return is_after(dm["RFICDTC"], dm["RFSTDTC"])


def _doses(package: Package, last: bool) -> dict[str, str]:
    """The first start, or the last start or end, of exposure by subject."""
    if "EX" not in package or not package["EX"].has("USUBJID", "EXSTDTC"):
        return {}
    ex = package["EX"]
    names = [name for name in (("EXSTDTC", "EXENDTC") if last else ("EXSTDTC",)) if ex.has(name)]
    found = pd.concat([pd.DataFrame({"subject": ex["USUBJID"], "date": ex[name]}) for name in names])
    grouped = found[found["date"] != ""].groupby("subject")["date"]
    return dict(grouped.max() if last else grouped.min())


def _differs(dm: Table, variable: str, expected: dict[str, str]) -> Mask:
    wanted = [expected.get(subject, "") for subject in dm["USUBJID"]]
    return np.array([text != "" and text != own for text, own in zip(wanted, dm[variable], strict=True)], dtype=bool)


@record_rule(
    "SD-411",
    "CORE-000239, CG0148",
    "error",
    "RFXSTDTC is not the first EXSTDTC",
    "Derive it as the earliest EXSTDTC of the subject.",
    on="DM",
    variables="RFXSTDTC",
)
def first_exposure(dm: Table, package: Package) -> Mask:
    """RFXSTDTC of a subject with exposure is the earliest EXSTDTC."""
    return _differs(dm, "RFXSTDTC", _doses(package, last=False))


@record_rule(
    "SD-412",
    "CORE-000238, CG0147",
    "error",
    "RFXENDTC is not the last EXSTDTC or EXENDTC",
    "Derive it as the latest EXSTDTC or EXENDTC of the subject.",
    on="DM",
    variables="RFXENDTC",
)
def last_exposure(dm: Table, package: Package) -> Mask:
    """RFXENDTC of a subject with exposure is the latest EXSTDTC or EXENDTC."""
    return _differs(dm, "RFXENDTC", _doses(package, last=True))


@record_rule(
    "SD-413",
    "CORE-000006, CG0131",
    "error",
    "DTHFL is neither Y nor blank",
    _DERIVE_DEATH,
    on="DM",
    variables="DTHFL",
)
def death_flag(dm: Table, package: Package) -> Mask:
    """DTHFL is Y or blank."""
    return ~dm["DTHFL"].isin(("Y", ""))


@record_rule(
    "SD-414",
    "CORE-000007, CG0435, FB0606",
    "error",
    "DTHDTC without DTHFL",
    _DERIVE_DEATH,
    on="DM",
    variables="DTHDTC DTHFL",
)
def death_date_without_flag(dm: Table, package: Package) -> Mask:
    """Where DTHDTC is filled, DTHFL is Y."""
    return dm.filled("DTHDTC") & (dm["DTHFL"] != "Y")


@record_rule(
    "SD-415",
    "CORE-000705, FB0610",
    "warning",
    "DTHFL without DTHDTC",
    _QUERY,
    on="DM",
    variables="DTHFL DTHDTC",
)
def death_flag_without_date(dm: Table, package: Package) -> Mask:
    """Where DTHFL is Y, DTHDTC is filled."""
    return (dm["DTHFL"] == "Y") & ~dm.filled("DTHDTC")


def _dead_elsewhere(dm: Table, package: Package, dataset: str, variable: str, value: str) -> Mask:
    """Subjects without DTHFL that another dataset calls dead."""
    if dataset not in package or not package[dataset].has(variable):
        return np.zeros(len(dm.frame), dtype=bool)
    dead = package.subjects(dataset, package[dataset][variable] == value)
    return dm["USUBJID"].isin(dead) & (dm["DTHFL"] != "Y")


@record_rule(
    "SD-416",
    "CORE-000253, CG0135, FB0604",
    "error",
    "An event with AESDTH Y, but DTHFL is not Y",
    _DERIVE_DEATH,
    on="DM",
    variables="DTHFL",
)
def fatal_serious_event(dm: Table, package: Package) -> Mask:
    """A subject with an event of AESDTH Y has DTHFL Y."""
    return _dead_elsewhere(dm, package, "AE", "AESDTH", "Y")


@record_rule(
    "SD-417",
    "CORE-000254, CG0134, FB0603",
    "error",
    "An event with AEOUT FATAL, but DTHFL is not Y",
    _DERIVE_DEATH,
    on="DM",
    variables="DTHFL",
)
def fatal_event(dm: Table, package: Package) -> Mask:
    """A subject with an event of AEOUT FATAL has DTHFL Y."""
    return _dead_elsewhere(dm, package, "AE", "AEOUT", "FATAL")


@record_rule(
    "SD-418",
    "CORE-000252, CG0136, FB0605",
    "error",
    "A disposition DEATH, but DTHFL is not Y",
    _DERIVE_DEATH,
    on="DM",
    variables="DTHFL",
)
def disposition_of_death(dm: Table, package: Package) -> Mask:
    """A subject with DSDECOD DEATH has DTHFL Y."""
    return _dead_elsewhere(dm, package, "DS", "DSDECOD", "DEATH")
