"""The plan of a build: everything that follows from the specs alone, worked out once and shared by all partitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studyspec.build.datachecks import message_variables
from studyspec.derive.registry import Registry
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec, Variable
from studyspec.spec.order import evaluation_order


@dataclass(frozen=True)
class SpecPlan:
    """One workbook's part: its derivations in order, and the source columns each dataset must keep for them."""

    spec: Spec
    order: tuple[Variable, ...]
    retained: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Plan:
    """The whole build: SDTM, then ADaM (where the study has it), with the functions both may call."""

    sdtm: SpecPlan
    adam: SpecPlan | None
    registry: Registry


def make_plan(sdtm: Spec, adam: Spec | None, registry: Registry) -> Plan:
    """Plan a build from checked specs."""
    return Plan(_plan_spec(sdtm, registry), _plan_spec(adam, registry) if adam else None, registry)


def _plan_spec(spec: Spec, registry: Registry) -> SpecPlan:
    variables = {(variable.dataset, variable.name): variable for variable in spec.variables}
    order = tuple(variables[key] for key in evaluation_order(spec, registry))
    return SpecPlan(spec, order, {dataset: _retained(dataset, spec) for dataset in spec.datasets})


def _retained(dataset: str, spec: Spec) -> frozenset[str]:
    """Columns of the dataset's own and joined forms that its derivations and checks name as form.COLUMN."""
    sources = [source for source in spec.sources if source.dataset == dataset]
    forms = {source.form for source in sources} | {join.form for source in sources for join in source.joins}
    names = {f"{item.dataset}.{item.name}" for item in _qualified(_expressions(dataset, spec)) if item.dataset in forms}
    shown = {name for check in spec.checks if check.dataset == dataset for name in message_variables(check.message)}
    return frozenset(names | {name for name in shown if name.partition(".")[0] in forms and "." in name})


def _expressions(dataset: str, spec: Spec) -> Iterable[str]:
    for variable in spec.variables_of[dataset]:
        method = spec.methods.get(variable.method)
        if method is not None and method.runs:
            yield method.expression_code
        elif variable.predecessor:
            yield variable.predecessor
    yield from (check.where for check in spec.checks if check.dataset == dataset)


def _qualified(expressions: Iterable[str]) -> Iterable[n.Qualified]:
    for expression in expressions:
        yield from (item for item in parse(expression).walk() if isinstance(item, n.Qualified))
