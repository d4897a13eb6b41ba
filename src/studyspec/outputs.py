"""Writing what a build gives: transport files, ledger, lineage, findings and the manifest.

Everything is first written to a staging folder beside the target and then moved, so that a failed build leaves the last
good output as it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from studyspec import standards
from studyspec.build.partition import Built
from studyspec.build.supp import SUPP_COLUMNS
from studyspec.findings import Finding, Rule
from studyspec.spec.model import Spec, Variable, is_supplemental
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.parquet import write_parquet
from studyspec.transport.xpt_write import XptWriteError, write_xpt

STAGING = ".staging"
PREVIOUS = ".previous"
# What a build writes besides findings: all of it is replaced, so that nothing of an older build stays among the new.
MANIFEST = "manifest.json"
OWNED = ("sdtm", "adam", "tlf", "ard", "lineage", MANIFEST)

NOT_WRITTEN = Rule(
    "BUILD-004",
    "error",
    "Transport file cannot be written",
    why="A SAS transport file (XPT version 5) cannot hold it, and nothing is cut, rounded or replaced silently.",
    action="Correct the spec or the value as said.",
)


def write_datasets(
    built: Built, specs: Iterable[Spec], folder: Path, created: datetime, only: Sequence[str]
) -> list[Finding]:
    """One XPT file per dataset, in sdtm/ and adam/.

    Args:
        built: the merged build.
        specs: the workbooks whose datasets are written.
        folder: the output folder.
        created: the timestamp that goes into every file.
        only: names of datasets to write; all when empty.

    Returns:
        BUILD-004 for everything that a transport file cannot hold; the file is then not written.
    """
    findings = []
    for spec in specs:
        target = folder / spec.standard.lower()
        target.mkdir(parents=True, exist_ok=True)
        for name in _dataset_names(spec, built):
            if not only or name in only:
                frame = built.datasets[name]
                try:
                    write_xpt(target / f"{name.lower()}.xpt", frame, describe(name, spec, frame), created=created)
                except XptWriteError as error:
                    findings += [NOT_WRITTEN.finding(problem, dataset=name) for problem in error.problems]
    return findings


def _dataset_names(spec: Spec, built: Built) -> list[str]:
    names = [name for dataset in spec.datasets for name in (dataset, f"SUPP{dataset}")]
    return [name for name in dict.fromkeys(names) if name in built.datasets]


def describe(name: str, spec: Spec, frame: pd.DataFrame) -> XptDataset:
    """Names, types, lengths, labels and formats of a dataset's XPT file.

    The width of text is the spec's Length, or with the parameter XPT_LENGTH = data the longest value in the study. A
    dataset without records has the widths of the spec: there is no longest value.
    """
    shrink = str(spec.constants.get("XPT_LENGTH", "spec")).lower() == "data"
    if is_supplemental(name) and name not in spec.received:
        supp = standards.sdtm_domain("SUPPQUAL")
        labels = {name: item.label for name, item in supp.variables.items()} if supp else {}
        columns = tuple(XptColumn(item, "char", _width(frame[item]), labels.get(item, "")) for item in SUPP_COLUMNS)
        stated = spec.datasets.get(name)
        return XptDataset(name, stated.label if stated else f"Supplemental Qualifiers for {name[4:]}", columns)
    variables = [item for item in spec.variables_of[name] if not item.supplemental]
    columns = tuple(_column(item, frame[item.name], shrink) for item in variables)
    return XptDataset(name, spec.datasets[name].label, columns)


def _column(variable: Variable, values: pd.Series, shrink: bool) -> XptColumn:
    if variable.is_numeric:
        return XptColumn(variable.name, "num", 8, variable.label, variable.format.upper())
    width = _width(values) if variable.length is None or (shrink and len(values)) else variable.length
    return XptColumn(variable.name, "char", width, variable.label)


def _width(values: pd.Series) -> int:
    """Bytes of the longest value, at least 1."""
    if not len(values):
        return 1
    if values.str.isascii().all():
        return max(1, int(values.str.len().max()))
    return max(1, *(len(text.encode()) for text in values))


def write_trail(built: Built, folder: Path) -> None:
    """Ledger and lineage, as Parquet."""
    target = folder / "lineage"
    target.mkdir(parents=True, exist_ok=True)
    write_parquet(target / "ledger.parquet", built.ledger)
    write_parquet(target / "lineage.parquet", built.lineage)


def write_manifest(folder: Path, content: Mapping[str, object], inputs: Mapping[str, Path]) -> None:
    """manifest.json: SHA-256 of every input and of every file in `folder`, and what else the caller states."""
    outputs = sorted(path for path in folder.rglob("*") if path.is_file())
    record = dict(content)
    record["inputs"] = {name: sha256(path) for name, path in sorted(inputs.items())}
    record["outputs"] = {path.relative_to(folder).as_posix(): sha256(path) for path in outputs}
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def staging_folder(target: Path) -> Path:
    """An empty folder inside the target to write to before `release`."""
    staging = target / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    return staging


def discard(staging: Path) -> None:
    """Give up what was written to the staging folder."""
    shutil.rmtree(staging)


def release(staging: Path, owned: Iterable[str] = OWNED) -> None:
    """Put what is in the staging folder in the place of what an earlier run wrote.

    `owned` is what such a run may have written. The old output is moved aside and deleted only when the new is in
    place. The manifest comes last: until then the old one stands there, and its checksums tell that the folder is not
    what it says.
    """
    target = staging.parent
    previous = target / PREVIOUS
    shutil.rmtree(previous, ignore_errors=True)
    previous.mkdir()
    new = sorted((item.name for item in staging.iterdir()), key=lambda name: (name == MANIFEST, name))
    for name in sorted({*owned, *new} - {MANIFEST}):
        if (target / name).exists():
            (target / name).rename(previous / name)
    for name in new:
        (staging / name).replace(target / name)
    staging.rmdir()
    shutil.rmtree(previous)
