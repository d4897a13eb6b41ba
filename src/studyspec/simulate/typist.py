"""How sites type: dates in their own format, codes or local words, text with stray characters."""

from __future__ import annotations

import unicodedata
from datetime import date

from .catalog import Site, months, sites, vocabulary
from .draw import Draw
from .world import Number, When

# EDC_DATEFMT -> separator and order of day (d), month (m) and year (y).
ORDERS = {
    "dd-MON-yyyy": ("-", "dmy"),
    "dd/mm/yyyy": ("/", "dmy"),
    "mm/dd/yyyy": ("/", "mdy"),
    "dd.mm.yyyy": (".", "dmy"),
}


class Typist:
    """Somebody at the site of a subject number, who types what is known into the forms."""

    def __init__(self, draw: Draw, number: Number) -> None:
        self.draw = draw
        self.number = number
        self.site: Site = sites()[number.site]

    def date(self, when: When | date | None) -> str:
        """Return a date in the site's format, with unknown parts as the site leaves them; None is blank."""
        if when is None:
            return ""
        if isinstance(when, date):
            when = When(when)
        named = self.site.date_format == "dd-MON-yyyy"
        separator, order = ORDERS[self.site.date_format]
        if when.known == "D" and not named and self.draw.chance(0.02):
            named, separator, order = True, "-", "dmy"
        if when.known == "":
            return self.draw.pick(["", "UNK", separator.join(["UN", "UNK", "UNK"])])
        year = f"{when.day.year:04d}"
        if when.known == "Y":
            unknown = {"d": self._unknown("UN"), "m": self._unknown("UNK"), "y": year}
            return self.draw.pick([year, separator.join(unknown[part] for part in order)])
        month = self._month(when.day.month) if named else f"{when.day.month:02d}"
        if when.known == "M":
            parts = {"d": self._unknown(self.draw.pick(["UN", "UNK"])), "m": month, "y": year}
            return self.draw.pick([f"{month}{separator}{year}", separator.join(parts[part] for part in order)])
        if named and when.day.year >= 2000 and self.draw.chance(0.04):
            year = year[2:]
        parts = {"d": f"{when.day.day:02d}", "m": month, "y": year}
        return separator.join(parts[part] for part in order)

    def _unknown(self, usual: str) -> str:
        return usual if self.draw.chance(0.8) else self.draw.pick(["UK", "NK"])

    def _month(self, month: int) -> str:
        language = self.site.language if self.draw.chance(0.3) else "en"
        return months()[language][month - 1]

    def code(self, name: str, term: str) -> str:
        """Return a text for a term of a list: a code, an English or a local word; blank for a blank term."""
        if not term:
            return ""
        words = vocabulary()[name][term]
        usual = words.get("*", [])[:2]
        text = self.draw.pick([*usual, *words.get("*", []), *words.get(self.site.language, [])])
        if text.isascii() and len(text) > 3 and self.draw.chance(0.05):
            return self.draw.pick([text.upper(), text.lower()])
        return text

    def yes(self, value: bool) -> str:
        """Return a text for yes or no."""
        return self.code("NY", "Y" if value else "N")


def stray(draw: Draw, text: str) -> str:
    """Return a verbatim with the stray characters of copy and paste; cleaning gives the text back."""
    if draw.chance(0.05):
        text = draw.pick([f"{text} ", f" {text}", f"{text}\t"])
    if " " in text.strip() and draw.chance(0.08):
        before, after = text.strip().split(" ", 1)
        text = before + draw.pick(["\u00a0", "\n", "  ", "\t"]) + after
    if not text.isascii() and draw.chance(0.1):
        text = unicodedata.normalize("NFD", text)
    return text


def mojibake(text: str) -> str:
    """Return UTF-8 text as it looks when read as cp1252.

    Example:
        >>> mojibake("nötropeni")
        'nÃ¶tropeni'
    """
    return text.encode("utf-8").decode("cp1252")
