"""What a change of a spec is said to touch, against what a build of the changed study shows: planted errors of QC."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.study.reference import ROOT, committed, study

from studyspec.build.partition import Built
from studyspec.build.records import FORM, RECORD
from studyspec.qc.mutation import Mutation, clear_caches, mutated, read_mutations, read_workbooks
from studyspec.raw.read import read_extract
from studyspec.run import build_study
from studyspec.spec.diff import diff_specs
from studyspec.spec.diff_impact import Graph, Impact
from studyspec.spec.diff_impact import Study as Specs
from studyspec.study import Study

_SPECS = ("specs/sdtm.xlsx", "specs/adam.xlsx")
PLANTED = {
    item.id: item
    for item in read_mutations(ROOT / "qc" / "mutations.csv")
    if all(edit.file in _SPECS for edit in item.edits)
}
# The one that touches most, for every run; the slow suite plants them all.
QUICK = ("MUT-01",)


def specs(of: Study) -> Specs:
    assert of.adam is not None
    return Specs((of.sdtm, of.adam), of.tlf)


def predicted(before: Study, after: Study) -> Impact:
    graph = Graph([specs(before), specs(after)], before.registry)
    found = []
    for old, new in zip(specs(before).specs, specs(after).specs, strict=True):
        found += [graph.impact(change, new.standard) for change in diff_specs(old, new)]
    assert found
    return graph.together(found)


def really(before: Built, after: Built, stated: set[str]) -> tuple[set[str], set[str]]:
    """Datasets with other records, and variables with other values in datasets with as many records as before."""
    datasets, variables = set(), set()
    for name, old in before.records.items():
        new = after.records[name]
        subjects = (list(old["USUBJID"]), list(new["USUBJID"]))
        if Counter(subjects[0]) != Counter(subjects[1]):
            datasets.add(name)
            continue
        for variable in (item for item in stated if item.partition(".")[0] == name):
            column = variable.partition(".")[2]
            # Raw records keep their numbers; a record of a dataset is a place in it, which may shift.
            by = "USUBJID" if set(old[FORM]) & before.records.keys() else RECORD
            was, now = (Counter(zip(records[by], map(repr, records[column]), strict=True)) for records in (old, new))
            if was != now:
                variables.add(variable)
    return datasets, variables


def check(mutation: Mutation) -> None:
    frames, _ = read_extract(ROOT / "raw")
    assert frames is not None
    before = study()
    stated = {f"{item.dataset}.{item.name}" for spec in specs(before).specs for item in spec.variables}
    with mutated(before, read_workbooks(ROOT), mutation) as changed:
        impact = predicted(before, changed)
        datasets, variables = really(committed().built, build_study(changed, frames.forms), stated)
    clear_caches()
    assert datasets <= set(impact.datasets)
    assert variables <= set(impact.variables)
    assert datasets or variables


@pytest.mark.parametrize("planted", QUICK)
def test_nothing_changes_that_was_not_foretold(planted: str) -> None:
    check(PLANTED[planted])


@pytest.mark.slow
@pytest.mark.parametrize("planted", [id_ for id_ in PLANTED if id_ not in QUICK])
def test_nothing_changes_that_was_not_foretold_for_any_planted_error(planted: str) -> None:
    check(PLANTED[planted])
