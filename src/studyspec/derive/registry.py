"""The one registry of functions a spec may call, and how their signatures are read.

A function is an ordinary, documented Python function on columns. Its annotations say what each argument may be, and
the expression checker, the evaluator and docs/functions.md all read the same signature.

| annotation | in a spec it is | the function gets |
|---|---|---|
| `Char`, `Num`, `Flag` | an expression of text, of numbers, a condition | a Series: `str` (never NaN), float64, bool |
| `Value` | text or numbers; a `Value` result has the type of the `Value` and `Columns` arguments | a Series |
| `Text`, `Number`, `Switch` | a text or number constant (parameters included), True or False | str, float, bool |
| `Texts`, `Numbers` | a list of constants | tuple |
| `Columns` | a list of expressions | tuple of Series |
| `CharColumns`, `NumColumns`, `FlagColumns` | a list of expressions of that type (kind `Columns`) | tuple of Series |
| `CodelistName` | the id of a codelist, as text | the `Codelist` |
| `Records` | the name of a dataset or raw form | a DataFrame with its columns and `USUBJID` |
| `Literal["a", "b"]` | one of these texts | str |

Kinds of function:
* `row`: one value per record from the record's own values. Arguments are as annotated.
* `window`: looks at other records of the same dataset and subject. Its first parameter is `window: Window`, which
  the evaluator fills from the spec's `by=`, `order=` and `where=`; the spec never writes it.
* `aggregate`: reads the records of another dataset or form (`EX.EXSTDTC`) and gives one value per subject, or per
  record where `where=` also names variables of the record itself. Its first parameter is `values: Value` (or Char,
  Num, Flag): the records that satisfy `where=`, sorted by `order=`; its second is `groups: Groups`.
* `study`: looks at the records of all subjects of a dataset. Only Where of Checks may call it, which is asked when all
  subjects are built. Its first parameter is `cohort: Cohort`, which the evaluator fills from `by=` and `where=`.
* `records`: a study function on a source: frame in, frame out, used in the Function column of Sources only.

A function may come with a `check`: what can be wrong with the constants of a call (a pattern that is none, labels that
do not fit the breaks) is then found before any data are read.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NewType, TypeVar

import numpy as np
import pandas as pd

from studyspec.derive.docstring import Docstring, read_docstring

Char = NewType("Char", pd.Series)
Num = NewType("Num", pd.Series)
Flag = NewType("Flag", pd.Series)
Value = NewType("Value", pd.Series)
Text = NewType("Text", str)
Number = NewType("Number", float)
Switch = NewType("Switch", bool)
Texts = NewType("Texts", tuple[str, ...])
Numbers = NewType("Numbers", tuple[float, ...])
Columns = NewType("Columns", tuple[pd.Series, ...])
CharColumns = NewType("CharColumns", tuple[pd.Series, ...])
NumColumns = NewType("NumColumns", tuple[pd.Series, ...])
FlagColumns = NewType("FlagColumns", tuple[pd.Series, ...])
CodelistName = NewType("CodelistName", object)
Records = NewType("Records", pd.DataFrame)

Kind = Literal["row", "window", "aggregate", "study", "records"]
# Constants of a call by parameter (a list of expressions is a tuple of None) to what is wrong with them, or "".
Check = Callable[[Mapping[str, Any]], str]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Groups:
    """Which output row each value belongs to.

    `codes` (ascending order of `values` within a code is the spec's
    `order=`) and `count`, the number of output rows. An aggregate returns one value per output row.
    """

    codes: np.ndarray[Any, np.dtype[np.intp]]
    count: int


@dataclass(frozen=True)
class Window:
    """How the records of a dataset fall into groups (subject and `by=`) and in which order (`order=`).

    `group` is the group's code per record, `position` the record's place in the order over the whole frame (unique),
    `where` the records that take part.
    """

    group: np.ndarray[Any, np.dtype[np.intp]]
    position: np.ndarray[Any, np.dtype[np.intp]]
    where: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Cohort:
    """How the records of all subjects fall into groups (`by=`).

    `group` is the group's code per record, `subject` that of its subject, `where` the records that take part.
    """

    group: np.ndarray[Any, np.dtype[np.intp]]
    subject: np.ndarray[Any, np.dtype[np.intp]]
    where: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Parameter:
    """One argument a spec may write: its kind as in the table above ("Char", "Literal", ...), and its default.

    `choices` are the texts of a Literal, or the type of a list's columns ("Char", "Num", "Flag"; none: text or
    numbers). `text` is what the docstring says of it, up to the first full stop, semicolon or comma.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    required: bool = True
    default: object = None
    keyword_only: bool = False
    text: str = ""


@dataclass(frozen=True)
class Function:
    """A registered function. `returns` is Char, Num, Flag, Value or Texts; `module` is where it is written."""

    name: str
    kind: Kind
    parameters: tuple[Parameter, ...]
    returns: str
    call: Callable[..., Any]
    module: str
    doc: str
    allows_grouping: bool = False
    check: Check | None = None
    same_type: bool = False

    @property
    def file_text(self) -> str:
        """The whole file that the function is written in; "" where it is in no file."""
        try:
            return Path(inspect.getsourcefile(inspect.unwrap(self.call)) or "").read_text(encoding="utf-8")
        except (OSError, TypeError):
            return ""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, if the function has one."""
        return next((item for item in self.parameters if item.name == name), None)


@dataclass
class Registry:
    """Functions by name. The engine's own are in `ENGINE`; a study adds its own in a child registry.

    `modules` are the study's files by place ("sdtm/ae.py"): another study loaded later has files of the same names.
    """

    functions: dict[str, Function] = field(default_factory=dict)
    modules: dict[str, ModuleType] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Function:
        return self.functions[name]

    def get(self, name: str) -> Function | None:
        """The function of that name, if there is one."""
        return self.functions.get(name)

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self.functions)

    def child(self) -> Registry:
        """A registry that starts with the same functions and can be added to on its own."""
        return Registry(dict(self.functions), dict(self.modules))

    def add(self, function: Function) -> None:
        """Register; a name can be taken once only."""
        if function.name in self.functions:
            other = self.functions[function.name].module
            raise ValueError(f"function {function.name} of {function.module} is already defined in {other}")
        self.functions[function.name] = function


ENGINE = Registry()
_target: Registry = ENGINE


@contextmanager
def registering(registry: Registry) -> Iterator[None]:
    """While open, `@function` registers into `registry`: how a study's own modules are loaded."""
    global _target
    before, _target = _target, registry
    try:
        yield
    finally:
        _target = before


def function(kind: Kind = "row", *, check: Check | None = None, same_type: bool = False) -> Callable[[F], F]:
    """Register a function for use in specs, under its own name.

    Args:
        kind: what the function sees, as above.
        check: says what is wrong with the constants of a call, so that a spec is refused before data are read.
        same_type: True if the `Value` and `Columns` arguments must be all text or all numbers. With a `Value` result
            they always must.

    Example:
        >>> study = Registry()
        >>> with registering(study):
        ...     @function()
        ...     def double_dose(dose: Num) -> Num:
        ...         '''Twice the dose.'''
        ...         return dose * 2
        >>> study["double_dose"].parameters[0].kind
        'Num'
    """

    def register(call: F) -> F:
        _target.add(_describe(call, kind, check, same_type))
        return call

    return register


def _describe(call: Callable[..., Any], kind: Kind, check: Check | None, same_type: bool) -> Function:
    hints = typing.get_type_hints(call)
    name = call.__name__
    doc = read_docstring(inspect.getdoc(call) or "")
    parameters = list(inspect.signature(call).parameters.values())
    hidden = {"row": 0, "records": 0, "window": 1, "aggregate": 0, "study": 1}[kind]
    visible = [item for item in parameters[hidden:] if hints[item.name] is not Groups]
    returns = "Frame" if kind == "records" else _kind_name(hints.get("return"), name, "return value")[0]
    return Function(
        name=name,
        kind=kind,
        parameters=() if kind == "records" else tuple(_parameter(item, hints, name, doc) for item in visible),
        returns=returns,
        call=call,
        module=call.__module__,
        doc=inspect.getdoc(call) or "",
        allows_grouping=kind in ("window", "aggregate", "study"),
        check=check,
        same_type=same_type or returns == "Value",
    )


def _parameter(item: inspect.Parameter, hints: Mapping[str, Any], owner: str, doc: Docstring) -> Parameter:
    kind, choices = _kind_name(hints.get(item.name), owner, item.name)
    required = item.default is inspect.Parameter.empty
    default = None if required else item.default
    only_named = item.kind is inspect.Parameter.KEYWORD_ONLY
    text = re.split(r"[.;,](?:\s|$)", doc.arguments.get(item.name, ""), maxsplit=1)[0]
    return Parameter(item.name, kind, choices, required, default, only_named, text)


_KINDS: dict[object, str] = {
    kind: kind.__name__
    for kind in (Char, Num, Flag, Value, Text, Number, Switch, Texts, Numbers, Columns, CodelistName, Records)
}


_TYPED_COLUMNS: dict[object, str] = {CharColumns: "Char", NumColumns: "Num", FlagColumns: "Flag"}


def _kind_name(hint: object, owner: str, what: str) -> tuple[str, tuple[str, ...]]:
    options = [part for part in typing.get_args(hint) if part is not type(None)]
    if typing.get_origin(hint) is Literal:
        return "Literal", tuple(str(part) for part in typing.get_args(hint))
    if options and type(None) in typing.get_args(hint):
        return _kind_name(options[0], owner, what)
    if hint in _TYPED_COLUMNS:
        return "Columns", (_TYPED_COLUMNS[hint],)
    if hint not in _KINDS:
        known = sorted([*_KINDS.values(), *(f"{kind}Columns" for kind in _TYPED_COLUMNS.values())])
        raise TypeError(f"{owner}: {what} must be annotated with one of {known} or a Literal")
    return _KINDS[hint], ()
