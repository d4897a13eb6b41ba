"""Record sets read columns of others late, and yet as they were when the rows were taken."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studyspec.build.records import RecordSet


def records(**columns: list[object]) -> RecordSet:
    return RecordSet.from_frame(pd.DataFrame(columns))


def test_rows_taken_do_not_see_what_is_changed_afterwards() -> None:
    source = records(AGE=[71.0, 64.0])
    taken = source.take(np.array([1]))
    source["AGE"] = pd.Series([0.0, 0.0])
    assert taken["AGE"].tolist() == [64.0]


def test_borrowed_columns_are_missing_where_there_is_no_record() -> None:
    ours, theirs = records(USUBJID=["1", "2"]), records(SEX=["F"], AGE=[71.0])
    ours.borrow(theirs, {"dm.SEX": "SEX", "dm.AGE": "AGE"}, np.array([-1, 0]))
    assert ours["dm.SEX"].tolist() == ["", "F"]
    assert ours["dm.AGE"].isna().tolist() == [True, False]
    assert list(ours) == ["USUBJID", "dm.SEX", "dm.AGE"]


def test_borrowed_columns_of_no_records_are_missing_throughout() -> None:
    ours, theirs = records(USUBJID=["1"]), records(SEX=["F"], AGE=[71.0]).take(np.array([], dtype=np.intp))
    ours.borrow(theirs, {"SEX": "SEX", "AGE": "AGE"}, np.array([-1]))
    assert ours["SEX"].tolist() == [""]
    assert ours["AGE"].isna().all()


def test_no_rows_have_the_types_of_the_rows_they_were_taken_from() -> None:
    nothing = records(N=[1, 2], TEXT=["a", "b"], FLAG=[True, False]).take(np.array([], dtype=np.intp))
    again = nothing.take(np.array([], dtype=np.intp))
    assert [str(again[name].dtype) for name in again] == ["int64", "str", "bool"]
