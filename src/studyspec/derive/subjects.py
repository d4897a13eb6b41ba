"""How many subjects of the whole study: for checks that hold subjects against each other.

These stand in Where of the sheet Checks only, which asks when all subjects are built: no value of a dataset depends on
another subject.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.columns import num
from studyspec.derive.registry import Cohort, Num, function


@function("study")
def subject_count(cohort: Cohort) -> Num:
    """How many subjects of the study have a record that is equal in `by=` to this one.

    For checks: a number that two subjects share, a site that is too small to stand for itself.

    Returns:
        Number. `where=` picks the records that count; the others get the number of their group, too, 0 if none counts.

    Example:
        subject_count(by=[SITEID], where=ARM == "A")

        | subject | SITEID | ARM | result |
        |---------|--------|-----|--------|
        | 1       | 701    | A   | 2      |
        | 2       | 701    | A   | 2      |
        | 2       | 701    | A   | 2      |
        | 3       | 701    | B   | 2      |
        | 4       | 702    | B   | 0      |

    Source:
        COUNT(DISTINCT) with GROUP BY of PROC SQL.
    """
    pairs = np.unique(np.stack([cohort.group[cohort.where], cohort.subject[cohort.where]]), axis=1)
    groups = int(cohort.group.max()) + 1 if len(cohort.group) else 0
    return num(np.bincount(pairs[0], minlength=groups)[cohort.group], pd.RangeIndex(len(cohort.group)))
