"""Which data sets a hand-over has and what they look like: as built where they are, else as the spec plans them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from studyspec.build.supp import SUPP_COLUMNS
from studyspec.outputs import describe
from studyspec.spec.model import Parameter, Spec, Variable
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import read_xpt

_WIDEST = 200
_SUPP_WIDTHS = {"RDOMAIN": 2, "IDVAR": 8, "IDVARVAL": 8, "QNAM": 8, "QLABEL": 40, "QORIG": 20, "QEVAL": 20}


def built_datasets(specs: Iterable[Spec], folder: Path) -> dict[str, XptDataset]:
    """The data sets in the XPT files of a build.

    Args:
        specs: the workbooks.
        folder: the build's folder; the files are in its folders sdtm and adam.

    Returns:
        Data sets by name; empty when nothing is built.

    Raises:
        XptError: a file is damaged.
    """
    found = {}
    for spec in specs:
        for path in sorted((folder / spec.standard.lower()).glob("*.xpt")):
            for member in read_xpt(path).members:
                columns = tuple(
                    XptColumn(item.name, item.type, item.length, item.label, item.format, item.informat)
                    for item in member.columns
                )
                found[member.name] = XptDataset(member.name, member.label, columns)
    return found


def planned_datasets(specs: Iterable[Spec]) -> dict[str, XptDataset]:
    """All data sets of the workbooks with the lengths of the spec; text without a length gets 200.

    Args:
        specs: the workbooks.

    Returns:
        Data sets by name, a SUPP-- for each parent with supplemental variables.
    """
    found = {}
    for spec in specs:
        for name in spec.datasets:
            variables = spec.variables_of[name]
            found[name] = describe(name, _by_data(spec), _widest_record(variables))
            if any(item.supplemental for item in variables):
                supp = f"SUPP{name}"
                found[supp] = describe(supp, spec, _widest_supp(name, variables))
    return found


def _by_data(spec: Spec) -> Spec:
    """The spec with lengths taken from the data, which here are the widest that it allows."""
    location = next(iter(spec.variables)).location
    setting = Parameter("XPT_LENGTH", "data", "", location)
    return replace(spec, parameters={**spec.parameters, "XPT_LENGTH": setting})


def _widest_record(variables: Iterable[Variable]) -> pd.DataFrame:
    """One record with values as long as the spec lets them be."""
    texts = {item.name: "x" * (item.length or _WIDEST) for item in variables if not item.is_numeric}
    numbers = {item.name: 0.0 for item in variables if item.is_numeric}
    return pd.DataFrame({**texts, **numbers}, index=[0])


def _widest_supp(parent: str, variables: Iterable[Variable]) -> pd.DataFrame:
    lengths = {item.name: item.length or _WIDEST for item in variables if not item.is_numeric}
    value = max(item.length or _WIDEST for item in variables if item.supplemental)
    widths = {**_SUPP_WIDTHS, "QVAL": value}
    return pd.DataFrame({name: "x" * widths.get(name, lengths.get(name, _WIDEST)) for name in SUPP_COLUMNS}, index=[0])
