"""The two runs of QC, from a study's folder to build/qc: the second programs, and the mutation check."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from studyspec.qc.outcome import Outcome, summary, write_listings, write_outcomes
from studyspec.qc.production import digest, read_production, stale, table_name
from studyspec.qc.runner import Runner, Sources
from studyspec.qc.study_files import fingerprint
from studyspec.stages import Stages

Say = Callable[[str], None]


class QcError(Exception):
    """There is nothing to check; the message says why and what to do."""


def run_qc(root: Path, out: Path, say: Say, only: Sequence[str] = ()) -> bool:
    """Run all second programs, compare, write build/qc.

    Args:
        root: the study's folder.
        out: its output folder; built first when it is not up to date.
        say: gets a line per output, then the summary.
        only: names of outputs to check; all by default. With some, only their listings are written.

    Returns:
        True when every output agrees with its second program.

    Raises:
        QcError: the study cannot be built, or has no output of the names given.
        ExtractError: the raw extract cannot be read.
    """
    make_current(root, out, say)
    outcomes = check_outputs(root, out, only)
    if not outcomes:
        raise QcError(f"There is no output {', '.join(only)}. Name datasets and displays of the specs.")
    for outcome in outcomes:
        say(outcome.line())
    say(summary(outcomes))
    if only:
        write_listings(outcomes, out / "qc")
    else:
        write_outcomes(outcomes, out / "qc", about(root, out))
    return all(outcome.agrees for outcome in outcomes)


def check_outputs(root: Path, out: Path, only: Sequence[str] = ()) -> list[Outcome]:
    """Compare the outputs in a folder with their second programs."""
    names = {table_name(name) for name in only}
    with Runner(Sources.read(root)) as runner:
        return runner.check(read_production(out), lambda layer, name: not names or table_name(name) in names)


def make_current(root: Path, out: Path, say: Say) -> None:
    """Build when the output folder does not hold what today's inputs give.

    Raises:
        QcError: the build has findings of severity error.
    """
    reason = stale(root, out)
    if not reason:
        return
    from studyspec.run import run_build

    say(f"Building first: {reason}.")
    report = run_build(root, out, Stages(lambda name: None))
    if not report.written:
        raise QcError(
            "The study cannot be built, so there is nothing to check. Run studyspec build and correct the errors."
        )


def about(root: Path, out: Path) -> dict[str, object]:
    """What a report says of the study: name, dates of the build, and the SHA-256 of each second program."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    programs = sorted(path for path in (root / "qc").rglob("*.sql"))
    return {
        "study": manifest["study"],
        "created": manifest["created"],
        "studyspec": manifest["studyspec"],
        "programs": {path.relative_to(root).as_posix(): digest(path) for path in programs},
    }


def run_mutations(root: Path, out: Path, say: Say, only: Sequence[str] = ()) -> bool:
    """Run the mutation check and write build/qc/mutations.json and .html.

    Args:
        root: the study's folder, with qc/mutations.csv.
        out: its output folder; nothing in it is built or read.
        say: gets a line per mutation, then the summary.
        only: IDs of mutations; all by default.

    Returns:
        True when every mutation was caught.

    Raises:
        QcError: the study has findings of severity error, or no list of mutations.
        ExtractError: the raw extract cannot be read.
    """
    from studyspec.qc.mutation import MutationError, read_mutations
    from studyspec.qc.mutation_check import passed, trials_of
    from studyspec.qc.mutation_report import write_trials

    place = root / "qc" / "mutations.csv"
    if not place.is_file():
        raise QcError("There is no qc/mutations.csv: the list of the errors to plant.")
    try:
        chosen = [item for item in read_mutations(place) if not only or item.id in only]
        trials = trials_of(root, chosen, lambda trial: say(trial.line()))
    except MutationError as error:
        raise QcError(str(error)) from error
    caught = sum(trial.verdict == "CAUGHT" for trial in trials)
    say(f"{caught} of {len(trials)} planted errors were caught.")
    write_trials(trials, out / "qc", fingerprint(root))
    return passed(trials)
