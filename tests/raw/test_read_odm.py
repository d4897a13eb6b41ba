"""ODM-XML: item groups become forms with the keys of subject, event and form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from raw.extracts import found_codes, read_forms, write_manifest
from studyspec.raw.read import read_extract

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
AE: dict[str, object] = {"form": "ae", "file": "odm.xml", "rows": 1}
KEYS = ["STUDYOID", "SUBJECTKEY", "SITEREF", "STUDYEVENTOID", "STUDYEVENTREPEATKEY", "FORMOID", "FORMREPEATKEY"]

ITEM = '<ItemData ItemOID="A" Value="1"/>'


def odm(clinical: str, metadata: str = "", root: str = 'FileType="Snapshot"', before: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<ODM xmlns="{NAMESPACE}" {root} FileOID="F" CreationDateTime="2022-03-01T00:00:00" ODMVersion="1.3.2">
{metadata}<ClinicalData StudyOID="S.1" MetaDataVersionOID="M.1">{clinical}</ClinicalData></ODM>"""


def subject(groups: str, key: str = "101-001") -> str:
    return (
        f'<SubjectData SubjectKey="{key}"><SiteRef LocationOID="L.101"/>'
        f'<StudyEventData StudyEventOID="SE.AE" StudyEventRepeatKey="2"><FormData FormOID="F.AE" FormRepeatKey="3">'
        f"{groups}</FormData></StudyEventData></SubjectData>"
    )


def group(items: str, key: str = "1") -> str:
    return f'<ItemGroupData ItemGroupOID="IG.AE" ItemGroupRepeatKey="{key}">{items}</ItemGroupData>'


def write(folder: Path, text: str) -> Path:
    (folder / "odm.xml").write_text(text, encoding="utf-8")
    return folder


def test_an_item_group_is_a_form_with_its_keys(tmp_path: Path) -> None:
    items = '<ItemData ItemOID="IT.AETERM" Value=" NA "/><!-- n --><ItemData ItemOID="IT.AESEV" IsNull="Yes"/>'
    write(tmp_path, odm(subject(group(items) + group('<ItemData ItemOID="IT.AETERM" Value="B"/>', "2"))))
    frame = read_forms(tmp_path, AE | {"rows": 2})["ae"]
    assert list(frame) == [*KEYS, "ITEMGROUPREPEATKEY", "IT_AETERM", "IT_AESEV"]
    assert frame.to_numpy().tolist() == [
        ["S.1", "101-001", "L.101", "SE.AE", "2", "F.AE", "3", "1", " NA ", ""],
        ["S.1", "101-001", "L.101", "SE.AE", "2", "F.AE", "3", "2", "B", ""],
    ]


def test_typed_items_and_units_are_read(tmp_path: Path) -> None:
    items = (
        '<ItemDataString ItemOID="T"><![CDATA[<a> & "b"]]></ItemDataString>'
        '<ItemDataFloat ItemOID="W">71.50<MeasurementUnitRef MeasurementUnitOID="MU.KG"/></ItemDataFloat>'
        '<ItemDataPartialDate ItemOID="D">2022-02</ItemDataPartialDate><ItemDataInteger ItemOID="N" IsNull="Yes"/>'
    )
    frame = read_forms(write(tmp_path, odm(subject(group(items)))), AE)["ae"]
    assert frame.iloc[0, 8:].to_dict() == {"T": '<a> & "b"', "W": "71.50", "W_UNIT": "MU.KG", "D": "2022-02", "N": ""}


def test_metadata_give_order_and_empty_groups(tmp_path: Path) -> None:
    metadata = (
        '<Study OID="S.1"><MetaDataVersion OID="M.1" Name="1">'
        '<ItemGroupDef OID="IG.CM" Name="CM" Repeating="No"><ItemRef ItemOID="C" Mandatory="No"/></ItemGroupDef>'
        '<ItemGroupDef OID="IG.AE" Name="AE" Repeating="Yes"><ItemRef ItemOID="B" Mandatory="No"/>'
        '<ItemRef ItemOID="A" Mandatory="No"/></ItemGroupDef></MetaDataVersion></Study>'
    )
    write(tmp_path, odm(subject(group('<ItemData ItemOID="A" Value="1"/>')), metadata))
    entry = AE | {"item_group": "IG.AE"}
    forms = read_forms(tmp_path, entry, entry | {"form": "cm", "item_group": "IG.CM", "rows": 0})
    assert forms["ae"].iloc[0, 8:].to_dict() == {"B": "", "A": "1"}
    assert list(forms["cm"])[8:] == ["C"]
    assert found_codes(tmp_path, entry) == ["RAW-016"]


def test_attributes_that_a_vendor_adds_to_the_keys_are_columns(tmp_path: Path) -> None:
    """Where the subject's key is a random one, its name is such an attribute."""
    vendor = 'xmlns:edc="http://vendor.example/odm" SubjectKey="8f1c" edc:SubjectName="101-001"'
    text = odm(subject(group(ITEM)).replace('SubjectKey="101-001"', vendor))
    frame = read_forms(write(tmp_path, text), AE)["ae"]
    assert frame.iloc[0, 8:].to_dict() == {"SubjectData_edc_SubjectName": "101-001", "A": "1"}
    assert frame["SUBJECTKEY"].tolist() == ["8f1c"]


def test_reference_data_are_forms_without_subject(tmp_path: Path) -> None:
    text = odm("").replace(
        "<ClinicalData",
        f'<ReferenceData StudyOID="S.1" MetaDataVersionOID="M.1">{group(ITEM)}</ReferenceData><ClinicalData',
    )
    frame = read_forms(write(tmp_path, text), AE)["ae"]
    assert frame[["STUDYOID", "SUBJECTKEY", "A"]].to_numpy().tolist() == [["S.1", "", "1"]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("A,B\n1,2\n", "not valid XML"),
        (odm(subject(group(ITEM))).replace("</ODM>", ""), "not valid XML"),
        ("<ODM/>", "not the ODM element of version 1.3"),
        (odm(subject(group(ITEM))).replace("v1.3", "v2.0"), "not the ODM element of version 1.3"),
        (odm(subject(group(ITEM)), root='FileType="Transactional"'), "ask for a Snapshot"),
        (odm(subject(group(ITEM)), root=""), "its FileType is not stated"),
        (odm(subject(group(ITEM)).replace('FormRepeatKey="3"', 'TransactionType="Remove"')), "Remove in a snapshot"),
        (odm(subject(group(ITEM.replace(" Value", ' TransactionType="Update" Value')))), "Update in a snapshot"),
        (odm(subject(group(ITEM + ITEM))), "the item A is in its item group twice"),
        (odm(subject(group(ITEM)), before='<!DOCTYPE ODM [<!ENTITY a "b">]>'), "DOCTYPE"),
        (
            odm(subject(group(ITEM + ITEM.replace('"A"', '"A."') + ITEM.replace('"A"', '"A-"')))),
            "would both be named A_",
        ),
    ],
)
def test_what_is_no_snapshot_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (finding,) = read_extract(write_manifest(write(tmp_path, text), [AE]))[1]
    assert finding.code == "RAW-014"
    assert complaint in finding.what


def test_a_snapshot_may_say_that_it_inserts(tmp_path: Path) -> None:
    write(tmp_path, odm(subject(group(ITEM)).replace("<SubjectData", '<SubjectData TransactionType="Insert"')))
    assert read_forms(tmp_path, AE)["ae"]["A"].tolist() == ["1"]


def test_a_file_without_item_groups_has_no_form(tmp_path: Path) -> None:
    assert found_codes(write(tmp_path, odm("")), AE) == ["RAW-015"]


plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(plain, min_size=1, max_size=5))
def test_values_that_an_xml_writer_writes_are_read_to_the_letter(tmp_path: Path, values: list[str]) -> None:
    root = etree.fromstring(odm(subject("")).encode())
    form = root.find(".//{*}FormData")
    assert form is not None
    for value in values:
        record = etree.SubElement(form, f"{{{NAMESPACE}}}ItemGroupData", ItemGroupOID="IG.AE")
        etree.SubElement(record, f"{{{NAMESPACE}}}ItemData", ItemOID="A", Value=value)
    (tmp_path / "odm.xml").write_bytes(etree.tostring(root))
    assert read_forms(tmp_path, AE | {"rows": len(values)})["ae"]["A"].tolist() == values
