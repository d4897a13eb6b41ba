"""Checks that hold subjects against each other: asked once, of the finished datasets of all subjects."""

from __future__ import annotations

import pytest
from tests.build.mini import build, forms, spec
from tests.build.test_partition import ADAM, RAW, SHEETS

from studyspec.derive.registry import ENGINE
from studyspec.findings import Finding
from studyspec.spec.check import check_specs

ALIKE = 'subject_count(by=[AETERM], where=AESER == "N") > 1'


def checks(dataset: str, where: str) -> str:
    """A sheet Checks of one row."""
    header = "ID | Dataset | Where | Severity | Message | Action"
    return f"{header}\nC09 | {dataset} | {where} | warning | {{USUBJID}} has it, too | query"


def found(where: str, partitions: int = 1, dataset: str = "AE") -> list[Finding]:
    """What the check finds where both subjects have a nausea that is not serious."""
    raw = RAW | {"ae": RAW["ae"].rstrip() + "\nS1,S1-2,nausea,Non,2021-02-05,1,0,a\n"}
    built = build(spec("SDTM", SHEETS | {"Checks": checks(dataset, where)}), forms(**raw), partitions=partitions)
    return [item for item in built.findings if item.code == "C09"]


@pytest.mark.parametrize("partitions", [1, 2])
def test_records_of_all_subjects_are_counted_whatever_the_partitions(partitions: int) -> None:
    hits = found(ALIKE, partitions)
    assert [(item.usubjid, item.dataset, item.seq, item.what) for item in hits] == [
        ("S1-1", "AE", 2, "S1-1 has it, too"),
        ("S1-2", "AE", 2, "S1-2 has it, too"),
    ]
    assert [(item.form, item.record) for item in hits] == [("ae", 2), ("ae", 6)]


def test_a_subject_counts_once() -> None:
    assert found("subject_count(by=[STUDYID]) > 2") == []
    assert len(found("subject_count(by=[STUDYID]) == 2")) == 4


def test_other_datasets_are_read_by_subject_as_ever() -> None:
    hits = found(f"{ALIKE} and DM.AGE > 65 and count(AE.AESEQ) > 1")
    assert {item.usubjid for item in hits} == {"S1-1"}


def test_analysis_datasets_are_checked_after_those_they_are_made_from() -> None:
    adam = spec("ADaM", ADAM | {"Checks": checks("ADAE", "subject_count(by=[AESEQ]) > 1 and DM.AGE > 65")})
    raw = RAW | {"ae": RAW["ae"].rstrip() + "\nS1,S1-2,nausea,Non,2021-02-05,1,0,a\n"}
    parts = [build(spec("SDTM", SHEETS), forms(**raw), adam, partitions=count) for count in (1, 2)]
    places = [[(item.usubjid, item.dataset, item.seq) for item in one.findings if item.code == "C09"] for one in parts]
    assert places == [[("S1-1", "ADAE", 1), ("S1-1", "ADAE", 2)]] * 2


@pytest.mark.parametrize(
    ("dataset", "where", "problem"),
    [
        ("dose", "subject_count(by=[DATE]) > 1", "looks at the records of all subjects"),
        ("AE", "subject_count(by=[AETERM]) > count(dose.DATE)", "dose"),
    ],
)
def test_raw_forms_are_not_asked_for_all_subjects(dataset: str, where: str, problem: str) -> None:
    sdtm = spec("SDTM", SHEETS | {"Checks": checks(dataset, where)})
    columns = {name: list(frame) for name, frame in forms(**RAW).items()}
    refused = [item for item in check_specs(sdtm, None, registry=ENGINE, forms=columns) if item.code == "SPEC-202"]
    assert [problem in item.what for item in refused if "Checks" in item.cell] == [True]
