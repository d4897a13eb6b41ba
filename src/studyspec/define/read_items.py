"""Datasets, variables, value levels and where clauses of a Define-XML file, as the model has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, cast

from studyspec.define import read_xml as xml
from studyspec.findings import Finding
from studyspec.spec.model import Comparator, Condition, Dataset, ValueLevel, Variable, WhereClause
from studyspec.spec.where_clause import where_clause_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_GUIDE = re.compile(r"(SDTM|ADaM|SEND)IG(.*)")


class DefineFile:
    """One MetaDataVersion with what other elements refer to by OID. `findings` gathers references to nothing."""

    def __init__(self, root: Element, name: str) -> None:
        self.root = root
        self.name = name
        self.version = next(item for item in root.iter() if xml.local(item) == "MetaDataVersion")
        self.findings: list[Finding] = []

    @cached_property
    def by_oid(self) -> dict[tuple[str, str], Element]:
        """Element name and OID (ID of a leaf) to the element."""
        found: dict[tuple[str, str], Element] = {}
        for item in self.version.iter():
            oid = xml.attribute(item, "OID") or (xml.attribute(item, "ID") if xml.local(item) == "leaf" else "")
            if oid:
                found.setdefault((xml.local(item), oid), item)
        return found

    @cached_property
    def groups(self) -> list[Element]:
        """The datasets, in order."""
        return list(xml.children(self.version, "ItemGroupDef"))

    @cached_property
    def owners(self) -> dict[str, list[str]]:
        """OID of an item to the datasets that hold it as a variable."""
        found: dict[str, list[str]] = {}
        for group in self.groups:
            for reference in xml.children(group, "ItemRef"):
                found.setdefault(xml.attribute(reference, "ItemOID"), []).append(xml.attribute(group, "Name"))
        return found

    def named(self, kind: str, oid: str, user: Element) -> Element | None:
        """The element with that OID; a reference to nothing is a finding at its user, except a blank one."""
        found = self.by_oid.get((kind, oid))
        if found is None and oid:
            what = f"{xml.local(user)} refers to {kind} {oid}, which the file does not have."
            self.findings.append(xml.DANGLING.finding(what, cell=f"{self.name} line {xml.line_of(user)}"))
        return found

    def id_of(self, kind: str, oid: str, user: Element) -> str:
        """The ID that the workbook gives to a method, comment, codelist or document; "" for a reference to nothing."""
        return self.sheet_id(kind, oid) if oid and self.named(kind, oid, user) is not None else ""

    def sheet_id(self, kind: str, oid: str) -> str:
        """An OID without the prefix of its kind, unless another one of the kind has just that OID."""
        prefix = {"CodeList": "CL.", "leaf": "LF.", "ResultDisplay": "RD.", "AnalysisResult": "AR."}.get(kind, "")
        short = oid.removeprefix(prefix)
        return oid if not short or (short != oid and (kind, short) in self.by_oid) else short

    def standard_of(self, element: Element) -> Element | None:
        """The def:Standard an element goes by."""
        return self.named("Standard", xml.attribute(element, "StandardOID"), element)


def guide_name(name: str) -> str:
    """A standard's name as the workbook spells it: SDTM-IG for SDTMIG."""
    match = _GUIDE.fullmatch(name)
    return f"{match[1]}-IG{match[2]}" if match else name


def read_datasets(file: DefineFile) -> dict[str, Dataset]:
    """The datasets by name."""
    return {xml.attribute(group, "Name"): _dataset(file, group) for group in file.groups}


def _dataset(file: DefineFile, group: Element) -> Dataset:
    class_ = xml.child(group, "Class")
    standard = file.standard_of(group)
    return Dataset(
        name=xml.attribute(group, "Name"),
        label=xml.description(group),
        class_=xml.attribute(class_, "Name") or xml.attribute(group, "Class"),
        subclass=xml.attribute(xml.child(class_, "SubClass"), "Name"),
        structure=xml.attribute(group, "Structure"),
        key_variables=_keys(file, group),
        standard_name=f"{guide_name(xml.attribute(standard, 'Name'))} {xml.attribute(standard, 'Version')}".strip(),
        has_no_data=xml.yes(group, "HasNoData"),
        repeating=xml.yes(group, "Repeating"),
        reference_data=xml.yes(group, "IsReferenceData"),
        comment=file.id_of("CommentDef", xml.attribute(group, "CommentOID"), group),
        developer_notes="",
        location=xml.located(group, file.name),
    )


def _keys(file: DefineFile, group: Element) -> tuple[str, ...]:
    keys = []
    for reference in xml.children(group, "ItemRef"):
        place = xml.whole(reference, "KeySequence")
        item = file.by_oid.get(("ItemDef", xml.attribute(reference, "ItemOID")))
        if place is not None and item is not None:
            keys.append((place, xml.attribute(item, "Name")))
    return tuple(name for _, name in sorted(keys))


def read_variables(file: DefineFile) -> tuple[Variable, ...]:
    """The variables of all datasets, in order."""
    return tuple(variable for group in file.groups for variable in _variables(file, group))


def _items(file: DefineFile, parent: Element) -> Iterator[tuple[int, Element, Element]]:
    """Order, ItemRef and ItemDef of a dataset or value list; an item that is not there is a finding."""
    for place, reference in enumerate(xml.children(parent, "ItemRef"), start=1):
        item = file.named("ItemDef", xml.attribute(reference, "ItemOID"), reference)
        if item is not None:
            order = xml.whole(reference, "OrderNumber")
            yield (place if order is None else order), reference, item


def _variables(file: DefineFile, group: Element) -> Iterator[Variable]:
    for order, reference, item in _items(file, group):
        origin = xml.child(item, "Origin")
        yield Variable(
            dataset=xml.attribute(group, "Name"),
            name=xml.attribute(item, "Name"),
            order=order,
            label=xml.description(item),
            data_type=xml.attribute(item, "DataType"),
            length=xml.whole(item, "Length"),
            significant_digits=xml.whole(item, "SignificantDigits"),
            format=xml.attribute(item, "DisplayFormat"),
            mandatory=xml.yes(reference, "Mandatory"),
            assigned_value="",
            codelist=_codelist(file, item),
            common=False,
            origin=xml.attribute(origin, "Type"),
            source=xml.attribute(origin, "Source"),
            pages=_origin_pages(origin),
            method=file.id_of("MethodDef", xml.attribute(reference, "MethodOID"), reference),
            predecessor=xml.description(origin),
            role=xml.attribute(reference, "Role"),
            has_no_data=xml.yes(reference, "HasNoData"),
            comment=file.id_of("CommentDef", xml.attribute(item, "CommentOID"), item),
            developer_notes="",
            supplemental=False,
            location=xml.located(item, file.name),
        )


def _codelist(file: DefineFile, item: Element) -> str:
    reference = xml.child(item, "CodeListRef")
    return "" if reference is None else file.id_of("CodeList", xml.attribute(reference, "CodeListOID"), reference)


def _origin_pages(origin: Element | None) -> str:
    return " ".join(pages for _, pages in xml.documents_of(origin) if pages)


def read_value_levels(file: DefineFile) -> tuple[ValueLevel, ...]:
    """The value levels, in the order of the variables that have them.

    Several where clauses of one item mean that either may hold: each becomes a row of its own.
    """
    found: list[ValueLevel] = []
    for group in file.groups:
        for _, _, item in _items(file, group):
            reference = xml.child(item, "ValueListRef")
            if reference is not None:
                levels = file.named("ValueListDef", xml.attribute(reference, "ValueListOID"), reference)
                if levels is not None:
                    found += _value_levels(file, xml.attribute(group, "Name"), xml.attribute(item, "Name"), levels)
    return tuple(found)


def _value_levels(file: DefineFile, dataset: str, variable: str, levels: Element) -> Iterator[ValueLevel]:
    for order, reference, item in _items(file, levels):
        origin = xml.child(item, "Origin")
        for clause in _where_clauses(file, reference, dataset):
            yield ValueLevel(
                dataset=dataset,
                variable=variable,
                order=order,
                where_clause=clause,
                label=xml.description(item),
                data_type=xml.attribute(item, "DataType"),
                length=xml.whole(item, "Length"),
                significant_digits=xml.whole(item, "SignificantDigits"),
                format=xml.attribute(item, "DisplayFormat"),
                mandatory=xml.yes(reference, "Mandatory"),
                assigned_value="",
                codelist=_codelist(file, item),
                origin=xml.attribute(origin, "Type"),
                source=xml.attribute(origin, "Source"),
                pages=_origin_pages(origin),
                method=file.id_of("MethodDef", xml.attribute(reference, "MethodOID"), reference),
                predecessor=xml.description(origin),
                comment=file.id_of("CommentDef", xml.attribute(item, "CommentOID"), item),
                developer_notes="",
                location=xml.located(item, file.name),
                role=xml.attribute(reference, "Role"),
            )


def _where_clauses(file: DefineFile, reference: Element, dataset: str) -> Iterator[WhereClause]:
    for place in xml.children(reference, "WhereClauseRef"):
        definition = file.named("WhereClauseDef", xml.attribute(place, "WhereClauseOID"), place)
        if definition is not None:
            conditions = read_conditions(file, definition, dataset)
            yield WhereClause(where_clause_text(conditions, dataset), conditions, xml.located(definition, file.name))


def read_conditions(file: DefineFile, definition: Element, dataset: str) -> tuple[Condition, ...]:
    """The conditions of a WhereClauseDef; an item that several datasets share is that of `dataset`."""
    found = []
    for check in xml.children(definition, "RangeCheck"):
        oid = xml.attribute(check, "ItemOID")
        item = file.named("ItemDef", oid, check)
        if item is not None:
            owners = file.owners.get(oid, [dataset])
            found.append(
                Condition(
                    dataset if dataset in owners else owners[0],
                    xml.attribute(item, "Name"),
                    cast(Comparator, xml.attribute(check, "Comparator")),
                    tuple(xml.text_of(value) for value in xml.children(check, "CheckValue")) or ("",),
                )
            )
    return tuple(found)
