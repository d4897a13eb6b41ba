"""`studyspec spec` as a user calls it: exit status, messages, files."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from spec.small_specs import ADAM, SDTM, Sheets, changed, workbook
from studyspec.cli import main
from studyspec.define.supp import with_supp
from studyspec.define.write import write_define
from studyspec.spec.diff import CellChange, Change
from studyspec.spec.diff_impact import Entry, Impact, PartDiff, SpecDiff
from studyspec.spec.diff_report import diff_html, diff_lines
from studyspec.spec.load import load_spec, spec_from
from studyspec.spec.write_workbook import spec_book
from studyspec.spec_versions import told_apart


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["spec", *map(str, arguments)])


def save(path: Path, sheets: Sheets) -> Path:
    spec, _ = spec_from(workbook(sheets))
    assert spec is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    spec_book(spec).save(path)  # without its look, which takes longest
    return path


def save_define(path: Path, sheets: Sheets) -> Path:
    spec, _ = spec_from(workbook(sheets))
    assert spec is not None
    path.write_bytes(write_define(with_supp(spec), created=datetime(2022, 2, 22)))
    return path


def test_a_define_becomes_a_workbook(tmp_path: Path) -> None:
    define = save_define(tmp_path / "define.xml", SDTM)
    result = run("from-define", define, "-o", tmp_path / "sdtm.xlsx")
    assert result.exit_code == 0
    assert "2 datasets, 25 variables, 2 value levels" in result.output
    spec, _ = load_spec(tmp_path / "sdtm.xlsx")
    assert spec is not None
    assert [item.name for item in spec.variables if item.supplemental] == ["OLDID"]


def test_without_a_name_the_workbook_is_called_after_its_standard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    define = save_define(tmp_path / "define.xml", ADAM)
    monkeypatch.chdir(tmp_path)
    assert run("from-define", define).exit_code == 0
    assert (tmp_path / "adam.xlsx").is_file()


def test_an_existing_workbook_is_not_replaced(tmp_path: Path) -> None:
    define = save_define(tmp_path / "define.xml", SDTM)
    (tmp_path / "sdtm.xlsx").write_bytes(b"mine")
    result = run("from-define", define, "-o", tmp_path / "sdtm.xlsx")
    assert result.exit_code == 2
    assert "exists and is not replaced" in result.output
    assert (tmp_path / "sdtm.xlsx").read_bytes() == b"mine"


def test_what_is_no_define_is_refused(tmp_path: Path) -> None:
    (tmp_path / "define.xml").write_text("<ODM/>", encoding="utf-8")
    result = run("from-define", tmp_path / "define.xml", "-o", tmp_path / "a.xlsx")
    assert result.exit_code == 2
    assert "DEF-201" in result.output
    assert not (tmp_path / "a.xlsx").exists()


def test_equal_versions_end_with_status_0(tmp_path: Path) -> None:
    old, new = save(tmp_path / "v1/sdtm.xlsx", SDTM), save(tmp_path / "v2/sdtm.xlsx", SDTM)
    result = run("diff", old, new)
    assert result.exit_code == 0
    assert "SDTM: v1/sdtm.xlsx -> v2/sdtm.xlsx\n  no change\n" in result.output
    assert "The versions say the same." in result.output


def test_different_versions_end_with_status_1_and_say_what_to_build(tmp_path: Path) -> None:
    old = save(tmp_path / "old.xlsx", SDTM)
    save(tmp_path / "study/specs/adam.xlsx", ADAM)
    new = save(tmp_path / "study/specs/sdtm.xlsx", changed(SDTM, ("Mapping", "DM AGE", "Expression", "number(AGE)")))
    result = run("diff", old, new, "--html", tmp_path / "diff.html")
    assert result.exit_code == 1
    assert "changed  DM.AGE  [specs/sdtm.xlsx!Mapping!D6]" in result.output
    assert "Expression: number(AGE_ENTERED) -> number(AGE)" in result.output
    assert "touches ADSL: AGE, SAFFL, TRTSDTF\n" in result.output
    assert "  datasets  DM, ADSL\n" in result.output
    page = (tmp_path / "diff.html").read_text(encoding="utf-8")
    assert "DM.AGE" in page
    assert "<b>AGE_ENTERED</b>" in page


def test_studies_are_compared_workbook_by_workbook(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save(tmp_path / name / "specs/sdtm.xlsx", SDTM)
        save(tmp_path / name / "specs/adam.xlsx", ADAM)
    shutil.copy(Path(__file__).resolve().parents[2] / "specs/tlf.xlsx", tmp_path / "one/specs/tlf.xlsx")
    shutil.copy(tmp_path / "one/specs/tlf.xlsx", tmp_path / "two/specs/tlf.xlsx")
    result = run("diff", tmp_path / "one", tmp_path / "two")
    assert result.exit_code == 0
    assert [line.partition(":")[0] for line in result.output.splitlines() if "->" in line] == [
        "SDTM",
        "ADaM",
        "Displays",
    ]


def test_a_workbook_and_its_define_say_the_same(tmp_path: Path) -> None:
    old, new = save(tmp_path / "sdtm.xlsx", SDTM), save_define(tmp_path / "define.xml", SDTM)
    result = run("diff", old, new)
    assert (result.exit_code, "no change" in result.output) == (0, True), result.output


def test_a_workbook_and_another_define_differ(tmp_path: Path) -> None:
    old = save(tmp_path / "sdtm.xlsx", SDTM)
    new = save_define(tmp_path / "define.xml", changed(SDTM, ("Variables", "VS VSTEST", "Label", "Test")))
    result = run("diff", old, new)
    assert result.exit_code == 1
    assert "changed  VS.VSTEST" in result.output


def test_lengths_are_compared_between_defines_only(tmp_path: Path) -> None:
    longer = changed(SDTM, ("Variables", "VS VSTEST", "Length", "80"))
    old, new = save_define(tmp_path / "old.xml", SDTM), save_define(tmp_path / "new.xml", longer)
    assert "Length: 40 -> 80" in run("diff", old, new).output
    assert run("diff", save(tmp_path / "sdtm.xlsx", SDTM), new).exit_code == 0


def test_digits_that_a_define_takes_from_the_data_are_compared_between_defines_only(tmp_path: Path) -> None:
    more = changed(SDTM, ("Variables", "VS VSSTRESN", "Significant Digits", "3"))
    old, new = save_define(tmp_path / "old.xml", SDTM), save_define(tmp_path / "new.xml", more)
    assert "Significant Digits: " in run("diff", old, new).output
    assert run("diff", save(tmp_path / "sdtm.xlsx", SDTM), new).exit_code == 0


def test_workbooks_of_two_standards_are_not_compared(tmp_path: Path) -> None:
    result = run("diff", save(tmp_path / "sdtm.xlsx", SDTM), save(tmp_path / "adam.xlsx", ADAM))
    assert result.exit_code == 2
    assert "Nothing to compare: SDTM with ADaM." in result.output


def test_files_that_are_no_specs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_text("no workbook", encoding="utf-8")
    result = run("diff", tmp_path / "notes.xlsx", tmp_path / "notes.xlsx")
    assert result.exit_code == 2
    assert "neither a spec nor a workbook of displays" in result.output
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("diff", empty, empty)
    assert result.exit_code == 2
    assert "holds none of sdtm.xlsx, adam.xlsx, tlf.xlsx" in result.output


def test_a_version_with_errors_is_compared_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    old = save(tmp_path / "old.xlsx", SDTM)
    new = save(tmp_path / "new.xlsx", SDTM)
    book = load_workbook(new)
    book["ValueLevel"]["D2"] = "VSTESTCD IS WEIGHT"
    book.save(new)
    result = run("diff", old, new)
    assert result.exit_code == 1
    assert "new.xlsx has 1 error (studyspec check lists them)" in result.output
    assert "removed  VS.VSORRES where VSTESTCD EQ WEIGHT" in result.output


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a/x.xlsx", "b/x.xlsx", ("a/x.xlsx", "b/x.xlsx")),
        ("a/x.xlsx", "a/y.xlsx", ("x.xlsx", "y.xlsx")),
        ("a/x.xlsx", "a/x.xlsx", ("x.xlsx", "x.xlsx")),
        ("a/s/x.xlsx", "b/s/x.xlsx", ("a/s/x.xlsx", "b/s/x.xlsx")),
        ("x.xlsx", "b/x.xlsx", ("x.xlsx", "b/x.xlsx")),
    ],
)
def test_files_are_told_apart_by_the_end_of_their_paths(old: str, new: str, told: tuple[str, str]) -> None:
    assert told_apart(Path(old), Path(new)) == told


def small_diff(change: Change, impact: Impact) -> SpecDiff:
    entry = Entry(change, bool(impact), impact)
    return SpecDiff((PartDiff("SDTM", "a.xlsx", "b.xlsx", (entry,)),), impact)


def test_long_lists_are_cut_on_the_terminal_only() -> None:
    names = tuple(f"ADAE.V{number:02}" for number in range(12))
    found = small_diff(Change("Methods", ("M",), "changed"), Impact(names, ("ADAE",), ("T-1",)))
    text = "\n".join(diff_lines(found))
    assert "touches ADAE: V00, V01, V02, V03, V04, V05, V06, V07 (+4 more); displays T-1" in text
    assert "V11" in diff_html(found)


def test_odd_text_stays_text_in_html() -> None:
    change = Change("Variables", ("AE", "<i>X</i>"), "changed", (CellChange("Label", "a & b", "<script>"),))
    page = diff_html(small_diff(change, Impact()))
    assert "<script>" not in page
    assert "&lt;i&gt;X&lt;/i&gt;" in page
    assert "http" not in page
