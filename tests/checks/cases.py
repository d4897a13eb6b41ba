"""Small packages of datasets in one line each, and the cases that show what every rule finds and what it leaves alone.

A dataset is written as `AEOUT: FATAL | UNKNOWN; #AESEQ: 1 | 2`: variables separated by semicolons, values by bars,
`#` for numbers (blank is missing). `*` stands for all variables of the standard, `-NAME` takes one away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from tests.study.reference import study

from studyspec.checks.conformance import registered
from studyspec.checks.package import Package, Table, table_of
from studyspec.checks.rule import Hit
from studyspec.checks.study import specs_of
from studyspec.spec.model import Standard
from studyspec.standards import StandardTable, adam_structure, sdtm_domain
from studyspec.transport.xpt_read import XptMember, XptVariable

Tables = Mapping[str, str | None]


@dataclass(frozen=True)
class Case:
    """A rule, datasets that break it, what in them is put right (`good`), and where it is found: `AE 2, DM`.

    `labels`, `formats`, `lengths` and `files` are attributes of the bad datasets by `AE.AETERM` or `AE`; the good ones
    have those of the standard. `spec` adds the workbooks of the reference study.
    """

    rule: str
    bad: Tables
    good: Tables
    at: str
    labels: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    spec: bool = False

    def bad_package(self) -> Package:
        tables = {name: self._table(name, text) for name, text in self.bad.items() if text is not None}
        return Package(tables, self._specs(), {}, define_checked=True)

    def good_package(self) -> Package:
        names = [name for name in {**self.bad, **self.good} if self.good.get(name, "") is not None]
        tables = {}
        for name in names:
            change = self.good.get(name) or ""
            text = change if change.startswith("*") else f"{self.bad.get(name) or ''}; {change}"
            tables[name] = table(name, text)
        return Package(tables, self._specs(), {}, define_checked=False)

    def _specs(self) -> dict:
        return specs_of(study()) if self.spec else {}

    def _table(self, name: str, text: str) -> Table:
        return table(name, text, self.labels, self.formats, self.lengths, self.files)


def found(rule: str, package: Package) -> list[Hit]:
    """What a rule finds in a package."""
    return list(registered()[rule].check(package))


def places(hits: list[Hit]) -> list[str]:
    """Dataset and record of each hit: `AE 2`, or `AE` for the dataset or a variable."""
    return sorted({f"{hit.dataset} {hit.record}" if hit.record else hit.dataset for hit in hits})


def table(
    name: str,
    text: str,
    labels: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    lengths: Mapping[str, int] | None = None,
    files: Mapping[str, str] | None = None,
) -> Table:
    """A dataset from its line."""
    belongs: Standard = "ADaM" if name.startswith("AD") else "SDTM"
    known = standard_of(name)
    frame = pd.DataFrame(values(text, known))
    columns = []
    for column in frame.columns:
        key = f"{name}.{column}"
        item = known.variable(column) if known else None
        label = item.label if item is not None and item.name == column else f"Label of {column}"
        kind = "char" if isinstance(frame[column].dtype, pd.StringDtype) else "num"
        longest = max([1, *frame[column].str.len()]) if kind == "char" else 8
        columns.append(
            XptVariable(
                column, kind, (lengths or {}).get(key, longest), (labels or {}).get(key, label),
                (formats or {}).get(key, "DATE9." if column.endswith("DT") else ""), "", 0,
            )
        )  # fmt: skip
    title = known.label if known and known.name == name else f"Dataset {name}"
    when = pd.Timestamp("2022-03-15").to_pydatetime()
    member = XptMember(name, (labels or {}).get(name, title), "", when, when, tuple(columns), frame, {})
    return table_of(member, belongs, (files or {}).get(name, f"{name.lower()}.xpt"), None)


def standard_of(name: str) -> StandardTable | None:
    if name.startswith("AD"):
        return adam_structure({"ADSL": "ADSL", "ADAE": "AE"}.get(name, ""))
    return sdtm_domain("SUPPQUAL" if name.startswith("SUPP") else name)


def values(text: str, known: StandardTable | None) -> dict[str, pd.Series]:
    """The columns of a dataset's line."""
    columns: dict[str, pd.Series] = {}
    for part in (piece.strip() for piece in text.split(";")):
        if part == "*" and known is not None:
            columns |= {
                item.name: pd.Series([1.0]) if item.type == "Num" else pd.Series(["X"], dtype="str")
                for item in known.variables.values()
            }
        elif part.startswith("-"):
            columns.pop(part[1:])
        elif part:
            name, _, cells = part.partition(":")
            shown = [cell[1:] if cell.startswith(" ") else cell for cell in cells.split("|")]
            if name.startswith("#"):
                numbers = [float(cell) if cell.strip() else float("nan") for cell in shown]
                columns[name[1:]] = pd.Series(numbers, dtype="float64")
            else:
                columns[name] = pd.Series([cell.rstrip() for cell in shown], dtype="str")
    return columns
