"""What is written for each sheet of a workbook, element by element."""

from __future__ import annotations

import pytest
from lxml import etree

from define.samples import ADAM, CREATED, SDTM, find, load, parsed, written
from spec.small_specs import changed
from studyspec.define.supp import with_supp
from studyspec.define.validate import validate_define
from studyspec.define.write import Links, write_define

SDTM_ROOT = parsed(written(with_supp(load())))
ADAM_ROOT = parsed(written(load(ADAM)))
XLINK = "{http://www.w3.org/1999/xlink}"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"


def attributes(root: etree._Element, path: str) -> dict[str, str]:
    """The attributes of the one element of a path, without namespaces."""
    (element,) = find(root, path)
    return {etree.QName(name).localname: value for name, value in element.attrib.items()}


def texts(root: etree._Element, path: str) -> list[str]:
    """The texts of all elements (or values of attributes) of a path."""
    return [str(item) for item in find(root, path)]


@pytest.mark.parametrize("sheets", [SDTM, ADAM])
def test_small_defines_are_valid(sheets: dict[str, list[list[str]]]) -> None:
    assert validate_define(written(with_supp(load(sheets)))) == []


def test_same_spec_gives_same_bytes() -> None:
    assert written(with_supp(load())) == written(with_supp(load()))


def test_stylesheet_and_timestamp_stand_at_the_top() -> None:
    content = written(load()).decode()
    assert content.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet")
    assert 'href="define2-1.xsl"' in content.splitlines()[1]
    assert SDTM_ROOT.get("CreationDateTime") == "2022-03-15T10:00:00"


def test_study_is_that_of_the_define_sheet() -> None:
    names = texts(SDTM_ROOT, "//o:GlobalVariables/*/text()")
    assert names == ["TEST01", "A study of nothing", "TEST-01"]


def test_standards_are_those_of_datasets_and_codelists() -> None:
    stated = [
        (item.get("Name"), item.get("Type"), item.get("PublishingSet"), item.get("Version"))
        for item in find(ADAM_ROOT, "//def:Standard")
    ]
    assert stated == [
        ("ADaMIG", "IG", None, "1.3"),
        ("ADaM-OCCDSIG", "IG", None, "1.1"),
        ("CDISC/NCI", "CT", "SDTM", "2025-03-28"),
    ]


def test_dataset_has_its_attributes_class_and_file() -> None:
    assert attributes(ADAM_ROOT, "//o:ItemGroupDef[@Name='ADAE']") == {
        "OID": "IG.ADAE",
        "Name": "ADAE",
        "Repeating": "Yes",
        "IsReferenceData": "No",
        "SASDatasetName": "ADAE",
        "Domain": "ADAE",
        "Purpose": "Analysis",
        "Structure": "One record an event",
        "ArchiveLocationID": "LF.ADAE",
        "StandardOID": "STD.ADaM-OCCDSIG.1.1",
    }
    group = "//o:ItemGroupDef[@Name='ADAE']"
    assert texts(ADAM_ROOT, f"{group}/def:Class/@Name") == ["OCCURRENCE DATA STRUCTURE"]
    assert texts(ADAM_ROOT, f"{group}/def:Class/def:SubClass/@Name") == ["ADVERSE EVENT"]
    assert texts(ADAM_ROOT, f"{group}/def:leaf/@xlink:href") == ["adae.xpt"]


def test_dataset_without_standard_is_non_standard() -> None:
    root = parsed(written(load(changed(SDTM, ("Datasets", "VS", "Standard", "")))))
    stated = attributes(root, "//o:ItemGroupDef[@Name='VS']")
    assert (stated.get("StandardOID"), stated.get("IsNonStandard")) == (None, "Yes")


def test_older_workbook_has_the_standard_of_its_define_sheet() -> None:
    older = changed(SDTM, ("Datasets", "DM", "Standard", ""), ("Datasets", "VS", "Standard", ""))
    root = parsed(written(load(older)))
    assert set(texts(root, "//o:ItemGroupDef/@def:StandardOID")) == {"STD.SDTMIG.3.4"}


def test_dataset_without_data_has_no_file() -> None:
    root = parsed(written(load(changed(SDTM, ("Datasets", "VS", "Has No Data", "Yes")))))
    stated = attributes(root, "//o:ItemGroupDef[@Name='VS']")
    assert (stated.get("HasNoData"), stated.get("ArchiveLocationID")) == ("Yes", None)
    assert find(root, "//o:ItemGroupDef[@Name='VS']/def:leaf") == []


def test_split_domain_names_the_domain_it_is_part_of() -> None:
    sheets = {**SDTM, "Datasets": [*SDTM["Datasets"], [*SDTM["Datasets"][2]]]}
    sheets["Datasets"][3][0] = "QSMM"
    root = parsed(written(load(sheets)))
    assert texts(root, "//o:ItemGroupDef[@Name='QSMM']/@Domain") == ["QS"]
    assert texts(root, "//o:ItemGroupDef[@Name='QSMM']/o:Alias/@Context") == ["DomainDescription"]


def test_reference_to_a_variable_has_order_key_role_and_method() -> None:
    assert attributes(SDTM_ROOT, "//o:ItemGroupDef/o:ItemRef[@ItemOID='IT.VS.USUBJID']") == {
        "ItemOID": "IT.VS.USUBJID",
        "OrderNumber": "3",
        "Mandatory": "Yes",
        "KeySequence": "2",
        "MethodOID": "MT.USUBJID",
        "Role": "Identifier",
    }
    assert texts(SDTM_ROOT, "//o:ItemRef[@ItemOID='IT.DM.ARMCD']/@def:HasNoData") == ["Yes"]


def test_variable_that_the_domain_lacks_is_non_standard() -> None:
    sheets = {**SDTM, "Variables": [*SDTM["Variables"], [*SDTM["Variables"][7]]]}
    sheets["Variables"][-1][:3] = ["11", "VS", "VSWHY"]
    root = parsed(written(with_supp(load(sheets))))
    assert texts(root, "//o:ItemRef[@def:IsNonStandard]/@ItemOID") == ["IT.VS.VSWHY"]


def test_variable_has_type_length_format_and_codelist() -> None:
    assert attributes(ADAM_ROOT, "//o:ItemDef[@OID='IT.ADSL.TRTSDT']") == {
        "OID": "IT.ADSL.TRTSDT",
        "Name": "TRTSDT",
        "DataType": "integer",
        "Length": "8",
        "SASFieldName": "TRTSDT",
        "DisplayFormat": "DATE9.",
    }
    assert texts(SDTM_ROOT, "//o:ItemDef[@OID='IT.DM.SEX']/o:CodeListRef/@CodeListOID") == ["CL.SEX"]


def test_dates_have_no_length() -> None:
    assert texts(SDTM_ROOT, "//o:ItemDef[@DataType='partialDate']/@Length") == []


def test_origin_has_source_predecessor_and_pages_of_the_annotated_crf() -> None:
    (origin,) = find(ADAM_ROOT, "//o:ItemDef[@OID='IT.ADAE.AESER']/def:Origin")
    assert (origin.get("Type"), origin.get("Source")) == ("Predecessor", None)
    assert texts(origin, "o:Description/o:TranslatedText/text()") == ["AE.AESER"]
    (pages,) = find(SDTM_ROOT, "//o:ItemDef[@OID='IT.DM.RFSTDTC']/def:Origin/def:DocumentRef[@leafID='LF.DOC.CRF']/*")
    assert dict(pages.attrib) == {"PageRefs": "4 5", "Type": "PhysicalRef"}
    (pages,) = find(SDTM_ROOT, "//o:ItemDef[@OID='IT.DM.SEX']/def:Origin/def:DocumentRef/*")
    assert dict(pages.attrib) == {"FirstPage": "6", "LastPage": "7", "Type": "PhysicalRef"}


def test_pages_of_the_crf_can_be_given_beside_the_workbook() -> None:
    links = Links(pages={("VS", "VSDTC"): "vitals"})
    root = parsed(write_define(load(), created=CREATED, links=links))
    (pages,) = find(root, "//o:ItemDef[@OID='IT.VS.VSDTC']/def:Origin/def:DocumentRef/*")
    assert dict(pages.attrib) == {"PageRefs": "vitals", "Type": "NamedDestination"}


def test_origins_of_define_2_0_become_those_of_2_1() -> None:
    root = parsed(written(load(changed(SDTM, ("Variables", "DM SUBJID", "Origin", "CRF")))))
    assert texts(root, "//o:ItemDef[@OID='IT.DM.SUBJID']/def:Origin/@Type") == ["Collected"]


def test_value_levels_are_listed_with_where_clause_and_method() -> None:
    lists = "//def:ValueListDef[@OID='VL.VS.VSSTRESN']/o:ItemRef"
    assert texts(SDTM_ROOT, f"{lists}/@OrderNumber") == ["1", "2"]
    assert texts(SDTM_ROOT, f"{lists}[1]/@MethodOID") == ["MT.CM"]
    assert texts(SDTM_ROOT, f"{lists}[1]/def:WhereClauseRef/@WhereClauseOID") == ["WC.VS.VSTESTCD.EQ.HEIGHT"]
    assert texts(SDTM_ROOT, "//o:ItemDef[@OID='IT.VS.VSSTRESN']/def:ValueListRef/@ValueListOID") == ["VL.VS.VSSTRESN"]
    assert attributes(SDTM_ROOT, "//o:ItemDef[@OID='IT.VS.VSSTRESN.HEIGHT']")["SignificantDigits"] == "1"


def test_equal_where_clauses_are_defined_once() -> None:
    clauses = texts(SDTM_ROOT, "//def:WhereClauseDef/@OID")
    assert clauses.count("WC.VS.VSTESTCD.EQ.HEIGHT") == 1
    assert len(find(SDTM_ROOT, "//def:WhereClauseRef[@WhereClauseOID='WC.VS.VSTESTCD.EQ.HEIGHT']")) == 2


def test_list_of_a_where_clause_has_a_value_each() -> None:
    check = "//def:WhereClauseDef[contains(@OID, '.IN.')]/o:RangeCheck"
    assert attributes(SDTM_ROOT, check) == {"Comparator": "IN", "SoftHard": "Soft", "ItemOID": "IT.VS.VSTESTCD"}
    assert texts(SDTM_ROOT, f"{check}/o:CheckValue/text()") == ["WEIGHT", "TEMP"]


def test_supplemental_variables_are_value_levels_of_qval() -> None:
    group = "//o:ItemGroupDef[@Name='SUPPVS']"
    assert attributes(SDTM_ROOT, group)["Domain"] == "VS"
    assert texts(SDTM_ROOT, f"{group}/def:Class/@Name") == ["RELATIONSHIP"]
    assert find(SDTM_ROOT, "//o:ItemGroupDef[@Name='VS']/o:ItemRef[@ItemOID='IT.VS.VSCODE']") == []
    level = "//o:ItemDef[@OID='IT.SUPPVS.QVAL.VSCODE']"
    assert attributes(SDTM_ROOT, level)["Name"] == "VSCODE"
    assert texts(SDTM_ROOT, f"{level}/o:CodeListRef/@CodeListOID") == ["CL.DEVICES"]
    assert texts(SDTM_ROOT, f"{level}/def:Origin/@Source") == ["Vendor"]
    reference = "//def:ValueListDef[@OID='VL.SUPPVS.QVAL']/o:ItemRef[2]"
    assert attributes(SDTM_ROOT, reference)["MethodOID"] == "MT.ROOM"
    assert texts(SDTM_ROOT, f"{reference}/def:WhereClauseRef/@WhereClauseOID") == ["WC.SUPPVS.QNAM.EQ.VSROOM"]


def test_supplemental_of_one_record_per_subject_has_no_idvar() -> None:
    for name, empty in (("SUPPDM", ["IDVAR", "IDVARVAL", "QEVAL"]), ("SUPPVS", ["QEVAL"])):
        items = texts(SDTM_ROOT, f"//o:ItemGroupDef[@Name='{name}']/o:ItemRef[@def:HasNoData='Yes']/@ItemOID")
        assert items == [f"IT.{name}.{variable}" for variable in empty]


def test_spec_without_supplementals_stays_as_it_is() -> None:
    spec = load(ADAM)
    assert with_supp(spec) is spec


def test_codelist_has_terms_decodes_codes_and_release() -> None:
    stated = attributes(SDTM_ROOT, "//o:CodeList[@OID='CL.SEX']")
    assert (stated["StandardOID"], stated["DataType"]) == ("STD.CT.SDTM.2025-03-28", "text")
    term = "//o:CodeList[@OID='CL.SEX']/o:CodeListItem[1]"
    assert attributes(SDTM_ROOT, term) == {"CodedValue": "F", "OrderNumber": "1"}
    assert texts(SDTM_ROOT, f"{term}/o:Decode/o:TranslatedText/text()") == ["Female"]
    assert texts(SDTM_ROOT, f"{term}/o:Alias/@Name") == ["C16576"]
    assert texts(SDTM_ROOT, "//o:CodeList[@OID='CL.SEX']/o:Alias/@Name") == ["C66731"]


def test_codelist_without_decodes_is_enumerated_and_extensions_are_marked() -> None:
    terms = find(SDTM_ROOT, "//o:CodeList[@OID='CL.VSTESTCD']/o:EnumeratedItem")
    assert [(item.get("CodedValue"), item.get(f"{DEF}ExtendedValue")) for item in terms] == [
        ("HEIGHT", None),
        ("WEIGHT", None),
        ("TEMP", None),
        ("MOOD", "Yes"),
    ]


def test_dictionary_is_an_external_codelist() -> None:
    assert attributes(SDTM_ROOT, "//o:CodeList[@OID='CL.DEVICES']/o:ExternalCodeList") == {
        "Dictionary": "UNII",
        "Version": "2021",
    }


def test_what_nothing_uses_is_left_out() -> None:
    assert find(SDTM_ROOT, "//*[@OID='CL.SPARE' or @OID='MT.SPARE' or @OID='COM.SPARE']") == []


def test_method_has_text_expression_and_document() -> None:
    method = "//o:MethodDef[@OID='MT.VSSEQ']"
    assert texts(SDTM_ROOT, f"{method}/o:Description/o:TranslatedText/text()") == ["1, 2, ... within subject."]
    assert texts(SDTM_ROOT, f"{method}/o:FormalExpression/@Context") == ["studyspec"]
    assert texts(SDTM_ROOT, f"{method}/o:FormalExpression/text()") == ["sequence(order=[VSTESTCD, VSDTC])"]
    assert texts(SDTM_ROOT, f"{method}/def:DocumentRef/def:PDFPageRef/@PageRefs") == ["intro"]


def test_documents_are_listed_by_what_they_are() -> None:
    assert texts(SDTM_ROOT, "//def:AnnotatedCRF/def:DocumentRef/@leafID") == ["LF.DOC.CRF"]
    assert texts(SDTM_ROOT, "//def:SupplementalDoc/def:DocumentRef/@leafID") == ["LF.DOC.GUIDE"]
    assert texts(ADAM_ROOT, "//def:SupplementalDoc/def:DocumentRef/@leafID") == ["LF.DOC.SAP"]
    (leaf,) = find(SDTM_ROOT, "//o:MetaDataVersion/def:leaf[@ID='LF.DOC.GUIDE']")
    assert (leaf.get(f"{XLINK}href"), leaf.findtext(f"{DEF}title")) == ("csdrg.pdf", "Reviewer's Guide")


def test_links_say_where_files_and_documents_are() -> None:
    links = Links("../sdtm/", {"DOC.GUIDE": "../guides/guide.pdf"})
    root = parsed(write_define(load(), created=CREATED, links=links))
    assert texts(root, "//o:ItemGroupDef[@Name='DM']/def:leaf/@xlink:href") == ["../sdtm/dm.xpt"]
    assert texts(root, "//def:leaf[@ID='LF.DOC.GUIDE']/@xlink:href") == ["../guides/guide.pdf"]


def test_result_has_datasets_selection_variables_and_texts() -> None:
    (result,) = find(ADAM_ROOT, "//arm:AnalysisResult")
    assert dict(result.attrib) == {
        "OID": "AR.T-1.R1",
        "AnalysisReason": "SPECIFIED IN SAP",
        "AnalysisPurpose": "PRIMARY OUTCOME MEASURE",
    }
    assert texts(result, "arm:AnalysisDatasets/arm:AnalysisDataset/@ItemGroupOID") == ["IG.ADAE", "IG.ADSL"]
    assert texts(result, "arm:AnalysisDatasets/@def:CommentOID") == ["COM.JOIN"]
    assert texts(result, ".//arm:AnalysisVariable/@ItemOID") == ["IT.ADAE.AESER"]
    clauses = texts(result, ".//def:WhereClauseRef/@WhereClauseOID")
    assert clauses == ["WC.ADAE.TRTEMFL.EQ.Y.AND.ADAE.AESER.EQ.Y", "WC.ADSL.SAFFL.EQ.Y"]
    assert texts(result, "arm:Documentation/def:DocumentRef/def:PDFPageRef/@PageRefs") == ["12 13"]
    assert texts(result, "arm:ProgrammingCode/arm:Code/text()") == ["proc freq;"]


def test_result_selected_by_parameter_names_it() -> None:
    sheets = changed(ADAM, ("Variables", "ADAE AESER", "Variable", "PARAMCD"))
    sheets = changed(sheets, ("Analysis Results", 2, "Selection Criteria", "ADAE.PARAMCD EQ Y"))
    root = parsed(written(load(sheets)))
    assert texts(root, "//arm:AnalysisResult/@ParameterOID") == ["IT.ADAE.PARAMCD"]


def test_display_without_results_is_not_written() -> None:
    sheets = {**ADAM, "Analysis Results": ADAM["Analysis Results"][:1]}
    assert find(parsed(written(load(sheets))), "//arm:*") == []
