"""OIDs of a define.xml: made of the spec's own names, so that a person can follow a reference by eye."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from studyspec.spec.model import Condition, Standard

_FOREIGN = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST = 60
NO_NAME = "STUDY"  # of a study that the workbook does not name


def _prefixed(prefix: str, name: str) -> str:
    return name if name.startswith(f"{prefix}.") else f"{prefix}.{name}"


def study_oid(study: str) -> str:
    """STUDY.IONASYN01."""
    return f"STUDY.{study or NO_NAME}"


def version_oid(study: str, standard: Standard) -> str:
    """MDV.IONASYN01.SDTM."""
    return f"MDV.{study or NO_NAME}.{standard}"


def dataset_oid(dataset: str) -> str:
    """IG.AE."""
    return f"IG.{dataset}"


def item_oid(dataset: str, variable: str) -> str:
    """IT.AE.AETERM."""
    return f"IT.{dataset}.{variable}"


def value_list_oid(dataset: str, variable: str) -> str:
    """VL.VS.VSORRES."""
    return f"VL.{dataset}.{variable}"


def codelist_oid(codelist: str) -> str:
    """CL.SEX."""
    return f"CL.{codelist}"


def method_oid(method: str) -> str:
    """MT.AGE, for the ID MT.AGE as for AGE."""
    return _prefixed("MT", method)


def comment_oid(comment: str) -> str:
    """COM.DM, for the ID COM.DM as for DM."""
    return _prefixed("COM", comment)


def leaf_oid(document: str) -> str:
    """LF.DOC.ACRF; an XML name, so other characters become underscores."""
    return _prefixed("LF", _FOREIGN.sub("_", document))


def display_oid(display: str) -> str:
    """RD.T-14-1-2."""
    return _prefixed("RD", display)


def result_oid(result: str) -> str:
    """AR.T-14-1-2.R1."""
    return _prefixed("AR", result)


def where_oid(conditions: Iterable[Condition]) -> str:
    """WC.VS.VSTESTCD.EQ.WEIGHT: equal conditions have one OID, wherever they are used."""
    return f"WC.{_condition_name(conditions)}"


def level_oid(variable_oid: str, conditions: Iterable[Condition]) -> str:
    """IT.VS.VSORRES.WEIGHT: the value alone where it is one, else the whole condition."""
    found = tuple(conditions)
    if len(found) == 1 and found[0].comparator == "EQ":
        return f"{variable_oid}.{readable(found[0].values[0])}"
    return f"{variable_oid}.{_condition_name(found)}"


def _condition_name(conditions: Iterable[Condition]) -> str:
    parts = (".".join((item.dataset, item.variable, item.comparator, *item.values)) for item in conditions)
    return readable(".AND.".join(parts))


def readable(text: str) -> str:
    """The text as part of an OID; what had to be changed or cut is told apart by a checksum."""
    short = _FOREIGN.sub("_", text)[:_LONGEST]
    return short if short == text else f"{short}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"
