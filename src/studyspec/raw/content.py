"""What a reader makes of a raw file, whatever its format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from keyword import iskeyword

import pandas as pd

from studyspec.findings import Finding

WHOLE = ""


class RawFileError(ValueError):
    """A file is not of its format; the message says why, without the name of the file."""


@dataclass(frozen=True)
class Content:
    """The parts of a file as text frames, data row 1 first, and what is wrong in single cells.

    Attributes:
        parts: name of a sheet, data set, item group or instrument to its records. `WHOLE` is the part of a file that
            can hold one form only.
        findings: values that cannot be taken as they are.
    """

    parts: dict[str, pd.DataFrame]
    findings: Sequence[Finding] = ()


def identifier(text: str) -> str:
    """A name that an expression can say, made of the name of a column or form in a file.

    Characters that cannot stand in a name become underscores; one is put before a digit at the beginning and after a
    word that means something else in expressions.

    Example:
        >>> [identifier(text) for text in ("AETERM", "IT.AE.AETERM", "Subject ID", "24h urine", "in")]
        ['AETERM', 'IT_AE_AETERM', 'Subject_ID', '_24h_urine', 'in_']
    """
    if text.isascii() and text.isidentifier() and not iskeyword(text):
        return text
    name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", text))
    if not name.isidentifier():
        name = f"_{name}"
    return f"{name}_" if iskeyword(name) else name


def with_identifiers(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns that an expression can name; see `identifier`.

    Raises:
        RawFileError: two columns would have the same name.
    """
    names = {str(column): identifier(str(column)) for column in frame.columns}
    first: dict[str, str] = {}
    for column, name in names.items():
        if name in first:
            raise RawFileError(f"the columns '{first[name]}' and '{column}' would both be named {name}")
        first[name] = column
    return frame if list(first) == list(names) else frame.set_axis(list(first), axis=1)
