"""The small notations in cells of the tlf workbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.tlf_cells import (
    CellError,
    parse_categories,
    parse_select,
    parse_sort,
    parse_statistics,
)


def test_small_n_is_the_count_and_capital_n_the_denominator() -> None:
    (pattern,) = parse_statistics("n/N (%)")
    assert pattern.statistics == ("n", "N", "pct")
    assert pattern.fill({"n": "3", "N": "10", "pct": "30.0%"}) == "3/10 (30.0%)"


def test_statistics_may_be_written_as_they_are_printed() -> None:
    mean, quartiles = parse_statistics("Mean (SD); Q1, Q3")
    assert mean.statistics == ("mean", "sd")
    assert quartiles.fill({"q1": "1.5", "q3": "4.0"}) == "1.5, 4.0"


def test_count_of_zero_stands_alone() -> None:
    assert parse_statistics("n (%) [events]")[0].fill({"n": "0", "pct": "", "events": "0"}) == "0"


def test_pattern_without_any_figure_is_blank() -> None:
    assert parse_statistics("Mean (SD)")[0].fill({"mean": "", "sd": ""}) == ""


def test_figure_that_cannot_be_computed_is_a_dash_beside_one_that_can() -> None:
    assert parse_statistics("Mean (SD)")[0].fill({"mean": "2.3", "sd": ""}) == "2.3 (-)"
    assert (
        parse_statistics("rate (ratelcl, rateucl)")[0].fill({"rate": "", "ratelcl": "", "rateucl": "3.1"})
        == "- (-, 3.1)"
    )


def test_unknown_statistic_is_named_with_those_that_exist() -> None:
    with pytest.raises(CellError, match=r"'average' is not a statistic. Use n, %, N, events, lcl"):
        parse_statistics("average")


def test_pattern_without_a_statistic_is_refused() -> None:
    with pytest.raises(CellError, match="names no statistic"):
        parse_statistics("n; ()")


def test_blank_category_stands_for_missing() -> None:
    assert [(item.value, item.label) for item in parse_categories("5 = Grade 5; = Missing")] == [
        ("5", "Grade 5"),
        ("", "Missing"),
    ]


def test_comparison_signs_are_part_of_a_category() -> None:
    assert [item.value for item in parse_categories("<65; 65-74; >=75 = At least 75")] == ["<65", "65-74", ">=75"]


def test_category_given_twice_is_refused() -> None:
    with pytest.raises(CellError, match="'Y' is listed twice"):
        parse_categories("Y = Yes; Y = No")


@pytest.mark.parametrize("text", ["by frequency", "frequency", "Alphabetical order"])
def test_unknown_order_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is not an order"):
        parse_sort(text)


@pytest.mark.parametrize("text", ["highest", "n > 2 in any", "5% in any"])
def test_unknown_selection_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is not a selection"):
        parse_select(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_advice(text: str) -> None:
    for parse in (parse_statistics, parse_categories, parse_sort, parse_select):
        try:
            parse(text)
        except CellError as error:
            assert error.what and error.action
