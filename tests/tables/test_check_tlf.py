"""Checks of displays against the ADaM spec: each rule has a display that breaks it."""

from types import SimpleNamespace
from typing import Any

import pytest

from studyspec.derive.registry import Flag as FlagColumn
from studyspec.derive.registry import Num, Registry, function, registering
from studyspec.spec.check_tlf import check_tlf
from studyspec.spec.load_tlf import tlf_from
from tables.plain import COLUMNS, small_sheets

TERMS = {"GRADE": ("1", "2", "3", "4", "5"), "NY": ("Y", "N")}
VARIABLES = {
    "ADSL": {"USUBJID": "", "SAFFL": "NY", "TRT01A": "", "AGE": "number", "SEX": ""},
    "ADAE": {"USUBJID": "", "TRTEMFL": "NY", "AEDECOD": "", "AEBODSYS": "", "ATOXGRN": "number", "AESER": "NY"},
}


def adam() -> Any:
    """An ADaM spec as far as the checks look at it."""

    def variable(name: str, about: str) -> SimpleNamespace:
        codelist = {"ATOXGRN": "GRADE"}.get(name, about if about in TERMS else "")
        return SimpleNamespace(name=name, is_numeric=about == "number", codelist=codelist)

    codelists = {
        name: SimpleNamespace(terms=[SimpleNamespace(term=term) for term in terms]) for name, terms in TERMS.items()
    }
    variables = {
        name: tuple(variable(item, about) for item, about in items.items()) for name, items in VARIABLES.items()
    }
    return SimpleNamespace(variables_of=variables, codelists=codelists, parameters={})


def registry() -> Registry:
    found = Registry()
    with registering(found):

        @function()
        def missing(value: Num) -> FlagColumn:
            """Whether a number is missing."""
            return value

    return found


def findings(rows: list[dict[str, str]], **more: Any) -> list[tuple[str, str]]:
    tlf, _ = tlf_from(small_sheets(rows, **more))
    assert tlf is not None
    return [(item.code, item.cell.removeprefix("specs/tlf.xlsx!")) for item in check_tlf(tlf, adam(), registry())]


ANY = {"Label": "Any"}
PUBLISHED = {"ID": "P", "Label": "Trial", "Kind": "published", "N": "152"}
NESTED = {"Kind": "nested", "Variables": "AEBODSYS; AEDECOD"}


def test_sound_display_has_no_findings() -> None:
    rows = [
        ANY,
        {"Label": "Grade", "Kind": "worst", "Variables": "ATOXGRN", "Categories": "1; 2; = Missing"},
        {"Label": "Age", "Kind": "continuous", "Variables": "AGE", "Dataset": "ADSL", "Statistics": "Mean (SD)"},
        NESTED | {"Sort": "frequency in A", "Select": "% >= 5 in any", "Where": "missing(ATOXGRN)"},
    ]
    published = [{"Row": "R0", "Column": "P", "Value": "9%"}]
    assert findings(rows, columns=[*COLUMNS, PUBLISHED], published=published) == []


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ({"Where": 'AESEER == "Y"'}, "TLF-007", "Rows!I2"),
        ({"Where": 'AESER = "Y"'}, "TLF-007", "Rows!I2"),
        ({"Where": 'AESER == "YES"'}, "TLF-007", "Rows!I2"),
        ({"Where": 'ATOXGRN == "3"'}, "TLF-007", "Rows!I2"),
        ({"Where": "ATOXGRN"}, "TLF-007", "Rows!I2"),
        ({"Denominator": "ATOXGRN > 3"}, "TLF-007", "Rows!L2"),
        ({"Dataset": "ADEA"}, "TLF-005", "Rows!G2"),
        (NESTED | {"Variables": "AESOC; AEDECOD"}, "TLF-006", "Rows!H2"),
        (NESTED | {"Variables": ""}, "TLF-008", "Rows!H2"),
        ({"Variables": "AEDECOD"}, "TLF-008", "Rows!H2"),
        ({"Statistics": "Mean (SD)"}, "TLF-008", "Rows!J2"),
        ({"Statistics": ""}, "TLF-008", "Rows!J2"),
        ({"Kind": "header"}, "TLF-008", "Rows!J2"),
        ({"Kind": "worst", "Variables": "AEDECOD"}, "TLF-008", "Rows!H2"),
        (NESTED | {"Sort": "frequency in C"}, "TLF-009", "Rows!O2"),
        (NESTED | {"Select": "n >= 2 in C"}, "TLF-009", "Rows!P2"),
        ({"Kind": "categories", "Variables": "ATOXGRN", "Categories": "1; 6"}, "TLF-012", "Rows!M2"),
        ({"ID": "any"}, "TLF-004", "Rows!C2"),
        ({"ID": "R 1"}, "TLF-004", "Rows!C2"),
    ],
)
def test_wrong_row_is_found_at_its_cell(row: dict[str, str], code: str, cell: str) -> None:
    assert findings([ANY | row]) == [(code, cell)]


@pytest.mark.parametrize(
    ("column", "code", "cell"),
    [
        ({"Where": "TRT01 == 1"}, "TLF-007", "Columns!G4"),
        ({"N": "12"}, "TLF-011", "Columns!I4"),
        ({"Statistics": "events"}, "TLF-013", "Columns!H4"),
        (PUBLISHED | {"N": ""}, "TLF-011", "Columns!I4"),
        (PUBLISHED | {"Where": 'SEX == "F"'}, "TLF-011", "Columns!G4"),
    ],
)
def test_wrong_column_is_found_at_its_cell(column: dict[str, str], code: str, cell: str) -> None:
    added = {"ID": "C", "Label": "C", "Kind": "group"} | column
    assert findings([ANY], columns=[*COLUMNS, added]) == [(code, cell)]


@pytest.mark.parametrize(("item", "cell"), [({"Row": "R9"}, "Published!B2"), ({"Column": "A"}, "Published!C2")])
def test_published_value_without_a_place_is_found(item: dict[str, str], cell: str) -> None:
    published = [{"Row": "R0", "Column": "P", "Value": "9%"} | item]
    assert findings([ANY], columns=[*COLUMNS, PUBLISHED], published=published) == [("TLF-010", cell)]


@pytest.mark.parametrize(
    ("display", "code", "cell"),
    [
        ({"Population": 'SAFETY == "Y"'}, "TLF-007", "Displays!E2"),
        ({"Filter": "TRTEMFL =="}, "TLF-007", "Displays!H2"),
    ],
)
def test_wrong_display_is_found_at_its_cell(display: dict[str, str], code: str, cell: str) -> None:
    assert findings([ANY], **display) == [(code, cell)]


def test_display_without_rows_or_counted_columns_is_found() -> None:
    assert findings([], columns=[PUBLISHED]) == [("TLF-003", "Displays!A2"), ("TLF-003", "Displays!A2")]
