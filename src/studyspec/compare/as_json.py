"""The result of a comparison as JSON, for machines: counts, SYSINFO, and every table of the listing."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pandas as pd

from studyspec.compare.dataset import Dataset
from studyspec.compare.explained import Settled
from studyspec.compare.result import Comparison


def comparison_json(comparison: Comparison, per_variable: int = 50, settled: Settled | None = None) -> str:
    """Give the result as JSON.

    Args:
        comparison: the result.
        per_variable: the most unequal values of a variable and the most one-sided observations of a data set; the
            counts are of all.
        settled: the data set's differences held against explanations, where there are some.

    Returns:
        Indented JSON with a newline at its end. Numbers that JSON does not know (missing, infinite) are null.
    """
    record = comparison_record(comparison, per_variable) | (settled_record(settled) if settled else {})
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def settled_record(settled: Settled) -> dict[str, Any]:
    """Give differences with their explanations ("" where there is none), and the stale explanations."""
    return {
        "differences": [{**asdict(item), "explanation": text} for item, text in settled.explanations.items()],
        "stale_explanations": [asdict(item) for item in settled.stale],
    }


def comparison_record(comparison: Comparison, per_variable: int = 50) -> dict[str, Any]:
    """Give what `comparison_json` writes as dicts, lists, texts and numbers."""
    match = comparison.match
    compared = comparison.variables[comparison.variables["role"] == "compared"]
    unequal_pairs = len(comparison.unequal_pairs)
    return {
        "sysinfo": comparison.sysinfo,
        "conditions": list(comparison.conditions),
        "criterion": {
            "method": comparison.criterion.method,
            "criterion": comparison.criterion.limit,
            "delta": comparison.criterion.delta,
        },
        "id_variables": list(comparison.id_variables),
        "base": _dataset(comparison.base),
        "compare": _dataset(comparison.compare),
        "counts": {
            "variables_in_common": int(comparison.variables["role"].isin(["id", "compared", "conflicting type"]).sum()),
            "variables_base_only": comparison.count("base only"),
            "variables_compare_only": comparison.count("compare only"),
            "variables_conflicting_type": comparison.count("conflicting type"),
            "variables_unequal": int((compared["ndif"] > 0).sum()),
            "observations_in_common": len(match.base_rows),
            "observations_base_only": len(match.base.only),
            "observations_compare_only": len(match.compare.only),
            "duplicates_base": match.base.duplicates,
            "duplicates_compare": match.compare.duplicates,
            "observations_unequal": unequal_pairs,
            "observations_equal": len(match.base_rows) - unequal_pairs,
            "values_unequal": int(compared["ndif"].sum()),
            "values_not_exactly_equal": int(compared["inexact"].sum()),
        },
        "notes": list(comparison.notes),
        "variables": _records(comparison.variables),
        "attributes": _records(comparison.attributes),
        "observations": _records(comparison.observations(per_variable)),
        "values": {name: _records(comparison.values(name, per_variable)) for name in comparison.unequal},
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "label": dataset.label,
        "type": dataset.type,
        "created": _stamp(dataset.created),
        "modified": _stamp(dataset.modified),
        "variables": len(dataset.variables),
        "observations": len(dataset.frame),
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    cells = [[_plain(cell) for cell in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
