"""Rules: every reference leads somewhere, and everything defined is referred to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from studyspec.define.document import DefineDocument, local
from studyspec.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

DANGLING = Rule(
    "DEF-010",
    "error",
    "Reference to nothing",
    why="The reader cannot follow it, and validators reject the file.",
    action="Add what is referred to to its sheet of the workbook, or correct the name.",
)
REPEATED_OID = Rule(
    "DEF-011",
    "error",
    "OID given twice",
    why="A reference to it could mean either.",
    action="Give one of the two another ID or name in the workbook.",
)
UNUSED = Rule(
    "DEF-012",
    "warning",
    "Definition that nothing refers to",
    why="A reader cannot reach it, and takes it for left over.",
    action="Refer to it, or remove it.",
)

# Attributes that hold the OID (leaf: ID) of another element.
_REFERENCES = {
    *("ItemOID", "ItemGroupOID", "MethodOID", "CodeListOID", "RoleCodeListOID", "WhereClauseOID", "ValueListOID"),
    *("CommentOID", "StandardOID", "ArchiveLocationID", "leafID", "ParameterOID"),
}
_DEFINITIONS = ("ItemDef", "CodeList", "MethodDef", "ValueListDef", "WhereClauseDef", "CommentDef", "leaf")


def references(document: DefineDocument) -> Iterator[tuple[_Element, str, str]]:
    """Each referring element, the name of its attribute, and the OID in it."""
    for element in document.root.iter("{*}*"):
        for name, value in element.attrib.items():
            own = str(name).rpartition("}")[2]
            if own in _REFERENCES:
                yield element, own, str(value)


def dangling_references(document: DefineDocument) -> list[Finding]:
    """References to an OID that no element has."""
    return [
        DANGLING.finding(f"{name} {oid} of {local(element)} is nowhere defined.", cell=document.place(element))
        for element, name, oid in references(document)
        if oid not in document.by_oid
    ]


def repeated_oids(document: DefineDocument) -> list[Finding]:
    """OIDs that two elements have."""
    named = [element for element in document.root.iter("{*}*") if element.get("OID") or element.get("ID")]
    counts = Counter(element.get("OID") or element.get("ID") for element in named)
    return [
        REPEATED_OID.finding(f"{counts[oid]} elements have the OID {oid}.", cell=document.place(element))
        for oid, element in document.by_oid.items()
        if counts[oid] > 1
    ]


def unused_definitions(document: DefineDocument) -> list[Finding]:
    """Items, codelists, methods, value lists, where clauses, comments and leaves without a reference."""
    used = {oid for _, _, oid in references(document)}
    return [
        UNUSED.finding(f"Nothing refers to {oid}.", cell=document.place(element))
        for oid, element in document.by_oid.items()
        if local(element) in _DEFINITIONS and oid not in used
    ]
