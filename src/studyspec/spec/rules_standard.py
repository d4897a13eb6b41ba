"""Rules: the datasets against SDTMIG 3.4, ADaMIG 1.3 and OCCDS 1.1.

Sources: the standards' variable tables; CORE rules CG0012 (type), CG0013 (allowed variables), CG0014 and CG0016
(required and expected variables), CG0664 (order), CG0314 (names of supplemental variables).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from studyspec.findings import Finding, Rule
from studyspec.spec.model import Dataset, Spec, Variable, is_supplemental
from studyspec.spec.near import did_you_mean
from studyspec.spec.rules_names import COMMON_VARIABLES
from studyspec.standards import StandardTable, StandardVariable, adam_structure, codelist, sdtm_domain, sdtm_domains

REQUIRED_VARIABLE = Rule(
    "SPEC-301",
    "error",
    "Required variable missing",
    why="The standard requires the variable in this dataset.",
    action="Add the variable to the sheet Variables; it may not be supplemental.",
)
EXPECTED_VARIABLE = Rule(
    "SPEC-302",
    "warning",
    "Expected variable missing",
    why="SDTMIG expects the variable in this domain, also where nothing was collected.",
    action="Add the variable, blank if need be, or explain its absence in the reviewer's guide.",
)
FOREIGN_VARIABLE = Rule(
    "SPEC-303",
    "error",
    "Variable not allowed in the domain",
    why="SDTM has no variable of that name in a domain of this class.",
    action="Make the variable supplemental, or use the standard's name.",
)
STANDARD_LABEL = Rule(
    "SPEC-304",
    "warning",
    "Label differs from the standard",
    why="Labels of standard variables are fixed.",
    action="Copy the standard's label.",
)
STANDARD_ORDER = Rule(
    "SPEC-305",
    "warning",
    "Order differs from the standard",
    why="Variables of an SDTM domain stand in the order of the standard.",
    action="Change Order so that the variable stands in its place.",
)
STANDARD_TYPE = Rule(
    "SPEC-306",
    "error",
    "Type differs from the standard",
    why="The standard fixes whether a variable holds text or numbers.",
    action="Correct the data type.",
)
STANDARD_CODELIST = Rule(
    "SPEC-307",
    "warning",
    "Codelist of the standard not used",
    why="The standard names the controlled terminology of the variable.",
    action="Give the variable a codelist with this NCI Codelist Code.",
)
UNVERIFIED_DOMAIN = Rule(
    "SPEC-308",
    "note",
    "Dataset not compared with the standard",
    why="The standard's table for it is not among those shipped.",
    action="Compare its variables, labels and order with the guide by hand.",
)
STANDARD_QNAM = Rule(
    "SPEC-309",
    "error",
    "Supplemental variable with the name of a standard one",
    why="SUPP-- holds what the domain has no variable for.",
    action="Set Supplemental to No, or choose another name.",
)
REQUIRED_DATASET = Rule(
    "SPEC-310",
    "error",
    "Required dataset missing",
    why="Every SDTM has DM, every ADaM has ADSL.",
    action="Add the dataset.",
)
NOT_CODED_WITH_MEDDRA = Rule(
    "SPEC-311",
    "note",
    "MedDRA variables absent",
    why="OCCDS 1.1 requires them for events coded with MedDRA; this dataset's dictionary is another.",
    action="Nothing to do; state the dictionary in the reviewer's guide.",
)
OTHER_VERSION = Rule(
    "SPEC-312",
    "note",
    "Variable that another version requires",
    why="The dataset follows another version of the standard than that shipped (SDTMIG 3.4, ADaMIG 1.3, OCCDS 1.1).",
    action="Nothing to do if the version stated does not have the variable.",
)

# Domains of questionnaires, tests and classifications: each instrument has test codes and results of its own
# (SDTMIG 3.4 section 6.3.9), so that the one codelist the standard names does not bind them.
_INSTRUMENT_DOMAINS = ("FT", "QS", "RS")
_INSTRUMENT_VARIABLES = ("TESTCD", "TEST", "ORRES", "STRESC")
# Versions of the tables shipped, by standard and by what a Standard cell may name instead.
_VERSIONS = {"SDTM": "3.4", "ADaM": "1.3", "OCCDS": "1.1"}
_STRUCTURES = {"SUBJECT LEVEL ANALYSIS DATASET": "ADSL", "BASIC DATA STRUCTURE": "BDS"}
_MEDDRA = "MedDRA Dictionary Coding"
_ALWAYS_CODED = ("--TERM", "--DECOD", "--BODSYS")


def standard_table(spec: Spec, dataset: Dataset) -> StandardTable | None:
    """The standard's table for a dataset: its SDTM domain (SUPPQUAL for SUPP--) or its ADaM structure."""
    if spec.standard == "SDTM":
        return sdtm_domain("SUPPQUAL" if is_supplemental(dataset.name) else dataset.name)
    if dataset.class_ == "OCCURRENCE DATA STRUCTURE":
        adverse = dataset.subclass == "ADVERSE EVENT" or dataset.name == "ADAE"
        return adam_structure("AE" if adverse else "OCCDS")
    return adam_structure(_STRUCTURES.get(dataset.class_, ""))


def _compared(spec: Spec) -> Iterator[tuple[Dataset, StandardTable]]:
    for dataset in spec.datasets.values():
        table = standard_table(spec, dataset)
        if table is not None:
            yield dataset, table


def _own(spec: Spec, dataset: Dataset) -> list[Variable]:
    """The variables that are in the dataset itself, in order."""
    return [item for item in spec.variables_of[dataset.name] if not item.supplemental]


def _pairs(spec: Spec) -> Iterator[tuple[Variable, StandardVariable]]:
    """Variables with what the standard says of them."""
    for dataset, table in _compared(spec):
        for item in _own(spec, dataset):
            standard = table.variable(item.name)
            if standard is not None:
                yield item, standard


def required_datasets(spec: Spec) -> list[Finding]:
    """DM in SDTM, ADSL in ADaM."""
    name = "DM" if spec.standard == "SDTM" else "ADSL"
    if name in spec.datasets:
        return []
    return [REQUIRED_DATASET.finding(f"There is no dataset {name}.", cell=f"{spec.name}!Datasets")]


def unverified_domains(spec: Spec) -> list[Finding]:
    """SDTM datasets for which no table is shipped."""
    if spec.standard != "SDTM":
        return []
    return [
        UNVERIFIED_DOMAIN.finding(f"{dataset.name} was not compared.", cell=dataset.location.at("Dataset"))
        for dataset in spec.datasets.values()
        if standard_table(spec, dataset) is None
    ]


def missing_variables(spec: Spec) -> list[Finding]:
    """Variables the standard requires (error) or expects (warning); only noted for a dataset of another version."""
    findings = []
    for dataset, table in _compared(spec):
        other_version = _follows_other_version(spec, dataset)
        own = [item.name for item in _own(spec, dataset)]
        filled = {found.name for name in own if (found := table.variable(name))}
        absent = [item for item in table.variables.values() if item.name not in filled]
        excused = [] if coded_with_meddra(spec, dataset) else [item for item in absent if is_hierarchy(item)]
        for item in absent:
            rule = {"Req": REQUIRED_VARIABLE, "Exp": EXPECTED_VARIABLE}.get(item.core)
            rule = OTHER_VERSION if rule and other_version else rule
            if rule and item not in excused:
                name = item.name.replace("--", dataset.name.removeprefix("AD")[:2])
                what = f"{dataset.name} has no variable {name} ({item.label})."
                near = did_you_mean(name, [name for name in own if table.variable(name) is None])
                action = f"{near} {rule.action}".strip()
                findings.append(rule.finding(what, action=action, cell=dataset.location.at("Dataset")))
        required = [item.name for item in excused if item.core == "Req"]
        if required:
            what = f"{dataset.name} lacks {', '.join(required)}."
            findings.append(NOT_CODED_WITH_MEDDRA.finding(what, cell=dataset.location.at("Dataset")))
    return findings


def _follows_other_version(spec: Spec, dataset: Dataset) -> bool:
    """True when the version stated for the dataset, or else for the workbook, is not that of the tables shipped."""
    stated = dataset.standard_name or spec.attributes.get("StandardVersion", "")
    version = re.search(r"\d+(\.\d+)+", stated)
    shipped = _VERSIONS["OCCDS" if "OCCDS" in stated.upper() else spec.standard]
    return version is not None and version[0] != shipped


def is_hierarchy(item: StandardVariable) -> bool:
    """True for the levels and codes of MedDRA, the reported term, preferred term and body system apart."""
    return item.group == _MEDDRA and item.name not in _ALWAYS_CODED


def coded_with_meddra(spec: Spec, dataset: Dataset) -> bool:
    """False only when the dataset's --DECOD names a dictionary of the sheet Dictionaries that is not MedDRA."""
    for item in spec.variables_of[dataset.name]:
        dictionary = spec.dictionaries.get(item.codelist)
        if item.name.endswith("DECOD") and dictionary is not None:
            return "MEDDRA" in dictionary.dictionary.upper()
    return True


def foreign_variables(spec: Spec) -> list[Finding]:
    """SDTM variables that no domain of the same class has. Common identifiers and timing variables are allowed."""
    if spec.standard != "SDTM":
        return []
    findings = []
    for dataset, table in _compared(spec):
        allowed = allowed_variables(table, dataset.name)
        for item in _own(spec, dataset):
            if item.name and item.name not in allowed:
                what = f"{item.name} is not a variable of {dataset.name} or of its class."
                action = f"{did_you_mean(item.name, sorted(allowed))} {FOREIGN_VARIABLE.action}".strip()
                findings.append(FOREIGN_VARIABLE.finding(what, action=action, cell=item.location.at("Variable")))
    return findings


def allowed_variables(table: StandardTable, dataset: str) -> set[str]:
    """The variables that an SDTM dataset may have: of its domain and its class, identifiers and timing."""
    return {*table.variables, *COMMON_VARIABLES, *class_variables(table, dataset)}


def class_variables(table: StandardTable, dataset: str) -> Iterator[str]:
    """The variables of the class, under the dataset's own prefix; general classes share all of theirs."""
    if table.class_ not in ("Interventions", "Events", "Findings", "Findings About"):
        return
    for name in sdtm_domains():
        other = sdtm_domain(name)
        if other and (other.class_ == table.class_ or {other.class_, table.class_} == {"Findings", "Findings About"}):
            yield from (dataset[:2] + item[2:] for item in other.variables if item.startswith(name))


def standard_qnams(spec: Spec) -> list[Finding]:
    """Supplemental variables whose name is a variable of the domain."""
    return [
        STANDARD_QNAM.finding(f"{item.name} is a variable of {dataset.name}.", cell=item.location.at("Supplemental"))
        for dataset, table in _compared(spec)
        for item in spec.variables_of[dataset.name]
        if item.supplemental and item.name in table.variables
    ]


def standard_labels(spec: Spec) -> list[Finding]:
    """Labels of SDTM datasets and of variables.

    Variables whose standard name has a placeholder (Pooled Age Group y) have a label for the study to fill in.
    """
    labelled: list[tuple[Dataset | Variable, str]] = [
        (item, standard.label) for item, standard in _pairs(spec) if item.name == standard.name
    ]
    if spec.standard == "SDTM":
        labelled += [(dataset, table.label) for dataset, table in _compared(spec) if dataset.name == table.name]
    return [
        STANDARD_LABEL.finding(
            f"{item.name} is labelled {item.label!r}, in the standard {label!r}.", cell=item.location.at("Label")
        )
        for item, label in labelled
        if item.label and item.label != label
    ]


def standard_types(spec: Spec) -> list[Finding]:
    """Text or number."""
    return [
        STANDARD_TYPE.finding(
            f"{item.name} is {item.data_type}, in the standard {'a number' if standard.type == 'Num' else 'text'}.",
            cell=item.location.at("Data Type"),
        )
        for item, standard in _pairs(spec)
        if item.data_type and item.is_numeric != (standard.type == "Num")
    ]


def standard_orders(spec: Spec) -> list[Finding]:
    """SDTM: the fewest variables that would have to move for the rest to stand in the standard's order."""
    if spec.standard != "SDTM":
        return []
    findings = []
    for dataset, table in _compared(spec):
        own = [item for item in _own(spec, dataset) if item.name in table.variables]
        in_place = set(longest_rise([table.variables[item.name].order for item in own]))
        for place, item in enumerate(own):
            if place not in in_place:
                what = f"{item.name} is not where SDTMIG has it in {dataset.name}."
                action = f"It stands {_neighbour(item, own, table)}. {STANDARD_ORDER.action}"
                findings.append(STANDARD_ORDER.finding(what, action=action, cell=item.location.at("Order")))
    return findings


def _neighbour(item: Variable, own: Iterable[Variable], table: StandardTable) -> str:
    """Which of the dataset's variables the standard has before `item`."""
    place = table.variables[item.name].order
    before = [other for other in (table.variables[one.name] for one in own) if other.order < place]
    return f"after {max(before, key=lambda other: other.order).name}" if before else "first"


def longest_rise(numbers: list[int]) -> list[int]:
    """The places of a longest increasing subsequence.

    Example:
        >>> longest_rise([1, 9, 2, 3])
        [0, 2, 3]
    """
    ends: list[int] = []
    tails: list[int] = []
    previous: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        previous.append(ends[length - 1] if length else -1)
        ends[length:] = [place, *ends[length + 1 :]]
        tails[length:] = [number, *tails[length + 1 :]]
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = previous[place]
    return found[::-1]


def standard_codelists(spec: Spec) -> list[Finding]:
    """Variables with data for which the standard names terminology; a value level's codelist counts too.

    A codelist that the workbook does not define is SPEC-102, and nothing here: it may well be the standard's.
    """
    by_level = {(level.dataset, level.variable) for level in spec.value_levels if level.codelist}
    findings = []
    for item, standard in _pairs(spec):
        own = spec.codelists.get(item.codelist)
        followed = own is not None and (own.nci_code in standard.codelists or is_of_instrument(item.dataset, item.name))
        undefined = item.codelist and own is None and item.codelist not in spec.dictionaries
        passed = not standard.codelists or item.has_no_data or (item.dataset, item.name) in by_level
        if passed or followed or undefined:
            continue
        names = " or ".join(
            f"{code} ({found.id})" if (found := codelist(code)) else code for code in standard.codelists
        )
        given = f"codelist {item.codelist}" if item.codelist else "no codelist"
        what = f"{item.name} has {given}; the standard names {names}."
        findings.append(STANDARD_CODELIST.finding(what, cell=item.location.at("Codelist")))
    return findings


def is_of_instrument(dataset: str, variable: str) -> bool:
    """True for test codes, names and results of questionnaires and classifications: each instrument has its own."""
    return dataset in _INSTRUMENT_DOMAINS and variable[2:] in _INSTRUMENT_VARIABLES
