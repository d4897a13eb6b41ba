"""The second programs' own reader gives every raw value as it was exported."""

import json
from pathlib import Path

import pytest

from studyspec.qc.extract import ExtractError, read_forms


def write(folder: Path, content: bytes, encoding: str) -> Path:
    (folder / "form.csv").write_bytes(content)
    manifest = {"files": [{"form": "form", "file": "form.csv", "encoding": encoding}]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_values_stay_as_exported_and_rows_are_numbered(tmp_path: Path) -> None:
    content = '\ufeffA,B\r\n" x ",NA\r\n"line\nbreak, ""quoted""",\r\n'.encode()
    (table,) = read_forms(write(tmp_path, content, "utf-8")).values()
    assert table.to_pylist() == [
        {"A": " x ", "B": "NA", "RECORD": 1},
        {"A": 'line\nbreak, "quoted"', "B": "", "RECORD": 2},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16"])
def test_encoding_of_the_manifest_is_used(tmp_path: Path, encoding: str) -> None:
    (table,) = read_forms(write(tmp_path, "A\nHayır\n".encode(encoding), encoding)).values()
    assert table["A"].to_pylist() == ["Hayır"]


def test_form_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    (table,) = read_forms(write(tmp_path, b"A,B\n", "utf-8")).values()
    assert (table.column_names, table.num_rows) == (["A", "B", "RECORD"], 0)


def test_row_of_another_length_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"form\.csv row 2 has 3 values, the header has 2"):
        read_forms(write(tmp_path, b"A,B\n1,2\n1,2,3\n", "utf-8"))


def test_wrong_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"form\.csv cannot be read as utf-8"):
        read_forms(write(tmp_path, "A\nHayır\n".encode("cp1254"), "utf-8"))


def test_missing_manifest_and_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=r"manifest\.json cannot be read"):
        read_forms(tmp_path)
    write(tmp_path, b"A\n", "utf-8")
    (tmp_path / "form.csv").unlink()
    with pytest.raises(ExtractError, match=r"form\.csv cannot be read"):
        read_forms(tmp_path)
    (tmp_path / "form.csv").write_bytes(b"")
    with pytest.raises(ExtractError, match="not even a header"):
        read_forms(tmp_path)
