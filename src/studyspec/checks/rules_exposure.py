"""SD-5xx: doses of interventions, and exposure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Hit, Mask, record_rule, rule
from studyspec.spec.load_rows import is_number


@rule(
    "SD-501",
    "CORE-000739, CG0407",
    "error",
    "There is no EX",
    "Build EX: the study has a protocol-specified treatment.",
)
def exposure_present(package: Package) -> Iterator[Hit]:
    """An interventional study has the dataset EX."""
    if package.select("SDTM") and package.is_interventional and "EX" not in package:
        yield Hit("EX")


@record_rule(
    "SD-502",
    "CORE-000005, CG0102",
    "error",
    "A placebo with a dose other than 0",
    "Set EXDOSE to 0 where EXTRT is PLACEBO.",
    on="EX",
    variables="EXTRT EXDOSE",
)
def placebo_dose(ex: Table, package: Package) -> Mask:
    """EXDOSE of PLACEBO is 0."""
    return (ex["EXTRT"] == "PLACEBO") & (ex["EXDOSE"] != 0)


@record_rule(
    "SD-503",
    "CORE-000092, CG0110, CG0111",
    "error",
    "Both --DOSE and --DOSTXT are filled",
    "Keep --DOSE for a number and --DOSTXT for a dose that is none.",
    on="INTERVENTIONS",
    variables="--DOSE --DOSTXT",
)
def two_doses(table: Table, package: Package) -> Mask:
    """Only one of --DOSE and --DOSTXT is filled."""
    return table.filled("--DOSE") & table.filled("--DOSTXT")


@record_rule(
    "SD-504",
    "CORE-000093, CG0114",
    "error",
    "A dose without --DOSU",
    "State the unit of the dose.",
    on="INTERVENTIONS",
    variables="--DOSU",
)
def dose_without_unit(table: Table, package: Package) -> Mask:
    """Where --DOSE, --DOSTXT or --DOSTOT is filled, --DOSU is filled."""
    return (table.filled("--DOSE") | table.filled("--DOSTXT") | table.filled("--DOSTOT")) & ~table.filled("--DOSU")


@record_rule(
    "SD-505",
    "CORE-000094, CG0112",
    "error",
    "--DOSTXT is a number",
    "Put a numeric dose into --DOSE.",
    on="INTERVENTIONS",
    variables="--DOSTXT",
)
def numeric_dose_text(table: Table, package: Package) -> Mask:
    """--DOSTXT is no number."""
    return np.array([is_number(text.strip()) for text in table["--DOSTXT"]], dtype=bool)


@record_rule(
    "SD-506",
    "CORE-000308, FB4002",
    "error",
    "--DOSE is negative",
    "Correct the dose.",
    on="INTERVENTIONS",
    variables="--DOSE",
)
def negative_dose(table: Table, package: Package) -> Mask:
    """--DOSE is not negative."""
    return table["--DOSE"] < 0


@record_rule(
    "SD-507",
    "CORE-000927, FB2304",
    "warning",
    "Exposure of a subject without a planned arm",
    "Assign the subject to an arm, or explain why there is none.",
    on="EX",
    variables="USUBJID",
)
def exposure_without_arm(ex: Table, package: Package) -> Mask:
    """In an interventional study a subject with exposure has an ARMCD in DM; the subject's first record is named."""
    arms = package.by_subject("DM", "ARMCD")
    without = np.array([arms.get(subject) == "" for subject in ex["USUBJID"]], dtype=bool)
    return without & ~ex["USUBJID"].duplicated().to_numpy() & package.is_interventional


@record_rule(
    "SD-508",
    "SDTMIG 3.4, ECDOSE",
    "error",
    "A dose that was not given has an amount",
    "Leave --DOSE blank where --OCCUR is N; the planned dose is another record.",
    on="INTERVENTIONS",
    variables="--OCCUR --DOSE",
)
def dose_not_given(table: Table, package: Package) -> Mask:
    """Where --OCCUR is N, --DOSE and --DOSTXT are blank."""
    return (table["--OCCUR"] == "N") & (table.filled("--DOSE") | table.filled("--DOSTXT"))


@record_rule(
    "SD-509",
    "SDTMIG 3.4, --OCCUR",
    "error",
    "--OCCUR without --PRESP",
    "Set --PRESP to Y where it was asked whether the intervention took place; else leave --OCCUR blank.",
    on="INTERVENTIONS",
    variables="--OCCUR",
)
def occurrence_not_asked(table: Table, package: Package) -> Mask:
    """Where --OCCUR is filled, --PRESP is Y."""
    return table.filled("--OCCUR") & (table.text("--PRESP") != "Y")
