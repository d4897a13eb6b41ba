"""The listing reads like SAS's. The golden listings in golden/ were reviewed by eye against genuine ones.

To make them anew after a change that is meant: STUDYSPEC_GOLDEN=write python -m pytest tests/compare/test_listing.py
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from compare.samples import labs, number, other, plain, text, with_rows, with_value, with_variable
from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import criterion_of
from studyspec.compare.dataset import Dataset, Variable
from studyspec.compare.listing import ListingOptions, listing
from studyspec.compare.result import Comparison

GOLDEN = Path(__file__).parent / "golden"
IDS = ("USUBJID", "LBSEQ")
CLEAN = "NOTE: No unequal values were found. All values compared are exactly equal."


def five_differences() -> Comparison:
    """One label, one length, one value beyond the criterion, one missing row and one duplicate ID."""
    changed = with_variable(other(), "USUBJID", label="Subject")
    changed = with_variable(changed, "LBTEST", length=20)
    changed = with_value(changed, 1, "LBSTRESN", 140.5)
    changed = with_value(changed, 0, "LBSTRESN", 31.5 + 1e-9)
    changed = with_rows(changed, 0, 0, 1, 2)
    return compare_datasets(labs(), changed, id_variables=IDS, criterion=criterion_of("absolute", 1e-8))


def sas_example(listed: bool = True) -> Comparison:
    """The two data sets of the COMPARE procedure's own example of a complete report."""

    def student(name: str, label: str, *columns: tuple[str, str, str, list[object]]) -> Dataset:
        variables, values = [], {}
        for column, sas_format, words, cells in columns:
            chars = isinstance(cells[0], str)
            variables.append(Variable(column, "char" if chars else "num", 8, words, sas_format))
            values[column] = text(*cells) if chars else number(*cells)
        stamp = datetime(1998, 5, 13, 15, 54, 12)
        return replace(plain(name, **values), variables=tuple(variables), label=label, created=stamp, modified=stamp)

    known = frozenset({"length", "format", "informat", "label"})
    one = student(
        "PROCLIB.ONE",
        "First Data Set",
        ("student", "", "", [1000, 1042, 1095, 1187]),
        ("year", "", "Year of Birth", ["1970", "1971", "1969", "1970"]),
        ("state", "", "", ["NC", "MD", "PA", "MA"]),
        ("gr1", "4.1", "", [85, 92, 78, 87]),
        ("gr2", "", "", [87, 92, 72, 94]),
    )
    two = student(
        "PROCLIB.TWO",
        "Second Data Set",
        ("student", "", "", ["1000", "1042", "1095", "1187", "1204"]),
        ("year", "", "", ["1970", "1971", "1969", "1970", "1971"]),
        ("state", "", "Home State", ["NC", "MA", "PA", "MD", "NC"]),
        ("gr1", "5.2", "", [84, 92, 79, 87, 82]),
        ("gr2", "", "", [87, 92, 73, 74, 96]),
        ("major", "", "", ["Math", "History", "Physics", "Dance", "French"]),
    )
    return compare_datasets(replace(one, known=known), replace(two, known=known))


def clean() -> Comparison:
    return compare_datasets(labs(), with_rows(other(), 3, 0, 1, 2), id_variables=IDS)


def within() -> Comparison:
    noisy = with_value(other(), 1, "LBSTRESN", 140 * (1 + 1e-12))
    return compare_datasets(replace(labs(), name="BASE.ADLB"), replace(noisy, name="COMPARE.ADLB"), id_variables=IDS)


@pytest.mark.parametrize(
    ("name", "make", "options"),
    [
        ("five_differences", five_differences, ListingOptions()),
        ("five_differences_listall", five_differences, ListingOptions(list_all=True)),
        ("sas_example", sas_example, ListingOptions(list_all=True, linesize=80)),
        ("clean", clean, ListingOptions()),
        ("within_criterion", within, ListingOptions()),
    ],
)
def test_the_listing_is_the_reviewed_one(name: str, make: object, options: ListingOptions) -> None:
    shown = listing(make(), options)  # type: ignore[operator]
    path = GOLDEN / f"{name}.lst"
    if os.environ.get("STUDYSPEC_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == path.read_text(encoding="utf-8")


def test_five_differences_have_the_right_sysinfo() -> None:
    result = five_differences()
    assert result.conditions == ("LENGTH", "LABEL", "BASEOBS", "COMPOBS", "VALUE")
    assert result.sysinfo == 16 + 32 + 64 + 128 + 4096


# The words that SAS shops search listings for.
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (clean, "The COMPARE Procedure"),
        (clean, "Comparison of BASE.LB with COMPARE.LB"),
        (clean, "(Method=EXACT)"),
        (clean, CLEAN),
        (within, "Number of Variables Compared with Some Observations Unequal: 0."),
        (within, "Total Number of Values which Compare Unequal: 0."),
        (within, "Total Number of Values not EXACTLY Equal: 1."),
        (five_differences, "(Method=ABSOLUTE, Criterion=0.00000001)"),
        (five_differences, "Number of Variables with Differing Attributes: 2."),
        (five_differences, "Number of Observations in BASE.LB but not in COMPARE.LB: 1."),
        (five_differences, "Number of Observations in COMPARE.LB but not in BASE.LB: 1."),
        (five_differences, "Number of Duplicate Observations found in COMPARE.LB: 1."),
        (five_differences, "Number of Observations with Some Compared Variables Unequal: 1."),
        (five_differences, "Number of Observations with All Compared Variables Equal: 2."),
        (five_differences, "Total Number of Values which Compare Unequal: 1."),
        (five_differences, "Total Number of Values not EXACTLY Equal: 2."),
        (five_differences, "Maximum Difference: 0.5."),
        (sas_example, "Number of Variables with Conflicting Types: 1."),
        (sas_example, "Number of Variables in PROCLIB.TWO but not in PROCLIB.ONE: 1."),
        (sas_example, "Observation 5 in PROCLIB.TWO not found in PROCLIB.ONE."),
        (sas_example, "Maximum Difference: 20."),
    ],
)
def test_words_that_shops_search_for_stand_on_one_line(make: object, words: str) -> None:
    lines = listing(make(), ListingOptions(list_all=True)).splitlines()  # type: ignore[operator]
    assert words in [line.strip() for line in lines]


def test_only_exactly_equal_data_get_the_note_of_equality() -> None:
    assert CLEAN in listing(clean())
    assert CLEAN not in listing(within())
    assert CLEAN not in listing(five_differences())


def test_longer_text_is_cut_at_twenty_characters_and_the_rule_says_so() -> None:
    changed = with_value(other(), 0, "LBTEST", "Alanine Aminotransfer")
    lines = listing(compare_datasets(labs(), changed, id_variables=IDS)).splitlines()
    assert sum("___________________+  ___________________+" in line for line in lines) == 1
    assert sum("Alanine Aminotransfe  Alanine Aminotransfe" in line for line in lines) == 1


def test_control_characters_do_not_break_lines() -> None:
    base, compare = plain("B.X", ID=text("i\nd"), A=text("a\nb\u2028c")), plain("C.X", ID=text("i\nd"), A=text("ab"))
    shown = listing(compare_datasets(base, compare, id_variables=["ID"]))
    assert any(line.strip().startswith("i?d  ||  a?b?c") for line in shown.split("\n"))


def test_no_more_values_of_a_variable_than_maxprint_are_printed() -> None:
    base = plain("B.X", A=number(*range(30)), B=number(*range(30)))
    compare = plain("C.X", A=number(*range(1, 31)), B=number(*range(2, 32)))
    shown = listing(compare_datasets(base, compare), ListingOptions(per_variable=10, total=15))
    assert sum("||" in line for line in shown.splitlines()) == 4 + 10 + 4 + 5
    assert "NOTE: The MAXPRINT=10 printing limit has been reached for the variable A." in shown
    assert "NOTE: The MAXPRINT total of 15 printing limit has been reached." in shown


def test_the_bars_of_a_grid_stand_in_one_column() -> None:
    wide = plain("B.X", ID=text("a", "a much longer identifier"), A=number(1e-300, 2), B=text("x", "y"))
    changed = plain("C.X", ID=text("a", "a much longer identifier"), A=number(-1e-300, 3e200), B=text("y", "z"))
    lines = listing(compare_datasets(wide, changed, id_variables=["ID"])).splitlines()
    bars = [line.index("||") for line in lines if "||" in line]
    assert len(bars) == 12
    assert len(set(bars[:6])) == len(set(bars[6:])) == 1


def test_a_data_set_without_rows_is_listed() -> None:
    empty = with_rows(labs())
    shown = listing(compare_datasets(empty, empty, id_variables=IDS), ListingOptions(list_all=True))
    assert "Number of Observations in Common: 0." in shown
    assert "NOTE: There are no matching observations, so no values were compared." in shown
