"""Rules: sheets that hold the records of a dataset (TS, TA, TE), and the parameters that their cells name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain

from studyspec.findings import Finding, Rule
from studyspec.spec.dataset_sheet import DatasetSheet
from studyspec.spec.dialects import EXTRA_SHEET
from studyspec.spec.model import Spec
from studyspec.spec.near import did_you_mean
from studyspec.spec.workbook import Location, cell_text

TWO_PLACES = Rule(
    "SPEC-149",
    "error",
    "Records of a dataset stand in two places",
    why="The workbook has a sheet of the dataset's name, and its records come from a form as well.",
    action="Remove the sheet, or the rows of Sources; or give the raw form another name.",
)
UNKNOWN_PARAMETER = Rule(
    "SPEC-150",
    "error",
    "Cell names an unknown parameter",
    why="A name in braces is replaced by its value from the sheet Parameters.",
    action="Correct the name, or add it to the sheet Parameters.",
)

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def sheets_beside_sources(spec: Spec, forms: Collection[str]) -> list[Finding]:
    """Sheets of datasets that have rows in Sources, too, or that arrived with the extract.

    Args:
        spec: the SDTM workbook.
        forms: the raw forms of the extract.
    """
    mapped = {source.dataset for source in spec.sources if not source.received}
    findings = []
    for sheet in spec.dataset_sheets.values():
        cell = spec.datasets[sheet.dataset].location.at("Dataset")
        if sheet.dataset in mapped:
            what = f"{sheet.dataset} has a sheet of its own and rows in Sources."
            findings.append(TWO_PLACES.finding(what, cell=cell))
        if sheet.form in forms:
            what = f"{sheet.dataset} has a sheet of its own and a raw form."
            findings.append(TWO_PLACES.finding(what, cell=cell, form=sheet.form))
    return findings


def sheets_of_analysis(spec: Spec) -> list[Finding]:
    """Sheets of ADaM datasets, which have no records of their own to state."""
    return [
        EXTRA_SHEET.finding(f"Sheet {name} is not read.", cell=f"{spec.name}!{name}")
        for name in spec.dataset_sheets
        if spec.standard == "ADaM"
    ]


def unknown_parameters(spec: Spec) -> list[Finding]:
    """Names in braces in the cells of dataset sheets."""
    return [
        UNKNOWN_PARAMETER.finding(
            f"{{{name}}} is not a parameter.",
            action=f"{did_you_mean(name, spec.parameters)} {UNKNOWN_PARAMETER.action}".strip(),
            cell=location.at(header),
        )
        for text, header, location in chain.from_iterable(map(_cells, spec.dataset_sheets.values()))
        for name in PLACEHOLDER.findall(text)
        if name not in spec.parameters
    ]


def _cells(sheet: DatasetSheet) -> Iterator[tuple[str, str, Location]]:
    for record in sheet.records:
        for header, text in zip(sheet.headers, record.values, strict=True):
            yield text, header, record.location


def filled_in(text: str, spec: Spec) -> str:
    """A cell with its parameters: "{DATA_CUTOFF}" is 2022-02-22, numbers are as Excel shows them."""
    if "{" not in text:
        return text
    constants = spec.constants
    return PLACEHOLDER.sub(lambda found: cell_text(constants.get(found[1], found[0])), text)
