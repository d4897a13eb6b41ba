"""The examples in the docstrings hold."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["content", "database", "formats", "read_arrow", "read_redcap", "values"])
def test_examples_in_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"studyspec.raw.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
