"""Rules: every variable gets its value in exactly one way: Mapping, Assigned Value, Method or Predecessor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Dataset, Spec, ValueLevel, Variable, VariableMapping
from studyspec.spec.near import did_you_mean
from studyspec.spec.rules_references import definitions
from studyspec.spec.scopes import USUBJID, one_record_per_subject
from studyspec.spec.value_levels import gives_value

PREDECESSOR = Rule(
    "SPEC-112",
    "error",
    "Unknown predecessor",
    why="The variable takes its value from there.",
    action="Write it as DATASET.VARIABLE, e.g. AE.AETERM, with a variable that exists.",
)
NO_VALUE = Rule(
    "SPEC-116",
    "error",
    "Variable without a value",
    why="Nothing says where the variable's value comes from.",
    action="Add a Mapping row, an Assigned Value, a Method with Expression Context studyspec, or a Predecessor; or set "
    "Has No Data to Yes when it was never collected.",
)
TWO_VALUES = Rule(
    "SPEC-117",
    "error",
    "Variable with two values",
    why="Two cells say where the value comes from, and only the first of them would be used.",
    action="Keep one of them.",
)
NOT_EVERY_SOURCE = Rule(
    "SPEC-118",
    "warning",
    "Mandatory variable without a value in one source",
    why="All records of that source would have it blank.",
    action="Add a Mapping row for the source, or set Mandatory to No.",
)
PREDECESSOR_TYPE = Rule(
    "SPEC-120",
    "error",
    "Predecessor of another type",
    why="A copied variable keeps its type.",
    action="Correct the data type, or derive the variable with a method that converts it.",
)
PREDECESSOR_LABEL = Rule(
    "SPEC-129",
    "warning",
    "Copied variable with another label",
    why="ADaM: a variable copied under the same name keeps its attributes (ADaMIG 1.3, section 3.1).",
    action="Use the same label.",
)

_PREDECESSOR = re.compile(r"([A-Z][A-Z0-9]*)\.([A-Z][A-Z0-9_]*)")


def split_predecessor(text: str) -> tuple[str, str] | None:
    """The dataset and variable of a Predecessor cell ("AE.AETERM"), None when it is something else."""
    match = _PREDECESSOR.fullmatch(text)
    return (match[1], match[2]) if match else None


def _mappings(spec: Spec) -> dict[tuple[str, str], list[VariableMapping]]:
    found: dict[tuple[str, str], list[VariableMapping]] = {}
    for mapping in spec.mappings:
        found.setdefault((mapping.dataset, mapping.variable), []).append(mapping)
    return found


def _ways(spec: Spec, item: Variable | ValueLevel) -> list[str]:
    """The headers of the row's cells that give it a value."""
    method = spec.methods.get(item.method)
    ways = ["Assigned Value"] if item.assigned_value else []
    ways += ["Method"] if method and method.runs else []
    return ways + (["Predecessor"] if item.predecessor else [])


def _built(spec: Spec) -> Iterable[Variable]:
    """Variables that the spec must give a value.

    The engine fills SUPP-- datasets and USUBJID (from the form's Subject or the source dataset) itself.
    """
    for item in spec.variables:
        dataset = spec.datasets.get(item.dataset)
        no_data = dataset is None or dataset.has_no_data or item.has_no_data
        if not no_data and item.dataset not in spec.made and item.name != USUBJID:
            yield item


def values_missing(spec: Spec) -> list[Finding]:
    """Variables that nothing gives a value. Specs that only describe are not held to it."""
    if spec.only_describes:
        return []
    given = set(_mappings(spec))
    # Of these, rules_received says what has no column.
    given |= {(item.dataset, item.name) for item in spec.variables if item.dataset in spec.received}
    given |= {(level.dataset, level.variable) for level in spec.value_levels if gives_value(level, spec)}
    findings = []
    for item in _built(spec):
        if (item.dataset, item.name) not in given and not _ways(spec, item):
            what = f"{item.dataset}.{item.name} has no way to get a value."
            if item.method in spec.methods:
                what = f"{item.dataset}.{item.name} has only the method {item.method}, which is text and does not run."
            findings.append(NO_VALUE.finding(what, cell=item.location.at("Variable")))
    return findings


def values_twice(spec: Spec) -> list[Finding]:
    """Variables with two ways to get a value.

    A source without a Mapping row of its own may use the Assigned Value or the Predecessor; a Method is for all. A
    value level goes before what its variable has for all records, so only its own cells are counted.
    """
    mapped = _mappings(spec)
    findings = []
    for level in spec.value_levels:
        ways = _ways(spec, level)
        if len(ways) > 1:
            what = f"{level.dataset}.{level.variable} gets its value here from {' and from '.join(ways)}."
            findings.append(TWO_VALUES.finding(what, cell=level.location.at(ways[-1])))
    for item in _built(spec):
        rows = mapped.get((item.dataset, item.name), [])
        ways = _ways(spec, item)
        if any(not row.source for row in rows) or (rows and "Method" in ways):
            ways = ["Mapping", *ways]
        if len(ways) > 1:
            what = f"{item.dataset}.{item.name} gets its value from {' and from '.join(ways)}."
            findings.append(TWO_VALUES.finding(what, cell=item.location.at(ways[-1])))
    return findings


def values_not_in_every_source(spec: Spec) -> list[Finding]:
    """Mandatory variables that are mapped for some sources only."""
    mapped = _mappings(spec)
    sources: dict[str, set[str]] = {}
    for source in spec.sources:
        sources.setdefault(source.dataset, set()).add(source.source)
    findings = []
    for item in _built(spec):
        covered = {row.source for row in mapped.get((item.dataset, item.name), [])}
        absent = sorted(sources.get(item.dataset, set()) - covered)
        if item.mandatory and covered and "" not in covered and absent and not _ways(spec, item):
            what = f"{item.dataset}.{item.name} is mandatory but not mapped for {', '.join(absent)}."
            findings.append(NOT_EVERY_SOURCE.finding(what, cell=item.location.at("Mandatory")))
    return findings


def predecessors(spec: Spec, others: Iterable[Spec]) -> list[Finding]:
    """Predecessors must exist, be within reach of the record, and have the same type and label.

    Args:
        spec: the workbook checked.
        others: workbooks whose datasets it may read: SDTM for ADaM.
    """
    known = {(item.dataset, item.name): item for one in (*others, spec) for item in one.variables}
    datasets = {name: dataset for one in (*others, spec) for name, dataset in one.datasets.items()}
    findings = []
    for item in definitions(spec):
        parts = split_predecessor(item.predecessor)
        cell = item.location.at("Predecessor")
        if not item.predecessor:
            continue
        origin = known.get(parts) if parts else None
        if parts is None:
            what = f"{item.predecessor!r} does not name one variable."
            findings.append(PREDECESSOR.finding(what, cell=cell))
        elif origin is None:
            findings.append(_unknown_predecessor(parts, known, cell))
        else:
            findings += _unreachable(spec, item, datasets.get(parts[0]), cell)
            findings += _copied(item, origin) if isinstance(item, Variable) else _copied_level(item, origin, known)
    return findings


def _unknown_predecessor(parts: tuple[str, str], known: Mapping[tuple[str, str], Variable], cell: str) -> Finding:
    dataset, name = parts
    own = [other for owner, other in known if owner == dataset]
    what = f"{dataset} has no variable {name}." if own else f"There is no dataset {dataset}."
    near = did_you_mean(name, own) or did_you_mean(dataset, {owner for owner, _ in known})
    return PREDECESSOR.finding(what, action=f"{near} {PREDECESSOR.action}".strip(), cell=cell)


def _unreachable(spec: Spec, item: Variable | ValueLevel, dataset: Dataset | None, cell: str) -> list[Finding]:
    """A predecessor is read from the record's own source, from a joined one, or from a one-record dataset."""
    sources = [source for source in spec.sources if source.dataset == item.dataset]
    near = {name for source in sources for name in (source.form, *(join.form for join in source.joins))}
    if dataset is None or not sources or dataset.name in near or one_record_per_subject(dataset):
        return []
    what = f"{dataset.name} is not a source of {item.dataset}, and a subject has more than one record in it."
    action = f"Add {dataset.name} to the sources or joins of {item.dataset}, or use an aggregate in a method."
    return [PREDECESSOR.finding(what, action=action, cell=cell)]


def _copied(item: Variable, origin: Variable) -> list[Finding]:
    findings = []
    if item.is_numeric != origin.is_numeric and item.data_type and origin.data_type:
        what = f"{item.dataset}.{item.name} is {item.data_type}, {item.predecessor} is {origin.data_type}."
        findings.append(PREDECESSOR_TYPE.finding(what, cell=item.location.at("Data Type")))
    if item.name == origin.name and item.label != origin.label:
        what = f"The label is {item.label!r}, that of {item.predecessor} is {origin.label!r}."
        findings.append(PREDECESSOR_LABEL.finding(what, cell=item.location.at("Label")))
    return findings


def _copied_level(level: ValueLevel, origin: Variable, known: Mapping[tuple[str, str], Variable]) -> list[Finding]:
    """A value level copies into its variable; its label may say more than that of the original."""
    item = known.get((level.dataset, level.variable))
    if item is None or item.is_numeric == origin.is_numeric:
        return []
    what = f"{level.dataset}.{level.variable} is {item.data_type}, {level.predecessor} is {origin.data_type}."
    return [PREDECESSOR_TYPE.finding(what, cell=level.location.at("Predecessor"))]
