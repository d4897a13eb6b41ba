"""Figures: everything of the results data is drawn where the axes say, and all formats draw the same."""

import math
import re
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.load_tlf import tlf_from
from studyspec.tables.display import DisplayResult, build_display, render_display
from studyspec.tables.plots.axes import Scale, round_ticks
from studyspec.tables.plots.emf import UNITS, render_emf
from studyspec.tables.plots.panels import pages_of
from studyspec.tables.plots.shapes import Disc, Drawing, Outline, Words, dashes
from studyspec.tables.plots.styles import SYMBOLS, series_style, symbol_shapes
from studyspec.tables.plots.svg import render_svg
from tables.office import pages_in_libreoffice
from tables.plain import built, evaluator, frame, sheets
from tables.samples import ODD_TEXT
from tables.test_curves import incidence

SVG = "{http://www.w3.org/2000/svg}"
ADSL = frame("USUBJID SAFFL TRT01A", *(f"{n} Y {'A' if n < 4 else 'B'}" for n in range(10)))
ADAE = frame(
    "USUBJID TRTEMFL AEDECOD ATOXGRN#",
    *("0 Y Rash 1", "1 Y Rash 3", "4 Y Rash 2", "0 Y Cough 1", "5 Y Cough 4", "6 Y Cough 1", "7 Y Cough 1"),
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE}
ROWS = [{"ID": "PT", "Kind": "nested", "Variables": "AEDECOD"}]
COLUMNS = [
    {"ID": "A", "Label": "Drug A", "Kind": "group", "Where": 'TRT01A == "A"'},
    {"ID": "B", "Label": "Drug B", "Kind": "group", "Where": 'TRT01A == "B"'},
    {"ID": "D", "Label": "A - B", "Kind": "difference", "Compare": "A; B", "Statistics": "diff (difflcl, diffucl)"},
]
PLOTS = [
    {"ID": "PCT", "Kind": "dots", "Label": "Any", "Columns": "A; B", "X Label": "Percent", "Ticks": "0; 100"},
    {"ID": "DIFF", "Kind": "dots", "Columns": "D", "X Label": "Points", "Ticks": "-100 = -1; 100 = +1"},
]


def dots(**more: str) -> DisplayResult:
    return built(ROWS, FRAMES, columns=COLUMNS, plots=PLOTS, **({"Type": "Figure"} | more))


def words(drawing: Drawing) -> dict[str, tuple[float, float]]:
    """Where each text stands; the first place of those that stand several times."""
    found: dict[str, tuple[float, float]] = {}
    for shape in drawing.shapes:
        if isinstance(shape, Words):
            found.setdefault(shape.text, shape.place)
    return found


def outlines(drawing: Drawing) -> list[Outline]:
    return [shape for shape in drawing.shapes if isinstance(shape, Outline)]


def on_axis(drawing: Drawing, value: float, low: str, high: str, values: tuple[float, float]) -> float:
    """Where a value stands, by the places of the labels of two ticks."""
    start, end = words(drawing)[low][0], words(drawing)[high][0]
    return start + (value - values[0]) / (values[1] - values[0]) * (end - start)


def test_percentages_stand_where_the_axis_says_on_the_line_of_their_label() -> None:
    (drawing,) = dots().drawings
    places = {shape.centre for shape in drawing.shapes if isinstance(shape, Disc)}
    for label, percent in (("Rash", 50.0), ("Cough", 25.0)):
        x, y = on_axis(drawing, percent, "0", "100", (0, 100)), words(drawing)[label][1]
        assert any(place[0] == pytest.approx(x) and abs(place[1] - y) < 5 for place in places)


def test_difference_has_its_interval_where_the_axis_says() -> None:
    result = dots()
    (drawing,) = result.drawings
    ard = result.ard[(result.ard["label"] == "Cough") & (result.ard["column"] == "D")]
    low, high = (float(ard["value"][ard["statistic"] == name].iloc[0]) for name in ("difflcl", "diffucl"))
    ends = tuple(on_axis(drawing, value, "-1", "+1", (-100, 100)) for value in (low, high))
    lines = [tuple(point[0] for point in shape.points) for shape in outlines(drawing) if len(shape.points) == 2]
    assert any(line == pytest.approx(ends) for line in lines)


def test_columns_of_one_label_are_drawn_alike_and_stand_in_the_key_once() -> None:
    columns = [*COLUMNS[:2], {**COLUMNS[0], "ID": "A3", "Records": "ATOXGRN >= 3"}]
    plots = [PLOTS[0] | {"Columns": "A; B"}, PLOTS[0] | {"ID": "G3", "Columns": "A3"}]
    (drawing,) = built(ROWS, FRAMES, columns=columns, plots=plots, Type="Figure").drawings
    texts = [shape.text for shape in drawing.shapes if isinstance(shape, Words)]
    assert (texts.count("Drug A (N=4)"), texts.count("Drug B (N=6)")) == (1, 1)
    # Drug A: one in the key, two lines in the first panel, two in the second.
    assert sum(isinstance(shape, Disc) for shape in drawing.shapes) == 5


def test_many_lines_take_several_pages_each_with_axis_and_key() -> None:
    adae = frame("USUBJID TRTEMFL AEDECOD", *(f"0 Y Term{n:02d}" for n in range(60)))
    result = built(ROWS, {"ADSL": ADSL, "ADAE": adae}, plots=PLOTS[:1], Type="Figure")
    assert len(result.drawings) == 2
    labels = [text for drawing in result.drawings for text in words(drawing) if text.startswith("Term")]
    assert labels == [f"Term{n:02d}" for n in range(60)]
    assert all({"Percent", "Drug A (N=4)"} <= set(words(drawing)) for drawing in result.drawings)
    height = result.pages[0].picture[1]
    assert all(drawing.height <= height for drawing in result.drawings)


def test_curve_steps_at_each_event_and_ends_with_follow_up() -> None:
    (drawing,) = incidence(ticks="0 = start; 10 = end").drawings
    solid = [shape for shape in outlines(drawing) if shape.width == 1.3 and not shape.dash]
    curve = max(solid, key=lambda shape: len(shape.points))
    start, end = words(drawing)["start"][0], words(drawing)["end"][0]
    days = [(point[0] - start) / (end - start) * 10 for point in curve.points]
    assert days == pytest.approx([0, 0, 0, 2, 2, 4, 4, 6, 6, 9, 9])
    heights = [curve.points[0][1] - point[1] for point in curve.points]
    assert heights[4] / heights[-1] == pytest.approx(0.5)


def test_subjects_at_risk_stand_below_their_tick() -> None:
    (drawing,) = incidence(ticks="0; 4; 10").drawings
    tick = words(drawing)["4"][0]
    below = [
        shape.text for shape in drawing.shapes if isinstance(shape, Words) and shape.place[0] == pytest.approx(tick)
    ]
    assert below == ["4", "2", "2"]


LANES = [
    {"ID": "SUBJ", "Label": "Subject", "Kind": "key", "Expression": "USUBJID"},
    {"ID": "TERM", "Label": "Term", "Kind": "listed", "Expression": "AEDECOD"},
    {"ID": "TIME", "Label": "Event", "Kind": "bar", "Expression": "ASTDY; AENDY"},
    {"ID": "SER", "Label": "Serious", "Kind": "mark", "Expression": "ASTDY", "Records": 'AESER == "Y"'},
]
EVENTS = frame(
    "USUBJID AEDECOD ASTDY# AENDY# AESER",
    *("1 Rash 10 20 Y", "1 Itch 30 30 N", "2 Pain 5 . N", "3 Gas 2 4 N"),
)


def lanes(events: pd.DataFrame = EVENTS) -> DisplayResult:
    display = {
        **{"Display": "F-1", "Type": "Figure", "Number": "1", "Title": "Events", "Dataset": "ADAE"},
        **{"Population": 'SAFFL == "Y"', "Population Label": "Safety", "Empty Text": "No event."},
        **{"Orientation": "landscape"},
    }
    columns = [{"Display": "F-1", "Order": str(place), **column} for place, column in enumerate(LANES)]
    plot = {"Display": "F-1", "Order": "1", "ID": "P", "Kind": "lanes", "X Label": "Day", "Ticks": "0; 40"}
    tlf, findings = tlf_from(sheets(Displays=[display], Columns=columns, Plots=[plot]))
    assert findings == []
    assert tlf is not None
    frames = {"ADSL": frame("USUBJID SAFFL", "1 Y", "2 Y", "3 N"), "ADAE": events}
    return build_display(tlf, "F-1", frames, evaluator(frames))


def test_records_of_one_subject_share_a_lane() -> None:
    result = lanes()
    (drawing,) = result.drawings
    bars = [shape for shape in outlines(drawing) if shape.closed and len(shape.points) == 4 and shape.points[0][1] > 20]
    spans = [(bar.points[0][0], bar.points[1][0]) for bar in bars]
    assert spans[0] == pytest.approx(tuple(on_axis(drawing, day, "0", "40", (0, 40)) for day in (10, 20)))
    # A bar of one day is one point wide, and one without an end is not drawn.
    assert [round(end - start, 6) for start, end in spans[1:]] == [1.0]
    assert bars[0].points[0][1] == bars[1].points[0][1]
    assert "3" not in words(drawing)


def test_lanes_are_listed_with_the_numbers_that_are_drawn() -> None:
    result = lanes()
    assert [(line.label, *line.cells) for line in result.layouts[0].body] == [
        ("1", "Rash", "10 to 20", "10"),
        ("", "Itch", "30 to 30", ""),
        ("2", "Pain", "", ""),
    ]
    numbers = result.ard[result.ard["statistic"].isin(["start", "end", "at"])]
    assert list(zip(numbers["line"], numbers["statistic"], numbers["value"], strict=True)) == [
        *((1, "start", 10), (1, "end", 20), (1, "at", 10)),
        *((2, "start", 30), (2, "end", 30)),
    ]


def test_figure_without_records_says_so_in_every_format(tmp_path: Path) -> None:
    result = lanes(EVENTS.iloc[3:])
    assert result.drawings == ()
    assert all(b"No event." in path.read_bytes() for path in render_display(result, tmp_path)[2:])


def test_files_of_a_figure_are_the_same_on_every_run(tmp_path: Path) -> None:
    first, second = (render_display(dots(), tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_html_names_the_figure_and_has_its_data_as_a_table(tmp_path: Path) -> None:
    page = next(path for path in render_display(dots(), tmp_path) if path.suffix == ".html").read_text("utf-8")
    assert 'role="img" aria-label="Figure 1. Dot plot with 2 lines.' in page
    assert page.index("<figure") < page.index("<details>") < page.index('<th scope="row">Cough</th>')
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_rtf_shows_the_figure_in_libreoffice(tmp_path: Path) -> None:
    rtf = next(path for path in render_display(dots(), tmp_path) if path.suffix == ".rtf").read_bytes()
    (page,) = pages_in_libreoffice(rtf, tmp_path)
    assert {"Figure", "Percent", "Rash", "Cough", "(N=4)"} <= set(page)


def odd() -> Drawing:
    """A drawing with every shape, and with text that is hard to write."""
    shapes = [
        Words((10, 20), ODD_TEXT, "end", bold=True),
        Words((30.5, 40.25), "plain", "middle"),
        Outline(((1, 2), (30, 40.5)), dash=(3, 1)),
        *(shape for name in (*SYMBOLS, "arrow") for shape in symbol_shapes(series_style(1, name), (50, 50))),
    ]
    return Drawing(100, 80, tuple(shapes), 'Says "<this>"')


def test_svg_is_well_formed_and_keeps_every_text() -> None:
    root = ElementTree.fromstring(render_svg(odd(), "A & B"))
    assert root.get("aria-label") == 'A & B. Says "<this>"'
    assert [item.text for item in root.iter(f"{SVG}text")] == [ODD_TEXT, "plain"]


def records(emf: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each record of an EMF file."""
    place = 0
    while place < len(emf):
        kind, size = struct.unpack_from("<2I", emf, place)
        assert size % 4 == 0
        assert size >= 8
        yield kind, emf[place + 8 : place + size]
        place += size
    assert place == len(emf)


def test_emf_is_whole_and_its_header_says_how_long_it_is() -> None:
    emf = render_emf(odd())
    found = list(records(emf))
    header = found[0][1]
    assert [kind for kind, _ in (found[0], found[-1])] == [1, 14]
    assert header[32:36] == b" EMF"
    assert struct.unpack_from("<2I", header, 40) == (len(emf), len(found))
    # The frame in hundredths of a millimetre.
    assert struct.unpack_from("<4i", header, 16) == (0, 0, round(100 / 72 * 2540), round(80 / 72 * 2540))


def test_emf_has_the_texts_and_places_of_the_drawing() -> None:
    found = []
    for kind, body in records(render_emf(odd())):
        if kind == 84:
            x, y, count, start = struct.unpack_from("<2i2I", body, 28)
            found.append((body[start - 8 : start - 8 + 2 * count].decode("utf-16-le"), x / UNITS, y / UNITS))
    assert found == [(ODD_TEXT, 10.0, 20.0), ("plain", 30.5, 40.25)]


def test_every_tool_that_emf_makes_is_dropped_again() -> None:
    kinds = [kind for kind, _ in records(render_emf(odd()))]
    assert sum(kind in (38, 39, 82) for kind in kinds) == kinds.count(40)


def test_pdf_prints_characters_of_other_fonts_and_codes_of_those_that_none_has(tmp_path: Path) -> None:
    adae = frame("USUBJID TRTEMFL AEDECOD", "0 Y şişlik", "0 Y 日")
    result = built(ROWS, {"ADSL": ADSL, "ADAE": adae}, plots=PLOTS[:1], Type="Figure")
    pdf = next(path for path in render_display(result, tmp_path) if path.suffix == ".pdf").read_bytes()
    assert b"[U+65E5]" in pdf
    assert re.search(rb"/BaseFont /\w+\+BitstreamVera", pdf)


@given(st.integers(0, 300), st.floats(20, 500), st.floats(5, 15), st.floats(0, 10))
def test_each_line_is_on_one_page_and_fits(count: int, room: float, least: float, more: float) -> None:
    pages, step = pages_of(count, room, least, least + more)
    assert [place for page in pages for place in page] == list(range(count))
    assert all(len(page) * step <= room * (1 + 1e-9) for page in pages)


@given(st.floats(-1e4, 1e4), st.floats(0.001, 1e4))
def test_round_ticks_cover_the_values_and_are_few(least: float, span: float) -> None:
    places = [tick.place for tick in round_ticks(least, least + span)]
    assert places == sorted(set(places))
    assert 2 <= len(places) <= 8
    slack = 1e-6 * max(1.0, abs(least) + span)
    assert places[0] <= least + slack
    assert least + span <= places[-1] + slack


@given(st.floats(-10, 10), st.floats(0.1, 20), st.floats(-100, 100))
def test_scale_keeps_values_within_its_ends(least: float, span: float, value: float) -> None:
    assert 10 <= Scale(least, least + span, 10, 90).at(value) <= 90


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=6, unique=True),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_dashes_have_their_share_of_the_line(points: list[tuple[float, float]], dash: int, gap: int) -> None:
    line = Outline(tuple(points), dash=(dash, gap))
    whole = sum(math.dist(*pair) for pair in pairwise(points))
    drawn = sum(math.dist(*pair) for piece in dashes(line) for pair in pairwise(piece))
    periods, rest = divmod(whole, dash + gap)
    assert drawn == pytest.approx(periods * dash + min(rest, dash), abs=1e-6)
