"""Evaluation of expressions on records: missing values, look-ups, aggregates, windows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from studyspec.build.data import Data, EvaluationError
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.derive.problems import report
from studyspec.derive.registry import (
    Char,
    Flag,
    Groups,
    Num,
    Records,
    Registry,
    Value,
    Window,
    function,
    registering,
)
from studyspec.findings import Rule
from studyspec.spec.expression.parse import parse

ODD = Rule("TEST-001", "warning", "Odd", why="for the test", action="nothing")


def records(**columns: list[object]) -> RecordSet:
    frame = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    for name, values in frame.items():
        if not pd.api.types.is_numeric_dtype(values.dtype):
            frame[name] = values.astype("str")
    return RecordSet.from_frame(frame)


@pytest.fixture
def registry() -> Registry:
    """Four plain functions, one of each kind."""
    own = Registry()
    with registering(own):

        @function()
        def shout(text: Char) -> Char:
            report(ODD, text[text == "odd"])
            return text.str.upper()

        @function("aggregate")
        def top(values: Num, groups: Groups) -> Num:
            found = np.full(groups.count, np.nan)
            for code, value in zip(groups.codes, values, strict=True):
                found[code] = np.fmax(found[code], value)
            return Num(pd.Series(found))

        @function("aggregate")
        def earliest(values: Value, groups: Groups) -> Value:
            found = [""] * groups.count
            for code, value in reversed(list(zip(groups.codes, values, strict=True))):
                found[code] = value
            return Value(pd.Series(found, dtype="str"))

        @function("window")
        def number(window: Window) -> Num:
            order = np.argsort(window.position)
            counts: dict[int, int] = {}
            result = np.full(len(window.group), np.nan)
            for place in order:
                if window.where[place]:
                    counts[window.group[place]] = counts.get(window.group[place], 0) + 1
                    result[place] = counts[window.group[place]]
            return Num(pd.Series(result))

        @function()
        def known(subject: Char, dm: Records) -> Flag:
            return Flag(subject.isin(dm["USUBJID"]))

    return own


def value(text: str, rows: RecordSet, registry: Registry, **frames: RecordSet) -> list[object]:
    data = Data(frames, registry, {}, {"WINDOW": 30.0, "CUTOFF": "2022-02-22"})
    return evaluate(parse(text), rows, data).tolist()


ROWS = records(USUBJID=["A", "A", "B", "C"], SEX=["F", "", "M", "F"], AGE=[64, np.nan, 71, 80])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('SEX == "F"', [True, False, False, True]),
        ('SEX != "F"', [False, False, True, False]),
        ('SEX == ""', [False, True, False, False]),
        ('SEX != ""', [True, False, True, True]),
        ('not (SEX == "F")', [False, True, True, False]),
        ('SEX in ["M", "U"]', [False, False, True, False]),
        ('SEX not in ["M", "U"]', [True, False, False, True]),
        ("AGE < 71", [True, False, False, False]),
        ("AGE != 71", [True, False, False, True]),
        ("65 <= AGE < 75", [False, False, True, False]),
        ("AGE in [64, 80]", [True, False, False, True]),
        ('AGE > 70 and SEX == "M" or AGE == 64', [True, False, True, False]),
    ],
)
def test_a_comparison_with_a_missing_value_is_false_except_with_blank_text(
    text: str, expected: list[bool], registry: Registry
) -> None:
    assert value(text, ROWS, registry) == expected


def test_arithmetic_with_missing_or_zero_divisor_is_missing(registry: Registry) -> None:
    result = value("AGE / (AGE - 71) + WINDOW", ROWS, registry)
    assert [None if np.isnan(item) else round(item, 6) for item in result] == [20.857143, None, None, 38.888889]


def test_a_parameter_is_known_by_its_name(registry: Registry) -> None:
    assert value("CUTOFF", ROWS, registry) == ["2022-02-22"] * 4


def test_a_lookup_takes_the_subjects_one_record(registry: Registry) -> None:
    dm = records(USUBJID=["B", "A"], COUNTRY=["FRA", "ITA"], AGE=[1.0, 2.0])
    assert value("DM.COUNTRY", ROWS, registry, DM=dm) == ["ITA", "ITA", "FRA", ""]
    assert value("DM.AGE + 0", ROWS, registry, DM=dm)[:3] == [2.0, 2.0, 1.0]


def test_a_lookup_in_records_that_repeat_a_subject_is_refused(registry: Registry) -> None:
    ex = records(USUBJID=["A", "A"], EXDOSE=[1.0, 2.0])
    with pytest.raises(EvaluationError, match="more than one record for A"):
        value("EX.EXDOSE", ROWS, registry, EX=ex)


def test_an_aggregate_reads_the_subjects_records_that_satisfy_where(registry: Registry) -> None:
    ex = records(USUBJID=["A", "A", "B", "Z"], EXTRT=["X", "Y", "X", "X"], EXDOSE=[5.0, 9.0, 3.0, 7.0])
    assert value("top(EX.EXDOSE)", ROWS, registry, EX=ex)[:3] == [9.0, 9.0, 3.0]
    assert np.isnan(value("top(EX.EXDOSE)", ROWS, registry, EX=ex)[3])
    assert value('top(EX.EXDOSE, where=EX.EXTRT == "X")', ROWS, registry, EX=ex)[:3] == [5.0, 5.0, 3.0]


def test_an_aggregate_condition_may_name_the_records_own_variables(registry: Registry) -> None:
    ex = records(USUBJID=["A", "A", "B"], EXDOSE=[63.0, 65.0, 70.0])
    result = value("top(EX.EXDOSE, where=EX.EXDOSE <= AGE)", ROWS, registry, EX=ex)
    assert result[0] == 63.0
    assert result[2] == 70.0
    assert np.isnan(result[1])
    assert np.isnan(result[3])


def test_an_aggregate_sees_its_records_in_the_stated_order(registry: Registry) -> None:
    ex = records(USUBJID=["A", "A", "B"], EXSTDTC=["2021-02-01", "2021-01-01", "2020"], EXTRT=["late", "early", "one"])
    assert value("earliest(EX.EXTRT, order=[EX.EXSTDTC])", ROWS, registry, EX=ex) == ["early", "early", "one", ""]
    assert value("earliest(EX.EXTRT)", ROWS, registry, EX=ex) == ["late", "late", "one", ""]


def test_a_window_numbers_within_subject_in_order_where_selected(registry: Registry) -> None:
    rows = records(USUBJID=["A", "A", "A", "B"], DATE=["3", "1", "2", "9"], KEEP=["Y", "Y", "N", "Y"])
    assert value("number(order=[DATE])", rows, registry) == [3.0, 1.0, 2.0, 1.0]
    result = value('number(order=[DATE], where=KEEP == "Y")', rows, registry)
    assert result[:2] == [2.0, 1.0]
    assert np.isnan(result[2])
    assert value("number(by=[KEEP], order=[DATE])", rows, registry) == [2.0, 1.0, 1.0, 1.0]


def test_text_is_ordered_by_bytes_not_by_locale(registry: Registry) -> None:
    rows = records(USUBJID=["A", "A", "A"], TERM=["b", "a", "B"])
    assert value("number(order=[TERM])", rows, registry) == [3.0, 2.0, 1.0]


def test_a_study_function_may_read_a_whole_dataset(registry: Registry) -> None:
    dm = records(USUBJID=["B"])
    assert value("known(USUBJID, DM)", ROWS, registry, DM=dm) == [False, False, True, False]


def test_what_a_function_reports_names_the_raw_record(registry: Registry) -> None:
    rows = records(USUBJID=["A", "B"], TERM=["fine", "odd"], _form=["ae", "ae"], _record=[7, 9])
    data = Data({}, registry, {}, {})
    evaluate(parse("shout(TERM)"), rows, data, cell="specs/sdtm.xlsx!Mapping!D5")
    (finding,) = data.findings
    assert (finding.code, finding.form, finding.record, finding.usubjid) == ("TEST-001", "ae", 9, "B")
    assert finding.cell == "specs/sdtm.xlsx!Mapping!D5"


def test_results_for_no_records_are_empty(registry: Registry) -> None:
    empty = records(USUBJID=[], SEX=[]).take(np.array([], dtype=np.intp))
    ex = records(USUBJID=["A"], EXDOSE=[1.0])
    assert value('SEX == "F"', empty, registry) == []
    assert value("top(EX.EXDOSE)", empty, registry, EX=ex) == []
