"""Small studies written inline: sheets as text tables, raw forms as CSV."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from studyspec.build.partition import Built, build_parts, identify_subjects, merge
from studyspec.build.plan import make_plan
from studyspec.derive.registry import ENGINE, Registry
from studyspec.raw.read_csv import read_csv
from studyspec.spec.load import spec_from
from studyspec.spec.model import Spec, Standard
from studyspec.spec.workbook import Location, Row, Sheet, Workbook


def table(text: str) -> list[dict[str, str]]:
    """Rows of `A | B` lines under a header line."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def workbook(name: str, sheets: Mapping[str, str]) -> Workbook:
    """A workbook of such tables."""
    made = {}
    for title, text in sheets.items():
        rows = table(text)
        headers = tuple(rows[0]) if rows else ()
        columns = {header: place for place, header in enumerate(headers, start=1)}
        made[title] = Sheet(
            title,
            headers,
            tuple(Row(row, Location(name, title, number, columns)) for number, row in enumerate(rows, start=2)),
        )
    return Workbook(name, made)


def spec(standard: Standard, sheets: Mapping[str, str]) -> Spec:
    """The spec of such a workbook; sheets that a test does not care about may be left out."""
    found, _ = spec_from(workbook(f"specs/{standard.lower()}.xlsx", sheets), standard=standard)
    assert found is not None
    return found


def forms(**texts: str) -> dict[str, pd.DataFrame]:
    """Raw forms from CSV text."""
    lines = {name: "\n".join(line.strip() for line in text.strip().splitlines()) + "\n" for name, text in texts.items()}
    return {name: read_csv(text.encode(), "utf-8") for name, text in lines.items()}


def build(
    sdtm: Spec,
    raw: dict[str, pd.DataFrame],
    adam: Spec | None = None,
    *,
    partitions: int = 1,
    registry: Registry = ENGINE,
) -> Built:
    """Build a small study; findings of identification are put first."""
    plan = make_plan(sdtm, adam, registry)
    found, findings = identify_subjects(raw, sdtm, registry)
    built = merge(build_parts(plan, found, partitions), plan)
    built.findings = [*findings, *built.findings]
    return built


def codes(built: Built) -> list[str]:
    """The codes of the findings, in order."""
    return [finding.code for finding in built.findings]
