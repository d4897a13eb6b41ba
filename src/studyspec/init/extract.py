"""What a raw folder tells about a new study: columns with their values, and the datasets of received SDTM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from studyspec.init.domains import keys
from studyspec.init.plan import ReceivedDataset, ReceivedVariable
from studyspec.raw.content import identifier
from studyspec.raw.manifest import RawFile
from studyspec.raw.read import Extract
from studyspec.spec.load_rows import is_number
from studyspec.standards import sdtm_domain
from studyspec.transport.readstat import SasTable, read_loose_xpt, read_sas7bdat
from studyspec.transport.xpt_read import XptError, XptMember, read_xpt

_FURTHER_KEYS = ("VISITNUM", "--CAT", "--STDTC", "--DTC", "--TPTNUM", "--TPT", "--SPID", "--SEQ")
_DISTINCT = 500
"""Columns with more different values are no codes; their values are not looked at."""


def columns_of(extract: Extract) -> dict[str, dict[str, frozenset[str]]]:
    """Form to column to its values; no values for columns that have too many to be codes."""
    return {form: {str(name): _values(frame[name]) for name in frame} for form, frame in extract.forms.items()}


def _values(column: pd.Series[str]) -> frozenset[str]:
    found = column.unique()
    return frozenset(map(str, found)) if len(found) <= _DISTINCT else frozenset()


def received_datasets(folder: Path, extract: Extract) -> dict[str, ReceivedDataset]:
    """The forms of an extract as SDTM datasets, each described as its file does.

    Files of SAS (XPT, sas7bdat) hold labels, types and lengths. Of other formats only names and values are used: labels
    are the standard's, the type is the standard's or what all values are, the length is that of the longest value.
    """
    found = {}
    for form, frame in extract.forms.items():
        name, item = form.upper(), extract.manifest.files[form]
        member = _member(folder / item.name, item)
        found[name] = _described(name, member) if member else _guessed(name, frame)
    return found


def _member(path: Path, item: RawFile) -> XptMember | SasTable | None:
    """The data set of a form in a file of SAS; None for other formats."""
    if item.format == "sas7bdat":
        return read_sas7bdat(path)
    if item.format != "xpt":
        return None
    try:
        members = read_xpt(path, encoding=item.encoding).members
    except XptError:
        return read_loose_xpt(path, item.encoding)
    return next((member for member in members if member.name == item.part), members[0])


def _described(name: str, member: XptMember | SasTable) -> ReceivedDataset:
    variables = (
        ReceivedVariable(
            identifier(column.name),
            column.label,
            _number_type(member.frame[column.name]) if column.type == "num" else "text",
            column.length,
        )
        for column in member.columns
    )
    return ReceivedDataset(name, member.label, tuple(variables), _keys(name, member.frame))


def _guessed(name: str, frame: pd.DataFrame) -> ReceivedDataset:
    table = sdtm_domain(name)
    variables = []
    for column in map(str, frame):
        standard = table.variables.get(column) if table else None
        number = standard.type == "Num" if standard else _is_numeric(frame[column])
        data_type = _number_type(frame[column]) if number else "text"
        length = 8 if number else max([1, *(len(value.encode()) for value in frame[column].unique())])
        variables.append(ReceivedVariable(column, standard.label if standard else "", data_type, length))
    return ReceivedDataset(name, "", tuple(variables), _keys(name, frame))


def _keys(name: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """The standard's keys, and of the further variables those that are needed to tell records apart."""
    found = keys(name, map(str, frame))
    further = [one.replace("--", name[:2]) for one in _FURTHER_KEYS]
    records = _different(frame, found)
    for one in further:
        if records < len(frame) and one in frame and one not in found and _different(frame, [*found, one]) > records:
            found.append(one)
            records = _different(frame, found)
    return tuple(found)


def _different(frame: pd.DataFrame, names: list[str]) -> int:
    return len(frame.drop_duplicates(names)) if names else 1


def _is_numeric(column: pd.Series[str]) -> bool:
    filled = [value for value in column.unique() if value]
    return bool(filled) and all(map(is_number, filled))


def _number_type(column: pd.Series[Any]) -> str:
    """The data type of numbers: float when one of them has a fraction."""
    numbers = pd.to_numeric(column, errors="coerce").dropna()
    return "integer" if (numbers % 1 == 0).all() else "float"
