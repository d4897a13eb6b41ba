from __future__ import annotations

from tests.build.mini import spec

import studyspec.derive  # noqa: F401  (registers the functions)
from studyspec.derive.registry import ENGINE
from studyspec.spec.model import Spec
from studyspec.spec.received import with_received
from studyspec.submission.programs import dataset_program

SHEETS = {
    "Define": """
        Attribute | Value
        StudyName | TEST01
        """,
    "Datasets": """
        Dataset | Label        | Structure              | Key Variables
        DM      | Demographics | One record per subject | USUBJID
        VS      | Vital Signs  | One record per test    | USUBJID, VSSEQ
        """,
    "Variables": """
        Order|Dataset|Variable|Label  |Data Type|Length|Assigned Value|Codelist|Method|Comment|Supplemental|Has No Data
        1    |DM     |USUBJID |Subject|text     |20    |              |        |        |       |            |
        2    |DM     |SEX     |Sex    |text     |1     |              |SEX     |        |       |            |
        3    |DM     |AGEU    |Units  |text     |5     |YEARS         |        |        |       |            |
        4    |DM     |VISITS  |Visits |integer  |8     |              |        |MT.VIS  |       |Yes         |
        5    |DM     |ARM     |Arm    |text     |5     |              |        |        |COM.ARM|            |Yes
        1    |VS     |USUBJID |Subject|text     |20    |              |        |        |       |            |
        2    |VS     |VSSEQ   |Number |integer  |8     |              |        |MT.VSSEQ|       |            |
        """,
    "Codelists": """
        ID  | Name | Data Type | Order | Term | Decoded Value | Synonyms
        SEX | Sex  | text      | 1     | F    | Female        | w; kvinna ö
        """,
    "Methods": """
        ID       | Name | Type        | Description          | Expression Context | Expression Code
        MT.VSSEQ | Seq  | Computation | 1, 2, within subject | studyspec          | sequence(order=[VSSEQ_RAW])
        MT.VIS   | Vis  | Computation | Number of records    | studyspec          | count(VS.VSSEQ) + EXTRA
        """,
    "Comments": """
        ID      | Description
        COM.ARM | Not assigned.
        """,
    "Parameters": """
        Name  | Value | Description
        EXTRA | 2     | Added to all
        OTHER | 3     | Used elsewhere
        """,
    "Forms": """
        Form  | Label            | Subject | Not Tabulated
        demog | Demography       | SUBJNO  |
        vs    |                  | SUBJNO  |
        """,
    "Sources": """
        Dataset | Order | Source | Form  | Where       | Join                                | Key     | Duplicates
        DM      | 1     | DM     | demog | SUBJNO > "" | vs on SUBJNO keep last by VISITDT   | USUBJID | error
        VS      | 1     | VS     | vs    |             |                                     | *       | keep first
        """,
    "Mapping": """
        Dataset | Variable | Source | Expression
        DM      | USUBJID  |        | USUBJID
        DM      | SEX      | DM     | upper(GENDER)
        VS      | USUBJID  |        | USUBJID
        """,
}


def small() -> Spec:
    return spec("SDTM", SHEETS)


def part(program: str, title: str) -> str:
    """What stands between the ruler below a title and the next ruler."""
    return program.partition(f". {title}\n")[2].split("*" * 100 + "\n")[1]


def test_records_say_form_filter_join_and_duplicates() -> None:
    text = part(dataset_program("DM", small(), ENGINE), "RECORDS")
    assert "records of   demog (Demography)" in text
    assert "subject      SUBJNO" in text
    assert 'kept where   SUBJNO > ""' in text
    assert "looked up    record of vs with equal SUBJNO, the last one by VISITDT" in text
    assert "duplicates   records with equal USUBJID: stop the build" in text


def test_derivations_stand_in_the_order_they_ran() -> None:
    whole = dataset_program("DM", small(), ENGINE)
    text = part(whole, "DERIVATIONS")
    assert [line for line in text.splitlines() if line.startswith("DM.")] == [
        "DM.USUBJID  Subject",
        "DM.SEX  Sex",
        "DM.AGEU  Units",
        "DM.VISITS  Visits",
        "DM.ARM  Arm",
    ]


def test_mapping_constant_method_and_empty_variable_are_told_apart() -> None:
    text = part(dataset_program("DM", small(), ENGINE), "DERIVATIONS")
    assert "=            upper(GENDER)\n    then the term of codelist SEX" in text
    assert '=            "YEARS"' in text
    assert "MT.VIS: Number of records\n    =            count(VS.VSSEQ) + EXTRA" in text
    assert "DM.ARM  Arm\n    no value\n    comment      Not assigned." in text


def test_received_variable_is_the_column_of_its_name() -> None:
    received = with_received(
        spec("SDTM", {name: SHEETS[name] for name in ("Define", "Datasets", "Variables", "Codelists")}),
        {"dm": ["USUBJID", "SEX"]},
    )
    assert "DM.SEX  Sex\n    as received  column SEX of dm" in part(
        dataset_program("DM", received, ENGINE), "DERIVATIONS"
    )


def test_writing_names_key_order_and_supplemental_variables() -> None:
    text = part(dataset_program("DM", small(), ENGINE), "WRITING")
    assert "sorted by    USUBJID" in text
    assert "variables    USUBJID, SEX, AGEU, ARM" in text
    assert "SUPPDM       one record per value that is not missing of VISITS" in text


def test_only_what_the_dataset_uses_is_described() -> None:
    program = dataset_program("DM", small(), ENGINE)
    assert "EXTRA        2 (Added to all)" in part(program, "PARAMETERS")
    assert "OTHER" not in program
    assert "\ncount(" in part(program, "FUNCTIONS")
    assert "\nsequence(" not in program
    assert "PARAMETERS" not in dataset_program("VS", small(), ENGINE)


def test_program_is_ascii() -> None:
    program = dataset_program("DM", small(), ENGINE)
    assert "F (Female), also written w; kvinna o" in part(program, "CODELISTS")
    assert program.isascii()
