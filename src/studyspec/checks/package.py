"""What is checked: the datasets as they would be submitted, the specs they were built from, and their define.xml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from studyspec.checks.define_metadata import DefinedStandard
from studyspec.checks.rule import Hit, Mask
from studyspec.derive.columns import is_char
from studyspec.spec.model import Spec, Standard, is_supplemental
from studyspec.spec.rules_standard import standard_table
from studyspec.standards import StandardTable, adam_structure, sdtm_domain
from studyspec.transport.xpt_read import XptMember, XptVariable, read_xpt

# A domain of each general class, for the types of variables where the guide's own table is not shipped.
_EXAMPLES = {"INTERVENTIONS": "CM", "EVENTS": "AE", "FINDINGS": "VS"}
OBSERVATIONS = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")


@dataclass(frozen=True)
class Table:
    """One dataset: its file's name, its variables as the file describes them, and its values.

    Text is `str` and never missing, only blank; numbers are float64. `standard` is the table of the guide that it
    follows, None where it is not among those shipped; `class_` the general class in capitals, "" where not known.
    """

    name: str
    label: str
    belongs: Standard
    file: str
    columns: Mapping[str, XptVariable]
    frame: pd.DataFrame
    standard: StandardTable | None
    class_: str

    @property
    def prefix(self) -> str:
        """The two letters that `--` stands for."""
        return self.name.removeprefix("AD")[:2] if self.belongs == "ADaM" else self.name[:2]

    def named(self, name: str) -> str:
        """The name of a variable here: `--SEQ` is AESEQ in AE."""
        return self.prefix + name[2:] if name.startswith("--") else name

    def has(self, *names: str) -> bool:
        """True when the dataset has all these variables."""
        return all(self.named(name) in self.frame for name in names)

    def __getitem__(self, name: str) -> pd.Series:
        """The values of a variable, of the type that the standard gives it: rules need not fear a wrong one."""
        name = self.named(name)
        values: pd.Series = self.frame[name]
        wanted = self._types[name]
        if wanted == "num" and is_char(values):
            return pd.to_numeric(values, errors="coerce").astype("float64")
        if wanted == "char" and not is_char(values):
            return as_text(values)
        return values

    @cached_property
    def _types(self) -> dict[str, str]:
        """What the standard wants each variable to be, or else what it is."""
        like = sdtm_domain(_EXAMPLES.get(self.class_, "")) if self.belongs == "SDTM" else None
        found = {}
        for name, column in self.columns.items():
            item = self.standard.variable(name) if self.standard else None
            if item is None and like is not None:
                item = like.variables.get(name) or like.variables.get(like.name + name[2:])
            found[name] = item.type.lower() if item else column.type
        return found

    def text(self, name: str) -> pd.Series:
        """A text variable; blanks where the dataset has none of that name."""
        if self.has(name):
            return self[name]
        return pd.Series("", index=self.frame.index, dtype="str")

    def filled(self, name: str) -> pd.Series:
        """True where the variable has a value; nowhere, where the dataset has none of that name."""
        if not self.has(name):
            return pd.Series(False, index=self.frame.index)
        values = self[name]
        return values != "" if is_char(values) else values.notna()

    @property
    def characters(self) -> list[str]:
        """The names of the text variables, those left out that the standard wants as numbers."""
        return [name for name, column in self.columns.items() if "char" == column.type == self._types[name]]

    @cached_property
    def sequence(self) -> str:
        """The variable that numbers a subject's records, "" when there is none."""
        return next((name for name in (f"{self.prefix}SEQ", "ASEQ") if name in self.frame), "")

    def cell(self, name: str, record: int) -> str:
        """The value in a record (from 1) as a person reads it; "" where the dataset has no such variable."""
        return texts(self.frame[name].iloc[record - 1 : record])[0] if name in self.frame else ""

    def hits(self, mask: Mask, *variables: str, what: str = "") -> Iterator[Hit]:
        """A hit for each marked record, with the values of the variables."""
        marked = np.flatnonzero(np.asarray(mask, dtype=bool))
        if not len(marked):
            return
        values = [texts(self.frame[name].iloc[marked]) for name in variables]
        label = ", ".join(variables)
        for place, shown in zip(marked, zip(*values, strict=True) if values else ((),) * len(marked), strict=True):
            yield Hit(self.name, label, int(place) + 1, ", ".join(shown), what)


def texts(values: pd.Series) -> list[str]:
    """Values as a person reads them: 3 for 3.0, nothing for missing."""
    if is_char(values):
        return [str(value) for value in values]
    return ["" if np.isnan(value) else f"{value:.15g}" for value in values.to_numpy(dtype="float64")]


def as_text(values: pd.Series) -> pd.Series:
    """The same as a column of text."""
    return values if is_char(values) else pd.Series(texts(values), index=values.index, dtype="str")


@dataclass(frozen=True)
class Package:
    """The datasets by name, the specs and define.xml files by standard.

    `define_checked` is False where nobody looked for define.xml: its absence then says nothing.
    """

    tables: Mapping[str, Table]
    specs: Mapping[Standard, Spec] = field(default_factory=dict)
    defines: Mapping[Standard, DefinedStandard] = field(default_factory=dict)
    define_checked: bool = False

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def select(self, on: str) -> list[Table]:
        """The datasets meant: by name, several separated by blanks; or by kind.

        Kinds: `SDTM`, `ADaM`, `ALL`; `DOMAINS` (SDTM without SUPP--, RELREC and trial design), `SUBJECTS` (SDTM with
        USUBJID), `OBSERVATIONS` and its classes `INTERVENTIONS`, `EVENTS`, `FINDINGS`; `SUPP`; `OCCURRENCES` (ADaM).
        """
        found = list(self.tables.values())
        names = on.split()
        if on == "ALL":
            return found
        if on in ("SDTM", "ADaM"):
            return [table for table in found if table.belongs == on]
        if on == "SUPP":
            return [table for table in found if table.belongs == "SDTM" and is_supplemental(table.name)]
        if on == "OBSERVATIONS":
            return [table for table in found if table.belongs == "SDTM" and table.class_ in OBSERVATIONS]
        if on in OBSERVATIONS:
            return [table for table in found if table.belongs == "SDTM" and table.class_ == on]
        if on == "DOMAINS":
            return [table for table in found if table.belongs == "SDTM" and "DOMAIN" in table.frame]
        if on == "SUBJECTS":
            return [table for table in found if table.belongs == "SDTM" and "USUBJID" in table.frame]
        if on == "OCCURRENCES":
            return [table for table in found if table.class_ == "OCCURRENCE DATA STRUCTURE"]
        return [self.tables[name] for name in names if name in self.tables]

    def domain(self, name: str) -> list[Table]:
        """The datasets of an SDTM domain: QS, or its parts QSCO and QSMM where it is split."""
        own = [table for table in self.select("SDTM") if not is_supplemental(table.name)]
        return [table for table in own if table.name == name or (len(name) == 2 and table.name.startswith(name))]

    def subjects(self, name: str, mask: Mask | None = None) -> set[str]:
        """The USUBJIDs of a dataset, of the marked records only where a mask is given; none without the dataset."""
        if name not in self.tables or not self.tables[name].has("USUBJID"):
            return set()
        ids = self.tables[name]["USUBJID"]
        return set(ids if mask is None else ids[np.asarray(mask, dtype=bool)])

    def by_subject(self, name: str, variable: str) -> Mapping[str, str]:
        """A text variable of a dataset with one record per subject, by USUBJID; empty without dataset or variable."""
        if name not in self.tables or not self.tables[name].has("USUBJID", variable):
            return {}
        table = self.tables[name]
        return dict(zip(table["USUBJID"], table[variable], strict=True))

    @cached_property
    def is_interventional(self) -> bool:
        """False when TS says that the study is of another type (parameter STYPE)."""
        if "TS" not in self.tables or not self.tables["TS"].has("TSPARMCD", "TSVAL"):
            return True
        trial = self.tables["TS"]
        stated = trial["TSVAL"][trial["TSPARMCD"] == "STYPE"]
        return not len(stated) or "INTERVENTIONAL" in set(stated)


def read_table(path: Path, belongs: Standard, spec: Spec | None) -> Table:
    """A dataset from its transport file.

    Raises:
        XptError: the file is not as the format demands.
    """
    return table_of(read_xpt(path).members[0], belongs, path.name, spec)


def table_of(member: XptMember, belongs: Standard, file: str, spec: Spec | None) -> Table:
    """A dataset from what a transport file holds."""
    name = member.name.upper()
    standard = _standard(name, belongs, spec)
    columns = {column.name: column for column in member.columns}
    return Table(name, member.label, belongs, file, columns, member.frame, standard, _class(name, standard, spec))


def _standard(name: str, belongs: Standard, spec: Spec | None) -> StandardTable | None:
    if spec is not None and name in spec.datasets:
        return standard_table(spec, spec.datasets[name])
    if belongs == "SDTM":
        return sdtm_domain("SUPPQUAL" if is_supplemental(name) else name)
    return adam_structure({"ADSL": "ADSL", "ADAE": "AE"}.get(name, ""))


def _class(name: str, standard: StandardTable | None, spec: Spec | None) -> str:
    if spec is not None and name in spec.datasets:
        return spec.datasets[name].class_
    return standard.class_.upper().replace("-", " ") if standard else ""
