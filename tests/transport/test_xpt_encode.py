from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.transport.xpt_encode import ibm_from_ieee, numeric_fields

# From the definition of IBM hexadecimal floating point and of SAS missing values.
KNOWN = {
    0.0: "0000000000000000",
    1.0: "4110000000000000",
    -1.0: "C110000000000000",
    -118.625: "C276A00000000000",
    0.5: "4080000000000000",
    0.1: "401999999999999A",
    100.0: "4264000000000000",
    2.0**-260: "0010000000000000",
    float(np.nextafter(2.0**252, 0)): "7FFFFFFFFFFFFFF8",
    math.pi: "413243F6A8885A30",
}


@pytest.mark.parametrize(("value", "expected"), KNOWN.items())
def test_known_values_have_their_ibm_bits(value: float, expected: str) -> None:
    bits, unfit = ibm_from_ieee(np.array([value]))
    assert f"{bits[0]:016X}" == expected
    assert not unfit[0]


def test_negative_zero_becomes_plus_zero() -> None:
    assert ibm_from_ieee(np.array([-0.0]))[0][0] == 0


def test_nan_of_any_sign_and_payload_becomes_the_missing_value() -> None:
    quiet, negative, payload = 0x7FF8 << 48, 0xFFF8 << 48, (0x7FF8 << 48) + 5
    values = np.array([quiet, negative, payload], dtype=np.uint64).view(np.float64)
    bits, unfit = ibm_from_ieee(values)
    assert bits.tolist() == [0x2E << 56] * 3
    assert not unfit.any()


@pytest.mark.parametrize(
    "value",
    [2.0**252, -(2.0**252), 1e300, math.inf, -math.inf, float(np.nextafter(2.0**-260, 0)), 5e-324, -1e-100],
)
def test_magnitude_beyond_ibm_is_marked(value: float) -> None:
    assert ibm_from_ieee(np.array([value]))[1][0]


def exact_value(word: int) -> float:
    """The definition: sign, 16 to the exponent less 64, times the fraction."""
    sign = -1 if word >> 63 else 1
    exponent = (word >> 56 & 0x7F) - 64
    fraction = word & (1 << 56) - 1
    return sign * math.ldexp(fraction, 4 * exponent - 56)


IN_RANGE = st.floats(min_value=2.0**-260, max_value=2.0**252, exclude_max=True)


@given(IN_RANGE | IN_RANGE.map(lambda value: -value))
def test_every_double_in_range_converts_exactly_and_normalised(value: float) -> None:
    bits, unfit = ibm_from_ieee(np.array([value]))
    assert exact_value(int(bits[0])) == value
    assert int(bits[0]) >> 52 & 0xF != 0
    assert not unfit[0]


@pytest.mark.parametrize(
    ("value", "shortest"), [(1.0, 3), (65535.0, 3), (65537.0, 4), (23497.0, 3), (16777217.0, 5), (0.1, 8)]
)
def test_length_loses_digits_below_the_shortest_exact_one(value: float, shortest: int) -> None:
    bits, _ = ibm_from_ieee(np.array([value]))
    assert [bool(numeric_fields(bits, length)[1][0]) for length in range(3, 9)] == [
        length < shortest for length in range(3, 9)
    ]
