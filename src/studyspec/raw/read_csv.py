"""Raw CSV files as text."""

from __future__ import annotations

import csv
import io
from itertools import islice
from pathlib import Path

import pandas as pd

from studyspec.raw.content import WHOLE, Content
from studyspec.raw.manifest import COMMA, RawFile

BLOCK = 20_000


def read_csv_file(path: Path, item: RawFile) -> Content:
    """Read a CSV file; see `read_csv`."""
    return Content({WHOLE: read_csv(path.read_bytes(), item.encoding, item.delimiter)})


def read_csv(content: bytes, encoding: str, delimiter: str = COMMA) -> pd.DataFrame:
    """A CSV export as text columns; nothing is taken for a missing value, a number or a date.

    Raises:
        UnicodeDecodeError, LookupError: the bytes are not of this encoding, or there is no such encoding.
        ValueError: a line has more or fewer values than the header, or the file is empty.
    """
    reader = csv.reader(
        io.StringIO(content.decode(encoding).removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    try:
        header = next(reader, None)
        if header is None:
            raise ValueError("the file is empty")
        if len(set(header)) != len(header) or "" in header:
            raise ValueError("two columns have the same name, or a column has none")
        # Block by block: Python's own texts need ten times the memory of the columns made from them.
        blocks = [_block(header, [], 0)]
        while lines := list(islice(reader, BLOCK)):
            blocks.append(_block(header, lines, BLOCK * (len(blocks) - 1)))
    except csv.Error as error:
        raise ValueError(f"the quoting is broken: {error}") from error
    return pd.concat(blocks, ignore_index=True) if len(blocks) > 2 else blocks[-1]


def _block(header: list[str], lines: list[list[str]], before: int) -> pd.DataFrame:
    """Lines as text columns; `before` is the number of data rows before them."""
    for number, line in enumerate(lines, start=before + 1):
        if len(line) != len(header):
            raise ValueError(f"data row {number} has {len(line)} values, the header has {len(header)}")
    columns = zip(*lines, strict=True) if lines else ((),) * len(header)
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in zip(header, columns, strict=True)})
