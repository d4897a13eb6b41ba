"""What a study's own functions may return, and what is said when they do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.build.mini import build, forms, spec
from tests.build.test_partition import RAW, SHEETS

from studyspec.build.data import EvaluationError
from studyspec.build.partition import Built
from studyspec.derive.registry import ENGINE, Char, Groups, Registry, Value, function, registering

MAPPED = {**SHEETS, "Mapping": SHEETS["Mapping"].replace("| TERM\n", "| odd(TERM)\n")}
REPAIRED = {**SHEETS, "Sources": SHEETS["Sources"].replace("keep first |", "keep first | repair")}


def with_row_function(body: Callable[[pd.Series], object]) -> Registry:
    registry = ENGINE.child()
    with registering(registry):

        @function()
        def odd(value: Char) -> Char:
            """As the test wants it."""
            return body(value)  # type: ignore[return-value]

    return registry


def with_records_function(body: Callable[[pd.DataFrame], object]) -> Registry:
    registry = ENGINE.child()
    with registering(registry):

        @function("records")
        def repair(frame: pd.DataFrame) -> pd.DataFrame:
            """As the test wants it."""
            return body(frame)  # type: ignore[return-value]

    return registry


def run(sheets: dict[str, str], registry: Registry) -> Built:
    return build(spec("SDTM", sheets), forms(**RAW), registry=registry)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (lambda value: value.iloc[:1], "it returned 1 values for 3 records"),
        (lambda value: value.where(value != "fever"), r"no text \(NaN\) for value 1 of 3"),
        (lambda value: value.astype(object).where(value != "fever", None), r"no text \(NaN\) for value 1 of 3"),
        (lambda value: value.str.len().astype("float64"), "values of type float64, its annotation says text"),
        (lambda value: value == "fever", "values of type bool, its annotation says text"),
        (lambda value: list(value), "it returned list, not a column"),
        (lambda value: None, "it returned NoneType, not a column"),
        (lambda value: value["nope"], r"KeyError: there is no 'nope' \(test_functions_of_studies.py, line \d+\)"),
    ],
)
def test_a_function_that_breaks_its_word_is_a_finding_at_the_cell_that_calls_it(
    body: Callable[[pd.Series], object], complaint: str
) -> None:
    with pytest.raises(EvaluationError, match=complaint) as stopped:
        run(MAPPED, with_row_function(body))
    finding = stopped.value.finding
    assert (finding.code, finding.severity) == ("BUILD-003", "error")
    assert finding.cell == "specs/sdtm.xlsx!Mapping!D5"
    assert finding.what.startswith("odd: ")


def test_a_function_may_return_text_in_an_object_column() -> None:
    built = run(MAPPED, with_row_function(lambda value: value.astype(object)))
    assert built.datasets["AE"]["AETERM"].dtype == pd.StringDtype(na_value=np.nan)


def test_an_aggregate_of_the_wrong_length_is_a_finding() -> None:
    registry = ENGINE.child()
    with registering(registry):

        @function("aggregate")
        def odd(values: Value, groups: Groups) -> Value:
            """One value too many."""
            return Value(pd.Series([""] * (groups.count + 1), dtype="str"))

    sheets = {**SHEETS, "Methods": SHEETS["Methods"].replace("minimum(dose.DATE)", "odd(dose.DATE)")}
    with pytest.raises(EvaluationError, match="it returned 3 values for 2 records"):
        run(sheets, registry)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (lambda frame: None, "it returned NoneType, not a frame"),
        (lambda frame: frame.drop(columns="_row"), "a frame without _row"),
        (lambda frame: frame.assign(TERM=frame["TERM"].where(frame["TERM"] != "fever")), "column TERM has no text"),
        (lambda frame: frame.assign(TERM=True), "column TERM has values of type bool"),
        (lambda frame: frame.assign(USUBJID=np.nan), "column USUBJID holds numbers"),
        (lambda frame: pd.concat([frame, frame.iloc[:1].assign(_row=np.nan)]), "column _row holds other values"),
        (lambda frame: frame.assign(_row=99), "column _row holds other values"),
        (lambda frame: frame["nope"], "KeyError: there is no 'nope'"),
    ],
)
def test_a_records_function_that_breaks_its_word_is_a_finding_at_the_source(
    body: Callable[[pd.DataFrame], object], complaint: str
) -> None:
    with pytest.raises(EvaluationError, match=complaint) as stopped:
        run(REPAIRED, with_records_function(body))
    assert (stopped.value.finding.code, stopped.value.finding.cell) == ("BUILD-003", "specs/sdtm.xlsx!Sources!I3")


def test_a_records_function_cannot_change_which_raw_record_a_row_was_made_from() -> None:
    built = run(REPAIRED, with_records_function(lambda frame: frame.assign(_record=1, _form="dose")))
    trail = built.lineage[built.lineage["DATASET"] == "AE"]
    assert list(zip(trail["FORM"], trail["RECORD"], strict=True)) == [("ae", 3), ("ae", 2), ("ae", 1)]


def test_a_row_that_a_records_function_drops_is_in_the_ledger_with_the_function_as_reason() -> None:
    built = run(REPAIRED, with_records_function(lambda frame: frame.iloc[1:]))
    dropped = built.ledger[(built.ledger["FORM"] == "ae") & (built.ledger["RECORD"] == 1)]
    assert dropped["STATUS"].tolist() == ["excluded"]
    assert dropped["REASON"].tolist() == ["dropped by the function repair"]
