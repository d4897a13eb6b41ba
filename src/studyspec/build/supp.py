"""Supplemental qualifiers: variables marked supplemental leave their parent and become records of SUPP--.

Source: SDTMIG 3.4, section 8.4 (Supplemental Qualifiers).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from studyspec.build.dataset import sequence_variable
from studyspec.build.records import IndexArray, RecordSet, text_series
from studyspec.derive.columns import is_char
from studyspec.spec.model import Variable

SUPP_COLUMNS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL")
_ORIGINS = {"Collected": "CRF", "Derived": "DERIVED", "Assigned": "ASSIGNED", "Protocol": "PROTOCOL"}


def supplemental_qualifiers(dataset: str, records: RecordSet, variables: Sequence[Variable]) -> pd.DataFrame:
    """SUPP-- of a dataset: one record per non-missing supplemental value.

    Args:
        dataset: the parent, e.g. "AE", or "QSMM", a part of QS.
        records: its finished records, supplementals still as columns.
        variables: the supplemental variables.

    Returns:
        The ten SUPPQUAL variables as text, sorted by subject, parent record and QNAM. IDVAR is --SEQ, and blank for DM,
        which has one record per subject.
    """
    seq = sequence_variable(dataset, records)
    # A split domain: the part QSMM belongs to QS.
    domain = records["DOMAIN"] if "DOMAIN" in records else text_series(dataset, records.index)
    ordered = sorted(variables, key=lambda item: item.name)
    texts = [_text(records[variable.name]) for variable in ordered]
    kept = [np.flatnonzero((text != "").to_numpy()) for text in texts]
    rows, which = np.concatenate(kept), np.repeat(np.arange(len(ordered)), [len(part) for part in kept])
    numbers = records[seq].to_numpy() if seq else np.zeros(len(records))
    order = np.lexsort((which, numbers[rows], records.subjects.codes[rows]))
    values = np.concatenate([text.to_numpy(dtype=object)[part] for text, part in zip(texts, kept, strict=True)])
    rows, which = rows[order], which[order]
    identifiers = _text(pd.Series(numbers)) if seq else text_series("", pd.RangeIndex(len(records)))
    columns = {
        "STUDYID": records["STUDYID"].array.take(rows),
        "RDOMAIN": domain.array.take(rows),
        "USUBJID": records["USUBJID"].array.take(rows),
        "IDVAR": _chosen([seq] * len(ordered), which),
        "IDVARVAL": identifiers.array.take(rows),
        "QNAM": _chosen([variable.name for variable in ordered], which),
        "QLABEL": _chosen([variable.label for variable in ordered], which),
        "QVAL": pd.array(values[order], dtype="str"),
        "QORIG": _chosen([_ORIGINS.get(item.origin, item.origin.upper()) for item in ordered], which),
        "QEVAL": _chosen([""] * len(ordered), which),
    }
    return pd.DataFrame(columns)


def _text(values: pd.Series) -> pd.Series:
    return values if is_char(values) else number_text(values)


def _chosen(names: list[str], which: IndexArray) -> pd.api.extensions.ExtensionArray:
    return pd.array(names, dtype="str").take(which)


def number_text(values: pd.Series) -> pd.Series:
    """Numbers as SAS BEST would show them: whole numbers without a point, missing as blank."""
    texts = ["" if np.isnan(value) else f"{value:.12g}" for value in values.to_numpy(dtype="float64")]
    return text_series(texts, values.index)
