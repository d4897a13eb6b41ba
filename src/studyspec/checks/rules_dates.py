"""SD-3xx: ISO 8601 values, study days and their order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from studyspec.checks.dates import is_after, is_complete, is_iso_duration, is_not_iso, study_days
from studyspec.checks.package import Package, Table
from studyspec.checks.rule import Hit, Mask, record_rule, rule

_DURATIONS = ("DUR", "EVLINT", "ELTM", "STINT", "ENINT")


@rule(
    "SD-301",
    "P21 SD0003",
    "error",
    "The value is not an ISO 8601 date or time",
    "Read the collected date with iso8601(), or query the site: the day may not exist.",
)
def iso_dates(package: Package) -> Iterator[Hit]:
    """Variables ending in DTC hold dates that exist, in ISO 8601, as far as they are known."""
    for table in package.select("ALL"):
        for name in table.characters:
            if name.endswith("DTC"):
                yield from table.hits(is_not_iso(table[name]), name)


@rule(
    "SD-302",
    "SDTMIG 3.4 section 4.4.3",
    "error",
    "The value is not an ISO 8601 duration",
    "Write it like P3D, PT1H30M or P2W.",
)
def iso_durations(package: Package) -> Iterator[Hit]:
    """Durations and intervals (--DUR, --ELTM, --EVLINT, TEDUR) are in ISO 8601."""
    for table in package.select("SDTM"):
        for name in table.characters:
            if name[2:] in _DURATIONS:
                values = table[name]
                yield from table.hits((values != "") & ~values.map(is_iso_duration).astype(bool), name)


def _reference(table: Table, package: Package) -> pd.Series:
    """DM.RFSTDTC of the record's subject."""
    known = package.by_subject("DM", "RFSTDTC")
    return pd.Series([known.get(subject, "") for subject in table["USUBJID"]], dtype="str")


def _wrong_day(table: Table, package: Package, date: str, day: str) -> npt.NDArray[np.bool_]:
    """Both dates complete and the day is not the one that follows from them, or is missing."""
    expected = study_days(table[date], _reference(table, package))
    found = table[day].to_numpy(dtype="float64")
    wrong: npt.NDArray[np.bool_] = ~np.isnan(expected) & ~(found == expected)
    return wrong


def _day_of_nothing(table: Table, package: Package, date: str, day: str) -> npt.NDArray[np.bool_]:
    """A study day although one of the two dates is not complete."""
    known = is_complete(table[date]) & is_complete(_reference(table, package))
    given: npt.NDArray[np.bool_] = ~known & table.filled(day).to_numpy()
    return given


_DAY = "Derive it with study_day(); there is no day 0."
_NO_DAY = "Leave the study day blank unless both dates are complete."


@record_rule(
    "SD-303",
    "CORE-000529, CG0006, FB1603",
    "error",
    "--DY is not the study day of --DTC",
    _DAY,
    on="SUBJECTS",
    variables="--DTC --DY",
)
def study_day(table: Table, package: Package) -> Mask:
    """--DY counts from DM.RFSTDTC by SDTMIG 4.4.4 where both dates are complete."""
    return _wrong_day(table, package, "--DTC", "--DY")


@record_rule(
    "SD-304",
    "CORE-000552, CG0220",
    "error",
    "--STDY is not the study day of --STDTC",
    _DAY,
    on="SUBJECTS",
    variables="--STDTC --STDY",
)
def study_day_of_start(table: Table, package: Package) -> Mask:
    """--STDY counts from DM.RFSTDTC by SDTMIG 4.4.4 where both dates are complete."""
    return _wrong_day(table, package, "--STDTC", "--STDY")


@record_rule(
    "SD-305",
    "CORE-000553, CG0222",
    "error",
    "--ENDY is not the study day of --ENDTC",
    _DAY,
    on="SUBJECTS",
    variables="--ENDTC --ENDY",
)
def study_day_of_end(table: Table, package: Package) -> Mask:
    """--ENDY counts from DM.RFSTDTC by SDTMIG 4.4.4 where both dates are complete."""
    return _wrong_day(table, package, "--ENDTC", "--ENDY")


@record_rule(
    "SD-306",
    "CORE-000138, CG0221",
    "error",
    "--STDY is given, but a date is not complete",
    _NO_DAY,
    on="SUBJECTS",
    variables="--STDTC --STDY",
)
def start_day_of_partial_date(table: Table, package: Package) -> Mask:
    """--STDY is blank unless --STDTC and DM.RFSTDTC are complete."""
    return _day_of_nothing(table, package, "--STDTC", "--STDY")


@record_rule(
    "SD-307",
    "CORE-000139, CG0223",
    "error",
    "--ENDY is given, but a date is not complete",
    _NO_DAY,
    on="SUBJECTS",
    variables="--ENDTC --ENDY",
)
def end_day_of_partial_date(table: Table, package: Package) -> Mask:
    """--ENDY is blank unless --ENDTC and DM.RFSTDTC are complete."""
    return _day_of_nothing(table, package, "--ENDTC", "--ENDY")


@record_rule(
    "SD-308",
    "CORE-000718, FB3209",
    "warning",
    "--STDTC is after --ENDTC",
    "Query the site; explain what stays as reported.",
    on="SUBJECTS",
    variables="--STDTC --ENDTC",
)
def start_before_end(table: Table, package: Package) -> Mask:
    """The start is not after the end, as far as both dates are known."""
    return is_after(table["--STDTC"], table["--ENDTC"])


def _without(package: Package, one: str, other: str) -> Iterator[Hit]:
    """Datasets of subjects that have one variable but not the other."""
    for table in package.select("SUBJECTS"):
        if table.has(one) and not table.has(other):
            name = table.named(other)
            yield Hit(table.name, name, what=f"{table.named(one)} is there, {name} is not.")


@rule(
    "SD-309",
    "CORE-000321, FB3201",
    "warning",
    "--DTC without --DY",
    "Add the study day of the date.",
)
def day_of_collection(package: Package) -> Iterator[Hit]:
    """A dataset with --DTC has --DY."""
    return _without(package, "--DTC", "--DY")


@rule(
    "SD-310",
    "CORE-000328, FB3202",
    "warning",
    "--STDTC without --STDY",
    "Add the study day of the date.",
)
def day_of_start(package: Package) -> Iterator[Hit]:
    """A dataset with --STDTC has --STDY."""
    return _without(package, "--STDTC", "--STDY")


@rule(
    "SD-311",
    "CORE-000862, FB3205",
    "error",
    "--STDY without --STDTC",
    "Add the date that the study day is counted of.",
)
def start_of_day(package: Package) -> Iterator[Hit]:
    """A dataset with --STDY has --STDTC."""
    return _without(package, "--STDY", "--STDTC")


@rule(
    "SD-312",
    "CORE-000864, FB3206",
    "error",
    "--ENDY without --ENDTC",
    "Add the date that the study day is counted of.",
)
def end_of_day(package: Package) -> Iterator[Hit]:
    """A dataset with --ENDY has --ENDTC."""
    return _without(package, "--ENDY", "--ENDTC")


@rule(
    "SD-313",
    "CORE-000892, FB4301",
    "warning",
    "An end time point without a start time point",
    "Query the site; explain a start that is not known.",
)
def end_without_start(package: Package) -> Iterator[Hit]:
    """Where --ENDTC, --ENRF or --ENRTPT is filled, --STDTC, --STRF or --STRTPT is filled, too."""
    for table in package.select("OBSERVATIONS"):
        if not table.has("--STDTC"):
            continue
        end = table.filled("--ENDTC") | table.filled("--ENRF") | table.filled("--ENRTPT")
        start = table.filled("--STDTC") | table.filled("--STRF") | table.filled("--STRTPT")
        shown = [table.named(name) for name in ("--STDTC", "--ENDTC", "--ENRF", "--ENRTPT") if table.has(name)]
        yield from table.hits(end & ~start, *shown)


@rule(
    "SD-314",
    "CORE-000701, FB2201",
    "warning",
    "EPOCH is missing",
    "Derive EPOCH from the dates; explain where a date does not tell it.",
)
def epochs(package: Package) -> Iterator[Hit]:
    """Subject-level observations (interventions, events, findings) have an EPOCH."""
    for table in package.select("OBSERVATIONS"):
        if table.has("EPOCH"):
            yield from table.hits(~table.filled("EPOCH"), "EPOCH")
        else:
            yield Hit(table.name, "EPOCH", what=f"{table.name} has no EPOCH.")
