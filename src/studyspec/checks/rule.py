"""A conformance rule: a small function that knows its id, its source, how grave it is, and the records it objects to.

Rules register themselves; `docs/conformance.md` is written from the registry. The ids are ours, by family:
TRC technical rejection, CT terminology, SD SDTM, AD ADaM, DD define.xml against data. Each rule cites the rules of
CDISC and FDA that state the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.findings import Severity

if TYPE_CHECKING:
    from studyspec.checks.package import Package, Table

Mask: TypeAlias = "pd.Series | npt.NDArray[np.bool_]"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule objects to: a dataset, a variable of it, or one record (from 1) with its values.

    `what` says more than the rule's own message; blank leaves it at that.
    """

    dataset: str
    variable: str = ""
    record: int = 0
    value: str = ""
    what: str = ""


Check: TypeAlias = "Callable[[Package], Iterable[Hit]]"


@dataclass(frozen=True, slots=True)
class ConformanceRule:
    """A rule as it is documented and run.

    `sources` are the ids of the rules that state the same: CORE-..., CG... (CDISC SDTMIG conformance rules), FB... (FDA
    business rules), AD... (CDISC ADaM conformance rules), P21 ... (Pinnacle 21), TRC... (FDA technical rejection).
    """

    id: str
    sources: tuple[str, ...]
    severity: Severity
    message: str
    action: str
    check: Check
    condition: str


RULES: dict[str, ConformanceRule] = {}


def rule(id_: str, sources: str, severity: Severity, message: str, action: str) -> Callable[[Check], Check]:
    """Register a rule on the whole package; its docstring states what must hold.

    Args:
        id_: our id.
        sources: ids of the rules that state the same, separated by commas.
        severity: error, warning or note.
        message: what is wrong; `--` stands for the domain's two letters.
        action: what to do.

    Raises:
        ValueError: two rules have this id.
    """

    def register(check: Check) -> Check:
        _register(id_, sources, severity, message, action, check, check.__doc__)
        return check

    return register


RecordCheck: TypeAlias = "Callable[[Table, Package], Mask]"


def record_rule(
    id_: str, sources: str, severity: Severity, message: str, action: str, *, on: str, variables: str
) -> Callable[[RecordCheck], RecordCheck]:
    """Register a rule on the records of a dataset: the function marks those it objects to.

    Args:
        id_: our id.
        sources: ids of the rules that state the same, separated by commas.
        severity: error, warning or note.
        message: what is wrong; `--` stands for the domain's two letters.
        action: what to do.
        on: datasets by name (`AE`, `TA TE`) or kind (see `Package.select`).
        variables: the variables that the rule is about; it runs where all are present, and shows their values.
    """
    names = variables.split()

    def register(check: RecordCheck) -> RecordCheck:
        def run(package: Package) -> Iterable[Hit]:
            for table in package.select(on):
                own = [table.named(name) for name in names]
                if all(name in table.frame for name in own):
                    yield from table.hits(check(table, package), *own)

        _register(id_, sources, severity, message, action, run, check.__doc__)
        return check

    return register


def _register(
    id_: str, sources: str, severity: Severity, message: str, action: str, check: Check, condition: str | None
) -> None:
    if id_ in RULES:
        raise ValueError(f"conformance rule {id_} is given twice")
    cited = tuple(part.strip() for part in sources.split(",") if part.strip())
    text = " ".join((condition or "").split())
    RULES[id_] = ConformanceRule(id_, cited, severity, message, action, check, text)
