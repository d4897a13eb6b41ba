"""The second programs: which there are, what they read, and in what order they run.

A program is a file qc/<layer>/qc_<name>.sql that creates the table qc.<name>. What a layer may read is what makes the
programs a second opinion: SDTM is programmed from the raw files, ADaM from production SDTM, tables from production
ADaM.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Layer to the schemas its programs may name, beside qc.
READS: dict[str, tuple[str, ...]] = {"sdtm": ("raw", "spec"), "adam": ("sdtm", "spec"), "tlf": ("adam", "spec")}
SCHEMAS = ("raw", "sdtm", "adam", "ard", "spec")
HEADER_FIELDS = ("Program", "Study", "Output", "Purpose", "Inputs", "Outputs", "Author", "History")
MACROS = "macros.sql"

_APART = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAMED = re.compile(r'\b"?(\w+)"?\s*\.\s*"?(\w+)"?')


@dataclass(frozen=True)
class Program:
    """A second program: `name` is its table in schema qc, `path` is below the study's folder (qc/sdtm/qc_ae.sql)."""

    layer: str
    name: str
    path: str
    text: str

    @property
    def header(self) -> dict[str, str]:
        """The fields of the industry header at its top (Program, Study, Author ...); those it lacks are missing."""
        found: dict[str, str] = {}
        field = ""
        for line in _comment_lines(self.text):
            name, colon, rest = line.partition(":")
            if colon and name.strip() in HEADER_FIELDS:
                field = name.strip()
                found[field] = rest.strip()
            elif field and line.strip():
                found[field] = f"{found[field]} {line.strip()}".strip()
            else:
                field = ""
        return found

    @property
    def named(self) -> frozenset[tuple[str, str]]:
        """Every (schema, table) that the program names; comments and texts in quotes do not count."""
        pairs = {(schema.lower(), table.lower()) for schema, table in _NAMED.findall(_APART.sub(" ", self.text))}
        return frozenset(pair for pair in pairs if pair[0] in (*SCHEMAS, "qc"))

    @property
    def trespasses(self) -> list[str]:
        """Tables that it names and its layer may not read."""
        return sorted(f"{schema}.{table}" for schema, table in self.named if schema not in (*READS[self.layer], "qc"))


def find_programs(root: Path) -> list[Program]:
    """All second programs of a study, by layer, then name."""
    found = []
    for layer in READS:
        for path in sorted((root / "qc" / layer).glob("qc_*.sql")):
            place = path.relative_to(root).as_posix()
            found.append(Program(layer, path.stem.removeprefix("qc_").lower(), place, path.read_text(encoding="utf-8")))
    return found


def find_macros(root: Path, layer: str) -> list[Program]:
    """The macro files that run before a layer's programs: qc/macros.sql, then the layer's own.

    The common file is left out of layers that may not read what it names.
    """
    paths = [root / "qc" / MACROS, root / "qc" / layer / MACROS]
    found = [
        Program(layer, path.stem, path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if path.is_file()
    ]
    return [program for program in found if not program.trespasses or program.path != f"qc/{MACROS}"]


def running_order(programs: Sequence[Program]) -> tuple[list[Program], list[Program]]:
    """Programs of one layer in an order in which each finds the qc tables it reads.

    Returns:
        The programs that can run, and those that cannot because they read each other's tables in a circle.
    """
    waiting = {program.name: program for program in programs}
    names = frozenset(waiting)
    ordered: list[Program] = []
    while waiting:
        ready = [item for item in waiting.values() if not _needs(item, names) & waiting.keys()]
        if not ready:
            return ordered, list(waiting.values())
        for program in ready:
            ordered.append(waiting.pop(program.name))
    return ordered, []


def _needs(program: Program, names: frozenset[str]) -> frozenset[str]:
    """The other programs whose tables a program names."""
    return frozenset(table for schema, table in program.named if schema == "qc" and table != program.name) & names


def _comment_lines(text: str) -> list[str]:
    """The comment block at the top of a program, without comment marks and frames of stars or dashes."""
    lines = []
    inside = False
    for line in text.splitlines():
        stripped = line.strip()
        inside = inside or stripped.startswith("/*")
        if not (inside or stripped.startswith("--") or not stripped):
            break
        inside = inside and "*/" not in stripped
        lines.append(re.sub(r"^[-/*=\s|]+|[-/*=|]*\s*$", "", stripped))
    return lines
