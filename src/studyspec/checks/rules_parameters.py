"""AD-4xx: parameters of the basic data structure, times to events, and the records that values come from.

The rules hold for every analysis dataset that has the variables, whatever its class.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import pair_rule
from studyspec.checks.rule import Mask, record_rule

_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")

pair_rule(
    "AD-401",
    "ADaMIG 1.3, PARAM and PARAMCD",
    "Give every parameter one text and one code.",
    on="ADaM",
    first="PARAM",
    second="PARAMCD",
)


@record_rule(
    "AD-402",
    "ADaMIG 1.3, PARAMCD",
    "error",
    "PARAMCD is no name of a variable",
    "At most 8 letters, digits and underscores, no digit first: it becomes a variable when data are transposed.",
    on="ADaM",
    variables="PARAMCD",
)
def parameter_codes(table: Table, package: Package) -> Mask:
    """PARAMCD has at most 8 letters, digits and underscores, and does not begin with a digit."""
    return np.array([bool(text) and not _CODE.fullmatch(text) for text in table["PARAMCD"]], dtype=bool)


@record_rule(
    "AD-403",
    "ADaMIG 1.3, PARCATy",
    "error",
    "A parameter is in more than one category",
    "Give every parameter one PARCAT1; two categories are two parameters.",
    on="ADaM",
    variables="PARAMCD PARCAT1",
)
def parameter_categories(table: Table, package: Package) -> Mask:
    """All records of a parameter have the same PARCAT1."""
    return table["PARCAT1"].groupby(table["PARAMCD"]).transform("nunique") > 1


@record_rule(
    "AD-404",
    "ADaMIG 1.3, CNSR",
    "warning",
    "CNSR is neither 0 nor a positive whole number",
    "0 for the event, whole numbers from 1 for censored times.",
    on="ADaM",
    variables="CNSR",
)
def censoring(table: Table, package: Package) -> Mask:
    """CNSR is 0, or a whole number above 0."""
    numbers = pd.to_numeric(table["CNSR"], errors="coerce")
    return ~((numbers >= 0) & (numbers % 1 == 0))


@record_rule(
    "AD-405",
    "ADaMIG 1.3, STARTDT and ADT",
    "warning",
    "The time to the event ends before it starts",
    "Correct STARTDT or ADT; explain what stays as reported.",
    on="ADaM",
    variables="STARTDT ADT",
)
def end_of_time(table: Table, package: Package) -> Mask:
    """ADT is not before STARTDT."""
    return table["ADT"] < table["STARTDT"]


@record_rule(
    "AD-406",
    "ADaMIG 1.3, SRCDOM, SRCVAR and SRCSEQ",
    "error",
    "The source named does not exist",
    "Name a dataset of the package, a variable of it, and the --SEQ of a record of the subject.",
    on="ADaM",
    variables="USUBJID SRCDOM SRCVAR SRCSEQ",
)
def named_sources(table: Table, package: Package) -> Mask:
    """SRCDOM is a dataset of the package, SRCVAR a variable of it, SRCSEQ the number of a record of the subject."""
    wrong = np.zeros(len(table.frame), dtype=bool)
    domains, variables = table["SRCDOM"], table["SRCVAR"]
    for name, variable in sorted(set(zip(domains, variables, strict=True)) - {("", "")}):
        place = ((domains == name) & (variables == variable)).to_numpy()
        source = package.tables.get(name)
        if source is None or (variable and not source.has(variable)):
            wrong |= place
        elif source.sequence and source.has("USUBJID"):
            there = pd.MultiIndex.from_arrays([source["USUBJID"], source[source.sequence]])
            named = pd.MultiIndex.from_arrays([table["USUBJID"], table["SRCSEQ"]])
            wrong |= place & table.filled("SRCSEQ").to_numpy() & ~named.isin(there)
    return wrong
