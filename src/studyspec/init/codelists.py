"""Rows of Codelists from the controlled terminology."""

from __future__ import annotations

from collections.abc import Collection

from studyspec.init.plan import LONGEST_CODELIST, Row
from studyspec.standards import StandardCodelist, codelist

FLAG_CODELISTS = {"NY_Y": ("Y",), "NY_YN": ("N", "Y")}
"""Parts of the codelist NY for flags: what a variable may hold."""


def codelist_id(codes: Collection[str]) -> str:
    """The ID of the first of the codelists that the standard names for a variable, "" where it names none."""
    found = next(filter(None, map(codelist, codes)), None)
    return found.id if found else ""


def term_rows(id_: str, values: Collection[str] = ()) -> tuple[list[Row], list[Row]]:
    """The terms of a codelist.

    Args:
        id_: its ID, NY or the like, or one of `FLAG_CODELISTS`.
        values: raw values of the variables that use it; of a long codelist the terms among them belong to the study.

    Returns:
        The rows for the sheet Codelists, and those for the library: the others of a long codelist.
    """
    if id_ in FLAG_CODELISTS:
        return [row for row in _rows(codelist("NY"), id_) if row["Term"] in FLAG_CODELISTS[id_]], []
    rows = _rows(codelist(id_), id_)
    if len(rows) <= LONGEST_CODELIST:
        return rows, []
    found = {value.strip().casefold() for value in values}
    used = [row for row in rows if {str(row["Term"]).casefold(), str(row["Decoded Value"]).casefold()} & found]
    return used, [row for row in rows if row not in used]


def used_terms(id_: str, values: Collection[str]) -> tuple[str, ...]:
    """The terms of a codelist that are among the values, in the codelist's order."""
    found = codelist(id_)
    return tuple(term.value for term in found.terms if term.value in values) if found else ()


def subset_rows(id_: str, subset: str, terms: Collection[str]) -> list[Row]:
    """Some terms of a codelist as a codelist of the study's own, named `subset`."""
    return [{**row, "ID": subset} for row in _rows(codelist(id_), id_) if row["Term"] in terms]


def _rows(found: StandardCodelist | None, id_: str) -> list[Row]:
    if found is None:
        return []
    # sdtmct-2025-03-28 is "SDTM CT 2025-03-28".
    package, _, release = found.package.partition("-")
    terminology = f"{package.removesuffix('ct').upper().replace('ADAM', 'ADaM')} CT {release}"
    return [
        {
            "ID": id_,
            "Name": found.name if id_ == found.id else f"{found.name} ({', '.join(FLAG_CODELISTS[id_])})",
            "NCI Codelist Code": found.nci_code,
            "Data Type": "text",
            "Terminology": terminology,
            "Order": order,
            "Term": term.value,
            "NCI Term Code": term.nci_code,
            "Decoded Value": term.preferred,
        }
        for order, term in enumerate(found.terms, start=1)
    ]
