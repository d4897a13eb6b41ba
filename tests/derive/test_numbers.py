"""Numbers: reading, writing, rounding, bands, units."""

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import numbers, run, text
from studyspec.derive.numbers import number_text, rounded
from studyspec.findings import Finding

# Decimals of up to 14 significant digits, as people and instruments write them.
DECIMALS = st.builds(
    lambda digits, places, sign: Decimal(sign * digits).scaleb(-places),
    st.integers(0, 10**14 - 1),
    st.integers(0, 10),
    st.sampled_from([1, -1]),
)


@given(DECIMALS, st.integers(-3, 6))
def test_rounding_is_that_of_decimal_half_up(value: Decimal, digits: int) -> None:
    expected = float(value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    found = float(rounded(np.array([float(value)]), digits)[0])
    assert found == expected


@given(st.floats(allow_nan=True, allow_infinity=False))
def test_rounding_never_fails_and_keeps_the_size(value: float) -> None:
    found = float(rounded(np.array([value]), 1)[0])
    assert math.isnan(found) if math.isnan(value) else abs(found - value) <= 0.0500001 + abs(value) * 1e-14


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(171.45, 1, 171.5), (-0.25, 1, -0.3), (0.5, 0, 1), (1.005, 2, 1.01), (9.95 * 71, 1, 706.5), (1250, -2, 1300)],
)
def test_halves_are_rounded_away_from_zero(value: float, digits: int, expected: float) -> None:
    assert run(f"round_half_up(A, {digits})", {"A": numbers(value)}) == [expected]


def test_rounded_zero_has_no_sign() -> None:
    assert str(rounded(np.array([-0.04]), 1)[0]) == "0.0"


@pytest.mark.parametrize(
    ("collected", "value"), [("71.5", 71.5), (" 71,5 ", 71.5), ("-3", -3), ("1e3", 1000), (".5", 0.5), ("007", 7)]
)
def test_number_is_read(collected: str, value: float) -> None:
    assert run("number(A)", {"A": text(collected)}) == [value]


@pytest.mark.parametrize("collected", ["ND", "1.000,5", "12 kg", "0x1F", "nan", "inf", "1e999", "١", "--1"])
def test_what_is_no_number_is_missing_and_reported(collected: str) -> None:
    findings: list[Finding] = []
    value = run("number(A)", {"A": text(collected)}, findings=findings)[0]
    assert isinstance(value, float) and math.isnan(value)
    assert [(item.code, item.what) for item in findings] == [("DATA-102", f"'{collected}' is not a number.")]


def test_blank_is_a_missing_number_without_a_finding() -> None:
    findings: list[Finding] = []
    assert run("missing(number(A))", {"A": text("", "  ")}, findings=findings) == [True, True]
    assert findings == []


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_text_of_a_number_reads_back(value: float) -> None:
    written = number_text(value)
    assert float(written) == value
    assert "e" not in written.lower()


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (71.0, None, "71"),
        (0.1, None, "0.1"),
        (2.345, 2, "2.35"),
        (2.0, 2, "2.00"),
        (-0.001, 2, "0.00"),
        (1e21, None, "1" + "0" * 21),
    ],
)
def test_number_as_text(value: float, digits: int | None, expected: str) -> None:
    assert number_text(value, digits) == expected


def test_missing_number_is_blank_text() -> None:
    assert run("text_of(A, digits=1)", {"A": numbers(None, 2)}) == ["", "2.0"]


@pytest.mark.parametrize(
    ("closed", "expected"), [("left", ["a", "b", "b", "c", ""]), ("right", ["a", "a", "b", "b", ""])]
)
def test_break_belongs_to_the_band_said(closed: str, expected: list[str]) -> None:
    columns = {"A": numbers(64, 65, 70, 75, None)}
    assert run(f'band(A, [65, 75], ["a", "b", "c"], closed="{closed}")', columns) == expected


def test_least_and_greatest_pass_over_missing_numbers() -> None:
    columns = {"A": numbers(5, None, None), "B": numbers(4, 7, None)}
    assert run("least([A, B])", columns)[:2] == [4, 7]
    assert run("greatest([A, B])", columns)[:2] == [5, 7]
    assert run("missing(least([A, B]))", columns) == [False, False, True]


def test_between_includes_both_ends_and_no_missing_value() -> None:
    assert run("between(A, 18, 64)", {"A": numbers(17, 18, 64, 65, None)}) == [False, True, True, False, False]
    columns = {"A": text("2021-03-01", "")}
    assert run('between(A, "2021-03-01", "2021-03-31")', columns) == [True, False]
    assert run('between(A, "", "2021-03-31")', columns) == [False, False]


@pytest.mark.parametrize(
    ("value", "unit", "to", "analyte", "expected"),
    [
        (150, "lb", "kg", "", 68.0388555),
        (70, "KG", "kg", "", 70),
        (1.745, "m", "cm", "", 174.5),
        (67, "in", "cm", "", 170.18),
        (3.5, "g/dL", "g/L", "", 35),
        (98.6, "F", "C", "", 37),
        (37, "°C", "F", "", 98.6),
        (1, "mg/dL", "umol/L", "CREATININE", 88.4016973125884),
        (88.4016973125884, "µmol/L", "mg/dL", "creatinine", 1),
        (84.75, "nmol/L", "mg/L", "BETA-2 MICROGLOBULIN", 1.00005),
        (250, "10^3/uL", "10^9/L", "", 250),
        (2, "ug/mL", "mg/L", "", 2),
    ],
)
def test_conversion(value: float, unit: str, to: str, analyte: str, expected: float) -> None:
    columns = {"A": numbers(value), "U": text(unit)}
    found = run(f'convert(A, U, to="{to}", analyte="{analyte}")', columns)[0]
    assert found == pytest.approx(expected, rel=1e-14)


def test_conversion_is_exact_in_decimals() -> None:
    assert run('convert(A, U, to="cm")', {"A": numbers(1.7145, 67.5), "U": text("m", "in")}) == [171.45, 171.45]


@pytest.mark.parametrize(("unit", "to"), [("", "kg"), ("stones", "kg"), ("cm", "kg"), ("mg/dL", "umol/L")])
def test_unit_that_cannot_be_converted_is_reported(unit: str, to: str) -> None:
    findings: list[Finding] = []
    value = run(f'convert(A, U, to="{to}")', {"A": numbers(5), "U": text(unit)}, findings=findings)[0]
    assert isinstance(value, float) and math.isnan(value)
    assert [(item.code, item.what) for item in findings] == [
        ("DATA-105", f"unit '{unit}' cannot be converted to {to}.")
    ]


def test_missing_value_needs_no_unit() -> None:
    findings: list[Finding] = []
    assert run('missing(convert(A, U, to="kg"))', {"A": numbers(None), "U": text("")}, findings=findings) == [True]
    assert findings == []
