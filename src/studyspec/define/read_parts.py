"""Codelists, dictionaries, methods, comments, documents and analyses of a Define-XML file, as the model has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from studyspec.define import read_xml as xml
from studyspec.define.read_items import DefineFile, read_conditions
from studyspec.spec.analysis import AnalysisDisplay, AnalysisResult
from studyspec.spec.model import Codelist, Comment, Condition, Dictionary, Document, Method, Term

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def read_codelists(file: DefineFile) -> dict[str, Codelist]:
    """The codelists that list their terms, by ID."""
    found = {}
    for element in xml.children(file.version, "CodeList"):
        terms = tuple(_terms(file, element))
        if terms:
            id_ = file.sheet_id("CodeList", xml.attribute(element, "OID"))
            found[id_] = Codelist(
                id=id_,
                name=xml.attribute(element, "Name"),
                nci_code=_nci_code(element),
                data_type=xml.attribute(element, "DataType"),
                terminology=_terminology(file, element),
                comment=file.id_of("CommentDef", xml.attribute(element, "CommentOID"), element),
                terms=terms,
                location=xml.located(element, file.name),
            )
    return found


def _terms(file: DefineFile, codelist: Element) -> Iterator[Term]:
    for item in codelist:
        if xml.local(item) in ("CodeListItem", "EnumeratedItem"):
            yield Term(
                order=xml.whole(item, "OrderNumber"),
                term=xml.attribute(item, "CodedValue"),
                nci_code=_nci_code(item),
                decoded_value=xml.text_of(xml.child(item, "Decode", "TranslatedText")),
                synonyms=(),
                extended=xml.yes(item, "ExtendedValue"),
                location=xml.located(item, file.name),
            )


def _nci_code(element: Element) -> str:
    aliases = (item for item in xml.children(element, "Alias") if xml.attribute(item, "Context") == "nci:ExtCodeID")
    return xml.attribute(next(aliases, None), "Name")


def _terminology(file: DefineFile, element: Element) -> str:
    standard = file.standard_of(element)
    if standard is None:
        return ""
    return f"{xml.attribute(standard, 'PublishingSet')} CT {xml.attribute(standard, 'Version')}".strip()


def read_dictionaries(file: DefineFile) -> dict[str, Dictionary]:
    """The external dictionaries, by ID."""
    found = {}
    for element in xml.children(file.version, "CodeList"):
        outside = xml.child(element, "ExternalCodeList")
        if outside is not None:
            id_ = file.sheet_id("CodeList", xml.attribute(element, "OID"))
            texts = (xml.attribute(element, "Name"), xml.attribute(element, "DataType"))
            names = (xml.attribute(outside, "Dictionary"), xml.attribute(outside, "Version"))
            found[id_] = Dictionary(id_, *texts, *names, xml.located(element, file.name))
    return found


def read_methods(file: DefineFile) -> dict[str, Method]:
    """The methods, by ID. Of several formal expressions the one that runs here stays, else the first."""
    found = {}
    for element in xml.children(file.version, "MethodDef"):
        expressions = list(xml.children(element, "FormalExpression"))
        own = [item for item in expressions if xml.attribute(item, "Context").lower() == "studyspec"]
        expression = next(iter(own or expressions), None)
        id_ = file.sheet_id("MethodDef", xml.attribute(element, "OID"))
        document, pages = _document(file, element)
        found[id_] = Method(
            id=id_,
            name=xml.attribute(element, "Name"),
            type=xml.attribute(element, "Type"),
            description=xml.description(element),
            expression_context=xml.attribute(expression, "Context").strip(),
            expression_code=xml.text_of(expression),
            document=document,
            pages=pages,
            location=xml.located(element, file.name),
        )
    return found


def read_comments(file: DefineFile) -> dict[str, Comment]:
    """The comments, by ID."""
    found = {}
    for element in xml.children(file.version, "CommentDef"):
        id_ = file.sheet_id("CommentDef", xml.attribute(element, "OID"))
        document = _document(file, element)
        found[id_] = Comment(id_, xml.description(element), *document, xml.located(element, file.name))
    return found


def _document(file: DefineFile, element: Element | None) -> tuple[str, str]:
    """The first document an element refers to, and its pages; the sheets have a place for one."""
    for oid, pages in xml.documents_of(element):
        if element is not None:
            return file.id_of("leaf", oid, element), pages
    return "", ""


def read_documents(file: DefineFile) -> dict[str, Document]:
    """The documents, by ID; the files of the datasets are none."""
    found = {}
    for element in xml.children(file.version, "leaf"):
        id_ = file.sheet_id("leaf", xml.attribute(element, "ID"))
        title = xml.text_of(xml.child(element, "title"))
        found[id_] = Document(id_, title, xml.attribute(element, "href"), xml.located(element, file.name))
    return found


def _result_displays(file: DefineFile) -> Iterator[Element]:
    return xml.children(xml.child(file.version, "AnalysisResultDisplays"), "ResultDisplay")


def _display_id(file: DefineFile, element: Element) -> str:
    """A display goes by its name, or by its OID where another one has the same name."""
    names = [xml.attribute(item, "Name") for item in _result_displays(file)]
    name = xml.attribute(element, "Name")
    return name if names.count(name) == 1 else file.sheet_id("ResultDisplay", xml.attribute(element, "OID"))


def read_analysis_displays(file: DefineFile) -> dict[str, AnalysisDisplay]:
    """The displays of the analysis results metadata, by ID."""
    found = {}
    for element in _result_displays(file):
        id_ = _display_id(file, element)
        document, pages = _document(file, element)
        found[id_] = AnalysisDisplay(id_, xml.description(element), document, pages, xml.located(element, file.name))
    return found


def read_analysis_results(file: DefineFile) -> tuple[AnalysisResult, ...]:
    """The analysis results of all displays, in order."""
    return tuple(
        _analysis_result(file, _display_id(file, display), element)
        for display in _result_displays(file)
        for element in xml.children(display, "AnalysisResult")
    )


def _analysis_result(file: DefineFile, display: str, element: Element) -> AnalysisResult:
    datasets = xml.child(element, "AnalysisDatasets")
    read = [(item, _dataset_name(file, item)) for item in xml.children(datasets, "AnalysisDataset")]
    documentation, code = xml.child(element, "Documentation"), xml.child(element, "ProgrammingCode")
    program, pages = _document(file, code)
    references = ((file.id_of("leaf", oid, element), found) for oid, found in xml.documents_of(documentation))
    return AnalysisResult(
        display=display,
        id=file.sheet_id("AnalysisResult", xml.attribute(element, "OID")),
        description=xml.description(element),
        variables=tuple((dataset, name) for item, dataset in read for name in _variable_names(file, item)),
        reason=xml.attribute(element, "AnalysisReason"),
        purpose=xml.attribute(element, "AnalysisPurpose"),
        selection=tuple(condition for item, dataset in read for condition in _selection(file, item, dataset)),
        join_comment="" if datasets is None else _comment(file, datasets),
        documentation=xml.description(documentation),
        documentation_refs=tuple((document, found) for document, found in references if document),
        programming_context=xml.attribute(code, "Context"),
        programming_code=xml.text_of(xml.child(code, "Code")),
        programming_document=program,
        pages=pages,
        location=xml.located(element, file.name),
    )


def _comment(file: DefineFile, element: Element) -> str:
    return file.id_of("CommentDef", xml.attribute(element, "CommentOID"), element)


def _dataset_name(file: DefineFile, dataset: Element) -> str:
    return xml.attribute(file.named("ItemGroupDef", xml.attribute(dataset, "ItemGroupOID"), dataset), "Name")


def _variable_names(file: DefineFile, dataset: Element) -> Iterator[str]:
    for reference in xml.children(dataset, "AnalysisVariable"):
        item = file.named("ItemDef", xml.attribute(reference, "ItemOID"), reference)
        if item is not None:
            yield xml.attribute(item, "Name")


def _selection(file: DefineFile, dataset: Element, name: str) -> Iterator[Condition]:
    for reference in xml.children(dataset, "WhereClauseRef"):
        definition = file.named("WhereClauseDef", xml.attribute(reference, "WhereClauseOID"), reference)
        if definition is not None:
            yield from read_conditions(file, definition, name)
