"""Define-XML as elements: without entities or network, found by local name, so that 2.0 and 2.1 read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from studyspec.define.validate import parse_define
from studyspec.findings import Rule
from studyspec.spec.workbook import Location

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

UNREADABLE = Rule(
    "DEF-201",
    "error",
    "Define-XML cannot be read",
    why="Without the file's metadata there is no spec.",
    action="Give a define.xml in Define-XML 2.1 or 2.0.",
)
DANGLING = Rule(
    "DEF-202",
    "warning",
    "Reference to nothing",
    why="What is referred to is not in the file, so it cannot stand in the workbook.",
    action="Correct the define.xml, or fill the cell in by hand.",
)
NOT_CARRIED = Rule(
    "DEF-203",
    "note",
    "Not carried into the workbook",
    why="The sheets of a workbook have no place for it.",
    action="Nothing to do, unless you need it: then keep the define.xml beside the workbook.",
)


class DefineError(ValueError):
    """A file that is no Define-XML we read; the message says why."""


def odm_element(content: bytes) -> Element:
    """The ODM element of a Define-XML file.

    Nothing outside the file is read. A document type declaration is refused whole: Define-XML needs none, and entities
    are declared there.

    Raises:
        DefineError: the file is not XML, declares a document type, or is not Define-XML 2.0 or 2.1.
    """
    from lxml import etree

    try:
        document = parse_define(content)
    except etree.XMLSyntaxError as error:
        raise DefineError(f"It is not well-formed XML: {error.msg}.") from error
    if document.docinfo.internalDTD is not None:
        raise DefineError("It has a document type declaration (DOCTYPE), which is not read for safety. Remove it.")
    root = document.getroot()
    version = next((attribute(item, "DefineVersion") for item in root.iter() if local(item) == "MetaDataVersion"), "")
    if local(root) != "ODM" or not version:
        raise DefineError("It has no MetaDataVersion with a DefineVersion.")
    if not re.match(r"2\.[01](\.|$)", version):
        raise DefineError(f"It is Define-XML {version}.")
    return root


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element | None, name: str) -> str:
    """An attribute by its name without namespace; "" where there is none."""
    if element is None:
        return ""
    found = (value for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, ""))


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The child elements of that name, in order."""
    return (item for item in (element if element is not None else ()) if local(item) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name; with several names, the first grandchild along the path."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text_of(element: Element | None) -> str:
    """The text within an element, without outer blanks."""
    return "".join(map(str, element.itertext())).strip() if element is not None else ""


def description(element: Element | None) -> str:
    """The first translation in the element's Description."""
    return text_of(child(element, "Description", "TranslatedText"))


def yes(element: Element, name: str) -> bool:
    """True when the attribute is Yes."""
    return attribute(element, name) == "Yes"


def whole(element: Element, name: str) -> int | None:
    """A whole number in an attribute, None where there is none."""
    text = attribute(element, name)
    return int(text) if re.fullmatch(r"\d+", text, re.ASCII) else None


def line_of(element: Element) -> int:
    """The line of the file on which the element begins."""
    return cast(int, element.sourceline)


def located(element: Element, file: str) -> Location:
    """The element's place, as objects of a spec keep it: its name for the sheet, its line for the row."""
    return Location(file, local(element), line_of(element), {})


def documents_of(element: Element | None) -> list[tuple[str, str]]:
    """The documents an element refers to, each with its pages as one text: "12 13", "3-7" or named destinations."""
    return [(attribute(item, "leafID"), _pages(item)) for item in children(element, "DocumentRef")]


def _pages(reference: Element) -> str:
    found = []
    for item in children(reference, "PDFPageRef"):
        first, last = attribute(item, "FirstPage"), attribute(item, "LastPage")
        found.append(attribute(item, "PageRefs") or (f"{first}-{last}" if first else ""))
    return " ".join(filter(None, found))
