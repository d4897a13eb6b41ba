"""The ledger: what became of every raw record, and the lineage from output records back to it.

A raw record ends as `output` (a record of a dataset was made from it), `joined` (its values were looked up), `read` (an
aggregate or a check read it), `reference` (a form without subjects), `excluded` or `not tabulated` (with the reason).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from studyspec.build.records import FORM, RECORD, IndexArray, RecordSet, sort_positions, text_series
from studyspec.findings import Finding, Rule

UNACCOUNTED = Rule(
    "BUILD-001",
    "error",
    "Raw record not accounted for",
    why="No record may vanish: this one feeds no dataset and no reason is stated.",
    action="Add a source for it to the Sources sheet, or state in the Forms sheet why its form is not tabulated.",
)

LINEAGE_COLUMNS = ("DATASET", "USUBJID", "SEQ", "FORM", "RECORD", "ROLE")
ENTRY_COLUMNS = ("FORM", "RECORD", "USUBJID", "STATUS", "DATASET", "REASON")


@dataclass
class Ledger:
    """Entries of one partition; `note` adds, `frame` gives the sorted whole."""

    entries: list[tuple[RecordSet, str, str, str]] = field(default_factory=list)

    def note(self, records: RecordSet, status: str, dataset: str, reason: str = "") -> None:
        """Record that these raw records ended as `status` for `dataset`."""
        if len(records):
            names = [name for name in (FORM, RECORD, "USUBJID") if name in records]
            self.entries.append((records.select(names), status, dataset, reason))

    def frame(self) -> pd.DataFrame:
        """All entries, each once, by form, record, subject, dataset and status."""
        stacked = RecordSet.stack([records for records, *_ in self.entries], {"USUBJID": pd.Series(dtype="str")})
        lengths = [len(records) for records, *_ in self.entries]
        whole = {name: stacked[source] for name, source in _SOURCES.items() if source in stacked}
        for place, name in enumerate(("STATUS", "DATASET", "REASON"), start=1):
            values = pd.Series([str(entry[place]) for entry in self.entries], dtype="str").array
            whole[name] = pd.Series(values.take(np.repeat(np.arange(len(lengths)), lengths)), index=stacked.index)
        return merge_entries([pd.DataFrame(whole)] if self.entries else [])


_SOURCES = {"FORM": FORM, "RECORD": RECORD, "USUBJID": "USUBJID"}


def merge_entries(entries: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Entries of several ledgers as one sorted frame without repetitions."""
    if not entries:
        empty = {name: pd.Series(dtype="int64" if name == "RECORD" else "str") for name in ENTRY_COLUMNS}
        return pd.DataFrame(empty)
    whole = pd.concat(list(entries), ignore_index=True).drop_duplicates(ignore_index=True)
    keys = ("FORM", "RECORD", "USUBJID", "DATASET", "STATUS", "REASON")
    order = sort_positions([whole[name] for name in keys], len(whole))
    return whole.take(order)[list(ENTRY_COLUMNS)].reset_index(drop=True)


def unaccounted(ledger: pd.DataFrame, forms: dict[str, RecordSet]) -> Iterable[Finding]:
    """A finding for every raw record that the ledger does not mention."""
    for form, records in forms.items():
        known = ledger.loc[ledger["FORM"] == form, "RECORD"].to_numpy()
        lost = np.flatnonzero(~np.isin(records[RECORD].to_numpy(), known))
        for position in lost:
            subject = str(records["USUBJID"].iloc[position]) if "USUBJID" in records else ""
            number = int(records[RECORD].iloc[position])
            what = f"Record {number} of form {form} is in no dataset and has no reason for being left out."
            yield UNACCOUNTED.finding(what, form=form, record=number, usubjid=subject)


def lineage(dataset: str, records: RecordSet, joined: dict[str, IndexArray], seq: str) -> pd.DataFrame:
    """Which raw (or source dataset) records each output record was made from.

    Args:
        dataset: name of the output dataset.
        records: its records, with USUBJID, `_form` and `_record`.
        joined: per joined form, the record number joined to each output record (0 where none was).
        seq: the variable that numbers records within subject, or "" where there is none.

    Returns:
        DATASET, USUBJID, SEQ, FORM, RECORD, ROLE (source or joined); see `sort_lineage`.
    """
    number = records[seq] if seq in records else pd.Series(np.nan, index=records.index)
    parts = []
    for form, numbers in [("", records[RECORD].to_numpy()), *joined.items()]:
        part = pd.DataFrame({"USUBJID": records["USUBJID"], "SEQ": number, "RECORD": numbers})
        part["DATASET"] = text_series(dataset, records.index)
        part["FORM"] = text_series(form, records.index) if form else records[FORM]
        part["ROLE"] = text_series("joined" if form else "source", records.index)
        parts.append(part[part["RECORD"] > 0])
    return pd.concat(parts, ignore_index=True)[list(LINEAGE_COLUMNS)]


def sort_lineage(whole: pd.DataFrame) -> pd.DataFrame:
    """Lineage by dataset, subject, record number, role, form and record."""
    order = ("DATASET", "USUBJID", "SEQ", "ROLE", "FORM", "RECORD")
    positions = sort_positions([whole[name] for name in order], len(whole))
    return whole.take(positions).reset_index(drop=True)
