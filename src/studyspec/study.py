"""A study: its folder, its specs, its functions and its raw extract."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pandas as pd

from studyspec.derive.registry import ENGINE, Registry, registering
from studyspec.findings import Finding, Rule
from studyspec.raw.read import Extract, read_extract
from studyspec.spec.check import check_specs
from studyspec.spec.check_tlf import check_tlf
from studyspec.spec.findings_dataset import with_findings
from studyspec.spec.load import load_spec
from studyspec.spec.load_tlf import load_tlf
from studyspec.spec.model import Spec
from studyspec.spec.notes import unknown_in_notes, with_parameters
from studyspec.spec.received import sheet_columns, with_received
from studyspec.spec.rules_analysis import check_analyses
from studyspec.spec.rules_sheets import sheets_beside_sources
from studyspec.spec.tlf import TlfSpec

FUNCTION_FOLDERS = ("sdtm", "adam", "tlf")

NO_SPEC = Rule(
    "STUDY-001",
    "error",
    "Spec missing",
    why="A study needs specs/sdtm.xlsx; specs/adam.xlsx and specs/tlf.xlsx add analysis datasets and displays.",
    action="Run the command in the study's folder, or name the folder with --study.",
)
BAD_FUNCTIONS = Rule(
    "STUDY-002",
    "error",
    "Study functions cannot be loaded",
    why="A file in the study's sdtm, adam or tlf folder is not a valid module of functions.",
    action="Correct the file; every function used in a spec is decorated with @function.",
)


@dataclass(frozen=True)
class Study:
    """A loaded study. `adam` and `tlf` are None where the study has no such workbook."""

    root: Path
    sdtm: Spec
    adam: Spec | None
    tlf: TlfSpec | None
    registry: Registry

    @property
    def study_id(self) -> str:
        """The study's name as its Define sheet gives it."""
        return self.sdtm.attributes.get("StudyName", "")


def load_functions(root: Path) -> tuple[Registry, list[Finding]]:
    """The engine's functions and those of the study's own sdtm, adam and tlf folders."""
    registry = ENGINE.child()
    findings = []
    for folder in FUNCTION_FOLDERS:
        for path in sorted((root / folder).glob("*.py")):
            place = f"{folder}/{path.name}"
            try:
                with registering(registry):
                    registry.modules[place] = _import(path)
            except Exception as error:
                findings.append(BAD_FUNCTIONS.finding(f"{place}: {type(error).__name__}: {error}", cell=place))
    return registry, findings


def _import(path: Path) -> ModuleType:
    """Run a study module apart from any installed package of the same name."""
    name = f"studyspec_study.{path.parent.name}.{path.stem}"
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ImportError(f"{path.name} is not a Python module")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    writing, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        found.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writing
    return module


def load_study(root: Path) -> tuple[Study | None, list[Finding]]:
    """Load specs and functions of the study in `root`; rules across sheets are left to `check_study`.

    Returns:
        The study, or None when there is no usable specs/sdtm.xlsx, and what was found.
    """
    specs = root / "specs"
    if not (specs / "sdtm.xlsx").is_file():
        return None, [NO_SPEC.finding("There is no specs/sdtm.xlsx here.")]
    registry, findings = load_functions(root)
    sdtm, found = load_spec(specs / "sdtm.xlsx", standard="SDTM")
    findings += found
    adam = tlf = None
    if (specs / "adam.xlsx").is_file():
        adam, found = load_spec(specs / "adam.xlsx", standard="ADaM")
        findings += found
    if (specs / "tlf.xlsx").is_file():
        tlf, found = load_tlf(specs / "tlf.xlsx")
        findings += found
        tlf = with_parameters(tlf, adam) if tlf and adam else tlf
    if sdtm is None:
        return None, findings
    return Study(root, with_received(sdtm, {}), adam, tlf, registry), findings


def check_study(study: Study, forms: Mapping[str, pd.DataFrame] | None) -> list[Finding]:
    """All rules across rows, sheets and workbooks.

    Args:
        study: the loaded study.
        forms: the raw forms, against whose columns expressions are checked; None checks without them.
    """
    columns = None if forms is None else columns_of(forms)
    findings = sheets_beside_sources(study.sdtm, columns or {})
    if columns is not None:
        columns |= sheet_columns(study.sdtm)
    findings += check_specs(study.sdtm, study.adam, registry=study.registry, forms=columns)
    if study.tlf is not None and study.adam is not None:
        findings += check_tlf(study.tlf, with_findings(study.adam), study.registry)
        findings += check_analyses(study.tlf, study.adam, study.registry)
        findings += unknown_in_notes(study.tlf, study.adam)
    return findings


def read_raw(study: Study) -> tuple[Study, Extract | None, list[Finding]]:
    """The raw extract in the study's raw folder.

    Returns:
        The study, which knows now what it receives as SDTM; the extract, or None when there is no usable manifest; and
        what was found.
    """
    extract, findings = read_extract(study.root / "raw")
    if extract is None:
        return study, None, findings
    columns = columns_of(extract.forms)
    return replace(study, sdtm=with_received(study.sdtm, columns)), extract, findings


def columns_of(forms: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Raw form to the names of its columns."""
    return {name: [str(column) for column in frame] for name, frame in forms.items()}
