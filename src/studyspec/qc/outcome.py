"""What QC found for each output, and how it is told: status lines, listings, qc.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from studyspec.compare.result import Comparison

Status = Literal["EXACT", "EQUAL", "DIFFERENT", "NO PROGRAM", "NO OUTPUT", "FAILED"]
AGREED: tuple[Status, ...] = ("EXACT", "EQUAL")


@dataclass(frozen=True)
class Outcome:
    """One output and its second program.

    `status` is EXACT (every value equal), EQUAL (equal within `method`'s criterion), DIFFERENT, NO PROGRAM (an output
    that nobody checks), NO OUTPUT (a program for nothing that production has) or FAILED (see `message`). `records` are
    production's. `unequal` is what differs in words; `sysinfo` and `comparison` are those of PROC COMPARE.
    """

    name: str
    layer: str
    status: Status
    records: int = 0
    program: str = ""
    author: str = ""
    method: str = ""
    sysinfo: int = 0
    unequal: str = ""
    message: str = ""
    comparison: Comparison | None = field(default=None, compare=False, repr=False)

    @property
    def agrees(self) -> bool:
        """True when the second program came to the same."""
        return self.status in AGREED

    def line(self) -> str:
        """The status line of the command.

        Example:
            >>> Outcome("AE", "sdtm", "EXACT", 416, method="EXACT").line()
            'AE              416 records  EXACT'
        """
        said = {
            "EXACT": "EXACT",
            "EQUAL": f"EQUAL within criterion ({self.method})",
            "DIFFERENT": f"DIFFERENT {self.unequal}, SYSINFO {self.sysinfo}",
            "NO PROGRAM": "NO PROGRAM: write the second program, or take the output out of the spec",
            "NO OUTPUT": f"NO OUTPUT: production has nothing of this name for {self.program}",
            "FAILED": f"FAILED {self.message}",
        }
        return f"{self.name:<12} {self.records:>6} records  {said[self.status]}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """The last line: how many outputs agree, and what the others are."""
    counts = Counter(item.status for item in outcomes)
    agreed = sum(item.agrees for item in outcomes)
    others = [f"{count} {status.lower()}" for status, count in sorted(counts.items()) if status not in AGREED]
    text = f"{agreed} of {len(outcomes)} outputs agree with their second programs"
    return f"{text}; {', '.join(others)}." if others else f"{text}."


def write_listings(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write the PROC COMPARE listing of each output, <name>.lst; one that was not compared has none."""
    from studyspec.compare.listing import ListingOptions, listing

    folder.mkdir(parents=True, exist_ok=True)
    for item in outcomes:
        path = folder / f"{item.name.lower()}.lst"
        path.unlink(missing_ok=True)
        if item.comparison is not None:
            text = listing(item.comparison, ListingOptions(list_all=True))
            path.write_text(text, encoding="utf-8", newline="\n")


def write_outcomes(outcomes: Sequence[Outcome], folder: Path, about: dict[str, object]) -> None:
    """Write the listings and qc.json of all outputs; listings of outputs that are no more are removed.

    Args:
        outcomes: what was found for every output.
        folder: build/qc.
        about: what else goes into qc.json: the study, when its files were created, the hashes of programs.
    """
    for path in sorted(folder.glob("*.lst")):
        path.unlink()
    write_listings(outcomes, folder)
    fields = ("name", "layer", "status", "records", "program", "author", "method", "sysinfo", "unequal", "message")
    records = [{field: getattr(item, field) for field in fields} for item in outcomes]
    content = {**about, "agrees": all(item.agrees for item in outcomes), "outputs": records}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / "qc.json").write_text(text, encoding="utf-8", newline="\n")
