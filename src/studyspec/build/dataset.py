"""From collected records to finished datasets: derivations in order, then conformance to the spec, then sorting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from studyspec.build.data import Data, at_record
from studyspec.build.evaluate import evaluate
from studyspec.build.records import FORM, RECORD, RecordSet, is_missing, is_text, ranks, sort_positions, text_series
from studyspec.findings import Rule
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Dataset, Spec, Variable

NOT_A_TERM = Rule(
    "DATA-210",
    "error",
    "Value not in codelist",
    why="The variable's codelist does not contain the value that was collected or derived.",
    action="Add the term or a synonym to the codelist, or correct the expression.",
)
TOO_LONG = Rule(
    "DATA-211",
    "error",
    "Value longer than its variable",
    why="A value is never cut silently.",
    action="Raise the variable's Length in the Variables sheet (at most 200), or shorten the value by an expression.",
)
MANDATORY_MISSING = Rule(
    "DATA-212",
    "error",
    "Mandatory value missing",
    why="The spec says that the variable is never missing.",
    action="Query the site or correct the expression; or set Mandatory to No if it can be missing.",
)
KEY_NOT_UNIQUE = Rule(
    "DATA-213",
    "error",
    "Key variables do not identify the record",
    why="Two records of the dataset have equal key variables.",
    action="Add a variable to Key Variables in the Datasets sheet, or remove the duplicate at its source.",
)
NOT_AN_INTEGER = Rule(
    "DATA-214",
    "error",
    "Not a whole number",
    why="The variable's Data Type is integer.",
    action="Change the Data Type to float, or round in the expression.",
)


def derive_variable(variable: Variable, spec: Spec, data: Data) -> None:
    """Add one derived or copied variable to its dataset in `data.frames`, unless its sources already gave it."""
    records = data.frames[variable.dataset]
    if variable.name in records:
        return
    expression, cell = derivation(variable, spec)
    values = evaluate(expression, records, data, own=variable.dataset, cell=cell)
    if values.dtype == np.bool_ or is_text(values) == variable.is_numeric:
        wanted, got = ("numeric", "text") if variable.is_numeric else ("text", "numeric")
        raise TypeError(f"{cell}: {variable.dataset}.{variable.name} is {wanted}, its expression gives {got}.")
    records[variable.name] = values


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


def conform(dataset: Dataset, spec: Spec, data: Data) -> RecordSet:
    """Check every variable against its spec and sort the records by the key variables.

    Nothing is changed: a value that breaks the spec stays and gives a finding DATA-21x with its record.
    """
    records = data.frames[dataset.name]
    for variable in spec.variables_of[dataset.name]:
        if variable.name not in records:
            continue
        values = records[variable.name]
        if variable.mandatory and len(values):
            _report(MANDATORY_MISSING, is_missing(values), "is missing", variable, "Mandatory", records, data)
        if is_text(values):
            _check_text(variable, values, spec, records, data)
        elif variable.data_type == "integer":
            fractional = values.notna() & (values != np.floor(values))
            _report(NOT_AN_INTEGER, fractional, "is not whole", variable, "Data Type", records, data)
    keys = [name for name in dataset.key_variables if name in records]
    records = in_key_order(dataset, records)
    if keys and len(records):
        _check_keys(dataset, keys, records, data)
    return records


def in_key_order(dataset: Dataset, records: RecordSet) -> RecordSet:
    """The records sorted by the dataset's key variables."""
    keys = [records[name] for name in dataset.key_variables if name in records]
    order = sort_positions(keys, len(records))
    return records if np.array_equal(order, np.arange(len(records))) else records.take(order)


def _check_text(variable: Variable, values: pd.Series, spec: Spec, records: RecordSet, data: Data) -> None:
    codelist = spec.codelists.get(variable.codelist)
    if codelist is not None:
        unknown = ~values.isin([term.term for term in codelist.terms]) & (values != "")
        _report(NOT_A_TERM, unknown, f"is not a term of {codelist.id}", variable, "Codelist", records, data)
    if variable.length is not None and len(values):
        long = values.str.len() > variable.length
        if not values.str.isascii().all():
            long = values.map(lambda text: len(text.encode()), na_action=None) > variable.length
        _report(TOO_LONG, long, f"is longer than {variable.length}", variable, "Length", records, data)


def _report(
    rule: Rule, broken: pd.Series, complaint: str, variable: Variable, header: str, records: RecordSet, data: Data
) -> None:
    if not broken.any():
        return
    values, numbers = records[variable.name], record_numbers(variable.dataset, records)
    cell = variable.location.at(header)
    for position in np.flatnonzero(broken.to_numpy(dtype=np.bool_)):
        shown = f" ({values.iloc[position]!r})" if rule is not MANDATORY_MISSING else ""
        what = f"{variable.dataset}.{variable.name}{shown} {complaint}."
        finding = rule.finding(what, dataset=variable.dataset, seq=int(numbers.iloc[position]))
        data.findings.append(at_record(finding, records, int(position), data, cell))


def _check_keys(dataset: Dataset, keys: Sequence[str], records: RecordSet, data: Data) -> None:
    repeated = records.frame(keys).duplicated()
    numbers = record_numbers(dataset.name, records)
    for position in np.flatnonzero(repeated.to_numpy()):
        values = ", ".join(f"{name}={records[name].iloc[position]}" for name in keys)
        what = f"{dataset.name} has more than one record with {values}."
        finding = KEY_NOT_UNIQUE.finding(what, dataset=dataset.name, seq=int(numbers.iloc[position]))
        data.findings.append(at_record(finding, records, int(position), data, dataset.location.at("Key Variables")))


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


def sequence_variable(dataset: str, records: RecordSet) -> str:
    """The variable that numbers a subject's records: AESEQ in AE, ASEQ or the source domain's --SEQ in ADaM, or ""."""
    prefix = dataset[2:] if dataset.startswith("AD") else dataset
    return next((name for name in (f"{prefix}SEQ", "ASEQ") if name in records), "")
