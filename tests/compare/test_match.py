"""Which observation belongs to which."""

from dataclasses import replace

import pandas as pd

from compare.samples import number, plain, text
from studyspec.compare.match import Match, match_by_id, match_by_position


def pairs(match: Match) -> list[tuple[int, int]]:
    return list(zip(match.base_rows.tolist(), match.compare_rows.tolist(), strict=True))


def test_by_position_the_first_meets_the_first_and_the_rest_is_left() -> None:
    match = match_by_position(3, 1)
    assert pairs(match) == [(0, 0)]
    assert match.base.only.tolist() == [1, 2]
    assert match.ends == ((0, 0), (2, -1))


def test_by_id_rows_meet_in_the_order_of_the_id() -> None:
    match = match_by_id(plain("B.X", ID=text("b", "a")), plain("C.X", ID=text("a", "c", "b")), ["ID"])
    assert pairs(match) == [(1, 0), (0, 2)]
    assert match.compare.only.tolist() == [1]
    assert (match.base.sorted, match.compare.sorted) == (False, False)
    assert match.ends == ((1, 0), (-1, 1))


def test_several_id_variables_sort_the_first_first() -> None:
    base = plain("B.X", ID=text("b", "a", "a"), SEQ=number(1, 10, 9))
    match = match_by_id(base, base, ["ID", "SEQ"])
    assert match.base_rows.tolist() == [2, 1, 0]


def test_ids_sort_by_bytes_and_trailing_blanks_do_not_count() -> None:
    base = plain("B.X", ID=text("é", "a", "Z", "a "))
    match = match_by_id(base, plain("C.X", ID=text("a  ", "a")), ["ID"])
    assert pairs(match) == [(1, 0), (3, 1)]
    assert match.base.order.tolist() == [2, 1, 3, 0]


def test_equal_ids_meet_one_to_one_and_the_surplus_has_no_partner() -> None:
    base, compare = plain("B.X", ID=number(1, 1, 2, 3, 3, 3)), plain("C.X", ID=number(1, 1, 1, 2, 3, 3))
    match = match_by_id(base, compare, ["ID"])
    assert pairs(match) == [(0, 0), (1, 1), (2, 3), (3, 4), (4, 5)]
    assert (match.base.only.tolist(), match.compare.only.tolist()) == ([5], [2])
    assert (match.base.duplicates, match.base.first_duplicate) == (3, 1)
    assert (match.compare.duplicates, match.compare.first_duplicate) == (3, 1)


def test_missing_ids_meet_their_own_kind_and_sort_as_in_sas() -> None:
    nan = float("nan")
    base = replace(plain("B.X", ID=number(-5, nan, nan, nan)), special={"ID": text("", "A", "", "_")})
    compare = plain("C.X", ID=number(nan, -5))
    match = match_by_id(base, compare, ["ID"])
    assert match.base.order.tolist() == [3, 2, 1, 0]
    assert pairs(match) == [(2, 0), (0, 1)]


def test_zero_has_no_sign() -> None:
    assert pairs(match_by_id(plain("B.X", ID=number(0.0)), plain("C.X", ID=number(-0.0)), ["ID"])) == [(0, 0)]


def test_no_rows_match_no_rows() -> None:
    empty = plain("B.X", ID=text(), SEQ=number())
    full = plain("C.X", ID=text("a"), SEQ=number(1))
    assert pairs(match_by_id(empty, empty, ["ID", "SEQ"])) == []
    match = match_by_id(empty, full, ["ID", "SEQ"])
    assert (match.compare.only.tolist(), match.ends) == ([0], ((-1, 0), (-1, 0)))
    assert match_by_position(0, 0).ends == ((-1, -1), (-1, -1))


def test_many_id_variables_do_not_overflow() -> None:
    rows = 300
    columns = {f"K{place}": pd.Series([float((row * 7 + place) % rows) for row in range(rows)]) for place in range(9)}
    base = plain("B.X", **columns)
    match = match_by_id(base, base, list(columns))
    assert (match.base_rows == match.compare_rows).all()
    assert len(match.base_rows) == rows
    assert match.base_rows[0] == columns["K0"].idxmin()
