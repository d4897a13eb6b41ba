"""Methods of CDISC ARS: what each kind of row computes, one operation per statistic.

Source: CDISC Analysis Results Standard 1.0, logical model, classes AnalysisMethod and Operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studyspec.define.oids import readable

POPULATION, PUBLISHED = "population", "published"

# What a kind of row, of test or of comparison does.
_KINDS = {
    POPULATION: ("Number of subjects", "Subjects of the analysis set, counted from ADSL."),
    PUBLISHED: ("Quoted from a publication", "The figure is quoted as published; nothing is computed."),
    "subjects": ("Subjects with a record", "A subject with at least one record of the data subset counts once."),
    "events": ("Records", "Records of the data subset are counted, whoever they belong to."),
    "continuous": ("Summary of a variable", "The values that are not missing are summarised."),
    "categories": ("Subjects by category", "A subject counts once in each category it has a record of."),
    "worst": ("Subjects by highest value", "A subject counts once, at the highest of its values; missing is lowest."),
    "nested": ("Subjects by nested groups", "A subject counts once in each group and in each group within it."),
    "incidence": (
        "Cumulative incidence",
        "Aalen-Johansen estimate with competing events; limits on the log(-log) scale. At each time: those at risk "
        "have no event before it, and events are those until it (CNSR 0; 1 is censored, 2 or more competes).",
    ),
    "Fisher": ("Fisher's exact test", "Two-sided test of subjects with and without a record, in two groups."),
    "chi-square": ("Chi-square test", "Pearson's test of categories by groups, without continuity correction."),
    "ANOVA": ("Analysis of variance", "One-way analysis of variance of the values by groups."),
    "difference": (
        "Difference of percentages",
        "The percentage of the first group minus that of the second; nothing is tested.",
    ),
}
_AT_WORST = " A subject counts in each group by its records of the highest value only."
_OPERATIONS = {
    "n": ("n", "Number of subjects counted."),
    "pct": ("%", "100 n / N."),
    "N": ("N", "Number of subjects."),
    "events": ("Events", "Number of records counted."),
    "lcl": ("Lower limit of %", "Exact lower 95% limit (Clopper-Pearson) of the percentage."),
    "ucl": ("Upper limit of %", "Exact upper 95% limit (Clopper-Pearson) of the percentage."),
    "py": ("Patient-years", "Days at risk until the first event, both days counted, divided by 365.25."),
    "rate": ("Rate", "100 n / patient-years."),
    "ratelcl": ("Lower limit of the rate", "Exact lower 95% limit, n being Poisson."),
    "rateucl": ("Upper limit of the rate", "Exact upper 95% limit, n being Poisson."),
    "mean": ("Mean", "Arithmetic mean."),
    "sd": ("SD", "Standard deviation with n - 1."),
    "median": ("Median", "50th percentile, empirical distribution function with averaging (SAS PCTLDEF=5)."),
    "q1": ("Q1", "25th percentile, empirical distribution function with averaging (SAS PCTLDEF=5)."),
    "q3": ("Q3", "75th percentile, empirical distribution function with averaging (SAS PCTLDEF=5)."),
    "min": ("Minimum", "Lowest value."),
    "max": ("Maximum", "Highest value."),
    "p": ("p-value", "Not adjusted for multiple tests."),
    "diff": ("Difference", "In percentage points."),
    "difflcl": ("Lower limit of the difference", "Lower 95% score limit (Miettinen and Nurminen)."),
    "diffucl": ("Upper limit of the difference", "Upper 95% score limit (Miettinen and Nurminen)."),
    "risk": ("At risk", "Subjects still at risk before the time."),
    "cif": ("Cumulative incidence", "In percent, until the time."),
    "ciflcl": ("Lower limit of the cumulative incidence", "Lower 95% limit, in percent."),
    "cifucl": ("Upper limit of the cumulative incidence", "Upper 95% limit, in percent."),
    "published": ("Published figure", "As printed in the publication."),
}
# Where a statistic means something else in one kind.
_OWN_OPERATIONS = {("continuous", "n"): ("n", "Number of values that are not missing.")}
_TOTAL = "N"
# Ratios: the statistic above and the one below the line. N is an operation of another method.
_RATIOS = {"pct": ("n", _TOTAL), "rate": ("n", "py")}


def method_id(kind: str, statistics: Sequence[str], *, worst: bool = False) -> str:
    """The id of a method: MT.subjects.n.pct.

    Args:
        kind: of the row, test or column.
        statistics: what it computes, in order.
        worst: subjects count by their highest value.
    """
    return "MT." + readable(".".join((kind, *(["worst"] if worst else []), *statistics)))


def operation_id(method: str, statistic: str) -> str:
    """The id of an operation of a method: MT.subjects.n.pct:pct."""
    return f"{method}:{statistic}"


def relations(method: str, statistics: Sequence[str]) -> list[tuple[str, str, str, bool]]:
    """What the ratios of a method are made of.

    Returns:
        For each side of a ratio: id of the relationship, NUMERATOR or DENOMINATOR, id of the operation, and whether the
        operation is that of the population's method rather than one of its own.
    """
    found = []
    for statistic in statistics:
        for role, other in zip(("NUMERATOR", "DENOMINATOR"), _RATIOS.get(statistic, ()), strict=False):
            apart = other == _TOTAL
            if apart or other in statistics:
                operation = operation_id(method_id(POPULATION, (_TOTAL,)) if apart else method, other)
                found.append((f"{operation_id(method, statistic)}:{role}", role, operation, apart))
    return found


def method(kind: str, statistics: Sequence[str], *, worst: bool = False) -> dict[str, Any]:
    """An AnalysisMethod: `kind`, `statistics` and `worst` as for `method_id`."""
    own = method_id(kind, statistics, worst=worst)
    name, description = _KINDS[kind]
    operations = []
    for order, statistic in enumerate(statistics, start=1):
        label, meaning = _OWN_OPERATIONS.get((kind, statistic), _OPERATIONS[statistic])
        operation = {"id": operation_id(own, statistic), "name": label, "description": meaning, "order": order}
        related = [
            {"id": found, "referencedOperationRole": {"controlledTerm": role}, "operationId": other}
            for found, role, other, _ in relations(own, statistics)
            if found.startswith(f"{operation['id']}:")
        ]
        if related:
            operation["referencedOperationRelationships"] = related
        operations.append(operation)
    return {"id": own, "name": name, "description": description + _AT_WORST * worst, "operations": operations}
