"""The validation tracker: every output with its risk, its two programs, the result, and what was found on the way."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studyspec.qc.outcome import Outcome

if TYPE_CHECKING:
    from studyspec.compare.result import Comparison

TRACKER = "qc/tracker.csv"
FINDINGS = "qc/findings.csv"
WORKBOOKS = {"sdtm": "specs/sdtm.xlsx", "adam": "specs/adam.xlsx", "tlf": "specs/tlf.xlsx"}


@dataclass(frozen=True)
class QcFinding:
    """A disagreement that double programming brought up. `state` is open or closed; `outputs` are those it concerns."""

    id: str
    outputs: tuple[str, ...]
    text: str
    state: str
    resolution: str

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.state.lower() != "closed"


@dataclass(frozen=True)
class Row:
    """One line of the tracker, as text."""

    output: str
    risk: str
    production: str
    program: str
    method: str
    result: str
    date: str
    open_findings: str
    resolution: str


def read_risks(root: Path) -> dict[str, tuple[str, str]]:
    """Risk and its reason by output, as the validation plan in qc/tracker.csv gives them (Output, Risk, Reason)."""
    return {row["Output"]: (row["Risk"], row["Reason"]) for row in _rows(root / TRACKER)}


def read_findings(root: Path) -> list[QcFinding]:
    """The findings of QC in qc/findings.csv (ID, Outputs, Finding, State, Resolution)."""
    return [
        QcFinding(row["ID"], tuple(row["Outputs"].split()), row["Finding"], row["State"], row["Resolution"])
        for row in _rows(root / FINDINGS)
    ]


def tracker_rows(root: Path, outcomes: Sequence[Outcome], date: str) -> list[Row]:
    """The tracker.

    Args:
        root: the study's folder.
        outcomes: what QC found.
        date: of the build: the study's own timestamp, never the clock's.
    """
    risks, findings = read_risks(root), read_findings(root)
    rows = []
    for item in outcomes:
        concerned = [finding for finding in findings if item.name in finding.outputs]
        rows.append(
            Row(
                item.name,
                risks.get(item.name, ("not assessed", ""))[0],
                ", ".join(_production(root, item)),
                item.program or "none",
                f"double programming, {item.method}" if item.method else "double programming",
                item.status + (f": {item.unequal}" if item.unequal else ""),
                date,
                ", ".join(finding.id for finding in concerned if finding.is_open) or "none",
                ", ".join(f"{finding.id} {finding.state}" for finding in concerned if not finding.is_open),
            )
        )
    return rows


def compare_summary(found: Comparison) -> list[str]:
    """PROC COMPARE in short: observations in common and not, variables, unequal values, largest difference, SYSINFO."""
    compared = found.variables[found.variables["role"] == "compared"]
    largest = compared["maxdif"].max()
    return [
        str(len(found.match.base_rows)),
        str(len(found.match.base.only) + len(found.match.compare.only)),
        str(len(compared) + len(found.id_variables)),
        str(int(compared["ndif"].sum())),
        f"{largest:.3g}" if largest > 0 else "0",
        str(found.sysinfo),
    ]


def _production(root: Path, item: Outcome) -> list[str]:
    """The workbook, and the study's own functions for this dataset where there are some."""
    dataset = item.name.removeprefix("SUPP").lower()
    own = f"{item.layer}/{dataset}.py"
    return [WORKBOOKS[item.layer], *([own] if (root / own).is_file() else [])]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
