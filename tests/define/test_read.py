"""A define.xml becomes a spec, and what a workbook cannot hold is told."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from define import odmlib_defines
from studyspec.define.read import define_from, read_define
from studyspec.findings import Finding
from studyspec.spec.model import Condition, Spec

HEAD = """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1"
 xmlns:arm="http://www.cdisc.org/ns/arm/v1.0" xmlns:xlink="http://www.w3.org/1999/xlink" ODMVersion="1.3.2">
<Study OID="S"><GlobalVariables><StudyName>S1</StudyName><StudyDescription>A study</StudyDescription>
<ProtocolName>P1</ProtocolName></GlobalVariables>
<MetaDataVersion OID="M" Name="M" def:DefineVersion="2.1.0">
<def:Standards><def:Standard OID="STD.1" Name="ADaMIG" Type="IG" Version="1.3" Status="Final"/>
<def:Standard OID="STD.2" Name="CDISC/NCI" Type="CT" PublishingSet="ADaM" Version="2025-03-28" Status="Final"/>
</def:Standards>"""
TAIL = "</MetaDataVersion></Study></ODM>"


def text(content: str) -> str:
    return f'<Description><TranslatedText xml:lang="en">{content}</TranslatedText></Description>'


def item(oid: str, name: str, inner: str = "", more: str = 'DataType="text" Length="8"') -> str:
    return f'<ItemDef OID="{oid}" Name="{name}" {more}>{text(f"Label of {name}")}{inner}</ItemDef>'


def group(name: str, *references: str, more: str = 'def:StandardOID="STD.1"') -> str:
    return (
        f'<ItemGroupDef OID="IG.{name}" Name="{name}" Repeating="Yes" IsReferenceData="No" def:Structure="One per x" '
        f"{more}>{text(f'Data of {name}')}{''.join(references)}</ItemGroupDef>"
    )


def reference(oid: str, more: str = 'Mandatory="No"') -> str:
    return f'<ItemRef ItemOID="{oid}" {more}/>'


def read(*parts: str, head: str = HEAD) -> tuple[Spec, list[Finding]]:
    spec, findings = define_from((head + "".join(parts) + TAIL).encode())
    assert spec is not None, findings
    return spec, findings


def test_attributes_of_the_study_and_its_standard() -> None:
    spec, findings = read(group("ADSL"))
    assert findings == []
    assert spec.attributes == {
        "StudyName": "S1",
        "StudyDescription": "A study",
        "ProtocolName": "P1",
        "StandardName": "ADaM-IG",
        "StandardVersion": "1.3",
        "Language": "en",
    }
    assert spec.standard == "ADaM"
    assert spec.datasets["ADSL"].standard_name == "ADaM-IG 1.3"


def test_keys_are_in_order_of_their_sequence() -> None:
    references = [
        reference("IT.A", 'Mandatory="Yes" KeySequence="2"'),
        reference("IT.B", 'Mandatory="No" KeySequence="1" Role="Identifier" def:HasNoData="Yes"'),
    ]
    spec, _ = read(group("ADSL", *references), item("IT.A", "A"), item("IT.B", "B"))
    assert spec.datasets["ADSL"].key_variables == ("B", "A")
    first, second = spec.variables_of["ADSL"]
    assert (first.name, first.order, first.mandatory, first.label, first.length) == ("A", 1, True, "Label of A", 8)
    assert (second.role, second.has_no_data) == ("Identifier", True)


def test_origin_gives_source_predecessor_and_pages() -> None:
    collected = (
        '<def:Origin Type="Collected" Source="Investigator"><def:DocumentRef leafID="LF.CRF">'
        '<def:PDFPageRef FirstPage="4" LastPage="6" Type="PhysicalRef"/><def:PDFPageRef PageRefs="12 13" '
        'Type="PhysicalRef"/></def:DocumentRef></def:Origin>'
    )
    predecessor = f'<def:Origin Type="Predecessor">{text("DM.SEX")}</def:Origin>'
    spec, _ = read(
        group("AE", reference("IT.A"), reference("IT.B")), item("IT.A", "A", collected), item("IT.B", "B", predecessor)
    )
    first, second = spec.variables_of["AE"]
    assert (first.origin, first.source, first.pages) == ("Collected", "Investigator", "4-6 12 13")
    assert (second.origin, second.predecessor) == ("Predecessor", "DM.SEX")


LEVELS = """<def:ValueListDef OID="VL.A"><ItemRef ItemOID="IT.A.1" OrderNumber="3" Mandatory="Yes">
<def:WhereClauseRef WhereClauseOID="WC.1"/><def:WhereClauseRef WhereClauseOID="WC.2"/></ItemRef></def:ValueListDef>
<def:WhereClauseDef OID="WC.1"><RangeCheck Comparator="IN" SoftHard="Soft" def:ItemOID="IT.B"><CheckValue>X</CheckValue>
<CheckValue>Y Z</CheckValue></RangeCheck><RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.DM.SEX">
<CheckValue>F</CheckValue></RangeCheck></def:WhereClauseDef>
<def:WhereClauseDef OID="WC.2"><RangeCheck Comparator="NE" SoftHard="Soft" def:ItemOID="IT.B"><CheckValue>Q</CheckValue>
</RangeCheck></def:WhereClauseDef>"""


def test_value_levels_have_a_row_for_each_where_clause() -> None:
    spec, findings = read(
        LEVELS,
        group("VS", reference("IT.A"), reference("IT.B")),
        group("DM", reference("IT.DM.SEX")),
        item("IT.A", "A", '<def:ValueListRef ValueListOID="VL.A"/>'),
        item("IT.B", "B"),
        item("IT.DM.SEX", "SEX"),
        item("IT.A.1", "A", more='DataType="float" Length="5" SignificantDigits="1" def:DisplayFormat="5.1"'),
    )
    assert findings == []
    first, second = spec.value_levels
    assert first.where_clause.id == 'B IN (X, "Y Z") and DM.SEX EQ F'
    assert first.where_clause.conditions[1] == Condition("DM", "SEX", "EQ", ("F",))
    assert second.where_clause.id == "B NE Q"
    assert (first.data_type, first.significant_digits, first.format, first.order) == ("float", 1, "5.1", 3)


def test_a_shared_item_belongs_to_the_dataset_that_asks() -> None:
    clause = """<def:ValueListDef OID="VL.A"><ItemRef ItemOID="IT.A.1" Mandatory="No">
    <def:WhereClauseRef WhereClauseOID="WC.1"/></ItemRef></def:ValueListDef><def:WhereClauseDef OID="WC.1">
    <RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.B"><CheckValue>X</CheckValue></RangeCheck>
    </def:WhereClauseDef>"""
    spec, _ = read(
        clause,
        group("AE", reference("IT.B")),
        group("VS", reference("IT.A"), reference("IT.B")),
        item("IT.A", "A", '<def:ValueListRef ValueListOID="VL.A"/>'),
        item("IT.B", "B"),
        item("IT.A.1", "A"),
    )
    assert spec.value_levels[0].where_clause.conditions[0].dataset == "VS"


def test_codelists_terms_and_dictionaries() -> None:
    spec, _ = read(
        group("ADSL", reference("IT.A"), reference("IT.B")),
        item("IT.A", "A", '<CodeListRef CodeListOID="CL.SEX"/>'),
        item("IT.B", "B", '<CodeListRef CodeListOID="CL.MED"/>'),
        '<CodeList OID="CL.SEX" Name="Sex" DataType="text" def:StandardOID="STD.2">'
        '<CodeListItem CodedValue="F" OrderNumber="1"><Decode><TranslatedText xml:lang="en">Female</TranslatedText>'
        '</Decode><Alias Name="C16576" Context="nci:ExtCodeID"/></CodeListItem>'
        '<CodeListItem CodedValue="X" def:ExtendedValue="Yes"><Decode><TranslatedText>Else</TranslatedText></Decode>'
        '</CodeListItem><Alias Name="C66731" Context="nci:ExtCodeID"/></CodeList>'
        '<CodeList OID="CL.MED" Name="Dictionary" DataType="text"><ExternalCodeList Dictionary="WHODRUG" '
        'Version="2024"/></CodeList>',
    )
    sex = spec.codelists["SEX"]
    assert (sex.name, sex.nci_code, sex.terminology) == ("Sex", "C66731", "ADaM CT 2025-03-28")
    assert [(term.term, term.decoded_value, term.nci_code, term.extended) for term in sex.terms] == [
        ("F", "Female", "C16576", False),
        ("X", "Else", "", True),
    ]
    assert [variable.codelist for variable in spec.variables] == ["SEX", "MED"]
    assert (spec.dictionaries["MED"].dictionary, spec.dictionaries["MED"].version) == ("WHODRUG", "2024")


def test_two_codelists_that_would_get_one_name_keep_their_oids() -> None:
    codelist = '<CodeList OID="{}" Name="{}" DataType="text"><EnumeratedItem CodedValue="1"/></CodeList>'
    spec, _ = read(group("ADSL"), codelist.format("CL.A", "One"), codelist.format("A", "Two"))
    assert {id_: item.name for id_, item in spec.codelists.items()} == {"CL.A": "One", "A": "Two"}


def test_expression_for_studyspec_comes_back_as_code() -> None:
    spec, findings = read(
        group("ADSL", reference("IT.A", 'Mandatory="No" MethodOID="MT.A"')),
        item("IT.A", "A", more='DataType="text" Length="8" def:CommentOID="COM.A"'),
        f'<MethodDef OID="MT.A" Name="Method" Type="Computation">{text("In words.")}'
        '<FormalExpression Context="SAS">x = 1;</FormalExpression>'
        '<FormalExpression Context="studyspec">AGE &lt; 65</FormalExpression>'
        '<def:DocumentRef leafID="LF.SAP"><def:PDFPageRef PageRefs="Sec1" Type="NamedDestination"/></def:DocumentRef>'
        "</MethodDef>",
        f'<def:CommentDef OID="COM.A">{text("A comment.")}</def:CommentDef>',
        '<def:leaf ID="LF.SAP" xlink:href="sap.pdf"><def:title>Analysis plan</def:title></def:leaf>',
    )
    method = spec.methods["MT.A"]
    assert (method.expression_context, method.expression_code, method.runs) == ("studyspec", "AGE < 65", True)
    assert (method.document, method.pages, method.description) == ("SAP", "Sec1", "In words.")
    assert spec.variables[0].comment == "COM.A"
    assert spec.documents["SAP"].href == "sap.pdf"
    assert [finding.what for finding in findings] == ["1 x MethodDef with several FormalExpression: the first is kept."]


def test_analysis_results_come_back_to_their_sheets() -> None:
    arm = f"""<def:WhereClauseDef OID="WC.1"><RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.B">
    <CheckValue>Y</CheckValue></RangeCheck></def:WhereClauseDef>
    <arm:AnalysisResultDisplays><arm:ResultDisplay OID="RD.1" Name="Table 1">{text("Ages")}
    <arm:AnalysisResult OID="AR.1" AnalysisReason="SPECIFIED IN SAP" AnalysisPurpose="SAFETY">{text("Mean age")}
    <arm:AnalysisDatasets><arm:AnalysisDataset ItemGroupOID="IG.ADSL"><def:WhereClauseRef WhereClauseOID="WC.1"/>
    <arm:AnalysisVariable ItemOID="IT.A"/></arm:AnalysisDataset></arm:AnalysisDatasets>
    <arm:Documentation>{text("How")}<def:DocumentRef leafID="LF.SAP"/></arm:Documentation>
    <arm:ProgrammingCode Context="SAS"><arm:Code>proc means;</arm:Code></arm:ProgrammingCode>
    </arm:AnalysisResult></arm:ResultDisplay></arm:AnalysisResultDisplays>"""
    spec, _ = read(
        group("ADSL", reference("IT.A"), reference("IT.B")),
        item("IT.A", "A"),
        item("IT.B", "B"),
        '<def:leaf ID="LF.SAP" xlink:href="sap.pdf"><def:title>Plan</def:title></def:leaf>',
        arm,
    )
    assert spec.analysis_displays["Table 1"].title == "Ages"
    (result,) = spec.analysis_results
    assert (result.display, result.id, result.variables) == ("Table 1", "1", (("ADSL", "A"),))
    assert result.selection == (Condition("ADSL", "B", "EQ", ("Y",)),)
    assert (result.documentation_refs, result.programming_code) == ((("SAP", ""),), "proc means;")


def test_define_2_0_is_read() -> None:
    head = HEAD.replace("def/v2.1", "def/v2.0").replace("2.1.0", "2.0.0")
    head = head[: head.index("<def:Standards>")].replace(
        'Name="M"', 'Name="M" def:StandardName="SDTM-IG" def:StandardVersion="3.1.2"'
    )
    spec, _ = read(
        group("AE", reference("IT.A"), more='def:Class="EVENTS"'),
        item("IT.A", "A", '<def:Origin Type="CRF"/>'),
        head=head,
    )
    assert (spec.standard, spec.attributes["StandardVersion"]) == ("SDTM", "3.1.2")
    assert (spec.datasets["AE"].class_, spec.variables[0].origin) == ("EVENTS", "CRF")


def test_reference_to_nothing_is_told_with_its_line() -> None:
    spec, findings = read(
        "\n\n", group("AE", reference("IT.A"), reference("IT.B", 'MethodOID="MT.X"')), item("IT.B", "B")
    )
    assert [variable.name for variable in spec.variables] == ["B"]
    assert [(finding.code, finding.cell) for finding in findings] == [
        ("DEF-202", "define.xml line 10"),
        ("DEF-202", "define.xml line 10"),
    ]
    assert "ItemDef IT.A" in findings[0].what
    assert "MethodDef MT.X" in findings[1].what


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ('<CodeList OID="CL.A" Name="A" DataType="text" SASFormatName="AFMT"><EnumeratedItem CodedValue="1" Rank="1"/>'
         "</CodeList>", ["CodeList SASFormatName", "EnumeratedItem Rank"]),
        ('<CodeList OID="CL.A" Name="A" DataType="text"/>', ["CodeList without terms"]),
        ('<def:WhereClauseDef OID="WC.1" def:CommentOID="COM.1"/>', ["WhereClauseDef CommentOID"]),
        (group("QSCO", more='Domain="QS" SASDatasetName="QSCO"'), ["ItemGroupDef Domain"]),
        (item("IT.X", "X", more='DataType="text" SASFieldName="X"'), []),
        (item("IT.X", "X", more='DataType="text" SASFieldName="Y"'), ["ItemDef SASFieldName"]),
    ],
)  # fmt: skip
def test_what_a_workbook_has_no_place_for_is_told(extra: str, told: list[str]) -> None:
    _, findings = read(group("ADSL"), extra)
    assert {finding.code for finding in findings} <= {"DEF-203"}
    assert [finding.what.partition(": ")[0] for finding in findings] == [f"1 x {what}" for what in told]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<ODM", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b"<html/>", "no MetaDataVersion"),
        (HEAD.replace("2.1.0", "1.0.0").encode() + TAIL.encode(), "Define-XML 1.0.0"),
    ],
)
def test_other_files_are_refused(content: bytes, why: str) -> None:
    spec, (finding,) = define_from(content)
    assert spec is None
    assert finding.code == "DEF-201"
    assert why in finding.what


def test_missing_file_is_told(tmp_path: Path) -> None:
    spec, (finding,) = read_define(tmp_path / "define.xml")
    assert spec is None
    assert "There is no file" in finding.what


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE ODM [<!ENTITY study "secret">]>',
        '<!DOCTYPE ODM [<!ENTITY study SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE ODM SYSTEM "http://192.0.2.1/odm.dtd">',
        BOMB + '<!ENTITY study "&j;">]>',
    ],
    ids=["entity", "file", "network", "billion laughs"],
)
@pytest.mark.parametrize("where", ["text", "attribute"])
def test_declared_entities_are_never_resolved(declaration: str, where: str) -> None:
    body = HEAD.replace("A study", "&study;") if where == "text" else HEAD.replace('Name="M"', 'Name="&study;"')
    if "SYSTEM" in declaration and "ENTITY" not in declaration:
        body = HEAD
    spec, (finding,) = define_from((declaration + body + TAIL).encode())
    assert spec is None
    assert finding.code == "DEF-201"


def test_whatever_is_missing_the_rest_is_read() -> None:
    whole = etree.fromstring(odmlib_defines.tabulation())
    count = 0
    for place, element in enumerate(whole.iter()):
        for name in (None, *element.attrib):
            broken = deepcopy(whole)
            target = list(broken.iter())[place]
            if name is not None:
                del target.attrib[name]
            elif target.getparent() is not None:
                target.getparent().remove(target)
            spec, findings = define_from(etree.tostring(broken))
            assert spec is not None or [finding.code for finding in findings] == ["DEF-201"]
            count += 1
    assert count > 200


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: (HEAD + text + TAIL).encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    spec, findings = define_from(content)
    assert (spec is None) == any(finding.code == "DEF-201" for finding in findings)
