"""Verbatim text: repair of wrong encodings, white space, plain ASCII."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from studyspec.derive.columns import char, map_text, report_where
from studyspec.derive.registry import Char, function
from studyspec.findings import Rule

TEXT_REPAIRED = Rule(
    "DATA-106",
    "note",
    "Text repaired from a wrong encoding",
    why="The text was UTF-8 that a program before us read as another encoding, so that letters became pairs of signs.",
    action="Nothing here; tell the registry, so that its export is put right.",
)
NOT_ASCII = Rule(
    "DATA-109",
    "warning",
    "A sign cannot be written in ASCII",
    why="Transport files hold ASCII text. The sign has no counterpart there and became a question mark.",
    action="Replace the sign in the spec with replace(), or ask for a translation.",
)


def _bytes_by_character() -> dict[int, int]:
    """The byte behind a character of the encodings that text is wrongly read as; undefined bytes stay as they are."""
    found = {byte: byte for byte in range(0x80, 0x100)}
    for encoding in ("cp1254", "cp1252"):
        for byte in range(0x80, 0x100):
            character = bytes([byte]).decode(encoding, "ignore")
            if character:
                found[ord(character)] = byte
    return found


_BYTES = _bytes_by_character()
_UTF8 = re.compile(r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# What a repaired pair may stand for: letters of European languages, punctuation and signs seen in clinical text.
_PLAUSIBLE = re.compile(r"[\u00a0-\u017f\u0218-\u021b\u0391-\u03c9\u2010-\u2044\u20ac\u2122\u2260\u2264\u2265]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ASCII = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7", "-"),
    **{"\u0131": "i", "ß": "ss", "\u1e9e": "SS", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"},
    **{"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ħ": "h", "Ħ": "H"},
    **{"\u0138": "k", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "\u00b5": "u", "\u03bc": "u", "\u00d7": "x", "÷": "/"},
    **{"°": "deg", "±": "+/-", "≥": ">=", "≤": "<=", "≠": "!=", "€": "EUR", "£": "GBP", "®": "(R)", "©": "(C)"},
    **{"\u2044": "/"},
}
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)")


@function()
def clean_text(text: Char) -> Char:
    """Text with its encoding repaired and its white space tidied; the words stay as they were written.

    Letters that became pairs of signs, because UTF-8 was read as Windows-1252 or Windows-1254, are put back. Unicode
    is composed (NFC). No-break spaces, line ends and tabs become spaces, runs of spaces one space, and spaces at the
    ends are removed.

    Args:
        text: text as collected.

    Returns:
        Text.

    Findings:
        DATA-106 for every record whose encoding was repaired (not for white space).

    Example:
        clean_text(AETERM)

        | AETERM       | result      |
        |--------------|-------------|
        | nausÃ©e      | nausée      |
        | "  low   ANC " | low ANC   |

    Source:
        Unicode Standard Annex 15 (NFC); RFC 3629 (UTF-8).
    """
    codes, texts = pd.factorize(text)
    repaired = [repair_encoding(value) for value in texts]
    changed = pd.Series([new != old for new, old in zip(repaired, texts, strict=True)], dtype="bool").to_numpy()[codes]
    if changed.any():
        messages = [f"'{old}' was read as '{new}'." for new, old in zip(repaired, texts, strict=True)]
        report_where(TEXT_REPAIRED, changed, pd.Series(messages, dtype="object").to_numpy()[codes], text.index)
    return char(pd.array([_tidy(value) for value in repaired], dtype="str").take(codes), text.index)


@function()
def ascii_text(text: Char) -> Char:
    """Text in ASCII: accents dropped, other letters and signs written out.

    Args:
        text: text.

    Returns:
        Text of ASCII characters, case kept. What has no counterpart becomes a question mark.

    Findings:
        DATA-109 for a sign that became a question mark.

    Example:
        ascii_text(AETERM)

        | AETERM   | result    |
        |----------|-----------|
        | nötropeni | notropeni |
        | Fuß      | Fuss      |
        | β2 ≥ 3   | beta2 >= 3 |

    Source:
        Unicode Standard Annex 15 (NFKD); SAS transport version 5 files hold ASCII.
    """
    plain = map_text(text, to_ascii)
    lost = map_text(text, lambda value: "".join(sign for sign in value if "?" in to_ascii(sign) and sign != "?"))
    report_where(NOT_ASCII, lost != "", "no ASCII for " + lost + " in '" + text + "'.", text.index)
    return plain


def repair_encoding(text: str) -> str:
    """Put back the letters of UTF-8 that was read as Windows-1252, Windows-1254 or Latin-1.

    Example:
        >>> repair_encoding("nausÃ©e")
        'nausée'
    """
    if text.isascii():
        return text
    coded = text.translate(_BYTES)
    parts, done = [], 0
    for found in _UTF8.finditer(coded):
        try:
            letter = found.group().encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            continue
        if _PLAUSIBLE.fullmatch(letter):
            parts += [text[done : found.start()], letter]
            done = found.end()
    return "".join([*parts, text[done:]])


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    visible = _INVISIBLE.sub("", composed)
    return " ".join(_CONTROL.sub(" ", visible).split())


def to_ascii(text: str) -> str:
    """One text in ASCII, as `ascii_text` does for a column.

    Example:
        >>> to_ascii("Fuß ≥ 3")
        'Fuss >= 3'
    """
    if text.isascii():
        return text
    return "".join(_sign_in_ascii(sign) for sign in unicodedata.normalize("NFC", text))


def _sign_in_ascii(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in _ASCII:
        return _ASCII[sign]
    letters = unicodedata.normalize("NFKD", sign)
    plain = "".join(_ASCII.get(letter, letter) for letter in letters if not unicodedata.combining(letter))
    if plain != sign and plain.isascii():
        return plain
    greek = _GREEK.match(unicodedata.name(plain[:1] or sign, ""))
    if greek:
        return greek.group(2).lower() if greek.group(1) == "SMALL" else greek.group(2).capitalize()
    return "?"
