"""Values as PROC COMPARE prints them: BEST, the default of the value grid, and the common SAS formats.

Source of the rules: SAS 9.4 Formats and Informats, "BESTw." and "Dw.p"; genuine PROC COMPARE listings.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

_FORMAT = re.compile(r"(?P<name>\$?[A-Z_]*(?:8601[A-Z]+)?)(?P<width>\d*)\.(?P<decimals>\d*)")
_EPOCH = datetime(1960, 1, 1)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY_SECONDS = 86_400


def best(value: float, width: int) -> str:
    """Give a number the way BESTw. does: as many digits as fit, scientific only where that keeps more of them.

    Args:
        value: a finite number.
        width: the most characters, at least 7.

    Example:
        >>> best(1e-08, 12), best(4.44089e-16, 9), best(22.5, 9), best(1234567890123.0, 9)
        ('0.00000001', '4.441E-16', '22.5', '1.2346E12')
    """
    if value == 0:
        return "0"
    plain = _plain(value, width)
    if plain and float(plain) == value:
        return plain
    scientific = _scientific(value, width)
    if plain and abs(float(plain) - value) <= abs(float(scientific) - value):
        return plain
    return scientific


def _plain(value: float, width: int) -> str:
    whole = len(f"{value:.0f}")
    if whole > width:
        return ""
    text = f"{value:.{max(0, width - whole - 1)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: float, width: int) -> str:
    text = ""
    for digits in range(width):
        mantissa, _, power = f"{value:.{digits}E}".partition("E")
        longer = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}E{int(power)}"
        if len(longer) > width:
            break
        text = longer
    return text


def grid_number(value: float) -> str:
    """Give an unformatted number in 9 characters, as the value grid prints it.

    Example:
        >>> [grid_number(number) for number in (3.7, 35534.25, 0.0, -1.17647, 2.328e-10)]
        ['3.7000', '35534', '0', '-1.1765', '2.328E-10']
    """
    size = abs(value)
    if value == 0 or not 0.01 <= size < 1e8:
        return best(value, 9)
    return f"{value:.0f}" if size >= 1000 else f"{value:.4f}"


def largest_difference(value: float) -> str:
    """Give MaxDif in 7 characters; a tiny one without a point, which leaves room for three digits.

    Example:
        >>> largest_difference(20.0), largest_difference(1.46e-11), largest_difference(1100.0)
        ('20.000', '146E-13', '1100')
    """
    if value == 0 or value >= 1000:
        return best(value, 7)
    if value >= 0.001:
        return f"{value:.3f}"
    mantissa, _, power = f"{value:.2E}".partition("E")
    text = f"{mantissa.replace('.', '')}E{int(power) - 2}"
    return text if len(text) <= 7 else best(value, 7)


def show_number(value: float, special: str, sas_format: str) -> str:
    """Give a number as the value grid prints it: with its format, else in 9 characters.

    Args:
        value: NaN is missing.
        special: of a missing value "A" to "Z" or "_", else "".
        sas_format: such as "DATE9." or "8.2". One that is not known here prints like none.

    Example:
        >>> show_number(22972.0, "", "DATE9."), show_number(float("nan"), "A", ""), show_number(36.6, "", "8.2")
        ('23NOV2022', '.A', '36.60')
    """
    return _missing(value, special) or _formatted(value, sas_format) or grid_number(value)


def exact_number(value: float, special: str, sas_format: str) -> str:
    """Give a number with all its digits, and a whole day or second as its date and time format prints it.

    Example:
        >>> exact_number(0.1 + 0.2, "", "8.2"), exact_number(3.0, "", ""), exact_number(22972.0, "", "DATE9.")
        ('0.30000000000000004', '3', '23NOV2022')
    """
    dated = value == math.floor(value) and not _is_plain(sas_format) if math.isfinite(value) else False
    text = _missing(value, special) or (_formatted(value, sas_format) if dated else "")
    return text or repr(value).removesuffix(".0")


def _missing(value: float, special: str) -> str:
    """What stands for a missing or an infinite value; "" for other numbers."""
    if math.isnan(value):
        return f".{special}"
    return {math.inf: "I", -math.inf: "M"}.get(value, "")


def _is_plain(sas_format: str) -> bool:
    match = _FORMAT.fullmatch(sas_format)
    return match is None or match["name"] in ("", "F")


def _formatted(value: float, sas_format: str) -> str:
    """The formatted value, or "" where the format is not known or the value does not suit it."""
    match = _FORMAT.fullmatch(sas_format)
    if match is None:
        return ""
    name, width, decimals = match["name"], int(match["width"] or 0), int(match["decimals"] or 0)
    if name in ("", "F"):
        text = f"{value:.{decimals}f}"
        return text if 0 < len(text) <= width else ""
    if name == "TIME":
        return f"{int(value // 3600):>2}:{int(value // 60) % 60:02}:{int(value) % 60:02}".strip() if value >= 0 else ""
    dated = name in ("DATE", "YYMMDD", "E8601DA", "IS8601DA")
    if not dated and name not in ("DATETIME", "E8601DT", "IS8601DT"):
        return ""
    try:
        moment = _EPOCH + timedelta(seconds=math.floor(value) * (_DAY_SECONDS if dated else 1))
    except OverflowError:
        return ""
    iso = f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
    day = f"{moment.day:02}{_MONTHS[moment.month - 1]}"
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    if name == "DATE":
        return day + (f"{moment.year % 100:02}" if width in (7, 8) else f"{moment.year:04}")
    if name == "DATETIME":
        return f"{day}{moment.year % 100:02}:{clock}" if width < 18 else f"{day}{moment.year:04}:{clock}"
    return iso if dated else f"{iso}T{clock}"
