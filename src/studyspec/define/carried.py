"""What of a spec a define.xml carries, so that a workbook and a define.xml can be compared without noise."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from studyspec.define.codelists import used_codelists
from studyspec.define.items import SIZED_TYPES
from studyspec.define.read_items import guide_name
from studyspec.define.standard_refs import standard_of, terminology
from studyspec.define.statements import CONTEXT
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.model import Codelist, Dataset, Spec, ValueLevel, Variable
from studyspec.spec.rules_references import definitions

Definition = TypeVar("Definition", Variable, ValueLevel)


def as_carried(spec: Spec, *, lengths: bool = True) -> Spec:
    """The spec as it comes back from its define.xml; without `lengths`, which in a define may be those of the data.

    Gone are our own sheets and columns (Forms to Guide, Synonyms, Rows of Analysis Results), code of analysis
    results that a define lists from the rows of displays, the columns Assigned Value, Common and Developer
    Notes, lengths of types that have none in a define, and rows that nothing refers to. A codelist in which some terms
    have a decode has one for each, the term itself where there was none. Standards are spelled in one way.
    """
    codelists = used_codelists(spec)
    used = {name for item in definitions(spec) for name in (item.codelist, item.method, item.comment)}
    comments = used | {item.join_comment for item in spec.analysis_results}
    comments |= {item.comment for item in spec.datasets.values()} | {item.comment for item in codelists}
    return replace(
        spec,
        attributes=_attributes(spec),
        datasets={name: _dataset(spec, item) for name, item in spec.datasets.items()},
        variables=tuple(replace(_carried(item, lengths), common=False) for item in spec.variables),
        value_levels=tuple(_carried(item, lengths) for item in spec.value_levels),
        codelists={item.id: _codelist(item) for item in codelists},
        dictionaries={id_: item for id_, item in spec.dictionaries.items() if id_ in used},
        methods={id_: item for id_, item in spec.methods.items() if id_ in used},
        comments={id_: item for id_, item in spec.comments.items() if id_ in comments},
        forms={},
        sources=(),
        mappings=(),
        parameters={},
        checks=(),
        explanations=(),
        dataset_sheets={},
        guide=(),
        analysis_results=tuple(map(_result, spec.analysis_results)),
    )


def _attributes(spec: Spec) -> dict[str, str]:
    given = spec.attributes
    study = given.get("StudyName", "")
    guides = (standard_of(spec, item) for item in spec.datasets.values())
    guide = next((item for item in guides if item is not None), None)
    return {
        "StudyName": study,
        "StudyDescription": given.get("StudyDescription") or study,
        "ProtocolName": given.get("ProtocolName") or study,
        "StandardName": guide_name(guide.name) if guide else "",
        "StandardVersion": guide.version if guide else "",
        "Language": given.get("Language") or "en",
    }


def _dataset(spec: Spec, dataset: Dataset) -> Dataset:
    guide = standard_of(spec, dataset)
    name = f"{guide_name(guide.name)} {guide.version}" if guide else ""
    return replace(dataset, standard_name=name, developer_notes="")


def _carried(item: Definition, lengths: bool) -> Definition:
    return replace(
        item,
        assigned_value="",
        developer_notes="",
        length=item.length if lengths and item.data_type in SIZED_TYPES else None,
        significant_digits=item.significant_digits if lengths and item.data_type == "float" else None,
    )


def _result(result: AnalysisResult) -> AnalysisResult:
    """The result with what it reads grouped by dataset, as a define has it."""
    place = {name: number for number, name in enumerate(result.datasets)}
    if result.programming_context == CONTEXT:
        result = replace(result, programming_context="", programming_code="")
    return replace(
        result,
        variables=tuple(sorted(result.variables, key=lambda item: place[item[0]])),
        selection=tuple(sorted(result.selection, key=lambda item: place[item.dataset])),
        rows=(),
    )


def _codelist(codelist: Codelist) -> Codelist:
    decoded = any(term.decoded_value for term in codelist.terms)
    terms = tuple(
        replace(
            term,
            order=term.order or place,
            synonyms=(),
            decoded_value=(term.decoded_value or term.term) if decoded else "",
        )
        for place, term in enumerate(codelist.terms, start=1)
    )
    release = terminology(codelist.terminology)
    stated = f"{release.publishing_set} CT {release.version}" if release else ""
    return replace(codelist, terminology=stated, terms=terms)
