"""Codelists and external dictionaries of a define."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyspec.define.items import yes
from studyspec.define.oids import codelist_oid, comment_oid
from studyspec.define.standard_refs import terminology
from studyspec.define.xml import Attributes, add, add_text
from studyspec.spec.model import Codelist, Spec
from studyspec.spec.rules_references import definitions

if TYPE_CHECKING:
    from lxml.etree import _Element

NCI_CODE = "nci:ExtCodeID"
# Data types that a CodeList can have; dates and times are text there.
_TYPES = ("text", "integer", "float")


def used_codelists(spec: Spec) -> tuple[Codelist, ...]:
    """The codelists that variables and value levels name, in the order of the sheet; others only serve derivations."""
    used = {item.codelist for item in definitions(spec)}
    return tuple(item for id_, item in spec.codelists.items() if id_ in used)


def add_codelists(version: _Element, spec: Spec, codelists: tuple[Codelist, ...], language: str) -> None:
    """A CodeList for each of these, then one for each dictionary in use."""
    for codelist in codelists:
        _add_codelist(version, codelist, language)
    used = {item.codelist for item in definitions(spec)}
    for id_, dictionary in spec.dictionaries.items():
        if id_ in used:
            attributes = {"OID": codelist_oid(id_), "Name": dictionary.name, "DataType": dictionary.data_type or "text"}
            parent = add(version, "CodeList", attributes)
            add(parent, "ExternalCodeList", {"Dictionary": dictionary.dictionary, "Version": dictionary.version})


def _add_codelist(version: _Element, codelist: Codelist, language: str) -> None:
    release = terminology(codelist.terminology)
    attributes = {
        "OID": codelist_oid(codelist.id),
        "Name": codelist.name,
        "DataType": codelist.data_type if codelist.data_type in _TYPES else "text",
        "def:StandardOID": release.oid if release else "",
        "def:IsNonStandard": yes(release is None),
        "def:CommentOID": comment_oid(codelist.comment) if codelist.comment else "",
    }
    parent = add(version, "CodeList", attributes)
    decoded = any(term.decoded_value for term in codelist.terms)
    for place, term in enumerate(codelist.terms, start=1):
        coded: Attributes = {
            "CodedValue": term.term,
            "OrderNumber": term.order or place,
            "def:ExtendedValue": yes(term.extended),
        }
        item = add(parent, "CodeListItem" if decoded else "EnumeratedItem", coded)
        if decoded:
            add_text(item, "Decode", term.decoded_value or term.term, language)
        _add_code(item, term.nci_code)
    _add_code(parent, codelist.nci_code)


def _add_code(parent: _Element, code: str) -> None:
    if code:
        add(parent, "Alias", {"Name": code, "Context": NCI_CODE})
