"""Two define.xml files that odmlib's own object model and writer make: tabulation with value levels, and analysis."""

from __future__ import annotations

import odmlib.define_2_1.model as define

_CREATED = "2022-02-22T00:00:00"
Item = tuple[str, str, str]  # name, label, data type


def tabulation() -> bytes:
    """SDTM: DM and VS, with a value level, a codelist, a method, a comment and documents."""
    version = _version("SDTMIG", "3.4", "SDTM")
    items = {
        "DM": [("STUDYID", "Study Identifier", "text"), ("USUBJID", "Unique Subject Identifier", "text")],
        "VS": [
            ("USUBJID", "Unique Subject Identifier", "text"),
            ("VSTESTCD", "Vital Signs Test Short Name", "text"),
            ("VSSTRESN", "Numeric Result", "float"),
        ],
    }
    items["DM"].append(("SEX", "Sex", "text"))
    for name, class_ in (("DM", "SPECIAL PURPOSE"), ("VS", "FINDINGS")):
        version.ItemGroupDef.append(_group(name, class_, "Tabulation", items[name]))
        version.ItemDef += [_item(name, *item) for item in items[name]]
    by_oid = {item.OID: item for item in version.ItemDef}
    by_oid["IT.DM.SEX"].CodeListRef = define.CodeListRef(CodeListOID="CL.SEX")
    by_oid["IT.VS.VSTESTCD"].CodeListRef = define.CodeListRef(CodeListOID="CL.VSTESTCD")
    by_oid["IT.VS.VSSTRESN"].ValueListRef = define.ValueListRef(ValueListOID="VL.VS.VSSTRESN")
    by_oid["IT.VS.VSSTRESN"].CommentOID = "COM.VS"
    level = _item("VS", "VSSTRESN", "Weight in kg", "float", oid="IT.VS.VSSTRESN.WEIGHT")
    version.ItemDef.append(level)
    reference = define.ItemRef(ItemOID=level.OID, OrderNumber=1, Mandatory="No", MethodOID="MT.KG")
    reference.WhereClauseRef.append(define.WhereClauseRef(WhereClauseOID="WC.WEIGHT"))
    values = define.ValueListDef(OID="VL.VS.VSSTRESN")
    values.ItemRef.append(reference)
    version.ValueListDef.append(values)
    check = define.RangeCheck(Comparator="IN", SoftHard="Soft", ItemOID="IT.VS.VSTESTCD")
    check.CheckValue += [define.CheckValue(_content="WEIGHT"), define.CheckValue(_content="DRY WEIGHT")]
    clause = define.WhereClauseDef(OID="WC.WEIGHT")
    clause.RangeCheck.append(check)
    version.WhereClauseDef.append(clause)
    version.CodeList += [_decoded("CL.SEX", "Sex", {"F": "Female", "M": "Male"}), _enumerated()]
    method = define.MethodDef(
        OID="MT.KG", Name="Kilograms", Type="Computation", Description=_description("lb x 0.4536")
    )
    method.FormalExpression.append(define.FormalExpression(Context="SAS", _content="vsstresn = lb * 0.4536;"))
    version.MethodDef.append(method)
    version.CommentDef.append(define.CommentDef(OID="COM.VS", Description=_description("Standard units.")))
    version.leaf.append(_leaf("LF.CSDRG", "csdrg.pdf", "Reviewer's guide"))
    return _written(version)


def analysis() -> bytes:
    """ADaM: ADSL with predecessors, keys and a derived variable."""
    version = _version("ADaMIG", "1.3", "ADaM")
    items = [("USUBJID", "Unique Subject Identifier", "text"), ("AGE", "Age", "integer"), ("SEX", "Sex", "text")]
    version.ItemGroupDef.append(_group("ADSL", "SUBJECT LEVEL ANALYSIS DATASET", "Analysis", items))
    for name, label, type_ in items:
        item = _item("ADSL", name, label, type_)
        item.Origin = [define.Origin(Type="Predecessor", Description=_description(f"DM.{name}"))]
        version.ItemDef.append(item)
    version.ItemDef[-1].CodeListRef = define.CodeListRef(CodeListOID="CL.SEX")
    version.CodeList.append(_decoded("CL.SEX", "Sex", {"F": "Female", "M": "Male", "U": "Unknown"}))
    return _written(version)


def _description(text: str) -> define.Description:
    found = define.Description()
    found.TranslatedText.append(define.TranslatedText(_content=text, lang="en"))
    return found


def _version(guide: str, version: str, publishing_set: str) -> define.MetaDataVersion:
    found = define.MetaDataVersion(OID="MDV.1", Name="One", Description="One", DefineVersion="2.1.0")
    found.Standards = define.Standards()
    found.Standards.Standard += [
        define.Standard(OID="STD.1", Name=guide, Type="IG", Version=version, Status="Final"),
        define.Standard(
            OID="STD.2", Name="CDISC/NCI", Type="CT", PublishingSet=publishing_set, Version="2025-03-28", Status="Final"
        ),
    ]
    return found


def _group(name: str, class_: str, purpose: str, items: list[Item]) -> define.ItemGroupDef:
    found = define.ItemGroupDef(
        OID=f"IG.{name}",
        Name=name,
        Repeating="No",
        IsReferenceData="No",
        SASDatasetName=name,
        Domain=name,
        Purpose=purpose,
        Structure="One record per something",
        StandardOID="STD.1",
        ArchiveLocationID=f"LF.{name}",
        Description=_description(f"Data of {name}"),
    )
    for place, (item, _, _) in enumerate(items, start=1):
        reference = define.ItemRef(ItemOID=f"IT.{name}.{item}", OrderNumber=place, Mandatory="Yes")
        if item == "USUBJID":
            reference.KeySequence = 1
        found.ItemRef.append(reference)
    found.Class = define.Class(Name=class_)
    found.leaf = _leaf(f"LF.{name}", f"{name.lower()}.xpt", f"{name.lower()}.xpt")
    return found


def _leaf(id_: str, href: str, title: str) -> define.leaf:
    return define.leaf(ID=id_, href=href, title=define.title(_content=title))


def _item(dataset: str, name: str, label: str, type_: str, oid: str = "") -> define.ItemDef:
    found = define.ItemDef(
        OID=oid or f"IT.{dataset}.{name}",
        Name=name,
        DataType=type_,
        Length=8,
        SASFieldName=name,
        Description=_description(label),
    )
    if type_ == "float":
        found.SignificantDigits = 1
    found.Origin = [define.Origin(Type="Collected", Source="Investigator")]
    return found


def _decoded(oid: str, name: str, terms: dict[str, str]) -> define.CodeList:
    found = define.CodeList(OID=oid, Name=name, DataType="text", StandardOID="STD.2")
    for place, (term, text) in enumerate(terms.items(), start=1):
        decode = define.Decode()
        decode.TranslatedText.append(define.TranslatedText(_content=text, lang="en"))
        found.CodeListItem.append(define.CodeListItem(CodedValue=term, OrderNumber=place, Decode=decode))
    found.Alias.append(define.Alias(Context="nci:ExtCodeID", Name="C66731"))
    return found


def _enumerated() -> define.CodeList:
    found = define.CodeList(OID="CL.VSTESTCD", Name="Tests of the study", DataType="text", IsNonStandard="Yes")
    for place, term in enumerate(("WEIGHT", "DRY WEIGHT", "HEIGHT"), start=1):
        found.EnumeratedItem.append(define.EnumeratedItem(CodedValue=term, OrderNumber=place))
    return found


def _written(version: define.MetaDataVersion) -> bytes:
    study = define.Study(OID="STUDY.1")
    study.GlobalVariables = define.GlobalVariables(
        StudyName=define.StudyName(_content="ODMLIB01"),
        StudyDescription=define.StudyDescription(_content="Made by odmlib"),
        ProtocolName=define.ProtocolName(_content="ODMLIB01"),
    )
    study.MetaDataVersion = version
    root = define.ODM(
        FileOID="FILE.1",
        FileType="Snapshot",
        CreationDateTime=_CREATED,
        AsOfDateTime=_CREATED,
        ODMVersion="1.3.2",
        Originator="odmlib",
        Context="Other",
    )
    root.Study = study
    return root.to_xml_string().encode()
