"""Datasets, variables and value levels of a define: ItemGroupDef, ItemRef, ItemDef, ValueListDef, WhereClauseDef."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from studyspec.define.oids import (
    codelist_oid,
    comment_oid,
    dataset_oid,
    item_oid,
    leaf_oid,
    level_oid,
    method_oid,
    value_list_oid,
    where_oid,
)
from studyspec.define.standard_refs import domain_of, is_foreign, standard_of
from studyspec.define.xml import Attributes, add, add_documents, add_text
from studyspec.spec.model import Condition, Dataset, Spec, ValueLevel, Variable, is_supplemental
from studyspec.spec.value_levels import levels_of
from studyspec.standards import sdtm_domain

if TYPE_CHECKING:
    from lxml.etree import _Element

Pages = Mapping[tuple[str, str], str]

# Length belongs to these types only: of the others the type itself says the form of a value.
SIZED_TYPES = ("text", "integer", "float")
# Origins of Define-XML 2.0 and what became of them: type and source.
_OLD_ORIGINS = {"CRF": ("Collected", "Investigator"), "eDT": ("Collected", "Vendor")}


def yes(value: bool) -> str:
    """Yes, or blank: attributes of which only Yes is written."""
    return "Yes" if value else ""


def yes_no(value: bool) -> str:
    """Yes or No."""
    return "Yes" if value else "No"


def selections(spec: Spec) -> Iterator[tuple[Condition, ...]]:
    """The conditions that select records: of value levels, and of analysis results by dataset; each once."""
    found = [level.where_clause.conditions for level in spec.value_levels]
    for result in spec.analysis_results:
        for dataset in result.datasets:
            found.append(tuple(item for item in result.selection if item.dataset == dataset))
    yield from dict.fromkeys(item for item in found if item)


def add_where_clauses(version: _Element, spec: Spec) -> None:
    """A WhereClauseDef for each selection, whoever uses it."""
    for conditions in selections(spec):
        clause = add(version, "def:WhereClauseDef", {"OID": where_oid(conditions)})
        for item in conditions:
            attributes = {
                "Comparator": item.comparator,
                "SoftHard": "Soft",
                "def:ItemOID": item_oid(item.dataset, item.variable),
            }
            check = add(clause, "RangeCheck", attributes)
            for value in item.values:
                add(check, "CheckValue", text=value)


def add_value_lists(version: _Element, spec: Spec) -> None:
    """A ValueListDef for each variable that has value levels."""
    for variable in spec.variables:
        levels = levels_of(spec, variable.dataset, variable.name)
        if not levels:
            continue
        parent = add(version, "def:ValueListDef", {"OID": value_list_oid(variable.dataset, variable.name)})
        for order, level in enumerate(levels, start=1):
            attributes: Attributes = {
                "ItemOID": _level_item(level),
                "OrderNumber": order,
                "Mandatory": yes_no(level.mandatory),
                "MethodOID": method_oid(level.method) if level.method else "",
                "Role": level.role,
            }
            reference = add(parent, "ItemRef", attributes)
            add(reference, "def:WhereClauseRef", {"WhereClauseOID": where_oid(level.where_clause.conditions)})


def _level_item(level: ValueLevel) -> str:
    return level_oid(item_oid(level.dataset, level.variable), level.where_clause.conditions)


def add_datasets(version: _Element, spec: Spec, folder: str, language: str) -> None:
    """An ItemGroupDef for each dataset; `folder` is where its transport file is."""
    for dataset in spec.datasets.values():
        standard = standard_of(spec, dataset)
        leaf = leaf_oid(dataset.name)
        domain = domain_of(spec, dataset.name)
        attributes: Attributes = {
            "OID": dataset_oid(dataset.name),
            "Name": dataset.name,
            "Repeating": yes_no(dataset.repeating),
            "IsReferenceData": yes_no(dataset.reference_data),
            "SASDatasetName": dataset.name,
            "Domain": domain,
            "Purpose": "Tabulation" if spec.standard == "SDTM" else "Analysis",
            "def:Structure": dataset.structure,
            "def:ArchiveLocationID": "" if dataset.has_no_data else leaf,
            "def:StandardOID": standard.oid if standard else "",
            "def:IsNonStandard": yes(standard is None),
            "def:HasNoData": yes(dataset.has_no_data),
            "def:CommentOID": comment_oid(dataset.comment) if dataset.comment else "",
        }
        group = add(version, "ItemGroupDef", attributes)
        add_text(group, "Description", dataset.label, language)
        _add_references(group, spec, dataset)
        if spec.standard == "SDTM" and not dataset.name.endswith(domain):
            described = sdtm_domain(domain)
            add(group, "Alias", {"Context": "DomainDescription", "Name": described.label if described else domain})
        if dataset.class_:
            parent = add(group, "def:Class", {"Name": dataset.class_})
            if dataset.subclass:
                add(parent, "def:SubClass", {"Name": dataset.subclass})
        if not dataset.has_no_data:
            file = f"{dataset.name.lower()}.xpt"
            add(add(group, "def:leaf", {"ID": leaf, "xlink:href": f"{folder}{file}"}), "def:title", text=file)


def _add_references(group: _Element, spec: Spec, dataset: Dataset) -> None:
    keys = {name: place for place, name in enumerate(dataset.key_variables, start=1)}
    for order, variable in enumerate(spec.variables_of[dataset.name], start=1):
        attributes: Attributes = {
            "ItemOID": item_oid(dataset.name, variable.name),
            "OrderNumber": order,
            "Mandatory": yes_no(variable.mandatory),
            "KeySequence": keys.get(variable.name),
            "MethodOID": method_oid(variable.method) if variable.method else "",
            "Role": variable.role,
            "def:IsNonStandard": yes(is_foreign(spec, dataset, variable.name)),
            "def:HasNoData": yes(variable.has_no_data),
        }
        add(group, "ItemRef", attributes)


def add_items(version: _Element, spec: Spec, language: str, crf: str, pages: Pages) -> None:
    """An ItemDef for each variable and each value level.

    Args:
        version: MetaDataVersion.
        spec: what to describe.
        language: of labels.
        crf: the document that is the annotated CRF; blank when there is none.
        pages: its pages by dataset and variable, where the workbook gives none.
    """
    for name in spec.datasets:
        for variable in spec.variables_of[name]:
            oid = item_oid(name, variable.name)
            levels = levels_of(spec, name, variable.name)
            item = _add_item(version, variable, oid, variable.name, variable.label, language)
            _add_origin(item, variable, (variable.pages or pages.get((name, variable.name), "")), crf, language)
            if levels:
                add(item, "def:ValueListRef", {"ValueListOID": value_list_oid(name, variable.name)})
            for level in levels:
                own = _level_name(level)
                item = _add_item(version, level, _level_item(level), own, level.label, language)
                parent = (name[4:] if is_supplemental(name) else name, own)
                _add_origin(item, level, level.pages or pages.get(parent, ""), crf, language)


def _level_name(level: ValueLevel) -> str:
    """The variable's name; of a supplemental value that of the supplemental variable (QNAM)."""
    named = [item.values[0] for item in level.where_clause.conditions if item.variable == "QNAM"]
    return named[0] if named and level.variable == "QVAL" else level.variable


def _add_item(
    version: _Element, definition: Variable | ValueLevel, oid: str, name: str, label: str, language: str
) -> _Element:
    sized = definition.data_type in SIZED_TYPES
    attributes: Attributes = {
        "OID": oid,
        "Name": name,
        "DataType": definition.data_type,
        "Length": definition.length if sized else None,
        "SignificantDigits": definition.significant_digits if definition.data_type == "float" else None,
        "SASFieldName": name,
        "def:DisplayFormat": definition.format,
        "def:CommentOID": comment_oid(definition.comment) if definition.comment else "",
    }
    item = add(version, "ItemDef", attributes)
    add_text(item, "Description", label, language)
    if definition.codelist:
        add(item, "CodeListRef", {"CodeListOID": codelist_oid(definition.codelist)})
    return item


def _add_origin(item: _Element, definition: Variable | ValueLevel, pages: str, crf: str, language: str) -> None:
    if not definition.origin:
        return
    kind, source = _OLD_ORIGINS.get(definition.origin, (definition.origin, ""))
    origin = add(item, "def:Origin", {"Type": kind, "Source": definition.source or source})
    add_text(origin, "Description", definition.predecessor, language)
    if crf and pages:
        add_documents(origin, [(crf, pages)])
