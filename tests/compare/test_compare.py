"""What counts as a difference, and the SYSINFO it makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from compare.samples import frame, labs, number, other, plain, text, with_rows, with_value, with_variable
from studyspec.compare.compare import compare_datasets
from studyspec.compare.criterion import EXACT, Criterion, criterion_of
from studyspec.compare.dataset import Dataset, Variable, dataset_from_frame
from studyspec.compare.faults import CompareError
from studyspec.compare.result import Comparison

IDS = ("USUBJID", "LBSEQ")
NAN = float("nan")


def against_labs(compare: Dataset, criterion: Criterion = EXACT) -> Comparison:
    return compare_datasets(labs(), compare, id_variables=IDS, criterion=criterion)


def one_number(base: float, compare: float, criterion: Criterion = EXACT) -> Comparison:
    return compare_datasets(plain("B.X", X=number(base)), plain("C.X", X=number(compare)), criterion=criterion)


def test_the_same_data_have_sysinfo_zero() -> None:
    result = against_labs(other())
    assert (result.sysinfo, result.conditions) == (0, ())
    assert result.observations().empty
    assert not result.variables["ndif"].any()


@pytest.mark.parametrize(
    ("changed", "condition", "code"),
    [
        (other(label="Labs"), "DSLABEL", 1),
        (other(type="CORR"), "DSTYPE", 2),
        (with_variable(other(), "LBDT", informat="DATE9."), "INFORMAT", 4),
        (with_variable(other(), "LBDT", format="YYMMDD10."), "FORMAT", 8),
        (with_variable(other(), "LBTEST", length=41), "LENGTH", 16),
        (with_variable(other(), "USUBJID", label="Subject"), "LABEL", 32),
        (with_rows(other(), 0, 1, 2), "BASEOBS", 64),
        (with_rows(other(), 0, 1, 2, 3, 3), "COMPOBS", 128),
        (replace(other(), variables=labs().variables[:-1]), "BASEVAR", 1024),
        (with_value(other(), 1, "LBSTRESN", 141.0), "VALUE", 4096),
        (with_value(other(), 1, "LBTEST", "sodium"), "VALUE", 4096),
    ],
)
def test_each_difference_alone_gives_its_bit(changed: Dataset, condition: str, code: int) -> None:
    result = against_labs(changed)
    assert (result.conditions, result.sysinfo) == ((condition,), code)


def test_a_variable_of_the_comparison_data_set_only_gives_compvar() -> None:
    base = replace(labs(), variables=labs().variables[:-1])
    assert compare_datasets(base, other()).sysinfo == 2048


def test_types_that_conflict_are_not_compared() -> None:
    values = labs().frame.assign(LBDT=text("22000", "22001", "22002", "22003"))
    result = against_labs(with_variable(other(frame=values), "LBDT", type="char", format="$9.", label="Other"))
    assert result.conditions == ("TYPE",)
    assert result.variables.set_index("variable").loc["LBDT", "role"] == "conflicting type"


def test_bits_add_up() -> None:
    result = against_labs(with_rows(with_value(other(label="Labs"), 0, "LBSTRESN", 0.0), 0, 1, 2))
    assert result.sysinfo == 1 + 64 + 4096


def test_the_order_of_variables_and_rows_is_no_difference_with_ids() -> None:
    shuffled = with_rows(other(variables=labs().variables[::-1]), 3, 1, 0, 2)
    result = against_labs(shuffled)
    assert result.sysinfo == 0
    assert any("COMPARE.LB is not sorted by the ID variables" in note for note in result.notes)


def test_names_have_no_case() -> None:
    base, compare = plain("B.X", ID=text("a"), Age=number(1)), plain("C.X", id=text("a"), AGE=number(2))
    result = compare_datasets(base, compare, id_variables=["Id"], criterion=EXACT)
    assert result.values("AGE")["difference"].tolist() == [1.0]


def test_trailing_blanks_do_not_count_but_leading_ones_do() -> None:
    base = plain("B.X", A=text("x", "", " x", "x y"))
    compare = plain("C.X", A=text("x  ", "   ", "x", "x  y"))
    assert compare_datasets(base, compare).values("A")["base_obs"].tolist() == [3, 4]


def test_a_tab_at_the_end_is_no_blank() -> None:
    assert compare_datasets(plain("B.X", A=text("x")), plain("C.X", A=text("x\t"))).sysinfo == 4096


def test_the_text_na_is_a_value() -> None:
    result = compare_datasets(plain("B.X", A=text("NA")), plain("C.X", A=text("")))
    assert result.variables[["ndif", "missdif"]].to_numpy().tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [("", "", True), ("A", "A", True), ("", "A", False), ("A", "B", False), ("_", "_", True), ("_", "", False)],
)
def test_a_missing_value_equals_only_the_same_missing_value(before: str, after: str, equal: bool) -> None:
    sides = [
        replace(plain(name, X=number(NAN, 1)), special={"X": text(letter, "")})
        for name, letter in (("B.X", before), ("C.X", after))
    ]
    result = compare_datasets(*sides, criterion=criterion_of("absolute", 1e9))
    assert (result.sysinfo == 0) is equal
    assert result.variables["missdif"].tolist() == [0 if equal else 1]


def test_a_special_missing_differs_from_an_ordinary_one_of_a_file_without_special_missings() -> None:
    base = replace(plain("B.X", X=number(NAN, NAN)), special={"X": text("", "C")})
    found = compare_datasets(base, plain("C.X", X=number(NAN, NAN))).values("X")
    assert found[["base_obs", "base", "compare"]].to_numpy().tolist() == [[2, ".C", "."]]


def test_a_missing_value_against_a_number_is_unequal_under_every_criterion() -> None:
    for method in ("exact", "absolute", "relative", "percent"):
        assert one_number(NAN, 0.0, criterion_of(method)).sysinfo == 4096
        assert one_number(0.0, NAN, criterion_of(method)).sysinfo == 4096


def test_a_value_within_the_criterion_is_equal_but_counted_as_not_exactly_equal() -> None:
    result = one_number(1.0, 1.25, criterion_of("absolute", 0.25))
    assert result.sysinfo == 0
    row = result.variables.iloc[0]
    assert (row["ndif"], row["inexact"], row["maxdif"]) == (0, 1, 0.25)


def test_shuffled_reordered_and_noisy_analysis_data_are_equal_by_default() -> None:
    base = plain("BASE.ADLB", USUBJID=text("1", "2", "3"), AVAL=number(0.1, 1e6, 0.0), ADT=number(22000, NAN, 22003))
    noisy = frame(
        ADT=number(22003, 22000, NAN), AVAL=number(1e-12, 0.1 + 1e-12, 1e6 + 1e-12), USUBJID=text("3", "1", "2")
    )
    compare = dataset_from_frame(noisy, "COMPARE.ADLB")
    assert compare_datasets(base, compare, id_variables=["USUBJID"]).sysinfo == 0
    assert compare_datasets(base, compare, id_variables=["USUBJID"], criterion=EXACT).sysinfo == 4096


def test_counts_of_unequal_values_and_of_those_with_a_missing() -> None:
    base = plain("B.X", X=number(1, NAN, 3, NAN, 5), Y=text("a", "b", "", "d", "e"))
    compare = plain("C.X", X=number(1, 2, NAN, NAN, 7), Y=text("a", "", "c", "D", "e"))
    result = compare_datasets(base, compare)
    assert result.variables[["ndif", "missdif"]].to_numpy().tolist() == [[3, 2], [3, 2]]
    assert result.variables["maxdif"].tolist()[0] == 2.0
    assert (result.unequal_pairs + 1).tolist() == [2, 3, 4, 5]


def test_differences_and_percents_are_those_of_sas() -> None:
    found = compare_datasets(plain("B.X", X=number(-100, 0, NAN)), plain("C.X", X=number(-90, 5, 1))).values("X")
    assert found["difference"].tolist()[:2] == [10.0, 5.0]
    assert found["percent"].tolist()[0] == -10.0
    assert np.isnan(found["percent"].tolist()[1:] + found["difference"].tolist()[2:]).all()


def test_values_name_the_observations_and_their_ids() -> None:
    changed = with_value(with_rows(other(), 3, 2, 1, 0), 2, "LBSTRESN", 139.25)
    found = against_labs(changed).values("LBSTRESN")
    assert found.drop(columns=["percent"]).to_dict("records") == [
        {
            "base_obs": 2,
            "compare_obs": 3,
            "USUBJID": "S-001",
            "LBSEQ": "2",
            "base": "140",
            "compare": "139.25",
            "difference": -0.75,
        }
    ]


def test_observations_of_one_side_are_named() -> None:
    changed = with_value(with_rows(other(), 0, 1, 2), 2, "LBSEQ", 7.0)
    result = against_labs(changed)
    rows = [["base", 3, "S-002", "1"], ["base", 4, "S-003", "1"], ["compare", 3, "S-002", "7"]]
    assert result.observations().to_numpy().tolist() == rows
    assert result.observations(1).to_numpy().tolist() == [rows[0], rows[2]]


def test_duplicates_are_noted_with_the_first_of_them() -> None:
    notes = against_labs(with_rows(other(), 0, 0, 1, 2, 3)).notes
    assert len(notes) == 1
    assert "COMPARE.LB contains a duplicate observation at observation number 2 (USUBJID=S-001 LBSEQ=1)." in notes[0]


def test_attributes_that_a_source_does_not_store_are_not_compared_and_a_note_says_so() -> None:
    result = against_labs(dataset_from_frame(labs().frame, "COMPARE.LB"))
    assert result.sysinfo == 0
    assert any("COMPARE.LB: the source does not store length, format, informat, label" in note for note in result.notes)


def test_a_frame_with_described_variables_has_its_attributes_compared() -> None:
    described = [replace(item, label="Changed") for item in labs().variables]
    result = against_labs(dataset_from_frame(labs().frame, "COMPARE.LB", described, labs().label))
    assert set(result.attributes["attribute"]) == {"label"}
    assert set(result.attributes["variable"]) == set(labs().by_name)


def test_no_observations_in_common_are_noted() -> None:
    result = against_labs(with_rows(other()))
    assert result.conditions == ("BASEOBS",)
    assert any("no matching observations" in note for note in result.notes)


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        (["USUBJID", "NOPE"], "BASE.LB and COMPARE.LB has no variable NOPE"),
        (["USUBJID", "usubjid"], "USUBJID is named twice"),
    ],
)
def test_id_variables_that_do_not_fit_are_refused(ids: list[str], complaint: str) -> None:
    with pytest.raises(CompareError, match=complaint):
        compare_datasets(labs(), other(), id_variables=ids)


def test_an_id_of_two_types_is_refused() -> None:
    with pytest.raises(CompareError, match="ID is char in one data set and num in the other"):
        compare_datasets(plain("B.X", ID=text("1")), plain("C.X", ID=number(1)), id_variables=["ID"])


def test_a_frame_brings_dates_integers_and_booleans_to_sas_numbers() -> None:
    made = dataset_from_frame(
        pd.DataFrame(
            {
                "N": pd.array([1, None], dtype="Int64"),
                "B": [True, False],
                "D": pd.to_datetime(["2022-11-23", None]).date,
                "T": pd.to_datetime(["1960-01-01 00:00:01", None]),
                "C": pd.Categorical(["x", None]),
                "S": ["x", None],
            }
        ),
        "B.X",
    )
    assert made.frame.iloc[0].tolist() == [1.0, 1.0, 22972.0, 1.0, "x", "x"]
    assert made.frame.iloc[1, [4, 5]].tolist() == ["", ""]
    assert np.isnan(made.frame.iloc[1, [0, 2, 3]].astype(float)).all()
    assert [variable.type for variable in made.variables] == ["num"] * 4 + ["char"] * 2


@pytest.mark.parametrize(
    ("values", "complaint"),
    [([[1], [2]], "B.X.A is neither text nor a number"), ([2**53 + 1, 0], "B.X.A is neither"), ([1, "x"], "B.X.A")],
)
def test_a_column_that_sas_cannot_hold_is_refused(values: list[object], complaint: str) -> None:
    with pytest.raises(CompareError, match=complaint):
        dataset_from_frame(pd.DataFrame({"A": pd.Series(values)}), "B.X")


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(CompareError, match="AGE is there twice"):
        dataset_from_frame(pd.DataFrame({"AGE": [1.0], "Age": [2.0]}), "B.X")
    with pytest.raises(CompareError, match="AGE is there twice"):
        Dataset(
            "B.X", (Variable("AGE", "num", 8), Variable("age", "num", 8)), pd.DataFrame({"AGE": [1.0], "age": [1.0]})
        )


def test_the_length_of_text_of_unknown_length_is_that_of_its_longest_value() -> None:
    made = plain("B.X", A=text("é  ", "x"), B=text("", ""))
    assert [variable.length for variable in made.variables] == [2, 1]
