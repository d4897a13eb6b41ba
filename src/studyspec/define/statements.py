"""The programming statements of an analysis result: what the rows of its display count, as the tlf workbook says it."""

from __future__ import annotations

from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.rules_analysis import rows_of
from studyspec.spec.tlf import Display, DisplayColumn, DisplayRow

CONTEXT = "studyspec"


def programming_code(display: Display, result: AnalysisResult) -> str:
    """The conditions and rows behind a result, one statement a line.

    Args:
        display: the display that shows it.
        result: its rows are those it names, or all.

    Returns:
        Population, records, subgroups, columns, then each row: what it counts or summarises, of which records, as what.
    """
    lines = [f"DISPLAY {display.id}"]
    if display.population:
        lines.append(f"POPULATION ADSL WHERE {display.population}")
    if display.filter:
        lines.append(f"RECORDS {display.dataset} WHERE {display.filter}")
    lines += [f"SUBGROUP {item.id} ADSL WHERE {item.where}" for item in display.subgroups]
    lines += [_column(display, column) for column in display.computed_columns if column.where or column.records]
    return "\n".join([*lines, *(row_statement(row) for row in rows_of(display, result))])


def _column(display: Display, column: DisplayColumn) -> str:
    parts = [f"COLUMN {column.id}"]
    if column.where:
        parts.append(f"ADSL WHERE {column.where}")
    if column.records:
        parts.append(f"{display.dataset} WHERE {column.records}")
    return " ".join(parts)


def row_statement(row: DisplayRow) -> str:
    """What a row counts or summarises, of which records, as what; `programming_code` gives it in its context."""
    analysed = f" {', '.join(row.variables)}" if row.variables else ""
    parts = [f"ROW {row.id}: {row.kind}{analysed} FROM {row.dataset}"]
    if row.where:
        parts.append(f"WHERE {row.where}")
    if row.denominator:
        parts.append(f"AMONG ADSL WHERE {row.denominator}")
    if row.worst:
        parts.append(f"AT WORST {row.worst}")
    if row.statistics:
        parts.append(f"AS {'; '.join(pattern.text for pattern in row.statistics)}")
    if row.test is not None:
        parts.append(f"TEST {' '.join((row.test.method, *row.test.rows))}")
    if row.time_at_risk is not None:
        at_risk = row.time_at_risk
        parts.append(f"EVENT {at_risk.event} AT RISK {at_risk.start} TO {at_risk.end}")
    return " ".join(parts)
