"""SD-7xx: disposition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Mask, record_rule

CONSENT = "INFORMED CONSENT OBTAINED"


@record_rule(
    "SD-701",
    "CORE-000522, FB1401",
    "error",
    "DSCAT is blank",
    "Say whether the record is a milestone or a disposition event.",
    on="DS",
    variables="DSCAT",
)
def category(ds: Table, package: Package) -> Mask:
    """DSCAT is filled in every record."""
    return ~ds.filled("DSCAT")


@record_rule(
    "SD-702",
    "CORE-000033, CG0065",
    "error",
    "DSTERM is COMPLETED, DSDECOD is not",
    "Map the term COMPLETED to COMPLETED.",
    on="DS",
    variables="DSTERM DSDECOD",
)
def completed(ds: Table, package: Package) -> Mask:
    """Where DSTERM is COMPLETED, DSDECOD is COMPLETED."""
    return (ds["DSTERM"] == "COMPLETED") & (ds["DSDECOD"] != "COMPLETED")


@record_rule(
    "SD-703",
    "CORE-000034, CG0069, CORE-000913, FB0611",
    "error",
    "The date of the disposition DEATH is not DTHDTC",
    "Date the record as DM.DTHDTC.",
    on="DS",
    variables="USUBJID DSDECOD DSSTDTC",
)
def date_of_death(ds: Table, package: Package) -> Mask:
    """DSSTDTC of a record with DSDECOD DEATH is DM.DTHDTC."""
    deaths = package.by_subject("DM", "DTHDTC")
    died = pd.Series([deaths.get(subject, "") for subject in ds["USUBJID"]], dtype="str")
    return (ds["DSDECOD"] == "DEATH") & (ds["DSSTDTC"] != died)


def _consents(package: Package, variable: str) -> dict[str, str]:
    """The earliest date of informed consent by subject."""
    ds = package["DS"]
    obtained = ds[variable].str.upper() == CONSENT
    return dict(ds["DSSTDTC"][obtained].groupby(ds["USUBJID"][obtained]).min())


def _other_consent(dm: Table, package: Package, variable: str) -> Mask:
    if "DS" not in package or not package["DS"].has("USUBJID", "DSSTDTC", variable):
        return np.zeros(len(dm.frame), dtype=bool)
    first = _consents(package, variable)
    pairs = zip(dm["USUBJID"], dm["RFICDTC"], strict=True)
    return np.array([first.get(subject, own) != own for subject, own in pairs], dtype=bool)


@record_rule(
    "SD-704",
    "CORE-000363, CG0068",
    "error",
    "RFICDTC is not the earliest consent of DS",
    "Derive both dates from the same field.",
    on="DM",
    variables="USUBJID RFICDTC",
)
def consent_milestone(dm: Table, package: Package) -> Mask:
    """RFICDTC is the earliest DSSTDTC with DSDECOD INFORMED CONSENT OBTAINED."""
    return _other_consent(dm, package, "DSDECOD")


@record_rule(
    "SD-705",
    "CORE-000370, CG0143",
    "error",
    "RFICDTC is not the consent reported in DS",
    "Derive both dates from the same field.",
    on="DM",
    variables="USUBJID RFICDTC",
)
def consent_term(dm: Table, package: Package) -> Mask:
    """RFICDTC is the earliest DSSTDTC whose DSTERM says that informed consent was obtained."""
    return _other_consent(dm, package, "DSTERM")


@record_rule(
    "SD-706",
    "CORE-000213, CG0536",
    "error",
    "More than one disposition of the same kind",
    "Keep one disposition event for each DSSCAT and EPOCH.",
    on="DS",
    variables="USUBJID DSCAT DSSCAT EPOCH",
)
def one_disposition(ds: Table, package: Package) -> Mask:
    """A subject has at most one disposition event for each DSSCAT and EPOCH."""
    events = (ds["DSCAT"] == "DISPOSITION EVENT") & ds.filled("EPOCH")
    repeated = ds.frame[events].duplicated(["USUBJID", "DSSCAT", "EPOCH"], keep=False)
    return events & repeated.reindex(ds.frame.index, fill_value=False)


@record_rule(
    "SD-707",
    "CORE-000679, FB0608",
    "warning",
    "A death without a disposition DEATH",
    "Add the disposition, or explain why it is missing.",
    on="DM",
    variables="USUBJID DTHFL",
)
def death_without_disposition(dm: Table, package: Package) -> Mask:
    """A subject with DTHFL Y has a record in DS with DSDECOD DEATH."""
    if "DS" not in package or not package["DS"].has("DSDECOD"):
        return np.zeros(len(dm.frame), dtype=bool)
    dead = package.subjects("DS", package["DS"]["DSDECOD"] == "DEATH")
    return (dm["DTHFL"] == "Y") & ~dm["USUBJID"].isin(dead)
