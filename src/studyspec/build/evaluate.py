"""Evaluation of checked expressions on records, vectorised.

An expression is evaluated for all records of a set at once. What it can see is given by `Data`: the raw forms and the
datasets of this partition of subjects, parameters, codelists and functions. Expressions have been checked against the
spec before (spec/expression/check.py), so that a name that cannot be resolved here is a fault of the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from studyspec.build.calls import call_function, checked_column
from studyspec.build.data import NOT_EVALUATED, Data, EvaluationError, at_record
from studyspec.build.records import (
    FORM,
    RECORD,
    IndexArray,
    MaskArray,
    Operand,
    RecordSet,
    compare_columns,
    group_codes,
    present,
    sort_positions,
    take_or_missing,
    text_series,
)
from studyspec.derive.problems import collecting
from studyspec.derive.registry import Cohort, Function, Groups, Window
from studyspec.spec.expression import nodes as n

Result = pd.Series | str | float | bool | tuple[Any, ...]
GROUPING = ("where", "order", "by")
PLACE = "_place"


def evaluate(node: n.Node, records: RecordSet, data: Data, *, own: str = "", cell: str = "") -> pd.Series:
    """One value per record.

    Args:
        node: a parsed and checked expression.
        records: the records it is evaluated for; plain names are its columns.
        data: what else it may read. Problems that functions report are added to `data.findings`.
        own: the form or dataset whose records these are, so that `own.COLUMN` means the record's own value.
        cell: the spec cell the expression stands in, for messages.

    Returns:
        A Series of text, numbers or booleans with the records' index.

    Raises:
        EvaluationError: a look-up finds several records for a subject, or a function fails.
    """
    return _Evaluator(records, data, own, cell).column(node)


def apply_function(
    name: str, arguments: tuple[object, ...], records: RecordSet, data: Data, *, cell: str = ""
) -> pd.Series:
    """Call a registered row function on ready columns; what it reports becomes findings on these records."""
    evaluator = _Evaluator(records, data, "", cell)
    return evaluator.as_column(evaluator.run(data.registry[name], *arguments))


def contributing(node: n.Call, records: RecordSet, data: Data) -> tuple[str, IndexArray, pd.Series]:
    """What an aggregate uses for these records.

    Returns:
        The dataset or form it reads, the positions of the records in it, in order, and the value each one gives.
    """
    dataset = next(item.dataset for item in node.arguments[0].walk() if isinstance(item, n.Qualified))
    source = _Evaluator(records, data, "", "").selected(node)[0]
    values = _Evaluator(source, data, "", "").column(node.arguments[0])
    return dataset, source[PLACE].to_numpy(dtype=np.intp), values


def contributions(node: n.Call, records: RecordSet, data: Data) -> tuple[IndexArray, IndexArray, IndexArray, pd.Series]:
    """What an aggregate uses, for all records at once.

    Returns:
        The positions of the records it uses in the dataset or form it reads, in order; the group each one belongs to;
        the group of each of `records`; and the value each record used gives.
    """
    source, codes, _, spread = _Evaluator(records, data, "", "").selected(node)
    values = _Evaluator(source, data, "", "").column(node.arguments[0])
    return source[PLACE].to_numpy(dtype=np.intp), codes, spread, values


@dataclass(frozen=True)
class _Evaluator:
    records: RecordSet
    data: Data
    own: str
    cell: str

    def fault(self, what: str, action: str = "") -> EvaluationError:
        """BUILD-002 at this expression's cell."""
        return EvaluationError(NOT_EVALUATED.finding(what, action=action, cell=self.cell))

    def column(self, node: n.Node) -> pd.Series:
        """The node's value as a column."""
        return self.as_column(self.value(node))

    def as_column(self, value: Result) -> pd.Series:
        """A constant is repeated for every record."""
        if isinstance(value, pd.Series):
            return value
        if isinstance(value, tuple):
            raise self.fault("A list stands where one value is needed.")
        if isinstance(value, str):
            return text_series(value, self.records.index)
        dtype = np.bool_ if isinstance(value, bool) else np.float64
        return pd.Series(np.full(len(self.records), value, dtype=dtype), index=self.records.index, copy=False)

    def value(self, node: n.Node) -> Result:
        """The node's value: a column, a constant, or a tuple for a list of constants."""
        return _EVALUATORS[type(node)](self, node)

    def constant(self, node: n.Constant) -> Result:
        value = node.value
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def list_of(self, node: n.ListOf) -> Result:
        return tuple(self.value(item) for item in node.items)

    def name(self, node: n.Name) -> Result:
        if node.name in self.records:
            return self.records[node.name]
        if node.name in self.data.parameters:
            return self.data.parameters[node.name]
        raise self.fault(f"{node.name} is not known here.")

    def qualified(self, node: n.Qualified) -> Result:
        full = f"{node.dataset}.{node.name}"
        if full in self.records:
            return self.records[full]
        if node.dataset == self.own and node.name in self.records:
            return self.records[node.name]
        return self.look_up(node.dataset, node.name)

    def look_up(self, dataset: str, name: str) -> pd.Series:
        """The value of the subject's one record in another dataset; missing where the subject has none."""
        frame = self.data.frames.get(dataset)
        if frame is None or name not in frame:
            raise self.fault(f"{dataset}.{name} is not known here.")
        theirs = frame.subjects
        if len(theirs.usubjids) < len(frame):
            repeated = theirs.usubjids[int(np.bincount(theirs.codes).argmax())]
            what = f"{dataset}.{name} is looked up by subject, but {dataset} has more than one record for {repeated}."
            raise self.fault(what, action="Use first(), last() or another aggregate.")
        place = np.empty(len(frame) + 1, dtype=np.intp)
        place[theirs.codes], place[-1] = np.arange(len(frame)), -1
        ours = self.records.subjects
        return take_or_missing(
            frame[name], place[theirs.usubjids.get_indexer(ours.usubjids)][ours.codes], self.records.index
        )

    def compare(self, node: n.Compare) -> Result:
        left = self.value(node.left)
        right = self.value(node.right)
        if node.operator in ("in", "not in"):
            return self.flags(self.membership(self.as_column(left), right, node.operator == "not in"))
        if isinstance(left, str) and left == "":
            left, right = right, left
        if isinstance(right, str) and right == "":
            there = present(self.as_column(left))
            return self.flags(there if node.operator == "!=" else ~there)
        return self.flags(compare_columns(node.operator, *self.operands(left, right)))

    def operands(self, left: Result, right: Result) -> tuple[Operand, Operand]:
        """Both sides of a comparison; a constant stays one unless both are."""
        if isinstance(left, tuple) or isinstance(right, tuple) or not isinstance(left, pd.Series):
            left = self.as_column(left)
        return left, right if not isinstance(right, tuple) else self.as_column(right)

    def membership(self, values: pd.Series, options: Result, negated: bool) -> MaskArray:
        if not isinstance(options, tuple):
            raise self.fault("'in' needs a list on its right.")
        if any(isinstance(option, pd.Series) for option in options):
            found = np.zeros(len(values), dtype=np.bool_)
            for option in options:
                found |= compare_columns("==", *self.operands(values, option))
        else:
            found = values.isin(list(options)).to_numpy(dtype=np.bool_)
        return (~found if negated else found) & present(values)

    def mask(self, node: n.Node) -> MaskArray:
        """The value of a condition, one flag per record."""
        return self.column(node).to_numpy(dtype=np.bool_)

    def flags(self, mask: MaskArray) -> pd.Series:
        """Flags as a column."""
        return pd.Series(mask, index=self.records.index, copy=False)

    def all_of(self, node: n.And) -> Result:
        return self.flags(np.logical_and.reduce([self.mask(item) for item in node.items]))

    def any_of(self, node: n.Or) -> Result:
        return self.flags(np.logical_or.reduce([self.mask(item) for item in node.items]))

    def negation(self, node: n.Not) -> Result:
        return self.flags(~self.mask(node.item))

    def arithmetic(self, node: n.Arithmetic) -> Result:
        left, right = self.value(node.left), self.value(node.right)
        operation = _ARITHMETIC[node.operator]
        if not isinstance(left, pd.Series) and not isinstance(right, pd.Series):
            left = self.as_column(left)
        with np.errstate(divide="ignore", invalid="ignore"):
            result: pd.Series = operation(left, right)
        return result.where(np.isfinite(result))

    def negative(self, node: n.Negative) -> Result:
        value = self.value(node.item)
        return -value if not isinstance(value, str | tuple) else np.nan

    def call(self, node: n.Call) -> Result:
        function = self.data.registry[node.function]
        if function.kind == "aggregate":
            return self.aggregate(function, node)
        if function.kind in ("window", "study"):
            arguments, keywords = self.arguments(function, node, skip=GROUPING)
            others = self.window(node) if function.kind == "window" else self.cohort(node)
            return self.run(function, others, *arguments, **keywords)
        arguments, keywords = self.arguments(function, node)
        return self.run(function, *arguments, **keywords)

    def run(self, function: Function, *arguments: object, **keywords: object) -> Result:
        """Call the function and turn what it reports into findings on these records."""
        with collecting() as problems:
            result = call_function(function, self.cell, *arguments, **keywords)
        if function.returns != "Texts":
            result = checked_column(function, result, len(self.records), self.cell)
        for problem in problems:
            for position, text in zip(problem.texts.index, problem.texts, strict=True):
                finding = problem.rule.finding(str(text))
                self.data.findings.append(at_record(finding, self.records, int(position), self.data, self.cell))
        if isinstance(result, pd.Series) and result.index is not self.records.index:
            return result.set_axis(self.records.index)
        return cast(Result, result)

    def arguments(
        self, function: Function, node: n.Call, skip: tuple[str, ...] = ()
    ) -> tuple[list[object], dict[str, object]]:
        """Arguments as the function's annotations want them."""
        positional = [parameter for parameter in function.parameters if not parameter.keyword_only]
        values = [
            self.argument(positional[min(place, len(positional) - 1)].kind, item)
            for place, item in enumerate(node.arguments)
        ]
        keywords = {}
        for name, item in node.keywords:
            parameter = function.parameter(name)
            if parameter is not None and not (name in skip and function.kind != "row"):
                keywords[name] = self.argument(parameter.kind, item)
        return values, keywords

    def argument(self, kind: str, node: n.Node) -> object:
        if kind == "Records":
            return self.whole(node)
        value = self.value(node)
        if kind == "CodelistName":
            return self.data.codelists[str(value)]
        if kind == "Columns":
            return tuple(self.as_column(item) for item in (value if isinstance(value, tuple) else (value,)))
        if kind in ("Char", "Num", "Flag", "Value"):
            return self.as_column(value)
        if kind in ("Texts", "Numbers"):
            return value if isinstance(value, tuple) else (value,)
        return value

    def whole(self, node: n.Node) -> pd.DataFrame:
        """A dataset or form given whole to a study function."""
        if not isinstance(node, n.Name) or node.name not in self.data.frames:
            raise self.fault("The name of a dataset or form is needed here.")
        self.data.records_read.add(node.name)
        return self.data.whole(node.name)

    def window(self, node: n.Call) -> Window:
        """Groups, order and selection of the records, from by=, order= and where=."""
        length = len(self.records)
        by = group_codes(self.columns(node.keyword("by")), length, self.records.subjects.codes)
        positions = sort_positions(self.columns(node.keyword("order")), length)
        place = np.empty(length, dtype=np.intp)
        place[positions] = np.arange(length)
        return Window(by, place, self.taking_part(node))

    def cohort(self, node: n.Call) -> Cohort:
        """Groups and selection of the records of all subjects, from by= and where=."""
        by = group_codes(self.columns(node.keyword("by")), len(self.records))
        return Cohort(by, self.records.subjects.codes, self.taking_part(node))

    def taking_part(self, node: n.Call) -> MaskArray:
        """The records that where= picks; all without it."""
        where = node.keyword("where")
        everyone = np.ones(len(self.records), dtype=np.bool_)
        return everyone if where is None else self.mask(where)

    def columns(self, node: n.Node | None) -> list[pd.Series]:
        """The expressions of a list, or of one expression, as columns."""
        if node is None:
            return []
        items = node.items if isinstance(node, n.ListOf) else (node,)
        return [self.column(item) for item in items]

    def aggregate(self, function: Function, node: n.Call) -> Result:
        """One value per record from the subject's records of another dataset or form."""
        source, codes, count, spread = self.selected(node)
        inner = _Evaluator(source, self.data, "", self.cell)
        arguments, keywords = inner.arguments(function, node, skip=GROUPING)
        groups = Groups(codes, count)
        result = call_function(function, self.cell, arguments[0], groups, *arguments[1:], **keywords)
        result = checked_column(function, result, count, self.cell)
        return result.take(spread).set_axis(self.records.index)

    def selected(self, node: n.Call) -> tuple[RecordSet, IndexArray, int, IndexArray]:
        """The records an aggregate uses: those that satisfy where=, sorted by order=; otherwise as `inner`."""
        source, codes, count, spread = self.inner(node)
        where = node.keyword("where")
        if where is not None:
            kept = _Evaluator(source, self.data, "", self.cell).mask(where)
            source, codes = source.take(kept), codes[kept]
        if node.keyword("order") is not None:
            keys = _Evaluator(source, self.data, "", self.cell).columns(node.keyword("order"))
            order = sort_positions(keys, len(source))
            source, codes = source.take(order), codes[order]
        return source, codes, count, spread

    def inner(self, node: n.Call) -> tuple[RecordSet, IndexArray, int, IndexArray]:
        """The records an aggregate reads, the group of each, the number of groups, and each outer record's group."""
        qualified = {(item.dataset, item.name) for item in node.walk() if isinstance(item, n.Qualified)}
        dataset = next(item.dataset for item in node.arguments[0].walk() if isinstance(item, n.Qualified))
        self.data.records_read.add(dataset)
        frame = self.data.frames[dataset]
        outer_names = {item.name for item in node.walk() if isinstance(item, n.Name) and item.name in self.records}
        outer_names |= {f"{form}.{name}" for form, name in qualified if f"{form}.{name}" in self.records}
        outer_names = {name for name in outer_names if not name.startswith(f"{dataset}.")}
        wanted = sorted(name for form, name in qualified if form == dataset)
        chosen = frame.select(dict.fromkeys(["USUBJID", *wanted, *(name for name in (FORM, RECORD) if name in frame)]))
        chosen[PLACE] = pd.Series(np.arange(len(chosen)), index=chosen.index)
        ours, theirs = self.records.subjects, frame.subjects
        codes = ours.usubjids.get_indexer(theirs.usubjids)[theirs.codes]
        if outer_names:
            return self.paired(chosen, codes, dataset, sorted(outer_names))
        known = codes >= 0
        if not known.all():
            chosen, codes = chosen.take(known), codes[known]
        return _prefixed(chosen, dataset), codes, len(ours.usubjids), ours.codes

    def paired(
        self, chosen: RecordSet, codes: IndexArray, dataset: str, outer_names: list[str]
    ) -> tuple[RecordSet, IndexArray, int, IndexArray]:
        """Every record with every record of its subject in the other dataset: for conditions that name both.

        `codes` are the subjects of the records in the other dataset, as this one numbers them.
        """
        subjects = self.records.subjects.codes
        by_subject = np.argsort(codes, kind="stable")
        start, stop = (np.searchsorted(codes[by_subject], subjects, side) for side in ("left", "right"))
        everyone = np.arange(len(self.records))
        outer = np.repeat(everyone, stop - start)
        place_in_pairs = np.arange(len(outer)) - np.repeat(np.cumsum(stop - start) - (stop - start), stop - start)
        inner = by_subject[start[outer] + place_in_pairs]
        paired = _prefixed(chosen.take(inner), dataset)
        paired.borrow(self.records, {name: name for name in outer_names}, outer)
        return paired, outer, len(self.records), everyone


def _prefixed(source: RecordSet, dataset: str) -> RecordSet:
    prefixed = source.select(name for name in source if name == "USUBJID" or name.startswith("_"))
    prefixed.borrow(source, {f"{dataset}.{name}": name for name in source})
    return prefixed


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_EVALUATORS: dict[type[n.Node], Callable[[_Evaluator, Any], Result]] = {
    n.Constant: _Evaluator.constant,
    n.ListOf: _Evaluator.list_of,
    n.Name: _Evaluator.name,
    n.Qualified: _Evaluator.qualified,
    n.Compare: _Evaluator.compare,
    n.And: _Evaluator.all_of,
    n.Or: _Evaluator.any_of,
    n.Not: _Evaluator.negation,
    n.Arithmetic: _Evaluator.arithmetic,
    n.Negative: _Evaluator.negative,
    n.Call: _Evaluator.call,
}
