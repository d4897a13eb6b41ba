"""The study's own SDTM functions (sdtm/*.py), called as the evaluator calls them."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.derive.problems import Problem, collecting
from studyspec.derive.registry import Registry
from studyspec.study import load_functions

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def functions() -> Registry:
    registry, findings = load_functions(ROOT)
    assert findings == []
    return registry


def texts(*values: str) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def table(columns: str, *rows: str) -> pd.DataFrame:
    """A form of text columns from lines of values between blanks; - is a blank value."""
    names = columns.split()
    values = [["" if value == "-" else value for value in row.split()] for row in rows]
    return pd.DataFrame(values, columns=names, dtype="str")


def enrol(*rows: str) -> pd.DataFrame:
    return table("SITENO SUBJNO PREVSITE PREVSUBJ", *rows)


def usubjid(functions: Registry, forms: pd.DataFrame, *numbers: str) -> tuple[list[str], list[Problem]]:
    sites, subjects = zip(*(number.split("-") for number in numbers), strict=True)
    with collecting() as problems:
        found = functions["current_usubjid"].call(texts(*["S1"] * len(sites)), texts(*sites), texts(*subjects), forms)
    return found.tolist(), problems


class TestCurrentUsubjid:
    def test_a_subject_who_never_moved_keeps_the_number(self, functions: Registry) -> None:
        assert usubjid(functions, enrol("101 0001 - -"), "101-0001")[0] == ["S1-101-0001"]

    def test_records_under_the_older_number_get_the_newer_one(self, functions: Registry) -> None:
        forms = enrol("101 0001 - -", "204 0009 101 0001")
        assert usubjid(functions, forms, "101-0001", "204-0009")[0] == ["S1-204-0009", "S1-204-0009"]

    def test_several_moves_end_at_the_newest_number_in_any_order_of_rows(self, functions: Registry) -> None:
        forms = enrol("301 0003 204 0009", "101 0001 - -", "204 0009 101 0001")
        found, _ = usubjid(functions, forms, "101-0001", "204-0009", "301-0003")
        assert found == ["S1-301-0003"] * 3

    def test_the_same_subject_number_at_another_site_is_another_person(self, functions: Registry) -> None:
        forms = enrol("101 0001 - -", "204 0009 101 0001")
        assert usubjid(functions, forms, "102-0001")[0] == ["S1-102-0001"]

    def test_a_record_without_subject_number_has_no_subject(self, functions: Registry) -> None:
        assert usubjid(functions, enrol("101 0001 - -"), "101-")[0] == [""]

    def test_a_circle_is_an_error_on_each_of_its_records_and_on_no_other(self, functions: Registry) -> None:
        forms = enrol("101 0001 102 0002", "102 0002 101 0001", "103 0003 - -")
        found, problems = usubjid(functions, forms, "101-0001", "103-0003", "102-0002")
        assert found == ["S1-101-0001", "S1-103-0003", "S1-102-0002"]
        assert [problem.rule.severity for problem in problems] == ["error"]
        assert problems[0].texts.index.tolist() == [0, 2]

    def test_a_number_that_leads_into_a_circle_is_reported_too(self, functions: Registry) -> None:
        forms = enrol("101 0001 100 0000", "102 0002 101 0001", "101 0001 102 0002")
        _, problems = usubjid(functions, forms, "100-0000")
        assert [problem.texts.tolist() for problem in problems] == [
            ["Number 100-0000 is in a circle of re-enrolments."]
        ]

    def test_a_number_replaced_by_two_keeps_itself_and_is_an_error(self, functions: Registry) -> None:
        forms = enrol("101 0001 - -", "102 0002 101 0001", "103 0003 101 0001", "104 0004 - -")
        found, problems = usubjid(functions, forms, "101-0001", "102-0002", "103-0003", "104-0004")
        assert found == ["S1-101-0001", "S1-102-0002", "S1-103-0003", "S1-104-0004"]
        assert [(item.rule.code, item.rule.severity, item.texts.tolist()) for item in problems] == [
            ("DM-002", "error", ["More than one enrolment says that it replaces number 101-0001."])
        ]
        assert problems[0].texts.index.tolist() == [0]

    def test_an_enrolment_exported_twice_is_one_move(self, functions: Registry) -> None:
        found, problems = usubjid(functions, enrol("102 0002 101 0001", "102 0002 101 0001"), "101-0001")
        assert found == ["S1-102-0002"]
        assert problems == []


class TestDateFormat:
    def test_each_record_gets_the_format_of_its_own_site(self, functions: Registry) -> None:
        sites = table("SITENO EDC_DATEFMT", "101 dd/mm/yyyy", "204 dd-MON-yyyy")
        found = functions["date_format"].call(texts("204", "101", "204"), sites)
        assert found.tolist() == ["dd-MON-yyyy", "dd/mm/yyyy", "dd-MON-yyyy"]

    def test_an_unknown_or_missing_site_has_no_format(self, functions: Registry) -> None:
        sites = table("SITENO EDC_DATEFMT", "101 dd/mm/yyyy")
        found = functions["date_format"].call(texts("999", ""), sites)
        assert found.tolist() == ["", ""]


class TestDoseMg:
    @pytest.mark.parametrize(
        ("dose", "unit", "size", "milligrams"),
        [
            ("700", "mg", "", 700.0),
            ("700.05", "MG", "", 700.1),
            ("35.25", "ml", "", 705.0),
            ("10", "mg/kg", "70.45", 704.5),
            ("10.3", "mg/kg", "71.5", 736.5),
        ],
    )
    def test_every_unit_becomes_mg_to_one_decimal(
        self, functions: Registry, dose: str, unit: str, size: str, milligrams: float
    ) -> None:
        found = functions["dose_mg"].call(texts(dose), texts(unit), weight_kg=texts(size))
        assert found.tolist() == [milligrams]

    def test_body_surface_area_counts_up_to_2_2_square_metres(self, functions: Registry) -> None:
        found = functions["dose_mg"].call(texts("56", "56"), texts("mg/m2", "mg/m2"), bsa_m2=texts("1.85", "2.35"))
        assert found.tolist() == [103.6, 123.2]

    def test_a_blank_dose_is_missing_and_no_finding(self, functions: Registry) -> None:
        with collecting() as problems:
            found = functions["dose_mg"].call(texts(""), texts("mg"), weight_kg=texts(""))
        assert np.isnan(found.iloc[0])
        assert problems == []

    @pytest.mark.parametrize(("unit", "weight"), [("mg/kg", ""), ("mg/m2", "70"), ("IU", "70"), ("", "70")])
    def test_a_dose_that_cannot_be_converted_is_missing_and_reported(
        self, functions: Registry, unit: str, weight: str
    ) -> None:
        with collecting() as problems:
            found = functions["dose_mg"].call(texts("10", "5"), texts(unit, "mg"), weight_kg=texts(weight, ""))
        assert np.isnan(found.iloc[0])
        assert [(problem.rule.code, problem.texts.index.tolist()) for problem in problems] == [("EX-001", [0])]

    @given(dose=st.decimals("0.1", "30", places=1), weight=st.decimals("30", "180", places=1))
    def test_rounding_is_that_of_the_decimal_product(self, functions: Registry, dose: Decimal, weight: Decimal) -> None:
        found = functions["dose_mg"].call(texts(str(dose)), texts("mg/kg"), weight_kg=texts(str(weight)))
        assert found.iloc[0] == float((dose * weight).quantize(Decimal("0.1"), ROUND_HALF_UP))


class TestPerformanceStatus:
    @pytest.mark.parametrize(
        ("score", "scale", "grade"),
        [
            ("0", "ECOG", "0"),
            ("4", "ECOG", "4"),
            ("1-2", "ECOG", "2"),
            ("2 - 1", "ECOG", "2"),
            ("100", "KPS", "0"),
            ("90", "KPS", "1"),
            ("KPS 80", "KPS", "1"),
            ("70%", "KPS", "2"),
            ("60", "KPS", "2"),
            ("50", "KPS", "3"),
            ("40", "KPS", "3"),
            ("30", "KPS", "4"),
            ("0", "KPS", "4"),
            ("ND", "ECOG", ""),
            ("", "ECOG", ""),
        ],
    )
    def test_a_score_becomes_an_ecog_grade(self, functions: Registry, score: str, scale: str, grade: str) -> None:
        with collecting() as problems:
            found = functions["performance_status"].call(texts(score), texts(scale))
        assert found.tolist() == [grade]
        assert problems == []

    @pytest.mark.parametrize(("score", "scale"), [("5", "ECOG"), ("80", "ECOG"), ("110", "KPS"), ("good", "KPS")])
    def test_a_score_outside_its_scale_is_missing_and_reported(
        self, functions: Registry, score: str, scale: str
    ) -> None:
        with collecting() as problems:
            found = functions["performance_status"].call(texts("1", score), texts("ECOG", scale))
        assert found.tolist() == ["1", ""]
        assert [(problem.rule.code, problem.texts.index.tolist()) for problem in problems] == [("RS-001", [1])]


class TestSplitVerbatim:
    ENTRIES = table("SITENO SUBJNO AENUM AETERM _record", "101 0001 1 fever 1", "101 0001 2 fever/cough 2")

    def test_an_entry_coded_in_two_parts_is_repeated_in_their_order(self, functions: Registry) -> None:
        coding = table("SITENO SUBJNO AENUM CODEPART", "101 0001 2 2", "101 0001 2 1", "101 0001 1 1")
        found = functions["split_verbatim"].call(self.ENTRIES, coding)
        assert found[["AENUM", "CODEPART", "_record"]].to_numpy().tolist() == [
            ["1", "1", "1"],
            ["2", "1", "2"],
            ["2", "2", "2"],
        ]

    def test_several_versions_of_one_coding_do_not_repeat_the_entry(self, functions: Registry) -> None:
        coding = table("SITENO SUBJNO AENUM CODEPART CODEDT", "101 0001 1 1 2021-01-01", "101 0001 1 1 2021-02-01")
        assert len(functions["split_verbatim"].call(self.ENTRIES, coding)) == 2

    def test_an_entry_that_was_never_coded_stays(self, functions: Registry) -> None:
        coding = table("SITENO SUBJNO AENUM CODEPART", "102 0001 1 1")
        found = functions["split_verbatim"].call(self.ENTRIES, coding)
        assert found["CODEPART"].tolist() == ["1", "1"]


class TestVerbatimPart:
    @pytest.mark.parametrize(
        ("term", "first", "second"),
        [
            ("fever and cough", "fever", "cough"),
            ("nausea + vomiting", "nausea", "vomiting"),
            ("anemia / fatigue", "anemia", "fatigue"),
            ("fievre et toux", "fievre", "toux"),
            ("febbre e tosse", "febbre", "tosse"),
            ("ates ve oksuruk", "ates", "oksuruk"),
            ("Fieber und Husten", "Fieber", "Husten"),
            ("fever and cough and rash", "fever", "cough and rash"),
        ],
    )
    def test_a_line_is_divided_at_its_first_separator(
        self, functions: Registry, term: str, first: str, second: str
    ) -> None:
        found = functions["verbatim_part"].call(texts(term, term), texts("1", "2"))
        assert found.tolist() == [first, second]

    def test_a_line_that_is_one_event_stays_whole(self, functions: Registry) -> None:
        found = functions["verbatim_part"].call(texts("acute renal failure / AKI"), texts(""))
        assert found.tolist() == ["acute renal failure / AKI"]

    def test_a_line_without_separator_is_given_whole(self, functions: Registry) -> None:
        found = functions["verbatim_part"].call(texts("sandstorm"), texts("2"))
        assert found.tolist() == ["sandstorm"]
