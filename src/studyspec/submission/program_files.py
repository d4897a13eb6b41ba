"""The folder of programs: what made each dataset and each display, as ASCII text."""

from __future__ import annotations

from studyspec.derive.encoding import to_ascii
from studyspec.study import FUNCTION_FOLDERS, Study
from studyspec.submission.display_programs import display_programs
from studyspec.submission.programs import dataset_program
from studyspec.submission.tree import file_stem, program_name


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
    if study.tlf is not None:
        programs = display_programs(study.tlf, study.study_id)
        texts |= {f"{file_stem(name)}.txt": text for name, text in programs.items()}
    for folder in FUNCTION_FOLDERS:
        for path in sorted((study.root / folder).glob("*.py")):
            source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
            texts[f"functions-{folder}-{file_stem(path.stem)}.txt"] = to_ascii(source)
    return {name: text.encode("ascii") for name, text in texts.items()}
