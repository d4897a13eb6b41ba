"""The stylesheet of Define-XML 2.1, and the page it makes of a define.xml.

Browsers open define.xml with the stylesheet beside it, as long as they still run XSLT; define.html needs nothing.
"""

from __future__ import annotations

from importlib.resources import files

from studyspec.define.validate import parse_define


def stylesheet() -> bytes:
    """define2-1.xsl as its author published it, licence included (MIT)."""
    return (files("defineutils") / "definehtml" / "define2-1.xsl").read_bytes()


def define_html(content: bytes) -> bytes:
    """The page that the stylesheet makes of a define.xml."""
    from lxml import etree

    control = etree.XSLTAccessControl(read_file=False, read_network=False)  # type: ignore[call-arg]
    transform = etree.XSLT(etree.fromstring(stylesheet()), access_control=control)
    return bytes(transform(parse_define(content)))
