"""Whether an output and its second program's table are the same: PROC COMPARE, put into one status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import ADAM, EXACT, Criterion
from studyspec.compare.dataset import Dataset, dataset_from_frame
from studyspec.compare.faults import CompareError
from studyspec.compare.result import Comparison
from studyspec.qc.outcome import Outcome
from studyspec.qc.warehouse import ProgramError

# What a second program of a display must at least give of its results data.
DISPLAY_COLUMNS = ("row", "column", "statistic", "value", "text")


def compare_output(
    outcome: Outcome, production: pd.DataFrame, result: pd.DataFrame, keys: Sequence[str], *, partial: bool = False
) -> Outcome:
    """Compare one output with the table of its second program.

    SDTM must be exactly equal. ADaM and displays hold computed numbers: these may differ by the noise of
    floating-point arithmetic (criterion of `studyspec.compare.criterion.ADAM`).

    Args:
        outcome: what is known already: name, layer, program.
        production: the output.
        result: the table.
        keys: the variables that match records.
        partial: True for displays, whose results data also hold what no second program can give (where conditions):
            only the columns of the table are compared, `DISPLAY_COLUMNS` among them.

    Raises:
        ProgramError: the table lacks a key variable or a column that a display must give, or types conflict there.
    """
    names = {str(name).upper(): str(name) for name in production.columns}
    result = result.rename(columns={name: names.get(name.upper(), name.upper()) for name in result.columns})
    wanted = (*keys, *DISPLAY_COLUMNS) if partial else keys
    lacking = [name for name in wanted if name not in result]
    if lacking:
        raise ProgramError(f"{outcome.program}: its table lacks {', '.join(lacking)}.")
    base = _dataset(production[[name for name in production.columns if name in result or not partial]], "PROD", outcome)
    table = _dataset(result, "QC", outcome)
    criterion = EXACT if outcome.layer == "sdtm" else ADAM
    try:
        exact = compare_datasets(base, table, id_variables=keys, criterion=EXACT)
        found = exact if criterion is EXACT else compare_datasets(base, table, id_variables=keys, criterion=criterion)
    except CompareError as error:
        raise ProgramError(f"{outcome.program}: {error}") from error
    return replace(
        outcome,
        status="EXACT" if exact.sysinfo == 0 else "EQUAL" if found.sysinfo == 0 else "DIFFERENT",
        method=_method(EXACT if exact.sysinfo == 0 else criterion),
        sysinfo=found.sysinfo,
        unequal=differences(found),
        comparison=found,
    )


def differences(found: Comparison) -> str:
    """What differs, in words: values with their variables, observations and variables on one side only."""
    rows = found.variables[found.variables["ndif"] > 0]
    count = int(rows["ndif"].sum())
    parts = [f"{count} value{'s' * (count != 1)} ({', '.join(rows['variable'])})"] if count else []
    for only, side in ((found.match.base.only, "production"), (found.match.compare.only, "QC")):
        if len(only):
            parts.append(f"{len(only)} record{'s' * (len(only) != 1)} in {side} only")
    for role, side in (
        ("base only", "in production only"),
        ("compare only", "in QC only"),
        ("conflicting type", "of another type"),
    ):
        names = found.variables.loc[found.variables["role"] == role, "variable"]
        if len(names):
            parts.append(f"{', '.join(names)} {side}")
    return ", ".join(parts)


def _dataset(frame: pd.DataFrame, library: str, outcome: Outcome) -> Dataset:
    return dataset_from_frame(frame, f"{library}.{outcome.name.replace('-', '_')}")


def _method(criterion: Criterion) -> str:
    return str(criterion).removeprefix("Method=")
