"""A study that starts from SDTM: datasets that arrive as such, described by the spec and not mapped."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.build.mini import build, codes, forms, spec

from studyspec.derive.registry import ENGINE
from studyspec.spec.check import check_specs
from studyspec.spec.model import Spec
from studyspec.spec.received import with_received

DATASETS = """
    Dataset | Label                      | Class            | Key Variables
    DM      | Demographics               | SPECIAL PURPOSE  | USUBJID
    QSMM    | Questionnaires             | FINDINGS         | USUBJID, QSSEQ
    SUPPDM  | Supplemental Qualifiers    | RELATIONSHIP     | USUBJID, QNAM
"""
VARIABLES = """
    Order | Dataset | Variable | Label      | Data Type | Length | Mandatory | Codelist | Method | Assigned Value
    1     | DM      | USUBJID  | Subject    | text      | 20     | Yes       |          |        |
    2     | DM      | AGE      | Age        | float     | 8      | No        |          |        |
    3     | DM      | SEX      | Sex        | text      | 7      | No        | SEX      | MT.TXT |
    4     | DM      | NOTE     | Note       | text      | 7      | No        |          |        |
    5     | DM      | SCORES   | Scores     | integer   | 8      | No        |          | MT.N   |
    1     | QSMM    | DOMAIN   | Domain     | text      | 2      | Yes       |          |        |
    2     | QSMM    | USUBJID  | Subject    | text      | 20     | Yes       |          |        |
    3     | QSMM    | QSSEQ    | Number     | integer   | 8      | Yes       |          |        |
    4     | QSMM    | QSSTRESN | Result     | float     | 8      | No        |          |        |
    1     | SUPPDM  | USUBJID  | Subject    | text      | 20     | Yes       |          |        |
    2     | SUPPDM  | QNAM     | Name       | text      | 8      | Yes       |          |        |
    3     | SUPPDM  | QVAL     | Value      | text      | 20     | Yes       |          |        |
"""
SHEETS = {
    "Define": "Attribute | Value\nStudyName | S1\nStandardName | SDTM-IG",
    "Datasets": DATASETS,
    "Variables": VARIABLES,
    "Codelists": """
        ID  | Name | NCI Codelist Code | Data Type | Order | Term | NCI Term Code | Decoded Value | Synonyms
        SEX | Sex  | C66731            | text      | 1     | F    | C16576        | Female        | f; Frau
        SEX | Sex  | C66731            | text      | 2     | M    | C20197        | Male          |
    """,
    "Methods": """
        ID     | Name | Type        | Description | Expression Context | Expression Code
        MT.TXT | a    | Computation | As told.    |                    |
        MT.N   | b    | Computation | b           | studyspec          | count(QSMM.QSSTRESN)
    """,
}
RAW = {
    "dm": """
        USUBJID,AGE,SEX,NOTE,SCORES
        S1-2,63.5,F,NA,7
        S1-1,0.1,M,,7
    """,
    "qsmm": """
        DOMAIN,USUBJID,QSSEQ,QSSTRESN
        QS,S1-2,1,1e21
        QS,S1-2,2,-3
        QS,S1-1,1,
    """,
    "suppdm": """
        USUBJID,QNAM,QVAL
        S1-1,SAFETY,Y
        S1-1,ITT,Y
    """,
}


def received(raw: dict[str, pd.DataFrame] | None = None, **changes: str) -> Spec:
    found = forms(**RAW) if raw is None else raw
    return with_received(spec("SDTM", {**SHEETS, **changes}), {name: list(frame) for name, frame in found.items()})


def about(found: Spec, raw: dict[str, pd.DataFrame]) -> list[tuple[str, str]]:
    columns = {name: list(frame) for name, frame in raw.items()}
    kept = ("SPEC-11", "SPEC-126", "SPEC-14", "SPEC-2")
    return [
        (item.code, item.what)
        for item in check_specs(found, None, registry=ENGINE, forms=columns)
        if item.code.startswith(kept)
    ]


def test_the_spec_needs_no_forms_no_sources_and_no_mapping() -> None:
    assert about(received(), forms(**RAW)) == []


def test_variables_take_the_column_of_their_name_and_numbers_are_read() -> None:
    built = build(received(), forms(**RAW))
    dm = built.datasets["DM"]
    assert dm[["USUBJID", "AGE", "SEX", "NOTE"]].to_dict("list") == {
        "USUBJID": ["S1-1", "S1-2"],
        "AGE": [0.1, 63.5],
        "SEX": ["M", "F"],
        "NOTE": ["", "NA"],
    }
    assert codes(built) == []


def test_a_method_that_runs_goes_before_the_column() -> None:
    assert build(received(), forms(**RAW)).datasets["DM"]["SCORES"].tolist() == [0.0, 2.0]


def test_split_domain_is_numbered_by_the_domains_own_variable() -> None:
    built = build(received(), forms(**RAW))
    assert built.datasets["QSMM"]["QSSTRESN"].tolist()[1:] == [1e21, -3.0]
    assert np.isnan(built.datasets["QSMM"]["QSSTRESN"].iloc[0])
    trail = built.lineage[built.lineage["DATASET"] == "QSMM"]
    assert list(zip(trail["USUBJID"], trail["SEQ"], trail["RECORD"], strict=True)) == [
        ("S1-1", 1, 3),
        ("S1-2", 1, 1),
        ("S1-2", 2, 2),
    ]


def test_supplemental_dataset_that_arrives_is_a_dataset_like_any_other() -> None:
    supp = build(received(), forms(**RAW)).datasets["SUPPDM"]
    assert supp.to_dict("list") == {"USUBJID": ["S1-1", "S1-1"], "QNAM": ["ITT", "SAFETY"], "QVAL": ["Y", "Y"]}


def test_every_received_record_is_in_the_ledger_and_partitions_do_not_matter() -> None:
    whole, parts = (build(received(), forms(**RAW), partitions=count) for count in (1, 2))
    assert whole.ledger["STATUS"].value_counts().to_dict() == {"output": 7}
    for name, frame in whole.datasets.items():
        pd.testing.assert_frame_equal(frame, parts.datasets[name])


def test_text_in_a_number_is_a_finding_at_the_record() -> None:
    raw = forms(**{**RAW, "dm": RAW["dm"].replace("63.5", "old")})
    (finding,) = build(received(), raw).findings
    assert (finding.code, finding.form, finding.record) == ("DATA-102", "dm", 1)


def test_synonyms_are_not_applied_but_terms_are_checked() -> None:
    raw = forms(**{**RAW, "dm": RAW["dm"].replace(",F,", ",Frau,")})
    built = build(received(), raw)
    assert built.datasets["DM"]["SEX"].tolist() == ["M", "Frau"]
    assert codes(built) == ["DATA-210"]


def test_variable_without_a_column_is_an_error_and_column_without_a_variable_a_warning() -> None:
    raw = forms(**{**RAW, "dm": RAW["dm"].replace("AGE", "AGEX")})
    assert about(received(raw), raw) == [
        ("SPEC-147", "dm has no column AGE."),
        ("SPEC-148", "dm has a column AGEX, DM has no such variable."),
    ]


def test_form_without_subjects_is_an_error() -> None:
    raw = forms(**{**RAW, "suppdm": RAW["suppdm"].replace("USUBJID", "SUBJECT")})
    assert ("SPEC-142", "suppdm has no Subject.") in about(received(raw), raw)


def test_form_with_exactly_the_name_of_the_dataset_is_an_error() -> None:
    raw = forms(**{**RAW, "DM": RAW["dm"]})
    del raw["dm"]
    assert about(received(raw), raw)[0] == ("SPEC-146", "DM is also a dataset.")


def test_form_that_no_dataset_receives_is_an_error() -> None:
    raw = forms(**RAW, ae="USUBJID\nS1-1")
    assert about(received(raw), raw) == [("SPEC-126", "Raw form ae has no row.")]


def test_a_dataset_with_a_source_of_its_own_is_not_received() -> None:
    sources = "Dataset | Order | Source | Form\nDM | 1 | DM | dm"
    assert sorted(received(Sources=sources).received) == ["QSMM", "SUPPDM"]


def test_supplemental_variables_make_their_dataset_themselves() -> None:
    header, *rows = VARIABLES.strip().splitlines()
    lines = [f"{header} | Supplemental", *(f"{row} | {'Yes' if 'NOTE' in row else ''}" for row in rows)]
    assert sorted(received(Variables="\n".join(lines)).received) == ["DM", "QSMM"]


def test_supplementals_of_a_split_domain_are_related_to_the_domain_by_its_number() -> None:
    sheets = {
        **SHEETS,
        "Datasets": DATASETS.replace("SUPPDM  |", "EX |"),
        "Variables": """
            Order | Dataset | Variable | Label   | Data Type | Length | Mandatory | Supplemental
            1     | QSMM    | STUDYID  | Study   | text      | 2      | Yes       |
            2     | QSMM    | DOMAIN   | Domain  | text      | 2      | Yes       |
            3     | QSMM    | USUBJID  | Subject | text      | 20     | Yes       |
            4     | QSMM    | QSSEQ    | Number  | integer   | 8      | Yes       |
            5     | QSMM    | QSREMARK | Remark  | text      | 20     | No        | Yes
        """,
    }
    raw = forms(qsmm="STUDYID,DOMAIN,USUBJID,QSSEQ,QSREMARK\nS1,QS,S1-1,7,tired\nS1,QS,S1-1,8,")
    built = build(with_received(spec("SDTM", sheets), {"qsmm": list(raw["qsmm"])}), raw)
    supp = built.datasets["SUPPQSMM"]
    columns = ["RDOMAIN", "IDVAR", "IDVARVAL", "QNAM", "QVAL"]
    assert supp[columns].to_numpy().tolist() == [["QS", "QSSEQ", "7", "QSREMARK", "tired"]]
