"""The pages of the annotated CRF: how forms, fields and boxes are laid out, in points from the top of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from studyspec.documents.fonts import BOLD, ITALIC, PLAIN, printable
from studyspec.submission.acrf_fields import NOT_SUBMITTED, AnnotatedForm, Annotation, Field

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 54.0, 54.0, 50.0, 46.0
ROOM = WIDTH - LEFT - RIGHT
# Start and width of name, entry and annotations.
NAME, ENTRY, BOXES = (0.0, 118.0), (124.0, 128.0), (262.0, ROOM - 262.0)
SIZE, SMALL, LEADING = 8.0, 6.5, 10.0
SMALL_LEADING = 8.2
PAD, GAP = 3.0, 2.0
ENTRY_HEIGHT = 13.0
HEAD_HEIGHT = 30.0
COLUMNS_HEIGHT = 16.0


@dataclass(frozen=True)
class Box:
    """An annotation as drawn: its lines; `dataset` is blank for what is not submitted."""

    dataset: str
    lines: tuple[str, ...]
    width: float

    @property
    def height(self) -> float:
        """Of the box, without the gap to the next."""
        return len(self.lines) * LEADING + PAD


@dataclass(frozen=True)
class Line:
    """A field as drawn."""

    name: tuple[str, ...]
    coding: tuple[str, ...]
    boxes: tuple[Box, ...]

    @property
    def height(self) -> float:
        """Of the field with the space below it."""
        names = len(self.name) * LEADING + PAD
        entry = ENTRY_HEIGHT + len(self.coding) * SMALL_LEADING + PAD
        return max(names, entry, stacked(self.boxes)) + 2 * GAP


@dataclass(frozen=True)
class FormPage:
    """One page: `top` are the boxes above the fields (datasets, what is assigned), on the first page of a form only."""

    form: AnnotatedForm
    part: int
    parts: int
    datasets: tuple[tuple[Box, ...], ...]
    assigned: tuple[tuple[Box, ...], ...]
    lines: tuple[Line, ...]
    columns: tuple[str, ...]


def stacked(boxes: Sequence[Box]) -> float:
    """The height of boxes below each other."""
    return sum(box.height + GAP for box in boxes)


def rows_height(rows: Sequence[Sequence[Box]]) -> float:
    """The height of rows of boxes."""
    return sum(max(box.height for box in row) + GAP for row in rows)


def lay_out(forms: Iterable[AnnotatedForm]) -> list[FormPage]:
    """The pages of all forms: a form begins a page, a field is never cut. Fonts must be registered."""
    return [page for form in forms for page in _pages(form)]


def _pages(form: AnnotatedForm) -> Iterator[FormPage]:
    datasets = _in_rows(_box(Annotation(name, f"{name} ({label})"), ROOM, BOLD) for name, label in form.datasets)
    assigned = _in_rows(_box(item, ROOM, PLAIN) for item in form.assigned)
    room = HEIGHT - TOP - BOTTOM - HEAD_HEIGHT - COLUMNS_HEIGHT - 2 * GAP
    taken = rows_height(datasets) + rows_height(assigned)
    parts: list[list[tuple[Line, str]]] = [[]]
    for field in form.fields:
        line = _line(field)
        if taken + line.height > room and parts[-1]:
            parts.append([])
            taken = 0.0
        parts[-1].append((line, field.column))
        taken += line.height
    for number, part in enumerate(parts, start=1):
        first = number == 1
        lines, columns = tuple(line for line, _ in part), tuple(name for _, name in part)
        yield FormPage(form, number, len(parts), datasets if first else (), assigned if first else (), lines, columns)


def _line(field: Field) -> Line:
    boxes = [_box(item, BOXES[1], PLAIN) for item in field.annotations]
    if not boxes:
        text = f"{NOT_SUBMITTED}: {field.reason}" if field.reason else NOT_SUBMITTED
        boxes.append(_box(Annotation("", text), BOXES[1], ITALIC))
    coding = [line for text in field.coding for line in broken(text, PLAIN, SMALL, ENTRY[1])]
    return Line(tuple(broken(field.column, BOLD, SIZE, NAME[1])), tuple(coding), tuple(boxes))


def _box(annotation: Annotation, width: float, font: str) -> Box:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = broken(annotation.text, font, SIZE, width - 2 * PAD)
    widest = max(stringWidth(line, font, SIZE) for line in lines)
    return Box(annotation.dataset, tuple(lines), widest + 2 * PAD)


def _in_rows(boxes: Iterable[Box]) -> tuple[tuple[Box, ...], ...]:
    """Boxes side by side as far as the page is wide."""
    rows: list[list[Box]] = []
    for box in boxes:
        if rows and sum(item.width + GAP for item in rows[-1]) + box.width <= ROOM:
            rows[-1].append(box)
        else:
            rows.append([box])
    return tuple(map(tuple, rows))


def broken(text: str, font: str, size: float, width: float) -> list[str]:
    """The text in lines of at most this width; a word that is wider is cut."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = []
    for line in simpleSplit(printable(text), font, size, width) or [""]:
        while stringWidth(line, font, size) > width:
            cut = next(place for place in range(len(line), 0, -1) if stringWidth(line[:place], font, size) <= width)
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    return lines
