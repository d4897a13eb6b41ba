"""Formats of figures: w.d and the sheet Formats."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.load_tlf import tlf_from
from studyspec.spec.tlf_cells import parse_statistics
from studyspec.spec.tlf_formats import CellError, parse_picture, parse_range, parse_step, parse_width
from studyspec.tables.figures import percent_text
from tables.plain import built, frame, printed, sheets, small_sheets

PERCENT = [
    {"Format": "PCT", "Order": "1", "Range": "0 <-< 0.5", "Text": "<1%"},
    {"Format": "PCT", "Order": "2", "Range": "other", "Picture": "009%"},
]


def adsl(events: int, total: int) -> dict[str, object]:
    rows = [f"{place} A Y {'Y' if place < events else '.'}" for place in range(total)]
    return {"ADSL": frame("USUBJID TRT01A SAFFL FL", *rows)}


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("4.1", 7.25, " 7.3"),
        ("4.1", 100.0, "100.0"),
        ("3.", 7.0, "  7"),
        (".2", 0.125, "0.13"),
        ("6.4", -0.5, "-0.5000"),
    ],
)
def test_width_and_decimals_are_those_of_sas_and_nothing_is_cut(text: str, value: float, shown: str) -> None:
    assert parse_width(text).text(value) == shown


def test_percent_sign_stands_behind_the_width_of_the_number() -> None:
    assert parse_width("4.1", "%").text(7.5) == " 7.5%"


@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(1, total), st.just(total))))
def test_formatted_percent_is_the_percent_printed_without_a_format(counts: tuple[int, int]) -> None:
    count, total = counts
    assert parse_width(".1", "%").text(100 * count / total) == percent_text(count, total)


@given(st.decimals(-999, 999, places=4), st.integers(0, 3), st.integers(0, 8))
def test_any_number_is_read_back_from_its_text(number: Decimal, decimals: int, width: int) -> None:
    shown = parse_width(f"{width or ''}.{decimals}").text(float(number))
    assert abs(Decimal(shown) - number) * 2 <= Decimal(1).scaleb(-decimals)
    assert len(shown) >= width


@pytest.mark.parametrize(
    ("picture", "value", "shown"),
    [
        ("009%", 7.4, "7%"),
        ("9.999*", 0.0444, "0.044*"),
        ("(09.9)", 0.25, "(0.3)"),
        ("000.9", 0.25, ".3"),
        ("p=0.999", 0.5, "p=.500"),
        ("99", -3.0, "-03"),
    ],
)
def test_picture_prints_its_digits_and_the_text_around_them(picture: str, value: float, shown: str) -> None:
    assert parse_picture(picture).text(value) == shown


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("0 <-< 0.5", [0.01, 0.49], [0.0, 0.5]),
        ("0.99 <- high", [0.991, math.inf], [0.99]),
        ("low -< 0.15", [-1.0, 0.1499], [0.15]),
        ("1 - 2", [1.0, 2.0], [0.99, 2.01]),
        ("5", [5.0], [4.9]),
        ("-2 - -1", [-1.5], [0.0]),
        ("other", [-1e9, 1e9], []),
    ],
)
def test_range_holds_its_bounds_unless_they_are_open(text: str, inside: list[float], outside: list[float]) -> None:
    step = parse_step(text, "9", "")
    assert all(map(step.holds, inside))
    assert not any(map(step.holds, outside))


def test_value_that_only_its_binary_image_puts_below_a_bound_is_at_the_bound() -> None:
    assert not parse_step("low -< 0.3", "9", "").holds(0.1 + 0.2 - 1e-17)


@pytest.mark.parametrize("text", ["5 - 1", "a - b", "0 < 5", ""])
def test_wrong_range_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="Write a range as PROC FORMAT does"):
        parse_range(text)


@pytest.mark.parametrize("text", ["percent", "9 of 9", "909"])
def test_wrong_picture_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is not a picture"):
        parse_picture(text)


def test_label_of_a_pattern_is_its_text_without_formats_or_what_is_stated() -> None:
    first, second = parse_statistics("Mean:.1 (SD:.2); n (%:4.1) [events] = n(%) [AEs]")
    assert (first.label, second.label) == ("Mean (SD)", "n(%) [AEs]")


def test_formats_do_not_tell_patterns_apart() -> None:
    plain, formatted = parse_statistics("n (%); N (%:4.1)")
    assert not plain.prints_as(formatted)
    assert plain.prints_as(parse_statistics("n (%:4.1) = Subjects")[0])


def test_unknown_format_is_a_finding_with_its_cell() -> None:
    _, findings = tlf_from(small_sheets([{"Label": "Any", "Statistics": "n (%:PTC.)"}]))
    assert [(item.code, item.cell) for item in findings] == [("TLF-001", "specs/tlf.xlsx!Rows!J2")]
    assert "There is no format PTC." in str(findings[0])


@pytest.mark.parametrize(
    "row",
    [
        {"Range": "5 - 1", "Picture": "9"},
        {"Range": "other", "Picture": "nine"},
        {"Range": "other"},
        {"Range": "other", "Picture": "9", "Text": "x"},
    ],
)
def test_wrong_row_of_formats_is_a_finding(row: dict[str, str]) -> None:
    book = sheets(Formats=[{"Format": "F", "Order": "1", **row}])
    _, findings = tlf_from(book)
    assert [(item.code, item.cell) for item in findings] == [("TLF-001", "specs/tlf.xlsx!Formats!C2")]


@pytest.mark.parametrize(
    ("events", "total", "shown"),
    [
        (0, 300, "0"),
        (1, 300, "1 ( <1%)"),
        (1, 200, "1 (  1%)"),
        (20, 200, "20 ( 10%)"),
        (200, 200, "200 (100%)"),
    ],
)
def test_named_format_prints_the_share_of_its_range_in_its_width(events: int, total: int, shown: str) -> None:
    rows = [{"Label": "Any", "Where": 'FL == "Y"', "Statistics": "n (%:PCT.)"}]
    result = built(
        rows,
        adsl(events, total),
        columns=[{"ID": "A", "Label": "A", "Kind": "group"}],
        formats=PERCENT,
        Dataset="ADSL",
        Filter="",
    )
    assert printed(result) == [("Any", shown)]


def test_results_data_hold_the_text_of_the_format_and_the_value_unrounded() -> None:
    rows = [{"Label": "Any", "Where": 'FL == "Y"', "Statistics": "n (%:PCT.)"}]
    ard = built(
        rows,
        adsl(1, 300),
        columns=[{"ID": "A", "Label": "A", "Kind": "group"}],
        formats=PERCENT,
        Dataset="ADSL",
        Filter="",
    ).ard
    item = ard[ard["statistic"] == "pct"].iloc[0]
    assert (item["value"], item["text"]) == (100 / 300, " <1%")


def test_summaries_take_the_decimals_of_their_format() -> None:
    data = {"ADSL": frame("USUBJID TRT01A SAFFL AGE#", "1 A Y 60", "2 A Y 71", "3 B Y 50")}
    row = {"Label": "Age", "Kind": "continuous", "Variables": "AGE", "Statistics": "Mean:.1; SD:.2; Max:.1"}
    assert printed(built([row], data, Dataset="ADSL", Filter=""))[1:] == [
        (" Mean", "65.5", "50.0"),
        (" SD", "7.78", ""),
        (" Max", "71.0", "50.0"),
    ]
