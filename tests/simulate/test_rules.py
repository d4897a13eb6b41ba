"""The small rules behind the truth, each by hand-made cases."""

from __future__ import annotations

import doctest
from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulate.second_reading import clean as second_clean
from tests.simulate.second_reading import iso

from studyspec.simulate import calibrate, draw, people, truth, typist, world
from studyspec.simulate.analysis import analysis_end, analysis_start, emergent, study_day
from studyspec.simulate.draw import Draw
from studyspec.simulate.people import with_median
from studyspec.simulate.truth import clean, milligrams, number
from studyspec.simulate.typist import Typist, mojibake, stray
from studyspec.simulate.world import Dose, Event, Number, Part, Subject, When

FIRST, LAST = date(2021, 3, 15), date(2021, 6, 30)


def _subject(treated: bool = True) -> Subject:
    subject = Subject("Isa-Pd", "ITA", Number("204", "0009"), 71)
    if treated:
        subject.doses = [_dose(FIRST), _dose(LAST)]
    return subject


def _dose(day: date, amount: str = "700", unit: str = "mg", measure: str = "70") -> Dose:
    return Dose("ISA", 1, 1, When(day), When(day), Decimal(amount), unit, measure=Decimal(measure))


def _event(start: When, end: When | None = None, grade: int | None = 2, onset: int | None = None) -> Event:
    return Event([Part("fever", "T29")], start, end, grade, onset_grade=onset)


@pytest.mark.parametrize(
    ("start", "end", "onset", "expected"),
    [
        (When(FIRST), None, None, "Y"),
        (When(FIRST - timedelta(days=1)), None, None, ""),
        (When(LAST + timedelta(days=30)), None, None, "Y"),
        (When(LAST + timedelta(days=31)), None, None, ""),
        (When(FIRST, ""), None, None, "Y"),
        (When(FIRST, ""), When(FIRST - timedelta(days=1)), None, ""),
        (When(FIRST - timedelta(days=9)), None, 1, "Y"),
        (When(FIRST - timedelta(days=9)), None, 2, ""),
        (When(FIRST - timedelta(days=9)), When(FIRST), 1, "Y"),
        (When(FIRST - timedelta(days=9)), When(FIRST - timedelta(days=1)), 1, ""),
        (When(date(2021, 3, 1), "M"), None, None, "Y"),
        (When(date(2021, 2, 1), "M"), None, None, ""),
        (When(date(2021, 1, 1), "Y"), None, None, "Y"),
    ],
)
def test_treatment_emergent_by_the_first_rule_that_applies(
    start: When, end: When | None, onset: int | None, expected: str
) -> None:
    assert emergent(_event(start, end, onset=onset), _subject()) == expected


def test_nothing_is_treatment_emergent_without_a_dose() -> None:
    assert emergent(_event(When(FIRST)), _subject(treated=False)) == ""


def test_worsening_needs_both_grades() -> None:
    assert emergent(_event(When(FIRST - timedelta(days=9)), grade=None, onset=1), _subject()) == ""


def test_a_partial_start_is_the_first_day_or_the_first_dose_inside_it() -> None:
    assert analysis_start(_event(When(date(2021, 5, 20), "M")), _subject()) == date(2021, 5, 1)
    assert analysis_start(_event(When(date(2021, 3, 2), "M")), _subject()) == FIRST
    assert analysis_start(_event(When(date(2021, 9, 2), "Y")), _subject()) == FIRST
    assert analysis_start(_event(When(date(2020, 9, 2), "Y")), _subject()) == date(2020, 1, 1)


def test_a_partial_end_is_the_last_day_but_not_after_death_or_the_cut_off() -> None:
    subject = _subject()
    assert analysis_end(_event(When(FIRST), When(date(2021, 12, 2), "M")), subject) == date(2021, 12, 31)
    assert analysis_end(_event(When(FIRST), When(date(2022, 2, 2), "M")), subject) == date(2022, 2, 22)
    subject.died = date(2021, 12, 20)
    assert analysis_end(_event(When(FIRST), When(date(2021, 12, 2), "M")), subject) == date(2021, 12, 20)
    subject.death_known = "M"
    assert analysis_end(_event(When(FIRST), When(date(2021, 12, 2), "M")), subject) == date(2021, 12, 31)


def test_there_is_no_study_day_0() -> None:
    assert [study_day(FIRST + timedelta(days=d), _subject()) for d in (-1, 0, 1)] == ["-1", "1", "2"]


@pytest.mark.parametrize(
    ("amount", "unit", "measure", "expected"),
    [
        ("700", "mg", "70", "700.0"),
        ("9.8", "mg/kg", "72.5", "710.5"),
        ("35.1", "ml", "70", "702.0"),
        ("56", "mg/m2", "2.35", "123.2"),
        ("56", "mg/m2", "1.94", "108.6"),
    ],
)
def test_doses_are_converted_to_mg(amount: str, unit: str, measure: str, expected: str) -> None:
    assert str(milligrams(_dose(FIRST, amount, unit, measure))) == expected


def test_numbers_round_half_away_from_zero() -> None:
    assert [number(Decimal(text)) for text in ("710.25", "0.05", "40", "158.75")] == ["710.3", "0.1", "40", "158.8"]


@pytest.mark.parametrize("module", [calibrate, draw, people, truth, typist, world])
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("values", [[1], [5, 9], [9, 2, 2], [1, 5, 9, 12], [3, 3, 3, 9, 9]])
def test_the_median_can_be_set_exactly(values: list[int]) -> None:
    moved = sorted(with_median(values, 6))
    middle = (moved[(len(moved) - 1) // 2] + moved[len(moved) // 2]) / 2
    assert (len(moved), middle) == (len(values), 6)


@pytest.mark.parametrize("text", ["nötropeni", "baş ağrısı", "İnfüzyon reaksiyonu", "nausée", "œdème des jambes"])
def test_mojibake_is_repaired_to_what_was_typed(text: str) -> None:
    garbled = mojibake(text)
    assert garbled != text
    assert second_clean(garbled) == clean(text) == second_clean(text)


@given(st.integers(0, 10**6), st.sampled_from(["baş ağrısı", "low neutrophils", "fièvre", "CAP"]))
def test_stray_characters_are_cleaned_away(seed: int, text: str) -> None:
    assert second_clean(stray(Draw(seed, 0), text)) == clean(text)


@given(
    st.integers(0, 10**6),
    st.sampled_from(["101", "107", "204", "303", "405", "501", "601"]),
    st.dates(date(1921, 1, 1), date(2022, 12, 31)),
    st.sampled_from(["D", "M", "Y", ""]),
)
def test_a_typed_date_reads_back_as_far_as_it_is_known(seed: int, site: str, day: date, known: str) -> None:
    typist = Typist(Draw(seed, 0), Number(site, "0001"))
    when = When(day, known)
    assert iso(typist.date(when), typist.site.date_format) == when.iso()


@given(st.integers(0, 10**6), st.lists(st.integers(), max_size=20))
def test_shuffling_keeps_every_element(seed: int, values: list[int]) -> None:
    assert sorted(Draw(seed, 1).shuffled(values)) == sorted(values)


def test_draws_are_the_same_for_ever() -> None:
    stream = Draw(20220222, 0)
    assert [stream.whole(1, 100) for _ in range(5)] == [62, 6, 76, 65, 38]
