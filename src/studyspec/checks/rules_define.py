"""DD: define.xml against the data that it describes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.checks.dates import is_iso
from studyspec.checks.define_metadata import DefinedDataset, DefinedVariable
from studyspec.checks.package import Package, Table, as_text
from studyspec.checks.rule import Hit, rule
from studyspec.checks.selection import selected
from studyspec.spec.model import NUMERIC_TYPES

_DATE_TYPES = ("date", "datetime", "partialDate", "partialDatetime", "incompleteDatetime")
_WRITE_AGAIN = "Build the datasets and write define.xml anew from the same spec."


def _described(package: Package) -> Iterator[tuple[Table, DefinedDataset]]:
    """Datasets with what their define.xml says of them."""
    for table in package.tables.values():
        define = package.defines.get(table.belongs)
        if define is not None and table.name in define.datasets:
            yield table, define.datasets[table.name]


def _variables(package: Package) -> Iterator[tuple[Table, DefinedVariable]]:
    """Variables that are in the data and in define.xml."""
    for table, described in _described(package):
        for name in table.columns:
            if name in described.variables:
                yield table, described.variables[name]


def _definitions(package: Package) -> Iterator[tuple[Table, DefinedVariable, npt.NDArray[np.bool_]]]:
    """Variables, then value levels, with the records each holds for."""
    for table, described in _described(package):
        for name in table.columns:
            if name in described.variables:
                yield table, described.variables[name], np.ones(len(table.frame), dtype=bool)
        for level in described.value_levels:
            if table.has(level.name):
                yield table, level, selected(table, level.conditions)


@rule("DD-101", "Define-XML 2.1", "error", "The dataset is not in define.xml", _WRITE_AGAIN)
def undescribed_datasets(package: Package) -> Iterator[Hit]:
    """Every dataset submitted is described in the define.xml of its standard."""
    for table in package.tables.values():
        define = package.defines.get(table.belongs)
        if define is not None and table.name not in define.datasets:
            yield Hit(table.name)


@rule("DD-102", "P21 SD0061", "error", "The dataset of define.xml is not there", _WRITE_AGAIN)
def absent_datasets(package: Package) -> Iterator[Hit]:
    """Every dataset in define.xml is submitted, unless it is marked as having no data."""
    for define in package.defines.values():
        for described in define.datasets.values():
            if described.name not in package and not described.has_no_data:
                yield Hit(described.name)


@rule("DD-103", "Define-XML 2.1", "error", "The variable is not in define.xml", _WRITE_AGAIN)
def undescribed_variables(package: Package) -> Iterator[Hit]:
    """Every variable of a dataset is described in define.xml."""
    for table, described in _described(package):
        yield from (Hit(table.name, name) for name in table.columns if name not in described.variables)


@rule("DD-104", "Define-XML 2.1", "error", "The variable of define.xml is not in the dataset", _WRITE_AGAIN)
def absent_variables(package: Package) -> Iterator[Hit]:
    """Every variable that define.xml describes is in the dataset."""
    for table, described in _described(package):
        yield from (Hit(table.name, name) for name in described.variables if name not in table.frame)


@rule("DD-105", "Define-XML 2.1", "error", "The label differs from that in define.xml", _WRITE_AGAIN)
def described_labels(package: Package) -> Iterator[Hit]:
    """Labels of datasets and variables are those of define.xml."""
    for table, described in _described(package):
        if table.label != described.label:
            yield Hit(table.name, value=table.label, what=f"define.xml has {described.label!r}.")
    for table, variable in _variables(package):
        label = table.columns[variable.name].label
        if label != variable.label:
            yield Hit(table.name, variable.name, value=label, what=f"define.xml has {variable.label!r}.")


@rule("DD-106", "Define-XML 2.1", "error", "The type differs from that in define.xml", _WRITE_AGAIN)
def described_types(package: Package) -> Iterator[Hit]:
    """Variables of type integer or float in define.xml are numbers; others are text, SAS dates apart."""
    for table, variable in _variables(package):
        numeric = table.columns[variable.name].type == "num"
        if numeric != (variable.data_type in NUMERIC_TYPES):
            what = f"define.xml has {variable.data_type or 'no type'}."
            yield Hit(table.name, variable.name, value=table.columns[variable.name].type, what=what)


@rule("DD-107", "Define-XML 2.1", "error", "The value is longer than define.xml says", _WRITE_AGAIN)
def described_lengths(package: Package) -> Iterator[Hit]:
    """No text is longer than the Length of its variable or value level."""
    for table, item, records in _definitions(package):
        if item.length is not None and table.columns[item.name].type == "char":
            long = table.frame[item.name].str.len().to_numpy() > item.length
            yield from table.hits(records & long, item.name, what=f"define.xml has Length {item.length}.")


@rule("DD-108", "Define-XML 2.1", "error", "The value is not in the codelist of define.xml", _WRITE_AGAIN)
def described_terms(package: Package) -> Iterator[Hit]:
    """Values of variables and value levels with a codelist are terms of it."""
    for table, item, records in _definitions(package):
        if item.terms is None:
            continue
        shown = as_text(table.frame[item.name])
        yield from table.hits(records & ~shown.isin({*item.terms, ""}).to_numpy(), item.name)


@rule("DD-109", "Define-XML 2.1", "error", "The keys of define.xml do not identify the record", _WRITE_AGAIN)
def described_keys(package: Package) -> Iterator[Hit]:
    """The key variables of define.xml are unique together."""
    for table, described in _described(package):
        keys = [name for name in described.keys if table.has(name)]
        if keys:
            yield from table.hits(table.frame.duplicated(keys, keep=False), *keys)


@rule("DD-110", "SDTMIG 3.4 section 3.2.1", "warning", "The records are not in the order of the keys", _WRITE_AGAIN)
def described_order(package: Package) -> Iterator[Hit]:
    """Records are sorted by the key variables of define.xml; the first that is out of order is named."""
    for table, described in _described(package):
        keys = [name for name in described.keys if table.has(name)]
        rank = _ranks(table.frame, keys)
        out_of_order = np.flatnonzero(rank[1:] < rank[:-1]) + 1
        if len(out_of_order):
            yield from table.hits(np.arange(len(rank)) == out_of_order[0], *keys)


def _ranks(frame: pd.DataFrame, keys: list[str]) -> npt.NDArray[np.int64]:
    """The place of each record among the sorted keys; equal keys have one place."""
    rank = np.zeros(len(frame), dtype="int64")
    for name in keys:
        codes, found = pd.factorize(_sortable(frame[name]), sort=True)
        rank = np.unique(rank * (len(found) + 1) + codes + 1, return_inverse=True)[1].astype("int64")
    return rank


def _sortable(values: pd.Series) -> pd.Series:
    """Text that holds numbers only (IDVARVAL of --SEQ) is sorted as the numbers it stands for."""
    if values.name != "IDVARVAL":
        return values
    numbers = pd.to_numeric(values, errors="coerce")
    return values if numbers.isna().any() else numbers


@rule("DD-111", "Define-XML 2.1", "error", "A mandatory variable is blank", _WRITE_AGAIN)
def mandatory_values(package: Package) -> Iterator[Hit]:
    """Variables and value levels that define.xml calls mandatory have a value."""
    for table, item, records in _definitions(package):
        if item.mandatory:
            yield from table.hits(records & ~table.filled(item.name).to_numpy(), item.name)


@rule("DD-112", "Define-XML 2.1", "warning", "The variables are not in the order of define.xml", _WRITE_AGAIN)
def described_variable_order(package: Package) -> Iterator[Hit]:
    """Variables stand in the dataset in the order of define.xml; the first that does not is named."""
    for table, described in _described(package):
        wanted = [name for name in described.variables if name in table.frame]
        found = [name for name in table.columns if name in described.variables]
        moved = [own for own, other in zip(found, wanted, strict=True) if own != other]
        yield from (Hit(table.name, own) for own in moved[:1])


@rule("DD-113", "Define-XML 2.1", "error", "The value is not of the type that define.xml gives", _WRITE_AGAIN)
def described_values(package: Package) -> Iterator[Hit]:
    """Values of type integer have no decimals, those of a date type are ISO 8601."""
    for table, item, records in _definitions(package):
        numeric = table.columns[item.name].type == "num"
        if numeric and item.data_type == "integer":
            numbers = table.frame[item.name].to_numpy(dtype="float64")
            odd = ~np.isnan(numbers) & (numbers != np.floor(numbers))
        elif not numeric and item.data_type in (*_DATE_TYPES, *NUMERIC_TYPES):
            odd = _odd_texts(table.frame[item.name], item.data_type)
        else:
            continue
        yield from table.hits(records & odd, item.name, what=f"define.xml has {item.data_type}.")


def _odd_texts(values: pd.Series, data_type: str) -> npt.NDArray[np.bool_]:
    """Marks text that is no date, or no number where define.xml has a number (QVAL)."""
    if data_type in _DATE_TYPES:
        return ~values.isin({text for text in values.unique() if text == "" or is_iso(text)}).to_numpy()
    numbers = pd.to_numeric(values.where(values != "", "0"), errors="coerce").to_numpy(dtype="float64")
    odd: npt.NDArray[np.bool_] = np.isnan(numbers) | ((numbers != np.floor(numbers)) & (data_type == "integer"))
    return odd


@rule("DD-114", "Define-XML 2.1", "error", "define.xml is of another study", _WRITE_AGAIN)
def described_study(package: Package) -> Iterator[Hit]:
    """StudyName in define.xml is STUDYID of the datasets."""
    for standard, define in package.defines.items():
        for table in package.select(standard)[:1]:
            if table.has("STUDYID") and len(table.frame) and table["STUDYID"].iloc[0] != define.study:
                yield Hit(
                    table.name, "STUDYID", value=table["STUDYID"].iloc[0], what=f"define.xml has {define.study!r}."
                )
