"""The order in which variables are derived: each after what it reads, across all datasets of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from studyspec.findings import Finding, Rule
from studyspec.spec.expression.nodes import Node
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import references
from studyspec.spec.model import Source, Spec, Variable
from studyspec.spec.value_levels import derivation_of_level, gives_value, levels_of

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

CIRCLE = Rule(
    "SPEC-204",
    "error",
    "Circular derivation",
    why="Each variable, or dataset, of the circle needs another one first.",
    action="Derive one of them from what is collected only.",
)

Key = tuple[str, str]


class CircularDerivationError(ValueError):
    """Variables that need each other; `circle` names them in order."""

    def __init__(self, circle: list[Key]) -> None:
        self.circle = circle
        super().__init__(circle_text(circle))


def circle_text(circle: list[Key]) -> str:
    """The circle in words: "DM.A needs EX.B needs DM.A"."""
    return " needs ".join(f"{dataset}.{name}" for dataset, name in (*circle, circle[0]))


def evaluation_order(spec: Spec, registry: Registry) -> list[Key]:
    """All variables of the workbook, each after those it is derived from.

    Args:
        spec: the workbook, checked.
        registry: the functions its expressions call.

    Returns:
        (dataset, variable) pairs. Independent variables keep the order of Datasets and of Order. With EX.EXSTDY derived
        from DM.RFSTDTC, and DM.RFSTDTC from EX.EXSTDTC: EX.EXSTDTC, DM.RFSTDTC, EX.EXSTDY.

    Raises:
        CircularDerivationError: variables need each other, which `circular_derivations` reports.
    """
    ordered: list[Key] = []
    circles: list[list[Key]] = []
    _visit(_needs(spec, registry), ordered.append, circles.append)
    if circles:
        raise CircularDerivationError(circles[0])
    return ordered


def circular_derivations(spec: Spec, registry: Registry) -> list[Finding]:
    """Circles of derivations, each reported once, at the method of its first variable, with all its members named."""
    by_key = {(item.dataset, item.name): item for item in spec.variables}
    circles: list[list[Key]] = []
    _visit(_needs(spec, registry), lambda key: None, circles.append)
    findings = []
    for circle in circles:
        method = spec.methods.get(by_key[circle[0]].method)
        place = method.location.at("Expression Code") if method else by_key[circle[0]].location.at("Predecessor")
        findings.append(CIRCLE.finding(f"{circle_text(circle)}.", cell=place))
    return findings


def stages(spec: Spec) -> tuple[tuple[str, ...], ...]:
    """Datasets by the round in which they are built; reference data apart.

    Returns:
        First those whose records come from outside the workbook, then those with a source or join that is a dataset of
        an earlier round: SE is made from DM. A dataset that needs itself (see `circular_sources`) stays in the first.
    """
    waiting = {name: _read_datasets(name, spec) for name in spec.datasets if name not in spec.reference_data}
    rounds: list[tuple[str, ...]] = []
    while waiting:
        ready = tuple(name for name, needed in waiting.items() if not needed & waiting.keys())
        rounds.append(ready or tuple(waiting))
        for name in rounds[-1]:
            del waiting[name]
    return tuple(rounds)


def _read_datasets(dataset: str, spec: Spec) -> set[str]:
    """The datasets of the workbook whose records become, or are joined to, those of the dataset."""
    sources = (source for source in spec.sources if source.dataset == dataset)
    return {name for source in sources for name in _read_forms(source)} & spec.datasets.keys()


def _read_forms(source: Source) -> set[str]:
    return {source.form, *(join.form for join in source.joins)}


def circular_sources(spec: Spec) -> list[Finding]:
    """Datasets that are made from each other, or from themselves."""
    findings = []
    for names in stages(spec):
        for source in spec.sources:
            needed = _read_forms(source) & set(names)
            if source.dataset in names and needed:
                what = f"{source.dataset} is made from {', '.join(sorted(needed))}, which is not built before it."
                findings.append(CIRCLE.finding(what, cell=source.location.at("Form")))
    return findings


def _needs(spec: Spec, registry: Registry) -> dict[Key, list[Key]]:
    """Variable to the variables of the workbook that its derivation reads, in the order of the sheets."""
    keys = [(item.dataset, item.name) for dataset in spec.datasets for item in spec.variables_of[dataset]]
    place = {key: number for number, key in enumerate(keys)}
    # Mapped variables are there before anything is derived.
    mapped = {(row.dataset, row.variable) for row in spec.mappings}
    needs: dict[Key, list[Key]] = {}
    for dataset in spec.datasets:
        for item in spec.variables_of[dataset]:
            read = set() if (dataset, item.name) in mapped else set(_reads(item, spec, registry))
            read |= set(_level_reads(item, spec, registry))
            needs[dataset, item.name] = sorted(read & place.keys(), key=place.__getitem__)
    return needs


def _reads(item: Variable, spec: Spec, registry: Registry) -> Iterator[Key]:
    """What the variable's method or predecessor reads. Keys that are no variables do no harm."""
    method = spec.methods.get(item.method)
    text = method.expression_code if method and method.runs else item.predecessor
    if not text:
        return
    try:
        node = parse(text)
    except ExpressionError:
        return
    yield from _read_by(node, item, spec, registry)


def _level_reads(item: Variable, spec: Spec, registry: Registry) -> Iterator[Key]:
    """What the variable's value levels read: their conditions, and what gives their records a value."""
    for level in levels_of(spec, item.dataset, item.name):
        if gives_value(level, spec):
            try:
                node, _ = derivation_of_level(level, spec, numeric=False)
            except ExpressionError:
                continue
            yield from _read_by(node, item, spec, registry)
            yield from ((condition.dataset, condition.variable) for condition in level.where_clause.conditions)


def _read_by(node: Node, item: Variable, spec: Spec, registry: Registry) -> Iterator[Key]:
    for read in references(node, registry):
        dataset = read.dataset or item.dataset
        if read.name == "*":
            yield from ((dataset, other.name) for other in spec.variables_of.get(dataset, ()))
        else:
            yield dataset, read.name


def _visit(
    needs: Mapping[Key, list[Key]], done: Callable[[Key], object], circle: Callable[[list[Key]], object]
) -> None:
    """Walk the variables depth first without recursion: `done` after what each needs, `circle` for each way back."""
    finished: set[Key] = set()
    for start in needs:
        path: list[Key] = []
        waiting = [iter([start])]
        while waiting:
            key = next(waiting[-1], None)
            if key is None:
                waiting.pop()
                if path:
                    finished.add(path[-1])
                    done(path.pop())
            elif key in path:
                circle(path[path.index(key) :])
            elif key not in finished:
                path.append(key)
                waiting.append(iter(needs[key]))
