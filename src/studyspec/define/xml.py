"""Elements of Define-XML by their prefixed names, as the standard's own text writes them: `def:Origin`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from studyspec.define.oids import leaf_oid

if TYPE_CHECKING:
    from lxml.etree import _Element

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEF = "http://www.cdisc.org/ns/def/v2.1"
ARM = "http://www.cdisc.org/ns/arm/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
NAMESPACES = {"def": DEF, "xlink": XLINK, "arm": ARM, "xml": XML}

Attributes = Mapping[str, str | int | None]
_RANGE = re.compile(r"(\d+)\s*-\s*(\d+)")


def qualified(name: str) -> str:
    """The name as lxml wants it: a name without a prefix is an element of ODM.

    Example:
        >>> qualified("def:Origin")
        '{http://www.cdisc.org/ns/def/v2.1}Origin'
    """
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix] if prefix else ODM}}}{local}"


def add(parent: _Element, name: str, attributes: Attributes | None = None, text: str = "") -> _Element:
    """A new last child; attributes that are None or blank are left out."""
    from lxml.etree import SubElement

    child = SubElement(parent, qualified(name))
    for key, value in (attributes or {}).items():
        if value is not None and value != "":
            child.set(qualified(key) if ":" in key else key, str(value))
    if text:
        child.text = text
    return child


def add_text(parent: _Element, name: str, text: str, language: str) -> None:
    """`name` with the text as its TranslatedText; nothing where there is no text."""
    if text:
        add(add(parent, name), "TranslatedText", {"xml:lang": language}, text)


def add_documents(parent: _Element, references: Iterable[tuple[str, str]]) -> None:
    """def:DocumentRef to each document, with its pages where they are given."""
    for document, pages in references:
        if document:
            add_pages(add(parent, "def:DocumentRef", {"leafID": leaf_oid(document)}), pages)


def add_pages(reference: _Element, pages: str) -> None:
    """def:PDFPageRef for numbers (`12 13`), a range (`4-6`) or named destinations."""
    for first, last in _RANGE.findall(pages):
        add(reference, "def:PDFPageRef", {"FirstPage": first, "LastPage": last, "Type": "PhysicalRef"})
    single = _RANGE.sub(" ", pages).replace(",", " ").split()
    if single:
        kind = "PhysicalRef" if all(page.isdecimal() for page in single) else "NamedDestination"
        add(reference, "def:PDFPageRef", {"PageRefs": " ".join(single), "Type": kind})
