"""The page on expressions: its examples give what they show, and what is refused is refused in these words."""

from __future__ import annotations

import pytest
from tests.init.page_examples import Example, expression_examples, markdown_table, page

from studyspec.derive.registry import ENGINE
from studyspec.spec.expression.check import Column, Scope, Table, check_expression
from studyspec.spec.expression.parse import ExpressionError, parse
from studyspec.spec.expression.text import MAX_DEPTH, MAX_LENGTH

TEXT = page("expressions.md")
EXAMPLES = expression_examples(TEXT)
SCOPE = Scope(
    columns={
        "AGE": Column("Num"),
        "AESER": Column(codelist="NY", terms=("N", "Y")),
        "AETERM": Column(),
        "AESTDTC": Column(),
    },
    tables={"EX": Table({"EXDOSE": Column("Num")})},
    codelists=("NY",),
)
_, *REFUSED = markdown_table(TEXT.split("## What is refused")[1].split("\n\n")[2])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.expression)
def test_example_gives_the_result_it_shows(example: Example) -> None:
    assert example.holds()


def test_every_block_has_a_table() -> None:
    assert len(EXAMPLES) == TEXT.count("```studyspec") > 8


@pytest.mark.parametrize(("written", "said"), REFUSED)
def test_what_is_refused_is_refused_in_these_words(written: str, said: str) -> None:
    try:
        _, problems = check_expression(parse(written), SCOPE, ENGINE)
        message = f"{problems[0].message} {problems[0].action}"
    except ExpressionError as error:
        message = str(error)
    assert message == said


def test_limits_are_those_of_the_language() -> None:
    assert f"at most {MAX_LENGTH:,} characters (an Excel cell) and {MAX_DEPTH} levels" in TEXT
