"""What a changed row of a spec touches: variables that are derived from it, datasets and displays, down to the last.

A change reaches as far as expressions, predecessors, codelists, sources and displays refer to it, in the old version
and in the new one. Labels, origins, comments and the like change what is written about data, not the data: they touch
nothing else. What the Python text of a study's own functions reads is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studyspec.spec.diff import TERMS, Change, is_dataset
from studyspec.spec.expression.nodes import Call, Constant, Node
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import references
from studyspec.spec.model import Source, Spec, ValueLevel, Variable
from studyspec.spec.rules_sheets import PLACEHOLDER
from studyspec.spec.tlf import Display, TlfSpec
from studyspec.spec.tlf_schema import EVERY_DISPLAY
from studyspec.spec.tlf_schema import KEYS as TLF_KEYS
from studyspec.spec.value_levels import levels_of
from studyspec.spec.write_tlf import tlf_rows
from studyspec.spec.write_workbook import SheetRow

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

# A thing that others depend on: ("variable", "ADAE.ASTDT"), ("records", "ADAE"), ("display", "T-14-3-1-1"), ...;
# ("joined", "AE") is what variables of AE read from joined forms, ("collected", "AE") what they read at all.
Thing = tuple[str, str]

# Sheets of displays that read data, and those of their columns that are printed as they are.
_CELLS_OF_DISPLAYS = ("Displays", "Columns", "Rows", "Subgroups")
_PRINTED = ("Display", "ID", "Label", "Title", "Span", "Stub Label", "Population Label", "Empty Text", "Missing Label")
_DEFINITION = (
    "Data Type",
    "Length",
    "Significant Digits",
    "Format",
    "Assigned Value",
    "Codelist",
    "Method",
    "Predecessor",
)
# Columns that make a difference to data or figures. All columns of sheets of displays do; in other sheets none does.
RUNNING: dict[str, tuple[str, ...]] = {
    "Datasets": ("Key Variables", "Has No Data"),
    "Variables": (*_DEFINITION, "Has No Data", "Supplemental"),
    "ValueLevel": _DEFINITION,
    TERMS: ("Decoded Value", "Synonyms"),
    "Codelists": (),
    "Methods": ("Expression Context", "Expression Code"),
    "Forms": ("Subject", "Not Tabulated"),
    "Sources": ("Form", "Where", "Join", "Key", "Duplicates", "Function"),
    "Mapping": ("Expression",),
    "Parameters": ("Value",),
}


@dataclass(frozen=True)
class Study:
    """The specs of one version, as far as they are known."""

    specs: tuple[Spec, ...]
    tlf: TlfSpec | None


@dataclass(frozen=True)
class Impact:
    """What a change touches: variables in the order of the specs, datasets whose values or records change, displays."""

    variables: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    displays: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.datasets or self.displays)


@dataclass(frozen=True)
class Entry:
    """A change, whether it can change data or figures, and what it touches."""

    change: Change
    changes_data: bool
    impact: Impact


@dataclass(frozen=True)
class PartDiff:
    """The changes of one standard, or of the displays; `old` and `new` name the files."""

    part: str
    old: str
    new: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class SpecDiff:
    """All changes from one version to another, and what they touch together."""

    parts: tuple[PartDiff, ...]
    impact: Impact

    @property
    def same(self) -> bool:
        """True when nothing changed."""
        return not any(part.entries for part in self.parts)


def changes_data(change: Change) -> bool:
    """True when the change can change values, records or figures; False when it only describes them otherwise."""
    if change.sheet in TLF_KEYS or is_dataset(change.sheet):
        return True
    if change.sheet not in RUNNING or change.action == "moved":
        return False
    if change.action != "changed":
        return True
    running = RUNNING[change.sheet]
    if change.sheet == "Methods" and not change.row.get("Expression Code"):
        running = (*running, "Description")  # the text is all that says how to derive
    return any(item.header in running and not item.means_the_same for item in change.cells)


class Graph:
    """What depends on what, in all versions that it was given."""

    def __init__(self, studies: Iterable[Study], registry: Registry) -> None:
        self._users: dict[Thing, dict[Thing, None]] = {}
        self._place: dict[Thing, int] = {}
        self._registry = registry
        self._latest: set[Thing] = set()
        for study in studies:
            self._add_study(study)

    def impact(self, change: Change, standard: str = "") -> Impact:
        """What the change touches, of what the latest version has.

        Args:
            change: a row of a workbook.
            standard: SDTM or ADaM, of the workbook; blank for displays.
        """
        if not changes_data(change):
            return Impact()
        found = dict.fromkeys(_things(change, standard))
        waiting = list(found)
        while waiting:
            for user in self._users.get(waiting.pop(), ()):
                if user not in found:
                    found[user] = None
                    waiting.append(user)
        variables = [name for kind, name in found if kind == "variable"]
        datasets = [name.partition(".")[0] for kind, name in found if kind in ("variable", "records")]
        return self._ordered(variables, datasets, [name for kind, name in found if kind == "display"])

    def together(self, impacts: Iterable[Impact]) -> Impact:
        """What several changes touch together."""
        found = list(impacts)
        variables = (name for item in found for name in item.variables)
        datasets = (name for item in found for name in item.datasets)
        return self._ordered(variables, datasets, (name for item in found for name in item.displays))

    def _ordered(self, variables: Iterable[str], datasets: Iterable[str], displays: Iterable[str]) -> Impact:
        def known(kind: str, names: Iterable[str]) -> tuple[str, ...]:
            places = {name: self._place[kind, name] for name in names if (kind, name) in self._latest}
            return tuple(sorted(places, key=places.__getitem__))

        return Impact(known("variable", variables), known("records", datasets), known("display", displays))

    def _add(self, read: Thing, user: Thing) -> None:
        self._users.setdefault(read, {})[user] = None

    def _add_study(self, study: Study) -> None:
        known = {name: spec for spec in study.specs for name in spec.datasets}
        displays = study.tlf.displays.values() if study.tlf else ()
        variables = [(spec, item) for spec in study.specs for item in spec.variables]
        names = [("variable", f"{item.dataset}.{item.name}") for _, item in variables]
        things = [("records", name) for name in known] + names + [("display", item.id) for item in displays]
        self._latest = set(things)
        for thing in things:
            self._place.setdefault(thing, len(self._place))
        for spec, variable in variables:
            own = ("variable", f"{variable.dataset}.{variable.name}")
            self._add(("collected", variable.dataset), own)
            for read in _reads(variable, spec, known, self._registry):
                self._add(read, own)
        for spec in study.specs:
            for read, own in _read_by_sheets(spec):
                self._add(read, own)
            for source in spec.sources:
                for read in _read_by_source(source, spec, known, self._registry):
                    self._add(read, ("records", source.dataset))
        rows = tlf_rows(study.tlf) if study.tlf else {}
        for display in displays:
            for read in _read_by_display(display, rows, known):
                self._add(read, ("display", display.id))


def _things(change: Change, standard: str) -> list[Thing]:
    """Where the way of a change begins."""
    match change.sheet:
        case "Variables" | "ValueLevel" | "Mapping":
            return [("variable", f"{change.key[0]}.{change.key[1]}")]
        case "Datasets":
            return [("records", change.key[0])]
        case "Sources":
            return _things_of_source(change)
        case "Codelists" | "Terms":
            return [("codelist", f"{standard}.{change.key[0]}")]
        case "Methods" | "Parameters":
            return [(change.sheet, f"{standard}.{change.key[0]}")]
        case "Forms" | "Formats":
            return [(change.sheet, change.key[0])]
        case sheet if is_dataset(sheet):
            cells = [("variable", f"{sheet}.{cell.header}") for cell in change.cells if change.action == "changed"]
            return cells or [("records", sheet)]
        case _:
            return [("display", change.key[0])]


def _things_of_source(change: Change) -> list[Thing]:
    """The records; with another join also what is read from joined forms, with another form or function everything."""
    dataset, headers = change.key[0], {cell.header for cell in change.cells}
    found = [("records", dataset)]
    if change.action == "changed" and "Join" in headers:
        found.append(("joined", dataset))
    if change.action == "changed" and headers & {"Form", "Function"}:
        found.append(("collected", dataset))
    return found


def _parsed(texts: Iterable[str]) -> Iterator[Node]:
    """Those of the texts that are expressions; what is wrong with the others is for `check_specs` to say."""
    for text in filter(None, texts):
        try:
            yield parse(text)
        except ExpressionError:
            continue


def _reads(variable: Variable, spec: Spec, known: Mapping[str, Spec], registry: Registry) -> Iterator[Thing]:
    """What gives a variable its values: the rows that do, and what their expressions read."""
    rows = spec.mappings_of.get((variable.dataset, variable.name), ())
    levels = levels_of(spec, variable.dataset, variable.name)
    sources = [source for source in spec.sources if source.dataset == variable.dataset]
    definitions: list[Variable | ValueLevel] = [variable, *levels]
    methods = [spec.methods[item.method] for item in definitions if item.method in spec.methods]
    for method in methods:
        yield "Methods", f"{spec.standard}.{method.id}"
    for item in definitions:
        # Values of a Mapping are mapped through the codelist; in a spec that is not run here, who knows.
        if item.codelist and (rows or not spec.sources):
            yield "codelist", f"{spec.standard}.{item.codelist}"
    texts = [method.expression_code for method in methods if method.runs]
    texts += [item.predecessor for item in definitions]
    reading = [(node, variable.dataset) for node in _parsed((*texts, *(row.expression for row in rows)))]
    for row in rows:
        # A source that is a dataset: its variables go by their own names.
        named = {item.form for item in sources if item.source == row.source or not row.source} & known.keys()
        reading += [(node, form) for node in _parsed([row.expression]) for form in named]
    joined = {join.form for source in sources for join in source.joins}
    for node, dataset in reading:
        yield from _read_by(node, dataset, spec, known, registry)
        if any(read.dataset in joined for read in references(node, registry)):
            yield "joined", variable.dataset
    for level in levels:
        for condition in level.where_clause.conditions:
            if (condition.dataset, condition.variable) != (variable.dataset, variable.name):
                yield "variable", f"{condition.dataset}.{condition.variable}"


def _read_by(node: Node, dataset: str, spec: Spec, known: Mapping[str, Spec], registry: Registry) -> Iterator[Thing]:
    """What an expression on records of `dataset` reads; names of raw columns are no things."""
    own = {item.name for item in known[dataset].variables_of[dataset]} if dataset in known else set()
    for read in references(node, registry):
        if not read.dataset:
            if read.name in own:
                yield "variable", f"{dataset}.{read.name}"
            elif read.name in spec.parameters:
                yield "Parameters", f"{spec.standard}.{read.name}"
        elif read.dataset not in known:
            yield "Forms", read.dataset
        else:
            yield "records", read.dataset
            names = [item.name for item in known[read.dataset].variables_of[read.dataset]]
            yield from (("variable", f"{read.dataset}.{name}") for name in names if read.name in ("*", name))
    for call in (item for item in node.walk() if isinstance(item, Call)):
        function = registry.get(call.function)
        if function is not None and function.kind == "window" and dataset in known:
            yield "records", dataset
        for value in call.arguments:
            if isinstance(value, Constant) and value.value in spec.codelists:
                yield "codelist", f"{spec.standard}.{value.value}"


def _read_by_sheets(spec: Spec) -> Iterator[tuple[Thing, Thing]]:
    """Parameters that records in sheets of datasets name, as {DATA_CUTOFF}, with the variables that hold them."""
    for sheet in spec.dataset_sheets.values():
        for record in sheet.records:
            for header, text in zip(sheet.headers, record.values, strict=True):
                for name in PLACEHOLDER.findall(text):
                    yield ("Parameters", f"{spec.standard}.{name}"), ("variable", f"{sheet.dataset}.{header}")


def _read_by_source(source: Source, spec: Spec, known: Mapping[str, Spec], registry: Registry) -> Iterator[Thing]:
    forms = (source.form, *(join.form for join in source.joins))
    for form in forms:
        yield ("records" if form in known else "Forms"), form
    for node in _parsed((source.where, *(name for name in source.key if name != "*"))):
        yield from _read_by(node, source.form, spec, known, registry)
    for join in source.joins:
        yield from (("variable", f"{join.form}.{name}") for name in (*join.on, *join.by) if join.form in known)


def _read_by_display(
    display: Display, rows: Mapping[str, list[SheetRow]], known: Mapping[str, Spec]
) -> Iterator[Thing]:
    """What a display reads: every name in its cells that is a variable of its datasets, a codelist or a format.

    Cells of displays hold notations of many kinds; a name too many does less harm than one too few.
    """
    own = [row for sheet in _CELLS_OF_DISPLAYS for row in rows[sheet] if row["Display"] == display.id]
    texts = [str(value) for row in own for header, value in row.items() if header not in _PRINTED]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    quoted = {word for text in texts for word in re.findall(r'"(\w+)"', text)}
    noted = [str(row["Text"]) for row in rows["Notes"] if row["Display"] in (display.id, EVERY_DISPLAY)]
    for spec in {known[dataset].standard: known[dataset] for dataset in display.datasets if dataset in known}.values():
        yield from (("Parameters", f"{spec.standard}.{name}") for text in noted for name in PLACEHOLDER.findall(text))
    for dataset in display.datasets:
        yield "records", dataset
        if dataset in known:
            names = (item.name for item in known[dataset].variables_of[dataset])
            yield from (("variable", f"{dataset}.{name}") for name in names if name in words)
            spec = known[dataset]
            yield from (("codelist", f"{spec.standard}.{id_}") for id_ in spec.codelists if id_ in quoted)
            yield from (("Parameters", f"{spec.standard}.{name}") for name in spec.parameters if name in words)
    formats = (str(row["Format"]) for row in rows["Formats"])
    yield from (("Formats", name) for name in formats if name in words)
