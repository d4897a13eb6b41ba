"""The result of a comparison as one HTML page that needs nothing else, with whole values."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from studyspec.compare.as_json import comparison_record
from studyspec.compare.explained import Settled
from studyspec.compare.result import MEANING, SYSINFO, Comparison

if TYPE_CHECKING:
    from jinja2 import Template


def comparison_html(comparison: Comparison, per_variable: int = 50, settled: Settled | None = None) -> str:
    """Give the result as an HTML page.

    Args:
        comparison: the result.
        per_variable: the most unequal values of a variable and the most one-sided observations of a data set.
        settled: the data set's differences held against explanations, where there are some.

    Returns:
        The page; every text is escaped and nothing is loaded from elsewhere.
    """
    return _template().render(
        result=comparison_record(comparison, per_variable),
        conditions=[(SYSINFO[name], name, MEANING[name]) for name in comparison.conditions],
        counts={name: len(places) for name, places in comparison.unequal.items()},
        settled=settled,
        alone=len(comparison.match.base.only) + len(comparison.match.compare.only),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files("studyspec.compare").joinpath("comparison.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(source)
