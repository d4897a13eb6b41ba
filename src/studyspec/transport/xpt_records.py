"""The data part of an XPT file: records of fixed length, made and written a chunk of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_encode import (
    SPECIAL_MISSINGS,
    Bits,
    character_fields,
    encoded,
    ibm_from_ieee,
    numeric_fields,
    special_bits,
)
from studyspec.transport.xpt_faults import ChunkFaults, Faults, XptWriteError

Special = Mapping[str, "pd.Series[str]"]
Fields = npt.NDArray[np.void]

_BLOCK = 80
_CHUNK_BYTES = 4 << 20
_SHOWN = 60


def padding(size: int) -> bytes:
    """Give the blanks that fill a part of `size` bytes up to whole blocks of 80.

    Example:
        >>> padding(78)
        b'  '
    """
    return b" " * (-size % _BLOCK)


def write_records(
    file: BinaryIO,
    frame: pd.DataFrame,
    dataset: XptDataset,
    encoding: str,
    special: Special,
) -> None:
    """Write all rows as records and the padding after them; memory in use does not grow with the rows.

    Args:
        file: open at the end of the headers.
        frame: checked to have the variables of `dataset` in the right types.
        dataset: the checked description.
        encoding: of character values.
        special: checked special missings of num variables.

    Raises:
        XptWriteError: values that XPT cannot hold; the file is then not complete.
    """
    record = np.dtype([(column.name, f"V{column.length}") for column in dataset.columns])
    faults = Faults(dataset.name)
    step = max(1, _CHUNK_BYTES // record.itemsize)
    for start in range(0, len(frame), step):
        rows = slice(start, start + step)
        records = np.zeros(len(frame.iloc[rows]), dtype=record)
        for column in dataset.columns:
            letters = special[column.name].iloc[rows] if column.name in special else None
            noted = faults.chunk(column.name, start + 1)
            fields = _fields(frame[column.name].iloc[rows], column, encoding, letters, noted)
            if fields is not None:
                records[column.name] = fields
        # Once a value is at fault the file is lost; the rest is only checked, to report everything.
        if not faults:
            file.write(records.view(np.uint8).data)
    if faults or (len(frame) and _ends_blank(records, faults.chunk("", len(frame)))):
        raise XptWriteError(faults.problems())
    file.write(padding(len(frame) * record.itemsize))


def _fields(
    values: pd.Series[Any],
    column: XptColumn,
    encoding: str,
    letters: pd.Series[str] | None,
    faults: ChunkFaults,
) -> Fields | None:
    """Give the fields of one variable, or None if a value is at fault."""
    if column.type == "char":
        return _characters(values, column.length, encoding, faults)
    return _numbers(values.to_numpy(), column.length, letters, faults)


def _characters(values: pd.Series[str], length: int, encoding: str, faults: ChunkFaults) -> Fields | None:
    texts = _arrow(values)
    if texts.null_count:
        faults.note(
            texts.is_null().to_numpy(zero_copy_only=False),
            lambda position: "the value is NaN.",
            "A missing character value is a blank. Replace NaN by ''.",
        )
        return None

    def shown(position: int) -> str:
        text = texts[position].as_py()
        return f"the value {text[:_SHOWN]!r}{'...' if len(text) > _SHOWN else ''}"

    written, unwritable = encoded(texts, encoding)
    sizes = pc.binary_length(written).to_numpy(zero_copy_only=False)
    foreign = faults.note(
        unwritable,
        lambda position: f"{shown(position)} has {_first_foreign(texts[position].as_py(), encoding)}.",
        f"It is not in {encoding}. Replace the character, or ask for another encoding.",
    )
    long = faults.note(
        sizes > length,
        lambda position: f"{shown(position)} has {sizes[position]} bytes.",
        f"The variable has {length} bytes, and nothing is cut. Lengthen it or shorten the value.",
    )
    if foreign or long:
        return None
    fields = character_fields(written, length)
    cells = fields.view(np.uint8)
    # The least byte is a quick look at all of them; which rows have it matters only when it is NUL.
    if cells.min() == 0:
        faults.note(
            (cells.reshape(-1, length) == 0).any(axis=1),
            lambda position: f"{shown(position)} has a NUL character.",
            "Many readers end a value there. Remove the character.",
        )
    return fields


def _arrow(values: pd.Series[str]) -> pa.LargeStringArray:
    array = pa.array(values.array, pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _first_foreign(text: str, encoding: str) -> str:
    foreign = next(character for character in text if character.encode(encoding, errors="ignore") == b"")
    return f"the character {foreign!r} (U+{ord(foreign):04X})"


def _numbers(
    numbers: npt.NDArray[np.float64],
    length: int,
    letters: pd.Series[str] | None,
    faults: ChunkFaults,
) -> Fields | None:
    ibm, unfit = ibm_from_ieee(numbers)
    if faults.note(
        unfit,
        lambda position: f"the value {float(numbers[position])!r} is out of range.",
        "XPT holds 0 and magnitudes from 2**-260 (about 5.4e-79) to below 2**252 (about 7.2e75). "
        "Correct the value, or make it missing or 0 where that is meant.",
    ):
        return None
    if letters is not None:
        _place_special(ibm, numbers, letters.to_numpy(dtype=object), faults)
    fields, changed = numeric_fields(ibm, length)
    faults.note(
        changed,
        lambda position: f"the value {float(numbers[position])!r} needs more than {length} bytes.",
        f"Length {length} would change it. Use length 8, or round the value on purpose.",
    )
    return fields


def _place_special(
    ibm: Bits,
    numbers: npt.NDArray[np.float64],
    letters: npt.NDArray[np.object_],
    faults: ChunkFaults,
) -> None:
    given = letters != ""
    unknown = faults.note(
        given & ~np.isin(letters, list(SPECIAL_MISSINGS)),
        lambda position: f"{letters[position]!r} is given as special missing.",
        "SAS has .A to .Z and ._ only. Give one letter A to Z or _.",
    )
    faults.note(
        given & ~np.isnan(numbers),
        lambda position: f"{float(numbers[position])!r} has the special missing {letters[position]!r}.",
        "A value cannot be missing too. Make it NaN or remove the special missing.",
    )
    if not unknown:
        ibm[given] = special_bits(letters[given].tolist())


def _ends_blank(records: npt.NDArray[np.void], faults: ChunkFaults) -> bool:
    last = bytes(records[-1])
    return len(last) < _BLOCK and faults.note(
        np.array([not last.strip(b" ")]),
        lambda position: "the last row is all blank.",
        "XPT has no row count, and readers take blank rows in the last 80 bytes as padding, so the row "
        "would be lost. Remove the row, or add a variable that is never blank.",
    )
