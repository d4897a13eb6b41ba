"""Listings as text, RTF, HTML and PDF: what sites type survives, and all formats say the same."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from studyspec.tables.display import DisplayResult, build_display
from studyspec.tables.render_html import render_html
from studyspec.tables.render_pdf import render_pdf
from studyspec.tables.render_rtf import render_rtf
from studyspec.tables.render_text import render_text
from tables.office import pages_in_libreoffice, pages_in_text
from tables.plain import evaluator
from tables.test_listing import spec

VERBATIMS = [
    '<script>alert("x")</script>',
    "pain {left} \\ knee \\par {\\b bold}",
    'l\'oedème des "jambes" > 38.5 °C ≥ grade 3',
    "]]> & &amp; &lt;b&gt; <!-- -->",
    "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2,
    "=SUM(A1:A9) ; DROP TABLE ae --",
    "şişkinlik, ağrı; Übelkeit; Ödem",
]
COLUMNS = [
    {"ID": "SUBJ", "Label": "Subject", "Kind": "key", "Expression": "USUBJID"},
    {"ID": "TERM", "Label": "Reported term", "Kind": "listed", "Expression": "AETERM"},
]


def listing(terms: list[str]) -> DisplayResult:
    frames = {
        "ADSL": pd.DataFrame({"USUBJID": ["S-1"], "SAFFL": ["Y"]}, dtype="str"),
        "ADAE": pd.DataFrame({"USUBJID": "S-1", "AETERM": terms, "AESER": "Y"}, dtype="str"),
    }
    return build_display(spec(COLUMNS, Sort=""), "L-1", frames, evaluator(frames))


@pytest.fixture(scope="module")
def odd() -> DisplayResult:
    return listing(VERBATIMS)


def closed_up(text: str) -> str:
    return re.sub(r"\s", "", text)


class Cells(HTMLParser):
    """The text of each cell of the body, and every tag of the page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.in_body = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.in_body |= tag == "tbody"
        if self.in_body and tag in ("th", "td"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_body &= tag != "table"

    def handle_data(self, data: str) -> None:
        if self.in_body and self.cells:
            self.cells[-1] += data


def test_html_shows_what_was_typed_as_text(odd: DisplayResult) -> None:
    page = Cells(render_html(*odd.layouts))
    assert [cell.strip() for cell in page.cells[1::2]] == VERBATIMS
    assert "script" not in page.tags


def test_text_and_rtf_show_what_was_typed(odd: DisplayResult) -> None:
    shown = render_text(*odd.pages).decode("utf-8")
    rtf = render_rtf(*odd.pages).decode("ascii")
    signs = re.sub(r"\\u(-?\d+)\?", lambda match: chr(int(match[1]) % 0x10000), rtf)
    written = re.sub(r"\\([\\{}])", lambda match: match[1], re.sub(r"\\line ", "", signs))
    for verbatim in VERBATIMS:
        assert closed_up(verbatim) in closed_up(shown)
        assert closed_up(verbatim) in closed_up(written)


def test_pdf_shows_what_was_typed(odd: DisplayResult, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    (tmp_path / "l.pdf").write_bytes(render_pdf(*odd.pages))
    command = ["pdftotext", "-layout", str(tmp_path / "l.pdf"), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    for verbatim in VERBATIMS:
        assert closed_up(verbatim) in closed_up(shown)


def test_results_data_hold_what_was_typed(odd: DisplayResult) -> None:
    assert odd.ard[odd.ard["column"] == "TERM"]["text"].tolist() == VERBATIMS


def test_rtf_in_libreoffice_has_the_words_of_text_and_html(tmp_path: Path) -> None:
    result = listing([f"{verbatim} number {place}" for place in range(30) for verbatim in VERBATIMS[:4]])
    pages = pages_in_text(render_text(*result.pages))
    assert len(pages) > 2
    assert all("S-1" in page for page in pages)
    terms = [word for cell in Cells(render_html(*result.layouts)).cells[1::2] for word in cell.split()]
    bodies = [word for page in pages for word in page[page.index("S-1") + 1 : page.index("Source:")]]
    assert bodies == terms
    assert pages_in_libreoffice(render_rtf(*result.pages), tmp_path) == pages
