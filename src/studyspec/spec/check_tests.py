"""Check columns of Kind test and label, the tests of rows, and the formats of patterns, before any data are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Variable
from studyspec.spec.near import did_you_mean
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow, RowKind, TlfSpec
from studyspec.spec.tlf_cells import DIFFERENCES, RATES, Method

TEST_COLUMN = Rule(
    "TLF-014",
    "error",
    "Column described wrongly",
    why="Columns of Kind test and difference compare other columns; one of Kind label prints labels only.",
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

TIME_AT_RISK = Rule(
    "TLF-017",
    "error",
    "Time at risk cannot be used",
    why="A rate is subjects with an event by the time until it; without an event until the end of observation.",
    action="Write '<event date> from <first day> to <last day>': a date of the row's dataset, and two dates of ADSL.",
)

WORST = Rule(
    "TLF-018",
    "error",
    "Worst value cannot be used",
    why="The row counts each subject by its records of the highest value of a numeric variable.",
    action="Name a numeric variable of the row's dataset, in a row of Kind subjects or nested without events.",
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
    used = [statistic for pattern in column.statistics for statistic in pattern.statistics]
    if column.kind == "test" and used != ["p"]:
        yield "Statistics", "is of Kind test; its Statistics is one pattern with p, such as p:6.4"
    if column.kind == "test" and len(column.compare) == 1:
        yield "Compare", "compares one column only"
    if column.kind == "difference" and (len(column.statistics) != 1 or not set(used).issubset(DIFFERENCES)):
        yield "Statistics", f"is of Kind difference; its Statistics is one pattern of {', '.join(DIFFERENCES)}"
    if column.kind == "difference" and len(column.compare) != 2:
        yield "Compare", "is of Kind difference; it compares two columns, the first minus the second"
    if column.compare and column.kind not in ("test", "difference"):
        yield "Compare", "compares columns, but is not of Kind test or difference"
    if column.where and column.kind in ("test", "difference", "label"):
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


def wrong_rates(tlf: TlfSpec) -> list[Finding]:
    """Rows with a rate but no time at risk, or the reverse."""
    findings = []
    for row in (row for display in tlf.displays.values() for row in display.rows):
        has_rate = any(item in RATES for pattern in row.statistics for item in pattern.statistics)
        if has_rate != (row.time_at_risk is not None):
            what = f"{row.id} has {'a rate, but no time' if has_rate else 'a time, but no rate'} at risk."
            findings.append(TIME_AT_RISK.finding(what, cell=row.location.at("Time At Risk")))
    return findings


def wrong_worst(tlf: TlfSpec, variables: Mapping[str, Mapping[str, Variable]]) -> list[Finding]:
    """Rows with Worst whose kind cannot have it, or whose variable is unknown or text."""
    findings = []
    for row in (row for display in tlf.displays.values() for row in display.rows if row.worst):
        item = variables.get(row.dataset, {}).get(row.worst)
        counted = [statistic for pattern in row.statistics for statistic in pattern.statistics]
        if row.kind not in ("subjects", "nested") or "events" in counted:
            what = f"A row of Kind {row.kind} with {', '.join(counted)} cannot have Worst."
            findings.append(WORST.finding(what, cell=row.location.at("Worst")))
        elif row.dataset in variables and (item is None or not item.is_numeric):
            what = f"{row.dataset} has no numeric variable {row.worst}."
            findings.append(WORST.finding(what, cell=row.location.at("Worst")))
    return findings


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


def wrong_time_variables(tlf: TlfSpec, variables: Mapping[str, Mapping[str, Variable]]) -> list[Finding]:
    """Times at risk whose dates their dataset or ADSL does not have, or has as text."""
    findings = []
    for row in (row for display in tlf.displays.values() for row in display.rows if row.time_at_risk):
        time = row.time_at_risk
        pairs = ((row.dataset, time.event), ("ADSL", time.start), ("ADSL", time.end)) if time else ()
        for dataset, name in pairs:
            item = variables.get(dataset, {}).get(name)
            if dataset in variables and (item is None or not item.is_numeric):
                what = f"{dataset} has no numeric variable {name}."
                near = did_you_mean(name, [item.name for item in variables[dataset].values() if item.is_numeric])
                findings.append(TIME_AT_RISK.finding(what, cell=row.location.at("Time At Risk"), action=near))
    return findings
