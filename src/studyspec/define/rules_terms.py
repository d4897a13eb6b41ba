"""Rules: codelists, their terms, and the values of where clauses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from studyspec.define.codelists import NCI_CODE
from studyspec.define.document import DefineDocument, child, children, get
from studyspec.define.rules_datasets import NO_STANDARD, neither_or_both
from studyspec.define.rules_items import item_codelist
from studyspec.findings import Finding, Rule

if TYPE_CHECKING:
    from lxml.etree import _Element

REPEATED_NAME = Rule(
    "DEF-040",
    "error",
    "Codelist name given twice",
    why="A reader tells codelists apart by their names.",
    action="Correct Name in the sheet Codelists: say of a subset what it is for.",
)
OTHER_TYPE = Rule(
    "DEF-041",
    "error",
    "Codelist of another data type",
    why="The terms of a codelist are values of its variable.",
    action="Correct Data Type in the sheet Codelists, or name another codelist.",
)
NO_CODE = Rule(
    "DEF-042",
    "error",
    "Term of CDISC terminology without code",
    why="A term of the controlled terminology has its NCI code; a term that the study adds is marked as extended, and "
    "has none. The codelist itself has the code of the CDISC codelist.",
    action="Fill NCI Codelist Code and NCI Term Code, or set Extended to Yes in the sheet Codelists.",
)
NO_RELEASE = Rule(
    "DEF-044",
    "warning",
    "CDISC codelist without release",
    why="The code says that it is a codelist of the controlled terminology; without the release nobody can tell which "
    "terms it had.",
    action="Fill Terminology in the sheet Codelists as in SDTM CT 2025-03-28, or remove the code.",
)
WHERE_VALUE = Rule(
    "DEF-043",
    "error",
    "Where clause value that the variable never has",
    why="The clause would select nothing.",
    action="Correct the value in the sheet ValueLevel or Analysis Results, or add it to the codelist.",
)


def standards_of_codelists(document: DefineDocument) -> list[Finding]:
    """Codelists with neither or both of def:StandardOID and def:IsNonStandard; dictionaries have neither."""
    return [
        NO_STANDARD.finding(f"Codelist {get(item, 'Name')} has {which} of the two.", cell=document.place(item))
        for item in document.all("CodeList")
        if child(item, "ExternalCodeList") is None
        and (which := neither_or_both(get(item, "def:StandardOID"), get(item, "def:IsNonStandard")))
    ]


def codes_without_release(document: DefineDocument) -> list[Finding]:
    """Codelists that have a code, but not the release of the terminology that it is of."""
    return [
        NO_RELEASE.finding(f"Codelist {get(item, 'Name')} has the code {_code(item)}.", cell=document.place(item))
        for item in document.all("CodeList")
        if _code(item) and not get(item, "def:StandardOID")
    ]


def codelist_names(document: DefineDocument) -> list[Finding]:
    """Codelists that share their name with another."""
    counts = Counter(get(item, "Name") for item in document.all("CodeList"))
    return [
        REPEATED_NAME.finding(f"{counts[name]} codelists have the name {name}.", cell=document.place(item))
        for item in document.all("CodeList")
        if counts[name := get(item, "Name")] > 1
    ]


def codelist_types(document: DefineDocument) -> list[Finding]:
    """Items whose codelist has another data type: numbers need numbers, all other types text."""
    findings = []
    for item in document.all("ItemDef"):
        codelist = item_codelist(document, item)
        if codelist is not None:
            kind, listed = get(item, "DataType"), get(codelist, "DataType")
            numbers = ("integer", "float")
            if (kind in numbers) != (listed in numbers):
                what = f"{get(item, 'Name')} is {kind}, its codelist {get(codelist, 'Name')} is {listed}."
                findings.append(OTHER_TYPE.finding(what, cell=document.place(item)))
    return findings


def terms_of(codelist: _Element) -> list[_Element]:
    """The terms of a codelist, with decodes or without."""
    return [*children(codelist, "CodeListItem"), *children(codelist, "EnumeratedItem")]


def term_codes(document: DefineDocument) -> list[Finding]:
    """Codelists of a standard without code, their terms with neither or both of a code and the mark of extension."""
    findings = []
    for codelist in document.all("CodeList"):
        if not get(codelist, "def:StandardOID"):
            continue
        if not _code(codelist):
            what = f"Codelist {get(codelist, 'Name')} has no code."
            findings.append(NO_CODE.finding(what, cell=document.place(codelist)))
        for term in terms_of(codelist):
            which = neither_or_both(_code(term), get(term, "def:ExtendedValue"))
            if which:
                what = f"{get(term, 'CodedValue')} has {which} of a code and the mark of extension."
                findings.append(NO_CODE.finding(what, cell=document.place(term)))
    return findings


def _code(element: _Element) -> str:
    codes = [get(alias, "Name") for alias in children(element, "Alias") if get(alias, "Context") == NCI_CODE]
    return codes[0] if codes else ""


def where_values(document: DefineDocument) -> list[Finding]:
    """Values of where clauses that the codelist of the compared variable lacks."""
    findings = []
    for check in document.all("RangeCheck"):
        item = document.by_oid.get(get(check, "def:ItemOID"))
        codelist = item_codelist(document, item) if item is not None else None
        if codelist is None or child(codelist, "ExternalCodeList") is not None:
            continue
        known = {get(term, "CodedValue") for term in terms_of(codelist)}
        for value in children(check, "CheckValue"):
            if value.text and value.text not in known:
                what = f"{value.text} is not a term of codelist {get(codelist, 'Name')}."
                findings.append(WHERE_VALUE.finding(what, cell=document.place(check)))
    return findings
