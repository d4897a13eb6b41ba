"""Findings: what is wrong, where, why, and what to do about it.

Every room reports problems as `Finding` objects and goes on, so that one run lists all of them. A room declares
each kind of problem once, as a `Rule`, beside the code that detects it; reports and docs read the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

RULES: dict[str, Rule] = {}
_NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in a spec, in raw data, or in a built dataset.

    `cell` is workbook!sheet!cell; `form` and `record` name a raw record (first data row is 1); `dataset`,
    `usubjid` and `seq` name an output record. Those that do not apply are empty (0 for numbers).
    """

    code: str
    severity: Severity
    what: str
    why: str = ""
    action: str = ""
    cell: str = ""
    form: str = ""
    record: int = 0
    dataset: str = ""
    usubjid: str = ""
    seq: int = 0

    @property
    def where(self) -> str:
        """The place in words: the spec cell, the raw record and the output record, as far as they are known."""
        parts = [self.cell] if self.cell else []
        if self.form:
            parts.append(f"raw {self.form} record {self.record}" if self.record else f"raw {self.form}")
        if self.dataset:
            parts.append(f"{self.dataset} #{self.seq}" if self.seq else self.dataset)
        if self.usubjid:
            parts.append(f"subject {self.usubjid}")
        return ", ".join(parts)

    def __str__(self) -> str:
        text = f"{self.where or 'study'}  {self.severity} {self.code}  {self.what}"
        return f"{text} {self.action}".rstrip()

    def sort_key(self) -> tuple[int, str, str, str, int, str, str, int, str]:
        """Errors first, then by code and place: the order of every listing of findings."""
        # Numbers in full width: row 9 comes before row 10.
        cell = _NUMBER.sub(lambda found: found[0].zfill(7), self.cell)
        place = (cell, self.form, self.record, self.usubjid, self.dataset, self.seq, self.what)
        return (SEVERITIES.index(self.severity), self.code, *place)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding. Declaring it registers it under its code; two rules may not share one.

    Example:
        >>> UNKNOWN_CODELIST = Rule(
        ...     "DOC-001", "error", "Unknown codelist",
        ...     why="A variable can only be mapped through a codelist that the workbook defines.",
        ...     action="Add the codelist to the Codelists sheet or correct the name.")
        >>> UNKNOWN_CODELIST.finding("SEXX is not a codelist.", cell="specs/sdtm.xlsx!Variables!K12").code
        'DOC-001'
    """

    code: str
    severity: Severity
    title: str
    why: str
    action: str

    def __post_init__(self) -> None:
        known = RULES.setdefault(self.code, self)
        if known != self:
            raise ValueError(f"finding code {self.code} is used twice: {known.title!r} and {self.title!r}")

    def finding(
        self,
        what: str,
        *,
        action: str = "",
        cell: str = "",
        form: str = "",
        record: int = 0,
        dataset: str = "",
        usubjid: str = "",
        seq: int = 0,
    ) -> Finding:
        """A finding of this rule; `action` replaces the rule's own advice when something nearer is known."""
        return Finding(
            self.code,
            self.severity,
            what,
            self.why,
            action or self.action,
            cell,
            form,
            record,
            dataset,
            usubjid,
            seq,
        )


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when at least one finding is of severity error."""
    return any(finding.severity == "error" for finding in findings)
