"""The build command: from the study's folder to the output folder, in stages."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from studyspec import __version__, outputs
from studyspec.build.data import Data, EvaluationError
from studyspec.build.evaluate import evaluate
from studyspec.build.partition import Built, Forms, build_parts, identify_subjects, merge
from studyspec.build.plan import make_plan
from studyspec.build.records import RecordSet
from studyspec.findings import Finding, Rule, has_errors
from studyspec.findings_report import write_findings
from studyspec.identity import engine_sha256
from studyspec.raw.manifest import Manifest
from studyspec.spec.expression.parse import parse
from studyspec.spec.findings_dataset import FINDINGS
from studyspec.spec.model import Spec
from studyspec.stages import Stages
from studyspec.study import Study, check_study, load_study, read_raw
from studyspec.subject_findings import subject_findings

UNKNOWN_DATASET = Rule(
    "STUDY-003",
    "error",
    "Unknown dataset",
    why="Only datasets and displays of the specs can be built.",
    action="Name datasets or displays of the specs, separated by commas.",
)
OTHER_STUDY = Rule(
    "STUDY-004",
    "error",
    "Raw extract of another study",
    why="The study in the manifest is not the study of the specs.",
    action="Put the right extract into the raw folder, or correct StudyName in the Define sheet.",
)
BAD_TIMESTAMP = Rule(
    "STUDY-005",
    "error",
    "Timestamp unusable",
    why="One timestamp goes into every transport file: CREATED of the sheet Parameters, else SOURCE_DATE_EPOCH of the "
    "environment, else extract_date of the raw manifest. Transport files keep years from 1960 to 2059.",
    action="Write it in ISO 8601, e.g. 2022-03-15 or 2022-03-15T10:00:00 (SOURCE_DATE_EPOCH: seconds since 1970).",
)
EPOCH = "SOURCE_DATE_EPOCH"
PACKAGES = ("pandas", "numpy", "pyarrow", "openpyxl", "cerberus")


@dataclass
class Report:
    """What a build came to.

    `records` are counts by dataset, `displays` the ids written; `written` says whether the output folder was replaced.
    """

    findings: list[Finding]
    records: dict[str, int] = field(default_factory=dict)
    displays: list[str] = field(default_factory=list)
    written: bool = False
    usable: bool = True


def run_build(root: Path, out: Path, stages: Stages, *, partitions: int = 1, only: Sequence[str] = ()) -> Report:
    """Build a study.

    Args:
        root: the study's folder, with specs, raw and its functions.
        out: the output folder; replaced only when there is no finding of severity error.
        stages: shown and timed.
        partitions: number of subject partitions; the result does not depend on it.
        only: datasets and displays to write; all when empty.

    Returns:
        Counts and findings. `usable` is False when specs or raw data cannot be read at all.
    """
    with stages.stage("specs"):
        study, findings = load_study(root)
    if study is None:
        return Report(findings, usable=False)
    with stages.stage("raw"):
        study, extract, found = read_raw(study)
        findings += found
    if extract is None:
        return Report(findings, usable=False)
    with stages.stage("check"):
        findings += check_study(study, extract.forms)
        findings += _unknown_names(study, only) + _other_study(study, extract.manifest)
        findings += bad_timestamp(study.sdtm, extract.manifest)
    out.mkdir(parents=True, exist_ok=True)
    if has_errors(findings):
        return _refused(findings, out, study)
    try:
        with stages.stage("datasets"):
            built = build_study(study, extract.forms, partitions)
            findings = sorted(set(findings) | set(built.findings), key=Finding.sort_key)
        if has_errors(findings):
            return _refused(findings, out, study)
        return _write(study, extract.manifest, built, findings, out, stages, only)
    except EvaluationError as error:
        return _refused([*findings, error.finding], out, study)


def _refused(findings: list[Finding], out: Path, study: Study) -> Report:
    """Say why nothing was replaced."""
    write_findings(findings, out, _title(study))
    return Report(findings)


def build_study(study: Study, frames: dict[str, pd.DataFrame], partitions: int = 1) -> Built:
    """All datasets of a study from its raw forms, in memory."""
    forms, findings = identify_subjects(frames, study.sdtm, study.registry)
    built = build_forms(study, forms, partitions)
    built.findings = sorted(set(built.findings) | set(findings), key=Finding.sort_key)
    return built


def build_forms(study: Study, forms: Forms, partitions: int = 1) -> Built:
    """All datasets of a study from raw forms whose subjects are known."""
    plan = make_plan(study.sdtm, study.adam, study.registry)
    return merge(build_parts(plan, forms, partitions), plan)


def _write(
    study: Study,
    manifest: Manifest,
    built: Built,
    findings: list[Finding],
    out: Path,
    stages: Stages,
    only: Sequence[str],
) -> Report:
    staging = outputs.staging_folder(out)
    created = created_time(study.sdtm, manifest)
    specs = [spec for spec in (study.sdtm, study.adam) if spec is not None]
    with stages.stage("transport"):
        unwritten = outputs.write_datasets(built, specs, staging, created, only)
        outputs.write_trail(built, staging)
    with stages.stage("tables"):
        displays, found = write_displays(study, built, staging, only)
        findings = sorted({*findings, *unwritten, *found}, key=Finding.sort_key)
    if has_errors(findings):
        outputs.discard(staging)
        return _refused(findings, out, study)
    with stages.stage("manifest"):
        write_findings(findings, staging, _title(study))
        outputs.write_manifest(staging, _environment(study, manifest, created), _inputs(study))
        outputs.release(staging)
    counts = {name: len(frame) for name, frame in built.datasets.items() if not only or name in only}
    return Report(findings, counts, displays, written=True)


def write_displays(study: Study, built: Built, folder: Path, only: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Build and render the displays of the tlf workbook; returns their ids and what was found while counting.

    Their results are also written as one CDISC ARS reporting event, unless only some displays are asked for.
    """
    if study.tlf is None or study.adam is None:
        return [], []
    from studyspec.exports.ars import reporting_event, write_ars
    from studyspec.tables.display import build_display, render_display

    frames, values = display_inputs(study, study.adam, built)
    names = [display for display in study.tlf.displays if not only or display in only]
    findings: list[Finding] = []
    ards = {}
    for name in names:
        result = build_display(study.tlf, name, frames, values)
        render_display(result, folder)
        ards[name] = result.ard
        findings += result.findings
    if names and not only:
        write_ars(reporting_event(study.study_id, study.tlf, study.adam, ards), folder / "ard")
    return names, findings


def display_inputs(
    study: Study, adam: Spec, built: Built
) -> tuple[dict[str, pd.DataFrame], Callable[[str, str], pd.Series]]:
    """What displays are made from: analysis datasets and FINDINGS, and the values of an expression on one of them."""
    found = {} if FINDINGS in adam.datasets else {FINDINGS: RecordSet.from_frame(subject_findings(built.findings))}
    records = {**built.records, **found}
    data = Data(records, study.registry, adam.codelists, adam.constants)

    @cache  # displays share populations, columns and many conditions
    def values(dataset: str, expression: str) -> pd.Series:
        return evaluate(parse(expression), records[dataset], data, own=dataset)

    return {name: records[name].frame() for name in (*adam.datasets, *found)}, values


def created_time(spec: Spec, manifest: Manifest) -> datetime:
    """The one timestamp of a build: the parameter CREATED, else SOURCE_DATE_EPOCH, else the extract date; no zone.

    Raises:
        ValueError: it is no date or time, or not in the years 1960 to 2059 that transport files keep.
    """
    text, place = _stated_time(spec, manifest)
    try:
        from_epoch = place == EPOCH
        found = datetime.fromtimestamp(int(text), UTC) if from_epoch else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{text!r} is no date or time.") from error
    if not 1960 <= found.year <= 2059:
        raise ValueError(f"{text!r} is in the year {found.year}.")
    return found.replace(tzinfo=None)


def _stated_time(spec: Spec, manifest: Manifest) -> tuple[str, str]:
    """The timestamp as written, and where."""
    stated = spec.parameters.get("CREATED")
    if stated is not None and stated.value != "":
        return str(stated.value), stated.location.at("Value")
    epoch = os.environ.get(EPOCH)
    return (epoch, EPOCH) if epoch else (manifest.extract_date, "raw/manifest.json")


def bad_timestamp(spec: Spec, manifest: Manifest) -> list[Finding]:
    """A finding where `created_time` has no usable timestamp."""
    try:
        created_time(spec, manifest)
    except ValueError as error:
        return [BAD_TIMESTAMP.finding(str(error), cell=_stated_time(spec, manifest)[1])]
    return []


def _unknown_names(study: Study, only: Sequence[str]) -> list[Finding]:
    known = {name for spec in (study.sdtm, study.adam) if spec for name in spec.datasets}
    known |= {f"SUPP{item.dataset}" for item in study.sdtm.variables if item.supplemental}
    known |= set(study.tlf.displays) if study.tlf else set()
    return [
        UNKNOWN_DATASET.finding(f"{name} is neither a dataset nor a display of this study.")
        for name in only
        if name not in known
    ]


def _other_study(study: Study, manifest: Manifest) -> list[Finding]:
    if not study.study_id or manifest.study == study.study_id:
        return []
    what = f"The extract is of study {manifest.study}, the specs are of {study.study_id}."
    return [OTHER_STUDY.finding(what, cell="raw/manifest.json")]


def _title(study: Study) -> str:
    return f"Findings of {study.study_id or 'the study'}"


def _inputs(study: Study) -> dict[str, Path]:
    folders = ("specs", "raw", "sdtm", "adam", "tlf")
    found = [path for folder in folders for path in sorted((study.root / folder).glob("*")) if path.is_file()]
    # An open workbook has a lock file beside it: ~$sdtm.xlsx in Excel, .~lock.sdtm.xlsx# in LibreOffice.
    paths = [path for path in found if not path.name.startswith(("~$", "."))]
    return {path.relative_to(study.root).as_posix(): path for path in paths}


def _environment(study: Study, manifest: Manifest, created: datetime) -> dict[str, object]:
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "study": study.study_id,
        "synthetic": manifest.synthetic,
        "extract_date": manifest.extract_date,
        "data_cutoff": manifest.cutoff,
        "created": created.isoformat(),
        "studyspec": __version__,
        "engine_sha256": engine_sha256(),
        "python": platform.python_version(),
        "packages": versions,
    }
