"""What the documents of a package may tell of the built study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studyspec.checks.conformance import Conformance
from studyspec.raw.read import Extract
from studyspec.spec.model import Standard
from studyspec.study import Study
from studyspec.submission.split import Part
from studyspec.transport.xpt_read import XptMember


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
