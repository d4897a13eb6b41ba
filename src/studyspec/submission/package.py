"""The package of a built study: datasets in all forms, define.xml, documents and programs, in the folders of eCTD.

Source: FDA Study Data Technical Conformance Guide, sections on the submission format and on reviewer's guides.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studyspec.checks.conformance import CORE_PREFIX, Conformance, check_package, stale_explanations
from studyspec.checks.core import NOT_ASKED
from studyspec.checks.define_metadata import read_defined
from studyspec.checks.package import Package, table_of
from studyspec.checks.study import specs_of
from studyspec.define.build import Define, built_members, make_define
from studyspec.define.render import stylesheet
from studyspec.define.supp import with_supp
from studyspec.define.write import STYLESHEET, Links
from studyspec.findings import Finding, has_errors
from studyspec.raw.read import Extract
from studyspec.run import created_time
from studyspec.spec.model import Spec, Standard
from studyspec.study import Study, columns_of
from studyspec.submission.acrf import Acrf, acrf
from studyspec.submission.datasets import json_dataset
from studyspec.submission.enclosures import CRF, brings_guide, documents, own_documents
from studyspec.submission.facts import Facts
from studyspec.submission.guide_topics import guide_findings
from studyspec.submission.program_files import program_files
from studyspec.submission.split import LARGEST, Part, split_xpt
from studyspec.submission.tree import DEFINE, SPLIT, StudyTree, file_stem
from studyspec.transport.dataset_json import write_dataset_json
from studyspec.transport.xpt_read import XptMember

Members = Mapping[str, XptMember]


@dataclass(frozen=True)
class Packaged:
    """What was found while a package was written: in its define.xml files and by the conformance rules."""

    findings: tuple[Finding, ...]
    conformance: Conformance
    parts: tuple[Part, ...]

    @property
    def has_faults(self) -> bool:
        """True with an error that is neither corrected nor explained."""
        return has_errors((*self.findings, *self.conformance.problems)) or bool(self.conformance.open_errors)


def write_package(study: Study, extract: Extract, build: Path, folder: Path, *, largest: int = LARGEST) -> Packaged:
    """Write everything that belongs below m5.

    Args:
        study: with what it receives as SDTM.
        extract: the raw forms and their manifest.
        build: the folder of a current build.
        folder: where to write; empty.
        largest: bytes of a transport file above which it comes in parts, too.

    Returns:
        Findings. The files are there in any case, so that whoever corrects them can look at them.

    Raises:
        XptError: a transport file of the build is damaged.
        DatasetJsonWriteError: a value cannot be written as Dataset-JSON.
        TooSmallError: a part cannot hold a record.
    """
    created = created_time(study.sdtm, extract.manifest)
    tree = StudyTree(file_stem(study.study_id))
    specs = specs_of(study)
    members = {standard: built_members(build / standard.lower()) for standard in specs}
    own = {standard: own_documents(study.root, standard) for standard in specs}
    crf = None if CRF in own["SDTM"] else acrf(study.sdtm, columns_of(extract.forms), study.registry)
    defines = {standard: _define(spec, members[standard], study, created, crf) for standard, spec in specs.items()}
    environment = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    conformance = _conformance(study, specs, members, defines, environment)
    parts = [
        part
        for standard, spec in specs.items()
        for part in _write_datasets(spec, members[standard], build, folder / tree.datasets(standard), created, largest)
    ]
    facts = Facts(study, extract, build, environment, members, conformance, tuple(parts))
    for standard, spec in specs.items():
        files = {
            DEFINE: defines[standard].content,
            STYLESHEET: stylesheet(),
            **documents(spec, facts, crf, own[standard]),
        }
        _write(folder / tree.datasets(standard), files)
    _write(folder / tree.programs, program_files(study))
    found = [item for define in defines.values() for item in define.findings]
    for standard, spec in specs.items():
        found += [] if brings_guide(standard, own[standard]) else guide_findings(spec)
    return Packaged(tuple(found), conformance, tuple(parts))


def _define(spec: Spec, members: Members, study: Study, created: datetime, crf: Acrf | None) -> Define:
    """The define.xml of a standard; its links lead to the files beside it."""
    pages = {} if crf is None else crf.links
    tlf = study.tlf if spec is study.adam else None
    return make_define(spec, members, created=created, tlf=tlf, links=Links(pages=pages), registry=study.registry)


def _conformance(
    study: Study,
    specs: Mapping[Standard, Spec],
    members: Mapping[Standard, Members],
    defines: Mapping[Standard, Define],
    environment: Mapping[str, Any],
) -> Conformance:
    """The conformance rules on just what is submitted."""
    tables = {
        member.name: table_of(member, standard, f"{member.name.lower()}.xpt", spec)
        for standard, spec in specs.items()
        for member in members[standard].values()
    }
    read = {standard: read_defined(define.content) for standard, define in defines.items()}
    findings = check_package(Package(tables, specs, read, define_checked=True))
    problems = stale_explanations(findings, specs.values(), (CORE_PREFIX,))
    return Conformance(study.study_id, environment["created"], tuple(findings), tuple(problems), (NOT_ASKED,), tables)


def _write_datasets(
    spec: Spec, members: Members, build: Path, folder: Path, created: datetime, largest: int
) -> list[Part]:
    """Transport files, their parts where they are large, and Dataset-JSON in both forms."""
    folder.mkdir(parents=True)
    described = with_supp(spec)
    parts: list[Part] = []
    for name, member in members.items():
        target = folder / f"{name.lower()}.xpt"
        shutil.copyfile(build / spec.standard.lower() / target.name, target)
        taken = {*members, *(part.name for part in parts)}
        parts += split_xpt(target, member, folder / SPLIT, created=created, taken=taken, largest=largest)
        for suffix in (".json", ".ndjson"):
            write_dataset_json(
                target.with_suffix(suffix), member.frame, json_dataset(member, described), created=created
            )
    return parts


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
