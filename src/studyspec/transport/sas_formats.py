"""Codelists as SAS formats: PROC FORMAT source and the CNTLIN data set, which say the same.

Source of the rules: SAS 9.4 Base Procedures Guide, "FORMAT Procedure": VALUE statement (names) and "Input Control Data
Set" (FMTNAME without $, TYPE C or N).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from studyspec.findings import Finding, Rule
from studyspec.spec.load_rows import is_number
from studyspec.spec.model import NUMERIC_TYPES, Codelist, Spec
from studyspec.spec.rules_terms import NUMERIC_TERM
from studyspec.transport.columns import XptColumn, XptDataset
from studyspec.transport.sas_text import MAX_LITERAL, Origin, comment, header, is_plain, literal_pieces, program, quoted

CNTLIN = "CNTLIN"
MAX_TEXT = 200
# 32 with the $ of a character format; the same for numeric ones keeps the rule simple.
_MAX_NAME = 31

ODD_TEXT = Rule(
    "SAS-001",
    "error",
    "Text that a SAS program cannot hold",
    why="The programs are ASCII, so that every SAS session reads them alike.",
    action="Replace the character by ASCII.",
)
LONG_TEXT = Rule(
    "SAS-002",
    "error",
    "Text too long for a CNTLIN data set",
    why=f"XPT version 5 holds text of {MAX_TEXT} characters, and nothing is cut.",
    action="Shorten the text.",
)
SAME_VALUE = Rule(
    "SAS-003",
    "error",
    "Two terms are one value in SAS",
    why="PROC FORMAT refuses a value that is listed twice.",
    action="Remove one of the terms.",
)


@dataclass(frozen=True)
class SasFormat:
    """One format.

    Attributes:
        name: without $ and point.
        numeric: True for a numeric format.
        title: the codelist's name.
        values: value to label, in the codelist's order.
        variables: DATASET.VARIABLE of all variables with this codelist.
    """

    name: str
    numeric: bool
    title: str
    values: Mapping[str, str]
    variables: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The name as a FORMAT statement takes it, e.g. "$SEXF."."""
        return f"{'' if self.numeric else '$'}{self.name}."


def sas_formats(specs: Iterable[Spec]) -> dict[tuple[str, str], SasFormat]:
    """The formats of all codelists that have terms.

    A format is called as the codelist's ID with F at its end, so that it neither ends in a digit nor is one of SAS's
    own names. A codelist that two workbooks have in common gives one format; where they differ, the later one's name
    carries the standard (ACN_ADAMF).

    Args:
        specs: the workbooks, without findings of `format_findings`.

    Returns:
        Formats by standard and codelist ID.
    """
    given: dict[str, SasFormat] = {}
    found: dict[tuple[str, str], SasFormat] = {}
    for spec in specs:
        for codelist in spec.codelists.values():
            if codelist.terms:
                item = _format(spec, codelist)
                name = next(name for name in _names(codelist.id, spec.standard) if _free(name, item, given))
                known = given.get(name, replace(item, variables=()))
                given[name] = replace(known, name=name, variables=(*known.variables, *item.variables))
                found[spec.standard, codelist.id] = given[name]
    return {key: given[item.name] for key, item in found.items()}


def _format(spec: Spec, codelist: Codelist) -> SasFormat:
    users = tuple(f"{item.dataset}.{item.name}" for item in spec.variables if item.codelist == codelist.id)
    numeric = codelist.data_type in NUMERIC_TYPES
    return SasFormat("", numeric, codelist.name, codelist.decodes, users)


def _names(codelist_id: str, standard: str) -> Iterator[str]:
    """Names to try, in this order; all end in F."""
    stem = re.sub(r"[^A-Z0-9_]", "_", codelist_id.upper())
    stem = f"_{stem}" if stem[:1].isdigit() else stem
    yield stem[: _MAX_NAME - 1] + "F"
    number = 1
    while True:
        tag = f"_{standard.upper()}{'' if number == 1 else f'_{number}'}F"
        yield stem[: _MAX_NAME - len(tag)] + tag
        number += 1


def _free(name: str, item: SasFormat, given: Mapping[str, SasFormat]) -> bool:
    known = given.get(name)
    return known is None or (known.numeric == item.numeric and dict(known.values) == dict(item.values))


def format_findings(spec: Spec) -> list[Finding]:
    """Terms and decodes that SAS formats cannot hold: odd characters, too long, not numbers, listed twice."""
    findings = []
    for codelist in spec.codelists.values():
        seen: set[str | float] = set()
        for term in codelist.terms:
            for head, text in (("Term", term.term), ("Decoded Value", term.decoded_value)):
                cell = term.location.at(head)
                if not is_plain(text):
                    odd = next(char for char in text if not is_plain(char))
                    what = f"{text!r} of {codelist.id} has the character {odd!r} (U+{ord(odd):04X})."
                    findings.append(ODD_TEXT.finding(what, cell=cell))
                if len(text) > MAX_TEXT:
                    what = f"{text[:40]!r}... of {codelist.id} has {len(text)} characters."
                    findings.append(LONG_TEXT.finding(what, cell=cell))
            numeric = codelist.data_type in NUMERIC_TYPES
            if numeric and not is_number(term.term):
                what = f"{term.term!r} of {codelist.id} is not a number."
                findings.append(NUMERIC_TERM.finding(what, cell=term.location.at("Term")))
                continue
            value = float(term.term) if numeric else term.term.rstrip(" ")
            if value in seen:
                what = f"{term.term!r} is in {codelist.id} already."
                findings.append(SAME_VALUE.finding(what, cell=term.location.at("Term")))
            seen.add(value)
    return findings


def formats_program(formats: Iterable[SasFormat], origin: Origin) -> bytes:
    """formats.sas: one VALUE statement per format into the catalog WORK.FORMATS.

    A format with text too long for a line comes from a DATA step instead, for a literal must not break over lines.
    """
    formats = sorted(formats, key=lambda item: item.name)
    long = [item for item in formats if _too_wide(item)]
    short = [item for item in formats if not _too_wide(item)]
    parts = [
        header(
            "formats.sas",
            origin,
            "Make the formats of all codelists. They are called as the codelist with F at the end.",
            [],
            ["catalog WORK.FORMATS"],
        )
    ]
    if short:
        parts += ["proc format library=work;", *(_value_statement(item) for item in short), "run;"]
    if long:
        parts.append(_long_formats(long))
    return program(parts)


def _too_wide(item: SasFormat) -> bool:
    """True when a value and its label might not fit on one line."""
    return any(len(quoted(text)) > MAX_LITERAL // 2 for pair in item.values.items() for text in pair)


def _about(item: SasFormat) -> str:
    users = f" Of {', '.join(item.variables)}." if item.variables else ""
    return comment(f"{item.title}.{users}", "  ")


def _value_statement(item: SasFormat) -> str:
    values = [f"    {_start(value, item)} = {quoted(label)}" for value, label in item.values.items()]
    return "\n".join([_about(item), f"  value {item.shown.removesuffix('.')}", *values, "  ;"])


def _start(value: str, item: SasFormat) -> str:
    return value if item.numeric else quoted(value)


def _long_formats(formats: Iterable[SasFormat]) -> str:
    lines = ["data work.ss_long;", f"  length FMTNAME $32 TYPE $1 START END LABEL ${MAX_TEXT} HLO $1;", "  HLO = ' ';"]
    for item in formats:
        lines += [_about(item), f"  FMTNAME = {quoted(item.name)};", f"  TYPE = '{_type(item)}';"]
        for value, label in item.values.items():
            lines += [f"  START = {literal_pieces(value)};", "  END = START;"]
            lines += [f"  LABEL = {literal_pieces(label)};", "  output;"]
    lines += ["run;", "", "proc format library=work cntlin=work.ss_long;", "run;"]
    return "\n".join(lines)


def _type(item: SasFormat) -> str:
    return "N" if item.numeric else "C"


def cntlin(formats: Iterable[SasFormat]) -> tuple[pd.DataFrame, XptDataset]:
    """The formats as an input control data set for PROC FORMAT.

    Returns:
        One record per value, by format (FMTNAME, TYPE, START, END, LABEL, HLO, all text), and its description.
    """
    rows = [
        (item.name, _type(item), value, value, label, "")
        for item in sorted(formats, key=lambda item: item.name)
        for value, label in item.values.items()
    ]
    labels = {
        "FMTNAME": "Format Name",
        "TYPE": "Type of Format (C or N)",
        "START": "Starting Value",
        "END": "Ending Value",
        "LABEL": "Formatted Value",
        "HLO": "Additional Information (none)",
    }
    frame = pd.DataFrame(rows, columns=list(labels), dtype="str")
    widths = {name: max([1, *(len(text) for text in frame[name])]) for name in labels}
    columns = tuple(XptColumn(name, "char", widths[name], label) for name, label in labels.items())
    return frame, XptDataset(CNTLIN, "Codelists for PROC FORMAT", columns)
