"""What a second program names, its header, and the order of running."""

import ast
from pathlib import Path

import pytest

from studyspec.qc.programs import HEADER_FIELDS, Program, find_macros, find_programs, running_order

ROOT = Path(__file__).resolve().parents[2]
STUDY_PROGRAMS = find_programs(ROOT)


def program(text: str, layer: str = "sdtm", name: str = "ae") -> Program:
    return Program(layer, name, f"qc/{layer}/qc_{name}.sql", text)


def test_tables_named_in_comments_and_texts_do_not_count() -> None:
    text = "-- like sdtm.dm\n/* adam.adsl */ SELECT 'it''s adam.adsl', \"raw\".\"ae\".x, a.usubjid FROM RAW . ae AS a"
    assert program(text).named == {("raw", "ae")}


@pytest.mark.parametrize(
    ("layer", "table", "trespass"),
    [
        ("sdtm", "raw.ae", []),
        ("sdtm", "sdtm.ae", ["sdtm.ae"]),
        ("adam", "sdtm.ae", []),
        ("adam", "raw.ae", ["raw.ae"]),
        ("adam", "adam.adsl", ["adam.adsl"]),
        ("tlf", "adam.adae", []),
        ("tlf", "ard.t_1", ["ard.t_1"]),
        ("tlf", "sdtm.ae", ["sdtm.ae"]),
        ("tlf", "spec.codelists", []),
        ("tlf", "qc.other", []),
    ],
)
def test_a_layer_reads_only_what_it_may(layer: str, table: str, trespass: list[str]) -> None:
    assert program(f"SELECT * FROM {table}", layer).trespasses == trespass


@pytest.mark.parametrize(
    "text",
    [
        "-- Program : qc_ae.sql\n-- Author  : A. Body\n-- History : 1.0 first\n--           2.0 second\n\nSELECT 1",
        "/*****\n * Program: qc_ae.sql\n * Author:  A. Body\n * History: 1.0 first\n *   2.0 second\n *****/\nSELECT 1",
    ],
)
def test_header_is_read_in_both_comment_styles(text: str) -> None:
    found = program(text).header
    assert found == {"Program": "qc_ae.sql", "Author": "A. Body", "History": "1.0 first 2.0 second"}


def test_programs_run_after_those_whose_tables_they_read() -> None:
    programs = [
        program("SELECT * FROM qc.dm", name="ae"),
        program("SELECT * FROM qc.ex", name="dm"),
        program("", name="ex"),
    ]
    ordered, circle = running_order(programs)
    assert ([item.name for item in ordered], circle) == (["ex", "dm", "ae"], [])


def test_programs_in_a_circle_are_named() -> None:
    programs = [
        program("SELECT * FROM qc.dm", name="ae"),
        program("SELECT * FROM qc.ae", name="dm"),
        program("", name="ex"),
    ]
    ordered, circle = running_order(programs)
    assert ([item.name for item in ordered], [item.name for item in circle]) == (["ex"], ["ae", "dm"])


def test_common_macros_are_left_out_of_layers_that_may_not_read_what_they_name(tmp_path: Path) -> None:
    (tmp_path / "qc" / "adam").mkdir(parents=True)
    (tmp_path / "qc" / "macros.sql").write_text("CREATE MACRO f(x) AS (SELECT 1 FROM raw.ae)", encoding="utf-8")
    (tmp_path / "qc" / "adam" / "macros.sql").write_text("CREATE MACRO g(x) AS x", encoding="utf-8")
    assert [item.path for item in find_macros(tmp_path, "sdtm")] == ["qc/macros.sql"]
    assert [item.path for item in find_macros(tmp_path, "adam")] == ["qc/adam/macros.sql"]


def test_qc_folder_of_the_study_holds_only_sql_and_data() -> None:
    suffixes = {path.suffix for path in (ROOT / "qc").rglob("*") if path.is_file()}
    assert suffixes <= {".sql", ".md", ".csv"}


@pytest.mark.parametrize("item", STUDY_PROGRAMS, ids=lambda item: item.path)
def test_program_of_the_study_is_independent_and_has_its_header(item: Program) -> None:
    assert item.trespasses == []
    assert [name for name in HEADER_FIELDS if not item.header.get(name)] == []
    reaching = (
        "read_csv",
        "read_parquet",
        "read_json",
        "read_text",
        "read_blob",
        "attach ",
        "install ",
        "studyspec",
        "import",
    )
    assert [word for word in reaching if word in item.text.lower().replace("important", "")] == []


def test_what_second_programs_read_is_read_without_the_engine() -> None:
    for name in ("extract", "specs", "programs", "warehouse"):
        tree = ast.parse((ROOT / "src" / "studyspec" / "qc" / f"{name}.py").read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        engine = [module for module in modules if module.startswith("studyspec") and "studyspec.qc" not in module]
        assert engine == [], name
