"""The first look at an expression's text: quoted texts, brackets, and signs that are no part of the language.

Texts are written "like this" or 'like this'. Inside, a backslash is an ordinary character and the quote itself is
written twice ('it''s'), as in SAS and Excel. Python would read both differently, so quoted texts are taken out
here and only their places are left to Python's parser.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MAX_LENGTH = 32_767
MAX_DEPTH = 60

_QUOTES = "\"'"
# Double and single quotes of word processors, guillemets, primes, backtick and acute accent.
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u2032\u2033\u0060\u00b4"
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {close: open_ for open_, close in _OPENING.items()}
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_SIGNS = re.compile(rf"(?:(?:-|\bnot\b)\s*){{{MAX_DEPTH + 1}}}")
_NUMBER_START = re.compile(r"(?<![\w.])\.?\d")
# What people write from the habit of another language: pattern, what is wrong, what to write.
_FOREIGN = (
    (r"\*\*|\^(?!=)", "There is no power operator.", "Multiply: HEIGHT * HEIGHT."),
    (r"<>|\^=|~=|¬=", "This is not how 'not equal' is written.", "Write !=."),
    (r"=>|=<", "This is not how 'at least' or 'at most' is written.", "Write >= or <=."),
    (r"&+", "Conditions are not joined with &.", "Write and."),
    (r"\|\|", "There is no || operator.", "Write concat([A, B]) to join texts, or to join conditions."),
    (r"\|", "Conditions are not joined with |.", "Write or."),
    (r"!(?!=)|~(?!=)|¬(?!=)", "A condition is not negated with this sign.", "Write not."),
    (r"//|%", "There is no whole-number division or remainder.", "Divide with / and round with round_half_up()."),
    (r":=", "Values cannot be given names inside an expression.", "Write the expression itself."),
    (r"[{}]", "Curly brackets are not part of expressions.", "Write a list in square brackets: [A, B]."),
    (r";", "An expression is one value, without a semicolon.", "Remove the semicolon."),
    (r"#", "Comments are not part of expressions.", "Move the comment to the Description cell."),
    (r"[\\@$?:]", "This sign is not part of expressions.", "Remove it, or put the text in quotes."),
)


class ExpressionError(ValueError):
    """An expression that cannot be read: what is wrong, at which column (from 1), and what to write instead."""

    def __init__(self, message: str, column: int, action: str) -> None:
        super().__init__(f"{message} {action}".strip())
        self.message = message
        self.column = column
        self.action = action


@dataclass(frozen=True)
class QuotedText:
    """A quoted text: its value, and where its closing quote ends (an offset from 0)."""

    value: str
    end: int


@dataclass(frozen=True)
class Scanned:
    """An expression as one ASCII line in which every quoted text is blanked out.

    Offsets are those of the original. `texts` gives the quoted texts by the offset of their opening quote.
    """

    line: str
    texts: dict[int, QuotedText]


def scan(text: str) -> Scanned:
    """Take quoted texts out of `text` and refuse what cannot be an expression.

    Raises:
        ExpressionError: too long, typographic quotes, an open quote, unbalanced or too many brackets, a sign or a
            number that the language does not have.

    Example:
        >>> scan('AESER == "Y"').texts[9].value
        'Y'
    """
    if len(text) > MAX_LENGTH:
        action = "Split it into several variables or a study function."
        raise ExpressionError(f"The expression has {len(text)} characters, more than {MAX_LENGTH}.", 1, action)
    scanned = _take_out_texts(text)
    if not scanned.line.strip():
        raise ExpressionError("The expression is empty.", 1, "Write a value, a variable or a function.")
    _check_prefixes(scanned)
    _check_characters(scanned.line)
    _check_brackets(scanned.line)
    if signs := _SIGNS.search(scanned.line):
        raise too_deep(signs.start() + 1)
    _check_numbers(scanned.line)
    return scanned


def _take_out_texts(text: str) -> Scanned:
    parts: list[str] = []
    texts: dict[int, QuotedText] = {}
    at = 0
    while at < len(text):
        if text[at] in _QUOTES:
            found = _quoted(text, at)
            texts[at] = found
            parts.append('"' + "x" * (found.end - at - 2) + '"')
            at = found.end
        else:
            parts.append(" " if text[at].isspace() else text[at])
            at += 1
    return Scanned("".join(parts), texts)


def _quoted(text: str, start: int) -> QuotedText:
    quote = text[start]
    at = start + 1
    while (at := text.find(quote, at)) >= 0:
        if text[at + 1 : at + 2] != quote:
            return QuotedText(text[start + 1 : at].replace(quote * 2, quote), at + 1)
        at += 2
    typographic = any(character in _TYPOGRAPHIC for character in text[start:])
    action = f"Close it with a straight {quote}, not a typographic quote." if typographic else f"Close it with {quote}."
    raise ExpressionError(f"The text that begins here has no closing {quote}.", start + 1, action)


def _check_prefixes(scanned: Scanned) -> None:
    for at in scanned.texts:
        if at and (scanned.line[at - 1].isalnum() or scanned.line[at - 1] == "_"):
            message = "A letter stands directly before a quoted text."
            raise ExpressionError(message, at, "Remove it, or put an operator, a comma or a blank between them.")


def _check_characters(line: str) -> None:
    for at, character in enumerate(line):
        if character in _TYPOGRAPHIC:
            message = f"{character} is a typographic quote, as word processors put them."
            raise ExpressionError(message, at + 1, 'Type a straight quote: ".')
    for pattern, message, action in _FOREIGN:
        if found := re.search(pattern, line):
            raise ExpressionError(f"{found.group()}: {message}", found.start() + 1, action)
    for at, character in enumerate(line):
        if not character.isascii() or not character.isprintable():
            message = f"{character!r} cannot stand outside a quoted text."
            raise ExpressionError(message, at + 1, "Names have letters A-Z, digits and _. Put texts in quotes.")


def _check_brackets(line: str) -> None:
    open_: list[tuple[str, int]] = []
    for at, character in enumerate(line):
        if character in _OPENING:
            open_.append((character, at))
            if len(open_) > MAX_DEPTH:
                raise too_deep(at + 1)
        elif character in _CLOSING:
            if not open_ or open_[-1][0] != _CLOSING[character]:
                message = f"{character} closes no {_CLOSING[character]}."
                raise ExpressionError(message, at + 1, "Remove it, or add the opening bracket.")
            open_.pop()
    if open_:
        character, at = open_[-1]
        raise ExpressionError(f"{character} is never closed.", at + 1, f"Add {_OPENING[character]}.")


def _check_numbers(line: str) -> None:
    for start in _NUMBER_START.finditer(line):
        number = _NUMBER.match(line, start.start())
        if number is None:
            word = re.compile(r"[\w.]+").match(line, start.start())
            message = f"{word.group() if word else start.group()} is neither a number nor a name."
            raise ExpressionError(message, start.start() + 1, "Put texts in quotes; write numbers like 30 or 0.5.")
        if math.isinf(float(number.group())):
            raise ExpressionError("The number is too large.", start.start() + 1, "Write a number below 1e300.")


def too_deep(column: int) -> ExpressionError:
    """The error for an expression nested deeper than anybody can read."""
    message = f"The expression is nested more than {MAX_DEPTH} levels deep."
    return ExpressionError(message, column, "Split it into several variables or a study function.")
