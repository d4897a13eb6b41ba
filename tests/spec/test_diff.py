"""Changes between two versions are found, named and followed to what they touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.small_specs import ADAM, SDTM, Sheets, changed, registry, workbook
from studyspec.spec.diff import CellChange, Change, diff_specs, diff_tlf
from studyspec.spec.diff_impact import Graph, Impact, Study, changes_data
from studyspec.spec.load import spec_from
from studyspec.spec.load_tlf import tlf_from
from studyspec.spec.model import Spec
from studyspec.spec.tlf import TlfSpec
from studyspec.spec.tlf_schema import SHEETS

TLF: Sheets = {
    "Displays": [
        [
            "Display",
            "Type",
            "Number",
            "Title",
            "Population",
            "Population Label",
            "Dataset",
            "Empty Text",
            "Orientation",
        ],
        ["T-1", "Table", "1", "Subjects", 'SAFFL == "Y"', "Safety", "ADSL", "None", "portrait"],
        ["T-2", "Table", "2", "Sites", "", "All", "ADSL", "None", "portrait"],
    ],
    "Columns": [
        ["Display", "Order", "ID", "Label", "Kind", "Where"],
        ["T-1", "1", "A", "A", "group", 'TRT01P == "A"'],
        ["T-2", "1", "ALL", "All", "total", ""],
    ],
    "Rows": [
        ["Display", "Order", "ID", "Label", "Kind", "Variables", "Statistics", "Where"],
        ["T-1", "1", "AGE", "Age", "continuous", "AGE", "Mean (SD)", ""],
        ["T-1", "2", "SEX", "Sex", "categories", "SEX", "n (%)", ""],
        ["T-2", "1", "SITEID", "Site by AGE", "categories", "SITEID", "n (%)", 'SITEID in terms("NY")'],
    ],
}


def spec(sheets: Sheets) -> Spec:
    found, _ = spec_from(workbook(sheets))
    assert found is not None
    return found


def tlf(sheets: Sheets) -> TlfSpec:
    full = {name: [list(schema), *_filled(sheets.get(name, [[]]), list(schema))] for name, schema in SHEETS.items()}
    found, _ = tlf_from(workbook(full, "specs/tlf.xlsx"))
    assert found is not None
    return found


def _filled(lines: list[list[str]], headers: list[str]) -> list[list[str]]:
    return [[dict(zip(lines[0], line, strict=True)).get(header, "") for header in headers] for line in lines[1:]]


def without(sheets: Sheets, sheet: str, *row: str) -> Sheets:
    """A copy without the rows that begin with these cells, of columns other than Order."""
    skip = sheets[sheet][0].index("Order") if "Order" in sheets[sheet][0] else -1
    kept = [
        line
        for line in sheets[sheet]
        if tuple(text for place, text in enumerate(line) if place != skip)[: len(row)] != row
    ]
    assert len(kept) < len(sheets[sheet])
    return sheets | {sheet: kept}


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    return [(change.sheet, change.action, change.name) for change in changes]


def test_the_same_spec_has_no_changes() -> None:
    assert diff_specs(spec(SDTM), spec(SDTM)) == []
    assert diff_tlf(tlf(TLF), tlf(TLF)) == []


def test_a_changed_cell_is_named_with_old_and_new_text_and_its_place() -> None:
    new = spec(changed(SDTM, ("Variables", "DM SEX", "Label", "Sex of subject")))
    (change,) = diff_specs(spec(SDTM), new)
    assert (change.action, change.name) == ("changed", "DM.SEX")
    assert change.cells == (CellChange("Label", "Sex", "Sex of subject"),)
    assert change.cell == "specs/sdtm.xlsx!Variables!D10"


@pytest.mark.parametrize(
    ("sheet", "row", "header", "text", "name"),
    [
        ("Define", "StudyName", "Value", "TEST02", "StudyName"),
        ("Datasets", "VS", "Structure", "One record per test", "VS"),
        ("ValueLevel", "VS VSORRES VSTESTCD EQ WEIGHT", "Length", "7", "VS.VSORRES where VSTESTCD EQ WEIGHT"),
        ("Codelists", "SEX F", "Decoded Value", "Woman", "SEX: F"),
        ("Methods", "MT.VSDY", "Description", "In days", "MT.VSDY"),
        ("Comments", "COM.DM", "Description", "As derived.", "COM.DM"),
        ("Documents", "SAP", "Title", "Plan", "SAP"),
        ("Dictionaries", "MEDDRA", "Version", "26.0", "MEDDRA"),
        ("Forms", "demog", "Subject", "SUBJNO", "demog"),
        ("Sources", "VS WEIGHT", "Where", 'WEIGHT != "ND"', "VS: WEIGHT"),
        ("Mapping", "VS VSORRES WEIGHT", "Expression", "WT", "VS.VSORRES from WEIGHT"),
        ("Parameters", "WINDOW", "Value", "90", "WINDOW"),
        ("Checks", "VS VS-1", "Message", "Too heavy.", "VS-1"),
    ],
)
def test_changes_of_every_sheet_are_found(sheet: str, row: str, header: str, text: str, name: str) -> None:
    (change,) = diff_specs(spec(SDTM), spec(changed(SDTM, (sheet, row, header, text))))
    assert (change.action, change.name) == ("changed", name)
    assert [(cell.header, cell.after) for cell in change.cells] == [(header, text)]


def test_added_and_removed_rows_show_what_they_hold() -> None:
    old, new = spec(without(SDTM, "Variables", "VS", "VSDY")), spec(SDTM)
    (added,) = diff_specs(old, new)
    assert (added.action, added.name) == ("added", "VS.VSDY")
    assert CellChange("Method", "", "MT.VSDY") in added.cells
    (removed,) = diff_specs(new, old)
    assert (removed.action, removed.name) == ("removed", "VS.VSDY")


def test_a_removed_row_changes_nothing_else() -> None:
    assert told(diff_specs(spec(SDTM), spec(without(SDTM, "Variables", "DM", "AGE")))) == [
        ("Variables", "removed", "DM.AGE")
    ]


def test_a_name_that_changed_alone_is_a_renaming() -> None:
    new = changed(SDTM, ("Variables", "DM OLDID", "Variable", "FORMERID"))
    (change,) = diff_specs(spec(SDTM), spec(new))
    assert (change.action, change.name, change.was) == ("renamed", "DM.FORMERID", "DM.OLDID")


def test_a_name_that_changed_with_something_else_is_no_renaming() -> None:
    new = changed(SDTM, ("Variables", "DM OLDID", "Variable", "FORMERID"), ("Variables", "DM OLDID", "Length", "30"))
    assert told(diff_specs(spec(SDTM), spec(new))) == [
        ("Variables", "removed", "DM.OLDID"),
        ("Variables", "added", "DM.FORMERID"),
    ]


def test_of_two_candidates_none_is_a_renaming() -> None:
    twin = [*SDTM["Variables"][11]]
    twin[2] = "TWIN"
    old = SDTM | {"Variables": [*SDTM["Variables"], twin]}
    new = changed(old, ("Variables", "DM OLDID", "Variable", "A"), ("Variables", "DM TWIN", "Variable", "B"))
    assert {change.action for change in diff_specs(spec(old), spec(new))} == {"added", "removed"}


def test_moved_variables_are_told_by_their_neighbour() -> None:
    new = changed(SDTM, ("Variables", "DM AGE", "Order", "30"))
    (change,) = diff_specs(spec(SDTM), spec(new))
    assert (change.action, change.name, change.place) == ("moved", "DM.AGE", "after OLDID")


def test_cells_that_are_read_alike_are_no_change() -> None:
    new = changed(
        SDTM,
        ("Datasets", "DM", "Key Variables", "STUDYID,USUBJID"),
        ("Variables", "DM STUDYID", "Mandatory", "YES"),
        ("ValueLevel", "VS VSORRES VSTESTCD EQ WEIGHT", "Where Clause", "VSTESTCD  eq 'WEIGHT'"),
    )
    assert diff_specs(spec(SDTM), spec(new)) == []


def test_records_of_a_dataset_in_a_sheet_of_its_name_are_compared_by_key() -> None:
    dataset = dict(zip(SDTM["Datasets"][0], SDTM["Datasets"][1], strict=True))
    dataset |= {"Dataset": "TS", "Class": "TRIAL DESIGN", "Key Variables": "STUDYID, TSPARMCD, TSSEQ"}
    records = [["TSPARMCD", "TSSEQ", "TSVAL"], ["TITLE", "1", "A study"], ["AGEMIN", "1", "P18Y"]]
    variables = [
        dict(zip(SDTM["Variables"][0], SDTM["Variables"][1], strict=True)) | {"Dataset": "TS", "Variable": name}
        for name in records[0]
    ]
    old = SDTM | {
        "Datasets": [*SDTM["Datasets"], list(dataset.values())],
        "Variables": [*SDTM["Variables"], *(list(item.values()) for item in variables)],
        "TS": records,
    }
    new = changed(old, ("TS", 2, "TSVAL", "{WINDOW} days"))
    (change,) = diff_specs(spec(old), spec(new))
    assert (change.sheet, change.name) == ("TS", "TS: TITLE 1")
    assert changes_data(change)
    assert impact(change, sdtm=old) == Impact(("TS.TSVAL",), ("TS",))
    assert impact(Change("Parameters", ("WINDOW",), "added"), sdtm=new) == Impact(("TS.TSVAL",), ("TS",))


def test_displays_change_by_display_column_and_row() -> None:
    new = changed(
        TLF,
        ("Displays", 2, "Title", "Treated subjects"),
        ("Columns", 2, "Label", "Arm A"),
        ("Rows", 3, "Statistics", "n"),
    )
    assert told(diff_tlf(tlf(TLF), tlf(new))) == [
        ("Displays", "changed", "T-1"),
        ("Columns", "changed", "T-1: A"),
        ("Rows", "changed", "T-1: SEX"),
    ]


@settings(max_examples=15)
@given(st.permutations(range(8)))
def test_putting_the_moved_ones_back_gives_the_old_sequence(order: list[int]) -> None:
    names = [line[2] for line in SDTM["Variables"][1:9]]
    places = [("Variables", f"DM {name}", "Order", str(order[place])) for place, name in enumerate(names)]
    moved = {item.key[1] for item in diff_specs(spec(SDTM), spec(changed(SDTM, *places))) if item.action == "moved"}
    shuffled = sorted((name for name in names if name not in moved), key=lambda name: order[names.index(name)])
    assert shuffled == [name for name in names if name not in moved]
    assert bool(moved) == (order != sorted(order))


def impact(change: Change, standard: str = "SDTM", *, sdtm: Sheets = SDTM) -> Impact:
    return Graph([Study((spec(sdtm), spec(ADAM)), tlf(TLF))], registry()).impact(change, standard)


def test_a_mapping_is_followed_to_the_tables() -> None:
    change = Change("Mapping", ("DM", "AGE", ""), "changed", (CellChange("Expression", "A", "B"),))
    assert impact(change) == Impact(("DM.AGE", "ADSL.AGE", "ADSL.SAFFL", "ADSL.TRTSDTF"), ("DM", "ADSL"), ("T-1",))


@pytest.mark.parametrize(
    ("change", "standard", "variables", "displays"),
    [
        (Change("Variables", ("DM", "COUNTRY"), "added"), "SDTM", ("DM.COUNTRY",), ()),
        (Change("Parameters", ("WINDOW",), "added"), "ADaM", ("ADSL.TRTSDTF",), ()),
        (Change("Parameters", ("WINDOW",), "added"), "SDTM", (), ()),
        (Change("Methods", ("MT.SAFFL",), "added"), "ADaM", ("ADSL.SAFFL",), ("T-1",)),
        (Change("Terms", ("SEX", "U"), "added"), "SDTM", ("DM.SEX", "ADSL.SEX"), ("T-1",)),
        (Change("Terms", ("SEX", "U"), "added"), "ADaM", (), ()),
        (Change("Variables", ("DM", "SITEID"), "removed"), "SDTM", ("DM.SITEID", "ADSL.SITEID"), ("T-2",)),
        (Change("Rows", ("T-2", "SITEID"), "removed"), "", (), ("T-2",)),
        (Change("Terms", ("NY", "U"), "added"), "ADaM", (), ("T-2",)),
    ],
)  # fmt: skip
def test_changes_are_followed_through_expressions_codelists_and_displays(
    change: Change, standard: str, variables: tuple[str, ...], displays: tuple[str, ...]
) -> None:
    found = impact(change, standard)
    assert (found.variables, found.displays) == (variables, displays)


def test_in_a_spec_that_is_not_run_a_term_touches_all_variables_of_its_codelist() -> None:
    bare = spec({name: rows for name, rows in SDTM.items() if name not in ("Sources", "Mapping", "Forms")})
    found = Graph([Study((bare,), None)], registry()).impact(Change("Terms", ("AGEU", "MONTHS"), "added"), "SDTM")
    assert found.variables == ("DM.AGEU",)
    assert impact(Change("Terms", ("AGEU", "MONTHS"), "added")) == Impact()


def test_records_of_a_source_are_followed_to_all_that_reads_them() -> None:
    found = impact(Change("Sources", ("VS", "WEIGHT"), "changed", (CellChange("Where", "a", "b"),)))
    assert found.datasets == ("VS", "ADSL")
    assert found.variables == ("VS.VSSEQ", "ADSL.TRTSDT")


def test_a_form_is_followed_to_datasets() -> None:
    found = impact(Change("Forms", ("vitals",), "changed", (CellChange("Subject", "a", "b"),)))
    assert found.datasets == ("VS", "ADSL")


def test_what_the_new_version_has_no_more_is_not_to_be_built() -> None:
    old, new = spec(SDTM), spec(without(SDTM, "Variables", "DM", "SITEID"))
    adam = spec(without(ADAM, "Variables", "ADSL", "SITEID"))
    graph = Graph([Study((old, spec(ADAM)), None), Study((new, adam), None)], registry())
    found = graph.impact(Change("Variables", ("DM", "SITEID"), "removed"), "SDTM")
    assert (found.variables, found.datasets) == ((), ("DM", "ADSL"))


@pytest.mark.parametrize(
    ("sheet", "header", "runs"),
    [
        ("Variables", "Label", False),
        ("Variables", "Codelist", True),
        ("Comments", "Description", False),
        ("Methods", "Description", False),
        ("Methods", "Expression Code", True),
        ("Terms", "NCI Term Code", False),
        ("Terms", "Synonyms", True),
        ("Datasets", "Key Variables", True),
        ("Checks", "Where", False),
        ("Notes", "Text", True),
    ],
)
def test_wording_is_told_from_what_can_change_data(sheet: str, header: str, runs: bool) -> None:
    change = Change(sheet, ("A",), "changed", (CellChange(header, "1", "2"),), row={"Expression Code": "1"})
    assert changes_data(change) is runs
    assert bool(impact(replace(change, key=("T-1", "SEX")), "")) <= runs


def test_the_text_of_a_method_without_code_is_what_derives() -> None:
    change = Change("Methods", ("M",), "changed", (CellChange("Description", "1", "2"),), row={"Expression Code": ""})
    assert changes_data(change)


def test_an_expression_written_otherwise_is_wording() -> None:
    cell = CellChange("Expression Code", 'if_else(AGE>0,"Y","N")', 'if_else(AGE > 0, "Y", "N")')
    assert cell.means_the_same
    assert not changes_data(Change("Methods", ("MT.SAFFL",), "changed", (cell,), row={"Expression Code": "x"}))
    assert not CellChange("Expression Code", "AGE > 0", "AGE > 1").means_the_same
    assert not CellChange("Label", "AGE>0", "AGE > 0").means_the_same
