"""What a define.xml states, as facts that do not depend on OIDs or order: read by lxml alone, not by our reader.

A fact is (kind, place, property, value). References are followed: a variable's method is a fact of its text, a where
clause one of its conditions.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

Fact = tuple[str, str, str, str]
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
ARM = "{http://www.cdisc.org/ns/arm/v1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"


def facts(content: bytes) -> set[Fact]:
    """All facts of a define.xml 2.1; those with a blank value are left out."""
    return {fact for fact in _Facts(etree.fromstring(content)).all() if fact[3]}


def _text(element: etree._Element | None, path: str = f"{ODM}Description/{ODM}TranslatedText") -> str:
    return (element.findtext(path) or "").strip() if element is not None else ""


class _Facts:
    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.version = root.find(f".//{ODM}MetaDataVersion")
        self.by_oid = {
            item.get("OID") or item.get("ID"): item for item in root.iter() if item.get("OID") or item.get("ID")
        }
        self.groups = list(root.iter(f"{ODM}ItemGroupDef"))
        self.owner: dict[str, str] = {}
        for group in self.groups:
            for reference in group.iter(f"{ODM}ItemRef"):
                self.owner.setdefault(reference.get("ItemOID"), group.get("Name"))

    def all(self) -> Iterator[Fact]:
        for tag in ("StudyName", "StudyDescription", "ProtocolName"):
            yield "study", "", tag, (self.root.findtext(f".//{ODM}{tag}") or "").strip()
        for place, group in enumerate(self.groups):
            yield from self.dataset(group, place)
        for codelist in self.root.iter(f"{ODM}CodeList"):
            yield from self.codelist(codelist)
        for leaf in self.version.iterchildren(f"{DEF}leaf"):
            yield "document", leaf.get(f"{XLINK}href"), "title", (leaf.findtext(f"{DEF}title") or "").strip()
        for display in self.root.iter(f"{ARM}ResultDisplay"):
            yield from self.display(display)

    def dataset(self, group: etree._Element, place: int) -> Iterator[Fact]:
        name = group.get("Name")
        class_ = group.find(f"{DEF}Class")
        stated = {
            "place": str(place),
            "label": _text(group),
            "class": class_.get("Name") if class_ is not None else "",
            "subclass": class_[0].get("Name") if class_ is not None and len(class_) else "",
            "standard": self.standard(group),
            "comment": self.comment(group),
            "file": "" if group.get(f"{DEF}HasNoData") else (group.findtext(f"{DEF}leaf/{DEF}title") or "").strip(),
        }
        for key in ("Domain", "Purpose", "Repeating", "IsReferenceData", f"{DEF}Structure", f"{DEF}HasNoData"):
            stated[key] = group.get(key, "")
        for key, value in stated.items():
            yield "dataset", name, key, value or ""
        references = sorted(group.iter(f"{ODM}ItemRef"), key=lambda item: int(item.get("OrderNumber")))
        keys = [item for item in references if item.get("KeySequence")]
        named = [self.by_oid[item.get("ItemOID")].get("Name") for item in sorted(keys, key=_sequence)]
        yield "dataset", name, "keys", " ".join(named)
        for rank, reference in enumerate(references, start=1):
            item = self.by_oid[reference.get("ItemOID")]
            where = f"{name}.{item.get('Name')}"
            yield from self.item("variable", where, reference, item)
            yield "variable", where, "rank", str(rank)
            yield "variable", where, "Role", reference.get("Role", "")
            yield "variable", where, "no data", reference.get(f"{DEF}HasNoData", "")
            yield from self.levels(where, item)

    def levels(self, variable: str, item: etree._Element) -> Iterator[Fact]:
        reference = item.find(f"{DEF}ValueListRef")
        if reference is None:
            return
        for level in self.by_oid[reference.get("ValueListOID")]:
            for clause in level.iterchildren(f"{DEF}WhereClauseRef"):
                where = f"{variable} where {self.conditions(clause)}"
                yield from self.item("level", where, level, self.by_oid[level.get("ItemOID")])
                yield "level", where, "Role", level.get("Role", "")

    def conditions(self, reference: etree._Element) -> str:
        clause = self.by_oid[reference.get("WhereClauseOID")]
        found = []
        for check in clause.iterchildren(f"{ODM}RangeCheck"):
            oid = check.get(f"{DEF}ItemOID")
            values = sorted(value.text or "" for value in check.iterchildren(f"{ODM}CheckValue"))
            variable = f"{self.owner[oid]}.{self.by_oid[oid].get('Name')}"
            found.append(f"{variable} {check.get('Comparator')} {values}")
        return " and ".join(sorted(found))

    def item(self, kind: str, where: str, reference: etree._Element, item: etree._Element) -> Iterator[Fact]:
        codelist = item.find(f"{ODM}CodeListRef")
        origin = item.find(f"{DEF}Origin")
        method = self.by_oid.get(reference.get("MethodOID"))
        expression = method.find(f"{ODM}FormalExpression") if method is not None else None
        yield kind, where, "label", _text(item)
        yield kind, where, "Mandatory", reference.get("Mandatory", "")
        for key in ("DataType", "Length", "SignificantDigits", f"{DEF}DisplayFormat"):
            yield kind, where, key, item.get(key, "")
        yield kind, where, "comment", self.comment(item)
        if codelist is not None:
            yield kind, where, "codelist", self.by_oid[codelist.get("CodeListOID")].get("Name")
        if origin is not None:
            yield kind, where, "origin", f"{origin.get('Type')} {origin.get('Source', '')}".strip()
            yield kind, where, "predecessor", _text(origin)
            yield kind, where, "origin pages", self.documents(origin)
        if method is not None:
            yield kind, where, "method", f"{method.get('Name')} ({method.get('Type')}): {_text(method)}"
            yield kind, where, "method documents", self.documents(method)
        if expression is not None:
            yield kind, where, "expression", f"{expression.get('Context').strip()}: {expression.text.strip()}"

    def codelist(self, codelist: etree._Element) -> Iterator[Fact]:
        name = codelist.get("Name")
        yield "codelist", name, "DataType", codelist.get("DataType")
        yield "codelist", name, "standard", self.standard(codelist)
        yield "codelist", name, "comment", self.comment(codelist)
        yield "codelist", name, "code", _code(codelist)
        for outside in codelist.iterchildren(f"{ODM}ExternalCodeList"):
            yield "codelist", name, "dictionary", f"{outside.get('Dictionary')} {outside.get('Version', '')}"
        terms = list(codelist.iterchildren(f"{ODM}CodeListItem", f"{ODM}EnumeratedItem"))
        for rank, term in enumerate(sorted(terms, key=lambda item: int(item.get("OrderNumber", "0"))), start=1):
            where = f"{name}: {term.get('CodedValue')}"
            yield "term", where, "rank", str(rank)
            yield "term", where, "decode", _text(term, f"{ODM}Decode/{ODM}TranslatedText")
            yield "term", where, "code", _code(term)
            yield "term", where, "extended", term.get(f"{DEF}ExtendedValue", "")

    def standard(self, element: etree._Element) -> str:
        found = self.by_oid.get(element.get(f"{DEF}StandardOID"))
        if found is None:
            return element.get(f"{DEF}IsNonStandard", "") and "non-standard"
        return f"{found.get('Name')} {found.get('PublishingSet', '')} {found.get('Version')}"

    def comment(self, element: etree._Element) -> str:
        found = self.by_oid.get(element.get(f"{DEF}CommentOID"))
        return "" if found is None else f"{_text(found)} {self.documents(found)}".strip()

    def documents(self, element: etree._Element) -> str:
        found = []
        for reference in element.iterchildren(f"{DEF}DocumentRef"):
            pages = [page.get("PageRefs") or f"{page.get('FirstPage')}-{page.get('LastPage')}" for page in reference]
            found.append(f"[{self.by_oid[reference.get('leafID')].get(f'{XLINK}href')} {' '.join(pages)}]")
        return " ".join(found)

    def display(self, display: etree._Element) -> Iterator[Fact]:
        name = display.get("Name")
        yield "display", name, "title", _text(display)
        yield "display", name, "documents", self.documents(display)
        for place, result in enumerate(display.iterchildren(f"{ARM}AnalysisResult")):
            where = f"{name} #{place}"
            datasets = result.find(f"{ARM}AnalysisDatasets")
            documentation = result.find(f"{ARM}Documentation")
            code = result.find(f"{ARM}ProgrammingCode")
            yield "result", where, "description", _text(result)
            yield "result", where, "why", f"{result.get('AnalysisReason')} {result.get('AnalysisPurpose')}"
            yield "result", where, "comment", self.comment(datasets)
            for dataset in datasets:
                for part in dataset:
                    named = part.get("ItemOID")
                    what = f"{self.owner[named]}.{self.by_oid[named].get('Name')}" if named else self.conditions(part)
                    yield "result", where, "reads", f"{self.by_oid[dataset.get('ItemGroupOID')].get('Name')}: {what}"
            if documentation is not None:
                yield "result", where, "documentation", f"{_text(documentation)} {self.documents(documentation)}"
            if code is not None:
                text = f"{code.get('Context', '')}: {(code.findtext(f'{ARM}Code') or '').strip()}"
                yield "result", where, "code", f"{text} {self.documents(code)}"
            yield "result", where, "parameter", result.get("ParameterOID", "") and "given"


def _sequence(reference: etree._Element) -> int:
    return int(reference.get("KeySequence"))


def _code(element: etree._Element) -> str:
    aliases = element.iterchildren(f"{ODM}Alias")
    return next((item.get("Name") for item in aliases if item.get("Context") == "nci:ExtCodeID"), "")
