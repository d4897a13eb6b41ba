"""Numbers as SAS prints them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.compare.sas_text import best, exact_number, grid_number, largest_difference, show_number


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        (0.0, 9, "0"),
        (-0.0, 9, "0"),
        (9.31322574615e-10, 10, "9.3132E-10"),
        (20.0, 10, "20"),
        (0.00001, 12, "0.00001"),
        (1e-9, 12, "0.000000001"),
        (1 / 3, 9, "0.3333333"),
        (123456789012.0, 9, "1.2346E11"),
        (-123456789012.0, 9, "-1.235E11"),
        (0.99999999999, 9, "1"),
    ],
)
def test_best_keeps_as_many_digits_as_fit(value: float, width: int, shown: str) -> None:
    assert best(value, width) == shown


# Rounded up, numbers near the largest double are infinite.
@given(st.floats(-1e307, 1e307), st.integers(9, 16))
def test_best_fits_and_reads_back_as_the_number(value: float, width: int) -> None:
    shown = best(value, width)
    assert len(shown) <= width
    assert math.isclose(float(shown), value, rel_tol=0.5, abs_tol=1e-300)


@pytest.mark.parametrize(
    ("value", "shown"),
    # From genuine listings.
    [
        (3.7, "3.7000"),
        (402.68, "402.6800"),
        (2887.31, "2887"),
        (1253045.2, "1253045"),
        (0.55, "0.5500"),
        (-21.27659, "-21.2766"),
        (4.44089e-16, "4.441E-16"),
        (2.91e-11, "2.91E-11"),
    ],
)
def test_a_value_without_format_prints_as_in_genuine_listings(value: float, shown: str) -> None:
    assert grid_number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_of_the_grid_has_nine_characters_at_most(value: float) -> None:
    assert len(grid_number(value)) <= 9


@pytest.mark.parametrize(
    ("value", "shown"),
    [(4.44e-16, "444E-18"), (9.31e-10, "931E-12"), (1.0, "1.000"), (20.0, "20.000"), (1100.0, "1100"), (0.0, "0")],
)
def test_the_maximum_difference_prints_as_in_genuine_listings(value: float, shown: str) -> None:
    assert largest_difference(value) == shown


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_the_maximum_difference_has_seven_characters_at_most(value: float) -> None:
    assert len(largest_difference(value)) <= 7


@pytest.mark.parametrize(
    ("value", "sas_format", "shown"),
    [
        (22972.0, "DATE9.", "23NOV2022"),
        (22972.0, "DATE7.", "23NOV22"),
        (22972.0, "YYMMDD10.", "2022-11-23"),
        (22972.0, "E8601DA.", "2022-11-23"),
        (-1.0, "DATE9.", "31DEC1959"),
        (1984700459.0, "DATETIME20.", "22NOV2022:01:40:59"),
        (1984700459.0, "E8601DT.", "2022-11-22T01:40:59"),
        (3661.0, "TIME5.", "1:01:01"),
        (36.6, "8.2", "36.60"),
        (36.6, "F8.2", "36.60"),
        (123456.0, "4.1", "123456"),
        (1e12, "DATE9.", "1E12"),
        (2.0, "SEXFMT.", "2.0000"),
        (2.0, "", "2.0000"),
    ],
)
def test_a_value_prints_with_its_format(value: float, sas_format: str, shown: str) -> None:
    assert show_number(value, "", sas_format) == shown


def test_missing_and_infinite_values_print_as_in_sas() -> None:
    assert [show_number(math.nan, letter, "DATE9.") for letter in ("", "A", "_")] == [".", ".A", "._"]
    assert [exact_number(value, "", "") for value in (math.inf, -math.inf)] == ["I", "M"]


def test_an_exact_number_keeps_what_its_format_would_hide() -> None:
    assert exact_number(36.649, "", "8.2") == "36.649"
    assert exact_number(22972.5, "", "DATE9.") == "22972.5"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_exact_number_reads_back_as_itself(value: float) -> None:
    assert float(exact_number(value, "", "8.2")) == value
