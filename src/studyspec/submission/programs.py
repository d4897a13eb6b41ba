"""A readable program per dataset: every step that was run, in its order, for reviewers who do not have studyspec.

Source: FDA Study Data Technical Conformance Guide, section on software programs: ASCII text that shows how analysis
datasets and results were made; it need not be executable.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyspec import __version__
from studyspec.derive.encoding import to_ascii
from studyspec.derive.registry import Registry
from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import ExpressionError, parse, unparse
from studyspec.spec.model import Codelist, Method, Source, Spec, Variable
from studyspec.spec.order import evaluation_order
from studyspec.spec.received import takes_own_column
from studyspec.spec.value_levels import gives_value, levels_of, running_method, selection

WIDTH = 100
INDENT = "    "
NAME_WIDTH = 11
RULER = "*" * WIDTH
HOW_TO_READ = """\
This text states how the dataset was made, derivation by derivation, in the order in which the derivations ran.
It is written from the define spec that was run; nothing in it was typed again. An expression names variables of
the record; DATASET.VARIABLE is a variable of another dataset for the same subject. A comparison with a missing
value is false; blank text is missing. Numbers are rounded half away from zero. Functions are described at the
end; functions of the study are given with their source, in Python."""


@dataclass(frozen=True)
class _Step:
    """A variable's derivation as lines, and the expressions in it."""

    lines: tuple[str, ...]
    expressions: tuple[str, ...]


def dataset_program(dataset: str, spec: Spec, registry: Registry) -> str:
    """The program of one dataset as ASCII text.

    Args:
        dataset: its name in the sheet Datasets.
        spec: the workbook, checked.
        registry: the functions that its expressions call.

    Returns:
        Parts: records, derivations in the order they ran, writing, then the parameters, codelists and functions that
        they use. Lines have at most 100 characters, except those of expressions' and functions' own text.

    Raises:
        KeyError: the workbook has no such dataset.
    """
    sources = [source for source in spec.sources if source.dataset == dataset]
    steps = [_step(variable, spec, sources) for variable in _in_order(dataset, spec, registry)]
    expressions = [text for source in sources for text in (source.where, *source.key) if text and text != "*"]
    expressions += [text for step in steps for text in step.expressions]
    nodes = [item for text in expressions for item in _walk(text)]
    called = {item.function for item in nodes if isinstance(item, n.Call)}
    called |= {source.function for source in sources if source.function}
    parts = [
        ("RECORDS", list(_records(sources, spec))),
        ("DERIVATIONS", [line for step in steps for line in (*step.lines, "")][:-1]),
        ("WRITING", list(_writing(dataset, spec))),
        ("PARAMETERS", list(_parameters(nodes, spec))),
        ("CODELISTS", list(_codelists(dataset, nodes, spec))),
        ("FUNCTIONS", list(_functions(called, registry))),
    ]
    lines = [RULER, *_title(dataset, spec), RULER, "", *textwrap.wrap(HOW_TO_READ, WIDTH)]
    numbered = enumerate(((title, body) for title, body in parts if body), start=1)
    for number, (title, body) in numbered:
        lines += ["", RULER, f"{number}. {title}", RULER, "", *body]
    return to_ascii("\n".join(line.rstrip() for line in lines) + "\n")


def _in_order(dataset: str, spec: Spec, registry: Registry) -> list[Variable]:
    variables = {item.name: item for item in spec.variables_of[dataset]}
    return [variables[name] for owner, name in evaluation_order(spec, registry) if owner == dataset]


def _title(dataset: str, spec: Spec) -> Iterator[str]:
    described = spec.datasets[dataset]
    yield from field_lines("Study", spec.attributes.get("StudyName", ""))
    yield from field_lines("Dataset", f"{dataset}, {described.label}")
    yield from field_lines("Holds", described.structure)
    yield from field_lines("Made by", f"studyspec {__version__}, from {spec.name}")


def _records(sources: Sequence[Source], spec: Spec) -> Iterator[str]:
    for number, source in enumerate(sources, start=1):
        if number > 1:
            yield ""
        yield f"Source {number} of {len(sources)}: {source.source}"
        form = spec.forms.get(source.form)
        yield from field_lines(
            "records of", f"{source.form} ({form.label})" if form and form.label else source.form, INDENT
        )
        if form is not None and form.subject:
            yield from field_lines("subject", form.subject, INDENT)
        if source.where:
            yield from field_lines("kept where", source.where, INDENT)
        for join in source.joins:
            keep = f", the {join.keep} one by {', '.join(join.by)}" if join.keep else ", at most one"
            yield from field_lines("looked up", f"record of {join.form} with equal {', '.join(join.on)}{keep}", INDENT)
        if source.key:
            key = "all columns but the registry's bookkeeping" if source.key == ("*",) else ", ".join(source.key)
            policy = {"error": "stop the build", "": "not looked for"}.get(source.duplicates, source.duplicates)
            yield from field_lines("duplicates", f"records with equal {key}: {policy}", INDENT)
        if source.function:
            yield from field_lines("then", f"function {source.function}", INDENT)


def _step(variable: Variable, spec: Spec, sources: Sequence[Source]) -> _Step:
    lines = [f"{variable.dataset}.{variable.name}  {variable.label}"]
    expressions = []
    for level in levels_of(spec, variable.dataset, variable.name):
        if not gives_value(level, spec):
            continue
        method = running_method(level, spec)
        text = method.expression_code if method else level.predecessor or f'"{level.assigned_value}"'
        expressions.append(text)
        lines += field_lines("where", unparse(selection(level, spec)), INDENT)
        lines += _method(method, text, INDENT * 2)
    rows = spec.mappings_of.get((variable.dataset, variable.name), ())
    for row in rows:
        only = f"records of {row.source}" if row.source and len(sources) > 1 else ""
        lines += field_lines(f"= ({only})" if only else "=", row.expression, INDENT)
        expressions.append(row.expression)
    if rows and variable.codelist in spec.codelists:
        lines.append(f"{INDENT}then the term of codelist {variable.codelist} that this value means")
    if not rows:
        found, more = _derivation(variable, spec)
        lines += found
        expressions += more
    comment = spec.comments.get(variable.comment)
    if comment is not None:
        lines += field_lines("comment", comment.description, INDENT)
    return _Step(tuple(lines), tuple(expressions))


def _derivation(variable: Variable, spec: Spec) -> tuple[list[str], list[str]]:
    """Lines and expressions of a variable that no Mapping row gives."""
    method = spec.methods.get(variable.method)
    if variable.assigned_value:
        return field_lines("=", f'"{variable.assigned_value}"', INDENT), []
    if method is not None:
        code = method.expression_code if method.runs else ""
        return _method(method, code, INDENT), [code] if code else []
    if variable.predecessor:
        return field_lines("copied from", variable.predecessor, INDENT), [variable.predecessor]
    if takes_own_column(variable, spec):
        return field_lines("as received", f"column {variable.name} of {spec.received[variable.dataset]}", INDENT), []
    return [f"{INDENT}no value"], []


def _method(method: Method | None, text: str, indent: str) -> list[str]:
    described = _paragraph(f"{method.id}: {method.description}", indent) if method else []
    return described + (field_lines("=", text, indent) if text else [])


def _writing(dataset: str, spec: Spec) -> Iterator[str]:
    described = spec.datasets[dataset]
    yield from field_lines("sorted by", ", ".join(described.key_variables) or "the order of the sources")
    variables = [item for item in spec.variables_of[dataset] if not item.supplemental]
    yield from field_lines("variables", ", ".join(item.name for item in variables))
    extra = [item.name for item in spec.variables_of[dataset] if item.supplemental]
    if extra:
        yield from field_lines(f"SUPP{dataset}", f"one record per value that is not missing of {', '.join(extra)}")
    yield from _paragraph(
        "A value that is longer than its variable, and two records with the same key, stop the build."
    )


def _parameters(nodes: Sequence[n.Node], spec: Spec) -> Iterator[str]:
    names = {item.name for item in nodes if isinstance(item, n.Name)}
    for name in sorted(names & spec.parameters.keys()):
        parameter = spec.parameters[name]
        value = f"{parameter.value:g}" if isinstance(parameter.value, float) else f'"{parameter.value}"'
        yield from field_lines(name, f"{value} ({parameter.description})")


def _codelists(dataset: str, nodes: Sequence[n.Node], spec: Spec) -> Iterator[str]:
    mapped = {row.variable for row in spec.mappings if row.dataset == dataset}
    used = {item.codelist for item in spec.variables_of[dataset] if item.name in mapped}
    arguments = [value for item in nodes if isinstance(item, n.Call) for value in item.children()]
    used |= {item.value for item in arguments if isinstance(item, n.Constant) and isinstance(item.value, str)}
    for name in sorted(used & spec.codelists.keys()):
        yield from _codelist(spec.codelists[name])


def _codelist(codelist: Codelist) -> Iterator[str]:
    yield f"{codelist.id}  {codelist.name}"
    for term in codelist.terms:
        decode = f" ({term.decoded_value})" if term.decoded_value and term.decoded_value != term.term else ""
        also = f", also written {'; '.join(term.synonyms)}" if term.synonyms else ""
        yield from _paragraph(f"{term.term}{decode}{also}", INDENT)


def _functions(called: set[str], registry: Registry) -> Iterator[str]:
    known = [registry[name] for name in sorted(called) if registry.get(name)]
    for place, function in enumerate(known):
        if place:
            yield ""
        yield f"{function.name}({', '.join(item.name for item in function.parameters)})"
        text = function.doc
        if function.module.startswith("studyspec_study."):
            text = function.file_text
            yield f"{INDENT}the study's own; the file it is in:"
            yield ""
        yield from (f"{INDENT}{line}" for line in text.splitlines())


def _walk(text: str) -> list[n.Node]:
    try:
        return list(parse(text).walk())
    except ExpressionError:
        return []


def field_lines(name: str, text: str, indent: str = "") -> list[str]:
    """A name and its text, wrapped below itself; the text's own line breaks are blanks."""
    lead = f"{indent}{name:<{NAME_WIDTH}}  "
    lines = textwrap.wrap(" ".join(text.split()), max(40, WIDTH - len(lead)), break_long_words=False)
    return [lead + (lines or [""])[0], *(" " * len(lead) + line for line in lines[1:])]


def _paragraph(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent), break_long_words=False
    )
