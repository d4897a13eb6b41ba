"""What the submitted data say of themselves: lengths, decimals, and what is empty. A define states these as they are.

Source: Define-XML 2.1, ItemDef (Length, SignificantDigits) and def:HasNoData.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from studyspec.build.data import Data
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.build.supp import number_text
from studyspec.derive.columns import is_char
from studyspec.derive.registry import ENGINE
from studyspec.spec.model import NUMERIC_TYPES, Spec, ValueLevel, Variable, is_supplemental
from studyspec.spec.value_levels import selection
from studyspec.transport.xpt_read import XptMember


@dataclass(frozen=True)
class Extent:
    """Values of one definition: characters (text: bytes) of the longest, most decimals, and how many there are."""

    length: int
    decimals: int
    filled: int


def as_built(spec: Spec, members: Mapping[str, XptMember]) -> Spec:
    """The spec with lengths and presence as they are in the transport files.

    Args:
        spec: what `with_supp` gives.
        members: the data sets in the transport files, by name.

    Returns:
        Text has the width of its column, a number the characters of its longest value and at least as many decimals as
        some value has; a value level those of its records. Datasets without records and variables without a value have
        no data. A SUPP-- without records is left out, as are value levels of QVAL whose QNAM does not occur.
    """
    filled = {name: member for name, member in members.items() if len(member.frame)}
    datasets = {
        name: replace(dataset, has_no_data=name not in filled)
        for name, dataset in spec.datasets.items()
        if name in filled or not is_supplemental(name)
    }
    variables = [_variable(item, filled) for item in spec.variables if item.dataset in datasets]
    levels = [_level(item, spec, filled) for item in spec.value_levels if item.dataset in datasets]
    return replace(
        spec,
        datasets=datasets,
        variables=tuple(variables),
        value_levels=tuple(item for item in levels if item is not None),
    )


def _variable(variable: Variable, members: Mapping[str, XptMember]) -> Variable:
    member = members.get(variable.dataset)
    if member is None or variable.name not in member.frame:
        return variable
    values = member.frame[variable.name]
    extent = measure(values, variable.data_type)
    width = next(item.length for item in member.columns if item.name == variable.name)
    return replace(
        variable,
        length=width if is_char(values) else extent.length,
        significant_digits=_decimals(variable, extent),
        has_no_data=extent.filled == 0,
    )


def _level(level: ValueLevel, spec: Spec, members: Mapping[str, XptMember]) -> ValueLevel | None:
    member = members.get(level.dataset)
    if member is None or level.variable not in member.frame:
        return level
    selected = member.frame[level.variable][_selected(level, spec, members)]
    extent = measure(selected, level.data_type)
    if not extent.filled:
        return None if is_supplemental(level.dataset) else level
    return replace(level, length=extent.length, significant_digits=_decimals(level, extent))


def _selected(level: ValueLevel, spec: Spec, members: Mapping[str, XptMember]) -> pd.Series:
    """Which records of its dataset the level is for."""
    names = {item.dataset for item in level.where_clause.conditions} | {level.dataset}
    frames = {name: RecordSet.from_frame(members[name].frame) for name in sorted(names) if name in members}
    data = Data(frames, ENGINE, spec.codelists, spec.constants)
    mask = evaluate(selection(level, spec), frames[level.dataset], data, own=level.dataset)
    return mask.astype("bool")


def _decimals(definition: Variable | ValueLevel, extent: Extent) -> int | None:
    if definition.data_type != "float":
        return definition.significant_digits
    return max(definition.significant_digits or 0, extent.decimals)


def measure(values: pd.Series, data_type: str) -> Extent:
    """The extent of a column.

    Args:
        values: text without missing, or float64.
        data_type: of the definition; decimals are those of numbers only.

    Example:
        >>> measure(pd.Series([1.5, 12.25]), "float")
        Extent(length=5, decimals=2, filled=2)
    """
    texts = pd.unique((values if is_char(values) else number_text(values)).array)
    filled = [str(text) for text in texts if text]
    length = max((len(text.encode()) for text in filled), default=1)
    decimals = 0
    if data_type in NUMERIC_TYPES:
        decimals = max((len(text.partition(".")[2]) for text in filled), default=0)
    count = int(np.count_nonzero(values != "")) if is_char(values) else int(values.notna().sum())
    return Extent(length, decimals, count)
