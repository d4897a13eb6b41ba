"""Looking at the bytes of an XPT file with an eye on every one of them.

Part of the strict reader; shares no code with the writer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

_STAMP = re.compile(r"([0-3][0-9])([A-Z]{3})([0-9]{2}):([0-2][0-9]):([0-5][0-9]):([0-5][0-9])")
_MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_MONTH_OF = {_MONTHS[at : at + 3]: at // 3 + 1 for at in range(0, 36, 3)}
_SAS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")
_ASK_AGAIN = "Ask the sender for the file again, copied in binary mode."


class XptError(ValueError):
    """A file breaks the XPT version 5 layout.

    Attributes:
        offset: the byte where it does, counted from 0.
        found: what is there.
        demand: what the format demands.
        action: what to do.
    """

    def __init__(self, offset: int, found: str, demand: str, action: str = _ASK_AGAIN) -> None:
        self.offset = offset
        self.found = found
        self.demand = demand
        self.action = action
        super().__init__(f"Byte {offset}: found {found}. XPT version 5 demands {demand}. {action}")


@dataclass
class Scanner:
    """Reads fields one after the other and refuses the first that breaks the layout.

    Attributes:
        data: the whole file.
        encoding: of labels.
        at: the offset of the next field.
    """

    data: bytes
    encoding: str
    at: int = 0

    def fail(self, offset: int, demand: str, size: int = 1, action: str = _ASK_AGAIN) -> NoReturn:
        """Refuse the `size` bytes at `offset`."""
        found = self.data[offset : offset + size]
        raise XptError(offset, repr(found) if found else "the end of the file", demand, action)

    def take(self, size: int, what: str) -> bytes:
        """Give the next `size` bytes, which are `what`."""
        field = self.data[self.at : self.at + size]
        if len(field) < size:
            self.fail(len(self.data), f"{what} of {size} bytes at byte {self.at}")
        self.at += size
        return field

    def expect(self, wanted: bytes, what: str) -> None:
        """Pass bytes that must be exactly `wanted`."""
        start = self.at
        field = self.take(len(wanted), what)
        for position, (have, want) in enumerate(zip(field, wanted, strict=True)):
            if have != want:
                self.fail(start + position, f"{bytes([want])!r} in {what}")

    def header(self, kind: str, numbers: str = "0" * 30) -> None:
        """Pass a header record of 80 bytes."""
        record = f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{numbers}  "
        self.expect(record.encode(), f"the {kind} header record")

    def text(self, size: int, what: str) -> str:
        """Give a printable text padded with blanks."""
        start = self.at
        field = self.take(size, what)
        try:
            text = field.decode(self.encoding)
        except UnicodeDecodeError as error:
            action = f"If the file is not in {self.encoding}, name its encoding."
            self.fail(start + error.start, f"{self.encoding} characters in {what}", action=action)
        odd = next((place for place, character in enumerate(text) if not character.isprintable()), None)
        if odd is not None:
            self.fail(start + len(text[:odd].encode(self.encoding)), f"printable characters in {what}")
        return text.rstrip(" ")

    def name(self, what: str) -> str:
        """Give a SAS name of at most 8 characters."""
        start = self.at
        name = self.text(8, what)
        if not _SAS_NAME.fullmatch(name):
            self.fail(start, f"a SAS name (letters, digits, _) as {what}", 8)
        return name

    def integer(self, size: int, what: str, low: int, high: int) -> int:
        """Give a big-endian integer from `low` to `high`."""
        start = self.at
        value = int.from_bytes(self.take(size, what), "big", signed=True)
        if not low <= value <= high:
            span = str(low) if low == high else f"{low} to {high}"
            raise XptError(start, str(value), f"{span} as {what}")
        return value

    def stamp(self, what: str) -> datetime:
        """Give a date and time; two-digit years are 1960 to 2059, for SAS counts from 1960."""
        start = self.at
        match = _STAMP.fullmatch(self.take(16, what).decode("latin-1"))
        if match is None or match[2] not in _MONTH_OF:
            self.fail(start, f"ddMMMyy:hh:mm:ss as {what}", 16)
        day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
        century = 1900 if year >= 60 else 2000
        try:
            return datetime(century + year, _MONTH_OF[match[2]], day, hour, minute, second)
        except ValueError:
            self.fail(start, f"a date and time that exist as {what}", 16)
