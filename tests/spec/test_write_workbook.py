"""A spec that is written and loaded again is the same spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from spec.small_specs import ADAM, SDTM, workbook
from studyspec.spec.load import load_spec, spec_from
from studyspec.spec.load_tlf import load_tlf
from studyspec.spec.model import Comment, Spec
from studyspec.spec.schemas import SCHEMAS, Rules
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import Location, Row, Sheet, Workbook
from studyspec.spec.write_tlf import write_tlf
from studyspec.spec.write_workbook import WorkbookError, write_workbook

SPECS = Path(__file__).resolve().parents[2] / "specs"
# What a person can type: no control characters, and no carriage return, which Excel never keeps in a cell.
TEXTS = st.text(st.characters(exclude_categories=("C",)) | st.just("\n"), max_size=12).map(str.strip)
CLAUSES = st.sampled_from(
    ["A EQ B", "A IN (B, C)", 'A NE "x y"', "DM.SEX EQ F and A GT 3", 'A NOTIN ("a,b", "q""q")', "A EQ ''", "A EQ '\"'"]
)
SPECIAL = {
    "Where Clause": CLAUSES,
    "Join": st.sampled_from(["", "sites on SITENO", "a on B, C keep last by D, E; f on G keep first"]),
    "Synonyms": st.lists(TEXTS, max_size=3).map("; ".join) | st.just('T4; "t(4;14)"; " x"'),
    "Selection Criteria": CLAUSES | st.just(""),
    "Variables": st.sampled_from(["ADSL.AGE, ADSL.SEX", "ADAE.AEDECOD"]),
    "Documentation Refs": st.sampled_from(["", "DOC.SAP (12 13), DOC.ADRG"]),
    "Value": TEXTS | st.floats(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:.12f}"),
}


def again(spec: Spec, folder: Path) -> Spec:
    path = folder / "copy.xlsx"
    write_workbook(spec, path)
    read, _ = load_spec(path)
    assert read is not None
    return replace(read, name=spec.name)


def differing(one: object, other: object) -> list[str]:
    """The fields in which two specs differ; their own names make a failure readable."""
    pairs = ((item.name, getattr(one, item.name), getattr(other, item.name)) for item in fields(one))  # type: ignore[arg-type]
    return [f"{name}: {before!r} -> {after!r}" for name, before, after in pairs if before != after]


def cells(header: str, rules: Rules) -> st.SearchStrategy[str]:
    if header in SPECIAL:
        return SPECIAL[header]
    if "allowed" in rules:
        return st.sampled_from([str(value) for value in rules["allowed"]])
    if rules["type"] == "integer":
        return st.integers(1, 200).map(str) | st.just("1" if not rules.get("nullable") else "")
    return TEXTS if rules.get("empty", True) else TEXTS.filter(bool)


@st.composite
def workbooks(draw: st.DrawFn) -> Workbook:
    sheets = {}
    for name, schema in SCHEMAS.items():
        if name == "WhereClauses":
            continue
        columns = {header: place for place, header in enumerate(schema, start=1)}
        rows: list[Row] = []
        for number in range(2, 2 + draw(st.integers(1, 2))):
            values = {header: draw(cells(header, rules)) for header, rules in schema.items()}
            rows.append(Row(values, Location("any.xlsx", name, number, columns)))
        sheets[name] = Sheet(name, tuple(schema), tuple(rows))
    return Workbook("any.xlsx", sheets)


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(workbooks())
def test_any_spec_survives_the_workbook(given_workbook: Workbook) -> None:
    spec, _ = spec_from(given_workbook)
    assert spec is not None
    with TemporaryDirectory() as folder:
        assert differing(spec, again(spec, Path(folder))) == []


@pytest.mark.parametrize("name", ["sdtm", "adam"])
def test_workbooks_of_the_study_survive(name: str, tmp_path: Path) -> None:
    spec, _ = load_spec(SPECS / f"{name}.xlsx")
    assert spec is not None
    assert differing(spec, again(spec, tmp_path)) == []


def test_displays_of_the_study_survive(tmp_path: Path) -> None:
    tlf, _ = load_tlf(SPECS / "tlf.xlsx")
    assert tlf is not None
    write_tlf(tlf, tmp_path / "tlf.xlsx")
    read, findings = load_tlf(tmp_path / "tlf.xlsx")
    assert read is not None
    assert findings == []
    assert differing(replace(tlf, name=""), replace(read, name="")) == []


def test_notations_of_displays_survive(tmp_path: Path) -> None:
    tlf, _ = load_tlf(SPECS / "tlf.xlsx")
    assert tlf is not None
    display = next(iter(tlf.displays.values()))
    from studyspec.spec.tlf_cells import parse_categories, parse_select, parse_sort

    odd = replace(
        display.rows[0],
        categories=parse_categories(">=75; <65 = Below = 65; = Unknown"),
        sort=parse_sort("alphabetical; frequency in ISAPD"),
        select=parse_select("% >= 2.5 in any"),
        decimals=2,
    )
    rows = (odd, replace(odd, id="R2", order=999, select=parse_select("highest in ISAPD")))
    changed = replace(tlf, displays={display.id: replace(display, rows=rows)})
    write_tlf(changed, tmp_path / "tlf.xlsx")
    read, _ = load_tlf(tmp_path / "tlf.xlsx")
    assert read is not None
    assert read.displays[display.id].rows == rows


def test_where_clauses_with_ids_of_older_workbooks_survive(tmp_path: Path) -> None:
    sheets = dict(SDTM)
    level = dict(zip(SDTM["ValueLevel"][0], SDTM["ValueLevel"][1], strict=True)) | {"Where Clause": "WC.1"}
    sheets["ValueLevel"] = [SDTM["ValueLevel"][0], [level[header] for header in SDTM["ValueLevel"][0]]]
    sheets["WhereClauses"] = [
        ["ID", "Dataset", "Variable", "Comparator", "Value"],
        ["WC.1", "VS", "VSTESTCD", "IN", 'WEIGHT, "A, B"'],
        ["WC.1", "DM", "SEX", "EQ", "F"],
    ]
    spec, _ = spec_from(workbook(sheets))
    assert spec is not None
    assert spec.value_levels[0].where_clause.conditions[0].values == ("WEIGHT", "A, B")
    assert differing(spec, again(spec, tmp_path)) == []


@pytest.mark.parametrize("sheets", [SDTM, ADAM], ids=["sdtm", "adam"])
def test_same_spec_gives_the_same_bytes(sheets: Mapping[str, Any], tmp_path: Path) -> None:
    spec, _ = spec_from(workbook(dict(sheets)))
    assert spec is not None
    write_workbook(spec, tmp_path / "one.xlsx")
    write_workbook(spec, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_every_sheet_and_column_is_there_even_when_empty(tmp_path: Path) -> None:
    spec, _ = spec_from(workbook(SDTM))
    assert spec is not None
    write_workbook(replace(spec, checks=(), forms={}), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    headers = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book.worksheets}
    assert headers == {name: list(schema) for name, schema in SCHEMAS.items() if name != "WhereClauses"}


def test_every_sheet_and_column_of_displays_is_there(tmp_path: Path) -> None:
    tlf, _ = load_tlf(SPECS / "tlf.xlsx")
    assert tlf is not None
    write_tlf(tlf, tmp_path / "tlf.xlsx")
    book = load_workbook(tmp_path / "tlf.xlsx")
    headers = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book.worksheets}
    assert headers == {name: list(schema) for name, schema in SHEETS.items()}


def test_text_longer_than_a_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    spec, _ = spec_from(workbook(SDTM))
    assert spec is not None
    comment = Comment("COM.LONG", "x" * 32768, "", "", Location("", "", 0, {}))
    with pytest.raises(WorkbookError, match="Comments, row 2, Description: the text has 32768 characters"):
        write_workbook(replace(spec, comments={"COM.LONG": comment}), tmp_path / "a.xlsx")
