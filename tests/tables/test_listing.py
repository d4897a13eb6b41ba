"""Listings: a line per record, in order, with repeated keys left out, and every column an expression."""

import time
from pathlib import Path

import pandas as pd
import pytest

from studyspec.spec.check_tlf import check_tlf
from studyspec.spec.load_tlf import tlf_from
from studyspec.spec.tlf import TlfSpec
from studyspec.tables.display import DisplayResult, build_display, render_display
from studyspec.tables.grid import GAP
from studyspec.tables.pages import paginate
from studyspec.tables.population import Flags
from studyspec.tables.render_html import render_html
from studyspec.tables.render_text import render_text
from tables.plain import evaluator, frame, printed, sheets, small_tlf
from tables.test_check_tlf import adam, registry

LISTING = {
    "Display": "L-1",
    "Type": "Listing",
    "Number": "1",
    "Title": "Events",
    "Population": 'SAFFL == "Y"',
    "Population Label": "Safety population",
    "Dataset": "ADAE",
    "Filter": 'AESER == "Y"',
    "Empty Text": "No event.",
    "Orientation": "landscape",
    "Sort": "AEBODSYS; USUBJID; descending ATOXGRN",
}
COLUMNS = [
    {"ID": "SOC", "Label": "Class", "Kind": "key", "Expression": "AEBODSYS"},
    {"ID": "SUBJ", "Label": "Subject", "Kind": "key", "Expression": "USUBJID"},
    {"ID": "TERM", "Label": "Term\nGrade", "Kind": "listed", "Expression": "AEDECOD; ATOXGRN"},
]
FRAMES = {
    "ADSL": frame("USUBJID SAFFL", "1 Y", "2 Y", "3 N"),
    "ADAE": frame(
        "USUBJID AEBODSYS AEDECOD ATOXGRN# AESER",
        *("2 Skin Rash 1 Y", "1 Skin Itch . Y", "1 Skin Rash 2 Y", "1 Skin Acne 3 Y"),
        *("2 Gut Colic 1 Y", "1 Gut Gas 1 N", "3 Gut Gas 5 Y"),
    ),
}


def spec(columns: list[dict[str, str]] | None = None, **display: str) -> TlfSpec:
    lines = [{"Display": "L-1", "Order": str(place), **line} for place, line in enumerate(columns or COLUMNS)]
    tlf, found = tlf_from(sheets(Displays=[LISTING | display], Columns=lines))
    assert found == []
    assert tlf is not None
    return tlf


def listed(frames: dict[str, pd.DataFrame] = FRAMES, **display: str) -> DisplayResult:
    return build_display(spec(**display), "L-1", frames, evaluator(frames))


def test_records_of_the_population_that_meet_the_filter_stand_in_order() -> None:
    assert printed(listed()) == [
        ("Gut", "2", "Colic\n1"),
        ("Skin", "1", "Acne\n3"),
        (" ", "", "Rash\n2"),
        (" ", "", "Itch"),
        ("", "2", "Rash\n1"),
    ]


def test_missing_numbers_come_first_in_an_ascending_order() -> None:
    lines = printed(listed(Sort="ATOXGRN; AEDECOD"))
    assert [line[2].split("\n")[0] for line in lines] == ["Itch", "Colic", "Rash", "Rash", "Acne"]


def test_records_keep_their_order_where_none_is_stated() -> None:
    assert [line[2].split("\n")[0] for line in printed(listed(Sort=""))] == ["Rash", "Itch", "Rash", "Acne", "Colic"]


def test_key_is_printed_again_when_a_key_before_it_changes() -> None:
    frames = FRAMES | {"ADAE": frame("USUBJID AEBODSYS AEDECOD ATOXGRN# AESER", "1 Gut Gas 1 Y", "1 Skin Rash 1 Y")}
    assert [line[:2] for line in printed(listed(frames))] == [("Gut", "1"), ("Skin", "1")]


def test_groups_of_one_record_are_set_apart() -> None:
    page = render_text(paginate(listed(Filter="ATOXGRN == 1").layouts[0])).decode()
    lines = page.splitlines()
    first, second = (next(place for place, line in enumerate(lines) if term in line) for term in ("Colic", "Rash"))
    assert lines[first + 2] == ""
    assert second == first + 3


def test_listing_without_records_prints_its_empty_text() -> None:
    assert printed(listed(Filter='AEDECOD == "None"')) == [("No event.", "", "")]


def test_results_hold_every_cell_with_its_subject_also_keys_that_are_not_printed() -> None:
    ard = listed().ard
    third = ard[ard["line"] == 3]
    assert third["column"].tolist() == ["SOC", "SUBJ", "TERM"]
    assert third["text"].tolist() == ["Skin", "1", "Rash\n2"]
    assert set(third["group1_value"]) == {"1"}
    assert set(ard["where"]) == {'AESER == "Y"'}


def test_page_that_begins_within_a_subject_shows_its_keys_again() -> None:
    events = [f"1 Skin Term{place:03} 1 Y" for place in range(60)]
    frames = FRAMES | {"ADAE": frame("USUBJID AEBODSYS AEDECOD ATOXGRN# AESER", *events)}
    pages = render_text(paginate(listed(frames, Sort="AEDECOD").layouts[0])).decode().split("\f")
    bodies = [page.split("-" * 132 + "\n")[2] for page in pages]
    assert len(bodies) > 1
    assert all(body.split()[:2] == ["Skin", "1"] for body in bodies)
    assert [body.count("Skin") for body in bodies] == [1] * len(bodies)
    assert "continued" not in "".join(pages)


def test_source_names_the_datasets_that_expressions_look_up() -> None:
    columns = [COLUMNS[0], {"ID": "N", "Label": "Doses", "Kind": "listed", "Expression": "count(ADEX.AVAL); ADSL.AGE"}]
    plain = evaluator(FRAMES)

    def values(dataset: str, expression: str) -> pd.Series | Flags:
        return pd.Series([""] * 7, dtype="str") if "." in expression else plain(dataset, expression)

    result = build_display(spec(columns), "L-1", FRAMES, values)
    assert result.layouts[0].source.startswith("Source: ADSL, ADAE, ADEX. ")


def test_headings_of_words_stand_at_the_left() -> None:
    page = render_text(paginate(listed().layouts[0])).decode()
    heads = [line for line in page.splitlines() if "Subject" in line or "Term" in line]
    assert heads[0].index("Term") == heads[1].index("Grade")


def test_html_keeps_the_lines_of_a_cell() -> None:
    assert '<td class="text">Acne\n3</td>' in render_html(listed().layouts[0]).decode()


def test_column_with_much_text_gives_way_and_nothing_is_lost() -> None:
    words = "_".join(f"word{place}" for place in range(60))
    events = [f"1 Skin {words} 1 Y", "2 Gut Colic 2 Y"]
    frames = FRAMES | {"ADAE": frame("USUBJID AEBODSYS AEDECOD ATOXGRN# AESER", *events)}
    text = render_text(paginate(listed(frames).layouts[0])).decode()
    assert max(map(len, text.splitlines())) <= 132
    assert all(f"word{place}" in text for place in range(60))


def test_column_has_the_width_that_the_spec_states_and_wraps_there() -> None:
    events = ["1 Skin a_rash_of_many_words_that_goes_on_and_on 1 Y"]
    frames = FRAMES | {"ADAE": frame("USUBJID AEBODSYS AEDECOD ATOXGRN# AESER", *events)}
    tlf = spec([COLUMNS[0], COLUMNS[2] | {"Width": "12"}, COLUMNS[1]])
    pages = paginate(build_display(tlf, "L-1", frames, evaluator(frames)).layouts[0])
    assert pages.columns[0] == 12 + GAP
    assert pages.bodies[0][0].cells[0][:2] == ("a rash of", "many words")
    assert pages.stub + sum(pages.columns) == pages.width


def test_widths_that_the_page_has_no_room_for_are_a_finding() -> None:
    tlf = spec([column | {"Width": "60"} for column in COLUMNS])
    found = build_display(tlf, "L-1", FRAMES, evaluator(FRAMES)).findings
    assert [item.code for item in found] == ["TLF-104"]


@pytest.mark.slow
def test_five_thousand_records_are_rendered_in_ten_seconds(tmp_path: Path) -> None:
    events = [f"{1 + place % 2} Class{place % 23} A_long_term_of_several_words_{place} 1 Y" for place in range(5000)]
    frames = FRAMES | {"ADAE": frame("USUBJID AEBODSYS AEDECOD ATOXGRN# AESER", *events)}
    more = [COLUMNS[2] | {"ID": f"C{place}", "Expression": "AEDECOD"} for place in range(6)]
    tlf = spec([*COLUMNS, *more])
    started = time.process_time()
    result = build_display(tlf, "L-1", frames, evaluator(frames))
    render_display(result, tmp_path)
    assert len(result.ard) == 5000 * 9
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("display", "column", "code", "cell"),
    [
        ({}, {"Expression": ""}, "TLF-019", "Columns!L2"),
        ({}, {"Kind": "group"}, "TLF-019", "Columns!F2"),
        ({}, {"Where": 'SEX == "F"'}, "TLF-019", "Columns!G2"),
        ({}, {"Expression": "AEDECOT"}, "TLF-007", "Columns!L2"),
        ({}, {"Expression": 'AESER == "Y"'}, "TLF-007", "Columns!L2"),
        ({"Sort": "AEDECOT"}, {}, "TLF-007", "Displays!N2"),
        ({"Filter": "AESER"}, {}, "TLF-007", "Displays!H2"),
    ],
)
def test_wrong_listing_is_found_at_its_cell(
    display: dict[str, str], column: dict[str, str], code: str, cell: str
) -> None:
    good = {"Filter": 'AESER == "Y"', "Sort": "AEBODSYS"}
    found = check_tlf(spec([COLUMNS[0] | column, *COLUMNS[1:]], **(good | display)), adam(), registry())
    assert (code, cell) in [(item.code, item.cell.removeprefix("specs/tlf.xlsx!")) for item in found]


def test_table_with_a_width_is_found() -> None:
    column = {"ID": "A", "Label": "A", "Kind": "group", "Width": "10"}
    found = check_tlf(small_tlf([{"Label": "Any"}], columns=[column]), adam(), registry())
    assert [(item.code, item.what) for item in found] == [("TLF-019", "A has a Width, in a table.")]


def test_sound_listing_has_no_findings() -> None:
    assert check_tlf(spec(), adam(), registry()) == []
