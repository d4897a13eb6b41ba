"""A whole study that starts from SDTM, as a user runs it: transport files in, the same transport files out."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from tests.build.mini import table
from tests.qc.small_study import write_workbook

from studyspec.cli import main
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.xpt_write import write_xpt

CREATED = datetime(2020, 5, 1)
DATASETS = """
    Dataset | Label          | Class           | Structure               | Key Variables  | Standard | Repeating
    DM      | Demographics   | SPECIAL PURPOSE | One record per subject  | USUBJID        | SDTMIG   | No
    QSMM    | Questionnaires | FINDINGS        | One record per question | USUBJID, QSSEQ | SDTMIG   | Yes
"""
VARIABLES = """
    Order | Dataset | Variable | Label                                   | Data Type | Length | Mandatory
    1     | DM      | STUDYID  | Study Identifier                        | text      | 2      | Yes
    2     | DM      | DOMAIN   | Domain Abbreviation                     | text      | 2      | Yes
    3     | DM      | USUBJID  | Unique Subject Identifier               | text      | 8      | Yes
    4     | DM      | SUBJID   | Subject Identifier for the Study        | text      | 4      | Yes
    5     | DM      | SITEID   | Study Site Identifier                   | text      | 3      | Yes
    6     | DM      | AGE      | Age                                     | float     | 8      | No
    7     | DM      | SEX      | Sex                                     | text      | 1      | Yes
    8     | DM      | COUNTRY  | Country                                 | text      | 3      | Yes
    1     | QSMM    | STUDYID  | Study Identifier                        | text      | 2      | Yes
    2     | QSMM    | DOMAIN   | Domain Abbreviation                     | text      | 2      | Yes
    3     | QSMM    | USUBJID  | Unique Subject Identifier               | text      | 8      | Yes
    4     | QSMM    | QSSEQ    | Sequence Number                         | integer   | 8      | Yes
    5     | QSMM    | QSTESTCD | Question Short Name                     | text      | 8      | Yes
    6     | QSMM    | QSTEST   | Question Name                           | text      | 40     | Yes
    7     | QSMM    | QSCAT    | Category of Question                    | text      | 20     | Yes
    8     | QSMM    | QSSTRESN | Numeric Finding in Standard Units       | float     | 8      | No
"""
BLANK = ("Codelist", "Method", "Predecessor", "Origin", "Assigned Value")
DM = pd.DataFrame(
    [
        ["S1", "DM", "S1-01-2", "2", "01", 63.25, "F", "TUR"],
        ["S1", "DM", "S1-01-1", "1", "01", float("nan"), "M", "TUR"],
    ],
    columns=["STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SITEID", "AGE", "SEX", "COUNTRY"],
)
QSMM = pd.DataFrame(
    [
        ["S1", "QS", "S1-01-1", 1.0, "MM01", "Orientation", "MMSE", 0.1 + 0.2],
        ["S1", "QS", "S1-01-1", 2.0, "MM02", "Recall", "MMSE", -1e-70],
        ["S1", "QS", "S1-01-2", 1.0, "MM01", "Orientation", "MMSE", float("nan")],
    ],
    columns=["STUDYID", "DOMAIN", "USUBJID", "QSSEQ", "QSTESTCD", "QSTEST", "QSCAT", "QSSTRESN"],
)


def column(row: dict[str, str]) -> XptColumn:
    """The column of a file that a row of Variables describes."""
    kind = "char" if row["Data Type"] == "text" else "num"
    return XptColumn(row["Variable"], kind, int(row["Length"]), row["Label"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A study folder: one workbook and two transport files with their manifest."""
    variables = [{**row, **dict.fromkeys(BLANK, "")} for row in table(VARIABLES)]
    sheets = {"Define": [("Attribute", "Value"), ("StudyName", "S1"), ("StandardName", "SDTM-IG")]}
    for name, rows in (("Datasets", table(DATASETS)), ("Variables", variables)):
        sheets[name] = [tuple(rows[0]), *(tuple(row.values()) for row in rows)]
    (tmp_path / "specs").mkdir()
    write_workbook(tmp_path / "specs" / "sdtm.xlsx", sheets)
    (tmp_path / "raw").mkdir()
    files = []
    for name, label, frame in (("DM", "Demographics", DM), ("QSMM", "Questionnaires", QSMM)):
        path = tmp_path / "raw" / f"{name.lower()}.xpt"
        columns = tuple(
            XptColumn(
                row["Variable"], "char" if row["Data Type"] == "text" else "num", int(row["Length"]), row["Label"]
            )
            for row in variables
            if row["Dataset"] == name
        )
        texts = {item.name: "str" for item in columns if item.type == "char"}
        write_xpt(path, frame.astype(texts), XptDataset(name, label, columns), created=CREATED)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"file": path.name, "encoding": "utf-8", "rows": len(frame), "sha256": digest})
    manifest = {"study": "S1", "SYNTHETIC": "Y", "extract_date": "2020-05-01", "data_cutoff": "2020-04-01"}
    (tmp_path / "raw" / "manifest.json").write_text(json.dumps({**manifest, "files": files}), encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def test_what_is_built_is_what_was_received(root: Path) -> None:
    built = run("build", "--study", root)
    assert built.exit_code == 0, built.output
    assert "written   to" in built.output
    ids = ("--id", "DM=USUBJID", "--id", "QSMM=USUBJID,QSSEQ")
    compared = run("compare", root / "raw", root / "build" / "sdtm", *ids)
    assert [line.split() for line in compared.output.splitlines()[-2:]] == [
        ["DM", "EXACT", "SYSINFO=0"],
        ["QSMM", "EXACT", "SYSINFO=0"],
    ]
    assert compared.exit_code == 0


def test_a_value_is_traced_to_the_record_of_the_file(root: Path) -> None:
    assert run("trace", "QSMM", "S1-01-1", 2, "QSSTRESN", "--study", root).output.splitlines() == [
        "Subject S1-01-1",
        "QSMM #2 QSSTRESN = -1e-70",
        "  <- received   [specs/sdtm.xlsx!Variables!C17]",
        "    raw/qsmm.xpt record 2: QSSTRESN = '-1e-70'",
    ]


def test_the_spec_is_checked_against_the_file(root: Path) -> None:
    manifest = json.loads((root / "raw" / "manifest.json").read_text(encoding="utf-8"))
    path = root / "raw" / "dm.xpt"
    path.write_bytes(path.read_bytes().replace(b"SITEID  ", b"SITENO  "))
    manifest["files"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (root / "raw" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = json.loads(run("check", "--study", root, "--json").output)["specs"]
    assert [(item["code"], item["where"]) for item in found if item["code"] in ("SPEC-147", "SPEC-148")] == [
        ("SPEC-147", "specs/sdtm.xlsx!Variables!C6"),
        ("SPEC-148", "specs/sdtm.xlsx!Datasets!A2, raw dm"),
    ]


def test_without_the_extract_the_spec_only_describes(root: Path) -> None:
    for path in (root / "raw").iterdir():
        path.unlink()
    (root / "raw").rmdir()
    checked = run("check", "--study", root)
    assert checked.exit_code == 0, checked.output
