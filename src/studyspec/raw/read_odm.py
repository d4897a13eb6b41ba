"""Raw ODM-XML snapshots as text: every item group is a form, with the keys of subject, event and form beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from studyspec.raw.content import Content, RawFileError
from studyspec.raw.manifest import RawFile

if TYPE_CHECKING:
    from lxml.etree import _Element

# The columns before the items of every form, and the element and attribute that each comes from.
KEYS = {
    "STUDYOID": ("ClinicalData", "StudyOID"),
    "SUBJECTKEY": ("SubjectData", "SubjectKey"),
    "SITEREF": ("SiteRef", "LocationOID"),
    "STUDYEVENTOID": ("StudyEventData", "StudyEventOID"),
    "STUDYEVENTREPEATKEY": ("StudyEventData", "StudyEventRepeatKey"),
    "FORMOID": ("FormData", "FormOID"),
    "FORMREPEATKEY": ("FormData", "FormRepeatKey"),
    "ITEMGROUPREPEATKEY": ("ItemGroupData", "ItemGroupRepeatKey"),
}
_NAMESPACES = ("http://www.cdisc.org/ns/odm/v1.2", "http://www.cdisc.org/ns/odm/v1.3")
_DATA = ("ClinicalData", "ReferenceData")
# A snapshot is the state of the data; these two say how an earlier state becomes a later one.
_CHANGES = ("Update", "Remove")


@dataclass
class _Group:
    """The records of one item group so far, attributes of vendors, and items in the order of metadata, then data."""

    added: dict[str, None] = field(default_factory=dict)
    items: dict[str, None] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)


def read_odm_file(path: Path, item: RawFile) -> Content:
    """Read the clinical and reference data of an ODM 1.3 snapshot, one form for each ItemGroupOID.

    Columns are the `KEYS`, the attributes that a vendor has added to their elements (SubjectData.mdsol.SubjectName),
    and the items by ItemOID; an item with a unit has another column, ItemOID and .UNIT, with the OID of the unit. Item
    groups and items that the metadata in the file name are there even without data; a file of metadata alone, such as
    define.xml, has no form. Typed items (ItemDataString and so on) are read like untyped ones. IsNull is blank. Audit
    records, signatures, annotations and elements of vendors are not read.

    Raises:
        RawFileError: it is no XML or no ODM 1.3, it holds transactions, or an item comes twice in one group.

    Source:
        CDISC ODM 1.3.2, sections 2.5 (typed data), 2.7 (keys), 2.9 (transactions) and 3.1.4 (ClinicalData).
    """
    from lxml import etree

    groups: dict[str, _Group] = {}
    data = False
    try:
        events = etree.iterparse(path, events=("start", "end"), resolve_entities=False, no_network=True)
        _, root = next(events)
        _check_root(root)
        for event, element in events:
            data |= _local(element) in _DATA
            if event == "end":
                _take(element, groups)
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise RawFileError(f"it is not valid XML: {error}") from None
    return Content({oid: _frame(group) for oid, group in groups.items()} if data else {})


def _check_root(root: _Element) -> None:
    from lxml import etree

    name = etree.QName(root)
    if name.localname != "ODM" or name.namespace not in _NAMESPACES:
        raise RawFileError(f"its root is {root.tag}, not the ODM element of version 1.3")
    if root.getroottree().docinfo.internalDTD is not None:
        raise RawFileError("it has a DOCTYPE, which ODM does not know")
    if root.get("FileType") != "Snapshot":
        kind = root.get("FileType") or "not stated"
        raise RawFileError(f"its FileType is {kind}: it may hold changes, not data; ask for a Snapshot")


def _take(element: _Element, groups: dict[str, _Group]) -> None:
    """Take over an element that has ended, and forget what is taken."""
    name = _local(element)
    if name == "ItemGroupDef":
        group = groups.setdefault(element.get("OID", ""), _Group())
        group.items |= dict.fromkeys(str(ref.get("ItemOID")) for ref in _children(element, "ItemRef"))
    elif name == "SubjectData" or (name == "ItemGroupData" and _local(element.getparent()) == "ReferenceData"):
        for group_data in element.iter(f"{{{_namespace(element)}}}ItemGroupData"):
            _add_record(group_data, groups.setdefault(group_data.get("ItemGroupOID", ""), _Group()))
        element.clear()


def _add_record(group_data: _Element, group: _Group) -> None:
    record = _keys(group_data)
    group.added |= dict.fromkeys(name for name in record if name not in KEYS)
    for item in group_data:
        if not _local(item).startswith("ItemData"):
            continue
        oid = item.get("ItemOID", "")
        if oid in record:
            raise RawFileError(f"line {item.sourceline}: the item {oid} is in its item group twice")
        null = item.get("IsNull") == "Yes"
        record[oid] = "" if null else item.get("Value", "") if _local(item) == "ItemData" else item.text or ""
        record |= {f"{oid}.UNIT": unit.get("MeasurementUnitOID", "") for unit in _children(item, "MeasurementUnitRef")}
    group.items |= dict.fromkeys(record)
    group.records.append(record)


def _keys(group_data: _Element) -> dict[str, str]:
    """The keys of a record, and what a vendor has added to them; a change instead of a state is refused."""
    from lxml import etree

    found = {_local(element): element for element in (group_data, *group_data.iterancestors())}
    for element in (*found.values(), *group_data):
        change = element.get("TransactionType")
        if change in _CHANGES:
            raise RawFileError(f"line {element.sourceline}: {change} in a snapshot; ask for the state, not the changes")
    if "ReferenceData" in found:
        found["ClinicalData"] = found["ReferenceData"]
    if "SubjectData" in found:
        found |= dict(zip(["SiteRef"], _children(found["SubjectData"], "SiteRef"), strict=False))
    keys = {key: found[name].get(attribute, "") for key, (name, attribute) in KEYS.items() if name in found}
    return keys | {
        f"{name}.{prefix}.{etree.QName(attribute).localname}": str(value)
        for name in dict.fromkeys(name for name, _ in KEYS.values() if name in found)
        for prefix, namespace in found[name].nsmap.items()
        for attribute, value in found[name].attrib.items()
        if etree.QName(attribute).namespace == namespace
    }


def _frame(group: _Group) -> pd.DataFrame:
    columns = list(dict.fromkeys((*KEYS, *group.added, *group.items)))
    values = {name: pd.array([record.get(name, "") for record in group.records], dtype="str") for name in columns}
    return pd.DataFrame(values, index=range(len(group.records)))


def _children(element: _Element, name: str) -> Iterator[_Element]:
    return element.iterchildren(f"{{{_namespace(element)}}}{name}")


def _namespace(element: _Element) -> str:
    from lxml import etree

    return etree.QName(element).namespace or ""


def _local(element: _Element | None) -> str:
    """The element's name without namespace; "" for comments, instructions and elements of other namespaces."""
    return "" if element is None or not isinstance(element.tag, str) else _name_of(element.tag)


@cache
def _name_of(tag: str) -> str:
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    return name if namespace in _NAMESPACES else ""
