"""Displays with subgroups: a part for each, on pages of its own, with its own N."""

from pathlib import Path

import pytest

from studyspec.tables.display import DisplayResult, render_display
from studyspec.tables.render_html import render_html
from studyspec.tables.render_rtf import render_rtf
from studyspec.tables.render_text import render_text
from tables.office import pages_in_libreoffice, pages_in_text
from tables.plain import COLUMNS, built, evaluator, frame
from tables.test_check_tlf import findings

ADSL = frame("USUBJID TRT01A SAFFL SEX AGE#", "1 A Y F 60", "2 A Y F 80", "3 A Y M 81", "4 B Y M 50")
ADAE = frame("USUBJID AEDECOD TRTEMFL", "1 Rash Y", "1 Acne Y", "2 Rash Y", "3 Itch Y")
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
SUBGROUPS = [
    {"ID": "WOMEN", "Label": "Sex: women", "Where": 'SEX == "F"'},
    {"ID": "OLD", "Label": "Age: 80 years or more", "Where": "AGE >= 80"},
]
TERMS = {"Kind": "nested", "Variables": "AEDECOD", "Statistics": "n", "Sort": "frequency in A"}
ROWS = [{"Label": "Any"}, TERMS]


def by_subgroup(rows: list[dict[str, str]] = ROWS, **more: str) -> DisplayResult:
    return built(rows, FRAMES, subgroups=SUBGROUPS, **more)


def body(result: DisplayResult, place: int) -> list[tuple[str, ...]]:
    return [(line.label, *line.cells) for line in result.layouts[place].body]


def test_each_subgroup_is_counted_out_of_its_own_subjects() -> None:
    result = by_subgroup()
    heads = [[cell.text for cell in layout.head[0]] for layout in result.layouts]
    assert heads == [["Drug A\n(N=2)", "Drug B\n(N=0)"], ["Drug A\n(N=2)", "Drug B\n(N=0)"]]
    assert body(result, 0) == [("Any", "2 (100.0%)", "0"), ("Rash", "2", "0"), ("Acne", "1", "0")]
    assert body(result, 1) == [("Any", "2 (100.0%)", "0"), ("Itch", "1", "0"), ("Rash", "1", "0")]


def test_label_of_the_subgroup_stands_below_the_titles() -> None:
    assert [layout.titles[-1] for layout in by_subgroup().layouts] == ["Sex: women", "Age: 80 years or more"]


def test_subgroup_without_records_says_so() -> None:
    result = built(ROWS, FRAMES, subgroups=[SUBGROUPS[0], SUBGROUPS[1] | {"Where": "AGE < 55"}])
    assert body(result, 1) == [("No event.", "", "")]
    assert result.findings == ()


def test_results_name_each_line_once_and_carry_the_subgroup_s_condition() -> None:
    ard = by_subgroup().ard
    assert not ard.duplicated(["line", "column", "statistic"]).any()
    heads = ard[ard["kind"] == "population"]
    assert heads[["line", "label", "column", "value"]].to_numpy().tolist() == [
        [1, "Sex: women", "A", 2],
        [1, "Sex: women", "B", 0],
        [5, "Age: 80 years or more", "A", 2],
        [5, "Age: 80 years or more", "B", 0],
    ]
    assert set(ard.loc[ard["line"] > 5, "population"]) == {
        f'SAFFL == "Y" and TRT01A == "{arm}" and AGE >= 80' for arm in "AB"
    }


def test_every_count_of_a_subgroup_can_be_recounted_from_its_own_conditions() -> None:
    ard, evaluate = by_subgroup().ard, evaluator(FRAMES)
    counts = ard[(ard["statistic"] == "n")]
    assert len(counts) == 12
    for item in counts.itertuples():
        subjects = set(ADSL["USUBJID"][evaluate("ADSL", item.population)])
        assert item.value == len(subjects & set(ADAE["USUBJID"][evaluate("ADAE", item.where)])), item


def test_p_value_of_a_subgroup_is_that_of_its_lines() -> None:
    columns = [*COLUMNS, {"ID": "P", "Label": "p", "Kind": "test", "Statistics": "p"}]
    subgroups = [SUBGROUPS[1] | {"Where": "AGE >= 50"}, SUBGROUPS[1] | {"ID": "O60", "Where": "AGE > 60 or AGE == 50"}]
    rows = [{"Label": "Any", "Test": "Fisher"}]
    result = built(rows, FRAMES, columns=columns, subgroups=subgroups)
    assert [body(result, place)[0][-1] for place in (0, 1)] == ["0.2500", "0.3333"]


def test_pages_are_numbered_through_all_subgroups() -> None:
    pages = render_text(*by_subgroup().pages).decode().split("\f")
    assert [page.split("Page ")[1].split("\n")[0] for page in pages] == ["1 of 2", "2 of 2"]
    assert [("women" in page, "80 years" in page) for page in pages] == [(True, False), (False, True)]


def test_html_has_a_table_per_subgroup_named_by_it() -> None:
    text = render_html(*by_subgroup().layouts).decode()
    assert text.count("<table") == 2
    assert text.count("<h1>") == 1
    assert "<h2>Age: 80 years or more</h2>" in text


def test_libreoffice_shows_each_subgroup_s_own_header(tmp_path: Path) -> None:
    pages = by_subgroup().pages
    assert pages_in_libreoffice(render_rtf(*pages), tmp_path) == pages_in_text(render_text(*pages))


def test_files_of_all_kinds_are_written(tmp_path: Path) -> None:
    written = render_display(by_subgroup(), tmp_path)
    assert len(written) == 6
    assert b"80 years or more" in (tmp_path / "tlf" / "t-1.pdf").read_bytes()


@pytest.mark.parametrize(
    ("subgroup", "columns", "code", "cell"),
    [
        ({"Where": "AEG >= 80"}, COLUMNS, "TLF-007", "Subgroups!E2"),
        ({}, [*COLUMNS, {"ID": "P", "Label": "Trial", "Kind": "published", "N": "9"}], "TLF-011", "Columns!F4"),
    ],
)
def test_wrong_subgroup_is_found_at_its_cell(
    subgroup: dict[str, str], columns: list[dict[str, str]], code: str, cell: str
) -> None:
    found = findings([{"Label": "Any"}], columns=columns, subgroups=[SUBGROUPS[1] | subgroup])
    assert (code, cell) in found
