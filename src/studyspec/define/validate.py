"""A define.xml held against the schema that CDISC publishes, with the root that allows Analysis Results Metadata."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, cast

from studyspec.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import XMLSchema, _ElementTree

NOT_XML = Rule(
    "DEF-001",
    "error",
    "Not an XML file",
    why="Nobody can read the define.xml.",
    action="Write it again; the message names the line.",
)
NOT_VALID = Rule(
    "DEF-002",
    "error",
    "Not valid by the schema of Define-XML 2.1",
    why="Regulators refuse a define.xml that does not keep to the schema.",
    action="Correct what the spec says of the element in that line.",
)


def parse_define(content: bytes) -> _ElementTree:
    """The document. Entities and network addresses are not resolved.

    Raises:
        lxml.etree.XMLSyntaxError: it is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser).getroottree()


def validate_define(content: bytes, name: str = "define.xml") -> list[Finding]:
    """Everything in which a define.xml breaks the schema (ODM 1.3.2, Define-XML 2.1, ARM 1.0).

    Args:
        content: the file.
        name: how findings call it.

    Returns:
        DEF-001 or DEF-002, by line.
    """
    from lxml import etree

    try:
        document = parse_define(content)
    except etree.XMLSyntaxError as error:
        return [NOT_XML.finding(str(error), cell=name)]
    schema = _schema()
    if schema.validate(document):
        return []
    entries = cast("Iterable[Any]", schema.error_log)
    return [NOT_VALID.finding(entry.message, cell=f"{name} line {entry.line}") for entry in entries]


@cache
def _schema() -> XMLSchema:
    from lxml import etree

    with as_file(files("defineutils") / "validate" / "schema") as folder:
        return etree.XMLSchema(etree.parse(folder / "cdisc-arm-1.0" / "arm1-0-0.xsd"))
