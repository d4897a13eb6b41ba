"""SD-1xx: SDTM datasets and their variables against SDTMIG 3.4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Hit, rule
from studyspec.spec.rules_names import COMMON_VARIABLES
from studyspec.spec.rules_standard import class_variables, longest_rise

MAX_NAME, MAX_LABEL, MAX_TEXT = 8, 40, 200
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# Words that titles write small (SDTMIG 3.4 writes them so in its own labels).
_SMALL_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "if",
        "in",
        "not",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "with",
        "within",
    )
)


def _standard(package: Package) -> Iterator[Table]:
    """SDTM datasets with a table in the guide."""
    return (table for table in package.select("SDTM") if table.standard is not None)


def _missing(package: Package, core: str) -> Iterator[Hit]:
    for table in _standard(package):
        for item in table.standard.variables.values() if table.standard else ():
            if item.core == core and not table.has(item.name):
                yield Hit(table.name, item.name, what=f"{item.name} ({item.label}) is not in {table.name}.")


@rule(
    "SD-101",
    "CORE-000355, CG0014",
    "error",
    "A required variable is missing",
    "Add the variable to the dataset.",
)
def required_variables(package: Package) -> Iterator[Hit]:
    """Variables with core Req are in every dataset of the domain."""
    return _missing(package, "Req")


@rule(
    "SD-102",
    "CORE-000356, CG0014",
    "error",
    "A required variable is blank",
    "Fill it in, or explain why it cannot be filled.",
)
def required_values(package: Package) -> Iterator[Hit]:
    """Variables with core Req have a value in every record."""
    for table in _standard(package):
        for item in table.standard.variables.values() if table.standard else ():
            if item.core == "Req" and table.has(item.name):
                yield from table.hits(~table.filled(item.name), item.name)


@rule(
    "SD-103",
    "CORE-000334, CG0016, P21 SD0057",
    "warning",
    "An expected variable is missing",
    "Add it, blank if nothing was collected, or explain its absence.",
)
def expected_variables(package: Package) -> Iterator[Hit]:
    """Variables with core Exp are in every dataset of the domain, also where nothing was collected."""
    return _missing(package, "Exp")


@rule(
    "SD-104",
    "CORE-000550, CG0013, CG0351, P21 SD0058",
    "error",
    "The variable is not allowed in this domain",
    "Move it to SUPP--, or use the standard's name.",
)
def foreign_variables(package: Package) -> Iterator[Hit]:
    """A domain holds variables of its class, identifiers and timing variables, and no others."""
    for table in _standard(package):
        if table.standard:
            allowed = {*table.standard.variables, *COMMON_VARIABLES, *class_variables(table.standard, table.name)}
            yield from (Hit(table.name, name) for name in table.columns if name not in allowed)


@rule(
    "SD-105",
    "CORE-000852, CG0664",
    "warning",
    "The variable is not in the standard's place",
    "Put the variables in the order of the guide.",
)
def variable_order(package: Package) -> Iterator[Hit]:
    """Variables stand in the order of the guide; the fewest that would have to move are named."""
    for table in _standard(package):
        variables = table.standard.variables if table.standard else {}
        own = [name for name in table.columns if name in variables]
        in_place = set(longest_rise([variables[name].order for name in own]))
        yield from (Hit(table.name, name) for place, name in enumerate(own) if place not in in_place)


@rule(
    "SD-106",
    "CORE-001082, CG0012",
    "error",
    "The variable has another type than in the standard",
    "Correct the type in the spec.",
)
def variable_types(package: Package) -> Iterator[Hit]:
    """Variables are text or number as the guide has them."""
    for table in _standard(package):
        for name, column in table.columns.items():
            item = table.standard.variables.get(name) if table.standard else None
            if item is not None and item.type.lower() != column.type:
                yield Hit(table.name, name, value=column.type)


@rule(
    "SD-107",
    "CORE-000019, CG0311, AD0016",
    "error",
    "The label is blank or longer than 40 characters",
    "Give the variable a label of at most 40 characters.",
)
def label_lengths(package: Package) -> Iterator[Hit]:
    """Labels of datasets and variables have 1 to 40 characters."""
    for table in package.select("ALL"):
        labelled = [("", table.label), *((name, column.label) for name, column in table.columns.items())]
        yield from (Hit(table.name, name, value=text) for name, text in labelled if not 0 < len(text) <= MAX_LABEL)


@rule(
    "SD-108",
    "CORE-000182, CG0310, AD0013, AD0014",
    "error",
    "The variable name is not allowed",
    "Rename it: at most 8 capital letters, digits and underscores, a letter first.",
)
def variable_names(package: Package) -> Iterator[Hit]:
    """Names have at most 8 characters, begin with a letter and hold letters, digits and underscores."""
    for table in package.select("ALL"):
        for name in table.columns:
            if len(name) > MAX_NAME or not _NAME.fullmatch(name):
                yield Hit(table.name, name)


@rule(
    "SD-109",
    "CORE-000594, CG0359",
    "note",
    "The label is not in title case",
    "Begin every word of the label with a capital letter, small words apart.",
)
def label_case(package: Package) -> Iterator[Hit]:
    """Labels of SDTM variables are in title case, unless the guide has them otherwise."""
    for table in package.select("SDTM"):
        for name, column in table.columns.items():
            item = table.standard.variables.get(name) if table.standard else None
            own = item is None or item.label != column.label
            if own and column.label and not is_title(column.label):
                yield Hit(table.name, name, value=column.label)


def is_title(label: str) -> bool:
    """True when every word begins with a capital letter or a digit; small words inside may begin small.

    Example:
        >>> is_title("Date/Time of First Exposure"), is_title("Date of first dose")
        (True, False)
    """
    first, *others = re.findall(r"[A-Za-z0-9][\w'.-]*", label) or [""]
    return not first[:1].islower() and all(not word[0].islower() or word in _SMALL_WORDS for word in others)


@rule(
    "SD-110",
    "P21 SD0063",
    "warning",
    "The label differs from the standard's",
    "Copy the label of the guide.",
)
def standard_labels(package: Package) -> Iterator[Hit]:
    """Standard variables have the labels of the guide."""
    for table in _standard(package):
        for name, column in table.columns.items():
            item = table.standard.variables.get(name) if table.standard else None
            if item is not None and item.label != column.label:
                yield Hit(table.name, name, value=column.label, what=f"The guide has {item.label!r}.")


@rule(
    "SD-111",
    "SDTMIG 3.4 section 3.2",
    "warning",
    "The dataset label differs from the standard's",
    "Copy the label of the guide.",
)
def dataset_labels(package: Package) -> Iterator[Hit]:
    """Datasets of standard domains have the labels of the guide."""
    for table in _standard(package):
        if table.standard and table.standard.name == table.name and table.standard.label != table.label:
            yield Hit(table.name, value=table.label, what=f"The guide has {table.standard.label!r}.")


@rule(
    "SD-112",
    "CORE-000579, CG0408",
    "error",
    "The dataset has no records",
    "Leave the dataset out; say in define.xml that it has no data.",
)
def empty_datasets(package: Package) -> Iterator[Hit]:
    """Every dataset has at least one record."""
    return (Hit(table.name) for table in package.select("ALL") if not len(table.frame))


@rule(
    "SD-113",
    "P21 SD1082",
    "warning",
    "The variable is longer than its longest value",
    "Set the parameter XPT_LENGTH to data.",
)
def text_lengths(package: Package) -> Iterator[Hit]:
    """The length of a text variable is that of its longest value in the study, and at most 200."""
    for table in package.select("SDTM"):
        for name in table.characters:
            longest = max(1, int(table[name].str.len().max())) if len(table.frame) else 1
            if table.columns[name].length > min(longest, MAX_TEXT):
                what = f"Length {table.columns[name].length}, longest value {longest}."
                yield Hit(table.name, name, what=what)


@rule(
    "SD-114",
    "SDTMIG 3.4",
    "note",
    "The dataset was not compared with the guide",
    "Compare its variables, labels and order with the guide by hand.",
)
def unknown_domains(package: Package) -> Iterator[Hit]:
    """The guide's table of the domain is among those shipped."""
    return (Hit(table.name) for table in package.select("SDTM") if table.standard is None)
