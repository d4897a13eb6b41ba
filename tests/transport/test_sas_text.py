from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyspec.transport import sas_text
from studyspec.transport.sas_text import (
    Origin,
    comment,
    header,
    literal_pieces,
    name_list,
    path_problem,
    program,
    quoted,
)
from transport.sas_lexer import check, statements, tokens
from transport.sas_samples import CREATED

PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126))
TRICKY = st.text(st.sampled_from(list("'\"&%;*/() aF1.=")))


@given(PLAIN | TRICKY)
def test_any_text_survives_quoting(text: str) -> None:
    (statement,) = statements(f"x = {quoted(text)};")
    literal = statement[2]
    assert len(statement) == 3
    assert literal.kind == "single"
    assert literal.value == (text or " ")


@given(PLAIN | TRICKY)
def test_pieces_of_a_literal_add_up_to_the_text(text: str) -> None:
    source = f"  LABEL = {literal_pieces(text)};"
    check(source)
    assert "".join(token.value for token in tokens(source) if token.kind == "single") == (text or " ")


@pytest.mark.parametrize("text", ["50 µg", "two\nlines", "tab\t", "nul\0"])
def test_text_that_no_literal_can_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not printable ASCII"):
        quoted(text)


@given(st.text() | TRICKY)
def test_no_text_ends_a_comment_or_begins_code(text: str) -> None:
    source = comment(text) + "\n"
    check(source)
    assert tokens(source) == []


@given(st.text() | TRICKY)
def test_no_text_ends_a_header(text: str) -> None:
    source = header("a.sas", Origin(text, CREATED), text, [text], [text]) + "\n"
    check(source)
    assert tokens(source) == []


def test_header_has_the_fields_that_reviewers_look_for() -> None:
    text = header("qc/qc_ae.sas", Origin("TEST01", CREATED), "Compare AE.", ["SDTM.AE"], ["WORK.DIFF_AE"])
    names = [line.split(":")[0].strip(" |") for line in text.splitlines() if " : " in line]
    assert names == ["Program", "Study", "Purpose", "Inputs", "Outputs", "Author", "Software", "History"]
    assert "2024-05-01" in text


def test_long_name_lists_are_wrapped() -> None:
    lines = name_list([f"VARIABLE{number}" for number in range(40)]).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("path", ["S:/R&D", "a;b", "100%", "it's", 'a"b', "/données", "", "x" * 181])
def test_a_path_that_sas_would_not_take_as_it_is_is_refused(path: str) -> None:
    assert path_problem(path).endswith(".")


@pytest.mark.parametrize("path", ["S:/studies/iona (2)/build", r"\\server\share\build", "/data/a,b"])
def test_usual_paths_are_taken(path: str) -> None:
    assert path_problem(path) == ""


@pytest.mark.parametrize("part", ["x" * 200, "µ"])
def test_a_program_with_a_long_or_foreign_line_is_not_made(part: str) -> None:
    with pytest.raises(ValueError, match=r"A line has|ascii"):
        program([part])


def test_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(sas_text)
    assert result.attempted > 0
    assert result.failed == 0
