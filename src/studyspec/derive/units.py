"""Unit conversion, in decimal arithmetic so that no digit is invented."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from studyspec.derive.columns import Array, map_together, num, report_where
from studyspec.derive.registry import Char, Num, Text, function
from studyspec.findings import Rule

UNIT_UNKNOWN = Rule(
    "DATA-105",
    "warning",
    "A value cannot be converted to the unit wanted",
    why="The unit is missing, not known, or measures something else. The value is left missing.",
    action="Query the site, or map the unit in the spec first.",
)

_ANY = Text("")


class Unit(NamedTuple):
    """What a unit measures, and how it relates to the base unit of that: base = (value - zero) * factor."""

    quantity: str
    factor: Decimal
    zero: Decimal = Decimal(0)


def _table() -> dict[str, Unit]:
    factors = {
        "mass": {"kg": "1", "g": "0.001", "mg": "0.000001", "ug": "0.000000001", "lb": "0.45359237"},
        "length": {"cm": "1", "m": "100", "mm": "0.1", "in": "2.54", "ft": "30.48"},
        "volume": {"l": "1", "dl": "0.1", "ml": "0.001"},
        "mass concentration": {"g/l": "1", "g/dl": "10", "mg/l": "0.001", "mg/dl": "0.01", "ug/l": "0.000001"},
        "molar concentration": {"mmol/l": "1", "umol/l": "0.001", "nmol/l": "0.000001", "mol/l": "1000"},
        "cell count": {"10^9/l": "1", "10^3/ul": "1", "/ul": "0.001", "10^6/l": "0.001"},
        "enzyme activity": {"u/l": "1", "ukat/l": "60"},
        "pressure": {"mmhg": "1", "kpa": "7.50061683"},
        "temperature": {"c": "1"},
    }
    table = {
        unit: Unit(quantity, Decimal(factor)) for quantity, units in factors.items() for unit, factor in units.items()
    }
    table["f"] = Unit("temperature", Decimal(5) / Decimal(9), Decimal(32))
    same = {"lbs": "lb", "inch": "in", "inches": "in", "iu/l": "u/l", "mcg": "ug", "mcg/l": "ug/l", "ng/ml": "ug/l"}
    same |= {"ug/ml": "mg/l", "mg/ml": "g/l", "10*9/l": "10^9/l", "x10^9/l": "10^9/l", "10*3/ul": "10^3/ul"}
    same |= {"degc": "c", "°c": "c", "celsius": "c", "degf": "f", "°f": "f", "fahrenheit": "f"}
    return table | {name: table[unit] for name, unit in same.items()}


_UNITS = _table()
# Grams per mole. Creatinine C4H7N3O; beta-2 microglobulin 11.8 kDa.
_MOLAR_MASS = {
    "CREATININE": Decimal("113.12"),
    "BETA-2 MICROGLOBULIN": Decimal(11800),
    "GLUCOSE": Decimal("180.156"),
    "CALCIUM": Decimal("40.078"),
    "BILIRUBIN": Decimal("584.66"),
    "URATE": Decimal("168.11"),
    "UREA": Decimal("60.06"),
}


def _convert_check(constants: Mapping[str, Any]) -> str:
    to, analyte = constants.get("to", ""), constants.get("analyte", "")
    if to and _folded(to) not in _UNITS:
        return f"'{to}' is not a unit that convert() knows."
    if analyte and analyte.upper() not in _MOLAR_MASS:
        return f"The molar mass of '{analyte}' is not known; known are {', '.join(sorted(_MOLAR_MASS))}."
    return ""


@function(check=_convert_check)
def convert(value: Num, unit: Char, *, to: Text, analyte: Text = _ANY) -> Num:
    """A measurement in another unit.

    Known are kg, g, mg, ug, lb; cm, m, mm, in, ft; L, dL, mL; g/L, g/dL, mg/L, mg/dL, ug/L, ug/mL, ng/mL; mol/L,
    mmol/L, umol/L, nmol/L; 10^9/L, 10^6/L, 10^3/uL, /uL; U/L, ukat/L; mmHg, kPa; C, F. Capital and small letters make
    no difference.

    Args:
        value: number as measured.
        unit: text, the unit it was measured in.
        to: unit wanted.
        analyte: what was measured; needed between mass and molar concentrations only: CREATININE (113.12 g/mol),
            BETA-2 MICROGLOBULIN (11800), GLUCOSE (180.156), CALCIUM (40.078), BILIRUBIN (584.66), URATE (168.11),
            UREA (60.06).

    Returns:
        Number in the unit wanted, not rounded; missing if the value is missing or cannot be converted.

    Findings:
        DATA-105 for a value whose unit is missing, unknown or of another kind.

    Example:
        convert(WEIGHT, WTU, to="kg")

        | WEIGHT | WTU | result    |
        |--------|-----|-----------|
        | 71.5   | kg  | 71.5      |
        | 150    | lb  | 68.0388555 |
        | 71.5   |     |           |

    Source:
        NIST Special Publication 811 (conversion factors); molar masses from the elements' atomic weights.
    """
    target = _UNITS[_folded(to)]
    molar_mass = _MOLAR_MASS.get(analyte.upper())

    def converted(number: float, name: str) -> float:
        source = _UNITS.get(_folded(name))
        ratio = _ratio(source.quantity, target.quantity, molar_mass) if source else None
        if np.isnan(number) or source is None or ratio is None:
            return np.nan
        if source == target:
            return number
        base = (Decimal(repr(float(number))) - source.zero) * source.factor * ratio
        return float(base / target.factor + target.zero)

    result: Array = map_together((value, unit), converted).astype("float64")
    wrong = np.isnan(result) & value.notna().to_numpy()
    if wrong.any():
        texts = "unit '" + unit + f"' cannot be converted to {to}."
        report_where(UNIT_UNKNOWN, wrong, texts, value.index)
    return num(result, value.index)


def _ratio(source: str, target: str, molar_mass: Decimal | None) -> Decimal | None:
    """What the base unit of one quantity is in the base unit of the other; None if they have nothing in common."""
    if source == target:
        return Decimal(1)
    if molar_mass is None or {source, target} != {"mass concentration", "molar concentration"}:
        return None
    return 1000 / molar_mass if target == "molar concentration" else molar_mass / 1000


def _folded(unit: str) -> str:
    return "".join(unit.split()).casefold().replace("\u00b5", "u").replace("\u03bc", "u")
