"""Checks of function calls: the function, its arguments, their types and constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studyspec.spec.expression.nodes import Call, Constant, ListOf, Name, Negative, Node
from studyspec.spec.expression.references import aggregated_dataset
from studyspec.spec.expression.scope import TYPE_WORDS, Type, constant_type, near, shown, some

if TYPE_CHECKING:
    from studyspec.derive.registry import Function, Parameter
    from studyspec.spec.expression.check import Checker

GROUPING = {"window": ("by", "order", "where"), "aggregate": ("order", "where"), "study": ("by", "where")}
_COLUMN_KINDS: dict[str, Type] = {"Char": "Char", "Num": "Num", "Flag": "Flag"}
_CONSTANT_KINDS: dict[str, Type] = {"Text": "Char", "Number": "Num", "Switch": "Flag"}
_LIST_KINDS: dict[str, tuple[Type, Type]] = {"Texts": ("Char", "Texts"), "Numbers": ("Num", "Numbers")}
# What people know these functions as from SAS and Excel.
_OTHER_NAMES = {
    **{"min": "minimum", "max": "maximum", "sum": "total", "avg": "mean", "average": "mean", "n": "count"},
    **{"ifc": "if_else", "ifn": "if_else", "ifelse": "if_else", "if": "if_else", "catx": "concat", "cats": "concat"},
    **{"input": "number", "put": "text_of", "scan": "word", "strip": "trim", "compress": "replace", "upper": "upcase"},
    **{"lower": "lowcase", "find": "contains", "index": "contains", "prxmatch": "matches", "tranwrd": "replace"},
    **{"round": "round_half_up", "coalescec": "coalesce", "intck": "completed_years", "substring": "substr"},
}

Arguments = dict[str, Node]


def check_call(checker: Checker, node: Call) -> Type:
    """Check one call and what stands inside it; gives the type of its value."""
    function = checker.registry.get(node.function)
    if function is None:
        return _unknown(checker, node)
    if function.kind == "records":
        message = f"{node.function} works on whole sources."
        return checker.report(node, message, "Name it in the Function column of Sources.")
    inner = checker
    if function.kind == "aggregate":
        dataset = aggregated_dataset(node)
        if not dataset:
            action = f"Write {node.function}(DATASET.VARIABLE, where=...), e.g. {node.function}(EX.EXSTDTC)."
            checker.report(node, f"{node.function} needs a variable of another dataset or form.", action)
        inner = checker.inside(dataset)
    if function.kind == "study" and (checker.aggregated or not checker.scope.whole_study):
        action = "Only Where of Checks, on a dataset and outside aggregates, can ask it: values are made by subject."
        checker.report(node, f"{node.function} looks at the records of all subjects.", action)
    if function.kind in GROUPING and not checker.scope.has_subject:
        message = f"{node.function} works by subject, but these records belong to no subject."
        checker.report(node, message, "Use it in a dataset of subjects, or fill Subject in Forms.")
    arguments = _bind(inner, node, function)
    _check_grouping(inner, node, function)
    types = frozenset[Type]().union(*(_argument(inner, function, name, value) for name, value in arguments.items()))
    _run_own_check(inner, node, function, arguments)
    return _result(inner, node, function, types - {"Any"})


def _unknown(checker: Checker, node: Call) -> Type:
    close = _OTHER_NAMES.get(node.function.lower()) or near(node.function, checker.registry.names())
    action = f"Near: {close}." if close else "See docs/functions.md for the functions there are."
    checker.report(node, f"There is no function {node.function}.", action)
    for child in node.children():
        if not isinstance(child, ListOf):
            checker.inside(aggregated_dataset(node)).value(child)
    return "Any"


def _bind(checker: Checker, node: Call, function: Function) -> Arguments:
    """Which argument is for which parameter; notes those too many, unknown, given twice or not given."""
    positional = [item for item in function.parameters if not item.keyword_only]
    bound: Arguments = {}
    for parameter, value in zip(positional, node.arguments, strict=False):
        bound[parameter.name] = value
    if len(node.arguments) > len(positional):
        _report_surplus(checker, node, function, len(positional))
    for name, value in node.keywords:
        if function.parameter(name) is None:
            if name not in GROUPING.get(function.kind, ()):
                _report_unknown_argument(checker, value, function, name)
        elif name in bound:
            checker.report(value, f"{function.name} is given {name} twice.", "Remove one of the two.")
        else:
            bound[name] = value
    for parameter in function.parameters:
        if parameter.required and parameter.name not in bound:
            checker.report(node, f"{function.name} needs {_described(parameter)}.", _usage(function, parameter))
    return bound


def _report_surplus(checker: Checker, node: Call, function: Function, most: int) -> None:
    only_named = [f"{item.name}=" for item in function.parameters if item.keyword_only]
    grouping = [f"{name}=" for name in GROUPING.get(function.kind, ())]
    named = ", ".join([*only_named, *grouping])
    action = f"Name the others: {named}." if named else "Remove the rest."
    message = f"{function.name} takes {most or 'no'} argument{'s' * (most != 1)} without a name."
    checker.report(node.arguments[most], message, action)


def _report_unknown_argument(checker: Checker, value: Node, function: Function, name: str) -> None:
    names = [item.name for item in function.parameters]
    close = next((item for item in function.parameters if item.name == near(name, names)), None)
    if name in ("by", "order", "where"):
        message = f"{function.name} has no {name}=."
        action = "Only functions on other records of the subject have it; aggregates have where= and order=."
    elif name in checker.scope.columns:
        message = f"{function.name} has no argument '{name}'."
        action = f"To compare, write {name} == {shown(value)}."
    else:
        takes = _described(close) if close else some(names, 12) or "none"
        message, action = f"{function.name} has no argument '{name}'; it takes {takes}.", "Correct the name."
    checker.report(value, message, action)


def _described(parameter: Parameter) -> str:
    return f"{parameter.name} ({parameter.text})" if parameter.text else parameter.name


def _usage(function: Function, parameter: Parameter) -> str:
    return f"Write {parameter.name}=..." if parameter.keyword_only else f"Write {function.name}({parameter.name}, ...)."


def _check_grouping(checker: Checker, node: Call, function: Function) -> None:
    """by=, order= and where= of functions that look at other records."""
    seen = set()
    for name, value in node.keywords:
        if name not in GROUPING.get(function.kind, ()) or function.parameter(name) is not None:
            continue
        if name in seen:
            checker.report(value, f"{function.name} is given {name} twice.", "Remove one of the two.")
        seen.add(name)
        if name == "where":
            checker.need(value, checker.value(value), "Flag", "where=")
            continue
        for item in value.items if isinstance(value, ListOf) else (value,):
            if checker.value(item) == "Flag":
                checker.report(
                    item, f"{name}= needs variables, but {shown(item)} is a condition.", "Write it in where=."
                )


def _argument(checker: Checker, function: Function, name: str, value: Node) -> frozenset[Type]:
    """Check one argument against its parameter; gives the types of the values that go in through it."""
    parameter = function.parameter(name)
    assert parameter is not None
    place = f"{name} of {function.name}"
    kind = parameter.kind
    if kind in _COLUMN_KINDS:
        checker.need(value, checker.value(value), _COLUMN_KINDS[kind], place)
    elif kind == "Value":
        return frozenset({_value(checker, value, place)})
    elif kind == "Columns":
        return _columns(checker, value, parameter, place)
    elif kind == "Records":
        _check_records(checker, value, place)
    elif kind in _LIST_KINDS:
        _check_constant_list(checker, value, kind, place)
    else:
        _check_constant(checker, value, parameter, place)
    return frozenset()


def _value(checker: Checker, value: Node, place: str) -> Type:
    type_ = checker.value(value)
    if type_ in ("Flag", "Texts", "Numbers"):
        action = f"Write yes_no({shown(value)})." if type_ == "Flag" else "Write one value."
        message = f"{place} needs text or a number, but {shown(value)} is {TYPE_WORDS[type_]}."
        return checker.report(value, message, action)
    return type_


def _columns(checker: Checker, value: Node, parameter: Parameter, place: str) -> frozenset[Type]:
    if not isinstance(value, ListOf):
        checker.value(value)
        checker.report(value, f"{place} needs a list.", f"Write [{shown(value)}].")
        return frozenset()
    if not value.items:
        checker.report(value, f"{place} is an empty list.", "Fill the list.")
    if not parameter.choices:
        return frozenset(_value(checker, item, place) for item in value.items)
    for item in value.items:
        checker.need(item, checker.value(item), _COLUMN_KINDS[parameter.choices[0]], place)
    return frozenset()


def _check_records(checker: Checker, value: Node, place: str) -> None:
    tables = checker.scope.tables
    if not isinstance(value, Name):
        checker.report(value, f"{place} needs the name of a dataset or form.", f"Known are {some(tables)}.")
    elif value.name not in tables:
        close = near(value.name, tables)
        action = f"Near: {close}." if close else f"Known are {some(tables)}."
        checker.report(value, f"{value.name} is not a dataset or form.", action)


def _check_constant(checker: Checker, value: Node, parameter: Parameter, place: str) -> None:
    """Parameters that take a constant, the id of a codelist or one of a few texts."""
    kind = parameter.kind
    known, constant = constant_value(checker, value)
    if not known:
        _report_varying(checker, value, f"{place} needs a constant")
    elif kind == "CodelistName":
        _one_of(checker, value, constant, checker.scope.codelists, f"{place} needs the id of a codelist in quotes")
    elif kind == "Literal":
        _one_of(checker, value, constant, parameter.choices, f"{place} is one of {', '.join(parameter.choices)}")
    elif kind == "Switch" and not isinstance(constant, bool):
        checker.report(value, f"{place} is True or False, not {shown(value)}.", "Write True or False.")
    else:
        checker.need(value, constant_type(constant), _CONSTANT_KINDS[kind], place)


def _check_constant_list(checker: Checker, value: Node, kind: str, place: str) -> None:
    """Parameters that take a list of constants; terms() gives one, too."""
    item_type, list_type = _LIST_KINDS[kind]
    if isinstance(value, Call):
        checker.need(value, checker.value(value), list_type, place)
    elif not isinstance(value, ListOf):
        checker.report(value, f"{place} needs a list.", f"Write [{shown(value)}].")
    else:
        for item in value.items:
            known, constant = constant_value(checker, item)
            if known:
                checker.need(item, constant_type(constant), item_type, place)
            else:
                _report_varying(checker, item, f"{place} needs constants")


def _report_varying(checker: Checker, value: Node, rule: str) -> None:
    before = len(checker.problems)
    checker.value(value)
    if len(checker.problems) == before:
        message = f"{rule}, but {shown(value)} differs from record to record."
        checker.report(value, message, "Write a constant or the name of a parameter.")


def _one_of(checker: Checker, node: Node, value: object, known: Any, rule: str) -> None:
    if isinstance(value, str) and value in known:
        return
    close = near(str(value), known)
    action = f"Near: {close}." if close else f"Known are {some(sorted(known))}."
    checker.report(node, f"{rule}, not {shown(node)}.", action)


def constant_value(checker: Checker, node: Node) -> tuple[bool, Any]:
    """Whether a node is a constant (or a parameter), and its value."""
    if isinstance(node, Constant):
        return True, node.value
    if isinstance(node, Name) and node.name not in checker.scope.columns and node.name in checker.scope.parameters:
        return True, checker.scope.parameters[node.name]
    if isinstance(node, Negative):
        known, value = constant_value(checker, node.item)
        if known and isinstance(value, float | int) and not isinstance(value, bool):
            return True, -value
    return False, None


def _run_own_check(checker: Checker, node: Call, function: Function, arguments: Arguments) -> None:
    """The function's own check of its constants."""
    if function.check is None:
        return
    constants: dict[str, Any] = {}
    for name, value in arguments.items():
        parameter = function.parameter(name)
        if isinstance(value, ListOf):
            items = [constant_value(checker, item) for item in value.items]
            if parameter is not None and parameter.kind == "Columns":
                constants[name] = (None,) * len(items)
            elif all(known for known, _ in items):
                constants[name] = tuple(constant for _, constant in items)
        else:
            known, constant = constant_value(checker, value)
            if known:
                constants[name] = constant
    if message := _own_check(function, constants):
        checker.report(node, message, "Correct the arguments.")


def _own_check(function: Function, constants: dict[str, Any]) -> str:
    """What the function says; a constant of the wrong type has been reported already and ends its check."""
    assert function.check is not None
    try:
        return function.check(constants)
    except TypeError:
        return ""


def _result(checker: Checker, node: Call, function: Function, types: frozenset[Type]) -> Type:
    """What the function gives: its declared type, or for Value the type of the values that went in."""
    if function.same_type and len(types) > 1:
        action = "Use number() or text_of() to make them one type."
        checker.report(node, f"{function.name} mixes text and numbers.", action)
    if function.returns == "Value":
        return next(iter(types)) if len(types) == 1 else "Any"
    returns: dict[str, Type] = {"Char": "Char", "Num": "Num", "Flag": "Flag", "Texts": "Texts", "Numbers": "Numbers"}
    return returns.get(function.returns, "Any")
