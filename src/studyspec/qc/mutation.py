"""Planted errors: what a mutation changes, and the study with it applied in memory.

A mutation is data: one or more edits, each a cell of a workbook or a line of a function, given as the text to find and
the text to put in its place. Nothing on disk is touched, and the second programs see nothing of it.
"""

from __future__ import annotations

import ast
import csv
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from studyspec.spec.load import spec_from
from studyspec.spec.load_tlf import tlf_from
from studyspec.spec.model import Spec
from studyspec.spec.received import with_received
from studyspec.spec.tlf import TlfSpec
from studyspec.spec.workbook import Row, Sheet, Workbook, read_workbook
from studyspec.study import Study

COLUMNS = ("ID", "Description", "File", "Place", "Find", "Replace")
# Sheet to the columns that name one of its rows.
ROW_NAMES = {
    "Methods": ("ID",),
    "Parameters": ("Name",),
    "Datasets": ("Dataset",),
    "Variables": ("Dataset", "Variable"),
    "Codelists": ("ID", "Term"),
    "Sources": ("Dataset", "Source"),
    "Mapping": ("Dataset", "Variable", "Source"),
    "Displays": ("Display",),
    "Columns": ("Display", "ID"),
    "Rows": ("Display", "ID"),
    "Subgroups": ("Display", "ID"),
    "TS": ("TSPARMCD", "TSSEQ"),
    "TA": ("ARMCD", "TAETORD"),
    "TE": ("ETCD",),
}


class MutationError(Exception):
    """A mutation cannot be applied as written; the message says which edit and why."""


@dataclass(frozen=True)
class Edit:
    """One change: in `file` at `place`, `find` becomes `replace`.

    In a workbook (specs/adam.xlsx) the place is sheet!row!column, the row named by its first columns joined by "/":
    Methods!MT.TRTEMFL!Expression Code, Mapping!EX/EXDOSE/ISA!Expression. In a module it is the function
    (toxicity_grade, Reader.records) or the constant.
    """

    file: str
    place: str
    find: str
    replace: str


@dataclass(frozen=True)
class Mutation:
    """A planted production error."""

    id: str
    description: str
    edits: tuple[Edit, ...]


def read_mutations(path: Path) -> list[Mutation]:
    """Read a list of mutations: a CSV file with `COLUMNS`; rows with the same ID are edits of one mutation.

    Raises:
        MutationError: a column is missing, or two mutations of one ID are described differently.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    lacking = [name for name in COLUMNS if rows and name not in rows[0]]
    if lacking:
        raise MutationError(f"{path.name} lacks the column {lacking[0]}.")
    found: dict[str, Mutation] = {}
    for row in rows:
        edit = Edit(row["File"], row["Place"], row["Find"], row["Replace"])
        known = found.setdefault(row["ID"], Mutation(row["ID"], row["Description"], ()))
        if known.description != row["Description"]:
            raise MutationError(f"{path.name}: the rows of {row['ID']} have different descriptions.")
        found[row["ID"]] = replace(known, edits=(*known.edits, edit))
    return list(found.values())


@contextmanager
def mutated(study: Study, workbooks: Mapping[str, Workbook], mutation: Mutation) -> Iterator[Study]:
    """The study with a mutation applied; afterwards everything is as before.

    Args:
        study: as loaded.
        workbooks: its workbooks as read, by file (specs/adam.xlsx).
        mutation: what to plant.

    Raises:
        MutationError: an edit does not fit: no such place, or the text to find is not there exactly once.
    """
    changed = dict(workbooks)
    with ExitStack() as stack:
        for edit in mutation.edits:
            if edit.file in workbooks:
                changed[edit.file] = _edited(changed[edit.file], edit)
            else:
                stack.enter_context(_patched(study, edit))
        yield _reloaded(study, workbooks, changed)


def read_workbooks(root: Path) -> dict[str, Workbook]:
    """The workbooks of a study, by file."""
    return {f"specs/{path.name}": read_workbook(path) for path in sorted((root / "specs").glob("*.xlsx"))}


def _edited(workbook: Workbook, edit: Edit) -> Workbook:
    sheet_name, row_name, column = _parts(edit)
    sheet = workbook.sheets.get(sheet_name)
    names = ROW_NAMES.get(sheet_name)
    if sheet is None or names is None:
        raise MutationError(f"{edit.file} has no sheet {sheet_name} that mutations can edit.")
    places = [place for place, row in enumerate(sheet.rows) if "/".join(row[name] for name in names) == row_name]
    if len(places) != 1:
        raise MutationError(f"{edit.file}!{sheet_name} has {len(places)} rows {row_name}; one is wanted.")
    row = sheet.rows[places[0]]
    text = _replaced(row[column], edit)
    rows = list(sheet.rows)
    rows[places[0]] = Row({**row.values, column: text}, row.location)
    return Workbook(workbook.name, {**workbook.sheets, sheet_name: Sheet(sheet.name, sheet.headers, tuple(rows))})


def _parts(edit: Edit) -> Sequence[str]:
    parts = edit.place.split("!")
    if len(parts) != 3:
        raise MutationError(f"{edit.file}: the place {edit.place!r} is not sheet!row!column.")
    return parts


def _replaced(text: str, edit: Edit) -> str:
    """The text with the edit made; a blank `find` stands for the whole text, which must then be blank."""
    count = text.count(edit.find) if edit.find else int(text == "")
    if count != 1:
        raise MutationError(f"{edit.file} {edit.place}: the text to find is there {count} times, not once: {edit.find}")
    return text.replace(edit.find, edit.replace) if edit.find else edit.replace


def _reloaded(study: Study, before: Mapping[str, Workbook], after: Mapping[str, Workbook]) -> Study:
    """The study with the workbooks that changed loaded anew."""
    found: dict[str, Any] = {}
    for file, workbook in after.items():
        if workbook is not before[file]:
            name = Path(file).stem
            found[name] = _loaded(study, name, workbook)
            if found[name] is None:
                raise MutationError(f"{file} has nothing left to build.")
    return replace(study, **found)


def _loaded(study: Study, name: str, workbook: Workbook) -> Spec | TlfSpec | None:
    if name == "tlf":
        return tlf_from(workbook)[0]
    spec, _ = spec_from(workbook, standard=_standard(study, name))
    return with_received(spec, _received_forms(study.sdtm)) if spec is not None and name == "sdtm" else spec


def _received_forms(spec: Spec) -> dict[str, tuple[str, ...]]:
    """The forms that are received datasets, with the column that names their subject."""
    return {form: ("USUBJID",) if spec.forms[form].subject else () for form in spec.received.values()}


def _standard(study: Study, name: str) -> Any:
    return getattr(study, name).standard


@contextmanager
def _patched(study: Study, edit: Edit) -> Iterator[None]:
    """A function of a module running with its text changed, or a constant with another value."""
    module = _module(study, edit.file)
    source = inspect.getsource(module)
    begin, end = _span(source, edit)
    text = source[:begin] + _replaced(source[begin:end], edit) + source[end:]
    clear_caches()
    try:
        with _new_code(module, edit, text):
            yield
    finally:
        clear_caches()


@contextmanager
def _new_code(module: ModuleType, edit: Edit, text: str) -> Iterator[None]:
    code = _codes(compile(text, edit.file, "exec", dont_inherit=True)).get(edit.place)
    if code is None:
        before = getattr(module, edit.place)
        setattr(module, edit.place, _constant(text, edit.place))
        try:
            yield
        finally:
            setattr(module, edit.place, before)
        return
    function = _function(module, edit.place)
    original = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = original


def _module(study: Study, file: str) -> ModuleType:
    parts = Path(file).with_suffix("").parts
    if parts[0] == "src":
        return importlib.import_module(".".join(parts[1:]))
    try:
        return study.registry.modules[file]
    except KeyError:
        raise MutationError(f"{file} is no module of the study.") from None


def _span(source: str, edit: Edit) -> tuple[int, int]:
    """Where in a module's source a function, method or constant stands."""
    node: ast.AST | None = ast.parse(source)
    for part in edit.place.split("."):
        node = next((item for item in getattr(node, "body", []) if part in _defined(item)), None)
    if not isinstance(node, ast.stmt) or node.end_lineno is None:
        raise MutationError(f"{edit.file} has no function or constant {edit.place}.")
    lines = source.splitlines(keepends=True)
    return len("".join(lines[: node.lineno - 1])), len("".join(lines[: node.end_lineno]))


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _codes(code: CodeType) -> dict[str, CodeType]:
    """The code of every function in compiled source, by qualified name."""
    found = {}
    for item in code.co_consts:
        if isinstance(item, CodeType):
            found[item.co_qualname] = item
            found |= _codes(item)
    return found


def _function(module: ModuleType, name: str) -> FunctionType:
    """The function object behind a name, below decorators, properties and caches."""
    owner: Any = module
    for part in name.split("."):
        owner = inspect.getattr_static(owner, part)
    owner = getattr(owner, "fget", None) or getattr(owner, "func", None) or owner
    found = inspect.unwrap(owner)
    if not isinstance(found, FunctionType):
        raise MutationError(f"{module.__name__}.{name} is not a function.")
    return found


def _constant(text: str, name: str) -> object:
    for node in ast.parse(text).body:
        if name in _defined(node) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            return ast.literal_eval(node.value)
    raise MutationError(f"{name} is no constant that can be changed.")


def clear_caches() -> None:
    """Forget what functions of the engine and of the study remember, so that a changed one is asked again."""
    for name, module in list(sys.modules.items()):
        if name.startswith("studyspec"):
            for item in list(vars(module).values()):
                if hasattr(item, "cache_clear"):
                    item.cache_clear()
