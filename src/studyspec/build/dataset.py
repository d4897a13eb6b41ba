"""From collected records to finished datasets: derivations, the order of records and their numbers."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pandas as pd

from studyspec.build.data import NOT_EVALUATED, Data, EvaluationError
from studyspec.build.evaluate import evaluate
from studyspec.build.records import FORM, RECORD, RecordSet, ranks, sort_positions, text_series
from studyspec.derive.columns import is_char
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Dataset, Spec, ValueLevel, Variable
from studyspec.spec.value_levels import derivation_of_level, gives_value, levels_of, selection


def derive_variable(variable: Variable, spec: Spec, data: Data) -> None:
    """Add one derived or copied variable to its dataset in `data.frames`.

    What its sources gave stays, except where a value level says how its records get their value.
    """
    records = data.frames[variable.dataset]
    if variable.name not in records:
        expression, cell = derivation(variable, spec)
        records[variable.name] = _evaluated(expression, cell, variable, records, data)
    for level in levels_of(spec, variable.dataset, variable.name):
        if gives_value(level, spec):
            records[variable.name] = _with_level(level, variable, records, data, spec)


def _with_level(level: ValueLevel, variable: Variable, records: RecordSet, data: Data, spec: Spec) -> pd.Series:
    """The variable with the values that the level's records get from it."""
    cell = level.location.at("Where Clause")
    mask = evaluate(selection(level, spec), records, data, own=variable.dataset, cell=cell).to_numpy(dtype=np.bool_)
    chosen = records.take(mask)
    expression, cell = derivation_of_level(level, spec, numeric=variable.is_numeric)
    values = pd.concat([records[variable.name].loc[~mask], _evaluated(expression, cell, variable, chosen, data)])
    order = np.concatenate([np.flatnonzero(~mask), np.flatnonzero(mask)])
    restored: pd.Series = values.take(np.argsort(order)).set_axis(records.index)
    return restored


def _evaluated(expression: n.Node, cell: str, variable: Variable, records: RecordSet, data: Data) -> pd.Series:
    values = evaluate(expression, records, data, own=variable.dataset, cell=cell)
    if values.dtype == np.bool_ or is_char(values) == variable.is_numeric:
        wanted, got = ("a number", "text") if variable.is_numeric else ("text", "no text")
        what = f"{variable.dataset}.{variable.name} is {wanted}, its expression gives {got}."
        raise EvaluationError(NOT_EVALUATED.finding(what, cell=cell))
    return values


def derivation(variable: Variable, spec: Spec) -> tuple[n.Node, str]:
    """The expression that gives a variable its value after collection, and its cell.

    Method first, then Predecessor, then Assigned Value; a variable without any (Has No Data) is missing throughout.
    """
    method = spec.methods.get(variable.method)
    if method is not None and method.runs:
        return parse(method.expression_code), method.location.at("Expression Code")
    if variable.predecessor:
        return parse(variable.predecessor), variable.location.at("Predecessor")
    constant: str | float = variable.assigned_value
    if variable.is_numeric:
        constant = float(constant) if constant else np.nan
    return n.Constant(1, constant), variable.location.at("Assigned Value")


def in_key_order(dataset: Dataset, records: RecordSet) -> RecordSet:
    """The records sorted by the dataset's key variables."""
    keys = [records[name] for name in dataset.key_variables if name in records]
    order = sort_positions(keys, len(records))
    return records if np.array_equal(order, np.arange(len(records))) else records.take(order)


def publish(dataset: str, records: RecordSet) -> RecordSet:
    """The finished dataset as later datasets read it: each record named by dataset and number within subject."""
    published = RecordSet(len(records))
    for name in records:
        if not name.startswith("_") and "." not in name:
            published[name] = records[name]
    published[FORM] = text_series(dataset, records.index)
    published[RECORD] = record_numbers(dataset, records)
    return published


def record_numbers(dataset: str, records: RecordSet) -> pd.Series:
    """--SEQ where the dataset has it, else ASEQ or AESEQ-like numbers are absent: 1, 2, ... within subject."""
    name = sequence_variable(dataset, records)
    if name:
        return records[name].fillna(0).astype("int64")
    codes = ranks(records["USUBJID"])
    return pd.Series(pd.Series(codes).groupby(codes).cumcount().to_numpy() + 1, index=records.index)


def sequence_variable(dataset: str, records: Container[str]) -> str:
    """The variable that numbers a subject's records: AESEQ in AE, ASEQ or the source domain's --SEQ in ADaM, or "".

    Args:
        dataset: its name.
        records: its records, or the names of its variables.
    """
    prefix = dataset[2:] if dataset.startswith("AD") else dataset
    # A split domain (QSMM) numbers its records by the domain's own variable (QSSEQ).
    return next((name for name in (f"{prefix}SEQ", f"{prefix[:2]}SEQ", "ASEQ") if name in records), "")
