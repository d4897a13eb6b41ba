"""Documents as Word and PDF, read back by python-docx and pdftotext."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyspec.documents.content import Bullets, Document, Gap, Section, Table, gaps, numbered
from studyspec.documents.docx_file import docx_bytes
from studyspec.documents.pdf_file import pdf_bytes

ROWS = tuple((f"N{place}", f"value {place}") for place in range(80))
WIDE = Table(("Name", "Value"), ROWS, (1, 3), "Table of things")
DOCUMENT = Document(
    "Guide",
    "A1",
    ("For somebody.",),
    "2022-03-15",
    (
        Section("Introduction", ("Plain <b>text</b> & more.",), (Section("Purpose", (Gap("what it is for"),)),)),
        Section("Data", (WIDE, Bullets(("first", "second")))),
        Section("Diyarbakır, 日本", ("Last words.",)),
    ),
)
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def pdf_pages(content: bytes, folder: Path) -> list[str]:
    path = folder / "document.pdf"
    path.write_bytes(content)
    shown = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True)
    return shown.stdout.split("\f")[:-1]


def read_docx(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def test_sections_are_numbered_by_their_place() -> None:
    assert [(item.heading, item.depth) for item in numbered(DOCUMENT)] == [
        ("1 Introduction", 1),
        ("1.1 Purpose", 2),
        ("2 Data", 1),
        ("3 Diyarbakır, 日本", 1),
    ]


def test_what_is_still_to_be_written_can_be_asked_for() -> None:
    assert gaps(DOCUMENT) == [Gap("what it is for")]


def test_word_has_headings_in_heading_styles() -> None:
    found = [(item.text, item.style.name) for item in read_docx(docx_bytes(DOCUMENT)).paragraphs]
    headings = [(text, style) for text, style in found if style.startswith("Heading")]
    assert headings == [(item.heading, f"Heading {item.depth}") for item in numbered(DOCUMENT)]


def test_word_has_tables_lists_and_text_as_they_are() -> None:
    made = read_docx(docx_bytes(DOCUMENT))
    rows = [tuple(cell.text for cell in row.cells) for row in made.tables[0].rows]
    assert rows == [WIDE.head, *WIDE.rows]
    texts = [(item.text, item.style.name) for item in made.paragraphs]
    assert ("first", "List Bullet") in texts
    assert ("Plain <b>text</b> & more.", "Normal") in texts
    assert ("Table of things", "Caption") in texts


def test_contents_of_word_link_to_every_heading() -> None:
    with ZipFile(io.BytesIO(docx_bytes(DOCUMENT))) as archive:
        text = archive.read("word/document.xml").decode()
    links = re.findall(r'w:hyperlink w:anchor="([^"]+)"', text)
    marks = re.findall(r'w:bookmarkStart w:id="\d+" w:name="([^"]+)"', text)
    assert links == marks
    assert len(marks) == len(list(numbered(DOCUMENT)))


def test_word_says_nothing_of_the_hour_or_the_machine() -> None:
    content = docx_bytes(DOCUMENT)
    about = read_docx(content).core_properties
    assert (about.author, about.created.isoformat()[:10]) == ("Study A1", "2022-03-15")
    with ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert docx_bytes(DOCUMENT) == docx_bytes(DOCUMENT)
    assert pdf_bytes(DOCUMENT) == pdf_bytes(DOCUMENT)


@needs_pdftotext
def test_contents_of_the_pdf_name_the_pages_on_which_sections_begin(tmp_path: Path) -> None:
    first, *pages = pdf_pages(pdf_bytes(DOCUMENT), tmp_path)
    for item in list(numbered(DOCUMENT))[:3]:
        stated = re.search(rf"^\s*{re.escape(item.heading)}[ .]+(\d+)$", first, re.MULTILINE)
        assert stated is not None, first
        assert re.search(rf"^\s*{re.escape(item.heading)}$", pages[int(stated[1]) - 2], re.MULTILINE)


@needs_pdftotext
def test_pages_of_the_pdf_are_numbered_and_repeat_the_head_of_a_table(tmp_path: Path) -> None:
    pages = pdf_pages(pdf_bytes(DOCUMENT), tmp_path)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert sum(bool(re.search(r"^\s*Name\s+Value$", page, re.MULTILINE)) for page in pages) >= 2


@needs_pdftotext
def test_text_of_the_pdf_is_as_it_is_and_signs_without_a_letter_are_named(tmp_path: Path) -> None:
    text = "\n".join(pdf_pages(pdf_bytes(DOCUMENT), tmp_path))
    assert "Plain <b>text</b> & more." in text
    assert "To be written: what it is for" in text
    assert "Diyarbakır, [U+65E5][U+672C]" in text


def test_every_font_of_the_pdf_is_embedded() -> None:
    content = pdf_bytes(DOCUMENT)
    assert (
        len(re.findall(rb"/Type /FontDescriptor", content)) == len(set(re.findall(rb"/BaseFont /(\S+)", content))) > 0
    )


def test_bookmarks_of_the_pdf_are_its_headings() -> None:
    titles = re.findall(rb"/Title \(((?:[^()\\]|\\.)*)\)", pdf_bytes(DOCUMENT))
    assert titles[1:4] == [b"1 Introduction", b"1.1 Purpose", b"2 Data"]


@settings(max_examples=12)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=300), min_size=5, max_size=20))
def test_any_text_can_be_drawn_and_comes_back_from_word(texts: list[str]) -> None:
    table = Table(("A",), tuple((text,) for text in texts), (1.0,))
    document = Document("Guide", "A1", (), "2022-03-15", (Section("Data", (*texts, table)),))
    assert pdf_bytes(document).startswith(b"%PDF")
    assert [row.cells[0].text for row in read_docx(docx_bytes(document)).tables[0].rows[1:]] == texts
