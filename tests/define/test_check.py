"""Each rule: a define.xml without fault has none of it, and one change makes it come up at the element changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from define.samples import ADAM, load, with_change, written
from studyspec.define.check import check_define
from studyspec.define.supp import with_supp
from studyspec.define.validate import validate_define

SDTM_DEFINE = written(with_supp(load()))
ADAM_DEFINE = written(load(ADAM))
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"

Change = Callable[[etree._Element], None]


def put(name: str, value: str) -> Change:
    """Set an attribute."""
    return lambda element: element.set(name, value)


def drop(name: str) -> Change:
    """Remove an attribute."""
    return lambda element: element.attrib.pop(name)


def remove(element: etree._Element) -> None:
    """Remove the element."""
    element.getparent().remove(element)


def say(text: str) -> Change:
    """Replace the element's text."""
    return lambda element: setattr(element, "text", text)


def twice(element: etree._Element) -> None:
    """Repeat the element, so that its OID is given twice."""
    element.addnext(etree.fromstring(etree.tostring(element)))


def test_valid_defines_have_no_finding() -> None:
    for content in (SDTM_DEFINE, ADAM_DEFINE):
        assert [str(item) for item in check_define(content)] == []


# File, path of the element changed, change, code, and the element named in the finding.
CASES = [
    (SDTM_DEFINE, "//o:ItemGroupDef/o:ItemRef", put("ItemOID", "IT.XX"), "DEF-010", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef/o:ItemRef[@MethodOID]", put("MethodOID", "MT.XX"), "DEF-010", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:CodeListRef", put("CodeListOID", "CL.XX"), "DEF-010", "ItemDef IT.DM.SEX"),
    (
        SDTM_DEFINE,
        "//o:RangeCheck",
        put(f"{DEF}ItemOID", "IT.XX"),
        "DEF-010",
        "WhereClauseDef WC.VS.VSTESTCD.EQ.HEIGHT",
    ),
    (SDTM_DEFINE, "//o:ItemGroupDef", put(f"{DEF}StandardOID", "STD.XX"), "DEF-010", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//def:CommentDef[@OID='COM.ARM']", remove, "DEF-010", "ItemDef IT.DM.ARMCD"),
    (ADAM_DEFINE, "//o:MetaDataVersion/def:leaf", remove, "DEF-010", "ResultDisplay RD.T-1"),
    (SDTM_DEFINE, "//o:MethodDef", twice, "DEF-011", "MethodDef MT.USUBJID"),
    (SDTM_DEFINE, "//o:CodeListRef", remove, "DEF-012", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//o:ItemGroupDef", drop(f"{DEF}StandardOID"), "DEF-020", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:CodeList", put(f"{DEF}IsNonStandard", "Yes"), "DEF-020", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//def:Class", remove, "DEF-021", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef", put("SASDatasetName", "DEMOG"), "DEF-022", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef", put(f"{DEF}HasNoData", "Yes"), "DEF-022", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef/def:leaf", remove, "DEF-022", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef", drop(f"{DEF}ArchiveLocationID"), "DEF-022", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemDef//o:TranslatedText", say("x" * 41), "DEF-023", "ItemDef IT.DM.STUDYID"),
    (SDTM_DEFINE, "//o:ItemGroupDef/o:Description", remove, "DEF-023", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemRef[@KeySequence='1']", drop("KeySequence"), "DEF-024", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemDef[@OID='IT.DM.ARMCD']", drop(f"{DEF}CommentOID"), "DEF-025", "ItemDef IT.DM.ARMCD"),
    (SDTM_DEFINE, "//o:ItemGroupDef/def:Class", put("Name", "TRIAL DESIGN"), "DEF-026", "ItemGroupDef IG.DM"),
    (SDTM_DEFINE, "//o:ItemGroupDef[@Name='VS']", put("IsReferenceData", "Yes"), "DEF-026", "ItemGroupDef IG.VS"),
    (SDTM_DEFINE, "//def:Origin", remove, "DEF-030", "ItemDef IT.DM.STUDYID"),
    (SDTM_DEFINE, "//def:Origin", put("Source", "Investigator"), "DEF-031", "ItemDef IT.DM.STUDYID"),
    (ADAM_DEFINE, "//def:Origin", put("Source", "Sponsor"), "DEF-031", "ItemDef IT.ADSL.STUDYID"),
    (SDTM_DEFINE, "//def:Origin[@Type='Collected']", drop("Source"), "DEF-031", "ItemDef IT.DM.SUBJID"),
    (SDTM_DEFINE, "//o:ItemGroupDef/o:ItemRef[@MethodOID]", drop("MethodOID"), "DEF-032", "ItemDef IT.DM.USUBJID"),
    (SDTM_DEFINE, "//def:ValueListDef/o:ItemRef[@MethodOID]", drop("MethodOID"), "DEF-032", "IT.VS.VSSTRESN.HEIGHT"),
    (ADAM_DEFINE, "//def:Origin/o:Description", remove, "DEF-033", "ItemDef IT.ADSL.STUDYID"),
    (SDTM_DEFINE, "//o:MethodDef//o:TranslatedText", say(" "), "DEF-034", "MethodDef MT.USUBJID"),
    (SDTM_DEFINE, "//o:ItemDef", drop("Length"), "DEF-035", "ItemDef IT.DM.STUDYID"),
    (SDTM_DEFINE, "//o:ItemDef", put("Length", "201"), "DEF-035", "ItemDef IT.DM.STUDYID"),
    (SDTM_DEFINE, "//o:ItemDef[@DataType='date']", put("Length", "10"), "DEF-035", "ItemDef IT.VS.VSDTC"),
    (
        SDTM_DEFINE,
        "//o:ItemDef[@DataType='float']",
        drop("SignificantDigits"),
        "DEF-036",
        "ItemDef IT.VS.VSORRES.HEIGHT",
    ),
    (SDTM_DEFINE, "//o:CodeList", put("Name", "Vital Signs Test Code"), "DEF-040", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//o:CodeList", put("DataType", "integer"), "DEF-041", "ItemDef IT.DM.SEX"),
    (SDTM_DEFINE, "//o:CodeListItem/o:Alias", remove, "DEF-042", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//o:CodeListItem", put(f"{DEF}ExtendedValue", "Yes"), "DEF-042", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//o:CodeList/o:Alias", remove, "DEF-042", "CodeList CL.SEX"),
    (SDTM_DEFINE, "//o:CheckValue", say("HIGHT"), "DEF-043", "WhereClauseDef WC.VS.VSTESTCD.EQ.HEIGHT"),
    (SDTM_DEFINE, "//o:CodeList", drop(f"{DEF}StandardOID"), "DEF-044", "CodeList CL.SEX"),
    (ADAM_DEFINE, "//arm:AnalysisResult", put("AnalysisReason", "CURIOSITY"), "DEF-050", "AnalysisResult AR.T-1.R1"),
    (ADAM_DEFINE, "//arm:AnalysisResult", put("AnalysisPurpose", "FUN"), "DEF-050", "AnalysisResult AR.T-1.R1"),
    (ADAM_DEFINE, "//arm:AnalysisVariable", put("ItemOID", "IT.ADSL.SAFFL"), "DEF-051", "AnalysisResult AR.T-1.R1"),
]


@pytest.mark.parametrize(("content", "path", "change", "code", "place"), CASES)
def test_fault_is_found_at_its_element(content: bytes, path: str, change: Change, code: str, place: str) -> None:
    findings = check_define(with_change(content, path, change), "sdtm/define.xml")
    places = [item.cell for item in findings if item.code == code]
    assert any(cell.startswith("sdtm/define.xml ") and cell.endswith(place) for cell in places), findings


def test_every_rule_of_a_define_has_its_case() -> None:
    from studyspec.findings import RULES

    own = {code for code in RULES if "DEF-010" <= code < "DEF-060"}
    assert {case[3] for case in CASES} == own


def test_schema_finds_what_it_knows_by_line() -> None:
    broken = with_change(SDTM_DEFINE, "//o:ItemDef", drop("DataType"))
    (finding,) = validate_define(broken, "sdtm/define.xml")
    assert finding.code == "DEF-002"
    assert "DataType" in finding.what
    assert finding.cell.startswith("sdtm/define.xml line ")


@pytest.mark.parametrize("hold", [check_define, validate_define])
def test_text_that_is_no_xml_is_a_finding(hold: Callable[[bytes], list[object]]) -> None:
    assert [item.code for item in hold(b"<ODM>")] == ["DEF-001"]


def test_schema_allows_analysis_results() -> None:
    assert validate_define(ADAM_DEFINE) == []
    assert b"arm:AnalysisResult " in ADAM_DEFINE
