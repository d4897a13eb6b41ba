"""Run the second programs and hold every output of production against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from studyspec.qc.agreement import compare_output
from studyspec.qc.extract import read_forms
from studyspec.qc.outcome import Outcome
from studyspec.qc.production import Production, table_name
from studyspec.qc.programs import READS, Program, find_macros, find_programs, running_order
from studyspec.qc.specs import SpecTables, read_specs
from studyspec.qc.warehouse import ProgramError, Warehouse
from studyspec.spec.findings_dataset import FINDINGS

if TYPE_CHECKING:
    import pyarrow as pa

SUPP_KEYS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")
DISPLAY_KEYS = ("display", "row", "label", "column", "statistic", "group1_value", "group2_value", "group3_value")


@dataclass(frozen=True)
class Sources:
    """What the second programs read beside production: raw forms, spec tables, and the programs themselves."""

    root: Path
    forms: Mapping[str, pa.Table]
    specs: SpecTables
    programs: Sequence[Program]

    @classmethod
    def read(cls, root: Path) -> Sources:
        """Read them from a study's folder.

        Raises:
            ExtractError: the raw extract cannot be read.
        """
        return cls(root, read_forms(root / "raw"), read_specs(root / "specs"), find_programs(root))


class Runner:
    """Runs layers, each in a database of its own, and again only when what it reads has changed.

    Example:
        with Runner(Sources.read(root)) as runner:
            outcomes = runner.check(read_production(out))
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._layers: dict[str, _Layer] = {}

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *about: object) -> None:
        for layer in self._layers.values():
            layer.warehouse.close()

    def check(self, production: Production, only: Callable[[str, str], bool] | None = None) -> list[Outcome]:
        """Compare every output with its second program, in the order SDTM, ADaM, displays.

        Args:
            production: the outputs.
            only: (layer, name) of the outputs and programs that matter; all by default.
        """
        outcomes = []
        for layer in READS:
            wanted = [item for item in _names(layer, production, self._sources) if only is None or only(layer, item)]
            if wanted:
                ran = self._ran(layer, production)
                outcomes += [self._outcome(ran, name, production) for name in wanted]
        return outcomes

    def _ran(self, name: str, production: Production) -> _Layer:
        """The layer with its programs' results on this production."""
        inputs = dict(production.outputs.get(READS[name][0], {}))
        if name == "tlf":
            inputs.setdefault(FINDINGS, production.findings)
        known = self._layers.get(name)
        if known is not None:
            if _same(known.inputs, inputs):
                return known
            known.warehouse.close()
        layer = _Layer(name, Warehouse(READS[name]), inputs, _of_layer(name, self._sources))
        self._layers[name] = layer
        for table, frame in inputs.items():
            layer.warehouse.load(READS[name][0], table_name(table), frame)
        if name == "sdtm":
            for form, rows in self._sources.forms.items():
                layer.warehouse.load("raw", form, rows)
        layer.warehouse.load("spec", "codelists", self._sources.specs.codelists)
        layer.warehouse.load("spec", "parameters", self._sources.specs.parameters)
        for dataset, rows in self._sources.specs.sheets.items():
            layer.warehouse.load("spec", dataset, rows)
        layer.run(find_macros(self._sources.root, name))
        return layer

    def _outcome(self, layer: _Layer, name: str, production: Production) -> Outcome:
        frame = production.outputs[layer.name].get(name)
        program = next((item for item in layer.programs if item.name == table_name(name)), None)
        if program is None:
            return Outcome(name, layer.name, "NO PROGRAM", 0 if frame is None else len(frame))
        author = program.header.get("Author", "")
        if frame is None:
            return Outcome(name, layer.name, "NO OUTPUT", program=program.path, author=author)
        try:
            if program.name in layer.failures:
                raise ProgramError(layer.failures[program.name])
            result = layer.warehouse.result(program)
            return compare_output(
                Outcome(name, layer.name, "EXACT", len(frame), program.path, author),
                frame,
                result,
                self._keys(layer.name, name, frame, result),
                partial=layer.name == "tlf",
            )
        except ProgramError as error:
            return Outcome(name, layer.name, "FAILED", len(frame), program.path, author, message=str(error))

    def _keys(self, layer: str, name: str, production: pd.DataFrame, result: pd.DataFrame) -> tuple[str, ...]:
        if layer == "tlf":
            return _display_keys(production, result)
        keys = self._sources.specs.keys
        return SUPP_KEYS if name not in keys and name.startswith("SUPP") else keys[name]


@dataclass
class _Layer:
    """One layer's database: what it read, its programs, and what went wrong by program name."""

    name: str
    warehouse: Warehouse
    inputs: Mapping[str, pd.DataFrame]
    programs: Sequence[Program]
    failures: dict[str, str] = field(default_factory=dict)

    def run(self, macros: Sequence[Program]) -> None:
        """Run all programs; one that fails leaves its message in `failures`."""
        try:
            for macro in macros:
                self.warehouse.run(macro)
        except ProgramError as error:
            self.failures.update({program.name: str(error) for program in self.programs})
            return
        ordered, circle = running_order(self.programs)
        names = ", ".join(f"qc.{item.name}" for item in circle)
        for program in circle:
            self.failures[program.name] = f"{program.path}: these programs read each other's tables: {names}."
        for program in ordered:
            try:
                self._run(program)
            except ProgramError as error:
                self.failures[program.name] = str(error)

    def _run(self, program: Program) -> None:
        if program.trespasses:
            allowed = ", ".join((*READS[program.layer], "qc"))
            what = (
                f"{program.path}: it names {', '.join(program.trespasses)}; programs of this layer read only {allowed}."
            )
            raise ProgramError(what)
        self.warehouse.run(program)


def _names(layer: str, production: Production, sources: Sources) -> Iterator[str]:
    """Names of production's outputs, then of programs that have none."""
    outputs = production.outputs.get(layer, {})
    yield from outputs
    known = {table_name(name) for name in outputs}
    for program in _of_layer(layer, sources):
        if program.name not in known:
            yield program.name.upper()


def _same(before: Mapping[str, pd.DataFrame], now: Mapping[str, pd.DataFrame]) -> bool:
    return before.keys() == now.keys() and all(before[name].equals(now[name]) for name in now)


def _display_keys(production: pd.DataFrame, result: pd.DataFrame) -> tuple[str, ...]:
    """What tells the figures of a display apart; with the line where labels repeat: in listings and by subgroup."""
    keys = tuple(key for key in DISPLAY_KEYS if key in result)
    repeated = production.duplicated([key for key in keys if key in production]).any()
    return ("line", *keys) if repeated else keys


def _of_layer(layer: str, sources: Sources) -> list[Program]:
    return [program for program in sources.programs if program.layer == layer]
