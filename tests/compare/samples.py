"""Small data sets that the comparison tests share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from studyspec.compare.dataset import Dataset, Variable, dataset_from_frame
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_write import write_xpt

CREATED = datetime(2024, 5, 1, 13, 45, 59)


def text(*values: str) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def number(*values: float) -> pd.Series:
    return pd.Series(list(values), dtype="float64")


def frame(**columns: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(columns)


def plain(name: str, **columns: pd.Series) -> Dataset:
    """A data set whose attributes nobody knows, as a data frame or Parquet gives it."""
    return dataset_from_frame(frame(**columns), name)


def labs() -> Dataset:
    """Four lab records with every attribute known."""
    values = frame(
        USUBJID=text("S-001", "S-001", "S-002", "S-003"),
        LBSEQ=number(1, 2, 1, 1),
        LBTEST=text("Alanine Aminotransferase", "Sodium", "Sodium", ""),
        LBSTRESN=number(31.5, 140, float("nan"), 138),
        LBDT=number(22000, 22001, 22002, 22003),
    )
    variables = (
        Variable("USUBJID", "char", 8, "Unique Subject Identifier"),
        Variable("LBSEQ", "num", 8, "Sequence Number"),
        Variable("LBTEST", "char", 40, "Lab Test or Examination Name"),
        Variable("LBSTRESN", "num", 8, "Numeric Result in Standard Units", "8.2"),
        Variable("LBDT", "num", 8, "Date of Collection", "DATE9."),
    )
    return Dataset("BASE.LB", variables, values, "Laboratory Test Results", "", CREATED, CREATED)


def other(**changes: object) -> Dataset:
    """The lab records as the comparison data set, with some of their fields changed."""
    return replace(labs(), name="COMPARE.LB", **changes)


def with_variable(dataset: Dataset, name: str, **changes: object) -> Dataset:
    """The same data set with other attributes of one variable."""
    changed = tuple(replace(item, **changes) if item.name == name else item for item in dataset.variables)
    return replace(dataset, variables=changed)


def with_value(dataset: Dataset, row: int, name: str, value: object) -> Dataset:
    """The same data set with another value in one cell."""
    changed = dataset.frame.copy()
    changed.loc[row, name] = value
    return replace(dataset, frame=changed)


def with_rows(dataset: Dataset, *rows: int) -> Dataset:
    """The same data set with these rows in this order."""
    return replace(dataset, frame=dataset.frame.iloc[list(rows)].reset_index(drop=True))


def save_xpt(path: Path, dataset: Dataset) -> Path:
    """Write a data set as an XPT file."""
    columns = tuple(XptColumn(v.name, v.type, v.length, v.label, v.format, v.informat) for v in dataset.variables)
    described = XptDataset(dataset.name.partition(".")[2], dataset.label, columns)
    write_xpt(path, dataset.frame, described, created=CREATED, special=dict(dataset.special))
    return path
