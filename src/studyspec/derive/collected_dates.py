"""Dates as sites type them, to ISO 8601."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, distinct_rows, report_where
from studyspec.derive.registry import Char, Number, Texts, function
from studyspec.findings import Rule

UNKNOWN = Texts(("UN", "UNK", "UK", "NK", "XX", "XXX", "XXXX", "??", "???", "????"))
YEAR_CUTOFF = Number(1940)
YEARS = range(1850, 2200)

DATE_UNREADABLE = Rule(
    "DATA-101",
    "warning",
    "A collected date or time cannot be read",
    why="It does not follow the format, or the day does not exist. The value is left missing.",
    action="Query the site, or correct format= or unknown= in the spec.",
)
DATE_CUT = Rule(
    "DATA-104",
    "note",
    "Part of a collected date is left out",
    why="ISO 8601 dates in SDTM end at the first unknown part, so a known part after it cannot be kept.",
    action="Nothing, if the unknown part is really unknown. Otherwise query the site.",
)

# Names by month; a token of three letters or more that begins names of one month only is that month.
_MONTHS = (
    "january januar janvier gennaio enero ocak janeiro januari",
    "february februar fevrier febbraio febrero subat fevereiro februari",
    "march marz maerz mrz mars marzo mart marco maart mrt",
    "april avril aprile abril nisan",
    "may mai maggio mayo mayis maio mei",
    "june juni juin giugno junio haziran junho",
    "july juli juillet luglio julio temmuz julho",
    "august aout agosto agustos augustus",
    "september septembre settembre setembro septiembre eylul",
    "october oktober octobre ottobre octubre ekim outubro",
    "november novembre noviembre kasim novembro",
    "december dezember decembre dicembre diciembre aralik dezembro",
)
_NAMES = [(name, number) for number, names in enumerate(_MONTHS, start=1) for name in names.split()]
_TOKEN = re.compile(r"\d+|[^\W\d_]+|\?+")
_TIME = re.compile(r"(\d{1,2})\s*[:.hH]?\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?\s*([AaPp][Mm])?", re.ASCII)
_DATE_THEN_TIME = re.compile(r"(.*\d)(?:T|\s+)(\d{1,2}:\d{2}.*)")


class Reading(NamedTuple):
    """An ISO 8601 text, and what was wrong with, or left out of, the collected one."""

    iso: str = ""
    wrong: str = ""
    cut: str = ""


class Roles(NamedTuple):
    """The parts of a collected date in lower case; "?" stands for a part that is not there."""

    year: str
    month: str = "?"
    day: str = "?"


@function()
def iso8601(
    date: Char,
    *,
    time: Char | None = None,
    format: Char | None = None,
    unknown: Texts = UNKNOWN,
    year_cutoff: Number = YEAR_CUTOFF,
) -> Char:
    """ISO 8601 date from a date as it was typed, as complete as it is known.

    Months may be digits or names (English, German, French, Italian, Spanish, Turkish, Portuguese, Dutch; full or cut to
    three letters or more). Digits follow the order of `format`; any separator will do. A text that begins with a year
    of four digits is read as year, month, day whatever the format. Two parts are month and year, one part is the year.

    Args:
        date: text, the date as collected. It may end in a time.
        time: text, a clock time such as 08:30, 8.30, 8:30 PM or 08:30:15. Used with complete dates only.
        format: text, the order of the parts: dd-MON-yyyy, dd/mm/yyyy, dd.mm.yyyy, mm/dd/yyyy, yyyy-mm-dd or the like.
            Usually a column of the sites form. Blank: only dates that can be read in one way are read.
        unknown: texts that stand for an unknown part.
        year_cutoff: year; a two-digit year lies in the hundred years that begin here (as SAS's YEARCUTOFF).

    Returns:
        Text: yyyy-mm-dd, with Thh:mm or Thh:mm:ss if there is a time; cut on the right at the first unknown part;
        blank if the year is unknown.

    Findings:
        DATA-101 when a date or time cannot be read or does not exist. DATA-104 when a known part stands after an
        unknown one and is left out.

    Example:
        iso8601(STDT, format=EDC_DATEFMT)

        | STDT        | EDC_DATEFMT | result     |
        |-------------|-------------|------------|
        | 15-MAR-2021 | dd-MON-yyyy | 2021-03-15 |
        | UNK-MRZ-2021 | dd-MON-yyyy | 2021-03   |
        | 03/04/2021  | dd/mm/yyyy  | 2021-04-03 |
        | 03/04/2021  | mm/dd/yyyy  | 2021-03-04 |
        | 03.2021     | dd.mm.yyyy  | 2021-03    |
        | UN/UNK/2021 | dd/mm/yyyy  | 2021       |
        | 31-FEB-2021 | dd-MON-yyyy |            |

    Source:
        SDTMIG 3.4 section 4.4.1 and 4.4.2 (date format, precision); ISO 8601-1.
    """
    tokens = _folded(unknown)
    formats = format if format is not None else char("", date.index)
    codes, rows = distinct_rows((date, formats))
    readings = [read_date(text, order, tokens, int(year_cutoff)) for text, order in rows]
    return _with_time(_dates(readings, codes, date.index), time, tokens)


@function()
def iso8601_from_parts(
    year: Char,
    month: Char,
    day: Char,
    *,
    time: Char | None = None,
    unknown: Texts = UNKNOWN,
) -> Char:
    """ISO 8601 date from year, month and day that were collected apart.

    Args:
        year: text, four digits.
        month: text, 1 to 12 or a month's name.
        day: text, 1 to 31.
        time: text, a clock time as in iso8601().
        unknown: texts that stand for an unknown part; a blank part is unknown, too.

    Returns:
        Text, as complete as it is known; see iso8601().

    Findings:
        DATA-101 and DATA-104 as in iso8601().

    Example:
        iso8601_from_parts(BRTHYR, BRTHMO, BRTHDY)

        | BRTHYR | BRTHMO | BRTHDY | result     |
        |--------|--------|--------|------------|
        | 1949   | 3      | 7      | 1949-03-07 |
        | 1949   | MAR    | UNK    | 1949-03    |
        | 1949   |        |        | 1949       |

    Source:
        SDTMIG 3.4 section 4.4.2; CDASHIG 2.2, collection of date parts.
    """
    tokens = _folded(unknown)
    codes, rows = distinct_rows((year, month, day))
    readings = [_from_parts(row, tokens) for row in rows]
    return _with_time(_dates(readings, codes, year.index), time, tokens)


@lru_cache(maxsize=100_000)
def read_date(text: str, order: str, unknown: frozenset[str], year_cutoff: int) -> Reading:
    """Read one collected date; `order` is its format, `unknown` holds the unknown tokens in lower case.

    Example:
        >>> read_date("un/03/2021", "dd/mm/yyyy", frozenset({"un", "?"}), 1940).iso
        '2021-03'
    """
    text = text.strip()
    if not text:
        return Reading()
    split = _DATE_THEN_TIME.fullmatch(text)
    day_text, clock = split.groups() if split else (text, "")
    tokens = _TOKEN.findall(day_text)
    if _TOKEN.sub("", day_text).strip(" -/.,_"):
        return Reading(wrong=f"'{text}' is not a date.")
    letters = _order(order)
    if letters is None:
        return Reading(wrong=f"The format '{order}' of date '{text}' is not known. Write e.g. dd-MON-yyyy.")
    roles = _roles([token.casefold() for token in tokens], letters, unknown, year_cutoff)
    if roles is None:
        return Reading(wrong=f"'{text}' is not a date{f' in the format {order}' if order else ''}.")
    reading = _assemble(roles, text, unknown, year_cutoff)
    if not clock or len(reading.iso) != 10:
        return reading
    time, wrong = read_time(clock, unknown)
    return Reading(reading.iso + (f"T{time}" if time else ""), wrong, reading.cut)


def read_time(text: str, unknown: frozenset[str] = frozenset()) -> tuple[str, str]:
    """A clock time as hh:mm or hh:mm:ss, and what is wrong with it.

    Example:
        >>> read_time("8.30 pm")
        ('20:30', '')
    """
    text = text.strip()
    if not text or text.casefold() in unknown:
        return "", ""
    found = _TIME.fullmatch(text)
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3)) if found else (99, 99, 99)
    half = ((found.group(4) if found else "") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if not found or hour > 23 or minute > 59 or second > 59:
        return "", f"'{text}' is not a time of day."
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if found.group(3) else ""), ""


def _folded(unknown: Texts) -> frozenset[str]:
    return frozenset({"", "?"}.union(token.casefold() for token in unknown))


@lru_cache(maxsize=256)
def _order(format: str) -> str | None:
    """The order of the parts of a format as "dmy"; "" for a blank format, None for one that is none."""
    letters = "".join(part[0] for part in re.findall(r"d+|mon|m+|y+", format.casefold()))
    if not format.strip():
        return ""
    return letters if sorted(letters) == ["d", "m", "y"] else None


def _roles(tokens: list[str], order: str, unknown: frozenset[str], cutoff: int) -> Roles | None:
    """Which token is the year, the month and the day; None when that cannot be told."""
    if len(tokens) == 1 and len(tokens[0]) == 8 and tokens[0].isdigit() and order:
        tokens = _cut_digits(tokens[0], order)
    if len(tokens) == 1:
        return Roles(tokens[0]) if _is_year(tokens[0]) or tokens[0] in unknown else None
    if len(tokens) == 2:
        month, year = tokens if not _is_year(tokens[0]) else reversed(tokens)
        return Roles(year, month) if _is_year(year) or year in unknown else None
    if len(tokens) != 3:
        return None
    named = next((place for place, token in enumerate(tokens) if month_number(token)), None)
    if _is_year(tokens[0]):
        order = "ydm" if named == 2 else "ymd"
    elif named is not None:
        order = ("mdy", "ymd" if order.startswith("y") else "dmy", "ydm")[named]
    if not order:
        return _only_reading(tokens, unknown, cutoff)
    found = dict(zip(order, tokens, strict=True))
    return Roles(found["y"], found["m"], found["d"])


def _cut_digits(digits: str, order: str) -> list[str]:
    if order.startswith("y"):
        return [digits[:4], digits[4:6], digits[6:]]
    return [digits[:2], digits[2:4], digits[4:]]


def _only_reading(tokens: list[str], unknown: frozenset[str], cutoff: int) -> Roles | None:
    """Without a format: day first and month first must not both give a date, or give the same."""
    readings = {}
    for first, second in ((1, 0), (0, 1)):
        roles = Roles(tokens[2], tokens[first], tokens[second])
        reading = _assemble(roles, "", unknown, cutoff)
        if not reading.wrong:
            readings[reading.iso] = roles
    return next(iter(readings.values())) if len(readings) == 1 else None


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isascii() and token.isdigit()


@lru_cache(maxsize=4096)
def month_number(token: str) -> int:
    """1 to 12 for a month's name or a beginning of it of three letters or more that fits one month; else 0.

    Example:
        >>> month_number("MRZ"), month_number("jui"), month_number("Ağu")
        (3, 0, 8)
    """
    letters = unicodedata.normalize("NFKD", token.casefold().replace("\u0131", "i"))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    if len(letters) < 3:
        return 0
    numbers = {number for name, number in _NAMES if name.startswith(letters)}
    return numbers.pop() if len(numbers) == 1 else 0


def _from_parts(row: tuple[str, ...], unknown: frozenset[str]) -> Reading:
    year, month, day = (part.strip().casefold() for part in row)
    if year not in unknown and not _is_year(year):
        return Reading(wrong=f"'{row[0]}' is not a year.")
    return _assemble(Roles(year, month, day), "-".join(row), unknown, YEARS.start)


def _assemble(roles: Roles, text: str, unknown: frozenset[str], cutoff: int) -> Reading:
    """The date of three parts in lower case, cut at the first unknown one."""
    known = [part not in unknown for part in roles]
    length = known.index(False) if False in known else 3
    year = _year_number(roles.year, cutoff) if known[0] else YEARS.start
    month = (month_number(roles.month) or _digits(roles.month)) if known[1] else 1
    day = _digits(roles.day) if known[2] else 1
    # Without a year 29 February is possible, without a month the 31st.
    calendar_year, calendar_month = (year if known[0] else 2000), month
    exists = year in YEARS and 1 <= month <= 12
    if not exists or not 1 <= day <= monthrange(calendar_year, calendar_month)[1]:
        return Reading(wrong=f"'{text}' does not exist as a date.")
    iso = f"{year:04}-{month:02}-{day:02}"[: (0, 4, 7, 10)[length]]
    cut = f"'{text}' is kept as '{iso}': what stands after the unknown part is left out." if any(known[length:]) else ""
    return Reading(iso, cut=cut)


def _year_number(token: str, cutoff: int) -> int:
    if len(token) == 2:
        number = _digits(token)
        return cutoff + (number - cutoff) % 100 if number >= 0 else -1
    return _digits(token) if _is_year(token) else -1


def _digits(token: str) -> int:
    return int(token) if token.isascii() and token.isdigit() and len(token) <= 4 else -1


def _dates(readings: list[Reading], codes: Array, index: pd.Index) -> pd.Series:
    """The dates of all records from the distinct readings; reports what was wrong or cut."""
    for rule, texts in (
        (DATE_UNREADABLE, [reading.wrong for reading in readings]),
        (DATE_CUT, [reading.cut for reading in readings]),
    ):
        if any(texts):
            told = np.array(texts, dtype=object)[codes]
            report_where(rule, told != "", told, index)
    return pd.Series(pd.array([reading.iso for reading in readings], dtype="str").take(codes), index)


def _with_time(dates: pd.Series, time: pd.Series | None, unknown: frozenset[str]) -> Char:
    if time is None:
        return char(dates, dates.index)
    codes, texts = pd.factorize(time)
    found = [read_time(text, unknown) for text in texts]
    clocks = char(pd.array([clock for clock, _ in found], dtype="str").take(codes), dates.index)
    wrong = char(pd.array([reason for _, reason in found], dtype="str").take(codes), dates.index)
    report_where(DATE_UNREADABLE, wrong != "", wrong, dates.index)
    complete = (dates.str.len() == 10) & (clocks != "")
    return char(dates.mask(complete, dates + "T" + clocks), dates.index)
