"""The figures of a counted line: counts, percentages, and rates with their intervals, each with its printed text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from studyspec.spec.tlf_cells import Statistic
from studyspec.spec.tlf_formats import Format, number_text
from studyspec.tables.figures import percent_text
from studyspec.tables.groups import Tally
from studyspec.tables.intervals import clopper_pearson, poisson_interval

# Rates are per 100 patient-years.
_PER_YEARS = 100
_DAYS_OF_YEAR = 365.25
_DECIMALS = 1
_COUNTS = ("n", "N", "events")
_LIMITS = ("lcl", "ucl")
_RATE_LIMITS = ("ratelcl", "rateucl")


def count_figures(
    tally: Tally, place: int, formats: Mapping[Statistic, Format | None]
) -> dict[Statistic, dict[str, Any]]:
    """The figures of one line in one column.

    Args:
        tally: of the line.
        place: of the column.
        formats: the statistics asked for, each with its format.

    Returns:
        For each statistic its value in full precision, its printed text, and of ratios the denominator (N, or years at
        risk). Percentages, their limits (95%, exact) and differences are in percent, rates per 100 patient-years.
    """
    values = _values(tally, place, formats)
    # Beside an interval a percentage of 0 is printed, too.
    shows_zero = any(name in formats for name in _LIMITS)
    return {name: _figure(tally, place, name, values[name], formats[name], shows_zero) for name in formats}


def _values(tally: Tally, place: int, asked: Mapping[Statistic, Format | None]) -> dict[str, float]:
    subjects, total = int(tally.subjects[place]), int(tally.totals[place])
    values = {"n": float(subjects), "N": float(total), "events": float(tally.records[place])}
    values["pct"] = 100 * subjects / total if total else math.nan
    if any(name in asked for name in _LIMITS):
        limits = clopper_pearson(subjects, total)
        values |= {name: 100 * limit for name, limit in zip(_LIMITS, limits, strict=True)}
    if tally.days is not None:
        years = float(tally.days[place]) / _DAYS_OF_YEAR
        values |= {"py": years, "rate": _PER_YEARS * subjects / years if years > 0 else math.nan}
        if any(name in asked for name in _RATE_LIMITS):
            limits = poisson_interval(subjects, years / _PER_YEARS)
            values |= dict(zip(_RATE_LIMITS, limits, strict=True))
    return values


def _figure(
    tally: Tally, place: int, name: Statistic, value: float, form: Format | None, shows_zero: bool
) -> dict[str, Any]:
    subjects, total = int(tally.subjects[place]), int(tally.totals[place])
    if name in _COUNTS:
        return {"value": value, "text": form.text(value) if form else str(int(value))}
    if name == "pct":
        text = form.text(value) if form and subjects else percent_text(subjects, total)
        if not subjects and shows_zero:
            text = form.text(value) if form else number_text(value, _DECIMALS) + "%" * bool(total)
        return {"value": value, "denominator": float(total), "text": text}
    text = form.text(value) if form else number_text(value, _DECIMALS)
    figure: dict[str, Any] = {"value": value, "text": text}
    if name in _LIMITS:
        figure["denominator"] = float(total)
    elif name != "py" and tally.days is not None:
        figure["denominator"] = float(tally.days[place]) / _DAYS_OF_YEAR
    return figure
