"""Expressions in their places: what each cell of a workbook may read, with and without raw data at hand."""

from __future__ import annotations

import pytest

from spec.small_specs import ADAM, RAW_FORMS, SDTM, Sheets, changed, registry, workbook
from studyspec.spec.check import check_specs
from studyspec.spec.load import spec_from
from studyspec.spec.model import Spec
from studyspec.spec.order import CircularDerivationError, evaluation_order
from studyspec.spec.scopes import added_columns


def spec(sheets: Sheets, name: str = "specs/sdtm.xlsx") -> Spec:
    found, _ = spec_from(workbook(sheets, name))
    assert found is not None
    return found


def errors(sdtm: Sheets = SDTM, adam: Sheets = ADAM, forms: dict[str, list[str]] | None = RAW_FORMS) -> list[str]:
    specs = spec(sdtm), spec(adam, "specs/adam.xlsx")
    findings = check_specs(*specs, registry=registry(), forms=forms)
    return [f"{item.cell} {item.what}" for item in findings if item.severity == "error"]


def with_method(code: str) -> Sheets:
    return changed(SDTM, ("Methods", "MT.VSDY", "Expression Code", code))


@pytest.mark.parametrize(
    "code",
    [
        "study_day(VSDTC, reference=DM.RFSTDTC)",
        "VSSEQ + WINDOW",
        "number(vitals.WEIGHT)",
        "count(VS.VSDTC, where=VS.VSTESTCD == VSTESTCD)",
        "count(queries.SUBJNO)",
        "count(demog.SEX)",
    ],
)
def test_methods_read_their_dataset_its_forms_and_other_records(code: str) -> None:
    assert errors(with_method(code)) == []


def test_a_joined_form_is_read_by_name_in_all_sources_of_the_dataset() -> None:
    assert errors(changed(SDTM, ("Methods", "MT.VSDY", "Expression Code", "number(demog.AGE_ENTERED)"))) == []


def test_a_mapping_does_not_read_the_variables_it_makes() -> None:
    found = errors(changed(SDTM, ("Mapping", "VS VSSTRESU", "Expression", "VSORRESU")))
    assert found == ["specs/sdtm.xlsx!Mapping!D22 VSORRESU is not a variable here."]


def test_a_mapping_problem_of_one_source_names_the_source() -> None:
    found = errors(changed(SDTM, ("Mapping", "VS VSDTC", "Expression", "demog.ICDT")))
    assert len(found) == 1
    assert "In source HEIGHT: " in found[0]


def test_a_parameter_has_the_type_of_its_value() -> None:
    found = errors(adam=changed(ADAM, ("Parameters", "WINDOW", "Value", "thirty")))
    assert found == ["specs/adam.xlsx!Methods!F4 At character 9: DM.AGE is a number, but WINDOW is text."]


def test_a_subject_cannot_be_made_from_usubjid() -> None:
    found = errors(changed(SDTM, ("Forms", "demog", "Subject", "USUBJID")))
    assert found == ["specs/sdtm.xlsx!Forms!C2 USUBJID is not a variable here."]


def test_a_check_can_be_on_a_raw_form() -> None:
    sheets = changed(
        SDTM,
        ("Checks", "VS VS-1", "Dataset", "queries"),
        ("Checks", "VS VS-1", "Where", 'SUBJNO == ""'),
        ("Checks", "VS VS-1", "Message", "{SUBJNO} is missing."),
    )
    assert errors(sheets) == []
    assert errors(changed(sheets, ("Checks", "queries VS-1", "Where", 'SUBJ == ""')))


def test_a_method_that_nothing_uses_must_still_be_readable() -> None:
    unused = {"ID": "MT.X", "Expression Code": "1 +", "Expression Context": "studyspec"}
    sheets = SDTM | {"Methods": [*SDTM["Methods"], [unused.get(header, "x") for header in SDTM["Methods"][0]]]}
    assert [item.split(" ")[0] for item in errors(sheets) if "Methods!F4" in item] == ["specs/sdtm.xlsx!Methods!F4"]


def test_a_method_of_another_context_is_not_ours_to_read() -> None:
    sheets = changed(
        SDTM, ("Methods", "MT.VSDY", "Expression Context", "SAS"), ("Methods", "MT.VSDY", "Expression Code", "x = 1;")
    )
    assert [item for item in errors(sheets) if "Methods" in item] == []


def test_without_raw_data_any_column_may_exist_but_functions_and_types_are_checked() -> None:
    sheets = changed(SDTM, ("Mapping", "VS VSDTC", "Expression", "upcase(ANYTHING)"))
    assert errors(sheets, forms=None) == []
    wrong = errors(changed(SDTM, ("Mapping", "VS VSDTC", "Expression", "upcase(WINDOW)")), forms=None)
    assert len(wrong) == 1
    assert "WINDOW is a number" in wrong[0]


def test_columns_that_a_study_function_adds_can_be_mapped_and_joined_on() -> None:
    sheets = changed(
        SDTM,
        ("Sources", "DM DM", "Function", "repair"),
        ("Sources", "DM DM", "Join", "vitals on PARTNO"),
        ("Mapping", "DM COUNTRY", "Expression", "PARTNO"),
    )
    forms = RAW_FORMS | {"vitals": [*RAW_FORMS["vitals"], "PARTNO"]}
    assert errors(sheets, forms=forms) == []
    assert added_columns("repair", registry()) >= {"PARTNO"}
    assert added_columns("upcase", registry()) == frozenset()


def test_where_is_applied_before_the_function_adds_its_columns() -> None:
    sheets = changed(
        SDTM,
        ("Sources", "DM DM", "Function", "repair"),
        ("Sources", "DM DM", "Where", 'PARTNO == "1"'),
        ("Mapping", "DM COUNTRY", "Expression", '"FRA"'),
    )
    assert errors(sheets) == ["specs/sdtm.xlsx!Sources!E2 PARTNO is not a variable here."]


def test_adam_reads_the_sdtm_datasets_with_their_types_and_terms() -> None:
    code = 'if_else(DM.SEX == "X", "Y", "N")'
    found = errors(adam=changed(ADAM, ("Methods", "MT.SAFFL", "Expression Code", code)))
    assert found == ["specs/adam.xlsx!Methods!F2 At character 19: 'X' is not a term of SEX, the codelist of DM.SEX."]


def test_derivations_come_after_what_they_read_across_datasets() -> None:
    order = evaluation_order(spec(SDTM), registry())
    assert order.index(("DM", "RFSTDTC")) < order.index(("VS", "VSDY"))
    assert len(order) == len(set(order)) == len(SDTM["Variables"]) - 1


def test_independent_variables_keep_the_order_of_the_sheets() -> None:
    order = evaluation_order(spec(SDTM), registry())
    assert order[:3] == [("DM", "STUDYID"), ("DM", "DOMAIN"), ("DM", "USUBJID")]


def test_a_later_variable_can_be_needed_by_an_earlier_one() -> None:
    order = evaluation_order(spec(with_method("VSSEQ")), registry())
    assert order.index(("VS", "VSSEQ")) < order.index(("VS", "VSDY"))
    sheets = changed(SDTM, ("Methods", "MT.VSSEQ", "Expression Code", "sequence(order=[VSDY])"))
    order = evaluation_order(spec(sheets), registry())
    assert order.index(("VS", "VSDY")) < order.index(("VS", "VSSEQ"))


def test_a_predecessor_in_the_same_workbook_comes_first() -> None:
    sheets = changed(
        ADAM, ("Variables", "ADSL STUDYID", "Predecessor", "ADSL.SUBJID"), ("Methods", "MT.SAFFL", "Description", "x")
    )
    order = evaluation_order(spec(sheets, "specs/adam.xlsx"), registry())
    assert order.index(("ADSL", "SUBJID")) < order.index(("ADSL", "STUDYID"))


def test_a_mapped_variable_waits_for_nothing() -> None:
    sheets = changed(SDTM, ("Variables", "VS VSDTC", "Method", "MT.VSDY"))
    assert ("VS", "VSDTC") in evaluation_order(spec(sheets), registry())


def test_a_variable_that_reads_itself_is_a_circle() -> None:
    with pytest.raises(CircularDerivationError, match=r"VS\.VSDY needs VS\.VSDY"):
        evaluation_order(spec(with_method("VSDY + 1")), registry())


def test_a_whole_dataset_given_to_a_function_counts_as_read() -> None:
    sheets = changed(SDTM, ("Methods", "MT.VSDY", "Expression Code", "rows_of(DM)"))
    order = evaluation_order(spec(sheets), registry())
    assert max(order.index(key) for key in order if key[0] == "DM") < order.index(("VS", "VSDY"))
