"""Near matches: what somebody probably meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """A question naming the candidate nearest to `name`, without regard to case; "" when none is near.

    Example:
        >>> did_you_mean("SEVRE", ["MILD", "SEVERE"])
        'Did you mean SEVERE?'
    """
    spelled = {candidate.casefold(): candidate for candidate in candidates}
    near = get_close_matches(name.casefold(), spelled, n=1)
    return f"Did you mean {spelled[near[0]]}?" if near else ""
