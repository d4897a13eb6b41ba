"""The reporting event of the reference study: its where clauses select what its results count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd
import pytest
from tests.study.reference import committed, study
from tests.study.test_displays import result as display_result

from exports.ars_model import problems
from exports.ars_reader import Recount, dangling, declared, walk
from studyspec.exports.ars import reporting_event
from studyspec.run import display_inputs

COUNTING = ("population", "subjects", "categories", "nested", "worst")


@cache
def ards() -> dict[str, pd.DataFrame]:
    tlf = study().tlf
    assert tlf is not None
    return {name: display_result(name).ard for name, display in tlf.displays.items() if not display.lists_records}


@cache
def event() -> dict[str, Any]:
    found = study()
    assert found.tlf is not None
    assert found.adam is not None
    return reporting_event(found.study_id, found.tlf, found.adam, ards())


def worst_of(item: dict[str, Any]) -> str:
    """The variable whose highest value counts."""
    tlf = study().tlf
    assert tlf is not None
    _, name, row, *_ = item["id"].split(".")
    rows = {row.id: row for row in tlf.displays[name].rows}
    return rows[row].worst or (rows[row].variables[0] if rows[row].kind == "worst" else "") if row in rows else ""


def test_it_is_of_the_model_and_all_its_ids_resolve() -> None:
    assert problems(event()) == []
    ids = [own for place in declared(event()).values() for own in place]
    assert [own for own, count in Counter(ids).items() if count > 1] == []
    assert dangling(event()) == []


def test_it_has_every_figure_of_the_results_data_and_no_other() -> None:
    wanted = sum(len(ard) for ard in ards().values())
    results = [item["results"] for item in event()["analyses"] if not item["id"].endswith(":denominator")]
    assert sum(map(len, results)) == wanted


def test_every_condition_of_the_study_is_a_where_clause() -> None:
    described = [
        item["id"]
        for name, item in walk(event())
        if name in ("analysisSets", "dataSubsets", "groups")
        if "description" in item and not {"condition", "compoundExpression"} & set(item)
    ]
    assert described == []


@cache
def recount() -> Recount:
    found = study()
    assert found.adam is not None
    frames, _ = display_inputs(found, found.adam, committed().built)
    return Recount(event(), frames)


def results(*kinds: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Results of methods of these kinds: analysis, result and statistic."""
    for item in event()["analyses"]:
        if item["methodId"].split(".")[1] in kinds:
            for result in item["results"]:
                yield item, result, result["operationId"].rsplit(":", 1)[1]


def test_every_count_is_found_again_from_where_clauses_alone() -> None:
    counted = 0
    for item, result, statistic in results(*COUNTING):
        if statistic in ("n", "N", "events"):
            worst = worst_of(item) if ".worst." in item["methodId"] else ""
            subjects, records = recount().result(item, result, worst)
            count = records if statistic == "events" else subjects
            assert float(result["rawValue"]) == count, (item["id"], result)
            counted += 1
    assert counted > 3000


def test_every_summary_is_that_of_the_values_that_where_clauses_select() -> None:
    computed = 0
    for item, result, statistic in results("continuous"):
        values = recount().values(item, result)
        wanted = {"n": values.count, "mean": values.mean, "sd": values.std, "min": values.min, "max": values.max}
        if statistic in wanted:
            found = float(result.get("rawValue", "nan"))
            assert found == pytest.approx(wanted[statistic](), rel=1e-12, nan_ok=True), (item["id"], result)
            computed += 1
    assert computed > 100
