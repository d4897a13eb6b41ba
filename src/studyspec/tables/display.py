"""From the tlf spec to files: build a display, render it in every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from studyspec.findings import Finding, Rule
from studyspec.spec.tlf import TlfSpec
from studyspec.tables.analysis import analyse
from studyspec.tables.layout import Layout, layouts_of
from studyspec.tables.pages import Pages, paginate
from studyspec.tables.plots.draw import draw_figure
from studyspec.tables.plots.panels import Results
from studyspec.tables.plots.shapes import Drawing
from studyspec.tables.population import Evaluate
from studyspec.tables.render_html import render_html
from studyspec.tables.render_pdf import render_pdf
from studyspec.tables.render_rtf import render_rtf
from studyspec.tables.render_text import render_text
from studyspec.tables.results import results_frame, write_ard
from studyspec.transport.atomic import replacing

NO_ROOM = Rule(
    "TLF-104",
    "error",
    "No room for the body of the table",
    why="Titles, column heads and footnotes repeat on every page; with the columns they leave too little for the rows.",
    action="Shorten footnotes or column labels, narrow columns of a stated Width, split the display in two, or use the "
    "other orientation.",
)


@dataclass(frozen=True)
class DisplayResult:
    """A display that is counted and laid out. `ard` has the columns of `results.COLUMNS`.

    There is one layout, or one per subgroup. `drawings` are the pages of a figure.
    """

    name: str
    ard: pd.DataFrame
    layouts: tuple[Layout, ...]
    findings: tuple[Finding, ...]
    drawings: tuple[Drawing, ...] = ()

    @cached_property
    def pages(self) -> tuple[Pages, ...]:
        """The layouts broken into lines and pages, all with columns of the same widths."""
        whole = replace(self.layouts[0], body=tuple(line for layout in self.layouts for line in layout.body))
        return tuple(paginate(layout, like=whole) for layout in self.layouts)


def build_display(
    tlf: TlfSpec, display_id: str, frames: Mapping[str, pd.DataFrame], evaluate: Evaluate
) -> DisplayResult:
    """Count and lay out one display.

    Args:
        tlf: the tlf spec; the display has no error findings.
        display_id: as in the sheet Displays: T-14-3-1-1.
        frames: ADSL (one record per subject) and the datasets the display reads, each with USUBJID.
        evaluate: `evaluate(dataset, expression)` gives one value per record of that dataset.

    Returns:
        Analysis results data, layout and findings.

    Raises:
        KeyError: there is no such display, dataset or variable.
        ValueError: ADSL has two records of a subject.
    """
    display = tlf.displays[display_id]
    analysis = analyse(display, frames, evaluate)
    ard = results_frame(analysis.results)
    layouts = layouts_of(display, ard, analysis.parts, tlf.name)
    result = DisplayResult(display.file_name, ard, layouts, tuple(analysis.findings))
    pages = result.pages[0]
    if pages.is_cramped:
        what = f"{display.id} leaves {max(0, pages.room)} lines and {max(0, pages.stub)} places for its rows on a page."
        finding = NO_ROOM.finding(what, cell=display.location.at("Display"))
        return replace(result, findings=(*analysis.findings, finding))
    if display.type == "Figure" and not analysis.parts[0].empty:
        results = Results(display, ard, analysis.parts[0].lines)
        return replace(result, drawings=draw_figure(results, *pages.picture))
    return result


def render_display(result: DisplayResult, out_dir: Path) -> list[Path]:
    """Write a display's results data and its pages.

    Args:
        result: from `build_display`.
        out_dir: gets the folders `ard` (Parquet, CSV) and `tlf` (text, RTF, HTML, PDF).

    Returns:
        The files written.
    """
    ard, tlf = out_dir / "ard", out_dir / "tlf"
    for folder in (ard, tlf):
        folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "txt": render_text(*result.pages),
        "rtf": render_rtf(*result.pages, drawings=result.drawings),
        "html": render_html(*result.layouts, drawings=result.drawings),
        "pdf": render_pdf(*result.pages, drawings=result.drawings),
    }
    written = list(write_ard(result.ard, ard, result.name))
    for suffix, content in contents.items():
        path = tlf / f"{result.name}.{suffix}"
        with replacing(path) as file:
            file.write(content)
        written.append(path)
    return written
