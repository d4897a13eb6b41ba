"""Values that depend on the subject's other records in the same dataset.

All take `by=` (variables that divide a subject's records further), `order=` (first key foremost) and `where=` (the
records that take part). Records left out by `where=` get a missing value, a blank or False.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, flag_column, is_char, is_missing, num
from studyspec.derive.registry import Char, Flag, Num, Value, Window, function


@function("window")
def sequence(window: Window) -> Num:
    """1, 2, 3, ... within the subject, in the order given.

    Returns:
        Number from 1; missing for records that `where=` leaves out. Records equal in all of `order=` keep the order
        they came in.

    Example:
        sequence(order=[AESTDTC, AETERM])

        | subject | AESTDTC    | AETERM   | result |
        |---------|------------|----------|--------|
        | 1       | 2021-03-08 | NAUSEA   | 3      |
        | 1       | 2021-03-01 | VOMITING | 2      |
        | 1       | 2021-03-01 | NAUSEA   | 1      |
        | 2       |            | HEADACHE | 1      |

    Source:
        SDTM 2.0, identifiers for all classes (--SEQ).
    """
    rows, starts = _sorted(window)
    numbers = np.full(len(window.group), np.nan)
    numbers[rows] = np.arange(len(rows)) - starts + 1
    return num(numbers, pd.RangeIndex(len(numbers)))


@function("window")
def repeated(window: Window) -> Flag:
    """True for every record but the first of those that are equal in all of `by=`.

    Returns:
        True for the second and later records of the subject with equal `by=`, in the order of `order=`.

    Example:
        repeated(by=[AETERM, AESTDTC], order=[AESPID])

        | subject | AETERM | AESTDTC    | AESPID | result |
        |---------|--------|------------|--------|--------|
        | 1       | NAUSEA | 2021-03-01 | 1      | False  |
        | 1       | NAUSEA | 2021-03-01 | 4      | True   |
        | 1       | NAUSEA | 2021-03-08 | 5      | False  |

    Source:
        PROC SORT with NODUPKEY, but nothing is removed.
    """
    return flag_column(np.asarray(sequence(window)) > 1, pd.RangeIndex(len(window.group)))


@function("window")
def first_occurrence(window: Window) -> Char:
    """Occurrence flag: Y on the first record of the subject (and of each `by=` group).

    Returns:
        Y or blank. At most one Y per group; none where `where=` leaves no record.

    Example:
        first_occurrence(by=[AEDECOD], order=[ASTDT, AESEQ], where=TRTEMFL == "Y")

        | subject | AEDECOD | ASTDT | AESEQ | TRTEMFL | result |
        |---------|---------|-------|-------|---------|--------|
        | 1       | Nausea  | 22300 | 1     |         |        |
        | 1       | Nausea  | 22340 | 2     | Y       | Y      |
        | 1       | Nausea  | 22340 | 3     | Y       |        |
        | 1       | Fatigue | 22350 | 4     | Y       | Y      |

    Source:
        ADaM OCCDS 1.1, occurrence flag variables (AOCCFL, AOCCSFL, AOCCPFL).
    """
    rows, starts = _sorted(window)
    return _flagged(rows[starts == np.arange(len(rows))], len(window.group))


@function("window")
def last_occurrence(window: Window) -> Char:
    """Occurrence flag: Y on the last record of the subject (and of each `by=` group).

    Returns:
        Y or blank. At most one Y per group; none where `where=` leaves no record.

    Example:
        last_occurrence(order=[ASTDT, AESEQ])

        | subject | ASTDT | AESEQ | result |
        |---------|-------|-------|--------|
        | 1       | 22300 | 1     |        |
        | 1       | 22340 | 2     | Y      |
        | 2       | 22340 | 1     | Y      |

    Source:
        ADaM OCCDS 1.1, occurrence flag variables.
    """
    rows, starts = _sorted(window)
    ends = np.append(starts[1:] == np.arange(1, len(rows)), len(rows) > 0)[: len(rows)]
    return _flagged(rows[ends], len(window.group))


@function("window")
def worst_occurrence(window: Window, value: Num) -> Char:
    """Occurrence flag: Y on the record with the highest value in the subject (and in each `by=` group).

    Args:
        window: groups and order of the records; the spec never writes it.
        value: number, e.g. the toxicity grade. A missing value is lower than any other.

    Returns:
        Y or blank. Of equal values the first in the order of `order=` gets the Y; none where `where=` leaves no record.

    Example:
        worst_occurrence(ATOXGRN, order=[ASTDT, AESEQ], where=TRTEMFL == "Y")

        | subject | ATOXGRN | ASTDT | AESEQ | TRTEMFL | result |
        |---------|---------|-------|-------|---------|--------|
        | 1       | 2       | 22300 | 1     | Y       |        |
        | 1       | 3       | 22310 | 2     | Y       | Y      |
        | 1       | 3       | 22320 | 3     | Y       |        |
        | 1       | 4       | 22330 | 4     |         |        |
        | 2       |         | 22330 | 1     | Y       | Y      |

    Source:
        ADaM OCCDS 1.1, occurrence flag variables (AOCCIFL, AOCCSIFL, AOCCPIFL: first occurrence of the maximum grade).
    """
    height = np.nan_to_num(value.to_numpy(dtype="float64"), nan=-np.inf)
    rows = np.flatnonzero(window.where)
    rows = rows[np.lexsort((window.position[rows], -height[rows], window.group[rows]))]
    return _flagged(rows[_starts(window.group[rows]) == np.arange(len(rows))], len(window.group))


@function("window")
def any_in_group(window: Window, condition: Flag) -> Flag:
    """True for all records of the subject (and `by=` group) if the condition holds for one of them.

    Args:
        window: groups and order of the records; the spec never writes it.
        condition: condition on the records themselves.

    Returns:
        True or False; also for records that `where=` leaves out, whose own condition does not count.

    Example:
        any_in_group(AESER == "Y", by=[AEGRPID])

        | subject | AEGRPID | AESER | result |
        |---------|---------|-------|--------|
        | 1       | 7       | N     | True   |
        | 1       | 7       | Y     | True   |
        | 1       | 8       | N     | False  |

    Source:
        Plain definition.
    """
    holding = window.group[window.where & condition.to_numpy(dtype=bool)]
    return flag_column(np.isin(window.group, holding), pd.RangeIndex(len(window.group)))


@function("window")
def first_in_group(window: Window, value: Value) -> Value:
    """The value of the subject's (and `by=` group's) first record, on all its records.

    Args:
        window: groups and order of the records; the spec never writes it.
        value: text or number. Missing values are passed over.

    Returns:
        The value; missing if no record that takes part has one.

    Example:
        first_in_group(AVAL, by=[PARAMCD], where=ABLFL == "Y", order=[ADT])

        | subject | PARAMCD | AVAL | ABLFL | ADT   | result |
        |---------|---------|------|-------|-------|--------|
        | 1       | WEIGHT  | 70   |       | 22300 | 71     |
        | 1       | WEIGHT  | 71   | Y     | 22310 | 71     |
        | 1       | HEIGHT  | 171  |       | 22310 |        |

    Source:
        ADaMIG 1.3 section 3.3.4 (BASE is the value of the record with ABLFL Y, on all records of the parameter).
    """
    taking_part = window.where & ~np.asarray(is_missing(value))
    rows, starts = _sorted(Window(window.group, window.position, taking_part))
    firsts = rows[starts == np.arange(len(rows))]
    row_of_group = np.full(int(window.group.max()) + 1 if len(window.group) else 0, -1, dtype=np.intp)
    row_of_group[window.group[firsts]] = firsts
    row = row_of_group[window.group]
    index = pd.RangeIndex(len(row))
    if is_char(value):
        return Value(char(value.array.take(np.maximum(row, 0)), index).mask(row < 0, ""))
    return Value(num(np.append(value.to_numpy(dtype="float64"), np.nan)[row], index))


def _sorted(window: Window) -> tuple[Array, Array]:
    """Rows that take part, by group and position; and for each the place at which its group begins."""
    rows = np.flatnonzero(window.where)
    rows = rows[np.lexsort((window.position[rows], window.group[rows]))]
    return rows, _starts(window.group[rows])


def _starts(groups: Array) -> Array:
    new = np.append(True, groups[1:] != groups[:-1])[: len(groups)]
    return np.maximum.accumulate(np.where(new, np.arange(len(groups)), 0)) if len(groups) else groups


def _flagged(rows: Array, length: int) -> Char:
    flags = np.full(length, "", dtype=object)
    flags[rows] = "Y"
    return char(flags, pd.RangeIndex(length))
