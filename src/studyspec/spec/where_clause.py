"""Where clauses as Pinnacle 21 writes them: `LBTESTCD IN (HCT, WBC) and LBSPEC EQ BLOOD and LBNAM EQ "LOCAL LAB"`.

Conditions are joined by `and`. A value with blanks, commas, brackets or quotes stands in double quotes, a double quote
within is doubled; single quotes are read too. A variable may carry its dataset: `DM.SEX EQ F`. In older workbooks each
condition is a row of the sheet WhereClauses instead, with the values of IN and NOTIN separated by commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from studyspec.spec.model import Comparator, Condition
from studyspec.spec.schemas import COMPARATORS

_TOKEN = re.compile(r'\s*(?:("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\')|([(),])|([^\s(),"\'][^\s(),"]*)|(\S))')
_NAME = re.compile(r"(?:([A-Za-z][A-Za-z0-9_]*)\.)?([A-Za-z_][A-Za-z0-9_]*)")
_PLAIN_VALUE = re.compile(r"[^\s(),\"'][^\s(),\"]*")
_SYMBOLS = {"=": "EQ", "==": "EQ", "!=": "NE", "^=": "NE", "<>": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}


class WhereClauseError(ValueError):
    """The text is not a where clause; the message says which part and what to write."""


def parse_where_clause(text: str, dataset: str) -> tuple[Condition, ...]:
    """Read an inline where clause.

    Args:
        text: the cell.
        dataset: the dataset of variables that name none.

    Raises:
        WhereClauseError: the text does not follow the grammar.

    Example:
        >>> parse_where_clause("VSTESTCD IN (WEIGHT, HEIGHT)", "VS")[0].values
        ('WEIGHT', 'HEIGHT')
    """
    tokens = _tokens(text)
    conditions = []
    while True:
        conditions.append(_condition(tokens, dataset))
        if not tokens:
            return tuple(conditions)
        word, quoted = tokens.pop(0)
        if quoted or word.casefold() != "and":
            raise WhereClauseError(_expected_and(word))


def _expected_and(word: str) -> str:
    if word.casefold() == "or":
        return "'or' is not possible here. Use IN (A, B) for alternatives, or a second row."
    return f"'and' was expected before {word!r}. Put values with blanks, commas or brackets in double quotes."


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Words, brackets and commas in order; True marks a quoted value."""
    found = []
    for quoted, mark, word, stray in _TOKEN.findall(text):
        if stray:
            raise WhereClauseError(f"the quote {stray} is not closed.")
        found.append((_unquote(quoted), True) if quoted else (mark or word, False))
    return found


def _unquote(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])


def _condition(tokens: list[tuple[str, bool]], dataset: str) -> Condition:
    name, quoted = tokens.pop(0) if tokens else ("", False)
    match = _NAME.fullmatch(name)
    if quoted or match is None:
        raise WhereClauseError(f"a variable was expected instead of {name!r}.")
    comparator = _comparator(tokens, name)
    values = _values(tokens, name, comparator)
    return Condition(match[1] or dataset, match[2], comparator, values)


def _comparator(tokens: list[tuple[str, bool]], name: str) -> Comparator:
    word, quoted = tokens.pop(0) if tokens else ("", False)
    if word.upper() == "NOT" and tokens and tokens[0][0].upper() == "IN":
        tokens.pop(0)
        word = "NOTIN"
    if quoted or word.upper() not in COMPARATORS:
        meant = f" Write {_SYMBOLS[word]} instead of {word}." if word in _SYMBOLS else ""
        raise WhereClauseError(f"after {name} one of {', '.join(COMPARATORS)} was expected.{meant}")
    return cast(Comparator, word.upper())


def _values(tokens: list[tuple[str, bool]], name: str, comparator: Comparator) -> tuple[str, ...]:
    bracket = bool(tokens) and tokens[0] == ("(", False)
    if comparator not in ("IN", "NOTIN"):
        if bracket:
            raise WhereClauseError(f"{name} {comparator} takes one value. Use IN for a list.")
        return (_value(tokens, name),)
    if not bracket:
        raise WhereClauseError(f"{name} {comparator} takes a list in brackets: (A, B).")
    values = []
    while tokens and tokens.pop(0) in (("(", False), (",", False)):
        values.append(_value(tokens, name))
        if tokens and tokens[0] == (")", False):
            tokens.pop(0)
            return tuple(values)
    raise WhereClauseError(f"the list of {name} must be values between commas, closed by a bracket.")


def _value(tokens: list[tuple[str, bool]], name: str) -> str:
    word, quoted = tokens.pop(0) if tokens else ("", False)
    if not quoted and word in ("", "(", ")", ","):
        raise WhereClauseError(f"a value is missing after {name}.")
    return word


def sheet_values(text: str, comparator: str) -> tuple[str, ...]:
    """The values in a Value cell of the sheet WhereClauses: one, or for IN and NOTIN those between commas.

    Example:
        >>> sheet_values('WEEK 2, "A, B"', "IN")
        ('WEEK 2', 'A, B')
    """
    parts = re.findall(r'\s*("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)', text) if comparator in ("IN", "NOTIN") else [text]
    values = [_unquote(part) if part.startswith('"') and part.endswith('"') else part.strip() for part in parts]
    return tuple(value for value in values if value) or ("",)


def where_clause_text(conditions: Iterable[Condition], dataset: str) -> str:
    """The inline text of conditions: what `parse_where_clause` reads back to the same.

    Example:
        >>> where_clause_text(parse_where_clause("DM.SEX eq 'F'", "VS"), "VS")
        'DM.SEX EQ F'
    """
    return " and ".join(_condition_text(item, dataset) for item in conditions)


def _condition_text(condition: Condition, dataset: str) -> str:
    prefix = "" if condition.dataset == dataset else f"{condition.dataset}."
    values = ", ".join(_value_text(value) for value in condition.values)
    listed = f"({values})" if condition.comparator in ("IN", "NOTIN") else values
    return f"{prefix}{condition.variable} {condition.comparator} {listed}"


def _value_text(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else '"' + value.replace('"', '""') + '"'
