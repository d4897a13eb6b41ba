"""Explanations: which findings a row explains, rows that nothing needs; those of the reference study are true."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from tests.study.reference import study

from studyspec.checks.conformance import Conformance, ConformanceFinding, explained, fits, stale_explanations
from studyspec.spec.model import Explanation, Spec
from studyspec.spec.workbook import Location

FINDING = ConformanceFinding("SD-608", "warning", "x", "AE", "AEOUT, AEENDTC", 3)


def row(rule: str = "SD-608", dataset: str = "AE", variable: str = "AEENDTC", comment: str = "COM.AE") -> Explanation:
    return Explanation(rule, dataset, variable, comment, Location("specs/sdtm.xlsx", "Explained", 2, {"Rule": 1}))


def spec(*rows: Explanation) -> Spec:
    return replace(study().sdtm, explanations=rows)


@pytest.mark.parametrize(
    ("explanation", "expected"),
    [
        (row(), True),
        (row(variable=""), True),
        (row(dataset="", variable=""), True),
        (row(variable="AESTDTC"), False),
        (row(variable="AEEND"), False),
        (row(dataset="CM"), False),
        (row(rule="SD-609"), False),
    ],
)
def test_a_row_explains_findings_of_its_rule_dataset_and_variable(explanation: Explanation, expected: bool) -> None:
    assert fits(explanation, FINDING) is expected


def test_a_row_about_our_rule_explains_the_core_rule_that_states_the_same() -> None:
    core = replace(FINDING, rule="CORE-000657")
    assert fits(row(), core)
    assert not fits(row(), replace(core, rule="CORE-000659"))
    assert fits(row(rule="CORE-000657"), core)
    assert not fits(row(rule="CORE-000657"), FINDING)


def test_the_first_row_that_fits_gives_its_comment() -> None:
    found = explained([FINDING], [spec(row(comment="COM.GONE"), row(comment="COM.AEOUT"), row(variable=""))])
    assert [item.explanation for item in found] == [study().sdtm.comments["COM.AEOUT"].description]


def test_an_error_is_open_until_it_is_explained() -> None:
    error = replace(FINDING, severity="error")
    assert error.is_open
    assert not replace(error, explanation="Because.").is_open
    assert not FINDING.is_open


def test_a_row_that_no_finding_needs_is_a_warning_at_its_cell() -> None:
    rows = [row(), row(variable="AESTDTC"), row(rule="SD-999"), row(rule="CORE-000657", dataset="", variable="")]
    found = stale_explanations([FINDING], [spec(*rows)], ("CORE-",))
    assert [item.what for item in found] == [
        "SD-608 finds nothing in AE AESTDTC.",
        "There is no conformance rule SD-999.",
    ]
    assert {(item.code, item.severity, item.cell) for item in found} == {
        ("CHECK-001", "warning", "specs/sdtm.xlsx!Explained!A2")
    }
    (core,) = stale_explanations([], [spec(rows[3])])
    assert core.what == "CORE-000657 finds nothing."


# What the comments of the reference study say, held against the data.


def records(result: Conformance, rule: str, dataset: str) -> pd.DataFrame:
    """The records that a rule finds; there are some."""
    found = [item.record - 1 for item in result.findings if item.rule == rule and item.dataset == dataset]
    assert found
    return result.tables[dataset].frame.iloc[sorted(found)]


def qualifier(result: Conformance, dataset: str, name: str) -> dict[tuple[str, str], str]:
    supp = result.tables[f"SUPP{dataset}"].frame
    own = supp[supp["QNAM"] == name]
    return dict(zip(zip(own["USUBJID"], own["IDVARVAL"], strict=True), own["QVAL"], strict=True))


def keys(frame: pd.DataFrame, sequence: str) -> list[tuple[str, str]]:
    return [(subject, f"{number:.0f}") for subject, number in zip(frame["USUBJID"], frame[sequence], strict=True)]


def test_blank_aedecod_is_of_events_not_coded(result: Conformance) -> None:
    status = qualifier(result, "AE", "AECODST")
    assert {status[key] for key in keys(records(result, "SD-102", "AE"), "AESEQ")} <= {"UNCODED", "QUERY"}


def test_contradictory_seriousness_is_named_by_findings_of_the_study() -> None:
    assert {"M02A", "M02B", "M10A", "M10B", "M19", "M20"} <= {item.id for item in study().sdtm.checks}


def test_the_start_is_wholly_unknown_where_only_the_end_is_given(result: Conformance) -> None:
    assert set(records(result, "SD-313", "AE")["AESTDTC"]) == {""}


@pytest.mark.parametrize(("dataset", "date"), [("AE", "AESTDTC"), ("DS", "DSSTDTC"), ("GF", "GFDTC")])
def test_epoch_is_blank_for_partial_and_missing_dates_only(result: Conformance, dataset: str, date: str) -> None:
    assert set(records(result, "SD-314", dataset)[date].str.len()) <= {0, 4, 7}


def test_consent_after_the_first_dose_is_of_retrospective_subjects_within_three_months(result: Conformance) -> None:
    found = records(result, "SD-410", "DM")
    kind = qualifier(result, "DM", "ENRTYPE")
    assert {kind[subject, ""] for subject in found["USUBJID"]} == {"RETROSPECTIVE"}
    assert (found["RFXSTDTC"] == found["RFSTDTC"]).all()
    delay = pd.to_datetime(found["RFICDTC"]) - pd.to_datetime(found["RFSTDTC"])
    assert delay.dt.days.max() <= 92


def test_entries_not_resolved_but_ended_go_on_in_another_entry(result: Conformance) -> None:
    ae = result.tables["AE"].frame
    for _, entry in records(result, "SD-608", "AE").iterrows():
        same = ae[(ae["USUBJID"] == entry["USUBJID"]) & (ae["AEGRPID"] == entry["AEGRPID"]) & (ae["AEGRPID"] != "")]
        later = same[same["AESTDTC"] >= entry["AEENDTC"]]
        assert len(later) >= 1
        assert set(later["AETOXGR"]) != {entry["AETOXGR"]}


def test_events_after_the_last_disposition_are_of_subjects_still_in_the_study(result: Conformance) -> None:
    ds = result.tables["DS"].frame
    ended = set(ds.loc[ds["DSSCAT"] == "STUDY PARTICIPATION", "USUBJID"])
    found = records(result, "SD-611", "AE")
    cutoff = str(study().sdtm.constants["DATA_CUTOFF"])
    assert ((found["AESTDTC"] > cutoff) | ~found["USUBJID"].isin(ended)).all()


def test_deaths_without_a_fatal_event_have_another_cause(result: Conformance) -> None:
    dead = set(records(result, "SD-612", "DM")["USUBJID"])
    cause = {subject: value for (subject, _), value in qualifier(result, "DS", "DSDTHCS").items() if subject in dead}
    assert set(cause) == dead
    assert "ADVERSE EVENT" not in cause.values()


def test_events_that_end_before_they_start_have_no_positive_duration(result: Conformance) -> None:
    assert (records(result, "AD-303", "ADAE")["ADURN"] <= 0).all()
