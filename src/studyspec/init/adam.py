"""The workbook adam.xlsx of a new study: ADaMIG 1.3 and OCCDS 1.1 structures, copied from SDTM where they can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from studyspec.init.codelists import codelist_id
from studyspec.init.derivations import ADSL, ADSL_PREDECESSORS, Derivation, find, method_row, occurrence_derivations
from studyspec.init.domains import XPT_LENGTH, add_terms, define_rows, fit_lengths
from studyspec.init.plan import LIBRARY_TERMS, LIBRARY_VARIABLES, Book, NewStudy, Row
from studyspec.spec.schemas import SCHEMAS
from studyspec.standards import StandardTable, StandardVariable, adam_structure, sdtm_domain

_ELSEWHERE = ("WhereClauses", "Forms", "Mapping")
ADAM_SHEETS = (*(sheet for sheet in SCHEMAS if sheet not in _ELSEWHERE), LIBRARY_VARIABLES, LIBRARY_TERMS)
# What nearly every study has beyond what the structure requires.
_OFTEN = {
    "ADSL": ("SAFFL", "TRT01A", "TRTSDT", "TRTEDT"),
    "OCCDS": ("ASTDT", "ASTDTF", "AENDT", "AENDTF", "ASTDY", "AENDY"),
    "AE": ("ASTDTF", "AENDTF", "--SEV", "--TOXGR", "--ACN", "--OUT", "AOCCFL", "AOCCPFL"),
    "BDS": ("ADT", "ADY", "AVISIT", "AVISITN", "AVAL", "BASE", "CHG", "ABLFL"),
}
# Of ADSL, copied to every record of the other datasets; TRTA is the treatment of ADSL under its own name.
_FROM_ADSL = ("SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "SAFFL", "TRTSDT", "TRTEDT")
_LABELS = {"ADT": "Analysis Date", "ADY": "Analysis Relative Day"}
_WHOLE_NUMBERS = ("SEQ", "DY", "CD", "AGE", "DT", "DTM", "TM", "GRN")
_FORMATS = {"DTM": "DATETIME20.", "DT": "DATE9.", "TM": "TIME5."}
_NEVER_MISSING = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "SAFFL", "PARAM", "PARAMCD")
_POPULATION_FLAGS = ("SAFFL", "FASFL", "ITTFL", "PPROTFL", "COMPLFL", "RANDFL", "ENRLFL")


def adam_book(new: NewStudy, sdtm: Book) -> Book:
    """The sheets of adam.xlsx with their rows.

    Args:
        new: what was asked for.
        sdtm: the rows of sdtm.xlsx, from which variables are copied.
    """
    book: Book = {name: [] for name in ADAM_SHEETS}
    book["Define"] = define_rows(new.name, "ADaM-IG", "1.3")
    copied = {f"{row['Dataset']}.{row['Variable']}": row for row in sdtm["Variables"]}
    for dataset in new.analysis:
        rows = list(_variables(dataset, new, copied))
        copied |= {f"{dataset}.{row['Variable']}": row for row in rows}
        book["Variables"] += rows
        book["Datasets"].append(_dataset(dataset, rows))
        book["Sources"] += _sources(dataset, new)
    _add_methods(book, copied)
    _share_codelists(book, sdtm)
    add_terms(book, new)
    fit_lengths(book)
    book["Parameters"] = [XPT_LENGTH]
    if any(row["Variable"] == "TRTEMFL" for row in book["Variables"]):
        window = "Days after the last dose during which an event still counts as treatment-emergent."
        book["Parameters"].append({"Name": "TEAE_WINDOW", "Value": 30, "Description": window})
    return book


def structure_of(dataset: str) -> str:
    """The structure that a dataset follows: ADSL, AE, OCCDS for other events and interventions, else BDS.

    Example:
        >>> structure_of("ADAE"), structure_of("ADCM"), structure_of("ADVS")
        ('AE', 'OCCDS', 'BDS')
    """
    if dataset in ("ADSL", "ADAE"):
        return dataset if dataset == "ADSL" else "AE"
    domain = sdtm_domain(dataset.removeprefix("AD"))
    return "OCCDS" if domain and domain.class_ in ("Events", "Interventions") else "BDS"


def _variables(dataset: str, new: NewStudy, copied: Mapping[str, Row]) -> Iterator[Row]:
    structure, domain = structure_of(dataset), _domain(dataset)
    table = adam_structure(structure)
    if table is None:
        return
    place = 0
    for name, item in _chosen(table, structure, domain):
        if item.name.startswith("--") and f"{domain}.{name}" not in copied and item.core != "Req":
            continue
        place += 1
        yield _variable(dataset, place, name, item, copied)


def _chosen(table: StandardTable, structure: str, domain: str) -> Iterator[tuple[str, StandardVariable]]:
    """Names with what the standard says of them: identifiers, ADSL's variables, then the structure's own."""
    required = [item.name for item in table.variables.values() if item.core == "Req"]
    wanted = {*required, *_OFTEN[structure]}
    ordered = [name for name in table.variables if name in wanted and name not in ("STUDYID", "USUBJID")]
    ordered += [name for name in _OFTEN[structure] if name not in table.variables]
    subject = adam_structure("ADSL")
    shared = [] if structure == "ADSL" else [*_FROM_ADSL, *(["TRTA"] if structure != "BDS" else [])]
    for name in dict.fromkeys(["STUDYID", "USUBJID", *shared, *ordered]):
        own = name.replace("--", domain).replace("xx", "01")
        found = table.variable(own) or (subject.variable(own) if subject else None)
        if found:
            yield own, found


def _variable(dataset: str, place: int, name: str, item: StandardVariable, copied: Mapping[str, Row]) -> Row:
    row: Row = {"Order": place, "Dataset": dataset, "Variable": name}
    source = _predecessor(dataset, name, copied)
    if source:
        same = copied[source]
        row |= {header: same.get(header) for header in ("Label", "Data Type", "Length", "Format", "Codelist")}
        row |= {"Origin": "Predecessor", "Predecessor": source}
    else:
        row |= _type(name, item)
    if not source or source.partition(".")[2] != name:
        row["Label"] = _LABELS.get(name) or item.label.replace("xx", "01")
    # What ADaM requires must be there, but may be missing in a record; these never are.
    mandatory = name in _NEVER_MISSING or name.endswith(("SEQ", "TERM"))
    return {**row, "Mandatory": "Yes" if mandatory else "No", "Common": _common(dataset, name)}


def _predecessor(dataset: str, name: str, copied: Mapping[str, Row]) -> str:
    """The variable that is copied, "" when there is none."""
    if dataset == "ADSL":
        candidates = [f"DM.{name}", ADSL_PREDECESSORS.get(name, "")]
    else:
        own = "" if name in _FROM_ADSL else f"{_domain(dataset)}.{name}"
        candidates = [own, f"ADSL.{name}", "ADSL.TRT01A" if name == "TRTA" else ""]
    return next((one for one in candidates if one in copied), "")


def _type(name: str, item: StandardVariable) -> Row:
    flag = name.endswith("FL")
    codelist = ("NY_YN" if name in _POPULATION_FLAGS else "NY_Y") if flag else codelist_id(item.codelists)
    if item.type == "Num":
        suffix = next((end for end in _FORMATS if name.endswith(end)), "")
        whole = name.endswith(_WHOLE_NUMBERS)
        return {"Data Type": "integer" if whole else "float", "Length": 8, "Format": _FORMATS.get(suffix)}
    length = 1 if flag or name.endswith(("DTF", "TMF")) else 8 if name == "PARAMCD" else 200
    return {"Data Type": "text", "Length": length, "Codelist": codelist}


def _common(dataset: str, name: str) -> str | None:
    return ("Yes" if name in _FROM_ADSL or name == "STUDYID" else "No") if dataset == "ADSL" else None


def _dataset(dataset: str, rows: Iterable[Row]) -> Row:
    structure, domain = structure_of(dataset), _domain(dataset)
    table = adam_structure(structure)
    names = [str(row["Variable"]) for row in rows]
    order = {"ADSL": (), "BDS": ("PARAMCD", "ADT")}.get(structure, (f"{domain}SEQ",))
    labels = {"ADSL": "Subject-Level Analysis Dataset", "ADAE": "Adverse Event Analysis Dataset"}
    return {
        "Dataset": dataset,
        "Label": labels.get(dataset, f"{domain} Analysis Dataset"),
        "Class": table.class_ if table else "ADAM OTHER",
        "SubClass": "ADVERSE EVENT" if structure == "AE" else None,
        "Structure": {
            "ADSL": "One record per subject",
            "BDS": "One record per subject, parameter and analysis date",
        }.get(structure, f"One record per record of {domain}"),
        "Key Variables": ", ".join(name for name in ("STUDYID", "USUBJID", *order) if name in names),
        "Standard": "ADaM-IG 1.3",
        "Repeating": "No" if dataset == "ADSL" else "Yes",
        "Reference Data": "No",
    }


def _domain(dataset: str) -> str:
    return "DM" if dataset == "ADSL" else dataset.removeprefix("AD")[:2]


def _sources(dataset: str, new: NewStudy) -> Iterator[Row]:
    """The SDTM dataset that gives the records, where it is among those laid out."""
    domain = _domain(dataset)
    if domain in new.domains:
        yield {"Dataset": dataset, "Order": 1, "Source": domain, "Form": domain}


def _add_methods(book: Book, known: Mapping[str, Row]) -> None:
    for row in book["Variables"]:
        dataset, name = str(row["Dataset"]), str(row["Variable"])
        own = {str(other["Variable"]) for other in book["Variables"] if other["Dataset"] == dataset}
        derivations: dict[str, Derivation] = ADSL if dataset == "ADSL" else {}
        if structure_of(dataset) in ("AE", "OCCDS"):
            derivations = occurrence_derivations(_domain(dataset))
        derivation = None if row.get("Predecessor") else find(derivations, name, {*own, *known})
        if derivation:
            id_ = f"MT.{name}"
            if any(method["ID"] == id_ for method in book["Methods"]):
                id_ = f"MT.{dataset}.{name}"
            row |= {"Origin": "Derived", "Source": "Sponsor", "Method": id_}
            book["Methods"].append(method_row(id_, str(row["Label"]), derivation))


def _share_codelists(book: Book, sdtm: Book) -> None:
    """Codelists of copied variables are those of SDTM, row by row."""
    used = {row["Codelist"] for row in book["Variables"] if row.get("Codelist")}
    book["Codelists"] += [dict(row) for row in sdtm["Codelists"] if row["ID"] in used]
