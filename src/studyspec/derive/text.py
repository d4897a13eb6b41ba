"""Text: joining, cutting, searching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from studyspec.derive.columns import (
    char,
    distinct_rows,
    flag_column,
    is_char,
    map_flags,
    map_numbers,
    map_text,
    map_together,
)
from studyspec.derive.numbers import text_of
from studyspec.derive.registry import Char, Columns, Flag, Num, Number, Text, function

_NOTHING = Text("")
_BLANK = Text(" ")


@function()
def concat(values: Columns, *, separator: Text = _NOTHING) -> Char:
    """Texts joined.

    Args:
        values: list of texts or numbers (written as by text_of()). Missing ones are left out, with their separator.
        separator: text between two values.

    Returns:
        Text; blank if all are missing.

    Example:
        concat([SITENO, SUBJNO], separator="-")

        | SITENO | SUBJNO | result   |
        |--------|--------|----------|
        | 204    | 0009   | 204-0009 |
        |        | 0009   | 0009     |

    Source:
        CATX function of SAS.
    """
    columns = tuple(value if is_char(value) else text_of(Num(value)) for value in values)
    codes, rows = distinct_rows(columns)
    joined = pd.array([separator.join(filter(None, row)) for row in rows], dtype="str")
    return char(joined.take(codes), columns[0].index)


@function()
def upcase(text: Char) -> Char:
    """Text in capital letters.

    Args:
        text: text.

    Returns:
        Text.

    Example:
        upcase(AETERM)

        | AETERM | result |
        |--------|--------|
        | Nausea | NAUSEA |

    Source:
        UPCASE function of SAS.
    """
    return map_text(text, str.upper)


@function()
def lowcase(text: Char) -> Char:
    """Text in small letters.

    Args:
        text: text.

    Returns:
        Text.

    Example:
        lowcase(AETERM)

        | AETERM | result |
        |--------|--------|
        | NAUSEA | nausea |

    Source:
        LOWCASE function of SAS.
    """
    return map_text(text, str.lower)


@function()
def trim(text: Char) -> Char:
    """Text without blanks at its ends.

    Args:
        text: text.

    Returns:
        Text.

    Example:
        trim(SITENO)

        | SITENO | result |
        |--------|--------|
        | " 204 " | 204   |

    Source:
        STRIP function of SAS.
    """
    return map_text(text, str.strip)


@function()
def length(text: Char) -> Num:
    """How many characters a text has.

    Args:
        text: text.

    Returns:
        Number of characters, 0 for a blank.

    Example:
        length(AETERM)

        | AETERM | result |
        |--------|--------|
        | Nausea | 6      |
        |        | 0      |

    Source:
        KLENGTH function of SAS, which counts characters and not bytes.
    """
    return map_numbers(text, len)


def _substr_check(constants: Mapping[str, Any]) -> str:
    if constants.get("start", 1) < 1:
        return "The first character has the number 1."
    return "" if (constants.get("length") or 0) >= 0 else "A length cannot be negative."


@function(check=_substr_check)
def substr(text: Char, start: Number, length: Number | None = None) -> Char:
    """Part of a text.

    Args:
        text: text.
        start: number of the first character to keep; the first is 1.
        length: how many characters to keep. Not given: all that follow.

    Returns:
        Text; blank beyond the end.

    Example:
        substr(USUBJID, 1, 3)

        | USUBJID  | result |
        |----------|--------|
        | 204-0009 | 204    |

    Source:
        SUBSTR function of SAS.
    """
    begin = int(start) - 1
    end = None if length is None else begin + int(length)
    return map_text(text, lambda value: value[begin:end])


def _word_check(constants: Mapping[str, Any]) -> str:
    if constants.get("n", 1) == 0:
        return "The first word has the number 1, the last -1."
    return "" if constants.get("separator", " ") else "The separator is blank."


@function(check=_word_check)
def word(text: Char, n: Number, *, separator: Text = _BLANK) -> Char:
    """One of the parts of a text.

    Args:
        text: text.
        n: number of the part; the first is 1, the last -1.
        separator: text between the parts. A blank stands for any run of blanks.

    Returns:
        The part without blanks at its ends; blank if there is none of that number.

    Example:
        word(AESPID, 1, separator=".")

        | AESPID | result |
        |--------|--------|
        | 7.1    | 7      |
        | 7      | 7      |

    Source:
        SCAN function of SAS.
    """
    place = int(n) - 1 if n > 0 else int(n)

    def part(value: str) -> str:
        parts = value.split() if separator.isspace() else value.split(separator)
        return parts[place].strip() if -len(parts) <= place < len(parts) else ""

    return map_text(text, part)


@function()
def contains(text: Char, part: Char) -> Flag:
    """True where a text contains another. Capital and small letters differ.

    Args:
        text: text searched in.
        part: text searched for.

    Returns:
        True or False; False if either is blank.

    Example:
        contains(upcase(CMTRT), "DEX")

        | CMTRT         | result |
        |---------------|--------|
        | Dexamethasone | True   |
        | Rituximab     | False  |

    Source:
        FIND function of SAS.
    """
    found = map_together((text, part), lambda whole, piece: bool(piece) and piece in whole)
    return flag_column(found.astype(bool), text.index)


def _pattern_check(constants: Mapping[str, Any]) -> str:
    try:
        re.compile(constants.get("pattern", ""))
    except (re.error, OverflowError, RecursionError) as error:
        return f"The pattern cannot be read: {error}."
    return ""


@function(check=_pattern_check)
def matches(text: Char, pattern: Text) -> Flag:
    r"""True where a pattern is found in a text.

    Args:
        text: text searched in.
        pattern: regular expression as in Python's re. `^` is the start of the text, `$` its end; `(?i)` at the
            beginning makes capital and small letters equal. A backslash is written once.

    Returns:
        True or False; False for a blank.

    Example:
        matches(AESPID, "^[0-9]+[.][0-9]+$")

        | AESPID | result |
        |--------|--------|
        | 7.1    | True   |
        | 7      | False  |
        |        | False  |

    Source:
        PRXMATCH function of SAS; the documentation of Python's module re.
    """
    search = re.compile(pattern).search
    return map_flags(text, lambda value: value != "" and search(value) is not None)


@function()
def replace(text: Char, old: Text, new: Text) -> Char:
    """Text with every occurrence of a piece replaced.

    Args:
        text: text.
        old: the piece, literally.
        new: what takes its place; "" removes it.

    Returns:
        Text.

    Example:
        replace(ABN, "(17p)", "17p")

        | ABN      | result |
        |----------|--------|
        | del(17p) | del17p |

    Source:
        TRANWRD function of SAS.
    """
    return map_text(text, lambda value: value.replace(old, new) if old else value)


@function()
def zero_fill(text: Char, width: Number) -> Char:
    """Text filled with zeros on the left, for numbers that lost theirs in a worksheet.

    Args:
        text: text.
        width: characters wanted.

    Returns:
        Text; a longer text and a blank stay as they are.

    Example:
        zero_fill(SUBJNO, 4)

        | SUBJNO | result |
        |--------|--------|
        | 9      | 0009   |
        |        |        |

    Source:
        Zw. format of SAS.
    """
    return map_text(text, lambda value: value.rjust(int(width), "0") if value else "")
