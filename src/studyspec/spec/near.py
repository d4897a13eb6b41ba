"""Near matches: what somebody probably meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Collection

from studyspec.spec.expression.scope import near


def did_you_mean(name: str, candidates: Collection[str]) -> str:
    """A question naming the candidate nearest to `name`, without regard to case; "" when none is near.

    Example:
        >>> did_you_mean("SEVRE", ["MILD", "SEVERE"])
        'Did you mean SEVERE?'
    """
    found = near(name, candidates)
    return f"Did you mean {found}?" if found else ""
