"""The syntax tree of an expression: what a spec cell means, with nothing of Python's own left in it.

Every node knows the `column` (from 1) at which its text begins, for messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal

Comparison = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
ArithmeticSign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True)
class Node:
    """Any part of an expression. Two nodes are equal when they mean the same, wherever they stand."""

    column: int = field(compare=False)

    def children(self) -> Iterator[Node]:
        """The nodes directly below this one, left to right."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                for part in value:
                    if isinstance(part, Node):
                        yield part
                    elif isinstance(part, tuple):
                        yield from (leaf for leaf in part if isinstance(leaf, Node))

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True)
class Constant(Node):
    """A text ("Y"), a number (30) or True/False."""

    value: str | float | bool


@dataclass(frozen=True)
class ListOf(Node):
    """[a, b, ...]."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Name(Node):
    """A variable of the record (AESTDTC), a raw column, a parameter (TEAE_WINDOW), or a dataset given to a function."""

    name: str


@dataclass(frozen=True)
class Qualified(Node):
    """DATASET.VARIABLE or form.COLUMN."""

    dataset: str
    name: str


@dataclass(frozen=True)
class Call(Node):
    """function(a, b, name=c)."""

    function: str
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]

    def keyword(self, name: str) -> Node | None:
        """The keyword argument of that name, if it is given."""
        return next((value for key, value in self.keywords if key == name), None)


@dataclass(frozen=True)
class Compare(Node):
    """left op right; a chain (18 <= AGE < 65) is an `And` of comparisons."""

    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class And(Node):
    """All hold."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """At least one holds."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    """Does not hold."""

    item: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """left op right on numbers."""

    operator: ArithmeticSign
    left: Node
    right: Node


@dataclass(frozen=True)
class Negative(Node):
    """-item."""

    item: Node
