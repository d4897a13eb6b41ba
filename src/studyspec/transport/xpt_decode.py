"""From the data part of an XPT member to a frame.

Part of the strict reader; shares no code with the writer. Numbers are rebuilt by arithmetic (mantissa times a
power of two), where the writer shifts bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.transport.xpt_scan import XptError

_BLOCK = 80
_MANTISSA_BITS = 56
_ASK_WRITER = "Have the file made again by a writer that keeps to TS-140."


class Span(NamedTuple):
    """Where records lie in the file: the first byte, how many there are and how long each is."""

    start: int
    rows: int
    length: int


class Field(NamedTuple):
    """One variable in all records.

    Attributes:
        name: the variable's name, for messages.
        cells: its bytes, a row a record.
        start: the offset of its first byte in the file.
        step: the length of a record.
    """

    name: str
    cells: npt.NDArray[np.uint8]
    start: int
    step: int

    def error(self, row: int, column: int, found: str, demand: str, action: str) -> XptError:
        """Give the error for one byte of one row, both counted from 0."""
        offset = self.start + row * self.step + column
        return XptError(offset, found, f"{demand} in {self.name}, row {row + 1}", action)


def find_records(data: bytes, start: int, end: int, length: int) -> Span:
    """Find out how many records lie between two offsets and check the padding.

    XPT stores no row count. The records are followed by blanks up to a whole block of 80 bytes, so blank
    records at the end that would fit into these blanks are taken as padding.

    Args:
        data: the file.
        start: the first byte of data.
        end: the byte after the data part, padding included.
        length: the bytes of one record.

    Returns:
        The records without the padding.

    Raises:
        XptError: the part is not whole blocks, or ends within a record.

    Example:
        >>> find_records(b"AB" + b" " * 78, 0, 80, 2)
        Span(start=0, rows=1, length=2)
    """
    size = end - start
    if size % _BLOCK:
        raise XptError(end, f"data of {size} bytes", "whole blocks of 80 bytes, padded with blanks")
    rows = size // length
    # A record that begins in the last block may be padding: without it the file would be as long.
    while rows and size - (rows - 1) * length < _BLOCK and _blank(data, start + (rows - 1) * length, length):
        rows -= 1
    used = start + rows * length
    filled = next((offset for offset in range(used, end) if data[offset] != ord(" ")), None)
    if filled is not None:
        found = repr(data[filled : filled + 1])
        raise XptError(filled, found, f"a blank after {rows} records of {length} bytes")
    if end - used >= _BLOCK:
        raise XptError(used, f"{end - used} blanks", "fewer than 80 bytes of padding, or a whole record")
    return Span(start, rows, length)


def _blank(data: bytes, start: int, length: int) -> bool:
    return data.count(b" ", start, start + length) == length


def field_of(data: bytes, span: Span, name: str, position: int, length: int) -> Field:
    """Take the bytes of one variable out of all records.

    Args:
        data: the file.
        span: where the records lie.
        name: of the variable.
        position: its first byte in the record.
        length: its bytes.
    """
    table = np.frombuffer(data, dtype=np.uint8, count=span.rows * span.length, offset=span.start)
    cells = table.reshape(span.rows, span.length)[:, position : position + length]
    return Field(name, np.ascontiguousarray(cells), span.start + position, span.length)


def numbers(field: Field) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    """Turn IBM floating point of 2 to 8 bytes into doubles.

    A number with more than 53 significant bits, which no double has, is rounded to the nearest double.

    Args:
        field: a num variable.

    Returns:
        The values, NaN where missing, and for each the special missing: "A" to "Z", "_" or "".

    Raises:
        XptError: bytes that are no normalised number, zero or missing value.
    """
    rows, length = field.cells.shape
    wide = np.zeros((rows, 8), dtype=np.uint8)
    wide[:, :length] = field.cells
    first = wide[:, 0]
    mantissa = wide.view(">u8")[:, 0].astype(np.uint64) & np.uint64((1 << _MANTISSA_BITS) - 1)
    power = 4 * ((first & 0x7F).astype(np.int32) - 64) - _MANTISSA_BITS
    values = np.ldexp(mantissa.astype(np.float64), power) * np.where(first & 0x80, -1.0, 1.0)
    empty = mantissa == 0
    special = empty & (((first >= ord("A")) & (first <= ord("Z"))) | (first == ord("_")))
    missing = special | (empty & (first == ord(".")))
    unknown = (empty & ~missing & (first != 0)) | (~empty & (wide[:, 1] < 0x10))
    if unknown.any():
        row = int(np.argmax(unknown))
        found = f"bytes {field.cells[row].tobytes().hex()}"
        raise field.error(row, 0, found, "a normalised IBM number, zero or a missing value", _ASK_WRITER)
    values[missing] = np.nan
    letters = np.full(rows, "", dtype=object)
    letters[special] = [chr(code) for code in first[special]]
    return values, letters


def texts(field: Field, encoding: str) -> pd.Series[str]:
    """Turn blank-padded bytes into text without the padding.

    Args:
        field: a char variable.
        encoding: of the text.

    Raises:
        XptError: a byte that the encoding does not know, or NUL.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = field.cells
    rows, length = cells.shape
    plain = not (cells & 0x80).any()
    wrong = (cells == 0) | (cells > 0x7F) if encoding == "ascii" else cells == 0
    if wrong.any():
        row, column = (int(place) for place in np.argwhere(wrong)[0])
        raise _bad_text(field, row, column, encoding)
    if not plain:
        return _foreign_texts(field, encoding)
    offsets = np.arange(rows + 1, dtype=np.int64) * length
    padded = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(cells))
    return pd.Series(pd.array(pc.ascii_rtrim(padded, characters=" "), dtype="str"))


def _foreign_texts(field: Field, encoding: str) -> pd.Series[str]:
    raw = field.cells.view(f"S{field.cells.shape[1]}")[:, 0]
    codes, distinct = pd.factorize(raw.astype(object))
    decoded: list[str] = []
    for code, value in enumerate(distinct):
        try:
            decoded.append(value.decode(encoding).rstrip(" "))
        except UnicodeDecodeError as error:
            row = int(np.argmax(codes == code))
            raise _bad_text(field, row, error.start, encoding) from None
    return pd.Series(np.array(decoded, dtype=object)[codes], dtype="str")


def _bad_text(field: Field, row: int, column: int, encoding: str) -> XptError:
    found = repr(field.cells[row, column : column + 1].tobytes())
    action = f"If the file is not in {encoding}, name its encoding."
    return field.error(row, column, found, f"{encoding} text without NUL", action)
