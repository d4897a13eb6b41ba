"""One verified fact, and a qualification made of such facts, as it is kept in build/validation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Result = Literal["PASS", "FAIL", "NOTE"]
Stage = Literal["iq", "oq", "pq"]
TITLES: dict[str, str] = {
    "iq": "Installation qualification (IQ)",
    "oq": "Operational qualification (OQ)",
    "pq": "Performance qualification (PQ)",
}


@dataclass(frozen=True)
class Check:
    """What was looked at, what was expected, what was found. A NOTE needs a reader's eye, but fails nothing."""

    item: str
    expected: str
    found: str
    result: Result


@dataclass(frozen=True)
class Qualification:
    """IQ, OQ or PQ: its checks. `basis` is the fingerprint of the study then (`studyspec.qc.study_files`)."""

    stage: Stage
    basis: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """True when there are checks and none failed."""
        return bool(self.checks) and all(check.result != "FAIL" for check in self.checks)

    @property
    def summary(self) -> str:
        """How many checks passed, failed or need a look.

        Example:
            >>> Qualification("iq", "", (Check("python", ">=3.11", "3.12", "PASS"),)).summary
            '1 check: 1 pass'
        """
        counts = Counter(check.result.lower() for check in self.checks)
        parts = ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))
        return f"{len(self.checks)} check{'s' * (len(self.checks) != 1)}: {parts or 'nothing checked'}"


def write_qualification(found: Qualification, folder: Path) -> None:
    """Write <stage>.json."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"stage": found.stage, "passed": found.passed, "basis": found.basis, "checks": _rows(found.checks)}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / f"{found.stage}.json").write_text(text, encoding="utf-8", newline="\n")


def read_qualification(stage: Stage, folder: Path) -> Qualification | None:
    """Read <stage>.json; None when that stage was not run by this version."""
    try:
        content = json.loads((folder / f"{stage}.json").read_text(encoding="utf-8"))
        return Qualification(stage, content["basis"], tuple(Check(**row) for row in content["checks"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _rows(checks: Sequence[Check]) -> list[dict[str, object]]:
    return [asdict(check) for check in checks]
