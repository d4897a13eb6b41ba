"""Whole small studies: sources, mapping, derivations across datasets, SUPP--, ledger, lineage, partitions."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.build.mini import build, codes, forms, spec

from studyspec.build.partition import Built
from studyspec.derive.registry import ENGINE, Records, function, registering
from studyspec.spec.model import Spec

DATASETS = """
    Dataset | Label            | Class          | Key Variables
    DM      | Demographics     | SPECIAL PURPOSE | USUBJID
    AE      | Adverse Events   | EVENTS         | USUBJID, AESEQ
"""
VARIABLES = """
    Order | Dataset | Variable | Label                      | Data Type | Length | Mandatory | Codelist | Origin    | Method   | Assigned Value | Supplemental
    1     | DM      | STUDYID  | Study Identifier           | text      | 12     | Yes       |          | Assigned  |          | S1             |
    2     | DM      | USUBJID  | Unique Subject Identifier  | text      | 20     | Yes       |          | Derived   |          |                |
    3     | DM      | RFSTDTC  | Subject Reference Start    | text      | 10     | No        |          | Derived   | MT.RF    |                |
    4     | DM      | AGE      | Age                        | integer   | 8      | No        |          | Collected |          |                |
    1     | AE      | STUDYID  | Study Identifier           | text      | 12     | Yes       |          | Assigned  |          | S1             |
    2     | AE      | USUBJID  | Unique Subject Identifier  | text      | 20     | Yes       |          | Derived   |          |                |
    3     | AE      | AESEQ    | Sequence Number            | integer   | 8      | Yes       |          | Derived   | MT.SEQ   |                |
    4     | AE      | AETERM   | Reported Term              | text      | 40     | Yes       |          | Collected |          |                |
    5     | AE      | AESER    | Serious Event              | text      | 1      | No        | NY       | Collected |          |                |
    6     | AE      | AESTDTC  | Start Date                 | text      | 10     | No        |          | Collected |          |                |
    7     | AE      | AESTDY   | Study Day of Start         | integer   | 8      | No        |          | Derived   | MT.DY    |                |
    8     | AE      | AERELISA | Related to Isatuximab      | text      | 1      | No        | NY       | Collected |          |                | Yes
    9     | AE      | AEGRADE0 | Grade as Written           | text      | 10     | No        |          | Derived   | MT.RAW   |                | Yes
"""  # noqa: E501
SHEETS = {
    "Define": "Attribute | Value\nStudyName | S1\nStandardName | SDTM-IG",
    "Datasets": DATASETS,
    "Variables": VARIABLES,
    "Codelists": """
        ID | Name      | NCI Codelist Code | Data Type | Order | Term | NCI Term Code | Decoded Value | Synonyms
        NY | Yes or No | C66742            | text      | 1     | Y    | C49488        | Yes           | 1; Oui
        NY | Yes or No | C66742            | text      | 2     | N    | C49487        | No            | 0; Non
    """,
    "Methods": """
        ID     | Name | Type        | Description | Expression Context | Expression Code
        MT.RF  | a    | Computation | a           | studyspec          | minimum(dose.DATE)
        MT.SEQ | b    | Computation | b           | studyspec          | sequence(order=[AESTDTC, AETERM])
        MT.DY  | c    | Computation | c           | studyspec          | study_day(AESTDTC, reference=DM.RFSTDTC)
        MT.RAW | d    | Computation | d           | studyspec          | ae.GRADE
    """,
    "Forms": """
        Form    | Label    | Subject                  | Not Tabulated
        enrol   | Enrolled | SUBJ |
        ae      | Events   | SUBJ |
        dose    | Doses    | SUBJ |
        queries | Queries  |                          | not clinical data
    """,
    "Sources": """
        Dataset | Order | Source | Form  | Where        | Join | Key        | Duplicates | Function
        DM      | 1     | DM     | enrol |              |      | SUBJ       | keep last  |
        AE      | 1     | AE     | ae    | TERM != ""   |      | *          | keep first |
    """,
    "Mapping": """
        Dataset | Variable | Source | Expression
        DM      | USUBJID  |        | USUBJID
        DM      | AGE      |        | AGE
        AE      | USUBJID  |        | USUBJID
        AE      | AETERM   |        | TERM
        AE      | AESER    |        | SER
        AE      | AESTDTC  |        | START
        AE      | AERELISA |        | REL
    """,
    "Checks": """
        ID   | Dataset | Where                                  | Severity | Message                      | Action
        C01  | AE      | AESER == "Y" and ae.GRADE == ""        | warning  | {AETERM} serious, no grade   | query
    """,
}
RAW = {
    "enrol": """
        STUDY,SUBJ,AGE
        S1,S1-1,71
        S1,S1-2,64
    """,
    "ae": """
        STUDY,SUBJ,TERM,SER,START,GRADE,REL,ENTRYDT
        S1,S1-2,fever,1,2021-01-03,2,Oui,a
        S1,S1-1,nausea,Non,2021-02-01,1,0,a
        S1,S1-1,cough,Y,2021-01-10,,,a
        S1,S1-1,,N,2021-01-11,,,a
        S1,S1-1,nausea,Non,2021-02-01,1,0,b
    """,
    "dose": """
        STUDY,SUBJ,DATE
        S1,S1-1,2021-01-12
        S1,S1-1,2021-01-10
        S1,S1-2,2021-01-03
    """,
    "queries": """
        ID
        Q1
    """,
}


def sheets(**changes: str) -> Spec:
    return spec("SDTM", {**SHEETS, **changes})


@pytest.fixture(scope="module")
def built() -> Built:
    return build(sheets(), forms(**RAW))


def test_derivations_run_in_dependency_order_across_datasets(built: Built) -> None:
    ae = built.datasets["AE"]
    assert list(zip(ae["USUBJID"], ae["AESEQ"], ae["AETERM"], ae["AESTDY"], strict=True)) == [
        ("S1-1", 1.0, "cough", 1.0),
        ("S1-1", 2.0, "nausea", 23.0),
        ("S1-2", 1.0, "fever", 1.0),
    ]


def test_collected_codes_become_terms_through_synonyms(built: Built) -> None:
    assert built.datasets["AE"]["AESER"].tolist() == ["Y", "N", "Y"]


def test_numbers_are_read_from_text(built: Built) -> None:
    assert built.datasets["DM"]["AGE"].tolist() == [71.0, 64.0]


def test_supplementals_leave_the_parent_and_become_records(built: Built) -> None:
    supp = built.datasets["SUPPAE"]
    assert "AERELISA" not in built.datasets["AE"]
    found = list(zip(supp["USUBJID"], supp["IDVAR"], supp["IDVARVAL"], supp["QNAM"], supp["QVAL"], strict=True))
    assert found == [
        ("S1-1", "AESEQ", "2", "AEGRADE0", "1"),
        ("S1-1", "AESEQ", "2", "AERELISA", "N"),
        ("S1-2", "AESEQ", "1", "AEGRADE0", "2"),
        ("S1-2", "AESEQ", "1", "AERELISA", "Y"),
    ]


def test_every_raw_record_has_a_place_in_the_ledger(built: Built) -> None:
    ledger = built.ledger.set_index(["FORM", "RECORD"])["STATUS"].to_dict()
    assert ledger[("ae", 1)] == "output"
    assert ledger[("ae", 4)] == "excluded"
    assert ledger[("ae", 5)] == "excluded"
    assert ledger[("dose", 2)] == "read"
    assert ledger[("queries", 1)] == "not tabulated"
    assert not [finding for finding in built.findings if finding.code == "BUILD-001"]


def test_exclusions_state_their_reason(built: Built) -> None:
    reasons = built.ledger[built.ledger["STATUS"] == "excluded"].set_index("RECORD")["REASON"].to_dict()
    assert reasons == {4: 'not selected by TERM != ""', 5: "duplicate by *: keep first"}


def test_a_dropped_duplicate_is_a_finding_with_its_raw_record(built: Built) -> None:
    (finding,) = [item for item in built.findings if item.code == "DATA-201"]
    assert (finding.form, finding.record, finding.usubjid, finding.severity) == ("ae", 5, "S1-1", "note")


def test_lineage_leads_from_output_to_raw_record(built: Built) -> None:
    trail = built.lineage[built.lineage["DATASET"] == "AE"]
    assert list(zip(trail["USUBJID"], trail["SEQ"], trail["FORM"], trail["RECORD"], strict=True)) == [
        ("S1-1", 1.0, "ae", 3),
        ("S1-1", 2.0, "ae", 2),
        ("S1-2", 1.0, "ae", 1),
    ]


def test_a_check_of_the_spec_names_raw_and_output_record(built: Built) -> None:
    (finding,) = [item for item in built.findings if item.code == "C01"]
    assert finding.what == "cough serious, no grade"
    assert (finding.dataset, finding.seq, finding.form, finding.record) == ("AE", 1, "ae", 3)


@pytest.mark.parametrize("partitions", [2, 7])
def test_the_result_does_not_depend_on_partitions(built: Built, partitions: int) -> None:
    other = build(sheets(), forms(**RAW), partitions=partitions)
    for name, frame in built.datasets.items():
        pd.testing.assert_frame_equal(other.datasets[name], frame)
    pd.testing.assert_frame_equal(other.ledger, built.ledger)
    pd.testing.assert_frame_equal(other.lineage, built.lineage, check_dtype=False)
    assert other.findings == built.findings


def test_a_form_that_feeds_nothing_and_gives_no_reason_fails_the_build() -> None:
    raw = forms(**RAW, visits="STUDY,SUBJ\nS1,S1-1")
    built = build(sheets(Forms=SHEETS["Forms"] + "    visits | Visits | SUBJ |\n"), raw)
    (finding,) = [item for item in built.findings if item.code == "BUILD-001"]
    assert (finding.severity, finding.form, finding.record) == ("error", "visits", 1)


def test_a_value_without_term_stays_and_is_reported_with_its_record() -> None:
    raw = forms(**{**RAW, "ae": RAW["ae"].replace("nausea,Non", "nausea,Vielleicht", 1)})
    built = build(sheets(), raw)
    assert "Vielleicht" in built.datasets["AE"]["AESER"].tolist()
    finding = next(item for item in built.findings if item.code == "DATA-103")
    assert (finding.form, finding.record) == ("ae", 2)


def test_a_value_longer_than_its_variable_is_an_error_not_a_cut() -> None:
    long = "x" * 41
    built = build(sheets(), forms(**{**RAW, "ae": RAW["ae"].replace("fever", long)}))
    assert long in built.datasets["AE"]["AETERM"].tolist()
    (finding,) = [item for item in built.findings if item.code == "DATA-211"]
    assert finding.severity == "error"
    assert finding.cell.startswith("specs/sdtm.xlsx!Variables!")


def test_a_missing_mandatory_value_is_an_error() -> None:
    changed = SHEETS["Variables"].replace(
        "| AESER    | Serious Event              | text      | 1      | No ",
        "| AESER    | Serious Event              | text      | 1      | Yes",
    )
    built = build(sheets(Variables=changed), forms(**{**RAW, "ae": RAW["ae"].replace("fever,1", "fever,")}))
    assert "DATA-212" in codes(built)


def test_key_variables_that_do_not_identify_a_record_are_an_error() -> None:
    changed = DATASETS.replace("USUBJID, AESEQ", "USUBJID")
    assert codes(build(sheets(Datasets=changed), forms(**RAW))).count("DATA-213") == 1


def test_a_source_function_may_split_records_and_both_keep_their_raw_record() -> None:
    registry = ENGINE.child()
    with registering(registry):

        @function("records")
        def split_terms(frame: pd.DataFrame, dose: Records) -> pd.DataFrame:
            assert "DATE" in dose
            return frame.assign(TERM=frame["TERM"].str.split("u")).explode("TERM", ignore_index=True)

    changed = SHEETS["Sources"].replace("keep first |", "keep first | split_terms")
    built = build(sheets(Sources=changed), forms(**RAW), registry=registry)
    trail = built.lineage[(built.lineage["DATASET"] == "AE") & (built.lineage["RECORD"] == 3)]
    assert len(trail) == 2
    assert sorted(built.datasets["AE"]["AETERM"]) == ["co", "fever", "gh", "na", "sea"]


def test_a_join_adds_columns_and_more_than_one_match_is_an_error() -> None:
    raw = forms(**RAW, sites="SITE,COUNTRY\nS1-1,FRA\nS1-2,ITA\nS1-2,ESP")
    form = SHEETS["Forms"] + "    sites | Sites | |\n"
    source = SHEETS["Sources"].replace('| TERM != ""   |      |', '| TERM != ""   | sites on SUBJ |')
    changed = {"Forms": form, "Sources": source}
    raw["sites"] = raw["sites"].rename(columns={"SITE": "SUBJ"})
    mapping = SHEETS["Mapping"].replace("| TERM\n", '| concat([TERM, sites.COUNTRY], separator="/")\n')
    built = build(sheets(**changed, Mapping=mapping), raw)
    assert sorted(built.datasets["AE"]["AETERM"]) == ["cough/FRA", "fever/ITA", "nausea/FRA"]
    assert codes(built).count("DATA-203") == 1
    kept = {**changed, "Sources": source.replace("on SUBJ", "on SUBJ keep last")}
    built = build(sheets(**kept, Mapping=mapping), raw)
    assert "fever/ESP" in built.datasets["AE"]["AETERM"].tolist()
    assert "DATA-203" not in codes(built)


ADAM = {
    "Define": "Attribute | Value\nStudyName | S1\nStandardName | ADaM-IG",
    "Datasets": """
        Dataset | Label   | Class | Key Variables
        ADSL    | Subject | ADSL  | USUBJID
        ADAE    | Events  | OCCDS | USUBJID, AESEQ
    """,
    "Variables": """
        Order | Dataset | Variable | Label   | Data Type | Length | Format | Origin      | Method  | Predecessor
        1     | ADSL    | USUBJID  | Subject | text      | 20     |        | Predecessor |         | DM.USUBJID
        2     | ADSL    | TRTSDT   | Start   | integer   | 8      | DATE9. | Derived     | MT.SDT  |
        1     | ADAE    | USUBJID  | Subject | text      | 20     |        | Predecessor |         | AE.USUBJID
        2     | ADAE    | AESEQ    | Number  | integer   | 8      |        | Predecessor |         | AE.AESEQ
        3     | ADAE    | TRTSDT   | Start   | integer   | 8      | DATE9. | Predecessor |         | ADSL.TRTSDT
        4     | ADAE    | RELISAFL | Related | text      | 1      |        | Derived     | MT.REL  |
    """,
    "Methods": """
        ID     | Name | Type        | Description | Expression Context | Expression Code
        MT.SDT | a    | Computation | a           | studyspec          | numeric_date(DM.RFSTDTC)
        MT.REL | b    | Computation | b           | studyspec          | if_else(AE.AERELISA == "Y", "Y", "")
    """,
    "Sources": """
        Dataset | Order | Source | Form | Where | Join | Key | Duplicates | Function
        ADSL    | 1     | DM     | DM   |       |      |     |            |
        ADAE    | 1     | AE     | AE   |       |      |     |            |
    """,
}


def test_adam_copies_predecessors_and_sees_supplementals_as_variables() -> None:
    built = build(sheets(), forms(**RAW), spec("ADaM", ADAM))
    adae = built.datasets["ADAE"]
    assert adae["TRTSDT"].tolist() == [22290.0, 22290.0, 22283.0]
    assert adae["RELISAFL"].tolist() == ["", "", "Y"]
    trail = built.lineage[built.lineage["DATASET"] == "ADAE"]
    assert list(zip(trail["FORM"], trail["RECORD"], strict=True)) == [("AE", 1), ("AE", 2), ("AE", 1)]
