"""Workbook to define.xml to workbook, and define.xml to workbook to define.xml: only what is listed here is lost."""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from lxml import etree

from define import odmlib_defines
from define.facts import Fact, facts
from studyspec.define import carried
from studyspec.define.items import SIZED_TYPES
from studyspec.define.read import define_from
from studyspec.define.supp import with_supp
from studyspec.define.validate import validate_define
from studyspec.define.write import write_define
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.load import load_spec
from studyspec.spec.load_tlf import load_tlf
from studyspec.spec.model import Codelist, Spec, ValueLevel, Variable
from studyspec.spec.rules_references import definitions
from studyspec.spec.tlf import TlfSpec
from studyspec.spec.write_workbook import write_workbook

Item = TypeVar("Item", Variable, ValueLevel)
ROOT = Path(__file__).resolve().parents[2]
CREATED = datetime(2022, 2, 22)


def displays() -> TlfSpec | None:
    return load_tlf(ROOT / "specs" / "tlf.xlsx")[0]


def through_a_workbook(spec: Spec, folder: Path) -> Spec:
    write_workbook(spec, folder / "copy.xlsx")
    read, findings = load_spec(folder / "copy.xlsx")
    assert read is not None
    assert findings == []
    return read


def as_carried(spec: Spec) -> Spec:
    """The spec without what Define-XML 2.1 has no place for.

    These are: our own sheets and columns; Assigned Value, Common and Developer Notes of Pinnacle 21; the length of
    dates, which their type gives; codelists, dictionaries, methods and comments that nothing refers to; gaps in Order;
    and of analysis results the rows of their displays, from which a define lists their code. Conditions that hold
    together are grouped by dataset. Of terminologies only releases of CDISC are standards.
    """
    used = {value for item in definitions(spec) for value in (item.codelist, item.method, item.comment)}
    codelists = {id_: _carried_codelist(item) for id_, item in spec.codelists.items() if id_ in used}
    comments = {item.comment for item in (*spec.datasets.values(), *codelists.values())}
    comments |= used | {item.join_comment for item in spec.analysis_results}
    place = {item: number for name in spec.datasets for number, item in enumerate(spec.variables_of[name], start=1)}
    return replace(
        spec,
        name="",
        datasets={name: replace(item, developer_notes="") for name, item in spec.datasets.items()},
        variables=tuple(_carried(replace(item, order=place[item], common=False)) for item in spec.variables),
        value_levels=tuple(map(_carried, spec.value_levels)),
        codelists=codelists,
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
        analysis_results=tuple(map(_carried_result, spec.analysis_results)),
    )


def _carried(item: Item) -> Item:
    return replace(
        item,
        assigned_value="",
        developer_notes="",
        length=item.length if item.data_type in SIZED_TYPES else None,
        significant_digits=item.significant_digits if item.data_type == "float" else None,
    )


def _carried_result(result: AnalysisResult) -> AnalysisResult:
    listed = result.programming_context == "studyspec"
    code = {"programming_context": "", "programming_code": ""} if listed else {}
    by_dataset = [item for name in result.datasets for item in result.selection if item.dataset == name]
    return replace(result, rows=(), selection=tuple(by_dataset), **code)


def _carried_codelist(codelist: Codelist) -> Codelist:
    decoded = any(term.decoded_value for term in codelist.terms)
    terms = (
        replace(
            term,
            order=term.order or place,
            synonyms=(),
            decoded_value=codelist.decodes[term.term] if decoded else "",
        )
        for place, term in enumerate(codelist.terms, start=1)
    )
    release = re.fullmatch(r"\w+ CT \d{4}-\d\d-\d\d", codelist.terminology)
    return replace(codelist, terms=tuple(terms), terminology=codelist.terminology if release else "")


@pytest.mark.parametrize("name", ["sdtm", "adam"])
def test_comparing_with_a_define_leaves_out_just_that(name: str) -> None:
    spec, _ = load_spec(ROOT / "specs" / f"{name}.xlsx")
    assert spec is not None
    left = carried.as_carried(spec)
    place = {item: number for ds in left.datasets for number, item in enumerate(left.variables_of[ds], start=1)}
    ranked = tuple(replace(item, order=place[item]) for item in left.variables)
    assert replace(left, name="", variables=ranked) == as_carried(spec)


@pytest.mark.parametrize("name", ["sdtm", "adam"])
def test_workbook_to_define_to_workbook_loses_nothing_a_define_carries(name: str, tmp_path: Path) -> None:
    spec, _ = load_spec(ROOT / "specs" / f"{name}.xlsx")
    assert spec is not None
    read, findings = define_from(write_define(with_supp(spec), created=CREATED, tlf=displays()))
    assert read is not None
    assert findings == []
    before, after = as_carried(spec), as_carried(through_a_workbook(read, tmp_path))
    for item in fields(before):
        assert getattr(after, item.name) == getattr(before, item.name), item.name


def test_supplemental_variables_come_back_to_their_parents(tmp_path: Path) -> None:
    spec, _ = load_spec(ROOT / "specs" / "sdtm.xlsx")
    assert spec is not None
    read, _ = define_from(write_define(with_supp(spec), created=CREATED))
    assert read is not None
    names = [(item.dataset, item.name) for item in spec.variables if item.supplemental]
    assert len(names) > 50
    assert [(item.dataset, item.name) for item in read.variables if item.supplemental] == names
    assert list(read.datasets) == list(spec.datasets)


# Public defines of CDISC, and all that they lose on the way through a workbook.
PUBLIC: dict[str, set[tuple[str, str]]] = {
    "defineV21-SDTM.xml": {
        ("level", "Role"),  # of SUPP-- that stay datasets; ValueLevel has no column
        ("codelist", "standard"),  # of an external codelist; Dictionaries has no column
        ("codelist", "comment"),
    },
    "definev21-adam.xml": {
        ("codelist", "standard"),
        ("dataset", "comment"),  # the second document of a comment; Comments has a place for one
    },
}
# What the writer states and these files leave out.
ADDED = {("dataset", "Domain"), ("dataset", "comment")}


def public_define(name: str) -> bytes:
    """A define.xml of CDISC, out of the source distribution of odmlib that `make test` downloads."""
    archives = sorted((Path(sys.prefix) / "public-defines").glob("odmlib-*.tar.gz"))
    if not archives:
        pytest.skip("needs the source distribution of odmlib: make test")
    archive = archives[-1]
    assert sha256(archive.read_bytes()).hexdigest() in (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    with tarfile.open(archive) as content:
        member = content.extractfile(f"{archive.name.removesuffix('.tar.gz')}/tests/data/{name}")
        assert member is not None
        return member.read()


@pytest.mark.parametrize("name", PUBLIC)
def test_public_define_to_workbook_to_define_loses_what_is_listed(name: str, tmp_path: Path) -> None:
    content = public_define(name)
    spec, findings = define_from(content, name)
    assert spec is not None
    assert {finding.code for finding in findings} <= {"DEF-203", "DEF-204"}
    again = write_define(through_a_workbook(spec, tmp_path), created=CREATED)
    before, after = facts(content), facts(again)
    assert len(before) > 1500
    assert kinds(before - after) == PUBLIC[name]
    assert kinds(after - before) <= ADDED


def test_public_define_2_0_becomes_a_workbook_of_all_it_defines(tmp_path: Path) -> None:
    content = public_define("define2-0-0-sdtm-test.xml")
    spec, _ = define_from(content)
    assert spec is not None
    read = through_a_workbook(spec, tmp_path)
    root = etree.fromstring(content)
    references = [item for group in root.iter("{*}ItemGroupDef") for item in group.iter("{*}ItemRef")]
    # Datasets may share a variable with its value list (split QS); each then has rows of its own.
    lists = {item.get("OID"): len(list(item.iter("{*}WhereClauseRef"))) for item in root.iter("{*}ValueListDef")}
    by_item = {item.getparent().get("OID"): lists[item.get("ValueListOID")] for item in root.iter("{*}ValueListRef")}
    assert (len(read.datasets), len(read.variables)) == (len(list(root.iter("{*}ItemGroupDef"))), len(references))
    assert len(read.value_levels) == sum(by_item.get(item.get("ItemOID"), 0) for item in references)
    assert {item.class_ for item in read.datasets.values()} > {"EVENTS", "FINDINGS"}


@pytest.mark.parametrize("made", [odmlib_defines.tabulation, odmlib_defines.analysis], ids=["tabulation", "analysis"])
def test_define_of_another_writer_survives_the_workbook(made: Callable[[], bytes], tmp_path: Path) -> None:
    content = made()
    assert validate_define(content) == []
    spec, findings = define_from(content)
    assert spec is not None
    # AsOfDateTime, which odmlib always writes.
    assert [finding.code for finding in findings] == ["DEF-203"]
    again = write_define(through_a_workbook(spec, tmp_path), created=CREATED)
    assert facts(again) == facts(content)


def kinds(found: set[Fact]) -> set[tuple[str, str]]:
    return {(kind, stated) for kind, _, stated, _ in found}
