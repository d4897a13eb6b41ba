"""Raw SAS files as text: transport files and sas7bdat."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from studyspec.raw.content import Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.values import sas_texts
from studyspec.transport.xpt_read import XptError, XptMember, read_xpt


def read_xpt_file(path: Path, item: RawFile) -> Content:
    """Read the data sets of a SAS transport file (version 5).

    Raises:
        RawFileError: it is no such file.
    """
    try:
        file = read_xpt(path, encoding=item.encoding)
    except XptError as error:
        raise RawFileError(str(error)) from None
    return Content({member.name: sas_frame(member) for member in file.members})


def sas_frame(member: XptMember) -> pd.DataFrame:
    """A SAS data set as text columns: numbers by their formats, special missings as .A to .Z and ._ ."""
    columns: dict[str, pd.Series[str]] = {}
    for variable in member.columns:
        values = member.frame[variable.name]
        if variable.type == "num":
            values = sas_texts(values.to_numpy(), variable.format)
            letters = member.special.get(variable.name)
            if letters is not None:
                values = values.where(letters == "", "." + letters)
        columns[variable.name] = values
    return pd.DataFrame(columns, index=member.frame.index)
