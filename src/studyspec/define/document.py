"""A define.xml as the checks see it: its elements by kind and by OID."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from studyspec.define.validate import parse_define
from studyspec.define.xml import qualified

if TYPE_CHECKING:
    from lxml.etree import _Element


class DefineDocument:
    """Elements of a define.xml; names are prefixed as in the standard's text (`def:Origin`).

    Args:
        content: the file.
        name: how findings call it.

    Raises:
        lxml.etree.XMLSyntaxError: it is not XML.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self.root = parse_define(content).getroot()

    def all(self, name: str) -> Iterator[_Element]:
        """Every element of that name, in the order of the file."""
        return self.root.iter(qualified(name))

    @cached_property
    def by_oid(self) -> dict[str, _Element]:
        """Elements by OID, and leaves by ID; of two with the same the first."""
        found: dict[str, _Element] = {}
        for element in self.root.iter("{*}*"):
            oid = element.get("OID") or element.get("ID")
            if oid:
                found.setdefault(oid, element)
        return found

    @cached_property
    def item_refs(self) -> dict[str, list[_Element]]:
        """The ItemRefs of each item, of datasets and of value lists."""
        found: dict[str, list[_Element]] = {}
        for reference in self.all("ItemRef"):
            found.setdefault(get(reference, "ItemOID"), []).append(reference)
        return found

    def place(self, element: _Element) -> str:
        """Where an element is: the file, its kind and its OID or that of the nearest element that has one."""
        named: _Element | None = element
        while named is not None and not (named.get("OID") or named.get("ID")):
            named = named.getparent()
        if named is None:
            return self.name
        return f"{self.name} {local(named)} {named.get('OID') or named.get('ID')}"


def get(element: _Element, name: str) -> str:
    """An attribute by its prefixed name; "" where it is missing."""
    return element.get(qualified(name) if ":" in name else name, "")


def local(element: _Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: _Element, name: str) -> _Element | None:
    """The first child of that name."""
    return element.find(qualified(name))


def children(element: _Element, name: str) -> list[_Element]:
    """All children of that name."""
    return element.findall(qualified(name))


def described(element: _Element) -> str:
    """The text of its Description."""
    text = element.findtext(f"{qualified('Description')}/{qualified('TranslatedText')}")
    return (text or "").strip()
