"""The tutorial runs as it is written: its commands in a shell, its cells typed into the workbooks, its outputs seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.init.page_examples import page
from tests.init.tutorial_page import Command, Expected, Typing, steps, type_into


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, in which the commands of the page run")
def test_the_tutorial_leads_from_init_to_the_table_that_it_shows(tmp_path: Path) -> None:
    here, printed = tmp_path, ""
    typed: list[Typing] = []
    for step in steps(page("tutorial.md")):
        if isinstance(step, Typing):
            typed.append(step)
        elif isinstance(step, Command):
            type_into(here, typed)
            typed = []
            here, printed = _run(here, step)
        else:
            _expect(step, printed if not step.path else (here / step.path).read_text(encoding="utf-8"))
    assert (here / "build" / "tlf" / "t-14-3-1.html").is_file()


def _run(here: Path, command: Command) -> tuple[Path, str]:
    """Run a block as a person would; give the folder the shell is in then, and what was printed."""
    script = "\n".join([*command.lines, "status=$?", 'echo "$PWD" >"$WHERE"', "exit $status"])
    scripts = str(Path(sys.executable).parent)
    where = here / ".where"
    environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]]), "WHERE": str(where)}
    result = subprocess.run(
        ["bash", "-c", script], cwd=here, env=environment, capture_output=True, text=True, check=False
    )
    # A command that breaks down ends with status 1, too.
    assert (result.returncode, result.stderr) == (command.status, ""), f"{command.lines}\n{result.stdout}"
    there = Path(where.read_text(encoding="utf-8").strip())
    where.unlink()
    return there, result.stdout


def _expect(step: Expected, text: str) -> None:
    """Every line of the page stands in the text, in the same order; all of it where the page shows a file."""
    if step.path:
        assert text.rstrip().splitlines() == [line.rstrip() for line in step.lines]
        return
    lines = iter(text.splitlines())
    for line in step.lines:
        assert any(line.rstrip() == found.rstrip() for found in lines), f"not in its place: {line!r} in\n{text}"


def test_every_table_and_every_block_of_the_page_is_used() -> None:
    text = page("tutorial.md")
    found = steps(text)
    tables = text.count("\n|---")
    assert sum(isinstance(step, Typing) for step in found) == tables
    assert text.count("```") == 2 * sum(not isinstance(step, Typing) for step in found)
