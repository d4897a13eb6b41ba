"""Seconds of CPU to write one XPT file: a plain write of the same bytes, ours, and pyreadstat.

    python benchmarks/bench_xpt.py [--rows 200000] [--no-pyreadstat]

The frame has 30 columns, 20 of them text of 5 to 60 bytes, as an adverse-event data set has.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import read_xpt
from studyspec.transport.xpt_write import write_xpt

CREATED = datetime(2024, 1, 1)
WIDTHS = (12, 2, 20, 8, 60, 60, 40, 40, 20, 10, 10, 1, 1, 1, 1, 30, 40, 45, 20, 20)
NUMBERS = 10


def cpu_seconds(work: Callable[[], object]) -> float:
    """Give the CPU seconds that one call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def make_frame(rows: int) -> tuple[pd.DataFrame, XptDataset]:
    """Make the data; the same rows give the same values."""
    random = np.random.default_rng(1)
    values: dict[str, pd.Series] = {}
    columns: list[XptColumn] = []
    for number, width in enumerate(WIDTHS, start=1):
        terms = np.array([f"TERM {term:06d} ".ljust(width, "X")[:width] for term in range(500)], dtype=object)
        name = f"CHAR{number}"
        values[name] = pd.Series(random.choice(terms, rows), dtype="str")
        columns.append(XptColumn(name, "char", width, f"Text of {width} bytes"))
    # One text column in each data set is different on every row.
    values["CHAR3"] = pd.Series([f"STUDY-1-{row:010d}" for row in range(rows)], dtype="str")
    for number in range(1, NUMBERS + 1):
        name = f"NUM{number}"
        values[name] = pd.Series(np.where(random.random(rows) < 0.1, np.nan, random.normal(50, 20, rows)))
        columns.append(XptColumn(name, "num", 8, "A number", "8.2"))
    return pd.DataFrame(values), XptDataset("BENCH", "Benchmark", tuple(columns))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the XPT writer.")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the data set")
    parser.add_argument("--no-pyreadstat", action="store_true", help="leave pyreadstat out")
    chosen = parser.parse_args()
    frame, dataset = make_frame(chosen.rows)
    with tempfile.TemporaryDirectory() as folder:
        ours, plain, theirs = (Path(folder) / f"{name}.xpt" for name in ("ours", "plain", "theirs"))
        seconds = {"studyspec": cpu_seconds(lambda: write_xpt(ours, frame, dataset, created=CREATED))}
        data = ours.read_bytes()
        seconds["plain write"] = cpu_seconds(lambda: plain.write_bytes(data))
        if not chosen.no_pyreadstat:
            import pyreadstat

            seconds["pyreadstat"] = cpu_seconds(
                lambda: pyreadstat.write_xport(frame, theirs, table_name="BENCH", file_format_version=5)
            )
        seconds["reading back"] = cpu_seconds(lambda: read_xpt(ours))
        size = len(data) / 1e6
    print(f"One XPT file of {chosen.rows} rows x {len(dataset.columns)} columns, {size:.0f} MB\n")
    print(f"{'':<16}{'CPU s':>8}{'to a plain write':>20}{'to studyspec':>16}")
    for name, value in seconds.items():
        floor, own = value / seconds["plain write"], value / seconds["studyspec"]
        print(f"{name:<16}{value:>8.2f}{floor:>18.1f} x{own:>14.2f} x")


if __name__ == "__main__":
    main()
