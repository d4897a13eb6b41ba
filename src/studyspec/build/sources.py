"""From sources to the records of a dataset: filter, join, duplicates, repair, mapping, stacking.

Each row of the Sources sheet is one stream. What a stream leaves out goes into the ledger with its reason; every record
that remains keeps the name of its raw form and its record number.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from studyspec.build.calls import ROW, call_function, checked_records
from studyspec.build.data import Data, at_record
from studyspec.build.evaluate import apply_function, evaluate
from studyspec.build.ledger import Ledger
from studyspec.build.records import (
    FORM,
    RECORD,
    IndexArray,
    MaskArray,
    RecordSet,
    sort_positions,
    take_values,
    text_series,
)
from studyspec.derive.columns import is_char, is_missing
from studyspec.derive.problems import collecting
from studyspec.findings import Rule
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Join, Source, Spec, Variable
from studyspec.spec.received import takes_own_column

HIDDEN = (FORM, RECORD, "_source")
ENTRY_NUMBER = "FORMREPEAT"
BOOKKEEPING = ("FORMREPEAT", "DATASTATUS", "ENTRYDT", "LASTMODDT")

DUPLICATE_DROPPED = Rule(
    "DATA-201",
    "note",
    "Duplicate record dropped",
    why="The source states a key and which of several records with the same key to keep.",
    action="Nothing, if the records are truly the same entry; otherwise correct Key or Duplicates in Sources.",
)
DUPLICATE_KEY = Rule(
    "DATA-202",
    "error",
    "Duplicate record",
    why="The source states that its key identifies a record, and it does not.",
    action="Query the site, or state in Sources (Duplicates) which record to keep.",
)
SEVERAL_MATCHES = Rule(
    "DATA-203",
    "error",
    "Join finds several records",
    why="A look-up must find at most one record; the first was taken.",
    action="Add 'keep first by ...' or 'keep last by ...' to the Join, or join on more variables.",
)
LOST_BY_FUNCTION = "dropped by the function {}"


@dataclass
class Stack:
    """The records of a dataset as collected, before derivations.

    `joined` holds, per joined form, the record number that each record was joined with (0: none).
    """

    records: RecordSet
    joined: dict[str, IndexArray] = field(default_factory=dict)


def stack_sources(dataset: str, spec: Spec, data: Data, ledger: Ledger, retained: frozenset[str]) -> Stack:
    """All records of a dataset with their collected and assigned variables.

    Args:
        dataset: its name.
        spec: the workbook.
        data: raw forms (SDTM) or datasets (ADaM) of this partition.
        ledger: takes what is left out, and what was used.
        retained: raw columns ("ae.GRADE") that derivations and checks of this dataset read; they are kept.
    """
    sources = sorted((item for item in spec.sources if item.dataset == dataset), key=lambda item: item.order)
    variables = spec.variables_of[dataset]
    streams = [_stream(source, spec, data, ledger, variables, retained) for source in sources]
    forms = sorted({form for _, joined in streams for form in joined})
    no_number, no_text = pd.Series(dtype="float64"), pd.Series(dtype="str")
    blank = {
        variable.name: no_number if variable.is_numeric else no_text
        for variable in variables
        if any(variable.name in part for part, _ in streams)
    }
    if not streams:
        blank |= {name: pd.Series(dtype="int64" if name == RECORD else "str") for name in (*HIDDEN, "USUBJID")}
    records = RecordSet.stack([part for part, _ in streams], blank)
    joined = {
        form: np.concatenate([numbers.get(form, np.zeros(len(part), np.intp)) for part, numbers in streams])
        for form in forms
    }
    return Stack(records, joined)


def _stream(
    source: Source, spec: Spec, data: Data, ledger: Ledger, variables: Sequence[Variable], retained: frozenset[str]
) -> tuple[RecordSet, dict[str, IndexArray]]:
    collected = data.frames[source.form]
    records = collected.select(collected)
    early = [join for join in source.joins if all(name in records for name in join.on)]
    joined = {join.form: _join(records, join, source, data) for join in early}
    records, joined = _filter(source, records, joined, data, ledger)
    if source.function:
        records, joined = _repair(source, records, joined, data, ledger)
        # A join on a column that only the function adds can be made only now.
        joined |= {join.form: _join(records, join, source, data) for join in source.joins if join not in early}
    for form, numbers in joined.items():
        frame = data.frames[form]
        used = np.isin(frame[RECORD].to_numpy(), numbers)
        ledger.note(frame.take(used), "joined", source.dataset)
    ledger.note(records, "output", source.dataset)
    return _map(source, spec, records, data, variables, retained), joined


def _join(records: RecordSet, join: Join, source: Source, data: Data) -> IndexArray:
    """Add the joined form's columns as form.COLUMN; return the joined record numbers (0: no match)."""
    frame = data.frames[join.form]
    within = "USUBJID" in records and "USUBJID" in frame
    left, right = _key(records, join.on, within), _key(frame, join.on, within)
    candidates = sort_positions([frame[column] for column in join.by], len(frame))
    if join.keep == "last":
        candidates = candidates[::-1]
    repeated = right[candidates].duplicated()
    places = pd.Index(right[candidates][~repeated]).get_indexer(left)
    found = (places >= 0) & np.asarray(left != "")
    positions = np.full(len(records), -1, dtype=np.intp)
    positions[found] = candidates[~repeated][places[found]]
    if not join.keep and repeated.any():
        several = found & np.asarray(left.isin(right[right.duplicated()]))
        _report_several(records, join, source, data, several)
    names = {f"{join.form}.{column}": column for column in frame if not column.startswith("_")}
    records.borrow(frame, names, positions)
    numbers = np.zeros(len(records), dtype=np.intp)
    numbers[found] = frame[RECORD].to_numpy()[positions[found]]
    return numbers


def _key(records: RecordSet, names: Sequence[str], within_subject: bool) -> pd.Index:
    """One text per record from several columns; blank where all are blank.

    Where both sides have subjects the key holds the subject too: a build of one subject must find what a build of all
    finds.
    """
    texts = [_key_text(records[name]) for name in names]
    blank = np.logical_and.reduce([np.asarray(text == "") for text in texts])
    if within_subject and "USUBJID" not in names:
        texts.append(records["USUBJID"])
    key = texts[0]
    for text in texts[1:]:
        key = key + "\x1f" + text
    found: pd.Index = pd.Index(key.mask(blank, "") if blank.any() else key)
    return found


def _key_text(values: pd.Series) -> pd.Series:
    return values if is_char(values) else values.astype("str").mask(is_missing(values), "")


def _report_several(
    records: RecordSet, join: Join, source: Source, data: Data, several: np.ndarray[Any, np.dtype[np.bool_]]
) -> None:
    for position in np.flatnonzero(several):
        values = ", ".join(f"{name} {records[name].iloc[position]}" for name in join.on)
        finding = SEVERAL_MATCHES.finding(f"{join.form} has more than one record with {values}.")
        data.findings.append(at_record(finding, records, int(position), data, source.location.at("Join")))


def _filter(
    source: Source, records: RecordSet, joined: dict[str, IndexArray], data: Data, ledger: Ledger
) -> tuple[RecordSet, dict[str, IndexArray]]:
    """Apply Where, then Key and Duplicates; what is left out goes into the ledger."""
    if source.where:
        cell = source.location.at("Where")
        kept = evaluate(parse(source.where), records, data, own=source.form, cell=cell).to_numpy(dtype=np.bool_)
        ledger.note(records.take(~kept), "excluded", source.dataset, f"not selected by {source.where}")
        records = records.take(kept)
        joined = {form: numbers[kept] for form, numbers in joined.items()}
    if source.key and source.duplicates:
        dropped = _duplicates(source, records)
        rule = DUPLICATE_KEY if source.duplicates == "error" else DUPLICATE_DROPPED
        cell = source.location.at("Key")
        for position in np.flatnonzero(dropped):
            finding = rule.finding(f"Another record has the same key ({', '.join(source.key)}); {source.duplicates}.")
            data.findings.append(at_record(finding, records, int(position), data, cell))
        if source.duplicates != "error":
            reason = f"duplicate by {', '.join(source.key)}: {source.duplicates}"
            ledger.note(records.take(dropped), "excluded", source.dataset, reason)
            records = records.take(~dropped)
            joined = {form: numbers[~dropped] for form, numbers in joined.items()}
    return records, joined


def _duplicates(source: Source, records: RecordSet) -> MaskArray:
    """True for the records that repeat the key of the one to keep.

    First and last go by the number of the entry in the form (FORMREPEAT) where there is one, then by the order in the
    file: an export sorted in another way must not keep another entry.
    """
    names = [name for name in records if name not in BOOKKEEPING and "." not in name and not name.startswith("_")]
    if source.key != ("*",):
        # Two subjects may have the same number of an entry.
        names = [*source.key, *({"USUBJID"} - set(source.key) if "USUBJID" in records else ())]
    keep: Literal["first", "last"] = "last" if source.duplicates == "keep last" else "first"
    order = np.arange(len(records))
    if ENTRY_NUMBER in records:
        order = sort_positions([pd.to_numeric(records[ENTRY_NUMBER], errors="coerce")], len(records))
    repeated = np.zeros(len(records), dtype=np.bool_)
    repeated[order] = records.frame(names).take(order).duplicated(keep=keep).to_numpy()
    return repeated


def _repair(
    source: Source, records: RecordSet, joined: dict[str, IndexArray], data: Data, ledger: Ledger
) -> tuple[RecordSet, dict[str, IndexArray]]:
    """Run the source's study function: frame in, frame out, each row still naming its raw record."""
    function = data.registry[source.function]
    cell = source.location.at("Function")
    extra = list(inspect.signature(function.call).parameters)[1:]
    data.records_read.update(extra)
    frame = records.frame()
    frame[ROW] = np.arange(len(records))
    with collecting() as problems:
        result = call_function(function, cell, frame, **{form: data.frames[form].frame() for form in extra})
    for problem in problems:
        for position, text in problem.texts.items():
            finding = problem.rule.finding(str(text))
            data.findings.append(at_record(finding, records, int(str(position)), data, cell))
    repaired = checked_records(function, result, len(records), cell)
    rows = repaired[ROW].to_numpy(dtype=np.intp)
    lost = np.setdiff1d(np.arange(len(records)), rows)
    ledger.note(records.take(lost), "excluded", source.dataset, LOST_BY_FUNCTION.format(source.function))
    # Which raw record a row was made from is not for the function to say.
    repaired[FORM], repaired[RECORD] = (take_values(records[name], rows, repaired.index) for name in (FORM, RECORD))
    return repaired, {form: numbers[rows] for form, numbers in joined.items()}


def _map(
    source: Source, spec: Spec, records: RecordSet, data: Data, variables: Sequence[Variable], retained: frozenset[str]
) -> RecordSet:
    """The collected, assigned and copied variables of one stream."""
    mapped = records.select(())
    for name in ("USUBJID", FORM, RECORD):
        mapped[name] = records[name]
    mapped["_source"] = text_series(source.source, records.index)
    for full_name in sorted(retained):
        form, column = full_name.split(".", 1)
        if form == source.form and column in records:
            mapped[full_name] = records[column]
        elif full_name in records:
            mapped[full_name] = records[full_name]
    for variable in variables:
        values = _mapped_value(variable, source, spec, records, data)
        if values is not None:
            mapped[variable.name] = values
    return mapped


def _mapped_value(variable: Variable, source: Source, spec: Spec, records: RecordSet, data: Data) -> pd.Series | None:
    """The variable as this source gives it; None when it is derived later."""
    rows = [
        item
        for item in spec.mappings_of.get((variable.dataset, variable.name), ())
        if item.source in ("", source.source)
    ]
    if rows:
        row = max(rows, key=lambda item: item.source != "")
        cell = row.location.at("Expression")
        values = evaluate(parse(row.expression), records, data, own=source.form, cell=cell)
        return conform_value(values, variable, records, data, cell)
    if variable.assigned_value and not variable.method:
        values = text_series(variable.assigned_value, records.index)
        return conform_value(values, variable, records, data, variable.location.at("Assigned Value"), coded=False)
    form, _, column = variable.predecessor.partition(".")
    if form == source.form and column in records and not variable.method:
        return records[column]
    if variable.name in records and takes_own_column(variable, spec):
        cell = variable.location.at("Variable")
        return conform_value(records[variable.name], variable, records, data, cell, coded=False)
    return None


def conform_value(
    values: pd.Series, variable: Variable, records: RecordSet, data: Data, cell: str, *, coded: bool = True
) -> pd.Series:
    """Text to the variable's codelist terms, and to numbers where the variable is numeric."""
    if coded and variable.codelist in data.codelists and is_char(values) and not variable.is_numeric:
        arguments = (data.codelists[variable.codelist], values)
        return apply_function("code", arguments, records, data, cell=cell)
    if variable.is_numeric and is_char(values):
        return apply_function("number", (values,), records, data, cell=cell)
    return values
