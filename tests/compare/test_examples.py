"""The examples in the docstrings."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ["compare", "criterion", "dataset", "faults", "match", "pairs", "sas_text", "text_layout"]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"studyspec.compare.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
