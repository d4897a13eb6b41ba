"""Lengths and presence as the data have them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from define.samples import load, member
from studyspec.define.extent import Extent, as_built, measure
from studyspec.define.supp import with_supp
from studyspec.spec.model import Spec, ValueLevel, Variable

WIDTHS = dict.fromkeys(("STUDYID", "DOMAIN", "USUBJID", "VSTESTCD", "VSORRES", "VSDTC"), 12)
VS = member(
    "VS",
    WIDTHS,
    STUDYID=["TEST01"] * 3,
    DOMAIN=["VS"] * 3,
    USUBJID=["A", "A", "B"],
    VSSEQ=[1.0, 2.0, 12.0],
    VSTESTCD=["HEIGHT", "WEIGHT", "HEIGHT"],
    VSORRES=["67.25", "70", "171"],
    VSSTRESN=[170.8, 70.0, 171.0],
    VSDTC=["", "", ""],
)
DM = member("DM", {"USUBJID": 4, "ARMCD": 1}, USUBJID=["A", "B"], ARMCD=["", ""])
SUPPVS = member(
    "SUPPVS",
    dict.fromkeys(("USUBJID", "QNAM", "QVAL"), 9),
    USUBJID=["A", "B"],
    QNAM=["VSROOM", "VSROOM"],
    QVAL=["7", "104"],
)


def built(*members: object) -> Spec:
    """The small spec as these data sets have it."""
    return as_built(with_supp(load()), {item.name: item for item in members})


def variable(spec: Spec, dataset: str, name: str) -> Variable:
    """One variable."""
    return next(item for item in spec.variables_of[dataset] if item.name == name)


def level(spec: Spec, name: str, where: str) -> ValueLevel | None:
    """One value level by a word of its where clause."""
    found = [item for item in spec.value_levels if item.variable == name and where in item.where_clause.id]
    return found[0] if found else None


def test_text_has_the_width_of_its_column() -> None:
    assert variable(built(VS), "VS", "VSTESTCD").length == 12


def test_number_has_the_characters_of_its_longest_value() -> None:
    spec = built(VS)
    assert variable(spec, "VS", "VSSEQ").length == 2
    assert variable(spec, "VS", "VSSTRESN").length == 5


def test_decimals_are_at_least_those_of_the_data() -> None:
    assert variable(built(VS), "VS", "VSSTRESN").significant_digits == 1
    height = level(built(VS), "VSORRES", "HEIGHT")
    assert height is not None
    assert (height.length, height.significant_digits) == (5, 2)


def test_value_level_has_the_length_of_its_own_records() -> None:
    weight = level(built(VS), "VSSTRESN", "WEIGHT")
    assert weight is not None
    assert weight.length == 2


def test_variable_without_a_value_has_no_data() -> None:
    spec = built(DM, VS)
    assert variable(spec, "DM", "ARMCD").has_no_data
    assert variable(spec, "VS", "VSDTC").has_no_data
    assert not variable(spec, "VS", "VSORRES").has_no_data


def test_dataset_without_file_has_no_data_and_keeps_its_lengths() -> None:
    spec = built(VS)
    assert spec.datasets["DM"].has_no_data
    assert variable(spec, "DM", "USUBJID").length == 20


def test_supplementals_that_do_not_occur_are_left_out() -> None:
    spec = built(VS, SUPPVS)
    assert "SUPPDM" not in spec.datasets
    assert level(spec, "QVAL", "VSCODE") is None
    room = level(spec, "QVAL", "VSROOM")
    assert room is not None
    assert room.length == 3


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["a", "", "bcd"], "text", Extent(3, 0, 2)),
        (["é"], "text", Extent(2, 0, 1)),
        (["12.50", "7"], "float", Extent(5, 2, 2)),
        ([-1.5, float("nan")], "float", Extent(4, 1, 1)),
        ([], "text", Extent(1, 0, 0)),
    ],
)
def test_extent_of_a_column(values: list[object], kind: str, expected: Extent) -> None:
    dtype = "float64" if any(isinstance(item, float) for item in values) else "str"
    assert measure(pd.Series(values, dtype=dtype), kind) == expected


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1))
def test_every_number_fits_its_length(values: list[int]) -> None:
    extent = measure(pd.Series(values, dtype="float64"), "integer")
    assert extent.length == max(len(str(value)) for value in values)
    assert extent.decimals == 0
