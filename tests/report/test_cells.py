"""The lists behind counts: who and what the conditions of the results data select."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from studyspec.build.data import Data
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.derive.registry import ENGINE
from studyspec.report.cells import Conditions, Flags, Lists, lists_of
from studyspec.spec.expression import nodes as n
from studyspec.tables.results import Result, results_frame

FRAMES = {
    "ADSL": pd.DataFrame({"USUBJID": pd.Series(["1", "2", "3"], dtype="str"), "SAFFL": pd.Series(["Y", "Y", "N"])}),
    "ADAE": pd.DataFrame(
        {
            "USUBJID": pd.Series(["1", "1", "2", "3", "9"], dtype="str"),
            "TERM": pd.Series(["A", "B", "A", "A", "A"], dtype="str"),
            "GRADE": [1.0, 3.0, 1.0, 2.0, 1.0],
        }
    ),
}
SUBJECTS = {"ADSL": np.array([0, 1, 2]), "ADAE": np.array([0, 0, 1, 2, -1])}


def conditions(frames: dict[str, pd.DataFrame] = FRAMES) -> tuple[Conditions, list[tuple[str, n.Node]]]:
    """Conditions on these frames, and what was evaluated so far."""
    records = {name: RecordSet.from_frame(frame) for name, frame in frames.items()}
    data = Data(records, ENGINE, {}, {})
    asked: list[tuple[str, n.Node]] = []

    def holds(dataset: str, node: n.Node) -> Flags:
        asked.append((dataset, node))
        return evaluate(node, records[dataset], data, own=dataset).to_numpy(dtype=np.bool_)

    return Conditions(holds, {name: len(frame) for name, frame in frames.items()}), asked


def result(statistic: str, value: float, **given: str) -> Result:
    return Result("T-1", 1, "", "subjects", "Any", "X", "", statistic, value, **given)


def listed(*results: Result) -> tuple[Lists, list[str]]:
    found, findings = lists_of(results_frame(results), conditions()[0], SUBJECTS)
    return found, [item.what for item in findings]


def test_cell_has_its_subjects_and_records() -> None:
    given = {"dataset": "ADAE", "where": 'TERM == "A"', "population": 'SAFFL == "Y"'}
    found, findings = listed(result("n", 2, **given), result("events", 2, **given))
    assert findings == []
    assert found.subjects == [['SAFFL == "Y"', [0, 2]]]
    assert found.records == [["ADAE", 'TERM == "A"', [0, 1, 2, 3]]]
    assert found.cells == {"1|X": {"n": [2, 0, 0, -1], "events": [2, 0, 0, -1]}}


def test_subjects_with_a_worse_record_are_left_out() -> None:
    given = {"dataset": "ADAE", "where": "GRADE == 1", "unless": "GRADE > 1", "population": 'SAFFL == "Y"'}
    found, findings = listed(result("n", 1, **given))
    assert findings == []
    assert found.cells == {"1|X": {"n": [1, 0, 0, 1]}}


def test_summary_counts_records_with_a_value() -> None:
    frame = FRAMES["ADAE"].assign(GRADE=[1.0, np.nan, 1.0, 2.0, 1.0])
    given = {"dataset": "ADAE", "variable": "GRADE", "population": 'SAFFL == "Y"'}
    counted = Result("T-1", 1, "", "continuous", "n", "X", "", "n", 2, **given)
    found, findings = lists_of(results_frame([counted]), conditions({**FRAMES, "ADAE": frame})[0], SUBJECTS)
    assert findings == []
    assert found.records == [["ADAE", "not missing(GRADE)", [0, 1, 2, 3]]]


def test_n_of_a_line_is_of_the_subjects_looked_at() -> None:
    found, findings = listed(result("N", 2, dataset="ADSL", population='SAFFL == "Y"'))
    assert (findings, found.cells) == ([], {"1|X": {"N": [2, 0]}})


@pytest.mark.parametrize(("statistic", "value"), [("n", 3), ("events", 3), ("N", 3)])
def test_count_that_its_list_does_not_bear_out_is_a_finding(statistic: str, value: float) -> None:
    given = {"dataset": "ADAE", "where": 'TERM == "A"', "population": 'SAFFL == "Y"'}
    _, findings = listed(result(statistic, value, **given))
    assert findings == [f"T-1, line 1 (Any), column X: {statistic} is 3, 2 listed."]


def test_parts_that_conditions_share_are_evaluated_once() -> None:
    found, asked = conditions()
    both = found.flags("ADAE", 'TERM == "A" and GRADE == 1')
    assert both.tolist() == [True, False, True, False, True]
    assert found.flags("ADAE", 'TERM == "A" and (GRADE == 2 and GRADE < 9)').tolist() == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert found.flags("ADAE", "").all()
    assert len(asked) == 4
