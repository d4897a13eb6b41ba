"""Figures of a display: how they are computed and how they are rounded for print.

Rules: percentages are rounded once, half away from zero, from the exact ratio; percentiles are SAS PCTLDEF=5; the
standard deviation has n - 1. Source: SAS 9.4 Procedures Guide, Elementary Statistics; conventions of the study.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studyspec.spec.tlf_cells import Statistic
from studyspec.spec.tlf_formats import number_text

# Decimals a summary prints beyond those of its data.
_EXTRA_DECIMALS: dict[Statistic, int] = {"mean": 1, "sd": 2, "median": 1, "q1": 1, "q3": 1, "min": 0, "max": 0}


def percent_text(count: int, total: int) -> str:
    """The percentage `count` of `total`, one decimal, rounded half away from zero from the exact ratio.

    Returns:
        Text like "62.5%"; "" when the count or the total is zero.

    Example:
        >>> percent_text(1, 16), percent_text(3, 16), percent_text(0, 16)
        ('6.3%', '18.8%', '')
    """
    if count == 0 or total == 0:
        return ""
    tenths = (2000 * count + total) // (2 * total)
    return f"{tenths // 10}.{tenths % 10}%"


def mean(values: NDArray[np.float64]) -> float:
    """The arithmetic mean; NaN of no value."""
    return math.fsum(values) / len(values) if len(values) else math.nan


def standard_deviation(values: NDArray[np.float64]) -> float:
    """The standard deviation with n - 1; NaN of fewer than two values."""
    if len(values) < 2:
        return math.nan
    centre = mean(values)
    return math.sqrt(math.fsum((values - centre) ** 2) / (len(values) - 1))


def percentile(values: NDArray[np.float64], fraction: float) -> float:
    """The value below which `fraction` of the values lie, by SAS PCTLDEF=5; NaN of no value.

    PCTLDEF=5 is the empirical distribution function with averaging, numpy's `averaged_inverted_cdf`.

    Example:
        >>> percentile(np.array([1.0, 2.0, 3.0, 4.0]), 0.25)
        1.5
    """
    return float(np.quantile(values, fraction, method="averaged_inverted_cdf")) if len(values) else math.nan


_SUMMARIES: dict[Statistic, Callable[[NDArray[np.float64]], float]] = {
    "n": lambda values: float(len(values)),
    "mean": mean,
    "sd": standard_deviation,
    "median": lambda values: percentile(values, 0.5),
    "q1": lambda values: percentile(values, 0.25),
    "q3": lambda values: percentile(values, 0.75),
    "min": lambda values: float(values.min()) if len(values) else math.nan,
    "max": lambda values: float(values.max()) if len(values) else math.nan,
}


def summary(values: NDArray[np.float64], statistic: Statistic) -> float:
    """One summary statistic of the values that are not missing.

    Args:
        values: numbers, NaN is missing.
        statistic: n, mean, sd, median, q1, q3, min or max.

    Returns:
        The value in full precision; NaN when it is not defined for so few values.

    Example:
        >>> summary(np.array([1.0, 2.0, np.nan]), "mean")
        1.5
    """
    return _SUMMARIES[statistic](values[~np.isnan(values)])


def summary_text(value: float, statistic: Statistic, decimals: int) -> str:
    """A summary statistic as printed: mean, median and quartiles with one decimal more than the data, SD with two.

    Args:
        value: the statistic in full precision.
        statistic: its name.
        decimals: decimals of the data.

    Example:
        >>> summary_text(71.0, "median", 0), summary_text(88.0, "max", 0), summary_text(12.0, "n", 0)
        ('71.0', '88', '12')
    """
    return number_text(value, 0 if statistic == "n" else decimals + _EXTRA_DECIMALS[statistic])
