"""The report of the mutation check: mutations.json and mutations.html."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from studyspec.qc.mutation_check import Trial, passed
from studyspec.qc.pages import page


def write_trials(trials: Sequence[Trial], folder: Path) -> None:
    """Write mutations.json and mutations.html: each planted error, what it changed and what caught it."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"passed": passed(trials), "mutations": [asdict(trial) for trial in trials]}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / "mutations.json").write_text(text, encoding="utf-8", newline="\n")
    html = page("mutations.html.j2", trials=trials, passed=passed(trials))
    (folder / "mutations.html").write_text(html, encoding="utf-8", newline="\n")
