"""Rows of Kind incidence: subjects at risk, events and cumulative incidence at every time that matters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.tlf_cells import Tick, parse_ticks
from studyspec.spec.tlf_formats import CellError
from studyspec.tables.display import DisplayResult
from tables.plain import built, evaluator, frame, printed

ROW = {
    "ID": "TIME",
    "Kind": "incidence",
    "Variables": "AVAL; CNSR",
    "Where": 'PARAMCD == "GR3"',
    "Statistics": "risk; events; cif; ciflcl, cifucl",
}
PLOT = {"ID": "P", "Kind": "curves", "X Label": "Days", "Y Label": "%", "Ticks": "0; 10"}
FIGURE = {"Type": "Figure", "Dataset": "ADTTE", "Filter": ""}
ADSL = frame("USUBJID SAFFL TRT01A", "1 Y A", "2 Y A", "3 Y A", "4 Y A", "5 Y B", "6 Y B")
RECORDS = ("1 GR3 2 0", "2 GR3 3 2", "3 GR3 4 0", "4 GR3 9 1", "5 GR3 5 1", "6 GR3 6 1", "1 SER 1 0")


def incidence(*records: str, ticks: str = "0; 10") -> DisplayResult:
    frames = {"ADSL": ADSL, "ADTTE": frame("USUBJID PARAMCD AVAL# CNSR#", *(records or RECORDS))}
    return built([ROW], frames, plots=[PLOT | {"Ticks": ticks}], **FIGURE)


def values(result: DisplayResult, column: str, statistic: str) -> dict[str, float]:
    ard = result.ard
    found = ard[(ard["column"] == column) & (ard["statistic"] == statistic)]
    return dict(zip(found["label"], found["value"], strict=True))


def test_lines_are_events_ends_of_follow_up_and_ticks_in_order() -> None:
    assert [line[0] for line in printed(incidence())] == ["0", "2", "4", "6", "9", "10"]


def test_figures_are_those_counted_by_hand() -> None:
    result = incidence()
    assert values(result, "A", "risk") == {"0": 4, "2": 4, "4": 2, "6": 1, "9": 1, "10": 0}
    assert values(result, "A", "events") == {"0": 0, "2": 1, "4": 2, "6": 2, "9": 2, "10": 2}
    # A quarter at once; the competing event leaves half of the subjects without any, of whom half have the event.
    assert values(result, "A", "cif") == pytest.approx(
        {"0": 0, "2": 25, "4": 50, "6": 50, "9": 50, "10": np.nan}, nan_ok=True
    )


def test_column_without_an_event_stays_at_zero_until_its_follow_up_ends() -> None:
    result = incidence()
    assert values(result, "B", "cif") == pytest.approx(
        {"0": 0, "2": 0, "4": 0, "6": 0, "9": np.nan, "10": np.nan}, nan_ok=True
    )
    assert printed(result)[1] == ("2", "4 1 25.0 0.9, 66.5", "2 0 0.0")


def test_where_of_a_count_selects_just_the_records_that_are_counted() -> None:
    result = incidence()
    evaluate = evaluator({"ADSL": ADSL, "ADTTE": frame("USUBJID PARAMCD AVAL# CNSR#", *RECORDS)})
    counts = result.ard[result.ard["statistic"].isin(["risk", "events"])]
    of_subject = frame("USUBJID PARAMCD AVAL# CNSR#", *RECORDS)["USUBJID"]
    for where, population, value in zip(counts["where"], counts["population"], counts["value"], strict=True):
        inside = set(ADSL["USUBJID"][evaluate("ADSL", population)])
        assert len(inside & set(of_subject[evaluate("ADTTE", where)])) == value


@pytest.mark.parametrize("records", [RECORDS[1:], (*RECORDS, "2 GR3 8 1"), ("1 GR3 . 0", *RECORDS[1:])])
def test_subject_without_exactly_one_usable_record_is_found(records: tuple[str, ...]) -> None:
    result = incidence(*records)
    assert [item.code for item in result.findings] == ["TLF-108"]
    assert printed(result) == []


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 1)), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 1)), min_size=1, max_size=12),
)
def test_without_competing_events_it_is_one_minus_kaplan_meier(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    subjects = [("A", *pair) for pair in first] + [("B", *pair) for pair in second]
    frames = {
        "ADSL": frame("USUBJID SAFFL TRT01A", *(f"{n} Y {drug}" for n, (drug, _, _) in enumerate(subjects))),
        "ADTTE": frame(
            "USUBJID PARAMCD AVAL# CNSR#", *(f"{n} GR3 {time} {cnsr}" for n, (_, time, cnsr) in enumerate(subjects))
        ),
    }
    result = built([ROW], frames, plots=[PLOT | {"Ticks": "0"}], **FIGURE)
    found = values(result, "A", "cif")
    for label, value in found.items():
        if float(label) > max(time for time, _ in first):
            assert np.isnan(value)
            continue
        survival = 1.0
        for at in sorted({time for time, cnsr in first if cnsr == 0 and time <= float(label)}):
            survival *= 1 - sum(pair == (at, 0) for pair in first) / sum(time >= at for time, _ in first)
        assert value == pytest.approx(100 * (1 - survival))


def test_ticks_have_labels() -> None:
    assert parse_ticks("-7 = before; 0; 84 = 12") == (Tick(-7.0, "before"), Tick(0.0, "0"), Tick(84.0, "12"))


@pytest.mark.parametrize("text", ["twelve", "1; 0", "1; 1.0", "nan", "1e3"])
def test_ticks_that_are_no_rising_numbers_are_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_ticks(text)


def test_incidence_of_a_table_prints_the_times_of_events_alone() -> None:
    frames = {"ADSL": ADSL, "ADTTE": frame("USUBJID PARAMCD AVAL# CNSR#", *RECORDS)}
    result = built([ROW], frames, Dataset="ADTTE", Filter="")
    assert [line[0] for line in printed(result)] == ["2", "4", "6", "9"]
    assert isinstance(result.ard, pd.DataFrame)
    assert result.drawings == ()
