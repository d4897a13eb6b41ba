"""What a name means, and what to say when it means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyspec.spec.expression.nodes import Name, Qualified
from studyspec.spec.expression.scope import Column, Table, near, some

if TYPE_CHECKING:
    from studyspec.spec.expression.check import Checker


def column_of_name(checker: Checker, node: Name) -> Column | None:
    """A variable of the record, or a parameter."""
    scope = checker.scope
    if node.name in scope.columns:
        return scope.columns[node.name]
    if node.name in scope.parameters:
        return Column("Char" if isinstance(scope.parameters[node.name], str) else "Num")
    checker.report(node, f"{node.name} is not a variable here.", _meant(checker, node.name))
    return None


def _meant(checker: Checker, name: str) -> str:
    """What a name that is unknown here may have been meant as."""
    scope = checker.scope
    if name in scope.tables or name in scope.forms:
        return f"It is a dataset or form: write {name}.VARIABLE."
    if checker.registry.get(name) is not None:
        return f"It is a function: write {name}(...)."
    close = near(name, [*scope.columns, *scope.parameters])
    if close.upper() == name.upper():
        return f"Write {close}."
    owners = [form for form, columns in scope.forms.items() if name in columns]
    owners += [table for table, content in scope.tables.items() if name in content.columns and table not in owners]
    if owners:
        preferred = checker.aggregated if checker.aggregated in owners else owners[0]
        return f"It is a variable of {some(owners, 3)}: write {preferred}.{name}."
    return f"Near: {close}." if close else "Check the spelling, or add it to Variables or Parameters. Quote texts."


def column_of_qualified(checker: Checker, node: Qualified) -> Column | None:
    """DATASET.VARIABLE or form.COLUMN."""
    scope = checker.scope
    if node.dataset in scope.forms and node.dataset != checker.aggregated:
        return _column(checker, node, Table(scope.forms[node.dataset]))
    table = scope.tables.get(node.dataset)
    if table is None:
        known = [*scope.tables, *scope.forms]
        close = near(node.dataset, known)
        action = f"Near: {close}.{node.name}." if close else f"Known are {some(known)}."
        checker.report(node, f"{node.dataset} is not a dataset or form that can be read here.", action)
        return None
    column = _column(checker, node, table)
    if column is not None and node.dataset != checker.aggregated:
        _check_look_up(checker, node, table)
    return column


def _check_look_up(checker: Checker, node: Qualified, table: Table) -> None:
    """Outside an aggregate the value of the subject's one record is looked up."""
    if not checker.scope.has_subject:
        message = f"{node.dataset}.{node.name} is looked up by subject, but these records belong to no subject."
        checker.report(node, message, "Join the form on a key in Sources, or fill Subject in Forms.")
    elif not table.one_per_subject:
        message = f"{node.dataset} has many records per subject, so {node.dataset}.{node.name} is not one value."
        checker.report(node, message, f"Say which: first({node.dataset}.{node.name}, where=..., order=[...]).")


def _column(checker: Checker, node: Qualified, table: Table) -> Column | None:
    column = table.columns.get(node.name)
    if column is None:
        close = near(node.name, table.columns)
        action = f"Near: {node.dataset}.{close}." if close else f"It has {some(table.columns)}."
        checker.report(node, f"{node.dataset} has no {node.name}.", action)
    return column
