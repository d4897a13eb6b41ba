"""Programs of displays: everything of the workbook that determines what is printed, as ASCII text."""

from __future__ import annotations

from tests.tables.plain import COLUMNS, small_tlf

from studyspec.submission.display_programs import display_programs
from studyspec.submission.programs import WIDTH


def program(rows: list[dict[str, str]], **more: object) -> str:
    """The program of a small display."""
    return display_programs(small_tlf(rows, **more), "TEST-01")["T-1"]


def test_every_filled_cell_of_a_row_is_there_and_no_blank_one() -> None:
    text = program([{"ID": "G3", "Label": "Grade ≥3", "Where": "ATOXGRN >= 3"}])
    block = text[text.index("\nG3\n") :].split("\n\n")[0]
    lines = dict(line.strip().split("  ", 1) for line in block.strip().splitlines()[1:])
    assert {name: value.strip() for name, value in lines.items()} == {
        "Label": "Grade >=3",
        "Level": "0",
        "Kind": "subjects",
        "Where": "ATOXGRN >= 3",
        "Statistics": "n (%)",
    }


def test_notes_of_all_displays_and_formats_that_are_used_are_there() -> None:
    text = program(
        [{"Statistics": "n (%:PCT.)"}],
        notes=[{"Kind": "footnote", "Text": "Grades: CTCAE 5.0."}, {"Display": "*", "Kind": "source", "Text": "ADAE"}],
        formats=[
            {"Format": "PCT", "Order": "1", "Range": "other", "Picture": "009%"},
            {"Format": "OTHER", "Order": "1", "Range": "other", "Picture": "9"},
        ],
    )
    assert "    footnote          Grades: CTCAE 5.0." in text
    assert "    source            ADAE" in text
    assert "    Format            PCT" in text
    assert "OTHER" not in text


def test_figures_quoted_from_publications_are_not_there() -> None:
    columns = [*COLUMNS, {"ID": "P", "Label": "Paper", "Kind": "published"}]
    text = program([{"ID": "ANY"}], columns=columns, published=[{"Row": "ANY", "Column": "P", "Value": "98.7"}])
    assert "98.7" not in text


def test_text_is_ascii_in_lines_of_limited_length() -> None:
    text = program([{"Label": "Größe " * 40}])
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.endswith("\n")


def test_subgroups_are_there() -> None:
    text = program([{}], subgroups=[{"ID": "OLD", "Label": "Old", "Where": "AGE >= 75"}])
    assert "\nOLD\n    Label             Old\n    Where             AGE >= 75\n" in text
