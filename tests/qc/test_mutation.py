"""Planting errors: exactly the edit, only in memory, and undone afterwards."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from study.reference import ROOT, study
from studyspec.derive.numbers import round_half_up
from studyspec.derive.registry import Num, Number
from studyspec.qc.mutation import COLUMNS, Edit, Mutation, MutationError, mutated, read_mutations, read_workbooks
from studyspec.study import load_study

WORKBOOKS = read_workbooks(ROOT)
WINDOW = Edit("specs/adam.xlsx", "Parameters!TEAE_WINDOW!Value", "30", "31")
ROUNDING = Edit("src/studyspec/derive/numbers.py", "round_half_up", "int(digits)", "int(digits) - 1")
KARNOFSKY = Edit("sdtm/rs.py", "KARNOFSKY", '(80, "1")', '(90, "1")')


def mutation(*edits: Edit) -> Mutation:
    return Mutation("MUT-01", "test", edits)


def rounded() -> list[float]:
    return round_half_up(Num(pd.Series([12.34])), Number(1)).tolist()


def status(score: str) -> list[str]:
    call = study().registry["performance_status"].call
    return call(pd.Series([score], dtype="str"), pd.Series(["KPS"], dtype="str")).tolist()


def test_cell_edit_changes_the_spec_and_nothing_else() -> None:
    with mutated(study(), WORKBOOKS, mutation(WINDOW)) as changed:
        assert changed.adam is not None
        assert changed.adam.constants["TEAE_WINDOW"] == 31
        assert changed.sdtm is study().sdtm
    assert study().adam.constants["TEAE_WINDOW"] == 30  # type: ignore[union-attr]


def test_several_edits_of_one_cell_add_up() -> None:
    place = "Methods!MT.AGEGR1N!Expression Code"
    edits = (
        Edit("specs/adam.xlsx", place, "AGE < 65", "AGE < 60"),
        Edit("specs/adam.xlsx", place, "AGE < 75", "AGE < 70"),
    )
    with mutated(study(), WORKBOOKS, mutation(*edits)) as changed:
        assert changed.adam is not None
        assert "AGE < 60, AGE < 70" in changed.adam.methods["MT.AGEGR1N"].expression_code


def test_function_edit_holds_wherever_the_function_was_imported() -> None:
    with mutated(study(), WORKBOOKS, mutation(ROUNDING)):
        assert rounded() == [12.0]
    assert rounded() == [12.3]


def test_function_is_restored_when_the_build_stops() -> None:
    with pytest.raises(RuntimeError), mutated(study(), WORKBOOKS, mutation(ROUNDING)):
        raise RuntimeError
    assert rounded() == [12.3]


def test_constant_of_a_study_module_can_be_edited() -> None:
    with mutated(study(), WORKBOOKS, mutation(KARNOFSKY)):
        assert status("80") == ["2"]
    assert status("80") == ["1"]


def test_another_study_loaded_since_is_not_the_one_edited() -> None:
    study()
    load_study(ROOT)
    with mutated(study(), WORKBOOKS, mutation(KARNOFSKY)):
        assert status("80") == ["2"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit("specs/adam.xlsx", "Parameters!TEAE_WINDOW!Value", "45", "31"), "there 0 times"),
        (Edit("specs/adam.xlsx", "Methods!MT.RELANYFL!Expression Code", '"Y"', '"N"'), "there 4 times"),
        (Edit("specs/adam.xlsx", "Parameters!WINDOW!Value", "30", "31"), "has 0 rows WINDOW"),
        (Edit("specs/adam.xlsx", "Parameters!TEAE_WINDOW", "30", "31"), "is not sheet!row!column"),
        (
            Edit("specs/adam.xlsx", "Comments!COM.ADSL!Description", "a", "b"),
            "no sheet Comments that",
        ),
        (Edit("src/studyspec/derive/numbers.py", "round_up", "a", "b"), "no function or constant round_up"),
        (Edit("src/studyspec/derive/numbers.py", "rounded", "nowhere", "b"), "there 0 times"),
        (Edit("sdtm/xx.py", "f", "a", "b"), "is no module of the study"),
    ],
)
def test_edit_that_does_not_fit_is_refused(edit: Edit, message: str) -> None:
    with pytest.raises(MutationError, match=message), mutated(study(), WORKBOOKS, mutation(edit)):
        pass


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_rows_of_one_id_are_edits_of_one_mutation(tmp_path: Path) -> None:
    rows = [
        COLUMNS,
        ("M1", "swap", "f", "p", "a", "b"),
        ("M2", "other", "f", "p", "a", "b"),
        ("M1", "swap", "g", "q", "b", "a"),
    ]
    first, second = read_mutations(write(tmp_path / "m.csv", rows))
    assert first == Mutation("M1", "swap", (Edit("f", "p", "a", "b"), Edit("g", "q", "b", "a")))
    assert second.id == "M2"


def test_list_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MutationError, match="M1 have different descriptions"):
        read_mutations(write(tmp_path / "m.csv", [COLUMNS, ("M1", "a", *"fpab"), ("M1", "b", *"fpab")]))
    with pytest.raises(MutationError, match="lacks the column Replace"):
        read_mutations(write(tmp_path / "n.csv", [COLUMNS[:-1], ("M1", "a", *"fpa")]))
