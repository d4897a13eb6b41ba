"""FINDINGS: displays can list the findings about subjects."""

from pathlib import Path

import pytest

from study.reference import study
from studyspec.findings import Finding
from studyspec.findings_report import write_findings
from studyspec.spec.check_tlf import check_tlf
from studyspec.spec.findings_dataset import FINDINGS, FINDINGS_VARIABLES, with_findings
from studyspec.spec.model import Spec
from studyspec.subject_findings import read_subject_findings, subject_findings
from tables.test_listing import COLUMNS, spec

FOUND = (
    Finding("M20", "warning", "Start unknown.", "", "Query.", form="ae", record=10, dataset="AE", usubjid="S-2", seq=3),
    Finding("M20", "warning", 'Start "unknown", too.', form="ae", record=9, dataset="AE", usubjid="S-2", seq=2),
    Finding("M07A", "note", "Converted.", form="isa_admin", record=1, usubjid="S-1"),
    Finding("SPEC-134", "note", "About a workbook.", cell="specs/sdtm.xlsx!Codelists!C1"),
)


def test_findings_about_a_subject_come_by_subject_in_the_order_of_every_listing() -> None:
    frame = subject_findings(FOUND)
    assert frame["USUBJID"].tolist() == ["S-1", "S-2", "S-2"]
    assert frame["RECORD"].tolist() == [1, 9, 10]
    assert frame["DSNAME"].tolist() == ["", "AE", "AE"]
    assert frame["DSSEQ"].isna().tolist() == [True, False, False]
    assert list(frame) == list(FINDINGS_VARIABLES)


def test_no_findings_are_no_records_with_the_same_columns() -> None:
    frame = subject_findings(())
    assert len(frame) == 0
    assert frame.dtypes.equals(subject_findings(FOUND).dtypes)


def test_what_is_read_from_the_file_of_an_output_folder_is_the_same(tmp_path: Path) -> None:
    write_findings(sorted(FOUND, key=Finding.sort_key), tmp_path, "Findings")
    assert read_subject_findings(tmp_path / "findings.csv").equals(subject_findings(FOUND))


def adam() -> Spec:
    found = study().adam
    assert found is not None
    return found


def listing(expression: str) -> list[tuple[str, str]]:
    columns = [{**COLUMNS[0], "Expression": "USUBJID"}, {**COLUMNS[2], "Expression": expression}]
    tlf = spec(columns, Dataset=FINDINGS, Filter='SEVERITY == "warning"', Sort="CODE; RECORD")
    return [(item.code, item.what) for item in check_tlf(tlf, with_findings(adam()), study().registry)]


def test_a_listing_may_read_findings_and_look_up_the_subjects_records() -> None:
    assert listing("WHAT; first(ADAE.AETERM, where=ADAE.AESEQ == DSSEQ)") == []


@pytest.mark.parametrize("expression", ["MESSAGE", "FINDINGS.NOTHING"])
def test_what_findings_do_not_have_is_refused(expression: str) -> None:
    assert [code for code, _ in listing(expression)] == ["TLF-007"]


def test_a_dataset_of_that_name_in_the_spec_goes_before() -> None:
    once = with_findings(adam())
    assert with_findings(once) is once
