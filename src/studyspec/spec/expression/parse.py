"""Text to syntax tree and back. Python's own parser reads the text; only what `nodes` has a place for gets through."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from studyspec.spec.expression.nodes import (
    And,
    Arithmetic,
    ArithmeticSign,
    Call,
    Compare,
    Comparison,
    Constant,
    ListOf,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Qualified,
)
from studyspec.spec.expression.text import MAX_DEPTH, ExpressionError, Scanned, scan, too_deep

__all__ = ["ExpressionError", "parse", "unparse"]

_COMPARISONS: dict[type[ast.cmpop], Comparison] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: dict[type[ast.operator], ArithmeticSign] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
# Parts of Python that people may try: what it is called, what to write instead.
_REFUSED: dict[type[ast.AST], tuple[str, str]] = {
    ast.IfExp: ("'a if condition else b'", "Write if_else(condition, a, b)."),
    ast.Lambda: ("lambda", "Write the expression itself, or a study function."),
    ast.Subscript: ("picking a part with [...]", "Write substr(text, start, length) or word(text, n)."),
    ast.Tuple: ("a list in round brackets", "Write a list in square brackets: [A, B]."),
    ast.ListComp: ("a loop", "Functions work on all records at once; write the function itself."),
    ast.GeneratorExp: ("a loop", "Functions work on all records at once; write the function itself."),
    ast.Starred: ("* before a value", "Write the values one by one."),
}
# Words of SAS and of prose that stand where an operator should.
_SAS_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "notin": "not in"}
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_ARGUMENT_NAME = re.compile(r"[(,]\s*[A-Za-z_]\w*\s*$")
_OPERATOR_WORDS = ("and", "or", "not", "in")


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression.

    Args:
        text: what the spec cell holds.

    Returns:
        The syntax tree. A chain of comparisons (18 <= AGE < 65) becomes an `And` of two. Numbers are floats.

    Raises:
        ExpressionError: the text is no expression; says what is wrong, at which column, and what to write.

    Example:
        >>> parse('AESER == "Y"')
        Compare(column=1, operator='==', left=Name(column=1, name='AESER'), right=Constant(column=10, value='Y'))
    """
    scanned = scan(text)
    lead = len(scanned.line) - len(scanned.line.lstrip())
    try:
        tree = ast.parse(scanned.line.strip(), mode="eval")
    except SyntaxError as error:
        column = lead + error.offset if error.offset else len(scanned.line.rstrip()) + 1
        raise _syntax(scanned.line, column, error.msg) from None
    except (RecursionError, MemoryError):
        raise too_deep(1) from None
    return _Reader(scanned, lead).node(tree.body, 0)


class _Reader:
    """Turns Python's tree into ours."""

    def __init__(self, scanned: Scanned, lead: int) -> None:
        self.scanned = scanned
        self.lead = lead

    def column(self, tree: ast.expr) -> int:
        return tree.col_offset + self.lead + 1

    def node(self, tree: ast.expr, depth: int) -> Node:
        column = self.column(tree)
        if depth > MAX_DEPTH:
            raise too_deep(column)
        match tree:
            case ast.Constant():
                return self.constant(tree, column)
            case ast.Name(id=name):
                return Name(column, name)
            case ast.Attribute(value=ast.Name(id=dataset), attr=name):
                return Qualified(column, dataset, name)
            case ast.List(elts=items):
                return ListOf(column, self.nodes(items, depth))
            case ast.Call():
                return self.call(tree, column, depth)
            case ast.Compare():
                return self.comparison(tree, column, depth)
            case ast.BoolOp(op=op, values=values):
                parts = self.nodes(values, depth)
                return And(column, parts) if isinstance(op, ast.And) else Or(column, parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(column, self.node(operand, depth + 1))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(column, self.node(operand, depth + 1))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
                sign = _ARITHMETIC[type(op)]
                return Arithmetic(column, sign, self.node(left, depth + 1), self.node(right, depth + 1))
            case _:
                raise self.refusal(tree, column)

    def nodes(self, trees: list[ast.expr], depth: int) -> tuple[Node, ...]:
        return tuple(self.node(tree, depth + 1) for tree in trees)

    def constant(self, tree: ast.Constant, column: int) -> Constant:
        value = tree.value
        if isinstance(value, str):
            text = self.scanned.texts[column - 1]
            if (tree.end_col_offset or 0) + self.lead != text.end:
                message = "Two texts stand side by side."
                raise ExpressionError(message, column, 'Join them with concat(["a", "b"]), or put a comma between.')
            return Constant(column, text.value)
        if isinstance(value, bool):
            return Constant(column, value)
        if isinstance(value, int | float):
            return Constant(column, float(value))
        action = 'A missing text is "", and missing(X) asks whether X is missing.'
        raise ExpressionError(f"{value!r} is not part of expressions.", column, action)

    def call(self, tree: ast.Call, column: int, depth: int) -> Call:
        if not isinstance(tree.func, ast.Name):
            action = "Write function(argument), e.g. upcase(AETERM)."
            raise ExpressionError("Only a function's name can stand before round brackets.", column, action)
        # Only ** before an argument makes one without a name, and the scan has refused it.
        keywords = tuple((str(item.arg), self.node(item.value, depth + 1)) for item in tree.keywords)
        return Call(column, tree.func.id, self.nodes(tree.args, depth), keywords)

    def comparison(self, tree: ast.Compare, column: int, depth: int) -> Node:
        sides = self.nodes([tree.left, *tree.comparators], depth)
        parts = []
        for left, op, right in zip(sides, tree.ops, sides[1:], strict=False):
            if type(op) not in _COMPARISONS:
                word = "is not" if isinstance(op, ast.IsNot) else "is"
                sign = "!=" if word == "is not" else "=="
                message = f"'{word}' does not compare values."
                raise ExpressionError(message, column, f"Write {sign}, or missing(X) to ask for a missing value.")
            parts.append(Compare(left.column, _COMPARISONS[type(op)], left, right))
        return parts[0] if len(parts) == 1 else And(column, tuple(parts))

    def refusal(self, tree: ast.expr, column: int) -> ExpressionError:
        if isinstance(tree, ast.Attribute):
            message = "A dot stands only between a dataset or form and its variable."
            return ExpressionError(message, column, "Write DATASET.VARIABLE, e.g. DM.RFSTDTC.")
        if isinstance(tree, ast.UnaryOp):
            return ExpressionError("A plus sign before a value does nothing.", column, "Leave it out.")
        what, action = _REFUSED.get(type(tree), ("this part of Python", "See docs/expressions.md for what is."))
        return ExpressionError(f"Expressions do not have {what}.", column, action)


def _syntax(line: str, column: int, reason: str) -> ExpressionError:
    for single in _SINGLE_EQUALS.finditer(line):
        if "==" in reason or not _ARGUMENT_NAME.search(line[: single.start()]):
            return ExpressionError("A single = does not compare.", single.start() + 1, "Write == to compare.")
    for word in re.finditer(r"\b[A-Za-z]+\b", line):
        if sign := _sas_operator(word.group()):
            return ExpressionError(f"{word.group()} is not an operator here.", word.start() + 1, f"Write {sign}.")
    if "positional argument follows keyword" in reason and (named := _SINGLE_EQUALS.search(line)):
        message = "An argument without a name stands after one with a name."
        return ExpressionError(message, named.start() + 1, "Name it or put it first; to compare, write ==.")
    rest = line[column - 1 :].split()
    near = f" at {rest[0]}" if rest else " at its end"
    action = "Look for a missing operator, comma, bracket or quote before this place."
    return ExpressionError(f"The expression cannot be read{near}.", column, action)


def _sas_operator(word: str) -> str:
    lower = word.lower()
    if lower in _SAS_WORDS:
        return _SAS_WORDS[lower]
    return lower if lower in _OPERATOR_WORDS and word != lower else ""


def unparse(node: Node) -> str:
    """Write a tree as text that `parse` reads back to an equal tree.

    Example:
        >>> unparse(parse("minimum( EX.EXSTDTC,where=EX.EXTRT=='DEX' )"))
        'minimum(EX.EXSTDTC, where=EX.EXTRT == "DEX")'
    """
    return _write(node, 0)


# How tightly each kind of node binds; a looser part inside a tighter one gets brackets.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(1, 9)


def _write(node: Node, tightness: int) -> str:
    text, own = _written(node)
    return f"({text})" if own < tightness else text


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Constant(value=value):
            return _constant(value), _ATOM
        case Name(name=name):
            return name, _ATOM
        case Qualified(dataset=dataset, name=name):
            return f"{dataset}.{name}", _ATOM
        case ListOf(items=items):
            return f"[{', '.join(_write(item, 0) for item in items)}]", _ATOM
        case Call(function=function, arguments=arguments, keywords=keywords):
            written = [_write(item, 0) for item in arguments] + [f"{key}={_write(item, 0)}" for key, item in keywords]
            return f"{function}({', '.join(written)})", _ATOM
        case Compare(operator=operator, left=left, right=right):
            return f"{_write(left, _SUM)} {operator} {_write(right, _SUM)}", _COMPARE
        case And(items=items):
            return " and ".join(_write(item, _NOT) for item in items), _AND
        case Or(items=items):
            return " or ".join(_write(item, _AND) for item in items), _OR
        case Not(item=item):
            return f"not {_write(item, _NOT)}", _NOT
        case Arithmetic(operator=operator, left=left, right=right):
            own = _SUM if operator in "+-" else _PRODUCT
            return f"{_write(left, own)} {operator} {_write(right, own + 1)}", own
        case Negative(item=item):
            return f"-{_write(item, _SIGN)}", _SIGN
        case _:
            raise TypeError(f"no text for {type(node).__name__}")


def _constant(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(int(value)) if value.is_integer() and value < 1e15 else repr(value)
