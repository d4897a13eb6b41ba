"""define.xml against data: what is read of it, and every rule that holds data against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.checks.cases import found, places, table

from studyspec.checks.define_metadata import (
    DefinedCondition,
    DefinedDataset,
    DefinedStandard,
    DefinedVariable,
    DefineError,
    read_defined,
)
from studyspec.checks.package import Package


def variable(name: str, data_type: str = "text", length: int | None = 5, key: int | None = None) -> DefinedVariable:
    return DefinedVariable(name, f"Label of {name}", data_type, length, False, key, None)


ZZ = "STUDYID: S | S | S; USUBJID: 1 | 1 | 2; #ZZSEQ: 1 | 2 | 1; ZZTERM: cough | pain | cough; ZZDTC: 2021 | | 2021-03"
DATASET = DefinedDataset(
    "ZZ",
    "Dataset ZZ",
    False,
    "zz.xpt",
    {
        item.name: item
        for item in (
            variable("STUDYID", key=1),
            variable("USUBJID", key=2),
            variable("ZZSEQ", "integer", 8, 3),
            variable("ZZTERM"),
            variable("ZZDTC", "partialDate", None),
        )
    },
    (),
)
Change = Callable[[DefinedDataset], DefinedDataset]


def package(change: Change | None = None, text: str = ZZ, study: str = "S") -> Package:
    described = change(DATASET) if change else DATASET
    define = DefinedStandard(study, {described.name: described})
    return Package({"ZZ": table("ZZ", text)}, {}, {"SDTM": define}, define_checked=True)


def with_variable(**changes: object) -> Change:
    """ZZTERM with other attributes."""

    def change(dataset: DefinedDataset) -> DefinedDataset:
        return replace(
            dataset, variables={**dataset.variables, "ZZTERM": replace(dataset.variables["ZZTERM"], **changes)}
        )

    return change


def without(name: str) -> Change:
    return lambda dataset: replace(
        dataset, variables={key: item for key, item in dataset.variables.items() if key != name}
    )


def with_level(conditions: tuple[DefinedCondition, ...], **changes: object) -> Change:
    level = replace(DATASET.variables["ZZTERM"], conditions=conditions, **changes)
    return lambda dataset: replace(dataset, value_levels=(level,))


COUGH = frozenset({"cough"})
SECOND = (DefinedCondition("ZZSEQ", "EQ", ("2",)),)
CASES: list[tuple[str, Package, str]] = [
    ("DD-101", package(lambda dataset: replace(dataset, name="YY", has_no_data=True)), "ZZ"),
    ("DD-102", package(lambda dataset: replace(dataset, name="YY")), "YY"),
    ("DD-103", package(without("ZZTERM")), "ZZ"),
    ("DD-104", package(text=f"{ZZ}; -ZZTERM"), "ZZ"),
    ("DD-105", package(with_variable(label="Term")), "ZZ"),
    ("DD-105", package(lambda dataset: replace(dataset, label="Events")), "ZZ"),
    ("DD-106", package(with_variable(data_type="float")), "ZZ"),
    ("DD-107", package(with_variable(length=4)), "ZZ 1, ZZ 3"),
    ("DD-107", package(with_level(SECOND, length=3)), "ZZ 2"),
    ("DD-108", package(with_variable(terms=COUGH)), "ZZ 2"),
    ("DD-108", package(with_level(SECOND, terms=COUGH)), "ZZ 2"),
    ("DD-109", package(text=f"{ZZ}; #ZZSEQ: 1 | 1 | 1"), "ZZ 1, ZZ 2"),
    ("DD-110", package(text=f"{ZZ}; #ZZSEQ: 2 | 1 | 1"), "ZZ 2"),
    ("DD-111", package(with_variable(mandatory=True), f"{ZZ}; ZZTERM: cough | | cough"), "ZZ 2"),
    ("DD-112", package(text=f"ZZTERM: a; {ZZ}"), "ZZ"),
    ("DD-113", package(text=f"{ZZ}; #ZZSEQ: 1 | 2.5 | 1"), "ZZ 2"),
    ("DD-113", package(text=f"{ZZ}; ZZDTC: 2021 | soon | 2021-02-30"), "ZZ 2, ZZ 3"),
    ("DD-114", package(study="T"), "ZZ"),
]
RULES_TESTED = sorted({rule for rule, _, _ in CASES})


@pytest.mark.parametrize(("rule", "bad", "at"), CASES)
def test_data_that_define_xml_does_not_describe_are_found(rule: str, bad: Package, at: str) -> None:
    assert places(found(rule, bad)) == at.split(", ")


@pytest.mark.parametrize("rule", RULES_TESTED)
def test_data_as_described_are_left_alone(rule: str) -> None:
    level = with_level((DefinedCondition("ZZTERM", "IN", ("cough",)),), terms=COUGH)
    assert found(rule, package()) == []
    assert found(rule, package(level)) == []


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        *[("EQ", "2", "ZZ 2"), ("NE", "2", "ZZ 1, ZZ 3"), ("NOTIN", "2", "ZZ 1, ZZ 3"), ("LT", "2", "ZZ 1, ZZ 3")],
        *[("LE", "1", "ZZ 1, ZZ 3"), ("GT", "1", "ZZ 2"), ("GE", "2", "ZZ 2")],
    ],
)
def test_a_value_level_holds_for_the_records_of_its_where_clause(comparator: str, value: str, expected: str) -> None:
    level = with_level((DefinedCondition("ZZSEQ", comparator, (value,)),), terms=frozenset({"none"}))
    assert places(found("DD-108", package(level))) == expected.split(", ")


def test_a_value_level_on_another_dataset_selects_nothing() -> None:
    level = with_level((DefinedCondition("SEX", "EQ", ("F",)),), terms=frozenset({"none"}))
    assert found("DD-108", package(level)) == []


def test_keys_that_are_numbers_in_text_are_sorted_as_numbers() -> None:
    text = "USUBJID: 1 | 1; IDVARVAL: 9 | 10"
    variables = {name: variable(name, key=key) for key, name in enumerate(("USUBJID", "IDVARVAL"), start=1)}
    described = DefinedDataset("SUPPAE", "x", False, "", variables, ())
    define = {"SDTM": DefinedStandard("S", {"SUPPAE": described})}
    assert found("DD-110", Package({"SUPPAE": table("SUPPAE", text)}, {}, define)) == []
    other = f"{text}; IDVARVAL: 10 | 9"
    assert places(found("DD-110", Package({"SUPPAE": table("SUPPAE", other)}, {}, define))) == ["SUPPAE 2"]


XML = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/{version}"
  xmlns:xlink="http://www.w3.org/1999/xlink">
<Study OID="S"><GlobalVariables><StudyName> S01 </StudyName></GlobalVariables>
<MetaDataVersion OID="M" Name="x">
<def:ValueListDef OID="VL"><ItemRef ItemOID="IT.V" Mandatory="Yes"><def:WhereClauseRef WhereClauseOID="WC"/></ItemRef>
</def:ValueListDef><def:WhereClauseDef OID="WC"><RangeCheck Comparator="IN" def:ItemOID="IT.SEX">
<CheckValue>F</CheckValue><CheckValue>M</CheckValue></RangeCheck></def:WhereClauseDef>
<ItemGroupDef OID="IG" Name="DM" Repeating="No" def:HasNoData="Yes"><Description><TranslatedText>Demo
  graphics</TranslatedText></Description><ItemRef ItemOID="IT.SEX" Mandatory="Yes" KeySequence="2"/>
<ItemRef ItemOID="IT.AGE" Mandatory="No" KeySequence="1"/><ItemRef ItemOID="IT.GONE" Mandatory="No"/>
<def:leaf ID="L" xlink:href="dm.xpt"/></ItemGroupDef>
<ItemDef OID="IT.SEX" Name="SEX" DataType="text" Length="1"><Description><TranslatedText>Sex</TranslatedText>
</Description><CodeListRef CodeListOID="CL"/></ItemDef>
<ItemDef OID="IT.AGE" Name="AGE" DataType="integer" Length="8"><def:ValueListRef ValueListOID="VL"/>
<CodeListRef CodeListOID="EX"/></ItemDef>
<ItemDef OID="IT.V" Name="AGE.V" DataType="float" Length="3"/>
<CodeList OID="CL" Name="Sex" DataType="text"><CodeListItem CodedValue="F"/><EnumeratedItem CodedValue="M"/></CodeList>
<CodeList OID="EX" Name="MedDRA" DataType="text"><ExternalCodeList Dictionary="MedDRA"/></CodeList>
</MetaDataVersion></Study></ODM>
"""


@pytest.mark.parametrize("version", ["v2.0", "v2.1"])
def test_what_rules_compare_is_read_of_define_xml(version: str) -> None:
    define = read_defined(XML.format(version=version).encode())
    dm = define.datasets["DM"]
    assert (define.study, dm.label, dm.file, dm.has_no_data) == ("S01", "Demo graphics", "dm.xpt", True)
    assert dm.keys == ["AGE", "SEX"]
    sex, age = dm.variables["SEX"], dm.variables["AGE"]
    assert (sex.label, sex.data_type, sex.length, sex.mandatory) == ("Sex", "text", 1, True)
    assert sex.terms == {"F", "M"}
    assert age.terms is None
    (level,) = dm.value_levels
    assert (level.name, level.data_type, level.length, level.mandatory) == ("AGE", "float", 3, True)
    assert level.conditions == (DefinedCondition("SEX", "IN", ("F", "M")),)


@pytest.mark.parametrize("content", [b"", b"<ODM", b"<ODM/>"])
def test_what_is_no_define_xml_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(DefineError, match=r"It (is not well-formed|has no MetaDataVersion)"):
        read_defined(content)


def test_entities_are_not_expanded() -> None:
    content = b'<!DOCTYPE ODM [<!ENTITY x "S02">]>' + XML.format(version="v2.1").split("?>", 1)[1].encode()
    assert read_defined(content.replace(b" S01 ", b"&x;")).study == ""
