"""How a derivation reports values it could not use without ceasing to be a plain function of columns.

A function calls `report` for the records it could not handle and goes on with missing values. The evaluator collects
what was reported and adds the place (spec cell, raw record). Called outside an evaluator, reports are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import pandas as pd

from studyspec.findings import Rule


@dataclass(frozen=True)
class Problem:
    """A rule broken by some records: `texts` by record index says what was found in each."""

    rule: Rule
    texts: pd.Series


_collector: ContextVar[list[Problem] | None] = ContextVar("problems", default=None)


def report(rule: Rule, texts: pd.Series) -> None:
    """Report the records in `texts` (index = the records' index, values = what is wrong, as a sentence)."""
    problems = _collector.get()
    if problems is not None and len(texts):
        problems.append(Problem(rule, texts))


@contextmanager
def collecting() -> Iterator[list[Problem]]:
    """Collect what derivations report while this is open."""
    problems: list[Problem] = []
    token = _collector.set(problems)
    try:
        yield problems
    finally:
        _collector.reset(token)
