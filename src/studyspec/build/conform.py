"""Finished records held against the spec: types, lengths, codelists, mandatory values, keys, and what XPT can hold.

Metadata of value levels are applied to the records of their where clause. Nothing is changed: a value that breaks the
spec stays, gives a finding DATA-21x with its record, and stops the release.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from studyspec.build.data import Data, at_record
from studyspec.build.dataset import in_key_order, record_numbers
from studyspec.build.evaluate import evaluate
from studyspec.build.records import MaskArray, RecordSet
from studyspec.derive.columns import is_char, is_missing
from studyspec.findings import Rule
from studyspec.spec.model import NUMERIC_TYPES, Codelist, Dataset, Spec, ValueLevel, Variable
from studyspec.spec.value_levels import levels_of, selection

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
    why="The Data Type is integer.",
    action="Change the Data Type to float, or round in the expression.",
)
NOT_A_NUMBER = Rule(
    "DATA-215",
    "error",
    "Text that is no number",
    why="The value level says that these values are numbers.",
    action="Query the site, correct the expression, or change the Data Type of the value level to text.",
)
NOT_ASCII = Rule(
    "DATA-216",
    "error",
    "Character that a transport file cannot hold",
    why="Regulators accept printable ASCII only in SAS transport files, and a character is never replaced silently.",
    action="Spell the value in ASCII by an expression (a mapping or a synonym), or query the site.",
)
OUT_OF_RANGE = Rule(
    "DATA-217",
    "error",
    "Number that a transport file cannot hold",
    why="SAS transport files hold magnitudes from about 5E-79 to 7E75.",
    action="Query the site or correct the expression.",
)
TWO_LEVELS = Rule(
    "DATA-218",
    "error",
    "Record belongs to two value levels",
    why="The where clauses of a variable's value levels must not overlap: the record would have two definitions.",
    action="Correct the Where Clause of one of them in the sheet ValueLevel.",
)

MAX_LENGTH = 200
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
# What IBM floating point can normalise; see transport/xpt_encode.py.
_SMALLEST, _BEYOND = 2.0**-260, 2.0**252


def conform(dataset: Dataset, spec: Spec, data: Data) -> RecordSet:
    """Check every variable against its spec and sort the records by the key variables.

    Args:
        dataset: the dataset; its records are in `data.frames`.
        spec: its workbook.
        data: takes the findings.
    """
    records = data.frames[dataset.name]
    if len(records):
        for variable in spec.variables_of[dataset.name]:
            if variable.name in records:
                _Check(variable, variable, records, data, spec).run()
                _check_levels(variable, records, data, spec)
    records = in_key_order(dataset, records)
    _check_keys(dataset, [name for name in dataset.key_variables if name in records], records, data)
    return records


def _check_levels(variable: Variable, records: RecordSet, data: Data, spec: Spec) -> None:
    """The metadata of each value level on the records of its where clause, and that no two select the same record."""
    taken = np.zeros(len(records), dtype=np.bool_)
    for level in levels_of(spec, variable.dataset, variable.name):
        cell = level.location.at("Where Clause")
        mask = evaluate(selection(level, spec), records, data, own=variable.dataset, cell=cell).to_numpy(dtype=np.bool_)
        _Check(variable, level, records, data, spec, mask).run()
        _report(TWO_LEVELS, taken & mask, "is selected by more than one value level", variable, cell, records, data)
        taken |= mask


class _Check:
    """One definition (a row of Variables or of ValueLevel) held against the records it is for."""

    def __init__(
        self,
        variable: Variable,
        definition: Variable | ValueLevel,
        records: RecordSet,
        data: Data,
        spec: Spec,
        mask: MaskArray | None = None,
    ) -> None:
        self.variable, self.definition, self.records, self.data = variable, definition, records, data
        self.codelist = spec.codelists.get(definition.codelist)
        self.mask = mask
        self.values = records[variable.name]

    def report(self, rule: Rule, broken: pd.Series | MaskArray, complaint: str, header: str) -> None:
        """Findings for the broken values among the definition's records."""
        if self.mask is not None:
            broken = broken & self.mask
        cell = self.definition.location.at(header)
        _report(rule, broken, complaint, self.variable, cell, self.records, self.data)

    def run(self) -> None:
        """All checks that the definition asks for."""
        if self.definition.mandatory:
            self.report(MANDATORY_MISSING, is_missing(self.values), "is missing", "Mandatory")
        if is_char(self.values):
            self.text()
        else:
            self.numbers(self.values)

    def text(self) -> None:
        """Codelist, length, characters, and for a value level of numbers that they are numbers.

        Each distinct value is looked at once; which records have it matters only when it is at fault.
        """
        distinct = pd.unique(self.values.array).tolist()
        if self.codelist is not None:
            unknown = {"", *distinct} - {"", *(term.term for term in self.codelist.terms)}
            self.report_values(NOT_A_TERM, unknown, f"is not a term of {self.codelist.id}", "Codelist")
        limit = min(self.definition.length or MAX_LENGTH, MAX_LENGTH)
        long = {text for text in distinct if len(text) > limit}
        self.report_values(TOO_LONG, long, f"is longer than {limit}", "Length")
        if self.definition is self.variable:
            foreign = {text for text in distinct if not (text.isascii() and text.isprintable())}
            self.report_values(NOT_ASCII, foreign, "holds a character that is not printable ASCII", "Variable")
        elif self.definition.data_type in NUMERIC_TYPES:
            numbers = {text: _number(text) for text in distinct if text}
            wordy = {text for text, number in numbers.items() if number is None}
            self.report_values(NOT_A_NUMBER, wordy, "is not a number", "Data Type")
            if self.definition.data_type == "integer":
                fractional = {text for text, number in numbers.items() if number is not None and number % 1}
                self.report_values(NOT_AN_INTEGER, fractional, "is not whole", "Data Type")

    def report_values(self, rule: Rule, broken: set[str], complaint: str, header: str) -> None:
        """Findings for the definition's records that have one of these values."""
        if broken:
            self.report(rule, self.values.isin(broken), complaint, header)

    def numbers(self, values: pd.Series) -> None:
        """Codelist, whole numbers, and the range of a transport file."""
        found = values.to_numpy(dtype=np.float64)
        there = ~np.isnan(found)
        if self.codelist is not None:
            unknown = there & ~np.isin(found, _numbers(self.codelist))
            self.report(NOT_A_TERM, unknown, f"is not a term of {self.codelist.id}", "Codelist")
        if self.definition.data_type == "integer":
            self.report(NOT_AN_INTEGER, there & (found != np.floor(found)), "is not whole", "Data Type")
        if self.definition is self.variable:
            size = np.abs(found)
            unfit = there & (size != 0) & ((size >= _BEYOND) | (size < _SMALLEST))
            self.report(OUT_OF_RANGE, unfit, "is too large or too small", "Variable")


def _number(text: str) -> float | None:
    """The number a text is, as a statistician types it (no NaN, no infinity); None where it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _numbers(codelist: Codelist) -> list[float]:
    return [float(term.term) for term in codelist.terms]


def _report(
    rule: Rule,
    broken: pd.Series | MaskArray,
    complaint: str,
    variable: Variable,
    cell: str,
    records: RecordSet,
    data: Data,
) -> None:
    if not broken.any():
        return
    values, numbers = records[variable.name], record_numbers(variable.dataset, records)
    for position in np.flatnonzero(broken):
        shown = f" ({values.iloc[position]!r})" if rule is not MANDATORY_MISSING else ""
        what = f"{variable.dataset}.{variable.name}{shown} {complaint}."
        finding = rule.finding(what, dataset=variable.dataset, seq=int(numbers.iloc[position]))
        data.findings.append(at_record(finding, records, int(position), data, cell, variable.name))


def _check_keys(dataset: Dataset, keys: Sequence[str], records: RecordSet, data: Data) -> None:
    if not keys or not len(records):
        return
    repeated = records.frame(keys).duplicated().to_numpy()
    if not repeated.any():
        return
    numbers = record_numbers(dataset.name, records)
    for position in np.flatnonzero(repeated):
        values = ", ".join(f"{name}={records[name].iloc[position]}" for name in keys)
        what = f"{dataset.name} has more than one record with {values}."
        finding = KEY_NOT_UNIQUE.finding(what, dataset=dataset.name, seq=int(numbers.iloc[position]))
        data.findings.append(at_record(finding, records, int(position), data, dataset.location.at("Key Variables")))
