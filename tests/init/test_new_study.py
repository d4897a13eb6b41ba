"""A new study: what the standards ask for is laid out, and the findings say what is still to fill in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.init.laid_out import check, lay_out, names, pick, rows, run_init

from studyspec.derive.registry import ENGINE
from studyspec.init.plan import LIBRARY_TERMS, LIBRARY_VARIABLES
from studyspec.init.sheets import readme_rows
from studyspec.qc.programs import HEADER_FIELDS, find_programs
from studyspec.spec.schemas import SCHEMAS
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook import read_workbook
from studyspec.standards import adam_structure, sdtm_domain
from studyspec.study import load_functions

TO_FILL_IN = {"SPEC-102", "SPEC-116", "SPEC-119", "SPEC-307"}


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with nothing but its domains."""
    folder = tmp_path_factory.mktemp("init") / "REG1"
    return lay_out(folder, "--domains", "DM,EX,AE,VS", "--adam", "ADSL,ADAE,ADVS,ADCM")


def test_findings_name_what_is_to_fill_in_and_nothing_else(new: Path) -> None:
    assert {finding.code for finding in check(new)} == TO_FILL_IN


def test_every_variable_without_a_value_has_its_finding(new: Path) -> None:
    said = {row["Variable"] for row in rows(new, "sdtm", "Mapping")} | {"USUBJID"}
    expected = {
        f"{row['Dataset']}.{row['Variable']}"
        for row in rows(new, "sdtm", "Variables")
        if not row["Method"] and not row["Assigned Value"] and row["Variable"] not in said
    }
    found = {finding.what.split()[0] for finding in check(new) if finding.code == "SPEC-116"}
    assert "DM.SEX" in expected and expected <= found
    assert {name.split(".")[0] for name in found - expected} <= {"ADVS", "ADCM"}


def test_findings_are_listed_in_the_order_of_the_rows(new: Path) -> None:
    cells = [finding.cell for finding in sorted(check(new), key=lambda item: item.sort_key()) if "sdtm" in finding.cell]
    found = [int(cell.rpartition("!")[2].lstrip("ABCDEFGHIJK")) for cell in cells if "Variables!C" in cell]
    assert found == sorted(found) and min(found) < 10 < max(found)


@pytest.mark.parametrize("domain", ["DM", "EX", "AE", "VS"])
def test_required_and_expected_variables_are_laid_out_and_the_others_are_in_the_library(new: Path, domain: str) -> None:
    table = sdtm_domain(domain)
    assert table is not None
    laid_out = [row for row in rows(new, "sdtm", "Variables") if row["Dataset"] == domain]
    library = [row for row in rows(new, "sdtm", LIBRARY_VARIABLES) if row["Dataset"] == domain]
    asked = {item.name for item in table.variables.values() if item.core in ("Req", "Exp")}
    assert asked <= set(names(laid_out, "Variable"))
    assert sorted(names(laid_out, "Variable") + names(library, "Variable")) == sorted(table.variables)
    for row in laid_out + library:
        standard = table.variables[str(row["Variable"])]
        assert (row["Label"], row["Role"]) == (standard.label, standard.group)
        assert (row["Data Type"] in ("integer", "float")) == (standard.type == "Num")


def test_rows_of_the_library_fit_between_those_of_the_study(new: Path) -> None:
    headers = list(SCHEMAS["Variables"])
    assert list(rows(new, "sdtm", LIBRARY_VARIABLES)[0]) == headers
    orders = [row["Order"] for row in rows(new, "sdtm", "Variables") + rows(new, "sdtm", LIBRARY_VARIABLES)]
    datasets = [row["Dataset"] for row in rows(new, "sdtm", "Variables") + rows(new, "sdtm", LIBRARY_VARIABLES)]
    assert len(set(zip(datasets, orders, strict=True))) == len(orders)


def test_terms_of_short_codelists_are_all_there_and_long_ones_are_in_the_library(new: Path) -> None:
    terms = rows(new, "sdtm", "Codelists")
    assert {row["Term"] for row in terms if row["ID"] == "SEX"} == {"F", "M", "U", "INTERSEX"}
    assert pick(terms, ID="NY", Term="Y")["NCI Term Code"] == "C49488"
    assert "UNIT" not in names(terms, "ID")
    assert pick(rows(new, "sdtm", LIBRARY_TERMS), ID="UNIT", Term="mg")["Decoded Value"] == "Milligram"


def test_every_adam_variable_of_adsl_and_adae_has_its_value(new: Path) -> None:
    open_ = [finding.what for finding in check(new) if finding.code == "SPEC-116" and "adam" in finding.cell]
    assert not [what for what in open_ if what.startswith(("ADSL", "ADAE"))]


def test_adam_has_what_its_structures_require(new: Path) -> None:
    variables = rows(new, "adam", "Variables")
    for dataset, structure in (("ADSL", "ADSL"), ("ADAE", "AE"), ("ADVS", "BDS")):
        table = adam_structure(structure)
        assert table is not None
        own = [str(row["Variable"]) for row in variables if row["Dataset"] == dataset]
        filled = {found.name for name in own if (found := table.variable(name))}
        assert {item.name for item in table.variables.values() if item.core == "Req"} <= filled


def test_copied_variables_keep_the_attributes_of_their_origin(new: Path) -> None:
    sdtm = {f"{row['Dataset']}.{row['Variable']}": row for row in rows(new, "sdtm", "Variables")}
    copied = [row for row in rows(new, "adam", "Variables") if str(row["Predecessor"]).startswith(("DM.", "AE."))]
    assert len(copied) > 20
    for row in copied:
        origin = sdtm[str(row["Predecessor"])]
        assert [row[header] for header in _COPIED] == [origin[header] for header in _COPIED]


_COPIED = ("Data Type", "Length", "Codelist")


def test_start_and_end_have_their_imputation_flags(new: Path) -> None:
    flags = [row for row in rows(new, "adam", "Variables") if row["Dataset"] == "ADAE" and row["Codelist"] == "DATEFL"]
    assert [(row["Variable"], row["Method"]) for row in flags] == [("ASTDTF", "MT.ASTDTF"), ("AENDTF", "MT.AENDTF")]


def test_dates_of_adam_are_numbers_with_a_format(new: Path) -> None:
    row = pick(rows(new, "adam", "Variables"), Dataset="ADAE", Variable="ASTDT")
    assert (row["Data Type"], row["Format"], row["Method"]) == ("integer", "DATE9.", "MT.ASTDT")


def test_every_sheet_of_the_loader_is_there_with_all_its_columns(new: Path) -> None:
    without = {"sdtm": {"Analysis Displays", "Analysis Results"}, "adam": {"Forms", "Mapping"}, "tlf": set(SCHEMAS)}
    for workbook, absent in without.items():
        sheets = {name: columns for name, columns in SCHEMAS.items() if name not in {*absent, "WhereClauses"}}
        found = read_workbook(new / "specs" / f"{workbook}.xlsx").sheets
        for name, columns in (SHEETS if workbook == "tlf" else sheets).items():
            assert found[name].headers == tuple(columns)


def test_the_readme_sheet_has_a_word_on_every_sheet_that_there_can_be() -> None:
    sheets = [*(name for name in SCHEMAS if name != "WhereClauses"), LIBRARY_VARIABLES, LIBRARY_TERMS, *SHEETS]
    found = readme_rows("sdtm", {name: [] for name in sheets})
    assert [row["Topic"] for row in found if str(row["Explanation"]).startswith("The records of")] == []


def test_same_request_gives_same_bytes(new: Path, tmp_path: Path) -> None:
    again = lay_out(tmp_path / "REG1", "--domains", "DM,EX,AE,VS", "--adam", "ADSL,ADAE,ADVS,ADCM")
    first = {path.relative_to(new): path.read_bytes() for path in new.rglob("*") if path.is_file()}
    assert {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()} == first
    assert len(first) > 15


def test_qc_has_a_program_per_dataset_that_runs_and_finds_nothing(new: Path) -> None:
    programs = {program.name: program for program in find_programs(new)}
    assert set(programs) == {"dm", "ex", "ae", "vs", "adsl", "adae", "advs", "adcm"}
    for program in programs.values():
        assert set(program.header) == set(HEADER_FIELDS)
        assert not program.trespasses
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema qc")
        warehouse.execute(programs["ae"].text)
        columns = [row[0] for row in warehouse.execute("describe qc.ae").fetchall()]
        assert warehouse.execute("select count(*) from qc.ae").fetchone() == (0,)
    assert columns == [row["Variable"] for row in rows(new, "sdtm", "Variables") if row["Dataset"] == "AE"]


def test_tracker_lists_every_output(new: Path) -> None:
    lines = (new / "qc" / "tracker.csv").read_text().splitlines()
    assert lines == ["Output,Risk,Reason", *(f"{name},," for name in _OUTPUTS)]


_OUTPUTS = ("DM", "EX", "AE", "VS", "ADSL", "ADAE", "ADVS", "ADCM", "T-14-1-1")


def test_example_functions_are_functions_of_the_study(new: Path) -> None:
    registry, findings = load_functions(new)
    assert findings == []
    assert set(registry.names()) - set(ENGINE.names()) == {"site_of", "ideal_weight"}


def test_trial_design_has_a_sheet_for_its_records(tmp_path: Path) -> None:
    study = lay_out(tmp_path / "S", "--domains", "DM,TS", "--adam", "")
    assert pick(rows(study, "sdtm", "Datasets"), Dataset="TS")["Reference Data"] == "Yes"
    headers = read_workbook(study / "specs" / "sdtm.xlsx").sheets["TS"].headers
    assert headers == ("TSSEQ", "TSPARMCD", "TSPARM", "TSVAL", "TSVALCD", "TSVCDREF", "TSVCDVER")
    assert not [finding for finding in check(study) if finding.what.startswith(("TS.", "TS has"))]


def test_without_adam_there_is_sdtm_only(tmp_path: Path) -> None:
    study = lay_out(tmp_path / "S", "--adam", "")
    assert sorted(path.name for path in (study / "specs").iterdir()) == ["sdtm.xlsx"]
    assert not (study / "qc" / "adam").exists()
    assert not (study / "adam").exists() and not (study / "tlf").exists()
    page = (study / "README.md").read_text()
    assert not any(word in page for word in ("adam.xlsx", "tlf", "table.", "ADaMIG")), page
    assert {finding.code for finding in check(study)} == TO_FILL_IN - {"SPEC-307"}


def test_dm_and_adsl_come_first_even_if_not_named(tmp_path: Path) -> None:
    study = lay_out(tmp_path / "S", "--domains", "ae", "--adam", "adae")
    assert names(rows(study, "sdtm", "Datasets"), "Dataset") == ["DM", "AE"]
    assert names(rows(study, "adam", "Datasets"), "Dataset") == ["ADSL", "ADAE"]


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    result = run_init(tmp_path)
    assert result.exit_code == 2 and "is not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--domains", "DM,AEE"), "AEE is no domain"),
        (("--adam", "ADSL,AE"), "'AE' is no name of an analysis dataset"),
        (("--study-id", "a b"), "'a b' is no study identifier"),
        (("--example", "--raw", "."), "exclude each other"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_before_anything_is_written(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = run_init(tmp_path / "S", *options)
    assert result.exit_code == 2 and said in result.output
    assert not (tmp_path / "S").exists()
