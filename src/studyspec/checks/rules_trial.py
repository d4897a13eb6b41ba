"""SD-9xx: trial design, and the elements of subjects."""

from __future__ import annotations

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Mask, record_rule
from studyspec.checks.rules_identifiers import not_one_to_one


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


@record_rule(
    "SD-903",
    "SDTMIG 3.4 section 7.4.2",
    "error",
    "TSPARMCD and TSPARM do not go together one to one",
    "Use the name that the terminology has for the code.",
    on="TS",
    variables="TSPARMCD TSPARM",
)
def parameters_one_to_one(ts: Table, package: Package) -> Mask:
    """Each TSPARMCD has one TSPARM, and the reverse."""
    return not_one_to_one(ts, "TSPARMCD", "TSPARM")


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


@record_rule(
    "SD-906",
    "CORE-000318, FB0902",
    "error",
    "ARMCD and ARM of TA do not go together one to one",
    "Use one name for each arm.",
    on="TA",
    variables="ARMCD ARM",
)
def arms_of_trial_one_to_one(ta: Table, package: Package) -> Mask:
    """Each ARMCD of TA has one ARM, and the reverse."""
    return not_one_to_one(ta, "ARMCD", "ARM")


@record_rule(
    "SD-907",
    "SDTMIG 3.4 section 5.3",
    "error",
    "ETCD and ELEMENT do not go together one to one",
    "Use one name for each element.",
    on="TA TE SE",
    variables="ETCD ELEMENT",
)
def elements_one_to_one(table: Table, package: Package) -> Mask:
    """Each ETCD has one ELEMENT, and the reverse."""
    return not_one_to_one(table, "ETCD", "ELEMENT")
