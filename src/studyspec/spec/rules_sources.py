"""Rules: where records come from: forms, sources, joins and keys."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from studyspec.findings import Finding, Rule
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import Reference, references
from studyspec.spec.model import Source, Spec
from studyspec.spec.near import did_you_mean
from studyspec.spec.scopes import USUBJID, added_columns

if TYPE_CHECKING:
    from studyspec.derive.registry import Registry

UNKNOWN_FORM = Rule(
    "SPEC-113",
    "error",
    "Unknown form",
    why="Records can only be read from a raw form (SDTM) or from a dataset (ADaM).",
    action="Correct the name, or add the form to the sheet Forms.",
)
UNKNOWN_SOURCE = Rule(
    "SPEC-114",
    "error",
    "Unknown source",
    why="The row is for a source of records that the sheet Sources does not define for the dataset.",
    action="Correct the name, leave the cell blank for every source, or add the source.",
)
UNKNOWN_COLUMN = Rule(
    "SPEC-115",
    "error",
    "Unknown column",
    why="The form does not have the column.",
    action="Correct the name.",
)
NO_SOURCE = Rule(
    "SPEC-119",
    "error",
    "Dataset without a source",
    why="Without a row in Sources the dataset gets no records.",
    action="Add a row to Sources, or state Has No Data.",
)
FORM_NOT_LISTED = Rule(
    "SPEC-126",
    "error",
    "Raw form not in the sheet Forms",
    why="Every raw record ends in a dataset or in the ledger with a reason; a form nobody decided on does neither.",
    action="Add the form to the sheet Forms; if it feeds no dataset, say why under Not Tabulated.",
)
UNKNOWN_FUNCTION = Rule(
    "SPEC-203",
    "error",
    "Unknown study function",
    why="The Function column names a function of kind records in the study's own programs.",
    action="Correct the name, or write the function.",
)
KEY_WITHOUT_POLICY = Rule(
    "SPEC-141",
    "error",
    "Key and Duplicates belong together",
    why="A key without a policy, or a policy without a key, does nothing.",
    action="Fill in both cells, or empty both.",
)
NO_SUBJECT = Rule(
    "SPEC-142",
    "error",
    "Source form without a subject",
    why="Every record of a dataset belongs to a subject, and the form does not say to which. Only reference data have "
    "none (TS, TA, TE): Reference Data is Yes and there is no variable USUBJID.",
    action="Fill in Subject in the sheet Forms, join the form instead of making it a source, or state Reference Data.",
)
FORM_UNUSED = Rule(
    "SPEC-143",
    "error",
    "Form neither used nor explained",
    why="Every raw record ends in a dataset or in the ledger with a reason.",
    action="Use the form as a source, join or in an expression; or say under Not Tabulated why it is not.",
)
FORM_EXPLAINED = Rule(
    "SPEC-144",
    "warning",
    "Form is used but explained as not tabulated",
    why="The ledger would give a reason for leaving out records that are in a dataset.",
    action="Empty Not Tabulated, or remove the source.",
)

FORM_IS_DATASET = Rule(
    "SPEC-146",
    "error",
    "Raw form with the name of a dataset",
    why="An expression that names it could mean either; records of the form would be taken for those of the dataset.",
    action="Give the form another name in the manifest and in the sheet Forms, e.g. raw_dm.",
)

Columns = Mapping[str, Sequence[str]]
Readable = Mapping[str, frozenset[str] | None]


def readable(spec: Spec, others: Sequence[Spec], forms: Columns | None) -> Readable:
    """What the sources of a workbook can read: raw forms for SDTM, SDTM datasets for ADaM, and its own datasets.

    Returns:
        Form or dataset to its columns; None where the columns are not known.
    """
    built = {name: items for one in (*others, spec) for name, items in one.variables_of.items()}
    datasets = {name: frozenset(item.name for item in items) for name, items in built.items()}
    if others:
        return datasets
    with_subject = {form.name for form in spec.forms.values() if form.subject}
    raw: dict[str, frozenset[str] | None] = dict.fromkeys(spec.forms)
    for form, columns in (forms or {}).items():
        raw[form] = frozenset(columns) | ({USUBJID} if form in with_subject else frozenset())
    return {**datasets, **raw}


def unknown_forms(spec: Spec, known: Readable) -> list[Finding]:
    """Form and Join cells of Sources."""
    findings = []
    for source in spec.sources:
        named = [(source.form, "Form")] + [(join.form, "Join") for join in source.joins]
        for form, header in named:
            if form and form not in known:
                action = f"{did_you_mean(form, known)} {UNKNOWN_FORM.action}".strip()
                cell = source.location.at(header)
                findings.append(UNKNOWN_FORM.finding(f"There is no form {form}.", action=action, cell=cell))
    return findings


def unknown_columns(spec: Spec, known: Readable, registry: Registry) -> list[Finding]:
    """Columns in the Key and Join cells of Sources, where the form's columns are known."""
    findings = []
    for source in spec.sources:
        added = added_columns(source.function, registry)
        findings += _absent(source, "Key", source.form, [name for name in source.key if name != "*"], known)
        for join in source.joins:
            own = [name for name in join.on if name not in added]
            findings += _absent(source, "Join", source.form, own, known)
            findings += _absent(source, "Join", join.form, [*join.on, *join.by], known)
    return findings


def _absent(source: Source, header: str, form: str, columns: Sequence[str], known: Readable) -> list[Finding]:
    own = known.get(form)
    if own is None:
        return []
    return [
        UNKNOWN_COLUMN.finding(
            f"{form} has no column {column}.",
            action=f"{did_you_mean(column, sorted(own))} {UNKNOWN_COLUMN.action}".strip(),
            cell=source.location.at(header),
        )
        for column in columns
        if column not in own
    ]


def unlisted_forms(sdtm: Spec, forms: Columns | None) -> list[Finding]:
    """Raw forms that the sheet Forms does not have, and rows of the sheet for which there is no raw form."""
    if forms is None:
        return []
    place = f"{sdtm.name}!Forms"
    findings = [
        FORM_NOT_LISTED.finding(f"Raw form {form} has no row.", cell=place, form=form)
        for form in sorted(set(forms) - set(sdtm.forms))
    ]
    return findings + [
        UNKNOWN_FORM.finding(
            f"There is no raw form {form.name}.",
            action=f"{did_you_mean(form.name, sorted(forms))} Correct the name, or remove the row.".strip(),
            cell=form.location.at("Form"),
        )
        for form in sdtm.forms.values()
        if form.name not in forms
    ]


def datasets_without_source(spec: Spec) -> list[Finding]:
    """Datasets for which Sources has no row. Specs that only describe are not held to it."""
    fed = {source.dataset for source in spec.sources}
    return [
        NO_SOURCE.finding(f"{dataset.name} has no row in Sources.", cell=dataset.location.at("Dataset"))
        for dataset in spec.datasets.values()
        if not (spec.only_describes or dataset.name in fed or dataset.has_no_data or dataset.name in spec.made)
    ]


def unknown_sources(spec: Spec) -> list[Finding]:
    """Source cells of Mapping."""
    known: dict[str, list[str]] = {}
    for source in spec.sources:
        known.setdefault(source.dataset, []).append(source.source)
    return [
        UNKNOWN_SOURCE.finding(
            f"{mapping.dataset} has no source {mapping.source}.",
            action=f"{did_you_mean(mapping.source, known.get(mapping.dataset, ()))} {UNKNOWN_SOURCE.action}".strip(),
            cell=mapping.location.at("Source"),
        )
        for mapping in spec.mappings
        if mapping.source and mapping.dataset in spec.datasets and mapping.source not in known.get(mapping.dataset, ())
    ]


def unknown_functions(spec: Spec, registry: Registry) -> list[Finding]:
    """Function cells of Sources."""
    fitting = [name for name in registry.names() if registry[name].kind == "records"]
    findings = []
    for source in spec.sources:
        function = registry.get(source.function)
        if not source.function or (function and function.kind == "records"):
            continue
        what = f"There is no study function {source.function}."
        if function:
            what = f"{source.function} is a function for expressions, not one that takes and gives records."
        action = f"{did_you_mean(source.function, fitting)} {UNKNOWN_FUNCTION.action}".strip()
        findings.append(UNKNOWN_FUNCTION.finding(what, action=action, cell=source.location.at("Function")))
    return findings


def keys_without_policy(spec: Spec) -> list[Finding]:
    """Key and Duplicates of Sources: both or neither."""
    findings = []
    for source in spec.sources:
        if bool(source.key) != bool(source.duplicates):
            given, empty = ("Key", "Duplicates") if source.key else ("Duplicates", "Key")
            what = f"{given} is filled in, {empty} is empty."
            findings.append(KEY_WITHOUT_POLICY.finding(what, cell=source.location.at(empty)))
    return findings


def forms_without_subject(spec: Spec) -> list[Finding]:
    """Source forms that the sheet Forms gives no Subject; reference data need none."""
    return [
        NO_SUBJECT.finding(f"{source.form} has no Subject.", cell=source.location.at("Form"))
        for source in spec.sources
        if source.form in spec.forms and not spec.forms[source.form].subject
        if source.dataset not in spec.reference_data
    ]


def forms_named_as_datasets(spec: Spec) -> list[Finding]:
    """Rows of Forms with the name of a dataset of the workbook."""
    return [
        FORM_IS_DATASET.finding(f"{form.name} is also a dataset.", cell=form.location.at("Form"))
        for form in spec.forms.values()
        if form.name in spec.datasets
    ]


def form_uses(spec: Spec, registry: Registry) -> list[Finding]:
    """Forms of subjects that nothing reads and nothing explains, and source forms that are explained away."""
    sources = {source.form for source in spec.sources}
    used = sources | {join.form for source in spec.sources for join in source.joins}
    used |= {check.dataset for check in spec.checks} | {
        name for source in spec.sources for name in _given(source, registry)
    }
    used |= {read.dataset for text in _expressions(spec) for read in _references(text, registry)}
    findings = []
    for form in spec.forms.values():
        if form.subject and not form.not_tabulated and form.name not in used:
            findings.append(FORM_UNUSED.finding(f"Nothing reads {form.name}.", cell=form.location.at("Form")))
        if form.not_tabulated and form.name in sources:
            what = f"{form.name} is a source in the sheet Sources."
            findings.append(FORM_EXPLAINED.finding(what, cell=form.location.at("Not Tabulated")))
    return findings


def _given(source: Source, registry: Registry) -> list[str]:
    """The forms that the source's function asks for: its parameters after the first."""
    function = registry.get(source.function)
    return list(inspect.signature(function.call).parameters)[1:] if function else []


def _expressions(spec: Spec) -> Iterator[str]:
    yield from (form.subject for form in spec.forms.values() if form.subject)
    yield from (source.where for source in spec.sources if source.where)
    yield from (mapping.expression for mapping in spec.mappings if mapping.expression)
    yield from (method.expression_code for method in spec.methods.values() if method.runs)
    yield from (check.where for check in spec.checks if check.where)


def _references(text: str, registry: Registry) -> frozenset[Reference]:
    try:
        return references(parse(text), registry)
    except ExpressionError:
        return frozenset()
