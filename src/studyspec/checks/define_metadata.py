"""What a define.xml says of the datasets, as far as data can be held against it.

A reader of its own, by the published layout of Define-XML 2.x and not by how `studyspec` writes it: a mistake in the
writer must show here. Only what rules compare is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
_DEFINES = ("{http://www.cdisc.org/ns/def/v2.1}", "{http://www.cdisc.org/ns/def/v2.0}")
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


class DefineError(ValueError):
    """The file is no define.xml that can be read; the message says why."""


@dataclass(frozen=True)
class DefinedCondition:
    """One comparison of a where clause: variable, comparator (EQ, NE, IN, ...), values."""

    variable: str
    comparator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class DefinedVariable:
    """A variable, or a value level of it with the conditions of its records.

    `terms` is None without a codelist (or with an external dictionary).
    """

    name: str
    label: str
    data_type: str
    length: int | None
    mandatory: bool
    key_sequence: int | None
    terms: frozenset[str] | None
    conditions: tuple[DefinedCondition, ...] = ()


@dataclass(frozen=True)
class DefinedDataset:
    """A dataset with its variables in order, and their value levels."""

    name: str
    label: str
    has_no_data: bool
    file: str
    variables: Mapping[str, DefinedVariable]
    value_levels: tuple[DefinedVariable, ...]

    @property
    def keys(self) -> list[str]:
        """The key variables in their order."""
        numbered = [(item.key_sequence, item.name) for item in self.variables.values() if item.key_sequence]
        return [name for _, name in sorted(numbered)]


@dataclass(frozen=True)
class DefinedStandard:
    """One define.xml: the study's name and the datasets by name."""

    study: str
    datasets: Mapping[str, DefinedDataset]


def read_defined(content: bytes) -> DefinedStandard:
    """Read a define.xml; neither entities nor the network are used.

    Raises:
        DefineError: it is not well-formed, or has no MetaDataVersion.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DefineError(f"It is not well-formed: {error}.") from error
    version = root.find(f".//{ODM}MetaDataVersion")
    if version is None:
        raise DefineError("It has no MetaDataVersion.")
    reader = _Reader(version)
    name = root.findtext(f".//{ODM}StudyName") or ""
    groups = [reader.dataset(group) for group in version.iter(f"{ODM}ItemGroupDef")]
    return DefinedStandard(name.strip(), {group.name: group for group in groups})


class _Reader:
    """Looks up what the references of one MetaDataVersion point to."""

    def __init__(self, version: _Element) -> None:
        self._items = _by_oid(version, f"{ODM}ItemDef")
        self._lists = _by_oid(version, f"{ODM}CodeList")
        self._values = {
            oid: found for space in _DEFINES for oid, found in _by_oid(version, f"{space}ValueListDef").items()
        }
        self._wheres = {
            oid: found for space in _DEFINES for oid, found in _by_oid(version, f"{space}WhereClauseDef").items()
        }

    def dataset(self, group: _Element) -> DefinedDataset:
        references = group.findall(f"{ODM}ItemRef")
        variables = [self._variable(reference) for reference in references]
        levels = [level for reference in references for level in self._levels(reference)]
        leaf = _child(group, "leaf")
        return DefinedDataset(
            name=group.get("Name", ""),
            label=_description(group),
            has_no_data=_define_attribute(group, "HasNoData") == "Yes",
            file=leaf.get(XLINK_HREF, "") if leaf is not None else "",
            variables={item.name: item for item in variables},
            value_levels=tuple(levels),
        )

    def _variable(
        self, reference: _Element, name: str = "", conditions: tuple[DefinedCondition, ...] = ()
    ) -> DefinedVariable:
        item = self._items.get(reference.get("ItemOID", ""))
        about = {name: (item.get(name) or "") for name in ("Name", "DataType", "Length")} if item is not None else {}
        length = about.get("Length", "")
        key = reference.get("KeySequence", "")
        return DefinedVariable(
            name=name or about.get("Name", ""),
            label=_description(item) if item is not None else "",
            data_type=about.get("DataType", ""),
            length=int(length) if length.isdigit() else None,
            mandatory=reference.get("Mandatory") == "Yes",
            key_sequence=int(key) if key.isdigit() else None,
            terms=self._terms(item),
            conditions=conditions,
        )

    def _terms(self, item: _Element | None) -> frozenset[str] | None:
        reference = item.find(f"{ODM}CodeListRef") if item is not None else None
        found = self._lists.get(reference.get("CodeListOID", "")) if reference is not None else None
        if found is None or found.find(f"{ODM}ExternalCodeList") is not None:
            return None
        terms = [*found.iter(f"{ODM}CodeListItem"), *found.iter(f"{ODM}EnumeratedItem")]
        return frozenset(term.get("CodedValue", "") for term in terms)

    def _levels(self, reference: _Element) -> list[DefinedVariable]:
        item = self._items.get(reference.get("ItemOID", ""))
        pointer = _child(item, "ValueListRef") if item is not None else None
        values = self._values.get(pointer.get("ValueListOID", "")) if pointer is not None else None
        if item is None or values is None:
            return []
        return [
            self._variable(level, item.get("Name", ""), self._conditions(clause))
            for level in values.findall(f"{ODM}ItemRef")
            for clause in _children(level, "WhereClauseRef")
        ]

    def _conditions(self, pointer: _Element) -> tuple[DefinedCondition, ...]:
        clause = self._wheres.get(pointer.get("WhereClauseOID", ""))
        checks = clause.findall(f"{ODM}RangeCheck") if clause is not None else []
        return tuple(self._condition(check) for check in checks)

    def _condition(self, check: _Element) -> DefinedCondition:
        item = self._items.get(_define_attribute(check, "ItemOID"))
        values = tuple(value.text or "" for value in check.findall(f"{ODM}CheckValue"))
        return DefinedCondition(item.get("Name", "") if item is not None else "", check.get("Comparator", ""), values)


def _by_oid(version: _Element, tag: str) -> dict[str, _Element]:
    return {found.get("OID", ""): found for found in version.iter(tag)}


def _child(parent: _Element, name: str) -> _Element | None:
    return next(iter(_children(parent, name)), None)


def _children(parent: _Element, name: str) -> list[_Element]:
    return [found for space in _DEFINES for found in parent.findall(f"{space}{name}")]


def _define_attribute(element: _Element, name: str) -> str:
    return next((value for space in _DEFINES if (value := element.get(f"{space}{name}"))), "")


def _description(element: _Element) -> str:
    text = element.findtext(f"{ODM}Description/{ODM}TranslatedText")
    return " ".join((text or "").split())
