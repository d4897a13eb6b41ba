"""Check the displays against the ADaM spec and against themselves, before any data are read.

One function per rule; each returns every offender. docs/tables.md says what each column of the workbook may hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from studyspec.derive.registry import Registry
from studyspec.findings import Finding, Rule
from studyspec.spec.check_figures import wrong_figures
from studyspec.spec.check_listings import DRAWN_KINDS, mixed_up
from studyspec.spec.check_published import misplaced_published, wrong_published_columns
from studyspec.spec.check_tests import (
    two_formats,
    unknown_compared_columns,
    wrong_comparison_columns,
    wrong_rates,
    wrong_tests,
    wrong_time_variables,
    wrong_worst,
)
from studyspec.spec.expression.check import check_expression
from studyspec.spec.expression.parse import parse
from studyspec.spec.expression.scope import Column, Scope, Table, Type
from studyspec.spec.expression.text import ExpressionError
from studyspec.spec.model import Spec, Variable
from studyspec.spec.near import did_you_mean
from studyspec.spec.tlf import DisplayRow, RowKind, TlfSpec
from studyspec.spec.tlf_cells import COUNTS, INCIDENCES, SUMMARIES, Statistic
from studyspec.spec.workbook import Location

INCOMPLETE = Rule(
    "TLF-003",
    "error",
    "Display without rows or columns",
    why="There would be nothing to print.",
    action="Add rows to the sheets Rows and Columns, with a column of Kind group or total.",
)
BAD_ID = Rule(
    "TLF-004",
    "error",
    "Id cannot be used",
    why="Ids name files and are written in Sort and Select.",
    action="Use letters, digits, - and _, beginning with a letter; 'any' is not an id.",
)
UNKNOWN_DATASET = Rule(
    "TLF-005",
    "error",
    "Unknown analysis dataset",
    why="Displays read datasets that the ADaM spec defines.",
    action="Correct the name, or define the dataset in the ADaM spec.",
)
UNKNOWN_VARIABLE = Rule(
    "TLF-006",
    "error",
    "Unknown analysis variable",
    why="The row counts or summarises this variable.",
    action="Correct the name, or define the variable in the ADaM spec.",
)
EXPRESSION = Rule(
    "TLF-007",
    "error",
    "Expression cannot be used",
    why="It selects the subjects or records that are counted, or is what a listing prints.",
    action="Correct the expression.",
)
KIND = Rule(
    "TLF-008",
    "error",
    "Row does not fit its kind",
    why="Each kind of row needs its own cells.",
    action="Correct the row; docs/tables.md lists the kinds.",
)
UNKNOWN_COLUMN = Rule(
    "TLF-009",
    "error",
    "Unknown column of the display",
    why="The order or selection of terms looks at the counts of that column.",
    action="Name a column of Kind group or total by its ID.",
)
CATEGORY = Rule(
    "TLF-012",
    "error",
    "Category is not a term",
    why="No record can have a value outside the variable's codelist, so the line would always be 0.",
    action="Use a term of the codelist.",
)
NEVER_FILLED = Rule(
    "TLF-013",
    "warning",
    "Column that no row fills",
    why="A split column prints only rows that have the same pattern in Statistics; one of Kind test those with a Test.",
    action="Use the same pattern in Columns and Rows; for a column of Kind test fill in Test of some row.",
)

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
# Kind of row to how many variables it has (least, most) and which statistics.
_VARIABLES: dict[RowKind, tuple[int, int]] = {
    "header": (0, 0),
    "subjects": (0, 0),
    "events": (0, 0),
    "continuous": (1, 1),
    "categories": (1, 1),
    "worst": (1, 1),
    "nested": (1, 3),
    "incidence": (2, 2),
}
_STATISTICS: dict[RowKind, tuple[Statistic, ...]] = {
    "header": (),
    "subjects": COUNTS,
    "events": ("events",),
    "continuous": SUMMARIES,
    "categories": COUNTS,
    "worst": COUNTS,
    "nested": COUNTS,
    "incidence": INCIDENCES,
}
_NUMERIC_KINDS = ("continuous", "worst", "incidence")


def check_tlf(tlf: TlfSpec, adam: Spec, registry: Registry) -> list[Finding]:
    """Check every display.

    Args:
        tlf: from `load_tlf`.
        adam: the ADaM spec, whose datasets, variables and codelists the displays use.
        registry: the functions that conditions may call.

    Returns:
        All findings, in order of severity, code and cell.

    Example:
        >>> findings = check_tlf(tlf, adam, ENGINE)  # doctest: +SKIP
        >>> print(findings[0])  # doctest: +SKIP
        specs/tlf.xlsx!Rows!I14  error TLF-007  AESEER is not a variable of ADAE. Did you mean AESER?
    """
    variables = {name: {item.name: item for item in items} for name, items in adam.variables_of.items()}
    findings = [finding for rule in _ALONE for finding in rule(tlf)]
    findings += unknown_datasets(tlf, variables) + unknown_variables(tlf, variables) + wrong_types(tlf, variables)
    findings += wrong_time_variables(tlf, variables) + wrong_worst(tlf, variables)
    findings += categories_without_term(tlf, adam, variables) + wrong_conditions(tlf, adam, registry)
    return sorted(findings, key=Finding.sort_key)


def incomplete(tlf: TlfSpec) -> list[Finding]:
    """Tables without rows, or without a column that is counted."""
    return [
        INCOMPLETE.finding(f"{display.id} has no {what}.", cell=display.location.at("Display"))
        for display in tlf.displays.values()
        if not display.lists_records
        for what, found in (("rows", display.rows), ("column of Kind group or total", display.computed_columns))
        if not found
    ]


def bad_ids(tlf: TlfSpec) -> list[Finding]:
    """Ids that cannot stand in a file name or in Sort and Select."""
    named = [
        (item.id, item.location.at(header))
        for display in tlf.displays.values()
        for header, items in (
            ("Display", (display,)),
            ("ID", display.columns),
            ("ID", display.rows),
            ("ID", display.plots),
        )
        for item in items
    ]
    return [
        BAD_ID.finding(f"'{name}' cannot be an id.", cell=cell)
        for name, cell in named
        if not _ID.fullmatch(name) or name == "any"
    ]


def wrong_kinds(tlf: TlfSpec) -> list[Finding]:
    """Rows with too many or too few variables, or with statistics of another kind."""
    findings = []
    for row in _rows(tlf):
        least, most = _VARIABLES[row.kind]
        if not least <= len(row.variables) <= most:
            wanted = "no variable" if most == 0 else "one variable" if most == 1 else f"{least} to {most} variables"
            what = f"A row of Kind {row.kind} has {wanted}, not {len(row.variables)}."
            findings.append(KIND.finding(what, cell=row.location.at("Variables")))
        used = [item for pattern in row.statistics for item in pattern.statistics]
        others = [item for item in dict.fromkeys(used) if item not in _STATISTICS[row.kind]]
        if others or (_STATISTICS[row.kind] and not used):
            what = f"A row of Kind {row.kind} has {'the statistic ' + others[0] if others else 'no Statistics'}."
            allowed = ", ".join(_STATISTICS[row.kind]) or "none"
            action = f"Statistics of this kind: {allowed} (pct is written %)."
            findings.append(KIND.finding(what, cell=row.location.at("Statistics"), action=action))
    return findings


def unknown_columns(tlf: TlfSpec) -> list[Finding]:
    """Sort and Select cells that name a column which is not counted."""
    findings = []
    for display in tlf.displays.values():
        known = [column.id for column in display.computed_columns]
        for row in display.rows:
            named = [("Sort", order.column) for order in row.sort if order.by == "frequency"]
            named += [("Select", item.column) for item in row.select if item.column != "any"]
            findings += [
                UNKNOWN_COLUMN.finding(
                    f"{display.id} has no counted column {column}.",
                    cell=row.location.at(header),
                    action=did_you_mean(column, known),
                )
                for header, column in named
                if column not in known
            ]
    return findings


def never_filled(tlf: TlfSpec) -> list[Finding]:
    """Patterns of split columns that no row of the display has."""
    findings = []
    for display in tlf.displays.values():
        patterns = [pattern for row in display.rows for pattern in row.statistics]
        has_test = any(row.test for row in display.rows)
        for column in display.columns:
            for pattern in column.statistics:
                if column.kind == "test":
                    filled, wanted = has_test, "a Test"
                elif column.kind == "difference":
                    filled, wanted = any("pct" in item.statistics for item in patterns), "a percentage"
                else:
                    filled, wanted = any(map(pattern.prints_as, patterns)), repr(pattern.text)
                if not filled:
                    what = f"No row of {display.id} has {wanted}."
                    findings.append(NEVER_FILLED.finding(what, cell=column.location.at("Statistics")))
    return findings


_ALONE: tuple[Callable[[TlfSpec], list[Finding]], ...] = (
    incomplete,
    bad_ids,
    wrong_kinds,
    unknown_columns,
    misplaced_published,
    wrong_published_columns,
    never_filled,
    mixed_up,
    wrong_figures,
    wrong_comparison_columns,
    unknown_compared_columns,
    wrong_tests,
    wrong_rates,
    two_formats,
)

Variables = Mapping[str, Mapping[str, Variable]]


def unknown_datasets(tlf: TlfSpec, variables: Variables) -> list[Finding]:
    """Datasets of displays and rows that the ADaM spec does not define."""
    named = [(display.dataset, display.location) for display in tlf.displays.values() if display.dataset]
    named += [
        (row.dataset, row.location)
        for display in tlf.displays.values()
        for row in display.rows
        if row.dataset != display.dataset
    ]
    return [
        UNKNOWN_DATASET.finding(
            f"{name} is not a dataset of the ADaM spec.",
            cell=location.at("Dataset"),
            action=did_you_mean(name, variables),
        )
        for name, location in named
        if name not in variables
    ]


def unknown_variables(tlf: TlfSpec, variables: Variables) -> list[Finding]:
    """Variables of rows that their dataset does not have."""
    return [
        UNKNOWN_VARIABLE.finding(
            f"{row.dataset} has no variable {name}.",
            cell=row.location.at("Variables"),
            action=did_you_mean(name, variables[row.dataset]),
        )
        for row in _rows(tlf)
        for name in row.variables
        if row.dataset in variables and name not in variables[row.dataset]
    ]


def wrong_types(tlf: TlfSpec, variables: Variables) -> list[Finding]:
    """Text variables where numbers are needed."""
    return [
        KIND.finding(
            f"{row.dataset}.{item.name} is text; a row of Kind {row.kind} needs numbers.",
            cell=row.location.at("Variables"),
        )
        for row in _rows(tlf)
        for item in _known(row, variables)
        if row.kind in _NUMERIC_KINDS and not item.is_numeric
    ]


def categories_without_term(tlf: TlfSpec, adam: Spec, variables: Variables) -> list[Finding]:
    """Categories that the codelist of their variable lacks."""
    findings = []
    for row in _rows(tlf):
        for item in _known(row, variables):
            codelist = adam.codelists.get(item.codelist)
            terms = [term.term for term in codelist.terms] if codelist else []
            findings += [
                CATEGORY.finding(
                    f"'{category.value}' is not a term of {item.codelist}, the codelist of {item.name}.",
                    cell=row.location.at("Categories"),
                    action=did_you_mean(category.value, terms) or f"Terms: {', '.join(terms)}.",
                )
                for category in row.categories
                if terms and category.value and category.value not in terms
            ]
    return findings


# An expression, the dataset it is about, and the row and header of its cell.
Listed = tuple[str, str, Location, str]


def wrong_conditions(tlf: TlfSpec, adam: Spec, registry: Registry) -> list[Finding]:
    """Conditions that cannot be read, or that do not fit the dataset they are about."""
    tables = {name: Table(_columns(adam, items), name == "ADSL") for name, items in adam.variables_of.items()}
    parameters = {name: item.value for name, item in adam.parameters.items()}
    findings = []
    conditions: list[tuple[Listed, Type | None]] = [(item, "Flag") for item in _conditions(tlf)]
    for (text, dataset, location, header), expected in [*conditions, *_listed(tlf)]:
        if not text or dataset not in tables:
            continue
        scope = Scope(tables[dataset].columns, {}, tables, parameters, tuple(adam.codelists))
        for message, column, action in _problems(text, scope, registry, expected):
            what = message if len(text) < 20 else f"{message} (at character {column})"
            findings.append(EXPRESSION.finding(what, cell=location.at(header), action=action))
    return findings


def _problems(text: str, scope: Scope, registry: Registry, expected: Type | None) -> list[tuple[str, int, str]]:
    try:
        node = parse(text)
    except ExpressionError as error:
        return [(error.message, error.column, error.action)]
    kind, problems = check_expression(node, scope, registry, expected=expected)
    if kind == "Flag" and expected is None:
        return [("A condition has no text to print.", 1, 'Write if_else(condition, "Y", ""), or name a variable.')]
    return [(problem.message, problem.column, problem.action) for problem in problems]


def _listed(tlf: TlfSpec) -> Iterator[tuple[Listed, Type | None]]:
    """Each expression that gives an order, a text or a place in a drawing, as for `_conditions`, and its type."""
    for display in tlf.displays.values():
        for text, _ in display.sort:
            yield (text, display.dataset, display.location, "Sort"), None
        for column in display.columns:
            for text in column.expressions:
                expected: Type | None = "Num" if column.kind in DRAWN_KINDS else None
                yield (text, display.dataset, column.location, "Expression"), expected


def _conditions(tlf: TlfSpec) -> Iterator[Listed]:
    """Each condition with the dataset whose records it looks at, its row and its header."""
    for display in tlf.displays.values():
        yield display.population, "ADSL", display.location, "Population"
        yield display.filter, display.dataset, display.location, "Filter"
        for column in display.columns:
            yield column.where, "ADSL", column.location, "Where"
            yield column.records, display.dataset, column.location, "Records"
        for subgroup in display.subgroups:
            yield subgroup.where, "ADSL", subgroup.location, "Where"
        for row in display.rows:
            yield row.where, row.dataset, row.location, "Where"
            yield row.denominator, "ADSL", row.location, "Denominator"


def _columns(adam: Spec, items: Sequence[Variable]) -> dict[str, Column]:
    found = {}
    for item in items:
        codelist = adam.codelists.get(item.codelist)
        terms = tuple(term.term for term in codelist.terms) if codelist else ()
        found[item.name] = Column("Num" if item.is_numeric else "Char", item.codelist, terms)
    return found


def _rows(tlf: TlfSpec) -> Iterator[DisplayRow]:
    """Rows whose kind is one of the known; the others have a finding already."""
    for display in tlf.displays.values():
        yield from (row for row in display.rows if row.kind in _VARIABLES)


def _known(row: DisplayRow, variables: Variables) -> list[Variable]:
    items = variables.get(row.dataset, {})
    return [items[name] for name in row.variables if name in items]
