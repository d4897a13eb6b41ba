"""The synthetic registry at any size: raw forms with their mess, and the truth about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from .baseline import add_cytogenetics, add_prior_lines, add_visits
from .boundaries import outlive_death, plant
from .boundary_doses import enlarge
from .calibrate import BLOCK, ROLES, plan_arm, regimens
from .closing import close
from .defects import spoil
from .dosing import export_twice, give_doses
from .draw import Draw
from .events import make_events
from .findings import subject_findings
from .forms import TRUTH
from .people import describe, enrol, make_subjects
from .reference import codelist_rows, query_rows, site_rows
from .render import Desk
from .truth import event_truth, exposure_truth, subject_truth
from .world import Subject
from .write import CsvFile, Extract


def simulate(out: Path, *, subjects: int = BLOCK, seed: int = 20220222) -> None:
    """Write a synthetic registry extract and the truth about it.

    Args:
        out: Folder for one CSV per form, `manifest.json` and `truth/`; made when it is not there. Files of the
            same names are replaced.
        subjects: How many people; they come in blocks of 112, each exactly on the targets of the study, the last one
            with targets scaled. Memory does not grow with it.
        seed: Any whole number; the same numbers give the same bytes on every machine.

    Raises:
        ValueError: `subjects` is less than 1.

    Example:
        >>> simulate(Path("extract"), subjects=112)  # doctest: +SKIP
    """
    if subjects < 1:
        raise ValueError(f"subjects is {subjects}; it must be at least 1")
    (out / "truth").mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        extract = stack.enter_context(Extract(out, subjects, seed))
        truth = {name: CsvFile(out / "truth" / f"{name}.csv", form) for name, form in TRUTH.items()}
        for file in truth.values():
            stack.callback(file.close)
        for cells in site_rows():
            extract.files["sites"].add(cells)
        for cells in codelist_rows():
            extract.files["codelists"].add(cells)
        for block in range(-(-subjects // BLOCK)):
            draw = Draw(seed, block)
            people = make_block(draw, block, min(BLOCK, subjects - block * BLOCK))
            _write_block(draw, block, people, extract, truth)


def make_block(draw: Draw, block: int, size: int) -> list[Subject]:
    """Return the clean world of one block, ordered by subject number."""
    people, spare = make_subjects(draw, block, regimens(size))
    arms = {arm: [s for s in people if s.regimen == arm] for arm in ROLES}
    plans = {arm: plan_arm(draw, arm, members, size) for arm, members in arms.items()}
    enrol(draw, people, plans, spare)
    describe(draw, people)
    enlarge(people)
    never = next((s for s in people if not s.regimen), None)
    for subject in people:
        give_doses(draw, subject, untreated=subject is never)
    add_visits(draw, people)
    add_cytogenetics(draw, people)
    add_prior_lines(draw, people)
    make_events(draw, people, plans)
    spoil(draw, people)
    plant(draw.apart("cases"), people, plans)
    close(draw, people, plans)
    outlive_death(draw.apart("endings"), people)
    export_twice(draw, people)
    return sorted(people, key=lambda s: s.number.text())


def _write_block(draw: Draw, block: int, people: list[Subject], extract: Extract, truth: dict[str, CsvFile]) -> None:
    for row in Desk(draw).rows(people):
        written = extract.files[row.form].add(row.cells)
        if row.record is not None:
            row.record.row = written
    for cells in query_rows(draw, people, block):
        extract.files["queries"].add(cells)
    for name, cells in _truth_rows(people):
        truth[name].add(cells)


def _truth_rows(people: list[Subject]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (truth file, row) for the subjects of a block, whose records know their rows by now."""
    for subject in people:
        yield "subjects", subject_truth(subject)
        yield from (("events", cells) for cells in event_truth(subject))
        yield from (("exposure", cells) for cells in exposure_truth(subject))
        yield from (("findings", cells) for cells in subject_findings(subject))


__all__ = ["make_block", "simulate"]
