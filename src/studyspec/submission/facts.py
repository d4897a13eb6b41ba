"""What the documents of a package may tell of the built study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studyspec.checks.conformance import Conformance
from studyspec.checks.study import conformance, specs_of
from studyspec.define.build import built_members
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


def read_facts(study: Study, extract: Extract, build: Path) -> Facts:
    """The facts of a build as it stands, before anything is packaged: no dataset is split.

    Args:
        study: with what it receives as SDTM.
        extract: the raw forms and their manifest.
        build: the folder of a current build; define.xml is checked where it has been written.

    Raises:
        XptError: a transport file is damaged.
    """
    environment = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    members = {standard: built_members(build / standard.lower()) for standard in specs_of(study)}
    return Facts(study, extract, build, environment, members, conformance(study, build), ())
