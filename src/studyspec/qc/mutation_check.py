"""The mutation check: are the second programs independent enough to catch planted production errors?

Each mutation is applied alone to production in memory; the outputs that it changes are held against their second
programs, which run unchanged. A mutation that no program catches shows that production and QC could be wrong together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from studyspec.build.partition import Built
from studyspec.findings import has_errors
from studyspec.qc.mutation import Mutation, MutationError, mutated, read_workbooks
from studyspec.qc.outcome import Outcome
from studyspec.qc.production import Production, built_production
from studyspec.qc.runner import Runner, Sources
from studyspec.raw.read import Extract
from studyspec.run import build_study, display_inputs
from studyspec.study import Study, load_study, read_raw

Verdict = Literal["CAUGHT", "MISSED", "NOT EFFECTIVE", "NOT APPLICABLE"]


@dataclass(frozen=True)
class Trial:
    """What became of a mutation.

    CAUGHT: a second program disagrees with an output it agreed with before. MISSED: outputs changed and none
    disagrees. NOT EFFECTIVE: production is the same with it. NOT APPLICABLE: it cannot be planted, see `message`.
    `changed` are the outputs it changed, `caught` those whose second program noticed, with how.
    """

    id: str
    description: str
    places: tuple[str, ...]
    verdict: Verdict
    changed: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()
    message: str = ""

    def line(self) -> str:
        """The status line of the command."""
        told = f"by {'; '.join(self.caught)}" if self.caught else self.message or ", ".join(self.changed)
        return f"{self.id}  {self.verdict:<14}  {self.description}: {told}".rstrip(": ")


class MutationCheck:
    """Plants mutations one by one in the build of an extract.

    Args:
        study: as loaded, without errors.
        extract: its raw data.
        runner: the second programs.

    Attributes:
        clean: production's outputs with nothing planted.
        baseline: how they compare.
    """

    def __init__(self, study: Study, extract: Extract, runner: Runner) -> None:
        self._study = study
        self._extract = extract
        self._runner = runner
        self._workbooks = read_workbooks(study.root)
        self.clean = build_production(study, extract)
        self.baseline = runner.check(self.clean)
        self._agreed = {(item.layer, item.name) for item in self.baseline if item.agrees}

    def plant(self, mutation: Mutation) -> Trial:
        """Build with the mutation and compare what it changed."""
        places = tuple(f"{edit.file} {edit.place}" for edit in mutation.edits)
        trial = Trial(mutation.id, mutation.description, places, "NOT EFFECTIVE")
        try:
            with mutated(self._study, self._workbooks, mutation) as study:
                production = build_production(study, self._extract)
        except MutationError as error:
            return replace(trial, verdict="NOT APPLICABLE", message=str(error))
        except Exception as error:  # A mutant may break production in any way; then it proves nothing about QC.
            message = f"production stops with {type(error).__name__}: {error}"
            return replace(trial, verdict="NOT APPLICABLE", message=message)
        changed = _changed(self.clean, production)
        if not changed:
            return trial
        outcomes = self._runner.check(production, lambda layer, name: (layer, name) in changed)
        caught = [item for item in outcomes if not item.agrees and (item.layer, item.name) in self._agreed]
        return replace(
            trial,
            verdict="CAUGHT" if caught else "MISSED",
            changed=tuple(name for _, name in changed),
            caught=tuple(_told(item) for item in caught),
        )


def trials_of(root: Path, mutations: Sequence[Mutation], announce: Callable[[Trial], None]) -> list[Trial]:
    """Plant each mutation alone.

    Args:
        root: the study's folder.
        mutations: what to plant.
        announce: is told of each result as it comes.

    Raises:
        MutationError: the specs have findings of severity error.
        ExtractError: the extract cannot be read.
    """
    study, findings = load_study(root)
    extract = None
    if study is not None:
        study, extract, found = read_raw(study)
        findings += found
    if study is None or extract is None or has_errors(findings):
        raise MutationError("Specs or raw data have errors; run studyspec check and correct them first.")
    trials = []
    with Runner(Sources.read(root)) as runner:
        check = MutationCheck(study, extract, runner)
        for mutation in mutations:
            trials.append(check.plant(mutation))
            announce(trials[-1])
    return trials


def build_production(study: Study, extract: Extract) -> Production:
    """Datasets and displays' results data of a study, in memory."""
    built = build_study(study, extract.forms)
    return built_production(study, built, _displays(study, built))


def _displays(study: Study, built: Built) -> dict[str, pd.DataFrame]:
    if study.tlf is None or study.adam is None:
        return {}
    from studyspec.tables.analysis import analyse
    from studyspec.tables.results import results_frame

    frames, values = display_inputs(study, study.adam, built)
    return {
        display.file_name.upper(): results_frame(analyse(display, frames, values).results)
        for display in study.tlf.displays.values()
    }


def _changed(before: Production, after: Production) -> list[tuple[str, str]]:
    """Layer and name of the outputs that are not the same."""
    changed = []
    for layer, outputs in before.outputs.items():
        now = after.outputs[layer]
        for name in sorted({*outputs, *now}):
            if name not in outputs or name not in now or not outputs[name].equals(now[name]):
                changed.append((layer, name))
    return changed


def _told(outcome: Outcome) -> str:
    return f"{outcome.name}: {outcome.unequal}" if outcome.unequal else f"{outcome.name}: {outcome.status.lower()}"


def passed(trials: Sequence[Trial]) -> bool:
    """True when every mutation was caught; an ineffective one is a fault of the list, and fails too."""
    return bool(trials) and all(trial.verdict == "CAUGHT" for trial in trials)
