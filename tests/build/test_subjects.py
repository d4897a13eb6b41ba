"""Records without a subject or of an unknown one; forms and datasets without records; what stays within a subject."""

from __future__ import annotations

import pytest
from tests.build.mini import build, codes, forms, spec
from tests.build.test_partition import ADAM, DATASETS, RAW, SHEETS, VARIABLES

from studyspec.build.partition import Built
from studyspec.findings import Finding

HEADERS = {name: text.strip().splitlines()[0] for name, text in RAW.items()}


def run(raw: dict[str, str], *, partitions: int = 1, **changes: str) -> Built:
    return build(spec("SDTM", {**SHEETS, **changes}), forms(**raw), spec("ADaM", ADAM), partitions=partitions)


def found(built: Built, code: str) -> list[Finding]:
    return [finding for finding in built.findings if finding.code == code]


def test_a_raw_record_without_a_subject_is_an_error_at_that_record() -> None:
    built = run({**RAW, "ae": RAW["ae"] + "S1,,rash,1,2021-01-03,2,Oui,a\n"})
    (finding,) = found(built, "DATA-204")
    assert (finding.severity, finding.form, finding.record) == ("error", "ae", 6)
    assert finding.cell == "specs/sdtm.xlsx!Forms!C3"


def test_a_record_of_a_subject_who_is_not_in_dm_is_an_error_at_that_record() -> None:
    built = run({**RAW, "ae": RAW["ae"] + "S1,S1-9,rash,1,2021-01-03,2,Oui,a\n"})
    (finding,) = found(built, "DATA-205")
    assert (finding.severity, finding.form, finding.record, finding.usubjid) == ("error", "ae", 6, "S1-9")
    assert finding.dataset == "AE"


@pytest.mark.parametrize("empty", [("ae",), ("dose",), ("enrol", "ae", "dose", "queries")])
@pytest.mark.parametrize("partitions", [1, 3])
def test_forms_without_records_give_datasets_without_records(empty: tuple[str, ...], partitions: int) -> None:
    built = run({**RAW, **{name: HEADERS[name] for name in empty}}, partitions=partitions)
    if "ae" in empty:
        assert [len(built.datasets[name]) for name in ("AE", "SUPPAE", "ADAE")] == [0, 0, 0]
    assert len(built.datasets["DM"]) == (0 if "enrol" in empty else 2)
    assert not [code for code in codes(built) if code.startswith(("DATA-2", "BUILD")) and code != "DATA-201"]


def test_a_source_that_selects_nothing_gives_no_records_and_the_ledger_says_why() -> None:
    built = run(RAW, Sources=SHEETS["Sources"].replace('TERM != ""', 'TERM == "none such"'))
    assert [len(built.datasets[name]) for name in ("AE", "SUPPAE", "ADAE")] == [0, 0, 0]
    assert set(built.ledger.loc[built.ledger["FORM"] == "ae", "STATUS"]) == {"excluded"}


def test_a_dataset_that_states_has_no_data_is_not_written() -> None:
    datasets = DATASETS.replace("Key Variables\n", "Key Variables | Has No Data\n")
    datasets = datasets.replace("| USUBJID\n", "| USUBJID | No\n").replace("AESEQ\n", "AESEQ | No\n")
    datasets += "    LB      | Laboratory       | FINDINGS       | USUBJID, LBSEQ | Yes\n"
    variables = VARIABLES + (
        "    1 | LB | USUBJID | Unique Subject Identifier | text    | 20 | Yes | | Derived | | |\n"
        "    2 | LB | LBSEQ   | Sequence Number           | integer | 8  | Yes | | Derived | | |\n"
    )
    built = run(RAW, Datasets=datasets, Variables=variables)
    assert "LB" not in built.datasets
    assert len(built.records["LB"]) == 0


@pytest.mark.parametrize("partitions", [1, 2])
def test_two_subjects_with_the_same_key_are_no_duplicates(partitions: int) -> None:
    raw = {**RAW, "ae": RAW["ae"].replace("fever", "nausea")}
    built = run(raw, partitions=partitions, Sources=SHEETS["Sources"].replace("| *    ", "| TERM "))
    assert sorted(built.datasets["AE"]["AETERM"]) == ["cough", "nausea", "nausea"]
    assert [item.record for item in found(built, "DATA-201")] == [5]


@pytest.mark.parametrize("partitions", [1, 2])
def test_a_join_between_forms_of_subjects_stays_within_the_subject(partitions: int) -> None:
    raw = {
        **RAW,
        "ae": "STUDY,SUBJ,TERM,SER,START,GRADE,REL,NR\nS1,S1-1,cough,,,,,1\nS1,S1-2,fever,,,,,1\nS1,S1-1,rash,,,,,",
        "coding": "SUBJ,NR,CODE\nS1-1,1,COUGH\nS1-2,1,PYREXIA\nS1-1,,NOTHING",
    }
    changes = {
        "Forms": SHEETS["Forms"] + "    coding | Coding | SUBJ |\n",
        "Sources": SHEETS["Sources"].replace('| TERM != ""   |      |', '| TERM != ""   | coding on NR |'),
        "Mapping": SHEETS["Mapping"].replace("| TERM\n", '| concat([TERM, coding.CODE], separator="/")\n'),
    }
    built = run(raw, partitions=partitions, **changes)
    assert sorted(built.datasets["AE"]["AETERM"]) == ["cough/COUGH", "fever/PYREXIA", "rash"]
    assert found(built, "DATA-203") == []
