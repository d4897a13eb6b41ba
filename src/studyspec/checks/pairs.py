"""Rules on two variables: they go together one to one, or one is not filled without the other."""

from __future__ import annotations

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Mask, record_rule


def pair_rule(id_: str, sources: str, action: str, *, on: str, first: str, second: str) -> None:
    """Register the rule that each value of `first` has one of `second`, and the reverse.

    Args:
        id_: our id.
        sources: ids of the rules that state the same, separated by commas.
        action: what to do.
        on: datasets, as of `record_rule`.
        first: a variable; `--` stands for the domain.
        second: the other.
    """

    def check(table: Table, package: Package) -> Mask:
        return not_one_to_one(table, first, second)

    check.__doc__ = f"Each {first} has one {second}, and the reverse."
    message = f"{first} and {second} do not go together one to one"
    record_rule(id_, sources, "error", message, action, on=on, variables=f"{first} {second}")(check)


def together_rule(id_: str, sources: str, action: str, *, on: str, given: str, needed: str) -> None:
    """Register the rule that where `given` is filled, `needed` is filled.

    Args:
        id_: our id.
        sources: ids of the rules that state the same, separated by commas.
        action: what to do.
        on: datasets, as of `record_rule`.
        given: a variable; `--` stands for the domain.
        needed: the other.
    """

    def check(table: Table, package: Package) -> Mask:
        return table.filled(given) & ~table.filled(needed)

    check.__doc__ = f"Where {given} is filled, {needed} is filled."
    record_rule(id_, sources, "error", f"{given} without {needed}", action, on=on, variables=f"{given} {needed}")(check)


def not_one_to_one(table: Table, first: str, second: str) -> Mask:
    """Marks records whose value of one variable goes with more than one of the other.

    Records in which one of the two is blank are left to other rules.
    """
    names = [table.named(first), table.named(second)]
    both = (table.filled(first) & table.filled(second)).to_numpy()
    pairs = table.frame.loc[both, names].drop_duplicates()
    wrong = pairs.duplicated(names[0], keep=False) | pairs.duplicated(names[1], keep=False)
    offending = set(zip(*(pairs.loc[wrong, name] for name in names), strict=True))
    if not offending:
        return np.zeros(len(table.frame), dtype=bool)
    seen = zip(*(table.frame[name] for name in names), strict=True)
    return np.array([pair in offending for pair in seen], dtype=bool)
