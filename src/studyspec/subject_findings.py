"""Findings about a subject as the dataset FINDINGS, which displays can list and second programs can read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from studyspec.findings import Finding
from studyspec.spec.findings_dataset import FINDINGS_VARIABLES

_FIELDS = ("usubjid", "code", "severity", "dataset", "seq", "form", "record", "what", "action")


def subject_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """The findings that name a subject, by subject, then in the order of every listing of findings.

    Args:
        findings: of a build.

    Returns:
        Columns of `FINDINGS_VARIABLES`: text is never missing, DSSEQ and RECORD are numbers, missing where there is no
        such record.
    """
    found = sorted((item for item in findings if item.usubjid), key=lambda item: (item.usubjid, item.sort_key()))
    rows = [tuple(str(getattr(item, field)) for field in _FIELDS) for item in found]
    return _typed(pd.DataFrame(rows, columns=list(FINDINGS_VARIABLES), dtype="str"))


def read_subject_findings(path: Path) -> pd.DataFrame:
    """The same from the findings.csv of an output folder."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")[list(_FIELDS)]
    table.columns = pd.Index(FINDINGS_VARIABLES)
    of_subjects = table[table["USUBJID"] != ""].reset_index(drop=True)
    return _typed(of_subjects.sort_values("USUBJID", kind="stable", ignore_index=True))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numeric = [name for name, (_, data_type) in FINDINGS_VARIABLES.items() if data_type == "integer"]
    for name in numeric:
        numbers = pd.to_numeric(table[name], errors="coerce").astype("float64")
        table[name] = numbers.mask(numbers == 0)
    return table
