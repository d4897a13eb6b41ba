"""What makes a comparison impossible: each kind of fault with its reason and its remedy."""

from __future__ import annotations

from studyspec.findings import Finding, Rule

UNREADABLE = Rule(
    "CMP-101",
    "error",
    "Unreadable data set",
    why="Nothing can be said about data that cannot be read whole.",
    action="Name an XPT, sas7bdat, Parquet or Dataset-JSON file, or a folder of them.",
)
COLUMN_TYPE = Rule(
    "CMP-102",
    "error",
    "Column type that SAS does not have",
    why="SAS knows text and numbers (double precision) only; a value changed on the way could hide a difference.",
    action="Store the column as text or as numbers that a double holds exactly.",
)
NAME_TWICE = Rule(
    "CMP-103",
    "error",
    "Name used twice",
    why="SAS names are the same in upper and lower case, so it would not be clear which one is compared.",
    action="Rename one of them.",
)
ID_VARIABLE = Rule(
    "CMP-104",
    "error",
    "ID variable unusable",
    why="Observations are matched by the ID variables, so both data sets need them, with one type.",
    action="Correct the names after --id, or compare by position without --id.",
)
OPTION = Rule(
    "CMP-105",
    "error",
    "METHOD and CRITERION do not fit",
    why="The equality of numbers must be defined before they are compared.",
    action="See docs/compare.md, section Equality.",
)
NOTHING_TO_COMPARE = Rule(
    "CMP-106",
    "error",
    "No pair of data sets",
    why="A comparison of nothing would look like a clean one.",
    action="Name two files, or two folders that hold data sets of the same names.",
)

EXPLANATIONS = Rule(
    "CMP-107",
    "error",
    "File of explanations unusable",
    why="Each row must say which difference it explains.",
    action="Write it as CSV in UTF-8; docs/compare.md, section Explained differences, says with which columns.",
)


class CompareError(ValueError):
    """A comparison cannot be done; `finding` says what, where, why and what to do.

    Example:
        >>> str(CompareError(OPTION.finding("METHOD=NEAR is not known.")))
        'METHOD=NEAR is not known. See docs/compare.md, section Equality.'
    """

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.what} {finding.action}".strip())
