"""CT: values against CDISC controlled terminology, whether or not the study's own codelist has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Hit, Mask, record_rule, rule
from studyspec.checks.terminology import Binding, bindings, countries


def _offenders(package: Package, *, extensible: bool) -> Iterator[tuple[Table, Binding, Mask]]:
    """Bindings to codelists of this kind that are shipped, with the records whose value is no term."""
    for table, binding in bindings(package):
        if len(binding.known) == len(binding.codes) and binding.is_extensible == extensible:
            values = table[binding.column]
            odd = set(values[binding.records].unique()) - binding.terms - {""}
            if odd:
                yield table, binding, binding.records & values.isin(odd).to_numpy()


def _hits(table: Table, binding: Binding, mask: Mask) -> Iterator[Hit]:
    names = ", ".join(f"{found.id} ({found.nci_code})" for found in binding.known)
    for hit in table.hits(mask, binding.column, what=f"It is not a term of {names}."):
        yield replace(hit, variable=binding.variable)


@rule(
    "CT-001",
    "P21 CT2001",
    "error",
    "The value is not in the CDISC codelist, which takes no other terms",
    "Map the collected value to a term: sheet Codelists, column Synonyms.",
)
def closed_codelists(package: Package) -> Iterator[Hit]:
    """Values of variables with a non-extensible CDISC codelist are terms of it."""
    for table, binding, mask in _offenders(package, extensible=False):
        yield from _hits(table, binding, mask)


@rule(
    "CT-002",
    "P21 CT2002",
    "error",
    "The value is neither in the CDISC codelist nor an extension of the study",
    "Map it to a term, or add it to the study's codelist with Extended Yes.",
)
def open_codelists(package: Package) -> Iterator[Hit]:
    """Values of variables with an extensible CDISC codelist are terms of it or of the study's extension."""
    for table, binding, mask in _offenders(package, extensible=True):
        meant = table[binding.column].isin(binding.extensions).to_numpy()
        yield from _hits(table, binding, np.asarray(mask) & ~meant)


@rule(
    "CT-003",
    "P21 CT2002",
    "note",
    "The study extends the CDISC codelist",
    "Nothing to do; the reviewer's guide says why.",
)
def extended_codelists(package: Package) -> Iterator[Hit]:
    """Terms that the study adds to an extensible CDISC codelist are explained."""
    for table, binding, mask in _offenders(package, extensible=True):
        values = table[binding.column][np.asarray(mask)]
        counts = values[values.isin(binding.extensions)].value_counts()
        for term in sorted(counts.index):
            yield Hit(table.name, binding.variable, value=term, what=f"In {counts[term]} records.")


@record_rule(
    "CT-004",
    "SDTMIG 3.4, DM.COUNTRY",
    "error",
    "COUNTRY is not a code of ISO 3166",
    "Use the code of three capital letters.",
    on="ALL",
    variables="COUNTRY",
)
def country_codes(table: Table, package: Package) -> Mask:
    """COUNTRY is a three-letter code of ISO 3166-1."""
    return ~table["COUNTRY"].isin({*countries(), ""})


@rule(
    "CT-005",
    "P21 CT2001, P21 CT2002",
    "note",
    "The values were not compared with the CDISC codelist",
    "Compare the terms of the study's codelist with the NCI's.",
)
def unknown_codelists(package: Package) -> Iterator[Hit]:
    """The CDISC codelists of all variables are among those shipped."""
    for table, binding in bindings(package):
        missing = sorted(set(binding.codes) - {found.nci_code for found in binding.known})
        if missing:
            yield Hit(table.name, binding.variable, what=f"Codelist {', '.join(missing)} is not shipped.")
