"""SD-9xx: trial design, and the elements of subjects."""

from __future__ import annotations

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import pair_rule, together_rule
from studyspec.checks.rule import Mask, record_rule


@record_rule(
    "SD-901",
    "SDTMIG 3.4 section 7.4.2",
    "error",
    "Neither TSVAL nor TSVALNF",
    "Give the value, or say in TSVALNF why there is none.",
    on="TS",
    variables="TSPARMCD TSVAL TSVALNF",
)
def parameter_values(ts: Table, package: Package) -> Mask:
    """A trial summary parameter has a value or a null flavour."""
    return ~ts.filled("TSVAL") & ~ts.filled("TSVALNF")


@record_rule(
    "SD-902",
    "CORE-000544, CG0028",
    "error",
    "TSSEQ is not unique within the parameter",
    "Number the values of each parameter anew.",
    on="TS",
    variables="TSPARMCD TSSEQ",
)
def parameter_sequence(ts: Table, package: Package) -> Mask:
    """TSSEQ is unique within TSPARMCD."""
    return ts.frame.duplicated(["TSPARMCD", "TSSEQ"], keep=False)


pair_rule(
    "SD-903",
    "SDTMIG 3.4 section 7.4.2",
    "Use the name that the terminology has for the code.",
    on="TS",
    first="TSPARMCD",
    second="TSPARM",
)


def _unknown_element(table: Table, package: Package) -> Mask:
    if "TE" not in package or not package["TE"].has("ETCD"):
        return np.zeros(len(table.frame), dtype=bool)
    return table.filled("ETCD") & ~table["ETCD"].isin({*package["TE"]["ETCD"], "UNPLAN"})


@record_rule(
    "SD-904",
    "SDTMIG 3.4 section 7.2.1",
    "error",
    "The element of the arm is not in TE",
    "Add the element to TE, or correct ETCD.",
    on="TA",
    variables="ETCD",
)
def elements_of_arms(ta: Table, package: Package) -> Mask:
    """ETCD of TA is one of TE."""
    return _unknown_element(ta, package)


@record_rule(
    "SD-905",
    "SDTMIG 3.4 section 5.3",
    "error",
    "The subject's element is not in TE",
    "Add the element to TE, or correct ETCD.",
    on="SE",
    variables="ETCD",
)
def elements_of_subjects(se: Table, package: Package) -> Mask:
    """ETCD of SE is one of TE, or UNPLAN."""
    return _unknown_element(se, package)


pair_rule("SD-906", "CORE-000318, FB0902", "Use one name for each arm.", on="TA", first="ARMCD", second="ARM")
pair_rule(
    "SD-907", "SDTMIG 3.4 section 5.3", "Use one name for each element.", on="TA TE SE", first="ETCD", second="ELEMENT"
)


@record_rule(
    "SD-908",
    "SDTMIG 3.4 section 7.4.2",
    "error",
    "Both TSVAL and TSVALNF",
    "Leave TSVALNF blank where there is a value.",
    on="TS",
    variables="TSPARMCD TSVAL TSVALNF",
)
def value_with_null_flavor(ts: Table, package: Package) -> Mask:
    """TSVALNF is blank where TSVAL is filled."""
    return ts.filled("TSVAL") & ts.filled("TSVALNF")


together_rule(
    "SD-909",
    "SDTMIG 3.4 section 7.4.2",
    "Name the terminology that the code is from.",
    on="TS",
    given="TSVALCD",
    needed="TSVCDREF",
)
