"""The site of a study: which files it has and what is in them.

Data are scripts that hand a value to the page (`studyspec.add(name, value)`): a page opened from a disk may load
scripts, but not fetch files. Each is loaded when it is first looked at.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from studyspec.build.data import Data
from studyspec.build.partition import Built, Forms, identify_subjects
from studyspec.exports.files import PDF, WORKBOOK, write_exports
from studyspec.findings import Finding
from studyspec.raw.read import Extract
from studyspec.report import about
from studyspec.report.cells import Conditions, Flags, lists_of
from studyspec.report.datasets import (
    dataset_content,
    endings,
    form_content,
    ledger_counts,
    supplemental_content,
)
from studyspec.report.displays import display_content
from studyspec.run import build_forms, display_inputs
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import unparse
from studyspec.study import Study
from studyspec.tables.display import DisplayResult, build_display

ASSETS = ("index.html", "report.css")
SCRIPTS = ("core.js", "data.js", "grid.js", "displays.js", "trace.js", "subject.js", "pages.js", "status.js", "app.js")
# All displays in one file each, beside the site in the build's folder.
EXPORTS = (("PDF", f"tlf/{PDF}"), ("Excel", f"tlf/{WORKBOOK}"), ("CDISC ARS", "ard/ars.json"))
SUFFIXES = ("html", "pdf", "rtf", "txt")


def write_site(study: Study, extract: Extract, out: Path, target: Path) -> tuple[list[Finding], list[Path]]:
    """Write the site of a study whose current build is in `out`.

    Args:
        study: with what it receives as SDTM.
        extract: its raw forms.
        out: the build's folder: its displays, define.html, QC and conformance are linked or shown. Its folder tlf gets
            the files that hold all displays, unless there are findings.
        target: an empty folder.

    Returns:
        REPORT-001 for counts that the lists behind them do not bear out, and the files that hold all displays.
    """
    forms, found = identify_subjects(extract.forms, study.sdtm, study.registry)
    built = build_forms(study, forms)
    pages: dict[str, Any] = {}
    findings: list[Finding] = []
    datasets = list(_datasets(study, built, forms))
    raw = _forms(study, extract, forms, built)
    displays: list[dict[str, Any]] = []
    written: list[Path] = []
    if study.tlf is not None and study.adam is not None:
        results: list[DisplayResult] = []
        displays += _displays(study, built, findings, results)
        if not findings:
            written = write_exports(results, study.tlf, out)
    for item in datasets:
        pages[f"dataset/{item['name']}"] = item
    for item in raw:
        pages[f"raw/{item['name']}"] = item
    for item in displays:
        pages[f"display/{item['id']}"] = item
    pages["findings"] = about.finding_groups([*built.findings, *found])
    pages["study"] = _overview(study, out, datasets, raw, displays, built, forms)
    _write_data(pages, target)
    _write_assets(out, target, pages["study"]["defines"])
    return findings, written


def _datasets(study: Study, built: Built, forms: Forms) -> Iterator[dict[str, Any]]:
    for spec in (study.sdtm, study.adam):
        if spec is None:
            continue
        frames = {**forms, **built.records} if spec is study.sdtm else dict(built.records)
        data = Data(frames, study.registry, spec.codelists, spec.constants, frozenset(built.records))
        for name in spec.datasets:
            if name in built.records:
                yield dataset_content(name, spec, built, data)
            elif name in built.datasets:
                yield supplemental_content(name, built, spec.datasets[name].label)
        yield from (
            supplemental_content(f"SUPP{name}", built, f"Supplemental Qualifiers for {name}")
            for name in spec.datasets
            if f"SUPP{name}" in built.datasets and f"SUPP{name}" not in spec.datasets
        )


def _forms(study: Study, extract: Extract, forms: Forms, built: Built) -> list[dict[str, Any]]:
    ends = endings(built.ledger, forms)
    sheets = {sheet.form: sheet for sheet in study.sdtm.dataset_sheets.values()}
    found = []
    for name, records in forms.items():
        form = study.sdtm.forms.get(name)
        sheet = sheets.get(name)
        place = f"specs/sdtm.xlsx, sheet {sheet.dataset}" if sheet else f"raw/{extract.manifest.files[name].place}"
        unit = "row" if sheet else "record"
        found.append(form_content(name, place, unit, form.label if form else "", records, ends[name]))
    return found


def _displays(
    study: Study, built: Built, findings: list[Finding], results: list[DisplayResult]
) -> Iterator[dict[str, Any]]:
    """What the page shows of each display; adds what is not borne out to `findings`, and each display to `results`."""
    assert study.tlf is not None and study.adam is not None, "the caller has seen to it"
    frames, values = display_inputs(study, study.adam, built)

    def holds(dataset: str, node: n.Node) -> Flags:
        return np.asarray(values(dataset, unparse(node)), dtype=np.bool_)

    conditions = Conditions(holds, {name: len(frame) for name, frame in frames.items()})
    adsl = pd.Index(frames["ADSL"]["USUBJID"])
    subjects = {name: adsl.get_indexer(frame["USUBJID"]) for name, frame in frames.items()}
    for name, display in study.tlf.displays.items():
        result = build_display(study.tlf, name, frames, values)
        results.append(result)
        lists, found = lists_of(result.ard, conditions, subjects)
        findings += found
        yield display_content(display, result, lists, SUFFIXES)


def _overview(
    study: Study,
    out: Path,
    datasets: list[dict[str, Any]],
    raw: list[dict[str, Any]],
    displays: list[dict[str, Any]],
    built: Built,
    forms: Forms,
) -> dict[str, Any]:
    environment = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    counts = ledger_counts(built.ledger, forms)
    subject = study.adam is not None and "ADSL" in built.records
    return {
        "about": about.study_facts(study, environment),
        "subjects": built.records["ADSL" if subject else "DM"]["USUBJID"].tolist(),
        "subject_dataset": "ADSL" if subject else "DM",
        "datasets": [{key: item[key] for key in ("name", "label", "standard", "length")} for item in datasets],
        "forms": [
            {key: item[key] for key in ("name", "place", "label", "length")} | {"ends": counts.get(item["name"], {})}
            for item in raw
        ],
        "displays": [
            {"id": item["id"], "type": item["type"], "titles": item["parts"][0]["titles"][:2]} for item in displays
        ],
        "exports": [[name, f"../{place}"] for name, place in EXPORTS if displays],
        "parameters": about.parameters(study),
        "qc": about.qc_status(study.root, out),
        "conformance": about.conformance_status(study, out),
        "defines": [name for name in ("sdtm", "adam") if (out / "define" / name / "define.html").is_file()],
    }


def _write_data(pages: Mapping[str, Any], target: Path) -> None:
    folder = target / "data"
    for name, content in pages.items():
        path = folder / f"{name.lower()}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        path.write_text(f"studyspec.add({json.dumps(name)},{text});\n", encoding="utf-8", newline="\n")


def _write_assets(out: Path, target: Path, defines: list[str]) -> None:
    source = files("studyspec.report") / "assets"
    for name in (*ASSETS, *SCRIPTS):
        (target / name).write_text(source.joinpath(name).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    for name in defines:
        (target / "define").mkdir(exist_ok=True)
        shutil.copyfile(out / "define" / name / "define.html", target / "define" / f"{name}.html")
