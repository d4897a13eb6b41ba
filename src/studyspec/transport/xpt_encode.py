"""From frame columns to the bytes of XPT fields: IBM floating point and blank-padded text.

Source of the rules: SAS TS-140, "Numeric data fields", "Missing values" and "Character data fields".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bits = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

SPECIAL_MISSINGS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")

_SIGN = np.uint64(1 << 63)
_HIDDEN = np.uint64(1 << 52)
_FRACTION = np.uint64((1 << 52) - 1)
# The biased IEEE exponents of 2^-260 and 2^252: the magnitudes that IBM floating point can normalise.
_LOWEST = np.uint64(1023 - 260)
_BEYOND = np.uint64(1023 + 252)
_MISSING = np.uint64(ord(".") << 56)


def ibm_from_ieee(values: npt.NDArray[np.float64]) -> tuple[Bits, Mask]:
    """Convert IEEE doubles to IBM hexadecimal doubles, by integer work on the bits.

    Every double of magnitude 2^-260 up to (not including) 2^252 converts exactly: IBM has 56 bits of
    mantissa, of which normalising to a hexadecimal digit costs at most 3, and IEEE needs 53. Both zeros
    become +0, because SAS writes no negative zero. NaN becomes the missing value `.`.

    Args:
        values: float64.

    Returns:
        The IBM values as 64-bit integers, and a mask of the values that IBM cannot hold: too large, infinite,
        or too small. Their bits mean nothing. (The sample code of TS-140 stores the number of largest
        magnitude for all of them; that changes data without a word, so callers refuse them instead.)

    Example:
        >>> bits, unfit = ibm_from_ieee(np.array([1.0, -118.625]))
        >>> [f"{value:016X}" for value in bits]
        ['4110000000000000', 'C276A00000000000']
    """
    bits = values.view(np.uint64)
    exponent = (bits >> np.uint64(52)) & np.uint64(0x7FF)
    ibm = (bits & _FRACTION) | _HIDDEN
    # A power of two 4q + r is 16^q with the mantissa moved up by r; q + 65 is then the excess-64 exponent.
    ibm <<= (exponent + np.uint64(1)) & np.uint64(3)
    ibm |= ((exponent - _LOWEST) >> np.uint64(2)) << np.uint64(56)
    ibm |= bits & _SIGN
    missing = np.isnan(values)
    zero = values == 0
    ibm[missing] = _MISSING
    ibm[zero] = 0
    unfit = (exponent < _LOWEST) | (exponent >= _BEYOND)
    unfit &= ~(missing | zero)
    return ibm, unfit


def numeric_fields(ibm: Bits, length: int) -> tuple[npt.NDArray[np.void], Mask]:
    """Cut IBM values to the stored length.

    Args:
        ibm: from `ibm_from_ieee`.
        length: bytes to keep, 3 to 8.

    Returns:
        One `length`-byte field per value, and a mask of the values that lose digits by the cut.

    Example:
        >>> fields, changed = numeric_fields(ibm_from_ieee(np.array([1.0, 0.1]))[0], 3)
        >>> bytes(fields[0]).hex(), changed.tolist()
        ('411000', [False, True])
    """
    eight = ibm.astype(">u8").view(np.uint8).reshape(-1, 8)
    fields = np.ascontiguousarray(eight[:, :length]).view(f"V{length}")[:, 0]
    lost = np.uint64((1 << 8 * (8 - length)) - 1)
    return fields, (ibm & lost) != 0


def special_bits(letters: list[str]) -> Bits:
    """Give the IBM form of special missings: the letter or underscore in the first byte, then zeros.

    Args:
        letters: "A" to "Z" or "_".

    Example:
        >>> f"{special_bits(['A'])[0]:016X}"
        '4100000000000000'
    """
    return np.array([ord(letter) << 56 for letter in letters], dtype=np.uint64)


def encoded(values: pa.LargeStringArray, encoding: str) -> tuple[Any, Mask]:
    """Encode text; plain ASCII, the usual case, costs one look.

    Args:
        values: text without nulls.
        encoding: a superset of ASCII.

    Returns:
        A large binary array of the encoded values, and a mask of the values that the encoding cannot write
        (they come out empty).
    """
    possible = np.zeros(len(values), dtype=np.bool_)
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return values.cast(pa.large_binary()), possible
    distinct = values.dictionary_encode()
    texts = distinct.dictionary.to_pylist()
    known = [_encode_or_none(text, encoding) for text in texts]
    codes = distinct.indices.to_numpy()
    unwritable = np.array([text is None for text in known], dtype=np.bool_)[codes]
    table = pa.array([text or b"" for text in known], pa.large_binary())
    return table.take(distinct.indices), unwritable


def _encode_or_none(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def character_fields(encoded_values: Any, length: int) -> npt.NDArray[np.void]:
    """Pad encoded text with blanks to the stored length.

    Args:
        encoded_values: large binary array, no value longer than `length`.
        length: bytes of the field.

    Returns:
        One `length`-byte field per value.

    Example:
        >>> bytes(character_fields(pa.array([b"M"], pa.large_binary()), 3)[0])
        b'M  '
    """
    size = len(encoded_values)
    # The pad works on bytes; the cast back to text is only a change of name and copies nothing.
    text = pa.LargeStringArray.from_buffers(
        size, encoded_values.buffers()[1], encoded_values.buffers()[2], offset=encoded_values.offset
    )
    padded = pc.ascii_rpad(text, width=length, padding=" ")
    start = np.frombuffer(padded.buffers()[1], dtype=np.int64)[padded.offset] if size else 0
    return np.frombuffer(padded.buffers()[2] or b"", dtype=f"V{length}", count=size, offset=int(start))
