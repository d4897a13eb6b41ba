"""Checks an expression against the spec before any data are read: names, types, codelist terms, arguments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studyspec.spec.expression.check_call import check_call
from studyspec.spec.expression.check_names import column_of_name, column_of_qualified
from studyspec.spec.expression.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Constant,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Qualified,
)
from studyspec.spec.expression.scope import (
    TYPE_WORDS,
    Column,
    Problem,
    Scope,
    Table,
    Type,
    constant_type,
    near,
    raw_columns,
    shown,
)

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

__all__ = ["Column", "Problem", "Scope", "Table", "Type", "check_expression", "raw_columns"]


def check_expression(
    node: Node, scope: Scope, registry: Registry, *, expected: Type | None = None
) -> tuple[Type, list[Problem]]:
    """Everything that is wrong with an expression, and the type of what it gives.

    Args:
        node: a parsed expression.
        scope: what names can mean where it stands.
        registry: the functions it may call.
        expected: "Char", "Num" or "Flag" where the place wants this type.

    Returns:
        The type ("Any" if a mistake hides it) and all problems, in the order of the text.

    Example:
        >>> from studyspec.derive.registry import ENGINE
        >>> from studyspec.spec.expression.parse import parse
        >>> kind, problems = check_expression(parse('AGE >= "65"'), Scope({"AGE": Column("Num")}), ENGINE)
        >>> kind, problems[0].message
        ('Flag', 'AGE is a number, but "65" is text.')
    """
    checker = Checker(scope, registry, [])
    type_ = checker.value(node)
    if expected is not None:
        checker.need(node, type_, expected, "the cell")
    return type_, sorted(checker.problems, key=lambda problem: problem.column)


@dataclass
class Checker:
    """Walks an expression. `aggregated` is the dataset that the enclosing aggregate reads."""

    scope: Scope
    registry: Registry
    problems: list[Problem]
    aggregated: str = ""

    def report(self, node: Node, message: str, action: str) -> Type:
        """Note a problem; what it concerns has no certain type."""
        self.problems.append(Problem(message, node.column, action))
        return "Any"

    def inside(self, dataset: str) -> Checker:
        """The checker of what stands inside an aggregate on `dataset`."""
        return replace(self, aggregated=dataset)

    def value(self, node: Node) -> Type:
        """The type of a node; problems are noted on the way."""
        match node:
            case Constant():
                return constant_type(node.value)
            case Name() | Qualified():
                column = self.column(node)
                return column.type if column else "Any"
            case ListOf():
                return self.report(
                    node, "A list stands where one value is needed.", "Write one value, or use in with the list."
                )
            case Call():
                return self.call(node)
            case Compare():
                return self.comparison(node)
            case And() | Or():
                for item in node.items:
                    self.need(item, self.value(item), "Flag", "and" if isinstance(node, And) else "or")
                return "Flag"
            case Not():
                self.need(node.item, self.value(node.item), "Flag", "not")
                return "Flag"
            case Arithmetic():
                for side in (node.left, node.right):
                    self.need(side, self.value(side), "Num", node.operator)
                return "Num"
            case Negative():
                self.need(node.item, self.value(node.item), "Num", "-")
                return "Num"
            case _:
                raise TypeError(f"no check for {type(node).__name__}")

    def column(self, node: Name | Qualified) -> Column | None:
        """The column that a name means."""
        if isinstance(node, Name):
            return column_of_name(self, node)
        return column_of_qualified(self, node)

    def call(self, node: Call) -> Type:
        """The type of what a function gives."""
        return check_call(self, node)

    def need(self, node: Node, given: Type, wanted: Type, place: str) -> None:
        """Note a problem when a value of one type stands where another is needed."""
        if given == wanted or "Any" in (given, wanted):
            return
        message = f"{place} needs {TYPE_WORDS[wanted]}, but {shown(node)} is {TYPE_WORDS[given]}."
        self.report(node, message, _advice(node, given, wanted))

    def comparison(self, node: Compare) -> Type:
        """A comparison gives a condition; both sides must be of one type."""
        left = self.value(node.left)
        if left in ("Texts", "Numbers"):
            self.report(node.left, f"{shown(node.left)} is a list.", "Write the list on the right of in.")
        elif left == "Flag":
            action = "Write the condition itself, or not before it."
            self.report(node.left, f"{shown(node.left)} is already a condition and is not compared.", action)
        if node.operator in ("in", "not in"):
            self.membership(node, left)
        else:
            right = self.value(node.right)
            self.two_sides(node, left, right)
        return "Flag"

    def membership(self, node: Compare, left: Type) -> None:
        """`in` needs a list of values of the left side's type."""
        if isinstance(node.right, ListOf):
            if not node.right.items:
                self.report(node.right, "The list is empty, so that nothing is in it.", "Fill the list.")
            for item in node.right.items:
                self.same_type(node.left, left, item, self.value(item))
                self.known_term(node.left, item)
            return
        right = self.value(node.right)
        if right in ("Char", "Num", "Flag"):
            list_ = f"[{shown(node.right)}]"
            action = f"Write {shown(node.left)} {node.operator} {list_}, or contains() for part of a text."
            self.report(node.right, f"{node.operator} needs a list on its right.", action)
        elif (left, right) in (("Num", "Texts"), ("Char", "Numbers")):
            message = f"{shown(node.left)} is {TYPE_WORDS[left]}, but {shown(node.right)} is {TYPE_WORDS[right]}."
            self.report(node.left, message, "Compare with a list of the same type.")

    def two_sides(self, node: Compare, left: Type, right: Type) -> None:
        """Both sides of == != < <= > >=."""
        if blank(node.left) or blank(node.right):
            if node.operator not in ("==", "!="):
                action = 'Compare with a value, or ask == "" or != "".'
                self.report(node, "A comparison with a missing value is never true.", action)
            return
        if right == "Flag" and left != "Flag":
            action = "Write the condition itself, or not before it."
            self.report(node.right, f"{shown(node.right)} is a condition and is not compared.", action)
            return
        self.same_type(node.left, left, node.right, right)
        self.known_term(node.left, node.right)
        self.known_term(node.right, node.left)

    def same_type(self, left: Node, left_type: Type, right: Node, right_type: Type) -> None:
        """Text and numbers are not compared with each other."""
        if {left_type, right_type} != {"Char", "Num"} or blank(right):
            return
        message = f"{shown(left)} is {TYPE_WORDS[left_type]}, but {shown(right)} is {TYPE_WORDS[right_type]}."
        text, number = (left, right) if left_type == "Char" else (right, left)
        self.report(left, message, _one_type(text, number))

    def known_term(self, variable: Node, constant: Node) -> None:
        """A coded variable can only equal a term of its codelist."""
        if not isinstance(variable, Name | Qualified) or not isinstance(constant, Constant) or blank(constant):
            return
        column = replace(self, problems=[]).column(variable)
        value = _term(constant.value)
        if column is None or not column.codelist or value in column.terms:
            return
        close = near(value, column.terms)
        message = f"'{value}' is not a term of {column.codelist}, the codelist of {shown(variable)}."
        action = f"Near: {close}." if close else "Write a term of the codelist, or add this one to it."
        self.report(constant, message, action)


def blank(node: Node) -> bool:
    """True for the constant "", which stands for missing."""
    return isinstance(node, Constant) and node.value == ""


def _term(value: str | float | bool) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _advice(node: Node, given: Type, wanted: Type) -> str:
    if given == "Flag":
        return f"Write yes_no({shown(node)}), or if_else() with the values wanted."
    if wanted == "Flag":
        return f'Compare it: {shown(node)} == "Y".' if given == "Char" else f"Compare it: {shown(node)} > 0."
    if given in ("Texts", "Numbers"):
        return "Write one value."
    if isinstance(node, Constant):
        return "Remove the quotes." if wanted == "Num" and _numeric(node) else "Write a value of that type."
    if wanted == "Num":
        return f"Write number({shown(node)}); for a date numeric_date({shown(node)}); texts are joined with concat()."
    return f"Write text_of({shown(node)})."


def _one_type(text: Node, number: Node) -> str:
    if isinstance(text, Constant):
        if _numeric(text):
            return f"Write {text.value} without quotes."
        return "Compare with a number."
    if isinstance(number, Constant):
        return f'Write number({shown(text)}), or "{_term(number.value)}" in quotes to compare as text.'
    return f"Write number({shown(text)}) or text_of({shown(number)})."


def _numeric(node: Constant) -> bool:
    try:
        float(node.value)
    except ValueError:
        return False
    return True
