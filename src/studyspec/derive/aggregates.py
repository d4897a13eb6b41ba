"""One value per subject from the records of another dataset or form.

All take `where=` (which records) and `order=` (in which order); both are written in the spec and applied before the
function sees the values.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.derive.columns import Array, char, flag_column, is_char, is_missing, num
from studyspec.derive.registry import Char, Flag, Groups, Num, Text, Value, function

_COMMA = Text(", ")


@function("aggregate")
def first(values: Value, groups: Groups) -> Value:
    """The value of the subject's first record.

    The record counts, not the value: if the first record's value is missing, so is the result. Add
    `where=EX.EXSTDTC != ""` to pass over missing values.

    Args:
        values: text or number, of another dataset or form. Write `order=` to say what first means; without it, the
            order of the dataset.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The value; missing for a subject without such a record.

    Example:
        first(EX.EXTRT, where=EX.EXDOSE > 0, order=[EX.EXSTDTC])

        | subject | EX.EXTRT | EX.EXDOSE | EX.EXSTDTC | result |
        |---------|----------|-----------|------------|--------|
        | 1       | DRUG B   | 10        | 2021-03-02 | DRUG A |
        | 1       | DRUG A   | 10        | 2021-03-01 |        |
        | 2       | DRUG A   | 0         | 2021-03-01 |        |

    Source:
        FIRST. of the SAS DATA step.
    """
    rows = np.full(groups.count, -1, dtype=np.intp)
    rows[groups.codes[::-1]] = np.arange(len(values), dtype=np.intp)[::-1]
    return _taken(values, rows)


@function("aggregate")
def last(values: Value, groups: Groups) -> Value:
    """The value of the subject's last record.

    The record counts, not the value: if the last record's value is missing, so is the result. Add
    `where=VS.VSSTRESN != ""` to pass over missing values.

    Args:
        values: text or number, of another dataset or form. Write `order=` to say what last means; without it, the
            order of the dataset.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The value; missing for a subject without such a record.

    Example:
        last(VS.VSSTRESN, where=VS.VSTESTCD == "WEIGHT", order=[VS.VSDTC])

        | subject | VS.VSTESTCD | VS.VSSTRESN | VS.VSDTC   | result |
        |---------|-------------|-------------|------------|--------|
        | 1       | WEIGHT      | 71          | 2021-03-01 | 70.5   |
        | 1       | WEIGHT      | 70.5        | 2021-03-08 |        |
        | 2       | HEIGHT      | 171         | 2021-03-01 |        |

    Source:
        LAST. of the SAS DATA step.
    """
    rows = np.full(groups.count, -1, dtype=np.intp)
    rows[groups.codes] = np.arange(len(values), dtype=np.intp)
    return _taken(values, rows)


@function("aggregate")
def minimum(values: Value, groups: Groups) -> Value:
    """The smallest value of the subject's records.

    Args:
        values: number or text, of another dataset or form. Text is compared by its bytes, so ISO 8601 dates come in
            order; a partial date comes before the complete dates it contains. Missing values are passed over.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The value; missing if the subject has none.

    Example:
        minimum(EX.EXSTDTC)

        | subject | EX.EXSTDTC | result     |
        |---------|------------|------------|
        | 1       | 2021-03-08 | 2021-03-01 |
        | 1       | 2021-03-01 |            |
        | 2       |            |            |

    Source:
        MIN of PROC SQL.
    """
    return _extreme(values, groups, largest=False)


@function("aggregate")
def maximum(values: Value, groups: Groups) -> Value:
    """The largest value of the subject's records.

    Args:
        values: number or text, of another dataset or form. Text is compared by its bytes, so ISO 8601 dates come in
            order; a partial date comes before the complete dates it contains. Missing values are passed over.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The value; missing if the subject has none.

    Example:
        maximum(EX.EXENDTC, where=EX.EXTRT == "DRUG A")

        | subject | EX.EXTRT | EX.EXENDTC | result     |
        |---------|----------|------------|------------|
        | 1       | DRUG A   | 2021-03-08 | 2021-03-08 |
        | 1       | DRUG B   | 2021-04-01 |            |
        | 2       | DRUG B   | 2021-03-01 |            |

    Source:
        MAX of PROC SQL.
    """
    return _extreme(values, groups, largest=True)


@function("aggregate")
def count(values: Value, groups: Groups) -> Num:
    """How many of the subject's records have a value.

    Args:
        values: number or text, of another dataset or form. Missing values are not counted; to count records, name a
            variable that is never missing, such as EX.EXSEQ.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The number, 0 for a subject without such a record.

    Example:
        count(EX.EXSEQ, where=EX.EXDOSE > 0)

        | subject | EX.EXSEQ | EX.EXDOSE | result |
        |---------|----------|-----------|--------|
        | 1       | 1        | 10        | 2      |
        | 1       | 2        | 10        |        |
        | 2       | 1        | 0         | 0      |

    Source:
        COUNT of PROC SQL.
    """
    present = groups.codes[~np.asarray(is_missing(values))]
    return num(np.bincount(present, minlength=groups.count), pd.RangeIndex(groups.count))


@function("aggregate")
def distinct(values: Value, groups: Groups) -> Num:
    """How many different values the subject's records have.

    Args:
        values: number or text, of another dataset or form. Missing is not counted as a value.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The number, 0 for a subject without such a record.

    Example:
        distinct(CM.CMGRPID)

        | subject | CM.CMGRPID | result |
        |---------|------------|--------|
        | 1       | 1          | 2      |
        | 1       | 1          |        |
        | 1       | 2          |        |

    Source:
        COUNT(DISTINCT) of PROC SQL.
    """
    present = ~np.asarray(is_missing(values))
    codes, _ = pd.factorize(values[present])
    pairs = pd.unique(groups.codes[present].astype(np.int64) * (codes.max() + 1 if len(codes) else 1) + codes)
    owners = pairs // (codes.max() + 1 if len(codes) else 1)
    return num(np.bincount(owners, minlength=groups.count), pd.RangeIndex(groups.count))


@function("aggregate")
def total(values: Num, groups: Groups) -> Num:
    """The sum over the subject's records.

    Args:
        values: number, of another dataset or form. Missing values are passed over.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The sum; missing if the subject has no value.

    Example:
        total(EX.EXDOSE, where=EX.EXTRT == "DRUG A")

        | subject | EX.EXTRT | EX.EXDOSE | result |
        |---------|----------|-----------|--------|
        | 1       | DRUG A   | 10        | 22.5   |
        | 1       | DRUG A   | 12.5      |        |
        | 2       | DRUG B   | 4         |        |

    Source:
        SUM of PROC SQL.
    """
    sums, counts = _sums(values, groups)
    return num(np.where(counts > 0, sums, np.nan), pd.RangeIndex(groups.count))


@function("aggregate")
def mean(values: Num, groups: Groups) -> Num:
    """The arithmetic mean over the subject's records.

    Args:
        values: number, of another dataset or form. Missing values are passed over.
        groups: the subject of each value; the spec never writes it.

    Returns:
        The mean; missing if the subject has no value.

    Example:
        mean(VS.VSSTRESN)

        | subject | VS.VSSTRESN | result |
        |---------|-------------|--------|
        | 1       | 120         | 125    |
        | 1       | 130         |        |
        | 2       |             |        |

    Source:
        MEAN of PROC SQL.
    """
    sums, counts = _sums(values, groups)
    return num(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), pd.RangeIndex(groups.count))


@function("aggregate")
def listagg(values: Char, groups: Groups, *, separator: Text = _COMMA) -> Char:
    """The subject's values as one text.

    Args:
        values: text, of another dataset or form. Missing values are left out, with their separator.
        groups: the subject of each value; the spec never writes it.
        separator: text between two values. Not given: a comma and a blank.

    Returns:
        Text; blank for a subject without a value.

    Example:
        listagg(EX.EXTRT, order=[EX.EXSTDTC])

        | subject | EX.EXTRT | EX.EXSTDTC | result         |
        |---------|----------|------------|----------------|
        | 1       | DRUG B   | 2021-03-02 | DRUG A, DRUG B |
        | 1       | DRUG A   | 2021-03-01 |                |
        | 2       |          | 2021-03-01 |                |

    Source:
        LISTAGG of SQL:2016.
    """
    found: list[list[str]] = [[] for _ in range(groups.count)]
    for code, value in zip(groups.codes.tolist(), values.tolist(), strict=True):
        if value:
            found[code].append(value)
    return char([separator.join(texts) for texts in found], pd.RangeIndex(groups.count))


@function("aggregate")
def any(values: Value, groups: Groups) -> Flag:
    """True if the subject has at least one record with a value.

    Args:
        values: number or text, of another dataset or form; name a variable that is never missing, such as EX.EXSEQ,
            and say in `where=` which records are meant.
        groups: the subject of each value; the spec never writes it.

    Returns:
        True or False.

    Example:
        any(EX.EXSEQ, where=EX.EXTRT == "DRUG A")

        | subject | EX.EXSEQ | EX.EXTRT | result |
        |---------|----------|----------|--------|
        | 1       | 1        | DRUG A   | True   |
        | 1       | 2        | DRUG B   |        |
        | 2       | 1        | DRUG B   | False  |

    Source:
        EXISTS of PROC SQL.
    """
    return flag_column(np.asarray(count(values, groups)) > 0, pd.RangeIndex(groups.count))


@function("aggregate")
def all(condition: Flag, groups: Groups) -> Flag:
    """True if the subject has records and the condition holds for each of them.

    Args:
        condition: condition on another dataset or form.
        groups: the subject of each value; the spec never writes it.

    Returns:
        True or False; False for a subject without a record.

    Example:
        all(AE.AEOUT == "RECOVERED/RESOLVED")

        | subject | AE.AEOUT           | result |
        |---------|--------------------|--------|
        | 1       | RECOVERED/RESOLVED | True   |
        | 1       | RECOVERED/RESOLVED |        |
        | 2       | RECOVERED/RESOLVED | False  |
        | 2       | FATAL              |        |

    Source:
        Plain definition.
    """
    holds = condition.to_numpy(dtype=bool)
    records = np.bincount(groups.codes, minlength=groups.count)
    failures = np.bincount(groups.codes[~holds], minlength=groups.count)
    return flag_column((records > 0) & (failures == 0), pd.RangeIndex(groups.count))


def _taken(values: pd.Series, rows: Array) -> Value:
    """Values of these rows; missing where the row is -1."""
    index = pd.RangeIndex(len(rows))
    if is_char(values):
        taken = pd.array([""], dtype="str").take(np.zeros(len(rows), dtype=np.intp)) if not len(values) else None
        if taken is not None:
            return Value(char(taken, index))
        return Value(char(values.array.take(np.maximum(rows, 0)), index).mask(rows < 0, ""))
    numbers = values.to_numpy(dtype="float64")
    padded = np.append(numbers, np.nan)
    return Value(num(padded[rows], index))


def _extreme(values: pd.Series, groups: Groups, *, largest: bool) -> Value:
    present = np.flatnonzero(~np.asarray(is_missing(values)))
    codes = groups.codes[present]
    ranks, _ = pd.factorize(values.iloc[present], sort=True)
    order = np.argsort(ranks, kind="stable")
    rows = np.full(groups.count, -1, dtype=np.intp)
    placed = order if largest else order[::-1]
    rows[codes[placed]] = present[placed]
    return _taken(values, rows)


def _sums(values: pd.Series, groups: Groups) -> tuple[Array, Array]:
    """Sum and count of the values that are there, summed in the records' order."""
    numbers = values.to_numpy(dtype="float64")
    present = ~np.isnan(numbers)
    sums = np.bincount(groups.codes[present], weights=numbers[present], minlength=groups.count)
    return sums, np.bincount(groups.codes[present], minlength=groups.count)
