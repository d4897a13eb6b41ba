"""Analysis results data: one row a figure, with its value in full precision, its printed text and its origin.

`COLUMNS` is the layout of the long table of every display; docs/tables.md describes each column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from studyspec.transport.atomic import replacing
from studyspec.transport.parquet import write_parquet


class Result(NamedTuple):
    """One figure of a display: a row of the analysis results data.

    `line` is the printed line it stands in (0: the column head). `group1` to `group3` name the variables it is counted
    by, each with its value, e.g. AEBODSYS "Infections" and AEDECOD "Pneumonia". `where` selects the records of
    `dataset`, `population` the subjects of ADSL that are looked at; subjects with a record that meets `unless` are
    left out (worst grade: those with a higher one).
    """

    display: str
    line: int
    row: str
    kind: str
    label: str
    column: str
    column_label: str
    statistic: str
    value: float = math.nan
    denominator: float = math.nan
    text: str = ""
    variable: str = ""
    group1: str = ""
    group1_value: str = ""
    group2: str = ""
    group2_value: str = ""
    group3: str = ""
    group3_value: str = ""
    dataset: str = ""
    where: str = ""
    unless: str = ""
    population: str = ""
    reference: str = ""


COLUMNS: tuple[str, ...] = Result._fields
NUMERIC_COLUMNS = ("line", "value", "denominator")


def results_frame(results: Iterable[Result]) -> pd.DataFrame:
    """Results as a data frame: `COLUMNS`, in their order; numbers are float64, everything else text."""
    columns = list(zip(*results, strict=True)) or [()] * len(COLUMNS)
    return pd.DataFrame({name: _column(name, values) for name, values in zip(COLUMNS, columns, strict=True)})


def _column(name: str, values: Sequence[Any]) -> pd.Series:
    if name in NUMERIC_COLUMNS:
        return pd.Series(values, dtype="float64")
    return pd.Series(pd.array(pa.array(values, pa.large_string()), dtype="str"))


def write_ard(ard: pd.DataFrame, folder: Path, name: str) -> tuple[Path, Path]:
    """Write analysis results data as Parquet and as CSV (UTF-8, line feeds, numbers in full precision).

    Args:
        ard: with `COLUMNS`.
        folder: exists already.
        name: of the files, without suffix: t-14-3-1-1.

    Returns:
        The two paths, Parquet first.
    """
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    write_parquet(parquet, ard)
    lines = [",".join(COLUMNS), *map(",".join, zip(*(_csv_cells(ard[item]) for item in COLUMNS), strict=True)), ""]
    with replacing(text) as file:
        file.write("\n".join(lines).encode("utf-8"))
    return parquet, text


def _csv_cells(values: pd.Series) -> np.ndarray[Any, np.dtype[np.object_]]:
    """A column as CSV cells, made once for each distinct value."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    text = _quoted if values.name not in NUMERIC_COLUMNS else _exact
    return np.array([text(value) for value in distinct], dtype=object)[codes]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _exact(value: float) -> str:
    """The shortest text that reads back as the same number; "" for a missing one."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
