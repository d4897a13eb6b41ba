"""A dataset as Dataset-JSON: its description, with the OIDs of define.xml and the facts of the transport file.

Source of the rules: CDISC Dataset-JSON 1.1, sections on columns (dataType, targetDataType, keySequence).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from studyspec.define.oids import dataset_oid, item_oid, study_oid, version_oid
from studyspec.raw.values import temporal_kind
from studyspec.spec.model import Spec, Variable
from studyspec.submission.tree import DEFINE
from studyspec.transport.dataset_json import JsonColumn, JsonDataset, JsonType
from studyspec.transport.xpt_read import XptMember, XptVariable

_DAY = 86_400
_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}:\d{2}(?:\.\d+)?"
_COMPLETE: Mapping[str, tuple[JsonType, str]] = {
    "date": ("date", _DATE),
    "datetime": ("datetime", rf"{_DATE}T{_TIME}"),
    "time": ("time", _TIME),
}
# Types of text dates in a define, and the complete ones that such text may be.
_ISO_TYPES: Mapping[str, tuple[str, ...]] = {
    "date": ("date",),
    "partialDate": ("date",),
    "datetime": ("datetime", "date"),
    "partialDatetime": ("datetime", "date"),
    "incompleteDatetime": ("datetime", "date"),
    "time": ("time",),
    "partialTime": ("time",),
}


def json_dataset(member: XptMember, spec: Spec) -> JsonDataset:
    """What a dataset's Dataset-JSON files say of it.

    Args:
        member: the dataset in its transport file.
        spec: the workbook as `with_supp` gives it.

    Returns:
        Name, labels and order of the transport file; OIDs and keys of the define.xml. Text is a string with the width
        of its column. ISO 8601 text is a date, datetime or time when every value is complete, else a string. A SAS
        number with a format of dates or times is one, with targetDataType integer.

    Raises:
        KeyError: the spec has no such dataset.
    """
    dataset = spec.datasets[member.name]
    variables = {item.name: item for item in spec.variables_of[member.name]}
    keys = {name: place for place, name in enumerate(dataset.key_variables, start=1)}
    study = spec.attributes.get("StudyName", "")
    columns = tuple(
        _column(column, member.frame[column.name], variables[column.name], keys.get(column.name))
        for column in member.columns
    )
    return JsonDataset(
        member.name,
        member.label,
        dataset_oid(member.name),
        columns,
        study_oid(study),
        version_oid(study, spec.standard),
        DEFINE,
    )


def _column(column: XptVariable, values: pd.Series, variable: Variable, key: int | None) -> JsonColumn:
    oid = item_oid(variable.dataset, variable.name)
    if column.type == "char":
        kind = _text_type(values, variable.data_type)
        length = column.length if kind == "string" else None
        return JsonColumn(oid, column.name, column.label, kind, length=length, key_sequence=key)
    moment = _moment(values, column.format)
    return JsonColumn(
        oid,
        column.name,
        column.label,
        moment or _number_type(values, variable.data_type),
        target_data_type="integer" if moment else "",
        display_format=column.format,
        key_sequence=key,
    )


def _text_type(values: pd.Series, data_type: str) -> JsonType:
    """The first of the types that all values are complete in; of no value, nothing can be said."""
    filled = [text for text in pd.unique(values.array) if text]
    for name in _ISO_TYPES.get(data_type, ()):
        kind, pattern = _COMPLETE[name]
        if filled and all(re.fullmatch(pattern, text) for text in filled):
            return kind
    return "string"


def _moment(values: pd.Series, sas_format: str) -> JsonType | None:
    """What a number with such a format is a moment of; None where a value has no such moment."""
    kind = temporal_kind(sas_format)
    numbers = values.to_numpy()[values.notna().to_numpy()]
    if kind == "date" and bool(np.all(numbers == np.floor(numbers))):
        return "date"
    if kind == "time" and bool(np.all((numbers >= 0) & (numbers < _DAY))):
        return "time"
    return "datetime" if kind == "datetime" else None


def _number_type(values: pd.Series, data_type: str) -> JsonType:
    numbers = values.to_numpy()
    whole = bool(np.all(np.isnan(numbers) | (numbers == np.floor(numbers))))
    return "integer" if data_type == "integer" and whole else "float"
