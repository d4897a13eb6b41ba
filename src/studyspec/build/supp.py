"""Supplemental qualifiers: variables marked supplemental leave their parent and become records of SUPP--.

Source: SDTMIG 3.4, section 8.4 (Supplemental Qualifiers).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from studyspec.build.records import RecordSet, is_text, text_series
from studyspec.spec.model import Variable

SUPP_COLUMNS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL")
_ORIGINS = {"Collected": "CRF", "Derived": "DERIVED", "Assigned": "ASSIGNED", "Protocol": "PROTOCOL"}


def supplemental_qualifiers(dataset: str, records: RecordSet, variables: Sequence[Variable]) -> pd.DataFrame:
    """SUPP-- of a dataset: one record per non-missing supplemental value.

    Args:
        dataset: the parent domain, e.g. "AE".
        records: its finished records, supplementals still as columns.
        variables: the supplemental variables.

    Returns:
        The ten SUPPQUAL variables as text, sorted by subject, parent record and QNAM. IDVAR is --SEQ, and blank for DM,
        which has one record per subject.
    """
    seq = f"{dataset}SEQ" if f"{dataset}SEQ" in records else ""
    parts = []
    for variable in variables:
        values = records[variable.name]
        text = values if is_text(values) else number_text(values)
        kept = np.flatnonzero((text != "").to_numpy())
        part = pd.DataFrame({"USUBJID": records["USUBJID"], "QVAL": text}).iloc[kept]
        part["_seq"] = records[seq].to_numpy()[kept] if seq else 0.0
        part["STUDYID"] = records["STUDYID"].iloc[kept]
        part["QNAM"], part["QLABEL"] = variable.name, variable.label
        part["QORIG"] = _ORIGINS.get(variable.origin, variable.origin.upper())
        parts.append(part)
    if not parts or not sum(len(part) for part in parts):
        return pd.DataFrame({name: pd.Series(dtype="str") for name in SUPP_COLUMNS})
    whole = pd.concat(parts).sort_values(["USUBJID", "_seq", "QNAM"], ignore_index=True)
    whole["RDOMAIN"], whole["IDVAR"], whole["QEVAL"] = dataset, seq, ""
    whole["IDVARVAL"] = number_text(whole["_seq"]) if seq else text_series("", whole.index)
    return whole[list(SUPP_COLUMNS)].astype("str")


def number_text(values: pd.Series) -> pd.Series:
    """Numbers as SAS BEST would show them: whole numbers without a point, missing as blank."""
    texts = ["" if np.isnan(value) else f"{value:.12g}" for value in values.to_numpy(dtype="float64")]
    return text_series(texts, values.index)
