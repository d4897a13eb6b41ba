"""Differences explained one by one: what counts as a difference, what is stale, and how the command ends."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from compare.samples import labs, number, other, plain, save_xpt, text, with_rows, with_value, with_variable
from studyspec.compare.command import compare
from studyspec.compare.compare import compare_datasets
from studyspec.compare.dataset import Dataset
from studyspec.compare.explained import (
    Difference,
    differences,
    explanations_csv,
    read_explanations,
    settle,
    variable_counts,
)
from studyspec.compare.faults import CompareError
from studyspec.compare.pairs import Pair

IDS = ("USUBJID", "LBSEQ")


def pair(base: Dataset, after: Dataset, ids: tuple[str, ...] = IDS) -> Pair:
    return Pair("LB", compare_datasets(base, after, id_variables=ids))


def found(base: Dataset, after: Dataset, ids: tuple[str, ...] = IDS) -> list[tuple[str, str, str, str]]:
    return [(item.id, item.variable, item.base, item.compare) for item in differences(pair(base, after, ids))]


def test_unequal_values_are_named_by_id_and_shown_as_the_comparison_shows_them() -> None:
    after = other(frame=labs().frame.assign(LBSTRESN=number(31.5, 139.5, 4, 138), LBDT=number(22000, 1, 22002, 22003)))
    assert found(labs(), after) == [
        ("USUBJID=S-001 LBSEQ=2", "LBSTRESN", "140", "139.5"),
        ("USUBJID=S-002 LBSEQ=1", "LBSTRESN", ".", "4"),
        ("USUBJID=S-001 LBSEQ=2", "LBDT", "27MAR2020", "02JAN1960"),
    ]


def test_what_one_side_only_has_is_present_and_absent() -> None:
    base = replace(labs(), variables=labs().variables[:4], frame=labs().frame.drop(columns="LBDT"))
    assert found(base, with_rows(other(), 0, 1, 2)) == [
        ("", "LBDT", "absent", "present"),
        ("USUBJID=S-003 LBSEQ=1", "", "present", "absent"),
    ]
    assert [*differences(Pair("EX", missing_from="BASE"))] == [Difference("EX", "", "", "absent", "present")]


def test_a_difference_reads_as_a_sentence() -> None:
    assert str(Difference("AE", "", "", "absent", "present")) == "Data set: absent in BASE, present in COMPARE."
    assert str(Difference("AE", "A=1", "B", "", "x")) == "B (A=1): BASE has '', COMPARE has 'x'."


def test_attributes_are_differences_too() -> None:
    after = with_variable(replace(other(), label="Labs"), "LBSTRESN", format="", label="Result")
    assert found(labs(), after) == [
        ("", "", "label: Laboratory Test Results", "label: Labs"),
        ("", "LBSTRESN", "format: 8.2", "format:"),
        ("", "LBSTRESN", "label: Numeric Result in Standard Units", "label: Result"),
    ]


def test_observations_that_ids_do_not_tell_apart_are_numbered() -> None:
    base = plain("BASE.LB", A=text("x", "x"), B=number(1, 1))
    after = plain("COMPARE.LB", A=text("x", "x"), B=number(2, 2))
    assert [item[0] for item in found(base, after, ("A",))] == ["A=x OBS=1", "A=x OBS=2"]
    assert [item[0] for item in found(base, after, ())] == ["OBS=1", "OBS=2"]


def test_difference_without_explanation_and_explanation_without_difference_are_errors() -> None:
    compared = pair(labs(), with_value(with_value(other(), 0, "LBSTRESN", 30.0), 1, "LBSTRESN", 141.0))
    known = Difference("LB", "USUBJID=S-001 LBSEQ=1", "LBSTRESN", "31.5", "30")
    gone = Difference("LB", "USUBJID=S-001 LBSEQ=2", "LBSTRESN", "140", "142")
    settled = settle([compared], {known: "Recalibrated.", gone: "Typing error."})
    assert [(item.code, item.what) for item in settled.findings] == [
        ("CMP-201", "LBSTRESN (USUBJID=S-001 LBSEQ=2): BASE has '140', COMPARE has '141'."),
        ("CMP-202", "LBSTRESN (USUBJID=S-001 LBSEQ=2): BASE has '140', COMPARE has '142'."),
    ]
    assert settled.status == 1


def test_a_row_without_a_text_explains_nothing() -> None:
    compared = pair(labs(), with_value(other(), 0, "LBSTRESN", 30.0))
    blank = Difference("LB", "USUBJID=S-001 LBSEQ=1", "LBSTRESN", "31.5", "30")
    settled = settle([compared], {blank: ""})
    assert (settled.unexplained, settled.stale, settled.status) == ([blank], [], 1)


def test_counts_by_variable() -> None:
    compared = pair(labs(), with_value(with_value(other(), 0, "LBSTRESN", 30.0), 1, "LBSTRESN", 141.0))
    known = Difference("LB", "USUBJID=S-001 LBSEQ=1", "LBSTRESN", "31.5", "30")
    counts = variable_counts(compared, settle([compared], {known: "Recalibrated."}))
    assert [(item.variable, item.compared, item.equal, item.unequal, item.explained) for item in counts] == [
        ("USUBJID", 4, 4, 0, 0),
        ("LBSEQ", 4, 4, 0, 0),
        ("LBTEST", 4, 4, 0, 0),
        ("LBSTRESN", 4, 2, 2, 1),
        ("LBDT", 4, 4, 0, 0),
    ]


ANY_CELL = st.text(st.characters(codec="utf-8"), max_size=12).map(str.rstrip)


@given(st.dictionaries(st.builds(Difference, *[ANY_CELL] * 5), ANY_CELL.map(str.strip), max_size=5))
def test_the_file_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, rows: object) -> None:
    path = tmp_path_factory.mktemp("x") / "explained.csv"
    path.write_text(explanations_csv(rows), encoding="utf-8", newline="")
    assert read_explanations(path) == rows


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("dataset,id,variable,base,compare\nA,,,,\n", "data row 1 has no explanation"),
        ("dataset,id,variable,base,compare,explanation\nA,,X,1,2,a\nA,,X,1,2,b\n", "data row 2 repeats a row above"),
        ('dataset,id,variable,base,compare,explanation\n"A,,X,1,2,a\n', "unexpected end of data"),
        ("dataset,id,variable,base,compare,explanation\nA,,X,1,\xff".encode("latin-1"), "can't decode"),
    ],
)
def test_an_unusable_file_says_why(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    path = tmp_path / "explained.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CompareError, match=complaint) as caught:
        read_explanations(path)
    assert caught.value.finding.code == "CMP-107"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two files with one unequal value, and the file that explains it."""
    changed = with_value(labs(), 1, "LBSTRESN", 141.0)
    explained = tmp_path / "explained.csv"
    row = {Difference("BASE", "USUBJID=S-001 LBSEQ=2", "LBSTRESN", "140", "141"): "Units of <another> lab."}
    explained.write_text(explanations_csv(row), encoding="utf-8")
    for name, dataset in (("base", labs()), ("after", changed)):
        (tmp_path / name).mkdir()
        save_xpt(tmp_path / name / "base.xpt", dataset)
    return tmp_path / "base", tmp_path / "after", explained


def run(*arguments: object) -> Result:
    options = [str(argument) for argument in (*arguments, "--id", ",".join(IDS))]
    return CliRunner().invoke(compare, options, catch_exceptions=False)


def test_the_command_ends_with_0_when_all_is_explained(files: tuple[Path, Path, Path]) -> None:
    base, after, explained = files
    result = run(base, after, "--explained", explained)
    assert result.exit_code == 0
    assert "LBSTRESN            4          3          1          1" in result.output
    assert "    Units of <another> lab.\n" in result.output
    assert result.output.endswith(
        "20 values compared: 19 equal, 1 unequal.\nDifferences, those of attributes and of one side included: 1; "
        "without an explanation: 0; explanations without a difference: 0.\n"
    )


def test_the_command_ends_with_1_for_what_is_unexplained_or_stale(files: tuple[Path, Path, Path]) -> None:
    base, after, explained = files
    stale = run(base, base, "--explained", explained)
    assert (stale.exit_code, "error CMP-202" in stale.output) == (1, True)
    explained.write_text(explanations_csv({}), encoding="utf-8")
    open_ = run(base, after, "--explained", explained)
    assert (open_.exit_code, "error CMP-201" in open_.output) == (1, True)


def test_a_fault_still_ends_with_2(files: tuple[Path, Path, Path]) -> None:
    base, after, explained = files
    explained.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run(base, after, "--explained", explained).exit_code == 2
    assert run(base, after, "--explained", explained.with_name("none.csv")).exit_code == 2


def test_json_and_html_say_the_explanations(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    base, after, explained = files
    out = tmp_path / "out"
    (printed,) = json.loads(run(base, after, "--explained", explained, "--json", "--out", out).output)
    written = json.loads((out / "base.json").read_text(encoding="utf-8"))
    for record in (printed, written):
        assert [item["explanation"] for item in record["differences"]] == ["Units of <another> lab."]
        assert record["stale_explanations"] == []
    page = (out / "base.html").read_text(encoding="utf-8")
    assert "Differences: 1, each of them explained." in page
    assert "Units of &lt;another&gt; lab." in page


def test_json_names_stale_explanations_of_a_data_set_that_is_not_there(files: tuple[Path, Path, Path]) -> None:
    base, _, explained = files
    explained.write_text(explanations_csv({Difference("LX", "", "A", "1", "2"): "x"}), encoding="utf-8")
    result = run(base, base, "--explained", explained, "--json")
    records = json.loads(result.output)
    assert [(item["dataset"], len(item["stale_explanations"])) for item in records] == [("BASE", 0), ("LX", 1)]
    assert result.exit_code == 1


def test_out_holds_a_file_of_what_is_unexplained_to_be_completed(
    files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    base, after, explained = files
    explained.write_text(explanations_csv({}), encoding="utf-8")
    run(base, after, "--explained", explained, "--out", tmp_path)
    (line,) = csv.DictReader((tmp_path / "unexplained.csv").read_text(encoding="utf-8").splitlines())
    assert (line["id"], line["variable"], line["explanation"]) == ("USUBJID=S-001 LBSEQ=2", "LBSTRESN", "")
    completed = tmp_path / "completed.csv"
    to_complete = (tmp_path / "unexplained.csv").read_text(encoding="utf-8")
    completed.write_text(to_complete.replace('""\n', '"Another lab."\n'), encoding="utf-8")
    assert run(base, after, "--explained", completed).exit_code == 0
