"""The folder of programs: what made each dataset and each display, as ASCII text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from studyspec.define.statements import display_statements
from studyspec.derive.encoding import to_ascii
from studyspec.spec.tlf import Display
from studyspec.study import FUNCTION_FOLDERS, Study
from studyspec.submission.programs import RULER, WIDTH, dataset_program
from studyspec.submission.tree import file_stem, program_name

HOW_TO_READ = """\
This text states what the display shows, as the tlf workbook has it. POPULATION: the subjects, by their record in ADSL.
RECORDS: what holds for the records of every row. COLUMN: the subjects of a column. ROW: what is counted or
summarised, of which records, among which subjects, and how it is printed. A subject counts once in a row, unless it
says events."""


def program_files(study: Study) -> dict[str, bytes]:
    """Every program of a study.

    Returns:
        Name to content: `adsl.txt` for an analysis dataset, `sdtm-ae.txt` for one of SDTM, `t-14-1-2.txt` for a
        display, `functions-adam-adsl.txt` for a file of the study's own functions. Lines end with LF.
    """
    texts = {}
    for spec in (study.sdtm, study.adam):
        if spec is not None:
            for name in spec.datasets:
                texts[program_name(name, spec.standard)] = dataset_program(name, spec, study.registry)
    for display in study.tlf.displays.values() if study.tlf else ():
        texts[f"{file_stem(display.id)}.txt"] = "\n".join(_display(display, study.study_id)) + "\n"
    for folder in FUNCTION_FOLDERS:
        for path in sorted((study.root / folder).glob("*.py")):
            source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
            texts[f"functions-{folder}-{file_stem(path.stem)}.txt"] = source
    return {name: to_ascii(text).encode("ascii") for name, text in texts.items()}


def _display(display: Display, study: str) -> Iterator[str]:
    """What a display is and shows: titles, then the statements of columns and rows, as the tlf workbook has them."""
    yield RULER
    yield f"Study    {study}"
    yield f"Display  {display.number}, {display.title}" if display.number else f"Display  {display.title}"
    if display.population_label:
        yield f"Of       {display.population_label}"
    yield RULER
    yield ""
    yield from textwrap.wrap(HOW_TO_READ, WIDTH)
    yield ""
    yield from display_statements(display, display.rows)
    for column in display.columns:
        if column.expressions:
            yield f"LISTED {column.id}: {'; '.join(column.expressions)}"
    footnotes = display.texts("footnote")
    if footnotes:
        yield ""
        yield from (line for text in footnotes for line in textwrap.wrap(text, WIDTH))
