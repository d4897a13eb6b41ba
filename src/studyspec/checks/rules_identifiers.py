"""SD-2xx: identifiers of SDTM records, and text that no variable may hold."""

from __future__ import annotations

from collections.abc import Iterator

from studyspec.checks.package import Package, Table
from studyspec.checks.pairs import pair_rule
from studyspec.checks.rule import Hit, Mask, record_rule, rule


@record_rule(
    "SD-201",
    "CORE-000180, CG0308",
    "error",
    "DOMAIN does not have two characters",
    "Correct the Assigned Value of DOMAIN.",
    on="DOMAINS",
    variables="DOMAIN",
)
def domain_length(table: Table, package: Package) -> Mask:
    """DOMAIN has exactly two characters."""
    return table["DOMAIN"].str.len() != 2


@record_rule(
    "SD-202",
    "CORE-000598, CG0413",
    "error",
    "DOMAIN is not the domain of the dataset",
    "Correct the Assigned Value of DOMAIN, or the dataset's name.",
    on="DOMAINS",
    variables="DOMAIN",
)
def domain_of_dataset(table: Table, package: Package) -> Mask:
    """Every record's DOMAIN is the first two characters of the dataset's name."""
    return table["DOMAIN"] != table.name[:2]


@record_rule(
    "SD-203",
    "CORE-000172, CG0409",
    "error",
    "STUDYID is not the one of DM",
    "Use one STUDYID for the whole study.",
    on="ALL",
    variables="STUDYID",
)
def study_identifier(table: Table, package: Package) -> Mask:
    """STUDYID is the same in all records of all datasets."""
    known = set(package["DM"]["STUDYID"]) if "DM" in package and package["DM"].has("STUDYID") else set()
    return ~table["STUDYID"].isin(known) if known else table["STUDYID"] != table["STUDYID"].min()


@record_rule(
    "SD-204",
    "CORE-000201, CG0029, AD0053",
    "error",
    "The subject is not in DM",
    "Build the record for a subject of DM, or leave it out with a reason.",
    on="ALL",
    variables="USUBJID",
)
def subjects_in_dm(table: Table, package: Package) -> Mask:
    """USUBJID of every record is a USUBJID of DM."""
    return ~table["USUBJID"].isin(package.subjects("DM"))


@record_rule(
    "SD-205",
    "CORE-000544, CG0028",
    "error",
    "--SEQ is not unique within the subject",
    "Number the records of each subject anew.",
    on="SUBJECTS",
    variables="USUBJID --SEQ",
)
def unique_sequence(table: Table, package: Package) -> Mask:
    """--SEQ is unique within subject and domain."""
    return table.frame.duplicated(["USUBJID", table.named("--SEQ")], keep=False)


@rule(
    "SD-206",
    "CORE-000867, FB1501",
    "warning",
    "The text begins with a blank",
    "Strip the value where it is mapped.",
)
def leading_blanks(package: Package) -> Iterator[Hit]:
    """Text does not begin with a blank."""
    for table in package.select("ALL"):
        for name in table.characters:
            yield from table.hits(table[name].str.startswith(" "), name)


@rule(
    "SD-207",
    "CORE-000890, FB1502",
    "warning",
    "The text is a single period",
    "Leave the value blank: a period is SAS's missing number, not a text.",
)
def lone_periods(package: Package) -> Iterator[Hit]:
    """Text is not a period alone."""
    for table in package.select("ALL"):
        for name in table.characters:
            yield from table.hits(table[name] == ".", name)


pair_rule(
    "SD-208",
    "SDTMIG 3.4 section 4.5",
    "Use one name for each test code.",
    on="FINDINGS",
    first="--TESTCD",
    second="--TEST",
)


@record_rule(
    "SD-209",
    "SDTMIG 3.4 section 4.5.1.2",
    "error",
    "--STAT says NOT DONE, but there is a result",
    "Correct the status or the result.",
    on="FINDINGS",
    variables="--STAT --ORRES",
)
def results_of_tests_not_done(table: Table, package: Package) -> Mask:
    """A test that was not done has no result."""
    return (table["--STAT"] == "NOT DONE") & (table["--ORRES"] != "")
