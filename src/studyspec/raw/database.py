"""Snapshots of databases: tables and queries as CSV files, so that a build can be repeated without the database.

CSV and not Parquet: text in UTF-8 can be read by anyone, its bytes do not depend on a library's version, and a column
may hold values of several types, as in SQLite.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studyspec.raw.content import identifier
from studyspec.raw.values import value_text

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult

# Databases that are one file, and how to open it without changing or making it.
_FILES: dict[str, dict[str, Any]] = {"sqlite": {}, "duckdb": {"read_only": True}}


class DatabaseError(Exception):
    """The database cannot be read; the message never holds the password."""


def snapshot(source: str, tables: Sequence[str], queries: Mapping[str, str], folder: Path) -> dict[str, dict[str, Any]]:
    """Write tables and queries of a database as CSV files into a folder.

    All are read in one transaction, nothing is written to the database. Values are text by `value_text`, with NULL as
    blank. Records of a table are in the order of its columns, from the first; those of a query are in the order that
    it asks for.

    Args:
        source: a SQLAlchemy URL, such as sqlite:///edc.db or postgresql://reader:secret@host/edc.
        tables: names of tables or views, with schema where needed; all tables of the default schema when neither is
            named.
        queries: form to SELECT statement.
        folder: for a file FORM.csv each.

    Returns:
        By file name, what it comes from: {"ae.csv": {"table": "ae"}}.

    Raises:
        DatabaseError: no driver, no connection, no such table, a query that fails, or a value that is no text.
    """
    origins: dict[str, dict[str, Any]] = {}
    with _connected(source) as connection:
        wanted = {name: name.split(".") for name in tables}
        if not (tables or queries):
            wanted = {name: [name] for name in _table_names(connection)}
        selects = [(identifier(name).lower(), {"table": name}, _select(connection, wanted[name])) for name in wanted]
        selects += [(form, {"query": query}, query) for form, query in queries.items()]
        for form, origin, select in selects:
            name = f"{form}.csv"
            if name in origins:
                raise DatabaseError(f"Two tables or queries would make the form {form}.")
            origins[name] = origin
            _write(folder / name, _run(connection, select), form)
    return origins


def source_name(source: str) -> str:
    """What a manifest says of a database: its kind and name, neither folder nor user, host or password.

    Example:
        >>> source_name("postgresql+psycopg://reader:secret@edc.example.org/edc")
        'postgresql database edc'
    """
    url = _url(source)
    return f"{url.get_backend_name()} database {Path(url.database or '').name}"


@contextmanager
def _connected(source: str) -> Iterator[Connection]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    url = _url(source)
    options: dict[str, Any] = {}
    backend = url.get_backend_name()
    if backend in _FILES:
        path = Path(url.database or "")
        if not path.is_file():
            raise DatabaseError(f"There is no database file {path.name}.")
        options = _FILES[backend]
        if backend == "sqlite":
            url = url.set(database=path.resolve().as_uri()).update_query_dict({"mode": "ro", "uri": "true"})
    try:
        engine = create_engine(url, connect_args=options)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except ImportError as error:
        raise DatabaseError(f"A driver is not installed: {error}. Install it beside studyspec.") from None
    except (SQLAlchemyError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error)
        secret = str(url.password) if url.password else ""
        raise DatabaseError(reason.replace(secret, "***") if secret else reason) from None


def _url(source: str) -> URL:
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise DatabaseError(
            "Databases need SQLAlchemy. Install studyspec with its extra sql: studyspec[sql]."
        ) from None
    try:
        return make_url(source)
    except (ArgumentError, ValueError):
        # The text is not repeated: it may hold a password.
        raise DatabaseError("That is no SQLAlchemy URL, such as sqlite:///edc.db.") from None


def _table_names(connection: Connection) -> list[str]:
    from sqlalchemy import inspect

    inspector = inspect(connection)
    # The driver of DuckDB gives those of every schema, without its name, unless it is asked for one.
    return sorted(inspector.get_table_names(schema=inspector.default_schema_name))


def _select(connection: Connection, parts: Sequence[str]) -> str:
    """All of a table, as the driver gives it: SQLAlchemy's own types would turn text into dates."""
    quote = connection.dialect.identifier_preparer.quote
    table = ".".join(quote(part) for part in parts)
    columns = _run(connection, f"SELECT * FROM {table} WHERE 1 = 0").keys()
    return f"SELECT * FROM {table} ORDER BY {', '.join(map(quote, columns))}"


def _run(connection: Connection, select: str) -> CursorResult[Any]:
    # Colons in the statement are not parameters.
    return connection.exec_driver_sql(select)


def _write(path: Path, result: CursorResult[Any], form: str) -> None:
    columns = list(result.keys())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for number, row in enumerate(result, start=1):
            try:
                writer.writerow([value_text(value) for value in row])
            except TypeError as error:
                raise DatabaseError(f"{form}, record {number}: {error}. Leave the column out by a query.") from None
