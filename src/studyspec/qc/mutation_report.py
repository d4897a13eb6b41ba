"""The report of the mutation check: mutations.json and mutations.html."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studyspec.qc.mutation_check import Trial, passed
from studyspec.qc.pages import page


def write_trials(trials: Sequence[Trial], folder: Path, basis: str) -> None:
    """Write mutations.json and mutations.html: each planted error, what it changed and what caught it.

    Args:
        trials: what became of each mutation.
        folder: build/qc.
        basis: the fingerprint of the study they were planted in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {"basis": basis, "passed": passed(trials), "mutations": [asdict(trial) for trial in trials]}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / "mutations.json").write_text(text, encoding="utf-8", newline="\n")
    html = page("mutations.html.j2", trials=trials, passed=passed(trials))
    (folder / "mutations.html").write_text(html, encoding="utf-8", newline="\n")


def read_trials(folder: Path) -> tuple[list[Trial], str]:
    """The trials in mutations.json and their basis; none and "" when the check was not run by this version."""
    try:
        content = json.loads((folder / "mutations.json").read_text(encoding="utf-8"))
        return [_trial(row) for row in content["mutations"]], content["basis"]
    except (OSError, ValueError, KeyError, TypeError):
        return [], ""


def _trial(row: dict[str, Any]) -> Trial:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Trial(**values)
