"""Text to syntax tree and back; whatever is no expression is refused in plain words, at its column."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyspec.spec.expression import nodes as n
from studyspec.spec.expression.parse import ExpressionError, parse, unparse
from studyspec.spec.expression.text import MAX_DEPTH, MAX_LENGTH


def name(text: str) -> n.Name:
    return n.Name(1, text)


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    return error.value


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("AESER", name("AESER")),
        ("DM.RFSTDTC", n.Qualified(1, "DM", "RFSTDTC")),
        ('"Y"', n.Constant(1, "Y")),
        ("'Y'", n.Constant(1, "Y")),
        ("30", n.Constant(1, 30.0)),
        (".5", n.Constant(1, 0.5)),
        ("1e3", n.Constant(1, 1000.0)),
        ("True", n.Constant(1, True)),
        ("[A, B]", n.ListOf(1, (name("A"), name("B")))),
        ('f(A, b="c")', n.Call(1, "f", (name("A"),), (("b", n.Constant(1, "c")),))),
        ("A == B", n.Compare(1, "==", name("A"), name("B"))),
        ("A not in [B]", n.Compare(1, "not in", name("A"), n.ListOf(1, (name("B"),)))),
        ("A and B and C", n.And(1, (name("A"), name("B"), name("C")))),
        ("A or not B", n.Or(1, (name("A"), n.Not(1, name("B"))))),
        ("A + B * C", n.Arithmetic(1, "+", name("A"), n.Arithmetic(1, "*", name("B"), name("C")))),
        ("-A", n.Negative(1, name("A"))),
    ],
)
def test_each_part_of_the_language_has_its_node(text: str, node: n.Node) -> None:
    assert parse(text) == node


def test_chain_of_comparisons_is_all_of_them() -> None:
    assert parse("18 <= AGE < 65") == parse("18 <= AGE and AGE < 65")


def test_nodes_know_their_column() -> None:
    call = parse("  upcase( AETERM )")
    assert isinstance(call, n.Call)
    assert (call.column, call.arguments[0].column) == (3, 11)


def test_columns_count_characters_not_bytes() -> None:
    comparison = parse('"é" == AETERM')
    assert isinstance(comparison, n.Compare)
    assert comparison.right.column == 8


def test_line_breaks_tabs_and_no_break_spaces_separate_parts() -> None:
    assert parse("A\r\nand\tB\u00a0or C") == parse("A and B or C")


def test_backslash_is_an_ordinary_character() -> None:
    assert parse(r'"\d+\n"') == n.Constant(1, r"\d+\n")


def test_quote_inside_a_text_is_written_twice() -> None:
    assert parse('"say ""yes"""') == n.Constant(1, 'say "yes"')
    assert parse("'it''s'") == n.Constant(1, "it's")


@pytest.mark.parametrize(
    ("text", "column", "message", "action"),
    [
        ("", 1, "empty", "Write a value"),
        ("   ", 1, "empty", "Write a value"),
        ('"a" if B else "c"', 1, "'a if condition else b'", "if_else(condition, a, b)"),
        ('AESER = "Y"', 7, "single =", "Write =="),
        ('(AESER = "Y") and B', 8, "single =", "Write =="),
        ('if_else(A = "Y" and B = "N", 1)', 23, "single =", "Write =="),
        ('if_else(AESER = "Y", 1)', 15, "without a name", "write =="),
        ("A is B", 1, "'is'", "Write =="),
        ("A is not B", 1, "'is not'", "Write !="),
        ("A ** 2", 3, "power", "Multiply"),
        ("A ^= B", 3, "not equal", "Write !="),
        ("A <> B", 3, "not equal", "Write !="),
        ("A => B", 3, "at least", "Write >= or <="),
        ("A & B", 3, "&", "Write and"),
        ("A || B", 3, "||", "concat"),
        ("A eq B", 3, "eq", "Write =="),
        ("A AND B", 3, "AND", "Write and"),
        ("“Y”", 1, "typographic", "straight quote"),
        ("AESER == ‘Y’", 10, "typographic", "straight quote"),
        ('AESER == "Y”', 10, "no closing", "not a typographic quote"),
        ('AESER == "Y', 10, "no closing", 'Close it with "'),
        ("f(A", 2, "never closed", "Add )"),
        ("f(A]", 4, "closes no", "Remove it"),
        ("A)", 2, "closes no", "Remove it"),
        ("a.b.c", 1, "dot", "DATASET.VARIABLE"),
        ("A.upcase()", 1, "function's name", "upcase(AETERM)"),
        ("A[1]", 1, "picking a part", "substr"),
        ("lambda x", 9, "cannot be read", "Look for"),
        ("[x for x in A]", 1, "loop", "all records at once"),
        ('f"{A}"', 1, "directly before", "Remove it"),
        ("(A, B)", 1, "round brackets", "square brackets"),
        ("f(*A)", 3, "* before a value", "one by one"),
        ("f(** A)", 3, "power", "Multiply"),
        ("10mg", 1, "neither a number nor a name", "Put texts in quotes"),
        ("0x1F", 1, "neither a number nor a name", "Put texts in quotes"),
        ("1_000", 1, "neither a number nor a name", "Put texts in quotes"),
        ("1e999", 1, "too large", "1e300"),
        ("9" * 400, 1, "too large", "1e300"),
        ("9" * 5000, 1, "too large", "1e300"),
        ("A // B", 3, "whole-number division", "round_half_up"),
        ("A; B", 2, "semicolon", "Remove"),
        ("A # note", 3, "Comments", "Description"),
        ("ALTER_É", 7, "cannot stand outside", "quotes"),
        ("None", 1, "None", "missing(X)"),
        ("+A", 1, "plus sign", "Leave it out"),
        ('"a" "b"', 1, "side by side", "concat"),
        ("A B", 3, "cannot be read at B", "missing operator"),
        ("A or", 5, "at its end", "missing operator"),
        ("await A", 1, "this part of Python", "docs/expressions.md"),
    ],
)
def test_what_is_no_expression_is_refused_at_its_column(text: str, column: int, message: str, action: str) -> None:
    error = refused(text)
    assert error.column == column
    assert message in error.message
    assert action in error.action


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH + 1) + "A" + ")" * (MAX_DEPTH + 1),
        "not " * 8000 + "A",
        "-" * 30000 + "A",
        "A+" * 16000 + "A",
        "A." * 16000 + "A",
        "A if B else " * 2700 + "C",
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert refused(text).column >= 1


def test_longest_cell_is_read_and_a_longer_text_is_refused() -> None:
    longest = 'A == "' + "x" * (MAX_LENGTH - 7) + '"'
    assert parse(longest).column == 1
    assert "32768 characters" in refused(longest + " ").message


def test_deepest_nesting_is_read() -> None:
    text = "f(" * MAX_DEPTH + "A" + ")" * MAX_DEPTH
    assert unparse(parse(text)) == text


@given(st.text(max_size=60))
@example("\x00")
@example("\ud800")
@example("0__")
@example("A if B")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
        assert error.message
        assert error.action


PIECES = st.sampled_from(
    [
        *("A", "DM.B", '"x"', "'y'", "1", ".5", "True", "None", "f(", "g(a=", "(", ")", "[", "]", ",", '"', "'"),
        *("==", "!=", "<", "<=", "in", "not", "and", "or", "+", "-", "*", "/"),
        *("=", "if", "else", "lambda", "is", "**", ":", "."),
    ]
)


@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_any_mix_of_pieces_is_read_or_refused(text: str) -> None:
    try:
        again = unparse(parse(text))
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert parse(again) == parse(text)


NAMES = st.sampled_from(["AESER", "AGE", "_x1", "TRT01A"])
CONSTANTS = st.one_of(
    st.text(max_size=8), st.booleans(), st.floats(min_value=0, allow_infinity=False, allow_nan=False)
).map(lambda value: n.Constant(1, abs(value) if isinstance(value, float) else value))
LEAVES = st.one_of(NAMES.map(lambda text: n.Name(1, text)), st.builds(n.Qualified, st.just(1), NAMES, NAMES), CONSTANTS)


def larger(parts: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    some = st.lists(parts, min_size=1, max_size=3).map(tuple)
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    keywords = st.lists(st.tuples(NAMES, parts), max_size=2, unique_by=lambda item: item[0]).map(tuple)
    signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
    return st.one_of(
        st.builds(n.ListOf, st.just(1), some),
        st.builds(n.Call, st.just(1), NAMES, some, keywords),
        st.builds(n.Compare, st.just(1), signs, parts, parts),
        st.builds(n.And, st.just(1), several),
        st.builds(n.Or, st.just(1), several),
        st.builds(n.Not, st.just(1), parts),
        st.builds(n.Arithmetic, st.just(1), st.sampled_from("+-*/"), parts, parts),
        st.builds(n.Negative, st.just(1), parts),
    )


@given(st.recursive(LEAVES, larger, max_leaves=12))
def test_what_is_written_is_read_back_the_same(node: n.Node) -> None:
    assert parse(unparse(node)) == node


def test_equal_expressions_are_written_alike() -> None:
    assert unparse(parse("minimum( EX.EXSTDTC,where=EX.EXTRT=='A' )")) == 'minimum(EX.EXSTDTC, where=EX.EXTRT == "A")'
