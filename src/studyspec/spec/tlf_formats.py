"""Formats of figures, as SAS has them: `w.d` in a pattern, and those of the sheet Formats, which work like PROC FORMAT.

A format is made of steps. Each has a range of values and what is printed for it: a picture of digits (`009.9%`) or a
text (`>0.99`). The first step whose range holds the value is used. Source: SAS 9.4 Base Procedures Guide, PROC FORMAT,
PICTURE statement; unlike there a picture always rounds, half away from zero, keeps the sign, and never cuts digits.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# A double holds 15 to 17 digits; what lies beyond is the binary image of a decimal number, not part of it.
_TRUE_DIGITS = 15
_WIDTH = re.compile(r"(\d*)\.(\d*)", re.ASCII)
_DIGITS = re.compile(r"[09]+(?:\.[09]+)?")
_RANGE = re.compile(r"(low|-?\d+(?:\.\d+)?)\s*(<?)-(<?)\s*(high|-?\d+(?:\.\d+)?)", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_OTHER = "other"
_RANGES = "Write a range as PROC FORMAT does: 0 - 5, 0 <-< 0.5, 0.99 <- high, low -< 0.15, one number, or other."


class CellError(ValueError):
    """A cell that cannot be read: `what` is wrong, `action` is what to write."""

    def __init__(self, what: str, action: str) -> None:
        super().__init__(f"{what} {action}")
        self.what = what
        self.action = action


def number_text(value: float, decimals: int) -> str:
    """A number with a fixed number of decimals, rounded half away from zero.

    Args:
        value: any number; NaN is missing.
        decimals: digits after the point, 0 or more.

    Returns:
        The text; "" for a missing value. Never "-0.0".

    Example:
        >>> number_text(2.345, 2), number_text(-0.5, 0), number_text(-0.04, 1)
        ('2.35', '-1', '0.0')
    """
    if math.isnan(value):
        return ""
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded.is_zero() else rounded:f}"


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{_TRUE_DIGITS}g}")


@dataclass(frozen=True)
class Picture:
    """A number between two texts: `whole` digits are always printed before its point, `decimals` after it."""

    before: str
    whole: int
    decimals: int
    after: str

    def text(self, value: float) -> str:
        """The value as the picture shows it, without blanks around it."""
        number = number_text(value, self.decimals)
        sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
        whole, point, rest = digits.partition(".")
        whole = whole.zfill(self.whole) if self.whole or whole != "0" else ""
        return f"{self.before}{sign}{whole}{point}{rest}{self.after}"


@dataclass(frozen=True)
class Step:
    """A range of values with what is printed for them: a picture, or else a text.

    A bound is part of the range unless it is open. `picture` is None where `text` is printed.
    """

    low: float
    high: float
    low_open: bool
    high_open: bool
    picture: Picture | None
    text: str

    def holds(self, value: float) -> bool:
        """Whether a value is in the range."""
        exact = float(_decimal(value))
        above = self.low < exact if self.low_open else self.low <= exact
        return above and (exact < self.high if self.high_open else exact <= self.high)


@dataclass(frozen=True)
class Format:
    """How a figure is printed. `width`: shorter texts get blanks before them."""

    name: str
    width: int
    steps: tuple[Step, ...]

    def text(self, value: float) -> str:
        """A figure as printed.

        Args:
            value: NaN is missing.

        Returns:
            The text, with blanks before it up to `width`; "" for a missing value, and for one that no step holds.

        Example:
            >>> parse_width("5.1").text(7.25), parse_width(".2").text(7.25)
            ('  7.3', '7.25')
        """
        step = None if math.isnan(value) else next((step for step in self.steps if step.holds(value)), None)
        if step is None:
            return ""
        return (step.picture.text(value) if step.picture else step.text).rjust(self.width)


def parse_width(text: str, after: str = "") -> Format:
    """Read `w.d`: the width of the number and its decimals. Without a width no blanks go before it.

    Args:
        text: "5.1", "3.", ".2".
        after: printed behind the number, such as "%"; it is not part of the width.

    Raises:
        CellError: it is something else.

    Example:
        >>> parse_width("4.1", "%").text(62.5), parse_width("3.").text(7.0)
        ('62.5%', '  7')
    """
    match = _WIDTH.fullmatch(text)
    if match is None or text == ".":
        raise CellError(
            f"'{text}' is not a format.",
            "Write w.d (5.1, 3., .2), or a format of the sheet Formats with its point: PCT.",
        )
    width, decimals = (int(part or "0") for part in match.groups())
    picture = Picture("", 1, decimals, after)
    return Format(text, width + len(after) if width else 0, (Step(-math.inf, math.inf, False, False, picture, ""),))


def parse_picture(text: str) -> Picture:
    """Read a picture: `9` is a digit that is always printed, `0` one that is printed where the number has it.

    Raises:
        CellError: it has no digits, or a 0 stands behind a 9 of the whole part.

    Example:
        >>> parse_picture("(009.9%)").text(7.25), parse_picture("9.999*").text(0.0444)
        ('(7.3%)', '0.044*')
    """
    found = _DIGITS.findall(text)
    whole, _, decimals = found[0].partition(".") if found else ("", "", "")
    if len(found) != 1 or "90" in whole:
        raise CellError(
            f"'{text}' is not a picture.",
            "Write one number of digit places, 0 before 9, with any text around it: 009.9%, 9.999*.",
        )
    before, after = text.split(found[0])
    return Picture(before, whole.count("9"), len(decimals), after)


def parse_range(text: str) -> tuple[float, float, bool, bool]:
    """Read a range: its bounds, and whether each is left out of it.

    Raises:
        CellError: it is no range.

    Example:
        >>> parse_range("0 <-< 0.5"), parse_range("0.99 <- high"), parse_range("5")
        ((0.0, 0.5, True, True), (0.99, inf, True, False), (5.0, 5.0, False, False))
    """
    if text.casefold() == _OTHER:
        return -math.inf, math.inf, False, False
    if _NUMBER.fullmatch(text):
        return float(text), float(text), False, False
    match = _RANGE.fullmatch(text.casefold())
    if match is None:
        raise CellError(f"'{text}' is not a range.", _RANGES)
    low, low_open, high_open, high = match.groups()
    bounds = (-math.inf if low == "low" else float(low), math.inf if high == "high" else float(high))
    if bounds[0] > bounds[1]:
        raise CellError(f"'{text}' is empty: the lower bound is above the upper one.", _RANGES)
    return *bounds, bool(low_open), bool(high_open)


def parse_step(bounds: str, picture: str, text: str) -> Step:
    """Read a row of the sheet Formats: its range, and the picture or the text that is printed.

    Raises:
        CellError: a cell cannot be read, or there is not one of picture and text.
    """
    low, high, low_open, high_open = parse_range(bounds)
    if bool(picture) == bool(text):
        raise CellError("A row of Formats has a Picture or a Text.", "Fill in one of the two.")
    return Step(low, high, low_open, high_open, parse_picture(picture) if picture else None, text)
