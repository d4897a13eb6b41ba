from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ["atomic", "columns", "parquet", "xpt_decode", "xpt_encode", "xpt_records", "xpt_write"]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_docstrings_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"studyspec.transport.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
