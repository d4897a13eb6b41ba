"""Stages of a command: what is shown while it runs, and what each cost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BUILD_STAGES = {
    "specs": "read the specs",
    "raw": "read the raw extract",
    "check": "check the specs",
    "datasets": "build the datasets",
    "transport": "write the transport files",
    "tables": "make the tables",
    "manifest": "list findings and files",
}
"""The stages of a build in their order, and what each does in words."""


@dataclass(frozen=True)
class Timing:
    """Cost of a stage: CPU seconds of this process, and its peak memory (MB) when the stage ended."""

    stage: str
    cpu_seconds: float
    peak_mb: float


@dataclass
class Stages:
    """Announces stages as they begin and keeps their timings."""

    announce: Callable[[str], None]
    timings: list[Timing] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run a stage under this name."""
        self.announce(name)
        started = time.process_time()
        yield
        self.timings.append(Timing(name, time.process_time() - started, peak_memory()))


def peak_memory() -> float:
    """Peak memory of this process in MB; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
