"""The reference study: every output has a second program that agrees, and planted errors are caught."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from study.reference import ROOT, study
from studyspec.qc.extract import read_forms
from studyspec.qc.mutation import Edit, Mutation, read_mutations
from studyspec.qc.mutation_check import MutationCheck, build_production, passed, trials_of
from studyspec.qc.runner import Runner, Sources
from studyspec.raw.read import read_extract
from studyspec.simulate import simulate

MUTATIONS = {item.id: item for item in read_mutations(ROOT / "qc" / "mutations.csv")}
# A source row, a constant of a study function, an engine function, a method, the counting of tables, limits of figures.
SAMPLE = ("MUT-01", "MUT-10", "MUT-41", "MUT-43", "MUT-79", "MUT-112")


@pytest.fixture(scope="module")
def check() -> Iterator[MutationCheck]:
    extract, _ = read_extract(ROOT / "raw")
    assert extract is not None
    with Runner(Sources.read(ROOT)) as runner:
        yield MutationCheck(study(), extract, runner)


def test_every_output_agrees_with_its_second_program(check: MutationCheck) -> None:
    assert {item.layer for item in check.baseline} == {"sdtm", "adam", "tlf"}
    assert [item.line() for item in check.baseline if not item.agrees] == []


def test_removing_a_second_program_is_a_failure(check: MutationCheck) -> None:
    sources = Sources.read(ROOT)
    fewer = replace(sources, programs=[item for item in sources.programs if item.name != "t_14_3_1_1"])
    with Runner(fewer) as runner:
        found = runner.check(check.clean, lambda layer, name: name == "T-14-3-1-1")
    assert [(item.status, item.agrees) for item in found] == [("NO PROGRAM", False)]


@pytest.mark.parametrize("name", SAMPLE)
def test_planted_error_is_caught(check: MutationCheck, name: str) -> None:
    trial = check.plant(MUTATIONS[name])
    assert trial.verdict == "CAUGHT", trial.line()


def test_edit_that_changes_no_output_is_not_effective(check: MutationCheck) -> None:
    edit = Edit("specs/adam.xlsx", "Methods!MT.SAFFL!Expression Code", "ISANDOSE > 0", "ISANDOSE >= 1")
    trial = check.plant(Mutation("M", "the same in other words", (edit,)))
    assert (trial.verdict, passed([trial])) == ("NOT EFFECTIVE", False)


def test_edit_that_stops_production_proves_nothing(check: MutationCheck) -> None:
    edit = Edit("specs/adam.xlsx", "Methods!MT.SAFFL!Expression Code", "ISANDOSE > 0", "NOTHING > 0")
    trial = check.plant(Mutation("M", "an unknown name", (edit,)))
    assert (trial.verdict, passed([trial])) == ("NOT APPLICABLE", False)


def test_list_is_long_enough_and_its_numbers_are_unique() -> None:
    assert len(MUTATIONS) >= 30
    assert len({item.description for item in MUTATIONS.values()}) == len(MUTATIONS)
    assert len({item.edits for item in MUTATIONS.values()}) == len(MUTATIONS)


@pytest.mark.slow
def test_every_planted_error_is_caught() -> None:
    trials = trials_of(ROOT, list(MUTATIONS.values()), lambda trial: None)
    assert [trial.line() for trial in trials if trial.verdict != "CAUGHT"] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 11])
def test_second_programs_agree_on_other_extracts_too(tmp_path: Path, seed: int) -> None:
    simulate(tmp_path, subjects=600, seed=seed)
    extract, _ = read_extract(tmp_path)
    assert extract is not None
    with Runner(replace(Sources.read(ROOT), forms=read_forms(tmp_path))) as runner:
        found = runner.check(build_production(study(), extract))
    assert [item.line() for item in found if not item.agrees] == []
