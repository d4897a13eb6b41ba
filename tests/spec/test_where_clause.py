"""Where clauses: Pinnacle 21's text is read, and what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.spec.model import Condition
from studyspec.spec.schemas import COMPARATORS
from studyspec.spec.where_clause import WhereClauseError, parse_where_clause, sheet_values, where_clause_text

NAMES = st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    comparator = draw(st.sampled_from(COMPARATORS))
    count = 3 if comparator in ("IN", "NOTIN") else 1
    values = draw(st.lists(VALUES, min_size=1, max_size=count))
    return Condition(draw(NAMES), draw(NAMES), comparator, tuple(values))


@given(st.lists(conditions(), min_size=1, max_size=3))
def test_what_is_written_is_read_back(clause: list[Condition]) -> None:
    assert parse_where_clause(where_clause_text(clause, "VS"), "VS") == tuple(clause)


@given(st.text(max_size=40))
def test_any_text_is_a_clause_or_an_error_of_its_own(text: str) -> None:
    try:
        assert parse_where_clause(text, "VS")
    except WhereClauseError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VSTESTCD EQ WEIGHT", [("VS", "VSTESTCD", "EQ", ("WEIGHT",))]),
        ("VSTESTCD IN (WEIGHT, HEIGHT)", [("VS", "VSTESTCD", "IN", ("WEIGHT", "HEIGHT"))]),
        ("VSTESTCD in (WEIGHT,HEIGHT)", [("VS", "VSTESTCD", "IN", ("WEIGHT", "HEIGHT"))]),
        ("VSTESTCD NOT IN (WEIGHT)", [("VS", "VSTESTCD", "NOTIN", ("WEIGHT",))]),
        ('AE.AETERM EQ "x, y"', [("AE", "AETERM", "EQ", ("x, y",))]),
        ("AETERM EQ 'it''s'", [("VS", "AETERM", "EQ", ("it's",))]),
        ("AVAL GE -1.5", [("VS", "AVAL", "GE", ("-1.5",))]),
        ("QNAM EQ O'NEIL", [("VS", "QNAM", "EQ", ("O'NEIL",))]),
        (
            'LBTESTCD IN (HCT, WBC) and LBSPEC EQ BLOOD AND LBNAM EQ "LOCAL LAB"',
            [
                ("VS", "LBTESTCD", "IN", ("HCT", "WBC")),
                ("VS", "LBSPEC", "EQ", ("BLOOD",)),
                ("VS", "LBNAM", "EQ", ("LOCAL LAB",)),
            ],
        ),
    ],
)
def test_clauses_as_pinnacle_21_writes_them(text: str, expected: list[tuple[object, ...]]) -> None:
    found = parse_where_clause(text, "VS")
    assert [(item.dataset, item.variable, item.comparator, item.values) for item in found] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a variable was expected"),
        ("VSTESTCD", "after VSTESTCD one of EQ"),
        ("VSTESTCD = WEIGHT", "Write EQ instead of ="),
        ("VSTESTCD EQ", "a value is missing after VSTESTCD"),
        ("VSTESTCD EQ (A, B)", "takes one value. Use IN"),
        ("VSTESTCD IN WEIGHT", "takes a list in brackets"),
        ("VSTESTCD IN (A B)", "values between commas"),
        ("VSTESTCD IN (A", "closed by a bracket"),
        ("VSTESTCD IN ()", "a value is missing"),
        ("VSTESTCD EQ A or VSTESTCD EQ B", "Use IN (A, B)"),
        ("LBNAM EQ LOCAL LAB", "in double quotes"),
        ('LBNAM EQ "LOCAL', 'the quote " is not closed'),
        ("1X EQ A", "a variable was expected instead of '1X'"),
    ],
)
def test_other_texts_are_explained(text: str, message: str) -> None:
    with pytest.raises(WhereClauseError) as caught:
        parse_where_clause(text, "VS")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "comparator", "expected"),
    [
        ("WEIGHT", "EQ", ("WEIGHT",)),
        ("x, y", "EQ", ("x, y",)),
        ("WEEK 2, WEEK 4", "IN", ("WEEK 2", "WEEK 4")),
        ('"A, B", C', "NOTIN", ("A, B", "C")),
        ("", "EQ", ("",)),
        ("", "IN", ("",)),
    ],
)
def test_values_on_the_sheet_of_older_workbooks(text: str, comparator: str, expected: tuple[str, ...]) -> None:
    assert sheet_values(text, comparator) == expected
