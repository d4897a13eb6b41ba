"""A new study that starts from data: what the columns of raw forms tell, and SDTM files that describe themselves."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner
from tests.init.laid_out import check, lay_out, names, pick, rows, run_init

from studyspec.cli import main
from studyspec.init.forms import feeding_form, subject_expression
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_read import read_xpt
from studyspec.transport.xpt_write import write_xpt

DATES = ("--extract-date", "2024-07-15", "--cutoff", "2024-06-30")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of the tutorial before anything was typed."""
    return lay_out(tmp_path_factory.mktemp("init") / "first", "--example")


def test_the_study_is_named_as_the_manifest_says(example: Path) -> None:
    assert pick(rows(example, "sdtm", "Define"), Attribute="StudyName")["Value"] == "FIRST01"
    assert pick(rows(example, "sdtm", "Variables"), Dataset="AE", Variable="STUDYID")["Assigned Value"] == "FIRST01"


def test_raw_files_are_copied_as_they_are(example: Path) -> None:
    packaged = files("studyspec.init") / "example"
    for path in (example / "raw").iterdir():
        assert path.read_bytes() == (packaged / path.name).read_bytes()
    assert (example / "raw" / "manifest.json").is_file()


def test_every_form_has_its_row(example: Path) -> None:
    assert names(rows(example, "sdtm", "Forms"), "Form") == ["subjects", "doses", "events", "queries"]


def test_columns_tell_which_form_feeds_which_domain(example: Path) -> None:
    sources = [(row["Dataset"], row["Form"]) for row in rows(example, "sdtm", "Sources")]
    assert sources == [("DM", "subjects"), ("EX", "doses"), ("AE", "events")]


def test_only_columns_of_exactly_the_name_of_a_variable_are_mapped(example: Path) -> None:
    mapped = [(row["Dataset"], row["Variable"], row["Expression"]) for row in rows(example, "sdtm", "Mapping")]
    assert all(variable == expression for _, variable, expression in mapped)
    assert [variable for _, variable, _ in mapped] == _SAME_NAMES


_SAME_NAMES = ["AGE", "SEX", "RACE", "EXTRT", "EXDOSE", "EXDOSU", "AETERM", "AESEV", "AESER"]


def test_a_permissible_variable_with_a_raw_column_is_laid_out(example: Path) -> None:
    row = pick(rows(example, "sdtm", "Variables"), Dataset="AE", Variable="AESEV")
    assert (row["Origin"], row["Codelist"], row["Length"]) == ("Collected", "AESEV", 8)
    assert pick(rows(example, "adam", "Variables"), Dataset="ADAE", Variable="AESEV")["Predecessor"] == "AE.AESEV"


def test_of_a_long_codelist_the_terms_in_the_raw_column_are_taken(example: Path) -> None:
    assert [row["Term"] for row in rows(example, "sdtm", "Codelists") if row["ID"] == "UNIT"] == ["mg"]


def test_findings_of_the_example_say_what_is_to_fill_in(example: Path) -> None:
    found = {finding.code for finding in check(example)}
    assert found == {"SPEC-102", "SPEC-116", "SPEC-142"}


def test_an_export_without_a_manifest_gets_one_that_holds(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "ae.csv").write_text("SUBJID,AETERM\n1,Headache\n", newline="")
    (export / "letter.docx").write_bytes(b"no data")
    study = lay_out(tmp_path / "S1", "--raw", str(export), *DATES)
    assert sorted(path.name for path in (study / "raw").iterdir()) == ["ae.csv", "manifest.json"]
    assert not [finding for finding in check(study) if finding.code.startswith(("RAW", "STUDY"))]
    assert pick(rows(study, "sdtm", "Forms"), Form="ae")["Subject"] == 'concat(["S1", SUBJID], separator="-")'


def test_an_export_without_a_manifest_needs_its_dates(tmp_path: Path) -> None:
    result = run_init(tmp_path / "S1", "--raw", str(tmp_path))
    assert result.exit_code == 2 and "Give --extract-date and --cutoff" in result.output
    assert not (tmp_path / "S1").exists()


@pytest.mark.parametrize("option", ["--extract-date", "--cutoff"])
def test_a_date_that_is_in_no_calendar_is_refused(tmp_path: Path, option: str) -> None:
    result = run_init(tmp_path / "S1", "--raw", str(tmp_path), *DATES, option, "2024-02-30")
    assert result.exit_code == 2 and "'2024-02-30' is not a date" in result.output
    assert not (tmp_path / "S1").exists()


def test_an_export_without_a_file_that_can_be_read_is_refused_by_its_reason(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "letter.docx").write_bytes(b"no data")
    result = run_init(tmp_path / "S1", "--raw", str(export), *DATES)
    assert result.exit_code == 2 and "has no file of a format that is read" in result.output
    assert not (tmp_path / "S1").exists()


def test_an_export_that_is_not_as_its_manifest_says_is_refused(tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(str(files("studyspec.init") / "example"), export)
    (export / "events.csv").write_text("SITE\n101\n")
    result = run_init(tmp_path / "S1", "--raw", str(export))
    assert result.exit_code == 2 and "RAW-012" in result.output
    assert not (tmp_path / "S1").exists()


def test_a_name_against_the_manifest_is_refused(tmp_path: Path) -> None:
    result = run_init(tmp_path / "S1", "--example", "--study-id", "OTHER")
    assert result.exit_code == 2 and "The manifest is of study FIRST01, not OTHER" in result.output


def test_the_form_named_like_the_domain_feeds_it() -> None:
    assert feeding_form("AE", ["AETERM"], {"ae": [], "other": ["AETERM"]}) == "ae"


def test_no_form_is_guessed_where_two_would_do() -> None:
    assert feeding_form("AE", ["AETERM"], {"first": ["AETERM"], "second": ["AETERM"]}) == ""
    assert feeding_form("AE", ["AETERM"], {"first": ["SUBJID"]}) == ""


@pytest.mark.parametrize(
    ("columns", "expression"),
    [
        (["USUBJID", "SUBJID"], "USUBJID"),
        (["SUBJID", "SITEID"], 'concat(["S""1", SITEID, SUBJID], separator="-")'),
        (["SUBJID"], 'concat(["S""1", SUBJID], separator="-")'),
        (["SITEID", "PATNO"], ""),
    ],
)
def test_subject_of_a_form_is_taken_from_columns_of_exactly_these_names(columns: list[str], expression: str) -> None:
    assert subject_expression('S"1', columns) == expression


SUBJECT = [XptColumn("STUDYID", "char", 3, "Study Identifier"), XptColumn("DOMAIN", "char", 2, "Domain Abbreviation")]
SUBJECT.append(XptColumn("USUBJID", "char", 7, "Unique Subject Identifier"))
DM = XptDataset(
    "DM",
    "Demographics, as received",
    (
        *SUBJECT,
        XptColumn("SUBJID", "char", 3, "Subject Identifier for the Study"),
        XptColumn("RFSTDTC", "char", 10, "Subject Reference Start Date/Time"),
        XptColumn("SITEID", "char", 2, "Study Site Identifier"),
        XptColumn("AGE", "num", 8, "Age (own label)"),
        XptColumn("SEX", "char", 1, "Sex"),
        XptColumn("COUNTRY", "char", 3, "Country"),
    ),
)
VS = XptDataset(
    "VS",
    "Vital Signs",
    (
        *SUBJECT,
        XptColumn("VSSEQ", "num", 8, "Sequence Number"),
        XptColumn("VSTESTCD", "char", 6, "Vital Signs Test Short Name"),
        XptColumn("VSTEST", "char", 6, "Vital Signs Test Name"),
        XptColumn("VSSTRESN", "num", 8, "Numeric Result/Finding in Standard Units"),
        XptColumn("VSDTC", "char", 10, "Date/Time of Measurements"),
    ),
)
DM_ROWS = """
STUDYID,DOMAIN,USUBJID,SUBJID,RFSTDTC,SITEID,AGE,SEX,COUNTRY
S01,DM,S01-001,001,2024-01-02,10,61,F,DEU
"""
VS_ROWS = """
STUDYID,DOMAIN,USUBJID,VSSEQ,VSTESTCD,VSTEST,VSSTRESN,VSDTC
S01,VS,S01-001,1,WEIGHT,Weight,70.5,2024-01-02
S01,VS,S01-001,2,WEIGHT,Weight,71,2024-01-03
S01,VS,S01-001,3,WEIGHT,Weight,71,2024-01-03
"""


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study laid out from two SAS transport files."""
    export = tmp_path_factory.mktemp("export")
    for dataset, text in ((DM, DM_ROWS), (VS, VS_ROWS)):
        numbers = {column.name: "float64" for column in dataset.columns if column.type == "num"}
        frame = pd.read_csv(StringIO(text), dtype=defaultdict(lambda: "str", numbers))
        write_xpt(export / f"{dataset.name.lower()}.xpt", frame, dataset, created=datetime(2024, 7, 15))
    return lay_out(tmp_path_factory.mktemp("init") / "S01", "--sdtm", str(export), "--adam", "", *DATES)


def test_received_datasets_are_described_as_their_files_do(received: Path) -> None:
    variables = [row for row in rows(received, "sdtm", "Variables") if row["Dataset"] == "DM"]
    described = [(row["Variable"], row["Label"], row["Data Type"], row["Length"]) for row in variables]
    assert described == [
        ("STUDYID", "Study Identifier", "text", 3),
        ("DOMAIN", "Domain Abbreviation", "text", 2),
        ("USUBJID", "Unique Subject Identifier", "text", 7),
        ("SUBJID", "Subject Identifier for the Study", "text", 3),
        ("RFSTDTC", "Subject Reference Start Date/Time", "partialDatetime", 10),
        ("SITEID", "Study Site Identifier", "text", 2),
        ("AGE", "Age (own label)", "integer", 8),
        ("SEX", "Sex", "text", 1),
        ("COUNTRY", "Country", "text", 3),
    ]
    assert pick(rows(received, "sdtm", "Datasets"), Dataset="DM")["Label"] == "Demographics, as received"
    assert pick(rows(received, "sdtm", "Variables"), Variable="VSSTRESN")["Data Type"] == "float"


def test_received_codelists_hold_the_terms_of_the_column(received: Path) -> None:
    assert [(row["ID"], row["Term"]) for row in rows(received, "sdtm", "Codelists")] == [("SEX", "F")]


def test_keys_grow_until_they_tell_the_records_apart(received: Path) -> None:
    assert (
        pick(rows(received, "sdtm", "Datasets"), Dataset="VS")["Key Variables"]
        == "STUDYID, USUBJID, VSTESTCD, VSDTC, VSSEQ"
    )


def test_received_sdtm_has_no_sources_and_no_mapping(received: Path) -> None:
    assert rows(received, "sdtm", "Sources") == rows(received, "sdtm", "Mapping") == []


def test_the_readme_says_nothing_of_methods_that_received_sdtm_has_not(received: Path) -> None:
    page = (received / "README.md").read_text()
    assert "SDTMIG" not in page
    assert "Methods" not in page


def test_received_sdtm_is_built_as_it_came(received: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["build", "--study", str(received), "--out", str(tmp_path / "build")])
    assert result.exit_code == 0, result.output
    for name in ("dm", "vs"):
        sent = read_xpt(received / "raw" / f"{name}.xpt").members[0].frame
        pd.testing.assert_frame_equal(read_xpt(tmp_path / "build" / "sdtm" / f"{name}.xpt").members[0].frame, sent)


def test_numbers_that_are_missing_say_nothing_about_their_type(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["S01-001"] * 3, "AESEQ": [1.0, 2.0, 3.0], "AEDOSE": [None, 1e-7, None]})
    frame["AESTDY"] = [None, 4.0, None]
    frame["AEENDY"] = pd.Series([None] * 3, dtype="float64")
    study = lay_out(tmp_path / "S01", "--sdtm", str(_transport_file(tmp_path, frame, 5)), "--adam", "", *DATES)
    assert _types(study) == {"AESEQ": "integer", "AEDOSE": "float", "AESTDY": "integer", "AEENDY": "integer"}


def test_files_that_the_second_reader_reads_describe_themselves_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["S01-001"], "AESEQ": [1.0], "AETERM": ["Headache"]})
    study = lay_out(tmp_path / "S01", "--sdtm", str(_transport_file(tmp_path, frame, 8)), "--adam", "", *DATES)
    assert pick(rows(study, "sdtm", "Variables"), Variable="AETERM")["Label"] == "Label of AETERM"


def test_a_sas7bdat_file_describes_itself(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    shutil.copyfile(Path(__file__).parents[1] / "compare" / "labs.sas7bdat", export / "lb.sas7bdat")
    study = lay_out(tmp_path / "S01", "--sdtm", str(export), "--adam", "", *DATES)
    _, meta = pyreadstat.read_sas7bdat(str(export / "lb.sas7bdat"))
    described = [(row["Variable"], row["Label"]) for row in rows(study, "sdtm", "Variables")]
    assert described == [(name, label or name) for name, label in meta.column_names_to_labels.items()]


def test_labels_of_a_transport_file_are_read_in_the_encoding_of_the_manifest(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["S01-001"], "AESEQ": [1.0]})
    path = _transport_file(tmp_path, frame, 5) / "ae.xpt"
    path.write_bytes(path.read_bytes().replace(b"Label of AESEQ", "Étiquette 1234".encode("cp1252")))
    form = {"form": "ae", "file": "ae.xpt", "encoding": "cp1252", "rows": 1}
    form["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {"study": "S01", "SYNTHETIC": "Y", "extract_date": "2024-07-15", "data_cutoff": "2024-06-30"}
    (path.parent / "manifest.json").write_text(json.dumps(manifest | {"files": [form]}))
    study = lay_out(tmp_path / "S01", "--sdtm", str(path.parent), "--adam", "")
    assert pick(rows(study, "sdtm", "Variables"), Variable="AESEQ")["Label"] == "Étiquette 1234"


def _transport_file(folder: Path, frame: pd.DataFrame, version: int) -> Path:
    """A folder with a file ae.xpt; the second reader's own library writes it."""
    export = folder / "export"
    export.mkdir()
    labels = [f"Label of {name}" for name in frame]
    pyreadstat.write_xport(
        frame, str(export / "ae.xpt"), table_name="AE", column_labels=labels, file_format_version=version
    )
    return export


def _types(study: Path) -> dict[object, object]:
    """The data types of the numbers."""
    found = {row["Variable"]: row["Data Type"] for row in rows(study, "sdtm", "Variables")}
    return {name: data_type for name, data_type in found.items() if data_type != "text"}


def test_parquet_and_others_are_described_by_the_standard(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    frame = pd.DataFrame({"USUBJID": ["S01-001"], "AESEQ": [1.0], "AETERM": ["Headache"], "AEDUR": [""], "AEX": [2.5]})
    frame.to_parquet(export / "ae.parquet")
    study = lay_out(tmp_path / "S01", "--sdtm", str(export), "--adam", "", *DATES)
    described = [(row["Variable"], row["Label"], row["Data Type"]) for row in rows(study, "sdtm", "Variables")]
    assert described[1:] == [
        ("AESEQ", "Sequence Number", "integer"),
        ("AETERM", "Reported Term for the Adverse Event", "text"),
        ("AEDUR", "Duration of Adverse Event", "text"),
        ("AEX", "AEX", "float"),
    ]
