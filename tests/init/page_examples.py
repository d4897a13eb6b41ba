"""The examples on a page of docs: expressions with the tables they are evaluated on, and studies of a few rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.derive.spec_tables import table_values

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"```studyspec\n(.+?)\n```\n\n(\|.+?)(?:\n\n|\Z)", re.DOTALL)
_TITLED = re.compile(r"^\*\*(.+?)\*\*\n\n(\|.+?)(?:\n\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """An expression, the table that stands below it, and what its column `result` says."""

    expression: str
    header: list[str]
    rows: list[list[str]]
    results: list[str]

    def holds(self) -> bool:
        """True when the expression gives the results; one value per subject stands in the subject's first row."""
        given = table_values(self.expression, self.header, self.rows)
        firsts = {row[0]: place for place, row in reversed(list(enumerate(self.rows)))}
        places = range(len(self.rows)) if len(given) == len(self.rows) else sorted(firsts.values())
        return given == [self.results[place] for place in places]


def page(name: str) -> str:
    """The text of a page of docs."""
    return (DOCS / name).read_text(encoding="utf-8")


def markdown_table(text: str) -> list[list[str]]:
    """Header and rows of a Markdown table; code marks are taken off."""
    lines = [line.removeprefix("|").removesuffix("|") for line in text.splitlines()]
    cells = [[cell.strip().strip("`") for cell in line.split("|")] for line in lines]
    return [cells[0], *cells[2:]]


def expression_examples(text: str) -> list[Example]:
    """Every ```studyspec block with the table below it."""
    found = []
    for expression, table in _BLOCK.findall(text):
        header, *rows = markdown_table(table)
        assert header[-1] == "result", f"no result stands below {expression}"
        found.append(Example(expression, header[:-1], [row[:-1] for row in rows], [row[-1] for row in rows]))
    return found


def titled_tables(section: str) -> dict[str, list[dict[str, str]]]:
    """Tables below a line in bold: title to rows by header."""
    tables = {}
    for title, text in _TITLED.findall(section):
        header, *rows = markdown_table(text)
        tables[title] = [dict(zip(header, row, strict=True)) for row in rows]
    return tables
