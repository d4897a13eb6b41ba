"""The layout as one self-contained HTML page: a table that screen readers can read, light and dark, ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files

from studyspec.tables.layout import BodyLine, HeadCell, Layout, digit_pads, has_deeper, is_set_off, is_span, is_text
from studyspec.tables.plots.shapes import Drawing
from studyspec.tables.plots.svg import render_svg

# Blanks that align a figure within its cell become as wide as digits: ( 9.5%) below (14.0%).
_PADDED = re.compile(r"(?<=[(\[]) +")
# A column of words is as wide as its longest line and a little more, up to so many characters.
_WIDEST_TEXT = 24
_FIGURE_SPACE = "\N{FIGURE SPACE}"


def render_html(*layouts: Layout, drawings: Sequence[Drawing] = ()) -> bytes:
    """A display as HTML.

    Args:
        layouts: from `layouts_of`; one, or one per subgroup, which is then a table of its own.
        drawings: the pages of a figure, whose data the layout prints.

    Returns:
        The file's bytes, UTF-8. Nothing in it is loaded from elsewhere; every text is escaped.
    """
    return "\n".join(_page(layouts, drawings)).encode("utf-8")


@cache
def _style() -> str:
    return files("studyspec.tables").joinpath("display.css").read_text(encoding="utf-8").rstrip()


def _page(layouts: Sequence[Layout], drawings: Sequence[Drawing]) -> Iterator[str]:
    first = layouts[0]
    lines = [line for layout in layouts for line in layout.body]
    columns = [[line.cells[place] for line in lines] for place in range(first.column_count)]
    pads = [None if place in first.text_columns else digit_pads(column) for place, column in enumerate(columns)]
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(': '.join(first.titles[:2]))}</title>"
    yield f"<style>\n{_style()}\n{_alignment(columns, pads)}</style>\n</head>\n<body>\n<main>"
    yield from (f'<p class="header">{escape(line)}</p>' for line in first.header)
    if drawings:
        yield from _figure(first, drawings, pads)
    else:
        start = 0
        for layout in layouts:
            end = start + len(layout.body)
            part = [None if pad is None else pad[start:end] for pad in pads]
            yield from _table(layout, part, is_first=layout is first)
            start = end
    yield from (f'<p class="note">{escape(note)}</p>' for note in first.footnotes)
    yield f'<p class="source">{escape(first.source)}</p>\n</main>\n</body>\n</html>\n'


def _figure(layout: Layout, drawings: Sequence[Drawing], pads: Sequence[Sequence[int] | None]) -> Iterator[str]:
    """The drawings, and below them what they draw as a table, which a click opens."""
    yield f'<figure tabindex="0">\n<figcaption>{_heading_of(layout, layout.titles, "h1")}</figcaption>'
    yield from (render_svg(drawing, layout.titles[0]) for drawing in drawings)
    yield "</figure>\n<details>\n<summary>Data of the figure</summary>"
    data = replace(layout, titles=(f"Data of {layout.titles[0]}",), population=())
    yield from _table(data, pads, is_first=False)
    yield "</details>"


def _heading_of(layout: Layout, titles: Sequence[str], level: str) -> str:
    population = "".join(f"<p>{escape(text)}</p>" for text in layout.population)
    return f"<{level}>{'<br>'.join(map(escape, titles))}</{level}>{population}"


def _table(layout: Layout, pads: Sequence[Sequence[int] | None], *, is_first: bool) -> Iterator[str]:
    """The table of a display, or of a subgroup; those after the first are named by their subgroup alone."""
    titles = layout.titles if is_first else layout.titles[-1:]
    kind = ' class="listing"' if len(layout.text_columns) == layout.column_count else ""
    yield f'<div class="scroll" role="region" aria-label="{escape(titles[0])}" tabindex="0">\n<table{kind}>'
    yield f"<caption>{_heading_of(layout, titles, 'h1' if is_first else 'h2')}</caption>"
    yield "<thead>"
    yield from _head(layout)
    yield "</thead>"
    yield from _body(layout, pads)
    yield "</table>\n</div>"


def _alignment(columns: Sequence[Sequence[str]], pads: Sequence[Sequence[int] | None]) -> str:
    """The width of each column's block of figures or words, and one class for each number of missing digits."""
    rules = []
    for place, (column, missing) in enumerate(zip(columns, pads, strict=True), start=2):
        if missing is None:
            longest = max((len(line) for cell in column for line in cell.split("\n")), default=0)
            rules.append(f"td:nth-child({place}) {{ min-width: {min(longest + 2, _WIDEST_TEXT)}ch; }}")
            continue
        widest = max((len(cell) + pad for cell, pad in zip(column, missing, strict=True)), default=0)
        rules.append(f"td:nth-child({place}) span {{ min-width: {widest}ch; }}")
    rules += [
        f".d{pad} {{ padding-left: {pad}ch; }}" for pad in sorted({pad for row in pads for pad in row or ()} - {0})
    ]
    return "".join(f"{rule}\n" for rule in rules)


def _head(layout: Layout) -> Iterator[str]:
    levels = len(layout.head)
    for number, level in enumerate(layout.head):
        cells = []
        if number == 0:
            stub = f'<th class="stub" scope="col" rowspan="{levels}">{escape(layout.stub_head)}</th>'
            cells.append(stub)
        for cell in level:
            # An empty cell belongs to the heading below it, which then begins in this row.
            if cell.text and (number == 0 or _above(layout, number, cell).text):
                cells.append(_heading(layout, cell, 1, last=number == levels - 1))
            elif not cell.text and (number == 0 or _above(layout, number, cell).text):
                below, rows = _below(layout, number, cell)
                cells.append(_heading(layout, below, rows, last=True))
        yield f"<tr>{''.join(cells)}</tr>"


def _above(layout: Layout, number: int, cell: HeadCell) -> HeadCell:
    return _at(layout.head[number - 1], cell.first)


def _below(layout: Layout, number: int, cell: HeadCell) -> tuple[HeadCell, int]:
    """The first heading with text below an empty cell, and how many rows it takes from there."""
    rows = 1
    while not cell.text and number + rows < len(layout.head):
        cell = _at(layout.head[number + rows], cell.first)
        rows += 1
    return cell, rows


def _at(level: Sequence[HeadCell], column: int) -> HeadCell:
    return next(cell for cell in level if cell.first <= column < cell.first + cell.count)


def _heading(layout: Layout, cell: HeadCell, rows: int, *, last: bool) -> str:
    scope = "col" if last else "colgroup"
    spans = (f' colspan="{cell.count}"' if cell.count > 1 else "") + (f' rowspan="{rows}"' if rows > 1 else "")
    style = ' class="text"' if is_text(layout, cell) else "" if last or not is_span(cell) else ' class="span"'
    return f'<th scope="{scope}"{spans}{style}>{escape(cell.text)}</th>'


def _body(layout: Layout, pads: Sequence[Sequence[int] | None]) -> Iterator[str]:
    """A row group per block: a line without indent and the deeper ones that follow it."""
    lines = layout.body
    for place, line in enumerate(lines):
        if line.indent == 0 or place == 0:
            opening = '<tbody class="block">' if is_set_off(lines, place) else "<tbody>"
            yield f"</tbody>\n{opening}" if place else opening
        group = line.indent == 0 and has_deeper(lines, place)
        yield _row(line, [None if column is None else column[place] for column in pads], "rowgroup" if group else "row")
    if lines:
        yield "</tbody>"


def _row(line: BodyLine, pads: Sequence[int | None], scope: str) -> str:
    indent = f' style="padding-left:{0.625 + 1.25 * line.indent:g}rem"' if line.indent else ""
    cells = "".join(_cell(text, pad) for text, pad in zip(line.cells, pads, strict=True))
    return f'<tr><th scope="{scope}"{indent}>{escape(line.label)}</th>{cells}</tr>'


def _cell(text: str, pad: int | None) -> str:
    if pad is None:
        return f'<td class="text">{escape(text)}</td>'
    if not text:
        return "<td></td>"
    style = f' class="d{pad}"' if pad else ""
    aligned = _PADDED.sub(lambda blanks: _FIGURE_SPACE * len(blanks.group()), text)
    return f"<td><span{style}>{escape(aligned)}</span></td>"
