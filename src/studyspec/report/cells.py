"""What is behind the counts of a display: the subjects and records that each row of its results data names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studyspec.findings import Finding, Rule
from studyspec.report.columns import runs
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.tables.population import both
from studyspec.tables.results import COLUMNS, Result

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
# (dataset, expression) to whether it holds, per record.
Evaluate = Callable[[str, n.Node], Flags]

OTHER_COUNT = Rule(
    "REPORT-001",
    "error",
    "A count and the records behind it differ",
    why="A reader who opens the count would see other subjects than those that were counted.",
    action="Report it: the condition that the results data state is not the one that was counted by.",
)

# Subjects with a record, subjects looked at, records, and subjects at risk.
COUNTED = ("n", "N", "events", "risk")


class Conditions:
    """Conditions on the records of datasets; what several have in common is evaluated once."""

    def __init__(self, evaluate: Evaluate, lengths: Mapping[str, int]) -> None:
        self._evaluate = evaluate
        self._lengths = lengths
        self._whole: dict[tuple[str, str], Flags] = {}
        self._parts: dict[tuple[str, n.Node], Flags] = {}

    def flags(self, dataset: str, condition: str) -> Flags:
        """Whether each record of the dataset meets the condition; a blank one always holds."""
        key = (dataset, condition)
        if key not in self._whole:
            found = np.ones(self._lengths[dataset], dtype=np.bool_)
            for part in _conjuncts(parse(condition)) if condition else ():
                found = found & self._part(dataset, part)
            self._whole[key] = found
        return self._whole[key]

    def _part(self, dataset: str, node: n.Node) -> Flags:
        if (dataset, node) not in self._parts:
            self._parts[dataset, node] = self._evaluate(dataset, node)
        return self._parts[dataset, node]


def _conjuncts(node: n.Node) -> tuple[n.Node, ...]:
    return tuple(part for item in node.items for part in _conjuncts(item)) if isinstance(node, n.And) else (node,)


@dataclass
class Lists:
    """The lists behind a display's cells, each stated once.

    `subjects` are conditions on ADSL with the places of those who meet them; `records` are conditions on a dataset with
    the places of its records. `cells` has for line and column each count with the number of its population, and of
    counts but N that of its records and of the records that take a subject out (-1: none).
    """

    subjects: list[list[Any]] = field(default_factory=list)
    records: list[list[Any]] = field(default_factory=list)
    cells: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    _known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def subject_list(self, condition: str, flags: Flags) -> int:
        """The number of the list of subjects who meet a condition on ADSL."""
        return self._numbered(self.subjects, (condition,), flags)

    def record_list(self, dataset: str, condition: str, flags: Flags) -> int:
        """The number of the list of a dataset's records that meet a condition."""
        return self._numbered(self.records, (dataset, condition), flags)

    def _numbered(self, lists: list[list[Any]], key: tuple[str, ...], flags: Flags) -> int:
        if key not in self._known:
            self._known[key] = len(lists)
            lists.append([*key, runs(np.flatnonzero(flags))])
        return self._known[key]


def lists_of(ard: pd.DataFrame, conditions: Conditions, subjects: Mapping[str, Places]) -> tuple[Lists, list[Finding]]:
    """The subjects and records behind every count of a display.

    Args:
        ard: its analysis results data.
        conditions: on ADSL and the datasets it reads.
        subjects: for each dataset the place in ADSL of each record's subject, -1 where ADSL lacks it.

    Returns:
        The lists, and REPORT-001 for each count that its list does not bear out.
    """
    found, findings = Lists(), []
    known: dict[tuple[str, ...], tuple[list[int], dict[str, int]]] = {}
    counts = ard[ard["statistic"].isin(COUNTED) & (ard["dataset"] != "")]
    for row in map(Result, *(counts[name] for name in COLUMNS)):
        key = (row.dataset, _where(row), row.unless, row.population)
        if key not in known:
            known[key] = _numbers(found, conditions, key), _listed(conditions, subjects, *key)
        numbers, listed = known[key]
        expected = listed.get(row.statistic, listed["n"])
        if expected != row.value:
            what = f"{row.display}, line {int(row.line)} ({row.label}), column {row.column}: "
            findings.append(OTHER_COUNT.finding(f"{what}{row.statistic} is {row.value:g}, {expected} listed."))
        taken = numbers[:1] if row.statistic == "N" else numbers
        found.cells.setdefault(f"{int(row.line)}|{row.column}", {})[row.statistic] = [int(row.value), *taken]
    return found, findings


def _where(row: Result) -> str:
    """The condition on the records that a row of results data counts: those of a summary have a value."""
    return both(row.where, f"not missing({row.variable})") if row.kind == "continuous" else row.where


def _numbers(found: Lists, conditions: Conditions, key: tuple[str, ...]) -> list[int]:
    """The numbers of the lists of subjects, of records, and of records that take a subject out."""
    dataset, where, unless, population = key
    return [
        found.subject_list(population, conditions.flags("ADSL", population)),
        found.record_list(dataset, where, conditions.flags(dataset, where)),
        found.record_list(dataset, unless, conditions.flags(dataset, unless)) if unless else -1,
    ]


def _listed(
    conditions: Conditions, subjects: Mapping[str, Places], dataset: str, where: str, unless: str, population: str
) -> dict[str, int]:
    """How many subjects are looked at, and how many subjects and records the conditions list."""
    place, people = subjects[dataset], conditions.flags("ADSL", population)
    inside = np.append(people, False)
    if unless:
        inside[place[conditions.flags(dataset, unless)]] = False
    taken = place[conditions.flags(dataset, where) & inside[place]]
    return {"N": int(people.sum()), "n": len(np.unique(taken)), "events": len(taken)}
