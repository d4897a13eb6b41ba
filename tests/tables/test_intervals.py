"""Confidence intervals against R, against published values, and against what defines them."""

import math
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from studyspec.tables.intervals import clopper_pearson, miettinen_nurminen, poisson_interval

COUNTS = st.integers(1, 60).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(COUNTS)
def test_clopper_pearson_limits_leave_a_tail_of_2_5_percent(counts: tuple[int, int]) -> None:
    count, total = counts
    lower, upper = clopper_pearson(count, total)
    if count:
        above = sum(math.comb(total, k) * lower**k * (1 - lower) ** (total - k) for k in range(count, total + 1))
        assert above == pytest.approx(0.025, rel=1e-7)
    else:
        assert lower == 0
    if count < total:
        below = sum(math.comb(total, k) * upper**k * (1 - upper) ** (total - k) for k in range(count + 1))
        assert below == pytest.approx(0.025, rel=1e-7)
    else:
        assert upper == 1


@given(st.integers(0, 60), st.floats(0.1, 1000))
def test_poisson_limits_leave_a_tail_of_2_5_percent(count: int, time: float) -> None:
    lower, upper = (limit * time for limit in poisson_interval(count, time))
    below = sum(math.exp(-upper + k * math.log(upper) - math.lgamma(k + 1)) for k in range(count + 1))
    assert below == pytest.approx(0.025, rel=1e-6)
    if count:
        less = sum(math.exp(-lower + k * math.log(lower) - math.lgamma(k + 1)) for k in range(count))
        assert 1 - less == pytest.approx(0.025, rel=1e-6)
    else:
        assert lower == 0


def test_exact_intervals_are_those_of_r() -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    code = "cat(binom.test(36, 81)$conf.int, poisson.test(36, 52.4)$conf.int)"
    shown = subprocess.run(["Rscript", "--vanilla", "-e", code], check=True, capture_output=True, text=True, timeout=60)
    found = [*clopper_pearson(36, 81), *poisson_interval(36, 52.4)]
    assert found == pytest.approx([float(item) for item in shown.stdout.split()], rel=1e-6)


# Newcombe, Statistics in Medicine 17 (1998) 873-890, Table II, method 6.
@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((56, 70, 48, 80), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1700, 0.8406)),
        ((10, 10, 0, 20), (0.7156, 1.0)),
    ],
)
def test_risk_differences_published_by_newcombe(
    table: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    assert miettinen_nurminen(*table) == pytest.approx(expected, abs=0.00006)


def score(table: tuple[int, int, int, int], difference: float) -> float:
    """The score statistic with proportions found by maximising the likelihood numerically."""
    a, m, b, n = table
    least, most = max(0.0, -difference), min(1.0, 1 - difference)

    def cost(low: float) -> float:
        return -float(stats.binom.logpmf(a, m, low + difference) + stats.binom.logpmf(b, n, low))

    low = optimize.minimize_scalar(cost, bounds=(least, most), method="bounded", options={"xatol": 1e-12}).x
    high = low + difference
    variance = (high * (1 - high) / m + low * (1 - low) / n) * (m + n) / (m + n - 1)
    return float((a / m - b / n - difference) ** 2 / variance)


@pytest.mark.parametrize("table", [(36, 81, 9, 26), (3, 81, 4, 26), (20, 81, 1, 26), (5, 9, 7, 8)])
def test_score_of_each_limit_is_the_critical_value(table: tuple[int, int, int, int]) -> None:
    for limit in miettinen_nurminen(*table):
        assert score(table, limit) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-4)


@given(COUNTS, COUNTS)
def test_interval_of_a_difference_holds_it_and_turns_with_the_groups(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    lower, upper = miettinen_nurminen(*first, *second)
    difference = first[0] / first[1] - second[0] / second[1]
    assert -1 <= lower <= difference <= upper <= 1
    assert miettinen_nurminen(*second, *first) == pytest.approx((-upper, -lower), abs=1e-6)


def test_intervals_without_subjects_or_time_are_missing() -> None:
    for limits in (clopper_pearson(0, 0), poisson_interval(0, 0.0), miettinen_nurminen(1, 2, 0, 0)):
        assert np.isnan(limits).all()
