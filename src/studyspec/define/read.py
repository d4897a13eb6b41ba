"""Define-XML 2.1 or 2.0 to a spec: `write_define` the other way round, as far as a define carries a spec."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from studyspec.define import read_parts as parts
from studyspec.define import read_xml as xml
from studyspec.define.read_items import (
    DefineFile,
    guide_name,
    read_datasets,
    read_value_levels,
    read_variables,
)
from studyspec.define.read_supp import fold_supp
from studyspec.findings import Finding, Rule
from studyspec.spec.model import Dataset, Spec, Standard

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SUPP_STAYS = Rule(
    "DEF-204",
    "note",
    "SUPP-- stays a dataset",
    why="It says more than supplemental variables of its parent could, so folding it would lose something.",
    action="To build it here, mark its variables as Supplemental in the parent and remove its rows by hand.",
)

# What a workbook has no place for, or one place only: element, attribute ("" for the element itself) and why.
_LOST = {
    ("ODM", "AsOfDateTime"): "the workbook has no dates of its own",
    ("ItemDef", "SASFieldName"): "where it differs from the name; written again from the name",
    ("ItemGroupDef", "SASDatasetName"): "where it differs from the name; written again from the name",
    ("ItemGroupDef", "Domain"): "where it differs from the name; written again from the name",
    ("CodeList", "SASFormatName"): "names of SAS formats are made when the formats are written",
    ("CodeListItem", "Rank"): "the sheet Codelists has no column for it",
    ("EnumeratedItem", "Rank"): "the sheet Codelists has no column for it",
    ("WhereClauseDef", "CommentOID"): "where clauses stand in a cell of ValueLevel, without a comment",
    ("Standard", "CommentOID"): "standards stand in cells of Datasets and Codelists, without a comment",
    ("ExternalCodeList", "href"): "the sheet Dictionaries has no column for it",
    ("ExternalCodeList", "ref"): "the sheet Dictionaries has no column for it",
    ("PDFPageRef", "Title"): "a cell of pages holds numbers and named destinations only",
    ("ItemRef", "RoleCodeListOID"): "roles are those of the standard",
    ("ItemRef", "CollectionExceptionConditionOID"): "the sheets have no column for it",
    ("SubClass", "ParentClass"): "the class stands in its own column",
}


def read_define(path: Path) -> tuple[Spec | None, list[Finding]]:
    """Read a define.xml.

    SUPP-- datasets become supplemental variables of their parents where that loses nothing (see `fold_supp`).

    Args:
        path: a file in Define-XML 2.1 or 2.0, with or without Analysis Results Metadata.

    Returns:
        The spec, and findings: references to nothing, and each kind of content that has no place in a workbook. None
        when the file cannot be read.

    Example:
        >>> spec, findings = read_define(Path("build/define/sdtm/define.xml"))  # doctest: +SKIP
        >>> spec.variables_of["AE"][0].name  # doctest: +SKIP
        'STUDYID'
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        return define_from(path.read_bytes(), name)
    except FileNotFoundError:
        return None, [xml.UNREADABLE.finding(f"There is no file {name}.", cell=name)]


def define_from(content: bytes, name: str = "define.xml") -> tuple[Spec | None, list[Finding]]:
    """The same for a file that is read already; `name` is how findings call it."""
    try:
        file = DefineFile(xml.odm_element(content), name)
    except xml.DefineError as error:
        return None, [xml.UNREADABLE.finding(str(error), cell=name)]
    datasets = read_datasets(file)
    attributes = _attributes(file, datasets)
    spec = Spec(
        name=name,
        standard=_standard(attributes, datasets),
        attributes=attributes,
        datasets=datasets,
        variables=read_variables(file),
        value_levels=read_value_levels(file),
        codelists=parts.read_codelists(file),
        dictionaries=parts.read_dictionaries(file),
        methods=parts.read_methods(file),
        comments=parts.read_comments(file),
        documents=parts.read_documents(file),
        forms={},
        sources=(),
        mappings=(),
        parameters={},
        checks=(),
        analysis_displays=parts.read_analysis_displays(file),
        analysis_results=parts.read_analysis_results(file),
    )
    folded, stayed = fold_supp(spec)
    findings = [
        SUPP_STAYS.finding(
            f"{supp} is a dataset of the workbook, too.", cell=f"{name} line {datasets[supp].location.row}"
        )
        for supp in stayed
    ]
    return folded, sorted({*file.findings, *findings, *_not_carried(file)}, key=Finding.sort_key)


def _attributes(file: DefineFile, datasets: dict[str, Dataset]) -> dict[str, str]:
    """The Define sheet. The standard is the first implementation guide, or what Define-XML 2.0 states as the one."""
    study = next((item for item in file.root.iter() if xml.local(item) == "GlobalVariables"), None)
    guides = (
        item
        for item in xml.children(xml.child(file.version, "Standards"), "Standard")
        if xml.attribute(item, "Type") == "IG"
    )
    guide = next(guides, None)
    language = next(
        (xml.attribute(item, "lang") for item in file.version.iter() if xml.local(item) == "TranslatedText"), ""
    )
    return {
        "StudyName": xml.text_of(xml.child(study, "StudyName")),
        "StudyDescription": xml.text_of(xml.child(study, "StudyDescription")),
        "ProtocolName": xml.text_of(xml.child(study, "ProtocolName")),
        "StandardName": guide_name(xml.attribute(guide, "Name")) or xml.attribute(file.version, "StandardName"),
        "StandardVersion": xml.attribute(guide, "Version") or xml.attribute(file.version, "StandardVersion"),
        "Language": language or "en",
    }


def _standard(attributes: dict[str, str], datasets: dict[str, Dataset]) -> Standard:
    named = attributes["StandardName"].upper()
    if named:
        return "ADaM" if "ADAM" in named else "SDTM"
    return "ADaM" if datasets and all(name.startswith("AD") for name in datasets) else "SDTM"


def _not_carried(file: DefineFile) -> list[Finding]:
    """One note for each kind of content that is in the file and has no place in a workbook."""
    counts: Counter[str] = Counter()
    for item in file.root.iter():
        name = xml.local(item)
        for key in item.attrib:
            attribute = str(key).rpartition("}")[2]
            why = _LOST.get((name, attribute))
            if why and not _is_given_again(file, item, attribute):
                counts[f"{name} {attribute}: {why}."] += 1
        counts.update(_further(item, name))
    return [xml.NOT_CARRIED.finding(f"{count} x {what}", cell=file.name) for what, count in sorted(counts.items())]


def _is_given_again(file: DefineFile, item: Element, attribute: str) -> bool:
    names = {xml.attribute(item, "Name"), xml.attribute(item, "Name").removeprefix("SUPP")}
    return attribute in ("SASFieldName", "SASDatasetName", "Domain") and xml.attribute(item, attribute) in names


def _further(item: Element, name: str) -> list[str]:
    """What is there more often than the sheets have cells for."""
    found = []
    for child, most in (("Origin", 1), ("FormalExpression", 1), ("TranslatedText", 1), ("Class", 1), ("SubClass", 1)):
        if len(list(xml.children(item, child))) > most:
            found.append(f"{name} with several {child}: the first is kept.")
    if name in ("MethodDef", "CommentDef", "ProgrammingCode", "ResultDisplay") and len(xml.documents_of(item)) > 1:
        found.append(f"{name} with several documents: the first is kept.")
    if name == "Alias" and not re.match("nci:ExtCodeID", xml.attribute(item, "Context")):
        found.append(f"Alias with Context {xml.attribute(item, 'Context')}: the sheets have no column for it.")
    if name == "CodeList" and not any(xml.local(part) in _LISTED for part in item):
        found.append("CodeList without terms: the sheet Codelists has a row for each term.")
    return found


_LISTED = ("CodeListItem", "EnumeratedItem", "ExternalCodeList")
