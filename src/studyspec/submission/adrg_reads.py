"""Which datasets an analysis dataset is made from: by its sources, predecessors and methods."""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.derive.registry import Registry
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import references
from studyspec.spec.model import Spec
from studyspec.spec.value_levels import levels_of


def datasets_read(dataset: str, spec: Spec, registry: Registry) -> tuple[str, ...]:
    """The datasets that the records and variables of a dataset come from, sources first, itself left out."""
    return tuple(name for name in dict.fromkeys(_names(dataset, spec, registry)) if name != dataset)


def _names(dataset: str, spec: Spec, registry: Registry) -> Iterator[str]:
    texts = []
    for source in (item for item in spec.sources if item.dataset == dataset):
        yield source.form
        yield from (join.form for join in source.joins)
        texts.append(source.where)
    for variable in spec.variables_of[dataset]:
        levels = levels_of(spec, dataset, variable.name)
        texts += [variable.predecessor, *(level.predecessor for level in levels)]
        methods = (spec.methods.get(name) for name in (variable.method, *(level.method for level in levels)))
        texts += [method.expression_code for method in methods if method is not None and method.runs]
    found = {reference for text in texts if text for reference in _references(text, registry)}
    yield from sorted(found)


def _references(text: str, registry: Registry) -> Iterator[str]:
    try:
        found = references(parse(text), registry)
    except ExpressionError:
        return
    yield from (item.dataset for item in found if item.dataset)
