"""Layouts for the tests of pages and renderers."""

from collections.abc import Sequence

from studyspec.tables.layout import BodyLine, HeadCell, Layout

TWO_COLUMNS = ((HeadCell("Drug A\n(N=10)", 0, 1), HeadCell("Drug B\n(N=5)", 1, 1)),)
SPANNED = (
    (HeadCell("", 0, 1), HeadCell("Published [1]", 1, 2)),
    (HeadCell("Drug A\n(N=10)", 0, 1), HeadCell("Trial", 1, 1), HeadCell("Trial", 2, 1)),
)
ODD_TEXT = '<script>alert("x")</script> \\ {b} & é ≥ ş 日 ]]>'


def layout(
    body: Sequence[tuple[str, ...]],
    head: tuple[tuple[HeadCell, ...], ...] = TWO_COLUMNS,
    footnotes: tuple[str, ...] = ("A note.",),
    orientation: str = "landscape",
) -> Layout:
    """A layout; leading blanks of a label are its indent, two for a step."""
    lines = [BodyLine(line[0].lstrip(), (len(line[0]) - len(line[0].lstrip())) // 2, tuple(line[1:])) for line in body]
    return Layout(
        name="t-1",
        header=("Study S1 (synthetic data)",),
        titles=("Table 1", "Adverse Events"),
        population=("Safety population",),
        stub_head="System organ class\n  Preferred term",
        head=head,
        body=tuple(lines),
        footnotes=footnotes,
        source="Source: ADSL, ADAE.",
        orientation=orientation,
    )


def long_layout(classes: int = 80, terms: int = 16) -> Layout:
    """A table of many pages: classes with terms."""
    body: list[tuple[str, ...]] = []
    for place in range(classes):
        body.append((f"Class {place}", "10 (100.0%)", "5 (100.0%)"))
        body += [(f"  Term {place}-{term}", f"{term + 1} (10.0%)", "0") for term in range(terms)]
    return layout(body)
