"""Check quoted figures: their columns and their places."""

from __future__ import annotations

from studyspec.findings import Finding, Rule
from studyspec.spec.near import did_you_mean
from studyspec.spec.tlf import TlfSpec

PUBLISHED = Rule(
    "TLF-010",
    "error",
    "Published value without a place",
    why="It would not be printed.",
    action="Name a row by its ID, and a column of Kind published.",
)
PUBLISHED_COLUMN = Rule(
    "TLF-011",
    "error",
    "Published column described wrongly",
    why="It is quoted, not counted: its N comes from the publication, and nothing is selected for it.",
    action="Give N, and leave Where and Statistics blank; for other columns leave N blank.",
)


def misplaced_published(tlf: TlfSpec) -> list[Finding]:
    """Published values whose row or column the display does not have."""
    findings = []
    for display in tlf.displays.values():
        places = {
            "Row": [row.id for row in display.rows],
            "Column": [column.id for column in display.columns if column.kind == "published"],
        }
        for item in display.published:
            for header, name in (("Row", item.row), ("Column", item.column)):
                if name not in places[header]:
                    what = f"{display.id} has no {'published column' if header == 'Column' else 'row'} {name}."
                    near = did_you_mean(name, places[header])
                    findings.append(PUBLISHED.finding(what, cell=item.location.at(header), action=near))
    return findings


def wrong_published_columns(tlf: TlfSpec) -> list[Finding]:
    """Published columns without N or with a selection, and counted columns with a typed N."""
    findings = []
    for display in tlf.displays.values():
        for column in display.columns:
            quoted = column.kind == "published"
            if quoted and display.subgroups:
                what = (
                    f"{column.id} is published, but {display.id} has subgroups: a publication's figures are not theirs."
                )
                findings.append(PUBLISHED_COLUMN.finding(what, cell=column.location.at("Kind")))
            if quoted == (column.n is None):
                what = f"{column.id} is {'published, but has no' if quoted else 'counted, but has a typed'} N."
                findings.append(PUBLISHED_COLUMN.finding(what, cell=column.location.at("N")))
            for header, given in (("Where", column.where), ("Statistics", column.statistics)):
                if quoted and given:
                    what = f"{column.id} is published, but has {header}."
                    findings.append(PUBLISHED_COLUMN.finding(what, cell=column.location.at(header)))
    return findings
