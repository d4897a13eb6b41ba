"""The CDISC standards as tables of facts: controlled terminology, SDTMIG 3.4, ADaMIG 1.3 and OCCDS 1.1.

The tables are compact JSON files beside this module; each says in its `note` where it comes from. A file is read when
something of it is first asked for.

Example:
    >>> codelist("C66742").extensible
    False
    >>> sdtm_domain("AE").variables["AESER"].core
    'Exp'
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class StandardTerm:
    """A term of a CDISC codelist: submission value, NCI code, NCI preferred term."""

    value: str
    nci_code: str
    preferred: str


@dataclass(frozen=True)
class StandardCodelist:
    """A CDISC codelist; `package` names the terminology and its release, e.g. sdtmct-2025-03-28."""

    nci_code: str
    id: str
    name: str
    package: str
    extensible: bool
    terms: tuple[StandardTerm, ...]

    @cached_property
    def by_value(self) -> dict[str, StandardTerm]:
        """Terms by submission value."""
        return {term.value: term for term in self.terms}


@dataclass(frozen=True)
class StandardVariable:
    """A variable of a domain or structure.

    `type` is Char or Num; `core` Req, Exp, Cond, Perm or Not used; `group` the SDTM role or the ADaM variable set;
    `order` its place (from 1); `codelists` the NCI codes the standard names for it.
    """

    name: str
    label: str
    type: str
    core: str
    group: str
    order: int
    codelists: tuple[str, ...]


@dataclass(frozen=True)
class StandardTable:
    """An SDTM domain or an ADaM structure with its variables in the standard's order.

    Names in ADaM structures may hold placeholders (`TRTxxP`, `--DECOD`, `*DT`): find a variable with `variable`.
    """

    name: str
    label: str
    class_: str
    structure: str
    variables: Mapping[str, StandardVariable]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], StandardVariable]]:
        patterns = [(name_pattern(item.name), item) for item in self.variables.values()]
        return sorted(patterns, key=lambda pair: pair[1].name.startswith("*"))

    def variable(self, name: str) -> StandardVariable | None:
        """The standard's variable that `name` is: by its own name first, then through placeholders."""
        exact = self.variables.get(name)
        if exact:
            return exact
        return next((item for pattern, item in self._patterns if pattern.fullmatch(name)), None)


_PLACEHOLDERS = {
    "--": "[A-Z]{2}",
    "*": "[A-Z][A-Z0-9]*",
    "xx": "[0-9]{2}",
    "zz": "[0-9]{2}",
    "y": "[0-9]+",
    "w": "[0-9]",
}


def name_pattern(name: str) -> re.Pattern[str]:
    """A guide's variable name as a pattern over real names.

    Example:
        >>> bool(name_pattern("TRTxxPN").fullmatch("TRT01PN"))
        True
    """
    parts = re.split(r"(--|\*|xx|zz|y|w)", name)
    return re.compile("".join(_PLACEHOLDERS.get(part, re.escape(part)) for part in parts))


def codelist(code: str) -> StandardCodelist | None:
    """The CDISC codelist of that NCI code (C66742) or that id (NY); None when it is not among those shipped."""
    lists = _file("ct.json")["codelists"]
    return _codelist(code if code in lists else _codes_by_id().get(code, ""))


def sdtm_domain(name: str) -> StandardTable | None:
    """The SDTMIG 3.4 domain of a dataset; None when it is not among those shipped.

    Args:
        name: a domain, SUPPQUAL, or a dataset that holds a part of a domain: QSMM is one of QS.

    Example:
        >>> sdtm_domain("QSMM").name
        'QS'
    """
    # Splitting Domains, SDTMIG 3.4 section 4.1.7: the part has two letters more.
    split = len(name) == 4
    return _table("sdtmig34.json", name) or (_table("sdtmig34.json", name[:2]) if split else None)


def sdtm_domains() -> tuple[str, ...]:
    """Names of the SDTMIG 3.4 domains shipped."""
    return tuple(_file("sdtmig34.json")["tables"])


def adam_structure(name: str) -> StandardTable | None:
    """ADSL or BDS of ADaMIG 1.3, OCCDS or AE (adverse events) of OCCDS 1.1."""
    return _table("adamig13.json", name)


@cache
def _file(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return content


@cache
def _codes_by_id() -> dict[str, str]:
    return {item[0]: code for code, item in _file("ct.json")["codelists"].items()}


@cache
def _codelist(code: str) -> StandardCodelist | None:
    found = _file("ct.json")["codelists"].get(code)
    if found is None:
        return None
    id_, name, package, extensible, terms = found
    return StandardCodelist(code, id_, name, package, extensible, tuple(StandardTerm(*term) for term in terms))


@cache
def _table(file: str, name: str) -> StandardTable | None:
    found = _file(file)["tables"].get(name)
    if found is None:
        return None
    variables = [
        StandardVariable(own, label, type_, core, group, order, tuple(codes))
        for order, (own, label, type_, core, group, codes) in enumerate(found["variables"], start=1)
    ]
    by_name: dict[str, StandardVariable] = {}
    for item in variables:
        by_name.setdefault(item.name, item)
    return StandardTable(name, found["label"], found["class"], found["structure"], by_name)
