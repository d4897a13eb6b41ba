"""SD-8xx: supplemental qualifiers and related records."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from studyspec.checks.package import Package, Table, texts
from studyspec.checks.pairs import pair_rule, together_rule
from studyspec.checks.rule import Hit, Mask, record_rule, rule
from studyspec.spec.rules_standard import class_variables
from studyspec.standards import sdtm_domain

_QNAM = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
_MAX_QLABEL = 40
_POPULATIONS = ("COMPLT", "FULLSET", "ITT", "PPROT", "SAFETY")
_LINK = "Correct the record's key to its parent."


@record_rule(
    "SD-801",
    "CORE-000134, CG0203",
    "error",
    "IDVAR is blank",
    _LINK,
    on="SUPP",
    variables="RDOMAIN IDVAR",
)
def key_of_parent(supp: Table, package: Package) -> Mask:
    """IDVAR is filled, except in SUPPDM."""
    return (supp["RDOMAIN"] != "DM") & ~supp.filled("IDVAR")


together_rule("SD-802", "CORE-000218, CG0465", _LINK, on="SUPP", given="IDVARVAL", needed="IDVAR")
together_rule("SD-803", "CORE-000135, CG0204", _LINK, on="SUPP", given="IDVAR", needed="IDVARVAL")


@record_rule(
    "SD-804",
    "CORE-000206, CG0371",
    "error",
    "The parent record does not exist",
    _LINK,
    on="SUPP",
    variables="USUBJID RDOMAIN IDVAR IDVARVAL",
)
def parent_record(supp: Table, package: Package) -> Mask:
    """The subject has a record in RDOMAIN whose IDVAR is IDVARVAL; in SUPPDM without IDVAR, a record at all."""
    return ~_found(supp, package)


def _found(links: Table, package: Package) -> npt.NDArray[np.bool_]:
    """True where a record of SUPP-- or RELREC has its parent; without dataset or variable there is nothing to say."""
    found = np.ones(len(links.frame), dtype=bool)
    for domain, name in sorted(set(zip(links["RDOMAIN"], links["IDVAR"], strict=True))):
        own = ((links["RDOMAIN"] == domain) & (links["IDVAR"] == name)).to_numpy()
        parents = [table for table in package.domain(domain) if table.has("USUBJID", *([name] if name else []))]
        if not parents:
            continue
        known = {pair for parent in parents for pair in _records(parent, name)}
        wanted = zip(links["USUBJID"][own], links["IDVARVAL"][own], strict=True)
        found[own] = [pair in known for pair in wanted]
    return found


def _records(parent: Table, name: str) -> Iterator[tuple[str, str]]:
    """USUBJID and the value of the variable, "" without one, of each record."""
    values = texts(parent[name]) if name else [""] * len(parent.frame)
    return zip(parent["USUBJID"], values, strict=True)


@rule(
    "SD-805",
    "CORE-000712, CG0370",
    "error",
    "IDVAR is not a variable of the parent",
    _LINK,
)
def key_variable(package: Package) -> Iterator[Hit]:
    """IDVAR of SUPP-- and RELREC is blank or a variable of the dataset that RDOMAIN names."""
    for links in (*package.select("SUPP"), *package.select("RELREC")):
        if links.has("RDOMAIN", "IDVAR"):
            pairs = list(zip(links["RDOMAIN"], links["IDVAR"], strict=True))
            wrong = {pair for pair in set(pairs) if _lacks(package.domain(pair[0]), pair[1])}
            yield from links.hits(np.array([pair in wrong for pair in pairs], dtype=bool), "RDOMAIN", "IDVAR")


def _lacks(parents: list[Table], name: str) -> bool:
    """True when the datasets of the domain are there but none has the variable."""
    return bool(name and parents) and not any(parent.has(name) for parent in parents)


@record_rule(
    "SD-806",
    "CORE-000203, CG0411",
    "error",
    "Two qualifiers of one name for one record",
    "Join the values, or give them different QNAMs.",
    on="SUPP",
    variables="USUBJID IDVAR IDVARVAL QNAM",
)
def unique_qualifier(supp: Table, package: Package) -> Mask:
    """QNAM is unique within the parent record."""
    return supp.frame.duplicated(["USUBJID", "IDVAR", "IDVARVAL", "QNAM"], keep=False)


@record_rule(
    "SD-807",
    "CORE-000221, CG0417",
    "error",
    "QNAM is not a variable name",
    "Rename it: at most 8 capital letters, digits and underscores, a letter first.",
    on="SUPP",
    variables="QNAM",
)
def qualifier_names(supp: Table, package: Package) -> Mask:
    """QNAM has at most 8 characters, begins with a letter and holds capital letters, digits and underscores."""
    wrong = {name for name in supp["QNAM"].unique() if not _QNAM.fullmatch(name)}
    return supp["QNAM"].isin(wrong)


@record_rule(
    "SD-808",
    "CORE-000222, CG0416",
    "error",
    "QLABEL is longer than 40 characters",
    "Shorten the label.",
    on="SUPP",
    variables="QLABEL",
)
def qualifier_labels(supp: Table, package: Package) -> Mask:
    """QLABEL has at most 40 characters."""
    return supp["QLABEL"].str.len() > _MAX_QLABEL


pair_rule(
    "SD-809", "CORE-000302, FB0920", "Use one label for each qualifier.", on="SUPP", first="QNAM", second="QLABEL"
)


@record_rule(
    "SD-810",
    "CORE-000783, CG0314",
    "error",
    "QNAM is a variable of the standard",
    "Put the value into the domain, or rename the qualifier.",
    on="SUPP",
    variables="RDOMAIN QNAM",
)
def standard_qualifiers(supp: Table, package: Package) -> Mask:
    """QNAM is no variable that the domain or its class has in the standard."""
    standard = sdtm_domain(supp.name[4:6])
    if standard is None:
        return np.zeros(len(supp.frame), dtype=bool)
    return supp["QNAM"].isin({*standard.variables, *class_variables(standard, standard.name)})


@record_rule(
    "SD-811",
    "CORE-000538, CG0334",
    "error",
    "RDOMAIN is not that of the dataset's name",
    _LINK,
    on="SUPP",
    variables="RDOMAIN",
)
def related_domain(supp: Table, package: Package) -> Mask:
    """RDOMAIN is the fifth and sixth character of the dataset's name."""
    return supp["RDOMAIN"] != supp.name[4:6]


@record_rule(
    "SD-812",
    "CORE-000457, CG0373",
    "error",
    "RDOMAIN has no dataset",
    "Add the parent dataset, or correct RDOMAIN.",
    on="SUPP",
    variables="RDOMAIN",
)
def parent_dataset(supp: Table, package: Package) -> Mask:
    """RDOMAIN is a dataset of the study."""
    return ~supp["RDOMAIN"].isin([name for name in supp["RDOMAIN"].unique() if package.domain(name)])


@record_rule(
    "SD-813",
    "CORE-000211, CG0528",
    "error",
    "A population flag in SUPPDM",
    "Keep population flags in ADSL.",
    on="SUPPDM",
    variables="QNAM",
)
def population_flags(supp: Table, package: Package) -> Mask:
    """SUPPDM holds no population flags."""
    return supp["QNAM"].isin(_POPULATIONS)


@record_rule(
    "SD-814",
    "CORE-000597, CG0043",
    "error",
    "AESOSP, but AESMIE is not Y",
    "Set AESMIE to Y where another serious criterion is specified.",
    on="SUPPAE",
    variables="USUBJID IDVARVAL QNAM",
)
def other_serious(supp: Table, package: Package) -> Mask:
    """An event with AESOSP in SUPPAE has AESMIE Y."""
    if "AE" not in package or not package["AE"].has("AESEQ", "AESMIE"):
        return np.zeros(len(supp.frame), dtype=bool)
    ae = package["AE"]
    stated = set(zip(*(series[ae["AESMIE"] == "Y"] for series in (ae["USUBJID"], ae["AESEQ"])), strict=True))
    events = {(subject, str(int(number))) for subject, number in stated}
    pairs = zip(supp["USUBJID"], supp["IDVARVAL"], strict=True)
    return (supp["QNAM"] == "AESOSP") & ~np.array([pair in events for pair in pairs], dtype=bool)


@record_rule(
    "SD-815",
    "SDTMIG 3.4 section 8.2",
    "error",
    "The related record does not exist",
    "Correct RDOMAIN, IDVAR or IDVARVAL of the relationship.",
    on="RELREC",
    variables="USUBJID RDOMAIN IDVAR IDVARVAL",
)
def related_record(relrec: Table, package: Package) -> Mask:
    """The subject of a RELREC record has the record that it names; relationships of datasets have no USUBJID."""
    return relrec.filled("USUBJID") & ~_found(relrec, package)
