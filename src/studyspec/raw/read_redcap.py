"""Raw REDCap exports as text: the one wide table, split into instruments by the data dictionary."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from studyspec.raw.content import WHOLE, Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.read_csv import read_csv

REPEATS = "redcap_repeat_instrument"
# Columns that REDCap puts before the fields; they belong to every instrument.
_SYSTEM = (
    "redcap_event_name",
    REPEATS,
    "redcap_repeat_instance",
    "redcap_data_access_group",
    "redcap_survey_identifier",
)
_OF_FORM = ("timestamp", "return_code", "complete")
# Headers of the dictionary as downloaded and as the API gives it.
_HEADERS = (("Variable / Field Name", "Form Name"), ("field_name", "form_name"))
# What an instrument that nobody filled has in its checkboxes and in its status.
_UNTOUCHED = {"checkbox": ("", "0", "Unchecked"), "complete": ("", "0", "Incomplete")}


def read_redcap_file(path: Path, item: RawFile) -> Content:
    """Read a REDCap export (CSV, raw data).

    With the data dictionary that the manifest names, each instrument is a form: record id, event, repeats and data
    access group, then the instrument's own columns (a checkbox has one for each choice: field___1). A row is a record
    of the instruments that have something in it: unchecked checkboxes and the status Incomplete are nothing. Without a
    dictionary the whole table is one form.

    Raises:
        RawFileError: a column or a repeating instrument is not in the dictionary, or there is no dictionary.
        UnicodeDecodeError, LookupError, ValueError: see `read_csv`.
    """
    table = read_csv(path.read_bytes(), item.encoding, item.delimiter)
    if not item.dictionary:
        return Content({WHOLE: table})
    try:
        content = (path.parent / item.dictionary).read_bytes()
    except OSError:
        raise RawFileError(f"its data dictionary {item.dictionary} is not there") from None
    return Content(split_instruments(table, read_csv(content, item.encoding)))


def split_instruments(table: pd.DataFrame, dictionary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The records of each instrument, in the order of the dictionary and of the table.

    Raises:
        RawFileError: see `read_redcap_file`.

    Example:
        >>> fields = pd.DataFrame({"field_name": ["id", "aeterm"], "form_name": ["demog", "ae"]}, dtype="str")
        >>> rows = {"id": ["1", "1"], "redcap_repeat_instrument": ["", "ae"], "aeterm": ["", "RASH"]}
        >>> split_instruments(pd.DataFrame(rows, dtype="str"), fields)["ae"].to_dict("list")
        {'id': ['1'], 'redcap_repeat_instrument': ['ae'], 'aeterm': ['RASH']}
    """
    owners = _owners(dictionary)
    keys = [str(table.columns[0]), *(name for name in _SYSTEM if name in table)]
    instruments: dict[str, list[str]] = {name: [] for name in dict.fromkeys(owners.values())}
    for column in map(str, table.columns):
        if column in keys:
            continue
        owner = owners.get(column) or owners.get(column.partition("___")[0]) or _form_of_status(column, instruments)
        if owner is None:
            raise RawFileError(f"the column {column} belongs to no instrument of the data dictionary")
        instruments[owner].append(column)
    repeats = table[REPEATS] if REPEATS in table else pd.Series("", index=table.index, dtype="str")
    unknown = sorted(set(repeats) - {"", *instruments})
    if unknown:
        raise RawFileError(
            f"{REPEATS} says '{unknown[0]}', which is no instrument of the data dictionary; export raw data, not labels"
        )
    forms = {}
    for name, columns in instruments.items():
        there = _filled(table, columns, owners) & repeats.isin(["", name])
        forms[name] = table.loc[there, [*keys, *columns]].reset_index(drop=True)
    return forms


def _owners(dictionary: pd.DataFrame) -> dict[str, str]:
    """The instrument of each field."""
    for field, form in _HEADERS:
        if field in dictionary and form in dictionary:
            return dict(zip(dictionary[field], dictionary[form], strict=True))
    raise RawFileError(f"its data dictionary has no columns {' and '.join(_HEADERS[0])}")


def _form_of_status(column: str, instruments: dict[str, list[str]]) -> str | None:
    """The instrument of a column that REDCap adds to each: its status, and time and code of a survey."""
    return next((name for name in instruments for end in _OF_FORM if column == f"{name}_{end}"), None)


def _filled(table: pd.DataFrame, columns: list[str], owners: dict[str, str]) -> pd.Series[bool]:
    filled = pd.Series(False, index=table.index)
    for column in columns:
        untouched: tuple[str, ...] = ("",)
        if column not in owners:
            untouched = _UNTOUCHED.get("checkbox" if "___" in column else column.rpartition("_")[2], untouched)
        filled |= ~table[column].isin(untouched)
    return filled
