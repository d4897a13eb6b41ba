"""Small data sets that the XPT tests share."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from studyspec.transport.columns import XptColumn, XptDataset

CREATED = datetime(2024, 5, 1, 13, 45, 59)


def text(*values: str) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def number(*values: float) -> pd.Series:
    return pd.Series(list(values), dtype="float64")


def one_text(length: int = 10) -> XptDataset:
    return XptDataset("AE", "Adverse Events", (XptColumn("AETERM", "char", length, "Reported Term"),))


def one_number(length: int = 8) -> XptDataset:
    return XptDataset("VS", "Vital Signs", (XptColumn("VSSTRESN", "num", length, "Result"),))


def subjects() -> tuple[pd.DataFrame, XptDataset]:
    """Two subjects with every kind of variable; the last variable is a number."""
    frame = pd.DataFrame(
        {
            "USUBJID": text("S-001", "S-002"),
            "SEX": text("F", ""),
            "AGE": number(71.0, float("nan")),
            "TRTSDT": number(23497.0, 23500.0),
        }
    )
    columns = (
        XptColumn("USUBJID", "char", 12, "Unique Subject Identifier", "$12."),
        XptColumn("SEX", "char", 1, "Sex"),
        XptColumn("AGE", "num", 8, "Age", "8.2", "8."),
        XptColumn("TRTSDT", "num", 4, "Date of First Exposure to Treatment", "DATE9."),
    )
    return frame, XptDataset("ADSL", "Subject-Level Analysis Dataset", columns)
