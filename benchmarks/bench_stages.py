"""CPU seconds and peak memory of each stage of `studyspec build` on the reference study (medians).

Run it with `make bench`, or `python benchmarks/bench_stages.py --runs 5` in the project's environment.
Needs a Unix system (os.wait4 tells the CPU time and memory of the whole run).
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from studyspec.stages import BUILD_STAGES

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


def run(arguments: list[str], folder: Path) -> tuple[float, float]:
    """Run a command with its output in `folder`; give its CPU seconds and peak MiB, stop if it fails."""
    output = folder / "output.txt"
    to_file = [
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=to_file)
    _, status, used = os.wait4(process, 0)
    if status:
        print(output.read_text(encoding="utf-8"), file=sys.stderr)
        sys.exit(f"{' '.join(arguments)} ended with exit status {os.waitstatus_to_exitcode(status)}.")
    # macOS counts memory in bytes, Linux in KiB.
    peak = used.ru_maxrss / MIB if sys.platform == "darwin" else used.ru_maxrss / 1024
    return used.ru_utime + used.ru_stime, peak


def build_once() -> list[tuple[str, float, float]]:
    """Build the reference study; give (stage, CPU seconds, peak MiB) of each stage, the whole run last."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timings = folder / "timings.json"
        studyspec = str(Path(sys.executable).with_name("studyspec"))
        command = [studyspec, "build", "--out", str(folder / "build"), "--timings", str(timings)]
        whole = run(command, folder)
        stages = json.loads(timings.read_text(encoding="utf-8"))
    return [(row["stage"], row["cpu_seconds"], row["peak_mb"]) for row in stages] + [("whole", *whole)]


def main() -> None:
    """Print a line for each stage and one for the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="builds to take the median of (default 3)")
    runs = parser.parse_args().runs
    os.chdir(ROOT)
    builds = [build_once() for _ in range(runs)]
    with tempfile.TemporaryDirectory() as name:
        pandas = min(run([sys.executable, "-c", "import pandas"], Path(name))[0] for _ in range(runs))

    print(f"studyspec build of the reference study, median of {runs} (limits: 4 CPU s, 300 MB)\n")
    print(f"{'stage':<12}{'CPU s':>8}{'peak MiB':>10}   what")
    *stages, whole = ((rows[0][0], median(rows, 1), median(rows, 2)) for rows in zip(*builds, strict=True))
    start = whole[1] - sum(seconds for _, seconds, _ in stages)
    print(f"{'start':<12}{start:>8.2f}{'':>10}   Python and its packages; import pandas alone takes {pandas:.2f}")
    for stage, seconds, peak in stages:
        print(f"{stage:<12}{seconds:>8.2f}{peak:>10.0f}   {BUILD_STAGES[stage]}")
    print(f"{whole[0]:<12}{whole[1]:>8.2f}{whole[2]:>10.0f}")


def median(rows: tuple[tuple[str, float, float], ...], place: int) -> float:
    """Median over the builds of what stands at `place`: 1 CPU seconds, 2 peak MiB."""
    return statistics.median(float(row[place]) for row in rows)


if __name__ == "__main__":
    main()
