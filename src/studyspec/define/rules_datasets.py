"""Rules: datasets have what a reader and a validator look for."""

from __future__ import annotations

from pathlib import PurePosixPath

from studyspec.define.document import DefineDocument, child, children, described, get
from studyspec.findings import Finding, Rule

NO_STANDARD = Rule(
    "DEF-020",
    "error",
    "Neither of a standard nor non-standard",
    why="A dataset or codelist follows one of the standards of the define, or says that it follows none; never both.",
    action="Fill Standard (Datasets) or Terminology (Codelists) as in SDTM-IG 3.4 and SDTM CT 2025-03-28.",
)
NO_CLASS = Rule(
    "DEF-021",
    "error",
    "Dataset without class",
    why="The class says which rules hold for the dataset.",
    action="Fill Class in the sheet Datasets.",
)
NO_FILE = Rule(
    "DEF-022",
    "error",
    "Dataset and file do not go together",
    why="A dataset with data has a transport file of its name; one without data has none.",
    action="Build the dataset, or set Has No Data in the sheet Datasets. Names have at most 8 characters.",
)
NO_LABEL = Rule(
    "DEF-023",
    "error",
    "Label missing or too long",
    why="Datasets and variables have a label of at most 40 characters, in the file and here.",
    action="Fill or shorten Label.",
)
NO_KEY = Rule(
    "DEF-024",
    "error",
    "Dataset without key",
    why="The key says in which order the records are, and what makes one unique.",
    action="Fill Key Variables in the sheet Datasets.",
)
NO_DATA_COMMENT = Rule(
    "DEF-025",
    "error",
    "No data, and no comment why",
    why="A dataset or variable without data is explained where it is defined.",
    action="Add a comment to the sheet Comments and put its ID into Comment; or leave the variable out if it may be.",
)

REFERENCE_DATA = Rule(
    "DEF-026",
    "error",
    "Reference data not told as such",
    why="Trial design datasets describe the study and no subject: they are reference data, which do not repeat.",
    action="Set Reference Data to Yes and Repeating to No in the sheet Datasets.",
)

_LONGEST_LABEL = 40
_LONGEST_NAME = 8


def standards_of_datasets(document: DefineDocument) -> list[Finding]:
    """Datasets with neither or both of def:StandardOID and def:IsNonStandard."""
    return [
        NO_STANDARD.finding(f"{get(group, 'Name')} has {which} of the two.", cell=document.place(group))
        for group in document.all("ItemGroupDef")
        if (which := neither_or_both(get(group, "def:StandardOID"), get(group, "def:IsNonStandard")))
    ]


def neither_or_both(first: str, second: str) -> str:
    """In words how two texts break that exactly one is there; "" where they do not."""
    return "" if bool(first) != bool(second) else "both" if first else "neither"


def classes(document: DefineDocument) -> list[Finding]:
    """Datasets without def:Class."""
    return [
        NO_CLASS.finding(f"{get(group, 'Name')} has no class.", cell=document.place(group))
        for group in document.all("ItemGroupDef")
        if child(group, "def:Class") is None
    ]


def files(document: DefineDocument) -> list[Finding]:
    """Datasets whose name, SAS name and file differ, or that have both or neither of a file and no data."""
    findings = []
    for group in document.all("ItemGroupDef"):
        name, leaf = get(group, "Name"), child(group, "def:leaf")
        which = neither_or_both("" if leaf is None else "leaf", get(group, "def:HasNoData"))
        stem = PurePosixPath(get(leaf, "xlink:href")).stem.upper() if leaf is not None else name
        what = ""
        if which:
            what = f"{name} has {which} of a file and Has No Data."
        elif get(group, "SASDatasetName") != name or len(name) > _LONGEST_NAME:
            what = f"{name} has the SAS name {get(group, 'SASDatasetName') or '(none)'}."
        elif stem != name:
            what = f"{name} has the file {stem.lower()}.xpt."
        elif leaf is not None and get(group, "def:ArchiveLocationID") != get(leaf, "ID"):
            what = f"{name} does not name its file as its place (ArchiveLocationID)."
        if what:
            findings.append(NO_FILE.finding(what, cell=document.place(group)))
    return findings


def reference_data(document: DefineDocument) -> list[Finding]:
    """Trial design datasets that are not reference data, and reference data that repeat."""
    findings = []
    for group in document.all("ItemGroupDef"):
        class_ = child(group, "def:Class")
        design = class_ is not None and get(class_, "Name") == "TRIAL DESIGN"
        reference, repeating = get(group, "IsReferenceData") == "Yes", get(group, "Repeating") == "Yes"
        if (design and not reference) or (reference and repeating):
            what = f"{get(group, 'Name')} is {'' if reference else 'no '}reference data{', repeating' * repeating}."
            findings.append(REFERENCE_DATA.finding(what, cell=document.place(group)))
    return findings


def labels(document: DefineDocument) -> list[Finding]:
    """Datasets and their variables without a label, or with one over 40 characters; value levels may have none."""
    defined = list(document.all("ItemGroupDef"))
    for group in document.all("ItemGroupDef"):
        items = (document.by_oid.get(get(reference, "ItemOID")) for reference in children(group, "ItemRef"))
        defined += [item for item in items if item is not None]
    return [
        NO_LABEL.finding(
            f"The label of {get(element, 'Name')} is {described(element)!r}.", cell=document.place(element)
        )
        for element in defined
        if not 0 < len(described(element)) <= _LONGEST_LABEL
    ]


def keys(document: DefineDocument) -> list[Finding]:
    """Datasets none of whose variables is a key, or whose places in the key leave gaps."""
    findings = []
    for group in document.all("ItemGroupDef"):
        found = [get(reference, "KeySequence") for reference in children(group, "ItemRef")]
        places = sorted(int(place) for place in found if place.isdecimal())
        if places != list(range(1, len(places) + 1)) or not places:
            what = f"The places in the key of {get(group, 'Name')} are {places or 'none'}."
            findings.append(NO_KEY.finding(what, cell=document.place(group)))
    return findings


def no_data_without_comment(document: DefineDocument) -> list[Finding]:
    """Datasets and variables with def:HasNoData whose definition has no comment."""
    findings = []
    for group in document.all("ItemGroupDef"):
        empty = [group] if get(group, "def:HasNoData") else []
        for reference in children(group, "ItemRef"):
            item = document.by_oid.get(get(reference, "ItemOID"))
            if get(reference, "def:HasNoData") and item is not None:
                empty.append(item)
        for element in empty:
            if not get(element, "def:CommentOID"):
                what = f"{get(element, 'Name')} of {get(group, 'Name')} has no data."
                findings.append(NO_DATA_COMMENT.finding(what, cell=document.place(element)))
    return findings
