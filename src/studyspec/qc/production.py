"""What is being checked: production's datasets and displays, as an output folder or a build in memory holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from studyspec import __version__
from studyspec.identity import engine_sha256
from studyspec.subject_findings import read_subject_findings, subject_findings

if TYPE_CHECKING:
    from studyspec.build.partition import Built
    from studyspec.study import Study

# Layer to the folder and suffix of its outputs below the output folder.
PLACES = {"sdtm": ("sdtm", ".xpt"), "adam": ("adam", ".xpt"), "tlf": ("ard", ".parquet")}
INPUT_FOLDERS = ("specs", "raw", "sdtm", "adam", "tlf")


@dataclass(frozen=True)
class Production:
    """Production's outputs by layer and name: AE, ADSL, T-14-3-1-1 (its analysis results data).

    `findings` are those about a subject, which displays can list. Text is never missing, only blank; numbers are
    float64 with NaN for missing.
    """

    outputs: Mapping[str, Mapping[str, pd.DataFrame]]
    findings: pd.DataFrame = field(default_factory=lambda: subject_findings(()))

    def frame(self, layer: str, name: str) -> pd.DataFrame:
        """One output."""
        return self.outputs[layer][name]


def table_name(output: str) -> str:
    """The name of an output's table and program: T-14-3-1-1 is t_14_3_1_1."""
    return output.lower().replace("-", "_")


def read_production(out: Path) -> Production:
    """Read every dataset and every display's results data of an output folder.

    XPT is read by pyreadstat: what a reader that nobody here wrote finds in the files is what is checked.
    """
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for layer, (folder, suffix) in PLACES.items():
        paths = sorted((out / folder).glob(f"*{suffix}"))
        found[layer] = {path.stem.upper(): (_xpt if suffix == ".xpt" else _ard)(path) for path in paths}
    findings = out / "findings.csv"
    return Production(found, read_subject_findings(findings)) if findings.is_file() else Production(found)


def built_production(study: Study, built: Built, displays: Mapping[str, pd.DataFrame]) -> Production:
    """The same from a build in memory and the results data of its displays."""
    adam = set(study.adam.datasets) if study.adam else set()
    datasets = built.datasets
    return Production(
        {
            "sdtm": {name: datasets[name] for name in sorted(datasets) if name not in adam},
            "adam": {name: datasets[name] for name in sorted(adam)},
            "tlf": dict(displays),
        },
        subject_findings(built.findings),
    )


def stale(root: Path, out: Path) -> str:
    """Why the output folder must be built again; "" when it holds what today's inputs give.

    Inputs and outputs are held against the SHA-256 in out/manifest.json.
    """
    try:
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        inputs, outputs, made_by = manifest["inputs"], manifest["outputs"], manifest["studyspec"]
        engine = manifest["engine_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return "there is no complete build"
    if made_by != __version__:
        return f"it was built by studyspec {made_by}"
    if engine != engine_sha256():
        return "studyspec itself has changed since"
    changed = _changed(root, inputs, _input_files(root)) or _changed(out, outputs, outputs)
    return f"{changed} is not as it was" if changed else ""


def _changed(folder: Path, hashes: Mapping[str, str], present: Iterable[str]) -> str:
    """The first file that is new, gone or changed; "" when none is."""
    for name in sorted({*hashes, *present}):
        path = folder / name
        if name not in hashes or not path.is_file() or digest(path) != hashes[name]:
            return name
    return ""


def _input_files(root: Path) -> list[str]:
    paths = [path for folder in INPUT_FOLDERS for path in (root / folder).glob("*") if path.is_file()]
    return [path.relative_to(root).as_posix() for path in paths]


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _xpt(path: Path) -> pd.DataFrame:
    import pyreadstat

    frame, about = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    kinds = about.readstat_variable_types
    return pd.DataFrame(
        {
            name: frame[name].astype("float64") if kinds[name] == "double" else frame[name].fillna("").astype("str")
            for name in frame.columns
        }
    )


def _ard(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path)
