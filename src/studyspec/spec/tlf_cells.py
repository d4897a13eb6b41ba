"""The small notations in cells of specs/tlf.xlsx: statistics, categories, sorting, selection.

Each `parse_*` takes the text of a cell and gives a value, or raises `CellError` with what is wrong and what to write.
docs/tables.md describes them for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from studyspec.spec.tlf_formats import CellError, Format, parse_width

CountStatistic = Literal["n", "pct", "N", "events", "lcl", "ucl", "py", "rate", "ratelcl", "rateucl"]
SummaryStatistic = Literal["n", "mean", "sd", "median", "q1", "q3", "min", "max"]
ComparisonStatistic = Literal["p", "diff", "difflcl", "diffucl"]
IncidenceStatistic = Literal["risk", "events", "cif", "ciflcl", "cifucl"]
Statistic = CountStatistic | SummaryStatistic | ComparisonStatistic | IncidenceStatistic
Method = Literal["ANOVA", "chi-square", "Fisher"]
# As written in a pattern. n (counted) and N (denominator) differ by case only; the others may be written in any.
COUNTS: tuple[Statistic, ...] = get_args(CountStatistic)
SUMMARIES: tuple[Statistic, ...] = get_args(SummaryStatistic)
INCIDENCES: tuple[Statistic, ...] = get_args(IncidenceStatistic)
DIFFERENCES: tuple[Statistic, ...] = ("diff", "difflcl", "diffucl")
# Those that need the time at risk.
RATES: tuple[Statistic, ...] = ("py", "rate", "ratelcl", "rateucl")
WRITTEN: dict[str, Statistic] = {
    "%" if statistic == "pct" else statistic: statistic
    for statistic in (*COUNTS, *SUMMARIES, *INCIDENCES, *get_args(ComparisonStatistic))
}
# A count of 0 stands alone, without the percentage and the events that follow from it, but not without an interval.
_NO_FIGURE = "-"
_NOTHING_MORE = {"n", "pct", "N", "events"}

# A word, and behind a colon its format: w.d, or the name of one with its point.
_WORD = re.compile(r"(?P<word>%|[A-Za-z][A-Za-z0-9]*)(?::(?P<format>[0-9]*\.[0-9]*|[A-Za-z][A-Za-z0-9_]*\.?))?")
# What stands between semicolons outside quotes.
_EXPRESSIONS = re.compile(r"""(?:[^;"']|"[^"]*"|'[^']*')+""")
_DESCENDING = "descending "
_TIME = re.compile(r"(\w+) from (\w+) to (\w+)", re.ASCII)
_FREQUENCY = re.compile(r"frequency in (\S+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_MINIMUM = re.compile(r"(n|%) >= (\d+(?:\.\d+)?) in (\S+)")


@dataclass(frozen=True)
class Pattern:
    """How figures stand in a cell, as written: "n (%)". Its words are the statistics; the rest is printed as it is.

    `label` names it where it is a line or a column of its own. `formats` has an entry per statistic, None where none
    is stated.
    """

    text: str
    label: str
    parts: tuple[str, ...]
    statistics: tuple[Statistic, ...]
    formats: tuple[Format | None, ...]

    def prints_as(self, other: Pattern) -> bool:
        """Whether both have the same words and the same text around them, whatever their formats."""
        around, others = ("\n".join(pattern.parts[::2]).casefold() for pattern in (self, other))
        return self.statistics == other.statistics and around == others

    def fill(self, texts: Mapping[str, str]) -> str:
        """Put formatted figures in place of the words; a count of zero stands alone.

        A dash stands for a figure that cannot be computed beside one that can.

        Args:
            texts: formatted text by statistic.

        Returns:
            The text of the cell; "" when no statistic has a text.

        Example:
            >>> parse_statistics("n (%)")[0].fill({"n": "50", "pct": "62.5%"})
            '50 (62.5%)'
            >>> parse_statistics("n (%)")[0].fill({"n": "0", "pct": ""})
            '0'
            >>> parse_statistics("Mean (SD)")[0].fill({"mean": "2.3", "sd": ""})
            '2.3 (-)'
        """
        if not any(texts.get(item) for item in self.statistics):
            return ""
        if "n" in self.statistics and _NOTHING_MORE.issuperset(self.statistics) and texts.get("n", "").strip() == "0":
            return "0"
        words = iter(self.statistics)
        return "".join(
            (texts.get(next(words)) or _NO_FIGURE) if place % 2 else part for place, part in enumerate(self.parts)
        ).strip()


@dataclass(frozen=True)
class Category:
    """A value of a variable, as text, and what is printed for it."""

    value: str
    label: str


@dataclass(frozen=True)
class Sorting:
    """How groups are ordered: alphabetically, or by descending number of subjects in a column, ties alphabetically."""

    by: Literal["alphabetical", "frequency"]
    column: str = ""


@dataclass(frozen=True)
class Selection:
    """Which groups are printed: the most common of a column, or those with a minimum n or % in a column.

    `column` is "any" for "in at least one group column".
    """

    by: Literal["highest", "n", "%"]
    least: float = 0.0
    column: str = "any"


@dataclass(frozen=True)
class StatisticalTest:
    """The test of a row, printed in columns of Kind test.

    Fisher tests each line of the row; ANOVA and chi-square print one p-value, on its first line. `rows` are the rows
    whose lines make the table of a chi-square test; none: those of the row itself.
    """

    method: Method
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimeAtRisk:
    """The variables behind a rate: the date of the event, and the first and last day at risk, both in ADSL."""

    event: str
    start: str
    end: str


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is printed there."""

    place: float
    label: str


def split_list(text: str) -> tuple[str, ...]:
    """The parts between semicolons, without outer blanks and without empty parts.

    Example:
        >>> split_list("AEBODSYS; AEDECOD")
        ('AEBODSYS', 'AEDECOD')
    """
    return tuple(part.strip() for part in text.split(";") if part.strip())


def split_expressions(text: str) -> tuple[str, ...]:
    """The expressions between semicolons; a semicolon in quotes belongs to a text.

    Example:
        >>> split_expressions('AEDECOD; concat([AESTDTC, AEENDTC], separator="; ")')
        ('AEDECOD', 'concat([AESTDTC, AEENDTC], separator="; ")')
    """
    return tuple(part.strip() for part in _EXPRESSIONS.findall(text) if part.strip())


def parse_record_order(text: str) -> tuple[tuple[str, bool], ...]:
    """Read "USUBJID; descending ASTDT": expressions, and whether the order goes down.

    Example:
        >>> parse_record_order("USUBJID; descending ASTDT")
        (('USUBJID', False), ('ASTDT', True))
    """
    parts = split_expressions(text)
    return tuple((part.removeprefix(_DESCENDING), part.startswith(_DESCENDING)) for part in parts)


def parse_statistics(text: str, formats: Mapping[str, Format] = MappingProxyType({})) -> tuple[Pattern, ...]:
    """Read "n; Mean (SD); Q1, Q3": patterns between semicolons, each a line (or a column) of the display.

    A format stands behind its word and a colon: "n (%:4.1)", "n (%:PCT.)". " = Label" behind a pattern names the line
    or column; without it the pattern itself does, formats aside.

    Args:
        text: of the cell.
        formats: those of the sheet Formats, by name.

    Raises:
        CellError: a word is no statistic, a format does not exist, or a pattern has no statistic.

    Example:
        >>> parse_statistics("n; Mean:.1 (SD:.2)")[1].statistics
        ('mean', 'sd')
        >>> [item.label for item in parse_statistics("Mean:.1 (SD:.2); n (%:4.1) = n(%)")]
        ['Mean (SD)', 'n(%)']
    """
    return tuple(_pattern(part, formats) for part in split_list(text))


def _pattern(text: str, formats: Mapping[str, Format]) -> Pattern:
    words: list[Statistic] = []
    stated: list[Format | None] = []
    parts: list[str] = []
    pattern, _, label = (piece.strip() for piece in text.partition(" = "))
    end = 0
    for match in _WORD.finditer(pattern):
        word = match["word"]
        statistic = WRITTEN.get(word) or WRITTEN.get(word.lower())
        if statistic is None:
            raise CellError(f"'{word}' is not a statistic.", f"Use {', '.join(WRITTEN)}; separate patterns by ;.")
        words.append(statistic)
        stated.append(_format(match["format"], statistic, formats))
        parts += [pattern[end : match.start()], word]
        end = match.end()
    if not words:
        raise CellError(f"'{text}' names no statistic.", f"Use {', '.join(WRITTEN)}; separate patterns by ;.")
    parts.append(pattern[end:])
    return Pattern(text, label or "".join(parts), tuple(parts), tuple(words), tuple(stated))


def _format(text: str | None, statistic: Statistic, formats: Mapping[str, Format]) -> Format | None:
    if text is None:
        return None
    if not text[0].isalpha():
        return parse_width(text, "%" if statistic == "pct" else "")
    found = formats.get(text.removesuffix(".").upper())
    if found is None:
        known = ", ".join(f"{name}." for name in formats) or "none"
        raise CellError(f"There is no format {text}.", f"Formats of the sheet Formats: {known}.")
    return found


def parse_categories(text: str) -> tuple[Category, ...]:
    """Read "Y = Yes; N = No; = Unknown": the values to print, in this order, each with its label.

    Without a label the value itself is printed. A blank value stands for missing. The equals sign has a blank on both
    sides, so that ">=75" is a value.

    Raises:
        CellError: a value is given twice.

    Example:
        >>> parse_categories(">=75; <65 = Below 65")
        (Category(value='>=75', label='>=75'), Category(value='<65', label='Below 65'))
    """
    found: dict[str, Category] = {}
    for part in split_list(text):
        value, _, label = (piece.strip() for piece in f" {part}".partition(" = "))
        if value in found:
            raise CellError(f"The value '{value}' is listed twice.", "List each value once.")
        found[value] = Category(value, label or value)
    return tuple(found.values())


def parse_ticks(text: str) -> tuple[Tick, ...]:
    """Read "0; 84 = 12; 168 = 24": places on an axis, each with its label; without one the number itself is printed.

    Raises:
        CellError: a place is not a number, or they do not go up.

    Example:
        >>> parse_ticks("0; 84 = 12")
        (Tick(place=0.0, label='0'), Tick(place=84.0, label='12'))
    """
    found: list[Tick] = []
    for item in parse_categories(text):
        if not _NUMBER.fullmatch(item.value) or (found and float(item.value) <= found[-1].place):
            raise CellError(f"'{text}' are not ticks.", "Write numbers that go up, such as '0; 84 = 12; 168 = 24'.")
        found.append(Tick(float(item.value), item.label))
    return tuple(found)


def parse_sort(text: str) -> tuple[Sorting, ...]:
    """Read "frequency in ISAPD" or "alphabetical; frequency in HIGH": one order per grouping variable.

    Raises:
        CellError: it is neither.

    Example:
        >>> parse_sort("frequency in ISAPD")
        (Sorting(by='frequency', column='ISAPD'),)
    """
    orders = []
    for part in split_list(text):
        match = _FREQUENCY.fullmatch(part)
        if match:
            orders.append(Sorting("frequency", match.group(1)))
        elif part == "alphabetical":
            orders.append(Sorting("alphabetical"))
        else:
            raise CellError(f"'{part}' is not an order.", "Write 'alphabetical' or 'frequency in <column ID>'.")
    return tuple(orders)


def parse_select(text: str) -> tuple[Selection, ...]:
    """Read "highest in any", "n >= 2 in ISAPD", "% >= 5 in any or % >= 2 in ISAPD3"; blank selects everything.

    Raises:
        CellError: it is none of these.

    Example:
        >>> parse_select("% >= 5 in any")
        (Selection(by='%', least=5.0, column='any'),)
    """
    return tuple(_selection(part.strip()) for part in text.split(" or ")) if text else ()


def _selection(text: str) -> Selection:
    if text.startswith("highest in ") and len(text.split()) == 3:
        return Selection("highest", column=text.split()[2])
    match = _MINIMUM.fullmatch(text)
    if match is None:
        raise CellError(
            f"'{text}' is not a selection.",
            "Write 'highest in any', 'n >= 2 in any' or '% >= 5 in <column ID>', several joined by 'or'.",
        )
    return Selection("n" if match.group(1) == "n" else "%", float(match.group(2)), match.group(3))


def parse_time_at_risk(text: str) -> TimeAtRisk | None:
    """Read "ASTDT from TRTSDT to EOSDT"; blank: the row has no time at risk.

    Raises:
        CellError: it is something else.

    Example:
        >>> parse_time_at_risk("ASTDT from TRTSDT to EOSDT")
        TimeAtRisk(event='ASTDT', start='TRTSDT', end='EOSDT')
    """
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise CellError(f"'{text}' is not a time at risk.", "Write '<event date> from <first day> to <last day>'.")
    return TimeAtRisk(*match.groups())


def parse_test(text: str) -> StatisticalTest | None:
    """Read "ANOVA", "Fisher", "chi-square" or "chi-square over MALE; FEMALE"; blank: no test.

    Raises:
        CellError: it is none of these.

    Example:
        >>> parse_test("chi-square over SEX")
        StatisticalTest(method='chi-square', rows=('SEX',))
    """
    name, _, rows = text.partition(" over ")
    methods = {method.casefold(): method for method in get_args(Method)}
    method = methods.get(name.strip().casefold())
    if not text:
        return None
    if method is None or (rows and method != "chi-square"):
        raise CellError(
            f"'{text}' is not a test.", "Write 'ANOVA', 'Fisher', 'chi-square' or 'chi-square over <row ID>; <row ID>'."
        )
    return StatisticalTest(method, split_list(rows))
