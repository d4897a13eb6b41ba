"""Differences and their explanations: a comparison is settled when each difference is explained one by one.

Explanations stand in a CSV file that people write. One that fits no difference is stale: what it explained is gone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from studyspec.compare.faults import EXPLANATIONS, CompareError
from studyspec.compare.pairs import COMPARE, Pair
from studyspec.compare.result import Comparison
from studyspec.findings import Finding, Rule

UNEXPLAINED = Rule(
    "CMP-201",
    "error",
    "Difference without an explanation",
    why="A difference that nobody has looked at may be an error of either side.",
    action="Correct the side that is wrong, or explain the difference in the file of explanations.",
)
STALE = Rule(
    "CMP-202",
    "error",
    "Explanation without a difference",
    why="The data do not differ as it says (any more), so that nobody knows what it explains.",
    action="Remove the row, or correct it: every cell is as the comparison shows it.",
)
PRESENT, ABSENT = "present", "absent"
EXPLANATION = "explanation"


@dataclass(frozen=True)
class Difference:
    """One difference between two data sets, as a row of the file of explanations names it.

    Attributes:
        dataset: without a libref.
        id: "USUBJID=S-1 AESEQ=3", or "OBS=5" (of the base data set) when observations were compared by position; "" for
            a difference of a variable or of the data set.
        variable: "" for an observation or a data set of one side only.
        base: the value; "present" or "absent"; "label: Age" for an attribute.
        compare: the same of the other side.
    """

    dataset: str
    id: str
    variable: str
    base: str
    compare: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.variable, self.id and f"({self.id})") if part)
        if {self.base, self.compare} == {PRESENT, ABSENT}:
            values = f"{self.base} in BASE, {self.compare} in COMPARE"
        else:
            values = f"BASE has {self.base!r}, COMPARE has {self.compare!r}"
        return f"{place or 'Data set'}: {values}."


HEADER = (*(item.name for item in fields(Difference)), EXPLANATION)


@dataclass(frozen=True)
class Settled:
    """Differences held against explanations.

    Attributes:
        explanations: all differences in the order of the comparison, with their explanation; "" where there is none.
        stale: explanations that fit no difference.
    """

    explanations: Mapping[Difference, str]
    stale: Sequence[Difference]

    @property
    def unexplained(self) -> list[Difference]:
        """Differences without an explanation."""
        return [difference for difference, text in self.explanations.items() if not text]

    @property
    def status(self) -> int:
        """Exit status: 0 when every difference is explained and no explanation is stale, else 1."""
        return int(bool(self.unexplained or self.stale))

    @property
    def findings(self) -> list[Finding]:
        """CMP-201 and CMP-202."""
        found = [UNEXPLAINED.finding(str(item), dataset=item.dataset) for item in self.unexplained]
        return found + [STALE.finding(str(item), dataset=item.dataset) for item in self.stale]

    def of(self, dataset: str) -> Settled:
        """What is of one data set."""
        return Settled(
            {item: text for item, text in self.explanations.items() if item.dataset == dataset},
            [item for item in self.stale if item.dataset == dataset],
        )


def settle(pairs: Sequence[Pair], explanations: Mapping[Difference, str]) -> Settled:
    """Hold every difference of some pairs against the explanations.

    Example:
        >>> settle([Pair("ADSL", missing_from=COMPARE)], {Difference("ADSL", "", "AGE", "1", "2"): "Rounded."}).stale
        [Difference(dataset='ADSL', id='', variable='AGE', base='1', compare='2')]
    """
    found = {difference: explanations.get(difference, "") for pair in pairs for difference in differences(pair)}
    return Settled(found, [difference for difference in explanations if difference not in found])


def differences(pair: Pair) -> Iterator[Difference]:
    """Every difference of a pair: the data set, attributes, variables and observations of one side, unequal values."""
    if pair.comparison is not None:
        yield from _of_attributes(pair.name, pair.comparison)
        yield from _of_variables(pair.name, pair.comparison)
        yield from _of_observations(pair.name, pair.comparison)
        yield from _of_values(pair.name, pair.comparison)
    elif pair.fault is None:
        yield Difference(pair.name, "", "", *_sides("base" if pair.missing_from == COMPARE else "compare"))


def _sides(only: str) -> tuple[str, str]:
    return (PRESENT, ABSENT) if only.startswith("base") else (ABSENT, PRESENT)


def _of_attributes(name: str, comparison: Comparison) -> Iterator[Difference]:
    for row in comparison.attributes.to_dict("records"):
        base, compare = (f"{row['attribute']}: {row[side]}".rstrip() for side in ("base", "compare"))
        yield Difference(name, "", row["variable"], base, compare)


def _of_variables(name: str, comparison: Comparison) -> Iterator[Difference]:
    for row in comparison.variables.to_dict("records"):
        if row["role"] in ("base only", "compare only"):
            yield Difference(name, "", row["variable"], *_sides(row["role"]))


def _of_observations(name: str, comparison: Comparison) -> Iterator[Difference]:
    alone = comparison.observations()
    for id_text, side in zip(_ids(alone, comparison, "observation"), alone["dataset"], strict=True):
        yield Difference(name, id_text, "", *_sides(side))


def _of_values(name: str, comparison: Comparison) -> Iterator[Difference]:
    for variable in comparison.unequal:
        found = comparison.values(variable)
        ids = _ids(found, comparison, "base_obs")
        for id_text, base, compare in zip(ids, found["base"], found["compare"], strict=True):
            yield Difference(name, id_text, variable, base.rstrip(), compare.rstrip())


def _ids(rows: pd.DataFrame, comparison: Comparison, observation: str) -> Iterator[str]:
    """The ID values of each row; the observation's number where they do not tell observations apart."""
    repeated = comparison.match.base.duplicates or comparison.match.compare.duplicates
    for row in rows.to_dict("records"):
        parts = [f"{name}={row[name].rstrip()}" for name in comparison.id_variables]
        yield " ".join([*parts, f"OBS={row[observation]}"] if repeated or not parts else parts)


def read_explanations(path: Path) -> dict[Difference, str]:
    """Read a file of explanations.

    Args:
        path: CSV in UTF-8 with the columns dataset, id, variable, base, compare and explanation, and any others.

    Returns:
        The explanation by difference; "" where it is not written yet.

    Raises:
        CompareError: the file cannot be read, lacks a column, or has two rows for one difference.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(path, getattr(error, "strerror", None) or str(error)) from None
    found: dict[Difference, str] = {}
    for number, line in enumerate(lines, start=1):
        lacking = [name for name in HEADER if line.get(name) is None]
        if lacking:
            raise _unusable(path, f"data row {number} has no {', '.join(lacking)}")
        difference = Difference(*(line[name].rstrip() for name in HEADER[:-1]))
        if difference in found:
            raise _unusable(path, f"data row {number} repeats a row above it")
        found[difference] = line[EXPLANATION].strip()
    return found


def explanations_csv(rows: Mapping[Difference, str]) -> str:
    """A file of explanations for these differences."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for difference, explanation in rows.items():
        writer.writerow([*(getattr(difference, item.name) for item in fields(Difference)), explanation])
    return text.getvalue()


def _unusable(path: Path, why: str) -> CompareError:
    return CompareError(EXPLANATIONS.finding(f"{path.name}: {why.rstrip('.')}."))


@dataclass(frozen=True)
class VariableCount:
    """Values of one variable: compared, equal, unequal, and how many of the unequal ones are explained."""

    variable: str
    compared: int
    unequal: int
    explained: int

    @property
    def equal(self) -> int:
        """Values that are equal by the criterion."""
        return self.compared - self.unequal


def variable_counts(pair: Pair, settled: Settled) -> list[VariableCount]:
    """Counts of every variable that both data sets have, in their order."""
    if pair.comparison is None:
        return []
    explained: dict[str, int] = {}
    for difference, text in settled.of(pair.name).explanations.items():
        if difference.id and text:
            explained[difference.variable] = explained.get(difference.variable, 0) + 1
    count = len(pair.comparison.match.base_rows)
    unequal = {variable: len(places) for variable, places in pair.comparison.unequal.items()}
    shared = pair.comparison.variables[pair.comparison.variables["role"].isin(["id", "compared"])]
    return [
        VariableCount(name, count, unequal.get(name, 0), explained.get(name, 0)) for name in shared["variable"].tolist()
    ]
