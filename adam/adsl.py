"""ADSL derivations that only this registry needs."""

import numpy as np
import pandas as pd

from studyspec.derive.registry import Char, Groups, Num, function


@function("aggregate")
def cytogenetic_risk(results: Char, groups: Groups) -> Char:
    """Cytogenetic risk of a subject from the results of the high-risk abnormalities known at baseline.

    Any positive result means high risk, also where another test of the same abnormality was negative: a clone that was
    seen once is there. A subject with negative results only is of standard risk. Tests that were not done, failed or
    could not be evaluated say nothing.

    Args:
        results: text; POSITIVE, NEGATIVE, or anything else for a test without result. The spec's `where=` picks the
            abnormalities that make high risk, and the samples taken at or before baseline.
        groups: the subject of each result; filled in by the evaluator.

    Returns:
        Text: HIGH, STANDARD or NOT EVALUABLE; the last also for a subject without any result.

    Example:
        `cytogenetic_risk(GF.GFSTRESC, where=GF.GFTESTCD in ["DEL17P"])` with NEGATIVE and POSITIVE gives HIGH.

    Source:
        The study's rule: high risk is del(17p), t(4;14) or t(14;16) positive at or before baseline; "not evaluable" is
        a level of its own; 1q21 plays no part (docs/decisions-adam.md).
    """
    positive = np.bincount(groups.codes, weights=(results == "POSITIVE").to_numpy(), minlength=groups.count) > 0
    negative = np.bincount(groups.codes, weights=(results == "NEGATIVE").to_numpy(), minlength=groups.count) > 0
    return Char(pd.Series(np.select([positive, negative], ["HIGH", "STANDARD"], "NOT EVALUABLE"), dtype="str"))


@function()
def body_surface_area(height: Num, weight: Num) -> Num:
    """Body surface area after Mosteller.

    Args:
        height: cm.
        weight: kg.

    Returns:
        Number, m2, not rounded; missing where height or weight is missing or not above zero.

    Example:
        `body_surface_area(180, 80)` gives 2.0.

    Source:
        Mosteller RD, N Engl J Med 1987;317:1098: the square root of height times weight over 3600.
    """
    area = np.sqrt(height.where(height > 0) * weight.where(weight > 0) / 3600)
    return Num(area)
