"""A layer's database: what goes in, what comes out, and what is closed to programs."""

import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from studyspec.qc.programs import Program
from studyspec.qc.warehouse import ProgramError, Warehouse


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    made = Warehouse(("raw", "spec"))
    yield made
    made.close()


def program(text: str) -> Program:
    return Program("sdtm", "ae", "qc/sdtm/qc_ae.sql", text)


def run(warehouse: Warehouse, text: str) -> pd.DataFrame:
    made = program(text)
    warehouse.run(made)
    return warehouse.result(made)


def test_values_go_in_and_come_out_in_the_house_convention(warehouse: Warehouse) -> None:
    frame = pd.DataFrame({"C": pd.Series(["", "NA", " x "], dtype="str"), "N": [math.nan, -0.5, 1e300]})
    warehouse.load("raw", "AE", frame)
    result = run(warehouse, "CREATE TABLE qc.ae AS SELECT C, N FROM raw.ae WHERE C <> 'x' OR N IS NULL;")
    pd.testing.assert_frame_equal(result, frame)


def test_null_text_is_blank_and_every_number_is_float64(warehouse: Warehouse) -> None:
    result = run(
        warehouse,
        "CREATE TABLE qc.ae AS SELECT NULL::VARCHAR AS C, 1::HUGEINT AS H, 2.5::DECIMAL(5,2) AS D, 3::TINYINT AS T;",
    )
    assert result.to_dict("records") == [{"C": "", "H": 1.0, "D": 2.5, "T": 3.0}]
    assert [str(kind) for kind in result.dtypes] == ["str", "float64", "float64", "float64"]


def test_column_that_is_neither_text_nor_number_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(ProgramError, match=r"qc_ae\.sql: column D of qc\.ae is DATE"):
        run(warehouse, "CREATE TABLE qc.ae AS SELECT DATE '2022-01-01' AS D;")


def test_program_without_its_table_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(ProgramError, match=r"without creating the table qc\.ae"):
        run(warehouse, "CREATE TABLE qc.other AS SELECT 1 AS X;")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT 1;\n\nSELECT nothing FROM;\n", "qc/sdtm/qc_ae.sql:3: Parser Error"),
        ("-- comment; with a semicolon\nSELECT ';';\n\nSELECT\n  nothing;\n", "qc/sdtm/qc_ae.sql:4: Binder Error"),
        ("CREATE TABLE qc.a AS SELECT 1 AS x;\nSELECT * FROM qc.b;", "qc/sdtm/qc_ae.sql:2: Catalog Error"),
    ],
)
def test_error_names_file_and_line_of_the_statement(warehouse: Warehouse, text: str, place: str) -> None:
    with pytest.raises(ProgramError) as raised:
        warehouse.run(program(text))
    assert str(raised.value).startswith(place)


def test_files_other_databases_and_python_are_closed(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("A\n1\n", encoding="utf-8")
    frame = pd.DataFrame({"A": [1.0]})
    for text in (
        f"CREATE TABLE qc.ae AS SELECT * FROM read_csv('{file}');",
        f"CREATE TABLE qc.ae AS SELECT * FROM '{file}';",
        f"ATTACH '{tmp_path / 'other.db'}';",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}';",
        "SET enable_external_access = true;",
        "CREATE TABLE qc.ae AS SELECT * FROM frame;",
    ):
        with pytest.raises(ProgramError):
            run(warehouse, text)
    assert len(frame) == 1
