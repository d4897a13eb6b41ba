"""Documents beside the define.xml files: those that studyspec writes, and those that the study brings itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studyspec.checks.conformance import Conformance
from studyspec.raw.read import Extract
from studyspec.spec.model import Spec, Standard
from studyspec.study import Study
from studyspec.submission.split import Part
from studyspec.transport.xpt_read import XptMember

OWN_FOLDER = "documents"


@dataclass(frozen=True)
class Facts:
    """What a document may tell of the built study.

    Attributes:
        study: with what it receives as SDTM.
        extract: the raw forms and their manifest.
        build: the folder of the build, with findings.csv and, where it was run, qc/.
        environment: manifest.json of the build: versions, dates, checksums.
        members: the datasets in their transport files, by standard and name.
        conformance: what was found, with explanations.
        parts: of datasets that were split.
    """

    study: Study
    extract: Extract
    build: Path
    environment: Mapping[str, Any]
    members: Mapping[Standard, Mapping[str, XptMember]]
    conformance: Conformance
    parts: tuple[Part, ...]


def documents(spec: Spec, facts: Facts) -> dict[str, bytes]:
    """The documents that lie beside a define.xml, name to content.

    A file in the study's folder documents/sdtm or documents/adam goes before one that studyspec writes: a reviewer's
    guide that was finished by hand, or the annotated CRF of received data.
    """
    own = facts.study.root / OWN_FOLDER / spec.standard.lower()
    found = displays(spec, facts.build)
    return found | {path.name: path.read_bytes() for path in sorted(own.glob("*")) if path.is_file()}


def displays(spec: Spec, build: Path) -> dict[str, bytes]:
    """The displays of the analysis results metadata, as PDF, by the names that their documents have."""
    named = {
        spec.documents[display.document].href: build / "tlf" / f"{display.id.lower()}.pdf"
        for display in spec.analysis_displays.values()
        if display.document in spec.documents
    }
    return {href: path.read_bytes() for href, path in named.items() if path.is_file()}
