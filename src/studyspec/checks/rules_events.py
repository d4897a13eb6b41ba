"""SD-6xx: adverse events and other events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from studyspec.checks.dates import is_after
from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Hit, Mask, record_rule, rule

CRITERIA = ("AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD", "AESMIE", "AESINTV")
_QUERY = "Query the site; explain what stays as reported."


def _criteria(ae: Table) -> list[str]:
    return [name for name in CRITERIA if ae.has(name)]


def _any_criterion(ae: Table) -> pd.Series:
    """True where one of the seriousness criteria is Y."""
    return (ae.frame[_criteria(ae)] == "Y").any(axis=1)


@rule(
    "SD-601",
    "CORE-000022, CG0041",
    "error",
    "A seriousness criterion is Y, but AESER is not",
    _QUERY,
)
def criterion_of_not_serious(package: Package) -> Iterator[Hit]:
    """An event with a seriousness criterion of Y has AESER Y."""
    for ae in package.select("AE"):
        if ae.has("AESER") and _criteria(ae):
            yield from ae.hits(_any_criterion(ae) & (ae["AESER"] != "Y"), "AESER", *_criteria(ae))


@rule(
    "SD-602",
    "CORE-000266, CG0042",
    "error",
    "AESER is Y without any criterion",
    _QUERY,
)
def serious_without_criterion(package: Package) -> Iterator[Hit]:
    """An event with AESER Y has a seriousness criterion of Y."""
    for ae in package.select("AE"):
        if ae.has("AESER") and _criteria(ae):
            yield from ae.hits(~_any_criterion(ae) & (ae["AESER"] == "Y"), "AESER", *_criteria(ae))


@record_rule(
    "SD-603",
    "CORE-000087, CG0387",
    "error",
    "AESER is neither Y nor N",
    "Correct the mapping of AESER.",
    on="AE",
    variables="AESER",
)
def seriousness_values(ae: Table, package: Package) -> Mask:
    """AESER is Y, N or blank."""
    return ~ae["AESER"].isin(("Y", "N", ""))


@rule(
    "SD-604",
    "CORE-000123, CG0388",
    "error",
    "A seriousness criterion is neither Y nor N",
    "Correct the mapping of the criterion.",
)
def criterion_values(package: Package) -> Iterator[Hit]:
    """Seriousness criteria are Y, N or blank."""
    for ae in package.select("AE"):
        for name in _criteria(ae):
            yield from ae.hits(~ae[name].isin(("Y", "N", "")), name)


def _not_in_ae(package: Package, name: str) -> Iterator[Hit]:
    return (Hit("AE", name) for ae in package.select("AE") if ae.has(name))


_NOT_IN_AE = "Take the variable out of AE: an event in AE has happened."


@rule("SD-605", "CORE-000012, CG0040", "error", "AEOCCUR is in AE", _NOT_IN_AE)
def occurrence_in_ae(package: Package) -> Iterator[Hit]:
    """AE has no AEOCCUR."""
    return _not_in_ae(package, "AEOCCUR")


@rule("SD-606", "CORE-000013, CG0044", "error", "AESTAT is in AE", _NOT_IN_AE)
def status_in_ae(package: Package) -> Iterator[Hit]:
    """AE has no AESTAT."""
    return _not_in_ae(package, "AESTAT")


@rule("SD-607", "CORE-000075, CG0304", "error", "AEREASND is in AE", _NOT_IN_AE)
def reason_in_ae(package: Package) -> Iterator[Hit]:
    """AE has no AEREASND."""
    return _not_in_ae(package, "AEREASND")


@record_rule(
    "SD-608",
    "CORE-000657, FB3409",
    "warning",
    "Not resolved, but with an end date",
    _QUERY,
    on="AE",
    variables="AEOUT AEENDTC",
)
def end_of_unresolved_event(ae: Table, package: Package) -> Mask:
    """An event with AEOUT NOT RECOVERED/NOT RESOLVED has no AEENDTC."""
    return (ae["AEOUT"] == "NOT RECOVERED/NOT RESOLVED") & ae.filled("AEENDTC")


@record_rule(
    "SD-609",
    "CORE-000659, FB3410",
    "warning",
    "Resolved, but without an end date",
    _QUERY,
    on="AE",
    variables="AEOUT AEENDTC",
)
def resolved_without_end(ae: Table, package: Package) -> Mask:
    """An event with AEOUT RECOVERED/RESOLVED has an AEENDTC."""
    return (ae["AEOUT"] == "RECOVERED/RESOLVED") & ~ae.filled("AEENDTC")


@record_rule(
    "SD-610",
    "CORE-000841, FB0612",
    "warning",
    "The fatal event does not end on the date of death",
    _QUERY,
    on="AE",
    variables="USUBJID AEOUT AEENDTC",
)
def end_of_fatal_event(ae: Table, package: Package) -> Mask:
    """AEENDTC of an event with AEOUT FATAL is DM.DTHDTC, by their dates."""
    deaths = package.by_subject("DM", "DTHDTC")
    died = pd.Series([deaths.get(subject, "")[:10] for subject in ae["USUBJID"]], dtype="str")
    return (ae["AEOUT"] == "FATAL") & (ae["AEENDTC"].str[:10] != died)


@record_rule(
    "SD-611",
    "CORE-000717, FB3401",
    "warning",
    "The event starts after the latest disposition",
    "Explain events reported after the end of the study.",
    on="AE",
    variables="USUBJID AESTDTC",
)
def start_after_disposition(ae: Table, package: Package) -> Mask:
    """AESTDTC is not after the latest DSSTDTC of the subject."""
    if "DS" not in package or not package["DS"].has("USUBJID", "DSSTDTC"):
        return np.zeros(len(ae.frame), dtype=bool)
    ds = package["DS"]
    latest = dict(ds["DSSTDTC"].groupby(ds["USUBJID"]).max())
    return is_after(ae["AESTDTC"], pd.Series([latest.get(subject, "") for subject in ae["USUBJID"]], dtype="str"))


@record_rule(
    "SD-612",
    "CORE-001078, FB0609",
    "note",
    "A death without a fatal event",
    "Nothing, if the subject did not die of an adverse event.",
    on="DM",
    variables="USUBJID DTHFL",
)
def death_without_event(dm: Table, package: Package) -> Mask:
    """A subject with DTHFL Y has an event of AEOUT FATAL and AESDTH Y."""
    if "AE" not in package or not package["AE"].has("AEOUT", "AESDTH"):
        return np.zeros(len(dm.frame), dtype=bool)
    ae = package["AE"]
    fatal = package.subjects("AE", (ae["AEOUT"] == "FATAL") & (ae["AESDTH"] == "Y"))
    return (dm["DTHFL"] == "Y") & ~dm["USUBJID"].isin(fatal)


@record_rule(
    "SD-613",
    "CORE-000161, CG0343",
    "error",
    "--TERM is OTHER",
    "Use the term that was specified beside OTHER.",
    on="EVENTS",
    variables="--TERM",
)
def term_other(table: Table, package: Package) -> Mask:
    """--TERM is not OTHER."""
    return table["--TERM"].str.upper() == "OTHER"


@record_rule(
    "SD-614",
    "CORE-000164, CG0346",
    "error",
    "--TERM is MULTIPLE",
    "Build one record for each term.",
    on="EVENTS",
    variables="--TERM",
)
def term_multiple(table: Table, package: Package) -> Mask:
    """--TERM is not MULTIPLE."""
    return table["--TERM"].str.upper() == "MULTIPLE"
