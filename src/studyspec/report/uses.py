"""Which records an aggregate used for each record: minimum(EX.EXSTDTC) of a subject, and the one that decided it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from studyspec.build.data import Data, EvaluationError
from studyspec.build.evaluate import contributions, evaluate
from studyspec.build.records import FORM, RECORD, RecordSet, text_series
from studyspec.report.columns import runs
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import unparse
from studyspec.trace import DECIDED_BY_ONE


class Uses:
    """The aggregates of a dataset's derivations, each once."""

    def __init__(self, records: RecordSet, data: Data, joins: Mapping[str, list[int]]) -> None:
        self._records = records
        self._data = data
        self._joins = joins
        self._numbers: dict[n.Call, int] = {}
        self.found: list[dict[str, Any]] = []

    def number(self, call: n.Call) -> int:
        """The place of an aggregate in `found`."""
        if call not in self._numbers:
            self._numbers[call] = len(self.found)
            self.found.append(self._described(call))
        return self._numbers[call]

    def _described(self, call: n.Call) -> dict[str, Any]:
        """Its text, what it reads, and for each group of records the places it used, as runs.

        A column that the source's function added is gone once the record is made: then `groups` is missing.
        """
        inner = [item for item in call.walk() if isinstance(item, n.Qualified)]
        dataset = next(item.dataset for item in call.arguments[0].walk() if isinstance(item, n.Qualified))
        about: dict[str, Any] = {
            "text": unparse(call),
            "dataset": dataset,
            "variables": list(dict.fromkeys(item.name for item in inner if item.dataset == dataset)),
        }
        try:
            records = self._collected(call)
            places, codes, spread, values = contributions(call, records, self._data)
        except EvaluationError:
            return about
        if call.function in DECIDED_BY_ONE:
            about["one"] = True
            places, codes = _deciding(places, codes, values, evaluate(call, records, self._data), spread)
        order = np.lexsort([places, codes])
        bounds = np.searchsorted(codes[order], np.arange(int(spread.max()) + 2 if len(spread) else 1))
        taken = [runs(part) for part in np.split(places[order], bounds[1:-1])] if len(bounds) > 1 else []
        about["groups"] = taken
        if not np.array_equal(spread, np.arange(len(spread))):
            about["group"] = spread.tolist()
        return about

    def _collected(self, call: n.Call) -> RecordSet:
        """The records as a Mapping expression saw them: with the raw columns that the call reads."""
        records = self._records.select(self._records)
        for item in call.walk():
            if isinstance(item, n.Name) and item.name not in records:
                self._add(records, item.name, item.name, records[FORM], records[RECORD])
            elif isinstance(item, n.Qualified) and item.dataset in self._joins:
                joined = pd.Series(self._joins[item.dataset], index=records.index)
                form = text_series(item.dataset, records.index)
                self._add(records, f"{item.dataset}.{item.name}", item.name, form, joined)
        return records

    def _add(self, records: RecordSet, name: str, column: str, forms: pd.Series, numbers: pd.Series) -> None:
        """Add a raw column under a name: the value of each record's raw record, blank where its form lacks it."""
        raw = {form: self._data.frames[form] for form in forms.unique() if form not in self._data.datasets}
        having = {form: frame for form, frame in raw.items() if column in frame}
        if not having or name in records:
            return
        values = np.full(len(records), "", dtype=object)
        for form, frame in having.items():
            places = pd.Index(frame[RECORD]).get_indexer(numbers)
            taken = (forms == form).to_numpy() & (places >= 0)
            values[taken] = frame[column].to_numpy()[places[taken]]
        records[name] = text_series(values, records.index)


def _deciding(places: Any, codes: Any, values: pd.Series, result: pd.Series, spread: Any) -> tuple[Any, Any]:
    """Of each group the first record whose value is the result."""
    found = result.to_numpy()
    of_group = dict(zip(spread.tolist(), found, strict=True))
    wanted = pd.Series([of_group.get(code) for code in codes.tolist()], index=values.index, dtype=values.dtype)
    equal = np.flatnonzero((values == wanted).to_numpy())
    _, first = np.unique(codes[equal], return_index=True)
    chosen = equal[first]
    return places[chosen], codes[chosen]
