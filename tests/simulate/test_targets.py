"""Every full block of 112 subjects prints the registry's published figures, counted here by plain code."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from tests.simulate.extract import DEFAULT_SEED, Rows, extract

from studyspec.simulate.calibrate import regimens, scaled

SEEDS = (DEFAULT_SEED, 1, 2, 3)
TERMS = json.loads(files("studyspec.simulate").joinpath("data", "terms.json").read_text(encoding="utf-8"))
ARMS = {"Isa-Pd": "isapd", "Isa-Kd": "isakd"}


@pytest.fixture(params=SEEDS, scope="module")
def subjects(request: pytest.FixtureRequest) -> Rows:
    return extract(request.param).truth["subjects"]


@pytest.fixture(params=SEEDS, scope="module")
def emergent(request: pytest.FixtureRequest) -> dict[str, Rows]:
    truth = extract(request.param).truth
    arms = {row["USUBJID"]: row["TRT01A"] for row in truth["subjects"]}
    return {
        arm: [row for row in truth["events"] if row["TRTEMFL"] == "Y" and arms[row["USUBJID"]] == arm] for arm in ARMS
    }


def _people(rows: Rows) -> int:
    return len({row["USUBJID"] for row in rows})


def test_the_cohorts_are_81_and_26_of_112(subjects: Rows) -> None:
    assert Counter(row["TRT01A"] for row in subjects) == {"Isa-Pd": 81, "Isa-Kd": 26, "Isa-Other": 3, "": 2}
    assert len({row["USUBJID"] for row in subjects}) == 112


@pytest.mark.parametrize(("arm", "severe", "serious", "withdrawn"), [("Isa-Pd", 36, 21, 6), ("Isa-Kd", 10, 8, 3)])
def test_subjects_with_severe_serious_and_withdrawing_events(
    emergent: dict[str, Rows], arm: str, severe: int, serious: int, withdrawn: int
) -> None:
    rows = emergent[arm]
    assert _people([row for row in rows if row["AETOXGR"] in ("3", "4")]) == severe
    assert _people([row for row in rows if row["AESER"] == "Y"]) == serious
    assert _people([row for row in rows if row["AEACNISA"] == "DRUG WITHDRAWN"]) == withdrawn


@pytest.mark.parametrize("arm", ARMS)
def test_every_term_has_its_subjects_with_any_and_with_severe_events(emergent: dict[str, Rows], arm: str) -> None:
    for term in TERMS:
        rows = [row for row in emergent[arm] if row["AEDECOD"] == term["pt"]]
        severe = [row for row in rows if row["AETOXGR"] in ("3", "4")]
        assert [_people(rows), _people(severe)] == term[ARMS[arm]], term["pt"]


@pytest.mark.parametrize(
    ("arm", "expected"),
    [("Isa-Pd", {"Neutropenia"}), ("Isa-Kd", {"Neutropenia", "Pneumonia", "Acute liver injury"})],
)
def test_the_most_common_events_of_grade_3_or_more(emergent: dict[str, Rows], arm: str, expected: set[str]) -> None:
    pairs = {(row["AEDECOD"], row["USUBJID"]) for row in emergent[arm] if row["AETOXGR"] in ("3", "4", "5")}
    counts = Counter(term for term, _ in pairs)
    assert {term for term, count in counts.items() if count == max(counts.values())} == expected


def test_median_age_71_median_3_lines_and_14_with_high_risk(subjects: Rows) -> None:
    assert statistics.median(int(row["AGE"]) for row in subjects) == 71
    assert statistics.median(int(row["NPRIOR"]) for row in subjects) == 3
    assert sum(row["CYTORISK"] == "HIGH" for row in subjects) == 14
    assert sum(row["ECOGBL"] in ("0", "1") for row in subjects) > 56


def test_enrolment_runs_over_the_whole_window_at_38_sites_in_6_countries(subjects: Rows) -> None:
    consents = [row["RFICDTC"] for row in subjects if row["RFICDTC"]]
    assert (min(consents), max(consents)) == ("2020-08-13", "2022-02-22")
    assert len({row["COUNTRY"] for row in subjects}) == 6
    assert len(extract().forms["sites"]) == 38


def test_retrospective_subjects_had_isatuximab_1_to_92_days_before_consent(subjects: Rows) -> None:
    past = [row for row in subjects if row["RETRO"] == "Y"]
    assert len(past) == 39
    for row in past:
        if row["RFICDTC"]:
            assert 1 <= (date.fromisoformat(row["RFICDTC"]) - date.fromisoformat(row["ISASDT"])).days <= 92


def test_every_full_block_of_a_large_extract_is_on_target() -> None:
    truth = extract(5, 224 + 56).truth
    arms = {row["USUBJID"]: row["TRT01A"] for row in truth["subjects"]}
    assert len(arms) == 280
    rows = [row for row in truth["events"] if row["TRTEMFL"] == "Y" and arms[row["USUBJID"]] == "Isa-Pd"]
    half = scaled(36, 56)
    assert _people([row for row in rows if row["AETOXGR"] in ("3", "4")]) == 36 + 36 + half


@pytest.mark.parametrize("size", [1, 2, 3, 7, 35, 56, 111])
def test_a_partial_block_has_as_many_subjects_as_asked_for(size: int) -> None:
    planned = regimens(size)
    assert len(planned) == size
    assert planned.count("Isa-Pd") == min(scaled(81, size), size)


def test_targets_are_scaled_by_rounding_half_up() -> None:
    assert [scaled(1, size) for size in (55, 56, 112)] == [0, 1, 1]
    assert scaled(36, 56) == 18
