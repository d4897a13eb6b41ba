"""The tables of facts: spot checks against the published standards, and names with placeholders."""

from __future__ import annotations

import pytest

from studyspec.standards import adam_structure, codelist, name_pattern, sdtm_domain, sdtm_domains


@pytest.mark.parametrize("code", ["C66742", "NY"])
def test_a_codelist_is_found_by_code_and_by_id(code: str) -> None:
    found = codelist(code)
    assert found is not None
    assert (found.nci_code, found.id, found.name, found.extensible) == ("C66742", "NY", "No Yes Response", False)
    assert {value: term.nci_code for value, term in found.by_value.items()} == {
        "N": "C49487",
        "NA": "C48660",
        "U": "C17998",
        "Y": "C49488",
    }


def test_a_codelist_that_is_not_shipped_is_none() -> None:
    assert codelist("C00000") is None


def test_a_domain_has_its_variables_in_order_with_label_type_and_core() -> None:
    events = sdtm_domain("AE")
    assert events is not None
    assert (events.label, events.class_) == ("Adverse Events", "Events")
    serious = events.variables["AESER"]
    assert (serious.label, serious.type, serious.core, serious.codelists) == (
        "Serious Event",
        "Char",
        "Exp",
        ("C66742",),
    )
    orders = [item.order for item in events.variables.values()]
    assert orders == sorted(orders)


def test_every_domain_listed_has_variables() -> None:
    assert all(table.variables for name in sdtm_domains() if (table := sdtm_domain(name)))
    assert {"DM", "AE", "EX", "DS", "SUPPQUAL"} <= set(sdtm_domains())


def test_a_domain_that_is_not_shipped_is_none() -> None:
    assert sdtm_domain("GF") is None


@pytest.mark.parametrize(
    ("structure", "name", "standard"),
    [
        ("ADSL", "TRT01PN", "TRTxxPN"),
        ("ADSL", "AGEGR1", "AGEGRy"),
        ("ADSL", "AGE", "AGE"),
        ("AE", "AEDECOD", "--DECOD"),
        ("AE", "CQ01NAM", "CQzzNAM"),
        ("BDS", "ADT", "ADT"),
        ("BDS", "VISITDT", "*DT"),
    ],
)
def test_a_variable_is_found_through_the_placeholders_of_its_standard_name(
    structure: str, name: str, standard: str
) -> None:
    table = adam_structure(structure)
    assert table is not None
    found = table.variable(name)
    assert found is not None
    assert found.name == standard


def test_placeholders_stand_for_digits_only() -> None:
    assert not name_pattern("TRTxxP").fullmatch("TRTABP")


def test_a_name_the_standard_does_not_have_is_none() -> None:
    table = adam_structure("ADSL")
    assert table is not None
    assert table.variable("CYTORISK") is None


def test_a_part_of_a_split_domain_has_the_table_of_its_domain() -> None:
    assert sdtm_domain("QSMM") == sdtm_domain("QS")
    assert sdtm_domain("SUPPQS") is None
