"""The study's own ADaM functions (adam/*.py), called as the evaluator calls them."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from studyspec.derive.registry import ENGINE, Function, Groups, Registry, registering

ADAM = Path(__file__).parents[2] / "adam"


@pytest.fixture(scope="module")
def adsl() -> Registry:
    registry = ENGINE.child()
    spec = importlib.util.spec_from_file_location("study_adsl", ADAM / "adsl.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with registering(registry):
        spec.loader.exec_module(module)
    return registry


@pytest.fixture
def cytogenetic_risk(adsl: Registry) -> Function:
    return adsl["cytogenetic_risk"]


def risk_of_one(function: Function, results: Sequence[str]) -> str:
    groups = Groups(np.zeros(len(results), dtype=np.intp), 1)
    return str(function.call(pd.Series(results, dtype="str"), groups).iloc[0])


@pytest.mark.parametrize(
    ("results", "risk"),
    [
        (["POSITIVE"], "HIGH"),
        (["POSITIVE", "NEGATIVE"], "HIGH"),
        (["NEGATIVE", "POSITIVE"], "HIGH"),
        (["NEGATIVE", "NEGATIVE"], "STANDARD"),
        (["NEGATIVE", "FAILED", ""], "STANDARD"),
        (["FAILED", "NOT DONE", "NOT EVALUABLE", ""], "NOT EVALUABLE"),
        ([], "NOT EVALUABLE"),
    ],
)
def test_risk_follows_any_positive_then_any_negative_result(
    cytogenetic_risk: Function, results: list[str], risk: str
) -> None:
    assert risk_of_one(cytogenetic_risk, results) == risk


def test_each_subject_has_the_risk_of_its_own_results(cytogenetic_risk: Function) -> None:
    results = pd.Series(["NEGATIVE", "POSITIVE", "NEGATIVE"], dtype="str")
    groups = Groups(np.array([0, 2, 2], dtype=np.intp), 4)

    risk = cytogenetic_risk.call(results, groups)

    assert risk.tolist() == ["STANDARD", "NOT EVALUABLE", "HIGH", "NOT EVALUABLE"]


def test_risk_is_text_that_is_never_missing(cytogenetic_risk: Function) -> None:
    risk = cytogenetic_risk.call(pd.Series([], dtype="str"), Groups(np.array([], dtype=np.intp), 2))

    assert str(risk.dtype) == "str"
    assert risk.notna().all()


def test_the_spec_writes_only_the_results(cytogenetic_risk: Function) -> None:
    assert [item.name for item in cytogenetic_risk.parameters] == ["results"]
    assert cytogenetic_risk.kind == "aggregate"


@pytest.mark.parametrize(
    ("height", "weight", "area"),
    [(180.0, 80.0, 2.0), (float("nan"), 80.0, None), (180.0, float("nan"), None), (0.0, 80.0, None)],
)
def test_body_surface_area_is_mosteller_and_missing_without_both_measures(
    adsl: Registry, height: float, weight: float, area: float | None
) -> None:
    result = adsl["body_surface_area"].call(pd.Series([height]), pd.Series([weight])).iloc[0]

    assert (None if np.isnan(result) else result) == area
