"""Status lines, listings and qc.json."""

import json
from dataclasses import replace
from pathlib import Path

from qc.small_study import FRAME
from studyspec.qc.agreement import compare_output
from studyspec.qc.outcome import Outcome, summary, write_outcomes

DM = Outcome("DM", "sdtm", "EXACT", 2, "qc/sdtm/qc_dm.sql", "QC programmer")
EQUAL = compare_output(DM, FRAME, FRAME, ["USUBJID"])
DIFFERENT = compare_output(DM, FRAME, FRAME.assign(AGE=[60.0, 71.0]), ["USUBJID"])


def test_status_lines_say_what_and_what_to_do() -> None:
    unchecked = replace(DM, status="NO PROGRAM", program="")
    failed = replace(DM, status="FAILED", message="qc/sdtm/qc_dm.sql:3: Parser Error")
    assert [item.line() for item in (EQUAL, DIFFERENT, unchecked, failed, replace(DM, status="NO OUTPUT"))] == [
        "DM                2 records  EXACT",
        "DM                2 records  DIFFERENT 1 value (AGE), SYSINFO 4096",
        "DM                2 records  NO PROGRAM: write the second program, or take the output out of the spec",
        "DM                2 records  FAILED qc/sdtm/qc_dm.sql:3: Parser Error",
        "DM                2 records  NO OUTPUT: production has nothing of this name for qc/sdtm/qc_dm.sql",
    ]


def test_summary_counts_what_agrees_and_names_the_rest() -> None:
    assert summary([EQUAL]) == "1 of 1 outputs agree with their second programs."
    assert summary([EQUAL, DIFFERENT]) == "1 of 2 outputs agree with their second programs; 1 different."


def test_listings_and_summary_are_written_and_older_listings_go(tmp_path: Path) -> None:
    (tmp_path / "old.lst").write_text("old", encoding="utf-8")
    write_outcomes([DIFFERENT, replace(DM, name="AE", status="NO PROGRAM")], tmp_path, {"study": "T"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dm.lst", "qc.json"]
    assert "The COMPARE Procedure" in (tmp_path / "dm.lst").read_text(encoding="utf-8")
    found = json.loads((tmp_path / "qc.json").read_text(encoding="utf-8"))
    assert (found["study"], found["agrees"]) == ("T", False)
    assert [(item["name"], item["status"], item["sysinfo"]) for item in found["outputs"]] == [
        ("DM", "DIFFERENT", 4096),
        ("AE", "NO PROGRAM", 0),
    ]


def test_same_outcomes_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_outcomes([EQUAL, DIFFERENT], tmp_path / folder, {"study": "T"})
    for name in ("dm.lst", "qc.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
