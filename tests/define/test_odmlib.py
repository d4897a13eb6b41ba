"""The defines of the reference study as odmlib reads them, a reader that nobody here wrote: equal to the workbooks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from odmlib.define_loader import XMLDefineLoader
from odmlib.loader import ODMLoader
from odmlib.oid_generator import create_oid_checker

from define.samples import CREATED
from studyspec.define.check import check_define
from studyspec.define.codelists import used_codelists
from studyspec.define.supp import with_supp
from studyspec.define.validate import validate_define
from studyspec.define.write import write_define
from studyspec.spec.load import load_spec
from studyspec.spec.model import Spec
from studyspec.spec.rules_references import definitions

ROOT = Path(__file__).resolve().parents[2]
STANDARDS = {"sdtm": "SDTM", "adam": "ADaM"}
both = pytest.mark.parametrize("name", STANDARDS)


@cache
def spec_of(name: str) -> Spec:
    """A workbook as it is described: supplementals in their own datasets."""
    spec, _ = load_spec(ROOT / "specs" / f"{name}.xlsx", standard=STANDARDS[name])
    assert spec is not None
    return with_supp(spec)


@cache
def content_of(name: str) -> bytes:
    """Its define.xml."""
    return write_define(spec_of(name), created=CREATED)


@cache
def read_by_odmlib(name: str) -> Any:
    """Its MetaDataVersion as odmlib loads it."""
    loader = ODMLoader(XMLDefineLoader(model_package="define_2_1"))
    loader.load_odm_string(content_of(name).decode())
    return loader.MetaDataVersion()


def text(element: Any) -> str:
    """The text of a Description or Decode; "" where there is none."""
    found = getattr(element, "TranslatedText", [])
    return found[0]._content if found else ""


@both
def test_define_has_no_fault(name: str) -> None:
    assert validate_define(content_of(name)) == []
    assert [str(item) for item in check_define(content_of(name))] == []


@both
def test_every_reference_resolves(name: str) -> None:
    checker = create_oid_checker("define_2_1")
    version = read_by_odmlib(name)
    version.verify_oids(checker)
    assert checker.check_oid_refs()


@both
def test_datasets_are_those_of_the_workbook(name: str) -> None:
    spec = spec_of(name)
    read = {
        group.Name: (text(group.Description), group.Class.Name, group.Structure, group.Repeating)
        for group in read_by_odmlib(name).ItemGroupDef
    }
    assert read == {
        item.name: (item.label, item.class_, item.structure, "Yes" if item.repeating else "No")
        for item in spec.datasets.values()
    }


@both
def test_keys_are_those_of_the_workbook(name: str) -> None:
    items = {item.OID: item.Name for item in read_by_odmlib(name).ItemDef}
    for group in read_by_odmlib(name).ItemGroupDef:
        keys = sorted((item.KeySequence, items[item.ItemOID]) for item in group.ItemRef if item.KeySequence)
        assert tuple(key for _, key in keys) == spec_of(name).datasets[group.Name].key_variables


@both
def test_variables_are_those_of_the_workbook(name: str) -> None:
    items = {item.OID: item for item in read_by_odmlib(name).ItemDef}
    read = {}
    for group in read_by_odmlib(name).ItemGroupDef:
        for reference in group.ItemRef:
            item = items[reference.ItemOID]
            origin = item.Origin[0] if item.Origin else None
            read[group.Name, item.Name] = (
                text(item.Description),
                item.DataType,
                item.Length,
                reference.Mandatory,
                getattr(origin, "Type", None) or "",
                getattr(origin, "Source", None) or "",
                text(origin.Description) if origin is not None and origin.Description else "",
                reference.MethodOID or "",
                item.CommentOID or "",
                item.CodeListRef.CodeListOID.removeprefix("CL.") if item.CodeListRef else "",
            )
    assert read == {
        (item.dataset, item.name): (
            item.label,
            item.data_type,
            item.length if item.data_type in ("text", "integer", "float") else None,
            "Yes" if item.mandatory else "No",
            item.origin,
            item.source,
            item.predecessor,
            item.method,
            item.comment,
            item.codelist,
        )
        for dataset in spec_of(name).datasets
        for item in spec_of(name).variables_of[dataset]
    }


@both
def test_value_levels_have_the_where_clauses_of_the_workbook(name: str) -> None:
    version = read_by_odmlib(name)
    items = {item.OID: item for item in version.ItemDef}
    clauses = {
        clause.OID: tuple(
            (items[check.ItemOID].Name, check.Comparator, tuple(value._content for value in check.CheckValue))
            for check in clause.RangeCheck
        )
        for clause in version.WhereClauseDef
    }
    read = []
    for values in version.ValueListDef:
        for reference in values.ItemRef:
            item = items[reference.ItemOID]
            where = clauses[reference.WhereClauseRef[0].WhereClauseOID]
            read.append((values.OID.removeprefix("VL."), where, text(item.Description), item.DataType, item.Length))
    assert sorted(read) == sorted(
        (
            f"{level.dataset}.{level.variable}",
            tuple((item.variable, item.comparator, item.values) for item in level.where_clause.conditions),
            level.label,
            level.data_type,
            level.length if level.data_type in ("text", "integer", "float") else None,
        )
        for level in spec_of(name).value_levels
    )


@both
def test_codelists_have_the_terms_of_the_workbook(name: str) -> None:
    read = {}
    for codelist in read_by_odmlib(name).CodeList:
        terms = [*codelist.CodeListItem, *codelist.EnumeratedItem]
        if terms:
            read[codelist.Name] = [
                (
                    term.CodedValue,
                    text(term.Decode) if hasattr(term, "Decode") else "",
                    term.Alias[0].Name if term.Alias else "",
                    term.ExtendedValue or "",
                )
                for term in terms
            ]
    expected = {}
    for codelist in used_codelists(spec_of(name)):
        decoded = any(term.decoded_value for term in codelist.terms)
        expected[codelist.name] = [
            (
                term.term,
                (term.decoded_value or term.term) if decoded else "",
                term.nci_code,
                "Yes" if term.extended else "",
            )
            for term in codelist.terms
        ]
    assert read == expected


@both
def test_methods_are_those_in_use(name: str) -> None:
    read = {
        method.OID: (
            method.Name,
            method.Type,
            text(method.Description),
            method.FormalExpression[0]._content if method.FormalExpression else "",
        )
        for method in read_by_odmlib(name).MethodDef
    }
    used = {item.method for item in definitions(spec_of(name))}
    assert read == {
        method.id: (method.name, method.type, method.description, method.expression_code)
        for method in spec_of(name).methods.values()
        if method.id in used
    }
