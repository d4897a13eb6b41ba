"""Codelists: raw spellings to terms, terms to decodes, terms as a list."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, is_char, report_where
from studyspec.derive.numbers import number_text
from studyspec.derive.registry import Char, CodelistName, Texts, Value, function
from studyspec.findings import Rule

if TYPE_CHECKING:
    from studyspec.spec.model import Codelist

NOT_IN_CODELIST = Rule(
    "DATA-103",
    "error",
    "A value has no term in the codelist",
    why="A coded variable holds terms of its codelist only. The value is kept as it is.",
    action="Add the spelling to the Synonyms of its term on the Codelists sheet, or query the site.",
)


@function()
def code(codelist: CodelistName, value: Value) -> Char:
    """The codelist's term for a value, by term, synonym or decode.

    Capital and small letters, accents typed apart and blanks at the ends make no difference.

    Args:
        codelist: id of a codelist, as text.
        value: text or number.

    Returns:
        The term; blank for a blank. A value without a term is kept as it is.

    Findings:
        DATA-103 for a value that is neither a term nor a synonym nor a decoded value.

    Example:
        code("NY", SER)

        | SER | result |
        |-----|--------|
        | Yes | Y      |
        | oui | Y      |
        | 0   | N      |
        |     |        |

    Source:
        SDTMIG 3.4 section 4.3 (controlled terminology); the Synonyms column of the Codelists sheet.
    """
    chosen = codelist_of(codelist)
    terms_by_spelling = spellings(chosen)
    codes, texts = _factorized(value)
    found = [terms_by_spelling.get(fold(text)) if text else "" for text in texts]
    coded = [text if term is None else term for text, term in zip(texts, found, strict=True)]
    unknown = np.array([term is None for term in found], dtype=bool)[codes]
    if unknown.any():
        messages = [f"'{text}' is not a term of {chosen.id}." for text in texts]
        report_where(NOT_IN_CODELIST, unknown, pd.Series(messages, dtype="object").to_numpy()[codes], value.index)
    return char(pd.array(coded, dtype="str").take(codes), value.index)


@function()
def decode(codelist: CodelistName, value: Value) -> Char:
    """The Decoded Value of a term.

    Args:
        codelist: id of a codelist, as text.
        value: text or number, a term of the codelist, exactly.

    Returns:
        The decode, or the term itself where the codelist gives no decode; blank for a blank. A value that is no term is
        kept as it is.

    Findings:
        DATA-103 for a value that is no term.

    Example:
        decode("NY", AESER)

        | AESER | result |
        |-------|--------|
        | Y     | Yes    |
        | N     | No     |
        |       |        |

    Source:
        SDTMIG 3.4 section 4.3 (controlled terminology); Define-XML 2.1, CodeListItem and Decode.
    """
    chosen = codelist_of(codelist)
    codes, texts = _factorized(value)
    decodes = {"": "", **chosen.decodes}
    unknown = np.array([text not in decodes for text in texts], dtype=bool)[codes]
    if unknown.any():
        messages = [f"'{text}' is not a term of {chosen.id}." for text in texts]
        report_where(NOT_IN_CODELIST, unknown, pd.Series(messages, dtype="object").to_numpy()[codes], value.index)
    return char(pd.array([decodes.get(text, text) for text in texts], dtype="str").take(codes), value.index)


@function()
def terms(codelist: CodelistName) -> Texts:
    """The terms of a codelist, to be used after `in`.

    Args:
        codelist: id of a codelist, as text; e.g. the list of preferred terms that make up a customised query.

    Returns:
        A list of texts.

    Example:
        AESER in terms("NY")

        | AESER | result |
        |-------|--------|
        | Y     | True   |
        | Maybe | False  |
        |       | False  |

    Source:
        ADaM OCCDS 1.1, customised query variables (CQzzNAM).
    """
    return Texts(tuple(term.term for term in codelist_of(codelist).terms))


def fold(text: str) -> str:
    """A spelling as it is compared: no outer blanks, no case (also not of the Turkish dotted and dotless i).

    Example:
        >>> fold(" YES "), fold("Sì")
        ('yes', 'sì')
    """
    lower = unicodedata.normalize("NFC", text.strip()).casefold()
    return lower.replace("\u0307", "").replace("\u0131", "i")


@lru_cache(maxsize=512)
def _spellings(codelist_terms: tuple[tuple[str, str, tuple[str, ...]], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for names in ((term, term) for term, _, _ in codelist_terms):
        found.setdefault(fold(names[0]), names[1])
    for term, _, synonyms in codelist_terms:
        for synonym in synonyms:
            found.setdefault(fold(synonym), term)
    for term, decoded, _ in codelist_terms:
        found.setdefault(fold(decoded), term)
    found.pop("", None)
    return found


def spellings(codelist: Codelist) -> dict[str, str]:
    """Term by folded spelling: terms first, then synonyms, then decodes; the first to claim a spelling has it."""
    return _spellings(tuple((term.term, term.decoded_value, term.synonyms) for term in codelist.terms))


def codelist_of(codelist: CodelistName) -> Codelist:
    """The codelist behind a `CodelistName`; the evaluator has looked it up."""
    return cast("Codelist", codelist)


def _factorized(value: pd.Series) -> tuple[Array, list[str]]:
    """Distinct values as text, and the number of its value for each record."""
    codes, values = pd.factorize(value if is_char(value) else value.fillna(float("inf")))
    return codes, list(values) if is_char(value) else [number_text(item) for item in values]
