"""Analysis results metadata: read from its sheets, held against displays and data, and its statements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from define.samples import ADAM, CREATED, find, load, parsed
from spec.small_specs import Sheets, changed, workbook
from study.reference import committed, study
from studyspec.define.rules_selections import selections_and_displays
from studyspec.define.statements import programming_code
from studyspec.define.write import write_define
from studyspec.derive.registry import ENGINE
from studyspec.findings import Finding
from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.load import spec_from
from studyspec.spec.load_analysis import document_references
from studyspec.spec.model import Condition, Spec
from studyspec.spec.rules_analysis import analysis_references, check_analyses
from studyspec.spec.tlf import TlfSpec


def adam() -> Spec:
    """The reference study's ADaM workbook."""
    spec = study().adam
    assert spec is not None
    return spec


def tlf() -> TlfSpec:
    """Its displays."""
    found = study().tlf
    assert found is not None
    return found


def with_result(id_: str, **changes: object) -> Spec:
    """The workbook with one analysis result changed."""
    results = tuple(
        replace(item, **changes) if item.id == id_ else item  # type: ignore[arg-type]
        for item in adam().analysis_results
    )
    return replace(adam(), analysis_results=results)


def result(id_: str) -> AnalysisResult:
    """One result of the workbook."""
    return next(item for item in adam().analysis_results if item.id == id_)


# --- the sheets ------------------------------------------------------------------------------------------------------


def test_result_is_read_with_variables_selection_and_documents() -> None:
    (found,) = load(ADAM).analysis_results
    assert found.variables == (("ADAE", "AESER"),)
    assert found.selection[0] == Condition("ADSL", "SAFFL", "EQ", ("Y",))
    assert found.documentation_refs == (("DOC.SAP", "12 13"),)
    assert found.datasets == ("ADAE", "ADSL")
    assert found.rows == ()


def test_selection_without_a_dataset_is_on_that_of_the_first_variable() -> None:
    spec = load(changed(ADAM, ("Analysis Results", 2, "Selection Criteria", "AESER EQ Y")))
    assert spec.analysis_results[0].selection == (Condition("ADAE", "AESER", "EQ", ("Y",)),)


def test_documents_may_have_pages() -> None:
    assert document_references("DOC.A (1, 2); DOC.B") == (("DOC.A", "1, 2"), ("DOC.B", ""))


def test_selection_that_cannot_be_read_is_a_finding_at_its_cell() -> None:
    sheets = changed(ADAM, ("Analysis Results", 2, "Selection Criteria", "ADAE.AESER = Y"))
    _, findings = spec_from(workbook(sheets, "specs/adam.xlsx"))
    assert [(item.code, item.cell) for item in findings] == [("SPEC-012", "specs/adam.xlsx!Analysis Results!G2")]


@pytest.mark.parametrize(
    ("header", "text", "code", "what"),
    [
        ("Display", "T-2", "SPEC-151", "T-2 is not an analysis display"),
        ("Variables", "ADAE.AESEER", "SPEC-106", "ADAE has no variable AESEER"),
        ("Variables", "AESER", "SPEC-101", "variables are written DATASET.VARIABLE"),
        ("Join Comment", "COM.XX", "SPEC-104", "COM.XX is not a comment"),
        ("Documentation Refs", "DOC.XX (3)", "SPEC-105", "DOC.XX is not a document"),
    ],
)
def test_name_that_nothing_defines_is_a_finding(header: str, text: str, code: str, what: str) -> None:
    sheets: Sheets = changed(ADAM, ("Analysis Results", 2, header, text))
    findings = analysis_references(load(sheets))
    assert [(item.code, what in item.what) for item in findings] == [(code, True)]


def test_names_that_are_defined_are_no_finding() -> None:
    assert analysis_references(load(ADAM)) == []


# --- against the displays --------------------------------------------------------------------------------------------


def against_displays(spec: Spec, displays: TlfSpec | None = None) -> list[Finding]:
    """What holding the workbook against the displays finds."""
    return check_analyses(displays or tlf(), spec, ENGINE)


def test_reference_study_describes_every_row_of_every_display() -> None:
    assert against_displays(adam()) == []


def test_display_without_metadata_is_found() -> None:
    others = {id_: item for id_, item in adam().analysis_displays.items() if id_ != "T-14-1-2"}
    spec = replace(adam(), analysis_displays=others)
    assert [item.code for item in against_displays(spec)] == ["TLF-031"]


def test_listing_needs_no_metadata() -> None:
    listing = replace(tlf().displays["T-14-1-2"], id="L-1", type="Listing")
    assert against_displays(adam(), replace(tlf(), displays={"L-1": listing})) == []


def test_workbook_that_describes_no_display_is_left_alone() -> None:
    assert against_displays(replace(adam(), analysis_displays={})) == []


def test_other_title_is_found() -> None:
    display = replace(adam().analysis_displays["T-14-1-2"], title="Demography")
    spec = replace(adam(), analysis_displays={**adam().analysis_displays, "T-14-1-2": display})
    assert [item.code for item in against_displays(spec)] == ["TLF-032"]


def test_unknown_row_is_found() -> None:
    spec = with_result("T-14-3-1-1.R3", rows=("RELISA", "RELANY", "RELALL"))
    assert [(item.code, item.what) for item in against_displays(spec)] == [("TLF-033", "T-14-3-1-1 has no row RELALL.")]


def test_row_that_no_result_describes_is_found() -> None:
    spec = with_result("T-14-3-1-1.R3", rows=("RELISA",), variables=(("ADAE", "RELISAFL"),))
    assert [(item.code, item.what) for item in against_displays(spec)] == [
        ("TLF-034", "Row RELANY belongs to no result.")
    ]


def test_variable_that_only_one_side_names_is_found() -> None:
    spec = with_result("T-14-3-1-1.R3", variables=(("ADAE", "RELISAFL"), ("ADAE", "AESER")))
    assert [item.what for item in against_displays(spec)] == [
        "T-14-3-1-1.R3: its rows do not use ADAE.AESER.",
        "T-14-3-1-1.R3: it does not name ADAE.RELANYFL.",
    ]


def test_variables_of_columns_pages_and_rates_are_among_those_of_a_result() -> None:
    for id_, missing in (("T-14-3-1-3.R1", ("ADAE", "ATOXGRN")), ("T-14-3-1-11.R2", ("ADSL", "RISKEDT"))):
        named = tuple(item for item in result(id_).variables if item != missing)
        found = against_displays(with_result(id_, variables=named))
        assert [item.what for item in found] == [f"{id_}: it does not name {'.'.join(missing)}."]
    assert ("ADSL", "COUNTRY") in result("T-14-3-1-12.R1").variables


# --- against the data ------------------------------------------------------------------------------------------------


def against_data(spec: Spec) -> list[Finding]:
    """What holding the selections against the built datasets finds."""
    built = committed().built
    frames = {name: built.datasets[name] for name in spec.datasets}
    return selections_and_displays(spec, tlf(), frames, study().registry)


def test_reference_study_selects_what_its_displays_count() -> None:
    assert against_data(adam()) == []


def test_selection_that_is_too_narrow_is_found() -> None:
    narrow = (*result("T-14-3-1-1.R3").selection, Condition("ADAE", "AESER", "EQ", ("Y",)))
    findings = against_data(with_result("T-14-3-1-1.R3", selection=narrow))
    assert {item.code for item in findings} == {"DEF-060"}
    assert "row RELISA counts" in findings[0].what


def test_selection_without_the_filter_of_the_display_is_found() -> None:
    wide = tuple(item for item in result("T-14-3-1-1.R6").selection if item.variable != "TRTEMFL")
    findings = against_data(with_result("T-14-3-1-1.R6", selection=wide))
    assert [item.code for item in findings] == ["DEF-061"]


def test_selection_without_the_population_of_the_display_is_found() -> None:
    built = committed().built.datasets
    frames = {"ADSL": built["ADSL"].assign(SAFFL="N"), "ADAE": built["ADAE"]}
    findings = selections_and_displays(adam(), tlf(), frames, study().registry)
    assert {item.code for item in findings} == {"DEF-061"}


# --- statements ------------------------------------------------------------------------------------------------------


def test_statements_say_what_the_rows_of_a_result_count() -> None:
    lines = programming_code(tlf().displays["T-14-3-1-1"], result("T-14-3-1-1.R3")).splitlines()
    assert lines == [
        "DISPLAY T-14-3-1-1",
        'POPULATION ADSL WHERE SAFFL == "Y"',
        'RECORDS ADAE WHERE TRTEMFL == "Y"',
        'COLUMN ISAPD ADSL WHERE TRT01A == "Isa-Pd"',
        'COLUMN ISAKD ADSL WHERE TRT01A == "Isa-Kd"',
        'ROW RELISA: subjects FROM ADAE WHERE RELISAFL == "Y" AS n (%)',
        'ROW RELANY: subjects FROM ADAE WHERE RELANYFL == "Y" AS n (%)',
    ]


def test_statements_say_how_columns_pages_and_grades_narrow_what_is_counted() -> None:
    lines = programming_code(tlf().displays["T-14-3-1-3"], result("T-14-3-1-3.R1")).splitlines()
    assert 'SUBGROUP ISAPD ADSL WHERE TRT01A == "Isa-Pd"' in lines
    assert "COLUMN G3PLUS ADAE WHERE ATOXGRN >= 3" in lines
    assert "ROW ANY: subjects FROM ADAE AT WORST ATOXGRN AS n (%)" in lines


def test_statements_stand_in_the_define_where_the_workbook_gives_no_code() -> None:
    content = write_define(adam(), created=CREATED, tlf=tlf())
    codes = find(parsed(content), "//arm:ProgrammingCode/arm:Code/text()")
    assert len(codes) == len(adam().analysis_results)
    assert {str(code).splitlines()[0] for code in codes} == {
        f"DISPLAY {item.display}" for item in adam().analysis_results
    }
