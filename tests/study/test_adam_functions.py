"""What is particular to this study in ADaM: its functions (adam/*.py) and the checks of specs/adam.xlsx."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from studyspec.build.data import Data
from studyspec.build.evaluate import evaluate
from studyspec.build.records import RecordSet
from studyspec.derive.registry import Function, Groups, Registry
from studyspec.spec.expression.parse import parse
from studyspec.spec.load import load_spec
from studyspec.spec.model import Spec
from studyspec.study import load_functions

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registry() -> Registry:
    functions, findings = load_functions(ROOT)
    assert findings == []
    return functions


@pytest.fixture
def cytogenetic_risk(registry: Registry) -> Function:
    return registry["cytogenetic_risk"]


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
    registry: Registry, height: float, weight: float, area: float | None
) -> None:
    result = registry["body_surface_area"].call(pd.Series([height]), pd.Series([weight])).iloc[0]

    assert (None if np.isnan(result) else result) == area


CUTOFF, BEFORE, AFTER = 22698.0, 22600.0, 22700.0  # SAS days: 2022-02-22, 2021-11-16, 2022-02-24
ADSL_RECORD: dict[str, float | str] = {
    **{"TRT01A": "Isa-Pd", "ACTARM": "Isa-Pd", "BLREFDT": BEFORE, "TRTEDT": CUTOFF, "DTHDT": np.nan, "DTHFL": ""},
    "EOSSTT": "ONGOING",
}
ADAE_RECORD: dict[str, float | str] = {
    **{"ASTDT": BEFORE, "AENDT": CUTOFF, "ASTDTF": "", "AENDTF": "", "AEITOXGN": np.nan, "ATOXGRN": 3.0},
}
WRONG: list[tuple[str, dict[str, float | str]]] = [
    ("ADSL01", {"ACTARM": "Isa-Kd"}),
    ("ADSL01", {"ACTARM": ""}),
    ("ADSL01", {"TRT01A": "Isa-Other"}),
    ("ADSL02", {"BLREFDT": np.nan}),
    ("ADSL03", {"TRTEDT": AFTER}),
    ("ADSL04", {"DTHDT": BEFORE, "DTHFL": "Y", "EOSSTT": "DISCONTINUED"}),
    ("ADSL05", {"DTHFL": "Y", "EOSSTT": "DISCONTINUED"}),
    ("ADSL06", {"DTHFL": "Y", "DTHDT": CUTOFF}),
    ("ADAE01", {"ASTDT": CUTOFF, "AENDT": BEFORE, "ASTDTF": "D"}),
    ("ADAE01", {"ASTDT": CUTOFF, "AENDT": BEFORE, "AENDTF": "M"}),
    ("ADAE02", {"AENDT": AFTER}),
    ("ADAE03", {"ASTDT": BEFORE + 1, "DM.DTHDTC": "2021-11-16"}),
    ("ADAE04", {"AEITOXGN": 4.0}),
]
RIGHT: list[tuple[str, dict[str, float | str]]] = [
    ("ADSL", {}),
    ("ADSL", {"TRT01A": "Isa-Other", "ACTARM": ""}),
    ("ADSL", {"TRT01A": "", "ACTARM": "", "TRTEDT": np.nan}),
    ("ADSL", {"DTHFL": "Y", "DTHDT": CUTOFF, "EOSSTT": "DISCONTINUED"}),
    ("ADAE", {}),
    ("ADAE", {"ASTDT": np.nan, "AENDT": np.nan}),
    ("ADAE", {"ASTDT": CUTOFF, "AENDT": BEFORE}),  # M02A of the SDTM spec reports dates that were collected so
    ("ADAE", {"ASTDT": AFTER, "AENDT": np.nan, "DM.DTHDTC": "2021-11-16"}),  # M02B reports the start
    ("ADAE", {"ASTDT": BEFORE, "DM.DTHDTC": "2021-11-16"}),
    ("ADAE", {"AEITOXGN": 3.0}),
]


@pytest.fixture(scope="module")
def adam() -> Spec:
    spec, _ = load_spec(ROOT / "specs" / "adam.xlsx", standard="ADaM")
    assert spec is not None
    return spec


def checks_that_hit(adam: Spec, registry: Registry, dataset: str, changes: dict[str, float | str]) -> list[str]:
    """The checks of the spec that select one record of the dataset."""
    values = {"USUBJID": "1", **(ADSL_RECORD if dataset == "ADSL" else ADAE_RECORD), **changes}
    death = str(values.pop("DM.DTHDTC", ""))
    records = RecordSet.from_frame(typed(values))
    frames = {dataset: records, "DM": RecordSet.from_frame(typed({"USUBJID": "1", "DTHDTC": death}))}
    data = Data(frames, registry, adam.codelists, adam.constants)
    checks = [check for check in adam.checks if check.dataset == dataset]
    return [check.id for check in checks if evaluate(parse(check.where), records, data, own=dataset).iloc[0]]


def typed(values: dict[str, float | str]) -> pd.DataFrame:
    frame = pd.DataFrame({name: [value] for name, value in values.items()})
    return frame.astype({name: "str" if isinstance(value, str) else "float64" for name, value in values.items()})


@pytest.mark.parametrize(("check", "changes"), WRONG)
def test_a_check_of_the_spec_finds_its_mistake_and_no_other_does(
    adam: Spec, registry: Registry, check: str, changes: dict[str, float | str]
) -> None:
    assert checks_that_hit(adam, registry, check[:4], changes) == [check]


@pytest.mark.parametrize(("dataset", "changes"), RIGHT)
def test_no_check_of_the_spec_finds_what_is_right_or_reported_elsewhere(
    adam: Spec, registry: Registry, dataset: str, changes: dict[str, float | str]
) -> None:
    assert checks_that_hit(adam, registry, dataset, changes) == []


def test_every_check_of_the_spec_is_tried(adam: Spec) -> None:
    assert {check.id for check in adam.checks} == {check for check, _ in WRONG}
