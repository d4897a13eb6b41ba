"""The arithmetic of the second programs of displays (qc/tlf/macros.sql) against SciPy, NumPy and publications."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from studyspec.qc.programs import Program
from studyspec.qc.warehouse import Warehouse

MACROS = Path(__file__).parents[2] / "qc" / "tlf" / "macros.sql"


@pytest.fixture(scope="module")
def sql() -> Iterator[Warehouse]:
    warehouse = Warehouse(("adam", "spec"))
    arithmetic = MACROS.read_text(encoding="utf-8").partition("Texts of listings")[0].rpartition("/*")[0]
    warehouse.run(Program("tlf", "macros", "qc/tlf/macros.sql", arithmetic))
    yield warehouse
    warehouse.close()


def found(sql: Warehouse, query: str) -> pd.DataFrame:
    program = Program("tlf", "found", "qc/tlf/qc_found.sql", f"CREATE OR REPLACE TABLE qc.found AS {query}")
    sql.run(program)
    return sql.result(program)


def test_exact_limits_of_a_poisson_mean_are_chi_square_quantiles(
    sql: Warehouse,
) -> None:
    counts = np.arange(151)
    query = "SELECT poisson_lower(x) AS l, poisson_upper(x) AS u FROM range(151) t(x) ORDER BY x"
    lower = np.append(0.0, stats.chi2.ppf(0.025, 2 * counts[1:]) / 2)
    np.testing.assert_allclose(
        found(sql, query), np.column_stack([lower, stats.chi2.ppf(0.975, 2 * counts + 2) / 2]), rtol=1e-12
    )


def test_score_limits_of_a_difference_are_the_published_ones(sql: Warehouse) -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 5, contrast (a): 56/70 - 48/80.
    limits = found(sql, "SELECT score_lower(56, 70, 48, 80) AS l, score_upper(56, 70, 48, 80) AS u")
    assert limits.round(2).values.tolist() == [[5.28, 33.82]]


def test_score_limits_hold_a_likelihood_that_is_searched_not_solved(sql: Warehouse) -> None:
    """At each limit the score test has p = 0.05, its proportions found by bisection of the likelihood's slope."""
    pairs = [(0, 3), (1, 0), (40, 13), (80, 25), (81, 2), (7, 26)]
    for first, second in pairs:
        query = f"SELECT score_lower({first}, 81, {second}, 26) AS l, score_upper({first}, 81, {second}, 26) AS u"
        for limit in found(sql, query).iloc[0]:
            assert score_test(first, 81, second, 26, limit / 100) == pytest.approx(0.05, rel=1e-9)


def score_test(first: int, first_total: int, second: int, second_total: int, difference: float) -> float:
    """The two-sided p-value of a difference of two proportions."""

    def slope(low: float) -> float:
        high = low + difference
        parts = ((first, high), (first - first_total, 1 - high), (second, low), (second - second_total, 1 - low))
        return sum(count / share for count, share in parts if count)

    left, right = max(0.0, -difference), min(1.0, 1 - difference)
    for _ in range(200):
        middle = (left + right) / 2
        left, right = (middle, right) if slope(middle) > 0 else (left, middle)
    total = first_total + second_total
    variance = (left + difference) * (1 - left - difference) / first_total + left * (1 - left) / second_total
    distance = first / first_total - second / second_total - difference
    return float(stats.chi2.sf(distance**2 / (variance * total / (total - 1)), 1))


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_quartiles_are_those_of_the_averaged_inverted_distribution(sql: Warehouse, values: list[int]) -> None:
    shares = [0.25, 0.5, 0.75]
    ordered = sorted(float(value) for value in values)
    query = (
        f"SELECT pctldef5(o, 1) AS a, pctldef5(o, 2) AS b, pctldef5(o, 3) AS c FROM (SELECT {ordered}::DOUBLE[] AS o)"
    )
    expected = np.quantile(ordered, shares, method="averaged_inverted_cdf")
    assert found(sql, query).values.tolist() == [expected.tolist()]


def test_percentages_are_rounded_half_away_from_zero_from_the_whole_numbers(sql: Warehouse) -> None:
    query = "SELECT x, n, percent_text(x, n) AS t FROM range(1, 200) a(n), range(1, 200) b(x) WHERE x <= n"
    for count, total, text in found(sql, query).itertuples(index=False):
        exact = (Decimal(100 * int(count)) / int(total)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert text == f"{exact}%"
    assert found(sql, "SELECT percent_text(0, 5) AS a, percent_text(0, 0) AS b").values.tolist() == [["", ""]]


@given(st.integers(-(10**6), 10**6), st.sampled_from([8, 100, 365.25]))
def test_numbers_are_rounded_on_their_first_15_digits(sql: Warehouse, numerator: int, divisor: float) -> None:
    number = numerator / divisor
    query = f"SELECT text_0(x) AS a, text_1(x) AS b, text_2(x) AS c FROM (SELECT {number!r}::DOUBLE AS x)"
    for places, text in zip(("1", "0.1", "0.01"), found(sql, query).iloc[0], strict=True):
        assert Decimal(text) == Decimal(f"{number:.15g}").quantize(Decimal(places), ROUND_HALF_UP)
