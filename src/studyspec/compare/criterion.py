"""When two numbers are equal: METHOD= and CRITERION= of PROC COMPARE.

Source of the rules: SAS 9.4 Base Procedures Guide, COMPARE procedure, "The Equality Criterion".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from studyspec.compare.faults import OPTION, CompareError
from studyspec.compare.sas_text import best

Method = Literal["exact", "absolute", "relative", "percent"]
Floats = npt.NDArray[np.float64]

# The smallest number that changes 1 when added to it: the epsilon of the SAS documentation.
EPSILON = 2.0**-52
DEFAULT = 0.00001
_METHOD = re.compile(r"(?P<name>\w+)(?:\((?P<delta>[^()]*)\))?")


@dataclass(frozen=True)
class Criterion:
    """How numbers are compared.

    Attributes:
        method: "exact", "absolute", "relative" or "percent".
        limit: CRITERION=; values are unequal when the measure of their difference is greater. 0 for exact.
        delta: of METHOD=RELATIVE(delta), 0 to 1: added to the denominator, so that values near 0 are compared by their
            absolute difference.

    Example:
        >>> str(Criterion("relative", 1e-9, 1.0))
        'Method=RELATIVE(1), Criterion=0.000000001'
    """

    method: Method = "exact"
    limit: float = 0.0
    delta: float = 0.0

    def __str__(self) -> str:
        if self.method == "exact":
            return "Method=EXACT"
        delta = f"({best(self.delta, 8)})" if self.delta else ""
        return f"Method={self.method.upper()}{delta}, Criterion={best(self.limit, 12)}"

    def measure(self, base: Floats, compare: Floats) -> Floats:
        """Give what is held against the limit, for values that are not missing.

        Args:
            base: values of the base data set, the x of the SAS documentation.
            compare: values of the comparison data set, y, as many.

        Returns:
            exact and absolute: ``|y - x|``. relative: ``|y - x| / ((|x| + |y|) / 2 + delta)``, 0 when both are 0.
            percent: ``100 * |y - x| / |x|``; with x = 0 it is 0 when y = 0, else infinite.

        Example:
            >>> Criterion("percent", 1.0).measure(np.array([200.0, 0.0]), np.array([201.0, 0.5])).tolist()
            [0.5, inf]
        """
        # Infinite values give NaN here; equal ones never come so far, and unequal ones are infinitely far apart.
        with np.errstate(all="ignore"):
            size = np.abs(compare - base)
            if self.method == "relative":
                size = size / ((np.abs(base) + np.abs(compare)) / 2 + self.delta)
            elif self.method == "percent":
                size = 100 * (size / np.abs(base))
        size[base == compare] = 0.0
        size[np.isnan(size)] = np.inf
        return size


EXACT = Criterion()
# Float noise is relative to the size of a value, but absolute around 0; delta 1 covers both. One second of a SAS
# datetime (2e9) is 5e-10 of it and must stay a difference.
ADAM = Criterion("relative", 1e-11, 1.0)


def default_criterion(dataset: str) -> Criterion:
    """Give the criterion that applies when nobody names one.

    Args:
        dataset: the name of the base data set, with or without a libref.

    Returns:
        `ADAM` for analysis data sets, whose names start with AD (ADaMIG 1.3, section 3.1), else `EXACT` as in SAS.

    Example:
        >>> default_criterion("BASE.ADLB").method, default_criterion("BASE.LB").method
        ('relative', 'exact')
    """
    return ADAM if dataset.rpartition(".")[2].upper().startswith("AD") else EXACT


def criterion_of(method: str = "", limit: float | None = None) -> Criterion:
    """Read METHOD= and CRITERION= as SAS does.

    Args:
        method: "exact", "absolute", "relative", "relative(delta)" or "percent", in any case. Blank is not given: exact
            without a limit, and with one relative with the small delta that SAS takes then.
        limit: CRITERION=. Not given: 0.00001. A negative one is its absolute value times `EPSILON`.

    Raises:
        CompareError: the method is not known, the delta is not within 0 to 1, or exact has a limit.

    Example:
        >>> criterion_of("absolute", 0.5)
        Criterion(method='absolute', limit=0.5, delta=0.0)
        >>> criterion_of()
        Criterion(method='exact', limit=0.0, delta=0.0)
    """
    if not method and limit is None:
        return EXACT
    match = _METHOD.fullmatch(method.strip().lower() or "relative")
    if match is None or match["name"] not in get_args(Method):
        raise _fault(f"METHOD={method} is not known.", "Give exact, absolute, relative, relative(delta) or percent.")
    name = cast("Method", match["name"])
    if name == "exact":
        if limit is not None or match["delta"] is not None:
            raise _fault("METHOD=EXACT takes no criterion.", "Leave it out, or name another method.")
        return EXACT
    value = DEFAULT if limit is None else limit
    if not np.isfinite(value):
        raise _fault(f"CRITERION={value} is not a number to compare with.", "Give a number such as 1e-8.")
    value = -value * EPSILON if value < 0 else value
    if match["delta"] is not None:
        return Criterion(name, value, _delta(name, match["delta"]))
    # SAS adds a delta of its own when CRITERION= comes without METHOD=.
    return Criterion(name, value, 0.0 if method or not value else min(1.0, EPSILON / value))


def _delta(method: str, text: str) -> float:
    try:
        delta = float(text)
    except ValueError:
        delta = -1.0
    if method != "relative" or not 0 <= delta <= 1:
        raise _fault(f"METHOD={method.upper()}({text}) is not possible.", "Only relative takes a delta, from 0 to 1.")
    return delta


def _fault(what: str, action: str) -> CompareError:
    return CompareError(OPTION.finding(what, action=action))
