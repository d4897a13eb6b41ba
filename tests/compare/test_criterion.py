"""METHOD= and CRITERION=: when two numbers are equal."""

import numpy as np
import pytest

from studyspec.compare.criterion import ADAM, EPSILON, EXACT, Criterion, criterion_of, default_criterion
from studyspec.compare.faults import CompareError


def is_equal(criterion: Criterion, base: float, compare: float) -> bool:
    return bool(criterion.measure(np.array([base]), np.array([compare]))[0] <= criterion.limit)


@pytest.mark.parametrize(
    ("criterion", "base", "compare", "equal"),
    [
        (EXACT, 1.0, 1.0, True),
        (EXACT, 1.0, 1.0 + EPSILON, False),
        (EXACT, 0.0, -0.0, True),
        (criterion_of("absolute", 0.25), 1.0, 1.25, True),
        (criterion_of("absolute", 0.25), 1.0, 0.75, True),
        (criterion_of("absolute", 0.25), 1.0, 1.2500001, False),
        (criterion_of("relative", 0.01), 100.0, 100.9, True),
        (criterion_of("relative", 0.01), 100.0, 101.1, False),
        (criterion_of("relative", 0.01), 0.0, 0.0, True),
        (criterion_of("relative", 0.01), 0.0, 1e-300, False),
        (criterion_of("relative(1)", 0.01), 0.0, 0.005, True),
        (criterion_of("relative", 1.99), -1.0, 1.0, False),
        (criterion_of("percent", 1.0), 200.0, 202.0, True),
        (criterion_of("percent", 1.0), 200.0, 202.1, False),
        (criterion_of("percent", 1.0), -200.0, -202.1, False),
        (criterion_of("percent", 1.0), 0.0, 0.0, True),
        (criterion_of("percent", 1e300), 0.0, 1e-300, False),
        (criterion_of("absolute", 1.0), np.inf, np.inf, True),
        (criterion_of("absolute", 1e300), np.inf, -np.inf, False),
        (criterion_of("relative", 1e300), np.inf, 1.0, False),
    ],
)
def test_numbers_are_equal_up_to_the_criterion(criterion: Criterion, base: float, compare: float, equal: bool) -> None:
    assert is_equal(criterion, base, compare) is equal


def test_without_options_the_method_is_exact() -> None:
    assert criterion_of() == EXACT


def test_a_method_without_criterion_takes_a_hundred_thousandth() -> None:
    assert criterion_of("ABSOLUTE") == Criterion("absolute", 0.00001)


def test_a_criterion_without_method_is_relative_with_a_small_delta() -> None:
    assert criterion_of("", 1e-6) == Criterion("relative", 1e-6, EPSILON / 1e-6)


def test_a_negative_criterion_is_in_units_of_the_machine_precision() -> None:
    assert criterion_of("absolute", -1000) == Criterion("absolute", 1000 * EPSILON)


@pytest.mark.parametrize(
    ("method", "limit", "complaint"),
    [
        ("near", None, "METHOD=near is not known"),
        ("exact", 0.1, "EXACT takes no criterion"),
        ("exact(0)", None, "EXACT takes no criterion"),
        ("relative(2)", None, r"RELATIVE\(2\) is not possible"),
        ("relative(x)", None, r"RELATIVE\(x\) is not possible"),
        ("percent(1)", None, r"PERCENT\(1\) is not possible"),
        ("absolute", float("nan"), "CRITERION=nan"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(method: str, limit: float | None, complaint: str) -> None:
    with pytest.raises(CompareError, match=complaint):
        criterion_of(method, limit)


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.1, 1.0, 22972.0, 1e12, -71.25])
def test_adam_takes_float_noise_for_equal(value: float) -> None:
    assert is_equal(ADAM, value, value + 1e-12)
    assert is_equal(ADAM, value, value * (1 + 1e-12))


@pytest.mark.parametrize(
    ("base", "compare"),
    [(22972.0, 22973.0), (0.0, 1e-9), (1.98e9, 1.98e9 + 1), (10053567.0, 10053568.0), (36.6, 36.600001)],
    ids=["day", "near zero", "second of a datetime", "code", "sixth decimal"],
)
def test_adam_keeps_what_a_reader_would_call_a_difference(base: float, compare: float) -> None:
    assert not is_equal(ADAM, base, compare)


def test_analysis_data_sets_have_their_own_default() -> None:
    assert default_criterion("BASE.ADAE") == ADAM
    assert default_criterion("adsl") == ADAM
    assert default_criterion("BASE.AE") == EXACT
