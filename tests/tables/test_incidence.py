"""Cumulative incidence against its definition, hand-worked values and special cases."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.tables.incidence import aalen_johansen

SUBJECTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=30)


def arrays(subjects: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([float(time) for time, _ in subjects]), np.array([cause for _, cause in subjects])


def by_definition(subjects: list[tuple[int, int]], cause: int, until: int) -> Fraction:
    """The sum over time of: nothing yet, and then the cause, in exact fractions."""
    free, incidence = Fraction(1), Fraction(0)
    for time in range(until + 1):
        at_risk = sum(at >= time for at, _ in subjects)
        if at_risk:
            incidence += free * Fraction(sum(at == time and why == cause for at, why in subjects), at_risk)
            free *= 1 - Fraction(sum(at == time and why != 0 for at, why in subjects), at_risk)
    return incidence


@given(SUBJECTS)
def test_incidence_is_its_definition_in_exact_fractions(subjects: list[tuple[int, int]]) -> None:
    times, causes = arrays(subjects)
    for cause in (1, 2):
        curve = aalen_johansen(times, causes, cause)
        for until in (0, 3, 12):
            assert curve.at(until) == pytest.approx(float(by_definition(subjects, cause, until)), abs=1e-12)


def test_hand_worked_example_with_competing_death() -> None:
    # 10 at risk; event at 1 (1/10), death at 2, censored at 3, event at 4: 0.1 + 0.8 * 1/7.
    times = np.array([1.0, 2, 3, 4, 5, 5, 5, 5, 5, 5])
    causes = np.array([1, 2, 0, 1, 0, 0, 0, 0, 0, 0])
    curve = aalen_johansen(times, causes, 1)
    assert curve.times.tolist() == [1, 2, 4]
    assert curve.at_risk.tolist() == [10, 9, 7]
    assert curve.probability == pytest.approx([0.1, 0.1, 0.1 + 0.8 / 7])
    assert curve.at(0.99) == 0
    assert curve.at(100) == pytest.approx(0.1 + 0.8 / 7)


@given(SUBJECTS)
def test_incidences_and_those_without_event_add_up_to_one(subjects: list[tuple[int, int]]) -> None:
    times, causes = arrays(subjects)
    total = aalen_johansen(times, causes, 1).at(99) + aalen_johansen(times, causes, 2).at(99)
    survival = 1.0
    for step in sorted(set(times[causes != 0])):
        survival *= 1 - (causes[times == step] != 0).sum() / (times >= step).sum()
    assert total + survival == pytest.approx(1)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=30))
def test_without_censoring_it_is_the_share_with_its_binomial_variance(times: list[int]) -> None:
    causes = np.array([1 + place % 2 for place in range(len(times))])
    curve = aalen_johansen(np.array(times, dtype=float), causes, 1)
    share = (causes == 1).mean()
    assert curve.at(40) == pytest.approx(share)
    assert curve.variance[-1] == pytest.approx(share * (1 - share) / len(times))


def test_without_competing_events_the_variance_is_greenwood_s() -> None:
    times = np.array([1.0, 2, 3, 4, 5, 6])
    causes = np.array([1, 0, 1, 1, 0, 1])
    curve = aalen_johansen(times[:5], causes[:5], 1)
    survival, total = 1.0, 0.0
    for step, at_risk in ((1, 5), (3, 3), (4, 2)):
        assert step in curve.times
        survival *= 1 - 1 / at_risk
        total += 1 / (at_risk * (at_risk - 1))
    assert 1 - curve.probability[-1] == pytest.approx(survival)
    assert curve.variance[-1] == pytest.approx(survival**2 * total)


def test_limits_lie_around_the_incidence() -> None:
    rng = np.random.default_rng(1)
    curve = aalen_johansen(rng.exponential(10, 80).round(1), rng.integers(0, 3, 80), 1)
    inside = ~np.isnan(curve.lower)
    assert inside.any()
    assert (curve.lower[inside] <= curve.probability[inside]).all()
    assert (curve.probability[inside] <= curve.upper[inside]).all()


def test_nobody_with_an_event_gives_no_step() -> None:
    curve = aalen_johansen(np.array([3.0, 4.0]), np.array([0, 0]), 1)
    assert len(curve.times) == 0
    assert curve.at(5) == 0


def test_missing_and_negative_times_are_refused() -> None:
    for time in (float("nan"), -1.0):
        with pytest.raises(ValueError, match="missing or negative"):
            aalen_johansen(np.array([time, 1.0]), np.array([1, 0]), 1)
