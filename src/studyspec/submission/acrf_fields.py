"""What each column of a raw form becomes in SDTM, as an annotated CRF shows it: read from the spec's own expressions.

Source: CDISC SDTM Metadata Submission Guidelines 2.0, section on the annotated CRF: dataset and variable of each field,
`when` for values that mean different things, and what is not submitted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from studyspec.derive.registry import Registry
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.references import references
from studyspec.spec.model import Codelist, Form, Source, Spec, Variable
from studyspec.spec.value_levels import levels_of

NOT_SUBMITTED = "NOT SUBMITTED"
_SUBJECT = "USUBJID"
_COLLECTED = "Collected"
# Variables, by their ending, whose constant tells the sources of a dataset apart; the topic goes before.
_TELLING = ("TESTCD", "TRT", "DECOD", "SCAT", "CAT")


@dataclass(frozen=True)
class Annotation:
    """A box of the annotated CRF: what it says, and the dataset whose colour it has."""

    dataset: str
    text: str


@dataclass(frozen=True)
class Field:
    """A column of a raw form.

    `variables` are those that take their value from it; `coding` says in a line each which terms they may have;
    without variables nothing of it is submitted, and `reason` says why, unless it is just not needed.
    """

    column: str
    variables: tuple[tuple[str, str], ...]
    annotations: tuple[Annotation, ...]
    coding: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class AnnotatedForm:
    """A raw form: the datasets it goes to with their labels, what is assigned to its records, and its fields.

    Of a form that is not tabulated `assigned` says why.
    """

    name: str
    label: str
    datasets: tuple[tuple[str, str], ...]
    assigned: tuple[Annotation, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class _Reading:
    """A raw column that a variable reads; `source` is blank for columns of joined forms and of methods."""

    form: str
    column: str
    dataset: str
    variable: str
    source: str = ""


def annotated_forms(spec: Spec, forms: Mapping[str, Collection[str]], registry: Registry) -> list[AnnotatedForm]:
    """The raw forms in the order of the sheet Forms, each with what its columns become.

    Args:
        spec: the SDTM workbook, checked.
        forms: raw form to its columns, in their order.
        registry: the functions that expressions call.

    Returns:
        Forms that were received as datasets are left out: nothing was collected on them.
    """
    received = set(spec.received.values())
    readings = list(dict.fromkeys(_readings(spec, forms, registry)))
    selecting = dict.fromkeys(_selecting(spec, forms, registry))
    return [
        _annotated(form, forms[name], spec, readings, list(selecting))
        for name, form in spec.forms.items()
        if name in forms and name not in received
    ]


def _readings(spec: Spec, forms: Mapping[str, Collection[str]], registry: Registry) -> Iterator[_Reading]:
    """Everything that variables read: by Mapping for each source, by methods for the dataset."""
    asked = {
        (item.dataset, name)
        for item in _mapped_sources(spec)
        for name in _mapped(item, spec).keys() - _constants(item, spec)
    }
    for source in _mapped_sources(spec):
        collected = [
            name
            for name in _constants(source, spec)
            if _variable(spec, source.dataset, name).origin == _COLLECTED and (source.dataset, name) not in asked
        ]
        for form, column in _columns(source.where, source.form, spec, forms, registry) if collected else ():
            # A collected variable that no source reads from a column: what was collected selects the records.
            yield from (_Reading(form, column, source.dataset, name, source.source) for name in collected)
        for name, expression in _mapped(source, spec).items():
            for form, column in _columns(expression, source.form, spec, forms, registry):
                own = source.source if form == source.form else ""
                yield _Reading(form, column, source.dataset, name, own)
    for variable in spec.variables:
        methods = (variable.method, *(item.method for item in levels_of(spec, variable.dataset, variable.name)))
        for method in (spec.methods[name] for name in methods if name in spec.methods):
            if method.runs and variable.dataset not in spec.received:
                for form, column in _columns(method.expression_code, "", spec, forms, registry):
                    yield _Reading(form, column, variable.dataset, variable.name)


def _mapped_sources(spec: Spec) -> list[Source]:
    return [item for item in spec.sources if not item.received]


def _mapped(source: Source, spec: Spec) -> dict[str, str]:
    """Variable to its expression in this source; a row that names the source goes before one for all."""
    rows = [row for row in spec.mappings if row.dataset == source.dataset and row.source in ("", source.source)]
    return {row.variable: row.expression for row in sorted(rows, key=lambda row: row.source != "")}


def _columns(
    expression: str, form: str, spec: Spec, forms: Mapping[str, Collection[str]], registry: Registry
) -> Iterator[tuple[str, str]]:
    """Form and column of everything raw in an expression; the subject stands for the columns that name it."""
    try:
        found = sorted(references(parse(expression), registry))
    except ExpressionError:
        return
    for item in found:
        place = item.dataset or form
        if item.name in forms.get(place, ()):
            yield place, item.name
        elif item.scope == "record" and item.name == _SUBJECT and form in spec.forms:
            yield from _columns(spec.forms[form].subject or "0", form, spec, forms, registry)


def _selecting(spec: Spec, forms: Mapping[str, Collection[str]], registry: Registry) -> Iterator[tuple[str, str, str]]:
    """Form, column and dataset of what decides which records there are: conditions, keys and joins of Sources."""
    for source in _mapped_sources(spec):
        texts = [source.where, *(key for key in source.key if key != "*")]
        for text in filter(None, texts):
            for form, column in _columns(text, source.form, spec, forms, registry):
                yield form, column, source.dataset
        for join in source.joins:
            for column in (*join.on, *join.by):
                for form in (source.form, join.form):
                    if column in forms.get(form, ()):
                        yield form, column, source.dataset


def _annotated(
    form: Form,
    columns: Collection[str],
    spec: Spec,
    readings: list[_Reading],
    selecting: list[tuple[str, str, str]],
) -> AnnotatedForm:
    own = [item for item in readings if item.form == form.name]
    fed = {item.dataset for item in _mapped_sources(spec) if item.form == form.name}
    fed |= {item.dataset for item in own}
    fields = []
    for column in columns:
        chosen = [dataset for place, name, dataset in selecting if (place, name) == (form.name, column)]
        fields.append(_field(column, [item for item in own if item.column == column], chosen, spec))
    datasets = tuple((name, item.label) for name, item in spec.datasets.items() if name in fed)
    reason = (Annotation("", f"{NOT_SUBMITTED}: {form.not_tabulated}"),) if form.not_tabulated else ()
    assigned = (*reason, *_assigned(form.name, spec))
    return AnnotatedForm(form.name, form.label or form.name, datasets, assigned, tuple(fields))


def _field(column: str, readings: list[_Reading], selecting: list[str], spec: Spec) -> Field:
    variables = tuple(dict.fromkeys((item.dataset, item.variable) for item in readings))
    if variables:
        coding = tuple(dict.fromkeys(filter(None, (_coding(_variable(spec, *key), spec) for key in variables))))
        return Field(column, variables, tuple(_annotations(readings, spec)), coding)
    reason = f"decides which records {', '.join(dict.fromkeys(selecting))} has" if selecting else ""
    return Field(column, (), (), (), reason)


def _annotations(readings: list[_Reading], spec: Spec) -> Iterator[Annotation]:
    """Boxes of a field: the variables of a dataset that need no condition in one, the others in one each."""
    plain: dict[str, list[str]] = {}
    other: list[Annotation] = []
    for dataset, name in dict.fromkeys((item.dataset, item.variable) for item in readings):
        if _variable(spec, dataset, name).supplemental:
            other.append(Annotation(dataset, f"SUPP{dataset}.QVAL when QNAM = {name}"))
            continue
        sources = {item.source for item in readings if (item.dataset, item.variable) == (dataset, name)}
        conditions = _conditions(dataset, sources, readings[0].form, spec)
        if conditions:
            other += [Annotation(dataset, _conditional(dataset, name, text)) for text in conditions]
        else:
            plain.setdefault(dataset, []).append(f"{dataset}.{name}")
    yield from (Annotation(dataset, ", ".join(names)) for dataset, names in plain.items())
    yield from other


def _conditional(dataset: str, name: str, condition: str) -> str:
    return f"{dataset}.{condition}" if condition.startswith(f"{name} = ") else f"{dataset}.{name} when {condition}"


def _conditions(dataset: str, sources: set[str], form: str, spec: Spec) -> list[str]:
    """What tells these sources apart from the others that read the form; none when all of them read the field."""
    beside = [item for item in _mapped_sources(spec) if (item.dataset, item.form) == (dataset, form)]
    if "" in sources or sources >= {item.source for item in beside}:
        return []
    found = (_telling(item, spec) for item in beside if item.source in sources)
    return list(dict.fromkeys(filter(None, found)))


def _telling(source: Source, spec: Spec) -> str:
    """The constant by which the records of a source are known: "VSTESTCD = SYSBP"."""
    constants = _constants(source, spec)
    others = [item for item in _mapped_sources(spec) if item.dataset == source.dataset and item != source]
    taken = {pair for item in others for pair in _constants(item, spec).items()}
    order = [name for name in constants if _variable(spec, source.dataset, name).role == "Topic"]
    order += [name for ending in _TELLING for name in constants if name[2:] == ending]
    known = [(name, constants[name]) for name in order]
    best = next((pair for pair in known if pair not in taken), known[0] if known else None)
    return f"{best[0]} = {best[1]}" if best else ""


def _constants(source: Source, spec: Spec) -> dict[str, str]:
    """Variables that get one text for all records of the source."""
    found = {}
    for name, expression in _mapped(source, spec).items():
        try:
            node = parse(expression)
        except ExpressionError:
            continue
        if isinstance(node, n.Constant):
            found[name] = str(node.value)
    return found


def _assigned(form: str, spec: Spec) -> Iterator[Annotation]:
    """What the records of a form get without being asked; of several sources only what tells them apart."""
    sources = [item for item in _mapped_sources(spec) if item.form == form]
    for dataset in dict.fromkeys(item.dataset for item in sources):
        own = [item for item in sources if item.dataset == dataset]
        if len(own) == 1:
            lines = [f"{dataset}.{name} = {value}" for name, value in _constants(own[0], spec).items()]
        else:
            lines = [f"{dataset}.{text}" for text in filter(None, (_telling(item, spec) for item in own))]
        yield from (Annotation(dataset, line) for line in lines)


def _variable(spec: Spec, dataset: str, name: str) -> Variable:
    return next(item for item in spec.variables_of[dataset] if item.name == name)


def _coding(variable: Variable, spec: Spec) -> str:
    """The terms of a variable's codelist in a line; of a long one how many there are."""
    codelist = spec.codelists.get(variable.codelist)
    return "" if codelist is None else f"{variable.name}: {_terms(codelist)}"


def _terms(codelist: Codelist, most: int = 8) -> str:
    if len(codelist.terms) > most:
        return f"codelist {codelist.id}, {len(codelist.terms)} terms"
    decoded = (
        f"{item.term} ({item.decoded_value})"
        if item.decoded_value.casefold() not in ("", item.term.casefold())
        else item.term
        for item in codelist.terms
    )
    return "; ".join(decoded)
