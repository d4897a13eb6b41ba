"""The validation report: everything that was verified about a study, in one document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studyspec.documents.content import Section, Table
from studyspec.qc.mutation_check import Trial, passed
from studyspec.qc.mutation_report import read_trials
from studyspec.qc.outcome import Outcome
from studyspec.qc.run import check_outputs
from studyspec.qc.study_files import fingerprint, study_files
from studyspec.qc.validation.checks import TITLES, Qualification, Stage, read_qualification
from studyspec.qc.validation.performance import findings_by_code
from studyspec.qc.validation.tracker import Row, compare_summary, read_findings, read_risks, tracker_rows

STAGES: tuple[Stage, ...] = ("iq", "oq", "pq")
SIGNATURES = ("Production programmer", "QC programmer", "Validation lead", "Study statistician")
COMPARE_HEAD = (
    "Output",
    "Observations in common",
    "Observations in one only",
    "Variables",
    "Unequal values",
    "Largest difference",
    "SYSINFO",
)


@dataclass(frozen=True)
class Report:
    """The whole document. `deviations` is empty when nothing stands against using the outputs."""

    title: str
    study: str
    date: str
    conclusion: str
    deviations: tuple[str, ...]
    sections: tuple[Section, ...]


def make_report(root: Path, out: Path) -> Report:
    """Put the report together from the build, a fresh run of QC, and what IQ, OQ, PQ and the mutation check left.

    Args:
        root: the study's folder.
        out: its output folder, up to date.
    """
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    basis = fingerprint(root)
    outcomes = check_outputs(root, out)
    stages = {stage: read_qualification(stage, out / "validation") for stage in STAGES}
    trials, planted_in = read_trials(out / "qc")
    rows = tracker_rows(root, outcomes, manifest["created"][:10])
    deviations = [
        *_output_deviations(outcomes),
        *_stage_deviations(stages, basis),
        *_trial_deviations(trials, planted_in == basis),
        *(f"{item.id} is open: {item.text}" for item in read_findings(root) if item.is_open),
    ]
    sections = (
        _scope(manifest, outcomes),
        _environment(manifest),
        _files(root, basis),
        _tracker(root, rows),
        _comparisons(outcomes),
        _log_checks(out, outcomes),
        _mutations(trials),
        *(_stage(stage, stages[stage]) for stage in STAGES),
        _findings(root),
        Section("Deviations", tuple(deviations) or ("None.",)),
        _sign_off(),
    )
    if deviations:
        conclusion = f"{len(deviations)} deviation(s) stand against using the outputs; see section {len(sections) - 1}."
    else:
        conclusion = "All outputs agree with their second programs, and no deviation is open."
    study, date = str(manifest["study"]), str(manifest["created"])[:10]
    return Report(f"Validation report, study {study}", study, date, conclusion, tuple(deviations), sections)


def _output_deviations(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"Output {item.line()}" for item in outcomes if not item.agrees]


def _stage_deviations(stages: Mapping[Stage, Qualification | None], basis: str) -> list[str]:
    found = []
    for stage, item in stages.items():
        if item is None:
            found.append(f"{TITLES[stage]} was not run: studyspec validate {stage}.")
            continue
        if item.basis != basis:
            found.append(f"{TITLES[stage]} saw an older state of the study: run studyspec validate {stage} again.")
        found += [f"{TITLES[stage]}: {check.item}: {check.found}" for check in item.checks if check.result == "FAIL"]
    return found


def _trial_deviations(trials: Sequence[Trial], current: bool) -> list[str]:
    if not trials:
        return ["The mutation check was not run: studyspec qc --mutations."]
    older = [] if current else ["The mutation check was run on an older state of the study: run it again."]
    return older + [f"Planted error {trial.line()}" for trial in trials if trial.verdict != "CAUGHT"]


def _scope(manifest: Mapping[str, object], outcomes: Sequence[Outcome]) -> Section:
    synthetic = "The data are synthetic; no real patient is described. " if manifest["synthetic"] else ""
    counts = {layer: sum(item.layer == layer for item in outcomes) for layer in ("sdtm", "adam", "tlf")}
    return Section(
        "Scope",
        (
            f"Study {manifest['study']}, registry extract of {manifest['extract_date']}, data cut-off "
            f"{manifest['data_cutoff']}. {synthetic}Outputs: {counts['sdtm']} SDTM datasets with their supplemental "
            f"qualifiers, {counts['adam']} ADaM datasets, {counts['tlf']} displays.",
            "Method: double programming. Production runs the specs (workbooks) in Python. The second programs are SQL, "
            "written from the specs' text by a programmer who has not read the production code, and run in databases "
            "that hold nothing but raw data (SDTM), production SDTM (ADaM) or production ADaM (displays). Every value "
            "is compared as PROC COMPARE does. Criterion: SDTM exactly equal; ADaM and displays equal but for the "
            "noise of floating-point arithmetic.",
        ),
    )


def _environment(manifest: Mapping[str, object]) -> Section:
    packages = manifest["packages"]
    assert isinstance(packages, dict)
    rows = (("studyspec", str(manifest["studyspec"])), ("Python", str(manifest["python"])), *sorted(packages.items()))
    table = Table(("Component", "Version"), rows, (0.5, 0.5))
    return Section("Environment", ("As recorded by the build; all pinned packages are in the section on IQ.", table))


def _files(root: Path, basis: str) -> Section:
    rows = tuple(study_files(root).items())
    text = f"Every file that the study is made of. Fingerprint of all of them: {basis}"
    return Section("Specs, data and programs", (text, Table(("File", "SHA-256"), rows, (0.35, 0.65))))


def _tracker(root: Path, rows: Sequence[Row]) -> Section:
    head = ("Output", "Risk", "Production", "QC program", "Method", "Result", "Date", "Open findings", "Resolution")
    body = tuple(
        (r.output, r.risk, r.production, r.program, r.method, r.result, r.date, r.open_findings, r.resolution)
        for r in rows
    )
    risks = tuple((name, *risk) for name, risk in read_risks(root).items())
    text = "Date: that of the build, which is the study's own timestamp and not the clock's."
    tables = (
        Table(head, body, (0.08, 0.06, 0.13, 0.15, 0.13, 0.12, 0.08, 0.09, 0.16)),
        Table(("Output", "Risk", "Reason"), risks, (0.15, 0.1, 0.75)),
    )
    return Section("Tracker", (text, *tables))


def _comparisons(outcomes: Sequence[Outcome]) -> Section:
    rows = tuple((item.name, *compare_summary(item.comparison)) for item in outcomes if item.comparison is not None)
    table = Table(COMPARE_HEAD, rows, (0.16, 0.15, 0.15, 0.13, 0.13, 0.15, 0.13))
    return Section("PROC COMPARE summaries", ("The listings are in build/qc, one a dataset or display.", table))


def _log_checks(out: Path, outcomes: Sequence[Outcome]) -> Section:
    failed = [item for item in outcomes if item.status == "FAILED"]
    ran = f"{sum(bool(item.program) for item in outcomes)} second programs ran, {len(failed)} failed."
    rows = tuple((severity, code, str(count)) for severity, code, count in findings_by_code(out))
    table = Table(("Severity", "Code", "Findings"), rows, (0.3, 0.4, 0.3))
    text = "Findings of the build by code (build/findings.html lists them). A finding of severity error stops a build."
    return Section("Log checks", (ran, *(item.message for item in failed), text, table))


def _mutations(trials: Sequence[Trial]) -> Section:
    caught = sum(trial.verdict == "CAUGHT" for trial in trials)
    verdict = "Production and QC do not share these errors." if passed(trials) else "See the deviations."
    text = (
        "Errors planted one at a time into production, in memory; the second programs ran unchanged. "
        f"{caught} of {len(trials)} were caught. {verdict}"
    )
    rows = tuple((item.id, item.description, item.verdict, "; ".join(item.caught) or item.message) for item in trials)
    table = Table(("ID", "Planted error", "Verdict", "By"), rows, (0.09, 0.37, 0.12, 0.42))
    return Section("Mutation check", (text, table))


def _stage(stage: Stage, found: Qualification | None) -> Section:
    if found is None:
        return Section(TITLES[stage], ("Not run.",))
    rows = tuple((check.item, check.expected, check.found, check.result) for check in found.checks)
    table = Table(("Item", "Expected", "Found", "Result"), rows, (0.16, 0.38, 0.38, 0.08))
    return Section(TITLES[stage], (f"{'Passed' if found.passed else 'Failed'}: {found.summary}.", table))


def _findings(root: Path) -> Section:
    rows = tuple(
        (item.id, " ".join(item.outputs), item.text, item.state, item.resolution) for item in read_findings(root)
    )
    text = "What the two programmers disagreed on or found unclear in the spec, and what was done."
    head = ("ID", "Outputs", "Finding", "State", "Resolution")
    return Section("Findings of QC", (text, Table(head, rows, (0.08, 0.14, 0.4, 0.08, 0.3))))


def _sign_off() -> Section:
    rows = tuple((role, "", "", "") for role in SIGNATURES)
    text = "By signing I confirm that I have read this report and agree with its conclusion."
    table = Table(("Role", "Name", "Signature", "Date"), rows, (0.3, 0.25, 0.3, 0.15))
    return Section("Sign-off", (text, table), new_page=True)
