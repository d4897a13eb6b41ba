"""Functions of the EX rows of specs/sdtm.xlsx: the dose in mg from what the site recorded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.numbers import number, round_half_up
from studyspec.derive.problems import report
from studyspec.derive.registry import Char, Num, Number, function
from studyspec.findings import Rule

MG_PER_ML = 20.0
LARGEST_BSA = 2.2

NO_DOSE = Rule(
    "EX-001",
    "warning",
    "Dose cannot be converted to mg",
    why="The unit is unknown, or the weight or body surface area it needs is missing. EXDOSE is left missing.",
    action="Query the site for the unit and the weight or body surface area used.",
)


@function()
def dose_mg(dose: Char, unit: Char, *, weight_kg: Char | None = None, bsa_m2: Char | None = None) -> Num:
    """Dose of an infusion in mg.

    Args:
        dose: text, the dose as collected.
        unit: text, its unit: mg, mg/kg, mg/m2 or ml (case does not matter). Isatuximab has 20 mg in 1 ml.
        weight_kg: text, the weight used for dosing in kg; needed for mg/kg.
        bsa_m2: text, the body surface area in m2, counted up to 2.2; needed for mg/m2.

    Returns:
        Number in mg, to one decimal, half away from zero; missing when the dose is blank.

    Findings:
        EX-001 when there is a dose but no way to convert it.

    Example:
        dose_mg(ACTDOSE, ACTDOSEU, weight_kg=WTUSED)

        | ACTDOSE | ACTDOSEU | WTUSED | result |
        |---------|----------|--------|--------|
        | 700     | mg       | 70     | 700    |
        | 10      | mg/kg    | 70.45  | 704.5  |
        | 35.5    | ml       |        | 710    |

    Source:
        docs/raw-forms.md, units; study document, dosing as labelled.
    """
    amount = number(dose)
    units = unit.str.lower()
    weight = number(weight_kg) if weight_kg is not None else _none(dose)
    area = number(bsa_m2).clip(upper=LARGEST_BSA) if bsa_m2 is not None else _none(dose)
    per_unit = units.map({"mg": 1.0, "ml": MG_PER_ML}).astype("float64")
    per_unit = per_unit.mask(units == "mg/kg", weight).mask(units == "mg/m2", area)
    milligrams = round_half_up(Num(amount * per_unit), Number(1))
    unconverted = amount.notna() & milligrams.isna()
    report(NO_DOSE, ("Dose " + dose + " in " + unit.mask(unit == "", "no unit") + " has no value in mg.")[unconverted])
    return milligrams


def _none(like: pd.Series) -> pd.Series:
    return pd.Series(np.nan, like.index, dtype="float64")
