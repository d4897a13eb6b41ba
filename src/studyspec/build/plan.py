"""The plan of a build: everything that follows from the specs alone, worked out once and shared by all partitions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from studyspec.build.datachecks import message_variables
from studyspec.derive.registry import Registry
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import parse
from studyspec.spec.model import Spec, Variable
from studyspec.spec.order import evaluation_order, stages
from studyspec.spec.value_levels import derivation_of_level, gives_value, levels_of


@dataclass(frozen=True)
class Stage:
    """Datasets that are built together: their derivations in order, and the source columns each must keep for them."""

    spec: Spec
    order: tuple[Variable, ...]
    retained: dict[str, frozenset[str]]


@dataclass(frozen=True)
class SpecPlan:
    """One workbook's part: its datasets in stages; those of a stage may be made from those of the stages before."""

    spec: Spec
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Plan:
    """The whole build: SDTM, then ADaM (where the study has it), with the functions both may call.

    `reference` are the SDTM datasets that hold no subjects (TS, TA, TE): built once, whatever the partitions.
    """

    sdtm: SpecPlan
    adam: SpecPlan | None
    registry: Registry
    reference: SpecPlan


def make_plan(sdtm: Spec, adam: Spec | None, registry: Registry) -> Plan:
    """Plan a build from checked specs.

    SUPP-- datasets that a workbook describes and that do not arrive as such are left out: they are made from the
    supplemental variables of their parents.
    """
    subjects = [name for name in sdtm.datasets if name not in sdtm.reference_data | sdtm.made]
    return Plan(
        _plan_spec(_part(sdtm, subjects), registry),
        _plan_spec(_part(adam, adam.datasets.keys() - adam.made), registry) if adam else None,
        registry,
        _plan_reference(sdtm, registry),
    )


def _plan_spec(spec: Spec, registry: Registry) -> SpecPlan:
    return SpecPlan(spec, tuple(_stage(_part(spec, names), registry) for names in stages(spec)))


def _plan_reference(sdtm: Spec, registry: Registry) -> SpecPlan:
    spec = _part(sdtm, sdtm.reference_data)
    spec = replace(spec, checks=tuple(check for check in spec.checks if check.dataset in spec.datasets))
    return SpecPlan(spec, (_stage(spec, registry),))


def _stage(spec: Spec, registry: Registry) -> Stage:
    variables = {(variable.dataset, variable.name): variable for variable in spec.variables}
    order = tuple(variables[key] for key in evaluation_order(spec, registry))
    return Stage(spec, order, {dataset: _retained(dataset, spec) for dataset in spec.datasets})


def _part(whole: Spec, names: Collection[str]) -> Spec:
    """The spec with only these datasets, and the checks on them and on raw forms."""
    if len(names) == len(whole.datasets):
        return whole
    absent = whole.datasets.keys() - set(names)
    return replace(
        whole,
        datasets={name: item for name, item in whole.datasets.items() if name in names},
        variables=tuple(item for item in whole.variables if item.dataset in names),
        checks=tuple(check for check in whole.checks if check.dataset not in absent),
    )


def _retained(dataset: str, spec: Spec) -> frozenset[str]:
    """Columns of the dataset's own and joined forms that its derivations and checks name as form.COLUMN."""
    sources = [source for source in spec.sources if source.dataset == dataset]
    forms = {source.form for source in sources} | {join.form for source in sources for join in source.joins}
    named = (item for node in _expressions(dataset, spec) for item in node.walk() if isinstance(item, n.Qualified))
    names = {f"{item.dataset}.{item.name}" for item in named if item.dataset in forms}
    shown = {name for check in spec.checks if check.dataset == dataset for name in message_variables(check.message)}
    return frozenset(names | {name for name in shown if name.partition(".")[0] in forms and "." in name})


def _expressions(dataset: str, spec: Spec) -> Iterable[n.Node]:
    for variable in spec.variables_of[dataset]:
        method = spec.methods.get(variable.method)
        if method is not None and method.runs:
            yield parse(method.expression_code)
        elif variable.predecessor:
            yield parse(variable.predecessor)
        for level in levels_of(spec, dataset, variable.name):
            if gives_value(level, spec):
                yield derivation_of_level(level, spec, numeric=variable.is_numeric)[0]
    yield from (parse(check.where) for check in spec.checks if check.dataset == dataset)
