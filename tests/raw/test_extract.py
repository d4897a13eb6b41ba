"""`studyspec extract` on files: what it writes, the build can read; what it cannot read, it does not write."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from studyspec.cli import main
from studyspec.raw.read import read_extract

HEADER = ["--study-id", "S1", "--extract-date", "2022-03-15", "--cutoff", "2022-02-22"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["extract", *map(str, words), *HEADER])


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A registry's export: a text of another encoding, a workbook, a SAS file, and a note."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Sites.csv").write_bytes("SITE,NAME\n101,Türkçe ş\n".encode("cp1254"))
    (folder / "mark.csv").write_bytes(b"\xef\xbb\xbfA\nx\n")
    (folder / "letter.pdf").write_bytes(b"%PDF")
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Adverse Events"
    book.worksheets[0].append(["TERM"])
    book.worksheets[0].append(["NA"])
    book.create_sheet("CM").append(["DRUG"])
    book.save(folder / "forms.xlsx")
    pyreadstat.write_xport(pd.DataFrame({"A": ["x", "y"]}), str(folder / "DM.xpt"), file_format_version=5)
    return folder


def test_what_is_written_is_an_extract_without_findings(export: Path, tmp_path: Path) -> None:
    done = run(export, tmp_path / "raw", "--encoding", "cp1254")
    assert done.exit_code == 0, done.output
    assert "Left out, it holds no form: letter.pdf" in done.output
    extract, findings = read_extract(tmp_path / "raw")
    assert findings == []
    assert extract is not None
    assert {form: len(frame) for form, frame in extract.forms.items()} == {
        "dm": 2,
        "sites": 1,
        "adverse_events": 1,
        "cm": 0,
        "mark": 1,
    }
    assert extract.forms["sites"]["NAME"].tolist() == ["Türkçe ş"]
    assert list(extract.forms["mark"]) == ["A"]
    assert (extract.manifest.study, extract.manifest.extract_date, extract.manifest.cutoff) == (
        "S1",
        "2022-03-15",
        "2022-02-22",
    )


def test_files_are_copied_byte_for_byte_and_the_manifest_is_the_same_again(export: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        assert run(export, tmp_path / folder, "--encoding", "cp1254", "--synthetic").exit_code == 0
    assert (tmp_path / "one" / "DM.xpt").read_bytes() == (export / "DM.xpt").read_bytes()
    first, second = ((tmp_path / folder / "manifest.json").read_bytes() for folder in ("one", "two"))
    assert first == second
    assert json.loads(first)["SYNTHETIC"] == "Y"


def test_a_folder_gets_its_manifest_in_place(export: Path) -> None:
    (export / "letter.pdf").unlink()
    (export / "Sites.csv").unlink()
    assert run(export, export).exit_code == 0
    assert read_extract(export)[1] == []


def test_files_that_no_build_would_take_are_named(export: Path) -> None:
    done = run(export, export, "--encoding", "cp1254")
    assert "not in the manifest, remove it before a build: letter.pdf" in done.output


@pytest.mark.parametrize(
    ("name", "content"),
    [("bad.csv", "A,B\né\n".encode("latin-1")), ("bad.xpt", b"no"), ("odm.xml", b"<ODM/>"), ("a.json", b"{}")],
)
def test_a_file_that_cannot_be_read_stops_it_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = run(tmp_path / name, tmp_path / "raw")
    assert done.exit_code == 1
    assert "RAW-020" in done.output
    assert name in done.output
    assert not (tmp_path / "raw").exists()


def test_a_define_beside_the_data_is_left_out(tmp_path: Path) -> None:
    groups = '<ItemGroupDef OID="IG.AE" Name="AE" Repeating="Yes"><ItemRef ItemOID="A" Mandatory="No"/></ItemGroupDef>'
    define = f'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot"><Study OID="S">{groups}</Study></ODM>'
    (tmp_path / "define.xml").write_text(define)
    (tmp_path / "ae.csv").write_text("A\n1\n")
    done = run(tmp_path, tmp_path / "raw")
    assert done.exit_code == 0
    assert "Left out, it holds no form: define.xml" in done.output
    assert not (tmp_path / "raw" / "define.xml").exists()
    assert read_extract(tmp_path / "raw")[1] == []


@pytest.mark.parametrize("line", ["A;B", "A\tB", "A|B", "A,B;C"])
def test_the_first_line_tells_the_delimiter(tmp_path: Path, line: str) -> None:
    (tmp_path / "ae.csv").write_text(f"{line}\n1{line[1]}2\n")
    assert run(tmp_path / "ae.csv", tmp_path / "raw").exit_code == 0
    extract, findings = read_extract(tmp_path / "raw")
    assert findings == []
    assert extract is not None
    assert extract.forms["ae"].iloc[0].tolist() == ["1", "2"]


@pytest.mark.parametrize("line", ['"Date, start";"B ""x, y"""', '"Date,\nstart";B'])
def test_a_comma_in_quotes_is_no_delimiter(tmp_path: Path, line: str) -> None:
    (tmp_path / "ae.csv").write_text(f"{line}\n1;2\n")
    assert run(tmp_path / "ae.csv", tmp_path / "raw").exit_code == 0
    extract, _ = read_extract(tmp_path / "raw")
    assert extract is not None
    assert extract.forms["ae"].iloc[0].tolist() == ["1", "2"]


def test_the_mark_of_excel_beside_an_open_workbook_is_no_file(tmp_path: Path) -> None:
    for name in ("~$ae.xlsx", ".~lock.ae.xlsx#"):
        (tmp_path / name).write_bytes(b"who has it open")
    (tmp_path / "ae.csv").write_text("A\n1\n")
    done = run(tmp_path, tmp_path)
    assert (done.exit_code, "$" in done.output) == (0, False), done.output
    assert read_extract(tmp_path)[1] == []


def test_the_encoding_is_only_named_where_it_matters(tmp_path: Path) -> None:
    (tmp_path / "ae.xlsx").write_bytes(b"no")
    (tmp_path / "dm.csv").write_bytes("é\n".encode("latin-1"))
    output = run(tmp_path, tmp_path / "raw").output
    assert "ae.xlsx cannot be read as xlsx: " in output
    assert "dm.csv cannot be read as csv, utf-8: " in output


def test_two_forms_of_one_name_stop_it(tmp_path: Path) -> None:
    (tmp_path / "ae.csv").write_text("A\n1\n")
    pyreadstat.write_xport(pd.DataFrame({"A": ["x"]}), str(tmp_path / "AE.xpt"), file_format_version=5)
    done = run(tmp_path, tmp_path / "raw")
    assert done.exit_code == 1
    assert "RAW-021" in done.output


def test_nothing_is_replaced_without_force(export: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "mark.csv").write_text("of somebody")
    done = run(export / "mark.csv", raw)
    assert done.exit_code == 2
    assert "raw already has mark.csv" in done.output
    assert (raw / "mark.csv").read_text() == "of somebody"
    assert run(export / "mark.csv", raw, "--force").exit_code == 0
    assert (raw / "mark.csv").read_bytes() == (export / "mark.csv").read_bytes()


def test_a_redcap_export_is_split_by_its_dictionary(tmp_path: Path) -> None:
    (tmp_path / "fields.csv").write_text("field_name,form_name\nid,demog\nsex,demog\nterm,ae\n")
    (tmp_path / "data.csv").write_text("id,sex,term\n1,M,\n2,,NA\n")
    done = run(tmp_path / "fields.csv", tmp_path / "data.csv", tmp_path / "raw", "--redcap", "data.csv=fields.csv")
    assert done.exit_code == 0, done.output
    extract, findings = read_extract(tmp_path / "raw")
    assert findings == []
    assert extract is not None
    assert {form: frame["id"].tolist() for form, frame in extract.forms.items() if form != "fields"} == {
        "demog": ["1"],
        "ae": ["2"],
    }


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["none", "raw"], "There is no file or folder none"),
        (["--table", "ae", ".", "raw"], "go with a database"),
        (["--redcap", "x.csv", ".", "raw"], "x.csv is not among the files"),
        (["empty", "raw"], "There is no file that can be read"),
        (["env:NO_SUCH_VARIABLE", "raw"], "no environment variable NO_SUCH_VARIABLE"),
        (["a", "b", "raw"], "Two of the files are named x.csv"),
    ],
)
def test_wrong_usage_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], complaint: str) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "b", "empty"):
        (tmp_path / folder).mkdir()
    for folder in ("a", "b"):
        (tmp_path / folder / "x.csv").write_text("A\n1\n")
    done = run(*words)
    assert done.exit_code == 2
    assert complaint in done.output


@pytest.mark.parametrize("option", ["--extract-date", "--cutoff"])
def test_dates_are_dates(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.csv").write_text("A\n1\n")
    done = CliRunner().invoke(main, ["extract", str(tmp_path), str(tmp_path / "raw"), *HEADER, option, "15MAR2022"])
    assert done.exit_code == 2
    assert "'15MAR2022' is not a date such as" in done.output
