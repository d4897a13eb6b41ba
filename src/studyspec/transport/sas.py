"""The SAS hand-over of a study: what a SAS programmer needs to read, check and repeat a build in SAS.

```
sas/import.sas        run this one: formats, data sets, attributes, shells
sas/formats.sas       PROC FORMAT source of the codelists
sas/cntlin.xpt        the same as an input control data set
sas/shell/<name>.sas  the data set without records
sas/qc/qc_<name>.sas  skeleton of a second program, with PROC COMPARE
```
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Spec
from studyspec.transport.atomic import replacing
from studyspec.transport.columns import XptDataset, dataset_problems
from studyspec.transport.sas_formats import SasFormat, cntlin, format_findings, formats_program, sas_formats
from studyspec.transport.sas_programs import HandedOver, import_program, qc_program, shell_program
from studyspec.transport.sas_text import PLACEHOLDER, Origin, path_problem
from studyspec.transport.xpt_write import write_xpt

ODD_DATASET = Rule(
    "SAS-004",
    "error",
    "Data set that SAS transport cannot hold",
    why="The programs describe XPT version 5 files.",
    action="Correct the spec and build again.",
)
UNKNOWN_DATASET = Rule(
    "SAS-005",
    "error",
    "Data set of no spec",
    why="Keys, codelists and the library come from the spec.",
    action="Add the data set to the spec, or remove its file.",
)
ODD_PATH = Rule(
    "SAS-006",
    "error",
    "Folder that cannot stand in a SAS program",
    why="Macro triggers, quotes and semicolons would be read as code.",
    action="Name another folder, or let SAS see this one under another name.",
)


class SasError(ValueError):
    """A hand-over that cannot be written; `findings` lists everything that stands in its way."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = list(findings)


def write_sas(
    specs: Iterable[Spec],
    datasets: Mapping[str, XptDataset],
    folder: Path,
    *,
    created: datetime,
    root: str = PLACEHOLDER,
) -> list[Path]:
    """Write the SAS hand-over of a study. Equal arguments give equal bytes.

    Args:
        specs: the workbooks, SDTM first.
        datasets: the data sets to hand over, by name, as built: an XPT file's name, label and variables. SUPP--
            belongs to its parent's workbook.
        folder: to write to, usually build/sas; made if it is missing. Files of the same names are replaced.
        created: the build's timestamp; stands in headers and in cntlin.xpt.
        root: the folder above `folder` as SAS sees it; stands in import.sas and the QC skeletons.

    Returns:
        The files written, in order.

    Raises:
        SasError: with all findings; nothing is written.

    Example:
        ``write_sas([sdtm, adam], {"DM": describe("DM", sdtm, frame)}, Path("build/sas"), created=created)``
    """
    specs = list(specs)
    items = handed_over(specs, datasets)
    findings = [finding for spec in specs for finding in format_findings(spec)]
    findings += _dataset_findings(items, datasets)
    problem = path_problem(root)
    findings += [ODD_PATH.finding(problem)] if problem else []
    if findings:
        raise SasError(sorted(findings, key=Finding.sort_key))
    origin = Origin(specs[0].attributes.get("StudyName", ""), created)
    formats = sas_formats(specs)
    unique = list({item.name: item for item in formats.values()}.values())
    root = root.strip().rstrip("/\\")
    files = {"import.sas": import_program(items, root, origin), "formats.sas": formats_program(unique, origin)}
    for item in items:
        files[f"shell/{item.name}.sas"] = shell_program(item, origin)
        files[f"qc/qc_{item.name}.sas"] = qc_program(item, root, origin, formats)
    return [*_write(files, folder), _write_cntlin(unique, folder, created)]


def handed_over(specs: Iterable[Spec], datasets: Mapping[str, XptDataset]) -> list[HandedOver]:
    """The data sets that a workbook defines, in the workbooks' order, each SUPP-- after its parent."""
    return [
        HandedOver(spec, datasets[name])
        for spec in specs
        for dataset in spec.datasets
        for name in (dataset, f"SUPP{dataset}")
        if name in datasets
    ]


def _dataset_findings(items: Iterable[HandedOver], datasets: Mapping[str, XptDataset]) -> list[Finding]:
    known = {item.dataset.name for item in items}
    findings = [
        UNKNOWN_DATASET.finding(f"No workbook has the data set {name}.", dataset=name)
        for name in sorted(datasets)
        if name not in known
    ]
    for item in items:
        problems = dataset_problems(item.dataset, "ascii")
        findings += [ODD_DATASET.finding(problem, dataset=item.dataset.name) for problem in problems]
    return findings


def _write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder / name) as file:
            file.write(content)
    return [folder / name for name in files]


def _write_cntlin(formats: Sequence[SasFormat], folder: Path, created: datetime) -> Path:
    frame, dataset = cntlin(formats)
    write_xpt(folder / "cntlin.xpt", frame, dataset, created=created)
    return folder / "cntlin.xpt"
