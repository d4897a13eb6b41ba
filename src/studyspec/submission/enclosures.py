"""Documents beside the define.xml files: those that studyspec writes, and those that the study brings itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from studyspec.documents.docx_file import docx_bytes
from studyspec.documents.pdf_file import pdf_bytes
from studyspec.spec.model import Spec, Standard
from studyspec.submission.acrf import Acrf
from studyspec.submission.adrg import adrg
from studyspec.submission.csdrg import csdrg
from studyspec.submission.facts import Facts

OWN_FOLDER = "documents"
CRF = "acrf.pdf"
GUIDES: Mapping[Standard, str] = {"SDTM": "csdrg", "ADaM": "adrg"}


def own_documents(root: Path, standard: Standard) -> dict[str, bytes]:
    """What the study itself brings, in its folder documents/sdtm or documents/adam, name to content."""
    paths = sorted((root / OWN_FOLDER / standard.lower()).glob("*"))
    return {path.name: path.read_bytes() for path in paths if path.is_file() and not path.name.startswith(("~$", "."))}


def documents(spec: Spec, facts: Facts, crf: Acrf | None, own: Mapping[str, bytes]) -> dict[str, bytes]:
    """The documents that lie beside a define.xml, name to content.

    Args:
        spec: of the standard.
        facts: of the built study.
        crf: the annotated CRF, where one was made.
        own: what the study brings. It goes before what studyspec writes: a reviewer's guide that was finished by hand,
            or the annotated CRF of received data.
    """
    return {**displays(spec, facts.build), **written_documents(spec, facts, crf, own), **own}


def written_documents(spec: Spec, facts: Facts, crf: Acrf | None, own: Collection[str] = ()) -> dict[str, bytes]:
    """What studyspec writes for the readers of a standard's datasets: annotated CRF and reviewer's guide.

    No guide is written where one is among the study's own documents: it could contradict that.
    """
    found = {CRF: crf.content} if spec.standard == "SDTM" and crf is not None else {}
    if not brings_guide(spec.standard, own):
        guide = csdrg(facts, crf) if spec.standard == "SDTM" else adrg(facts, spec)
        stem = GUIDES[spec.standard]
        found |= {f"{stem}.pdf": pdf_bytes(guide), f"{stem}.docx": docx_bytes(guide)}
    return found


def brings_guide(standard: Standard, own: Collection[str]) -> bool:
    """True when a reviewer's guide, in whatever form, is among the study's own documents."""
    return any(f"{GUIDES[standard]}{suffix}" in own for suffix in (".pdf", ".docx"))


def displays(spec: Spec, build: Path) -> dict[str, bytes]:
    """The displays of the analysis results metadata, as PDF, by the names that their documents have."""
    named = {
        spec.documents[display.document].href: build / "tlf" / f"{display.id.lower()}.pdf"
        for display in spec.analysis_displays.values()
        if display.document in spec.documents
    }
    return {href: path.read_bytes() for href, path in named.items() if path.is_file()}
