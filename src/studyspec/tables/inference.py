"""Significance tests of displays, as pure functions of counts and values. scipy is imported only when one is asked for.

Sources: SAS/STAT 15.1 User's Guide, PROC FREQ (chi-square, Fisher's exact test) and PROC ANOVA (one-way).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def anova(groups: Sequence[NDArray[np.float64]]) -> float:
    """The p-value of a one-way analysis of variance.

    Args:
        groups: the values of each group; NaN is missing. Groups without a value take no part.

    Returns:
        The probability of an F at least as large; NaN for fewer than two groups, or when no value differs from the mean
        of its group.

    Example:
        >>> round(anova([np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0])]), 4)
        0.2879
    """
    from scipy.special import fdtrc

    kept = [values[~np.isnan(values)] for values in groups]
    kept = [values for values in kept if len(values)]
    total = sum(map(len, kept))
    between, within = len(kept) - 1, total - len(kept)
    if between < 1 or within < 1:
        return math.nan
    centre = math.fsum(math.fsum(values) for values in kept) / total
    means = [math.fsum(values) / len(values) for values in kept]
    explained = math.fsum(len(values) * (mean - centre) ** 2 for values, mean in zip(kept, means, strict=True))
    residual = math.fsum(math.fsum((values - mean) ** 2) for values, mean in zip(kept, means, strict=True))
    if residual == 0:
        return math.nan
    return float(fdtrc(between, within, (explained / between) / (residual / within)))


def chi_square(table: NDArray[np.int64]) -> float:
    """The p-value of Pearson's chi-square test without continuity correction.

    Args:
        table: counts, a row per category and a column per group. Rows and columns without a count take no part.

    Returns:
        The probability of a chi-square at least as large; NaN for fewer than two rows or columns.

    Example:
        >>> round(chi_square(np.array([[10, 20], [20, 10]])), 4)
        0.0098
    """
    from scipy.special import chdtrc

    kept = table[table.any(axis=1)][:, table.any(axis=0)]
    if min(kept.shape) < 2:
        return math.nan
    expected = kept.sum(axis=1, keepdims=True) * kept.sum(axis=0, keepdims=True) / kept.sum()
    statistic = math.fsum(((kept - expected) ** 2 / expected).ravel())
    return float(chdtrc((kept.shape[0] - 1) * (kept.shape[1] - 1), statistic))


def fisher_exact(first: int, first_total: int, second: int, second_total: int) -> float:
    """The two-sided p-value of Fisher's exact test of two proportions, computed in whole numbers.

    The tables as likely as the observed one, or less, are summed. The comparison is exact, so that no table is lost or
    won by the rounding of probabilities.

    Args:
        first: subjects of the first group with the event.
        first_total: subjects of the first group.
        second: subjects of the second group with the event.
        second_total: subjects of the second group.

    Returns:
        The probability; NaN when no subject has the event, or a group has no subject.

    Example:
        >>> round(fisher_exact(3, 4, 1, 4), 6)
        0.485714
    """
    events = first + second
    if events == 0 or not first_total or not second_total:
        return math.nan
    least = max(0, events - second_total)
    ways = [math.comb(first_total, least) * math.comb(second_total, events - least)]
    for count in range(least, min(events, first_total)):
        more = (first_total - count) * (events - count)
        ways.append(ways[-1] * more // ((count + 1) * (second_total - events + count + 1)))
    observed = ways[first - least]
    return sum(way for way in ways if way <= observed) / math.comb(first_total + second_total, events)
