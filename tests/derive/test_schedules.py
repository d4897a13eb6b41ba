"""Planned doses of a schedule in cycles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import numbers, run
from studyspec.derive.registry import ENGINE

DAYS = st.lists(st.integers(1, 28), min_size=0, max_size=28, unique=True).map(sorted)


@given(DAYS, DAYS, st.integers(0, 400))
def test_planned_doses_are_those_counted_day_by_day(first: list[int], later: list[int], days: int) -> None:
    planned = sum(
        (day % 28 + 1) in (first if day < 28 else later)  # day 0 is the first day of treatment
        for day in range(days)
    )
    found = run(f"scheduled_doses(A, cycle={later}, first_cycle={first})", {"A": numbers(days)})
    assert found == [planned]


def test_the_first_cycle_is_like_the_others_unless_stated() -> None:
    assert run("scheduled_doses(A, cycle=[1, 8])", {"A": numbers(1, 8, 29, 36)}) == [1, 2, 3, 4]


def test_cycles_have_the_length_stated() -> None:
    assert run("scheduled_doses(A, cycle=[1], length=21)", {"A": numbers(21, 22)}) == [1, 2]


def test_no_days_are_no_doses() -> None:
    assert run("scheduled_doses(A, cycle=[1])", {"A": numbers(0, -5)}) == [0, 0]


@pytest.mark.parametrize("days", [(0.0, 1.0), (1.5,), (29.0,), (8.0, 1.0), (1.0, 1.0)])
def test_days_that_a_cycle_does_not_have_are_refused(days: tuple[float, ...]) -> None:
    check = ENGINE["scheduled_doses"].check
    assert check is not None
    assert check({"cycle": days}) != ""
