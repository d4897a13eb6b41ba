"""A DuckDB database of one layer: only the schemas its programs may read, and no way out of it.

The programs of a layer cannot reach what they must not read: other schemas are not in their database, and files and
Python are closed to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from studyspec.qc.programs import Program

if TYPE_CHECKING:
    import pyarrow as pa

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*INTEGERS, "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", '"NULL"')
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


class ProgramError(Exception):
    """A program did not run, or gave a table that cannot be compared; the message names file and line."""


class Warehouse:
    """The database of one layer, with its schemas and an empty schema qc."""

    def __init__(self, schemas: Iterable[str]) -> None:
        import duckdb

        # One thread: sums of floating-point numbers are then made in one order, and a second run gives the same bits.
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        for name in (*schemas, "qc"):
            self._connection.execute(f"CREATE SCHEMA {name}")
        self._connection.execute("SET python_enable_replacements = false")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def load(self, schema: str, name: str, table: pd.DataFrame | pa.Table) -> None:
        """Put a table into a schema; NaN becomes NULL, text stays as it is."""
        import pyarrow as pa

        if isinstance(table, pd.DataFrame):
            table = pa.Table.from_pandas(table, preserve_index=False)
        self._connection.register("incoming", table)
        self._connection.execute(f'CREATE TABLE {schema}."{name.lower()}" AS SELECT * FROM incoming')
        self._connection.unregister("incoming")

    def run(self, program: Program) -> None:
        """Run a program, statement by statement.

        Raises:
            ProgramError: a statement failed.
        """
        import duckdb

        try:
            statements = self._connection.extract_statements(program.text)
        except duckdb.Error as error:
            raise ProgramError(_message(program, 1, error)) from error
        start = 0
        for statement in statements:
            start = max(start, program.text.find(statement.query, start))
            line = program.text.count("\n", 0, start) + 1
            try:
                self._connection.execute(statement)
            except duckdb.Error as error:
                raise ProgramError(_message(program, line, error)) from error
            start += len(statement.query)

    def result(self, program: Program) -> pd.DataFrame:
        """The table that a program made: text without NULL, numbers as float64.

        Raises:
            ProgramError: it made none, or a column is neither text nor number.
        """
        query = (
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'qc' AND table_name = ? ORDER BY ordinal_position"
        )
        columns = self._connection.execute(query, [program.name]).fetchall()
        if not columns:
            raise ProgramError(f"{program.path}: it ended without creating the table qc.{program.name}.")
        chosen = ", ".join(_as_plain(program, name, kind) for name, kind in columns)
        table = self._connection.sql(f"SELECT {chosen} FROM qc.{program.name}").to_arrow_table()
        types = {name: "str" if kind == "VARCHAR" else "float64" for name, kind in columns}
        return pd.DataFrame({name: table[name].to_pandas().astype(types[name]) for name in types})


def _as_plain(program: Program, name: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f'coalesce("{name}", \'\') AS "{name}"'
    if kind.partition("(")[0] in NUMBERS:
        return f'CAST("{name}" AS DOUBLE) AS "{name}"'
    what = f"{program.path}: column {name} of qc.{program.name} is {kind}; datasets hold text and numbers only."
    raise ProgramError(f"{what} Cast it.")


def _message(program: Program, line: int, error: Exception) -> str:
    text = str(error)
    within = _LINE.search(text)
    if within:
        line += int(within.group(1)) - 1
    return f"{program.path}:{line}: {' '.join(text.split())}"
