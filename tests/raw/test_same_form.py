"""One form, written in every format that can hold it, is read as the same text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from lxml import etree

from raw.extracts import read_forms
from raw.test_read_json import dataset_json
from raw.test_read_odm import NAMESPACE, odm, subject
from studyspec.raw.database import snapshot

FORM = pd.DataFrame(
    {
        "SUBJ": ["101-001", "101-001", "", "102-003"],
        "TERM": ["NA", " Türkçe, ş ", 'say "hi"', "line one\nline two"],
        "DOSE": ["1", "0.10", "-0", "1e5"],
        "DAY": ["2022-02-03", "UN FEB 2022", "", "20220203"],
    },
    dtype="str",
)


def write_parquet(path: Path) -> None:
    pq.write_table(pa.table({name: FORM[name].tolist() for name in FORM}), path)


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*FORM], *FORM.to_numpy().tolist()):
        book.worksheets[0].append(row)
    book.save(path)


def write_xpt(path: Path) -> None:
    pyreadstat.write_xport(FORM, str(path), file_format_version=5)


def write_json(path: Path) -> None:
    path.write_text(json.dumps(dataset_json(*((name, "string") for name in FORM), rows=FORM.to_numpy().tolist())))


def write_odm(path: Path) -> None:
    root = etree.fromstring(odm(subject("")).encode())
    form = root.find(".//{*}FormData")
    assert form is not None
    for record in FORM.to_dict("records"):
        group = etree.SubElement(form, f"{{{NAMESPACE}}}ItemGroupData", ItemGroupOID="AE")
        for name, value in record.items():
            etree.SubElement(group, f"{{{NAMESPACE}}}ItemData", ItemOID=str(name), Value=value)
    path.write_bytes(etree.tostring(root))


def write_database(path: Path) -> None:
    with closing(sqlite3.connect(path.with_suffix(".db"))) as connection:
        connection.execute(f"CREATE TABLE ae ({', '.join(FORM)})")
        connection.executemany("INSERT INTO ae VALUES (?, ?, ?, ?)", FORM.to_numpy().tolist())
        connection.commit()
    source = f"sqlite:///{path.with_suffix('.db').as_posix()}"
    snapshot(source, [], {"ae": "SELECT * FROM ae ORDER BY rowid"}, path.parent)
    path.with_suffix(".db").unlink()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("ae.parquet", write_parquet),
        ("ae.xlsx", write_xlsx),
        ("ae.xpt", write_xpt),
        ("ae.json", write_json),
        ("ae.xml", write_odm),
        ("ae.csv", write_database),
    ],
)
def test_the_form_is_the_same_whatever_the_format(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    entry: dict[str, object] = {"form": "ae", "file": name, "encoding": "utf-8", "rows": len(FORM)}
    read = read_forms(tmp_path, entry)["ae"][list(FORM)]
    # SAS stores no blanks at the end of a text.
    expected = FORM.apply(lambda column: column.str.rstrip(" ")) if name.endswith(".xpt") else FORM
    pd.testing.assert_frame_equal(read, expected)
