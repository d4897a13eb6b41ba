"""Figures: exact percentages, SAS percentiles, rounding half away from zero."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.tlf_formats import number_text
from studyspec.tables.figures import percent_text, percentile, summary, summary_text


@given(st.integers(1, 2000).flatmap(lambda total: st.tuples(st.integers(1, total), st.just(total))))
def test_percent_is_the_exact_ratio_rounded_once_half_away_from_zero(counts: tuple[int, int]) -> None:
    count, total = counts
    tenths = math.floor(Fraction(1000 * count, total) + Fraction(1, 2))
    assert percent_text(count, total) == f"{Decimal(tenths) / 10:.1f}%"


def test_percent_that_lies_halfway_goes_up() -> None:
    assert percent_text(1, 80) == "1.3%"  # 1.25
    assert percent_text(3, 80) == "3.8%"  # 3.75


def test_zero_count_and_zero_total_have_no_percent() -> None:
    assert percent_text(0, 81) == ""
    assert percent_text(0, 0) == ""


def test_all_subjects_are_100_percent() -> None:
    assert percent_text(26, 26) == "100.0%"


@given(st.decimals(-1000, 1000, allow_nan=False, places=5), st.integers(0, 4))
def test_numbers_are_rounded_half_away_from_zero_on_their_decimal_value(number: Decimal, decimals: int) -> None:
    wanted = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert Decimal(number_text(float(number), decimals)) == wanted


def test_number_whose_binary_image_is_below_the_half_still_goes_up() -> None:
    assert number_text(171.45, 1) == "171.5"
    assert number_text(1.005, 2) == "1.01"


def test_rounded_zero_has_no_sign_and_missing_is_blank() -> None:
    assert number_text(-0.04, 1) == "0.0"
    assert number_text(math.nan, 1) == ""


# Worked by hand: with n values and p of them, n * p whole: the mean of two neighbours, else the next value.
@pytest.mark.parametrize(
    ("values", "fraction", "expected"),
    [
        ([1, 2, 3, 4], 0.25, 1.5),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([1, 2, 3, 4, 5], 0.25, 2.0),
        ([1, 2, 3, 4, 5], 0.75, 4.0),
        ([5, 1, 3, 2, 4, 9], 0.25, 2.0),
        ([7], 0.25, 7.0),
    ],
)
def test_percentiles_follow_pctldef_5(values: list[float], fraction: float, expected: float) -> None:
    assert percentile(np.array(values, dtype=float), fraction) == expected


def test_summary_leaves_missing_values_out() -> None:
    values = np.array([2.0, np.nan, 4.0])
    assert [summary(values, item) for item in ("n", "mean", "median", "min", "max")] == [2, 3, 3, 2, 4]


def test_standard_deviation_has_n_minus_1_and_needs_two_values() -> None:
    assert summary(np.array([2.0, 4.0]), "sd") == pytest.approx(math.sqrt(2))
    assert math.isnan(summary(np.array([2.0]), "sd"))


@pytest.mark.parametrize("statistic", ["mean", "sd", "median", "q1", "q3", "min", "max"])
def test_summary_of_no_value_is_blank(statistic: str) -> None:
    assert summary_text(summary(np.array([]), statistic), statistic, 0) == ""


def test_decimals_are_those_of_the_data_and_one_more_for_the_mean_two_for_the_sd() -> None:
    printed = {item: summary_text(2.0, item, 1) for item in ("n", "mean", "sd", "median", "q1", "min", "max")}
    assert printed == {
        "n": "2",
        "mean": "2.00",
        "sd": "2.000",
        "median": "2.00",
        "q1": "2.00",
        "min": "2.0",
        "max": "2.0",
    }
