"""One PDF of all displays: contents, bookmarks, links, and every page of every display."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from exports.displays import SUBGROUPS, Shown, listing, table
from studyspec.exports.all_pages import all_displays_pdf
from studyspec.exports.order import display_order

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def many(count: int) -> list[Shown]:
    """The same table under many numbers."""
    display, result = table()
    named = [replace(display, id=f"T-{place}", number=f"14.{place}", title=f"Title {place}") for place in range(count)]
    return [(item, replace(result, name=item.file_name)) for item in named]


def bookmarks(content: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"/Title \(([^)]*)\)", content)]


def pages(content: bytes, folder: Path) -> list[str]:
    path = folder / "all.pdf"
    path.write_bytes(content)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1]


def contents(text: str) -> dict[str, int]:
    """Page by title, as the contents say."""
    found = re.findall(r"^(?:Table|Listing) \S+ +(.*?)[ .]+(\d+)$", text, re.MULTILINE)
    return {title: int(page) for title, page in found}


@needs_pdftotext
def test_contents_name_the_page_on_which_each_display_begins(tmp_path: Path) -> None:
    drawn = pages(all_displays_pdf([*many(3), listing()]), tmp_path)
    found = contents(drawn[0])
    assert list(found) == ["Title 0", "Title 1", "Title 2", "Events"]
    assert [drawn[page - 1].count("Page 1 of") for page in found.values()] == [1, 1, 1, 1]
    assert "Table 1" in drawn[found["Title 0"] - 1]
    assert "Listing 1" in drawn[found["Events"] - 1]


@needs_pdftotext
def test_contents_of_several_pages_come_before_the_displays(tmp_path: Path) -> None:
    shown = many(70)
    drawn = pages(all_displays_pdf(shown), tmp_path)
    assert len(drawn) == 72
    found = contents(drawn[0]) | contents(drawn[1])
    assert found == {f"Title {place}": place + 3 for place in range(70)}


@needs_pdftotext
def test_each_page_has_its_number_in_the_file(tmp_path: Path) -> None:
    drawn = pages(all_displays_pdf(many(2)), tmp_path)
    assert [re.findall(r"(\d) ?/ ?3$", page.rstrip()) for page in drawn] == [["1"], ["2"], ["3"]]


@needs_pdftotext
def test_a_long_title_goes_on_below_and_its_page_stands_at_its_end(tmp_path: Path) -> None:
    drawn = pages(all_displays_pdf([table(Title=" ".join(["Treatment-Emergent Events"] * 6))]), tmp_path)
    assert re.search(r"^Table 1 +Treatment[^.\n]*\n +Treatment[^.\n]*[ .]+2$", drawn[0], re.MULTILINE)


def test_bookmarks_lead_to_types_displays_and_subgroups() -> None:
    found = bookmarks(all_displays_pdf([table(subgroups=SUBGROUPS), listing()]))
    shown = [item for item in found if item != "Tables, figures and listings"]
    assert sorted(shown) == sorted(
        ["Contents", "Tables", "Table 1 Events", "Sex: women", "Age: 80 years or more", "Listings", "Listing 1 Events"]
    )


def test_each_line_of_the_contents_is_a_link() -> None:
    content = all_displays_pdf(many(5))
    assert len(re.findall(rb"/Subtype /Link", content)) == 5


def test_same_displays_give_the_same_bytes() -> None:
    assert all_displays_pdf([table(), listing()]) == all_displays_pdf([table(), listing()])


def test_letters_that_no_font_has_are_printed_as_codes() -> None:
    assert b"[U+65E5]" in all_displays_pdf([table(Title="Events 日")])


def test_displays_stand_by_type_and_number_and_not_by_text() -> None:
    first, second = many(2)
    shown = [replace(first[0], number=number, type=kind) for kind, number in (
        ("Listing", "1.1"), ("Table", "14.10"), ("Figure", "1"), ("Table", "14.9"), ("Table", "14"),
    )]  # fmt: skip
    assert [(item.type, item.number) for item in display_order([*shown, second[0]])] == [
        ("Table", "14"),
        ("Table", "14.1"),
        ("Table", "14.9"),
        ("Table", "14.10"),
        ("Figure", "1"),
        ("Listing", "1.1"),
    ]
