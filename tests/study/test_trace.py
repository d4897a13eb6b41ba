"""The way back from any value of the reference study to its raw cells."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.study.reference import ROOT, committed

from studyspec.trace import TraceError, _Trail, _trail, trace_record

# A transfer, a fatal event, two events in one line: what a way back can get lost in.
SUBJECTS = ("IONASYN01-204-0009", "IONASYN01-101-0003", "IONASYN01-503-0003")


@cache
def trail(usubjid: str) -> _Trail:
    return _trail(ROOT, "DM", usubjid)


def ways_back(usubjid: str, dataset: str, records: int | None) -> dict[tuple[int, str], list[str]]:
    """The way back of every variable of the first records of a dataset (all: None)."""
    found = trail(usubjid)
    count = len(found.built.records[dataset])
    ways = {}
    for position in range(count if records is None else min(records, count)):
        for variable in found.specs[dataset].variables_of[dataset]:
            found.seen.clear()
            ways[position, variable.name] = list(found.variable(dataset, position, variable.name, 0))
    return ways


def check_ways(usubjid: str, dataset: str, records: int | None) -> None:
    for (position, name), lines in ways_back(usubjid, dataset, records).items():
        assert lines[0].split(" = ")[0].endswith(f" {name}"), (position, name)
        assert name == "USUBJID" or lines[1].lstrip().startswith("<- "), (position, name)
        assert not [line for line in lines if "not shown" in line], (position, name)


@pytest.mark.parametrize("dataset", ["DM", "CM", "EX", "AE", "DS", "MH", "GF", "RS", "VS", "ADSL", "ADAE"])
def test_every_variable_of_a_record_has_a_way_back(dataset: str) -> None:
    check_ways(SUBJECTS[0], dataset, 1)


@pytest.mark.slow
@pytest.mark.parametrize("usubjid", SUBJECTS)
def test_every_variable_of_every_record_has_a_way_back(usubjid: str) -> None:
    for dataset in trail(usubjid).built.records:
        check_ways(usubjid, dataset, None)


@pytest.mark.parametrize(
    "usubjid", [SUBJECTS[0], *(pytest.param(item, marks=pytest.mark.slow) for item in SUBJECTS[1:])]
)
def test_a_subject_built_alone_has_the_values_of_the_whole_study(usubjid: str) -> None:
    built = committed().built
    for dataset, records in trail(usubjid).built.records.items():
        names = [variable.name for variable in trail(usubjid).specs[dataset].variables_of[dataset]]
        whole = built.records[dataset]
        own = whole.take((whole["USUBJID"] == usubjid).to_numpy())
        for name in names:
            np.testing.assert_array_equal(records[name].to_numpy(), own[name].to_numpy(), err_msg=f"{dataset}.{name}")


def test_a_mapped_aggregate_shows_the_records_it_used() -> None:
    lines = [line for line in trace_record(ROOT, "AE", SUBJECTS[0], 1, "AESPID") if "of ae_coding" in line]
    assert lines == ["    count of 0 records of ae_coding"]


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (("XX", SUBJECTS[0], 1), "XX is not a dataset of this study. There are ADAE, ADEX, ADSL, ADTTE, AE"),
        (("AE", "IONASYN01-999-9999", 1), "There is no subject IONASYN01-999-9999"),
        (("AE", SUBJECTS[0], 999), "there is no #999"),
        (("AE", SUBJECTS[0], 1, "AETERMM"), "AE has no variable AETERMM"),
    ],
)
def test_what_cannot_be_traced_is_said(request_: tuple[str, str, int], complaint: str) -> None:
    with pytest.raises(TraceError, match=complaint):
        list(trace_record(ROOT, *request_))


def test_trial_design_is_traced_to_the_row_of_its_sheet() -> None:
    lines = list(trace_record(ROOT, "TS", "-", 7, "TSVAL"))
    assert lines[:2] == ["No subject", "TS #7 TSVAL = 2022-02-22"]
    assert lines[-1] == "    specs/sdtm.xlsx!TS!A8: TSVAL = '2022-02-22'"


def test_a_dataset_made_from_another_is_traced_through_it() -> None:
    lines = [line.strip() for line in trace_record(ROOT, "RELREC", "IONASYN01-103-0002", 1, "IDVARVAL")]
    assert lines[1] == "RELREC #1 IDVARVAL = 5"
    assert "DS #2 DSAESPID = 5" in lines
    assert "raw/eot.csv record 24: AENUM_LINK = '5'" in lines
    assert "AE #5 AESEQ = 5" in lines
