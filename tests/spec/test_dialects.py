"""The three Pinnacle 21 layouts load to the same model, from real .xlsx files."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from spec.small_specs import ADAM, SDTM, Sheets, workbook
from studyspec.spec.load import load_spec, spec_from
from studyspec.spec.model import Condition


def save(path: Path, sheets: Sheets) -> Path:
    """Write sheets to an .xlsx file, whole numbers as numbers, as Excel keeps them."""
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append([int(text) if text.isdigit() else text or None for text in line])
    book.save(path)
    return path


def without_columns(lines: list[list[str]], *headers: str) -> list[list[str]]:
    kept = [place for place, header in enumerate(lines[0]) if header not in headers]
    return [[line[place] for place in kept] for line in lines]


def renamed(lines: list[list[str]], **headers: str) -> list[list[str]]:
    return [[headers.get(header, header) for header in lines[0]], *lines[1:]]


P21: Sheets = {name: SDTM[name] for name in SDTM if name not in ("Forms", "Sources", "Mapping", "Parameters", "Checks")}
DEFINE_21: Sheets = P21 | {
    "Variables": without_columns(P21["Variables"], "Supplemental"),
    "Codelists": without_columns(P21["Codelists"], "Synonyms", "Extended"),
    "Analysis Displays": [["ID", "Title", "Document", "Pages"]],
    "README": [["Anything", "at all"]],
}
DEFINE_20: Sheets = DEFINE_21 | {
    "Datasets": without_columns(P21["Datasets"], "SubClass", "Standard", "Has No Data"),
    "Variables": without_columns(DEFINE_21["Variables"], "Source", "Has No Data"),
    "ValueLevel": without_columns(P21["ValueLevel"], "Source"),
    "Codelists": without_columns(DEFINE_21["Codelists"], "Terminology", "Comment"),
}
OLD_VARIABLES = without_columns(DEFINE_20["Variables"], "Assigned Value", "Common", "Developer Notes")
OLD_LEVELS = without_columns(DEFINE_20["ValueLevel"], "Assigned Value", "Developer Notes")
DEFINE_20_OLD: Sheets = (
    {"README": [["Anything"]], "Study": P21["Define"]}
    | {
        "Datasets": [
            [*renamed(without_columns(DEFINE_20["Datasets"], "Developer Notes"), Label="Description")[0], "Purpose"],
            *([*line, "Tabulation"] for line in without_columns(DEFINE_20["Datasets"], "Developer Notes")[1:]),
        ],
        "Variables": OLD_VARIABLES,
        "ValueLevel": [
            renamed(OLD_LEVELS, Label="Description")[0],
            *([*line[:3], f"WC.{number}", *line[4:]] for number, line in enumerate(OLD_LEVELS[1:], start=1)),
        ],
        "WhereClauses": [
            ["ID", "Dataset", "Variable", "Comparator", "Value"],
            ["WC.1", "VS", "VSTESTCD", "EQ", "WEIGHT"],
            ["WC.2", "VS", "VSTESTCD", "IN", "HEIGHT"],
        ],
        "Codelists": DEFINE_20["Codelists"],
    }
    | {name: P21[name] for name in ("Dictionaries", "Methods", "Comments", "Documents")}
)


@pytest.mark.parametrize("sheets", [DEFINE_21, DEFINE_20, DEFINE_20_OLD], ids=["2.1", "2.0", "2.0 old"])
def test_every_dialect_loads_without_findings(tmp_path: Path, sheets: Sheets) -> None:
    spec, findings = load_spec(save(tmp_path / "sdtm.xlsx", sheets))
    assert [str(item) for item in findings] == []
    assert spec is not None
    assert spec.standard == "SDTM"
    assert [item.label for item in spec.datasets.values()] == ["Demographics", "Vital Signs"]
    assert spec.datasets["VS"].key_variables == ("STUDYID", "USUBJID", "VSTESTCD", "VSDTC")
    assert [level.where_clause.conditions for level in spec.value_levels] == [
        (Condition("VS", "VSTESTCD", "EQ", ("WEIGHT",)),),
        (Condition("VS", "VSTESTCD", "IN", ("HEIGHT",)),),
    ]
    assert len(spec.variables) == 25
    assert list(spec.codelists["SEX"].decodes.items()) == [("F", "Female"), ("M", "Male")]


def test_our_own_sheets_load_from_a_file(tmp_path: Path) -> None:
    spec, findings = load_spec(save(tmp_path / "sdtm.xlsx", SDTM))
    assert [str(item) for item in findings] == []
    assert spec is not None
    assert spec.sources[1].joins[0].by == ("LASTMODDT",)
    assert spec.sources[1].key == ("*",)
    assert spec.parameters["WINDOW"].value == 30.0
    assert spec.codelists["SEX"].terms[0].synonyms == ("2", "Female", "weiblich")
    assert [item.supplemental for item in spec.variables_of["DM"]][-2:] == [False, True]
    assert spec.variables[6].location.at("Label") == f"{tmp_path.name}/sdtm.xlsx!Variables!D8"


def test_the_header_typo_of_a_published_workbook_is_read() -> None:
    sheets = SDTM | {"Datasets": renamed(SDTM["Datasets"], **{"Key Variables": "Key, Variables"})}
    spec, findings = spec_from(workbook(sheets))
    assert not findings
    assert spec is not None
    assert spec.datasets["DM"].key_variables == ("STUDYID", "USUBJID")


def test_headers_and_sheets_are_known_whatever_their_case_and_blanks() -> None:
    sheets = {name.upper(): renamed(lines, **{"Data Type": "data  type "}) for name, lines in SDTM.items()}
    spec, findings = spec_from(workbook(sheets))
    assert not findings
    assert spec is not None
    assert spec.variables[0].data_type == "text"


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (SDTM | {"Notes": [["a"]]}, ["specs/sdtm.xlsx!Notes  note SPEC-004"]),
        (
            SDTM | {"Comments": [[*SDTM["Comments"][0], "Author"], [*SDTM["Comments"][1], "me"]]},
            ["specs/sdtm.xlsx!Comments  note SPEC-005"],
        ),
        (SDTM | {"Study": SDTM["Define"]}, ["specs/sdtm.xlsx!Study  error SPEC-006"]),
        (
            SDTM | {"Comments": [[*SDTM["Comments"][0], "Description"], [*SDTM["Comments"][1], "x"]]},
            ["specs/sdtm.xlsx!Comments  error SPEC-006"],
        ),
        ({name: SDTM[name] for name in SDTM if name != "Define"}, ["specs/sdtm.xlsx!Define  error SPEC-002"]),
        (
            SDTM | {"Variables": without_columns(SDTM["Variables"], "Data Type", "Origin")},
            ["specs/sdtm.xlsx!Variables  error SPEC-003", "specs/sdtm.xlsx!Variables  error SPEC-003"],
        ),
    ],
    ids=["extra sheet", "extra column", "sheet twice", "column twice", "sheet missing", "columns missing"],
)
def test_sheets_and_columns_that_do_not_fit_are_one_finding_each(sheets: Sheets, expected: list[str]) -> None:
    _, findings = spec_from(workbook(sheets), standard="SDTM")
    assert [" ".join(str(item).split(" ")[:4]) for item in findings] == expected


def test_a_sheet_without_rows_still_has_its_headers_checked() -> None:
    _, findings = spec_from(workbook(SDTM | {"Methods": [["ID", "Name"]]}), standard="SDTM")
    assert [item.what for item in findings if item.code == "SPEC-003"] == [
        "There is no column Type.",
        "There is no column Description.",
    ]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sdtm.xlsx"
    path.write_bytes(content)
    spec, findings = load_spec(path)
    assert spec is None
    assert [item.code for item in findings] == ["SPEC-001"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    spec, findings = load_spec(tmp_path / "none.xlsx")
    assert spec is None
    assert findings[0].what == f"There is no file {tmp_path.name}/none.xlsx."


def test_a_zip_file_that_is_no_workbook_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "sdtm.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    assert load_spec(path)[0] is None


@pytest.mark.parametrize(
    ("define", "expected"),
    [("ADaM-IG", "ADaM"), ("SDTM-IG", "SDTM"), ("CDISC SDTM", "SDTM")],
)
def test_the_standard_is_what_the_define_sheet_says(define: str, expected: str) -> None:
    sheets = SDTM | {"Define": [["Attribute", "Value"], ["StandardName", define]]}
    spec, _ = spec_from(workbook(sheets))
    assert spec is not None
    assert spec.standard == expected


@pytest.mark.parametrize(("sheets", "expected"), [(SDTM, "SDTM"), (ADAM, "ADaM")])
def test_a_standard_that_is_not_stated_is_guessed_with_a_warning(sheets: Sheets, expected: str) -> None:
    bare = sheets | {
        "Define": [["Attribute", "Value"], ["StudyName", "X"]],
        "Datasets": without_columns(sheets["Datasets"], "Standard"),
    }
    spec, findings = spec_from(workbook(bare))
    assert spec is not None
    assert spec.standard == expected
    assert [item.code for item in findings] == ["SPEC-014"]


def test_a_where_clause_id_that_the_sheet_does_not_have_is_named() -> None:
    levels = [
        [*line[:3], "WC.9", *line[4:]] if number == 1 else line
        for number, line in enumerate(DEFINE_20_OLD["ValueLevel"])
    ]
    spec, findings = spec_from(workbook(DEFINE_20_OLD | {"ValueLevel": levels}))
    assert [(item.code, item.cell) for item in findings] == [("SPEC-108", "specs/sdtm.xlsx!ValueLevel!D2")]
    assert spec is not None
    assert len(spec.value_levels) == 1


def test_a_workbook_with_a_damaged_sheet_is_said_to_be_none(tmp_path: Path) -> None:
    path = save(tmp_path / "whole.xlsx", SDTM)
    with ZipFile(path) as whole, ZipFile(tmp_path / "sdtm.xlsx", "w") as damaged:
        for name in whole.namelist():
            content = whole.read(name)
            damaged.writestr(name, content[: len(content) // 2] if "sheet2" in name else content)
    spec, findings = load_spec(tmp_path / "sdtm.xlsx")
    assert spec is None
    assert [item.code for item in findings] == ["SPEC-001"]
