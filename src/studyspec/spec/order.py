"""The order of work: which variable must be there before which, across all datasets of a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from studyspec.derive.registry import Registry
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec, Variable

Key = tuple[str, str]


class CircularDerivationError(ValueError):
    """Variables that need each other; `circle` names them in order, the first again at the end."""

    def __init__(self, circle: tuple[Key, ...]) -> None:
        self.circle = circle
        super().__init__(" needs ".join(f"{dataset}.{name}" for dataset, name in circle))


def evaluation_order(spec: Spec, registry: Registry) -> list[Key]:
    """Every variable as (dataset, name), each after all that its derivation reads.

    Variables that do not depend on each other keep the order of the workbook.

    Raises:
        CircularDerivationError: two or more variables need each other.
    """
    known = {(variable.dataset, variable.name): variable for variable in spec.variables}
    sorter: TopologicalSorter[Key] = TopologicalSorter()
    for key, variable in known.items():
        sorter.add(key, *(item for item in dict.fromkeys(_needs(variable, spec, known)) if item != key))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise CircularDerivationError(tuple(reversed(error.args[1]))) from error


def _needs(variable: Variable, spec: Spec, known: dict[Key, Variable]) -> Iterator[Key]:
    mapped = any((item.dataset, item.variable) == (variable.dataset, variable.name) for item in spec.mappings)
    method = spec.methods.get(variable.method)
    if method is not None and method.runs and not mapped:
        yield from _reads(parse(method.expression_code), variable, known)
    elif variable.predecessor and not mapped:
        yield from _reads(parse(variable.predecessor), variable, known)


def _reads(node: n.Node, variable: Variable, known: dict[Key, Variable]) -> Iterable[Key]:
    for item in node.walk():
        if isinstance(item, n.Qualified) and (item.dataset, item.name) in known:
            yield item.dataset, item.name
        elif isinstance(item, n.Name):
            if (variable.dataset, item.name) in known:
                yield variable.dataset, item.name
            else:
                yield from (key for key in known if key[0] == item.name)
