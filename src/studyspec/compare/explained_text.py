"""What `studyspec compare --explained` prints: counts by variable, the explanations, and what is left open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from studyspec.compare.explained import Settled, VariableCount, variable_counts
from studyspec.compare.pairs import Pair
from studyspec.findings_report import findings_lines

_HEADS = ("Variable", "Compared", "Equal", "Unequal", "Explained")
_WIDTH = 120


def settled_text(pairs: Sequence[Pair], settled: Settled) -> str:
    """Counts of every pair, then the explanations, then what is unexplained or stale, and a line that sums it up."""
    counts = {pair.name: variable_counts(pair, settled) for pair in pairs}
    lines = [line for pair in pairs for line in _pair(pair, counts[pair.name])]
    lines += _explanations(settled)
    lines += findings_lines(settled.findings)
    return "\n".join([*lines, _summary([count for found in counts.values() for count in found], settled)]) + "\n"


def _pair(pair: Pair, counts: Sequence[VariableCount]) -> Iterator[str]:
    if pair.comparison is None:
        fault = f"  {pair.fault.what} {pair.fault.action}" if pair.fault else ""
        yield f"{pair.name}  {pair.verdict}{fault}"
    else:
        ids = " ".join(pair.comparison.id_variables)
        match = pair.comparison.match
        alone = f", {len(match.base.only)} in BASE only, {len(match.compare.only)} in COMPARE only"
        yield f"{pair.name}  {len(match.base_rows)} observations compared by {ids or 'position'}{alone}"
        yield ""
        total = VariableCount(
            "in all", *(sum(getattr(item, name) for item in counts) for name in ("compared", "unequal", "explained"))
        )
        yield _row(_HEADS)
        for item in (*counts, total):
            yield _row((item.variable, *map(str, (item.compared, item.equal, item.unequal, item.explained))))
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<10}" + "".join(f"{cell:>11}" for cell in cells[1:])


def _explanations(settled: Settled) -> Iterator[str]:
    for difference, explanation in settled.explanations.items():
        if explanation:
            yield f"{difference.dataset} {difference}"
            yield from textwrap.wrap(explanation, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    if any(settled.explanations.values()):
        yield ""


def _summary(counts: Sequence[VariableCount], settled: Settled) -> str:
    compared, unequal = (sum(getattr(item, name) for item in counts) for name in ("compared", "unequal"))
    left, stale = len(settled.unexplained), len(settled.stale)
    return (
        f"{compared} values compared: {compared - unequal} equal, {unequal} unequal.\n"
        f"Differences, those of attributes and of one side included: {len(settled.explanations)}; "
        f"without an explanation: {left}; explanations without a difference: {stale}."
    )
