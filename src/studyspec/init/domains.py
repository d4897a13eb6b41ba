"""What SDTMIG 3.4 says of a domain, as rows of the sheets Define, Datasets, Variables and Codelists."""

from __future__ import annotations

from collections.abc import Iterable

from studyspec.init.codelists import codelist_id, term_rows
from studyspec.init.plan import LIBRARY_TERMS, LIBRARY_VARIABLES, Book, NewStudy, Row
from studyspec.spec.schemas import SCHEMAS
from studyspec.standards import StandardTable, StandardVariable, sdtm_domain

TRIAL_DESIGN = "Trial Design"
_ELSEWHERE = ("WhereClauses", "Analysis Displays", "Analysis Results")
SDTM_SHEETS = (*(sheet for sheet in SCHEMAS if sheet not in _ELSEWHERE), LIBRARY_VARIABLES, LIBRARY_TERMS)
XPT_LENGTH: Row = {
    "Name": "XPT_LENGTH",
    "Value": "data",
    "Description": 'Width of text in XPT files: "spec" uses Length of the sheet Variables, "data" the longest value.',
}

# Records of a subject are told apart by the first of each group that the dataset has (SDTMIG 3.4 section 3.2.1.1).
_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Interventions": (("--TRT",), ("--STDTC", "--DTC")),
    "Events": (("--TERM",), ("--STDTC", "--DTC")),
    "Findings": (("--TESTCD",), ("VISITNUM", "--DTC")),
    "Findings About": (("--OBJ",), ("--TESTCD",), ("VISITNUM", "--DTC")),
    TRIAL_DESIGN: (("TSPARMCD", "ARMCD", "ETCD", "IETESTCD", "VISITNUM"), ("TSSEQ", "TAETORD")),
    "Relationship": (("IDVAR",), ("IDVARVAL",), ("QNAM",)),
}
_WHOLE_NUMBERS = ("SEQ", "DY", "CD", "AGE", "ORD", "ISN", "FN")
_ONE_LETTER = ("FL",)
_TEXT, _SHORT, _DATE = 200, 40, 19
_LONGEST_IN_LIBRARY = 500  # Longer lists, that only permissible variables use, would make the workbook slow to open.
_SHORT_NAMES = ("ID", "NUM", "CD")


def table_of(dataset: str) -> StandardTable | None:
    """The standard's table of a domain; of SUPPAE that of SUPPQUAL, of a part such as QSCO that of QS."""
    return sdtm_domain("SUPPQUAL" if dataset.startswith("SUPP") else dataset) or sdtm_domain(dataset[:2])


def define_rows(study: str, standard: str, version: str) -> list[Row]:
    """The sheet Define."""
    values = {
        "StudyName": study,
        "StudyDescription": f"Study {study}",
        "ProtocolName": study,
        "StandardName": standard,
        "StandardVersion": version,
        "Language": "en",
    }
    return [{"Attribute": attribute, "Value": value} for attribute, value in values.items()]


def dataset_row(dataset: str, label: str, key_variables: Iterable[str]) -> Row:
    """The row of Datasets; `label` "" takes the standard's."""
    table = table_of(dataset)
    standard = f"Supplemental Qualifiers for {dataset[4:]}" if dataset.startswith("SUPP") else table and table.label
    return {
        "Dataset": dataset,
        "Label": label or standard or dataset,
        "Class": table.class_.upper().replace("-", " ") if table else "SPECIAL PURPOSE",
        "Structure": (table.structure if table else "") or "One record per record of the source",
        "Key Variables": ", ".join(key_variables),
        "Standard": "SDTM-IG 3.4",
        "Repeating": "No" if dataset == "DM" else "Yes",
        "Reference Data": "Yes" if table and table.class_ == TRIAL_DESIGN else "No",
    }


def keys(dataset: str, names: Iterable[str]) -> list[str]:
    """The variables that tell the records of a dataset apart, among those it has.

    Example:
        >>> keys("AE", ["STUDYID", "USUBJID", "AESEQ", "AETERM", "AESTDTC"])
        ['STUDYID', 'USUBJID', 'AETERM', 'AESTDTC']
    """
    own = list(names)
    table = table_of(dataset)
    found = [name for name in own if name in ("STUDYID", "USUBJID")]
    for group in _KEYS.get(table.class_, ()) if table else ():
        found += [name for name in (one.replace("--", dataset[:2]) for one in group) if name in own][:1]
    return found


def variable_row(dataset: str, item: StandardVariable) -> Row:
    """The row of Variables of a standard variable, without where its value comes from."""
    return {
        "Order": item.order,
        "Dataset": dataset,
        "Variable": item.name,
        "Label": item.label,
        **_type_and_length(item),
        "Mandatory": "Yes" if item.core == "Req" else "No",
        "Codelist": variable_codelist(item),
        "Role": item.group,
    }


def variable_codelist(item: StandardVariable) -> str:
    """The ID of its codelist; flags that are Y or blank have their own part of NY."""
    found = codelist_id(item.codelists)
    return "NY_Y" if found == "NY" and item.name.endswith(_ONE_LETTER) else found


def _type_and_length(item: StandardVariable) -> Row:
    if item.type == "Num":
        whole = item.name.endswith(_WHOLE_NUMBERS)
        return {"Data Type": "integer" if whole else "float", "Length": 8}
    if item.name.endswith("DTC"):
        return {"Data Type": "partialDatetime", "Length": _DATE}
    if item.name.endswith(_ONE_LETTER):
        return {"Data Type": "text", "Length": 1}
    if item.name == "DOMAIN":
        return {"Data Type": "text", "Length": 2}
    return {"Data Type": "text", "Length": 8 if item.name.endswith("TESTCD") else _long(item)}


def _long(item: StandardVariable) -> int:
    identifier = item.group == "Identifier" or item.name.endswith(_SHORT_NAMES)
    return _SHORT if identifier else _TEXT


def add_terms(book: Book, new: NewStudy) -> None:
    """Fill Codelists with the terms of the codelists that the variables name; the library gets the rest."""
    for sheet in ("Variables", LIBRARY_VARIABLES):
        for id_ in dict.fromkeys(str(row["Codelist"]) for row in book[sheet] if row.get("Codelist")):
            if any(row["ID"] == id_ for row in book["Codelists"] + book[LIBRARY_TERMS]):
                continue
            used, others = term_rows(id_, _values(id_, book[sheet], new))
            if sheet == LIBRARY_VARIABLES:
                used, others = [], used + others if len(used + others) <= _LONGEST_IN_LIBRARY else []
            book["Codelists"] += used
            book[LIBRARY_TERMS] += others


def fit_lengths(book: Book) -> None:
    """Make coded variables as long as the longest term of their codelist; copied ones keep the length they have."""
    longest: dict[str, int] = {}
    for row in book["Codelists"] + book[LIBRARY_TERMS]:
        longest[str(row["ID"])] = max(longest.get(str(row["ID"]), 1), len(str(row["Term"])))
    for row in book["Variables"] + book[LIBRARY_VARIABLES]:
        if not row.get("Predecessor"):
            row["Length"] = longest.get(str(row.get("Codelist")), row["Length"])


def _values(id_: str, variables: Iterable[Row], new: NewStudy) -> set[str]:
    """The raw values of all columns that have the name of a variable with this codelist."""
    names = {row["Variable"] for row in variables if row.get("Codelist") == id_}
    columns = (columns for columns in new.forms.values())
    return {value for form in columns for name, values in form.items() if name in names for value in values}
