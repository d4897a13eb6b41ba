"""Rules: names, labels and lengths that SAS transport files and the standards allow.

Sources: SDTMIG 3.4 section 3.2 and CORE rules CG0308, CG0310, CG0311, CG0413, CG0416, CG0417; ADaMIG 1.3 section 3.1;
SAS transport version 5 (names to 8, labels to 40, text to 200).
"""

from __future__ import annotations

import re
from itertools import pairwise

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Dataset, Spec, Variable
from studyspec.spec.rules_references import definitions

MAX_NAME, MAX_LABEL, MAX_TEXT = 8, 40, 200

DATASET_NAME = Rule(
    "SPEC-121",
    "error",
    "Dataset name not allowed",
    why="Transport files hold names of at most 8 capital letters and digits that start with a letter.",
    action="Choose a name such as AE, SUPPAE or ADAE.",
)
VARIABLE_NAME = Rule(
    "SPEC-122",
    "error",
    "Variable name not allowed",
    why="Transport files hold names of at most 8 capital letters, digits and _ that start with a letter.",
    action="Choose a shorter or plainer name.",
)
LABEL = Rule(
    "SPEC-123",
    "error",
    "Label not allowed",
    why="Transport files hold labels of at most 40 characters of plain ASCII.",
    action="Shorten the label, and replace letters with accents, dashes and quotes of Word by plain ones.",
)
TEXT_LENGTH = Rule(
    "SPEC-124",
    "error",
    "Text length missing or too long",
    why="Transport files hold texts of 1 to 200 characters; the engine never cuts a value silently.",
    action="Type a Length from 1 to 200; longer values continue in SUPP-- variables.",
)
SDTM_PREFIX = Rule(
    "SPEC-127",
    "error",
    "Variable lacks the prefix of its domain",
    why="In SDTM, variables begin with the two letters of the domain, except those common to all domains.",
    action="Begin the name with the domain's letters, or make the variable supplemental.",
)
REPEATED_ORDER = Rule(
    "SPEC-128",
    "warning",
    "Two variables have the same place",
    why="The order of the dataset's variables would depend on their rows in the sheet.",
    action="Give each variable of the dataset its own Order.",
)

STANDARD_NAME = Rule(
    "SPEC-145",
    "error",
    "Dataset name against the standard",
    why="SDTM datasets begin with their two-letter DOMAIN; ADaM datasets begin with AD.",
    action="Correct the name, or the Assigned Value of DOMAIN.",
)

_DATASET = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
# Identifiers and timing variables that any domain may have (SDTM 2.0, sections 3.1.4 and 3.1.5).
COMMON_VARIABLES = frozenset(
    (
        *("STUDYID", "DOMAIN", "USUBJID", "APID", "POOLID", "SPDEVID", "NHOID", "FETUSID", "FOCID"),
        *("VISITNUM", "VISIT", "VISITDY", "TAETORD", "EPOCH", "RPHASE", "RPPLDY", "RPPLSTDY", "RPPLENDY"),
        *("MIDS", "RELMIDS", "MIDSDTC"),
    )
)


def dataset_names(spec: Spec) -> list[Finding]:
    """Names of datasets."""
    return [
        DATASET_NAME.finding(f"{dataset.name!r} cannot be a dataset's name.", cell=dataset.location.at("Dataset"))
        for dataset in spec.datasets.values()
        if dataset.name and not _DATASET.fullmatch(dataset.name)
    ]


def standard_names(spec: Spec) -> list[Finding]:
    """SDTM: the value assigned to DOMAIN begins the dataset's name. ADaM: the name begins with AD."""
    if spec.standard == "ADaM":
        return [
            STANDARD_NAME.finding(f"{dataset.name} does not begin with AD.", cell=dataset.location.at("Dataset"))
            for dataset in spec.datasets.values()
            if dataset.name and not dataset.name.startswith("AD")
        ]
    return [
        STANDARD_NAME.finding(
            f"DOMAIN of {item.dataset} is {item.assigned_value!r}.", cell=item.location.at("Assigned Value")
        )
        for item in spec.variables
        if item.name == "DOMAIN" and item.assigned_value and item.assigned_value != item.dataset[:2]
    ]


def variable_names(spec: Spec) -> list[Finding]:
    """Names of variables, and so of QNAM for the supplemental ones."""
    return [
        VARIABLE_NAME.finding(f"{item.name!r} cannot be a variable's name.", cell=item.location.at("Variable"))
        for item in spec.variables
        if item.name and not _VARIABLE.fullmatch(item.name)
    ]


def labels(spec: Spec) -> list[Finding]:
    """Labels of datasets and variables, and so QLABEL of the supplemental ones."""
    findings = []
    labelled: list[Dataset | Variable] = [*spec.datasets.values(), *spec.variables]
    for item in labelled:
        odd = "".join(dict.fromkeys(mark for mark in item.label if not " " <= mark <= "~"))
        problems = [f"it has {len(item.label)} characters"] if len(item.label) > MAX_LABEL else []
        problems += [f"it holds {odd!r}"] if odd else []
        if problems:
            what = f"The label of {item.name} is not allowed: {' and '.join(problems)}."
            findings.append(LABEL.finding(what, cell=item.location.at("Label")))
    return findings


def text_lengths(spec: Spec) -> list[Finding]:
    """Length of text variables and value levels."""
    return [
        TEXT_LENGTH.finding(
            f"A text has length {item.length if item.length is not None else 'missing'}.",
            cell=item.location.at("Length"),
        )
        for item in definitions(spec)
        if item.data_type == "text" and not 1 <= (item.length or 0) <= MAX_TEXT
    ]


def domain_prefixes(spec: Spec) -> list[Finding]:
    """SDTM: variables of general observation classes begin with their domain's two letters."""
    if spec.standard != "SDTM":
        return []
    classes = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")
    return [
        SDTM_PREFIX.finding(f"{item.name} does not begin with {item.dataset[:2]}.", cell=item.location.at("Variable"))
        for item in spec.variables
        if item.dataset in spec.datasets
        and spec.datasets[item.dataset].class_ in classes
        and not item.supplemental
        and not item.name.startswith(item.dataset[:2])
        and item.name not in COMMON_VARIABLES
    ]


def repeated_orders(spec: Spec) -> list[Finding]:
    """Order of the variables of a dataset."""
    findings = []
    for variables in spec.variables_of.values():
        for one, other in pairwise(variables):
            if one.order == other.order:
                what = f"{one.name} and {other.name} are both number {one.order} of {one.dataset}."
                findings.append(REPEATED_ORDER.finding(what, cell=other.location.at("Order")))
    return findings
