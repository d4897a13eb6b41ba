"""Reads a reporting event back: where ids are declared and used, and whom its where clauses select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
# What an attribute that names another object may name.
REFERENCES = {
    "analysisSetId": "analysisSets",
    "dataSubsetId": "dataSubsets",
    "methodId": "methods",
    "operationId": "operations",
    "groupingId": "analysisGroupings",
    "groupId": "groups",
    "analysisId": "analyses",
    "outputId": "outputs",
    "referenceDocumentId": "referenceDocuments",
    "referencedOperationRelationshipId": "referencedOperationRelationships",
    "sponsorTermId": "sponsorTerms",
    "subSectionId": "subSections",
    "categoryIds": "categories",
}


def walk(value: Any, below: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with the name of the list or attribute it stands in."""
    if isinstance(value, dict):
        yield below, value
        for name, content in value.items():
            yield from walk(content, name)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, below)


def declared(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The ids of each list."""
    found: dict[str, list[str]] = {}
    for name, item in walk(event):
        if "id" in item:
            found.setdefault(name, []).append(item["id"])
    return found


def dangling(event: Mapping[str, Any]) -> list[str]:
    """References to what is not there."""
    known = {name: set(ids) for name, ids in declared(event).items()}
    return [
        f"{name} {own}"
        for _, item in walk(event)
        for name, place in REFERENCES.items()
        if name in item
        for own in (item[name] if isinstance(item[name], list) else [item[name]])
        if own not in known.get(place, ())
    ]


class Recount:
    """Counts the results of a reporting event again, from its where clauses and the data alone."""

    def __init__(self, event: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
        self._frames = frames
        self._by_id = {item["id"]: item for name, item in walk(event) if "id" in item and name != "listItems"}
        self._known: dict[tuple[str, str], Flags] = {}

    def said(self, own: str) -> bool:
        """Whether an object says whom it selects by a where clause, or selects all."""
        item = self._by_id[own]
        return "description" not in item or bool({"condition", "compoundExpression"} & set(item))

    def result(self, analysis: Mapping[str, Any], result: Mapping[str, Any], worst: str = "") -> tuple[int, int]:
        """How many subjects and records a result has; see `selected`."""
        flags = self.selected(analysis, result, worst)
        return self._frames[analysis["dataset"]]["USUBJID"][flags].nunique(), int(flags.sum())

    def values(self, analysis: Mapping[str, Any], result: Mapping[str, Any]) -> pd.Series:
        """The values of the analysed variable that a result summarises."""
        frame = self._frames[analysis["dataset"]]
        return frame[analysis["variable"]][self.selected(analysis, result)].dropna()

    def selected(self, analysis: Mapping[str, Any], result: Mapping[str, Any], worst: str = "") -> Flags:
        """Which records of the analysis's dataset a result is about.

        Args:
            analysis: it belongs to this one.
            result: of subjects or records.
            worst: the variable of which a subject's records of the highest value count; "": all records.
        """
        dataset = analysis["dataset"]
        owns = [analysis["analysisSetId"], *([analysis["dataSubsetId"]] if "dataSubsetId" in analysis else [])]
        groups = result.get("resultGroups", [])
        subgroups = [item for item in groups if item["groupingId"].startswith("GF.SUBGROUP")]
        columns = [item for item in groups if item["groupingId"].startswith("GF.COLUMN")]
        levels = [item for item in groups if item not in subgroups and item not in columns]
        flags = self._all(dataset, [*owns, *(item["groupId"] for item in subgroups)])
        marked = reduce(np.logical_and, [self._level(dataset, item) for item in levels], np.ones_like(flags))
        of_level = bool(levels) and self._by_id[levels[-1]["groupingId"]].get("groupingVariable") == worst
        if worst and not of_level:
            flags = flags & marked
        if worst:
            flags = flags & self._highest(dataset, worst, flags)
        return flags & marked & self._all(dataset, [item["groupId"] for item in columns])

    def _all(self, dataset: str, owns: list[str]) -> Flags:
        start = np.ones(len(self._frames[dataset]), dtype=bool)
        return reduce(np.logical_and, [self._flags(dataset, own) for own in owns], start)

    def _flags(self, dataset: str, own: str) -> Flags:
        if (dataset, own) not in self._known:
            self._known[dataset, own] = self._where(dataset, self._by_id[own])
        return self._known[dataset, own]

    def _level(self, dataset: str, group: Mapping[str, str]) -> Flags:
        if "groupId" in group:
            return self._flags(dataset, group["groupId"])
        grouping = self._by_id[group["groupingId"]]
        assert grouping["groupingDataset"] == dataset
        condition = {"dataset": dataset, "variable": grouping["groupingVariable"], "comparator": "EQ"}
        return self._condition(dataset, {**condition, "value": [group["groupValue"]]})

    def _where(self, dataset: str, item: Mapping[str, Any]) -> Flags:
        if "condition" in item:
            return self._condition(dataset, item["condition"])
        if "compoundExpression" not in item:
            return np.ones(len(self._frames[dataset]), dtype=bool)
        compound = item["compoundExpression"]
        parts = [self._where(dataset, part) for part in compound["whereClauses"]]
        if compound["logicalOperator"] == "NOT":
            (part,) = parts
            return ~part
        return reduce(np.logical_and if compound["logicalOperator"] == "AND" else np.logical_or, parts)

    def _condition(self, dataset: str, condition: Mapping[str, Any]) -> Flags:
        values = self._values(dataset, condition["dataset"], condition["variable"])
        return np.array([holds(value, condition) for value in values], dtype=bool)

    def _values(self, dataset: str, other: str, variable: str) -> list[Any]:
        """The variable of each record; that of another dataset is ADSL's, of the record's subject."""
        if other == dataset:
            return self._frames[dataset][variable].tolist()
        assert other == "ADSL"
        adsl = self._frames[other]
        by_subject = dict(zip(adsl["USUBJID"], adsl[variable].tolist(), strict=True))
        return [by_subject[usubjid] for usubjid in self._frames[dataset]["USUBJID"]]

    def _highest(self, dataset: str, variable: str, flags: Flags) -> Flags:
        values = self._frames[dataset][variable].fillna(-1.0).where(flags)
        best = values.groupby(self._frames[dataset]["USUBJID"]).transform("max")
        return (values == best).to_numpy()


def holds(value: Any, condition: Mapping[str, Any]) -> bool:
    """Whether a value meets a condition; texts are compared as texts, a missing number only equals the empty value."""
    if isinstance(value, str):
        wanted: list[Any] = condition["value"]
    else:
        value = None if value != value else value
        wanted = [None if item == "" else float(item) for item in condition["value"]]
    first = wanted[0]
    match condition["comparator"]:
        case "EQ" | "IN":
            return value in wanted
        case "NE" | "NOTIN":
            return value not in wanted
        case _ if value is None or first is None:
            return False
        case "LT":
            return value < first
        case "LE":
            return value <= first
        case "GT":
            return value > first
        case "GE":
            return value >= first
    raise AssertionError(condition)
