"""Columns and runs come back as they went in."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from studyspec.report.columns import encoded, runs


def decoded(column: list[list[object]], length: int) -> list[object]:
    values, *codes = column
    return [values[code] for code in codes[0]] if codes else [values[0]] * length


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=4), min_size=1))
def test_text_comes_back_and_its_values_are_in_byte_order(texts: list[str]) -> None:
    column = encoded(pd.Series(texts, dtype="str"))
    assert decoded(column, len(texts)) == texts
    assert [str(item).encode() for item in column[0]] == sorted({text.encode() for text in texts})


@given(st.lists(st.one_of(st.integers(-999, 999).map(float), st.just(math.nan), st.floats(-5, 5)), min_size=1))
def test_numbers_come_back_and_missing_ones_are_first(numbers: list[float]) -> None:
    column = encoded(pd.Series(numbers, dtype="float64"))
    back = decoded(column, len(numbers))
    assert [item is None for item in back] == [math.isnan(number) for number in numbers]
    assert [item for item in back if item is not None] == [number for number in numbers if not math.isnan(number)]
    assert None not in column[0][1:]


@given(st.sets(st.integers(0, 60)))
def test_runs_hold_the_same_places(places: set[int]) -> None:
    found = runs(sorted(places))
    pairs = list(zip(found[::2], found[1::2], strict=True))
    assert [start + step for start, length in pairs for step in range(length)] == sorted(places)
    assert all(first[0] + first[1] < second[0] for first, second in pairwise(pairs))
