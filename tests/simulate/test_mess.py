"""All the mess of the catalogue is in every extract, at the catalogue's rates."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.simulate.extract import DEFAULT_SEED, DICTIONARY, Extract, extract, word_lists

from studyspec.simulate.forms import CODED, FORMS

SEEDS = (DEFAULT_SEED, 1, 2, 3)


@pytest.fixture(params=SEEDS, scope="module")
def found(request: pytest.FixtureRequest) -> Extract:
    return extract(request.param)


def _share(part: int, whole: int) -> float:
    return 100 * part / whole


def test_every_finding_code_of_the_dictionary_occurs(found: Extract) -> None:
    described = set(re.findall(r"M\d\d[A-D]?", DICTIONARY.split("## 6.")[1].split("## 7.")[0]))
    assert {row["CODE"] for row in found.truth["findings"]} == described


def test_a_record_has_a_finding_code_once(found: Extract) -> None:
    keys = [(row["CODE"], row["FORM"], row["ROW"]) for row in found.truth["findings"]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("codes", "form", "low", "high"),
    [
        (["M02A"], "ae", 0.2, 1),
        (["M04B"], "ae", 1, 2),
        (["M05"], "ae", 2, 4),
        (["M08A", "M08B"], "ae", 2, 4),
        (["M09"], "ae", 0.5, 2),
        (["M10A", "M10B", "M10C", "M10D"], "ae", 1, 2),
        (["M12"], "ae", 0.5, 2),
        (["M18"], "ae", 2, 4),
        (["M15A", "M15B"], "ecog", 3, 5),
        (["M11A", "M11B", "M11C"], "sae_recon", 3, 25),
    ],
)
def test_rates_are_those_of_the_catalogue(found: Extract, codes: list[str], form: str, low: float, high: float) -> None:
    count = sum(row["CODE"] in codes for row in found.truth["findings"])
    assert low <= _share(count, len(found.forms[form])) <= high


def test_one_dose_row_in_a_hundred_is_exported_twice(found: Extract) -> None:
    rows = sum(len(found.forms[form]) for form in ("isa_admin", "car_admin", "pom_log", "dex_log"))
    assert 1 <= _share(sum(row["CODE"] == "M04A" for row in found.truth["findings"]), rows) <= 2


def test_five_to_ten_percent_of_infusions_are_in_another_unit(found: Extract) -> None:
    given = sum(row["FORM"] in ("isa_admin", "car_admin") for row in found.truth["exposure"])
    assert 5 <= _share(sum(row["CODE"] == "M07A" for row in found.truth["findings"]), given) <= 11


def test_about_a_tenth_of_event_starts_and_two_fifths_of_diagnosis_dates_are_partial(found: Extract) -> None:
    events = found.truth["events"]
    assert 8 <= _share(sum(row["ASTDTF"] != "" for row in events), len(events)) <= 12
    days = [row["DXDT"] for row in found.forms["dxhist"]]
    partial = [day for day in days if len(re.findall(r"[0-9]+|[A-Z]{3}", re.sub("U[NK]K?|NK", "", day))) < 3]
    assert 25 <= _share(len(partial), len(days)) <= 55


def test_a_third_of_subjects_is_not_evaluable_for_cytogenetics(found: Extract) -> None:
    risks = Counter(row["CYTORISK"] for row in found.truth["subjects"])
    assert 30 <= _share(risks["NOT EVALUABLE"], 112) <= 40


def test_one_subject_was_enrolled_twice_and_has_rows_under_both_numbers(found: Extract) -> None:
    [again] = [row for row in found.forms["enrol"] if row["PREVSUBJ"]]
    old, new = (again["PREVSITE"], again["PREVSUBJ"]), (again["SITENO"], again["SUBJNO"])
    assert len(found.forms["enrol"]) == 113
    assert old != new
    for form in ("isa_admin", "vitals"):
        numbers = {(row["SITENO"], row["SUBJNO"]) for row in found.forms[form]}
        assert {old, new} <= numbers


def test_two_subjects_had_consent_waived_because_they_had_died(found: Extract) -> None:
    waived = [row for row in found.truth["subjects"] if not row["RFICDTC"]]
    assert [(row["RETRO"], row["DTHFL"], row["SAFFL"]) for row in waived] == [("Y", "Y", "Y")] * 2


def test_one_untreated_subject_had_other_drugs_and_one_had_none(found: Extract) -> None:
    untreated = [row for row in found.truth["subjects"] if row["SAFFL"] == "N"]
    assert sorted(row["TRTSDT"] != "" for row in untreated) == [False, True]


def test_some_subjects_have_no_event_and_some_events_are_not_treatment_emergent(found: Extract) -> None:
    events = found.truth["events"]
    assert 3 <= 112 - len({row["USUBJID"] for row in events}) <= 15
    assert 3 <= _share(sum(row["TRTEMFL"] != "Y" for row in events), len(events)) <= 7


def test_at_most_one_date_of_death_is_partial(found: Extract) -> None:
    assert sum(0 < len(row["DTHDTC"]) < 10 for row in found.truth["subjects"]) <= 1


def test_one_subject_is_positive_only_after_baseline_and_not_high_risk(found: Extract) -> None:
    risk = {row["USUBJID"]: row["CYTORISK"] for row in found.truth["subjects"]}
    lists = word_lists()
    positive = {
        f"IONASYN01-{row['SITENO']}-{row['SUBJNO']}"
        for row in found.forms["cytogen"]
        if lists["RESULT"][row["RESULT"].lower()] == "POSITIVE"
        and lists["ABN"][row["ABN"].lower()] in ("DEL17P", "T(4;14)", "T(14;16)")
    }
    assert sum(risk.get(usubjid) in ("STANDARD", "NOT EVALUABLE") for usubjid in positive) >= 1


def test_every_coded_value_is_in_the_dictionary(found: Extract) -> None:
    lists = word_lists()
    for form, fields in CODED.items():
        for field, name in fields.items():
            values = {row[field].lower() for row in found.forms[form]} - {""}
            assert values <= lists[name].keys(), f"{form}.{field}"


def test_every_column_is_in_the_dictionary() -> None:
    criteria = {f"IE0{i}" for i in range(1, 6)} | {f"DRUG{i}" for i in range(1, 5)}
    for name, form in FORMS.items():
        missing = [c for c in form.header() if c not in criteria and not re.search(rf"\b{c}\b", DICTIONARY)]
        assert missing == [], name


def test_renamed_columns_are_filled_by_protocol_version(found: Extract) -> None:
    version = {(row["SITENO"], row["SUBJNO"]): row["PROTVER"] for row in found.forms["enrol"]}
    for form, old, new in (("ecog", "ECOGSCORE", "ECOG"), ("ae", "OUTC", "OUT")):
        for row in found.forms[form]:
            filled = {"1.0": (True, False), "2.0": (False, True)}[version[row["SITENO"], row["SUBJNO"]]]
            assert (row[old] != "", row[new] != "") == filled
    assert all(version[r["SITENO"], r["SUBJNO"]] == "2.0" for r in found.forms["ae"] if r["GRADE_ONSET"])


def test_lines_that_only_look_like_two_events_are_not_split(found: Extract) -> None:
    split = {row["AESPID"].rsplit("-", 1)[0] + row["USUBJID"] for row in found.truth["events"] if "-" in row["AESPID"]}
    looks = [row for row in found.truth["events"] if re.search(" and | / ", row["AETERM"])]
    assert all(row["AESPID"] + row["USUBJID"] not in split for row in looks)
    assert len(split) == 10


def test_no_licensed_dictionary_term_is_shipped(found: Extract) -> None:
    assert {row["LLT"] for row in found.forms["ae_coding"]} == {""}
    assert {row["DICT"] for row in found.forms["ae_coding"]} == {"CTCAE"}
