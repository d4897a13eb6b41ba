"""Every boundary of a rule has a record on it in every full block: found here by plain reading of raw and truth.

The cases are those of the dictionary's section 8, by the number they have there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from tests.simulate.extract import DEFAULT_SEED, DICTIONARY, Rows, extract
from tests.simulate.second_reading import Reading, term

SEEDS = (DEFAULT_SEED, 1, 2, 3)
CUTOFF = "2022-02-22"
TENTH = Decimal("0.1")


class Block:
    """The 112 subjects of an extract: truth by subject, and the raw rows with their dates read."""

    def __init__(self, seed: int) -> None:
        found = extract(seed)
        self.raw = Reading(found)
        self.subjects = {row["USUBJID"]: row for row in found.truth["subjects"]}
        self.events: dict[str, Rows] = defaultdict(list)
        for row in found.truth["events"]:
            raw = found.forms["ae"][int(row["ROW"]) - 1]
            self.events[row["USUBJID"]].append(row | {"ONSET": raw["GRADE_ONSET"], "NUMBER": _number(raw)})
        self.doses: dict[str, Rows] = defaultdict(list)
        for row in found.truth["exposure"]:
            self.doses[row["USUBJID"]].append(row)

    def pairs(self) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Yield every event of a subject with a dose, with that subject."""
        for usubjid, rows in self.events.items():
            if self.subjects[usubjid]["TRTSDT"]:
                yield from ((self.subjects[usubjid], row) for row in rows)

    def rows(self, form: str, column: str) -> Iterator[tuple[dict[str, str], list[tuple[str, dict[str, str]]]]]:
        """Yield every subject with a dose and its rows of a form with the ISO date in `column`."""
        for usubjid, rows in self.raw.of_subject(form).items():
            if self.subjects[usubjid]["TRTSDT"]:
                yield self.subjects[usubjid], [(self.raw.date(row, column), row) for _, row in rows]


def _number(row: dict[str, str]) -> str:
    return f"{row['SITENO']}-{row['SUBJNO']}"


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _month_end(day: str) -> str:
    later = date.fromisoformat(f"{day[:7]}-01") + timedelta(days=31)
    return str(later.replace(day=1) - timedelta(days=1))


Pair = tuple[dict[str, str], dict[str, str]]


def _events(fits: Callable[[dict[str, str], dict[str, str]], bool]) -> Callable[[Block], list[Pair]]:
    """Return a finder of events, by subject and event."""
    return lambda block: [(subject, event) for subject, event in block.pairs() if fits(subject, event)]


def _starts(subject: dict[str, str], event: dict[str, str], after: int, of: str) -> bool:
    start = event["AESTDTC"][:10]
    return len(start) == 10 and start < CUTOFF and _days(subject[of], start) == after


def _before(subject: dict[str, str], event: dict[str, str]) -> bool:
    return bool(event["ASTDT"]) and event["ASTDT"] < subject["TRTSDT"]


def _worse(event: dict[str, str]) -> bool:
    return bool(event["ONSET"]) and event["ONSET"] < event["AETOXGR"]


def _bounded(length: int, by: Callable[[dict[str, str]], str]) -> Callable[[Block], list[Pair]]:
    """Events whose end is known to so many characters, in the period of a day, and is that day."""

    def fits(subject: dict[str, str], event: dict[str, str]) -> bool:
        day, known = by(subject), event["AEENDTC"]
        if len(day) < 10 or len(known) != length or not day.startswith(known):
            return False
        return event["AENDT"] == day < (_month_end(day) if length == 7 else f"{day[:4]}-12-31")

    return _events(fits)


def _imputed(length: int, flag: str) -> Callable[[Block], list[Pair]]:
    def fits(subject: dict[str, str], event: dict[str, str]) -> bool:
        first, known = subject["TRTSDT"], event["AESTDTC"]
        inside = len(known) == length and first.startswith(known) and first[length:] != "-01-01"[-len(first[length:]) :]
        return inside and (event["ASTDT"], event["ASTDTF"], event["TRTEMFL"]) == (first, flag, "Y")

    return _events(fits)


CASES: dict[str, Callable[[Block], list[Pair]]] = {
    "1a starts 30 days after the last dose": _events(
        lambda s, e: _starts(s, e, 30, "TRTEDT") and e["TRTEMFL"] == "Y" and s["TRT01A"] in ("Isa-Pd", "Isa-Kd")
    ),
    "1b starts 31 days after the last dose": _events(lambda s, e: _starts(s, e, 31, "TRTEDT") and e["TRTEMFL"] == ""),
    "1c starts with the first dose": _events(lambda s, e: _starts(s, e, 0, "TRTSDT") and e["TRTEMFL"] == "Y"),
    "1d starts the day before, no worse": _events(
        lambda s, e: (
            _starts(s, e, -1, "TRTSDT")
            and e["TRTEMFL"] == ""
            and not _worse(e)
            and (e["AENDT"] or CUTOFF) > s["TRTSDT"]
        )
    ),
    "2a worse, but over the day before": _events(
        lambda s, e: (
            _before(s, e)
            and _worse(e)
            and e["TRTEMFL"] == ""
            and e["AENDT"] != ""
            and _days(e["AENDT"], s["TRTSDT"]) == 1
        )
    ),
    "2b worse, over on the day of the first dose": _events(
        lambda s, e: _before(s, e) and _worse(e) and e["TRTEMFL"] == "Y" and e["AENDT"] == s["TRTSDT"]
    ),
    "2c no worse, over on the day of the first dose": _events(
        lambda s, e: _before(s, e) and e["ONSET"] == e["AETOXGR"] and e["TRTEMFL"] == "" and e["AENDT"] == s["TRTSDT"]
    ),
    "3a end in the month of death": _bounded(7, lambda s: s["DTHDTC"]),
    "3b end in the year of death": _bounded(4, lambda s: s["DTHDTC"]),
    "3c end in the month of the cut-off": _bounded(7, lambda s: CUTOFF),
    "3d end in the year of the cut-off": _bounded(4, lambda s: CUTOFF),
    "3e a partial death does not bound": _events(
        lambda s, e: (
            len(s["DTHDTC"]) == 7
            and e["AEENDTC"] == s["DTHDTC"] == s["TRTEDT"][:7]
            and s["TRTEDT"] < e["AENDT"] == _month_end(s["TRTEDT"])
        )
    ),
    "4a start in the month of the first dose": _imputed(7, "D"),
    "4b start in the year of the first dose": _imputed(4, "M"),
    "4c start in the month before": _events(
        lambda s, e: (
            len(e["AESTDTC"]) == 7 and _month_end(e["AESTDTC"])[:10] < s["TRTSDT"][:8] + "01" and e["TRTEMFL"] == ""
        )
    ),
    "4d start unknown, over before": _events(
        lambda s, e: e["AESTDTC"] == "" and "" < e["AENDT"] < s["TRTSDT"] and e["TRTEMFL"] == ""
    ),
    "4e start unknown, not over": _events(lambda s, e: e["AESTDTC"] == "" and e["AENDT"] == "" and e["TRTEMFL"] == "Y"),
}


@pytest.fixture(params=SEEDS, scope="module")
def block(request: pytest.FixtureRequest) -> Block:
    return Block(request.param)


@pytest.mark.parametrize("case", CASES)
def test_an_event_is_on_the_boundary(block: Block, case: str) -> None:
    assert CASES[case](block) != []


def _samples(block: Block) -> Iterator[tuple[dict[str, str], list[tuple[str, str, str]]]]:
    """Yield subject and its samples: date, abnormality, result."""
    for subject, rows in block.rows("cytogen", "FISHDT"):
        yield subject, [(day, term("ABN", row["ABN"]), term("RESULT", row["RESULT"])) for day, row in rows]


def _positive(samples: list[tuple[str, str, str]]) -> set[str]:
    """Dates of positive results that can define high risk."""
    return {day for day, name, result in samples if name in ("DEL17P", "T(4;14)", "T(14;16)") and result == "POSITIVE"}


@pytest.mark.parametrize("length", [10, 7, 4])
def test_a_sample_of_the_day_or_in_the_month_or_year_of_the_first_dose_decides_the_risk(
    block: Block, length: int
) -> None:
    found = [
        subject
        for subject, samples in _samples(block)
        if _positive(samples) == {subject["TRTSDT"][:length]}
        and (length == 10 or subject["TRTSDT"] < _month_end(subject["TRTSDT"]))
    ]
    assert {subject["CYTORISK"] for subject in found} == {"HIGH"}


def test_a_positive_sample_of_the_day_after_the_first_dose_does_not_count(block: Block) -> None:
    after = {
        subject["CYTORISK"]
        for subject, samples in _samples(block)
        if _positive(samples) == {str(date.fromisoformat(subject["TRTSDT"]) + timedelta(days=1))}
    }
    assert after
    assert "HIGH" not in after


def test_a_positive_1q21_alone_is_no_high_risk(block: Block) -> None:
    alone = {
        subject["CYTORISK"]
        for subject, samples in _samples(block)
        if not _positive(samples) and any("1Q21" in name and result == "POSITIVE" for _, name, result in samples)
    }
    assert alone == {"STANDARD", "NOT EVALUABLE"}


def _scores(block: Block) -> Iterator[tuple[dict[str, str], list[tuple[int, str]]]]:
    """Yield subject and its performance statuses: days after the first dose, value."""
    for subject, rows in block.rows("ecog", "ECOGDT"):
        yield subject, sorted((_days(subject["TRTSDT"], day), row["ECOGSCORE"] or row["ECOG"]) for day, row in rows)


def test_a_performance_status_not_done_leaves_the_earlier_result_as_baseline(block: Block) -> None:
    found = []
    for subject, scores in _scores(block):
        until = [value for day, value in scores if day <= 0]
        if len(until) > 1 and until[-1] == "ND":
            found.append((subject["ECOGBL"], until[-2]))
    assert found != []
    assert all(baseline == value for baseline, value in found)


@pytest.mark.parametrize(("day", "place"), [(0, -1), (1, -2)])
def test_a_performance_status_of_the_first_dose_counts_and_one_of_the_day_after_does_not(
    block: Block, day: int, place: int
) -> None:
    found = []
    for subject, scores in _scores(block):
        near = [value for when, value in scores if when <= day]
        last = max(when for when, _ in scores if when <= day) if near else None
        if len(near) > 1 and last == day and near[-1] != near[-2]:
            found.append(subject["ECOGBL"] == near[place])
    assert found != []
    assert all(found)


@pytest.mark.parametrize(("form", "column"), [("ecog", "ECOGDT"), ("vitals", "VSDT")])
def test_no_subject_has_two_assessments_on_one_day(block: Block, form: str, column: str) -> None:
    for _, rows in block.rows(form, column):
        days = [day for day, _ in rows]
        assert len(days) == len(set(days))


def test_weight_of_the_first_dose_counts_and_that_of_the_day_after_does_not(block: Block) -> None:
    found = []
    for subject, rows in block.rows("vitals", "VSDT"):
        weights = {_days(subject["TRTSDT"], day): row["WEIGHT"] for day, row in rows if row["WTU"].lower() == "kg"}
        early = [day for day in weights if day < 0]
        if early and {0, 1} <= weights.keys() and len({weights[day] for day in (*early, 0, 1)}) == len(early) + 2:
            found.append(Decimal(weights[0]) == Decimal(subject["WEIGHTBL"]))
    assert found == [True]


def _split(value: Decimal, step: Decimal = TENTH) -> bool:
    """Tell whether half away from zero and half to even differ."""
    return value.quantize(step, ROUND_HALF_UP) != value.quantize(step, ROUND_HALF_EVEN)


def test_derived_measures_end_in_a_half(block: Block) -> None:
    sizes = [(Decimal(s["HEIGHTBL"]), Decimal(s["WEIGHTBL"])) for s in block.subjects.values() if s["HEIGHTBL"] != ""]
    assert any(_split(kilos / (metres * metres)) for metres, kilos in ((h / 100, w) for h, w in sizes))
    assert any(_split((height * kilos / 3600).sqrt(), Decimal("0.01")) for height, kilos in sizes)
    inches = [row["HEIGHT"] for _, rows in block.rows("vitals", "VSDT") for _, row in rows if row["HTU"] == "in"]
    assert any(_split(Decimal(height) * Decimal("2.54")) for height in inches)


@pytest.mark.parametrize(("form", "unit", "measure"), [("isa_admin", "mg/kg", "WTUSED"), ("car_admin", "mg/m2", "BSA")])
def test_converted_doses_end_in_a_half(block: Block, form: str, unit: str, measure: str) -> None:
    rows = [row for row in block.raw.forms[form] if row["ACTDOSEU"] == unit]
    assert any(_split(Decimal(row["ACTDOSE"]) * Decimal(row[measure])) for row in rows)


def test_a_dose_by_surface_is_capped(block: Block) -> None:
    over = [
        (dose["EXDOSE"], row["ACTDOSE"])
        for rows in block.doses.values()
        for dose in rows
        for row in [block.raw.forms[dose["FORM"]][int(dose["ROW"]) - 1]]
        if row.get("ACTDOSEU") == "mg/m2" and Decimal(row["BSA"]) > Decimal("2.2")
    ]
    assert over != []
    assert all(Decimal(dose) == Decimal(amount) * Decimal("2.2") for dose, amount in over)


def _last_row(block: Block, form: str, start: str, given: Callable[[dict[str, str]], bool]) -> list[bool]:
    """Of subjects whose last row of a form is without drug and after all doses: whether the last dose is no later."""
    found = []
    for subject, rows in block.rows(form, start):
        day, row = max(rows, key=lambda pair: pair[0])
        if not given(row) and day > max(dose["EXENDTC"][:10] for dose in block.doses[subject["USUBJID"]]):
            found.append(subject["TRTEDT"] < day)
    return found


def test_an_omitted_infusion_or_an_interval_without_drug_at_the_end_is_no_dose(block: Block) -> None:
    for form, start, given in (
        ("isa_admin", "ADMDT", lambda row: term("NY", row["GIVEN"]) == "Y"),
        ("pom_log", "STDT", lambda row: row["DOSE"] != "0"),
    ):
        found = _last_row(block, form, start, given)
        assert found != []
        assert all(found)


def test_a_subject_who_switched_from_pomalidomide_to_carfilzomib_is_in_the_first_cohort(block: Block) -> None:
    both = [s for s in block.subjects.values() if s["POMSDT"] and s["CARSDT"] and s["ISASDT"]]
    assert [s["TRT01A"] for s in both] == ["Isa-Pd"]
    assert both[0]["POMEDT"] < both[0]["CARSDT"]


def test_a_subject_with_other_drugs_only_is_treated_but_not_in_the_safety_population(block: Block) -> None:
    assert [s["TRTSDT"] != "" for s in block.subjects.values() if s["SAFFL"] == "N"].count(True) == 1


@pytest.mark.parametrize("days", [30, 31])
def test_a_death_is_exactly_so_many_days_after_the_last_dose(block: Block, days: int) -> None:
    assert any(
        _days(s["TRTEDT"], s["DTHDTC"]) == days
        for s in block.subjects.values()
        if s["TRTEDT"] and len(s["DTHDTC"]) == 10
    )


def test_a_subject_was_in_contact_after_the_date_on_the_death_form(block: Block) -> None:
    deaths = {s["USUBJID"]: day for s, rows in block.rows("death", "DTHDT") for day, _ in rows if len(day) == 10}
    later = [
        (s["USUBJID"], s["DTHDTC"])
        for s, [(day, row)] in block.rows("eos", "EOSDT")
        if s["USUBJID"] in deaths and day > deaths[s["USUBJID"]] < block.raw.date(row, "LASTCONTDT")
    ]
    assert later != []
    assert all(deaths[usubjid] == known for usubjid, known in later)


def _emergent(block: Block) -> Iterator[Rows]:
    """Yield the treatment-emergent events of each subject, in order of ASTDT."""
    for rows in block.events.values():
        yield sorted((row for row in rows if row["TRTEMFL"] == "Y"), key=lambda row: row["ASTDT"])


def _terms(block: Block) -> Iterator[Rows]:
    """Yield the treatment-emergent events of each subject and coded term, in order of ASTDT."""
    for rows in _emergent(block):
        terms = defaultdict(list)
        for row in rows:
            terms[row["AEDECOD"]].append(row)
        yield from (same for name, same in terms.items() if name)


def test_the_first_two_events_of_a_subject_are_on_one_day(block: Block) -> None:
    assert any(
        len(rows) > 1 and rows[0]["ASTDT"] == rows[1]["ASTDT"] != "" and rows[0]["AEDECOD"] != rows[1]["AEDECOD"]
        for rows in _emergent(block)
    )


def test_the_worse_event_of_a_term_is_the_later(block: Block) -> None:
    assert any(
        rows[0]["ASTDT"] < later["ASTDT"] and "" < rows[0]["AETOXGR"] < later["AETOXGR"]
        for rows in _terms(block)
        for later in rows[1:]
    )


def test_the_worst_grade_of_a_subject_and_term_is_on_two_days(block: Block) -> None:
    worst = {rows[0]["USUBJID"]: max(row["AETOXGR"] for row in rows) for rows in _emergent(block) if rows}
    assert any(
        len({row["ASTDT"] for row in rows if row["AETOXGR"] == worst[row["USUBJID"]] and row["ASTDT"]}) > 1
        for rows in _terms(block)
    )


def test_an_event_without_grade_stands_before_a_graded_one_of_the_same_term(block: Block) -> None:
    assert any(
        blank["AETOXGR"] == "" != later["AETOXGR"] and "" < blank["ASTDT"] < later["ASTDT"]
        for rows in _terms(block)
        for blank in rows
        for later in rows
    )


def test_the_re_enrolled_subject_has_doses_under_both_numbers_and_an_event_under_the_old_one(block: Block) -> None:
    [moved] = [s for s in block.subjects.values() if s["PREVSUBJ"]]
    rows = [(dose["FORM"], int(dose["ROW"])) for dose in block.doses[moved["USUBJID"]]]
    numbers = {_number(block.raw.forms[form][row - 1]) for form, row in rows}
    assert numbers == {moved["SUBJID"], moved["PREVSUBJ"]}
    assert moved["PREVSUBJ"] in {event["NUMBER"] for event in block.events[moved["USUBJID"]]}


def test_subjects_of_both_cohorts_have_no_event(block: Block) -> None:
    without = Counter(s["TRT01A"] for usubjid, s in block.subjects.items() if not block.events[usubjid])
    assert without["Isa-Pd"] > 0
    assert without["Isa-Kd"] > 0


def test_the_dictionary_lists_every_boundary_of_events() -> None:
    section = DICTIONARY.split("## 8.")[1]
    first_cells = re.findall(r"^\| (\d+[^|]*) \|", section, re.MULTILINE)
    listed = {number for cell in first_cells for number in cell.split(", ")}
    assert {name.split()[0] for name in CASES} <= listed
