"""Writes the files that hold all displays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from studyspec.exports.all_pages import all_displays_pdf
from studyspec.exports.order import display_order
from studyspec.exports.results_book import results_workbook
from studyspec.spec.tlf import TlfSpec
from studyspec.tables.display import DisplayResult
from studyspec.transport.atomic import replacing

PDF, WORKBOOK = "all-displays.pdf", "results.xlsx"


def write_exports(results: Iterable[DisplayResult], tlf: TlfSpec, folder: Path) -> list[Path]:
    """Write all displays as one PDF and as one workbook.

    Args:
        results: of `build_display`, in any order.
        tlf: the displays.
        folder: of the build; the files go into its folder tlf.

    Returns:
        The files written; none where there is no display.
    """
    by_name = {result.name: result for result in results}
    shown = [
        (item, by_name[item.file_name]) for item in display_order(tlf.displays.values()) if item.file_name in by_name
    ]
    if not shown:
        return []
    target = folder / "tlf"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in ((PDF, all_displays_pdf(shown)), (WORKBOOK, results_workbook(shown))):
        with replacing(target / name) as file:
            file.write(content)
        written.append(target / name)
    return written
