"""The function reference is current, complete, and every worked example in it is true."""

import doctest
import importlib
from pathlib import Path

import pytest

from derive.spec_tables import table_values
from studyspec.derive.docstring import read_docstring
from studyspec.derive.reference import example_of, functions_markdown
from studyspec.derive.registry import ENGINE, Char, Registry, function, registering

DOCUMENTED = [
    *(f"studyspec.derive.{name}" for name in ("codelists", "collected_dates", "docstring", "encoding", "numbers")),
    *(f"studyspec.derive.{name}" for name in ("periods", "reference", "registry")),
    *(f"studyspec.spec.expression.{name}" for name in ("check", "parse", "references", "scope", "text")),
]
PAGE = Path(__file__).parents[2] / "docs" / "functions.md"


def test_page_is_what_the_functions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == functions_markdown(ENGINE), (
        "run `studyspec functions > docs/functions.md`"
    )


@pytest.mark.parametrize("name", ENGINE.names())
def test_example_gives_the_result_it_shows(name: str) -> None:
    example = example_of(ENGINE[name])
    assert example is not None
    result = example.header.index("result")
    subject = example.header[0] == "subject"
    rows = [[cell.strip() for cell in row[:result]] for row in example.rows]
    expected = [row[result] for row in example.rows]
    if subject and ENGINE[name].kind == "aggregate":
        first_rows = {row[0]: place for place, row in reversed(list(enumerate(rows)))}
        expected = [expected[place] for place in sorted(first_rows.values())]
    assert table_values(example.expression, example.header[:result], rows) == expected


@pytest.mark.parametrize("name", ENGINE.names())
def test_docstring_says_what_goes_in_what_comes_out_and_whose_rule_it_is(name: str) -> None:
    doc = read_docstring(ENGINE[name].doc)
    visible = {parameter.name for parameter in ENGINE[name].parameters}
    assert visible <= set(doc.arguments)
    assert {"Returns", "Example", "Source"} <= set(doc.sections)


@pytest.mark.parametrize("module", DOCUMENTED)
def test_examples_of_the_code_itself_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


def test_page_shows_a_study_function_whose_example_is_prose() -> None:
    registry = Registry()
    with registering(registry):

        @function()
        def current_number(site: Char) -> Char:
            """The current number.

            Args:
                site: text, the site.

            Returns:
                Text.

            Example:
                `current_number("204")` gives 0009.
            """
            return site

    page = functions_markdown(registry)

    assert "### current_number" in page
    assert '`current_number("204")` gives 0009.' in page
    assert "| site | text | text, the site. |" in page


def test_page_shows_choices_defaults_and_grouping() -> None:
    page = functions_markdown(ENGINE)
    assert 'duration(start, end, *, unit="days", add_one=True) -> number' in page
    assert '| unit | "days", "weeks", "months", "years" |' in page
    assert "worst_occurrence(value, by=[...], order=[...], where=...) -> text" in page
