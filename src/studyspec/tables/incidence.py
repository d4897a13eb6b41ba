"""Cumulative incidence with competing events: the estimator of Aalen and Johansen, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class CumulativeIncidence:
    """A step function: at each of `times`, in order, the probability of the event so far, and who was at risk before.

    `variance` is that of the probability; `lower` and `upper` are its 95% limits on the log(-log) scale, NaN while the
    probability is 0.
    """

    times: Values
    probability: Values
    at_risk: Values
    variance: Values
    lower: Values
    upper: Values

    def at(self, time: float) -> float:
        """The probability of the event until a time.

        Example:
            >>> curve = aalen_johansen(np.array([1.0, 2.0, 3.0]), np.array([1, 2, 0]), 1)
            >>> [round(curve.at(time), 3) for time in (0.5, 1.0, 2.5)]
            [0.0, 0.333, 0.333]
        """
        place = int(np.searchsorted(self.times, time, side="right"))
        return float(self.probability[place - 1]) if place else 0.0


_NORMAL = 1.959963984540054


def aalen_johansen(times: Values, causes: NDArray[np.int64], cause: int) -> CumulativeIncidence:
    """The cumulative incidence of one cause among competing ones.

    Without competing events it is one minus the Kaplan-Meier estimate. Subjects who are censored at the time of an
    event are at risk for it.

    Args:
        times: to the first event of any cause, or to censoring; 0 or more, one per subject.
        causes: 0 is censored; other numbers are causes.
        cause: whose incidence is estimated.

    Returns:
        A step at each time with an event of any cause.

    Raises:
        ValueError: a time is missing or negative.

    Source: Aalen and Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150; the variance is that of Gaynor et
    al., JASA 88 (1993) 400-409; PROC LIFETEST, option EVENTCODE.

    Example:
        >>> aalen_johansen(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 2, 1, 0]), 1).probability.tolist()
        [0.25, 0.25, 0.5]
    """
    if not (times >= 0).all():
        raise ValueError("A time is missing or negative.")
    steps = np.unique(times[causes != 0])
    at_risk = np.array([(times >= step).sum() for step in steps], dtype=np.float64)
    events = np.array([(causes[times == step] == cause).sum() for step in steps], dtype=np.float64)
    others = np.array([((causes[times == step] != cause) & (causes[times == step] != 0)).sum() for step in steps])
    survival = np.cumprod(1 - (events + others) / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    probability = np.cumsum(before * events / at_risk)
    variance = _variance(probability, before, at_risk, events, events + others)
    lower, upper = _limits(probability, variance)
    return CumulativeIncidence(steps, probability, at_risk, variance, lower, upper)


def _variance(probability: Values, before: Values, at_risk: Values, events: Values, total: Values) -> Values:
    """The delta-method variance at each step."""
    left = at_risk - total
    with np.errstate(divide="ignore", invalid="ignore"):
        survival_term = np.where(left > 0, total / (at_risk * left), 0.0)
    own_term = before**2 * events * (at_risk - events) / at_risk**3
    shared_term = before * events / at_risk**2
    found = []
    for place in range(len(probability)):
        rest = probability[place] - probability[: place + 1]
        found.append(
            float(
                (rest**2 * survival_term[: place + 1]).sum()
                + own_term[: place + 1].sum()
                - 2 * (rest * shared_term[: place + 1]).sum()
            )
        )
    return np.array(found, dtype=np.float64)


def _limits(probability: Values, variance: Values) -> tuple[Values, Values]:
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.sqrt(variance) / (probability * np.log(probability))
        lower = probability ** np.exp(-_NORMAL * scaled)
        upper = probability ** np.exp(_NORMAL * scaled)
    open_ended = (probability > 0) & (probability < 1)
    return np.where(open_ended, lower, np.nan), np.where(open_ended, upper, np.nan)
