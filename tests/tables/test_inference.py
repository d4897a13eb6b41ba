"""Significance tests against other ways of computing them: sums of fractions, R, and integration by hand."""

import math
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.tables.inference import anova, chi_square, fisher_exact

TABLES = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda sizes: st.tuples(st.integers(0, sizes[0]), st.just(sizes[0]), st.integers(0, sizes[1]), st.just(sizes[1]))
)


def likelihood(first: int, first_total: int, events: int, total: int) -> Fraction:
    """The probability of a table with these margins, as a product of single draws without replacement."""
    probability = Fraction(math.factorial(first_total), math.factorial(first) * math.factorial(first_total - first))
    taken = [(events - place, total - place) for place in range(first)]
    taken += [(total - events - place, total - first - place) for place in range(first_total - first)]
    for left, out_of in taken:
        probability *= Fraction(left, out_of)
    return probability


@given(TABLES)
def test_fisher_is_the_sum_of_all_tables_as_likely_or_less(table: tuple[int, int, int, int]) -> None:
    first, first_total, second, second_total = table
    events, total = first + second, first_total + second_total
    if events == 0:
        assert math.isnan(fisher_exact(*table))
        return
    possible = range(max(0, events - second_total), min(events, first_total) + 1)
    chances = {count: likelihood(count, first_total, events, total) for count in possible}
    assert sum(chances.values()) == 1
    wanted = sum(chance for chance in chances.values() if chance <= chances[first])
    assert fisher_exact(*table) == pytest.approx(float(wanted), rel=1e-12)


def test_fisher_of_the_lady_tasting_tea() -> None:
    # Fisher 1935: of eight cups three of four are told rightly; 2 * 17/70.
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(34 / 70)


def test_fisher_of_events_in_all_subjects_is_one() -> None:
    assert fisher_exact(5, 5, 7, 7) == 1.0


def test_fisher_without_events_or_without_subjects_is_missing() -> None:
    assert math.isnan(fisher_exact(0, 10, 0, 12))
    assert math.isnan(fisher_exact(3, 10, 0, 0))


def r_value(code: str) -> float:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    command = ["Rscript", "--vanilla", "-e", f"cat(format({code}, digits = 15))"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


def test_tests_give_what_r_gives() -> None:
    groups = [np.array([63.0, 64, 71, 74, np.nan, 77]), np.array([85.0, 68, 81]), np.array([57.0, 73, 56, 79])]
    table = np.array([[33, 53, 0], [34, 50, 0], [44, 40, 7]])
    texts = ["c(63,64,71,74,77)", "c(85,68,81)", "c(57,73,56,79)"]
    code = (
        f"y <- c({','.join(texts)}); g <- factor(rep(1:3, c(5,3,4)));"
        "a <- anova(lm(y ~ g))[['Pr(>F)']][1];"
        "b <- chisq.test(matrix(c(33,34,44,53,50,40,0,0,7), 3), correct=FALSE)$p.value;"
        "d <- fisher.test(matrix(c(6, 80, 15, 69), 2))$p.value;"
    )
    found = [r_value("{" + code + name + "}") for name in ("a", "b", "d")]
    assert found == pytest.approx([anova(groups), chi_square(table), fisher_exact(6, 86, 15, 84)], rel=1e-9)


def test_anova_of_two_groups_is_the_square_of_student_s_t() -> None:
    # t = -1.224745 on 4 degrees of freedom; its two-sided probability has a closed form.
    t, df = math.sqrt(1.5), 4
    cosine = 1 / math.sqrt(1 + t * t / df)
    sine = math.sqrt(1 - cosine**2)
    wanted = 1 - sine * (1 + cosine**2 / 2)
    assert anova([np.array([1.0, 2, 3]), np.array([2.0, 3, 4])]) == pytest.approx(wanted)


def test_anova_without_two_groups_or_without_spread_is_missing() -> None:
    assert math.isnan(anova([np.array([1.0, 2.0]), np.array([np.nan])]))
    assert math.isnan(anova([np.array([1.0]), np.array([2.0])]))
    assert math.isnan(anova([np.array([1.0, 1.0]), np.array([2.0, 2.0])]))


@given(st.lists(st.integers(1, 60), min_size=4, max_size=4))
def test_chi_square_of_a_fourfold_table_is_the_normal_tail(counts: list[int]) -> None:
    a, b, c, d = counts
    total = sum(counts)
    statistic = total * (a * d - b * c) ** 2 / ((a + b) * (c + d) * (a + c) * (b + d))
    assert chi_square(np.array([[a, b], [c, d]])) == pytest.approx(math.erfc(math.sqrt(statistic / 2)), abs=1e-12)


@given(st.lists(st.integers(1, 60), min_size=6, max_size=6))
def test_chi_square_of_three_groups_and_two_categories_is_an_exponential_tail(counts: list[int]) -> None:
    table = np.array(counts).reshape(2, 3)
    rows, columns, total = table.sum(axis=1), table.sum(axis=0), table.sum()
    expected = [[rows[i] * columns[j] / total for j in range(3)] for i in range(2)]
    statistic = sum((table[i][j] - expected[i][j]) ** 2 / expected[i][j] for i in range(2) for j in range(3))
    assert chi_square(table) == pytest.approx(math.exp(-statistic / 2), rel=1e-9)


def test_empty_categories_and_groups_take_no_part_in_chi_square() -> None:
    table = np.array([[10, 20], [20, 10]])
    wider = np.array([[10, 0, 20], [0, 0, 0], [20, 0, 10]])
    assert chi_square(wider) == chi_square(table)
    assert math.isnan(chi_square(np.array([[10, 20], [0, 0]])))
