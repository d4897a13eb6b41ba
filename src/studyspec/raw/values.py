"""Numbers, dates and times of typed files as text that says the same and no more."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import floor
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pandas as pd

Doubles = npt.NDArray[np.float64]

_DAY = 86_400
_EPOCH = np.datetime64("1960-01-01", "s")
# Days and seconds since 1960 of the years that ISO 8601 writes with four digits.
_FIRST_DAY, _LAST_DAY = (
    int((np.datetime64(day, "D") - _EPOCH.astype("M8[D]")).astype(int)) for day in ("0001-01-01", "9999-12-31")
)
_FORMAT = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*?)\d*(?:\.\d*)?")
_KINDS = {
    "date": r"(E8601|B8601|IS8601)DA|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(MMYY|YYMM|YYQR?)[CDNPS]?|NLDATE\w*|"
    r"DATE|DAY|DOWNAME|JULDAY|JULIAN|MONNAME|MONTH|MONYY|QTRR?|WEEKDAT[EX]|WEEKDAY|WEEK[UVW]|WORDDAT[EX]|YEAR|YYMON|"
    r"YYWEEK[UVW]",
    "datetime": r"(E8601|B8601)(DN|DT|DX|DZ|LX)|IS8601DT|NLDATM\w*|DATETIME|DATEAMPM|DTDATE|DTMONYY|DTWKDATX|DTYEAR|"
    r"DTYYQC|MDYAMPM",
    "time": r"(E8601|B8601)(TM|TX|TZ|LZ)|IS8601TM|NLTIME|NLTIMAP|TIME|TIMEAMPM|HHMM|HOUR|MMSS|TOD",
}


def number_texts(values: Doubles) -> pd.Series[str]:
    """Numbers as the shortest text that reads back to the same double: 1, 0.1, -0, 1e+21; NaN is blank.

    Example:
        >>> number_texts(np.array([1.0, 0.1, 1e21, np.nan])).tolist()
        ['1', '0.1', '1e+21', '']
    """
    # By bits, for 0 and -0 are equal.
    codes, bits = pd.factorize(np.ascontiguousarray(values, dtype=np.float64).view(np.int64))
    texts = [number_text(value) for value in bits.view(np.float64).tolist()]
    return _spread(texts, codes)


def value_text(value: object) -> str:
    """One typed value as text.

    Numbers are the shortest text that reads back, dates and times ISO 8601 (a moment with a time zone in UTC, with Z),
    lengths of time ISO 8601 durations, booleans true and false; None is blank and text stays as it is.

    Raises:
        TypeError: the value is none of these.

    Example:
        >>> [value_text(value) for value in (71.0, Decimal("1.50"), True, None, timedelta(hours=26, minutes=30))]
        ['71', '1.5', 'true', '', 'PT26H30M0S']
    """
    match value:
        case None:
            return ""
        case str() | UUID():
            return str(value)
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return number_text(value)
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime() if value.tzinfo:
            return _clock_text(value.astimezone(UTC).replace(tzinfo=None)) + "Z"
        case date() | time():
            return _clock_text(value)
        case timedelta():
            return _duration(value)
        case _:
            raise TypeError(f"a value of type {type(value).__name__} has no text of its own")


def sas_texts(values: Doubles, sas_format: str) -> pd.Series[str]:
    """Numbers of a SAS variable as text: by its format ISO 8601 dates, dates and times, or times; else numbers.

    A value without such a text stays a number: part of a day in a date, a time of 24 hours or more, a year beyond
    9999. Missing is blank.

    Args:
        values: numbers; dates in days and the others in seconds, as SAS counts (dates from 1960-01-01).
        sas_format: such as "DATE9." or "DATE9"; upper or lower case.

    Source:
        SAS 9.4 Formats and Informats: Reference, "Formats by Category", Date and Time.

    Example:
        >>> sas_texts(np.array([19725.0, np.nan]), "DATE9.").tolist()
        ['2014-01-02', '']
        >>> sas_texts(np.array([1704164645.5]), "DATETIME20.").tolist()
        ['2014-01-01T03:04:05.5']
    """
    kind = temporal_kind(sas_format)
    if not kind:
        return number_texts(values)
    codes, distinct = pd.factorize(np.asarray(values, dtype=np.float64))
    write = {"date": _date, "datetime": _datetime, "time": _time}[kind]
    texts = [write(value) or number_text(value) for value in distinct.tolist()]
    return _spread([*texts, ""], codes)


def temporal_kind(sas_format: str) -> str:
    """What a SAS format shows: "date", "datetime", "time", or "" for anything else.

    Example:
        >>> temporal_kind("YYMMDDN8."), temporal_kind("DTDATE9."), temporal_kind("BEST12.")
        ('date', 'datetime', '')
    """
    name = _FORMAT.fullmatch(sas_format.upper())
    return next((kind for kind, names in _KINDS.items() if name and re.fullmatch(names, name["name"])), "")


def _spread(texts: list[str], codes: npt.NDArray[np.intp]) -> pd.Series[str]:
    """The text of each code; code -1 takes the last."""
    return pd.Series(pd.array(texts, dtype="str").take(codes) if texts else pd.array([], dtype="str"))


def number_text(value: float) -> str:
    """One number as `number_texts` writes it."""
    return "" if value != value else repr(value).removesuffix(".0")


def _date(days: float) -> str:
    if not days.is_integer() or not _FIRST_DAY <= days <= _LAST_DAY:
        return ""
    return str(_EPOCH.astype("M8[D]") + int(days))


def _datetime(seconds: float) -> str:
    if not _FIRST_DAY * _DAY <= seconds < (_LAST_DAY + 1) * _DAY:
        return ""
    whole = floor(seconds)
    return str(_EPOCH + whole) + _fraction(seconds, whole)


def _time(seconds: float) -> str:
    return _datetime(seconds).partition("T")[2] if 0 <= seconds < _DAY else ""


def _fraction(seconds: float, whole: int) -> str:
    """The decimals of the shortest text of `seconds`, with their point."""
    return "" if seconds == whole else f"{Decimal(repr(seconds)) - whole:f}".removeprefix("0")


def _clock_text(moment: date | time) -> str:
    """ISO 8601 without zeros at the end of the fraction of a second."""
    text = moment.isoformat()
    return text.rstrip("0") if "." in text else text


def _duration(length: timedelta) -> str:
    minutes, rest = divmod(abs(length), timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if length < timedelta() else ''}PT{hours}H{minutes}M{number_text(rest / timedelta(seconds=1))}S"
