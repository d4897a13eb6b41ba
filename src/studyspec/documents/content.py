"""A document as content: numbered sections of paragraphs, lists and tables, drawn as Word and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Table:
    """A table: its head, rows of text, the shares of the page that its columns take, and its caption."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    caption: str = ""


@dataclass(frozen=True)
class Bullets:
    """Items of a list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """A text that people have still to write; says what it must tell."""

    text: str


Block: TypeAlias = str | Table | Bullets | Gap


@dataclass(frozen=True)
class Section:
    """A section: its title, its blocks in order (text is a paragraph), then the sections within it.

    With `new_page` it begins a page.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class Document:
    """A document: what it is, of which study, what it says of itself on the first page, and its date (ISO 8601)."""

    title: str
    study: str
    about: tuple[str, ...]
    date: str
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        """Title and study, as it stands at the head or foot of each page."""
        return f"{self.title}, study {self.study}"


@dataclass(frozen=True)
class Numbered:
    """A section with its number (3.1), and how deep it is, from 1."""

    number: str
    depth: int
    section: Section

    @property
    def heading(self) -> str:
        """3.1 Overview."""
        return f"{self.number} {self.section.title}"

    @property
    def anchor(self) -> str:
        """A name for links to it."""
        return f"section-{self.heading.lower().replace(' ', '-')}"


def numbered(document: Document) -> Iterator[Numbered]:
    """All sections in their order.

    Example:
        >>> inner = Section("Purpose")
        >>> guide = Document("Guide", "A1", (), "2020-01-01", (Section("Introduction", (), (inner,)), Section("Data")))
        >>> [item.heading for item in numbered(guide)]
        ['1 Introduction', '1.1 Purpose', '2 Data']
    """
    yield from _numbered(document.sections, "")


def _numbered(sections: tuple[Section, ...], above: str) -> Iterator[Numbered]:
    for place, section in enumerate(sections, start=1):
        number = f"{above}.{place}" if above else str(place)
        yield Numbered(number, number.count(".") + 1, section)
        yield from _numbered(section.sections, number)


def gaps(document: Document) -> list[Gap]:
    """What is still to be written."""
    return [block for item in numbered(document) for block in item.section.blocks if isinstance(block, Gap)]
