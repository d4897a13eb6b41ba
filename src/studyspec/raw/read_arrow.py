"""Raw Parquet files as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from studyspec.raw.content import WHOLE, Content, RawFileError
from studyspec.raw.manifest import RawFile
from studyspec.raw.values import number_texts

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, item: RawFile) -> Content:
    """Read a Parquet file; see `arrow_frame`.

    Raises:
        RawFileError: it is no Parquet file, or a column is neither text, number, boolean, date nor time.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
        table.validate(full=True)
        return Content({WHOLE: arrow_frame(table)})
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise RawFileError(str(error).rstrip(".")) from None


def arrow_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as text columns.

    Numbers are the shortest text that reads back, dates and times are ISO 8601 (a moment in a time zone is UTC, with
    Z), booleans are true and false; null and NaN are blank.

    Raises:
        RawFileError: two columns have the same name, or a column has values that are no such thing.

    Example:
        >>> import datetime, pyarrow
        >>> arrow_frame(pyarrow.table({"AGE": [71.0, None], "DAY": [None, datetime.date(2022, 2, 3)]})).to_dict("list")
        {'AGE': ['71', ''], 'DAY': ['', '2022-02-03']}
    """
    if len(set(table.column_names)) != table.num_columns:
        raise RawFileError("two columns have the same name")
    return pd.DataFrame(
        {name: _texts(column, name) for name, column in zip(table.column_names, table.columns, strict=True)},
        index=range(table.num_rows),
    )


def _texts(column: pa.ChunkedArray, name: str) -> pd.Series[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type), name)
    if pa.types.is_floating(kind):
        return number_texts(column.cast(pa.float64()).to_numpy().astype(np.float64, copy=False))
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        texts = _clock_texts(column)
    elif pa.types.is_decimal(kind):
        texts = _without_last_zeros(column.cast(pa.large_string()))
    elif _is_plain(kind):
        texts = column.cast(pa.large_string())
    else:
        raise RawFileError(f"column {name} is of type {kind}, which has no text of its own")
    return pd.Series(pd.array(pc.fill_null(texts, "").combine_chunks(), dtype="str"))


def _is_plain(kind: pa.DataType) -> bool:
    """True where Arrow's own text is ours: text, whole numbers, booleans, dates, and columns of nulls."""
    import pyarrow as pa

    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)


def _clock_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times, and dates with times, without zeros at the end of the fraction of a second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zoned = pa.types.is_timestamp(column.type) and column.type.tz
    if zoned:
        column = column.cast(pa.timestamp(column.type.unit))
    texts = pc.replace_substring(column.cast(pa.large_string()), " ", "T", max_replacements=1)
    texts = _without_last_zeros(texts)
    letter, nothing = (pa.scalar(text, pa.large_string()) for text in ("Z", ""))
    return pc.binary_join_element_wise(texts, letter, nothing) if zoned else texts


def _without_last_zeros(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimals without zeros at the end, and without a point that nothing follows."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, r"\.0*$|(\.\d*[1-9])0+$", r"\1")
