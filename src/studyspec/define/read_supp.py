"""SUPP-- datasets of a define back to supplemental variables of their parents: the way round of `with_supp`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from studyspec.define.supp import with_supp
from studyspec.spec.model import Dataset, Spec, ValueLevel, Variable, is_supplemental
from studyspec.spec.rules_references import definitions

_PLACE = len("SUPP")


def fold_supp(spec: Spec) -> tuple[Spec, list[str]]:
    """Fold SUPP-- datasets that say nothing of their own.

    A SUPP-- dataset is folded when `with_supp` would make the same one again, lengths and presence of values apart, as
    these come from the data. Any other stays a dataset, so that nothing of it is lost.

    Args:
        spec: with SUPP-- as datasets and a value level of QVAL for each QNAM.

    Returns:
        The spec, and the names of the SUPP-- datasets that stayed.
    """
    stayed = []
    for name in filter(is_supplemental, tuple(spec.datasets)):
        folded = _folded(spec, name)
        if folded is not None and _again(folded, spec, name):
            spec = folded
        else:
            stayed.append(name)
    return spec, stayed


def _folded(spec: Spec, supp: str) -> Spec | None:
    """The spec with the levels of QVAL as variables of the parent; None where that is not possible."""
    parent = supp[_PLACE:]
    levels = sorted((item for item in spec.value_levels if item.dataset == supp), key=lambda item: item.order)
    if parent not in spec.datasets or not levels or not all(map(_is_one_qualifier, levels)):
        return None
    last = max((item.order for item in spec.variables_of[parent]), default=0)
    added = tuple(_variable(parent, last + place, item) for place, item in enumerate(levels, start=1))
    taken = {item.name for item in spec.variables_of[parent]}
    if len({item.name for item in added} - taken) < len(added):
        return None
    rest = tuple(item for item in spec.variables if item.dataset != supp)
    end = max(place for place, item in enumerate(rest, start=1) if item.dataset == parent)
    folded = replace(
        spec,
        datasets={name: item for name, item in spec.datasets.items() if name != supp},
        variables=(*rest[:end], *added, *rest[end:]),
        value_levels=tuple(item for item in spec.value_levels if item.dataset != supp),
    )
    only_there = set(_comments(spec)) - set(_comments(folded))
    return replace(folded, comments={id_: item for id_, item in spec.comments.items() if id_ not in only_there})


def _is_one_qualifier(level: ValueLevel) -> bool:
    conditions = level.where_clause.conditions
    return level.variable == "QVAL" and [(item.variable, item.comparator) for item in conditions] == [("QNAM", "EQ")]


def _variable(parent: str, order: int, level: ValueLevel) -> Variable:
    return Variable(
        dataset=parent,
        name=level.where_clause.conditions[0].values[0],
        order=order,
        label=level.label,
        data_type=level.data_type,
        length=level.length,
        significant_digits=level.significant_digits,
        format=level.format,
        mandatory=level.mandatory,
        assigned_value=level.assigned_value,
        codelist=level.codelist,
        common=False,
        origin=level.origin,
        source=level.source,
        pages=level.pages,
        method=level.method,
        predecessor=level.predecessor,
        role=level.role,
        has_no_data=False,
        comment=level.comment,
        developer_notes="",
        supplemental=True,
        location=level.location,
    )


def _comments(spec: Spec) -> Iterable[str]:
    yield from (item.comment for item in (*definitions(spec), *spec.datasets.values(), *spec.codelists.values()))
    yield from (item.join_comment for item in spec.analysis_results)


def _again(folded: Spec, spec: Spec, supp: str) -> bool:
    """True when writing the folded spec makes the SUPP-- dataset that the spec has."""
    made = with_supp(folded)
    lost = {id_: item for id_, item in spec.comments.items() if made.comments.get(id_) != item}
    return not lost and _content(made, supp) == _content(spec, supp)


def _content(spec: Spec, supp: str) -> tuple[Dataset, list[Variable], Counter[ValueLevel]]:
    variables = [replace(item, length=None, order=0, has_no_data=False) for item in spec.variables_of[supp]]
    levels = Counter(replace(item, order=0) for item in spec.value_levels if item.dataset == supp)
    return replace(spec.datasets[supp], has_no_data=False), variables, levels
