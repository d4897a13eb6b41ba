"""The defines of a built study: from workbooks and transport files to the files that a reviewer opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studyspec.define.check import check_define
from studyspec.define.extent import as_built
from studyspec.define.render import define_html, stylesheet
from studyspec.define.rules_selections import selections_and_displays
from studyspec.define.supp import with_supp
from studyspec.define.validate import validate_define
from studyspec.define.write import STYLESHEET, Links, write_define
from studyspec.derive.registry import ENGINE, Registry
from studyspec.findings import Finding
from studyspec.spec.model import Spec
from studyspec.spec.tlf import TlfSpec
from studyspec.transport.atomic import replacing
from studyspec.transport.xpt_read import XptMember, read_xpt


@dataclass(frozen=True)
class Define:
    """A define.xml and what is wrong with it."""

    standard: str
    content: bytes
    findings: list[Finding]


def built_members(folder: Path) -> dict[str, XptMember]:
    """The data sets in the transport files of a folder, by name.

    Raises:
        XptError: a file is damaged.
    """
    paths = sorted(folder.glob("*.xpt"))
    return {member.name: member for path in paths for member in read_xpt(path).members}


def make_define(
    spec: Spec,
    members: Mapping[str, XptMember],
    *,
    created: datetime,
    tlf: TlfSpec | None = None,
    links: Links | None = None,
    registry: Registry = ENGINE,
) -> Define:
    """The define.xml of built data, checked.

    Args:
        spec: the workbook as loaded.
        members: the data sets in its transport files, see `built_members`.
        created: CreationDateTime.
        tlf: the displays.
        links: where files and documents are.
        registry: the functions that conditions of displays may call.
    """
    content = write_define(as_built(with_supp(spec), members), created=created, tlf=tlf, links=links)
    name = f"{spec.standard.lower()}/define.xml"
    findings = validate_define(content, name) or check_define(content, name)
    if tlf is not None:
        frames = {name: member.frame for name, member in members.items()}
        findings += selections_and_displays(spec, tlf, frames, registry)
    return Define(spec.standard, content, findings)


def write_files(define: Define, folder: Path) -> None:
    """define.xml with its stylesheet, and define.html, which the stylesheet makes of it."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "define.xml": define.content,
        "define.html": define_html(define.content),
        STYLESHEET: stylesheet(),
    }
    for name, content in contents.items():
        with replacing(folder / name) as file:
            file.write(content)
