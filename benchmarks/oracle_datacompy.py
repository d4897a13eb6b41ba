"""Hold the counts of `studyspec.compare` against datacompy's on random frames.

datacompy pins pandas below 3.1 and is no dependency, so this runs in an environment of its own:

    python3 -m venv oracle
    oracle/bin/pip install datacompy click "pyarrow>=21"
    PYTHONPATH=src oracle/bin/python benchmarks/oracle_datacompy.py [--frames 200] [--rows 400]

Both compare the same frames by two ID variables without duplicates, numbers with an absolute criterion. Held against
each other: rows in common, rows of one side only, rows without a difference, and the unequal values of each column.
datacompy ignores outer blanks of text only on request and takes no special missings, so the frames have neither.
"""

from __future__ import annotations

import argparse

import datacompy
import numpy as np
import pandas as pd

from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import criterion_of
from studyspec.compare.dataset import dataset_from_frame

IDS = ["USUBJID", "SEQ"]
TOLERANCE = 0.125


def make_pair(seed: int, rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two frames that share most rows; the second is shuffled and has changes, missings and noise."""
    draw = np.random.default_rng(seed)
    words = np.array(["", "Y", "N", "NA", "ALT", "é"])
    base = pd.DataFrame(
        {
            "USUBJID": pd.Series([f"S-{row // 4:03}" for row in range(rows)], dtype="str"),
            "SEQ": [float(row % 4) for row in range(rows)],
            "TEXT": pd.Series(words[draw.integers(0, len(words), rows)], dtype="str"),
            "WHOLE": draw.integers(0, 5, rows).astype(float),
            "REAL": np.where(draw.random(rows) < 0.2, np.nan, draw.normal(0, 1, rows)),
        }
    )
    other = base.copy()
    changed = draw.random((3, rows)) < 0.1
    other.loc[changed[0], "TEXT"] = words[draw.integers(0, len(words), int(changed[0].sum()))]
    other.loc[changed[1], "WHOLE"] += draw.choice([TOLERANCE, 2 * TOLERANCE], int(changed[1].sum()))
    other.loc[changed[2], "REAL"] = np.where(draw.random(int(changed[2].sum())) < 0.5, np.nan, 1.0)
    order = draw.permutation(rows)
    return base[draw.random(rows) < 0.95].reset_index(drop=True), other.iloc[order[: rows * 9 // 10]].reset_index(
        drop=True
    )


def counts_of_datacompy(base: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """What datacompy counts."""
    result = datacompy.PandasCompare(base, other, join_columns=IDS, abs_tol=TOLERANCE, rel_tol=0)
    counts = {
        "in common": len(result.intersect_rows),
        "base only": len(result.df1_unq_rows),
        "compare only": len(result.df2_unq_rows),
        "rows equal": int(result.count_matching_rows()),
    }
    for column in result.column_stats:
        if column["column"] not in {name.lower() for name in IDS} | set(IDS):
            counts[column["column"].upper()] = int(column["unequal_cnt"])
    return counts


def counts_of_studyspec(base: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """The same counts of ours."""
    result = compare_datasets(
        dataset_from_frame(base, "BASE.X"),
        dataset_from_frame(other, "COMPARE.X"),
        id_variables=IDS,
        criterion=criterion_of("absolute", TOLERANCE),
    )
    compared = result.variables[result.variables["role"] == "compared"]
    return {
        "in common": len(result.match.base_rows),
        "base only": len(result.match.base.only),
        "compare only": len(result.match.compare.only),
        "rows equal": len(result.match.base_rows) - len(result.unequal_pairs),
        **dict(zip(compared["variable"], compared["ndif"].astype(int), strict=True)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare our counts with datacompy's.")
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--rows", type=int, default=400)
    chosen = parser.parse_args()
    total = 0
    for seed in range(chosen.frames):
        base, other = make_pair(seed, chosen.rows)
        ours, theirs = counts_of_studyspec(base, other), counts_of_datacompy(base, other)
        if ours != theirs:
            print(f"seed {seed}: counts differ\n  studyspec {ours}\n  datacompy {theirs}")
            return 1
        total += sum(ours[name] for name in ("TEXT", "WHOLE", "REAL"))
    print(f"{chosen.frames} pairs of frames of {chosen.rows} rows: the same counts, {total} unequal values in all.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
