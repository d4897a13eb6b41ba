"""The grids of unequal values: one per variable, the two values side by side.

Char values show their first 20 characters; a + at the end of the rule says that some are longer. Numbers show their
formatted values with the difference and the percent difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from studyspec.compare.match import Rows
from studyspec.compare.result import Comparison, shown
from studyspec.compare.sas_text import grid_number, show_number

_NUMBER_WIDTH = 9
_TEXT_WIDTH = 20
_OBS_WIDTH = 8


def value_grids(comparison: Comparison, per_variable: int, total: int) -> Iterator[list[str]]:
    """Give the grid of each variable with unequal values, in the order of the base data set.

    Args:
        comparison: the result.
        per_variable: the most values of one variable.
        total: the most values of all.

    Yields:
        The lines of one grid, with a NOTE where not all values are printed.
    """
    left = total
    for name, places in comparison.unequal.items():
        some = places[: min(per_variable, left)]
        left -= len(some)
        lines = _grid(comparison, name, some) if len(some) else []
        if len(some) == len(places):
            yield lines
        elif left:
            yield [*lines, *_limit(f"={per_variable}", f" for the variable {comparison.base.by_name[name].name}")]
        else:
            yield [*lines, *_limit(f" total of {total}", "")]
            return


def _limit(reached: str, where: str) -> list[str]:
    note = f"NOTE: The MAXPRINT{reached} printing limit has been reached{where}."
    return ["", note, "No more values will be printed for this comparison."]


def _grid(comparison: Comparison, name: str, places: Rows) -> list[str]:
    left = _identification(comparison, places)
    right = _numbers(comparison, name, places) if _is_number(comparison, name) else _texts(comparison, name, places)
    lines = [f"{before}||  {after}".rstrip() for before, after in zip(left, right, strict=True)]
    rule = "_" * (max(map(len, lines)) + 2)
    return [rule, *(f" {line}" for line in lines), rule]


def _is_number(comparison: Comparison, name: str) -> bool:
    return comparison.base.by_name[name].type == "num"


def _identification(comparison: Comparison, places: Rows) -> list[str]:
    """What stands left of the bars: the ID variables, or the number in the base data set."""
    rows = comparison.match.base_rows[places]
    if not comparison.id_variables:
        blank = " " * (_OBS_WIDTH + 2)
        # SAS sets the head one place further right than the numbers.
        head = "Obs ".rjust(_OBS_WIDTH + 2)
        return [blank, head, "_" * _OBS_WIDTH + "  ", blank, *(f"{row + 1:>{_OBS_WIDTH}}  " for row in rows)]
    parts = []
    for name in comparison.id_variables:
        cells = shown(comparison.base, name, rows).tolist()
        width = max([len(name), *map(len, cells)])
        number = _is_number(comparison, name)
        aligned = [cell.rjust(width) if number else cell.ljust(width) for cell in (name, *cells)]
        parts.append([" " * width, aligned[0], "_" * width, " " * width, *aligned[1:]])
    return ["  ".join(line) + "  " for line in zip(*parts, strict=True)]


def _texts(comparison: Comparison, name: str, places: Rows) -> list[str]:
    match = comparison.match
    sides = (
        ("Base Value", comparison.base, match.base_rows[places]),
        ("Compare Value", comparison.compare, match.compare_rows[places]),
    )
    parts = []
    for head, dataset, rows in sides:
        values = shown(dataset, name, rows).tolist()
        longer = any(len(value) > _TEXT_WIDTH for value in values)
        rule = "_" * (_TEXT_WIDTH - 1) + ("+" if longer else "_")
        lines = [head, dataset.by_name[name].name, rule, "", *(value[:_TEXT_WIDTH] for value in values)]
        parts.append([line.ljust(_TEXT_WIDTH) for line in lines])
    return ["  ".join(line) for line in zip(*parts, strict=True)]


def _numbers(comparison: Comparison, name: str, places: Rows) -> list[str]:
    match = comparison.match
    found = comparison.values(name, len(places))
    base, compare = comparison.base, comparison.compare
    before = shown(base, name, match.base_rows[places], show_number).tolist()
    after = shown(compare, name, match.compare_rows[places], show_number).tolist()
    parts = [
        _right(["Base", base.by_name[name].name], before),
        _right(["Compare", compare.by_name[name].name], after),
        _right(["", "Diff."], _plain(found["difference"].tolist())),
        _right(["", "% Diff"], _plain(found["percent"].tolist())),
    ]
    return ["  ".join(line) for line in zip(*parts, strict=True)]


def _plain(values: Sequence[float]) -> list[str]:
    return [grid_number(value) if np.isfinite(value) else "." for value in values]


def _right(heads: list[str], cells: list[str]) -> list[str]:
    width = max(_NUMBER_WIDTH, *map(len, [*heads, *cells]))
    return [line.rjust(width) for line in (*heads, "_" * width, "", *cells)]
