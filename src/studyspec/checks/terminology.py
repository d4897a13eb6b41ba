"""Which CDISC codelist a value has to be of: by the standard, by the spec, and by what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from studyspec.checks.package import Package, Table
from studyspec.checks.selection import selected
from studyspec.spec.model import Codelist, Spec, ValueLevel, is_supplemental
from studyspec.spec.rules_standard import is_of_instrument
from studyspec.spec.value_levels import levels_of
from studyspec.standards import StandardCodelist, codelist, sdtm_domain

# The category of a disposition record says which of the three codelists its DSDECOD is of (SDTMIG 3.4, DS).
_DISPOSITIONS = {"DISPOSITION EVENT": "C66727", "PROTOCOL MILESTONE": "C114118", "OTHER EVENT": "C150811"}
_DOMAIN = "C66734"


@dataclass(frozen=True)
class Binding:
    """The records of a variable whose values must be of these codelists (of one of them).

    `codes` are NCI codes, `own` the study's codelists for them; `variable` is how reports call it, `column` where the
    values are.
    """

    variable: str
    column: str
    codes: tuple[str, ...]
    records: npt.NDArray[np.bool_]
    own: tuple[Codelist, ...] = ()

    @property
    def known(self) -> list[StandardCodelist]:
        """The codelists that are shipped."""
        return [found for code in self.codes if (found := codelist(code)) is not None]

    @property
    def is_extensible(self) -> bool:
        """True when one of the codelists takes further terms."""
        return any(found.extensible for found in self.known)

    @property
    def terms(self) -> set[str]:
        """The submission values of all of them."""
        return {term for found in self.known for term in found.by_value}

    @property
    def extensions(self) -> set[str]:
        """The terms that the study's codelists add on purpose."""
        return {term.term for own in self.own for term in own.terms if term.extended}


@cache
def countries() -> frozenset[str]:
    """The three-letter codes of ISO 3166-1."""
    return frozenset(files(__package__).joinpath("countries.txt").read_text(encoding="ascii").split())


def bindings(package: Package) -> Iterator[tuple[Table, Binding]]:
    """Every text variable of every dataset that has CDISC terminology."""
    for table in package.tables.values():
        spec = package.specs.get(table.belongs)
        if is_supplemental(table.name):
            yield from ((table, found) for found in _qualifiers(table, spec))
        for name in table.characters:
            yield from ((table, found) for found in _variable(table, name, spec))


def _variable(table: Table, name: str, spec: Spec | None) -> Iterator[Binding]:
    """Value levels with a codelist first; the other records by the guide's codelists, or else by the variable's own."""
    rest = np.ones(len(table.frame), dtype=bool)
    for level in _levels(spec, table.name, name):
        own = _named(spec, level.codelist)
        codes = _codes(own)
        records = selected(table, level.where_clause.conditions) & rest
        rest &= ~records
        if codes and not is_of_instrument(table.name, name):
            yield Binding(name, name, codes, records, own)
    own = _own_codelists(spec, table.name, name)
    codes = _standard_codes(table, name)
    if name == "DSDECOD" and table.has("DSCAT"):
        for category, code in _DISPOSITIONS.items():
            yield Binding(name, name, (code,), rest & (table["DSCAT"] == category).to_numpy(), own)
    elif codes and not is_of_instrument(table.name, name):
        yield Binding(name, name, codes, rest, own)
    elif _codes(own):
        yield Binding(name, name, _codes(own), rest, own)


def _levels(spec: Spec | None, dataset: str, variable: str) -> list[ValueLevel]:
    """The value levels that have a codelist."""
    return [item for item in levels_of(spec, dataset, variable) if item.codelist] if spec else []


def _named(spec: Spec | None, *names: str) -> tuple[Codelist, ...]:
    return tuple(spec.codelists[name] for name in names if name in spec.codelists) if spec else ()


def _codes(own: tuple[Codelist, ...]) -> tuple[str, ...]:
    """The NCI codes of codelists."""
    return tuple(dict.fromkeys(item.nci_code for item in own if item.nci_code))


def _standard_codes(table: Table, name: str) -> tuple[str, ...]:
    """The codelists that the guide names; an ADaM variable with the name of an SDTM one has those of SDTM."""
    if name == "DOMAIN":
        return (_DOMAIN,)
    item = table.standard.variable(name) if table.standard else None
    if item is not None and item.codelists:
        return item.codelists
    if table.belongs == "ADaM":
        for domain in (sdtm_domain("DM"), sdtm_domain(table.prefix)):
            if domain is not None and name in domain.variables:
                return domain.variables[name].codelists
    return ()


def _own_codelists(spec: Spec | None, dataset: str, variable: str) -> tuple[Codelist, ...]:
    """The study's codelist of a variable."""
    variables = spec.variables_of.get(dataset, ()) if spec else ()
    return _named(spec, *(item.codelist for item in variables if item.name == variable))


def _qualifiers(table: Table, spec: Spec | None) -> Iterator[Binding]:
    """Values of supplemental qualifiers, by the codelists of the wide variables in the spec."""
    if spec is None or not table.has("QNAM", "QVAL"):
        return
    parent = table.name.removeprefix("SUPP")
    for name in table["QNAM"].unique():
        own = _own_codelists(spec, parent, name)
        if _codes(own):
            yield Binding(f"QVAL ({name})", "QVAL", _codes(own), (table["QNAM"] == name).to_numpy(), own)
