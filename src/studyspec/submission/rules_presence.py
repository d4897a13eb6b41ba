"""Rules: what must be in a package, and that define.xml and files go together.

Source: FDA Technical Rejection Criteria for Study Data; FDA Study Data Technical Conformance Guide; Define-XML 2.1.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from studyspec.define.document import DefineDocument, child, get
from studyspec.define.write import STYLESHEET
from studyspec.findings import Finding, Rule
from studyspec.spec.model import Standard
from studyspec.submission.contents import Contents, StandardFolder
from studyspec.submission.enclosures import CRF
from studyspec.submission.rules_files import DATA_SUFFIXES
from studyspec.submission.tree import DEFINE, program_name

REQUIRED: Mapping[Standard, tuple[str, ...]] = {
    "SDTM": (DEFINE, STYLESHEET, "dm.xpt", "ts.xpt", "csdrg.pdf"),
    "ADaM": (DEFINE, STYLESHEET, "adsl.xpt", "adrg.pdf"),
}

MISSING = Rule(
    "PKG-011",
    "error",
    "Required file is missing",
    why="A package has TS, DM and ADSL, each define.xml with its stylesheet, and the reviewer's guides.",
    action="Describe the dataset in the spec and build it, or put the document into the study's folder documents.",
)
NO_CRF = Rule(
    "PKG-012",
    "warning",
    "No annotated CRF",
    why="Reviewers look up in acrf.pdf where a value was collected.",
    action="Put acrf.pdf into the study's folder documents/sdtm.",
)
NO_DOCUMENT = Rule(
    "PKG-013",
    "error",
    "File that define.xml names is missing",
    why="The link in define.xml leads nowhere.",
    action="Put the document into the study's folder documents, build the display, or remove it from the workbook.",
)
NOT_DEFINED = Rule(
    "PKG-014",
    "error",
    "Dataset that define.xml does not have",
    why="Nobody knows what it holds.",
    action="Take it out, or describe it in the spec, and package again.",
)
FORM_MISSING = Rule(
    "PKG-015",
    "error",
    "A dataset's form is missing",
    why="Each dataset comes as transport file and as Dataset-JSON in both its forms.",
    action="Package again.",
)
NO_PROGRAM = Rule(
    "PKG-016",
    "error",
    "Dataset without its program",
    why="Regulators ask for the programs of all analysis datasets; we give those of SDTM, too.",
    action="Package again.",
)
UNREADABLE_DEFINE = Rule(
    "PKG-017",
    "error",
    "define.xml cannot be read",
    why="It is not XML.",
    action="Package again.",
)

NOT_LINKED = Rule(
    "PKG-018",
    "warning",
    "Document that define.xml does not name",
    why="Reviewers find documents by the links of define.xml.",
    action="Add it to the sheet Documents of the workbook.",
)


def required(contents: Contents) -> list[Finding]:
    """Files that no package is without; ADaM is asked for only where there is any."""
    if not contents.standards:
        return [MISSING.finding("There is no dataset and no define.xml.")]
    findings = []
    for tree in contents.trees:
        found: dict[Standard, StandardFolder] = {
            item.standard: item for item in contents.standards if item.tree == tree
        }
        for standard in dict.fromkeys(("SDTM", *found)):
            present = found[standard].files if standard in found else frozenset[str]()
            absent = [name for name in REQUIRED[standard] if name not in present]
            place = tree.datasets(standard)
            findings += [MISSING.finding(f"There is no {name}.", cell=f"{place}/{name}") for name in absent]
            if standard == "SDTM" and CRF not in present:
                findings.append(NO_CRF.finding(f"There is no {CRF}.", cell=f"{place}/{CRF}"))
    return findings


def unreadable_defines(contents: Contents) -> list[Finding]:
    """Files define.xml that are no XML."""
    return [
        UNREADABLE_DEFINE.finding("It is not well-formed.", cell=folder.at(DEFINE))
        for folder in contents.standards
        if DEFINE in folder.files and folder.define is None
    ]


def links(contents: Contents) -> list[Finding]:
    """Leaves of define.xml, and its stylesheet, that are not in the package; what `required` tells is left to it."""
    findings = []
    for folder in contents.standards:
        if folder.define is not None:
            for href in dict.fromkeys([*_stylesheets(folder.define), *_hrefs(folder.define)]):
                target = posixpath.normpath(folder.at(href))
                if target not in contents.files and href not in REQUIRED[folder.standard]:
                    findings.append(NO_DOCUMENT.finding(f"There is no {href}.", cell=folder.at(DEFINE)))
    return findings


def _hrefs(define: DefineDocument) -> list[str]:
    return [get(leaf, "xlink:href").partition("#")[0] for leaf in define.all("def:leaf")]


def _stylesheets(define: DefineDocument) -> list[str]:
    from lxml.etree import PI

    return [found.get("href") or "" for found in define.root.itersiblings(PI, preceding=True)]


def unlinked_documents(contents: Contents) -> list[Finding]:
    """PDF documents beside a define.xml that has no leaf for them."""
    return [
        NOT_LINKED.finding(f"define.xml does not name {name}.", cell=folder.at(name))
        for folder in contents.standards
        if folder.define is not None
        for name in sorted(folder.files - set(_hrefs(folder.define)))
        if name.endswith(".pdf")
    ]


def undefined_datasets(contents: Contents) -> list[Finding]:
    """Datasets on disk, in whatever form, that define.xml does not have, or calls without data."""
    findings = []
    for folder in contents.standards:
        if folder.define is not None:
            named = {name.lower() for name in defined_datasets(folder.define)}
            for name in sorted(folder.files):
                stem, _, suffix = name.partition(".")
                if f".{suffix}" in DATA_SUFFIXES and stem not in named:
                    what = f"define.xml has no dataset {stem.upper()} with data."
                    findings.append(NOT_DEFINED.finding(what, cell=folder.at(name)))
    return findings


def defined_datasets(define: DefineDocument) -> list[str]:
    """The datasets that have data."""
    groups = define.all("ItemGroupDef")
    return [get(group, "Name") for group in groups if child(group, "def:leaf") is not None]


def forms(contents: Contents) -> list[Finding]:
    """Datasets without one of their forms; a missing transport file is told by `links`, too."""
    findings = []
    for folder in contents.standards:
        stems = {name.partition(".")[0] for name in folder.files if name.endswith(DATA_SUFFIXES)}
        for stem in sorted(stems):
            absent = [stem + suffix for suffix in DATA_SUFFIXES if stem + suffix not in folder.files]
            findings += [FORM_MISSING.finding(f"There is no {name}.", cell=folder.at(name)) for name in absent]
    return findings


def programs(contents: Contents) -> list[Finding]:
    """Datasets whose program is missing; a SUPP-- is made by its parent's program."""
    findings = []
    for folder in contents.standards:
        present = set(contents.below(folder.tree.programs))
        for name in folder.datasets:
            wanted = {program_name(name, folder.standard), program_name(name.removeprefix("SUPP"), folder.standard)}
            if not wanted & present:
                what = f"{name} has no program."
                findings.append(NO_PROGRAM.finding(what, cell=f"{folder.tree.programs}/{min(wanted)}"))
    return findings
