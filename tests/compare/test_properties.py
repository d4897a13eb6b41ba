"""What holds for any two data sets."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from compare.samples import number, plain, text
from studyspec.compare.as_json import comparison_json
from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import ADAM, Criterion, criterion_of
from studyspec.compare.dataset import Dataset
from studyspec.compare.html import comparison_html
from studyspec.compare.listing import ListingOptions, listing

CRITERIA = st.sampled_from([criterion_of(), criterion_of("absolute", 0.5), criterion_of("relative", 0.1), ADAM])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=25).map(lambda word: word.rstrip(" "))
NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -0.0, 1.0, 22972.0])
SPECIALS = st.sampled_from(["", "A", "Z", "_"])


@st.composite
def datasets(draw: st.DrawFn, name: str = "BASE.X", unique: bool = False) -> Dataset:
    """A data set with an ID of text, one of numbers, text, and numbers with special missings."""
    ids = st.tuples(st.sampled_from(["a", "b", "B", "é", ""]), st.sampled_from([0.0, 1.0, 2.0, float("nan")]))
    rows = draw(st.lists(st.tuples(ids, WORDS, NUMBERS, SPECIALS), max_size=8, unique_by=_key if unique else None))
    values = number(*(row[2] for row in rows))
    made = plain(
        name,
        ID=text(*(row[0][0] for row in rows)),
        SEQ=number(*(row[0][1] for row in rows)),
        WORD=text(*(row[1] for row in rows)),
        VALUE=values,
    )
    special = text(*(row[3] for row in rows)).where(values.isna(), "")
    return replace(made, special={"VALUE": special})


def _key(row: tuple[tuple[str, float], str, float, str]) -> str:
    return repr(row[0])


def renamed(dataset: Dataset) -> Dataset:
    return replace(dataset, name="COMPARE.X")


def reordered(dataset: Dataset, rows: list[int]) -> Dataset:
    special = {name: letters.iloc[rows].reset_index(drop=True) for name, letters in dataset.special.items()}
    return replace(dataset, frame=dataset.frame.iloc[rows].reset_index(drop=True), special=special)


@given(datasets(), CRITERIA, st.booleans())
def test_a_data_set_equals_itself(dataset: Dataset, criterion: Criterion, by_id: bool) -> None:
    ids = ["ID", "SEQ"] if by_id else []
    result = compare_datasets(dataset, renamed(dataset), id_variables=ids, criterion=criterion)
    assert result.sysinfo == 0
    assert not result.variables["inexact"].any()


@given(st.data(), datasets(unique=True))
def test_the_order_of_rows_is_no_difference_with_unique_ids(data: st.DataObject, dataset: Dataset) -> None:
    rows = data.draw(st.permutations(range(len(dataset.frame))))
    assert compare_datasets(dataset, reordered(dataset, rows), id_variables=["ID", "SEQ"]).sysinfo == 0


@given(datasets(), datasets("COMPARE.X"), CRITERIA, st.booleans())
def test_both_ways_round_the_same_is_found(base: Dataset, compare: Dataset, criterion: Criterion, by_id: bool) -> None:
    ids = ["ID", "SEQ"] if by_id else []
    there = compare_datasets(base, compare, id_variables=ids, criterion=criterion)
    back = compare_datasets(compare, base, id_variables=ids, criterion=criterion)
    counts = ["variable", "ndif", "missdif", "inexact", "maxdif", "maxmeasure"]
    pd.testing.assert_frame_equal(there.variables[counts], back.variables[counts])
    assert there.match.base.only.tolist() == back.match.compare.only.tolist()
    assert there.match.compare.only.tolist() == back.match.base.only.tolist()
    swap = {"BASEOBS": "COMPOBS", "COMPOBS": "BASEOBS"}
    assert {swap.get(name, name) for name in there.conditions} == set(back.conditions)


@given(st.data(), datasets(unique=True))
def test_one_planted_change_is_found_where_it_is(data: st.DataObject, dataset: Dataset) -> None:
    count = len(dataset.frame)
    rows = data.draw(st.permutations(range(count)))
    other = reordered(dataset, rows)
    if not count:
        return
    row = data.draw(st.integers(0, count - 1))
    changed = other.frame.copy()
    changed.loc[row, "WORD"] = changed.loc[row, "WORD"] + "!"
    result = compare_datasets(dataset, replace(other, frame=changed), id_variables=["ID", "SEQ"])
    assert result.sysinfo == 4096
    found = result.values("WORD")
    assert found[["base_obs", "compare_obs"]].to_numpy().tolist() == [[rows[row] + 1, row + 1]]


@given(datasets(), datasets("COMPARE.X"))
def test_every_observation_has_a_partner_or_is_named(base: Dataset, compare: Dataset) -> None:
    result = compare_datasets(base, compare, id_variables=["ID", "SEQ"])
    match = result.match
    for dataset, rows, side in ((base, match.base_rows, match.base), (compare, match.compare_rows, match.compare)):
        assert sorted([*rows.tolist(), *side.only.tolist()]) == list(range(len(dataset.frame)))
    one, two = base.frame.iloc[match.base_rows], compare.frame.iloc[match.compare_rows]
    assert one["ID"].tolist() == two["ID"].tolist()
    assert (one["SEQ"].fillna(-1).to_numpy() == two["SEQ"].fillna(-1).to_numpy()).all()


@given(datasets(), datasets("COMPARE.X"), st.booleans())
def test_any_result_can_be_printed_and_counts_agree(base: Dataset, compare: Dataset, by_id: bool) -> None:
    result = compare_datasets(base, compare, id_variables=["ID", "SEQ"] if by_id else [])
    shown = listing(result, ListingOptions(list_all=True))
    assert shown.count("\n") == len(shown.splitlines())
    unequal = int(result.variables["ndif"].sum())
    assert (f"Total Number of Values which Compare Unequal: {unequal}." in shown) is (unequal > 0)
    assert sum(len(result.values(name)) for name in result.unequal) == unequal
    assert f'"sysinfo": {result.sysinfo}' in comparison_json(result)
    assert f"SYSINFO {result.sysinfo}" in comparison_html(result)
