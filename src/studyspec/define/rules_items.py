"""Rules: where the values of variables come from, and how long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyspec.define.document import DefineDocument, child, children, described, get
from studyspec.define.items import SIZED_TYPES
from studyspec.findings import Finding, Rule

if TYPE_CHECKING:
    from lxml.etree import _Element

NO_ORIGIN = Rule(
    "DEF-030",
    "error",
    "Variable without origin",
    why="A reviewer must see where each value comes from. Only a variable with value levels may leave it to them.",
    action="Fill Origin and Source in the sheet Variables or ValueLevel.",
)
ORIGIN_SOURCE = Rule(
    "DEF-031",
    "warning",
    "Origin and source do not go together",
    why="Collected values come from investigator, subject or vendor. Sponsor, vendor or investigator assign and "
    "derive. What has a predecessor or is not available has no source.",
    action="Correct Origin or Source in the sheet Variables or ValueLevel.",
)
NO_METHOD = Rule(
    "DEF-032",
    "error",
    "Derived without method",
    why="A derivation that is not described cannot be reviewed.",
    action="Describe it in the sheet Methods, and put its ID into Method.",
)
NO_PREDECESSOR = Rule(
    "DEF-033",
    "error",
    "Predecessor not named",
    why="The origin says that the value is copied, but not from where.",
    action="Fill Predecessor as DATASET.VARIABLE.",
)
NO_METHOD_TEXT = Rule(
    "DEF-034",
    "error",
    "Method without text",
    why="People read the text, not the expression.",
    action="Fill Description in the sheet Methods.",
)
NO_LENGTH = Rule(
    "DEF-035",
    "error",
    "Length missing or out of place",
    why="Text, integer and float have a length, text of at most 200; dates and times have none.",
    action="Fill Length in the sheet Variables or ValueLevel, or correct Data Type.",
)
NO_DIGITS = Rule(
    "DEF-036",
    "error",
    "Significant digits missing",
    why="A float says how many decimals it has.",
    action="Fill Significant Digits in the sheet Variables or ValueLevel.",
)

_LONGEST_TEXT = 200
# Source of an origin; "" where it has none. Other may have any.
_SOURCES = {
    "Collected": ("Investigator", "Subject", "Vendor"),
    "Derived": ("Sponsor", "Vendor", "Investigator"),
    "Assigned": ("Sponsor", "Vendor", "Investigator"),
    "Protocol": ("Sponsor",),
    "Predecessor": ("",),
    "Not Available": ("",),
}


def missing_origins(document: DefineDocument) -> list[Finding]:
    """Items that have neither def:Origin nor value levels."""
    return [
        NO_ORIGIN.finding(f"{get(item, 'Name')} has no origin.", cell=document.place(item))
        for item in document.all("ItemDef")
        if child(item, "def:Origin") is None and child(item, "def:ValueListRef") is None
    ]


def origin_sources(document: DefineDocument) -> list[Finding]:
    """Origins whose source is none that they can have."""
    findings = []
    for origin in document.all("def:Origin"):
        kind, source = get(origin, "Type"), get(origin, "Source")
        allowed = _SOURCES.get(kind)
        if allowed and source not in allowed:
            what = f"The source of {kind} is {source or 'blank'}."
            action = f"Sources of {kind}: {', '.join(allowed).strip() or 'none'}."
            findings.append(ORIGIN_SOURCE.finding(what, action=action, cell=document.place(origin)))
    return findings


def _origin_type(item: _Element) -> str:
    origin = child(item, "def:Origin")
    return get(origin, "Type") if origin is not None else ""


def derived_without_method(document: DefineDocument) -> list[Finding]:
    """Derived items with an ItemRef that names no method; one whose value levels have theirs needs none."""
    return [
        NO_METHOD.finding(f"{get(item, 'Name')} is derived, but no method is named.", cell=document.place(item))
        for item in document.all("ItemDef")
        if _origin_type(item) == "Derived"
        and child(item, "def:ValueListRef") is None
        and any(not get(reference, "MethodOID") for reference in document.item_refs.get(get(item, "OID"), []))
    ]


def predecessors_without_name(document: DefineDocument) -> list[Finding]:
    """Predecessor origins without a description."""
    return [
        NO_PREDECESSOR.finding("The predecessor is not named.", cell=document.place(origin))
        for origin in document.all("def:Origin")
        if get(origin, "Type") == "Predecessor" and not described(origin)
    ]


def methods_without_text(document: DefineDocument) -> list[Finding]:
    """MethodDef without a description."""
    return [
        NO_METHOD_TEXT.finding(f"Method {get(method, 'Name')} has no text.", cell=document.place(method))
        for method in document.all("MethodDef")
        if not described(method)
    ]


def lengths(document: DefineDocument) -> list[Finding]:
    """Items without the length that their type has, with one that it has not, or with text over 200."""
    findings = []
    for item in document.all("ItemDef"):
        kind, length = get(item, "DataType"), get(item, "Length")
        too_long = kind == "text" and length.isdecimal() and int(length) > _LONGEST_TEXT
        if bool(length) != (kind in SIZED_TYPES) or too_long:
            what = f"{get(item, 'Name')} is {kind} and has {f'the length {length}' if length else 'no length'}."
            findings.append(NO_LENGTH.finding(what, cell=document.place(item)))
    return findings


def significant_digits(document: DefineDocument) -> list[Finding]:
    """Floats without SignificantDigits."""
    return [
        NO_DIGITS.finding(f"{get(item, 'Name')} is a float without Significant Digits.", cell=document.place(item))
        for item in document.all("ItemDef")
        if get(item, "DataType") == "float" and not get(item, "SignificantDigits")
    ]


def item_codelist(document: DefineDocument, item: _Element) -> _Element | None:
    """The CodeList of an item; None where it has none."""
    found = children(item, "CodeListRef")
    return document.by_oid.get(get(found[0], "CodeListOID")) if found else None
