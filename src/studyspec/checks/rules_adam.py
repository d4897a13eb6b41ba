"""AD-1xx: variables of analysis datasets against ADaMIG 1.3 and OCCDS 1.1."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import not_one_to_one
from studyspec.checks.rule import Hit, Mask, record_rule, rule
from studyspec.derive.columns import is_char
from studyspec.spec.rules_adam import DATE_FORMATS, date_suffix
from studyspec.spec.rules_standard import coded_with_meddra, is_hierarchy

MAX_VALUE = 200
_POPULATIONS = ("COMPLFL", "FASFL", "ITTFL", "PPROTFL", "SAFFL", "RANDFL", "ENRLFL")
_FLAGS = "Y, N or nothing: correct the derivation."


@rule(
    "AD-101",
    "AD0047, AD0049, AD0050, AD0051, AD0052, AD0055",
    "error",
    "A required variable is missing",
    "Add the variable to the dataset.",
)
def required_variables(package: Package) -> Iterator[Hit]:
    """Variables that the structure requires are there; levels of MedDRA only where events are coded with it."""
    for table in package.select("ADaM"):
        spec = package.specs.get("ADaM")
        own = spec.datasets.get(table.name) if spec else None
        excused = spec is not None and own is not None and not coded_with_meddra(spec, own)
        filled = {found.name for name in table.columns if table.standard and (found := table.standard.variable(name))}
        for item in table.standard.variables.values() if table.standard else ():
            if item.core == "Req" and item.name not in filled and not (excused and is_hierarchy(item)):
                yield Hit(table.name, table.named(item.name))


@rule(
    "AD-102",
    "ADaMIG 1.3 section 3",
    "warning",
    "The label differs from the standard's",
    "Copy the label of the guide.",
)
def standard_labels(package: Package) -> Iterator[Hit]:
    """Variables that the guide names in full have its label."""
    for table in package.select("ADaM"):
        for name, column in table.columns.items():
            item = table.standard.variables.get(name) if table.standard else None
            if item is not None and item.label != column.label:
                yield Hit(table.name, name, value=column.label, what=f"The guide has {item.label!r}.")


@rule(
    "AD-103",
    "ADaMIG 1.3 section 3, AD0060",
    "error",
    "The variable has another type than in the standard",
    "Correct the type in the spec.",
)
def standard_types(package: Package) -> Iterator[Hit]:
    """Variables are text or number as the guide has them; those ending in DT, TM or DTM are numbers."""
    for table in package.select("ADaM"):
        for name, column in table.columns.items():
            item = table.standard.variable(name) if table.standard else None
            wanted = "num" if date_suffix(name) else item.type.lower() if item is not None else column.type
            if wanted != column.type:
                yield Hit(table.name, name, value=column.type)


@rule(
    "AD-104",
    "AD0041",
    "error",
    "A date or time without its format",
    "Give the variable a format such as DATE9., TIME5. or DATETIME20.",
)
def date_formats(package: Package) -> Iterator[Hit]:
    """Numeric variables ending in DT, TM or DTM have a format of dates, times or datetimes."""
    for table in package.select("ADaM"):
        for name, column in table.columns.items():
            suffix = date_suffix(name)
            if suffix and column.type == "num" and not column.format.upper().startswith(DATE_FORMATS[suffix]):
                yield Hit(table.name, name, value=column.format)


@rule("AD-105", "AD0005", "error", "A flag is neither Y nor N nor blank", _FLAGS)
def flag_values(package: Package) -> Iterator[Hit]:
    """Text variables ending in FL are Y, N or blank."""
    for table in package.select("ADaM"):
        for name in table.characters:
            if name.endswith("FL"):
                yield from table.hits(~table[name].isin(("Y", "N", "")), name)


@rule("AD-106", "AD0006", "error", "A numeric flag is neither 0 nor 1 nor missing", "Derive it from the flag.")
def numeric_flag_values(package: Package) -> Iterator[Hit]:
    """Numeric variables ending in FN are 0, 1 or missing."""
    for table in package.select("ADaM"):
        for name in table.columns:
            if name.endswith("FN") and not is_char(table[name]):
                yield from table.hits(table[name].notna() & ~table[name].isin((0, 1)), name)


@rule("AD-107", "AD0010", "error", "Flag and numeric flag disagree", "Derive the numeric flag from the flag.")
def paired_flags(package: Package) -> Iterator[Hit]:
    """Where a flag is Y, its numeric version (FN) is 1."""
    for table in package.select("ADaM"):
        for name in table.characters:
            number = f"{name[:-1]}N"
            if name.endswith("FL") and table.has(number):
                yield from table.hits((table[name] == "Y") & (table[number] != 1), name, number)


@rule(
    "AD-108",
    "AD0019, AD0020, AD0021, AD0022, AD0023, AD0024, AD0025",
    "error",
    "A population flag is neither Y nor N",
    "Every subject is in the population or not.",
)
def population_flags(package: Package) -> Iterator[Hit]:
    """Population flags of ADSL (COMPLFL, FASFL, ITTFL, PPROTFL, SAFFL, RANDFL, ENRLFL) are Y or N, never blank."""
    for adsl in package.select("ADSL"):
        for name in _POPULATIONS:
            if adsl.has(name):
                yield from adsl.hits(~adsl[name].isin(("Y", "N")), name)


@rule("AD-109", "AD0039", "error", "An imputation flag is not Y, M or D", "Derive it with imputation_flag().")
def imputation_flags(package: Package) -> Iterator[Hit]:
    """Variables ending in DTF are Y, M, D or blank (codelist DATEFL)."""
    for table in package.select("ADaM"):
        for name in table.characters:
            if name.endswith("DTF"):
                yield from table.hits(~table[name].isin(("Y", "M", "D", "")), name)


@rule("AD-110", "AD0046", "error", "A relative day is 0", "Derive it with study_day(); there is no day 0.")
def day_zero(package: Package) -> Iterator[Hit]:
    """Variables ending in DY are never 0."""
    for table in package.select("ADaM"):
        for name in table.columns:
            if name.endswith("DY") and not is_char(table[name]):
                yield from table.hits(table[name] == 0, name)


@rule("AD-111", "AD0017", "error", "The value is longer than 200 characters", "Split the text over two variables.")
def value_lengths(package: Package) -> Iterator[Hit]:
    """Text has at most 200 characters."""
    for table in package.select("ALL"):
        for name in table.characters:
            yield from table.hits(table[name].str.len() > MAX_VALUE, name)


@record_rule(
    "AD-112",
    "AD0054",
    "error",
    "USUBJID is not unique in ADSL",
    "Build one record per subject.",
    on="ADSL",
    variables="USUBJID",
)
def unique_subjects(adsl: Table, package: Package) -> Mask:
    """ADSL has one record per USUBJID."""
    return adsl["USUBJID"].duplicated(keep=False)


@rule(
    "AD-113",
    "AD0061",
    "error",
    "There is exposure, but no TRTSDT",
    "Derive the first dose of study treatment in ADSL.",
)
def treatment_start(package: Package) -> Iterator[Hit]:
    """ADSL has TRTSDT or TRTSDTM where the study has EX."""
    for adsl in package.select("ADSL"):
        if "EX" in package and not adsl.has("TRTSDT") and not adsl.has("TRTSDTM"):
            yield Hit(adsl.name, "TRTSDT")


@rule(
    "AD-114",
    "AD0064, AD0070",
    "error",
    "A number without its text",
    "Add the text variable that the number stands for.",
)
def numbers_without_text(package: Package) -> Iterator[Hit]:
    """TRTxxPN, TRTxxAN, TRxxPGyN and TRxxAGyN come with the text variable of the name without N."""
    pattern = re.compile(r"TRT\d\d[AP]N|TR\d\d[AP]G\dN")
    for table in package.select("ADaM"):
        for name in table.columns:
            if pattern.fullmatch(name) and not table.has(name[:-1]):
                yield Hit(table.name, name)


@rule("AD-115", "AD0895", "error", "The label of an analysis flag lacks its number", "Name the number in the label.")
def analysis_flag_labels(package: Package) -> Iterator[Hit]:
    """The label of ANLzzFL holds the number zz."""
    for table in package.select("ADaM"):
        for name, column in table.columns.items():
            found = re.fullmatch(r"ANL(\d\d)FL", name)
            if found and found[1] not in column.label:
                yield Hit(table.name, name, value=column.label)


@rule(
    "AD-116",
    "ADaMIG 1.3 section 3.1.4",
    "error",
    "Number and text do not go together one to one",
    "Derive the number from the text by codelist.",
)
def numbers_one_to_one(package: Package) -> Iterator[Hit]:
    """A text variable and the number of the same name with N (TRTA and TRTAN) go together one to one."""
    for table in package.select("ADaM"):
        for name in table.characters:
            number = f"{name}N"
            if table.has(number) and not is_char(table[number]):
                uneven = table.filled(name).to_numpy() != table.filled(number).to_numpy()
                yield from table.hits(np.asarray(not_one_to_one(table, name, number)) | uneven, name, number)
