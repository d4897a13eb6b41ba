"""Expressions as where clauses: they select the same records, or nothing is said."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.ars_reader import holds
from studyspec.build.data import Data
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.derive.registry import ENGINE
from studyspec.exports.conditions import where_clause
from studyspec.spec.expression.parse import parse


def meets(clause: Mapping[str, Any], record: Mapping[str, object]) -> bool:
    """Whether a record meets a where clause."""
    if "condition" in clause:
        return holds(record[clause["condition"]["variable"]], clause["condition"])
    parts = [meets(item, record) for item in clause["compoundExpression"]["whereClauses"]]
    match clause["compoundExpression"]["logicalOperator"]:
        case "AND":
            return all(parts)
        case "OR":
            return any(parts)
        case "NOT":
            return not parts[0]
    raise AssertionError(clause)


def levels(clause: Mapping[str, Any]) -> list[tuple[int, int]]:
    if "condition" in clause:
        return []
    listed = clause["compoundExpression"]["whereClauses"]
    return [pair for item in listed for pair in ((item["level"], item["order"]), *levels(item))]


texts = st.sampled_from(["", "Y", "N", "Isa-Pd"])
numbers = st.sampled_from([-1.0, 0.0, 2.5, 3.0])
text_tests = st.builds('SEX {} "{}"'.format, st.sampled_from(["==", "!="]), texts)
text_lists = st.builds('SEX {} ["{}", "Y"]'.format, st.sampled_from(["in", "not in"]), texts)
number_tests = st.builds("AGE {} {:g}".format, st.sampled_from(["==", "<", "<=", ">", ">="]), numbers)
turned = st.builds("{:g} {} AGE".format, numbers, st.sampled_from(["==", "<", "<=", ">", ">="]))
missing = st.sampled_from(["missing(AGE)", "not missing(AGE)", "missing(SEX)", "LIMIT <= AGE", "-1 < AGE <= LIMIT"])
leaves = st.one_of(text_tests, text_lists, number_tests, turned, missing)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)
ages = st.one_of(numbers, st.just(math.nan))


@given(expressions, texts, ages)
def test_a_where_clause_selects_what_the_expression_selects(text: str, sex: str, age: float) -> None:
    clause = where_clause(text, "ADSL", {"LIMIT": 2.5})
    assert clause is not None
    frame = pd.DataFrame({"SEX": pd.Series([sex], dtype="str"), "AGE": pd.Series([age], dtype="float64")})
    records = RecordSet.from_frame(frame)
    data = Data({"ADSL": records}, ENGINE, {}, {"LIMIT": 2.5})
    wanted = evaluate(parse(text), records, data, own="ADSL").tolist()
    assert [meets(clause, {"SEX": sex, "AGE": age})] == wanted


@given(expressions)
def test_levels_go_down_from_2_and_orders_count_from_1(text: str) -> None:
    clause = where_clause(text, "ADSL", {"LIMIT": 2.5})
    assert clause is not None
    found = levels(clause)
    assert not found or found[0] == (2, 1)
    assert all(level - above <= 1 for (above, _), (level, _) in pairwise(found))


def test_a_qualified_variable_is_that_of_its_dataset() -> None:
    clause = where_clause('ADSL.SEX == "F"', "ADAE", {})
    assert clause == {"condition": {"dataset": "ADSL", "variable": "SEX", "comparator": "EQ", "value": ["F"]}}


def test_a_parameter_is_its_value() -> None:
    clause = where_clause("ASTDY >= WINDOW", "ADAE", {"WINDOW": 30.0})
    assert clause == {"condition": {"dataset": "ADAE", "variable": "ASTDY", "comparator": "GE", "value": ["30"]}}


@pytest.mark.parametrize(
    "text",
    [
        "ADT <= RISKEDT",
        "AENDY - ASTDY > 3",
        'upper(SEX) == "F"',
        'AGE > 3 and "F" == "M"',
        'SEX in [""]',
        "any(AE.AESEQ)",
    ],
)
def test_what_is_no_condition_of_a_variable_is_not_said(text: str) -> None:
    assert where_clause(text, "ADAE", {}) is None
