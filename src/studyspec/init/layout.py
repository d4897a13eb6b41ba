"""Writing a new study into an empty folder."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from studyspec.init.adam import adam_book
from studyspec.init.plan import LIBRARY_TERMS, LIBRARY_VARIABLES, LONGEST_CODELIST, Book, NewStudy, Row
from studyspec.init.qc import qc_files
from studyspec.init.received import received_book
from studyspec.init.sdtm import sdtm_book
from studyspec.init.sheets import readme_rows
from studyspec.init.tlf import tlf_book
from studyspec.spec.model import Standard
from studyspec.spec.schemas import SCHEMAS
from studyspec.spec.tlf_schema import SHEETS
from studyspec.spec.workbook_style import style_workbook, workbook_bytes
from studyspec.spec.write_workbook import book_of

_STANDARDS: dict[str, Standard | None] = {"sdtm": "SDTM", "adam": "ADaM", "tlf": None}
_EXAMPLES = {"sdtm/example.py": "sdtm_example", "adam/example.py": "adam_example", "tlf/README.md": "tlf_readme"}
_LIBRARY_LIKE = {LIBRARY_VARIABLES: "Variables", LIBRARY_TERMS: "Codelists"}


def lay_out(folder: Path, new: NewStudy) -> dict[str, Book]:
    """Write workbooks, programs, QC and texts of a new study; the raw folder is left to the caller.

    Args:
        folder: exists, and has none of the files.
        new: what is to be laid out.

    Returns:
        The rows of the workbooks, by name (sdtm, adam, tlf).
    """
    sdtm = received_book(new) if new.received else sdtm_book(new)
    adam = adam_book(new, sdtm)
    books = {"sdtm": sdtm, "adam": adam, "tlf": tlf_book(new, adam)}
    if not new.analysis:
        books = {"sdtm": sdtm}
    books = {name: _without_empty_library(book) for name, book in books.items()}
    (folder / "specs").mkdir()
    for name, book in books.items():
        (folder / "specs" / f"{name}.xlsx").write_bytes(_workbook(name, book))
    texts = {"README.md": _readme(new, sdtm), ".gitignore": _text("gitignore").substitute()}
    texts |= {path: _text(file).template for path, file in _EXAMPLES.items() if path.partition("/")[0] in books}
    texts |= {"qc/README.md": _text("qc_readme").template}
    texts |= dict(qc_files(new, books, _text("qc_program").template))
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return books


def _without_empty_library(book: Book) -> Book:
    return {sheet: rows for sheet, rows in book.items() if rows or sheet not in _LIBRARY_LIKE}


def _workbook(name: str, book: Book) -> bytes:
    headers = {"README": ("Topic", "Explanation"), **{sheet: _headers(sheet, rows) for sheet, rows in book.items()}}
    result = book_of(
        headers, {"README": [*readme_rows(name, book)], **{sheet: [*rows] for sheet, rows in book.items()}}
    )
    style_workbook(result, _STANDARDS[name])
    return workbook_bytes(result)


def _headers(sheet: str, rows: list[Row]) -> tuple[str, ...]:
    """The loader's columns; of a sheet with the records of a dataset, its variables."""
    return tuple(SCHEMAS.get(_LIBRARY_LIKE.get(sheet, sheet)) or SHEETS.get(sheet) or rows[0])


def _readme(new: NewStudy, sdtm: Book) -> str:
    received = bool(new.received)
    steps = _text("steps_received" if received else "steps_raw").template
    if new.analysis:
        last = len(re.findall(r"^\d", steps, re.MULTILINE))
        steps += _text("steps_analysis").substitute(first=last + 1, second=last + 2)
    parts = [name for name in _STANDARDS if name == "sdtm" or new.analysis]
    return _text("readme").substitute(
        study=new.name,
        books=", ".join(f"`{name}.xlsx`" for name in parts),
        folders=", ".join(f"`{name}/`" for name in parts),
        start="the received SDTM" if received else "raw files",
        goal="first table" if new.analysis else "datasets",
        raw_folder="the SDTM as received, and its manifest" if received else "the registry's files and their manifest",
        steps=steps.strip(),
        stand=_where_things_stand(new, sdtm),
    )


def _where_things_stand(new: NewStudy, sdtm: Book) -> str:
    """What the workbooks hold of the standards; of received SDTM only the analysis datasets do."""
    kinds = [kind for kind, there in (("sdtm", not new.received), ("adam", new.analysis)) if there]
    guides = {"sdtm": "SDTMIG 3.4", "adam": "ADaMIG 1.3 and OCCDS 1.1"}
    methods = {"sdtm": "sequence numbers, study days, reference dates", "adam": "treatment dates, treatment emergence"}
    lines = []
    if kinds:
        lines += [
            "- Variables that the standard requires or expects are in the sheet Variables, with labels, types, roles",
            f"  and codelists of {', '.join(guides[kind] for kind in kinds)}.",
        ]
    if sdtm[LIBRARY_VARIABLES]:
        lines += [f"- Permissible variables are in the sheet {LIBRARY_VARIABLES}: copy the rows you need to Variables."]
    if sdtm[LIBRARY_TERMS]:
        lines += [
            f"- Terms of codelists with more than {LONGEST_CODELIST} terms are in the sheet {LIBRARY_TERMS}:",
            "  copy the rows of the terms that the study uses to Codelists.",
        ]
    if kinds:
        lines += [
            "- The derivations that hold nearly everywhere are in the sheet Methods:",
            f"  {', '.join(methods[kind] for kind in kinds)}. Read them: they are the study's now.",
        ]
    return "".join(f"{line}\n" for line in lines)


def _text(name: str) -> Template:
    return Template(files(__package__).joinpath(f"files/{name}.txt").read_text(encoding="utf-8"))
