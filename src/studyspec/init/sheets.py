"""The sheet README of each workbook of a new study: what its sheets are, in one line each."""

from __future__ import annotations

from studyspec.init.plan import LIBRARY_TERMS, LIBRARY_VARIABLES, Book, Row

_ABOUT = {
    "sdtm": "The SDTM datasets of the study. This workbook is the program: studyspec build runs it.",
    "adam": "The analysis datasets of the study. This workbook is the program: studyspec build runs it.",
    "tlf": "The displays of the study. This workbook is the program: studyspec build runs it.",
}
_COLOURS = "Dark blue headers: columns of Pinnacle 21. Orange: Define-XML 2.1 needs them. Green: what studyspec adds."
_SHEETS = {
    "Define": "Name and standard of the study.",
    "Datasets": "One row per dataset: label, class, structure, sort key.",
    "Variables": "One row per variable. Has No Data = Yes: expected by the standard, never collected.",
    "ValueLevel": "Metadata of a variable for some of its records.",
    "Codelists": "One row per term. Synonyms: the registry's spellings of it, separated by semicolons.",
    "Dictionaries": "Dictionaries of coded terms with their versions.",
    "Methods": "Derivations: Description for people, Expression Code for studyspec (Expression Context: studyspec).",
    "Comments": "Explanations that Comment cells name by ID.",
    "Documents": "Documents that methods and comments name by ID.",
    "Analysis Displays": "Displays that define.xml links to analysis results.",
    "Analysis Results": "What each of these displays shows, from which data, and why.",
    "Forms": "One row per raw form: how its records name their subject, or why it feeds no dataset.",
    "Sources": "Which records make a dataset: the form (in adam.xlsx the dataset), conditions, joins, duplicates.",
    "Mapping": "How a variable is read from the raw columns of its source.",
    "Parameters": "Constants that expressions use by name, and settings of the build.",
    "Checks": "Conditions that somebody should look at; each record that meets one is a finding.",
    "Guide": "What the reviewer's guide says in the sections that only people can write.",
    "Explained": "Findings of the conformance checks that stay, with the comment that explains them.",
    LIBRARY_VARIABLES: "Further variables that the standard permits. Nothing reads this sheet: copy rows to Variables.",
    LIBRARY_TERMS: "Terms of long codelists. Nothing reads this sheet: copy rows to Codelists.",
    "Displays": "One row per display: number, title, who is in it.",
    "Columns": "The columns of figures of each display.",
    "Rows": "The lines of each display: what is counted or summarised.",
    "Subgroups": "Subjects for whom a display is repeated on pages of their own.",
    "Plots": "The panels of each figure: what is drawn, and its axes.",
    "Notes": "Headers and footnotes; * means every display.",
    "Formats": "Named formats of figures, in the manner of PROC FORMAT pictures.",
    "Published": "Figures quoted from publications, printed as they are typed.",
}


_RECORDS = "The records of {0}: one row each. The headers are its variables; a name in braces is a parameter."


def readme_rows(name: str, book: Book) -> list[Row]:
    """The rows of the sheet README of specs/<name>.xlsx."""
    about = [("What this is", _ABOUT[name]), ("Colours", _COLOURS)]
    about.append(
        ("Help", "studyspec check names every mistake by cell. studyspec functions lists what expressions may call.")
    )
    about += [(sheet, _SHEETS.get(sheet, _RECORDS.format(sheet))) for sheet in book]
    return [{"Topic": topic, "Explanation": text} for topic, text in about]
