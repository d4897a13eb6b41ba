"""Value levels: what they give to the records of their where clause, and what they require of them."""

from __future__ import annotations

import pytest
from tests.build.mini import build, forms, spec
from tests.build.test_partition import ADAM, RAW, SHEETS

from studyspec.build.data import EvaluationError
from studyspec.build.partition import Built
from studyspec.derive.registry import ENGINE
from studyspec.findings import Finding
from studyspec.spec.order import CircularDerivationError, evaluation_order

HEADER = (
    "Order | Dataset | Variable | Where Clause | Data Type | Length | Mandatory"
    " | Assigned Value | Codelist | Method | Predecessor\n"
)
METHODS = SHEETS["Methods"] + (
    '    MT.OWN  | e | Computation | e | studyspec | concat(["own", AETERM], separator=" ")\n'
    "    MT.RAWS | f | Computation | f | studyspec | ae.GRADE\n"
    "    MT.SEX  | g | Computation | g | studyspec | last(dose.DATE, order=[dose.DATE])\n"
    "    MT.NUM  | h | Computation | h | studyspec | DM.AGE\n"
)


def run(*levels: str, partitions: int = 1, **changes: str) -> Built:
    sheets = {**SHEETS, "Methods": METHODS, "ValueLevel": HEADER + "\n".join(levels), **changes}
    return build(spec("SDTM", sheets), forms(**RAW), partitions=partitions)


def terms(built: Built) -> list[str]:
    return built.datasets["AE"]["AETERM"].tolist()


def found(built: Built, code: str) -> list[Finding]:
    return [finding for finding in built.findings if finding.code == code]


def values(built: Built, variable: str) -> dict[str, object]:
    frame = built.records["AE"].frame(["AETERM", variable])
    return dict(zip(frame["AETERM"], frame[variable], strict=True))


@pytest.mark.parametrize(
    ("clause", "chosen"),
    [
        ("AETERM EQ cough", ["cough"]),
        ("AETERM NE cough", ["nausea", "fever"]),
        ("AETERM IN (cough, fever)", ["cough", "fever"]),
        ("AETERM NOTIN (cough, fever)", ["nausea"]),
        ("AESEQ GE 2", ["nausea"]),
        ("AESEQ IN (1) and AESER EQ Y", ["cough", "fever"]),
        ("DM.AGE GT 70", ["cough", "nausea"]),
    ],
)
@pytest.mark.parametrize("partitions", [1, 2])
def test_the_method_of_a_value_level_gives_the_value_of_the_records_it_selects(
    clause: str, chosen: list[str], partitions: int
) -> None:
    built = run(f"1 | AE | AEGRADE0 | {clause} | text | 10 | No | | | MT.SEX |", partitions=partitions)
    last = {"cough": "2021-01-12", "nausea": "2021-01-12", "fever": "2021-01-03"}
    before = {"cough": "", "nausea": "1", "fever": "2"}
    assert values(built, "AEGRADE0") == {term: last[term] if term in chosen else before[term] for term in before}


def test_a_value_level_goes_before_what_was_collected() -> None:
    built = run("1 | AE | AESTDTC | AETERM EQ cough | date | 10 | No | | | MT.SEX |")
    assert values(built, "AESTDTC") == {"cough": "2021-01-12", "nausea": "2021-02-01", "fever": "2021-01-03"}


def test_what_reads_a_variable_waits_for_its_value_levels() -> None:
    built = run("1 | AE | AESTDTC | AETERM EQ cough | date | 10 | No | | | MT.SEX |")
    assert values(built, "AESTDY") == {"cough": 3.0, "nausea": 23.0, "fever": 1.0}


def test_a_value_level_may_assign_or_copy_a_value() -> None:
    built = run(
        "1 | AE | AEGRADE0 | AETERM EQ cough | text | 10 | No | none | | |",
        "2 | AE | AEGRADE0 | AETERM EQ fever | text | 10 | No | | | | DM.RFSTDTC",
    )
    assert values(built, "AEGRADE0") == {"cough": "none", "nausea": "1", "fever": "2021-01-03"}


def test_raw_columns_that_only_a_value_level_reads_are_kept_for_it() -> None:
    methods = METHODS.replace("studyspec          | ae.GRADE", 'studyspec          | "x"')
    built = run("1 | AE | AEGRADE0 | AETERM EQ fever | text | 10 | No | | | MT.RAWS |", Methods=methods)
    assert values(built, "AEGRADE0") == {"cough": "x", "nausea": "x", "fever": "2"}


def test_a_value_level_that_selects_nothing_changes_nothing() -> None:
    built = run("1 | AE | AEGRADE0 | AETERM EQ rash | text | 10 | No | | | MT.SEX |")
    assert values(built, "AEGRADE0") == {"cough": "", "nausea": "1", "fever": "2"}


def test_a_value_level_that_reads_its_own_variable_is_a_circle() -> None:
    row = HEADER + "1 | AE | AETERM | AESEQ EQ 1 | text | 40 | No | | | MT.OWN |"
    circular = spec("SDTM", {**SHEETS, "Methods": METHODS, "ValueLevel": row})
    with pytest.raises(CircularDerivationError, match="AETERM"):
        evaluation_order(circular, ENGINE)


def test_a_method_of_the_wrong_type_is_a_finding_at_the_method() -> None:
    with pytest.raises(EvaluationError, match="AEGRADE0 is text") as stopped:
        run("1 | AE | AEGRADE0 | AETERM EQ cough | text | 10 | No | | | MT.NUM |")
    assert (stopped.value.finding.code, stopped.value.finding.cell) == ("BUILD-002", "specs/sdtm.xlsx!Methods!F9")


@pytest.mark.parametrize(
    ("level", "code", "column", "term"),
    [
        ("AETERM IN (cough, fever) | text | 4  | No  | |    | |", "DATA-211", "F", ["cough", "fever"]),
        ("AETERM IN (cough, fever) | text | 40 | No  | | NY | |", "DATA-210", "I", ["cough", "fever"]),
        ("AETERM IN (cough)        | float | 8 | No  | |    | |", "DATA-215", "E", ["cough"]),
    ],
)
def test_type_length_and_codelist_of_a_value_level_are_held_against_its_records(
    level: str, code: str, column: str, term: list[str]
) -> None:
    built = run(f"1 | AE | AETERM | {level}")
    problems = found(built, code)
    assert sorted(item.what.split("'")[1] for item in problems) == term
    assert {item.cell for item in problems} == {f"specs/sdtm.xlsx!ValueLevel!{column}2"}
    assert {item.severity for item in problems} == {"error"}


def test_a_mandatory_value_level_is_missing_in_its_own_records_only() -> None:
    built = run("1 | AE | AEGRADE0 | AETERM EQ cough | text | 10 | Yes | | | |")
    (finding,) = found(built, "DATA-212")
    assert (finding.form, finding.record, finding.cell) == ("ae", 3, "specs/sdtm.xlsx!ValueLevel!G2")
    assert found(run("1 | AE | AEGRADE0 | AETERM EQ fever | text | 10 | Yes | | | |"), "DATA-212") == []


@pytest.mark.parametrize(("grade", "whole"), [("2", True), ("2.0", True), ("-3", True), ("2.5", False)])
def test_text_of_an_integer_value_level_is_a_whole_number(grade: str, whole: bool) -> None:
    level = "1 | AE | AEGRADE0 | AETERM EQ fever | integer | 8 | No | | | |"
    raw = {**RAW, "ae": RAW["ae"].replace("2021-01-03,2,", f"2021-01-03,{grade},")}
    built = build(spec("SDTM", {**SHEETS, "ValueLevel": HEADER + level}), forms(**raw))
    assert bool(found(built, "DATA-214")) is not whole


def test_a_record_of_two_value_levels_is_an_error() -> None:
    built = run(
        "1 | AE | AETERM | AETERM EQ cough | text | 40 | No | | | |",
        "2 | AE | AETERM | AESER EQ Y      | text | 40 | No | | | |",
    )
    (finding,) = found(built, "DATA-218")
    assert (finding.form, finding.record, finding.cell) == ("ae", 3, "specs/sdtm.xlsx!ValueLevel!D3")


def test_value_levels_of_adam_copy_from_the_source_dataset() -> None:
    level = HEADER + "1 | ADAE | RELISAFL | AESEQ EQ 1 | text | 1 | No | | | | AE.AESER"
    built = build(spec("SDTM", SHEETS), forms(**RAW), spec("ADaM", {**ADAM, "ValueLevel": level}))
    assert built.datasets["ADAE"]["RELISAFL"].tolist() == ["Y", "", "Y"]
