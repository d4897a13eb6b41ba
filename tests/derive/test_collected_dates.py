"""Dates as sites type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.spec_tables import run, text
from studyspec.derive.collected_dates import UNKNOWN, month_number, read_date, read_time
from studyspec.findings import Finding

TOKENS = frozenset({"", "?", *(token.casefold() for token in UNKNOWN)})
DATES = st.dates(min_value=date(1940, 1, 1), max_value=date(2039, 12, 31))
FORMATS = {
    "dd-MON-yyyy": "%d-%b-%Y",
    "dd/mm/yyyy": "%d/%m/%Y",
    "mm/dd/yyyy": "%m/%d/%Y",
    "dd.mm.yyyy": "%d.%m.%Y",
    "yyyy-mm-dd": "%Y-%m-%d",
    "ddMONyyyy": "%d%b%Y",
    "yyyymmdd": "%Y%m%d",
    "dd-MON-yy": "%d-%b-%y",
    "dd/mm/yy": "%d/%m/%y",
}


def iso(collected: str, order: str = "dd-MON-yyyy") -> str:
    return read_date(collected, order, TOKENS, 1940).iso


def read(collected: str, order: str = "dd-MON-yyyy", **columns: str) -> tuple[str, list[Finding]]:
    findings: list[Finding] = []
    arguments = "".join(f", {name}={name.upper()}" for name in columns)
    given_columns = {name.upper(): text(value) for name, value in columns.items()}
    expression = f"iso8601(STDT, format=FORMAT{arguments})"
    values = run(expression, {"STDT": text(collected), "FORMAT": text(order), **given_columns}, findings=findings)
    return str(values[0]), findings


@given(DATES, st.sampled_from(sorted(FORMATS)))
def test_every_date_is_read_back_in_every_format(day: date, order: str) -> None:
    assert iso(day.strftime(FORMATS[order]).upper(), order) == day.isoformat()


@given(st.text(max_size=15), st.sampled_from(["", "nonsense", *FORMATS]))
def test_any_text_is_read_or_said_to_be_wrong(collected: str, order: str) -> None:
    reading = read_date(collected, order, TOKENS, 1940)
    assert reading.iso == "" or date.fromisoformat((reading.iso + "-01-01")[:10])
    assert not (reading.iso and reading.wrong and "time" not in reading.wrong)


@given(
    st.lists(st.sampled_from(["15", "3", "31", "00", "UN", "MAR", "JUI", "2021", "21", "-", "/", " ", "?"]), max_size=7)
)
def test_any_mix_of_date_parts_is_read_or_said_to_be_wrong(parts: list[str]) -> None:
    for order in ("", "dd/mm/yyyy", "mm/dd/yyyy"):
        found = iso("".join(parts), order)
        assert found == "" or date.fromisoformat((found + "-01-01")[:10])


@pytest.mark.parametrize(
    ("collected", "order", "expected"),
    [
        ("UNK-MAR-2021", "dd-MON-yyyy", "2021-03"),
        ("UN-UNK-2021", "dd-MON-yyyy", "2021"),
        ("UN/UNK/2021", "dd/mm/yyyy", "2021"),
        ("03/UN/2021", "mm/dd/yyyy", "2021-03"),
        ("UNK", "dd/mm/yyyy", ""),
        ("UN-UNK-UNK", "dd-MON-yyyy", ""),
        ("", "dd/mm/yyyy", ""),
        ("2021", "dd/mm/yyyy", "2021"),
        ("03.2021", "dd.mm.yyyy", "2021-03"),
        ("03/2021", "mm/dd/yyyy", "2021-03"),
        ("MAR-2021", "dd-MON-yyyy", "2021-03"),
        ("2021-03", "dd/mm/yyyy", "2021-03"),
        ("15-MRZ-2021", "dd/mm/yyyy", "2021-03-15"),
        ("15 marzo 2021", "mm/dd/yyyy", "2021-03-15"),
        ("Mar 15, 2021", "dd/mm/yyyy", "2021-03-15"),
        ("15-MAR-21", "dd-MON-yyyy", "2021-03-15"),
        ("15-MAR-45", "dd-MON-yyyy", "1945-03-15"),
        ("2021-03-04", "dd/mm/yyyy", "2021-03-04"),
        ("2021/03/04", "mm/dd/yyyy", "2021-03-04"),
        ("2021-03-15T08:30", "dd/mm/yyyy", "2021-03-15T08:30"),
        ("15-MAR-2021 08:30:05", "dd-MON-yyyy", "2021-03-15T08:30:05"),
        (" 15-MAR-2021 ", "dd-MON-yyyy", "2021-03-15"),
        ("29-FEB-2020", "dd-MON-yyyy", "2020-02-29"),
        ("15/03/2021", "", "2021-03-15"),
        ("05/05/2021", "", "2021-05-05"),
    ],
)
def test_date_is_kept_as_far_as_it_is_known(collected: str, order: str, expected: str) -> None:
    value, findings = read(collected, order)
    assert (value, findings) == (expected, [])


@pytest.mark.parametrize(
    ("collected", "order", "reason"),
    [
        ("29-FEB-2021", "dd-MON-yyyy", "'29-FEB-2021' does not exist as a date."),
        ("15/13/2021", "dd/mm/yyyy", "does not exist"),
        ("13/03/2021", "mm/dd/yyyy", "does not exist"),
        ("00-MAR-2021", "dd-MON-yyyy", "does not exist"),
        ("15-MAR-0021", "dd-MON-yyyy", "does not exist"),
        ("03/04/2021", "", "'03/04/2021' is not a date."),
        ("15-JUI-2021", "dd-MON-yyyy", "does not exist"),
        ("last spring", "dd-MON-yyyy", "is not a date in the format dd-MON-yyyy"),
        ("15-MAR", "dd-MON-yyyy", "is not a date in the format dd-MON-yyyy"),
        ("15:03:2021", "dd/mm/yyyy", "is not a date"),
        ("15/03/2021", "dd/mm", "The format 'dd/mm' of date '15/03/2021' is not known."),
    ],
)
def test_what_cannot_be_read_is_missing_and_reported(collected: str, order: str, reason: str) -> None:
    value, findings = read(collected, order)
    assert value == ""
    assert [(item.code, reason in item.what) for item in findings] == [("DATA-101", True)]


@pytest.mark.parametrize(
    ("collected", "kept"), [("15-UNK-2021", "2021"), ("15-MAR-UNK", ""), ("UNK-MAR-UNK", ""), ("15-UNK-UNK", "")]
)
def test_known_part_after_an_unknown_one_is_left_out_and_reported(collected: str, kept: str) -> None:
    value, findings = read(collected)
    assert (value, [item.code for item in findings]) == (kept, ["DATA-104"])


def test_time_is_added_to_complete_dates_only() -> None:
    assert read("15-MAR-2021", time="8:05")[0] == "2021-03-15T08:05"
    assert read("MAR-2021", time="8:05")[0] == "2021-03"
    assert read("15-MAR-2021", time="") == ("2021-03-15", [])
    assert read("15-MAR-2021", time="UNK") == ("2021-03-15", [])


def test_unreadable_time_is_reported_and_the_date_stays() -> None:
    value, findings = read("15-MAR-2021", time="25:00")
    assert (value, findings[0].what) == ("2021-03-15", "'25:00' is not a time of day.")


@pytest.mark.parametrize(
    ("collected", "expected"),
    [
        ("08:30", "08:30"),
        ("8.30", "08:30"),
        ("0830", "08:30"),
        ("8h30", "08:30"),
        ("08:30:15", "08:30:15"),
        ("12:00 AM", "00:00"),
        ("12:00 pm", "12:00"),
        ("1:15 PM", "13:15"),
        ("13:15 PM", ""),
        ("24:00", ""),
        ("8:60", ""),
        ("noon", ""),
    ],
)
def test_clock_times(collected: str, expected: str) -> None:
    time, wrong = read_time(collected)
    assert (time, bool(wrong)) == (expected, expected == "")


def test_unknown_tokens_can_be_given() -> None:
    columns = {"STDT": text("XY-MAR-2021", "UNK-MAR-2021")}
    assert run('iso8601(STDT, format="dd-MON-yyyy", unknown=["XY"])', columns) == ["2021-03", ""]


def test_two_digit_years_begin_at_the_cutoff() -> None:
    columns = {"STDT": text("15-MAR-49", "15-MAR-50")}
    assert run('iso8601(STDT, format="dd-MON-yyyy", year_cutoff=1950)', columns) == ["2049-03-15", "1950-03-15"]


def test_format_may_differ_from_record_to_record() -> None:
    columns = {"STDT": text("03/04/2021", "03/04/2021"), "FORMAT": text("dd/mm/yyyy", "mm/dd/yyyy")}
    assert run("iso8601(STDT, format=FORMAT)", columns) == ["2021-04-03", "2021-03-04"]


def test_finding_names_the_record() -> None:
    findings: list[Finding] = []
    run(
        'iso8601(STDT, format="dd/mm/yyyy")',
        {"STDT": text("1/1/2021", "x"), "_form": text("ae", "ae")},
        findings=findings,
    )
    assert [(item.form, item.record) for item in findings] == [("ae", 1)]


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("JAN GEN ENE OCA", 1),
        ("FEB FEV SUB Şub février", 2),
        ("MAR MRZ Mär März marzo", 3),
        ("APR AVR ABR NIS", 4),
        ("MAY MAI MAG", 5),
        ("JUN GIU HAZ juin", 6),
        ("JUL LUG TEM juillet", 7),
        ("AUG AGO AOU AGU Ağu août", 8),
        ("SEP SET EYL", 9),
        ("OCT OKT OTT EKI", 10),
        ("NOV KAS Kasım", 11),
        ("DEC DEZ DIC ARA", 12),
        ("JUI XYZ MA", 0),
    ],
)
def test_month_names_of_several_languages(names: str, month: int) -> None:
    assert {month_number(name) for name in names.split()} == {month}


def test_parts_that_were_collected_apart() -> None:
    columns = {
        "Y": text("1949", "1949", "", "x", "1949"),
        "M": text("3", "UNK", "3", "3", "2"),
        "D": text("7", "", "", "", "30"),
    }
    findings: list[Finding] = []
    values = run("iso8601_from_parts(Y, M, D)", columns, findings=findings)
    assert values == ["1949-03-07", "1949", "", "", ""]
    assert sorted(item.code for item in findings) == ["DATA-101", "DATA-101", "DATA-104"]
