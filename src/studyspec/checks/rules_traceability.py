"""AD-2xx, AD-3xx: analysis datasets against SDTM and ADSL, and occurrences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.checks.dates import is_complete
from studyspec.checks.package import Package, Table, texts
from studyspec.checks.rule import Hit, Mask, record_rule, rule

_COPY = "Copy the value from its source; give a derived value a name of its own."


def _source(table: Table, package: Package) -> Table | None:
    """The SDTM domain that a dataset of occurrences is made from, as its --SEQ says."""
    name = table.prefix
    usable = name in package and table.has("USUBJID", "--SEQ") and package[name].has("USUBJID", "--SEQ")
    return package[name] if usable else None


def _keys(table: Table, *names: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([table[name] for name in names])


def _unequal(table: Table, other: Table, names: list[str], *keys: str) -> Iterator[Hit]:
    """Values that differ from those of the other dataset's first record with the same keys."""
    theirs = _keys(other, *keys)
    first = np.flatnonzero(~theirs.duplicated())
    position = theirs[first].get_indexer(_keys(table, *keys))
    there = position >= 0
    place = first[position]
    for name in names:
        own = np.array(texts(table[name]), dtype=object)
        source = np.array(texts(other[name]), dtype=object)
        differs = np.zeros(len(own), dtype=bool)
        differs[there] = own[there] != source[place[there]]
        for hit in table.hits(differs, name):
            yield Hit(hit.dataset, name, hit.record, hit.value, f"{other.name} has {source[place[hit.record - 1]]!r}.")


@rule(
    "AD-201",
    "ADaMIG 1.3 section 2.3.1",
    "error",
    "A subject of DM is not in ADSL",
    "Build ADSL from every record of DM.",
)
def subjects_of_dm(package: Package) -> Iterator[Hit]:
    """ADSL has a record for every subject of DM; the record named is that of DM."""
    if "ADSL" in package and package["ADSL"].has("USUBJID"):
        for dm in package.select("DM"):
            if dm.has("USUBJID"):
                yield from dm.hits(~dm["USUBJID"].isin(package.subjects("ADSL")), "USUBJID")


@rule("AD-202", "ADaMIG 1.3 section 3.1.1", "error", "The value differs from DM", _COPY)
def values_of_dm(package: Package) -> Iterator[Hit]:
    """A variable of ADSL with the name of one in DM has its values."""
    for adsl in package.select("ADSL"):
        if "DM" in package and adsl.has("USUBJID") and package["DM"].has("USUBJID"):
            dm = package["DM"]
            names = [name for name in adsl.columns if dm.has(name) and name != "USUBJID"]
            yield from _unequal(adsl, dm, names, "USUBJID")


@record_rule(
    "AD-203",
    "ADaMIG 1.3 section 2.3.1",
    "error",
    "The subject is not in ADSL",
    "Build ADSL from every record of DM.",
    on="ADaM",
    variables="USUBJID",
)
def subjects_in_adsl(table: Table, package: Package) -> Mask:
    """USUBJID of every analysis record is in ADSL."""
    return ~table["USUBJID"].isin(package.subjects("ADSL")) & ("ADSL" in package)


@rule("AD-204", "ADaMIG 1.3 section 3.1.1", "error", "The value differs from ADSL", _COPY)
def values_of_adsl(package: Package) -> Iterator[Hit]:
    """A variable with the name of one in ADSL has the subject's value of ADSL."""
    for table in package.select("ADaM"):
        if table.name != "ADSL" and "ADSL" in package and table.has("USUBJID") and package["ADSL"].has("USUBJID"):
            adsl = package["ADSL"]
            names = [name for name in table.columns if adsl.has(name) and name != "USUBJID"]
            yield from _unequal(table, adsl, names, "USUBJID")


@record_rule(
    "AD-205",
    "OCCDS 1.1 section 3.2",
    "error",
    "The source record does not exist",
    "Keep USUBJID and --SEQ of the source.",
    on="OCCURRENCES",
    variables="USUBJID --SEQ",
)
def source_records(table: Table, package: Package) -> Mask:
    """USUBJID and --SEQ are those of a record of the source domain."""
    source = _source(table, package)
    if source is None:
        return np.zeros(len(table.frame), dtype=bool)
    return ~_keys(table, "USUBJID", "--SEQ").isin(_keys(source, "USUBJID", "--SEQ"))


@rule(
    "AD-206",
    "OCCDS 1.1 section 3.1",
    "warning",
    "The source record is not in the analysis dataset",
    "Keep every occurrence, flagged; or explain which are left out.",
)
def records_kept(package: Package) -> Iterator[Hit]:
    """Every record of the source domain is in the dataset of occurrences; the record named is that of the domain."""
    for table in package.select("OCCURRENCES"):
        source = _source(table, package)
        if source is not None:
            kept = _keys(source, "USUBJID", "--SEQ").isin(_keys(table, "USUBJID", "--SEQ"))
            yield from source.hits(~kept, "USUBJID", source.named("--SEQ"))


@rule("AD-207", "ADaMIG 1.3 section 3.1.1", "error", "The value differs from the source domain", _COPY)
def values_of_source(package: Package) -> Iterator[Hit]:
    """A variable with the name of one in the source domain has the values of the source record."""
    for table in package.select("OCCURRENCES"):
        source = _source(table, package)
        if source is not None:
            sequence = source.named("--SEQ")
            names = [name for name in table.columns if source.has(name) and name not in ("USUBJID", sequence)]
            yield from _unequal(table, source, names, "USUBJID", "--SEQ")


@rule(
    "AD-208",
    "ADaMIG 1.3 section 3.1.1",
    "error",
    "Label or type differs from the variable copied",
    "Give variables of one name one label and one type.",
)
def copied_attributes(package: Package) -> Iterator[Hit]:
    """A variable with the name of one in ADSL, DM or the source domain has its label and type."""
    for table in package.select("ADaM"):
        for name, column in table.columns.items():
            for other in (package.tables.get(known) for known in ("ADSL", "DM", table.prefix)):
                theirs = other.columns.get(name) if other is not None and other is not table else None
                if other is not None and theirs is not None:
                    if (column.label, column.type) != (theirs.label, theirs.type):
                        what = f"{other.name} has {theirs.label!r}, {theirs.type}."
                        yield Hit(table.name, name, value=f"{column.label}, {column.type}", what=what)
                    break


@record_rule(
    "AD-301",
    "OCCDS 1.1 section 3.2.6",
    "error",
    "TRTEMFL is neither Y nor blank",
    "Y or nothing: correct the derivation.",
    on="OCCURRENCES",
    variables="TRTEMFL",
)
def treatment_emergent(table: Table, package: Package) -> Mask:
    """TRTEMFL is Y or blank."""
    return ~table["TRTEMFL"].isin(("Y", ""))


# An occurrence flag marks one record within the subject, its organ class, or its organ class and preferred term.
_OCCURRENCES = {
    "AOCCFL": (),
    "AOCCIFL": (),
    "AOCCSFL": ("--BODSYS",),
    "AOCCSIFL": ("--BODSYS",),
    "AOCCPFL": ("--BODSYS", "--DECOD"),
    "AOCCPIFL": ("--BODSYS", "--DECOD"),
}


@rule(
    "AD-302",
    "OCCDS 1.1 section 3.2.7",
    "error",
    "The occurrence flag marks more than one record",
    "Derive the flag with first_occurrence() within the subject, organ class and term.",
)
def occurrence_flags(package: Package) -> Iterator[Hit]:
    """AOCCFL, AOCCSFL, AOCCPFL and their worst-case versions mark one record per subject, organ class or term."""
    for table in package.select("OCCURRENCES"):
        for flag, within in _OCCURRENCES.items():
            keys = ["USUBJID", *(table.named(name) for name in within)]
            if table.has(flag, *keys):
                marked = (table[flag] == "Y").to_numpy()
                repeated = np.zeros(len(marked), dtype=bool)
                repeated[marked] = table.frame.loc[marked, keys].duplicated(keep=False)
                yield from table.hits(repeated, *keys, flag)


@record_rule(
    "AD-303",
    "OCCDS 1.1 section 3.2.4",
    "warning",
    "ASTDT is after AENDT",
    "Query the site; explain what stays as reported.",
    on="OCCURRENCES",
    variables="ASTDT AENDT",
)
def start_before_end(table: Table, package: Package) -> Mask:
    """ASTDT is not after AENDT."""
    return table["ASTDT"] > table["AENDT"]


_DATES = (("--STDTC", "ASTDT", "ASTDTF"), ("--ENDTC", "AENDT", "AENDTF"))


def _imputed(table: Table) -> Iterator[tuple[str, str, npt.NDArray[np.bool_]]]:
    """Imputation flag, its date, and whether the collected date is complete."""
    for collected, date, flag in _DATES:
        if table.has(collected, date, flag):
            yield flag, date, is_complete(table[collected])


@rule(
    "AD-304",
    "ADaMIG 1.3 section 3.1.3",
    "error",
    "An imputation flag although the date is complete",
    "Flag a date only where a part of it was imputed.",
)
def flag_without_imputation(package: Package) -> Iterator[Hit]:
    """ASTDTF and AENDTF are filled only where the collected date is not complete."""
    for table in package.select("OCCURRENCES"):
        for flag, _, complete in _imputed(table):
            yield from table.hits(complete & table.filled(flag).to_numpy(), flag)


@rule(
    "AD-305",
    "ADaMIG 1.3 section 3.1.3",
    "error",
    "An imputed date without its flag",
    "Say in the flag which part of the date was imputed.",
)
def imputation_without_flag(package: Package) -> Iterator[Hit]:
    """Where the collected date is not complete and the analysis date is there, the flag is filled."""
    for table in package.select("OCCURRENCES"):
        for flag, date, complete in _imputed(table):
            yield from table.hits(
                ~complete & table.filled(date).to_numpy() & ~table.filled(flag).to_numpy(), date, flag
            )
