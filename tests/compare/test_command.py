"""`studyspec compare` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from compare.samples import labs, save_xpt, text, with_rows, with_value
from studyspec.compare.command import compare
from studyspec.transport.parquet import write_parquet

IDS = ("--id", "USUBJID,LBSEQ")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(compare, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two files; the second has its rows in another order and one value changed."""
    changed = with_value(with_rows(labs(), 3, 0, 1, 2), 1, "LBSTRESN", 31.75)
    return save_xpt(tmp_path / "base.xpt", labs()), save_xpt(tmp_path / "other.xpt", changed)


def test_equal_files_print_the_listing_and_exit_with_0(pair: tuple[Path, Path]) -> None:
    result = run(pair[0], pair[0], *IDS)
    assert result.exit_code == 0
    assert "NOTE: No unequal values were found. All values compared are exactly equal." in result.output


def test_a_difference_exits_with_1(pair: tuple[Path, Path]) -> None:
    result = run(*pair, *IDS)
    assert result.exit_code == 1
    assert "NOTE: SYSINFO=4096 (VALUE)." in result.output


def test_a_difference_of_attributes_only_exits_with_1(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    other = save_xpt(tmp_path / "label.xpt", replace(labs(), label="Labs"))
    result = run(pair[0], other, *IDS)
    assert (result.exit_code, "SYSINFO=1 (DSLABEL)" in result.output) == (1, True)


def test_a_criterion_makes_small_differences_equal(pair: tuple[Path, Path]) -> None:
    assert run(*pair, *IDS, "--method", "absolute", "--criterion", "0.25").exit_code == 0
    assert run(*pair, *IDS, "--method", "absolute", "--criterion", "0.249").exit_code == 1


def test_without_id_observations_are_compared_by_position(pair: tuple[Path, Path]) -> None:
    result = run(*pair)
    assert result.exit_code == 1
    assert "Obs ||" in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--id", "NOPE"), "no variable NOPE"),
        (("--id", ","), "names no variable"),
        (("--id", "LB="), "names no variable"),
        (("--id", "A", "--id", "B"), "--id is given twice for all data sets"),
        (("--method", "near"), "METHOD=near is not known"),
        (("--method", "exact", "--criterion", "1"), "takes no criterion"),
        (("--max-print", "many"), "'many' is not a number"),
        (("--encoding", "sas"), "'sas' is no known encoding"),
    ],
)
def test_unusable_options_exit_with_2_and_say_why(
    pair: tuple[Path, Path], arguments: tuple[str, ...], complaint: str
) -> None:
    result = run(*pair, *arguments)
    assert result.exit_code == 2
    assert complaint in result.output


def test_unusable_paths_exit_with_2_and_say_why(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    (tmp_path / "empty").mkdir()
    for other, complaint in (
        (tmp_path / "none.xpt", "none.xpt: there is no such file"),
        (tmp_path, "One path is a folder and the other is a file"),
    ):
        result = run(pair[0], other)
        assert (result.exit_code, complaint in result.output) == (2, True)
    result = run(tmp_path / "empty", tmp_path / "empty")
    assert (result.exit_code, "hold no XPT" in result.output) == (2, True)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: one pair equal, one different, one data set on each side only."""
    base, other = tmp_path / "prod", tmp_path / "qc"
    for folder in (base, other):
        folder.mkdir()
        save_xpt(folder / "lb.xpt", labs())
    save_xpt(base / "vs.xpt", labs())
    save_xpt(other / "vs.xpt", with_value(labs(), 0, "LBTEST", "Potassium"))
    save_xpt(base / "ae.xpt", labs())
    save_xpt(other / "cm.xpt", labs())
    return base, other


def test_folders_pair_by_name_and_what_lacks_a_partner_is_a_difference(folders: tuple[Path, Path]) -> None:
    result = run(*folders, *IDS)
    assert result.exit_code == 1
    assert [line.split() for line in result.output.splitlines()[-4:]] == [
        ["AE", "NOT", "IN", "COMPARE"],
        ["CM", "NOT", "IN", "BASE"],
        ["LB", "EXACT", "SYSINFO=0"],
        ["VS", "DIFFERENT", "SYSINFO=4096"],
    ]
    assert result.output.count("The COMPARE Procedure") == 1


def test_a_pair_that_cannot_be_compared_makes_the_exit_status_2(folders: tuple[Path, Path]) -> None:
    result = run(*folders, "--id", "LB=USUBJID,LBSEQ", "--id", "VS=VSSEQ")
    assert result.exit_code == 2
    assert "VS  NOT COMPARED  BASE.VS and COMPARE.VS has no variable VSSEQ." in result.output
    records = json.loads(run(*folders, "--id", "VS=VSSEQ", "--json").output)
    assert [record["verdict"] for record in records] == ["NOT IN COMPARE", "NOT IN BASE", "EXACT", "NOT COMPARED"]
    assert "no variable VSSEQ" in records[3]["fault"]


def test_equal_within_the_criterion_is_told_from_exact(tmp_path: Path) -> None:
    for name, factor in (("a", 1.0), ("b", 1 + 1e-12)):
        (tmp_path / name).mkdir()
        values = labs().frame.assign(LBSTRESN=labs().frame["LBSTRESN"] * factor)
        write_parquet(tmp_path / name / "adlb.parquet", values)
        write_parquet(tmp_path / name / "lb.parquet", labs().frame)
    result = run(tmp_path / "a", tmp_path / "b", *IDS)
    assert result.exit_code == 0
    assert result.output == "ADLB  EQUAL  SYSINFO=0\nLB    EXACT  SYSINFO=0\n"


def test_out_writes_listing_html_and_json_with_the_same_bytes_each_time(
    tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    written = []
    for name in ("one", "two"):
        run(*folders, *IDS, "--out", tmp_path / name)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert sorted(written[0]) == ["lb.html", "lb.json", "lb.lst", "vs.html", "vs.json", "vs.lst"]
    assert written[0] == written[1]
    assert str(tmp_path).encode() not in b"".join(written[0].values())


def test_json_holds_the_counts_and_the_values(pair: tuple[Path, Path]) -> None:
    (found,) = json.loads(run(*pair, *IDS, "--json").output)
    assert (found["verdict"], found["exit_status"]) == ("DIFFERENT", 1)
    comparison = found["comparison"]
    assert (comparison["sysinfo"], comparison["conditions"]) == (4096, ["VALUE"])
    assert comparison["counts"]["observations_equal"] == 3
    (value,) = comparison["values"]["LBSTRESN"]
    assert (value["USUBJID"], value["base"], value["compare"]) == ("S-001", "31.5", "31.75")


class _Checker(HTMLParser):
    """Collects text and notices tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_shows_whole_values_and_escapes_them(tmp_path: Path) -> None:
    long = "Alanine <b>Aminotransferase</b> & more than twenty characters"
    write_parquet(tmp_path / "a.parquet", labs().frame)
    write_parquet(tmp_path / "b.parquet", labs().frame.assign(LBTEST=text(long, "Sodium", "Sodium", "")))
    run(tmp_path / "a.parquet", tmp_path / "b.parquet", "--out", tmp_path / "out")
    page = (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    checker = _Checker()
    checker.feed(page)
    assert checker.open == []
    assert "b" not in checker.seen
    assert long in checker.text
    assert "SYSINFO 4096: the data sets differ." in checker.text
    assert "://" not in page


def test_html_says_when_not_all_values_are_shown(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", labs().frame)
    write_parquet(tmp_path / "b.parquet", with_rows(labs(), 3, 2, 1, 0).frame)
    run(tmp_path / "a.parquet", tmp_path / "b.parquet", "--out", tmp_path / "out", "--max-print", "3")
    page = (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    assert page.count("3 of 4 are shown.") == page.count("are shown.") > 0


def test_help_gives_an_example() -> None:
    output = run("--help").output
    assert "studyspec compare prod/adae.xpt qc/adae.xpt --id USUBJID,AESEQ\n" in output


def test_loading_the_command_does_not_load_pandas() -> None:
    code = "import sys, studyspec.compare.command; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
