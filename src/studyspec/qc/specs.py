"""What the second programs and the comparison take from the workbooks: codelists, parameters, sheets of records, keys.

Read with openpyxl alone and not with `studyspec.spec`, so that a mistake in production's reading of a workbook shows as
a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

WORKBOOKS = ("sdtm", "adam")
# Synonyms are separated by semicolons; one that holds a semicolon stands in double quotes.
_SYNONYM = re.compile(r'"([^"]*)"|([^;"]+)')

Cells = dict[str, str]


@dataclass(frozen=True)
class SpecTables:
    """Tables of the schema spec, and the key variables of each dataset.

    `codelists` has workbook, id, term, decode, synonym: one row a synonym, and one with a blank synonym for a term
    that has none. `parameters` has workbook, name, value. `sheets` are those of sdtm.xlsx that hold the records of a
    dataset (TS, TA, TE), by its name. All are text, cells as written.
    """

    codelists: pa.Table
    parameters: pa.Table
    keys: dict[str, tuple[str, ...]]
    sheets: dict[str, pa.Table] = field(default_factory=dict)


def read_specs(folder: Path) -> SpecTables:
    """Read specs/sdtm.xlsx and, where there is one, specs/adam.xlsx."""
    import pyarrow as pa

    codelists: list[Cells] = []
    parameters: list[Cells] = []
    keys: dict[str, tuple[str, ...]] = {}
    records: dict[str, list[Cells]] = {}
    for name in WORKBOOKS:
        path = folder / f"{name}.xlsx"
        if not path.is_file():
            continue
        sheets = _read(path)
        for row in sheets["Codelists"]:
            about = {"workbook": name, "id": row["ID"], "term": row["Term"], "decode": row["Decoded Value"]}
            codelists += [about | {"synonym": synonym} for synonym in split_synonyms(row.get("Synonyms", "")) or [""]]
        for row in sheets["Parameters"]:
            parameters.append({"workbook": name, "name": row["Name"], "value": row["Value"]})
        for row in sheets["Datasets"]:
            keys[row["Dataset"]] = tuple(item.strip() for item in row["Key Variables"].split(","))
            if name == "sdtm" and row["Dataset"] in sheets:
                records[row["Dataset"]] = sheets[row["Dataset"]]
    return SpecTables(
        pa.Table.from_pylist(codelists, _schema("workbook", "id", "term", "decode", "synonym")),
        pa.Table.from_pylist(parameters, _schema("workbook", "name", "value")),
        keys,
        {name: pa.Table.from_pylist(rows, _schema(*rows[0])) for name, rows in records.items() if rows},
    )


def split_synonyms(text: str) -> list[str]:
    """The spellings in a Synonyms cell.

    Example:
        >>> split_synonyms('T4; "t(4;14)"')
        ['T4', 't(4;14)']
    """
    found = [(quoted or plain).strip() for quoted, plain in _SYNONYM.findall(text)]
    return [item for item in found if item]


def _schema(*names: str) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in names])


def _read(path: Path) -> dict[str, list[Cells]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        names = ("Datasets", "Codelists", "Parameters")
        sheets = {name: list(_rows(book[name].values)) if name in book.sheetnames else [] for name in names}
        own = [row["Dataset"] for row in sheets["Datasets"] if row["Dataset"] in book.sheetnames]
        return sheets | {name: list(_rows(book[name].values)) for name in own}
    finally:
        book.close()


def _rows(lines: Iterator[tuple[object, ...]]) -> Iterator[Cells]:
    header = [_text(cell) for cell in next(lines, ())]
    for line in lines:
        texts = [_text(cell) for cell in line]
        if any(texts):
            yield dict(zip(header, texts, strict=False))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
