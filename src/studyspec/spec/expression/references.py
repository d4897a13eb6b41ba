"""What an expression reads, for the order of derivations and for finding circles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from studyspec.spec.expression.nodes import Call, Name, Node, Qualified

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry


@dataclass(frozen=True, order=True)
class Reference:
    """One thing an expression reads.

    | scope | read is | dataset | name |
    |---|---|---|---|
    | record | the record's own variable or raw column, or a parameter | "" | its name |
    | lookup | DATASET.VARIABLE of the subject's one record, or form.COLUMN of a joined form | DATASET | VARIABLE |
    | records | a variable of many records, through an aggregate | DATASET | VARIABLE |
    | records | a whole dataset or form given to a function | DATASET | "*" |
    """

    dataset: str
    name: str
    scope: Literal["record", "lookup", "records"]


def references(node: Node, registry: Registry) -> frozenset[Reference]:
    """Everything an expression reads.

    Args:
        node: a parsed expression.
        registry: the functions it may call; an unknown function counts as one that works within a record.

    Returns:
        The references; whether a name is a variable or a parameter is for the caller to say.

    Example:
        >>> from studyspec.derive.registry import ENGINE
        >>> from studyspec.spec.expression.parse import parse
        >>> for found in sorted(references(parse('last(VS.VSSTRESN, where=VS.VSDTC <= RFSTDTC)'), ENGINE)):
        ...     print(found)
        Reference(dataset='', name='RFSTDTC', scope='record')
        Reference(dataset='VS', name='VSDTC', scope='records')
        Reference(dataset='VS', name='VSSTRESN', scope='records')
    """
    return frozenset(_read(node, registry, ""))


def asks_whole_study(node: Node, registry: Registry) -> bool:
    """True if the expression calls a function that looks at the records of all subjects.

    Example:
        >>> from studyspec.derive.registry import ENGINE
        >>> from studyspec.spec.expression.parse import parse
        >>> asks_whole_study(parse("subject_count(by=[SUBJID]) > 1"), ENGINE)
        True
    """
    called = (registry.get(item.function) for item in node.walk() if isinstance(item, Call))
    return any(function is not None and function.kind == "study" for function in called)


def aggregated_dataset(call: Call) -> str:
    """The dataset whose records an aggregate reads: that of the first DATASET.VARIABLE in its first argument."""
    first = call.arguments[0] if call.arguments else next((value for _, value in call.keywords), None)
    found = (item for item in first.walk() if isinstance(item, Qualified)) if first else iter(())
    return next((item.dataset for item in found), "")


def _read(node: Node, registry: Registry, aggregated: str) -> Iterator[Reference]:
    match node:
        case Name(name=name):
            yield Reference("", name, "record")
        case Qualified(dataset=dataset, name=name):
            yield Reference(dataset, name, "records" if dataset == aggregated else "lookup")
        case Call():
            yield from _read_by_call(node, registry, aggregated)
        case _:
            for child in node.children():
                yield from _read(child, registry, aggregated)


def _read_by_call(call: Call, registry: Registry, aggregated: str) -> Iterator[Reference]:
    function = registry.get(call.function)
    if function is not None and function.kind == "aggregate":
        aggregated = aggregated_dataset(call)
    positional = [item.name for item in function.parameters if not item.keyword_only] if function else []
    named = [*zip(positional, call.arguments, strict=False), *call.keywords]
    spare = [("", value) for value in call.arguments[len(positional) :]]
    for name, value in [*named, *spare]:
        parameter = function.parameter(name) if function else None
        if parameter is not None and parameter.kind == "Records" and isinstance(value, Name):
            yield Reference(value.name, "*", "records")
        else:
            yield from _read(value, registry, aggregated)
