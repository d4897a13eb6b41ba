"""RTF, HTML and PDF: repeated heads, escapes, equal bytes, the same text in each."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.tables.layout import HeadCell
from studyspec.tables.pages import paginate
from studyspec.tables.render_html import render_html
from studyspec.tables.render_pdf import render_pdf
from studyspec.tables.render_rtf import escape, render_rtf
from studyspec.tables.render_text import render_text
from tables.office import pages_in_libreoffice, pages_in_text
from tables.samples import ODD_TEXT, SPANNED, layout, long_layout

SMALL = layout([("Class", "1 (10.0%)", "0"), ("  Term", "10 (50.0%)", "1")])
ODD = layout([(ODD_TEXT, "1", "0")], footnotes=(ODD_TEXT,))


def depth(rtf: str) -> list[int]:
    """The depth of groups after each brace that is not escaped."""
    depths, current = [], 0
    for brace in re.findall(r"\\.|[{}]", rtf, re.S):
        current += {"{": 1, "}": -1}.get(brace, 0)
        depths.append(current)
    return depths


@pytest.mark.parametrize("source", [SMALL, ODD, layout([("Any", "1", "2", "3")], SPANNED)])
def test_rtf_closes_every_group_and_only_at_its_end(source: object) -> None:
    depths = depth(render_rtf(paginate(source)).decode("ascii"))
    assert depths[-1] == 0
    assert min(depths[:-1]) > 0


def test_rtf_marks_head_rows_to_repeat_on_every_page() -> None:
    pages = paginate(long_layout())
    rtf = render_rtf(pages).decode("ascii")
    rows = rtf.split("\\trowd")[1:]
    assert [("Drug A" in row) for row in rows] == [("\\trhdr" in row) for row in rows]
    assert rtf.count("Drug A") == len(pages.bodies)
    assert rtf.count("\\pagebb") == len(pages.bodies) - 1


def test_rtf_rows_end_with_as_many_cells_as_they_define() -> None:
    for row in render_rtf(paginate(layout([("Any", "1", "2", "3")], SPANNED))).decode("ascii").split("\\trowd")[1:]:
        assert len(re.findall(r"\\cellx", row)) == len(re.findall(r"\\cell(?!x)", row))


def test_rtf_keeps_a_label_with_the_lines_below_it() -> None:
    rows = render_rtf(paginate(SMALL)).decode("ascii").split("\\trowd")[1:]
    assert ["\\keepn" in row for row in rows] == [True, True, False]


def plain(rtf: str) -> str:
    """What a reader sees of escaped text."""

    def unescape(match: re.Match[str]) -> str:
        return match[2] or (chr(int(match[1]) % 0x10000) if match[1] else "\n")

    units = re.sub(r"\\u(-?\d+)\?|\\([\\{}])|\\line ", unescape, rtf)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_rtf_escapes_read_back_as_the_same_text(text: str) -> None:
    escaped = escape(text)
    assert escaped.isascii()
    assert plain(escaped) == text


class Grid(HTMLParser):
    """Collects the cells of a table head as a grid, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[tuple[int, int], str] = {}
        self.row = -1
        self.text: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = {name: value or "" for name, value in attrs}
        if tag == "tr":
            self.row += 1
        elif tag in ("th", "td"):
            column = 0
            while (self.row, column) in self.cells:
                column += 1
            for row in range(int(found.get("rowspan", "1"))):
                for place in range(int(found.get("colspan", "1"))):
                    assert (self.row + row, column + place) not in self.cells
                    self.cells[self.row + row, column + place] = tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


HEADS = [
    SPANNED,
    ((HeadCell("A", 0, 2), HeadCell("B", 2, 1)), (HeadCell("n", 0, 1), HeadCell("e", 1, 1), HeadCell("n", 2, 1))),
    (
        (HeadCell("", 0, 1), HeadCell("Top", 1, 2)),
        (HeadCell("", 0, 1), HeadCell("B", 1, 2)),
        (HeadCell("A", 0, 1), HeadCell("n", 1, 1), HeadCell("e", 2, 1)),
    ),
]


@pytest.mark.parametrize("head", HEADS)
def test_html_heads_fill_the_table_without_gap_or_overlap(head: tuple[tuple[HeadCell, ...], ...]) -> None:
    grid = Grid()
    grid.feed(render_html(layout([("Any", "1", "2", "3")], head)).decode())
    assert set(grid.cells) == {(row, column) for row in range(len(head) + 1) for column in range(4)}


def test_html_shows_odd_text_as_text() -> None:
    grid = Grid()
    grid.feed(render_html(ODD).decode())
    assert "script" not in grid.tags
    assert "".join(grid.text).count(ODD_TEXT) == 2


def test_html_loads_nothing_from_elsewhere() -> None:
    page = render_html(SMALL).decode()
    assert re.findall(r"https?:|src=|href=|@import|url\(", page) == []


def test_html_names_rows_columns_and_the_table_for_screen_readers() -> None:
    page = render_html(SMALL).decode()
    assert page.count('scope="col"') == 3
    assert '<th scope="rowgroup">Class</th>' in page
    assert re.search(r'<th scope="row"[^>]*>Term</th>', page)
    assert re.search(r"<caption>.*Table 1.*Safety population", page)


def test_pdf_repeats_heads_and_numbers_on_every_page() -> None:
    pages = paginate(long_layout())
    pdf = render_pdf(pages)
    count = len(pages.bodies)
    assert pdf.count(b"Drug A") == pdf.count(b"/Type /Page\n") == count > 39
    assert [b"Page %d of %d) Tj" % (number, count) in pdf for number in range(1, count + 1)] == [True] * count


def test_pdf_prints_a_character_it_has_no_glyph_for_as_its_code() -> None:
    pdf = render_pdf(paginate(layout([("日 day", "1", "0")])))
    assert b"[U+65E5] day" in pdf


@pytest.mark.parametrize("source", [SMALL, ODD, long_layout(5)])
def test_every_renderer_gives_the_same_bytes_again(source: object) -> None:
    for render in (render_text, render_rtf, render_pdf):
        assert render(paginate(source)) == render(paginate(source))
    assert render_html(source) == render_html(source)


def test_libreoffice_shows_the_pages_of_the_text_rendering(tmp_path: Path) -> None:
    pages = paginate(long_layout(80))
    wanted = pages_in_text(render_text(pages))
    assert len(wanted) > 39
    assert pages_in_libreoffice(render_rtf(pages), tmp_path) == wanted
