"""One run lists all mistakes: many are planted in real .xlsx files at once, and every cell is named."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from spec.small_specs import ADAM, RAW_FORMS, SDTM, changed, registry
from spec.test_dialects import save
from studyspec.findings import Finding
from studyspec.raw.read import read_extract
from studyspec.spec.check import check_specs
from studyspec.spec.load import load_spec
from studyspec.spec.received import sheet_columns, with_received
from studyspec.study import load_functions

ROOT = Path(__file__).resolve().parents[2]

# (sheet, row, header, what is typed there), the cell that must be named, the code.
SDTM_MISTAKES = [
    (("Datasets", "VS", "Key Variables", "STUDYID, USUBJID, VSTEST_CD"), "Datasets!F3", "SPEC-111"),
    (("Datasets", "DM", "Class", "SPECIAL PURPOSES"), "Datasets!C2", "SPEC-009"),
    (("Variables", "DM AGE", "Length", "three"), "Variables!F8", "SPEC-010"),
    (("Variables", "DM SEX", "Codelist", "GENDER"), "Variables!K10", "SPEC-102"),
    (("Variables", "DM COUNTRY", "Label", "Country in which the study site is situated"), "Variables!D11", "SPEC-123"),
    (("Variables", "DM OLDID", "Variable", "FORMERSUBJECT"), "Variables!C12", "SPEC-122"),
    (("Variables", "VS VSORRES", "Length", "250"), "Variables!F19", "SPEC-124"),
    (("Variables", "VS VSSTRESN", "Data Type", "text"), "Variables!E22", "SPEC-306"),
    (("Variables", "VS VSDY", "Method", "MT.DAY"), "Variables!P26", "SPEC-103"),
    (("ValueLevel", 2, "Where Clause", "VSTESTCD EQ WEIGHT HEIGHT"), "ValueLevel!D2", "SPEC-012"),
    (("ValueLevel", 3, "Where Clause", "VSTESTCD EQ PULSE"), "ValueLevel!D3", "SPEC-110"),
    (("Codelists", "SEX F", "Term", "W"), "Codelists!H2", "SPEC-131"),
    (("Codelists", "SEX M", "Synonyms", "1; female"), "Codelists!K3", "SPEC-136"),
    (("Codelists", "AGEU", "NCI Term Code", "C1"), "Codelists!I4", "SPEC-133"),
    (("Methods", "MT.VSSEQ", "Expression Code", "sequence(sort=[VSDTC])"), "Methods!F2", "SPEC-202"),
    (("Comments", "COM.DM", "Document", "CRF"), "Comments!C2", "SPEC-105"),
    (("Forms", "vitals", "Subject", "concat([STUDY, SUBJNO)"), "Forms!C3", "SPEC-201"),
    (("Sources", "VS WEIGHT", "Join", "demog USUBJID"), "Sources!F3", "SPEC-013"),
    (("Sources", "VS HEIGHT", "Form", "vital"), "Sources!D4", "SPEC-113"),
    (("Mapping", "DM SITEID", "Source", "SITES"), "Mapping!C5", "SPEC-114"),
    (("Mapping", "DM RFSTDTC", "Variable", "RFSTDT"), "Mapping!B4", "SPEC-106"),
    (("Mapping", "VS VSDTC", "Expression", "VSDAT"), "Mapping!D24", "SPEC-202"),
    (("Checks", "VS VS-1", "Message", "{VSORRESN} is too high."), "Checks!E2", "SPEC-205"),
]
ADAM_MISTAKES = [
    (("Variables", "ADSL AGE", "Predecessor", "DM.AGES"), "Variables!Q6", "SPEC-112"),
    (("Variables", "ADSL SAFFL", "Codelist", "SEX"), "Variables!K10", "SPEC-322"),
    (("Variables", "ADSL TRTSDT", "Format", "8."), "Variables!H13", "SPEC-323"),
    (("Methods", "MT.TRTSDTF", "Expression Code", "if_else(AGE > WINDWO, 'D', 'M')"), "Methods!F4", "SPEC-202"),
]


def test_every_one_of_many_mistakes_is_named_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    sdtm_path = save(folder / "sdtm.xlsx", changed(SDTM, *(change for change, _, _ in SDTM_MISTAKES)))
    adam_path = save(folder / "adam.xlsx", changed(ADAM, *(change for change, _, _ in ADAM_MISTAKES)))
    found = {(item.code, item.cell) for item in run(sdtm_path, adam_path, RAW_FORMS)}
    expected = {(code, f"specs/sdtm.xlsx!{cell}") for _, cell, code in SDTM_MISTAKES}
    expected |= {(code, f"specs/adam.xlsx!{cell}") for _, cell, code in ADAM_MISTAKES}
    assert len(expected) == 27
    assert sorted(expected - found) == []


def run(sdtm_path: Path, adam_path: Path, forms: dict[str, list[str]] | None) -> list[Finding]:
    """All findings of the two workbooks."""
    sdtm, first = load_spec(sdtm_path, standard="SDTM")
    adam, second = load_spec(adam_path, standard="ADaM")
    assert sdtm is not None
    return first + second + check_specs(sdtm, adam, registry=registry(), forms=forms)


# Workbook, sheet, cells that find the row, header, what is typed there, code.
STUDY_MISTAKES = [
    ("sdtm", "Datasets", {"Dataset": "AE"}, "Key Variables", "STUDYID, USUBJID, AETERMS", "SPEC-111"),
    ("sdtm", "Datasets", {"Dataset": "DM"}, "Label", "Demography", "SPEC-304"),
    ("sdtm", "Variables", {"Dataset": "AE", "Variable": "AESER"}, "Codelist", "NOYES", "SPEC-102"),
    ("sdtm", "Variables", {"Dataset": "AE", "Variable": "AETERM"}, "Label", "Reported Term", "SPEC-304"),
    ("sdtm", "Variables", {"Dataset": "AE", "Variable": "AEOUT"}, "Length", "2000", "SPEC-124"),
    ("sdtm", "Variables", {"Dataset": "AE", "Variable": "AESTDY"}, "Method", "MT.STUDYDAY", "SPEC-103"),
    ("sdtm", "Variables", {"Dataset": "AE", "Variable": "AEENDTC"}, "Data Type", "dates", "SPEC-009"),
    ("sdtm", "Variables", {"Dataset": "EX", "Variable": "EXDOSE"}, "Data Type", "text", "SPEC-306"),
    ("sdtm", "Variables", {"Dataset": "EX", "Variable": "EXTRT"}, "Variable", "TRT", "SPEC-127"),
    ("sdtm", "Variables", {"Dataset": "DM", "Variable": "SEX"}, "Order", "first", "SPEC-010"),
    ("sdtm", "ValueLevel", {"Dataset": "VS"}, "Where Clause", "VSTESTCD = WEIGHT", "SPEC-012"),
    ("sdtm", "Codelists", {"ID": "SEX", "Term": "M"}, "Term", "MALE", "SPEC-131"),
    ("sdtm", "Codelists", {"ID": "NY", "Term": "Y"}, "NCI Term Code", "C49487", "SPEC-133"),
    ("sdtm", "Forms", {"Form": "ae"}, "Subject", "current_usubjid(STUDY, SITENO, enrol)", "SPEC-202"),
    ("sdtm", "Sources", {"Source": "EOS"}, "Form", "eosx", "SPEC-113"),
    ("sdtm", "Sources", {"Source": "DIAGNOSIS"}, "Join", "sites SITENO", "SPEC-013"),
    ("sdtm", "Sources", {"Source": "AE"}, "Function", "split_verbatims", "SPEC-203"),
    ("sdtm", "Mapping", {"Dataset": "AE", "Variable": "AESER"}, "Expression", "SERR", "SPEC-202"),
    ("sdtm", "Mapping", {"Dataset": "AE", "Variable": "AEOUT"}, "Expression", "upcase(OUT", "SPEC-201"),
    ("sdtm", "Mapping", {"Dataset": "EX", "Variable": "EXDOSE", "Source": "ISA"}, "Source", "ISATUX", "SPEC-114"),
    ("sdtm", "Parameters", {"Name": "XPT_LENGTH"}, "Value", "longest", "SPEC-206"),
    ("sdtm", "Checks", {"ID": "M02A"}, "Severity", "serious", "SPEC-009"),
    ("sdtm", "Checks", {"ID": "M08B"}, "Where", 'AETOXGRX == ""', "SPEC-202"),
    ("adam", "Variables", {"Dataset": "ADAE", "Variable": "AETERM"}, "Predecessor", "AE.TERM", "SPEC-112"),
    ("adam", "Variables", {"Dataset": "ADSL", "Variable": "SAFFL"}, "Codelist", "SEX", "SPEC-322"),
    ("adam", "Variables", {"Dataset": "ADSL", "Variable": "TRTSDT"}, "Format", "BEST.", "SPEC-323"),
    ("adam", "Variables", {"Dataset": "ADAE", "Variable": "ASTDTF"}, "Codelist", "", "SPEC-324"),
]


def plant(path: Path, mistakes: list[tuple[str, str, dict[str, str], str, str, str]]) -> set[tuple[str, str]]:
    """Type the mistakes into the workbook at `path`; gives the (code, cell) pairs that must be found."""
    book = load_workbook(path)
    expected = set()
    for _, title, row, header, typed, code in mistakes:
        sheet = book[title]
        headers = {str(cell.value): cell.column for cell in sheet[1]}
        number = next(
            number
            for number in range(2, sheet.max_row + 1)
            if all(sheet.cell(number, headers[name]).value == value for name, value in row.items())
        )
        cell = sheet.cell(number, headers[header])
        cell.value = typed or None
        expected.add((code, f"specs/{path.name}!{title}!{cell.coordinate}"))
    book.save(path)
    return expected


def check_study(specs: Path) -> list[Finding]:
    """All findings of the workbooks in `specs`, with the reference study's functions and raw forms."""
    functions, _ = load_functions(ROOT)
    extract, _ = read_extract(ROOT / "raw")
    assert extract is not None
    forms = {form: list(frame.columns) for form, frame in extract.forms.items()}
    sdtm, first = load_spec(specs / "sdtm.xlsx")
    adam, second = load_spec(specs / "adam.xlsx")
    assert sdtm is not None
    forms |= sheet_columns(sdtm)
    return first + second + check_specs(with_received(sdtm, forms), adam, registry=functions, forms=forms)


def test_mistakes_planted_in_the_reference_study_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    expected = set()
    for name in ("sdtm", "adam"):
        path = tmp_path / "specs" / f"{name}.xlsx"
        path.write_bytes((ROOT / "specs" / path.name).read_bytes())
        expected |= plant(path, [mistake for mistake in STUDY_MISTAKES if mistake[0] == name])
    assert len(expected) == len(STUDY_MISTAKES)
    assert sorted(expected - {(item.code, item.cell) for item in check_study(tmp_path / "specs")}) == []


def test_the_reference_study_has_no_errors() -> None:
    assert [str(item) for item in check_study(ROOT / "specs") if item.severity == "error"] == []
