"""Write a spec as the workbook it would have come from: what `load_spec` reads back to an equal spec.

All sheets and columns of Pinnacle 21's Define 2.1 layout and of ours are written, empty ones with their headers, so
that a person can go on in Excel. A column takes the field of its own name (Key Variables: `key_variables`), or the one
that is named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl

from studyspec.spec.analysis import AnalysisResult
from studyspec.spec.load_rows import is_number
from studyspec.spec.model import Codelist, Join, Parameter, Source, Spec, ValueLevel, WhereClause
from studyspec.spec.schemas import SCHEMAS
from studyspec.spec.where_clause import WhereClauseError, parse_where_clause, where_clause_text
from studyspec.spec.workbook import cell_text
from studyspec.spec.workbook_style import CellValue, add_sheet, style_workbook, workbook_bytes

LONGEST_CELL = 32767  # Excel's limit, in characters.
SheetRow = Mapping[str, CellValue]

# Columns that do not hold the field of their own name.
_FIELDS = {
    ("Datasets", "Dataset"): "name",
    ("Datasets", "Class"): "class_",
    ("Datasets", "Standard"): "standard_name",
    ("Variables", "Variable"): "name",
    ("Codelists", "NCI Codelist Code"): "nci_code",
    ("Codelists", "NCI Term Code"): "nci_code",
    ("Forms", "Form"): "name",
}
# Columns in which No says more than an empty cell.
_SPELLED_OUT = ("Mandatory", "Repeating", "Reference Data")
# Columns of Codelists that describe the term; the others describe the codelist and repeat.
_OF_TERMS = ("Order", "Term", "NCI Term Code", "Decoded Value", "Synonyms", "Extended")


class WorkbookError(ValueError):
    """A spec that no workbook can hold; the message says which cell and why."""


def write_workbook(spec: Spec, path: Path) -> None:
    """Write a spec as an .xlsx file.

    Args:
        spec: any spec. Datasets that were received, without rows of their own in Sources, get none.
        path: the file to write; the same spec gives the same bytes.

    Raises:
        WorkbookError: a text is longer than a cell can be.

    Example:
        >>> spec, _ = load_spec(Path("specs/sdtm.xlsx"))  # doctest: +SKIP
        >>> write_workbook(spec, Path("copy.xlsx"))  # doctest: +SKIP
    """
    book = spec_book(spec)
    style_workbook(book, spec.standard)
    path.write_bytes(workbook_bytes(book))


def spec_book(spec: Spec) -> openpyxl.Workbook:
    """The sheets of a spec, all with their headers, without their look (see `style_workbook`).

    Raises:
        WorkbookError: a text is longer than a cell can be.
    """
    rows = spec_rows(spec)
    headers = {name: tuple(schema) for name, schema in SCHEMAS.items() if name != "WhereClauses" or rows[name]}
    headers |= {name: sheet.headers for name, sheet in spec.dataset_sheets.items()}
    return book_of(headers, rows)


def book_of(headers: Mapping[str, tuple[str, ...]], rows: Mapping[str, list[SheetRow]]) -> openpyxl.Workbook:
    """Sheets with their headers and rows, in the order of `headers`.

    Raises:
        WorkbookError: a text is longer than a cell can be.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, columns in headers.items():
        found = rows.get(name, [])
        _refuse_long_texts(name, found)
        add_sheet(book, name, columns, found)
    return book


def _refuse_long_texts(sheet: str, rows: list[SheetRow]) -> None:
    for number, row in enumerate(rows, start=2):
        for header, value in row.items():
            if isinstance(value, str) and len(value) > LONGEST_CELL:
                raise WorkbookError(
                    f"{sheet}, row {number}, {header}: the text has {len(value)} characters, and a cell holds "
                    f"{LONGEST_CELL}. Shorten it, or move it into a document."
                )


def spec_rows(spec: Spec) -> dict[str, list[SheetRow]]:
    """The rows of every sheet, by header. Empty cells are "" or None."""
    objects: dict[str, Iterator[object]] = {
        "Datasets": iter(spec.datasets.values()),
        "Variables": iter(spec.variables),
        "Dictionaries": iter(spec.dictionaries.values()),
        "Methods": iter(spec.methods.values()),
        "Comments": iter(spec.comments.values()),
        "Documents": iter(spec.documents.values()),
        "Forms": iter(spec.forms.values()),
        "Mapping": iter(spec.mappings),
        "Checks": iter(spec.checks),
        "Explained": iter(spec.explanations),
        "Guide": iter(spec.guide),
        "Analysis Displays": iter(spec.analysis_displays.values()),
    }
    rows: dict[str, list[SheetRow]] = {
        sheet: [fields_row(sheet, item) for item in items] for sheet, items in objects.items()
    }
    named = _named_clauses(spec)
    rows["Define"] = [{"Attribute": name, "Value": value} for name, value in spec.attributes.items()]
    rows["ValueLevel"] = [_value_level(level) for level in spec.value_levels]
    rows["WhereClauses"] = [row for clause in named.values() for row in _where_clause(clause)]
    rows["Codelists"] = [row for codelist in spec.codelists.values() for row in _terms(codelist)]
    rows["Sources"] = [_source(source) for source in spec.sources if not source.received]
    rows["Analysis Results"] = [_analysis_result(result) for result in spec.analysis_results]
    rows["Parameters"] = [_parameter(parameter) for parameter in spec.parameters.values()]
    for name, sheet in spec.dataset_sheets.items():
        rows[name] = [dict(zip(sheet.headers, record.values, strict=True)) for record in sheet.records]
    return rows


def fields_row(sheet: str, item: object, headers: tuple[str, ...] = ()) -> dict[str, CellValue]:
    """The cells of an object: each header takes the field of its own name, or the one that `_FIELDS` names."""
    return {header: _cell(sheet, header, item) for header in headers or SCHEMAS[sheet]}


def _cell(sheet: str, header: str, item: object) -> CellValue:
    value = getattr(item, _FIELDS.get((sheet, header), header.lower().replace(" ", "_")))
    if isinstance(value, bool):
        return "Yes" if value else "No" if header in _SPELLED_OUT else ""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value if value is None or isinstance(value, int | float) else str(value)


def _named_clauses(spec: Spec) -> dict[str, WhereClause]:
    """Where clauses that go by an ID, as in older workbooks; the others are written into their rows."""
    levels = (level for level in spec.value_levels if not _is_own_text(level))
    return {level.where_clause.id: level.where_clause for level in levels}


def _is_own_text(level: ValueLevel) -> bool:
    try:
        return parse_where_clause(level.where_clause.id, level.dataset) == level.where_clause.conditions
    except WhereClauseError:
        return False


def _value_level(level: ValueLevel) -> SheetRow:
    headers = tuple(header for header in SCHEMAS["ValueLevel"] if header != "Where Clause")
    return fields_row("ValueLevel", level, headers) | {"Where Clause": level.where_clause.id}


def _where_clause(clause: WhereClause) -> Iterator[SheetRow]:
    for condition in clause.conditions:
        values = ", ".join(map(_sheet_value, condition.values))
        yield {
            "ID": clause.id,
            "Dataset": condition.dataset,
            "Variable": condition.variable,
            "Comparator": condition.comparator,
            "Value": values,
        }


def _sheet_value(value: str) -> str:
    plain = "," not in value and not value.startswith('"') and value == value.strip()
    return value if plain else '"' + value.replace('"', '""') + '"'


def _terms(codelist: Codelist) -> Iterator[SheetRow]:
    own = tuple(header for header in SCHEMAS["Codelists"] if header not in _OF_TERMS)
    cells = fields_row("Codelists", codelist, own)
    for term in codelist.terms:
        others = tuple(header for header in _OF_TERMS if header != "Synonyms")
        yield cells | fields_row("Codelists", term, others) | {"Synonyms": _synonyms(term.synonyms)}


def _synonyms(spellings: tuple[str, ...]) -> str:
    return "; ".join(f'"{text}"' if ";" in text or text != text.strip() else text for text in spellings)


def _source(source: Source) -> SheetRow:
    headers = tuple(header for header in SCHEMAS["Sources"] if header != "Join")
    return fields_row("Sources", source, headers) | {"Join": "; ".join(map(_join, source.joins))}


def _join(join: Join) -> str:
    keep = f" keep {join.keep}" if join.keep else ""
    by = f" by {', '.join(join.by)}" if join.by else ""
    return f"{join.form} on {', '.join(join.on)}{keep}{by}"


def _analysis_result(result: AnalysisResult) -> SheetRow:
    special = ("Variables", "Selection Criteria", "Documentation Refs")
    headers = tuple(header for header in SCHEMAS["Analysis Results"] if header not in special)
    documents = (f"{document} ({pages})" if pages else document for document, pages in result.documentation_refs)
    return fields_row("Analysis Results", result, headers) | {
        "Variables": ", ".join(f"{dataset}.{name}" if dataset else name for dataset, name in result.variables),
        "Selection Criteria": where_clause_text(result.selection, ""),
        "Documentation Refs": ", ".join(documents),
    }


def _parameter(parameter: Parameter) -> SheetRow:
    value = parameter.value
    cell = value if isinstance(value, str) else _number(value)
    return {"Name": parameter.name, "Value": cell, "Description": parameter.description}


def _number(value: float) -> CellValue:
    """A number, or where Excel would round it or show it as 1E-05 its text, which is read as the same number."""
    if float(f"{value:.15g}") != value or not is_number(cell_text(value)):
        return f"{Decimal(repr(value)):f}"
    return int(value) if value.is_integer() else value
