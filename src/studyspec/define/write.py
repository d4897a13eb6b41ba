"""The whole define.xml of a spec, as bytes that depend on nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, cast

from studyspec import __version__
from studyspec.define.arm import add_displays
from studyspec.define.codelists import add_codelists, used_codelists
from studyspec.define.items import add_datasets, add_items, add_value_lists, add_where_clauses
from studyspec.define.oids import NO_NAME, leaf_oid, study_oid, version_oid
from studyspec.define.standard_refs import StandardRef, standards_of
from studyspec.define.texts import add_comments, add_leaves, add_methods
from studyspec.define.xml import ARM, DEF, ODM, XLINK, add
from studyspec.spec.model import Document, Spec

if TYPE_CHECKING:
    from lxml.etree import _Element

    from studyspec.spec.tlf import TlfSpec

DEFINE_VERSION = "2.1.0"
STYLESHEET = "define2-1.xsl"
_CRF_FILES = ("acrf.pdf", "blankcrf.pdf")


@dataclass(frozen=True)
class Links:
    """Where a define.xml finds what it points at, relative to its own folder.

    `datasets` is the folder of the transport files, with its last slash or blank; `documents` replaces the Href of
    documents by ID; `pages` gives the pages of the annotated CRF by variable (("AE", "AETERM") to "12 13").
    """

    datasets: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], str] = field(default_factory=dict)


def write_define(spec: Spec, *, created: datetime, tlf: TlfSpec | None = None, links: Links | None = None) -> bytes:
    """Define-XML 2.1 of a spec, with Analysis Results Metadata where the workbook has analysis displays.

    The spec is written as it stands. To describe submitted data, give it through `with_supp` and `as_built` first.

    Args:
        spec: what to describe.
        created: CreationDateTime.
        tlf: the displays, from whose rows the code of analysis results is listed.
        links: where files and documents are; by default beside the define.xml, documents by their Href.

    Returns:
        The file, UTF-8. What is wrong in the spec is in it too: see `check_define`.
    """
    from lxml import etree

    links = links or Links()
    prefixes = {None: ODM, "def": DEF, "xlink": XLINK} | ({"arm": ARM} if spec.analysis_displays else {})
    root = etree.Element(f"{{{ODM}}}ODM", nsmap=cast("Mapping[str, str]", prefixes))
    study = spec.attributes.get("StudyName") or NO_NAME
    root.set("FileType", "Snapshot")
    root.set("FileOID", f"{study}.{spec.standard}.define")
    root.set("CreationDateTime", created.isoformat(timespec="seconds"))
    root.set("ODMVersion", "1.3.2")
    root.set("SourceSystem", "studyspec")
    root.set("SourceSystemVersion", __version__)
    root.set(f"{{{DEF}}}Context", "Submission")
    _add_version(_add_study(root, spec, study), spec, tlf, links)
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/xsl" href="{STYLESHEET}"'))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_study(root: _Element, spec: Spec, name: str) -> _Element:
    study = add(root, "Study", {"OID": study_oid(name)})
    about = add(study, "GlobalVariables")
    add(about, "StudyName", text=name)
    add(about, "StudyDescription", text=spec.attributes.get("StudyDescription") or name)
    add(about, "ProtocolName", text=spec.attributes.get("ProtocolName") or name)
    return study


def _add_version(study: _Element, spec: Spec, tlf: TlfSpec | None, links: Links) -> None:
    """MetaDataVersion; the order of its parts is fixed by the schema."""
    name = spec.attributes.get("StudyName") or NO_NAME
    described = {
        "OID": version_oid(name, spec.standard),
        "Name": f"Study {name}, {spec.standard} data definitions",
        "Description": f"{spec.standard} data definitions of study {name}",
        "def:DefineVersion": DEFINE_VERSION,
    }
    version = add(study, "MetaDataVersion", described)
    language = spec.attributes.get("Language") or "en"
    codelists = used_codelists(spec)
    _add_standards(version, standards_of(spec, codelists))
    _add_document_lists(version, spec)
    crf = next((item.id for item in spec.documents.values() if _is_crf(item)), "")
    add_value_lists(version, spec)
    add_where_clauses(version, spec)
    add_datasets(version, spec, links.datasets, language)
    add_items(version, spec, language, crf, links.pages)
    add_codelists(version, spec, codelists, language)
    add_methods(version, spec, language)
    add_comments(version, spec, language)
    add_leaves(version, spec, links.documents)
    add_displays(version, spec, tlf, language)


def _add_standards(version: _Element, standards: tuple[StandardRef, ...]) -> None:
    if not standards:
        return
    parent = add(version, "def:Standards")
    for item in standards:
        attributes = {
            "OID": item.oid,
            "Name": item.name,
            "Type": item.kind,
            "PublishingSet": item.publishing_set,
            "Version": item.version,
            "Status": "Final",
        }
        add(parent, "def:Standard", attributes)


def _is_crf(document: Document) -> bool:
    file = document.href.rpartition("/")[2].lower()
    return file in _CRF_FILES or "annotated case report form" in document.title.lower()


def _add_document_lists(version: _Element, spec: Spec) -> None:
    """The annotated CRF, and as supplemental documents all others; those of displays are reached from there."""
    shown = {item.document for item in spec.analysis_displays.values()}
    crf = [item for item in spec.documents.values() if _is_crf(item)]
    others = [item for item in spec.documents.values() if not _is_crf(item) and item.id not in shown]
    lists = (("def:AnnotatedCRF", crf), ("def:SupplementalDoc", others))
    for name, documents in lists:
        if documents:
            parent = add(version, name)
            for item in documents:
                add(parent, "def:DocumentRef", {"leafID": leaf_oid(item.id)})
