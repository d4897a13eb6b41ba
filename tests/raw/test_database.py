"""Databases are read by `studyspec extract` into files; SQLite and DuckDB, written by their own modules."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from studyspec.cli import main
from studyspec.raw.database import source_name
from studyspec.raw.read import read_extract

HEADER = ["--study-id", "S1", "--extract-date", "2022-03-15", "--cutoff", "2022-02-22"]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["extract", *words, "raw", *HEADER])


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture
def sqlite() -> str:
    with closing(sqlite3.connect("edc.db")) as connection:
        connection.execute(
            'CREATE TABLE "Adverse Events" (id INTEGER PRIMARY KEY, term TEXT, dose REAL, day DATE, mix)'
        )
        rows = [(10, "NA", 1.0, "2022-02-03", 1), (2, None, 0.1, "UN FEB 2022", " x\ny")]
        connection.executemany('INSERT INTO "Adverse Events" VALUES (?, ?, ?, ?, ?)', rows)
        connection.execute("CREATE TABLE dm (subj TEXT)")
        connection.execute('CREATE VIEW terms AS SELECT term FROM "Adverse Events" WHERE term IS NOT NULL')
        connection.commit()
    return "sqlite:///edc.db"


def forms() -> dict[str, list[list[str]]]:
    extract, findings = read_extract(Path("raw"))
    assert findings == []
    assert extract is not None
    return {form: [list(frame), *frame.to_numpy().tolist()] for form, frame in extract.forms.items()}


def test_all_tables_become_forms_with_values_as_stored(sqlite: str) -> None:
    """A date that SQLAlchemy's types would refuse is text like any other."""
    done = run(sqlite)
    assert done.exit_code == 0, done.output
    assert forms() == {
        "adverse_events": [
            ["id", "term", "dose", "day", "mix"],
            ["2", "", "0.1", "UN FEB 2022", " x\ny"],
            ["10", "NA", "1", "2022-02-03", "1"],
        ],
        "dm": [["subj"]],
    }


def test_all_tables_are_those_of_the_default_schema_and_others_go_by_name(in_folder: Path) -> None:
    with duckdb.connect("edc.duckdb") as connection:
        connection.execute("CREATE TABLE dm AS SELECT 1 AS a; CREATE SCHEMA safety; CREATE TABLE safety.ae (b INT)")
    assert run("duckdb:///edc.duckdb").exit_code == 0
    assert list(forms()) == ["dm"]
    assert run("duckdb:///edc.duckdb", "--table", "safety.ae", "--force").exit_code == 0


def test_a_table_may_have_a_point_in_its_name(in_folder: Path) -> None:
    with closing(sqlite3.connect("edc.db")) as connection:
        connection.execute('CREATE TABLE "ae.v1" AS SELECT 1 AS a')
        connection.commit()
    assert run("sqlite:///edc.db").exit_code == 0
    assert forms() == {"ae_v1": [["a"], ["1"]]}


def test_typed_values_of_duckdb_are_text(in_folder: Path) -> None:
    with duckdb.connect("edc.duckdb") as connection:
        connection.execute("CREATE TABLE ae (t TIMESTAMP, d DATE, x DECIMAL(10, 2), b BOOLEAN, h HUGEINT, f DOUBLE)")
        connection.execute(
            "INSERT INTO ae VALUES ('2022-02-03 04:05:06', '2022-02-03', 1.50, true, 123456789012345678901, 1e21),"
            " (NULL, NULL, NULL, NULL, NULL, NULL)"
        )
    assert run("duckdb:///edc.duckdb").exit_code == 0
    _, *records = forms()["ae"]
    assert sorted(records) == [
        [""] * 6,
        ["2022-02-03T04:05:06", "2022-02-03", "1.5", "true", "123456789012345678901", "1e+21"],
    ]


def test_views_and_queries_are_taken_by_name(sqlite: str) -> None:
    query = """ae=SELECT term || ':x' AS t FROM "Adverse Events" WHERE term LIKE '%A' ORDER BY id"""
    assert run(sqlite, "--table", "terms", "--query", query).exit_code == 0
    assert forms() == {"ae": [["t"], ["NA:x"]], "terms": [["term"], ["NA"]]}


def test_the_same_database_gives_the_same_bytes_and_stays_as_it_is(sqlite: str) -> None:
    before = Path("edc.db").read_bytes()
    assert run(sqlite).exit_code == 0
    first = {path.name: path.read_bytes() for path in Path("raw").iterdir()}
    assert run(sqlite, "--force").exit_code == 0
    assert {path.name: path.read_bytes() for path in Path("raw").iterdir()} == first
    assert Path("edc.db").read_bytes() == before


def test_the_manifest_says_where_it_comes_from_without_folder_or_password(sqlite: str, in_folder: Path) -> None:
    assert run(f"sqlite:///{in_folder.as_posix()}/edc.db").exit_code == 0
    text = Path("raw/manifest.json").read_text(encoding="utf-8")
    assert '"source": "sqlite database edc.db"' in text
    assert '"table": "Adverse Events"' in text
    assert in_folder.name not in text
    assert source_name("postgresql://u:secret@host/edc?password=other") == "postgresql database edc"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["sqlite:///none.db"], "There is no database file none.db"),
        (["duckdb:///none.duckdb"], "There is no database file none.duckdb"),
        (["nosuch://u:secret@host/edc"], "nosuch"),
        (["sqlite:///edc.db?timeout=soon"], "soon"),
        (["://u:secret"], "no SQLAlchemy URL"),
        (["sqlite:///edc.db", "--table", "no"], "no such table: no"),
        (["sqlite:///edc.db", "--query", "ae=SELECT x"], "no such column: x"),
        (["sqlite:///edc.db", "--query", "ae=DELETE FROM dm"], "readonly"),
        (["sqlite:///edc.db", "--query", "ae=SELECT 1 AS a, x'00' AS b"], "ae, record 1: a value of type bytes"),
        (["sqlite:///edc.db", "--query", "SELECT 1"], "write FORM=SELECT"),
        (["sqlite:///edc.db", "--query", "dm=SELECT 1", "--table", "dm"], "would make the form dm"),
        (["sqlite:///edc.db", "x.csv"], "A database is a source of its own"),
        (["sqlite:///edc.db", "--redcap", "x.csv"], "--redcap goes with files"),
    ],
)
def test_what_cannot_be_read_is_said_without_the_password(sqlite: str, words: list[str], complaint: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert complaint in done.output
    assert "secret" not in done.output
    assert not Path("raw").exists()
    assert not Path("none.db").exists()


def test_the_url_may_stand_in_an_environment_variable(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDC", sqlite)
    assert run("env:EDC", "--table", "dm").exit_code == 0
    assert forms() == {"dm": [["subj"]]}
