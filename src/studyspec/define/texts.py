"""Methods, comments and documents of a define."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from studyspec.define.codelists import used_codelists
from studyspec.define.oids import comment_oid, leaf_oid, method_oid
from studyspec.define.xml import add, add_documents, add_text
from studyspec.spec.model import Spec
from studyspec.spec.rules_references import definitions

if TYPE_CHECKING:
    from lxml.etree import _Element


def add_methods(version: _Element, spec: Spec, language: str) -> None:
    """A MethodDef for each method in use: the text for people, then the expression that runs."""
    used = {item.method for item in definitions(spec)}
    for id_, method in spec.methods.items():
        if id_ in used:
            parent = add(version, "MethodDef", {"OID": method_oid(id_), "Name": method.name, "Type": method.type})
            add_text(parent, "Description", method.description, language)
            if method.expression_code:
                context = {"Context": method.expression_context}
                add(parent, "FormalExpression", context, method.expression_code)
            add_documents(parent, [(method.document, method.pages)])


def add_comments(version: _Element, spec: Spec, language: str) -> None:
    """A CommentDef for each comment in use."""
    used = {item.comment for item in (*definitions(spec), *spec.datasets.values(), *used_codelists(spec))}
    used |= {result.join_comment for result in spec.analysis_results}
    for id_, comment in spec.comments.items():
        if id_ in used:
            parent = add(version, "def:CommentDef", {"OID": comment_oid(id_)})
            add_text(parent, "Description", comment.description, language)
            add_documents(parent, [(comment.document, comment.pages)])


def add_leaves(version: _Element, spec: Spec, hrefs: Mapping[str, str]) -> None:
    """A def:leaf for each document; `hrefs` replaces the Href of the workbook."""
    for id_, document in spec.documents.items():
        attributes = {"ID": leaf_oid(id_), "xlink:href": hrefs.get(id_, document.href)}
        add(add(version, "def:leaf", attributes), "def:title", text=document.title)
