"""The sections of the reviewer's guides that people write: sheet Guide of the workbooks.

Source: PHUSE, Clinical Study Data Reviewer's Guide and Analysis Data Reviewer's Guide, their outlines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studyspec.documents.content import Block, Bullets, Gap
from studyspec.findings import Finding, Rule
from studyspec.spec.model import GuideText, Spec, Standard
from studyspec.spec.near import did_you_mean

NOT_WRITTEN = Rule(
    "GUIDE-001",
    "warning",
    "Section of the reviewer's guide not written",
    why="No program knows what it must say; the guide has a mark in its place, and a regulator would read that.",
    action="Write it in the sheet Guide of the workbook.",
)
UNKNOWN_SECTION = Rule(
    "GUIDE-002",
    "warning",
    "Unknown section of the reviewer's guide",
    why="The guide has no place for the text: a section is one of docs/guides.md, or the name of a dataset.",
    action="Correct the name of the section.",
)
SHEET = "Guide"
_BULLET = "- "


@dataclass(frozen=True)
class Topic:
    """A section that people write: its name in the sheet Guide, what it says, and whether a guide lacks it if blank."""

    section: str
    says: str
    needed: bool = False


_COMMON = (
    Topic("Protocol Versions", "Versions of the protocol, and which changes matter for the data."),
    Topic("Acronyms", "Acronyms of the study, one a line: TEAE: treatment-emergent adverse event."),
    Topic("Special Considerations", "What a reader must know before using the data and would not expect."),
    Topic("Conformance", "What else is to be said of the findings of the conformance check."),
)
TOPICS: Mapping[Standard, tuple[Topic, ...]] = {
    "SDTM": (
        Topic(
            "Protocol Design", "Design, population and treatments, visits, and how long subjects are followed.", True
        ),
        Topic("Trial Design", "What the trial design datasets cannot say of themselves."),
        Topic(
            "Overview",
            "How data were collected and cleaned, who is in the datasets, what was collected and is not in them.",
            True,
        ),
        Topic("Data Flow", "The way from collection to datasets, beyond what the specs say."),
        Topic("Annotated CRF", "How to read the annotated CRF; where the data were received, where the CRF is."),
        Topic("Inclusion and Exclusion Criteria", "The criteria, where no dataset TI has them."),
        Topic("Legacy Data", "How legacy data were converted, where the study has any."),
        *_COMMON,
    ),
    "ADaM": (
        Topic("Protocol Design", "The design as the analysis sees it: treatments, periods, phases, baseline.", True),
        Topic("SDTM and ADaM", "Differences in content between SDTM and ADaM that a reader may stumble on."),
        Topic("Treatment Variables", "Planned and actual treatment, and which of them the analyses use.", True),
        Topic("Special Subjects", "Subjects who need rules of their own in the analysis.", True),
        Topic("Visit Windows", "Windows, unscheduled visits, and which of several records is used.", True),
        Topic("Imputation", "Imputation and derivation beyond the methods listed."),
        Topic("Intermediate Datasets", "Datasets between SDTM and ADaM that are not submitted."),
        Topic("Programs", "How programs are to be read, and who to ask."),
        *_COMMON,
    ),
}


def written(spec: Spec, section: str) -> tuple[Block, ...]:
    """What the sheet Guide says in a section: lines are paragraphs, those that begin with a hyphen items of a list.

    Returns:
        A `Gap` where a section that is needed is blank; nothing where another one is.
    """
    text = next((row.text for row in spec.guide if row.section == section), "")
    if not text.strip():
        topic = next((item for item in TOPICS[spec.standard] if item.section == section), None)
        return (Gap(topic.says),) if topic is not None and topic.needed else ()
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    items: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(_BULLET):
            items.append(line.removeprefix(_BULLET).strip())
            continue
        if items:
            yield Bullets(tuple(items))
            items = []
        yield line
    if items:
        yield Bullets(tuple(items))


def acronyms(spec: Spec) -> dict[str, str]:
    """The study's own acronyms with what they mean."""
    text = next((row.text for row in spec.guide if row.section == "Acronyms"), "")
    pairs = (line.partition(":") for line in text.splitlines())
    return {short.strip(): meaning.strip() for short, _, meaning in pairs if short.strip() and meaning.strip()}


def guide_findings(spec: Spec) -> list[Finding]:
    """Sections that are still to be written, and texts that have no place."""
    rows = {row.section: row for row in spec.guide}
    return [*_unwritten(spec, rows), *_unknown(spec)]


def _unwritten(spec: Spec, rows: Mapping[str, GuideText]) -> Iterator[Finding]:
    for topic in TOPICS[spec.standard]:
        row = rows.get(topic.section)
        if topic.needed and (row is None or not row.text.strip()):
            cell = row.location.at("Text") if row else f"{spec.name}!{SHEET}"
            yield NOT_WRITTEN.finding(f"Section {topic.section} is not written. It says: {topic.says}", cell=cell)


def _unknown(spec: Spec) -> Iterator[Finding]:
    known = [*(topic.section for topic in TOPICS[spec.standard]), *spec.datasets]
    for row in spec.guide:
        if row.section not in known:
            what = f"{row.section} is no section of the guide."
            action = f"{did_you_mean(row.section, known)} {UNKNOWN_SECTION.action}".strip()
            yield UNKNOWN_SECTION.finding(what, action=action, cell=row.location.at("Section"))
