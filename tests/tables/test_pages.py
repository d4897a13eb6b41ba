"""Wrapping, widths and page breaks: nothing is cut, heads repeat, groups stay readable."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studyspec.tables.grid import width, wrap
from studyspec.tables.layout import BodyLine, digit_pads
from studyspec.tables.pages import LINE_WIDTH, PAGE_HEIGHT, paginate
from studyspec.tables.render_text import render_text
from tables.samples import SPANNED, TWO_COLUMNS, layout, long_layout

WORDS = st.text(st.sampled_from("abc de-日é"), max_size=60)


@given(st.text(st.sampled_from("abc 日é\n"), max_size=120), st.integers(2, 30))
def test_wrapping_loses_no_sign_and_keeps_within_the_room(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert all(width(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_word_longer_than_the_room_is_broken_inside() -> None:
    assert wrap("abcdefgh ij", 4) == ("abcd", "efgh", "ij")


def test_wide_characters_take_two_places() -> None:
    assert wrap("日本語", 4) == ("日本", "語")


def test_numbers_align_on_their_whole_part() -> None:
    assert digit_pads(["112", "71.0 (9.99)", "5, 10", "", "<1%", "none"]) == [0, 1, 2, 0, 1, 0]


def pages_of(text: str) -> list[list[str]]:
    return [page.splitlines() for page in text.split("\f")]


def test_every_page_has_titles_heads_footnotes_and_its_number() -> None:
    pages = pages_of(render_text(paginate(long_layout())).decode())
    assert len(pages) > 39
    for number, page in enumerate(pages, start=1):
        text = "\n".join(page)
        assert page[0].endswith(f"Page {number} of {len(pages)}")
        assert [text.count(item) for item in ("Table 1\n", "Drug A", "(N=10)", "A note.", "Source: ADSL")] == [1] * 5
        assert len(page) <= PAGE_HEIGHT["landscape"]


def test_no_line_of_a_long_table_is_lost_or_repeated() -> None:
    source = long_layout()
    text = render_text(paginate(source)).decode()
    printed = re.findall(r"^ *((?:Class|Term) [\d-]+)(?! \(continued\))\b(?=  )", text, re.M)
    assert printed == [line.label for line in source.body]


def test_page_that_begins_inside_a_group_repeats_its_label() -> None:
    body = [("Class 1", "1", "1"), *((f"  Term {place}", "1", "1") for place in range(60))]
    second = pages_of(render_text(paginate(layout(body))).decode())[1]
    rules = [place for place, line in enumerate(second) if line.startswith("---")]
    assert second[rules[1] + 1].rstrip() == "Class 1 (continued)"
    assert second[rules[1] + 2].startswith("  Term ")


def test_label_is_not_the_last_line_of_a_page() -> None:
    pages = paginate(long_layout(terms=25)).bodies
    assert all(page[-1].indent == 1 for page in pages)


def test_short_block_is_not_broken() -> None:
    pages = paginate(long_layout(classes=30, terms=4)).bodies
    assert all(page[0].indent == 0 and "(continued)" not in page[0].label[-1] for page in pages)


def test_short_block_within_a_long_one_is_not_broken_either() -> None:
    lines = [("Drug", "81", "26")]
    for place in range(20):
        lines += [(f"  Parameter {place}", "", ""), *((f"    {name}", "1", "2") for name in ("n", "Mean", "Median"))]
    pages = paginate(layout(lines)).bodies
    assert len(pages) > 2
    for page in pages:
        assert [line.indent for line in page[1:]] == [1, 2, 2, 2] * ((len(page) - 1) // 4)
        assert page[0].label[0].startswith("Drug")


def test_columns_below_a_common_heading_have_a_rule() -> None:
    body = [("Any", "1 (10.0%)", "88.8%", "75.7%")]
    lines = render_text(paginate(layout(body, SPANNED))).decode().splitlines()
    place = next(place for place, line in enumerate(lines) if "Published [1]" in line)
    assert re.fullmatch(r" +-{10,}", lines[place + 1])
    assert lines[place + 1].index("-") > lines[place + 3].index("N=10")


def test_more_columns_than_fit_are_narrowed_and_wrapped_not_cut() -> None:
    head = (tuple(type(TWO_COLUMNS[0][0])(f"Treatment {place}", place, 1) for place in range(9)),)
    source = layout([("Any adverse event of the study", *("36 (44.4%) 128",) * 9)], head)
    text = render_text(paginate(source)).decode()
    assert max(map(len, text.splitlines())) <= LINE_WIDTH["landscape"]
    assert [text.count(part) for part in ("36", "(44.4%)", "128")] == [9, 9, 9]


def test_table_with_too_many_footnotes_says_that_it_has_no_room() -> None:
    assert paginate(layout([("Any", "1", "1")], footnotes=("x",) * 45)).room < 6


@given(
    st.lists(st.tuples(st.integers(0, 2), WORDS, WORDS, WORDS), min_size=1, max_size=60),
    st.sampled_from(["landscape", "portrait"]),
)
def test_any_layout_keeps_within_the_page_and_loses_nothing(
    lines: list[tuple[int, str, str, str]], orientation: str
) -> None:
    source = layout([("  " * indent + label, *cells) for indent, label, *cells in lines], orientation=orientation)
    pages = paginate(source)
    for page in pages_of(render_text(pages).decode()):
        assert len(page) <= PAGE_HEIGHT[orientation]
        assert max(map(width, page)) <= LINE_WIDTH[orientation]
    found = [line for page in pages.bodies for line in page]
    printed = "".join("".join(part for cell in line.cells for part in cell) for line in found)
    assert "".join(printed.split()) == "".join("".join("".join(cells) for _, _, *cells in lines).split())


CELLS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)


@given(st.lists(st.tuples(st.booleans(), CELLS, CELLS, CELLS), min_size=1, max_size=40))
def test_any_listing_keeps_within_the_page_and_loses_nothing(records: list[tuple[bool, str, str, str]]) -> None:
    lines = [
        BodyLine("" if repeats else key, int(repeats), (*cells,), (key, *cells) if repeats else ())
        for repeats, key, *cells in records
    ]
    source = replace(layout([]), body=tuple(lines), text_columns=frozenset({0, 1}))
    pages = paginate(source)
    for page in pages_of(render_text(pages).decode()):
        assert len(page) <= PAGE_HEIGHT["landscape"]
        assert max(map(width, page)) <= LINE_WIDTH["landscape"]
    for place in (0, 1):
        printed = "".join(part for page in pages.bodies for line in page for part in line.cells[place])
        assert "".join(printed.split()) == "".join("".join(record[2 + place] for record in records).split())


GOLDEN = """\
Study S1 (synthetic data)                                                      Page 1 of 1

                                         Table 1
                                      Adverse Events
                                    Safety population
------------------------------------------------------------------------------------------
                                                                 Published [1]
                                                        --------------------------------
System organ class                         Drug A
  Preferred term                           (N=10)            Trial            Trial
------------------------------------------------------------------------------------------
Any event                                10 (100.0%)         88.8%             9%

Blood and lymphatic system disorders      9 (90.0%)
  Neutropenia                             8 (80.0%)
  Anaemia                                 0

Uncoded                                   1 (10.0%)
------------------------------------------------------------------------------------------
[1] Quoted.
Source: ADSL, ADAE.
"""


def test_small_table_as_a_reader_sees_it() -> None:
    body = [
        ("Any event", "10 (100.0%)", "88.8%", "9%"),
        ("Blood and lymphatic system disorders", "9 (90.0%)", "", ""),
        ("  Neutropenia", "8 (80.0%)", "", ""),
        ("  Anaemia", "0", "", ""),
        ("Uncoded", "1 (10.0%)", "", ""),
    ]
    source = layout(body, SPANNED, ("[1] Quoted.",), "portrait")
    assert render_text(paginate(source)).decode() == GOLDEN
