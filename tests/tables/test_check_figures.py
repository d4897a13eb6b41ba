"""Figures whose plots cannot be drawn are found before any data are read."""

from typing import Any

import pytest

from studyspec.spec.load_tlf import tlf_from
from tables.plain import COLUMNS, small_sheets
from tables.test_check_tlf import findings

ROWS = [{"ID": "ANY", "Label": "Any"}, {"ID": "NEV", "Kind": "events", "Statistics": "events"}]
DOTS = {"ID": "P", "Kind": "dots", "X Label": "Percent", "Rows": "ANY"}
CURVES = {"ID": "C", "Kind": "curves", "X Label": "Days"}
DIFFERENCE = {
    **{"ID": "D", "Label": "A - B", "Kind": "difference"},
    **{"Compare": "A; B", "Statistics": "diff (difflcl, diffucl)"},
}
TIMES = {"ID": "T", "Kind": "incidence", "Variables": "ATOXGRN; ATOXGRN", "Statistics": "risk; cif (ciflcl, cifucl)"}
KEY = {"ID": "SUBJ", "Label": "Subject", "Kind": "key", "Expression": "USUBJID"}
BAR = {"ID": "BAR", "Label": "Time", "Kind": "bar", "Expression": "ATOXGRN; 3"}
MARK = {"ID": "MARK", "Label": "Event", "Kind": "mark", "Expression": "ATOXGRN", "Records": 'AESER == "Y"'}
LANES = {"ID": "L", "Kind": "lanes", "X Label": "Day"}


def found(plots: list[dict[str, str]], rows: list[dict[str, str]] = ROWS, **more: Any) -> list[tuple[str, str]]:
    return findings(rows, plots=plots, **({"Type": "Figure"} | more))


def test_sound_figures_have_no_findings() -> None:
    assert found([DOTS | {"Columns": "A; B"}, DOTS | {"ID": "Q", "Columns": "D"}], columns=[*COLUMNS, DIFFERENCE]) == []
    assert found([CURVES], [TIMES]) == []
    assert found([LANES], [], columns=[KEY, BAR, MARK]) == []


@pytest.mark.parametrize(
    ("plot", "code", "cell"),
    [
        ({"Columns": "A; C"}, "TLF-026", "Plots!F2"),
        ({"Rows": "ANI"}, "TLF-026", "Plots!G2"),
        ({"Columns": "A; D"}, "TLF-025", "Plots!F2"),
        ({"Rows": "NEV"}, "TLF-025", "Plots!G2"),
        ({"Kind": "curves"}, "TLF-025", "Plots!G2"),
    ],
)
def test_plot_that_cannot_be_drawn_is_found_at_its_cell(plot: dict[str, str], code: str, cell: str) -> None:
    assert (code, cell) in found([DOTS | {"Columns": "A; B"} | plot], columns=[*COLUMNS, DIFFERENCE])


@pytest.mark.parametrize(
    ("plots", "more"),
    [
        ([], {}),
        ([DOTS], {"Type": "Table"}),
        ([DOTS, CURVES], {}),
        ([DOTS], {"subgroups": [{"ID": "OLD", "Label": "Old", "Where": "AGE >= 75"}]}),
        ([LANES, LANES | {"ID": "M"}], {"columns": [KEY, BAR], "rows": []}),
    ],
)
def test_display_whose_type_and_plots_do_not_fit_is_found(plots: list[dict[str, str]], more: dict[str, Any]) -> None:
    assert ("TLF-025", "Displays!B2") in found(plots, **more)


def test_curves_need_at_risk_and_limits() -> None:
    assert found([CURVES], [TIMES | {"Statistics": "cif"}]) == [("TLF-025", "Plots!G2")]


@pytest.mark.parametrize(
    ("columns", "code", "cell"),
    [
        ([BAR, KEY], "TLF-025", "Plots!F2"),
        ([KEY, KEY | {"ID": "K"}], "TLF-025", "Plots!F2"),
        ([KEY, BAR | {"Expression": "ATOXGRN"}], "TLF-019", "Columns!L3"),
        ([KEY, MARK | {"Expression": "1; 2"}], "TLF-019", "Columns!L3"),
        ([KEY | {"Records": 'AESER == "Y"'}, BAR], "TLF-019", "Columns!K2"),
        ([KEY, BAR | {"Expression": "AEDECOD; 3"}], "TLF-007", "Columns!L3"),
    ],
)
def test_lanes_that_cannot_be_drawn_are_found(columns: list[dict[str, str]], code: str, cell: str) -> None:
    assert (code, cell) in found([LANES], [], columns=columns)


@pytest.mark.parametrize("kind", ["bar", "mark"])
def test_bars_and_marks_of_tables_and_listings_are_found(kind: str) -> None:
    column = {"ID": "X", "Label": "X", "Kind": kind, "Expression": "ATOXGRN"}
    assert "TLF-019" in {code for code, _ in findings(ROWS, columns=[*COLUMNS, column])}
    assert "TLF-019" in {code for code, _ in findings([], columns=[KEY, column], Type="Listing")}


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ({"Variables": "ATOXGRN"}, "Rows!H2"),
        ({"Variables": "ATOXGRN; AEDECOD"}, "Rows!H2"),
        ({"Statistics": "risk; cif (ciflcl, cifucl); n"}, "Rows!J2"),
    ],
)
def test_incidence_needs_two_numbers_and_its_own_statistics(row: dict[str, str], cell: str) -> None:
    assert ("TLF-008", cell) in found([CURVES], [TIMES | row])


def test_ticks_that_cannot_be_read_are_found() -> None:
    _, problems = tlf_from(small_sheets(ROWS, plots=[DOTS | {"Ticks": "a; b"}], Type="Figure"))
    assert [item.cell for item in problems] == ["specs/tlf.xlsx!Plots!J2"]
