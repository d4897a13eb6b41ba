"""SD-43x: the arms of DM, and whether treatment and disposition agree with them."""

from __future__ import annotations

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import pair_rule, together_rule
from studyspec.checks.rule import Mask, record_rule

_NOT_TREATED = ("SCREEN FAILURE", "NOT ASSIGNED", "ASSIGNED, NOT TREATED")
_MAX_ARMCD = 20
_ARM = "Correct the derivation of the arm variables."


together_rule("SD-431", "CORE-000119, CG0521", _ARM, on="DM", given="ARM", needed="ARMCD")
together_rule("SD-432", "CORE-000120, CG0522", _ARM, on="DM", given="ACTARM", needed="ACTARMCD")


@record_rule(
    "SD-433",
    "CORE-000045, CG0517",
    "error",
    "Neither ARMCD nor ARMNRS",
    "Say in ARMNRS why there is no arm.",
    on="DM",
    variables="ARMCD ARMNRS",
)
def reason_without_arm(dm: Table, package: Package) -> Mask:
    """Where ARMCD is blank, ARMNRS is filled."""
    return ~dm.filled("ARMCD") & ~dm.filled("ARMNRS")


@record_rule(
    "SD-434",
    "CORE-000121, CG0520",
    "error",
    "ARMNRS although both arms are there",
    "Leave ARMNRS blank where planned and actual arm are known.",
    on="DM",
    variables="ARMCD ACTARMCD ARMNRS",
)
def reason_with_arms(dm: Table, package: Package) -> Mask:
    """Where ARMCD and ACTARMCD are both filled, ARMNRS is blank."""
    return dm.filled("ARMCD") & dm.filled("ACTARMCD") & dm.filled("ARMNRS")


pair_rule("SD-435", "CORE-000318, FB0902", _ARM, on="DM", first="ARMCD", second="ARM")
pair_rule("SD-436", "CORE-000791, FB0903", _ARM, on="DM", first="ACTARMCD", second="ACTARM")


@record_rule(
    "SD-437",
    "CORE-000210, CG0516",
    "error",
    "ARMCD is not an arm of TA",
    "Add the arm to TA, or correct ARMCD.",
    on="DM",
    variables="ARMCD",
)
def arms_of_trial(dm: Table, package: Package) -> Mask:
    """ARMCD is one of TA.ARMCD, where there is a TA."""
    if "TA" not in package or not package["TA"].has("ARMCD"):
        return np.zeros(len(dm.frame), dtype=bool)
    return dm.filled("ARMCD") & ~dm["ARMCD"].isin(set(package["TA"]["ARMCD"]))


@record_rule(
    "SD-438",
    "CORE-000010, CG0153",
    "error",
    "ARMCD is longer than 20 characters",
    "Shorten the code.",
    on="DM",
    variables="ARMCD",
)
def arm_code_length(dm: Table, package: Package) -> Mask:
    """ARMCD has at most 20 characters."""
    return dm["ARMCD"].str.len() > _MAX_ARMCD


@record_rule(
    "SD-439",
    "CORE-000845, CG0531",
    "error",
    "RACE is MULTIPLE, but SUPPDM has no races",
    "Put each race the subject named into SUPPDM.",
    on="DM",
    variables="RACE",
)
def multiple_races(dm: Table, package: Package) -> Mask:
    """A subject with RACE MULTIPLE has records in SUPPDM."""
    return (dm["RACE"] == "MULTIPLE") & ~dm["USUBJID"].isin(package.subjects("SUPPDM"))


@record_rule(
    "SD-440",
    "CORE-000885, FB2302",
    "warning",
    "An assigned subject without exposure",
    "Add the exposure, or say in ARMNRS why there is none.",
    on="DM",
    variables="ARMCD ARMNRS",
)
def treated_without_exposure(dm: Table, package: Package) -> Mask:
    """In an interventional study every subject whose ARMNRS gives no reason against it has a record in EX."""
    treated = ~dm["ARMNRS"].isin(_NOT_TREATED) & dm.filled("ARMCD")
    return treated & ~dm["USUBJID"].isin(package.subjects("EX")) & package.is_interventional


@record_rule(
    "SD-441",
    "CORE-000886, FB2306",
    "warning",
    "No exposure and no ARMNRS",
    "Say in ARMNRS why the subject was not treated.",
    on="DM",
    variables="ARMNRS",
)
def untreated_without_reason(dm: Table, package: Package) -> Mask:
    """In an interventional study a subject without a record in EX has an ARMNRS."""
    return ~dm["USUBJID"].isin(package.subjects("EX")) & ~dm.filled("ARMNRS") & package.is_interventional


@record_rule(
    "SD-442",
    "CORE-000296, CG0540",
    "error",
    "ACTARMCD, but no disposition",
    "Add the subject's disposition to DS.",
    on="DM",
    variables="ACTARMCD",
)
def arm_without_disposition(dm: Table, package: Package) -> Mask:
    """A subject with an ACTARMCD has a record in DS."""
    return dm.filled("ACTARMCD") & ~dm["USUBJID"].isin(package.subjects("DS"))
