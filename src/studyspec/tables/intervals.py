"""Confidence intervals of displays, 95%, as pure functions of counts. scipy is imported only when one is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable

# 0.975 quantile of the normal distribution, squared: 0.95 quantile of chi-square with one degree of freedom.
_CRITICAL = 3.841458820694124
_TAIL = 0.025
_STEPS = 60

Interval = tuple[float, float]
_NONE: Interval = (math.nan, math.nan)


def clopper_pearson(count: int, total: int) -> Interval:
    """The exact interval of a proportion.

    Args:
        count: subjects with the event.
        total: subjects.

    Returns:
        Lower and upper limit, between 0 and 1; NaN when there is no subject.

    Source: Clopper and Pearson, Biometrika 26 (1934) 404-413; PROC FREQ, option BINOMIAL(EXACT).

    Example:
        >>> [round(limit, 4) for limit in clopper_pearson(3, 10)]
        [0.0667, 0.6525]
    """
    from scipy.special import betaincinv

    if not total:
        return _NONE
    lower = float(betaincinv(count, total - count + 1, _TAIL)) if count else 0.0
    upper = float(betaincinv(count + 1, total - count, 1 - _TAIL)) if count < total else 1.0
    return lower, upper


def poisson_interval(count: int, time: float) -> Interval:
    """The exact interval of a rate: events per unit of time, the number of events being Poisson.

    Args:
        count: events.
        time: at risk, in the unit of the rate.

    Returns:
        Lower and upper limit; NaN without time at risk.

    Source: Garwood, Biometrika 28 (1936) 437-442.

    Example:
        >>> [round(limit, 4) for limit in poisson_interval(5, 1.0)]
        [1.6235, 11.6683]
    """
    from scipy.special import gammaincinv

    if not time > 0:
        return _NONE
    lower = float(gammaincinv(count, _TAIL)) if count else 0.0
    return lower / time, float(gammaincinv(count + 1, 1 - _TAIL)) / time


def miettinen_nurminen(first: int, first_total: int, second: int, second_total: int) -> Interval:
    """The score interval of the difference of two proportions, the first minus the second.

    The limits are the differences whose score test has exactly p = 0.05; the proportions are estimated under each
    difference, and their variance is multiplied by N / (N - 1).

    Args:
        first: subjects of the first group with the event.
        first_total: subjects of the first group.
        second: subjects of the second group with the event.
        second_total: subjects of the second group.

    Returns:
        Lower and upper limit, between -1 and 1; NaN when a group has no subject.

    Source: Miettinen and Nurminen, Statistics in Medicine 4 (1985) 213-226; PROC FREQ, option RISKDIFF(CL=MN).

    Example:
        >>> [round(limit, 4) for limit in miettinen_nurminen(56, 70, 48, 80)]
        [0.0528, 0.3382]
    """
    if not first_total or not second_total:
        return _NONE
    observed = first / first_total - second / second_total

    def is_outside(difference: float) -> bool:
        return _score(first, first_total, second, second_total, difference) > _CRITICAL

    return _boundary(observed, -1.0, is_outside), _boundary(observed, 1.0, is_outside)


def _boundary(inside: float, outside: float, is_outside: Callable[[float], bool]) -> float:
    """Where a condition begins to hold between two values, by bisection."""
    if not is_outside(outside):
        return outside
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if is_outside(middle):
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2


def _score(first: int, first_total: int, second: int, second_total: int, difference: float) -> float:
    """The squared score statistic of a difference."""
    distance = first / first_total - second / second_total - difference
    low = _restricted(first, first_total, second, second_total, difference)
    high = min(1.0, max(0.0, low + difference))
    total = first_total + second_total
    variance = (high * (1 - high) / first_total + low * (1 - low) / second_total) * total / (total - 1)
    if variance <= 0:
        return 0.0 if distance == 0 else math.inf
    return distance**2 / variance


def _restricted(first: int, first_total: int, second: int, second_total: int, difference: float) -> float:
    """The most likely proportion of the second group when the first one's is `difference` higher.

    It is a root of a cubic, in the trigonometric form of the appendix of Miettinen and Nurminen.
    """
    total, events = first_total + second_total, first + second
    cubic = float(total)
    square = (first_total + 2 * second_total) * difference - total - events
    linear = (second_total * difference - total - 2 * second) * difference + events
    constant = second * difference * (1 - difference)
    third = square / (3 * cubic)
    offset = third**3 - square * linear / (6 * cubic**2) + constant / (2 * cubic)
    spread = math.copysign(math.sqrt(max(0.0, third**2 - linear / (3 * cubic))), offset)
    cosine = min(1.0, max(-1.0, offset / spread**3)) if spread else 0.0
    angle = (math.pi + math.acos(cosine)) / 3
    return min(1.0, max(0.0, 2 * spread * math.cos(angle) - third))
