"""The annotated CRF: what each raw column becomes, on which page, and that every column is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build.mini import spec

from study.reference import ROOT, study
from studyspec.derive.registry import ENGINE
from studyspec.documents.fonts import register_fonts
from studyspec.raw.read import read_extract
from studyspec.spec.received import with_received
from studyspec.study import columns_of
from studyspec.submission.acrf import Acrf, acrf
from studyspec.submission.acrf_fields import AnnotatedForm, Annotation, Field, annotated_forms
from studyspec.submission.acrf_pages import BOTTOM, COLUMNS_HEIGHT, HEAD_HEIGHT, HEIGHT, TOP, lay_out, rows_height

SHEETS = {
    "Define": """
        Attribute | Value
        StudyName | A1
        """,
    "Datasets": """
        Dataset | Label        | Class           | Structure | Key Variables   | Standard
        DM      | Demographics | SPECIAL PURPOSE | One       | STUDYID         | SDTM-IG 3.4
        VS      | Vital Signs  | FINDINGS        | One       | STUDYID, VSSEQ  | SDTM-IG 3.4
        """,
    "Variables": """
        Order | Dataset | Variable | Label   | Data Type | Length | Codelist | Origin    | Method | Role  | Supplemental
        1     | DM      | USUBJID  | Subject | text      | 10     |          | Derived   |        |       |
        2     | DM      | SEX      | Sex     | text      | 1      | SEX      | Collected |        |       |
        3     | DM      | COUNTRY  | Country | text      | 3      |          | Collected |        |       |
        4     | DM      | NOTE     | Note    | text      | 9      |          | Collected |        |       | Yes
        5     | DM      | AGE      | Age     | integer   | 8      |          | Derived   | MT.AGE |       |
        1     | VS      | USUBJID  | Subject | text      | 10     |          | Derived   |        |       |
        2     | VS      | VSTESTCD | Test    | text      | 8      |          | Assigned  |        | Topic |
        3     | VS      | VSORRES  | Result  | text      | 9      |          | Collected |        |       |
        4     | VS      | VSDTC    | Date    | date      | 10     |          | Collected |        |       |
        """,
    "Codelists": """
        ID  | Name | Data Type | Order | Term | Decoded Value
        SEX | Sex  | text      | 1     | F    | Female
        SEX | Sex  | text      | 2     | M    | M
        """,
    "Methods": """
        ID     | Name | Type        | Description | Expression Context | Expression Code
        MT.AGE | Age  | Computation | As entered  | studyspec          | number(demog.AGE)
        """,
    "Forms": """
        Form   | Label       | Subject | Not Tabulated
        sites  | Sites       |         |
        demog  | Demography  | SUBJ    |
        vitals | Vital signs | SUBJ    |
        audit  | Audit trail |         | Metadata of the export.
        """,
    "Sources": """
        Dataset | Order | Source | Form   | Where       | Join          | Key
        DM      | 1     | DM     | demog  | STATUS != 1 | sites on SITE |
        VS      | 1     | WEIGHT | vitals | WT != ""    |               |
        VS      | 2     | PULSE  | vitals | PULSE != "" |               |
        """,
    "Mapping": """
        Dataset | Variable | Source | Expression
        DM      | USUBJID  |        | USUBJID
        DM      | SEX      |        | SEX
        DM      | COUNTRY  |        | sites.COUNTRY
        DM      | NOTE     |        | NOTE
        VS      | USUBJID  |        | USUBJID
        VS      | VSTESTCD | WEIGHT | "WEIGHT"
        VS      | VSTESTCD | PULSE  | "PULSE"
        VS      | VSORRES  | WEIGHT | WT
        VS      | VSORRES  | PULSE  | PULSE
        VS      | VSDTC    |        | iso8601(DAY, format="yyyy-mm-dd")
        """,
}
FORMS = {
    "sites": ["SITE", "COUNTRY", "OPENED"],
    "demog": ["SITE", "SUBJ", "SEX", "NOTE", "AGE", "STATUS", "HEIGHT"],
    "vitals": ["SUBJ", "DAY", "WT", "PULSE"],
    "audit": ["WHO"],
}


def fields(form: str) -> dict[str, Field]:
    found = {item.name: item for item in annotated_forms(spec("SDTM", SHEETS), FORMS, ENGINE)}
    return {field.column: field for field in found[form].fields}


def texts(form: str) -> dict[str, list[str]]:
    return {name: [item.text for item in field.annotations] for name, field in fields(form).items()}


def drawn() -> Acrf:
    made = acrf(spec("SDTM", SHEETS), FORMS, ENGINE)
    assert made is not None
    return made


def test_a_column_is_annotated_with_the_variables_that_read_it() -> None:
    assert texts("demog") == {
        "SITE": [],
        "SUBJ": ["DM.USUBJID"],
        "SEX": ["DM.SEX"],
        "NOTE": ["SUPPDM.QVAL when QNAM = NOTE"],
        "AGE": ["DM.AGE"],
        "STATUS": [],
        "HEIGHT": [],
    }


def test_what_only_some_sources_of_a_form_read_has_the_condition_that_tells_them_apart() -> None:
    assert texts("vitals") == {
        "SUBJ": ["VS.USUBJID"],
        "DAY": ["VS.VSDTC"],
        "WT": ["VS.VSORRES when VSTESTCD = WEIGHT"],
        "PULSE": ["VS.VSORRES when VSTESTCD = PULSE"],
    }


def test_columns_that_select_and_join_records_say_so_and_others_are_just_not_submitted() -> None:
    assert {name: field.reason for name, field in fields("demog").items() if not field.annotations} == {
        "SITE": "decides which records DM has",
        "STATUS": "decides which records DM has",
        "HEIGHT": "",
    }


def test_a_collected_variable_with_one_value_stands_at_what_selects_its_records() -> None:
    variables = SHEETS["Variables"].replace("Assigned  |        | Topic", "Collected |        | Topic")
    form = annotated_forms(spec("SDTM", {**SHEETS, "Variables": variables}), FORMS, ENGINE)[2]
    found = {field.column: [item.text for item in field.annotations] for field in form.fields}
    assert found["WT"] == ["VS.VSTESTCD = WEIGHT", "VS.VSORRES when VSTESTCD = WEIGHT"]


def test_a_variable_that_another_source_reads_is_not_said_to_be_collected_by_what_selects_records() -> None:
    mapping = SHEETS["Mapping"].replace("VSDTC    |        |", "VSDTC    | PULSE  |")
    mapping = mapping.rstrip() + '\n        VS      | VSDTC    | WEIGHT | "2021-01-01"\n        '
    form = annotated_forms(spec("SDTM", {**SHEETS, "Mapping": mapping}), FORMS, ENGINE)[2]
    found = {field.column: [item.text for item in field.annotations] for field in form.fields}
    assert found["WT"] == ["VS.VSORRES when VSTESTCD = WEIGHT"]
    assert found["DAY"] == ["VS.VSDTC when VSTESTCD = PULSE"]


def test_a_form_that_is_not_tabulated_says_why() -> None:
    form = annotated_forms(spec("SDTM", SHEETS), FORMS, ENGINE)[-1]
    assert (form.name, form.datasets) == ("audit", ())
    assert form.assigned == (Annotation("", "NOT SUBMITTED: Metadata of the export."),)


def test_what_is_assigned_to_the_records_of_a_form_stands_at_its_head() -> None:
    form = next(item for item in annotated_forms(spec("SDTM", SHEETS), FORMS, ENGINE) if item.name == "vitals")
    assert [item.text for item in form.assigned] == ["VS.VSTESTCD = WEIGHT", "VS.VSTESTCD = PULSE"]


def test_coding_shows_terms_and_decodes_that_say_more() -> None:
    assert fields("demog")["SEX"].coding == ("SEX: F (Female); M",)


def test_received_forms_are_left_out_and_without_others_there_is_no_document() -> None:
    received = with_received(
        spec("SDTM", {"Define": SHEETS["Define"], "Datasets": SHEETS["Datasets"], "Variables": SHEETS["Variables"]}),
        {"dm": ["USUBJID"], "vs": ["USUBJID"]},
    )
    assert acrf(received, {"dm": ["USUBJID"], "vs": ["USUBJID"]}, ENGINE) is None


def test_every_font_is_embedded() -> None:
    content = drawn().content
    assert (
        len(re.findall(rb"/Type /FontDescriptor", content)) == len(set(re.findall(rb"/BaseFont /(\S+)", content))) > 0
    )


def test_the_same_input_gives_the_same_bytes() -> None:
    assert drawn().content == drawn().content


def test_a_reference_form_gives_pages_only_to_what_stands_nowhere_else() -> None:
    pages = drawn().pages_of
    forms = {form.name: place for place, form in enumerate(drawn().forms, start=2)}
    assert pages["DM", "COUNTRY"] == (forms["sites"],)
    assert pages["DM", "SEX"] == (forms["demog"],)
    assert drawn().links["VS", "VSORRES"] == str(forms["vitals"])


def test_bookmarks_lead_to_each_form_and_by_dataset() -> None:
    titles = re.findall(rb"/Title \(((?:[^()\\]|\\.)*)\)", drawn().content)
    names = [title.decode("latin-1").replace("\\", "") for title in titles]
    forms = ["Sites (sites)", "Demography (demog)", "Vital signs (vitals)", "Audit trail (audit)"]
    outline = ["Contents", "Forms", *forms, "Datasets", "DM", *forms[:2], "VS", forms[2]]
    assert sorted(names) == sorted(["Annotated Case Report Form, study A1", *outline])


@given(st.lists(st.tuples(st.text("ABC_", min_size=1, max_size=40), st.integers(0, 60)), min_size=1, max_size=30))
def test_no_page_is_fuller_than_it_can_be_and_no_field_is_lost(made: list[tuple[str, int]]) -> None:
    register_fonts()
    own = tuple(
        Field(f"{name}{place}", (), tuple(Annotation("DM", f"DM.V{number}") for number in range(boxes)), ())
        for place, (name, boxes) in enumerate(made)
    )
    pages = lay_out([AnnotatedForm("f", "Form", (("DM", "Demographics"),), (), own)])
    assert [column for page in pages for column in page.columns] == [field.column for field in own]
    for page in pages:
        used = HEAD_HEIGHT + COLUMNS_HEIGHT + rows_height(page.datasets) + sum(line.height for line in page.lines)
        assert used <= HEIGHT - TOP - BOTTOM or len(page.lines) == 1


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_annotations_of_a_variable_can_be_found_as_text_on_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "acrf.pdf"
    path.write_bytes(drawn().content)
    shown = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True)
    pages = shown.stdout.split("\f")
    for (dataset, name), numbers in drawn().pages_of.items():
        text = f"QNAM = {name}" if name == "NOTE" else f"{dataset}.{name}"
        assert all(text in pages[number - 1] for number in numbers), text


def test_every_collected_variable_and_every_column_of_the_reference_study_is_in_its_acrf() -> None:
    extract, _ = read_extract(ROOT / "raw")
    assert extract is not None
    made = acrf(study().sdtm, columns_of(extract.forms), study().registry)
    assert made is not None
    collected = {(item.dataset, item.name) for item in study().sdtm.variables if item.origin == "Collected"}
    assert collected - made.pages_of.keys() == set()
    columns = {(form.name, field.column) for form in made.forms for field in form.fields}
    assert columns == {(name, column) for name, names in columns_of(extract.forms).items() for column in names}
