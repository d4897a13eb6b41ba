"""ADSL derivations that only this study needs."""

import numpy as np
import pandas as pd

from studyspec.derive.registry import Num, Number, function


@function()
def titrated_dose(start: Num, end: Num, step_up: Num, step_down: Num, *, low: Number, high: Number) -> Num:
    """Planned cumulative dose of an arm that is titrated up at one visit and down again at another.

    `low` a day from the first day to the step up, that day included; then `high` a day to the step down, that day
    included; then `low` again to the last day. A subject who stops before a step never reaches it.

    Args:
        start: SAS day number, first day of treatment.
        end: SAS day number, last day of treatment.
        step_up: SAS day number, visit of the step up; missing when it did not take place.
        step_down: SAS day number, visit of the step down; missing when it did not take place.
        low: dose a day before the step up and after the step down.
        high: dose a day in between.

    Returns:
        Number, in the unit of the doses; missing where treatment has no first or no last day.

    Example:
        titrated_dose(TRTSDT, TRTEDT, UP, DOWN, low=54, high=81)

        | TRTSDT | TRTEDT | UP    | DOWN  | result | that is         |
        |--------|--------|-------|-------|--------|-----------------|
        | 19000  | 19003  | 19014 |       | 216    | 4 low           |
        | 19000  | 19014  | 19014 |       | 810    | 15 low          |
        | 19000  | 19015  | 19014 |       | 891    | 15 low, 1 high  |
        | 19000  | 19018  | 19014 | 19016 | 1080   | 17 low, 2 high  |
        | 19000  | 19003  |       |       | 216    | 4 low           |
        |        | 19003  |       |       |        |                 |

    Source:
        The study's rule for CUMDOSE in the high dose arm: 54, then 81, then 54 mg a day (README.md, decisions).
    """
    up = np.minimum(step_up.fillna(np.inf), end)
    down = np.minimum(step_down.fillna(np.inf), end)
    at_high = np.maximum(down - up, 0)
    return Num(pd.Series(low * (end - start + 1 - at_high) + high * at_high, dtype="float64"))
