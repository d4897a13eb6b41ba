"""How a function's signature is read, and how functions are kept."""

from typing import Literal

import pytest

from studyspec.derive.registry import (
    ENGINE,
    Char,
    CharColumns,
    Columns,
    Flag,
    Groups,
    Num,
    Number,
    Parameter,
    Registry,
    Value,
    Window,
    function,
    registering,
)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_parameters_follow_the_annotations(registry: Registry) -> None:
    with registering(registry):

        @function()
        def shift(
            date: Value, days: Num | None = None, *, to: Literal["a", "b"] = "a", by: Number | None = None
        ) -> Value:
            """Shift.

            Args:
                date: SAS day number, any.
                days: days to add. May be left out.
                to: where to.
                by: how far; in days.
            """
            return date

    assert registry["shift"].parameters == (
        Parameter("date", "Value", text="SAS day number"),
        Parameter("days", "Num", required=False, text="days to add"),
        Parameter("to", "Literal", ("a", "b"), False, "a", True, "where to"),
        Parameter("by", "Number", (), False, None, True, "how far"),
    )
    assert registry["shift"].same_type


def test_columns_may_be_of_one_type(registry: Registry) -> None:
    with registering(registry):

        @function()
        def join(any_: Columns, texts: CharColumns) -> Char:
            return Char(any_[0])

    assert [(item.kind, item.choices) for item in registry["join"].parameters] == [
        ("Columns", ()),
        ("Columns", ("Char",)),
    ]


def test_what_the_evaluator_gives_is_no_argument(registry: Registry) -> None:
    with registering(registry):

        @function("window")
        def place(window: Window, value: Num) -> Num:
            return value

        @function("aggregate")
        def pick(values: Char, groups: Groups, n: Number) -> Char:
            return values

    assert [item.name for item in registry["place"].parameters] == ["value"]
    assert [item.name for item in registry["pick"].parameters] == ["values", "n"]
    assert registry["place"].allows_grouping


def test_unknown_annotation_is_refused(registry: Registry) -> None:
    with registering(registry), pytest.raises(TypeError, match="odd: x must be annotated"):

        @function()
        def odd(x: int) -> Flag:
            raise NotImplementedError


def test_name_is_taken_once(registry: Registry) -> None:
    with registering(registry):

        @function()
        def upper(x: Char) -> Char:
            return x

        with pytest.raises(ValueError, match=r"function upper of .* is already defined"):
            function()(upper)


def test_study_functions_stay_out_of_the_engine() -> None:
    child = ENGINE.child()
    with registering(child):

        @function()
        def only_here(x: Char) -> Char:
            return x

    assert child.get("only_here") is not None
    assert ENGINE.get("only_here") is None
    assert child.get("upcase") is ENGINE["upcase"]
