"""Datasets and raw forms as the page reads them: columns, the variables' rules, and where each record came from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from studyspec.build.data import Data
from studyspec.build.dataset import record_numbers, sequence_variable
from studyspec.build.partition import Built, Forms
from studyspec.build.records import FORM, RECORD, RecordSet
from studyspec.report.columns import encoded, text_columns
from studyspec.report.derivations import described_variables
from studyspec.report.uses import Uses
from studyspec.spec.model import Spec

# What became of a raw record in the end: the first of these that the ledger has for it.
STATUSES = ("output", "joined", "read", "reference", "excluded", "not tabulated")


def dataset_content(name: str, spec: Spec, built: Built, data: Data) -> dict[str, Any]:
    """A dataset: its variables with their rules, its columns, and the source of each record.

    `number` counts a subject's records, `form` and `record` name the raw record or the record of another dataset that
    each was made from, `joins` the raw records joined to it.
    """
    records = built.records[name]
    joins = _joins(name, records, built.lineage)
    uses = Uses(records, data, joins)
    variables = described_variables(name, spec, records, data, uses)
    return {
        "name": name,
        "label": spec.datasets[name].label,
        "standard": spec.standard,
        "length": len(records),
        "variables": variables,
        "columns": {item["name"]: encoded(records[item["name"]]) for item in variables},
        "number": _numbers(name, records),
        "form": encoded(records[FORM]),
        "record": records[RECORD].tolist(),
        "source": encoded(records["_source"]),
        "joins": joins,
        "uses": uses.found,
    }


def _numbers(name: str, records: RecordSet) -> list[int]:
    """The number of each record within its subject; without subjects within the dataset."""
    if not (records["USUBJID"] != "").any():
        return list(range(1, len(records) + 1))
    return [int(number) for number in record_numbers(name, records)]


def _joins(name: str, records: RecordSet, lineage: pd.DataFrame) -> dict[str, list[int]]:
    """For each joined form the raw record joined to each record, 0 where none was."""
    own = lineage[(lineage["DATASET"] == name) & (lineage["ROLE"] == "joined")]
    if not len(own):
        return {}
    numbered = bool(sequence_variable(name, records))
    number = records[sequence_variable(name, records)] if numbered else pd.Series(0.0, index=records.index)
    keys = pd.MultiIndex.from_arrays([records["USUBJID"], number])
    found: dict[str, list[int]] = {}
    for form, part in own.groupby("FORM"):
        first = part.drop_duplicates(["USUBJID", "SEQ"])
        wanted = pd.MultiIndex.from_arrays([first["USUBJID"], first["SEQ"] if numbered else 0.0 * first["RECORD"]])
        places = wanted.get_indexer(keys) if wanted.is_unique else np.full(len(keys), -1)
        numbers = np.append(first["RECORD"].to_numpy(dtype=np.int64), 0)
        found[str(form)] = numbers[places].tolist()
    return found


def supplemental_content(name: str, built: Built, label: str) -> dict[str, Any]:
    """A SUPP-- dataset; its values are traced in the parent's variables."""
    frame = built.datasets[name]
    columns = [str(column) for column in frame]
    return {
        "name": name,
        "label": label,
        "standard": "SDTM",
        "length": len(frame),
        "variables": [{"name": column, "rules": []} for column in columns],
        "columns": text_columns(frame, columns),
    }


def form_content(name: str, place: str, unit: str, label: str, records: RecordSet, ends: pd.Series) -> dict[str, Any]:
    """A raw form: its columns as they arrived, the subject of each record, and what became of it.

    `place` is its file or sheet, whose records are numbered by `unit`: record or row.
    """
    columns = [column for column in records if not column.startswith("_") and column != "USUBJID"]
    content = {
        "name": name,
        "place": place,
        "unit": unit,
        "label": label,
        "length": len(records),
        "columns": {column: encoded(records[column]) for column in columns},
        "number": records[RECORD].tolist(),
        "ends": encoded(ends.reindex(records[RECORD]).fillna("").astype("str")),
    }
    if "USUBJID" in records:
        content["subject"] = encoded(records["USUBJID"])
    return content


def endings(ledger: pd.DataFrame, forms: Forms) -> dict[str, pd.Series]:
    """For each raw form what became of each record, by record number: "output AE; read DM"."""
    raw = ledger[ledger["FORM"].isin(list(forms))]
    target = raw["DATASET"].where(raw["DATASET"] == "", " " + raw["DATASET"])
    reason = raw["REASON"].where(raw["REASON"] == "", ": " + raw["REASON"])
    rank = _rank(raw["STATUS"])
    texts = pd.DataFrame(
        {"FORM": raw["FORM"], "RECORD": raw["RECORD"], "rank": rank, "text": raw["STATUS"] + target + reason}
    )
    texts = texts.sort_values(["FORM", "RECORD", "rank", "text"]).drop_duplicates(["FORM", "RECORD", "text"])
    joined = texts.groupby(["FORM", "RECORD"], sort=True)["text"].agg("; ".join)
    return {str(form): part.droplevel("FORM") for form, part in joined.groupby(level="FORM")}


def ledger_counts(ledger: pd.DataFrame, forms: Forms) -> dict[str, dict[str, int]]:
    """For each raw form how many of its records ended in each status, each record once: where it went furthest."""
    raw = ledger[ledger["FORM"].isin(list(forms))]
    best = _rank(raw["STATUS"]).groupby([raw["FORM"], raw["RECORD"]]).min()
    return {
        form: {name: int((ranks == place).sum()) for place, name in enumerate(STATUSES) if (ranks == place).any()}
        for form in forms
        if len(ranks := best[best.index.get_level_values("FORM") == form])
    }


def _rank(status: pd.Series) -> pd.Series:
    return status.map({name: place for place, name in enumerate(STATUSES)})
