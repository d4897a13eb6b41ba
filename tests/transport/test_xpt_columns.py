from __future__ import annotations

import pytest

from studyspec.transport.columns import FormatParts, XptColumn, XptDataset, dataset_problems, parse_format


def problems_of(column: XptColumn, encoding: str = "ascii") -> list[str]:
    return dataset_problems(XptDataset("AE", "Adverse Events", (column,)), encoding)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", FormatParts("", 0, 0)),
        ("DATE9.", FormatParts("DATE", 9, 0)),
        ("8.", FormatParts("", 8, 0)),
        ("8.2", FormatParts("", 8, 2)),
        ("$20.", FormatParts("$", 20, 0)),
        ("$.", FormatParts("$", 0, 0)),
        ("BEST.", FormatParts("BEST", 0, 0)),
        ("$CHAR20.", FormatParts("$CHAR", 20, 0)),
        ("E8601DA10.", FormatParts("E8601DA", 10, 0)),
        ("IS8601DT19.3", FormatParts("IS8601DT", 19, 3)),
    ],
)
def test_format_is_taken_apart(text: str, parts: FormatParts) -> None:
    assert parse_format(text) == parts


NO_FORMATS = [".", "DATE9", "date9.", "8.8", "40.32", "NINECHARS.", "$LONGNAME5.", "$99999."]


@pytest.mark.parametrize("text", NO_FORMATS)
def test_what_is_no_format_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SAS format"):
        parse_format(text)


@pytest.mark.parametrize("name", ["", "AETERMLONG", "1AE", "AE TERM", "aeterm", "AÉ", "AE-1", "AE\n"])
def test_name_that_is_no_sas_name_is_refused(name: str) -> None:
    assert "is not a SAS version 5 name" in problems_of(XptColumn(name, "char", 8))[0]


@pytest.mark.parametrize("name", ["A", "_", "AETERM12", "_AE1"])
def test_sas_name_is_accepted(name: str) -> None:
    assert problems_of(XptColumn(name, "char", 8)) == []


@pytest.mark.parametrize(("column_type", "length"), [("char", 0), ("char", 201), ("num", 2), ("num", 9)])
def test_length_outside_the_format_is_refused(column_type, length) -> None:
    problems = problems_of(XptColumn("X", column_type, length))
    assert problems[0].startswith(f"AE.X: length {length} is not allowed.")


@pytest.mark.parametrize(("column_type", "length"), [("char", 1), ("char", 200), ("num", 3), ("num", 8)])
def test_length_at_the_limits_is_accepted(column_type, length) -> None:
    assert problems_of(XptColumn("X", column_type, length)) == []


def test_label_of_41_bytes_is_refused_and_of_40_accepted() -> None:
    assert "has 41 bytes" in problems_of(XptColumn("X", "char", 1, "L" * 41))[0]
    assert problems_of(XptColumn("X", "char", 1, "L" * 40)) == []


def test_label_is_measured_in_bytes_of_the_encoding() -> None:
    assert "has 41 bytes" in problems_of(XptColumn("X", "char", 1, "é" + "L" * 39), "utf-8")[0]


def test_label_outside_the_encoding_names_its_character() -> None:
    assert "the character 'é'" in problems_of(XptColumn("X", "char", 1, "Durée"))[0]


def test_label_with_control_character_or_trailing_blank_is_refused() -> None:
    assert "control character" in problems_of(XptColumn("X", "char", 1, "A\tB"))[0]
    assert "ends with a blank" in problems_of(XptColumn("X", "char", 1, "A "))[0]


@pytest.mark.parametrize(("column_type", "text"), [("char", "DATE9."), ("num", "$20.")])
def test_format_of_the_other_type_is_refused(column_type, text) -> None:
    column = XptColumn("X", column_type, 8, format=text, informat=text)
    assert [problem.split(".")[1].split(" ")[1] for problem in problems_of(column)] == ["format", "informat"]


def test_name_used_twice_is_refused() -> None:
    twice = XptDataset("AE", "", (XptColumn("X", "num", 8), XptColumn("X", "char", 8)))
    assert "AE.X: the name is used twice." in dataset_problems(twice, "ascii")[0]


def test_data_set_without_variables_is_refused() -> None:
    assert "0 variables" in dataset_problems(XptDataset("AE", "", ()), "ascii")[0]


def test_all_problems_are_listed() -> None:
    dataset = XptDataset("TOOLONGNAME", "L" * 41, (XptColumn("1X", "num", 9, "é", "DATE"),))
    assert len(dataset_problems(dataset, "ascii")) == 6
