"""The listing of PROC COMPARE, with the words that shops search for in it.

Source of the layout: genuine listings and the SAS 9.4 Base Procedures Guide, COMPARE procedure, "Procedure Output".
What is ours and not SAS's is said in docs/compare.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from studyspec.compare.dataset import ATTRIBUTES, Dataset
from studyspec.compare.match import Rows
from studyspec.compare.result import Comparison, shown
from studyspec.compare.sas_text import best, largest_difference
from studyspec.compare.text_layout import centred, columns, titled, wrapped
from studyspec.compare.value_grid import value_grids

ALL_EQUAL = "NOTE: No unequal values were found. All values compared are exactly equal."
_TYPE = {"char": "Char", "num": "Num"}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class ListingOptions:
    """What a listing shows.

    Attributes:
        list_all: LISTALL: also name variables and observations of one data set only, and variables without differences.
        per_variable: MAXPRINT=: the most unequal values printed of a variable.
        total: MAXPRINT=(,total): the most printed in all.
        linesize: LINESIZE=, the width in which lines are centred.
    """

    list_all: bool = False
    per_variable: int = 50
    total: int = 500
    linesize: int = 96


def listing(comparison: Comparison, options: ListingOptions | None = None) -> str:
    """Give the result as the text of a SAS listing.

    Args:
        comparison: the result.
        options: None takes the defaults.

    Returns:
        Lines that end with a newline; the same result gives the same text.

    Example:
        ``print(listing(compare_datasets(base, compare), ListingOptions(list_all=True)))``
    """
    chosen = options or ListingOptions()
    lines = [
        *_header(comparison, chosen),
        *_dataset_summary(comparison, chosen),
        *_variables_summary(comparison, chosen),
        *_variable_listings(comparison, chosen),
        *_observation_listing(comparison, chosen),
        *_observation_summary(comparison, chosen),
        *_values(comparison, chosen),
        *_notes(comparison, chosen),
    ]
    return "\n".join(lines) + "\n"


def _header(comparison: Comparison, options: ListingOptions) -> Iterator[str]:
    names = f"Comparison of {comparison.base.name} with {comparison.compare.name}"
    for line in ("The COMPARE Procedure", names, f"({comparison.criterion})"):
        yield from centred([line], options.linesize)
    yield ""


def _dataset_summary(comparison: Comparison, options: ListingOptions) -> list[str]:
    heads = ["Dataset", "Created", "Modified", "NVar", "NObs"]
    labelled = any(side.label for side in (comparison.base, comparison.compare))
    rows = []
    for side in (comparison.base, comparison.compare):
        row = [side.name, _stamp(side.created), _stamp(side.modified), str(len(side.variables)), str(len(side.frame))]
        rows.append([*row, side.label] if labelled else row)
    lines = columns([*heads, "Label"] if labelled else heads, rows, right=heads[1:])
    return titled("Data Set Summary", lines, options.linesize)


def _stamp(moment: datetime | None) -> str:
    if moment is None:
        return "."
    return f"{moment.day:02}{_MONTHS[moment.month - 1]}{moment.year % 100:02}:{moment:%H:%M:%S}"


def _variables_summary(comparison: Comparison, options: ListingOptions) -> list[str]:
    base, compare = comparison.base.name, comparison.compare.name
    conflicting = comparison.count("conflicting type")
    common = conflicting + comparison.count("id") + comparison.count("compared")
    counts = (
        (f"Number of Variables in {base} but not in {compare}", comparison.count("base only")),
        (f"Number of Variables in {compare} but not in {base}", comparison.count("compare only")),
        ("Number of Variables with Conflicting Types", conflicting),
        ("Number of Variables with Differing Attributes", len(_differing(comparison))),
        ("Number of ID Variables", len(comparison.id_variables)),
    )
    lines = [f"Number of Variables in Common: {common}."]
    lines += [f"{words}: {count}." for words, count in counts if count]
    return titled("Variables Summary", lines, options.linesize)


def _differing(comparison: Comparison) -> list[str]:
    """Variables of one type whose other attributes differ."""
    rows = comparison.attributes[comparison.attributes["attribute"].isin(ATTRIBUTES)]
    return [name for name in dict.fromkeys(rows["variable"].tolist()) if name]


def _variable_listings(comparison: Comparison, options: ListingOptions) -> Iterator[str]:
    base, compare = comparison.base, comparison.compare
    if options.list_all:
        yield from _one_sided(comparison, "base only", base, compare, options)
        yield from _one_sided(comparison, "compare only", compare, base, options)
    roles = comparison.variables
    conflicting = roles.loc[roles["role"] == "conflicting type", "variable"].tolist()
    if conflicting:
        rows = [row for name in conflicting for row in _two_lines(comparison, name, ["length"])]
        lines = columns(["Variable", "Dataset", "Type", "Length"], rows, right=["Length"])
        yield from titled("Listing of Common Variables with Conflicting Types", lines, options.linesize)
    differing = _differing(comparison)
    if differing:
        used = _used([base, compare], differing)
        rows = [row for name in differing for row in _two_lines(comparison, name, used)]
        lines = columns(["Variable", "Dataset", "Type", *map(str.title, used)], rows, right=["Length"])
        yield from titled("Listing of Common Variables with Differing Attributes", lines, options.linesize)


def _one_sided(
    comparison: Comparison, role: str, here: Dataset, there: Dataset, options: ListingOptions
) -> Iterator[str]:
    roles = comparison.variables
    names = roles.loc[roles["role"] == role, "variable"].tolist()
    if names:
        used = _used([here], names)
        known = here.by_name
        rows = [
            [known[name].name, _TYPE[known[name].type], *(str(getattr(known[name], attribute)) for attribute in used)]
            for name in names
        ]
        lines = columns(["Variable", "Type", *map(str.title, used)], rows, right=["Length"])
        yield from titled(f"Listing of Variables in {here.name} but not in {there.name}", lines, options.linesize)


def _used(sides: list[Dataset], names: list[str]) -> list[str]:
    """The length, and the attributes that one of these variables has."""
    return [
        attribute
        for attribute in ATTRIBUTES
        if any(getattr(side.by_name[name], attribute) for side in sides for name in names)
    ]


def _two_lines(comparison: Comparison, name: str, attributes: list[str]) -> Iterator[list[str]]:
    for side, head in ((comparison.base, comparison.base.by_name[name].name), (comparison.compare, "")):
        variable = side.by_name[name]
        yield [head, side.name, _TYPE[variable.type], *(str(getattr(variable, item)) for item in attributes)]


def _observation_listing(comparison: Comparison, options: ListingOptions) -> Iterator[str]:
    if not options.list_all:
        return
    frame = comparison.observations()
    if frame.empty:
        return
    names = {"base": comparison.base.name, "compare": comparison.compare.name}
    other = {"base": comparison.compare.name, "compare": comparison.base.name}
    ids = [frame[name].tolist() for name in comparison.id_variables]
    lines = []
    for dataset, number, *values in zip(frame["dataset"].tolist(), frame["observation"].tolist(), *ids, strict=True):
        text = " ".join(f"{name}={value}" for name, value in zip(comparison.id_variables, values, strict=True))
        end = f": {text}." if text else "."
        lines.append(f"Observation {number} in {names[dataset]} not found in {other[dataset]}{end}")
    yield from titled("Comparison Results for Observations", lines, options.linesize)


def _observation_summary(comparison: Comparison, options: ListingOptions) -> list[str]:
    base, compare = comparison.base, comparison.compare
    match = comparison.match
    heads = ["Observation  ", "  Base", "Compare"] + (["ID"] if comparison.id_variables else [])
    rows = [[*row, *_id_text(comparison, ends)] for row, ends in _landmarks(comparison)]
    table = columns(heads, rows, right=["  Base", "Compare"])
    unequal = len(comparison.unequal_pairs)
    counts = [f"Number of Observations in Common: {len(match.base_rows)}."]
    for words, count in (
        (f"Number of Observations in {base.name} but not in {compare.name}", len(match.base.only)),
        (f"Number of Observations in {compare.name} but not in {base.name}", len(match.compare.only)),
        (f"Number of Duplicate Observations found in {base.name}", match.base.duplicates),
        (f"Number of Duplicate Observations found in {compare.name}", match.compare.duplicates),
    ):
        if count:
            counts.append(f"{words}: {count}.")
    counts += [
        f"Total Number of Observations Read from {base.name}: {len(base.frame)}.",
        f"Total Number of Observations Read from {compare.name}: {len(compare.frame)}.",
        "",
        f"Number of Observations with Some Compared Variables Unequal: {unequal}.",
        f"Number of Observations with All Compared Variables Equal: {len(match.base_rows) - unequal}.",
    ]
    return [*titled("Observation Summary", table, options.linesize)[:-1], *centred(counts, options.linesize), "", ""]


def _landmarks(comparison: Comparison) -> Iterator[tuple[list[str], tuple[int, int]]]:
    """The rows of the Observation Summary, each with its row in both data sets (-1: none)."""
    match = comparison.match
    pairs = (
        list(zip(match.base_rows[[0, -1]], match.compare_rows[[0, -1]], strict=True)) if len(match.base_rows) else []
    )
    unequal = comparison.unequal_pairs
    first, last = match.ends
    found: list[tuple[str, tuple[int, int]]] = [("First Obs", first)]
    if pairs and pairs[0] != first:
        found.append(("First Match", pairs[0]))
    if len(unequal):
        for words, place in (("First Unequal", unequal[0]), ("Last  Unequal", unequal[-1])):
            found.append((words, (match.base_rows[place], match.compare_rows[place])))
    if pairs and pairs[1] != last:
        found.append(("Last  Match", pairs[1]))
    found.append(("Last  Obs", last))
    for words, rows in found:
        if max(rows) >= 0:
            yield [words, *("." if row < 0 else str(row + 1) for row in rows)], rows


def _id_text(comparison: Comparison, rows: tuple[int, int]) -> list[str]:
    if not comparison.id_variables:
        return []
    dataset, row = (comparison.base, rows[0]) if rows[0] >= 0 else (comparison.compare, rows[1])
    place: Rows = np.array([row], dtype=np.int64)
    return [" ".join(f"{name}={shown(dataset, name, place)[0]}" for name in comparison.id_variables)]


def _values(comparison: Comparison, options: ListingOptions) -> Iterator[str]:
    compared = comparison.variables[comparison.variables["role"] == "compared"]
    inexact = int(compared["inexact"].sum())
    if not inexact:
        yield from centred([ALL_EQUAL], options.linesize)
        yield from ("", "")
        return
    unequal = compared["ndif"] > 0
    exact = comparison.criterion.method == "exact"
    measured = comparison.criterion.method in ("relative", "percent")
    largest = compared["maxmeasure" if measured else "maxdif"].max()
    lines = [
        f"Number of Variables Compared with All Observations Equal: {int((~unequal).sum())}.",
        f"Number of Variables Compared with Some Observations Unequal: {int(unequal.sum())}.",
    ]
    if (compared["missdif"] > 0).any():
        lines.append(f"Number of Variables with Missing Value Differences: {int((compared['missdif'] > 0).sum())}.")
    lines.append(f"Total Number of Values which Compare Unequal: {int(compared['ndif'].sum())}.")
    if not exact:
        lines.append(f"Total Number of Values not EXACTLY Equal: {inexact}.")
    if not np.isnan(largest):
        words = "Maximum Difference Criterion Value" if measured else "Maximum Difference"
        lines.append(f"{words}: {best(largest, 10) if np.isfinite(largest) else 'I'}.")
    yield from titled("Values Comparison Summary", lines, options.linesize)
    if options.list_all and (~unequal).any():
        yield from titled("Variables with All Equal Values", _variable_rows(comparison, False), options.linesize)
    if unequal.any():
        yield from titled("Variables with Unequal Values", _variable_rows(comparison, True), options.linesize)
        yield from centred(["Value Comparison Results for Variables"], options.linesize)
        yield ""
        for grid in value_grids(comparison, options.per_variable, options.total):
            yield from centred(grid, options.linesize)
            yield from ("", "")


def _variable_rows(comparison: Comparison, unequal: bool) -> list[str]:
    """The table of variables with unequal values, or of those without."""
    frame = comparison.variables
    chosen = frame[(frame["role"] == "compared") & ((frame["ndif"] > 0) == unequal)]
    rows: dict[str, list[str]] = {head: [] for head in _HEADS}
    for name, kind, ndif, missing, largest in chosen[["variable", "type", "ndif", "missdif", "maxdif"]].itertuples(
        index=False
    ):
        base, compare = comparison.base.by_name[name], comparison.compare.by_name[name]
        same_length = base.length == compare.length
        number = kind == "num"
        cells = {
            "Variable": base.name,
            "Type": kind.upper(),
            "Len": str(base.length),
            "Compare Len": "" if same_length else str(compare.length),
            "Label": base.label,
            "Compare Label": compare.label if compare.label != base.label else "",
            "Ndif": str(ndif),
            " MaxDif": largest_difference(largest) if number and ndif > missing and np.isfinite(largest) else "",
            "MissDif": str(missing) if missing else "",
        }
        for head, cell in cells.items():
            rows[head].append(cell)
    always = ("Variable", "Type", "Len", *(("Ndif", " MaxDif") if unequal else ()))
    counted = ("Ndif", " MaxDif", "MissDif")
    heads = [head for head in _HEADS if head in always or (any(rows[head]) and (unequal or head not in counted))]
    cells_by_row = [list(row) for row in zip(*(rows[head] for head in heads), strict=True)]
    return columns(heads, cells_by_row, right=["Len", "Compare Len", *counted])


# Leading blanks make a column as wide as SAS has it.
_HEADS = ("Variable", "Type", "Len", "Compare Len", "Label", "Compare Label", "Ndif", " MaxDif", "MissDif")


def _notes(comparison: Comparison, options: ListingOptions) -> Iterator[str]:
    for note in comparison.notes:
        yield from wrapped(f"NOTE: {note}", options.linesize)
    conditions = " ".join(comparison.conditions)
    yield f"NOTE: SYSINFO={comparison.sysinfo}{f' ({conditions})' if conditions else ''}."
