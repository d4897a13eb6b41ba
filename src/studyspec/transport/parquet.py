"""Parquet files with the same bytes for the same frame."""

from __future__ import annotations

import os

import pandas as pd

from studyspec.transport.atomic import replacing


def write_parquet(path: str | os.PathLike[str], frame: pd.DataFrame) -> None:
    """Write a frame as one Parquet file, whole or not at all.

    Column types are kept; a numeric NaN becomes null and a blank character value stays a blank. The index
    is not written. The file carries no pandas or Arrow metadata, so the same frame gives the same bytes
    whatever its memory layout. (The Parquet footer names the library that wrote it: a new pyarrow may
    change bytes.)

    Args:
        path: the file; its folder must exist.
        frame: any frame in the house convention (`str` and float64; integers and booleans are kept too).

    Raises:
        ValueError: a column name occurs twice.
        pyarrow.ArrowException: a column has values that Parquet cannot hold.

    Example:
        >>> import tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp()) / "ae.parquet"
        >>> write_parquet(target, pd.DataFrame({"AETERM": ["RASH", ""]}, dtype="str"))
        >>> pd.read_parquet(target)["AETERM"].tolist()
        ['RASH', '']
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ValueError(f"column {twice[0]!r} occurs twice. A file has each column once. Rename one.")
    # Columns are too short for threads to pay.
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1).replace_schema_metadata(None)
    with replacing(path) as file:
        pq.write_table(table, file, compression="zstd", store_schema=False)
