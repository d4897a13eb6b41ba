"""Time and memory of comparing two files of 1,000,000 rows and 20 columns with `studyspec compare`.

    python benchmarks/bench_compare.py [--rows 1000000]

Each case is a process of its own, so that its peak memory is its own. The second file has its rows shuffled,
float noise of 1e-12, and one planted change in each column that is no ID variable. By position nearly all
values differ.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.parquet import write_parquet
from studyspec.transport.xpt_write import write_xpt

LIMIT_SECONDS, LIMIT_GIB = 8.0, 2.0
IDS = "USUBJID,AESEQ"
WORDS = np.array([f"TERM NUMBER {number:04}" for number in range(2_000)])


def make_frame(rows: int) -> pd.DataFrame:
    """Two ID variables, nine other text columns and nine numeric ones."""
    draw = np.random.default_rng(20220222)
    subject = np.arange(rows) // 10
    values: dict[str, object] = {
        "USUBJID": pd.Series(np.char.add("STUDY-101-", np.char.zfill(subject.astype("U8"), 8)), dtype="str"),
        "AESEQ": np.arange(rows) % 10 + 1.0,
    }
    for number in range(9):
        values[f"TEXT{number}"] = pd.Series(WORDS[draw.integers(0, len(WORDS), rows)], dtype="str")
        measured = draw.normal(100, 20, rows)
        values[f"NUM{number}"] = np.where(draw.random(rows) < 0.1, np.nan, measured)
    return pd.DataFrame(values)


def second(frame: pd.DataFrame) -> pd.DataFrame:
    """The same records shuffled, with noise, and with one value of each column changed."""
    other = frame.copy()
    for place, name in enumerate(frame.columns[2:]):
        if name.startswith("NUM"):
            other[name] *= 1 + 1e-12
            other.loc[place, name] = -1.0
        else:
            other.loc[place, name] = "PLANTED"
    return other.sample(frac=1, random_state=1).reset_index(drop=True)


def write_pair(frame: pd.DataFrame, folder: Path, suffix: str) -> tuple[Path, Path]:
    """Write the two files of a case."""
    paths = folder / f"adbase.{suffix}", folder / f"adother.{suffix}"
    columns = tuple(
        XptColumn(name, "num", 8) if frame[name].dtype == np.float64 else XptColumn(name, "char", 20)
        for name in frame.columns
    )
    for path, data in zip(paths, (frame, second(frame)), strict=True):
        if suffix == "xpt":
            write_xpt(path, data, XptDataset("ADAE", "Benchmark", columns), created=datetime(2024, 5, 1))
        else:
            write_parquet(path, data)
    return paths


def measured(paths: tuple[Path, Path], arguments: list[str]) -> None:
    """Run one comparison in this process and print what it took."""
    from click.testing import CliRunner

    from studyspec.compare.command import compare

    started, cpu = time.perf_counter(), time.process_time()
    result = CliRunner().invoke(compare, [*map(str, paths), *arguments])
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found = next(line.strip() for line in result.output.splitlines() if "which Compare Unequal" in line)
    held = "within" if seconds <= LIMIT_SECONDS and peak <= LIMIT_GIB else "OVER"
    held = f"{held} {LIMIT_SECONDS:.0f} s and {LIMIT_GIB:.0f} GiB"
    print(f"{seconds:6.1f} s {cpu:6.1f} CPU s {peak:6.2f} GiB  {held}  {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time studyspec compare.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--run", nargs=2, type=Path, help="compare these two files in this process")
    parser.add_argument("--position", action="store_true", help="with --run: by position")
    chosen = parser.parse_args()
    if chosen.run:
        measured(tuple(chosen.run), [] if chosen.position else ["--id", IDS])
        return
    frame = make_frame(chosen.rows)
    print(f"{chosen.rows} rows x {len(frame.columns)} columns, read from files")
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("xpt", "parquet"):
            paths = write_pair(frame, Path(folder), suffix)
            for title, more in ((f"{suffix} by ID, shuffled", []), (f"{suffix} by position", ["--position"])):
                print(f"{title:24}", end="", flush=True)
                command = [sys.executable, __file__, "--run", *map(str, paths), *more]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
