"""A display from spec to files: layout texts, published columns, split columns, results data on disk."""

from pathlib import Path

import pandas as pd

from studyspec.tables.display import render_display
from studyspec.tables.results import COLUMNS as RESULT_COLUMNS
from tables.plain import COLUMNS, built, frame, printed

FRAMES = {
    "ADSL": frame("USUBJID TRT01A SAFFL", "1 A Y", "2 A Y", "3 A Y", "4 B Y"),
    "ADAE": frame("USUBJID AEDECOD TRTEMFL", "1 Rash Y", "1 Rash Y", "2 Acne Y", "4 Rash ."),
}
ANY = {"Label": "Any"}
TRIAL = {"ID": "P", "Label": "Trial", "Span": "Published", "Kind": "published", "N": "152"}
VALUE = {"Row": "R0", "Column": "P", "Value": "88.8%"}


def test_layout_has_titles_population_heads_notes_and_source() -> None:
    notes = [
        {"Kind": "footnote", "Text": "A note."},
        {"Kind": "header", "Text": "Study S1"},
        {"Kind": "title", "Text": "Second title"},
    ]
    layout = built([ANY], FRAMES, notes=notes).layouts[0]
    assert layout.header == ("Study S1",)
    assert layout.titles == ("Table 1", "Events", "Second title")
    assert layout.population == ("Safety population",)
    assert layout.footnotes == ("A note.",)
    assert layout.source == "Source: ADSL, ADAE. Program: studyspec. Spec: specs/tlf.xlsx, display T-1."


def test_source_note_replaces_the_source_line() -> None:
    layout = built([ANY], FRAMES, notes=[{"Kind": "source", "Text": "Source: elsewhere."}]).layouts[0]
    assert layout.source == "Source: elsewhere."


def test_published_values_are_printed_as_given_and_marked_in_the_results() -> None:
    result = built([ANY], FRAMES, columns=[*COLUMNS, TRIAL], published=[VALUE])
    assert printed(result) == [("Any", "2 (66.7%)", "0", "88.8%")]
    assert [cell.text for cell in result.layouts[0].head[-1]] == ["Drug A\n(N=3)", "Drug B\n(N=1)", "Trial\n(N=152)"]
    quoted = result.ard[result.ard["kind"] == "published"]
    assert quoted[["statistic", "text", "reference"]].to_numpy().tolist() == [
        ["N", "152", ""],
        ["published", "88.8%", "A paper"],
    ]
    assert quoted["value"].isna().tolist() == [False, True]


def test_columns_with_the_same_span_share_one_heading() -> None:
    second = TRIAL | {"ID": "Q", "Label": "Other trial"}
    layout = built([ANY], FRAMES, columns=[*COLUMNS, TRIAL, second]).layouts[0]
    assert [(cell.text, cell.first, cell.count) for cell in layout.head[0]] == [
        ("", 0, 1),
        ("", 1, 1),
        ("Published", 2, 2),
    ]


def test_split_column_prints_each_statistic_below_the_group_s_heading() -> None:
    columns = [column | {"Statistics": "n (%); Events"} for column in COLUMNS]
    rows = [ANY | {"Statistics": "n (%); events"}, {"Label": "Subjects", "Statistics": "n (%)"}]
    result = built(rows, FRAMES, columns=columns)
    assert printed(result) == [("Any", "2 (66.7%)", "3", "0", "0"), ("Subjects", "2 (66.7%)", "", "0", "")]
    assert [[cell.text for cell in row] for row in result.layouts[0].head] == [
        ["Drug A\n(N=3)", "Drug B\n(N=1)"],
        ["n (%)", "Events", "n (%)", "Events"],
    ]


def test_two_patterns_in_one_column_stand_beside_each_other() -> None:
    assert printed(built([ANY | {"Statistics": "n (%); [events]"}], FRAMES)) == [("Any", "2 (66.7%) [3]", "0 [0]")]


def test_results_keep_the_full_precision_behind_the_printed_text() -> None:
    ard = built([ANY], FRAMES).ard
    item = ard[(ard["statistic"] == "pct") & (ard["column"] == "A")].iloc[0]
    assert (item["value"], item["denominator"], item["text"]) == (200 / 3, 3, "66.7%")
    assert item["where"] == 'TRTEMFL == "Y"'
    assert item["population"] == 'SAFFL == "Y" and TRT01A == "A"'


def test_display_without_room_for_its_body_is_an_error() -> None:
    notes = [{"Kind": "footnote", "Text": f"Note {place}."} for place in range(40)]
    result = built([ANY], FRAMES, notes=notes)
    assert [(item.code, item.severity, item.cell) for item in result.findings] == [
        ("TLF-104", "error", "specs/tlf.xlsx!Displays!A2")
    ]


def test_display_with_more_columns_than_a_page_holds_is_an_error() -> None:
    columns = [COLUMNS[0] | {"ID": f"C{place}"} for place in range(50)]
    assert [item.code for item in built([ANY], FRAMES, columns=columns).findings] == ["TLF-104"]


def test_files_have_the_names_and_bytes_expected_of_them(tmp_path: Path) -> None:
    result = built([ANY], FRAMES)
    written = render_display(result, tmp_path / "a")
    assert sorted(path.relative_to(tmp_path / "a").as_posix() for path in written) == [
        "ard/t-1.csv",
        "ard/t-1.parquet",
        "tlf/t-1.html",
        "tlf/t-1.pdf",
        "tlf/t-1.rtf",
        "tlf/t-1.txt",
    ]
    again = render_display(built([ANY], FRAMES), tmp_path / "b")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in again]


def test_results_on_disk_read_back_as_they_were(tmp_path: Path) -> None:
    result = built([ANY], FRAMES)
    render_display(result, tmp_path)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "ard" / "t-1.parquet"), result.ard, check_dtype=False)
    text = pd.read_csv(tmp_path / "ard" / "t-1.csv", dtype=str, keep_default_na=False)
    assert list(text.columns) == list(RESULT_COLUMNS)
    assert [float(value) for value in text["value"] if value] == result.ard["value"].dropna().tolist()
    assert text["text"].tolist() == result.ard["text"].tolist()
