"""What a comparison found: one model that the listing, the HTML page and the JSON print.

Source of the codes: SAS 9.4 Base Procedures Guide, COMPARE procedure, "Macro Return Codes (SYSINFO)".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from studyspec.compare.criterion import Criterion
from studyspec.compare.dataset import Dataset
from studyspec.compare.match import Match, Rows, special_of
from studyspec.compare.sas_text import exact_number

# BASEBY, COMPBY and BYVAR (256, 512, 16384) belong to the BY statement, and ERROR (32768) to a comparison that was not
# done, which raises CompareError here.
SYSINFO: dict[str, int] = {
    "DSLABEL": 1,
    "DSTYPE": 2,
    "INFORMAT": 4,
    "FORMAT": 8,
    "LENGTH": 16,
    "LABEL": 32,
    "BASEOBS": 64,
    "COMPOBS": 128,
    "BASEVAR": 1024,
    "COMPVAR": 2048,
    "VALUE": 4096,
    "TYPE": 8192,
}
MEANING: dict[str, str] = {
    "DSLABEL": "Data set labels differ",
    "DSTYPE": "Data set types differ",
    "INFORMAT": "Variable has different informat",
    "FORMAT": "Variable has different format",
    "LENGTH": "Variable has different length",
    "LABEL": "Variable has different label",
    "BASEOBS": "Base data set has observation not in comparison",
    "COMPOBS": "Comparison data set has observation not in base",
    "BASEVAR": "Base data set has variable not in comparison",
    "COMPVAR": "Comparison data set has variable not in base",
    "VALUE": "A value comparison was unequal",
    "TYPE": "Conflicting variable types",
}


@dataclass(frozen=True)
class Comparison:
    """The result of comparing two data sets.

    Observations are counted from 1 in file order, as in SAS.

    Attributes:
        base: the base data set.
        compare: the comparison data set.
        criterion: how numbers were compared.
        id_variables: in upper case; none when observations were compared by position.
        match: which observations belong together.
        variables: one row per variable, those of the base data set first. `variable`, `role` ("id", "compared",
            "conflicting type", "base only", "compare only"), `type` ("char" or "num"), `length`, `label`, and for those
            compared `ndif` (unequal values), `missdif` (those of them where one or both are missing), `inexact`
            (values not exactly equal), `maxdif` (largest difference of all values) and `maxmeasure` (the same as the
            criterion measures it); both NaN for char.
        attributes: one row per differing attribute: `variable` ("" for the data set's own), `attribute` ("type",
            "length", "format", "informat", "label"), `base`, `compare`.
        unequal: for each variable with unequal values, their places in `match`.
        unequal_pairs: the places in `match` of observations with an unequal value.
        notes: what a reader must know: sorting, duplicates, attributes that were not compared.
    """

    base: Dataset
    compare: Dataset
    criterion: Criterion
    id_variables: tuple[str, ...]
    match: Match
    variables: pd.DataFrame
    attributes: pd.DataFrame
    unequal: Mapping[str, Rows]
    unequal_pairs: Rows
    notes: tuple[str, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions that make up SYSINFO, in the order of its bits."""
        own = self.attributes["variable"] == ""
        found = {f"DS{name.upper()}" for name in self.attributes.loc[own, "attribute"]}
        found |= {name.upper() for name in self.attributes.loc[~own, "attribute"]}
        roles = set(self.variables["role"])
        for condition, holds in (
            ("BASEOBS", len(self.match.base.only) > 0),
            ("COMPOBS", len(self.match.compare.only) > 0),
            ("BASEVAR", "base only" in roles),
            ("COMPVAR", "compare only" in roles),
            ("VALUE", len(self.unequal) > 0),
        ):
            if holds:
                found.add(condition)
        return tuple(name for name in SYSINFO if name in found)

    @property
    def sysinfo(self) -> int:
        """The return code of PROC COMPARE: 0 when nothing differs, from 64 on more than attributes."""
        return sum(SYSINFO[name] for name in self.conditions)

    @property
    def verdict(self) -> str:
        """One word for a status line: EXACT, EQUAL (within the criterion) or DIFFERENT (SYSINFO is not 0)."""
        if self.sysinfo:
            return "DIFFERENT"
        return "EQUAL" if self.variables["inexact"].any() else "EXACT"

    def count(self, role: str) -> int:
        """How many variables have a role."""
        return int((self.variables["role"] == role).sum())

    def observations(self, limit: int | None = None) -> pd.DataFrame:
        """Observations of one data set only.

        Args:
            limit: at most so many of each data set, the first in the order of the match.

        Returns:
            One row each, those of the base data set first: `dataset` ("base" or "compare"), `observation`, and the ID
            variables as text.
        """
        parts = []
        for label, dataset, side in (
            ("base", self.base, self.match.base),
            ("compare", self.compare, self.match.compare),
        ):
            rows = side.only[:limit]
            part = pd.DataFrame({"dataset": pd.Series([label] * len(rows), dtype="str"), "observation": rows + 1})
            for name, values in self._ids(dataset, rows).items():
                part[name] = values
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def values(self, variable: str, limit: int | None = None) -> pd.DataFrame:
        """The unequal values of one variable.

        Args:
            variable: its name in upper case.
            limit: at most so many, the first in the order of the match.

        Returns:
            One row each: `base_obs`, `compare_obs`, the ID variables as text, `base` and `compare` as text with all
            digits, and for num `difference` (compare minus base) and `percent` of the base value, NaN where there is
            none.
        """
        places = self.unequal.get(variable, np.zeros(0, dtype=np.int64))[:limit]
        base_rows, compare_rows = self.match.base_rows[places], self.match.compare_rows[places]
        found = pd.DataFrame({"base_obs": base_rows + 1, "compare_obs": compare_rows + 1})
        for name, values in self._ids(self.base, base_rows).items():
            found[name] = values
        found["base"] = shown(self.base, variable, base_rows)
        found["compare"] = shown(self.compare, variable, compare_rows)
        if self.base.by_name[variable].type == "num":
            before = self.base.frame[self.base.by_name[variable].name].to_numpy(dtype=np.float64)[base_rows]
            after = self.compare.frame[self.compare.by_name[variable].name].to_numpy(dtype=np.float64)[compare_rows]
            with np.errstate(all="ignore"):
                found["difference"] = after - before
                found["percent"] = np.where(before == 0, np.nan, 100 * (after - before) / before)
        return found

    def _ids(self, dataset: Dataset, rows: Rows) -> dict[str, pd.Series[str]]:
        return {name: shown(dataset, name, rows) for name in self.id_variables}


def shown(
    dataset: Dataset, variable: str, rows: Rows, number: Callable[[float, str, str], str] = exact_number
) -> pd.Series[str]:
    """Values of a variable as text; char as it is.

    Args:
        dataset: the data set.
        variable: the name in upper case.
        rows: counted from 0.
        number: makes a text of a number, its special missing and its format.
    """
    known = dataset.by_name[variable]
    column = dataset.frame[known.name]
    if known.type == "char":
        return column.iloc[rows].reset_index(drop=True)
    numbers = column.to_numpy(dtype=np.float64)[rows].tolist()
    letters = special_of(dataset, variable, rows)
    return pd.Series([number(*item, known.format) for item in zip(numbers, letters, strict=True)], dtype="str")
