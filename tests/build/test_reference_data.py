"""Trial design from sheets of the workbook, and datasets that are made from finished ones."""

from __future__ import annotations

import pytest
from tests.build.mini import build, codes, forms, spec

from studyspec.derive.registry import ENGINE
from studyspec.findings import Finding
from studyspec.spec.check import check_specs
from studyspec.spec.model import Spec
from studyspec.spec.received import sheet_columns, with_received
from studyspec.spec.rules_sheets import sheets_beside_sources

SHEETS = {
    "Define": "Attribute | Value\nStudyName | S1\nStandardName | SDTM-IG",
    "Datasets": """
        Dataset | Label       | Class           | Key Variables    | Reference Data
        DM      | Demographics | SPECIAL PURPOSE | USUBJID          | No
        TS      | Trial Summary | TRIAL DESIGN   | TSPARMCD, TSSEQ  | Yes
        SE      | Subject Elements | SPECIAL PURPOSE | USUBJID, SESEQ | No
    """,
    "Variables": """
        Order | Dataset | Variable | Label    | Data Type | Length | Mandatory | Codelist | Method | Assigned Value
        1     | DM      | USUBJID  | Subject  | text      | 20     | Yes       |          |        |
        2     | DM      | RFSTDTC  | Start    | text      | 10     | No        |          |        |
        3     | DM      | DAYS     | Days     | integer   | 8      | No        |          | MT.DAYS |
        1     | TS      | STUDYID  | Study    | text      | 8      | Yes       |          |        | S1
        2     | TS      | TSSEQ    | Number   | integer   | 8      | Yes       |          |        |
        3     | TS      | TSPARMCD | Code     | text      | 8      | Yes       | TSPARMCD |        |
        4     | TS      | TSPARM   | Name     | text      | 40     | Yes       |          | MT.PARM |
        5     | TS      | TSVAL    | Value    | text      | 12     | No        |          |        |
        1     | SE      | USUBJID  | Subject  | text      | 20     | Yes       |          |        |
        2     | SE      | SESEQ    | Number   | integer   | 8      | Yes       |          | MT.SEQ |
        3     | SE      | ETCD     | Element  | text      | 8      | Yes       |          |        |
        4     | SE      | SESTDTC  | Start    | text      | 10     | Yes       |          |        |
    """,
    "Codelists": """
        ID       | Name | NCI Codelist Code | Data Type | Order | Term   | NCI Term Code | Decoded Value
        TSPARMCD | Code |                   | text      | 1     | TITLE  |               | Trial Title
        TSPARMCD | Code |                   | text      | 2     | SSTDTC |               | Study Start Date
    """,
    "Methods": """
        ID      | Name | Type        | Description | Expression Context | Expression Code
        MT.PARM | a    | Computation | a           | studyspec          | decode("TSPARMCD", TSPARMCD)
        MT.DAYS | b    | Computation | b           | studyspec          | numeric_date(RFSTDTC)
        MT.SEQ  | c    | Computation | c           | studyspec          | sequence(order=[SESTDTC])
    """,
    "Forms": """
        Form  | Subject | Not Tabulated
        enrol | SUBJ    |
    """,
    "Sources": """
        Dataset | Order | Source | Form  | Where
        DM      | 1     | DM     | enrol |
        SE      | 1     | FU     | DM    | RFSTDTC != ""
        SE      | 2     | BASE   | DM    |
    """,
    "Mapping": """
        Dataset | Variable | Source | Expression
        DM      | USUBJID  |        | SUBJ
        DM      | RFSTDTC  |        | START
        SE      | USUBJID  |        | USUBJID
        SE      | ETCD     | FU     | "FU"
        SE      | ETCD     | BASE   | "BASE"
        SE      | SESTDTC  | FU     | date_text(DAYS + 30)
        SE      | SESTDTC  | BASE   | "2021-01-01"
    """,
    "Parameters": "Name | Value\nSTUDY_START | 2021-01-01",
    "TS": """
        TSPARMCD | TSSEQ | TSVAL
        TITLE    | 2     | NA
        SSTDTC   | 1     | {STUDY_START}
        TITLE    | 1     | A registry
    """,
}
RAW = "SUBJ,START\nS1-2,2021-03-01\nS1-1,\nS1-3,2021-04-01"


def study(**changes: str) -> Spec:
    return with_received(spec("SDTM", {**SHEETS, **changes}), {})


def found(changed: Spec, start: tuple[str, ...] = ("SPEC-11", "SPEC-14", "SPEC-15", "SPEC-2")) -> list[Finding]:
    columns = {"enrol": ["SUBJ", "START"], **sheet_columns(changed)}
    return [
        item
        for item in check_specs(changed, None, registry=ENGINE, forms=columns)
        if item.code.startswith(start) and item.severity != "note"
    ]


def changed(sheet: str, before: str, after: str) -> Spec:
    assert before in SHEETS[sheet]
    return study(**{sheet: SHEETS[sheet].replace(before, after)})


def test_a_sheet_with_the_name_of_a_dataset_needs_no_forms_and_no_sources() -> None:
    assert found(study()) == []


def test_records_are_the_rows_of_the_sheet_in_key_order_with_parameters_filled_in() -> None:
    built = build(study(), forms(enrol=RAW))
    assert codes(built) == []
    assert built.datasets["TS"].to_dict("list") == {
        "STUDYID": ["S1", "S1", "S1"],
        "TSSEQ": [1.0, 1.0, 2.0],
        "TSPARMCD": ["SSTDTC", "TITLE", "TITLE"],
        "TSPARM": ["Study Start Date", "Trial Title", "Trial Title"],
        "TSVAL": ["2021-01-01", "A registry", "NA"],
    }


def test_a_number_parameter_is_written_as_excel_shows_it() -> None:
    built = build(study(Parameters="Name | Value\nSTUDY_START | 112"), forms(enrol=RAW))
    assert built.datasets["TS"]["TSVAL"].iloc[0] == "112"


@pytest.mark.parametrize("partitions", [2, 3])
def test_reference_data_are_built_once_whatever_the_partitions(partitions: int) -> None:
    whole, parts = build(study(), forms(enrol=RAW)), build(study(), forms(enrol=RAW), partitions=partitions)
    for name in ("TS", "DM", "SE"):
        assert parts.datasets[name].equals(whole.datasets[name])
    assert parts.ledger.equals(whole.ledger)
    assert parts.lineage.equals(whole.lineage)


def test_lineage_and_ledger_name_the_row_of_the_sheet() -> None:
    built = build(study(), forms(enrol=RAW))
    trail = built.lineage[built.lineage["DATASET"] == "TS"]
    assert sorted(zip(trail["FORM"], trail["RECORD"], strict=True)) == [("ts", 2), ("ts", 3), ("ts", 4)]
    entries = built.ledger[(built.ledger["FORM"] == "ts") & (built.ledger["STATUS"] == "output")]
    assert entries["RECORD"].tolist() == [2, 3, 4]


def test_a_value_that_breaks_the_spec_is_a_finding_at_its_cell() -> None:
    built = build(changed("TS", "A registry", "A registry of myeloma"), forms(enrol=RAW))
    assert [(item.code, item.cell) for item in built.findings] == [("DATA-211", "specs/sdtm.xlsx!TS!C4")]


def test_a_term_that_is_not_in_the_codelist_is_a_finding_at_its_cell() -> None:
    built = build(changed("TS", "SSTDTC", "START"), forms(enrol=RAW))
    assert ("DATA-210", "specs/sdtm.xlsx!TS!A3") in [(item.code, item.cell) for item in built.findings]


def test_an_unknown_parameter_is_a_finding_at_its_cell() -> None:
    wrong = found(changed("TS", "{STUDY_START}", "{STUDY_STRAT}"))
    assert [(item.code, item.cell) for item in wrong] == [("SPEC-150", "specs/sdtm.xlsx!TS!C3")]
    assert "Did you mean STUDY_START?" in wrong[0].action


def test_a_sheet_beside_sources_or_beside_a_raw_form_is_an_error() -> None:
    both = changed("Sources", "SE      | 1 ", "TS      | 1 ")
    assert [item.code for item in sheets_beside_sources(both, {})] == ["SPEC-149"]
    assert [item.form for item in sheets_beside_sources(study(), {"ts": ()})] == ["ts"]
    assert sheets_beside_sources(study(), {"enrol": ()}) == []


def test_without_reference_data_a_form_needs_a_subject() -> None:
    flagged = changed("Datasets", "TSPARMCD, TSSEQ  | Yes", "TSPARMCD, TSSEQ  | No")
    assert [item.code for item in found(flagged)] == ["SPEC-142"]


def test_reference_data_cannot_be_read_by_subject() -> None:
    wrong = found(changed("Methods", "numeric_date(RFSTDTC)", "count(TS.TSSEQ)"))
    assert [(item.code, "TS" in item.what) for item in wrong] == [("SPEC-202", True)]


def test_a_dataset_made_from_another_sees_its_derived_variables() -> None:
    built = build(study(), forms(enrol=RAW))
    assert built.datasets["SE"].to_dict("list") == {
        "USUBJID": ["S1-1", "S1-2", "S1-2", "S1-3", "S1-3"],
        "SESEQ": [1.0, 1.0, 2.0, 1.0, 2.0],
        "ETCD": ["BASE", "BASE", "FU", "BASE", "FU"],
        "SESTDTC": ["2021-01-01", "2021-01-01", "2021-03-31", "2021-01-01", "2021-05-01"],
    }
    trail = built.lineage[built.lineage["DATASET"] == "SE"]
    assert set(zip(trail["FORM"], trail["RECORD"], strict=True)) == {("DM", 1)}


def test_what_is_built_first_cannot_read_what_is_made_from_it() -> None:
    wrong = found(changed("Methods", "numeric_date(RFSTDTC)", "count(SE.SESEQ)"))
    assert "SPEC-202" in [item.code for item in wrong]


def test_a_dataset_made_from_itself_is_a_circle() -> None:
    wrong = found(changed("Sources", "| BASE   | DM ", "| BASE   | SE "), ("SPEC-204",))
    assert [(item.code, item.cell) for item in wrong] == [("SPEC-204", "specs/sdtm.xlsx!Sources!D4")]
