"""What an XPT file says about its data set and variables, and the rules those words must keep.

Source of the rules: SAS TS-140, "Record layout of a SAS version 5 or 6 data set in SAS transport
(XPORT) format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_COLUMNS = 9999
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
_FORMAT = re.compile(r"(?P<name>\$?(?:[A-Z_](?:[A-Z0-9_]*[A-Z_])?)?)(?P<width>\d*)\.(?P<decimals>\d*)")
_MAX_FORMAT_WIDTH = 32767
_MAX_DECIMALS = 31


@dataclass(frozen=True)
class XptColumn:
    """One variable of an XPT data set.

    Attributes:
        name: SAS name, at most 8 characters, upper case.
        type: "char" or "num".
        length: bytes in the record: 1 to 200 for char, 3 to 8 for num.
        label: at most 40 bytes; "" for none.
        format: SAS format such as "DATE9.", "8.2" or "$20."; "" for none.
        informat: SAS informat, written like a format; "" for none.

    Example:
        >>> XptColumn("TRTSDT", "num", 8, "Date of First Exposure to Treatment", "DATE9.").length
        8
    """

    name: str
    type: Literal["char", "num"]
    length: int
    label: str = ""
    format: str = ""
    informat: str = ""


@dataclass(frozen=True)
class XptDataset:
    """One XPT data set: its SAS name, its label (at most 40 bytes) and its variables in file order.

    Example:
        >>> XptDataset("DM", "Demographics", (XptColumn("STUDYID", "char", 12),)).name
        'DM'
    """

    name: str
    label: str
    columns: tuple[XptColumn, ...]


@dataclass(frozen=True)
class FormatParts:
    """A SAS format taken apart; width and decimals are 0 when the text gives none."""

    name: str
    width: int
    decimals: int


def parse_format(text: str) -> FormatParts:
    """Take a SAS format or informat apart.

    Args:
        text: such as "DATE9.", "8.2", "$20." or "" (no format).

    Raises:
        ValueError: the text is not a SAS format in upper case that XPT version 5 can hold.

    Example:
        >>> parse_format("DATE9.")
        FormatParts(name='DATE', width=9, decimals=0)
    """
    if text == "":
        return FormatParts("", 0, 0)
    match = _FORMAT.fullmatch(text) if text.isascii() else None
    if match is None or text == ".":
        raise ValueError(f"{text!r} is not a SAS format")
    parts = FormatParts(match["name"], int(match["width"] or 0), int(match["decimals"] or 0))
    fits = len(parts.name) <= 8 and parts.width <= _MAX_FORMAT_WIDTH and parts.decimals <= _MAX_DECIMALS
    if not fits or 0 < parts.width <= parts.decimals:
        raise ValueError(f"{text!r} is a SAS format beyond XPT version 5")
    return parts


def dataset_problems(dataset: XptDataset, encoding: str) -> list[str]:
    """List everything in a data set's description that XPT version 5 cannot hold.

    Args:
        dataset: the description.
        encoding: the encoding of labels and values; a superset of ASCII.

    Returns:
        One sentence group per problem: where, what, why and what to do. Empty when all is well.

    Example:
        >>> dataset_problems(XptDataset("DM", "", (XptColumn("AGE", "num", 9),)), "ascii")
        ['DM.AGE: length 9 is not allowed. A num variable has 3 to 8 bytes. Change the length.']
    """
    problems = [
        *_name_problems(dataset.name, dataset.name),
        *_label_problems(dataset.name, dataset.label, encoding),
    ]
    if not 1 <= len(dataset.columns) <= MAX_COLUMNS:
        problems.append(
            f"{dataset.name}: the data set has {len(dataset.columns)} variables. "
            f"XPT version 5 holds 1 to {MAX_COLUMNS}. Add or remove variables."
        )
    seen: set[str] = set()
    for column in dataset.columns:
        problems.extend(_column_problems(f"{dataset.name}.{column.name}", column, encoding))
        if column.name in seen:
            problems.append(
                f"{dataset.name}.{column.name}: the name is used twice. "
                "A data set has each variable once. Rename or remove one of them."
            )
        seen.add(column.name)
    return problems


def _column_problems(where: str, column: XptColumn, encoding: str) -> Iterator[str]:
    yield from _name_problems(where, column.name)
    yield from _label_problems(where, column.label, encoding)
    low, high = (1, 200) if column.type == "char" else (3, 8)
    if not low <= column.length <= high:
        yield (
            f"{where}: length {column.length} is not allowed. "
            f"A {column.type} variable has {low} to {high} bytes. Change the length."
        )
    for word, text in (("format", column.format), ("informat", column.informat)):
        yield from _format_problems(where, word, text, column.type)


def _name_problems(where: str, name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield (
            f"{where}: {name!r} is not a SAS version 5 name. A name has 1 to 8 characters: "
            "A-Z, 0-9 and _, not starting with a digit. Rename it."
        )


def _label_problems(where: str, label: str, encoding: str) -> Iterator[str]:
    try:
        size = len(label.encode(encoding))
    except UnicodeEncodeError as error:
        yield (
            f"{where}: the label {label!r} has the character {label[error.start]!r}, "
            f"which is not in {encoding}. Replace it, or ask for another encoding."
        )
        return
    if size > 40:
        yield f"{where}: the label {label!r} has {size} bytes. XPT version 5 holds 40. Shorten the label."
    if not label.isprintable():
        yield f"{where}: the label {label!r} has a control character. Remove it."
    if label != label.rstrip(" "):
        yield f"{where}: the label {label!r} ends with a blank, which XPT cannot keep. Remove the blank."


def _format_problems(where: str, word: str, text: str, column_type: str) -> Iterator[str]:
    try:
        parts = parse_format(text)
    except ValueError:
        yield (
            f"{where}: {text!r} is no {word} that XPT version 5 holds. "
            "Write it in upper case with its point, such as DATE9., 8.2 or $20., and with a short name."
        )
        return
    if text and (column_type == "char") != parts.name.startswith("$"):
        demand = "starts" if column_type == "char" else "does not start"
        yield (
            f"{where}: {word} {text!r} does not suit a {column_type} variable. "
            f"Its {word} {demand} with $. Change one of them."
        )
