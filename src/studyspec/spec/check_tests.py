"""Check columns of Kind test and label, the tests of rows, and the formats of patterns, before any data are read."""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.findings import Finding, Rule
from studyspec.spec.near import did_you_mean
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow, RowKind, TlfSpec
from studyspec.spec.tlf_cells import Method

TEST_COLUMN = Rule(
    "TLF-014",
    "error",
    "Column described wrongly",
    why="A column of Kind test prints p-values and compares other columns; one of Kind label prints labels only.",
    action="Correct the column; docs/tables.md says what each kind needs.",
)
ROW_TEST = Rule(
    "TLF-015",
    "error",
    "Test cannot be made",
    why="Each test needs rows of a certain kind, and a column of Kind test to be printed in.",
    action="Correct the Test cell, or the columns it compares; docs/tables.md lists the tests.",
)
TWO_FORMATS = Rule(
    "TLF-016",
    "error",
    "Figure with two formats",
    why="A figure of a line is formatted once, for print and for the results data.",
    action="Write the same format behind the word in all patterns of the row.",
)

_KINDS: dict[Method, tuple[RowKind, ...]] = {
    "ANOVA": ("continuous",),
    "chi-square": ("subjects", "categories", "worst"),
    "Fisher": ("subjects", "categories", "worst", "nested"),
}


def wrong_comparison_columns(tlf: TlfSpec) -> list[Finding]:
    """Columns of Kind test or label that lack what they need, or have what they cannot use."""
    return [finding for display in tlf.displays.values() for finding in _wrong_columns(display)]


def _wrong_columns(display: Display) -> Iterator[Finding]:
    labels = [column for column in display.columns if column.kind == "label"]
    if labels and (len(labels) > 1 or display.columns[0].kind != "label"):
        what = f"{display.id} has one column of Kind label at most, and it is the first."
        yield TEST_COLUMN.finding(what, cell=labels[-1].location.at("Kind"))
    for column in display.columns:
        for header, why in _unfit_cells(column):
            yield TEST_COLUMN.finding(f"{column.id} {why}.", cell=column.location.at(header))


def _unfit_cells(column: DisplayColumn) -> Iterator[tuple[str, str]]:
    is_test = column.kind == "test"
    if is_test and [pattern.statistics for pattern in column.statistics] != [("p",)]:
        yield "Statistics", "is of Kind test; its Statistics is one pattern with p, such as p:6.4"
    if is_test and len(column.compare) == 1:
        yield "Compare", "compares one column only"
    if column.compare and not is_test:
        yield "Compare", "compares columns, but is not of Kind test"
    if column.where and column.kind in ("test", "label"):
        yield "Where", f"is of Kind {column.kind}, so it selects no subjects"
    if column.statistics and column.kind == "label":
        yield "Statistics", "is of Kind label, so it has no figures"


def unknown_compared_columns(tlf: TlfSpec) -> list[Finding]:
    """Compare cells that name a column which is not counted."""
    return [
        ROW_TEST.finding(
            f"{display.id} has no counted column {name}.",
            cell=column.location.at("Compare"),
            action=did_you_mean(name, [item.id for item in display.computed_columns]),
        )
        for display in tlf.displays.values()
        for column in display.columns
        for name in column.compare
        if name not in {item.id for item in display.computed_columns}
    ]


def wrong_tests(tlf: TlfSpec) -> list[Finding]:
    """Tests of rows whose kind does not fit, that name unknown rows, or that no column prints."""
    return [
        ROW_TEST.finding(what, cell=row.location.at("Test"))
        for display in tlf.displays.values()
        for row in display.rows
        for what in _wrong_test(display, row)
    ]


def _wrong_test(display: Display, row: DisplayRow) -> Iterator[str]:
    if row.test is None:
        return
    method, columns = row.test.method, [column for column in display.columns if column.kind == "test"]
    if not columns:
        yield f"{display.id} has no column of Kind test."
    rows = {item.id: item for item in display.rows}
    yield from (f"{display.id} has no row {name}." for name in row.test.rows if name not in rows)
    for item in [rows[name] for name in row.test.rows if name in rows] or [row]:
        if item.kind not in _KINDS[method]:
            yield f"{item.id} is of Kind {item.kind}; {method} needs a row of Kind {', '.join(_KINDS[method])}."
    if method == "Fisher":
        yield from (
            f"Fisher compares two columns, and {column.id} compares {len(display.compared(column))}."
            for column in columns
            if len(display.compared(column)) != 2
        )


def two_formats(tlf: TlfSpec) -> list[Finding]:
    """Statistics with different formats in the patterns of a row, where its lines print all patterns."""
    findings = []
    for row in (row for display in tlf.displays.values() for row in display.rows if row.kind != "continuous"):
        first: dict[str, object] = {}
        pairs = [pair for item in row.statistics for pair in zip(item.statistics, item.formats, strict=True)]
        for statistic, form in pairs:
            if first.setdefault(statistic, form) != form:
                what = f"{statistic} has two formats in one row."
                findings.append(TWO_FORMATS.finding(what, cell=row.location.at("Statistics")))
    return findings
