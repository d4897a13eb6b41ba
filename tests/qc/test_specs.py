"""What the second programs get from the workbooks."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qc.small_study import write_workbook
from studyspec.qc.specs import read_specs, split_synonyms

CODELISTS = [
    ("ID", "Term", "Decoded Value", "Synonyms"),
    ("SEX", "F", "Female", "2; Femme"),
    ("SEX", "M", "Male", None),
    ("TEST", "T4", None, '"t(4;14)"; IGH'),
]


def test_one_row_per_synonym_and_one_for_a_term_without(tmp_path: Path) -> None:
    write_workbook(tmp_path / "sdtm.xlsx", {"Codelists": CODELISTS})
    rows = read_specs(tmp_path).codelists.to_pylist()
    assert [(row["id"], row["term"], row["decode"], row["synonym"]) for row in rows] == [
        ("SEX", "F", "Female", "2"),
        ("SEX", "F", "Female", "Femme"),
        ("SEX", "M", "Male", ""),
        ("TEST", "T4", "", "t(4;14)"),
        ("TEST", "T4", "", "IGH"),
    ]
    assert {row["workbook"] for row in rows} == {"sdtm"}


def test_parameters_are_text_as_a_person_reads_them(tmp_path: Path) -> None:
    values = [("Name", "Value"), ("WINDOW", 30), ("FACTOR", 84.75), ("CUTOFF", "2022-02-22"), ("EMPTY", None)]
    write_workbook(tmp_path / "adam.xlsx", {"Parameters": values})
    found = {row["name"]: row["value"] for row in read_specs(tmp_path).parameters.to_pylist()}
    assert found == {"WINDOW": "30", "FACTOR": "84.75", "CUTOFF": "2022-02-22", "EMPTY": ""}


def test_key_variables_are_in_order(tmp_path: Path) -> None:
    write_workbook(
        tmp_path / "sdtm.xlsx", {"Datasets": [("Dataset", "Key Variables"), ("AE", "STUDYID, USUBJID,AESEQ")]}
    )
    assert read_specs(tmp_path).keys == {"AE": ("STUDYID", "USUBJID", "AESEQ")}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='";'), min_size=1).map(str.strip).filter(bool)))
def test_synonyms_survive_with_and_without_quotes(words: list[str]) -> None:
    assert split_synonyms("; ".join(words)) == words
    assert split_synonyms("; ".join(f'"{word};{word}"' for word in words)) == [f"{word};{word}" for word in words]


def test_a_sheet_with_the_name_of_a_dataset_is_a_table_of_its_cells(tmp_path: Path) -> None:
    datasets = [("Dataset", "Key Variables"), ("TS", "TSPARMCD, TSSEQ"), ("DM", "USUBJID")]
    records = [("TSSEQ", "TSPARMCD", "TSVAL"), (1, "ACTSUB", "{COUNT}"), (None, None, None), (1, "AGEMAX", None)]
    write_workbook(tmp_path / "sdtm.xlsx", {"Datasets": datasets, "TS": records})
    found = read_specs(tmp_path).sheets
    assert list(found) == ["TS"]
    assert found["TS"].to_pylist() == [
        {"TSSEQ": "1", "TSPARMCD": "ACTSUB", "TSVAL": "{COUNT}"},
        {"TSSEQ": "1", "TSPARMCD": "AGEMAX", "TSVAL": ""},
    ]
