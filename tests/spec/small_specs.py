"""A small valid SDTM and ADaM spec as sheets of text, to be changed one cell at a time and loaded."""

from __future__ import annotations

from copy import deepcopy

import pandas as pd

import studyspec.derive  # noqa: F401  (registers the functions)
from studyspec.derive.registry import ENGINE, Num, Records, Registry, function, registering
from studyspec.spec.workbook import Location, Row, Sheet, Workbook, cell_text

Sheets = dict[str, list[list[str]]]

VARIABLE_HEADERS = [
    *("Order", "Dataset", "Variable", "Label", "Data Type", "Length", "Significant Digits", "Format", "Mandatory"),
    *("Assigned Value", "Codelist", "Common", "Origin", "Source", "Pages", "Method", "Predecessor", "Role"),
    *("Has No Data", "Comment", "Developer Notes", "Supplemental"),
]
_DATASET_HEADERS = [
    *("Dataset", "Label", "Class", "SubClass", "Structure", "Key Variables", "Standard", "Has No Data", "Repeating"),
    *("Reference Data", "Comment", "Developer Notes"),
]
_CODELIST_HEADERS = [
    *("ID", "Name", "NCI Codelist Code", "Data Type", "Terminology", "Comment", "Order", "Term", "NCI Term Code"),
    *("Decoded Value", "Synonyms", "Extended"),
]
_METHOD_HEADERS = ["ID", "Name", "Type", "Description", "Expression Context", "Expression Code", "Document", "Pages"]
_VALUE_LEVEL_HEADERS = [
    *("Order", "Dataset", "Variable", "Where Clause", "Label", "Data Type", "Length", "Significant Digits", "Format"),
    *("Mandatory", "Assigned Value", "Codelist", "Origin", "Source", "Pages", "Method", "Predecessor", "Comment"),
    "Developer Notes",
]


def _lines(headers: list[str], *rows: dict[str, str]) -> list[list[str]]:
    return [headers, *([row.get(header, "") for header in headers] for row in rows)]


def _variable(dataset: str, order: int, name: str, label: str, type_: str = "text", length: str = "20", **more: str):
    given = {"Order": str(order), "Dataset": dataset, "Variable": name, "Label": label, "Data Type": type_}
    given |= {
        "Length": length if type_ in ("text", "integer", "float") else "",
        "Mandatory": "No",
        "Origin": "Collected",
    }
    return given | {key.replace("_", " "): value for key, value in more.items()}


def _term(id_: str, name: str, code: str, order: int, term: str, term_code: str, decode: str = "", **more: str):
    given = {"ID": id_, "Name": name, "NCI Codelist Code": code, "Data Type": "text", "Order": str(order)}
    return given | {"Term": term, "NCI Term Code": term_code, "Decoded Value": decode} | more


_METHOD = {"Type": "Computation", "Expression Context": "studyspec"}

SDTM: Sheets = {
    "Define": [
        ["Attribute", "Value"],
        ["StudyName", "TEST01"],
        ["StandardName", "SDTM-IG"],
        ["StandardVersion", "3.4"],
        ["Language", "en"],
    ],
    "Datasets": _lines(
        _DATASET_HEADERS,
        {
            "Dataset": "DM",
            "Label": "Demographics",
            "Class": "SPECIAL PURPOSE",
            "Structure": "One record per subject",
            "Key Variables": "STUDYID, USUBJID",
            "Standard": "SDTMIG 3.4",
            "Comment": "COM.DM",
        },
        {
            "Dataset": "VS",
            "Label": "Vital Signs",
            "Class": "FINDINGS",
            "Structure": "One record per test per visit per subject",
            "Key Variables": "STUDYID, USUBJID, VSTESTCD, VSDTC",
            "Standard": "SDTMIG 3.4",
            "Repeating": "Yes",
        },
    ),
    "Variables": _lines(
        VARIABLE_HEADERS,
        _variable("DM", 1, "STUDYID", "Study Identifier", Assigned_Value="TEST01", Origin="Protocol", Mandatory="Yes"),
        _variable("DM", 2, "DOMAIN", "Domain Abbreviation", length="2", Assigned_Value="DM", Origin="Assigned"),
        _variable("DM", 3, "USUBJID", "Unique Subject Identifier", Origin="Derived", Mandatory="Yes"),
        _variable("DM", 4, "SUBJID", "Subject Identifier for the Study"),
        _variable("DM", 5, "RFSTDTC", "Subject Reference Start Date/Time", "datetime"),
        _variable("DM", 6, "SITEID", "Study Site Identifier"),
        _variable("DM", 7, "AGE", "Age", "integer", "3"),
        _variable("DM", 8, "AGEU", "Age Units", Codelist="AGEU", Assigned_Value="YEARS", Origin="Assigned"),
        _variable("DM", 9, "SEX", "Sex", length="1", Codelist="SEX"),
        _variable("DM", 10, "COUNTRY", "Country", length="3"),
        _variable("DM", 11, "OLDID", "Former Subject Identifier", Supplemental="Yes"),
        _variable("VS", 1, "STUDYID", "Study Identifier", Assigned_Value="TEST01", Origin="Protocol"),
        _variable("VS", 2, "DOMAIN", "Domain Abbreviation", length="2", Assigned_Value="VS", Origin="Assigned"),
        _variable("VS", 3, "USUBJID", "Unique Subject Identifier", Origin="Derived"),
        _variable("VS", 4, "VSSEQ", "Sequence Number", "integer", "3", Origin="Derived", Method="MT.VSSEQ"),
        _variable("VS", 5, "VSTESTCD", "Vital Signs Test Short Name", length="8", Codelist="VSTESTCD"),
        _variable("VS", 6, "VSTEST", "Vital Signs Test Name", length="40", Codelist="VSTEST"),
        _variable("VS", 7, "VSORRES", "Result or Finding in Original Units", Comment="COM.DM"),
        _variable("VS", 8, "VSORRESU", "Original Units"),
        _variable("VS", 9, "VSSTRESC", "Character Result/Finding in Std Format"),
        _variable("VS", 10, "VSSTRESN", "Numeric Result/Finding in Standard Units", "float", "8"),
        _variable("VS", 11, "VSSTRESU", "Standard Units"),
        _variable("VS", 12, "VISITNUM", "Visit Number", "float", "8"),
        _variable("VS", 13, "VSDTC", "Date/Time of Measurements", "date"),
        _variable("VS", 14, "VSDY", "Study Day of Vital Signs", "integer", "4", Origin="Derived", Method="MT.VSDY"),
    ),
    "ValueLevel": _lines(
        _VALUE_LEVEL_HEADERS,
        {
            "Order": "1",
            "Dataset": "VS",
            "Variable": "VSORRES",
            "Where Clause": "VSTESTCD EQ WEIGHT",
            "Data Type": "float",
            "Length": "5",
            "Origin": "Collected",
        },
        {
            "Order": "2",
            "Dataset": "VS",
            "Variable": "VSORRES",
            "Where Clause": "VSTESTCD IN (HEIGHT)",
            "Data Type": "integer",
            "Length": "3",
            "Origin": "Collected",
        },
    ),
    "Codelists": _lines(
        _CODELIST_HEADERS,
        _term("SEX", "Sex", "C66731", 1, "F", "C16576", "Female", Synonyms="2; Female; weiblich"),
        _term("SEX", "Sex", "C66731", 2, "M", "C20197", "Male", Synonyms="1; Male"),
        _term("AGEU", "Age Unit", "C66781", 1, "YEARS", "C29848"),
        _term("ROUTE", "Route", "C66729", 1, "ORAL", "C38288"),
        _term("ROUTE", "Route", "C66729", 2, "BY PLANE", "", Extended="Yes"),
        _term("VSTESTCD", "Vital signs test code", "", 1, "WEIGHT", "", "Weight"),
        _term("VSTESTCD", "Vital signs test code", "", 2, "HEIGHT", "", "Height"),
        _term("VSTEST", "Vital signs test name", "", 1, "Weight", ""),
        _term("VSTEST", "Vital signs test name", "", 2, "Height", ""),
    ),
    "Dictionaries": [
        ["ID", "Name", "Data Type", "Dictionary", "Version"],
        ["MEDDRA", "MedDRA", "text", "MedDRA", "25.0"],
    ],
    "Methods": _lines(
        _METHOD_HEADERS,
        _METHOD
        | {"ID": "MT.VSSEQ", "Name": "Sequence", "Description": "1, 2, ... by date"}
        | {"Expression Code": "sequence(order=[VSDTC, VSTESTCD])"},
        _METHOD
        | {"ID": "MT.VSDY", "Name": "Study day", "Description": "Days from RFSTDTC"}
        | {"Expression Code": "study_day(VSDTC, reference=DM.RFSTDTC)", "Document": "SAP"},
    ),
    "Comments": [["ID", "Description", "Document", "Pages"], ["COM.DM", "As collected.", "SAP", "3"]],
    "Documents": [["ID", "Title", "Href"], ["SAP", "Statistical analysis plan", "sap.pdf"]],
    "Forms": [
        ["Form", "Label", "Subject", "Not Tabulated"],
        ["demog", "Demography", 'concat([STUDY, SUBJNO], separator="-")', ""],
        ["vitals", "Vital signs", 'concat([STUDY, SUBJNO], separator="-")', ""],
        ["sites", "Sites", "", ""],
        ["queries", "Queries", "", "Not patient data"],
    ],
    "Sources": [
        ["Dataset", "Order", "Source", "Form", "Where", "Join", "Key", "Duplicates", "Function"],
        ["DM", "1", "DM", "demog", "", "sites on SITENO", "SUBJNO", "error", ""],
        [
            "VS",
            "1",
            "WEIGHT",
            "vitals",
            'WEIGHT != ""',
            "demog on USUBJID keep last by LASTMODDT",
            "*",
            "keep last",
            "",
        ],
        ["VS", "2", "HEIGHT", "vitals", 'HEIGHT != ""', "", "SUBJNO, VSDT", "keep first", ""],
    ],
    "Mapping": [
        ["Dataset", "Variable", "Source", "Expression"],
        ["DM", "USUBJID", "", "USUBJID"],
        ["DM", "SUBJID", "", "SUBJNO"],
        ["DM", "RFSTDTC", "", "ICDT"],
        ["DM", "SITEID", "", "SITENO"],
        ["DM", "AGE", "", "number(AGE_ENTERED)"],
        ["DM", "SEX", "", "SEX"],
        ["DM", "COUNTRY", "", "sites.COUNTRY"],
        ["DM", "OLDID", "", "PREVSUBJ"],
        ["VS", "USUBJID", "", "USUBJID"],
        ["VS", "VSTESTCD", "WEIGHT", '"WEIGHT"'],
        ["VS", "VSTESTCD", "HEIGHT", '"HEIGHT"'],
        ["VS", "VSTEST", "WEIGHT", '"Weight"'],
        ["VS", "VSTEST", "HEIGHT", '"Height"'],
        ["VS", "VSORRES", "WEIGHT", "WEIGHT"],
        ["VS", "VSORRES", "HEIGHT", "HEIGHT"],
        ["VS", "VSORRESU", "", '"kg"'],
        ["VS", "VSSTRESC", "WEIGHT", "WEIGHT"],
        ["VS", "VSSTRESC", "HEIGHT", "HEIGHT"],
        ["VS", "VSSTRESN", "WEIGHT", "number(WEIGHT)"],
        ["VS", "VSSTRESN", "HEIGHT", "number(HEIGHT)"],
        ["VS", "VSSTRESU", "", '"kg"'],
        ["VS", "VISITNUM", "", "number(VISIT)"],
        ["VS", "VSDTC", "", "VSDT"],
    ],
    "Parameters": [["Name", "Value", "Description"], ["WINDOW", "30", "days"], ["XPT_LENGTH", "spec", ""]],
    "Checks": [
        ["ID", "Dataset", "Where", "Severity", "Message", "Action"],
        ["VS-1", "VS", "VSSTRESN > 300", "warning", "{VSTESTCD} is {VSSTRESN}.", "Query the site."],
    ],
    "Explained": [["Rule", "Dataset", "Variable", "Comment"], ["SD-313", "VS", "EPOCH", "COM.DM"]],
    "Guide": [["Section", "Text"], ["Overview", "Everything was collected.\nNothing was left out."]],
}
ADAM: Sheets = {
    "Define": [
        ["Attribute", "Value"],
        ["StudyName", "TEST01"],
        ["StandardName", "ADaM-IG"],
        ["StandardVersion", "1.3"],
    ],
    "Datasets": _lines(
        _DATASET_HEADERS,
        {
            "Dataset": "ADSL",
            "Label": "Subject-Level Analysis Dataset",
            "Class": "SUBJECT LEVEL ANALYSIS DATASET",
            "Structure": "One record per subject",
            "Key Variables": "STUDYID, USUBJID",
            "Standard": "ADaMIG 1.3",
        },
    ),
    "Variables": _lines(
        VARIABLE_HEADERS,
        _variable("ADSL", 1, "STUDYID", "Study Identifier", Origin="Predecessor", Predecessor="DM.STUDYID"),
        _variable("ADSL", 2, "USUBJID", "Unique Subject Identifier", Origin="Predecessor", Predecessor="DM.USUBJID"),
        _variable(
            "ADSL", 3, "SUBJID", "Subject Identifier for the Study", Origin="Predecessor", Predecessor="DM.SUBJID"
        ),
        _variable("ADSL", 4, "SITEID", "Study Site Identifier", Origin="Predecessor", Predecessor="DM.SITEID"),
        _variable("ADSL", 5, "AGE", "Age", "integer", "8", Origin="Predecessor", Predecessor="DM.AGE"),
        _variable("ADSL", 6, "AGEU", "Age Units", Origin="Predecessor", Predecessor="DM.AGEU", Codelist="AGEU"),
        _variable("ADSL", 7, "SEX", "Sex", length="1", Origin="Predecessor", Predecessor="DM.SEX", Codelist="SEX"),
        _variable("ADSL", 8, "RACE", "Race", Origin="Assigned", Assigned_Value="UNKNOWN", Codelist="RACE"),
        _variable(
            "ADSL", 9, "SAFFL", "Safety Population Flag", length="1", Codelist="NY", Origin="Derived", Method="MT.SAFFL"
        ),
        _variable("ADSL", 10, "ARM", "Description of Planned Arm", Origin="Assigned", Assigned_Value="A"),
        _variable("ADSL", 11, "TRT01P", "Planned Treatment for Period 01", Origin="Assigned", Assigned_Value="A"),
        _variable(
            "ADSL",
            12,
            "TRTSDT",
            "Date of First Exposure to Treatment",
            "integer",
            "8",
            Format="DATE9.",
            Origin="Derived",
            Method="MT.TRTSDT",
        ),
        _variable(
            "ADSL",
            13,
            "TRTSDTF",
            "Date of First Exposure Imput. Flag",
            length="1",
            Codelist="DATEFL",
            Origin="Derived",
            Method="MT.TRTSDTF",
        ),
    ),
    "Codelists": _lines(
        _CODELIST_HEADERS,
        _term("SEX", "Sex", "C66731", 1, "F", "C16576", "Female"),
        _term("SEX", "Sex", "C66731", 2, "M", "C20197", "Male"),
        _term("AGEU", "Age Unit", "C66781", 1, "YEARS", "C29848"),
        _term("RACE", "Race", "C74457", 1, "UNKNOWN", "C17998"),
        _term("NY", "No Yes Response", "C66742", 1, "N", "C49487"),
        _term("NY", "No Yes Response", "C66742", 2, "Y", "C49488"),
        _term("DATEFL", "Date Imputation Flag", "C81223", 1, "D", "C81212"),
        _term("DATEFL", "Date Imputation Flag", "C81223", 2, "M", "C81211"),
    ),
    "Methods": _lines(
        _METHOD_HEADERS,
        _METHOD
        | {"ID": "MT.SAFFL", "Name": "Safety", "Description": "Y when treated"}
        | {"Expression Code": 'if_else(AGE > 0, "Y", "N")'},
        _METHOD
        | {"ID": "MT.TRTSDT", "Name": "First dose", "Description": "First dose date"}
        | {"Expression Code": "numeric_date(minimum(VS.VSDTC))"},
        _METHOD
        | {"ID": "MT.TRTSDTF", "Name": "Flag", "Description": "Imputation flag"}
        | {"Expression Code": 'if_else(DM.AGE > WINDOW, "D", "M")'},
    ),
    "Sources": [
        ["Dataset", "Order", "Source", "Form", "Where", "Join", "Key", "Duplicates", "Function"],
        ["ADSL", "1", "DM", "DM", "", "", "", "", ""],
    ],
    "Parameters": [["Name", "Value", "Description"], ["WINDOW", "30", "days"]],
}


def changed(sheets: Sheets, *changes: tuple[str, object, str, str]) -> Sheets:
    """A copy of `sheets` with cells replaced: (sheet, row, header, new text).

    A row is its number in Excel, or the first cells of the row joined by blanks ("DM STUDYID" looks through the row's
    Dataset, Variable, ID, Term and the like).
    """
    copy = deepcopy(sheets)
    for sheet, row, header, text in changes:
        lines = copy[sheet]
        lines[row_number(sheets, sheet, row) - 1][lines[0].index(header)] = text
    return copy


_KEYS = ("Dataset", "Variable", "Source", "ID", "Term", "Form", "Name", "Attribute", "Where Clause")


def row_number(sheets: Sheets, sheet: str, row: object) -> int:
    """The Excel row meant by a number or by the row's names joined by blanks."""
    if isinstance(row, int):
        return row
    headers, *lines = sheets[sheet]
    own = [header for header in _KEYS if header in headers]
    for number, line in enumerate(lines, start=2):
        names = [line[headers.index(header)] for header in own]
        if f"{' '.join(name for name in names if name)} ".startswith(f"{row} "):
            return number
    raise LookupError(f"{sheet} has no row {row}")


def workbook(sheets: Sheets, name: str = "specs/sdtm.xlsx") -> Workbook:
    """The sheets as a workbook that was read from a file."""
    return Workbook(name, {title: _sheet(name, title, lines) for title, lines in sheets.items()})


def _sheet(name: str, title: str, lines: list[list[str]]) -> Sheet:
    headers = lines[0]
    columns = {header: place for place, header in reversed(list(enumerate(headers, start=1))) if header}
    rows = [
        Row(
            {header: cell_text(line[place - 1]) for header, place in columns.items()},
            Location(name, title, number, columns),
        )
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]
    return Sheet(title, tuple(header for header in headers if header), tuple(rows))


RAW_FORMS = {
    "demog": ["STUDY", "SITENO", "SUBJNO", "ICDT", "AGE_ENTERED", "SEX", "PREVSUBJ", "LASTMODDT"],
    "vitals": ["STUDY", "SITENO", "SUBJNO", "VISIT", "VSDT", "WEIGHT", "HEIGHT", "LASTMODDT"],
    "sites": ["SITENO", "COUNTRY"],
    "queries": ["SUBJNO"],
}


def registry() -> Registry:
    """The engine's functions and study functions: `repair` on sources, `rows_of` a whole dataset."""
    found = ENGINE.child()
    with registering(found):

        @function("records")
        def repair(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.assign(**{"PARTNO": "1"})

        @function()
        def rows_of(dataset: Records) -> Num:
            return Num(pd.Series(float(len(dataset))))

    return found
