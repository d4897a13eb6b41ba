"""Intervals, rates and differences in displays: values, printed text, and what is wrong with a row."""

import math

import pytest

from studyspec.tables.intervals import clopper_pearson, miettinen_nurminen, poisson_interval
from tables.plain import COLUMNS, built, frame, printed
from tables.test_check_tlf import findings

# Days since 1960: A has 366 + 101 + 11 days without events; 1 has its first event on day 31, 2 on its last day.
ADSL = frame(
    "USUBJID TRT01A SAFFL TRTSDT# EOSDT#",
    *("1 A Y 1000 1365", "2 A Y 1000 1100", "3 A Y 1000 1010", "4 B Y 1000 1729", "5 B Y 1000 ."),
)
ADAE = frame(
    "USUBJID AEBODSYS AEDECOD TRTEMFL ASTDT#",
    *("1 Skin Rash Y 1100", "1 Skin Rash Y 1030", "2 Gut Colic Y 1100", "4 Skin Rash Y ."),
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
RATE = {"Label": "Any", "Statistics": "n; py:.3; rate (ratelcl, rateucl)", "Time At Risk": "ASTDT from TRTSDT to EOSDT"}
DIFFERENCE = {"ID": "D", "Label": "Difference", "Kind": "difference", "Compare": "A; B"}
DIFFERENCE |= {"Statistics": "diff (difflcl, diffucl)"}


def values(rows: list[dict[str, str]], **more: object) -> dict[tuple[int, str, str], float]:
    ard = built(rows, FRAMES, **more).ard
    return {(int(item.line), item.column, item.statistic): item.value for item in ard.itertuples()}


def test_time_at_risk_ends_with_the_first_event_of_a_subject() -> None:
    found = values([RATE])
    assert found[1, "A", "py"] == pytest.approx((31 + 101 + 11) / 365.25)
    assert found[1, "A", "rate"] == pytest.approx(100 * 2 / (143 / 365.25))


def test_event_of_unknown_date_counts_and_takes_no_time_away() -> None:
    found = values([RATE])
    assert (found[1, "B", "n"], found[1, "B", "py"]) == (1, pytest.approx(730 / 365.25))


def test_time_of_a_term_ends_with_the_first_event_of_that_term() -> None:
    row = RATE | {"Label": "", "Kind": "nested", "Variables": "AEBODSYS; AEDECOD"}
    found = values([row])
    assert [found[line, "A", "py"] * 365.25 for line in (1, 3)] == pytest.approx([366 + 101 + 11, 31 + 101 + 11])


def test_subject_whose_time_is_unknown_is_a_warning() -> None:
    found = built([RATE, RATE | {"Label": "Again"}], FRAMES).findings
    assert [(item.code, item.usubjid, item.severity) for item in found] == [("TLF-106", "5", "warning")]


def test_rate_has_the_exact_poisson_limits_of_its_events() -> None:
    found = values([RATE])
    limits = poisson_interval(2, 143 / 365.25 / 100)
    assert (found[1, "A", "ratelcl"], found[1, "A", "rateucl"]) == pytest.approx(limits)


def test_line_without_events_has_a_rate_of_0_with_its_upper_limit() -> None:
    row = RATE | {"Where": 'AEDECOD == "None"', "Statistics": "n, rate (ratelcl, rateucl)"}
    upper = poisson_interval(0, 478 / 365.25 / 100)[1]
    assert printed(built([row], FRAMES))[0][1] == f"0, 0.0 (0.0, {upper:.1f})"


def test_exact_limits_of_a_percentage_stand_beside_it_also_when_it_is_0() -> None:
    row = {"Label": "Any", "Statistics": "n, % (lcl, ucl)"}
    lower, upper = (100 * limit for limit in clopper_pearson(2, 3))
    none = row | {"Where": 'AEDECOD == "None"'}
    nobody = 100 * clopper_pearson(0, 3)[1]
    lines = printed(built([row, none], FRAMES))
    assert [line[1] for line in lines] == [f"2, 66.7% ({lower:.1f}, {upper:.1f})", f"0, 0.0% (0.0, {nobody:.1f})"]


def test_difference_is_the_first_column_minus_the_second_in_percentage_points() -> None:
    result = built([{"Label": "Any"}], FRAMES, columns=[*COLUMNS, DIFFERENCE])
    lower, upper = (100 * limit for limit in miettinen_nurminen(2, 3, 1, 2))
    assert printed(result)[0][-1] == f"16.7 ({lower:.1f}, {upper:.1f})"
    item = result.ard[result.ard["statistic"] == "diff"].iloc[0]
    assert (item["kind"], item["value"]) == ("difference", pytest.approx(100 / 6))


def test_line_without_a_percentage_has_no_difference() -> None:
    rows = [{"Label": "Any"}, {"Label": "Events", "Kind": "events", "Statistics": "events"}]
    lines = printed(built(rows, FRAMES, columns=[*COLUMNS, DIFFERENCE]))
    assert [bool(line[-1]) for line in lines] == [True, False]


def test_column_without_subjects_has_no_difference_and_no_rate() -> None:
    columns = [*COLUMNS, {"ID": "C", "Label": "C", "Kind": "group", "Where": 'TRT01A == "C"'}]
    found = values([RATE | {"Statistics": "n (%); rate"}], columns=[*columns, DIFFERENCE | {"Compare": "A; C"}])
    assert math.isnan(found[1, "D", "diff"])
    assert math.isnan(found[1, "C", "rate"])


@pytest.mark.parametrize(
    ("row", "columns", "code", "cell"),
    [
        ({"Statistics": "rate"}, COLUMNS, "TLF-017", "Rows!R2"),
        ({"Time At Risk": "ASTDT from TRTSDT to EOSDT"}, COLUMNS, "TLF-017", "Rows!R2"),
        (RATE, COLUMNS, "TLF-017", "Rows!R2"),
        ({}, [*COLUMNS, DIFFERENCE | {"Compare": "A"}], "TLF-014", "Columns!J4"),
        ({}, [*COLUMNS, DIFFERENCE | {"Statistics": "p"}], "TLF-014", "Columns!H4"),
        ({"Statistics": "n"}, [*COLUMNS, DIFFERENCE], "TLF-013", "Columns!H4"),
    ],
)
def test_what_has_no_rate_or_difference_is_found_at_its_cell(
    row: dict[str, str], columns: list[dict[str, str]], code: str, cell: str
) -> None:
    assert (code, cell) in findings([{"Label": "Any"} | row], columns=columns)
