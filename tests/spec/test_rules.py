"""Each rule: what it reports when one cell of a small valid spec is changed, and that the valid spec has none of it."""

from __future__ import annotations

import pytest

from spec.small_specs import ADAM, RAW_FORMS, SDTM, Sheets, changed, registry, row_number, workbook
from studyspec.findings import Finding
from studyspec.spec.check import check_specs
from studyspec.spec.load import spec_from


def findings_of(sdtm: Sheets = SDTM, adam: Sheets = ADAM) -> list[Finding]:
    """Everything that loading and checking the two workbooks finds."""
    sdtm_spec, first = spec_from(workbook(sdtm))
    adam_spec, second = spec_from(workbook(adam, "specs/adam.xlsx"))
    assert sdtm_spec is not None
    assert adam_spec is not None
    return first + second + check_specs(sdtm_spec, adam_spec, registry=registry(), forms=RAW_FORMS)


BASELINE = {(item.code, item.cell, item.what) for item in findings_of()}


def new_findings(sdtm: Sheets = SDTM, adam: Sheets = ADAM) -> list[Finding]:
    """What the small valid specs do not have."""
    return [item for item in findings_of(sdtm, adam) if (item.code, item.cell, item.what) not in BASELINE]


def test_the_small_specs_have_no_errors() -> None:
    assert [str(item) for item in findings_of() if item.severity == "error"] == []


# Sheet, row, header, new text, code, and part of the message. The finding is expected at the changed cell.
SDTM_CASES = [
    ("Datasets", "VS", "Label", "Vitals", "SPEC-304", "VS is labelled 'Vitals', in the standard 'Vital Signs'"),
    ("Datasets", "DM", "Class", "SPECIAL", "SPEC-009", "Class is 'SPECIAL'"),
    ("Datasets", "DM", "Label", "", "SPEC-008", "Label is empty"),
    ("Datasets", "DM", "Label", "Demographics — of all the subjects in the study", "SPEC-123", "47 characters and it"),
    ("Datasets", "DM", "Key Variables", "STUDYID, USUBJIDD", "SPEC-111", "DM has no variable USUBJIDD"),
    ("Datasets", "DM", "Key Variables", "USUBJID, OLDID", "SPEC-111", "OLDID"),
    ("Datasets", "DM", "Comment", "COM.XX", "SPEC-104", "COM.XX is not a comment"),
    ("Datasets", "VS", "Repeating", "Often", "SPEC-009", "Repeating is 'Often'"),
    ("Variables", "DM DOMAIN", "Assigned Value", "DN", "SPEC-145", "DOMAIN of DM is 'DN'"),
    ("Variables", "DM AGE", "Order", "seven", "SPEC-010", "'seven'"),
    ("Variables", "DM AGE", "Order", "6", "SPEC-128", "SITEID and AGE are both number 6"),
    ("Variables", "DM AGE", "Data Type", "number", "SPEC-009", "Data Type is 'number'"),
    ("Variables", "DM AGE", "Data Type", "text", "SPEC-306", "in the standard a number"),
    ("Variables", "DM AGE", "Label", "Age of Subject", "SPEC-304", "in the standard 'Age'"),
    ("Variables", "DM AGE", "Dataset", "DN", "SPEC-101", "DN is not a dataset"),
    ("Variables", "DM SEX", "Codelist", "SEXX", "SPEC-102", "SEXX is not a codelist or dictionary"),
    ("Variables", "DM SEX", "Codelist", "", "SPEC-307", "the standard names C66731 (SEX)"),
    ("Variables", "DM SEX", "Codelist", "AGEU", "SPEC-307", "SEX has codelist AGEU"),
    ("Variables", "DM SEX", "Length", "0", "SPEC-124", "length 0"),
    ("Variables", "DM SEX", "Length", "201", "SPEC-124", "length 201"),
    ("Variables", "DM SEX", "Length", "", "SPEC-124", "length missing"),
    ("Variables", "DM SEX", "Mandatory", "Perhaps", "SPEC-009", "Mandatory is 'Perhaps'"),
    ("Variables", "DM AGEU", "Assigned Value", "YEAR", "SPEC-137", "'YEAR' is not a term of AGEU"),
    ("Variables", "DM AGEU", "Length", "4", "SPEC-138", "'YEARS' has 5 characters"),
    ("Variables", "DM OLDID", "Variable", "Former_Id", "SPEC-122", "'Former_Id'"),
    ("Variables", "DM COUNTRY", "Order", "1.5", "SPEC-010", "'1.5'"),
    ("Variables", "VS VSSEQ", "Method", "MT.SEQ", "SPEC-103", "MT.SEQ is not a method"),
    ("Variables", "VS VSDTC", "Order", "1", "SPEC-305", "VSDTC is not where SDTMIG has it"),
    ("Variables", "VS VSORRESU", "Codelist", "MEDDRA", "SPEC-307", "VSORRESU has codelist MEDDRA"),
    ("Variables", "VS VSORRES", "Comment", "as reported", "SPEC-104", "as reported is not a comment"),
    ("Variables", "VS VSSTRESN", "Codelist", "SEX", "SPEC-135", "codelist SEX is text"),
    ("Variables", "VS VSSTRESU", "Variable", "STRESU", "SPEC-127", "STRESU does not begin with VS"),
    ("Variables", "VS VSSTRESU", "Variable", "VSWHY", "SPEC-303", "VSWHY is not a variable of VS"),
    ("Variables", "VS VSDY", "Supplemental", "Yes", "SPEC-309", "VSDY is a variable of VS"),
    ("Variables", "VS VSDY", "Assigned Value", "1", "SPEC-117", "Assigned Value and from Method", "Method"),
    ("Variables", "VS VSDY", "Origin", "Guessed", "SPEC-009", "Origin is 'Guessed'"),
    ("ValueLevel", 2, "Where Clause", "VSTESTCD = WEIGHT", "SPEC-012", "Write EQ instead of ="),
    ("ValueLevel", 2, "Where Clause", "VSTEST1 EQ WEIGHT", "SPEC-109", "VS has no variable VSTEST1"),
    ("ValueLevel", 2, "Where Clause", "VSTESTCD EQ WEIHGT", "SPEC-110", "'WEIHGT' is not a term of VSTESTCD"),
    ("ValueLevel", 2, "Where Clause", "VSSTRESN GT heavy", "SPEC-110", "'heavy' is not a number, and VSSTRESN is one"),
    ("ValueLevel", 2, "Predecessor", "VSORRES", "SPEC-112", "'VSORRES' does not name one variable"),
    ("ValueLevel", 2, "Predecessor", "DM.AGE", "SPEC-120", "VS.VSORRES is text, DM.AGE is integer"),
    ("ValueLevel", 2, "Variable", "VSORRE", "SPEC-106", "VS has no variable VSORRE"),
    ("ValueLevel", 3, "Where Clause", "VSTESTCD EQ WEIGHT", "SPEC-011", "already in row 2"),
    ("Codelists", "SEX M", "Term", "MALE", "SPEC-131", "'MALE' is not a term of SEX (C66731, not extensible)"),
    ("Codelists", "SEX M", "NCI Term Code", "C99999", "SPEC-133", "M of SEX has code C20197, not C99999"),
    ("Codelists", "SEX M", "Term", "F", "SPEC-011", "SEX F is already in row 2"),
    ("Codelists", "SEX M", "Synonyms", "1; FEMALE", "SPEC-136", "'FEMALE' means M here and F in row 2"),
    ("Codelists", "SEX M", "Synonyms", "f", "SPEC-136", "'f' means M here and F"),
    ("Codelists", "SEX M", "Name", "Gender", "SPEC-015", "SEX has Name 'Gender' here, 'Sex' in row 2"),
    ("Codelists", "ROUTE BY PLANE", "Extended", "", "SPEC-132", "'BY PLANE' is not a term of ROUTE", "Term"),
    ("Codelists", "ROUTE BY PLANE", "NCI Term Code", "C38288", "SPEC-133", "'BY PLANE' is not a term"),
    ("Codelists", "AGEU", "NCI Codelist Code", "C12345", "SPEC-134", "AGEU (C12345) was not compared"),
    ("Codelists", "AGEU", "Data Type", "integer", "SPEC-139", "'YEARS' of AGEU is not a number", "Term"),
    ("Methods", "MT.VSDY", "Type", "Calculation", "SPEC-009", "Type is 'Calculation'"),
    ("Methods", "MT.VSDY", "Document", "SOP", "SPEC-105", "SOP is not a document"),
    ("Methods", "MT.VSDY", "ID", "MT.VSSEQ", "SPEC-011", "MT.VSSEQ is already in row 2"),
    ("Methods", "MT.VSDY", "Description", "#REF!", "SPEC-007", "Description holds #REF!"),
    ("Comments", "COM.DM", "Document", "SOP", "SPEC-105", "SOP is not a document"),
    ("Forms", "queries", "Form", "querys", "SPEC-113", "There is no raw form querys"),
    ("Sources", "DM DM", "Form", "demo", "SPEC-113", "There is no form demo"),
    ("Sources", "DM DM", "Join", "sites by SITENO", "SPEC-013", "'sites by SITENO' is not a join"),
    ("Sources", "DM DM", "Join", "site on SITENO", "SPEC-113", "There is no form site"),
    ("Sources", "DM DM", "Join", "sites on SITE", "SPEC-115", "sites has no column SITE"),
    ("Sources", "DM DM", "Key", "SUBJECT", "SPEC-115", "demog has no column SUBJECT"),
    ("Sources", "DM DM", "Duplicates", "keep", "SPEC-009", "Duplicates is 'keep'"),
    ("Sources", "DM DM", "Duplicates", "", "SPEC-141", "Key is filled in, Duplicates is empty"),
    ("Sources", "DM DM", "Key", "", "SPEC-141", "Duplicates is filled in, Key is empty"),
    ("Sources", "DM DM", "Form", "sites", "SPEC-142", "sites has no Subject"),
    ("Forms", "queries", "Form", "VS", "SPEC-146", "VS is also a dataset"),
    ("Forms", "vitals", "Not Tabulated", "not needed", "SPEC-144", "vitals is a source"),
    ("Sources", "DM DM", "Function", "split", "SPEC-203", "There is no study function split"),
    ("Sources", "DM DM", "Function", "upcase", "SPEC-203", "upcase is a function for expressions"),
    ("Sources", "VS HEIGHT", "Source", "WEIGHT", "SPEC-011", "VS WEIGHT is already in row 3"),
    ("Mapping", "VS VSORRES HEIGHT", "Source", "LENGTH", "SPEC-114", "VS has no source LENGTH"),
    ("Mapping", "VS VSORRES HEIGHT", "Source", "WEIGHT", "SPEC-011", "VS VSORRES WEIGHT is already"),
    ("Mapping", "VS VSDTC", "Variable", "VSDAT", "SPEC-106", "VS has no variable VSDAT"),
    ("Mapping", "VS VSDTC", "Expression", "", "SPEC-008", "Expression is empty"),
    ("Parameters", "XPT_LENGTH", "Name", "WINDOW", "SPEC-011", "WINDOW is already in row 2"),
    ("Forms", "demog", "Subject", "STUDY - SUBJNO", "SPEC-202", "STUDY is text"),
    ("Forms", "demog", "Subject", "concat([STUDY, SUBJ])", "SPEC-202", "SUBJ is not a variable here"),
    ("Forms", "sites", "Subject", "current(SITENO)", "SPEC-202", "There is no function current"),
    ("Sources", "VS WEIGHT", "Where", "WEIGHT = 1", "SPEC-201", "At character 8: A single = does not compare"),
    ("Sources", "VS WEIGHT", "Where", "WIEGHT != ''", "SPEC-202", "WIEGHT is not a variable here"),
    ("Sources", "VS WEIGHT", "Where", "WEIGHT", "SPEC-202", "needs a condition"),
    ("Sources", "VS WEIGHT", "Where", 'demog.SECS == "M"', "SPEC-202", "demog has no SECS"),
    ("Mapping", "VS VSDTC", "Expression", "VSDTT", "SPEC-202", "VSDTT is not a variable here"),
    ("Mapping", "VS VSDTC", "Expression", "number(VSDT)", "SPEC-202", "needs text"),
    ("Mapping", "VS VSDTC", "Expression", "demog.SEX", "SPEC-202", "In source HEIGHT: demog has many records"),
    ("Mapping", "VS VSDTC", "Expression", "sites.COUNTRY", "SPEC-202", "sites"),
    ("Mapping", "DM AGE", "Expression", 'AGE_ENTERED == "1"', "SPEC-202", "AGE is a number, but the expression gives"),
    ("Mapping", "DM COUNTRY", "Expression", "site.COUNTRY", "SPEC-202", "site is not a dataset or form"),
    ("Mapping", "DM SEX", "Expression", "upcase(SEX, SEX)", "SPEC-202", "upcase takes 1 argument"),
    ("Mapping", "DM SEX", "Expression", 'upcase("', "SPEC-201", ""),
    ("Methods", "MT.VSDY", "Expression Code", "study_day(VSDTC, reference=DM.RFSTDT)", "SPEC-202", "DM has no RFSTDT"),
    ("Methods", "MT.VSDY", "Expression Code", "study_day(VSDTC, ref=DM.RFSTDTC)", "SPEC-202", "no argument 'ref'"),
    ("Methods", "MT.VSDY", "Expression Code", "studyday(VSDTC)", "SPEC-202", "There is no function studyday"),
    ("Methods", "MT.VSDY", "Expression Code", "VSDTC", "SPEC-202", "needs a number"),
    ("Methods", "MT.VSDY", "Expression Code", "WINDOWS + 1", "SPEC-202", "WINDOWS is not a variable here"),
    ("Parameters", "XPT_LENGTH", "Value", "short", "SPEC-206", "XPT_LENGTH is short"),
    ("Checks", "VS VS-1", "Where", "VSSTRESN > '300'", "SPEC-202", "VSSTRESN is a number"),
    ("Checks", "VS VS-1", "Where", 'VSTESTCD == "WEIGTH"', "SPEC-202", "'WEIGTH' is not a term of VSTESTCD"),
    ("Checks", "VS VS-1", "Dataset", "VT", "SPEC-101", "VT is not a dataset"),
    ("Checks", "VS VS-1", "Severity", "fatal", "SPEC-009", "Severity is 'fatal'"),
    ("Explained", 2, "Comment", "COM.XX", "SPEC-104", "COM.XX is not a comment"),
    ("Checks", "VS VS-1", "Message", "{VSTESTC} is odd.", "SPEC-205", "{VSTESTC} is not a variable of VS"),
]
ADAM_CASES = [
    ("Datasets", "ADSL", "Dataset", "SL", "SPEC-145", "SL does not begin with AD"),
    ("Variables", "ADSL AGE", "Predecessor", "DM.AGEE", "SPEC-112", "DM has no variable AGEE"),
    ("Variables", "ADSL AGE", "Predecessor", "DN.AGE", "SPEC-112", "There is no dataset DN"),
    ("Variables", "ADSL AGE", "Predecessor", "the age", "SPEC-112", "'the age' does not name one variable"),
    ("Variables", "ADSL AGE", "Predecessor", "VS.VSSEQ", "SPEC-112", "VS is not a source of ADSL"),
    ("Variables", "ADSL SUBJID", "Data Type", "integer", "SPEC-120", "DM.SUBJID is text"),
    ("Variables", "ADSL SUBJID", "Label", "Subject", "SPEC-129", "that of DM.SUBJID is"),
    ("Variables", "ADSL SAFFL", "Codelist", "SEX", "SPEC-322", "also has F, M"),
    ("Variables", "ADSL SAFFL", "Codelist", "", "SPEC-322", "SAFFL has no codelist"),
    ("Variables", "ADSL SAFFL", "Data Type", "integer", "SPEC-322", "SAFFL is integer"),
    ("Variables", "ADSL TRTSDT", "Format", "", "SPEC-323", "TRTSDT has no format"),
    ("Variables", "ADSL TRTSDT", "Format", "BEST12.", "SPEC-323", "format BEST12."),
    ("Variables", "ADSL TRTSDT", "Data Type", "date", "SPEC-323", "TRTSDT is date, not a number"),
    ("Variables", "ADSL TRTSDTF", "Codelist", "NY", "SPEC-324", "TRTSDTF has codelist NY"),
    ("Methods", "MT.TRTSDT", "Expression Code", "numeric_date(VS.VSDTC)", "SPEC-202", "VS has many records"),
    ("Methods", "MT.TRTSDT", "Expression Code", "minimum(VS.VSDTC)", "SPEC-202", "needs a number"),
    ("Methods", "MT.TRTSDTF", "Expression Code", 'if_else(DM.AGE > "1", "D", "M")', "SPEC-202", "DM.AGE is a number"),
    ("Sources", "ADSL DM", "Form", "demog", "SPEC-113", "There is no form demog"),
]


@pytest.mark.parametrize("case", SDTM_CASES, ids=lambda case: f"{case[4]}-{case[0]}-{case[2]}-{case[3]}")
def test_a_wrong_cell_of_sdtm_is_named(case: tuple[str, ...]) -> None:
    expect(case, new_findings(sdtm=changed(SDTM, case[:4])), SDTM, "specs/sdtm.xlsx")


@pytest.mark.parametrize("case", ADAM_CASES, ids=lambda case: f"{case[4]}-{case[0]}-{case[2]}-{case[3]}")
def test_a_wrong_cell_of_adam_is_named(case: tuple[str, ...]) -> None:
    expect(case, new_findings(adam=changed(ADAM, case[:4])), ADAM, "specs/adam.xlsx")


def expect(case: tuple[str, ...], findings: list[Finding], sheets: Sheets, name: str) -> None:
    """One finding has the case's code, message and cell."""
    sheet, row, header, _, code, text, *other = case
    column = sheets[sheet][0].index(other[0] if other else header)
    cell = f"{name}!{sheet}!{chr(ord('A') + column)}{row_number(sheets, sheet, row)}"
    fitting = [item for item in findings if item.code == code and item.cell == cell and text in item.what]
    assert fitting, "\n".join(map(str, findings)) or "nothing was found"
    assert all(item.why and item.action for item in findings)


def without(sheets: Sheets, sheet: str, row: str) -> Sheets:
    """The sheets less one row."""
    lines = sheets[sheet]
    number = row_number(sheets, sheet, row)
    return sheets | {sheet: [line for place, line in enumerate(lines, start=1) if place != number]}


@pytest.mark.parametrize(
    ("sheet", "row", "code", "text"),
    [
        ("Variables", "VS VSTEST", "SPEC-301", "VS has no variable VSTEST (Vital Signs Test Name)"),
        ("Variables", "VS VSDTC", "SPEC-302", "VS has no variable VSDTC"),
        ("Datasets", "DM", "SPEC-310", "There is no dataset DM"),
        ("Mapping", "VS VSDTC", "SPEC-116", "VS.VSDTC has no way to get a value"),
        ("Mapping", "DM SUBJID", "SPEC-116", "DM.SUBJID"),
        ("Sources", "DM DM", "SPEC-119", "DM has no row in Sources"),
        ("Forms", "queries", "SPEC-126", "Raw form queries has no row"),
        ("Sources", "VS WEIGHT", "SPEC-114", "VS has no source WEIGHT"),
    ],
)
def test_a_missing_row_is_noticed(sheet: str, row: str, code: str, text: str) -> None:
    found = new_findings(sdtm=without(SDTM, sheet, row))
    assert [item for item in found if item.code == code and text in item.what], found


@pytest.mark.parametrize("variable", ["SEX", "ARM", "TRT01P", "SITEID"])
def test_adsl_needs_the_variables_that_adamig_requires(variable: str) -> None:
    found = new_findings(adam=without(ADAM, "Variables", f"ADSL {variable}"))
    expected = "TRTxxP" if variable == "TRT01P" else variable
    first = next(item.what for item in found if item.code == "SPEC-301")
    assert first.startswith(f"ADSL has no variable {expected} (")


@pytest.mark.parametrize("stated", ["ADaM-IG 1.1", "ADaMIG 1.2", ""])
def test_what_another_version_requires_is_only_noted(stated: str) -> None:
    sheets = changed(without(ADAM, "Variables", "ADSL SEX"), ("Datasets", "ADSL", "Standard", stated))
    found = findings_of(adam=changed(sheets, ("Define", "StandardVersion", "Value", "1.1")))
    noted = [item for item in found if item.what == "ADSL has no variable SEX (Sex)."]
    assert [(item.code, item.severity) for item in noted] == [("SPEC-312", "note")]


@pytest.mark.parametrize("stated", ["ADaMIG 1.3", "ADaM-IG 1.3", "OCCDS 1.1", "ADaM"])
def test_the_version_shipped_and_an_unknown_one_are_held_to_the_standard(stated: str) -> None:
    sheets = changed(without(ADAM, "Variables", "ADSL SEX"), ("Datasets", "ADSL", "Standard", stated))
    assert "SPEC-301" in {item.code for item in findings_of(adam=sheets)}


def test_a_variable_without_data_needs_no_codelist() -> None:
    sheets = changed(SDTM, ("Variables", "DM SEX", "Codelist", ""))
    assert "SPEC-307" in {item.code for item in new_findings(sdtm=sheets)}
    sheets = changed(sheets, ("Variables", "DM SEX", "Has No Data", "Yes"))
    assert "SPEC-307" not in {item.code for item in new_findings(sdtm=sheets)}


def test_a_codelist_that_there_is_not_is_not_also_called_another_than_the_standard_names() -> None:
    found = {item.code for item in new_findings(sdtm=changed(SDTM, ("Variables", "DM SEX", "Codelist", "SEXX")))}
    assert "SPEC-102" in found
    assert "SPEC-307" not in found


def test_a_method_that_is_text_only_gives_no_value() -> None:
    sheets = changed(SDTM, ("Methods", "MT.VSDY", "Expression Context", "SAS"))
    found = [item for item in new_findings(sdtm=sheets) if item.code == "SPEC-116"]
    assert [item.what for item in found] == ["VS.VSDY has only the method MT.VSDY, which is text and does not run."]


def test_a_mandatory_variable_needs_a_value_in_every_source() -> None:
    sheets = changed(without(SDTM, "Mapping", "VS VSORRES HEIGHT"), ("Variables", "VS VSORRES", "Mandatory", "Yes"))
    assert [item.what for item in new_findings(sdtm=sheets)] == ["VS.VSORRES is mandatory but not mapped for HEIGHT."]


def test_a_number_needs_the_text_it_stands_for() -> None:
    sheets = changed(
        ADAM, ("Variables", "ADSL AGE", "Variable", "AGEGR1N"), ("Variables", "ADSL AGE", "Label", "Group (N)")
    )
    found = [item.what for item in new_findings(adam=sheets) if item.code == "SPEC-321"]
    assert found == ["ADSL has AGEGR1N but no text variable AGEGR1."]


def test_a_paired_number_is_fine() -> None:
    sheets = changed(
        ADAM,
        ("Variables", "ADSL AGE", "Variable", "TRT01PN"),
        ("Variables", "ADSL AGE", "Label", "Planned Treatment for Period 01 (N)"),
    )
    assert "SPEC-321" not in {item.code for item in new_findings(adam=sheets)}


def test_near_names_are_suggested() -> None:
    found = new_findings(sdtm=changed(SDTM, ("Variables", "DM SEX", "Codelist", "SEXX")))
    assert next(item.action for item in found if item.code == "SPEC-102").startswith("Did you mean SEX?")


def test_an_unknown_domain_is_said_to_be_not_compared() -> None:
    sheets = changed(SDTM, ("Datasets", "VS", "Dataset", "GF"))
    found = [item.what for item in new_findings(sdtm=sheets) if item.code == "SPEC-308"]
    assert found == ["GF was not compared."]


def test_a_dataset_name_has_capitals_and_digits() -> None:
    sheets = changed(SDTM, ("Datasets", "VS", "Dataset", "vitals"))
    assert "SPEC-121" in {item.code for item in new_findings(sdtm=sheets)}


def test_meddra_variables_are_only_noted_where_the_dictionary_is_another() -> None:
    rows = [
        ["ADAE", "Adverse Events", "OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT", "One per event", "USUBJID, AESEQ"],
        ["1", "ADAE", "AEDECOD", "Dictionary-Derived Term", "text", "40"],
    ]
    sheets = ADAM | {
        "Datasets": [*ADAM["Datasets"], rows[0] + [""] * 6],
        "Variables": [*ADAM["Variables"], rows[1] + [""] * 4 + ["CTCAE"] + [""] * 11],
        "Dictionaries": [
            ["ID", "Name", "Data Type", "Dictionary", "Version"],
            ["CTCAE", "CTCAE", "text", "CTCAE", "5.0"],
        ],
    }
    found = new_findings(adam=sheets)
    assert [item.severity for item in found if item.code == "SPEC-311"] == ["note"]
    assert "ADAE has no variable --LLT (Lowest Level Term)." not in {item.what for item in found}
    assert "ADAE has no variable TRTEMFL (Treatment Emergent Analysis Flag)." in {item.what for item in found}


def test_a_circle_is_named_with_all_its_members() -> None:
    sheets = changed(SDTM, ("Methods", "MT.VSSEQ", "Expression Code", "sequence(order=[VSDY])"))
    sheets = changed(sheets, ("Methods", "MT.VSDY", "Expression Code", "study_day(VSDTC, reference=VSSEQ)"))
    found = [item for item in new_findings(sdtm=sheets) if item.code == "SPEC-204"]
    assert [item.what for item in found] == ["VS.VSSEQ needs VS.VSDY needs VS.VSSEQ."]
    assert found[0].cell == "specs/sdtm.xlsx!Methods!F2"


def test_a_form_of_subjects_must_be_used_or_explained() -> None:
    sheets = changed(SDTM, ("Forms", "queries", "Subject", "SUBJNO"), ("Forms", "queries", "Not Tabulated", ""))
    assert [(item.code, item.what) for item in new_findings(sdtm=sheets)] == [("SPEC-143", "Nothing reads queries.")]
    counted = changed(sheets, ("Methods", "MT.VSDY", "Expression Code", "count(queries.SUBJNO)"))
    assert new_findings(sdtm=counted) == []


def test_instruments_have_terminology_of_their_own() -> None:
    sheets = changed(SDTM, ("Datasets", "VS", "Dataset", "RS"))
    headers, *lines = sheets["Variables"]
    renamed = [[cell.replace("VS", "RS") if place < 3 else cell for place, cell in enumerate(line)] for line in lines]
    found = new_findings(sdtm=sheets | {"Variables": [headers, *renamed]})
    named = {item.what.split()[0] for item in found if item.code == "SPEC-307"}
    assert named == {"RSORRESU", "RSSTRESC", "RSSTRESU"}


def test_a_value_level_has_one_way_to_get_its_value() -> None:
    sheets = changed(
        SDTM, ("ValueLevel", 2, "Assigned Value", "heavy"), ("ValueLevel", 2, "Predecessor", "VS.VSSTRESC")
    )
    (finding,) = [item for item in new_findings(sheets) if item.code == "SPEC-117"]
    assert finding.what == "VS.VSORRES gets its value here from Assigned Value and from Predecessor."
    assert finding.cell == "specs/sdtm.xlsx!ValueLevel!Q2"


@pytest.mark.parametrize(("variable", "text"), [("VSSTRESN", "heavy"), ("VSSTRESN", "007")])
def test_a_value_assigned_to_numbers_is_a_number(variable: str, text: str) -> None:
    sheets = changed(SDTM, ("ValueLevel", 2, "Variable", variable), ("ValueLevel", 2, "Assigned Value", text))
    assert [item.code for item in new_findings(sheets)] == ["SPEC-137"]


def test_the_method_of_a_value_level_gives_what_the_variable_holds() -> None:
    """VSORRES is text, though the level says that the text is a number."""
    number = changed(SDTM, ("Variables", "VS VSDY", "Method", ""), ("ValueLevel", 2, "Method", "MT.VSDY"))
    assert "SPEC-202" in [item.code for item in new_findings(number)]
    text = changed(number, ("Methods", "MT.VSDY", "Expression Code", "VSORRESU"))
    assert "SPEC-202" not in [item.code for item in new_findings(text)]


def test_a_variable_may_get_its_values_from_value_levels_alone() -> None:
    without = changed(SDTM, ("Variables", "VS VSDY", "Method", ""))
    assert "SPEC-116" in [item.code for item in new_findings(without)]
    levels = changed(without, ("ValueLevel", 2, "Variable", "VSDY"), ("ValueLevel", 2, "Method", "MT.VSDY"))
    assert "SPEC-116" not in [item.code for item in new_findings(levels)]
